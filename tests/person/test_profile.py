"""One person as a set of summaries and a few words."""

import json
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import pace
from benchmarks import _talkers as talkers
from corpus import ACTIVITIES, needs_corpus
from pace.errors import InputError, NothingUsableError
from pace.output import words
from pace.person.about import About, Said
from pace.person.profile import Profile, Skipped, profile
from pace.simulate import people
from pace.simulate.life import outings

RNG = np.random.default_rng(2)
SUMMARIES = talkers.recordings(RNG, talkers.talker(RNG), 6)

abouts = st.builds(
    About,
    walk_speed=st.none() | st.floats(1.0, 2.0),
    age_years=st.none() | st.integers(20, 80).map(float),
    manner=st.sampled_from(["", "shuffle", "race-walk"]),
    said=st.lists(
        st.builds(Said, speed=st.sampled_from([1.5, 2.0, 2.5]), talk=st.sampled_from(["comfortable", "short", "not"])),
        max_size=3,
    ).map(tuple),
)
profiles = st.builds(
    lambda label, which, about, skipped: Profile.build(
        label=label, summaries=[SUMMARIES[k] for k in which], about=about, skipped=skipped
    ),
    st.sampled_from(["", "ann", "ben"]),
    st.lists(st.integers(0, 5), max_size=6),
    abouts,
    st.lists(st.builds(Skipped, file=st.sampled_from("ab"), reason=st.sampled_from("xy")), max_size=2),
)


def same(one, other):
    parts = [(p.label, [s.digest for s in p.summaries], p.about, p.skipped) for p in (one, other)]
    return parts[0] == parts[1]


@given(profiles, profiles, profiles)
def test_union_does_not_care_how_it_is_bracketed(a, b, c):
    assert same((a | b) | c, a | (b | c))


@given(profiles, profiles)
def test_union_does_not_care_about_order(a, b):
    assert same(a | b, b | a)


@given(profiles)
def test_union_with_itself_changes_nothing_but_the_order_of_answers(a):
    assert same(a | a, (a | a) | a)
    assert [s.digest for s in (a | a).summaries] == [s.digest for s in a.summaries]
    assert set((a | a).about.said) == set(a.about.said)


def test_the_same_recording_twice_counts_once():
    once, twice = Profile.build(summaries=SUMMARIES), Profile.build(summaries=SUMMARIES * 2)
    assert once.to_dict() == twice.to_dict()


def copies(summary, *, telling=True):
    """Return one activity out of two files: another digest, marks of which rounding changed a few."""
    marks = np.arange(100, 3000, 121, dtype=np.uint16)
    other = replace(summary, digest=summary.digest[::-1], sketch=marks + (np.arange(marks.size) % 3 == 0))
    return replace(summary, sketch=marks), replace(other, gait_confidence="high" if telling else "low")


def test_one_activity_in_two_files_counts_once():
    """The copy that tells less is set aside; the profile is that of the other alone."""
    one, other = copies(SUMMARIES[0], telling=False)
    known = Profile.build(summaries=[other, one, *SUMMARIES[1:3]])
    assert [s.digest for s in known.repeated] == [other.digest]
    alone = Profile.build(summaries=[one, *SUMMARIES[1:3]])
    assert known.to_dict()["pace_distribution"] == alone.to_dict()["pace_distribution"]
    assert "; 1 more is the same again." in words.recordings(known)


@given(st.permutations(range(4)), st.integers(0, 4), st.integers(0, 4))
def test_union_laws_hold_with_copies(order, first, second):
    """However the files of a person are dealt out to workers, the same ones count in the end."""
    every = [*copies(SUMMARIES[0]), *SUMMARIES[1:3]]
    low, high = sorted((first, second))
    parts = [
        Profile.build(summaries=[every[k] for k in order[cut]])
        for cut in (slice(low), slice(low, high), slice(high, 4))
    ]
    whole = Profile.build(summaries=every)
    for joined in ((parts[0] | parts[1]) | parts[2], parts[2] | (parts[1] | parts[0])):
        assert [s.digest for s in joined.summaries] == [s.digest for s in whole.summaries]
        assert [s.digest for s in joined.repeated] == [s.digest for s in whole.repeated]


