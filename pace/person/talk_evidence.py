"""What effort, habit, breathing and a person's own words say of the talk threshold: one likelihood each."""

from __future__ import annotations

from typing import Any

import numpy as np

from pace.activity.grid import GRADE_EDGES, RUN, SPEED_EDGES, WALK
from pace.activity.summary import Summary
from pace.arrays import Array
from pace.person.about import Said
from pace.person.cost import cheapest_cost, running_cost, walking_cost
from pace.person.line import Habit, line, steady_rows

DAY_SD = 3.6
"""ml/kg/min; how far an answer strays from day to day: 0.3 m/s of running, assumed (no published figure)."""
RATER_SD = 1.5
"""ml/kg/min; how far all answers of one person stray together: what they call comfortable."""
EQUIVOCAL = 1.13
"""Effort at the equivocal stage over that at the last positive one: 71 against 64 % VO2max (Quinn & Coons 2011)."""
ENOUGH_MS = 600_000
"""ms of a gait that make a habit."""
ANSWER_LAPSE = 0.05
"""Share of answers that have nothing to do with the effort: the wrong pace, the wrong day."""


def said_likelihood(said: tuple[Said, ...], effort: Array, change: float) -> Array:
    """Return the likelihood (k,) of answers about talking; an ordered probit with cuts at LP and at EQ.

    Answers err by the day, each on its own, and by the person, all together. Below two minutes speech still comes
    easily whatever the effort (Foster 2008), so a short trial counts as one at a lower effort. Whether a pace near
    `change` (m/s, where their walk becomes a run) was walked or run nobody said, so it may be either.

    A pace that somebody names unasked tells by itself where they move; one at which a session was held (its minutes
    are known) was suggested to them and does not: there, "comfortable" never lowers the threshold.
    """
    bias, weight = np.polynomial.hermite_e.hermegauss(9)
    threshold = effort[:, None] + RATER_SD * bias
    likelihood = np.ones_like(threshold)
    for answer in said:  # a handful of answers
        likelihood *= (1 - ANSWER_LAPSE) * answer_probability(answer, threshold, change) + ANSWER_LAPSE / 3
    total: Array = likelihood @ (weight / weight.sum()) * _named(said, effort)
    return total


def _named(said: tuple[Said, ...], effort: Array) -> Array:
    """Return the likelihood (k,) of naming these paces at all: people speak of paces that they move at."""
    asked = [np.log(float(cheapest_cost(answer.speed))) for answer in said if answer.minutes is None]
    if not asked:
        return np.ones_like(effort)
    near: Array = np.exp(-(((np.log(effort) - np.mean(asked) - 0.08) / 0.35) ** 2) / 2)
    return near


def answer_probability(answer: Said, threshold: Array, change: float) -> Array:
    """Return the probability of an answer given thresholds (any shape), ml/kg/min."""
    ran = 1 / (1 + np.exp(-(answer.speed - change) / 0.15))
    walking, running = (float(cost(answer.speed)) for cost in (walking_cost, running_cost))
    mixed: Array = (1 - ran) * _probit(answer, walking, threshold) + ran * _probit(answer, running, threshold)
    return mixed


def _probit(answer: Said, spent: float, threshold: Array) -> Array:
    """Return the probability of an answer about an effort of `spent`."""
    from scipy.special import ndtr

    sd = DAY_SD
    if answer.minutes is not None and answer.minutes < 2:
        spent, sd = 0.9 * spent, 1.4 * DAY_SD
    comfortable, unable = ndtr((threshold - spent) / sd), ndtr((spent - EQUIVOCAL * threshold) / sd)
    short = np.maximum(1 - comfortable - unable, 1e-3)
    chance: Array = {"comfortable": comfortable, "not": unable, "short": short}[answer.talk]
    return chance


