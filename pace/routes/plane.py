"""A small piece of the earth laid flat: metres east and north of a centre."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Self

import numpy as np

from pace.arrays import Array

EARTH = 6_371_008.8
"""m, mean radius (IUGG)."""
METRES_PER_DEGREE = EARTH * np.pi / 180


@dataclass(frozen=True, slots=True, kw_only=True)
class Plane:
    """An equirectangular plane about a centre (degrees); within 50 km of it lengths are true to 0.5 %.

    Longitudes are taken the short way round, so a place on the antimeridian is one place.

    Examples
    --------
    >>> x, y = Plane(latitude=0.0, longitude=179.9).metres(0.0, -179.9)
    >>> round(float(x)), round(float(y))
    (22239, 0)
    """

    latitude: float
    longitude: float

    @classmethod
    def about(cls, latitude: Array, longitude: Array) -> Self:
        """Return the plane about the middle of some places; about 0, 0 where there are none."""
        if not latitude.size:
            return cls(latitude=0.0, longitude=0.0)
        first = float(longitude[0])
        east = around(longitude - first)
        middle = first + float(east.min() + east.max()) / 2
        return cls(latitude=float(latitude.min() + latitude.max()) / 2, longitude=float(around(middle)))

    def metres(self, latitude: Any, longitude: Any) -> tuple[Array, Array]:
        """Return metres east and north of the centre; the arguments broadcast."""
        east = around(np.asarray(longitude, dtype=np.float64) - self.longitude)
        x = east * (METRES_PER_DEGREE * np.cos(np.radians(self.latitude)))
        return x, (np.asarray(latitude, dtype=np.float64) - self.latitude) * METRES_PER_DEGREE

    def degrees(self, x: Any, y: Any) -> tuple[Array, Array]:
        """Return latitude and longitude of metres east and north; the inverse of `metres`."""
        east = np.asarray(x, dtype=np.float64) / (METRES_PER_DEGREE * np.cos(np.radians(self.latitude)))
        return np.asarray(y, dtype=np.float64) / METRES_PER_DEGREE + self.latitude, around(east + self.longitude)


def around(degrees: Any) -> Array:
    """Return angles brought into -180 up to 180 degrees.

    Examples
    --------
    >>> around([359.0, -181.0, 12.0]).tolist()
    [-1.0, 179.0, 12.0]
    """
    return np.asarray((np.asarray(degrees, dtype=np.float64) + 180) % 360 - 180)
