"""When a recording was running: stamps put in order, and elapsed time cut into seconds, pauses and gaps."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from pace.activity.track import Note, Spans, Track
from pace.arrays import Array

RECORDED, PAUSED, GAP = 0, 1, 2
"""What a row of the timeline is: a second with movement known, a pause, or a stretch of which nothing is known."""
ROW_MS = 1000
"""ms; length of a recorded row."""

Milliseconds = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Timeline:
    """Elapsed time in n rows that touch; recorded rows last 1000 ms (the last of a stretch less), others are whole.

    Attributes
    ----------
    start_ms, duration_ms : (n,) int64
    state : (n,) uint8
        RECORDED, PAUSED or GAP.
    middle : (n,) float64, s
    edges : (n + 1,) float64, s
    """

    start_ms: Milliseconds
    duration_ms: Milliseconds
    state: NDArray[np.uint8]
    middle: Array
    edges: Array

    @classmethod
    def of(cls, start_ms: Milliseconds, duration_ms: Milliseconds, state: NDArray[np.uint8]) -> Self:
        """Return the timeline with the middles and edges of its rows."""
        edges = np.append(start_ms, start_ms[-1:] + duration_ms[-1:]) / 1000
        middle = (start_ms + duration_ms / 2) / 1000
        return cls(start_ms=start_ms, duration_ms=duration_ms, state=state, middle=middle, edges=edges)


def ordered(time: Array) -> tuple[NDArray[np.intp], tuple[Note, ...]]:
    """Return the indices of the samples whose stamps rise, as many as can be kept, and notes on those left out.

    Of two readings of a clock that ran backwards, either what came before or what came after is believed: the one
    that keeps more samples. Of samples with one stamp the first is kept.
    """
    finite = np.flatnonzero(np.isfinite(time))
    notes = []
    if finite.size < time.size:
        notes.append(
            Note(kind="no-time", message="samples without a time were left out", count=time.size - finite.size)
        )
    stamps = time[finite]
    if stamps.size < 2 or (np.diff(stamps) > 0).all():
        return finite, tuple(notes)
    kept = finite[max(_rising(stamps), _rising(-stamps[::-1])[::-1], key=np.count_nonzero)]
    notes.append(
        Note(
            kind="time-backwards",
            message="samples whose time repeats or runs backwards were left out",
            count=finite.size - kept.size,
        )
    )
    return kept, tuple(notes)


def _rising(stamps: Array) -> NDArray[np.bool_]:
    """Return which stamps are later than all before them."""
    before = np.concatenate(([-np.inf], np.maximum.accumulate(stamps)[:-1]))
    return np.asarray(stamps > before)


def elapsed_ms(time: Array) -> Milliseconds:
    """Return whole milliseconds since the first stamp."""
    return np.rint((time - time[0]) * 1000).astype(np.int64) if time.size else np.empty(0, dtype=np.int64)


def step_states(
    step_s: Array, step_m: Array, *, new_segment: NDArray[np.bool_], timer_known: bool
) -> NDArray[np.uint8]:
    """Return what the time between two samples is: RECORDED, PAUSED or GAP; shape of `step_s`.

    Steps of up to 30 s are recorded (smart recording stores a sample when something changes), or up to four times the
    file's usual step, two minutes at most. A longer one, or one of over 10 s between two segments, is a pause if the
    distance covered is that of somebody who stays (less than 0.3 m/s), and a gap if it is more, or unknown. Where the
    file tells when the timer was stopped, staying up to two minutes without a sample is standing, not a pause.

    Parameters
    ----------
    step_s, step_m : (m,) float64
        Time and distance between neighbouring samples; NaN for an unknown distance.
    new_segment : (m,) bool
        Whether the later sample opens a new segment.
    timer_known : bool
        Whether the file tells of itself when the timer was stopped.
    """
    usual = float(np.median(step_s)) if step_s.size else 1.0
    longest = min(max(30.0, 4 * usual), 120.0)
    hole = (step_s > longest) | (new_segment & (step_s > 10))
    stayed = step_m < 0.3 * step_s
    if timer_known:
        hole &= ~(stayed & (step_s <= 120))
    return np.where(hole, np.where(stayed, PAUSED, GAP), RECORDED).astype(np.uint8)


def timeline(sample_ms: Milliseconds, states: NDArray[np.uint8], pauses: tuple[Milliseconds, Milliseconds]) -> Timeline:
    """Return the rows between the first and the last sample.

    Parameters
    ----------
    sample_ms : (m,) int64
        Rising.
    states : (m - 1,) uint8
        State of each step between samples.
    pauses : two (k,) int64
        Start and end of each stretch with the timer stopped; may overlap or lie outside.
    """
    end = sample_ms[-1]
    holes = np.flatnonzero(states != RECORDED)
    starts, ends = (np.sort(np.clip(edge, 0, end)) for edge in pauses)
    edges = np.unique(np.concatenate(([0, end], sample_ms[holes], sample_ms[holes + 1], starts, ends)))
    first, length = edges[:-1], np.diff(edges)
    stopped = np.searchsorted(starts, first, side="right") > np.searchsorted(ends, first, side="right")
    step = np.searchsorted(sample_ms, first, side="right") - 1
    state = np.where(stopped, PAUSED, states[step]).astype(np.uint8) if first.size else states[:0]
    return _rows(first, length, state)


def _rows(first: Milliseconds, length: Milliseconds, state: NDArray[np.uint8]) -> Timeline:
    """Cut recorded stretches into rows of a second; leave the others whole."""
    count = np.where(state == RECORDED, -(-length // ROW_MS), 1)
    of = np.repeat(np.arange(first.size), count)
    within = np.arange(of.size) - np.repeat(np.cumsum(count) - count, count)
    start = first[of] + ROW_MS * within
    rest = (first + length)[of] - start
    return Timeline.of(start, np.where(state[of] == RECORDED, np.minimum(rest, ROW_MS), rest), state[of])


def pauses_ms(pauses: Spans, origin: float) -> tuple[Milliseconds, Milliseconds]:
    """Return start and end of the pauses in ms since `origin`; those that end before they start are left out."""
    right = pauses.end > pauses.start
    start, end = (np.clip((edge[right] - origin) * 1000, -1e15, 1e15) for edge in (pauses.start, pauses.end))
    return np.rint(start).astype(np.int64), np.rint(end).astype(np.int64)


def opens_segment(track: Track, kept: NDArray[np.intp]) -> NDArray[np.bool_]:
    """Return for each kept sample but the first whether a segment began since the kept one before it."""
    number = np.searchsorted(track.segment_start, kept, side="right")
    return np.diff(number) > 0
