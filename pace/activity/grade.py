"""How steep the way was: elevation smoothed over the length of a piece of terrain, not over time."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from pace.arrays import Array

SPACING_M = 5.0
"""m; elevation is looked at every 5 m of the way."""
SMOOTHING_M = 20.0
"""m; SD of the Gaussian (Ammann 2020: smoothing to terrain takes the bias of the gain from -9.8 to within 3.3 %)."""
BASELINE_M = 60.0
"""m; length over which the rise is taken."""
STEEPEST = 0.30
"""rise/run; what is recorded beyond it is mostly noise."""
UNKNOWN_WAY_M = 200.0
"""m; put between the two sides of a gap, so that a leap of the elevation there makes no cliff."""


def grade(elevation: Array, way: Array, *, breaks: NDArray[np.bool_]) -> Array:
    """Return rise/run (n,), between -0.3 and 0.3, NaN where no elevation is known within 60 m of the way.

    Parameters
    ----------
    elevation : (n,) float64, m
    way : (n,) float64, m
        Covered in each row.
    breaks : (n,) bool
        Rows of pauses and gaps.
    """
    known = np.isfinite(elevation)
    if known.sum() < 2 or np.ptp(elevation[known]) == 0:
        return np.full(elevation.size, np.nan)
    walked = np.where(breaks, np.where(way > 0, way, UNKNOWN_WAY_M), way)
    at = np.cumsum(walked) - walked / 2
    rungs = np.arange(at[0], at[-1] + SPACING_M, SPACING_M)
    slope = _slope(np.interp(rungs, at[known], elevation[known]))
    values = np.clip(np.interp(at, rungs, slope), -STEEPEST, STEEPEST)
    return np.where(_distance_to_known(at, known) <= BASELINE_M, values, np.nan)


def _slope(height: Array) -> Array:
    """Return the rise per metre over the baseline at rungs `SPACING_M` apart, of heights smoothed by a Gaussian."""
    reach = int(3 * SMOOTHING_M / SPACING_M)
    kernel = np.exp(-((np.arange(-reach, reach + 1) * SPACING_M / SMOOTHING_M) ** 2) / 2)
    half = int(BASELINE_M / SPACING_M / 2)
    padded = np.pad(height, reach + half, mode="edge")
    smooth = np.convolve(padded, kernel / kernel.sum(), mode="valid")
    return (smooth[2 * half :] - smooth[: -2 * half]) / BASELINE_M


def _distance_to_known(at: Array, known: NDArray[np.bool_]) -> Array:
    """Return how far along the way the next row with a known elevation is."""
    where = at[known]
    after = np.searchsorted(where, at)
    left, right = where[np.maximum(after - 1, 0)], where[np.minimum(after, where.size - 1)]
    return np.minimum(np.abs(at - left), np.abs(right - at))
