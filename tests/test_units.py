"""Paces and speeds, as people write them and as we compute with them."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pace.errors import InputError
from pace.units import (
    degrees,
    pace_s_per_unit,
    parse_speed,
    show_pace,
    show_pace_range,
    steps_per_minute,
)

walkable = st.floats(0.5, 6.0)


@pytest.mark.parametrize(
    ("text", "units", "speed"),
    [
        ("6:40/km", "km", 2.5),
        ("6:40", "km", 2.5),
        ("6:40", "mi", 1609.344 / 400),
        ("6:40 min/km", "mi", 2.5),
        ("10:00 per mile", "km", 1609.344 / 600),
        ("10:00/mi", "km", 1609.344 / 600),
        ("9 km/h", "mi", 2.5),
        ("9km/h", "km", 2.5),
        ("5 mph", "km", 2.2352),
        (" 2.5 m/s ", "km", 2.5),
    ],
)
def test_a_pace_or_a_speed_is_read_as_people_write_it(text, units, speed):
    """Minutes and seconds per km or mile, km/h, mph and m/s; a bare pace is per the unit asked for."""
    assert parse_speed(text, units=units) == pytest.approx(speed)


@pytest.mark.parametrize(
    "text", ["", "fast", "7", "7:60/km", "7.45", "-7:45/km", "0:00/km", "0:30/km", "120:00", "٧:٤٥"]
)
def test_what_is_no_walking_or_running_pace_is_refused_with_an_example(text):
    """The error is an InputError that names what was typed."""
    with pytest.raises(InputError, match="pace"):
        parse_speed(text)


@given(walkable, st.sampled_from(["km", "mi"]))
def test_what_is_shown_is_read_back_to_half_a_second(speed, units):
    """Showing a pace rounds to the second and loses no more."""
    back = parse_speed(show_pace(speed, units=units))
    assert abs(pace_s_per_unit(back, units=units) - pace_s_per_unit(speed, units=units)) <= 0.5 + 1e-9


@given(walkable, walkable)
def test_a_range_shows_the_faster_pace_first_and_one_pace_once(a, b):
    """A range that rounds to one pace is shown as one pace."""
    slow, fast = min(a, b), max(a, b)
    shown = show_pace_range(slow, fast)
    assert shown.startswith(show_pace(fast, unit=False))
    assert ("–" in shown) == (show_pace(slow) != show_pace(fast))


def test_standing_has_no_pace():
    """A speed of zero is shown as a dash and is infinitely slow."""
    assert show_pace(0.0) == "–"
    assert math.isinf(pace_s_per_unit(0.0))


def test_fit_units_become_degrees_and_steps():
    """Half the semicircles are 180 degrees; a stride is two steps."""
    assert degrees(np.array([2.0**30, -(2.0**31)])).tolist() == [90.0, -180.0]
    assert steps_per_minute(np.array([55.0, np.nan])).tolist()[0] == 110.0
