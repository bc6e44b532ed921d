"""The columns of the table, told once: what each is called, what kind of value it holds, in which unit, what it means.

A row is a function of a summary, so the table and a profile of the same files agree. Names end in their unit.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from pace.activity.grid import GRADE_EDGES, RUN, SPEED_EDGES, STAND, WALK
from pace.activity.summary import BEST_DURATIONS_S, Summary
from pace.activity.track import Note
from pace.arrays import Array
from pace.person.cost import running_grade_factor, walking_cost

Kind = Literal["text", "whole", "number"]
Value = str | int | float | None
QUANTILES = (5, 25, 50, 75, 95)
"""Per cent."""
SHORTEST_MS = 10_000
"""ms; of a gait held for less nothing is said but the time."""
LONG_BOUT_S = 60
"""s; a bout counts as kept up from here on."""
STEEP = 0.13
"""rise/run that stands for the open ends of the grid of grades."""
DIGITS = 4
"""Decimals of a number: a tenth of a millimetre per second."""
GAITS = {"walk": WALK, "run": RUN}


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column: `name`, the `kind` of its values (any may be missing), what it `means`."""

    name: str
    kind: Kind
    means: str


def _text(name: str, means: str) -> Column:
    return Column(name=name, kind="text", means=means)


def _whole(name: str, means: str) -> Column:
    return Column(name=name, kind="whole", means=means)


def _number(name: str, means: str) -> Column:
    return Column(name=name, kind="number", means=means)


FILED = (
    _text("person", "whose it is: the folder, the column of a list, or the label that was given"),
    _text("file", "the file's name, relative to what was given; `archive.zip › run.fit` inside an archive"),
    _whole("recording", "which recording of that file, from 1"),
    _text("format", "`fit`, `gpx` or `tcx`"),
    _text(
        "digest", "32 hexadecimal digits of what was recorded, without where and when; the same for the same recording"
    ),
    _text("sport", "the sport that the file or its export names"),
    _text(
        "duplicate_of",
        "the file that counts for this activity, where it is in several; empty where this one counts",
    ),
    _text("left_out", "why it tells nothing of walking and running: a ride, too short, …"),
    _text("error", "why it could not be read"),
)
"""What is known of a file before anything is worked out."""


def _times(one: Summary) -> Sequence[Value]:
    """Return where the time went, s, and the distance."""
    spent = one.time_ms.sum(axis=(1, 2))
    ms = (one.elapsed_ms, spent[WALK] + spent[RUN], spent[WALK], spent[RUN], spent[STAND], one.paused_ms, one.gap_ms)
    return (*(int(value) / 1000 for value in ms), _shown(one.distance_m, 1))


def _speeds(one: Summary) -> Sequence[Value]:
    """Return quantiles of the speed in each gait."""
    return [value for gait in GAITS.values() for value in _quantiles(one.time_ms[gait].sum(axis=1))]


def _quantiles(ms: NDArray[np.int64]) -> list[Value]:
    """Return quantiles of binned speeds, m/s, evenly spread within a bin; None where hardly any time was spent."""
    total = int(ms.sum())
    if total < SHORTEST_MS:
        return [None] * len(QUANTILES)
    passed = np.concatenate(([0], np.cumsum(ms)))
    wanted = np.asarray(QUANTILES) / 100 * total
    after = np.clip(np.searchsorted(passed, wanted, side="left"), 1, ms.size)
    share = (wanted - passed[after - 1]) / np.maximum(ms[after - 1], 1)
    return [_shown(value) for value in SPEED_EDGES[after - 1] + share * SPEED_EDGES[1]]


@cache
def _flat() -> Array:
    """Return (2, 140, 7) the flat speed of the same effort as each speed and grade of the grid, walking and running."""
    speed = (SPEED_EDGES[:-1] + SPEED_EDGES[1:])[:, None] / 2
    grade = np.clip((GRADE_EDGES[:-1] + GRADE_EDGES[1:]) / 2, -STEEP, STEEP)
    flat = np.arange(0, 14, 0.01)
    walking = np.interp(walking_cost(speed, grade), walking_cost(flat), flat)
    return np.stack((walking, speed * running_grade_factor(grade)))


def _adjusted(one: Summary) -> Sequence[Value]:
    """Return the mean flat-equivalent speed, walking, running and both."""
    ms, flat = one.time_ms[[WALK, RUN]], _flat()
    both = [(ms[0], flat[0]), (ms[1], flat[1]), (ms, flat)]
    return [_shown((time * speed).sum() / time.sum()) if time.sum() >= SHORTEST_MS else None for time, speed in both]


def _body(one: Summary) -> Sequence[Value]:
    """Return cadence and heart rate by gait, and the highest heart rate held."""
    cadence = [_mean(one.steady, "cadence", gait) for gait in GAITS.values()]
    heart = [_mean(one.bouts, "heart_rate", gait) for gait in GAITS.values()]
    return (*cadence, *heart, _shown(one.heart_rate_high, 1))


def _mean(rows: NDArray[np.void], name: str, gait: int) -> Value:
    """Return the mean of a value over the rows of a gait that have it, by their duration."""
    kept = rows[(rows["gait"] == gait) & np.isfinite(rows[name])]
    seconds = kept["duration_s"].astype(np.float64)
    return _shown((kept[name] * seconds).sum() / seconds.sum(), 1) if seconds.sum() > 0 else None


