"""What beat-to-beat intervals say of effort: DFA-alpha1, the short-term scaling exponent of the heart's rhythm."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from pace.activity.gait import Gait
from pace.activity.motion import Motion
from pace.arrays import Array

Mask = NDArray[np.bool_]

WINDOW_S, STEP_S = 120, 30
"""s; windows as published, their step thinned from 5 s: neighbours share nearly all beats."""
BOXES = np.arange(4, 17)
"""Beats per box."""
SMOOTHNESS = 500.0
"""Lambda of the smoothness priors (Tarvainen 2002, doi:10.1109/10.979357)."""
MOST_ARTEFACTS = 0.06
"""Share of artefacts beyond which a window has no exponent; up to 6 % moves the threshold little (Rogers 2021)."""
ENOUGH = 0.9
"""Share of a window's time that its intervals must fill."""


def rr_windows(motion: Motion, gait: Gait, dtype: np.dtype[np.void]) -> NDArray[np.void]:
    """Return a row per 120-s window of beat-to-beat intervals; `alpha1` is NaN where artefacts forbid it."""
    if motion.rr.size < 2 * BOXES[-1]:
        return np.empty(0, dtype=dtype)
    starts, first, last = _windows(motion.rr, motion.rr_time)
    bad = artefacts(motion.rr)
    clean = without_artefacts(motion.rr, bad)
    rows = np.empty(starts.size, dtype=dtype)
    rows["artefacts"] = _mean(bad.astype(np.float64), first, last)
    rows["heart_rate"] = 60 / np.maximum(_mean(clean, first, last), 0.1)
    rows["alpha1"] = np.nan
    usable = np.flatnonzero(rows["artefacts"] <= MOST_ARTEFACTS)
    rows["alpha1"][usable] = alpha1([clean[first[i] : last[i]] for i in usable])
    _describe(rows, motion, gait, starts)
    return rows


def artefacts(rr: Array) -> Mask:
    """Return which intervals (n,), s, are none of a sinus rhythm.

    An interval may differ from the median of the five around it by 5 % above 95 beats/min and by 25 % below 80,
    in between by what lies between. (The median instead of the interval before: a wrong one must not condemn the next.)
    """
    padded = np.pad(rr, 2, mode="reflect")
    usual = np.median(np.lib.stride_tricks.sliding_window_view(padded, 5), axis=1)
    allowed = np.interp(60 / np.maximum(usual, 0.1), [80.0, 95.0], [0.25, 0.05])
    return np.asarray((np.abs(rr - usual) > allowed * usual) | (rr < 0.25) | (rr > 2.0))


def without_artefacts(rr: Array, bad: Mask) -> Array:
    """Return the intervals (n,) with the artefacts interpolated between their neighbours."""
    if bad.all() or not bad.any():
        return rr
    here = np.arange(rr.size)
    return np.interp(here, here[~bad], rr[~bad])


def alpha1(windows: list[Array]) -> Array:
    """Return the DFA-alpha1 (k,) of windows of beat-to-beat intervals, s, of any lengths of 32 or more.

    Each is detrended by smoothness priors, integrated, cut into boxes of 4 to 16 beats from both ends, each box
    detrended by a line; alpha1 is the slope of the log residual on the log of the box size.

    References
    ----------
    Peng et al. 1995, doi:10.1063/1.166141; Rogers et al. 2021, doi:10.3389/fphys.2020.596567.

    Examples
    --------
    >>> beats = 0.5 + 0.01 * np.random.default_rng(1).standard_normal(4000)
    >>> bool(abs(alpha1([beats])[0] - 0.5) < 0.1)
    True
    """
    if not windows:
        return np.empty(0)
    profiles = [np.cumsum(detrended(window)) for window in windows]
    fluctuation = _fluctuations(profiles)
    log_box = np.log(BOXES) - np.log(BOXES).mean()
    return np.asarray(np.log(np.maximum(fluctuation, 1e-12)) @ log_box / (log_box @ log_box))