def test_time_adds_up():
    account = Profile.build(summaries=SUMMARIES).account()
    parts = account.walk + account.run + account.stand + account.paused + account.gap
    assert account.elapsed == pytest.approx(parts)


def test_the_distribution_holds_all_moving_time():
    known = Profile.build(summaries=SUMMARIES)
    spread = known.pace_distribution()
    assert spread.walk.sum() + spread.run.sum() == pytest.approx(known.account().moving)
    assert spread.speed_edges.size == spread.walk.size + 1


def test_the_document_is_plain_json_without_nan():
    document = Profile.build(label="ann", summaries=SUMMARIES).to_dict()
    text = json.dumps(document, allow_nan=False)
    assert document["schema"] == "pace.profile/1"
    assert document["label"] == "ann"
    assert set(document["walk_run_threshold_mps"]) == {"low", "median", "high", "level", "basis"}
    assert json.loads(text) == document


def test_words_alone_make_a_profile():
    known = profile(about=About(walk_speed=1.6))
    assert known.walk_run().threshold.basis == "what they said"
    assert known.to_dict()["activities"] == {"used": 0, "repeated": 0, "skipped": []}
    assert known.label == "person"


def test_nothing_at_all_is_an_error_that_says_what_to_give():
    with pytest.raises(NothingUsableError, match="few words"):
        profile([])


def test_a_thing_that_is_neither_path_nor_track_is_refused():
    with pytest.raises(InputError, match="paths or tracks"):
        profile([3])


def test_a_ride_is_left_out_with_its_reason(tmp_path):
    person = people(1, seed=1)[0]
    track = outings(person, 1, seed=1)[0].track
    ride = pace.Track.build(time=track.time, distance=track.distance, speed=track.speed * 3.2, sport="cycling")
    known = profile([track, ride])
    assert len(known.summaries) == 1
    assert [row.file for row in known.skipped] == ["track 2"]
    with pytest.raises(NothingUsableError, match="left out"):
        profile(ride)


def test_a_missing_file_is_counted_and_the_rest_goes_on(tmp_path):
    person = people(1, seed=1)[0]
    broken = tmp_path / "broken.gpx"
    broken.write_text("this is no recording")
    known = profile([outings(person, 1, seed=1)[0].track, broken])
    assert len(known.summaries) == 1
    assert len(known.skipped) == 1


def test_the_face_of_the_package_leads_here():
    assert pace.profile is profile
    assert pace.Profile is Profile


@pytest.mark.heavy
@needs_corpus
def test_a_slow_run_walker_is_recognised():
    """Their threshold lies where their watch and cadence put it (1.54-1.67 m/s), far from the textbook's 2.0."""
    threshold = profile(ACTIVITIES / "person-a").walk_run().threshold
    assert 1.45 < threshold.low < threshold.high < 1.85


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: pace.profile(None), "a person is given as paths or tracks, got None"),
        (lambda: pace.profile([], about={"age": 40}), "what somebody says is a pace.About, got dict"),
        (lambda: pace.match(None), r"people are matched by their profiles \(pace.profile\), got None"),
        (lambda: pace.match(Profile.build()), r"matched by their profiles \(pace.profile\), got Profile"),
        (
            lambda: pace.match([Profile.build(label="a"), Profile.build()], minutes="50"),
            "minutes is a number, got '50'",
        ),
        (lambda: pace.pairs(None), "people are matched by their profiles"),
        (lambda: pace.review(None), r"one or two tracks \(pace.read\), got None"),
        (lambda: pace.batch(None), "a batch is given as paths, got None"),
        (lambda: pace.About(walk_speed="10:30"), "is a number, got '10:30'"),
        (lambda: pace.About(walk_speed=True), "is a number, got bool"),
        (lambda: pace.About(walk_speed="as Robin walks down Mill Lane"), "is a number, got str$"),
        (lambda: pace.Said(speed="7:10", talk="short"), "parse_speed reads a pace.* is a number, got '7:10'"),
        (lambda: pace.picture(None), "a picture is made of a profile, match, plan or review, got NoneType"),
    ],
)
def test_what_is_of_the_wrong_kind_is_refused_in_words(call, said):
    """Whoever gives one thing for another learns what to give, and gets no TypeError from inside."""
    with pytest.raises(InputError, match=said):
        call()
