"""What moving costs, against published figures."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pace.person.cost import (
    cheapest_cost,
    cost,
    crossing_speed,
    running_cost,
    running_grade_factor,
    speed_at_cost,
    walking_cost,
)

# Gross VO2 by LCDA on the level (Looney 2019), speed m/s: ml/kg/min at 20.9 J/ml.
LCDA = {0.82: 9.56, 1.0: 10.39, 1.31: 12.42, 1.47: 13.92, 1.72: 17.2, 1.9: 20.45, 2.0: 22.66, 2.1: 25.2, 2.2: 28.09}
# ACSM running on the level.
ACSM = {1.8: 25.1, 2.0: 27.5, 2.2222: 30.17, 2.5: 33.5, 2.74: 36.38, 3.0: 39.5, 3.25: 42.5}
# Measured gross VO2 of walking (Murtagh 2021): mean and 95 % interval.
MURTAGH = {1.31: 11.97, 1.47: 13.34}
# Strava's factors by grade in percent: equal heart rate.
STRAVA = {
    -20: 1.081,
    -15: 0.941,
    -10: 0.876,
    -8: 0.876,
    -6: 0.891,
    -4: 0.918,
    -2: 0.960,
    0: 1,
    2: 1.055,
    4: 1.135,
    6: 1.228,
    8: 1.337,
    10: 1.459,
    15: 1.846,
    20: 2.297,
}
# Measured net cost of running at its cheapest grade, J/kg/m (Minetti 2002, verified row): 1.73 at -20 %, 3.40 level.
MINETTI_LEVEL, MINETTI_DOWN_20 = 3.40, 1.73
# The same of walking at 1.0 m/s, verified rows: mean and SD by grade.
MINETTI_WALKING = {0.0: (1.64, 0.50), -0.10: (0.81, 0.37)}

speeds = st.floats(0.3, 6.0)
grades = st.floats(-0.4, 0.4)


@pytest.mark.parametrize(("speed", "oxygen"), LCDA.items())
def test_walking_on_the_level_is_lcda(speed, oxygen):
    assert walking_cost(speed) == pytest.approx(oxygen, abs=0.006)


@pytest.mark.parametrize(("speed", "oxygen"), ACSM.items())
def test_running_on_the_level_is_acsm(speed, oxygen):
    assert running_cost(speed) == pytest.approx(oxygen, abs=0.006)


@pytest.mark.parametrize(("speed", "oxygen"), MURTAGH.items())
def test_walking_agrees_with_measured_means_within_6_percent(speed, oxygen):
    assert walking_cost(speed) == pytest.approx(oxygen, rel=0.06)


@pytest.mark.parametrize(("percent", "factor"), STRAVA.items())
def test_a_grade_counts_as_the_flat_speed_of_equal_heart_rate(percent, factor):
    assert running_grade_factor(percent / 100) == pytest.approx(factor, abs=1e-12)


def test_running_lies_above_the_measured_net_cost_of_elite_runners_and_within_a_fifth():
    """Minetti's mountain runners are cheaper than ACSM's people: 3.40 J/kg/m net is 9.76 ml/kg/min per m/s."""
    net = (running_cost(3.0) - 3.5) / 3.0
    assert 1 < net / (MINETTI_LEVEL * 60 / 20.9) < 1.25


@pytest.mark.parametrize(("grade", "measured"), MINETTI_WALKING.items())
def test_walking_lies_above_the_measured_net_cost_of_mountain_runners_within_two_sd(grade, measured):
    """Ordinary people are dearer on the level, and downhill they get less credit."""
    net = (walking_cost(1.0, grade) - 3.5) * 20.9 / 60
    assert measured[0] < net < measured[0] + 2 * measured[1]


def test_downhill_gets_less_credit_than_energy_would_give():
    """At -20 % the energy halves; the heart rate does not, and talking goes by the heart."""
    assert running_grade_factor(-0.20) > MINETTI_DOWN_20 / MINETTI_LEVEL
    assert running_grade_factor(np.linspace(-0.3, 0, 61)).min() == pytest.approx(0.876)


def test_walking_meets_running_where_people_do():
    """The energetically optimal transition was measured at 2.08-2.23 m/s; the curves must cross within 2.0-2.3."""
    assert 2.0 <= crossing_speed() <= 2.3


def test_the_crossing_falls_uphill():
    """Brill & Kram 2021: 2.14, 1.99, 1.78 m/s at 0, 5 and 10 degrees."""
    assert crossing_speed(0.0) > crossing_speed(0.0875) > 1.5


def test_uphill_walking_agrees_with_acsm_within_a_fifth():
    acsm = 0.1 * 80.4 + 1.8 * 80.4 * 0.10 + 3.5
    assert walking_cost(1.34, 0.10) == pytest.approx(acsm, rel=0.2)


@given(speeds, speeds, grades, st.sampled_from(["walk", "run", "cheapest"]))
def test_faster_costs_more(one, other, grade, gait):
    slow, fast = sorted((one, other))
    assert cost(slow, grade, gait=gait) <= cost(fast, grade, gait=gait) + 1e-9


@given(speeds, grades)
def test_the_cheapest_gait_is_never_dearer_than_walking(speed, grade):
    assert cheapest_cost(speed, grade) <= walking_cost(speed, grade)


@given(speeds, grades, st.sampled_from(["walk", "run", "cheapest"]))
def test_speed_and_cost_invert_each_other(speed, grade, gait):
    assert speed_at_cost(cost(speed, grade, gait=gait), grade, gait=gait) == pytest.approx(speed, abs=1e-6)


@given(speeds)
def test_uphill_costs_more(speed):
    climb = np.linspace(-0.02, 0.3, 33)
    assert (np.diff(walking_cost(speed, climb)) > 0).all()
    assert (np.diff(running_cost(speed, climb)) > 0).all()


def test_nothing_moves_below_the_cost_of_standing():
    assert speed_at_cost([0.0, 3.0]).tolist() == [0.0, 0.0]
