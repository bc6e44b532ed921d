"""A small piece of the earth laid flat: metres east and north of a centre."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Self

import numpy as np

from pace.arrays import Array
from pace.earth import metres_per_degree, short_way


@dataclass(frozen=True, slots=True, kw_only=True)
class Plane:
    """An equirectangular plane about a centre (degrees), true there.

    Nearer the pole, lengths from west to east are too long by the tangent of the latitude for each radian, nearer the
    equator too short: 0.5 % at 20 km in latitude 60. What a way's length is, `line_steps` tells.

    Longitudes are taken the short way round, so a place on the antimeridian is one place.

    Examples
    --------
    >>> x, y = Plane(latitude=0.0, longitude=179.9).metres(0.0, -179.9)
    >>> round(float(x)), round(float(y))
    (22264, 0)
    """

    latitude: float
    longitude: float

    @classmethod
    def about(cls, latitude: Array, longitude: Array) -> Self:
        """Return the plane about the middle of some places; about 0, 0 where there are none."""
        if not latitude.size:
            return cls(latitude=0.0, longitude=0.0)
        first = float(longitude[0])
        east = short_way(longitude - first)
        middle = first + float(east.min() + east.max()) / 2
        return cls(latitude=float(latitude.min() + latitude.max()) / 2, longitude=float(short_way(middle)))

    def metres(self, latitude: Any, longitude: Any) -> tuple[Array, Array]:
        """Return metres east and north of the centre; the arguments broadcast."""
        north, east = metres_per_degree(self.latitude)
        x = east * short_way(np.asarray(longitude, dtype=np.float64) - self.longitude)
        return x, north * (np.asarray(latitude, dtype=np.float64) - self.latitude)

    def degrees(self, x: Any, y: Any) -> tuple[Array, Array]:
        """Return latitude and longitude of metres east and north; the inverse of `metres`."""
        north, east = metres_per_degree(self.latitude)
        longitude = short_way(np.asarray(x, dtype=np.float64) / east + self.longitude)
        return np.asarray(y, dtype=np.float64) / north + self.latitude, longitude
