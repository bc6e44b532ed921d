"""What somebody's usual walks and runs tell of the change between them: people keep clear of it, on either side."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from pace.activity.grid import SPEED_EDGES
from pace.arrays import Array

WALK_AT = np.arange(0.4, 2.61, 0.05)
"""(45,) m/s, candidate usual walking speeds."""
RUN_AT = np.arange(0.8, 4.41, 0.08)
"""(46,) m/s, candidate usual running speeds."""
WALK_SD, RUN_SD = 0.25, 0.40
"""m/s; how far walks and runs stray about a person's usual ones, by the day and within it."""
FAR = 0.01
"""Density, per m/s, of a walk or run at any speed whatever is usual."""
WALK_BELOW, WALK_BELOW_LOG_SD = 0.40, 0.50
"""m/s and 1: usual walks lie below the change by 0.2 (a slow runner, afield) to 0.65 (1.35 against 1.99 on treadmills;
Hreljac 2005), strolls further; log-normal between people."""
RUN_ABOVE, RUN_ABOVE_LOG_SD = 0.65, 0.65
"""m/s and 1: usual runs lie above it by 0.3 (a slow runner, afield) to 0.75 and 1.26 (2.74 and 3.25 against 1.99;
Selinger 2022); how much further a quick runner runs tells nothing, so it is wide."""
ANY_DISTANCE = 0.05
"""Density, per m/s, of any other distance."""
WALKED = np.array([0.02, 0.2, 0.4, 0.6, 0.8, 0.98])
"""(6,) candidate shares of the time that was walked."""
DAY_SD = 0.25
"""m/s; on a day on which the change lies higher people walk and run faster, so few days tell of those days only."""
SPEEDS_SHOWN = 12.0
"""How many independent speeds an activity shows: one in some three minutes, as plans change."""


def log_clear(windows: Array, *, guessed: NDArray[np.bool_], mislabelled: float, theta: Array) -> Array:
    """Return the log likelihood (k,) of thresholds `theta` (k,), m/s, given only at which speeds somebody moves.

    Their usual walk lies some way below the threshold and their usual run some way above it; the two are summed out.
    Without this a person whose walks and runs leave a gap would have their threshold in its middle, which is too high,
    for people run further above it than they walk below it.

    Parameters
    ----------
    windows : (a, 2, v) float
        Windows of each activity by walk and run, and by speed: the first v bins of `SPEED_EDGES`.
    guessed : (a,) bool
        Whether speed alone told the gaits apart: then any of its speeds may be a walk's or a run's.
    mislabelled : float
        The chance that the other labels are wrong too.
    """
    spent = windows / np.maximum(windows.sum(axis=(1, 2), keepdims=True), 1e-9) * SPEEDS_SHOWN
    sure, unsure = spent[~guessed].sum(axis=0), spent[guessed].sum(axis=(0, 1))
    told, either = _told(sure), _either(unsure)
    wrong = _either(unsure + sure.sum(axis=0))
    log = np.logaddexp(np.log1p(-mislabelled) + told + either, np.log(mislabelled) + wrong)
    usual = np.exp(log - log.max())  # (45, 46)
    below = _distance(theta[:, None] - WALK_AT, WALK_BELOW, WALK_BELOW_LOG_SD)
    above = _distance(RUN_AT - theta[:, None], RUN_ABOVE, RUN_ABOVE_LOG_SD)
    of_days = ((below @ usual) * above).sum(axis=1)
    away = (theta[:, None] - theta) * np.sqrt(len(windows)) / DAY_SD
    kernel = np.exp(-(away**2) / 2)
    of_person: Array = np.log((kernel / kernel.sum(axis=1, keepdims=True)) @ of_days + 1e-300)
    return of_person


def _distance(metres_per_s: Array, median: float, log_sd: float) -> Array:
    """Return the log-normal density of a distance, with a little for any other, also on the wrong side."""
    beyond = np.maximum(metres_per_s, 1e-3)
    density: Array = np.exp(-((np.log(beyond / median) / log_sd) ** 2) / 2) / (beyond * log_sd * np.sqrt(2 * np.pi))
    return density + ANY_DISTANCE


def _told(spent: Array) -> Array:
    """Return the log likelihood (45, 46) of usual speeds by windows whose gait is known, (2, v)."""
    walk, run = _densities(spent.shape[1])
    log: Array = (spent[0] @ np.log(walk + FAR))[:, None] + spent[1] @ np.log(run + FAR)
    return log


def _either(spent: Array) -> Array:
    """Return the log likelihood (45, 46) of usual speeds by windows (v,) in either gait; a mean over shares walked."""
    by_share = (spent @ _log_mixture(spent.size)).reshape(len(WALKED), len(WALK_AT), len(RUN_AT))
    log: Array = np.logaddexp.reduce(by_share, axis=0) - np.log(len(WALKED))
    return log


def _densities(n_speeds: int) -> tuple[Array, Array]:
    """Return the density of a walk's and of a run's speed by what is usual: (v, 45) and (v, 46), 1 / (m/s)."""
    speed = ((SPEED_EDGES[:-1] + SPEED_EDGES[1:]) / 2)[:n_speeds, None]
    found = [
        np.exp(-(((speed - at) / sd) ** 2) / 2) / (sd * np.sqrt(2 * np.pi))
        for at, sd in ((WALK_AT, WALK_SD), (RUN_AT, RUN_SD))
    ]
    return found[0], found[1]


@lru_cache(maxsize=1)
def _log_mixture(n_speeds: int) -> NDArray[np.float32]:
    """Return (v, 6 * 45 * 46): the log density of a speed by the share walked and the usual walk and run."""
    walk, run = _densities(n_speeds)
    share = WALKED[:, None, None]
    mixed = share * walk[:, None, :, None] + (1 - share) * run[:, None, None, :] + FAR
    return np.log(mixed).astype(np.float32).reshape(n_speeds, -1)
