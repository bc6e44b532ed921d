"""What heart rate says of the talk threshold: where a person's own line meets the talkable share of their reserve."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from pace.activity.summary import RR_WINDOW, Summary
from pace.arrays import Array
from pace.person.about import About
from pace.person.line import Habit, Line, line, stacked, steady_rows

HEART_HABIT = Habit(slope=2.4, slope_sd=0.9, drift=12.0, drift_sd=6.0, day_sd=4.0, within_sd=5.0)
"""beats/min per ml/kg/min: 24.2 ± 8.3 per m/s (Hunt 2015) over ACSM's 12, a little steeper for the less fit; drift
10-20 per hour (Coyle); day-to-day 3 (Lamberts 2009) to 5."""
TALK_RESERVE, TALK_RESERVE_SD = 0.71, 0.07
"""Share of heart-rate reserve at the last positive talk-test stage; synthesis of Quinn & Coons 2011, Foster 2009,
Persinger 2004; the SD is between people."""
SHARED_SD = 5.0
"""beats/min; an error that all of a person's heart rates share (sensor, heat, the day): common to the line and DFA."""
LINE_SD = 3.0
"""beats/min; how far a straight line through walking and running is off where it is read."""
DFA_BIAS, DFA_SD = 4.0, 15.0
"""beats/min; heart rate at DFA-alpha1 = 0.75 less that at the talk threshold: 2 (Rogers 2021) to 10 (Eronen 2024) too
high, SD 13 to 16 (Kanniainen 2025, Eronen 2024)."""
MOST_ARTEFACTS = 0.03
"""Share of artefacts beyond which a window of beat-to-beat intervals is left out (Rogers 2021)."""
N_DRAWS = 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class HeartLimits:
    """Resting and highest heart rate with their SD, beats/min, and in plain words where the highest is from."""

    rest: float
    rest_sd: float
    most: float
    most_sd: float
    source: str


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Heart:
    """What activities and words say of a heart: its limits, its line (None without), DFA and the highest seen."""

    limits: HeartLimits
    line: Line | None
    highest_seen: float
    dfa_heart_rate: float
    n_dfa: int


def heart(summaries: tuple[Summary, ...], about: About) -> Heart:
    """Return what is known of a person's heart."""
    rows = steady_rows(summaries, "heart_rate")
    seen = [summary.heart_rate_high for summary in summaries if np.isfinite(summary.heart_rate_high)]
    dfa_heart_rate, n_dfa = _dfa_crossing(summaries)
    return Heart(
        limits=heart_limits(summaries, about),
        line=line(rows, HEART_HABIT) if len(rows) else None,
        highest_seen=max(seen, default=np.nan),
        dfa_heart_rate=dfa_heart_rate,
        n_dfa=n_dfa,
    )


def heart_limits(summaries: tuple[Summary, ...], about: About) -> HeartLimits:
    """Return resting and highest heart rate: what was said, else what the files say, else by age, else a guess.

    By age 208 - 0.7 age (Tanaka 2001) less 2, SD 9.5: against 4375 measured maxima it is 4.7 too high with limits of
    agreement of ± 14 (Ausland 2026), other formulas scatter by 10 to 12 (Gellish 2007).
    """
    resting, age, most = (_worn(summaries, name) for name in ("resting_heart_rate", "age_years", "max_heart_rate"))
    rest, rest_sd = (resting, 5.0) if np.isfinite(resting) else (62.0, 9.0)
    if about.resting_heart_rate is not None:
        rest, rest_sd = about.resting_heart_rate, 3.0
    age = about.age_years if about.age_years is not None else age
    if about.max_heart_rate is not None:
        return HeartLimits(rest=rest, rest_sd=rest_sd, most=about.max_heart_rate, most_sd=4.0, source="as they said")
    if np.isfinite(most):  # often a formula's value that nobody changed
        return HeartLimits(rest=rest, rest_sd=rest_sd, most=most, most_sd=8.0, source="as set on the device")
    if np.isfinite(age):
        by_age = 206 - 0.7 * age
        return HeartLimits(rest=rest, rest_sd=rest_sd, most=by_age, most_sd=9.5, source="guessed from age")
    return HeartLimits(rest=rest, rest_sd=rest_sd, most=175.0, most_sd=14.0, source="guessed without an age")


