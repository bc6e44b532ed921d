"""Invented people with a talk threshold, straight as summaries and words; drawn as the literature says.

Aerobic maximum by age, the last positive stage as a share of it, a curved heart-rate line, a highest heart rate off
the age formula, economy, sensors that lock onto cadence, drift, days, best efforts that are none, raters with a bias.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from benchmarks._activities import summary
from pace.activity.grid import RUN, WALK
from pace.activity.summary import BEST_DURATIONS_S, RR_WINDOW, STEADY, Summary
from pace.person.about import About, Said
from pace.person.cost import running_cost, speed_at_cost, walking_cost


@dataclass(frozen=True, kw_only=True)
class Talker:
    """The truth about one invented person; efforts in ml/kg/min of the standard scale, heart rates in beats/min."""

    threshold: float
    maximum: float
    age: float
    rest: float
    most: float
    change: float
    bias: float
    curve: float
    drift: float
    dfa_bias: float
    rater: float
    keen: float

    def heart_rate(self, effort: np.ndarray) -> np.ndarray:
        """Return the steady heart rate at efforts (k,)."""
        share = np.clip((effort - 3.5) / (self.maximum - 3.5), 0, 1.05)
        return self.rest + (self.most - self.rest) * share**self.curve


def talker(rng: np.random.Generator) -> Talker:
    """Return a person: VO2max 44 at 25, less 0.3 a year, SD 7; LP 68 ± 7 % of it; HRmax 205.5 - 0.7 age ± 9.5."""
    age = rng.uniform(25, 65)
    maximum = np.clip(rng.normal(44 - 0.3 * (age - 25), 7), 22, 65)
    share = np.clip(rng.normal(0.68, 0.07), 0.5, 0.85)
    economy = np.clip(rng.normal(1, 0.07), 0.8, 1.2)
    return Talker(
        threshold=share * maximum / economy,
        maximum=maximum / economy,
        age=age,
        rest=np.clip(rng.normal(61, 8), 42, 85),
        most=np.clip(205.5 - 0.7 * age + rng.normal(0, 9.5), 140, 215),
        change=np.clip(rng.normal(1.85, 0.25), 1.3, 2.5),
        bias=rng.normal(0, 3),
        curve=np.clip(rng.normal(0.86, 0.07), 0.65, 1.1),
        drift=rng.uniform(5, 18),
        dfa_bias=rng.uniform(-2, 10) + rng.normal(0, 13),
        rater=rng.normal(0, 1.5),
        keen=rng.normal(0.88, 0.10),
    )


def recordings(rng: np.random.Generator, person: Talker, n: int) -> tuple[Summary, ...]:
    """Return n activities with heart rate and beat-to-beat intervals."""
    return tuple(_recording(rng, person) for _ in range(n))


def _recording(rng: np.random.Generator, person: Talker) -> Summary:
    """Return one activity of three to eight steady stretches about the person's usual effort."""
    k = int(rng.integers(3, 9))
    today = person.threshold * rng.normal(person.keen, 0.08)
    effort = np.clip(today * (1 + 0.12 * rng.standard_normal(k)), 9.5, 0.92 * person.maximum)
    speed, run = _own_speed(effort, person.change)
    effort = np.where(run, running_cost(speed), walking_cost(speed))
    minutes = rng.uniform(3, 12, k)
    start = np.concatenate(([0], np.cumsum(minutes)[:-1])) * 60
    hours = np.maximum(0, start / 3600 - 0.1)
    heart_rate = person.heart_rate(effort) + person.bias + rng.normal(0, 4) + person.drift * hours + rng.normal(0, 3, k)
    locked = run & (rng.random(k) < 0.05)
    heart_rate = np.where(locked, rng.uniform(150, 172, k), heart_rate)
    rows = np.zeros(k, dtype=STEADY)
    rows["gait"], rows["start_s"], rows["duration_s"] = np.where(run, RUN, WALK), start, minutes * 60
    rows["speed"], rows["heart_rate"] = speed * rng.normal(1, 0.02), heart_rate
    rows["cadence"] = rows["respiration_rate"] = np.nan
    windows = np.repeat(np.arange(k), (minutes * 12).astype(int))
    return summary(
        run=run[windows],
        speed=speed[windows] + 0.1 * rng.standard_normal(windows.size),
        grade=np.zeros(windows.size),
        rng=rng,
        steady=rows,
        rr_windows=_beats(rng, person, heart_rate),
        heart_rate_high=float(np.max(heart_rate[~locked], initial=person.rest + 30)),
        best_speed=_best(rng, person, speed, minutes),
    )


