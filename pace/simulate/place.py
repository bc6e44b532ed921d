"""The invented place: a small town's paths between a river plain and hills, in the open South Atlantic.

Nothing lies within 900 km of it, so no sample can be taken for somebody's home. The paths are the lines of an uneven
grid; elevation is a formula, flat in the south and hilly in the north.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from pace.arrays import Array
from pace.earth import metres_per_degree
from pace.simulate.noise import stream

Terrain = Literal["flat", "rolling", "hilly"]

ORIGIN_LATITUDE, ORIGIN_LONGITUDE = -5.0, -5.0
"""Degrees; open ocean, about 1,000 km from the nearest land."""
NORTH_M, EAST_M = (float(metres) for metres in metres_per_degree(ORIGIN_LATITUDE))
"""Metres in a degree of latitude and of longitude: the place is small enough to be flat."""
NODES, SPACING, JITTER = 13, 220.0, 35.0
"""Crossings per side of the grid, their mean distance (m) and how far each is off it (m)."""
STEP = 4.0
"""Metres between the points of a way."""
ROWS: dict[Terrain, tuple[int, int]] = {"flat": (0, 2), "rolling": (4, 8), "hilly": (9, 12)}
"""The rows of the grid that an outing stays in."""


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Way:
    """A way to follow, every STEP m: along, x, y, elevation (m) and grade (rise/run), all (k,)."""

    along: Array
    x: Array
    y: Array
    elevation: Array
    grade: Array


def crossings() -> Array:
    """Return the crossings of the paths, (13, 13, 2) float64: x east and y north in m, indexed by column and row."""
    column, row = np.meshgrid(np.arange(NODES), np.arange(NODES), indexing="ij")
    off = stream(1, "place").uniform(-JITTER, JITTER, size=(NODES, NODES, 2))
    return np.asarray(np.stack((column, row), axis=-1) * SPACING + off, dtype=np.float64)


def elevation(x: Array, y: Array) -> Array:
    """Return the height of the ground (m) at x, y (m); shape kept. Hills grow towards the north."""
    north = np.clip(y / (NODES * SPACING), 0.0, 1.0) ** 2
    hills = 16 * np.sin(x / 101.0 + 0.7) * np.cos(y / 118.0) + 7 * np.sin((x + y) / 67.0)
    height: Array = 38.0 + 30.0 * north + 1.2 * np.sin(x / 150.0) + north * hills
    return height


def degrees_of(x: Array, y: Array) -> tuple[Array, Array]:
    """Return latitude and longitude (degrees) of x, y (m)."""
    return ORIGIN_LATITUDE + y / NORTH_M, ORIGIN_LONGITUDE + x / EAST_M


def way(*, terrain: Terrain, length: float, seed: int) -> Way:
    """Return a way of at least `length` m: loops through one crossing, each around a few blocks of the terrain."""
    dice = stream(seed, "way")
    low, high = ROWS[terrain]
    home = (NODES // 2, (low + high) // 2)
    stops = [home]
    while len(stops) * (SPACING - 2 * JITTER) < length + 2 * SPACING:
        across = int(dice.choice((-1, 1))) * int(dice.randint(1, NODES // 2))
        rows = [row for row in range(low, high + 1) if row != home[1]]
        stops += _round_the_blocks(home, home[0] + across, int(dice.choice(rows)))
    return _smooth(crossings()[tuple(np.transpose(stops))])


def _round_the_blocks(home: tuple[int, int], column: int, row: int) -> list[tuple[int, int]]:
    """Return the crossings from home along a rectangle to (column, row) and back home, home left out at the start."""
    across = range(home[0], column, 1 if column > home[0] else -1)
    up = range(home[1], row, 1 if row > home[1] else -1)
    out = [(c, home[1]) for c in across] + [(column, r) for r in up]
    back = [(c, row) for c in (column, *reversed(across))] + [(home[0], r) for r in reversed(up)]
    return [*out[1:], *back]


def _smooth(corner: Array) -> Way:
    """Return the way along straight lines between corners (k, 2), cut short at each corner as feet do."""
    leg = np.hypot(*np.diff(corner, axis=0).T)
    at = np.concatenate(([0.0], np.cumsum(leg)))
    points = np.arange(0.0, at[-1], STEP)
    sharp = np.stack([np.interp(points, at, corner[:, axis]) for axis in (0, 1)])
    x, y = (np.convolve(np.pad(line, 3, mode="edge"), np.full(7, 1 / 7), mode="valid") for line in sharp)
    along = np.concatenate(([0.0], np.cumsum(np.hypot(np.diff(x), np.diff(y)))))
    height = elevation(x, y)
    return Way(along=along, x=x, y=y, elevation=height, grade=np.gradient(height, along))
