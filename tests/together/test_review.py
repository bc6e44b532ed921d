"""What a review says of sessions whose truth is known, and what it never says."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import cache

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

import naive
from pace.activity.track import COLUMNS, Track
from pace.errors import InputError, NothingUsableError
from pace.output.review_words import review_facts, review_headline
from pace.person.about import About, Said
from pace.person.profile import profile
from pace.simulate.outing import freely, run_walk, walk
from pace.simulate.pair import Apart, Pair, pair
from pace.simulate.recording import Device
from pace.simulate.samples import CLIENT, THERAPIST
from pace.together.beside import smoothed
from pace.together.clocks import lagged_distance
from pace.together.leading import lagged_products
from pace.together.review import Review, review

NAMES = ("Ash", "Bo")
PLANS = (run_walk, freely, walk)


@cache
def session(seed: int, *, lag: float = 2.0, clock: float = 0.0, minutes: int = 30, metres: float = 0.0) -> Pair:
    """Return an invented session: of three kinds by turns, with one stretch apart if asked for."""
    plan = PLANS[seed % 3](CLIENT, minutes=minutes, seed=seed)
    apart = [Apart(start_s=300 + 40 * (seed % 20), metres=metres)] if metres else []
    return pair(CLIENT, THERAPIST, plan=plan, seed=seed, lag_s=lag, clock_s=clock, late_s=7 * (seed % 8), apart=apart)


def reviewed(made: Pair, *, mirrored: bool = False) -> Review:
    """Return the review of an invented session."""
    tracks = (made.follower, made.leader) if mirrored else (made.leader, made.follower)
    return review(tracks, labels=NAMES[::-1] if mirrored else NAMES)


def changed(track: Track, *, by: float = 0.0, first: int = 0, last: int | None = None, **columns: object) -> Track:
    """Return a track shifted in time, cut, or with other columns."""
    kept = slice(first, last)
    rest = {name: getattr(track, name)[kept] for name in COLUMNS} | columns
    return Track.build(time=track.time[kept] + by, sport=track.sport, **rest)


def test_the_order_of_two_people_changes_nothing():
    """Given in the other order, every number is the same, mirrored."""
    made = session(1, clock=30.0, metres=40.0)
    here, there = reviewed(made).to_dict(), reviewed(made, mirrored=True).to_dict()
    assert here["people"] == there["people"][::-1]
    assert here["clock"]["offset_s"] == -there["clock"]["offset_s"]
    assert here["leading"]["leader"] == there["leading"]["leader"]
    assert here["leading"]["lag_low_s"] == -there["leading"]["lag_high_s"]
    for key in ("minutes", "beside", "talkable_together_minutes", "notes"):
        assert here[key] == there[key]


@given(days=st.integers(-3000, 3000))
def test_the_date_changes_nothing(days):
    """The same session on another day gives the same review."""
    made = session(2)
    later = [changed(track, by=86_400.0 * days) for track in (made.leader, made.follower)]
    found, usual = review(later, labels=NAMES), reviewed_once(2)
    np.testing.assert_allclose(found.separation, usual.separation, atol=1e-3)
    assert found.leading.lag_s == pytest.approx(usual.leading.lag_s, abs=0.01)
    assert found.leading.leader == usual.leading.leader


@cache
def reviewed_once(seed: int) -> Review:
    """Return the review of a session, once."""
    return reviewed(session(seed))


@given(
    a=arrays(np.float64, 30, elements=st.one_of(st.just(np.nan), st.floats(-3, 3))),
    b=arrays(np.float64, 30, elements=st.one_of(st.just(np.nan), st.floats(-3, 3))),
)
def test_the_kernels_agree_with_plain_loops(a, b):
    """Products at lags, distances at lags and means of what is known are those of plain loops."""
    np.testing.assert_allclose(
        lagged_products(a, b, True, 4).sum(axis=0), naive.lagged_products(a, b, 4), atol=1e-9, rtol=1e-9
    )
    np.testing.assert_allclose(smoothed(a, 7), naive.mean_of_known(a, 7), atol=1e-9)
    one, other = np.stack((a, a + 1, 2 * a), axis=1), np.stack((b, b, -b), axis=1)
    if np.isfinite(a).any() and np.isfinite(b).any():
        far, pairs = lagged_distance(one, other, 4)
        slow, n = naive.lagged_distance(one, other, 4)
        np.testing.assert_array_equal(pairs, n)
        np.testing.assert_allclose(far[n > 0], slow[n > 0], atol=1e-5)


def test_time_adds_up():
    """Side by side, apart and unknown are the minutes; walking, running, standing and unknown are too."""
    found = reviewed(session(4, metres=40.0))
    seconds = 60 * found.minutes
    assert found.side_by_side_s + found.apart_s + found.unknown_s == pytest.approx(seconds)
    for part in found.people:
        assert part.walk_s + part.run_s + part.stand_s + part.unknown_s == pytest.approx(seconds, abs=0.1)
        assert 0 <= part.talkable_s <= seconds
    assert found.talkable_together_s <= min(part.talkable_s for part in found.people)


@dataclass(frozen=True)
class Marks:
    """How reviews of invented sessions did."""

    right: np.ndarray
    named: np.ndarray
    guessed: np.ndarray
    clock: np.ndarray
    separation: np.ndarray
    bias: np.ndarray
    noise: np.ndarray


def marks(seeds: range, *, clock: float = 90.0, minutes: int = 45) -> Marks:
    """Return how reviews did on sessions of three kinds with lags of 1 to 4 s, every second one mirrored."""
    rows = [
        mark(seed, session(seed, lag=1 + seed // 2 % 4, clock=clock, minutes=minutes, metres=20 + 2 * (seed % 21)))
        for seed in seeds
    ]
    columns = (np.array(column) for column in zip(*rows, strict=True))
    return Marks(*columns)


def mark(seed: int, made: Pair) -> tuple[float, ...]:
    """Return how the review of one session did."""
    mirrored = seed % 2 == 1
    found = reviewed(made, mirrored=mirrored)
    truth = 1 if mirrored else 0
    offset = -found.clock_offset_s if mirrored else found.clock_offset_s
    late = round(made.follower.time[0] - made.leader.time[0] - made.clock_s)
    real = made.separation[late:]
    real = np.median(real[: real.size // 60 * 60].reshape(-1, 60), axis=1)
    off = found.separation[: real.size] - real[: found.separation.size]
    sure = 1 - found.leading.sure if mirrored else found.leading.sure
    leader = found.leading.leader
    error = np.sqrt(np.nanmean(off**2))
    return (
        leader == truth,
        leader is not None,
        sure > 0.5,
        offset - made.clock_s,
        error,
        np.nanmean(off),
        noise_of(made),
    )


def noise_of(made: Pair) -> float:
    """Return the SD per axis of the distance of two devices of which each errs by 3 m."""
    del made
    return 3.0 * np.sqrt(2)


def test_clock_leader_and_distance_of_a_few_sessions_are_found():
    """A clock 90 s ahead is found to a second or so, whoever is named did lead, and the distance is right."""
    found = marks(range(12), minutes=30)
    assert np.abs(found.clock).max() < 2.0
    assert found.right[found.named].all()
    assert found.guessed.mean() >= 0.9
    assert np.median(found.separation) < 3.0


@pytest.mark.heavy
def test_a_hundred_sessions_show_what_was_promised():
    """Of those named at a lag of 1 s or more 95 % did lead; clocks to 1 s; distances to 3 m beyond the satellites'."""
    found = marks(range(100))
    print(  # noqa: T201  # the figures that issue and page quote
        f"\nleader: named {found.named.mean():.0%}, of these right {found.right[found.named].mean():.1%}, "
        f"likelier one right {found.guessed.mean():.1%}"
        f"\nclock: error SD {found.clock.std():.2f} s, within 1 s {(np.abs(found.clock) <= 1).mean():.0%}, "
        f"most {np.abs(found.clock).max():.2f} s"
        f"\nseparation by minute: RMS error median {np.median(found.separation):.2f} m, most "
        f"{found.separation.max():.2f} m; mean over a session off by at most {np.abs(found.bias).max():.2f} m"
    )
    assert found.right[found.named].mean() >= 0.95
    assert found.guessed.mean() >= 0.95
    assert found.named.mean() >= 0.85
    assert (np.abs(found.clock) <= 1).mean() >= 0.95
    assert np.median(np.abs(found.clock)) < 0.5
    assert np.abs(found.bias).max() < 3.0
    assert (found.separation < found.noise + 3.0).all()