def best_effort(summaries: tuple[Summary, ...]) -> tuple[float, bool]:
    """Return the aerobic maximum (ml/kg/min) that the best sustained speed asks for, and whether they run; NaN without.

    Demand on the flat over the share of the maximum that can be held as long (Daniels & Gilbert 1979), for ten minutes
    and more. Of many activities the best few are left out, for a spike or a lift in a car passes for an effort.
    """
    if not summaries:
        return np.nan, False
    from pace.activity.summary import BEST_DURATIONS_S

    minutes = np.asarray(BEST_DURATIONS_S) / 60
    held = 0.8 + 0.1894393 * np.exp(-0.012778 * minutes) + 0.2989558 * np.exp(-0.1932605 * minutes)
    speed = np.stack([summary.best_speed for summary in summaries])[:, minutes >= 10]
    asked = cheapest_cost(np.nan_to_num(speed, nan=0.0)) / held[minutes >= 10]
    best = np.sort(np.where(np.isfinite(speed), asked, np.nan).max(axis=1, initial=-np.inf, where=np.isfinite(speed)))
    best = best[np.isfinite(best)]
    if not best.size:
        return np.nan, False
    top = best[-1 - (best.size + 5) // 10]
    ran = sum(int(summary.time_ms[RUN].sum()) for summary in summaries) >= ENOUGH_MS
    return float(top), ran


def best_effort_likelihood(asked: float, ran: bool, effort: Array) -> Array:
    """Return the likelihood (k,) of a best effort: the threshold is 0.69 ± 0.08 of the maximum it shows, or more.

    The share: LP 64 ± 5 % VO2max (Quinn & Coons 2011), VT 77 % (Persinger 2004), 67 ± 9 % of peak speed (Condello
    2014). Few people go all out in what they record: the true maximum lies above by some 8 %, and then exponentially by
    28 % on average, 55 % for those who only walk.
    """
    if not np.isfinite(asked):
        return np.ones_like(effort)
    return np.exp(_log_above(np.log(effort / asked) - np.log(0.69) - 0.08, sd=0.15, mean=0.28 if ran else 0.55))


def _log_above(distance: Array, *, sd: float, mean: float) -> Array:
    """Return the log density of a normal error plus an exponential distance: a soft lower bound, largest 0."""
    from scipy.special import log_ndtr

    log = log_ndtr(distance / sd - sd / mean) - distance / mean
    largest_zero: Array = log - log.max()
    return largest_zero


def habit_effort(summaries: tuple[Summary, ...]) -> tuple[float, bool]:
    """Return the median effort (ml/kg/min) of their running, and True; of those who only walk that, and False.

    Who runs walks too, to warm up and between runs, so the effort of all their moving says less. NaN where ten minutes
    of neither were recorded.
    """
    spent = sum((summary.time_ms for summary in summaries), np.zeros((3, 140, 7), dtype=np.int64))
    speed = (SPEED_EDGES[:-1] + SPEED_EDGES[1:])[:, None] / 2
    grade = np.clip((GRADE_EDGES[:-1] + GRADE_EDGES[1:]) / 2, -0.13, 0.13)
    runs = bool(spent[RUN].sum() >= ENOUGH_MS)
    effort = running_cost(speed, grade) if runs else walking_cost(speed, grade)
    return _weighted_quantile(effort, spent[RUN if runs else WALK], 0.5), runs


def habit_likelihood(usual: float, runs: bool, effort: Array) -> Array:
    """Return the likelihood (k,) of a habit, mostly from one side: people move below or near their threshold.

    Walkers stay below it by 45 % on average (an exponential distance). Easy runs lie near it, by 10 % below on average:
    beginners run above theirs. The edge is soft by 20 %.
    """
    if not np.isfinite(usual):
        return np.ones_like(effort)
    distance = np.log(effort / usual)
    return np.exp(_log_above(distance + 0.10, sd=0.20, mean=0.20) if runs else _log_above(distance, sd=0.20, mean=0.45))


def _weighted_quantile(value: Any, weight: Any, probability: float) -> float:
    """Return a quantile of binned values weighted by milliseconds; NaN where too little time was spent."""
    value, weight = np.broadcast_to(value, weight.shape).ravel(), weight.ravel()
    if weight.sum() < ENOUGH_MS:
        return np.nan
    order = np.argsort(value, kind="stable")
    passed = np.cumsum(weight[order]) >= probability * weight.sum()
    return float(value[order][np.argmax(passed)])


BREATHING_HABIT = Habit(slope=0.8, slope_sd=0.4, drift=1.0, drift_sd=2.0, day_sd=2.0, within_sd=2.5)
"""breaths/min per ml/kg/min; a broad guess that the person's own stretches correct."""
TALK_BREATHING, TALK_BREATHING_SD = 32.0, 7.0
"""breaths/min at which speech stops being comfortable; no study gives a figure, so it is broad and weighs little."""


def breathing_likelihood(summaries: tuple[Summary, ...], effort: Array) -> tuple[Array, int]:
    """Return the likelihood (k,) of recorded breathing rates, and the number of steady stretches that hold one."""
    rows = steady_rows(summaries, "respiration_rate")
    if not len(rows):
        return np.ones_like(effort), 0
    mean, sd = line(rows, BREATHING_HABIT).at(effort)
    sd = np.hypot(sd, TALK_BREATHING_SD)
    return np.exp(-(((TALK_BREATHING - mean) / sd) ** 2) / 2) / sd, len(rows)
