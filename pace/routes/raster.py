"""A square grid of cells over a piece of the plane, on which what surrounds a place is summed up quickly."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from pace.arrays import Array

TILE = 200
"""Cells along the side of a tile, without its margin."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Raster:
    """`rows` by `columns` cells of `cell` m; the corner of the first lies at `x`, `y` m."""

    x: float
    y: float
    cell: float
    rows: int
    columns: int

    @classmethod
    def tiles(cls, x: Array, y: Array, *, cell: float, margin: float) -> Iterator[tuple[Self, NDArray[np.int64]]]:
        """Yield square rasters that hold all places, each with the indices of its places and `margin` m around them.

        Only where there are places is there a raster: a line that leads far out of a map costs no more than its length.
        """
        side = TILE * cell
        key = np.stack((np.floor(x / side), np.floor(y / side))).astype(np.int64)
        order = np.lexsort(key)
        first = np.flatnonzero(np.any(np.diff(key[:, order], axis=1, prepend=key[:, order[:1]] - 1), axis=0))
        n = TILE + 2 * int(np.ceil(margin / cell))
        for rows in np.split(order, first[1:]) if order.size else ():  # tiles, not samples
            left, low = key[:, rows[0]] * side - (n - TILE) // 2 * cell
            yield cls(x=float(left), y=float(low), cell=cell, rows=n, columns=n), rows

    def index(self, x: Array, y: Array) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return the row and the column of the cell at each place, the nearest cell where it lies outside."""
        row = np.clip((y - self.y) / self.cell, 0, self.rows - 1).astype(np.int64)
        return row, np.clip((x - self.x) / self.cell, 0, self.columns - 1).astype(np.int64)

    def inside(self, x: Array, y: Array) -> NDArray[np.bool_]:
        """Return which places lie on the raster."""
        return np.asarray(
            (x >= self.x)
            & (x < self.x + self.cell * self.columns)
            & (y >= self.y)
            & (y < self.y + self.cell * self.rows)
        )

    def summed(self, x: Array, y: Array, weight: Array) -> Array:
        """Return the sum (rows, columns) of the weights in each cell; what lies outside is left out."""
        keep = self.inside(x, y)
        row, column = self.index(x[keep], y[keep])
        total = np.bincount(row * self.columns + column, weights=weight[keep], minlength=self.rows * self.columns)
        return np.asarray(total.reshape(self.rows, self.columns))

    def at(self, values: Array, x: Array, y: Array) -> Array:
        """Return `values` (rows, columns) at places, bilinear between the middles of cells."""
        row = np.clip((y - self.y) / self.cell - 0.5, 0, self.rows - 1.001)
        column = np.clip((x - self.x) / self.cell - 0.5, 0, self.columns - 1.001)
        i, j = row.astype(np.int64), column.astype(np.int64)
        down, right = row - i, column - j
        upper = values[i, j] * (1 - right) + values[i, j + 1] * right
        lower = values[i + 1, j] * (1 - right) + values[i + 1, j + 1] * right
        return np.asarray(upper * (1 - down) + lower * down)

    def convolved(self, values: Array, kernel: Array) -> Array:
        """Return the sum (rows, columns) over all cells around each, weighted by a kernel of odd size."""
        reach = kernel.shape[0] // 2
        shape = (self.rows + 2 * reach, self.columns + 2 * reach)
        both = np.fft.rfft2(values, shape) * np.fft.rfft2(kernel, shape)
        return np.asarray(np.fft.irfft2(both, shape)[reach : reach + self.rows, reach : reach + self.columns])

    def filled(self, x: Array, y: Array, offsets: NDArray[np.int64], turn: NDArray[np.int8]) -> NDArray[np.bool_]:
        """Return which cells (rows, columns) have their middle in any of the rings.

        Parameters
        ----------
        x, y : (k,) float64, m
            The points of the rings, each closed.
        offsets : (r + 1,) int
        turn : (r,) int
            1 for an outer ring, -1 for a hole, whatever way round it runs.

        Notes
        -----
        Winding numbers by scan line: every side adds its direction to the first cell right of where it crosses the
        middle of a row, and the sum from the left tells how often a cell is inside.
        """
        from pace.routes.lines import owner, within

        side = np.flatnonzero(within(offsets))
        column, row = (x - self.x) / self.cell - 0.5, (y - self.y) / self.cell - 0.5
        ring = owner(offsets)[side]
        sign = (np.sign(_areas(column, row, side, ring, offsets.size - 1)) * turn)[ring]
        x0, x1, y0, y1 = column[side], column[side + 1], row[side], row[side + 1]
        first, last = np.ceil(np.minimum(y0, y1)), np.ceil(np.maximum(y0, y1))
        first, last = np.clip(first, 0, self.rows).astype(np.int64), np.clip(last, 0, self.rows).astype(np.int64)
        counts = last - first
        which = np.repeat(np.arange(side.size), counts)
        at = np.arange(which.size) - np.repeat(np.cumsum(counts) - counts, counts) + first[which]
        crossed = x0[which] + (at - y0[which]) / (y1 - y0)[which] * (x1 - x0)[which]
        where = np.clip(np.ceil(crossed), 0, self.columns).astype(np.int64)
        step = (np.sign(y0 - y1) * sign)[which]
        flat = np.bincount(at * (self.columns + 1) + where, weights=step, minlength=self.rows * (self.columns + 1))
        return np.asarray(np.cumsum(flat.reshape(self.rows, -1), axis=1)[:, :-1] > 0.5)


def _areas(x: Array, y: Array, side: NDArray[np.int64], ring: NDArray[np.int64], n: int) -> Array:
    """Return twice the signed area (n,) of each ring: positive where it runs anticlockwise."""
    cross = x[side] * y[side + 1] - x[side + 1] * y[side]
    return np.asarray(np.bincount(ring, weights=cross, minlength=n), dtype=np.float64)
