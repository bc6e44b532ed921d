"""The fastest walk and the slowest run that a person keeps up: extremes of their bouts of a minute or more."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from pace.activity.grid import RUN, WALK
from pace.activity.summary import Summary
from pace.arrays import Array
from pace.person.estimate import Posterior

VALUE = np.linspace(0.5, 3.5, 301)
"""(301,) m/s, candidate speeds."""
SHORTEST_S = 60
"""s; a shorter bout is a dash across a road, not a pace that is kept up."""
EQUAL_GRADE = 0.03
"""rise/run; bouts on steeper grades say little about the flat."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sustained:
    """Which extreme: of which gait, which quantile of its bouts, and on which side of the threshold (m/s) it lies.

    `offset` and `spread` place the prior relative to the threshold: people stop walking a little below it and jog a
    little above it (the slowest mixtures of Baker 2025 leave a gap of some tenths of a m/s).
    """

    gait: int
    probability: float
    offset: float
    spread: float
    outward: int


FASTEST_WALK = Sustained(gait=WALK, probability=0.95, offset=-0.08, spread=0.18, outward=1)
SLOWEST_RUN = Sustained(gait=RUN, probability=0.05, offset=0.10, spread=0.22, outward=-1)


def sustained(
    kind: Sustained, summaries: tuple[Summary, ...], *, theta: Posterior, two_sided: bool, usual_walk: float | None
) -> tuple[Posterior, int]:
    """Return the posterior (m/s) of an extreme and the number of activities with a bout of it.

    What was kept up once can be kept up: an observed extreme bounds the true one from one side. From the other side
    it does so only for people who use both gaits (`two_sided`), who would have changed gait beyond it.
    """
    log = _log_prior(kind, theta)
    if usual_walk is not None and kind.gait == WALK:
        log = log + _log_beyond(VALUE - usual_walk, 0.08)
    speed, weight, n = _bouts(kind.gait, summaries)
    if n:
        observed, error = _quantile(speed, weight, kind.probability, n)
        log = log + _log_beyond(kind.outward * (VALUE - observed), error)
        if two_sided:
            log = log - ((VALUE - observed) / np.hypot(error, 0.10)) ** 2 / 2
    return Posterior.build(VALUE, log), n


def _log_prior(kind: Sustained, theta: Posterior) -> Array:
    """Return the log density (301,) of the threshold's distribution moved and widened."""
    away = (VALUE[:, None] - theta.value - kind.offset) / kind.spread
    log: Array = np.log(np.exp(-(away**2) / 2) @ theta.mass + 1e-300)
    return log


def _log_beyond(distance: Array, softness: float) -> Array:
    """Return the log of a soft step: 0 well above zero, falling as a logistic below it."""
    step: Array = -np.logaddexp(0, -distance / softness)
    return step


def _bouts(gait: int, summaries: tuple[Summary, ...]) -> tuple[Array, Array, int]:
    """Return speed and duration of the long level bouts of a gait, and how many activities have one."""
    kept = []
    for summary in summaries:
        bouts = summary.bouts
        right = (bouts["gait"] == gait) & (bouts["duration_s"] >= SHORTEST_S) & (np.abs(bouts["grade"]) <= EQUAL_GRADE)
        kept.append(bouts[right])
    rows = [rows for rows in kept if rows.size]
    if not rows:
        return np.empty(0), np.empty(0), 0
    every = np.concatenate(rows)
    return every["speed"].astype(np.float64), every["duration_s"].astype(np.float64), len(rows)


def _quantile(speed: Array, weight: Array, probability: float, n: int) -> tuple[float, float]:
    """Return the weighted quantile of the bouts' speeds and its standard error, activities taken as the sample size."""
    order = np.argsort(speed, kind="stable")
    cumulative = np.cumsum(weight[order]) - weight[order] / 2
    value = float(np.interp(probability, cumulative / weight.sum(), speed[order]))
    low, high = np.interp([0.16, 0.84], cumulative / weight.sum(), speed[order])
    spread = max((high - low) / 2, 0.10)
    return value, float(max(2.1 * spread / np.sqrt(n + 1), 0.04))  # 2.1: the error of a normal's 5 % and 95 % points
