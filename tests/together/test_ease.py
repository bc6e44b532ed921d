"""What people like is learnt from what they do by themselves, never from what was suggested to them."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pace.person.about import Said
from pace.person.estimate import Posterior
from pace.person.profile import Profile
from pace.person.talk_evidence import said_likelihood
from pace.together.ease import SPEEDS, Usual, comfort, usual_paces
from together.strategies import SPEED, bell, chosen, described, leads, people

NOTHING = Profile.build()
speeds, minutes = st.floats(0.8, 3.5), st.floats(3, 120)


def usual(*said):
    """Return the own paces of somebody of whom only answers are known."""
    return usual_paces(NOTHING.pace_distribution(), replace(NOTHING.about, said=said), threshold=1.9)


@given(speeds, minutes, st.sampled_from(["comfortable", "short", "not"]))
def test_an_answer_about_a_session_says_nothing_of_the_paces_that_people_like(speed, held, talk):
    """Who went at a pace that was suggested and could talk did not choose it."""
    plain, told = usual(), usual(Said(speed=speed, talk=talk, minutes=held))
    for name in ("low", "middle", "high", "hours"):
        assert (getattr(plain, name) == getattr(told, name)).all()


@given(st.floats(2.2, 3.3))
def test_a_pace_that_somebody_names_by_themselves_is_one_that_they_know(speed):
    """A run at which they say that they chat draws their usual run towards it."""
    plain, told = usual(), usual(Said(speed=speed, talk="comfortable"))
    assert abs(told.middle[1] - speed) <= abs(plain.middle[1] - speed)
    assert told.hours[1] > plain.hours[1]


@given(people, people, leads, speeds, minutes, st.booleans())
def test_a_session_in_which_talk_was_easy_never_slows_the_next(one, other, lead, speed, held, client):
    """And one in which it was not never quickens it, in one mode: a suggestion pulls itself neither down nor up.

    Where the client does not lead, a weighted product may give way by a hair: as one's gain shrinks at every speed, the
    speed at which two gains balance moves. Found: 0.7 % of the effort, with the therapist leading.
    """
    leeway = 0.0 if lead == "client" else 0.02
    group = [other, one] if client else [one, other]
    was, before = chosen(group, lead=lead)
    for talk, sign in (("comfortable", 1), ("not", -1)):
        group[int(client)] = after_answer(one, Said(speed=speed, talk=talk, minutes=held))
        now, after = chosen(group, lead=lead)
        if described(was)[::2] == described(now)[::2]:
            assert (sign * after >= sign * before - leeway * before).all()


def test_people_walk_uphill_a_little_slower_and_downhill_as_on_the_flat():
    """What suits them at 8 % up is 0.76 of their own pace on the flat: more effort, which talk decides on."""
    who = Usual(low=np.array([1.1, 2.0]), middle=np.array([1.3, 2.3]), high=np.array([1.5, 2.6]), hours=np.ones(2))
    limits = bell(SPEED, 2.0, 0.05), bell(SPEED, 2.0, 0.05)
    best = {grade: SPEEDS[comfort(*limits, who, grade=grade)[0].argmax()] for grade in (-0.08, 0.0, 0.08)}
    assert best[-0.08] == best[0.0]
    assert best[0.08] / best[0.0] == pytest.approx(0.756, abs=0.02)


def after_answer(person, answer):
    """Return a person with one answer more."""
    effort = person.effort
    log = np.log(effort.mass + 1e-300) + np.log(said_likelihood((answer,), effort.value, 1.9) + 1e-300)
    return replace(person, effort=Posterior.build(effort.value, log))
