"""Attract: many passes along one way become one line, the ridge of how densely the ground was walked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from pace.arrays import Array
from pace.routes.passes import Passes

REACH = 6.0
"""m; SD of the kernel across and along. Positions are off by 3 to 6 m (gps_accuracy), so passes along one way agree
within it, and ways 15 m apart stay two."""
SEEN = 20.0
"""m; farther passes do not pull at all: 3 SD and what a point moves."""
ROUNDS = 8
"""Steps up the ridge; the last moves points by less than 0.2 m."""
CELL = 3.0
"""m; passes in one cell in one direction count as one, so a way that is taken daily swallows no way beside it."""
BEARINGS = 8
"""Directions, 22.5° apart, that cells keep apart."""
BLOCK = 20_000
"""Points that climb at a time, which bounds the memory."""


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Ground:
    """How the ground was walked: cells with their place (c, 2) in m and direction (c, 2).

    The direction is the cosine and sine of twice the angle, its length at most 1. `cell` (n,) is that of each point.
    """

    place: Array
    direction: Array
    cell: NDArray[np.int64]

    @classmethod
    def of(cls, passes: Passes) -> Self:
        """Return the ground under some passes."""
        direction = passes.direction()
        bearing = np.rint(np.arctan2(direction[:, 1], direction[:, 0]) / (2 * np.pi) * BEARINGS) % BEARINGS
        key = np.stack((np.floor(passes.x / CELL), np.floor(passes.y / CELL), bearing), axis=1).astype(np.int64)
        cell = np.unique(key, axis=0, return_inverse=True)[1].reshape(-1)
        count = np.bincount(cell)
        sums = [np.bincount(cell, weights=v) / count for v in (passes.x, passes.y, *direction.T)]
        return cls(place=np.stack(sums[:2], axis=1), direction=np.stack(sums[2:], axis=1), cell=cell)

    def ridge(self, place: Array, direction: Array) -> Array:
        """Return where points (n, 2) come to lie when each climbs, across its direction, to the middle of the passes.

        A point is drawn by the passes that run its way only, so that a way that crosses does not bend it.

        References
        ----------
        Subspace-constrained mean shift: Ozertem & Erdogmus 2011, JMLR 12:1249; for tracks: Cao & Krumm 2009,
        doi:10.1145/1653771.1653776.
        """
        tree = cKDTree(self.place)
        starts = range(0, len(place), BLOCK)
        parts = [self._climbed(tree, place[at : at + BLOCK], direction[at : at + BLOCK]) for at in starts]
        return np.concatenate(parts) if parts else np.zeros((0, 2))

    def _climbed(self, tree: cKDTree, place: Array, direction: Array) -> Array:
        pairs = cKDTree(place).sparse_distance_matrix(tree, SEEN, output_type="ndarray")
        here, there = pairs["i"], pairs["j"]
        for _ in range(ROUNDS):
            off = self.place[there] - place[here]
            alike = np.clip((direction[here] * self.direction[there]).sum(axis=1), 0.0, None)
            pull = alike * np.exp(-(off**2).sum(axis=1) / (2 * REACH**2))
            total = np.maximum(np.bincount(here, weights=pull, minlength=len(place)), 1e-12)
            shift, turned = (
                np.stack([np.bincount(here, weights=pull * v, minlength=len(place)) for v in rows.T], axis=1)
                for rows in (off, self.direction[there])
            )
            across = _across(direction)
            place = place + across * ((shift / total[:, None]) * across).sum(axis=1, keepdims=True)
            size = np.hypot(*turned.T)[:, None]
            direction = np.where(size > 1e-9, turned / np.maximum(size, 1e-9), direction)
        return place


def _across(direction: Array) -> Array:
    """Return the unit vectors (n, 2) across directions given by twice their angle."""
    angle = np.arctan2(direction[:, 1], direction[:, 0]) / 2
    return np.stack((-np.sin(angle), np.cos(angle)), axis=1)
