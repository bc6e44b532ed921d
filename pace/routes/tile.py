"""A grid of heights: where its cells lie on the earth, how high the ground is between them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from pace.arrays import Array
from pace.earth import FLATTENING, MAJOR, metres_per_degree, short_way
from pace.routes.network import Network


class Box(NamedTuple):
    """The part of the earth that is asked about, degrees; never across the antimeridian."""

    south: float
    west: float
    north: float
    east: float

    @classmethod
    def of(cls, network: Network, *, margin: float = 0.01) -> Box:
        """Return the box around a network.

        Parameters
        ----------
        network : Network
        margin : float, degrees
        """
        latitude, longitude = network.point_latitude, network.point_longitude
        return cls(
            float(latitude.min()) - margin,
            float(longitude.min()) - margin,
            float(latitude.max()) + margin,
            float(longitude.max()) + margin,
        )


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Tile:
    """A grid of heights in a system of its own.

    Attributes
    ----------
    height : (rows, columns) float32, m
        North row first; NaN where unknown.
    x, y : float
        Of the middle of the first cell, in the tile's own system: degrees, or m of its zone.
    dx, dy : float
        From cell to cell, east and south, in the same unit; both positive.
    zone : int
        0 where the system is longitude and latitude; else the UTM zone, negative in the south.
    """

    height: NDArray[np.float32]
    x: float
    y: float
    dx: float
    dy: float
    zone: int = 0

    def at(self, latitude: Array, longitude: Array) -> Array:
        """Return the height of places, bilinear between cells of which none is unknown.

        Parameters
        ----------
        latitude, longitude : (k,) float64, degrees

        Returns
        -------
        (k,) float64, m
            NaN outside.
        """
        x, y = (longitude, latitude) if self.zone == 0 else utm(latitude, longitude, self.zone)
        column, row = (x - self.x) / self.dx, (self.y - y) / self.dy
        rows, columns_ = self.height.shape
        inside = (column >= -0.5) & (column <= columns_ - 0.5) & (row >= -0.5) & (row <= rows - 0.5)
        column, row = np.clip(column, 0, columns_ - 1), np.clip(row, 0, rows - 1)
        j, i = np.minimum(column.astype(np.int64), columns_ - 2), np.minimum(row.astype(np.int64), rows - 2)
        right, down = column - j, row - i
        corner = [self.height[i + di, j + dj].astype(np.float64) for di in (0, 1) for dj in (0, 1)]
        share = [(1 - down) * (1 - right), (1 - down) * right, down * (1 - right), down * right]
        found = sum(np.where(w > 0, w * h, 0.0) for w, h in zip(share, corner, strict=True))
        return np.where(inside, found, np.nan)

    def cell(self) -> float:
        """Return the side of a cell north to south, m."""
        return self.dy if self.zone else self.dy * float(metres_per_degree(self.y)[0])


def cropped(box: Box, *, x: float, y: float, dx: float, dy: float, shape: tuple[int, ...]) -> tuple[slice, slice]:
    """Return the rows and columns of a grid that touch a box (in the grid's own system)."""
    top, bottom = (y - box.north) / dy - 2, (y - box.south) / dy + 3
    left, right = (box.west - x) / dx - 2, (box.east - x) / dx + 3
    rows = slice(int(np.clip(top, 0, shape[0])), int(np.clip(bottom, 0, shape[0])))
    return rows, slice(int(np.clip(left, 0, shape[1])), int(np.clip(right, 0, shape[1])))


def utm(latitude: Array, longitude: Array, zone: int) -> tuple[Array, Array]:
    """Return easting and northing (m) of places in a UTM zone, negative zones in the south.

    References
    ----------
    Krüger 1912, Konforme Abbildung des Erdellipsoids in der Ebene, series to the third order in n: below 1 mm.

    Examples
    --------
    >>> x, y = utm(np.array([0.0]), np.array([9.0]), 32)
    >>> round(float(x[0])), round(float(y[0]))
    (500000, 0)
    """
    n = FLATTENING / (2 - FLATTENING)
    radius = MAJOR / (1 + n) * (1 + n**2 / 4 + n**4 / 64)
    alpha = (n / 2 - 2 * n**2 / 3 + 5 * n**3 / 16, 13 * n**2 / 48 - 3 * n**3 / 5, 61 * n**3 / 240)
    phi, east = np.radians(latitude), np.radians(short_way(longitude - (6 * abs(zone) - 183)))
    e = 2 * np.sqrt(n) / (1 + n)
    t = np.sinh(np.arctanh(np.sin(phi)) - e * np.arctanh(e * np.sin(phi)))
    xi, eta = np.arctan2(t, np.cos(east)), np.arctanh(np.sin(east) / np.sqrt(1 + t**2))
    up = xi + sum(a * np.sin(2 * j * xi) * np.cosh(2 * j * eta) for j, a in enumerate(alpha, 1))
    side = eta + sum(a * np.cos(2 * j * xi) * np.sinh(2 * j * eta) for j, a in enumerate(alpha, 1))
    return 500_000 + 0.9996 * radius * side, 0.9996 * radius * up + (10_000_000 if zone < 0 else 0)
