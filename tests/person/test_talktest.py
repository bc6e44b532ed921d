"""A read-aloud test: its stages, and what the answers become."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pace.errors import InputError
from pace.person.about import About, Said
from pace.person.profile import Profile
from pace.person.talktest import ANSWERS, PASSAGE, Stage, stages, talk_test

SLOW = Profile.build(about=About(said=(Said(speed=1.2, talk="not", minutes=5),)))
QUICK = Profile.build(about=About(said=(Said(speed=3.6, talk="comfortable"),) * 2))
LADDER = tuple(Stage(speed=speed, gait="walk" if speed < 1.9 else "run") for speed in (1.0, 1.4, 1.8, 2.2, 2.6, 3.0))


def test_the_passage_is_long_enough_to_tell():
    """Thirty to forty words, as talk tests have them."""
    assert 30 <= len(PASSAGE.split()) <= 40


@pytest.mark.parametrize("known", [SLOW, Profile.build(), QUICK])
def test_stages_rise_from_easy_to_beyond_the_talk_threshold(known):
    """Two to seven paces, rising, from below the likely range to its upper end, walks before runs."""
    offered = stages(known)
    speeds = [stage.speed for stage in offered]
    talk = known.talk().speed
    assert 2 <= len(offered) <= 7
    assert speeds == sorted(set(speeds))
    assert speeds[0] == pytest.approx(max(0.8, min(speeds[0], talk.low)))
    assert speeds[-1] >= min(talk.median, 4.4)
    assert [stage.gait for stage in offered] == sorted((stage.gait for stage in offered), reverse=True)
    assert all(round(1000 / speed) % 10 == 0 for speed in speeds)


def test_a_test_goes_no_faster_than_a_run():
    """Whoever can talk at any pace is still not sent to sprint."""
    flier = Profile.build(about=About(said=(Said(speed=6.0, talk="comfortable", minutes=30),) * 20))
    assert stages(flier)[-1].speed <= 4.6


def test_a_test_begins_where_talking_is_surely_easy():
    """The first stage lies below the likely range, so that it warms up too and nobody begins out of breath."""
    for known in (SLOW, Profile.build(), QUICK):
        assert stages(known)[0].speed < max(0.9, known.talk().speed.low)


def test_whoever_talks_on_faster_begins_and_ends_faster():
    slow, usual, quick = (stages(known) for known in (SLOW, Profile.build(), QUICK))
    assert slow[0].speed <= usual[0].speed < quick[0].speed
    assert slow[-1].speed < usual[-1].speed < quick[-1].speed


@given(st.lists(st.sampled_from(ANSWERS), max_size=6))
@settings(deadline=None, max_examples=40)
def test_a_test_ends_with_the_first_no_and_keeps_the_turning_point(answers):
    """What follows a no is left out; evidence is the last comfortable stage, the one after it, and the no."""
    found = talk_test(Profile.build(), answers, offered=LADDER)
    assert found.answers == tuple(answers[: answers.index("no") + 1] if "no" in answers else answers)
    assert len(found.said) <= 3
    assert bool(found.said and found.said[-1].talk == "not") == ("no" in answers)
    assert [one.talk for one in found.said].count("comfortable") <= 1
    assert all(one.minutes == 3 for one in found.said)
    assert bool(found.said) == bool(answers)
    document = found.to_dict()
    assert [row["answer"] for row in document["stages"]][: len(found.answers)] == list(found.answers)


def test_the_further_talking_is_comfortable_the_higher_the_threshold():
    """Each further comfortable stage raises what is expected; a no to the easiest of all may be a slip."""
    medians = [
        talk_test(Profile.build(), ["comfortable"] * n + ["no"], offered=LADDER).after.median for n in range(1, 6)
    ]
    assert medians == sorted(medians)
    assert medians[-1] > medians[0] + 0.6


def test_answers_narrow_and_add_to_what_was_said():
    """The likely range is narrower after a test, and the profile that comes back holds the answers."""
    found = talk_test(QUICK, ["comfortable", "unsure"], offered=LADDER[3:])
    assert found.profile.about.said == (*QUICK.about.said, *found.said)
    nobody = talk_test(Profile.build(), ["comfortable", "comfortable", "unsure", "no"], offered=LADDER)
    assert nobody.after.high - nobody.after.low < nobody.before.high - nobody.before.low
    assert nobody.after.basis == "what they said"


@pytest.mark.parametrize("answers", [["maybe"], ["comfortable"] * 7])
def test_what_is_no_answer_is_refused(answers):
    """A word that is none of the three, or more answers than stages."""
    with pytest.raises(InputError):
        talk_test(Profile.build(), answers, offered=LADDER)
