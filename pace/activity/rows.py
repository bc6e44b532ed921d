"""The few rows kept of an activity: unbroken bouts, changes of gait, steady stretches."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from pace.activity.gait import Gait
from pace.activity.grid import RUN, STAND, WALK
from pace.activity.motion import Motion, zero_if_unknown
from pace.arrays import Array

Rows = NDArray[np.void]
Index = NDArray[np.intp]

SHORTEST_BOUT_S = 30
BESIDE_S = 8
"""s; how far before and after a change of gait its speeds are looked at."""
PIECE_S = 30
"""s; effort is compared piece by piece of this length."""
SHORTEST_STEADY_S, LONGEST_STEADY_S = 120, 600
"""s; a longer steady stretch is cut, so that drift can be seen."""
SAME_EFFORT = 0.10
"""How much the effort of neighbouring pieces may differ, as a fraction; of all pieces of a stretch, twice that."""
SETTLING_S = 90
"""s; heart rate after a change of effort is left out this long (dead time 13 s, tau 48-58 s; Hunt 2015, 2024)."""
LARGE = 1e5
"""More than any value that a median is taken of."""
ENOUGH_S = 30
"""s of heart rate, cadence or breaths that a mean needs."""


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Stretches:
    """Runs of rows: `start`, `stop` (k,) row indices, stop exclusive."""

    start: Index
    stop: Index

    @classmethod
    def of_same(cls, value: NDArray[Any], motion: Motion) -> Self:
        """Return the unbroken recorded runs of one value."""
        cut = (np.diff(value) != 0) | ~motion.recorded[1:] | ~motion.recorded[:-1]
        edges = np.concatenate(([0], np.flatnonzero(cut) + 1, [value.size]))
        start, stop = edges[:-1], edges[1:]
        kept = motion.recorded[start]
        return cls(start=start[kept], stop=stop[kept])

    def where(self, mask: NDArray[np.bool_]) -> Stretches:
        """Return the stretches for which `mask` (k,) holds."""
        return Stretches(start=self.start[mask], stop=self.stop[mask])

    def sums(self, values: NDArray[Any]) -> Array:
        """Return the sum of row values over each stretch, (k,)."""
        total = np.concatenate(([0.0], np.cumsum(values, dtype=np.float64)))
        return np.asarray(total[self.stop] - total[self.start])

    def means(self, values: Array, *, at_least: float = 1) -> Array:
        """Return the mean of the values known in each stretch, NaN where fewer than `at_least` are."""
        known = np.isfinite(values)
        count = self.sums(known)
        mean = self.sums(np.where(known, values, 0.0)) / np.maximum(count, 1)
        return np.where(count >= at_least, mean, np.nan)

    def medians(self, values: Array, *, at_least: float = 1) -> Array:
        """Return the median of the values known in each stretch, NaN where fewer than `at_least` are."""
        length = self.stop - self.start
        owner = np.repeat(np.arange(length.size), length)
        first = np.cumsum(length) - length
        inside = values[np.arange(owner.size) - first[owner] + self.start[owner]]
        known = np.isfinite(inside)
        ranked = np.sort(LARGE * owner + np.where(known, inside, LARGE / 2))  # by stretch, the unknown behind
        count = np.bincount(owner, weights=known, minlength=length.size).astype(np.intp)
        last = np.maximum(count - 1, 0)
        middle = (ranked[first + last // 2] + ranked[first + (last + 1) // 2]) / 2 - LARGE * np.arange(length.size)
        return np.where(count >= at_least, middle, np.nan)


def bouts(motion: Motion, gait: Gait, dtype: np.dtype[np.void]) -> Rows:
    """Return the unbroken walks and runs of 30 s or more."""
    every = Stretches.of_same(gait.label, motion)
    seconds = every.sums(motion.duration_ms) / 1000
    long = (seconds >= SHORTEST_BOUT_S) & (gait.label[every.start] != STAND)
    kept = every.where(long)
    rows = np.empty(kept.start.size, dtype=dtype)
    rows["gait"], rows["duration_s"] = gait.label[kept.start], seconds[long]
    rows["speed"], rows["grade"] = kept.medians(motion.speed), kept.means(zero_if_unknown(motion.grade))
    rows["heart_rate"] = kept.medians(motion.heart_rate, at_least=10)
    return rows


def changes(motion: Motion, gait: Gait, dtype: np.dtype[np.void]) -> Rows:
    """Return the changes between walk and run that have 8 s of the one before and 8 s of the other after them."""
    every = Stretches.of_same(gait.label, motion)
    length, label = every.stop - every.start, gait.label[every.start]
    moving = (label[:-1] != STAND) & (label[1:] != STAND) & (every.stop[:-1] == every.start[1:])
    here = np.flatnonzero(moving & (length[:-1] >= BESIDE_S) & (length[1:] >= BESIDE_S))
    at = every.stop[here]
    rows = np.empty(at.size, dtype=dtype)
    rows["to"] = label[here + 1]
    for name, low, high in (("speed_before", -BESIDE_S, 0), ("speed", -2, 2), ("speed_after", 0, BESIDE_S)):
        rows[name] = Stretches(start=at + low, stop=at + high).means(motion.speed)
    rows["grade"] = Stretches(start=at - BESIDE_S, stop=at + BESIDE_S).means(zero_if_unknown(motion.grade))
    return rows


def steady(motion: Motion, gait: Gait, dtype: np.dtype[np.void]) -> Rows:
    """Return the stretches of steady effort: one gait, pieces of 30 s that differ little, 2 to 10 minutes."""
    pieces, fresh = _pieces(motion, gait)
    effort = pieces.means(relative_effort(motion))
    chain = np.cumsum(fresh | (np.abs(np.diff(np.log(effort), prepend=np.nan)) > SAME_EFFORT)) if effort.size else fresh
    found, settled = _stretches(pieces, effort, np.asarray(chain))
    rows = np.empty(found.start.size, dtype=dtype)
    late = Stretches(start=np.where(settled, found.start, found.start + SETTLING_S), stop=found.stop)
    seconds = motion.duration_ms / 1000
    rows["gait"] = gait.label[found.start] if found.start.size else 0
    rows["start_s"] = np.concatenate(([0.0], np.cumsum(np.where(motion.moving, seconds, 0.0))))[found.start]
    rows["duration_s"] = found.sums(seconds)
    rows["speed"], rows["grade"] = found.means(motion.speed), found.means(zero_if_unknown(motion.grade))
    rows["heart_rate"] = late.means(motion.heart_rate, at_least=ENOUGH_S)
    rows["cadence"] = found.means(motion.cadence, at_least=ENOUGH_S)
    rows["respiration_rate"] = late.means(motion.respiration_rate, at_least=ENOUGH_S)
    return rows


def relative_effort(motion: Motion) -> Array:
    """Return speed (n,) weighted by grade, to tell whether effort changed: +4.5 % per per cent up, little credit down.

    Between the running (3.5 %) and walking (6 %) curves at small grades; only its constancy matters here.
    """
    steepness = np.clip(zero_if_unknown(motion.grade), -0.04, 0.20)
    return np.asarray(motion.speed * (1 + 4.5 * np.where(steepness > 0, steepness, steepness / 2)))


def _pieces(motion: Motion, gait: Gait) -> tuple[Stretches, NDArray[np.bool_]]:
    """Return the whole pieces of 30 s in walks and runs, and which of them open a walk or a run."""
    every = Stretches.of_same(gait.label, motion)
    every = every.where(gait.label[every.start] != STAND) if every.start.size else every
    count = (every.stop - every.start) // PIECE_S
    owner = np.repeat(np.arange(count.size), count)
    number = np.arange(owner.size) - np.repeat(np.cumsum(count) - count, count)
    start = every.start[owner] + PIECE_S * number
    return Stretches(start=start, stop=start + PIECE_S), number == 0


def _stretches(pieces: Stretches, effort: Array, chain: Index) -> tuple[Stretches, NDArray[np.bool_]]:
    """Return chains of pieces cut to 10 minutes, those that are long and even enough; and which were settled before."""
    if not effort.size:
        return pieces, np.empty(0, dtype=bool)
    first = np.flatnonzero(np.diff(chain, prepend=-1))
    rank = np.arange(chain.size) - first[np.searchsorted(first, np.arange(chain.size), side="right") - 1]
    per_row = LONGEST_STEADY_S // PIECE_S
    opens = np.flatnonzero(rank % per_row == 0)
    ends = np.append(opens[1:], chain.size) - 1
    spread = np.log(np.maximum.reduceat(effort, opens) / np.minimum.reduceat(effort, opens))
    good = ((ends - opens + 1) * PIECE_S >= SHORTEST_STEADY_S) & (spread <= 2 * SAME_EFFORT)
    return Stretches(start=pieces.start[opens[good]], stop=pieces.stop[ends[good]]), rank[opens[good]] > 0


def run_share(gait: Gait) -> Array:
    """Return the probability (n,) of running among walking and running; a half where neither is possible."""
    walk, run = gait.posterior[:, WALK].astype(np.float64), gait.posterior[:, RUN].astype(np.float64)
    return (run + 1e-12) / (walk + run + 2e-12)
