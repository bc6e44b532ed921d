"""A recording laid on a clock of whole seconds, so that two of them can be looked at side by side."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from pace.activity.gait import Gait, Manner
from pace.activity.motion import LONGEST_HOLD_S, Motion
from pace.activity.timeline import ordered
from pace.activity.track import Track
from pace.arrays import Array
from pace.earth import in_space


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Seen:
    """One person in n seconds of a common clock; it never leaves this room, because it holds places.

    Attributes
    ----------
    speed : (n,) float64, m/s
    grade : (n,) float64, rise/run
    gait : (n, 3) float64
        Probability of STAND, WALK, RUN.
        NaN where nothing was recorded.
    place : (n, 3) float64, m
        From the middle of the earth; NaN where unknown.
    """

    speed: Array
    grade: Array
    gait: Array
    place: Array


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Recorded:
    """A recording before it is laid on a clock: `start` and `end` by its own clock (s), its motion, gait and places."""

    start: float
    motion: Motion
    gait: Gait
    device: str
    sample_time: Array
    sample_place: Array

    @classmethod
    def from_track(cls, track: Track, manner: Manner = "") -> Self:
        """Return the motion, the gait and the places of a track.

        Raises
        ------
        NothingUsableError
            When it tells no movement.
        """
        motion = Motion.from_track(track)
        kept = ordered(track.time)[0]
        located = kept[np.isfinite(track.latitude[kept]) & np.isfinite(track.longitude[kept])]
        return cls(
            start=float(track.time[kept[0]]),
            motion=motion,
            gait=Gait.from_motion(motion, manner),
            device=track.device or f"{track.format} without a name",
            sample_time=track.time[located] - track.time[kept[0]],
            sample_place=in_space(track.latitude[located], track.longitude[located]),
        )

    @property
    def seconds(self) -> float:
        """How long it lasted."""
        return float(self.motion.time[-1] + self.motion.duration_ms[-1] / 1000)

    @property
    def located(self) -> bool:
        """Whether it tells places for most of its time."""
        step = np.diff(self.sample_time)
        return bool(step[step <= 2 * LONGEST_HOLD_S].sum() > self.seconds / 4)

    def laid(self, first: float, n: int) -> Seen:
        """Return what it tells of n seconds, the middle of the first being `first` s after its own start."""
        when = np.asarray(first + np.arange(n), dtype=np.float64)
        motion = self.motion
        row = np.searchsorted(motion.time, when, side="right") - 1
        inside = (row >= 0) & (when < self.seconds)
        row = np.clip(row, 0, len(motion) - 1)
        inside &= motion.recorded[row]
        known = motion.recorded & np.isfinite(motion.speed)
        middle = motion.time + motion.duration_ms / 2000
        speed = np.interp(when, middle[known], motion.speed[known])
        return Seen(
            speed=np.where(inside, speed, np.nan),
            grade=np.where(inside, motion.grade[row], np.nan),
            gait=np.where(inside[:, None], self.gait.posterior[row], np.nan),
            place=_held(when, self.sample_time, self.sample_place),
        )


def _held(when: Array, at: Array, place: Array) -> Array:
    """Return places (n, 3) interpolated between samples; NaN within steps of over twice the longest hold."""
    if at.size < 2:
        return np.full((when.size, 3), np.nan)
    after: NDArray[np.intp] = np.clip(np.searchsorted(at, when), 1, at.size - 1)
    close = (at[after] - at[after - 1] <= 2 * LONGEST_HOLD_S) & (when >= at[0]) & (when <= at[-1])
    columns = np.stack([np.interp(when, at, column) for column in place.T], axis=1)
    return np.where(close[:, None], columns, np.nan)