def _own_speed(effort: np.ndarray, change: float) -> tuple[np.ndarray, np.ndarray]:
    """Return speed and whether it is run, for somebody who runs above `change`; efforts in between are walked at it."""
    walk, run = speed_at_cost(effort, gait="walk"), speed_at_cost(effort, gait="run")
    running = run > change
    return np.where(running, run, np.where(walk < change, walk, 0.95 * change)), running


def _best(rng: np.random.Generator, person: Talker, speed: np.ndarray, minutes: np.ndarray) -> np.ndarray:
    """Return the best sustained speeds: the quickest stretch where it is long enough, now and then a real effort."""
    durations = np.asarray(BEST_DURATIONS_S) / 60
    best = np.array([np.max(speed[minutes >= d], initial=speed.mean()) for d in durations])
    if rng.random() < 0.1:
        held = person.maximum * rng.uniform(0.88, 1.0) * np.clip(1.06 - 0.055 * np.log(durations), 0.7, 1.0)
        best = np.maximum(best, speed_at_cost(held))
    return np.where(durations <= minutes.sum(), best, np.nan)


def _beats(rng: np.random.Generator, person: Talker, heart_rate: np.ndarray) -> np.ndarray:
    """Return RR_WINDOW rows whose alpha1 falls through 0.75 at a heart rate off the threshold's by bias and scatter."""
    ventilatory = float(person.heart_rate(np.array(person.threshold))) + rng.normal(0, 3)
    rows = np.zeros(12, dtype=RR_WINDOW)
    rows["heart_rate"] = rng.choice(heart_rate, 12) + rng.normal(0, 4, 12)
    rows["alpha1"] = 0.75 - 0.012 * (rows["heart_rate"] - ventilatory - person.dfa_bias) + rng.normal(0, 0.12, 12)
    rows["artefacts"] = rng.exponential(0.015, 12)
    return rows


def answers(rng: np.random.Generator, person: Talker, n: int) -> tuple[Said, ...]:
    """Return n answers at efforts about the threshold: day SD 0.3 m/s of running, one in thirty beside the point."""
    said = []
    for _ in range(n):
        wanted = np.atleast_1d(person.threshold * rng.normal(0.95, 0.15))
        speed = float(np.clip(_own_speed(wanted, person.change)[0][0], 0.8, 5))
        asked = float(running_cost(speed) if speed > person.change else walking_cost(speed))
        felt = person.threshold + person.rater + rng.normal(0, 3.6)
        talk = "comfortable" if asked < felt else "short" if asked < 1.11 * felt else "not"
        talk = str(rng.choice(["comfortable", "short", "not"])) if rng.random() < 0.03 else talk
        said.append(Said(speed=speed, talk=talk))  # type: ignore[arg-type]
    return tuple(said)


def words(rng: np.random.Generator, person: Talker, said: tuple[Said, ...] = ()) -> About:
    """Return what the person says: age two times in three, resting and highest heart rate now and then."""
    known = rng.random(3) < [0.67, 0.4, 0.25]
    return About(
        said=said,
        age_years=person.age if known[0] else None,
        resting_heart_rate=person.rest + rng.normal(0, 2) if known[1] else None,
        max_heart_rate=person.most + rng.normal(0, 3) if known[2] else None,
    )


def with_said(about: About, said: tuple[Said, ...]) -> About:
    """Return the same words with answers about talking added."""
    return replace(about, said=said)


def only(activities: tuple[Summary, ...], kind: str) -> tuple[Summary, ...]:
    """Return the activities with one kind of evidence left in (`heart rate`, `chest strap`, `best effort`, `habit`)."""
    bare = {
        "steady": np.empty(0, dtype=STEADY),
        "rr_windows": np.empty(0, dtype=RR_WINDOW),
        "best_speed": np.full(len(BEST_DURATIONS_S), np.nan),
        "heart_rate_high": np.nan,
        "time_ms": np.zeros((3, 140, 7), dtype=np.int64),
    }
    kept = {
        "heart rate": ("steady", "heart_rate_high"),
        "chest strap": ("steady", "heart_rate_high", "rr_windows"),
        "best effort": ("best_speed", "time_ms"),
        "habit": ("time_ms",),
        "all": tuple(bare),
    }[kind]
    return tuple(
        replace(one, **{name: value for name, value in bare.items() if name not in kept}) for one in activities
    )


def heartless(activities: tuple[Summary, ...]) -> tuple[Summary, ...]:
    """Return the activities as they would be without a heart-rate sensor."""
    return tuple(
        replace(one, steady=_without_heart(one.steady), rr_windows=one.rr_windows[:0], heart_rate_high=np.nan)
        for one in activities
    )


def _without_heart(steady: np.ndarray) -> np.ndarray:
    """Return steady stretches with their heart rates unknown."""
    rows = steady.copy()
    rows["heart_rate"] = np.nan
    return rows