def _walk_run(one: Summary) -> Sequence[Value]:
    """Return what the activity says of where a walk becomes a run."""
    found: list[Value] = []
    for gait, pick in ((WALK, np.max), (RUN, np.min)):
        mine = one.bouts[one.bouts["gait"] == gait]
        long = mine["speed"][mine["duration_s"] >= LONG_BOUT_S]
        found += [len(mine), _shown(pick(long)) if long.size else None]
    for gait in (RUN, WALK):
        speed = one.changes["speed"][one.changes["to"] == gait]
        found += [len(speed), _shown(np.median(speed)) if speed.size else None]
    return (*found, one.gait_confidence)


def _talk(one: Summary) -> Sequence[Value]:
    """Return what the activity says of effort and speech."""
    steady, beating = one.steady, np.isfinite(one.steady["heart_rate"])
    breathing = np.isfinite(steady["respiration_rate"])
    alpha = one.rr_windows["alpha1"][np.isfinite(one.rr_windows["alpha1"])]
    seconds = (steady["duration_s"][mask].astype(np.float64).sum() for mask in (slice(None), beating, breathing))
    return (
        len(steady),
        *(_shown(value, 1) for value in seconds),
        *(_shown(value) for value in one.best_speed),
        len(one.rr_windows),
        _shown(np.median(alpha)) if alpha.size else None,
    )


def _odd(one: Summary) -> Sequence[Value]:
    """Return what was odd about the file: how many kinds, and each with its count."""
    told = kinds(one.notes)
    return len(told), "; ".join(f"{kind} {count}" for kind, count in told) or None


def kinds(notes: Sequence[Note]) -> list[tuple[str, int]]:
    """Return the kinds of some notes in order, with how many samples each concerns (1 where that is not known)."""
    count: Counter[str] = Counter()
    for note in notes:
        count[note.kind] += note.count or 1
    return sorted(count.items())


def _shown(value: float | np.floating[Any], digits: int = DIGITS) -> Value:
    """Return a number rounded, None for none."""
    return round(float(value), digits) if np.isfinite(value) else None


GROUPS: tuple[tuple[Callable[[Summary], Sequence[Value]], tuple[Column, ...]], ...] = (
    (
        _times,
        (
            _number("elapsed_s", "from the first to the last sample: the sum of walk, run, stand, paused and gap"),
            _number("moving_s", "walking and running"),
            _number("walk_s", "walking"),
            _number("run_s", "running"),
            _number("stand_s", "standing while the device recorded"),
            _number("paused_s", "device paused"),
            _number("gap_s", "nothing recorded though not paused"),
            _number("distance_m", "way covered while recorded"),
        ),
    ),
    (
        _speeds,
        tuple(
            _number(f"{gait}_speed_p{percent:02d}_mps", f"{percent} % of the time of this gait was slower")
            for gait in GAITS
            for percent in QUANTILES
        ),
    ),
    (
        _adjusted,
        (
            _number("walk_flat_speed_mps", "mean speed on the flat that costs as much as this walking did (LCDA)"),
            _number(
                "run_flat_speed_mps", "mean speed on the flat with the heart rate of this running (grade-adjusted pace)"
            ),
            _number("flat_speed_mps", "the same of walking and running together, by time"),
        ),
    ),
    (
        _body,
        (
            _number("walk_cadence_steps_per_min", "steady walking, both feet"),
            _number("run_cadence_steps_per_min", "steady running, both feet"),
            _number("walk_heart_rate_bpm", "median of each walk of 30 s or more, averaged by duration"),
            _number("run_heart_rate_bpm", "median of each run of 30 s or more, averaged by duration"),
            _number("high_heart_rate_bpm", "the highest held for 30 s, spikes and cadence lock left out"),
        ),
    ),
    (
        _walk_run,
        (
            _whole("n_walks", "unbroken walks of 30 s or more"),
            _number("fastest_walk_mps", "median speed of the fastest one of a minute or more"),
            _whole("n_runs", "unbroken runs of 30 s or more"),
            _number("slowest_run_mps", "median speed of the slowest one of a minute or more"),
            _whole("n_walk_to_run", "changes from walking to running, 8 s of each around them"),
            _number("walk_to_run_mps", "median speed at these changes"),
            _whole("n_run_to_walk", "changes from running to walking"),
            _number("run_to_walk_mps", "median speed at these changes"),
            _text("gait_confidence", "`high` where cadence told walk from run, `low` where speed alone did"),
        ),
    ),
    (
        _talk,
        (
            _whole("n_steady", "stretches of steady effort, 2 to 10 minutes each"),
            _number("steady_s", "time in these"),
            _number("steady_heart_rate_s", "time in those that have a heart rate"),
            _number("steady_breathing_s", "time in those that have a breathing rate"),
            *(
                _number(f"best_{seconds}s_speed_mps", f"fastest mean speed kept up for {seconds} s, stops and all")
                for seconds in BEST_DURATIONS_S
            ),
            _whole("n_rr_windows", "windows of 120 s with beat-to-beat intervals"),
            _number("rr_alpha1", "median DFA-alpha1 of these windows, no unit"),
        ),
    ),
    (
        _odd,
        (
            _whole("n_odd", "kinds of oddness in the file"),
            _text("odd", "each with the number of samples concerned: `too-fast 37; checksum 1`"),
        ),
    ),
)
"""What is worked out of a summary, group by group."""

WORKED_OUT = tuple(column for _, columns in GROUPS for column in columns)
COLUMNS = (*FILED, *WORKED_OUT)
"""All columns in their order."""
NAMES = tuple(column.name for column in COLUMNS)


def worked_out(one: Summary) -> list[Value]:
    """Return the values of WORKED_OUT for a summary, in order; None for what is not known."""
    return [value for work, _ in GROUPS for value in work(one)]