def detrended(rr: Array) -> Array:
    """Return the intervals (n,) less their slow trend by smoothness priors: (I - (I + lambda^2 D2'D2)^-1) x."""
    from scipy.linalg import solveh_banded

    n = rr.size
    banded = np.zeros((3, n))
    inner = np.zeros(n)
    inner[:-2] += 1
    inner[1:-1] += 4
    inner[2:] += 1
    banded[2] = 1 + SMOOTHNESS**2 * inner
    banded[1, 1:] = -2 * SMOOTHNESS**2 * ((np.arange(1, n) >= 2).astype(float) + (np.arange(1, n) <= n - 2))
    banded[0, 2:] = SMOOTHNESS**2
    level = rr.mean()
    return np.asarray(rr - level - solveh_banded(banded, rr - level, check_finite=False))


def _fluctuations(profiles: list[Array]) -> Array:
    """Return (k, boxes): root mean square residual of each profile about lines in boxes, laid from both ends."""
    length = np.array([profile.size for profile in profiles])
    forward, backward = (np.zeros((len(profiles), length.max())) for _ in range(2))
    for row, profile in enumerate(profiles):  # windows, not samples
        forward[row, : profile.size], backward[row, : profile.size] = profile, profile[::-1]
    both = np.stack((forward, backward))
    return np.stack([_fluctuation(both, length, int(box)) for box in BOXES], axis=1)


def _fluctuation(both: Array, length: NDArray[np.intp], box: int) -> Array:
    """Return (k,): the residual about a line in the boxes of one size that fit, in the profiles (2, k, n)."""
    n_boxes = both.shape[2] // box
    cut = both[:, :, : n_boxes * box].reshape(2, -1, n_boxes, box)
    line = np.linalg.qr(np.vander(np.arange(box) - (box - 1) / 2, 2))[0]
    residual = cut - (cut @ line) @ line.T
    square = np.where(np.arange(n_boxes) < (length // box)[:, None], (residual**2).sum(axis=-1), 0.0)
    return np.asarray(np.sqrt(square.sum(axis=(0, 2)) / (2 * box * (length // box))))


def _windows(rr: Array, at: Array) -> tuple[Array, NDArray[np.intp], NDArray[np.intp]]:
    """Return each window's start, s, first beat and the one after its last; windows with holes are left out."""
    ordered = np.maximum.accumulate(np.nan_to_num(at))
    starts = np.arange(max(ordered[0], 0.0), ordered[-1] - WINDOW_S, STEP_S, dtype=np.float64)
    first, last = (np.searchsorted(ordered, starts + offset) for offset in (0, WINDOW_S))
    sums = np.concatenate(([0.0], np.cumsum(rr)))
    filled = (sums[last] - sums[first] >= ENOUGH * WINDOW_S) & (last - first >= 4 * BOXES[-1])
    return starts[filled], first[filled], last[filled]


def _mean(values: Array, first: NDArray[np.intp], last: NDArray[np.intp]) -> Array:
    """Return the means over [first, last)."""
    sums = np.concatenate(([0.0], np.cumsum(values)))
    return np.asarray((sums[last] - sums[first]) / (last - first))


def _describe(rows: NDArray[np.void], motion: Motion, gait: Gait, starts: Array) -> None:
    """Fill in what was done in each window: the commonest gait, mean speed, mean grade."""
    first, last = (np.searchsorted(motion.time, starts + offset) for offset in (0, WINDOW_S))
    last = np.maximum(last, first + 1)
    share = np.stack([_mean((gait.label == label).astype(np.float64), first, last) for label in range(3)])
    rows["gait"] = share.argmax(axis=0)
    rows["speed"] = _mean(np.nan_to_num(motion.speed), first, last)
    rows["grade"] = _mean(np.nan_to_num(motion.grade), first, last)
