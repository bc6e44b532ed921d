"""Where recordings keep beginning: noticed for a habit, not for a visit, wherever on earth."""

import numpy as np
import pytest

from pace import Track
from pace.routes.plane import Plane
from pace.routes.starts import NEAR_M, keeps_starting


def begun(plane, x, y):
    """Return a recording that begins at a place (m) and ends 2 km away."""
    latitude, longitude = plane.degrees(np.array([np.nan, x, x + 2000.0]), np.array([np.nan, y, y]))
    return Track.build(time=np.arange(3.0), latitude=latitude, longitude=longitude)


@pytest.mark.parametrize("longitude", [8.0, 180.0])
@pytest.mark.parametrize(("distance", "warned"), [(0.0, True), (NEAR_M - 20, True), (NEAR_M + 20, False)])
def test_a_habit_is_noticed_within_500_m(longitude, distance, warned):
    """Five recordings that begin at one door: a place nearer than 500 m is told, one farther off is not."""
    home = Plane(latitude=50.0, longitude=longitude)
    place = tuple(float(value) for value in home.degrees(0.0, distance))
    assert keeps_starting([begun(home, 0, 0)] * 5, place) is warned


def test_a_place_where_recordings_end_counts_as_well():
    """Whoever records only the way home is at home as well."""
    home = Plane(latitude=50.0, longitude=8.0)
    assert keeps_starting([begun(home, -2000.0, 0.0)] * 5, (50.0, 8.0))


def test_two_visits_are_no_habit():
    """Twice of twenty is a meeting point; so is what is rare among many."""
    home = Plane(latitude=50.0, longitude=8.0)
    away = [begun(home, 5000.0 + 700 * k, 3000.0) for k in range(30)]
    assert not keeps_starting([begun(home, 0, 0)] * 2 + away[:18], (50.0, 8.0))
    assert not keeps_starting([begun(home, 0, 0)] * 3 + away, (50.0, 8.0))


def test_recordings_without_a_position_tell_nothing():
    """Treadmills have no home."""
    assert not keeps_starting([Track.build(time=[0.0, 1.0])] * 9, (50.0, 8.0))
