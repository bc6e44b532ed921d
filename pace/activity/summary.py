"""What is kept of one recording: whole milliseconds on a fixed grid and a few rows; no place, no time of day."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import Self

import numpy as np
from numpy.typing import NDArray

from pace.activity.foot import known_sport
from pace.activity.gait import Gait, Manner
from pace.activity.grid import GRADE_EDGES, SPEED_EDGES, STAND
from pace.activity.motion import Motion, zero_if_unknown
from pace.activity.rows import bouts, changes, run_share, steady
from pace.activity.rr import rr_windows
from pace.activity.timeline import GAP, PAUSED
from pace.activity.track import Note, Track, Wearer
from pace.activity.twins import NO_SKETCH, Sketch, legs, sketch
from pace.arrays import Array, frozen

__all__ = ["BEST_DURATIONS_S", "BOUT", "CHANGE", "RR_WINDOW", "STEADY", "Summary", "digest"]

BEST_DURATIONS_S = (60, 300, 600, 1200, 1800, 3600)
"""s; over which the best mean speed is kept."""
WINDOW_S = 5
"""Rows in a window of `window_ms`."""
HIGH_HEART_RATE_S = 30
"""s; how long a heart rate must be held to count as high."""

BOUT = np.dtype([("gait", "u1"), ("duration_s", "f4"), ("speed", "f4"), ("grade", "f4"), ("heart_rate", "f4")])
"""An unbroken stretch of one gait of at least 30 s: median speed, mean grade, median heart rate (NaN if none)."""
CHANGE = np.dtype([("to", "u1"), ("speed_before", "f4"), ("speed", "f4"), ("speed_after", "f4"), ("grade", "f4")])
"""A change between walk and run (`to`: the gait changed to): mean speed in the 8 s before, the 4 s at, 8 s after it."""
STEADY = np.dtype(
    [
        ("gait", "u1"),
        ("start_s", "f4"),
        ("duration_s", "f4"),
        ("speed", "f4"),
        ("grade", "f4"),
        ("heart_rate", "f4"),
        ("cadence", "f4"),
        ("respiration_rate", "f4"),
    ]
)
"""A stretch of steady effort of at least 120 s: means over it; heart rate over its last part, after the lag.

