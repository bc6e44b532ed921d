"""What is kept of one recording: whole milliseconds on a fixed grid and a few rows; no place, no time of day."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pace.activity.track import Note, Wearer

GRID_VERSION = 1
"""Raised when the grid or the meaning of a row changes; summaries of two versions never mix."""
SPEED_EDGES = np.arange(141) * 0.05
"""(141,) m/s; 140 bins of 0.05 m/s from 0 to 7; what is faster counts in the last bin."""
GRADE_EDGES = np.array([-np.inf, -0.10, -0.05, -0.02, 0.02, 0.05, 0.10, np.inf])
"""(8,) rise/run; 7 bins; unknown grade counts in the middle (flat) bin."""
STAND, WALK, RUN = 0, 1, 2

BOUT = np.dtype([("gait", "u1"), ("duration_s", "f4"), ("speed", "f4"), ("grade", "f4"), ("heart_rate", "f4")])
"""An unbroken stretch of one gait of at least 30 s: median speed, mean grade, median heart rate (NaN if none)."""
CHANGE = np.dtype([("to", "u1"), ("speed_before", "f4"), ("speed", "f4"), ("speed_after", "f4"), ("grade", "f4")])
"""A change between walk and run (`to` is the gait changed to): mean speed in the 8 s before, at it, in the 8 s after."""
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


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Summary:
    """One activity, reduced to what says something about the person. Make it with `Summary.from_track`.

    Attributes
    ----------
    digest : str
        32 hex digits of the recorded samples' content: the same recording twice has the same digest.
    sport : str
        As in `Track`.
    gait_confidence : str
        `high` where cadence told walk from run, `low` where speed alone did.
    elapsed_ms, paused_ms, gap_ms : int
        `elapsed_ms == time_ms.sum() + paused_ms + gap_ms`, exactly.
    distance_m : float
    time_ms : (3, 140, 7) int64
        Milliseconds by gait (STAND, WALK, RUN), speed and grade.
    window_ms : (2, 140, 7) int64
        Milliseconds of 5-s windows without standing, by walk and run posterior, window mean speed and grade.
    bouts, changes, steady, rr_windows : structured arrays
        Rows of BOUT, CHANGE, STEADY, RR_WINDOW.
    best_speed : (k,) float64, m/s
        Fastest mean speed sustained over BEST_DURATIONS_S; NaN where the activity is shorter.
    heart_rate_high : float
        The highest heart rate held for 30 s, spikes and cadence lock left out; NaN without.
    wearer : Wearer
    notes : tuple of Note
        What was odd, counts only.
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
