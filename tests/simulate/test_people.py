"""Invented people: a wide grid, no contradiction, and a heart and a cost that follow what is known."""

import numpy as np
import pytest

from pace.activity.grid import RUN, WALK
from pace.errors import InputError
from pace.simulate import Invented, outings, people, vo2
from pace.simulate.samples import CLIENT, THERAPIST


def test_people_fill_the_grid_evenly():
    """Of 40 people exactly one lies in each fortieth of the range of thresholds, and of that of talk speeds."""
    drawn = people(40, seed=3)
    for values, low, width in (
        ([p.walk_run_threshold for p in drawn], 1.5, 0.9),
        ([p.talk_speed for p in drawn], 1.4, 1.8),
    ):
        assert sorted(np.floor((np.array(values) - low) / width * 40).tolist()) == list(range(40))


def test_people_are_the_same_for_the_same_seed_and_others_for_another():
    """The sampler throws no dice of its own."""
    assert people(5, seed=1) == people(5, seed=1)
    assert people(5, seed=1) != people(5, seed=2)
    assert people(0, seed=1) == ()


def test_threshold_and_talk_speed_are_drawn_apart():
    """Over many people neither tells the other: |r| is below 0.15 for 400."""
    drawn = people(400, seed=7)
    assert abs(np.corrcoef([p.walk_run_threshold for p in drawn], [p.talk_speed for p in drawn])[0, 1]) < 0.15


def test_every_eighth_person_shuffles_and_every_eighth_race_walks():
    """Both manners are in the grid, and a race-walker walks with the steps of a runner."""
    manners = [p.manner for p in people(16, seed=1)]
    assert manners.count("shuffle") == manners.count("race-walk") == 2
    racer = people(16, seed=1)[7]
    assert racer.walk_cadence + racer.walk_cadence_slope * (2.0 - 1.3) > 140


def test_a_person_whose_threshold_lies_outside_their_limits_is_refused():
    """Truth that contradicts itself is no truth."""
    with pytest.raises(InputError, match="limits"):
        Invented(
            label="x",
            walk_run_threshold=2.0,
            talk_speed=2.0,
            walk_limit=1.9,
            run_limit=1.8,
            comfortable_walk=1.4,
            comfortable_run=2.5,
        )


def test_walking_costs_what_was_measured_at_the_usual_pace():
    """At 1.31 m/s 11.97 (11.69–12.25) ml/kg/min were measured (Murtagh 2021); the model is within 6 %."""
    got = vo2(THERAPIST, gait=np.array([WALK]), speed=np.array([1.31]), grade=np.zeros(1))
    assert got[0] == pytest.approx(11.97, rel=0.06)


def test_the_heart_rate_rises_with_running_speed_as_on_a_treadmill():
    """24.2 ± 8.3 beats/min per m/s (Hunt 2015); both sample people lie within two SDs."""
    for person in (THERAPIST, CLIENT):
        low, high = vo2(person, gait=np.array([RUN, RUN]), speed=np.array([2.0, 3.0]), grade=np.zeros(2))
        reserve = person.talk_heart_rate - person.resting_heart_rate
        assert 24.2 - 2 * 8.3 < (high - low) / (person.talk_vo2 - 3.5) * reserve < 24.2 + 2 * 8.3


def test_nobody_runs_beyond_their_breath():
    """What a person holds on the flat takes no more than nine tenths of their maximum; some can only walk."""
    drawn = people(40, seed=3)
    tops = np.array([p.top_speed for p in drawn])
    for person, top in zip(drawn, tops, strict=True):
        gait = np.array([RUN if top >= person.walk_run_threshold else WALK])
        assert vo2(person, gait=gait, speed=np.array([top]), grade=np.zeros(1))[0] <= 0.9 * person.max_vo2 + 1e-9
    walkers = tops < [p.walk_run_threshold for p in drawn]
    assert 5 < walkers.sum() < 25
    walker = drawn[int(np.argmax(walkers))]
    assert (outings(walker, 1, seed=1, kinds=("run",))[0].truth.gait == RUN).mean() < 0.1


def test_what_they_say_is_right_on_average():
    """Well below the talk speed nearly all answers are `comfortable`, well above nearly all are `not`."""
    slow = [CLIENT.says(CLIENT.talk_speed - 0.8, seed=s).talk for s in range(200)]
    fast = [CLIENT.says(CLIENT.talk_speed + 1.1, seed=s).talk for s in range(200)]
    assert slow.count("comfortable") > 190
    assert fast.count("not") > 190
