"""Invented people straight as summaries: gait out of chosen speeds and a threshold of the day, no logistic anywhere.

The generator shares nothing with the estimator: speeds come from plans (intervals, wandering, runs with walk breaks,
walks with jogs), a change of gait has hysteresis, days differ, hills lower the threshold or not, sensors err. Without
cadence the labels come from speed alone, cut at a place that is wrong for the person.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.signal import lfilter

from pace.activity.grid import GRADE_EDGES, RUN, SPEED_EDGES, WALK
from pace.activity.summary import BOUT, CHANGE, RR_WINDOW, STEADY, Summary
from pace.activity.track import Wearer

WINDOW_S = 5
PLANS = ("intervals", "wander", "runner", "walker")


@dataclass(frozen=True, kw_only=True)
class Mover:
    """The truth about one invented person: threshold and its scatter between days, hysteresis, slope, plans."""

    threshold: float
    scatter: float
    hysteresis: float = 0.10
    slope: float = 0.0
    hills: float = 0.01
    plan: str = "intervals"
    cadence: bool = True
    label_error: float = 0.0


def mover(rng: np.random.Generator, *, threshold: float, scatter: float, cadence: bool = True) -> Mover:
    """Return a person with this threshold whose other traits are drawn."""
    return Mover(
        threshold=threshold,
        scatter=scatter,
        hysteresis=rng.uniform(0.02, 0.25),
        slope=rng.choice([0.0, 1.8]),
        hills=rng.choice([0.005, 0.02, 0.05]),
        plan=str(rng.choice(PLANS)),
        cadence=cadence,
        label_error=0.0 if cadence else rng.normal(0, 0.12),
    )


def activities(rng: np.random.Generator, person: Mover, n: int) -> tuple[Summary, ...]:
    """Return n activities of 15 to 75 minutes."""
    return tuple(_activity(rng, person) for _ in range(n))


def _activity(rng: np.random.Generator, person: Mover) -> Summary:
    """Return one activity: choose speeds, let the gait follow, measure with errors, summarise."""
    n = int(rng.uniform(15, 75) * 60 / WINDOW_S)
    today = person.threshold + rng.normal(0, person.scatter)
    grade = _coloured(rng, n, 120) * person.hills
    intended = np.maximum(_plan(rng, person, n), 0.5) + 0.08 * _coloured(rng, n, 20)
    speed = np.maximum(lfilter([0.6], [1, -0.4], intended, zi=[0.4 * intended[0]])[0], 0.4)
    lowered = today - person.slope * np.maximum(grade, 0) + 0.04 * rng.standard_normal(n)
    run = _with_hysteresis(speed - lowered, person.hysteresis / 2)
    measured = speed * (1 + 0.02 * rng.standard_normal()) + 0.10 * rng.standard_normal(n)
    if not person.cadence:
        run = _with_hysteresis(measured - person.threshold - person.label_error + 0.05 * rng.standard_normal(n), 0.05)
    return summary(run=run, speed=np.maximum(measured, 0.1), grade=grade + 0.01 * rng.standard_normal(n), rng=rng,
                   confidence="high" if person.cadence else "low")  # fmt: skip


def _plan(rng: np.random.Generator, person: Mover, n: int) -> np.ndarray:
    """Return (n,) intended speeds, m/s, around the person's usual threshold."""
    usual = person.threshold + rng.normal(0, 0.08)
    if person.plan == "wander":
        return usual + rng.uniform(-0.3, 0.5) + 0.35 * _coloured(rng, n, rng.uniform(90, 240))
    walk_s, run_s = {"intervals": (120, 150), "runner": (75, 900), "walker": (700, 60)}[person.plan]
    durations = np.concatenate([np.array([walk_s, run_s]) * np.exp(0.5 * rng.standard_normal(2)) for _ in range(60)])
    which = np.searchsorted(np.cumsum(durations), np.arange(n) * WINDOW_S)
    below, above = {"intervals": (0.40, 0.55), "runner": (0.45, 0.85), "walker": (0.50, 0.40)}[person.plan]
    centre = np.where(np.arange(120) % 2 == 0, -below, above) + 0.15 * rng.standard_normal(120)
    return usual + centre[which]