`start_s` is counted from the start of the activity, moving time only, so drift can be allowed for.
"""
RR_WINDOW = np.dtype(
    [("gait", "u1"), ("alpha1", "f4"), ("heart_rate", "f4"), ("speed", "f4"), ("grade", "f4"), ("artefacts", "f4")]
)
"""A 120-s window of beat-to-beat intervals: DFA-alpha1, and the share of artefacts in it."""
DAMAGE = frozenset(["truncated", "damaged"])
"""Kinds of notes that tell of a file that was cut or damaged."""


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Summary:
    """One activity, reduced to what says something about the person. Make it with `Summary.from_track`.

    Attributes
    ----------
    digest : str
        32 hex digits of the recorded samples' content: the same recording twice has the same digest.
    sport : str
        As in `Track` where it is a word that `pace` knows, else `other`: free text of a file is not kept.
    gait_confidence : str
        `high` where cadence told walk from run, `low` where speed alone did.
    elapsed_ms, paused_ms, gap_ms : int
        `elapsed_ms == time_ms.sum() + paused_ms + gap_ms`, exactly.
    distance_m : float
    time_ms : (3, 140, 7) int64
        Milliseconds by gait (STAND, WALK, RUN), speed and grade.
    window_ms : (2, 140, 7) int64
        Milliseconds of 5-s windows without standing, by walk and run posterior, window mean speed and grade.
    bouts, changes, steady, rr_windows : (k,) structured
        Rows of BOUT, CHANGE, STEADY, RR_WINDOW.
    best_speed : (k,) float64, m/s
        Fastest mean speed sustained over BEST_DURATIONS_S; NaN where the activity is shorter.
    heart_rate_high : float
        The highest heart rate held for 30 s, spikes and cadence lock left out; NaN without.
    wearer : Wearer
    notes : tuple of Note
        What was odd, counts only.
    sketch : (k,) uint16, k up to 24
        Marks by which the same recording in another file is known (see `pace.activity.twins`); they hold no metre.
    """

    digest: str
    sport: str
    gait_confidence: str
    elapsed_ms: int
    paused_ms: int
    gap_ms: int
    distance_m: float
    time_ms: NDArray[np.int64]
    window_ms: NDArray[np.int64]
    bouts: NDArray[np.void]
    changes: NDArray[np.void]
    steady: NDArray[np.void]
    rr_windows: NDArray[np.void]
    best_speed: NDArray[np.float64]
    heart_rate_high: float
    wearer: Wearer
    notes: tuple[Note, ...]
    sketch: Sketch = field(default_factory=lambda: NO_SKETCH)

    @classmethod
    def from_track(cls, track: Track, *, manner: Manner = "") -> Self:
        """Return what is kept of a recording.

        Parameters
        ----------
        track : Track
        manner : {"", "shuffle", "race-walk"}
            What the person says of how they move.

        Raises
        ------
        NothingUsableError
            When the recording has no times or nothing that tells a speed on foot.
        """
        motion = Motion.from_track(track)
        gait = Gait.from_motion(motion, manner)
        return cls(
            digest=digest(track),
            sport=known_sport(track.sport),
            gait_confidence=gait.confidence,
            elapsed_ms=int(motion.duration_ms.sum()),
            paused_ms=int(motion.duration_ms[motion.state == PAUSED].sum()),
            gap_ms=int(motion.duration_ms[motion.state == GAP].sum()),
            distance_m=float(_way(motion).sum()),
            time_ms=frozen(_time_ms(motion, gait)),
            window_ms=frozen(_window_ms(motion, gait)),
            bouts=frozen(bouts(motion, gait, BOUT)),
            changes=frozen(changes(motion, gait, CHANGE)),
            steady=frozen(steady(motion, gait, STEADY)),
            rr_windows=frozen(rr_windows(motion, gait, RR_WINDOW)),
            best_speed=frozen(_best_speed(motion)),
            heart_rate_high=_heart_rate_high(motion),
            wearer=track.wearer,
            notes=(*track.notes, *motion.notes),
            sketch=sketch(legs(track)),
        )

    @property
    def damaged(self) -> bool:
        """Whether the file was cut or damaged, so that only what was whole in it counts."""
        return any(note.kind in DAMAGE for note in self.notes)


def digest(track: Track) -> str:
    """Return 32 hex digits of what was recorded: times and places relative to the first, and what the sensors said."""
    shown = hashlib.blake2b(digest_size=16)
    known = np.isfinite(track.time)
    origin = track.time[known][0] if known.any() else 0.0
    shown.update(_whole(track.time - origin, 1000))
    for values, scale in ((track.latitude, 1e7), (track.longitude, 1e7), (track.distance, 100), (track.speed, 1000)):
        shown.update(_whole(values - values[:1], scale))
    for values, scale in ((track.elevation, 10), (track.heart_rate, 1), (track.cadence, 2), (track.rr, 1000)):
        shown.update(_whole(values, scale))
    return shown.hexdigest()


def _whole(values: Array, scale: float) -> bytes:
    """Return values as whole numbers of 1/scale, little-endian; missing ones as the lowest number."""
    scaled = np.clip(np.where(np.isfinite(values), values * scale, -(2.0**62)), -(2.0**62), 2.0**62)
    whole: bytes = np.rint(scaled).astype("<i8").tobytes()
    return whole


def _way(motion: Motion) -> Array:
    """Return the metres covered in each row; none in pauses and gaps."""
    return zero_if_unknown(motion.speed) * motion.duration_ms / 1000


def _cells(speed: Array, grade: Array) -> NDArray[np.intp]:
    """Return the flat index of each speed and grade in the grid (140, 7)."""
    n_speeds, n_grades = SPEED_EDGES.size - 1, GRADE_EDGES.size - 1
    column = np.clip((speed / SPEED_EDGES[1]).astype(np.intp), 0, n_speeds - 1)
    slope = np.searchsorted(GRADE_EDGES[1:-1], zero_if_unknown(grade), side="right")
    return np.asarray(column * n_grades + slope)


def _grid(
    cells: NDArray[np.intp], gait: NDArray[np.integer], ms: NDArray[np.generic], n_gaits: int
) -> NDArray[np.int64]:
    """Return the milliseconds (whole, so the sums are exact) in each gait and cell: (n_gaits, 140, 7)."""
    n_cells = (SPEED_EDGES.size - 1) * (GRADE_EDGES.size - 1)
    total = np.bincount(gait * n_cells + cells, weights=ms, minlength=n_gaits * n_cells)
    return total.astype(np.int64).reshape(n_gaits, SPEED_EDGES.size - 1, GRADE_EDGES.size - 1)


def _time_ms(motion: Motion, gait: Gait) -> NDArray[np.int64]:
    """Return the time in each gait, speed and grade: recorded rows, each once."""
    here = motion.recorded
    cells = _cells(motion.speed[here], motion.grade[here])
    return _grid(cells, gait.label[here].astype(np.intp), motion.duration_ms[here], 3)


def _window_ms(motion: Motion, gait: Gait) -> NDArray[np.int64]:
    """Return the time of windows of five whole recorded seconds without standing, shared between walk and run."""
    n = len(motion) // WINDOW_S * WINDOW_S
    moving = motion.moving & (gait.label != STAND) & (motion.duration_ms == 1000)
    whole = moving[:n].reshape(-1, WINDOW_S).all(axis=1)
    speed, grade, run = (
        values[:n].reshape(-1, WINDOW_S)[whole].mean(axis=1)
        for values in (motion.speed, zero_if_unknown(motion.grade), run_share(gait))
    )
    running = np.rint(run * WINDOW_S * 1000)
    cells = _cells(speed, grade)
    gaits = np.repeat([0, 1], cells.size)
    return _grid(np.tile(cells, 2), gaits, np.concatenate((WINDOW_S * 1000 - running, running)), 2)


def _best_speed(motion: Motion) -> Array:
    """Return the fastest mean speed over each of BEST_DURATIONS_S, stops and all; NaN if the activity is shorter."""
    edges = np.concatenate(([0.0], np.cumsum(motion.duration_ms) / 1000))
    way = np.concatenate(([0.0], np.cumsum(_way(motion))))

    def best(seconds: float) -> float:
        """Return the fastest mean speed, m/s, kept up for some time, s; NaN where the recording is shorter."""
        starts = edges[: np.searchsorted(edges, edges[-1] - seconds, side="right")]
        if not starts.size:
            return np.nan
        return float((np.interp(starts + seconds, edges, way) - way[: starts.size]).max() / seconds)

    return np.array([best(seconds) for seconds in BEST_DURATIONS_S])


def _heart_rate_high(motion: Motion) -> float:
    """Return the highest mean heart rate of 30 s in which it is known throughout."""
    known = np.isfinite(motion.heart_rate)
    count, total = (
        np.cumsum(np.concatenate(([0.0], values))) for values in (known, np.where(known, motion.heart_rate, 0.0))
    )
    full = count[HIGH_HEART_RATE_S:] - count[:-HIGH_HEART_RATE_S] == HIGH_HEART_RATE_S
    if not full.any():
        return np.nan
    return float((total[HIGH_HEART_RATE_S:] - total[:-HIGH_HEART_RATE_S])[full].max() / HIGH_HEART_RATE_S)