def _worn(summaries: tuple[Summary, ...], name: str) -> float:
    """Return the median of what the files say of the wearer; NaN where none does."""
    values = [getattr(summary.wearer, name) for summary in summaries]
    known = [value for value in values if np.isfinite(value) and value > 0]
    return float(np.median(known)) if known else np.nan


def heart_likelihood(heart: Heart, effort: Array, *, dfa: bool = True) -> Array:
    """Return the likelihood (k,) of talk thresholds at `effort` (k,), ml/kg/min; flat without a heart-rate line.

    Draws of resting and highest heart rate, of the talkable share of reserve and of the shared error give the heart
    rate at the threshold; the highest seen and DFA weigh the draws; the line turns heart rate into effort.
    """
    if heart.line is None:
        return np.ones_like(effort)
    z = normal_draws(N_DRAWS, 5)
    limits = heart.limits
    rest = limits.rest + limits.rest_sd * z[0]
    most = np.maximum(limits.most + limits.most_sd * z[1], rest + 40)
    reserve = most - rest
    at_talk = rest + (TALK_RESERVE + TALK_RESERVE_SD * z[2]) * reserve + SHARED_SD * z[3]
    weight = _not_below(most, heart.highest_seen)
    if dfa and heart.n_dfa:
        expected = at_talk + DFA_BIAS + TALK_RESERVE_SD * z[4] * reserve  # the ventilatory threshold is not quite LP
        weight = weight * (0.95 * np.exp(-(((heart.dfa_heart_rate - expected) / DFA_SD) ** 2) / 2) + 0.05)
    mean, sd = heart.line.at(effort)
    sd = np.hypot(sd, LINE_SD)
    density = np.exp(-(((at_talk - mean[:, None]) / sd[:, None]) ** 2) / 2) / sd[:, None]
    likelihood: Array = density @ weight / weight.sum()
    return likelihood


def _not_below(most: Array, highest_seen: float) -> Array:
    """Return how well a highest heart rate agrees with one held for 30 s: it is not below it, give or take 3."""
    if not np.isfinite(highest_seen):
        return np.ones_like(most)
    weight: Array = 1 / (1 + np.exp(-np.clip((most - highest_seen) / 2, -50, 50))) + 1e-6
    return weight


def _dfa_crossing(summaries: tuple[Summary, ...]) -> tuple[float, int]:
    """Return the heart rate at which DFA-alpha1 falls to 0.75 and the number of windows it rests on; NaN, 0 without.

    A line of alpha1 on heart rate over clean windows between 0.3 and 1.3; it must fall, and cross within what was
    seen (or 10 beats beyond).
    """
    rows = stacked([summary.rr_windows for summary in summaries], RR_WINDOW)
    clean = rows[(rows["artefacts"] <= MOST_ARTEFACTS) & (rows["alpha1"] > 0.3) & (rows["alpha1"] < 1.3)]
    clean = clean[np.isfinite(clean["heart_rate"])]
    if len(clean) < 20 or np.ptp(clean["heart_rate"]) < 15:
        return np.nan, 0
    heart_rate, alpha = clean["heart_rate"].astype(np.float64), clean["alpha1"].astype(np.float64)
    slope, intercept = np.polyfit(heart_rate, alpha, 1)
    crossing = (0.75 - intercept) / slope if slope < -0.002 else np.nan
    seen = heart_rate.min() - 10 <= crossing <= heart_rate.max() + 10
    return (float(crossing), len(clean)) if seen else (np.nan, 0)


@lru_cache(maxsize=2)
def normal_draws(n: int, dimensions: int) -> Array:
    """Return (dimensions, n) standard normal quasi-random draws, the same ones always.

    A Kronecker sequence on the powers of the generalised golden ratio (Roberts 2018) through the normal quantile.
    """
    from scipy.special import ndtri

    ratio = 2.0
    for _ in range(40):  # fixed-point rounds of x^(d+1) = x + 1
        ratio = (1 + ratio) ** (1 / (dimensions + 1))
    steps = ratio ** -np.arange(1.0, dimensions + 1)
    uniform = (0.5 + np.outer(steps, np.arange(1, n + 1))) % 1
    draws: Array = ndtri(np.clip(uniform, 1e-6, 1 - 1e-6))
    draws.flags.writeable = False
    return draws