def _coloured(rng: np.random.Generator, n: int, seconds: float) -> np.ndarray:
    """Return (n,) noise of SD 1 that forgets over `seconds`."""
    keep = np.exp(-WINDOW_S / seconds)
    start = keep * rng.standard_normal(1)
    return lfilter([np.sqrt(1 - keep**2)], [1, -keep], rng.standard_normal(n), zi=start)[0]


def _with_hysteresis(above: np.ndarray, half: float) -> np.ndarray:
    """Return (n,) bool: running, where the gait changes only beyond ± half."""
    decided = np.where(above > half, 1, np.where(above < -half, 0, -1))
    decided[0] = above[0] > 0
    last = np.maximum.accumulate(np.where(decided >= 0, np.arange(above.size), 0))
    return decided[last] == 1


def summary(
    *,
    run: np.ndarray,
    speed: np.ndarray,
    grade: np.ndarray,
    rng: np.random.Generator,
    confidence: str = "high",
    steady: np.ndarray | None = None,
    rr_windows: np.ndarray | None = None,
    heart_rate_high: float = np.nan,
    best_speed: np.ndarray | None = None,
    wearer: Wearer | None = None,
) -> Summary:
    """Return the summary of 5-s windows: their gait (bool), speed and grade, each (n,)."""
    gait = np.where(run, RUN, WALK)
    column = np.clip(np.digitize(speed, SPEED_EDGES) - 1, 0, len(SPEED_EDGES) - 2)
    slope = np.clip(np.digitize(grade, GRADE_EDGES) - 1, 0, len(GRADE_EDGES) - 2)
    time_ms = np.zeros((3, len(SPEED_EDGES) - 1, len(GRADE_EDGES) - 1), dtype=np.int64)
    np.add.at(time_ms, (gait, column, slope), WINDOW_S * 1000)
    edges = np.flatnonzero(np.diff(run)) + 1
    from pace.activity.summary import BEST_DURATIONS_S

    return Summary(
        digest=rng.bytes(16).hex(),
        sport="running",
        gait_confidence=confidence,
        elapsed_ms=int(time_ms.sum()),
        paused_ms=0,
        gap_ms=0,
        distance_m=float(speed.sum() * WINDOW_S),
        time_ms=time_ms,
        window_ms=time_ms[1:].copy(),
        bouts=_bouts(gait, speed, grade, edges),
        changes=_changes(gait, speed, grade, edges),
        steady=np.empty(0, dtype=STEADY) if steady is None else steady,
        rr_windows=np.empty(0, dtype=RR_WINDOW) if rr_windows is None else rr_windows,
        best_speed=np.full(len(BEST_DURATIONS_S), np.nan) if best_speed is None else best_speed,
        heart_rate_high=heart_rate_high,
        wearer=wearer or Wearer(),
        notes=(),
    )


def _bouts(gait: np.ndarray, speed: np.ndarray, grade: np.ndarray, edges: np.ndarray) -> np.ndarray:
    """Return the BOUT rows of at least 30 s."""
    starts = np.concatenate(([0], edges))
    stops = np.concatenate((edges, [gait.size]))
    long = (stops - starts) * WINDOW_S >= 30
    rows = np.zeros(int(long.sum()), dtype=BOUT)
    rows["heart_rate"] = np.nan
    for row, start, stop in zip(rows, starts[long], stops[long], strict=True):
        row["gait"], row["duration_s"] = gait[start], (stop - start) * WINDOW_S
        row["speed"], row["grade"] = np.median(speed[start:stop]), grade[start:stop].mean()
    return rows


def _changes(gait: np.ndarray, speed: np.ndarray, grade: np.ndarray, edges: np.ndarray) -> np.ndarray:
    """Return the CHANGE rows."""
    inside = edges[(edges >= 2) & (edges < gait.size - 2)]
    rows = np.empty(inside.size, dtype=CHANGE)
    rows["to"], rows["grade"] = gait[inside], grade[inside]
    rows["speed_before"], rows["speed_after"] = speed[inside - 2], speed[inside + 1]
    rows["speed"] = (speed[inside - 1] + speed[inside]) / 2
    return rows
