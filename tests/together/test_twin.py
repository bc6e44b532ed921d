"""The arrays find what plain loops find, and what a continuous optimiser finds."""

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy.interpolate import CubicSpline
from scipy.optimize import minimize_scalar

from naive import Together
from pace.person.cost import running_cost, walking_cost
from pace.together.choice import argbest, fitting, nash
from pace.together.ease import SPEEDS
from pace.together.speech import DRIFT, talk_probability
from pace.together.terms import Terms
from pace.together.ways import TURNS, chances, loads, ways
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


@settings(max_examples=10)
@given(people, leads, st.integers(0, TURNS.size - 1))
def test_taking_turns_is_worth_what_plain_sums_say(one, lead, turn):
    """Time-weighted talk and comfort of the run and the walk, 6 % harder, and a little lost at every change."""
    terms = Terms.of(lead, 2)
    every = ways(chances((one, one), terms, FLAT))
    column = int(np.flatnonzero(every.turn == turn)[0])
    row = TURNS[turn]
    share, changes = row["run_s"] / (row["run_s"] + row["walk_s"]), 120 / (row["run_s"] + row["walk_s"])
    for place, margin in enumerate(terms.margin.tolist()):
        talk, comfort, load = [], [], []
        for gait, speed in ((1, SPEEDS[row["run"]]), (0, SPEEDS[row["walk"]])):
            asked = 1.06 * float((running_cost if gait else walking_cost)(speed))
            talk.append(float(talk_probability(one.effort, np.array(1.03 * asked), margin=margin)))
            comfort.append(float(one.comfort[gait, round(100 * speed) - 80]))
            load.append(asked)
        for name, run, walk, factor in (
            ("talk", *talk, 1.0),
            ("comfort", *comfort, 1 - 0.05 * changes),
            ("load", *load, 1.0),
        ):
            mean = (share * run + (1 - share) * walk) * factor
            assert getattr(every, name)[place, column] == pytest.approx(mean, rel=1e-9)
        assert every.stretch[place, column] == pytest.approx(min(talk), rel=1e-9)


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