@pytest.mark.heavy
def test_nobody_is_named_who_did_not_lead():
    """Where the two change pace at once, one of them is named in at most two sessions of ten."""
    named = [reviewed(session(seed, lag=0.0, minutes=45)).leading.leader is not None for seed in range(40)]
    print(f"\nnamed though nobody led: {np.mean(named):.0%}")  # noqa: T201
    assert np.mean(named) <= 0.2


def test_drifting_apart_is_told_by_elapsed_minute():
    """A stretch 45 m apart is found to a minute, and a session without one tells none."""
    made = session(3, metres=45.0)
    late = made.follower.time[0] - made.leader.time[0]
    real = np.flatnonzero(made.separation > 15) - late
    (apart,) = reviewed(made).apart
    assert apart.start_s == pytest.approx(real[0], abs=60)
    assert apart.end_s == pytest.approx(real[-1], abs=60)
    assert apart.metres == pytest.approx(45, abs=10)
    assert not reviewed_once(2).apart


def test_one_recording_alone_works():
    """Alone, what one did and how much was talkable is told, and that the rest cannot be known."""
    made = session(0)
    found = review([made.leader])
    (part,) = found.people
    assert found.minutes == pytest.approx((made.leader.time[-1] - made.leader.time[0]) / 60, abs=0.1)
    assert part.label == "person"
    assert found.leading.leader is None
    assert "alone" in found.leading.why_not
    assert review_headline(found)


