"""Where walking ends and running begins on one signal of one activity: at a value that people pass quickly."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from pace.arrays import Array


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Signal:
    """A signal that tells walking from running, and what is usual of it before an activity is seen.

    Attributes
    ----------
    edges : (k,) float64
        Evenly wide bins to count it in.
    cut, cut_sd : float
        Where walking usually ends and running begins, and how much that differs between activities.
    width : float
        Half-width of the stretch of the signal that a change of gait is expected to pass quickly.
    steepness : float
        Log odds of running against walking that a unit beyond the cut is worth in one second.
    """

    edges: Array
    cut: float
    cut_sd: float
    width: float
    steepness: float

    def cuts(self, values: Array, seconds: Array) -> tuple[Array, Array]:
        """Return candidate cuts (k - 2,) and their probability, given the seconds (n,) spent at each value (n,).

        People walk, or run; they pass what lies between (Baker 2025, arXiv:2501.00720, found the gap in field speeds).
        So a cut is the likelier the less time was spent about it, and much likelier where more was spent on both
        sides; where the activity shows no such valley, or several, what is usual decides, and the doubt stays.
        """
        share = _smoothed(_shares(values, self.edges, seconds), round(self.width / (self.edges[1] - self.edges[0])))
        candidates = self.edges[1:-1]
        about = SHARE_FLOOR + (share[1:] + share[:-1]) / 2
        below, above = np.maximum.accumulate(share)[:-1], np.maximum.accumulate(share[::-1])[-2::-1]
        depth = np.log(np.maximum(1, (SHARE_FLOOR + np.minimum(below, above)) / about))
        log = VALLEY * depth - EMPTY * np.log(about) - (((candidates - self.cut) / self.cut_sd) ** 2) / 2
        weight = np.exp(log - log.max())
        return candidates, weight / weight.sum()

    def likely_cuts(self, values: Array, seconds: Array, *, n: int) -> Array:
        """Return n equally likely cuts (the middles of n equal shares of their probability)."""
        candidates, weight = self.cuts(values, seconds)
        return np.interp((np.arange(n) + 0.5) / n, np.cumsum(weight) - weight / 2, candidates)


VALLEY, EMPTY, SHARE_FLOOR = 3.0, 0.5, 0.02
"""What a valley's depth and mere emptiness say, per e-fold of time; and the share of time that counts as none."""


def _shares(values: Array, edges: Array, weight: Array) -> Array:
    """Return the share of time in each bin; values outside count in the outermost bins, missing ones nowhere."""
    known = np.isfinite(values)
    index = ((values[known] - edges[0]) / (edges[1] - edges[0])).astype(np.intp)
    index = np.clip(index, 0, edges.size - 2)
    count = np.bincount(index, weights=weight[known], minlength=edges.size - 1)
    return np.asarray(count / max(float(count.sum()), 1.0))


def _smoothed(share: Array, half: int) -> Array:
    """Return the share of time within `half` bins to either side of each bin."""
    total = np.cumsum(np.pad(share, (half + 1, half)))
    return np.asarray(total[2 * half + 1 :] - total[: -2 * half - 1])
