"""What the sensors say of the body: steps, heart beats and breaths, with what no body does left out."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from pace.activity.track import Note
from pace.arrays import Array

Mask = NDArray[np.bool_]

HEART_RATES = (30.0, 230.0)
"""beats/min; outside, a sensor is wrong."""
CADENCES = (40.0, 260.0)
"""steps/min; fewer is a wrist swinging now and then, more is a sensor counting twice."""
BREATHS = (4.0, 80.0)
"""breaths/min."""
LONGEST_STEP_M = 1.15
"""m; the median step of a whole activity is longer only in fast runners (1.2 m at 3.6 m/s; Leacox), above 170/min."""
HEART_SPIKE = 12.0
"""beats/min off the median of five seconds: a heart does not leap that far and back (tau 24-58 s; Hunt 2015)."""
LOCK_S = 120
"""s; how long heart rate and cadence must run together to be called one signal."""
LOCK_RMS, LOCK_CORRELATION = 4.0, 0.6
"""beats/min and 1: how closely they must do so."""


def steps_per_minute(cadence: Array, speed: Array) -> tuple[Array, tuple[Note, ...]]:
    """Return cadence (m,) in steps/min with both feet whatever was counted, zeros and the impossible as missing.

    Judged by the length of a step, which no choice of unit can hide: a median of over 1.15 m at under 110 steps/min
    means that strides were counted, a median of over 220 steps/min that steps were counted twice.
    """
    with np.errstate(invalid="ignore"):
        stepping = (cadence > 0) & (speed > 0.8)
    if not stepping.any():
        return np.full_like(cadence, np.nan), ()
    usual = float(np.median(cadence[stepping]))
    length = float(np.median(60 * speed[stepping] / cadence[stepping]))
    factor = 2.0 if length > LONGEST_STEP_M and usual < 110 else 0.5 if usual > 220 else 1.0
    notes = () if factor == 1 else (Note(kind="cadence-unit", message=f"cadence was multiplied by {factor:g}"),)
    return within(cadence * factor, CADENCES), notes


def zero_as_missing(values: Array) -> Array:
    """Return `values` with zeros missing, so that interpolation does not run down to them."""
    return np.where(values == 0, np.nan, values)


def within(values: Array, limits: tuple[float, float]) -> Array:
    """Return `values` with those outside `limits` missing."""
    with np.errstate(invalid="ignore"):
        return np.where((values >= limits[0]) & (values <= limits[1]), values, np.nan)


def without_spikes(heart_rate: Array) -> Array:
    """Return heart rate (n,) on seconds with the seconds missing that lie over 12 beats/min off the median of five."""
    padded = np.pad(heart_rate, 2, mode="edge")
    middle = _median_of_five(*(padded[i : i + heart_rate.size] for i in range(5)))
    with np.errstate(invalid="ignore"):
        return np.where(np.abs(heart_rate - middle) > HEART_SPIKE, np.nan, heart_rate)


def _median_of_five(a: Array, b: Array, c: Array, d: Array, e: Array) -> Array:
    """Return the median of five arrays by comparisons (six instead of a sort); NaN where any is."""
    low, high = np.maximum(np.minimum(a, b), np.minimum(c, d)), np.minimum(np.maximum(a, b), np.maximum(c, d))
    low, high = np.minimum(low, high), np.maximum(low, high)
    return np.maximum(low, np.minimum(high, e))


def cadence_lock(heart_rate: Array, cadence: Array) -> Mask:
    """Return the seconds (n,) in which an optical sensor shows the steps (or half of them) instead of the heart.

    In a window of two minutes the two lie within 4 (root mean square) and rise and fall together (correlation over
    0.6): a heart at the running cadence by chance does not follow its every change.
    """
    locked = np.zeros(heart_rate.size, dtype=bool)
    if heart_rate.size < LOCK_S:
        return locked
    for steps in (cadence, cadence / 2):  # two dialects of the fault, not samples
        near = np.abs(heart_rate - steps) < 3 * LOCK_RMS
        if near.sum() > LOCK_S / 2:
            locked |= _running_together(heart_rate, steps)
    return locked


def _running_together(x: Array, y: Array) -> Mask:
    """Return the seconds that lie in any window of LOCK_S in which x and y are nearly the same signal."""
    known = np.isfinite(x) & np.isfinite(y)
    a, b = (np.where(known, values - 140.0, 0.0) for values in (x, y))
    n, sa, sb, aa, bb, ab = (_window_sum(values) for values in (known, a, b, a * a, b * b, a * b))
    n = np.maximum(n, 1)
    variances = np.maximum(aa - sa * sa / n, 0) * np.maximum(bb - sb * sb / n, 0)
    together = (ab - sa * sb / n) > LOCK_CORRELATION * np.sqrt(variances + 1e-9)
    close = aa + bb - 2 * ab < LOCK_RMS**2 * n
    hit = together & close & (n > 0.8 * LOCK_S)
    so_far: NDArray[np.int64] = np.cumsum(np.pad(hit, (0, LOCK_S - 1)), dtype=np.int64)
    return np.asarray(so_far > np.pad(so_far, (LOCK_S, 0))[: x.size])


def _window_sum(values: NDArray[np.generic]) -> Array:
    """Return the sums over windows of LOCK_S: (n - LOCK_S + 1,)."""
    sums = np.concatenate(([0.0], np.cumsum(values, dtype=np.float64)))
    return sums[LOCK_S:] - sums[:-LOCK_S]