def test_without_positions_closeness_is_unknown_and_said():
    """Recordings without positions: nothing side by side, nothing apart, and a sentence that says why."""
    made = session(0, lag=3.0)
    nowhere = np.full(len(made.follower), np.nan)
    found = review([made.leader, changed(made.follower, latitude=nowhere, longitude=nowhere)], labels=NAMES)
    assert found.side_by_side_s == found.apart_s == 0
    assert found.unknown_s == pytest.approx(60 * found.minutes)
    assert np.isnan(found.separation).all()
    assert "positions" in found.notes[0]
    assert found.clock_source == "stamps"


def test_without_positions_a_far_clock_is_found_by_pace_and_nobody_is_named():
    """Pace tells a clock 90 s off, but then not who was first, and that is said."""
    made = session(0, lag=2.0, clock=90.0)
    nowhere = np.full(len(made.follower), np.nan)
    found = review([made.leader, changed(made.follower, latitude=nowhere, longitude=nowhere)], labels=NAMES)
    assert found.clock_source == "pace"
    assert found.clock_offset_s == pytest.approx(92, abs=2)
    assert found.leading.leader is None
    assert "clock" in found.leading.why_not


def test_recordings_that_do_not_overlap_are_refused():
    """What to do is said; a clock known to be an hour ahead is believed."""
    made = session(0)
    later = changed(made.follower, by=3600.0)
    with pytest.raises(InputError, match="overlap by a minute"):
        review([made.leader, later], labels=NAMES)
    found = review([made.leader, later], labels=NAMES, clock_offset_s=3600.0)
    assert found.clock_offset_s == pytest.approx(3600, abs=2)


def test_two_who_were_never_near_are_told_so():
    """Positions of another town: side by side for no minute, with a question."""
    made = session(0)
    found = review([made.leader, changed(made.follower, latitude=made.follower.latitude + 1)], labels=NAMES)
    assert found.side_by_side_s == 0
    assert "never near" in found.notes[0]


