"""Distances beside those on the ellipsoid, worked out another way."""

from __future__ import annotations

import numpy as np
import pytest
from geographiclib.geodesic import Geodesic

from pace.activity.path import position_steps
from pace.earth import line_steps
from pace.routes.plane import Plane

GOAL = 0.001
Place = tuple[float, float]


def geodesic(one: Place, other: Place) -> float:
    """Return the distance between two places on the ellipsoid of GPS, m (Karney 2013, to some nanometres)."""
    return float(Geodesic.WGS84.Inverse(*one, *other, Geodesic.DISTANCE)["s12"])


def by_steps(one: Place, other: Place) -> float:
    """Return the distance that a recording of two positions has."""
    latitude, longitude = np.array([one, other]).T
    return float(position_steps(np.array([1000.0]), latitude, longitude).length[0])


def by_line(one: Place, other: Place) -> float:
    """Return the length of a way of one piece."""
    return float(line_steps(*np.array([one, other]).T)[0])


def by_plane(one: Place, other: Place) -> float:
    """Return the distance on a map about the first place."""
    return float(np.hypot(*Plane(latitude=one[0], longitude=one[1]).metres(*other)))


def pairs(n: int) -> list[tuple[Place, Place]]:
    """Return pairs of places 1 to 100 m apart: all over the earth, at the poles and across the date line."""
    dice = np.random.default_rng(1)
    first = list(zip(dice.uniform(-89.9, 89.9, n), dice.uniform(-180, 180, n), strict=True))
    first += [(0.0, 179.9999), (60.0, -179.9999), (89.9999, 10.0), (-89.9999, 0.0), (0.0, 0.0), (45.0, 9.0)]
    found = []
    for latitude, longitude in first:
        north, east = dice.normal(scale=30, size=2) / 111_195
        other = longitude + east / np.cos(np.radians(latitude))
        found.append(((latitude, longitude), (float(np.clip(latitude + north, -90, 90)), (other + 180) % 360 - 180)))
    return found


@pytest.mark.parametrize(
    ("name", "way", "poles"),
    [("a recording", by_steps, True), ("a way", by_line, True), ("a map", by_plane, False)],
)
def test_a_distance_is_that_of_the_geodesic(name, way, poles, figure):
    """Of 2,000 pairs of places the worst is within 0.1 %; a map does not reach the poles."""
    off = [way(a, b) / geodesic(a, b) - 1 for a, b in pairs(2000) if poles or abs(a[0]) < 85]
    worst = float(np.abs(off).max())
    figure("N2", f"{name}: at most {worst * 1e6:.3f} m off in 1,000 km")
    assert worst < GOAL
