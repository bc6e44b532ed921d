"""How a signal of the body (heart rate, breathing) rises with effort in one person: a line, with the doubt about it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pace.activity.grid import RUN
from pace.activity.summary import STEADY, Summary
from pace.arrays import Array
from pace.person.cost import running_cost, walking_cost


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Steady:
    """The steady stretches that hold a signal: effort and its SD (ml/kg/min), hours so far, signal, activity number."""

    effort: Array
    doubt: Array
    hours: Array
    signal: Array
    activity: NDArray[np.int64]

    def __len__(self) -> int:
        """Return the number of stretches."""
        return self.effort.size


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Line:
    """A posterior over `intercept + slope * effort`: mean (2,), covariance (2, 2), and the efforts it was seen over."""

    mean: Array
    covariance: Array
    lowest: float
    highest: float
    n_stretches: int
    n_activities: int

    def at(self, effort: Array) -> tuple[Array, Array]:
        """Return the signal's mean and SD at efforts (k,); the SD grows by a tenth of the rise beyond what was seen."""
        x = np.stack((np.ones_like(effort), effort))
        beyond = np.maximum(0, np.maximum(self.lowest - effort, effort - self.highest))
        variance = (x * (self.covariance @ x)).sum(axis=0) + (0.1 * self.mean[1] * beyond) ** 2
        return self.mean @ x, np.sqrt(variance)


@dataclass(frozen=True, slots=True, kw_only=True)
class Habit:
    """What is known of a line before it is seen: slope per ml/kg/min, drift per hour, scatter by day and within."""

    slope: float
    slope_sd: float
    drift: float
    drift_sd: float
    day_sd: float
    within_sd: float


def steady_rows(summaries: tuple[Summary, ...], signal: str) -> Steady:
    """Return the steady stretches of all activities that hold a signal (a field of STEADY)."""
    rows = stacked([summary.steady for summary in summaries], STEADY)
    number = np.repeat(
        np.arange(len(summaries)), np.array([len(summary.steady) for summary in summaries], dtype=np.int64)
    )
    effort = efforts(rows)
    usable = np.isfinite(rows[signal]) & np.isfinite(effort) & (rows[signal] > 0)
    hours = np.maximum(0, rows["start_s"] + rows["duration_s"] / 2 - 600) / 3600  # drift shows after some ten minutes
    return Steady(
        effort=effort[usable],
        doubt=_doubt(rows, effort)[usable],
        hours=hours[usable].astype(np.float64),
        signal=rows[signal][usable].astype(np.float64),
        activity=number[usable],
    )


def stacked(rows: list[NDArray[np.void]], dtype: np.dtype[np.void]) -> NDArray[np.void]:
    """Return structured rows one after the other; by their bytes, for NumPy compares the fields of each pair."""
    return np.frombuffer(b"".join(part.tobytes() for part in rows), dtype=dtype)


def efforts(rows: NDArray[np.void]) -> Array:
    """Return the gross oxygen uptake (k,) of rows with gait, speed and grade; an unknown grade counts as flat."""
    speed, grade = rows["speed"].astype(np.float64), np.nan_to_num(rows["grade"].astype(np.float64))
    return np.where(rows["gait"] == RUN, running_cost(speed, grade), walking_cost(speed, grade))


def _doubt(rows: NDArray[np.void], effort: Array) -> Array:
    """Return the SD (k,) of the efforts: 4 % for speed, and for a grade that is off by 0.005 and a tenth of itself.

    A unit of grade costs about 120 ml/kg/min, walking (1.3 m/s) or running (2.5 m/s).
    """
    grade = np.abs(np.nan_to_num(rows["grade"].astype(np.float64)))
    return np.hypot(0.04 * effort, 120 * (0.005 + 0.1 * grade))


def _calibrated(steady: Steady) -> Array:
    """Return the efforts (k,) moved towards their mean by the share of their variance that is error.

    Regression calibration (Carroll et al. 2006): errors in the efforts flatten a line, so it would meet a high heart
    rate too late. The share never counts for more than half.
    """
    trust = (steady.doubt + 1e-9) ** -2
    mean = float(trust @ steady.effort / trust.sum())
    variance = float(trust @ (steady.effort - mean) ** 2 / trust.sum())
    error = steady.doubt.size / float(trust.sum())
    return mean + max(0.5, 1 - error / max(variance, 1e-9)) * (steady.effort - mean)


def line(steady: Steady, habit: Habit) -> Line:
    """Return the line through steady stretches: regression shrunk to `habit`, days that err together, outliers damped.

    Three rounds: fit, weigh each stretch by a Student t of 4 df, take the scatter from the residuals (never below
    half of what is usual).
    """
    x = np.stack((np.ones(len(steady)), _calibrated(steady), steady.hours))
    weight = (habit.within_sd**2 + (habit.slope * steady.doubt) ** 2) ** -1
    prior = np.diag([1e-8, habit.slope_sd**-2, habit.drift_sd**-2])
    start = prior @ np.array([0.0, habit.slope, habit.drift])
    for _ in range(3):  # rounds of reweighting, not samples
        precision, score = _normal_equations(x, steady, weight, habit.day_sd)
        covariance: Array = np.linalg.inv(prior + precision).astype(np.float64)
        mean = covariance @ (start + score)
        away = _within_day(steady, steady.signal - mean @ x)
        scatter = max(1.48 * float(np.median(np.abs(away))), habit.within_sd / 2)
        spread = scatter**2 + (habit.slope * steady.doubt) ** 2 / 2
        weight = 5 / (4 + away**2 / spread) / spread
    return Line(
        mean=mean[:2],
        covariance=covariance[:2, :2],
        lowest=float(steady.effort.min()),
        highest=float(steady.effort.max()),
        n_stretches=len(steady),
        n_activities=len(np.unique(steady.activity)),
    )


def _normal_equations(x: Array, steady: Steady, weight: Array, day_sd: float) -> tuple[Array, Array]:
    """Return X'V^-1 X and X'V^-1 y where the stretches of one activity share an error of `day_sd` (Woodbury)."""
    n_days = int(steady.activity.max()) + 1
    by_day = np.stack([np.bincount(steady.activity, weights=weight * row, minlength=n_days) for row in x])
    y_by_day = np.bincount(steady.activity, weights=weight * steady.signal, minlength=n_days)
    share = 1 / (day_sd**-2 + by_day[0])
    precision = (x * weight) @ x.T - (by_day * share) @ by_day.T
    return precision, (x * weight) @ steady.signal - (by_day * share) @ y_by_day


def _within_day(steady: Steady, residual: Array) -> Array:
    """Return residuals less half their activity's mean: what is left after the day's own shift, roughly."""
    n = np.bincount(steady.activity)
    mean = np.bincount(steady.activity, weights=residual) / np.maximum(n, 1)
    shrink = n / (n + 1.0)
    left: Array = residual - (shrink * mean)[steady.activity]
    return left