@pytest.mark.parametrize("length", [2, 3, 10, 59, 61, 130, 400])
def test_any_length_gives_a_review_or_a_plain_error(length):
    """However short, one and two recordings give numbers that can be written as JSON, or a documented error."""
    made = session(1)
    short = changed(made.leader, first=300, last=300 + length)
    for tracks in ([short], [short, made.follower], [made.leader, short]):
        try:
            found = review(tracks)
        except (InputError, NothingUsableError):
            continue
        json.dumps(found.to_dict(), allow_nan=False)
        assert review_headline(found)
        assert review_facts(found)


def test_a_recording_longer_than_a_day_is_refused():
    """A gap of a year in a recording takes no memory, it is an error that says what to do."""
    made = session(1)
    time = made.leader.time.copy()
    time[900:] += 365 * 86_400
    long = Track.build(time=time, sport="running", **{name: getattr(made.leader, name) for name in COLUMNS})
    with pytest.raises(InputError, match="lasts a day at most"):
        review([long, made.follower])


def test_other_sports_many_people_and_equal_names_are_refused():
    """Nobody is reviewed on a bicycle; three recordings, one recording twice or one name twice are errors."""
    made = session(1)
    with pytest.raises(NothingUsableError, match="on foot"):
        review([Track.build(time=made.leader.time, speed=made.leader.speed * 4, sport="cycling")])
    with pytest.raises(InputError, match="one recording or two"):
        review([made.leader] * 3)
    with pytest.raises(InputError, match="one and the same"):
        review([made.leader, changed(made.leader, by=50.0)])
    with pytest.raises(InputError, match="different labels"):
        review([made.leader, made.follower], labels=["Ash", "Ash"])


def test_what_somebody_said_counts_for_their_talk():
    """Who can talk at a fast run has more talkable minutes than who is known by nothing; the basis says so."""
    made = session(1)
    fit = profile(about=About(said=(Said(speed=3.2, talk="comfortable"),)), label="Ash")
    known, unknown = review([made.leader], profiles=[fit]).people[0], review([made.leader]).people[0]
    assert known.talkable_s > unknown.talkable_s
    assert (known.talk_basis, unknown.talk_basis) == ("what they said", "prior only")


@dataclass(frozen=True)
class Range:
    """A planned pace."""

    speed_low: float
    speed_high: float


def test_a_plan_is_held_beside_what_happened():
    """All of the time is within, gentler, quicker or not planned; a range of everything is kept."""
    made = session(1)
    for low, high in ((0.0, 9.0), (1.5, 1.6), (5.0, 6.0)):
        (part,) = review([made.leader], session=Range(low, high)).people
        row = part.planned
        assert row is not None
        total = row.within_s + row.gentler_s + row.quicker_s + row.open_s
        assert total == pytest.approx(made.leader.time[-1] - made.leader.time[0], abs=1)
        if high == 9.0:
            assert row.gentler_s == row.quicker_s == 0
        if low == 5.0:
            assert row.within_s == row.quicker_s == 0
    with pytest.raises(InputError, match="range of speeds"):
        review([made.leader], session="fast")


def test_no_place_and_no_date_is_ever_told():
    """The document has no coordinate and no time of day; the words rank nobody."""
    made = session(1, metres=40.0)
    found = reviewed(made)
    text = json.dumps(found.to_dict())
    numbers = [float(number) for number in re.findall(r"-?\d+\.?\d*(?:e-?\d+)?", text)]
    assert max(numbers) < 1e5
    assert not any(key in text for key in ("latitude", "longitude", "date", "place"))
    places = {round(float(value), 4) for track in (made.leader, made.follower) for value in track.latitude[:200]}
    assert not places & {round(number, 4) for number in numbers}
    words = review_headline(found) + " ".join(fact.text for fact in review_facts(found))
    assert not re.search(r"faster|slower|better than|weaker|stronger|behind", words)


def test_a_noisier_device_makes_the_answer_less_sure():
    """With positions twice as rough, more counts as side by side."""
    plan = run_walk(CLIENT, minutes=30, seed=1)
    reach = [
        review([made.leader, made.follower]).reach_m
        for noise in (2.0, 6.0)
        for made in [pair(CLIENT, THERAPIST, plan=plan, seed=1, devices=(Device(gps_noise=noise),) * 2)]
    ]
    assert reach[0] < reach[1]
