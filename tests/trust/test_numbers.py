"""Distances beside those on the ellipsoid, worked out another way."""

from __future__ import annotations

import numpy as np
import pytest

from pace.activity.path import position_steps
from pace.routes.plane import Plane

MAJOR, FLATTENING = 6_378_137.0, 1 / 298.257223563
"""The ellipsoid of GPS (WGS 84): m, and how flat it is."""
GOAL = 0.001


def geodesic(one: tuple[float, float], other: tuple[float, float]) -> float:
    """Return the distance between two near places, m: a chord in space, which below 1 km is the geodesic to 1e-9."""
    place = []
    for latitude, longitude in (one, other):
        phi, lam = np.radians(latitude), np.radians(longitude)
        square = FLATTENING * (2 - FLATTENING)
        across = MAJOR / np.sqrt(1 - square * np.sin(phi) ** 2)
        place.append(
            (
                across * np.cos(phi) * np.cos(lam),
                across * np.cos(phi) * np.sin(lam),
                across * (1 - square) * np.sin(phi),
            )
        )
    return float(np.linalg.norm(np.subtract(*place)))


def by_steps(one: tuple[float, float], other: tuple[float, float]) -> float:
    """Return the distance that a recording of two positions has."""
    latitude, longitude = np.array([one, other]).T
    return float(position_steps(np.array([1000.0]), latitude, longitude).length[0])


def by_plane(one: tuple[float, float], other: tuple[float, float]) -> float:
    """Return the distance on a map about the first place."""
    return float(np.hypot(*Plane(latitude=one[0], longitude=one[1]).metres(*other)))


def pairs(n: int) -> list[tuple[tuple[float, float], tuple[float, float]]]:
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


@pytest.mark.parametrize(("way", "poles"), [(by_steps, True), (by_plane, False)])
def test_a_distance_is_that_of_the_geodesic(way, poles, figure):
    """Of 2,000 pairs of places the worst is within 0.6 % (a sphere in place of the ellipsoid); the goal is 0.1 %."""
    off = [way(a, b) / geodesic(a, b) - 1 for a, b in pairs(2000) if poles or abs(a[0]) < 85]
    worst = float(np.abs(off).max())
    name = "a recording" if way is by_steps else "a map"
    told = f"{name}: at most {worst:.2%} off, {np.median(np.abs(off)):.2%} at the median"
    figure("N2", told, short=f"{worst:.2%} instead of {GOAL:.1%}" if worst > GOAL else "")
    assert worst < 0.006
