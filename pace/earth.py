"""The earth as the ellipsoid of GPS (WGS 84): places in space, metres in a degree, angles the short way round."""

from __future__ import annotations

from typing import Any

import numpy as np

from pace.arrays import Array

MAJOR, FLATTENING = 6_378_137.0, 1 / 298.257223563
"""The radius at the equator, m, and how flat it is. NIMA TR8350.2, Department of Defense World Geodetic System 1984."""
SQUARE = FLATTENING * (2 - FLATTENING)
"""The first eccentricity, squared."""


def in_space(latitude: Array, longitude: Array) -> Array:
    """Return places (m, 3) in space, m from the middle of the earth, on the ellipsoid.

    Neither the poles nor the antimeridian is special. The straight line between two places is the geodesic to 1e-9
    below 1 km, and to 1e-5 below 100 km.

    Parameters
    ----------
    latitude, longitude : (m,) float64, degrees

    Examples
    --------
    >>> in_space(np.array([0.0, 90.0]), np.array([0.0, 0.0])).round().tolist()
    [[6378137.0, 0.0, 0.0], [0.0, 0.0, 6356752.0]]
    """
    phi, lam = np.radians(latitude), np.radians(longitude)
    up = np.sin(phi)
    across = MAJOR / np.sqrt(1 - SQUARE * up**2)
    circle = across * np.cos(phi)
    return np.stack((circle * np.cos(lam), circle * np.sin(lam), (1 - SQUARE) * across * up), axis=1)


def metres_per_degree(latitude: Any) -> tuple[Array, Array]:
    """Return how many metres a degree of latitude and one of longitude have at a latitude (degrees); shape kept.

    References
    ----------
    Snyder 1987, Map Projections, USGS Professional Paper 1395, eq. 4-18 to 4-21: the radii of curvature.

    Examples
    --------
    >>> north, east = metres_per_degree([0.0, 60.0])
    >>> north.round().tolist(), east.round().tolist()
    ([110574.0, 111412.0], [111319.0, 55800.0])
    """
    phi = np.radians(np.asarray(latitude, dtype=np.float64))
    rest = 1 - SQUARE * np.sin(phi) ** 2
    across = np.radians(MAJOR / np.sqrt(rest))
    return np.asarray(across * (1 - SQUARE) / rest), np.asarray(across * np.cos(phi))


def line_steps(latitude: Array, longitude: Array) -> Array:
    """Return the lengths (k - 1,) of the pieces of a line through k places, m, each a straight line in space.

    Examples
    --------
    >>> line_steps(np.array([0.0, 0.0, 0.001]), np.array([179.999, -179.999, -179.999])).round(1).tolist()
    [222.6, 110.6]
    """
    return np.asarray(np.linalg.norm(np.diff(in_space(latitude, longitude), axis=0), axis=1))


def short_way(degrees: Any) -> Array:
    """Return angles brought into -180 up to 180 degrees.

    Examples
    --------
    >>> short_way([359.0, -181.0, 12.0]).tolist()
    [-1.0, 179.0, 12.0]
    """
    return np.asarray((np.asarray(degrees, dtype=np.float64) + 180) % 360 - 180)
