"""Where walking becomes running: one person's threshold out of many activities, each with a threshold of its day.

The model, on grids throughout so that nothing has to be assumed Gaussian:

1. Within an activity a 5-s window at speed v and grade g is a run with probability
   lapse/2 + (1 - lapse) logistic(beta (v + s max(g, 0) - theta_a)); beta is summed out.
2. Windows of one bout say nearly the same thing, so each activity counts as few windows as it has bouts.
3. Which speeds somebody moves at tells too: people keep clear of the change, walking less far below it than they run
   above it. Without this factor a person whose walks and runs leave a gap has their threshold in its middle, too high.
4. theta_a is scattered about the person's theta by tau, with heavy tails; theta, tau and s have priors.

Where speed alone had to tell the gaits apart, labels repeat it, so step 1 is left out.

Someone who only walks has likelihoods that push upwards, someone who only runs downwards: wide and one-sided.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pace.activity.grid import RUN, SPEED_EDGES, WALK
from pace.activity.summary import Summary
from pace.arrays import Array
from pace.person.clear import log_clear
from pace.person.estimate import Posterior

Counts = NDArray[np.float32]

THETA = np.linspace(0.8, 3.2, 121)
"""(121,) m/s, candidate thresholds of the person."""
DAY = np.linspace(0.6, 3.4, 57)
"""(57,) m/s, candidate thresholds of one activity."""
TAU = np.array([0.08, 0.11, 0.14, 0.18, 0.23, 0.29, 0.37, 0.48])
"""(8,) m/s, candidate scatters between activities; 0.17-0.20 was measured on one runner's 83-92 activities."""
SLOPE = np.linspace(-1.0, 3.0, 5)
"""(5,) m/s per unit of grade by which the threshold falls uphill: 1.8 on treadmills (Brill & Kram 2021), 0 afield."""
STEEPNESS = np.array([7.0, 11.0, 16.0, 24.0])
"""(4,) per m/s; 6.2 to 8.5 was measured over pooled days; with their scatter of 0.18 m/s taken out that is 8 to 15."""
LAPSE = 0.02
"""Share of windows whose gait has nothing to do with speed: a wrong label, a stumble, a hand in the pocket."""
WINDOWS_PER_BOUT = 4.0
"""How many independent windows a bout is worth; pooled standard errors were 7 to 11 times too small without it."""
N_SPEEDS = 80
"""Speed bins used, 0 to 4 m/s; faster windows count in the last, where all is running."""
UPHILL = np.array([0.0, 0.035, 0.075, 0.13])
"""(4,) rise/run; middles of the grade bins, everything flat or downhill in the first."""
CHANGE_SD = 0.10
"""m/s; a walker meets the threshold from below, a runner from above: hysteresis, and a device that shows speed late,
move where each is seen to change, however many activities there are."""
MISLABELLED, MISLABELLED_SD = 0.15, 0.30
"""Share of people whose cadence passes for the other gait (quick walkers, shufflers), and by how much, m/s, that moves
the threshold in all their activities; seen in invented recordings."""
GRADE_SD = 0.7
"""m/s per unit of grade; recorded grades are off by a share of themselves, and people choose where they climb."""


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Threshold:
    """The joint posterior's margins: `theta` m/s, `slope` m/s per unit of grade (all on even grids)."""

    theta: Posterior
    slope_mean: float
    slope_sd: float


def threshold(summaries: tuple[Summary, ...], *, log_prior: Array) -> Threshold:
    """Return what the activities say of a person whose threshold has the log prior density (121,) on `THETA`."""
    joint = _log_prior_slope()[:, None, None] + log_prior[:, None] + _log_prior_tau()
    if summaries:
        low = np.array([summary.gait_confidence == "low" for summary in summaries])
        windows = _windows(summaries)
        by_gait = _person_likelihood(_day_likelihood(windows[~low]))
        clear = log_clear(windows.sum(axis=3), guessed=low, mislabelled=MISLABELLED, theta=THETA)
        joint = joint + _tilted(_blurred(by_gait, CHANGE_SD, MISLABELLED, MISLABELLED_SD)) + clear[:, None]
    mass = np.exp(joint - joint.max())
    mass /= mass.sum()
    slope = mass.sum(axis=(1, 2))
    mean = float(slope @ SLOPE)
    return Threshold(
        theta=Posterior.build(THETA, np.log(mass.sum(axis=(0, 2)) + 1e-300)),
        slope_mean=mean,
        slope_sd=float(np.sqrt(slope @ (SLOPE - mean) ** 2)),
    )


def _windows(summaries: tuple[Summary, ...]) -> Counts:
    """Return (a, 2, 80, 4) effective windows by walk and run, speed and uphill grade."""
    spent = np.stack([summary.window_ms for summary in summaries]).astype(np.float32) / 5000
    slow = spent[:, :, :N_SPEEDS].copy()
    slow[:, :, -1] += spent[:, :, N_SPEEDS:].sum(axis=2)
    uphill = np.concatenate((slow[..., :4].sum(axis=3, keepdims=True), slow[..., 4:]), axis=3)
    bouts = np.array([1 + len(summary.changes) for summary in summaries], dtype=np.float32)
    share = np.minimum(1, WINDOWS_PER_BOUT * bouts / np.maximum(uphill.sum(axis=(1, 2, 3)), 1))
    counts: Counts = uphill * share[:, None, None, None]
    return counts


