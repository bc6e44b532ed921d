"""Talkable minutes against pace: the minutes that the options are judged by, of everyone and of one alone."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pace.person.about import About, Said
from pace.person.profile import Profile
from pace.together.curves import STEP, talk_curves
from pace.together.ease import ease
from pace.together.match import match
from pace.together.talkable import talkable_minutes
from pace.together.terms import Terms
from pace.together.ways import MODES, Conditions, chances, ways


def known(label, walk, chat):
    """Return somebody known by a usual walk and a pace at which they chat (m/s)."""
    return Profile.build(label=label, about=About(walk_speed=walk, said=(Said(speed=chat, talk="comfortable"),)))


@st.composite
def matches(draw):
    """Draw a match of two or three known by words, on any terms."""
    people = [
        known(label, draw(st.floats(0.9, 1.8)), draw(st.floats(1.2, 3.2))) for label in "abc"[: draw(st.integers(2, 3))]
    ]
    lead = draw(st.sampled_from(["client", "therapist", "equal"]))
    return match(people, minutes=draw(st.sampled_from([10.0, 50.0, 90.0])), lead=lead)


@settings(max_examples=10)
@given(matches())
def test_a_curve_goes_through_the_options(found):
    """Where an option at a steady pace lies on a curve, its talkable minutes are the curve's."""
    curves = {curve.mode: curve for curve in talk_curves(found)}
    for option in (found.suggestion, *found.alternatives):
        curve = curves.get(option.mode)
        if curve is None or option.bouts or option.mode == "walk-and-jog":
            continue
        places = np.flatnonzero(np.abs(curve.speed - option.speed_best) < 1e-6)
        for minutes in curve.minutes[places]:
            assert np.isnan(minutes) or minutes == pytest.approx(option.talkable_minutes)


@settings(max_examples=10)
@given(matches())
def test_minutes_are_minutes_of_the_session(found):
    """Between none and all of it, at speeds in even steps; a faster walk or run never gives more."""
    for curve in talk_curves(found):
        known = curve.minutes[np.isfinite(curve.minutes)]
        assert known.size
        assert (known >= 0).all()
        assert (known <= found.minutes + 1e-9).all()
        assert np.diff(curve.speed) == pytest.approx(STEP)
        if curve.mode in ("walk-together", "run-together"):
            assert (np.diff(known) <= 1e-9).all()


@settings(max_examples=10)
@given(matches())
def test_one_alone_has_as_many_minutes_or_more(found):
    """Everyone can talk only where each can: at a steady pace, a person's own minutes are never fewer."""
    everyone = {curve.mode: curve for curve in talk_curves(found)}
    for person in found.people:
        for own in talk_curves(found, only=[person.label]):
            both = everyone.get(own.mode)
            if both is None or own.mode == "run-walk":
                continue
            _, here, there = np.intersect1d(np.rint(own.speed / STEP), np.rint(both.speed / STEP), return_indices=True)
            less = own.minutes[here] < both.minutes[there] - 1e-9
            assert not less.any()


@settings(max_examples=4)
@given(matches())
def test_the_curves_are_those_of_a_plain_loop(found):
    """Way by way: of those at home at a step of speed, the one in which talk is easiest; nothing where none is."""
    terms, conditions = Terms.of(found.lead, len(found.people)), Conditions(minutes=found.minutes)
    people = tuple(ease(person) for person in found.people)
    every = ways(chances(people, terms, conditions))
    best = {}
    for column in range(every.speed.size):
        steps = every.speed[column] / STEP
        if not every.home[column] or (every.turn[column] < 0 and abs(steps - round(steps)) > 0.1):
            continue
        key, talk = (MODES[every.mode[column]], round(steps)), float(np.prod(every.talk[:, column]))
        if key not in best or talk > best[key][0]:
            best[key] = talk, column
    drawn = {
        (curve.mode, round(speed / STEP)): minutes
        for curve in talk_curves(found)
        for speed, minutes in zip(curve.speed.tolist(), curve.minutes.tolist(), strict=True)
        if np.isfinite(minutes)
    }
    assert drawn.keys() == best.keys()
    for key, minutes in drawn.items():
        assert minutes == pytest.approx(talkable_minutes(people, terms, conditions, every, best[key][1]), abs=1e-6)
