"""The arrays find what plain loops find, and what a continuous optimiser finds."""

import numpy as np
import pytest
from hypothesis import assume, given, settings
from scipy.interpolate import CubicSpline
from scipy.optimize import minimize_scalar

from naive import Together
from pace.person.cost import walking_cost
from pace.together.choice import argbest, fitting, nash
from pace.together.ease import SPEEDS
from pace.together.speech import DRIFT, talk_probability
from pace.together.terms import Terms
from pace.together.ways import chances, loads, ways
from together.strategies import EFFORT, FLAT, chosen, leads, people, person


def steady(group, lead):
    """Return the ways of two people, the best steady one, and the score of each."""
    terms = Terms.of(lead, 2)
    here = chances(group, terms, FLAT)
    every = ways(here)
    own = np.array([_alone(ways(here.of(i)), terms.need[[i]]) for i in (0, 1)])
    fits = fitting(every, terms.need, np.where(terms.own, own, np.inf)) & (every.turn < 0)
    score = nash(every, terms.weight)
    return every, argbest(score, fits), score


def _alone(mine, need):
    """Return one person's own effort at a steady pace."""
    best = argbest(mine.log_worth()[0], fitting(mine, need, np.array([np.inf])) & (mine.turn < 0))
    return 0.0 if best is None else mine.load[0, best]


@settings(max_examples=8)
@given(people, people, leads)
def test_the_grid_finds_what_plain_loops_find(first, second, lead):
    """Every speed, gait and person in loops gives the same optimum as the arrays."""
    every, best, score = steady((first, second), lead)
    effort = [(EFFORT.tolist(), p.effort.mass.tolist()) for p in (first, second)]
    loops = Together([p.comfort.tolist() for p in (first, second)], effort, loads(0.0).tolist(), lead=lead)
    found = loops.best()
    assert (found is None) == (best is None)
    if found is not None:
        want, gaits, k = found
        assert np.exp(score[best]) == pytest.approx(want, rel=1e-9)
        assert tuple(every.gait[:, best]) == gaits
        assert every.speed[best] == SPEEDS[k]


@given(people, people)
def test_the_grid_finds_what_a_continuous_optimiser_finds(therapist, client):
    """The best shared walk lies within 0.01 m/s of what scipy finds between the grid's speeds."""
    choice, _ = chosen([therapist, client])
    assume(choice.best is not None and choice.ways.mode[choice.best] == 0)
    best, allowed = choice.ways.speed[choice.best], _allowed(choice, [therapist, client])
    terms = Terms.of("client", 2)
    splines = [CubicSpline(SPEEDS, np.log(p.comfort[0])) for p in (therapist, client)]

    def loss(speed):
        load = np.atleast_1d(walking_cost(speed)) * DRIFT
        talk = [
            float(talk_probability(p.effort, load, margin=m)[0])
            for p, m in zip((therapist, client), terms.margin.tolist(), strict=True)
        ]
        return -sum(w * (np.log(t) + s(speed)) for w, t, s in zip(terms.weight, talk, splines, strict=True))

    low, high = max(best - 0.05, allowed.min()), min(best + 0.05, allowed.max())
    found = minimize_scalar(loss, bounds=(low, high), method="bounded", options={"xatol": 1e-5}) if high > low else None
    assert found is None or abs(found.x - best) <= 0.0101


def _allowed(choice, group):
    """Return the speeds of the walks that fit and give the client as much as where nobody leads."""
    even, _ = chosen(group, lead="equal")
    theirs = choice.ways.log_worth()[1]
    as_good = choice.fits & (even.best is None or (theirs >= theirs[even.best]))
    fits = as_good if as_good.any() else choice.fits
    return choice.ways.speed[fits & (choice.ways.mode == 0)]


def test_the_best_of_the_whole_grid_is_not_a_local_one():
    """Where a walk and a run are both good, the better of the two humps is chosen."""
    runner = person(talk=50, doubt=2, run=2.6, hours=(1, 80))
    walker = person(talk=50, doubt=2, walk=1.4, run=2.6, hours=(80, 1))
    assert [chosen([p, p])[0].ways.mode[chosen([p, p])[0].best] for p in (runner, walker)] == [1, 0]
