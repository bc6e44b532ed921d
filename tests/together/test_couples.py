"""What people say after a session makes the next one better: the proof runs, and its measures are what they claim."""

import subprocess
import sys
from dataclasses import replace

import pytest

from benchmarks.couples import CLIENT_LEADS, FLAT, Body, Row, Session, minutes, regret, standard_effort
from corpus import ROOT
from pace.person.about import Said
from pace.person.cost import running_cost, walking_cost
from pace.simulate import people
from pace.together.choice import choose
from together.strategies import person


@pytest.mark.parametrize("name", ["couples", "pairs"])
def test_the_proof_runs_at_a_tiny_size(name):
    """The benchmark asserts its own answer and prints its tables."""
    command = [sys.executable, str(ROOT / "benchmarks" / f"{name}.py"), "--tiny"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip()


def couple(*, talk=30.0):
    """Return two people of whom everything is known."""
    truth = people(2, seed=1)
    known = [person(label=one.label, talk=talk, doubt=0.2) for one in truth]
    return tuple(Body(truth=t, summaries=(), known=k, any_day=k) for t, k in zip(truth, known, strict=True))


def known(two):
    """Return the all-knowing choice."""
    return choose(tuple(one.known for one in two), CLIENT_LEADS, FLAT)


def test_the_all_knowing_loses_nothing():
    """Their own choice has no regret, and its minutes are those of a session in which all can talk."""
    two = couple()
    best = known(two)
    assert best.best is not None
    assert regret(two, best, best) == 0
    assert minutes(two, best) == pytest.approx(50, abs=0.1)


def test_to_sit_where_both_could_move_loses_every_minute():
    """And to move where sitting would be right loses those in which not both can talk."""
    two = couple()
    best, sitting = known(two), replace(known(two), best=None)
    assert regret(two, sitting, best) == pytest.approx(minutes(two, best))
    assert regret(two, sitting, sitting) == 0
    assert regret(couple(talk=9.0), best, sitting) > 20


def test_the_standard_scale_is_the_cost_at_the_talk_speed():
    """In the gait that the person would use at it."""
    for truth in people(8, seed=2):
        runs = truth.talk_speed >= truth.walk_run_threshold
        effort, per_speed = standard_effort(truth)
        assert effort == pytest.approx(float((running_cost if runs else walking_cost)(truth.talk_speed)))
        assert per_speed > 0


def test_a_row_counts_shares_and_medians():
    """Of two sessions, one short, the share is a half, and the median loss lies between the two."""
    one = Session(
        n_activities=1,
        notes=0,
        short=True,
        out_of_words=False,
        regret=4.0,
        error=-1.0,
        gap=-0.2,
        to_learn=-0.1,
        same=True,
        sits=False,
        would_sit=False,
    )
    row = Row.of([one, replace(one, short=False, regret=0.0, gap=0.0, sits=True)])
    assert (row.short, row.regret, row.away, row.away_mean, row.sits) == (0.5, 2.0, 0.1, 0.1, 0.5)


def test_what_is_said_after_a_session_moves_the_estimate_towards_what_was_felt():
    """Out of words at a pace lowers the estimated threshold, at ease raises it, and more answers narrow it."""
    body = couple()[1]
    nothing = body.profile(0, ()).talk().speed
    short = body.profile(0, [Said(speed=1.6, talk="not")] * 3).talk().speed
    at_ease = body.profile(0, [Said(speed=2.6, talk="comfortable")] * 3).talk().speed
    assert short.median < nothing.median < at_ease.median
    assert short.high - short.low < nothing.high - nothing.low
