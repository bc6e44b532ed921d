"""Recordings as passes along ways: cleaned of spikes and standing about, cut at gaps, a point every few metres."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter1d

from pace.activity.path import FASTEST_ON_FOOT
from pace.activity.timeline import ordered
from pace.activity.track import ON_FOOT, Track
from pace.arrays import Array
from pace.routes.plane import Plane

STEP = 4.0
"""m between the points of a pass: under half of what positions are off by, so nothing is lost."""
LONGEST_GAP_S, LONGEST_GAP_M = 30.0, 60.0
"""A hole of more than this, in time or in space, is not crossed: nobody knows how it was."""
SHORTEST_PIECE = 5
"""Samples; fewer between two leaps are a spike and no pass."""
SMOOTH_S = 2.5
"""s; SD of the Gaussian that takes the jitter out. What is slower than that is left: it bends the way itself."""
STANDING = 0.35
"""m/s over STANDING_S; slower is standing about, where positions wander without feet."""
STANDING_S = 10
SHORTEST_PASS = 30.0
"""m; a pass of less tells of no way."""

Index = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Passes:
    """Points of passes, n rows: `x`, `y` (m on the plane), `elevation` (m, NaN where unknown), and where they belong.

    `piece` (n,) numbers unbroken stretches, `recording` (n,) the tracks, `person` (n,) the people; `along` (n,) is how
    far into its recording (m) a point lies.
    """

    x: Array
    y: Array
    elevation: Array
    along: Array
    piece: Index
    recording: Index
    person: Index

    @classmethod
    def of(cls, people: Sequence[Sequence[Track]], plane: Plane) -> Self:
        """Return the passes of the tracks of some people."""
        parts: list[Array] = []
        piece = recording = 0
        for person, tracks in enumerate(people):
            for track in tracks:
                for line in _pieces(track, plane):
                    whose = np.array([piece, recording, person], dtype=np.float64)
                    parts.append(np.concatenate((line, np.repeat(whose[:, None], line.shape[1], axis=1))))
                    piece += 1
                recording += 1
        rows = np.concatenate(parts, axis=1) if parts else np.zeros((7, 0))
        whole = rows[4:].astype(np.int64)
        x, y, elevation, along = rows[:4]
        return cls(x=x, y=y, elevation=elevation, along=along, piece=whole[0], recording=whole[1], person=whole[2])

    @property
    def follows(self) -> NDArray[np.bool_]:
        """(n - 1,) whether a point and the next one are of one piece."""
        return np.asarray(self.piece[1:] == self.piece[:-1])

    def direction(self) -> Array:
        """Return the direction of the way at each point as (n, 2): cosine and sine of twice its angle.

        Twice the angle is the same for both ways to walk along a line.
        """
        here = np.arange(self.x.size)
        inner = np.concatenate(([0], np.flatnonzero(~self.follows) + 1, [self.x.size]))
        first, last = (np.repeat(edge, np.diff(inner)) for edge in (inner[:-1], inner[1:] - 1))
        low, high = np.maximum(here - 2, first), np.minimum(here + 2, last)
        step = (self.x[high] - self.x[low]) + 1j * (self.y[high] - self.y[low])
        double = step**2 / np.maximum(np.abs(step) ** 2, 1e-9)
        return np.stack((double.real, double.imag), axis=1)


def on_foot(track: Track) -> bool:
    """Return whether a track is of somebody on foot, or might be."""
    return track.sport in ON_FOOT or track.sport == "unknown"


def _pieces(track: Track, plane: Plane) -> list[Array]:
    """Return the unbroken passes of one track: x, y, elevation, along, (4, k) each; nothing of what is not on foot."""
    if not on_foot(track):
        return []
    time, x, y, elevation = _known(track, plane)
    joined = _joined(time, x, y)
    cuts = np.flatnonzero(~joined) + 1
    lines = (_resampled(*part) for part in zip(*(np.split(v, cuts) for v in (time, x, y, elevation)), strict=True))
    begun, found = 0.0, []
    for line in lines:
        if line.shape[1] * STEP >= SHORTEST_PASS:
            found.append(np.concatenate((line, begun + STEP * np.arange(line.shape[1])[None])))
            begun += line.shape[1] * STEP
    return found


def _known(track: Track, plane: Plane) -> tuple[Array, Array, Array, Array]:
    """Return time, x, y and elevation of the samples with a position, in order of time, spikes left out."""
    timed = np.isfinite(track.time)
    order = ordered(track.time)[0] if timed.any() else np.arange(len(track))
    place = np.isfinite(track.latitude[order]) & np.isfinite(track.longitude[order])
    place &= (track.latitude[order] != 0) | (track.longitude[order] != 0)  # a device without a fix says 0, 0
    order = order[place]
    x, y = plane.metres(track.latitude[order], track.longitude[order])
    time = track.time[order] if timed.any() else np.arange(order.size, dtype=np.float64)
    keep = ~_spikes(time, x, y, timed=bool(timed.any()))
    return time[keep], x[keep], y[keep], track.elevation[order][keep]


def _spikes(time: Array, x: Array, y: Array, *, timed: bool) -> NDArray[np.bool_]:
    """Return which samples lie between two leaps that feet could not make, too few of them to be a pass."""
    if not timed or time.size < 2:
        return np.zeros(time.size, dtype=bool)
    leap = np.hypot(np.diff(x), np.diff(y)) > FASTEST_ON_FOOT * np.maximum(np.diff(time), 0.5)
    part = np.concatenate(([0], np.cumsum(leap)))
    return np.asarray((np.bincount(part)[part] < SHORTEST_PIECE) & (part > 0) & (part < part[-1]))


def _joined(time: Array, x: Array, y: Array) -> NDArray[np.bool_]:
    """Return which neighbouring samples are of one pass: near in time and space, and no leap between."""
    seconds, metres = np.diff(time), np.hypot(np.diff(x), np.diff(y))
    leap = metres > FASTEST_ON_FOOT * np.maximum(seconds, 0.5)
    still = metres < STEP  # a pause in one place is no hole in the way
    return np.asarray((still | (seconds <= LONGEST_GAP_S)) & (metres <= LONGEST_GAP_M) & ~leap)


def _resampled(time: Array, x: Array, y: Array, elevation: Array) -> Array:
    """Return x, y, elevation (3, k) every STEP m of one unbroken stretch, smoothed, standing left out."""
    if time.size < 2:
        return np.zeros((3, 0))
    every = np.linspace(time[0], time[-1], max(int(min(time[-1] - time[0], 4 * time.size)), 1) + 1)
    rate = (every[-1] - every[0]) / max(every.size - 1, 1) or 1.0
    known = np.isfinite(elevation)
    height = np.interp(every, time[known], elevation[known]) if known.any() else np.full(every.size, np.nan)
    line = np.stack((np.interp(every, time, x), np.interp(every, time, y), height))
    line = gaussian_filter1d(line, SMOOTH_S / rate, axis=1, mode="nearest")
    line = line[:, _moving(line, max(round(STANDING_S / rate / 2), 1), rate)]
    along = np.concatenate(([0.0], np.cumsum(np.hypot(*np.diff(line[:2], axis=1)))))
    at = np.arange(0.0, along[-1], STEP) if along.size else np.zeros(0)
    return np.stack([np.interp(at, along, row) for row in line]) if at.size else np.zeros((3, 0))


def _moving(line: Array, half: int, rate: float) -> NDArray[np.bool_]:
    """Return where a line that is sampled every `rate` s moves on within `half` samples to either side."""
    n = line.shape[1]
    low, high = np.maximum(np.arange(n) - half, 0), np.minimum(np.arange(n) + half, n - 1)
    metres = np.hypot(*(line[:2, high] - line[:2, low]))
    return np.asarray(metres >= STANDING * rate * (high - low))