@lru_cache(maxsize=1)
def _log_probabilities() -> Counts:
    """Return (2 * 80 * 4, 5 * 4 * 57): the log probability of a window by slope, steepness and day's threshold."""
    speed = ((SPEED_EDGES[:-1] + SPEED_EDGES[1:]) / 2)[:N_SPEEDS]
    equivalent = speed[:, None] + SLOPE[:, None, None] * UPHILL  # (5, 80, 4)
    beyond = equivalent[..., None, None] - DAY
    run = LAPSE / 2 + (1 - LAPSE) / (1 + np.exp(np.clip(-STEEPNESS[:, None] * beyond, -60, 60)))
    both = np.log(np.stack((1 - run, run))).astype(np.float32)  # (2, 5, 80, 4, 4, 57)
    return np.ascontiguousarray(both.transpose(0, 2, 3, 1, 4, 5)).reshape(2 * N_SPEEDS * 4, -1)


def _day_likelihood(windows: Counts) -> Counts:
    """Return (a, 5, 57): each activity's likelihood by slope and its own threshold, largest 1."""
    flat = windows.reshape(len(windows), 2 * N_SPEEDS * len(UPHILL))
    log = (flat @ _log_probabilities()).reshape(len(windows), len(SLOPE), len(STEEPNESS), len(DAY))
    likelihood: Counts = np.exp(log - log.max(axis=(1, 2, 3), keepdims=True)).mean(axis=2)
    return likelihood


@lru_cache(maxsize=1)
def _scatter() -> Counts:
    """Return (57, 121 * 8): the probability of a day's threshold given the person's theta and tau; Student t, 5 df."""
    away = (DAY[:, None, None] - THETA[:, None]) / TAU
    density = (1 + away**2 / 5) ** -3
    scatter: Counts = (density / density.sum(axis=0)).astype(np.float32).reshape(len(DAY), -1)
    return scatter


def _person_likelihood(by_day: Counts) -> Any:
    """Return (k, 121, 8): the log likelihood by slope, theta and tau of activities (a, k, 57); 0 for none."""
    n, n_slopes, _ = by_day.shape
    if n == 0:
        return np.zeros((n_slopes, len(THETA), len(TAU)))
    per_activity = by_day.reshape(n * n_slopes, -1) @ _scatter() + np.float32(1e-30)
    eights = np.arange(0, n, 8)  # eight factors of 1e-30 fit a double: one logarithm instead of eight
    factors = np.multiply.reduceat(per_activity.reshape(n, -1), eights, axis=0, dtype=np.float64)
    return np.log(factors).sum(axis=0).reshape(n_slopes, len(THETA), len(TAU))


def _blurred(log_likelihood: Any, sd: float, share: float = 0.0, wide_sd: float = 1.0) -> Any:
    """Return a log likelihood (k, 121, 8) with an error common to all its activities, along theta.

    The error is normal with `sd`, and with a chance of `share` with `wide_sd`.
    """
    if not log_likelihood.any():
        return log_likelihood
    away = THETA[:, None] - THETA
    kernel = (1 - share) * _normal(away, sd) + share * _normal(away, wide_sd)
    top = log_likelihood.max()
    return np.log((kernel / kernel.sum(axis=1, keepdims=True)) @ np.exp(log_likelihood - top) + 1e-300) + top


def _normal(away: Array, sd: float) -> Array:
    """Return the normal density of SD `sd` at a distance; shape kept."""
    density: Array = np.exp(-((away / sd) ** 2) / 2) / sd
    return density


def _tilted(log_likelihood: Any) -> Any:
    """Return a log likelihood (5, 121, 8) with an error of `GRADE_SD` in the slope, which hills do not average out."""
    kernel = np.exp(-(((SLOPE[:, None] - SLOPE) / GRADE_SD) ** 2) / 2)
    top = log_likelihood.max()
    blurred = np.tensordot(kernel / kernel.sum(axis=1, keepdims=True), np.exp(log_likelihood - top), axes=1)
    return np.log(blurred + 1e-300) + top


def _log_prior_tau() -> Array:
    """Return (8,): log-normal about 0.17 m/s by a factor of 1.35, on a grid that is even in the logarithm.

    As the scale of a Student t of 5 df that is an SD of 0.16 to 0.30; measured: 0.17 to 0.20 on one runner.
    """
    log: Array = -((np.log(TAU / 0.17) / np.log(1.35)) ** 2) / 2
    return log


def _log_prior_slope() -> Array:
    """Return (5,): normal, 1.0 with SD 1.0, between the treadmill's 1.8 and the field's 0."""
    return -((SLOPE - 1.0) ** 2) / 2


def has_both_gaits(summary: Summary) -> bool:
    """Return whether an activity holds a minute each of walking and running windows, 60 s."""
    spent = summary.window_ms.sum(axis=(1, 2))
    return bool(spent[WALK - 1] >= 60_000 and spent[RUN - 1] >= 60_000)
