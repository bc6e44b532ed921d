"""The clocks of a FIT file: absolute times, times counted from the device's start, and offsets of five bits."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from pace.activity.track import Note
from pace.arrays import Array
from pace.formats.fit_profile import EPOCH_S, FIRST_DATE

LAST_DATE_S: Final = 4_102_444_800 - EPOCH_S
"""FIT seconds at 2100-01-01: no recording is later."""
LONGEST_RECORDING_S: Final = 30 * 86_400
"""A sample farther than this from the median of all is not of this recording."""
OFFSET_BITS: Final = 31
"""Mask of the time offset in a compressed header."""


def compressed_times(stamps: Array, headers: NDArray[np.uint8], broken: NDArray[np.bool_]) -> Array:
    """Return the time (n,) of every message: its own, or the last one before plus the offset of five bits.

    Behind a loss nobody knows how often the five bits have gone round: there is no time until a message has its own.

    Parameters
    ----------
    stamps : (n,) float64, s
        The messages' own times in file order, NaN where the header carries an offset instead.
    headers : (n,) uint8
        The header bytes, of which bit 7 says that the low five bits are an offset.
    broken : (n,) bool
        Whether bytes were lost right before the message.
    """
    compressed = headers >= 0x80
    own = ~compressed & ~np.isnan(stamps)
    low = np.where(own, np.nan_to_num(stamps), headers).astype(np.int64) & OFFSET_BITS
    clock = np.flatnonzero(compressed | own)
    steps = np.zeros(stamps.size, np.int64)
    steps[clock[1:]] = (low[clock[1:]] - low[clock[:-1]]) & OFFSET_BITS
    passed = np.cumsum(np.where(compressed, steps, 0))
    last = np.maximum.accumulate(np.where(own, np.arange(stamps.size), -1))
    lost = np.maximum.accumulate(np.where(broken, np.arange(stamps.size), -1))
    known = compressed & (last >= 0) & (last >= lost)
    times = stamps.copy()
    times[known] = stamps[last[known]] + passed[known] - passed[last[known]]
    return times


def unix_times(stamps: Array, created: float, notes: list[Note]) -> Array:
    """Return Unix seconds (n,) of FIT seconds; NaN, with a note, where no recording can be.

    Times that count from the device's start are put behind `created` (FIT seconds, may be NaN) when all of them do.
    """
    if _close(stamps):
        return stamps + EPOCH_S
    since_start = stamps < FIRST_DATE
    n = int(np.count_nonzero(since_start))
    if n and n == np.count_nonzero(stamps == stamps):
        notes.append(
            Note(kind="time-relative", message="times count from the device's start, not from a date", count=n)
        )
        return stamps + EPOCH_S + (created if created >= FIRST_DATE else 0.0)
    times = stamps + EPOCH_S
    impossible = since_start | (stamps > LAST_DATE_S)
    impossible |= np.abs(stamps - _median(stamps[~impossible])) > LONGEST_RECORDING_S
    if n := int(np.count_nonzero(impossible)):
        times[impossible] = np.nan
        notes.append(Note(kind="time-impossible", message="times that no recording can have were left out", count=n))
    return times


def note_order(times: Array, notes: list[Note]) -> None:
    """Note samples without a time, before or at the one before; they stay in file order."""
    steps = times[1:] - times[:-1]
    if np.count_nonzero(steps > 0) == steps.size:
        return
    for kind, n, message in (
        ("no-time", np.count_nonzero(np.isnan(times)), "samples without a time"),
        ("time-backwards", np.count_nonzero(steps < 0), "samples earlier than the one before, kept in file order"),
        ("time-doubled", np.count_nonzero(steps == 0), "samples at the time of the one before, kept in file order"),
    ):
        if n:
            notes.append(Note(kind=kind, message=message, count=int(n)))


def _close(stamps: Array) -> bool:
    """Return whether all stamps are dates of one recording: the usual case, and quickly seen."""
    first, last = np.fmin.reduce(stamps, initial=np.inf), np.fmax.reduce(stamps, initial=-np.inf)
    return bool(first >= FIRST_DATE and last <= LAST_DATE_S and last - first <= LONGEST_RECORDING_S)


def _median(stamps: Array) -> float:
    """Return the middle one of (n,) stamps, some of them NaN; NaN without any."""
    valid = stamps[~np.isnan(stamps)]
    return float(np.partition(valid, valid.size // 2)[valid.size // 2]) if valid.size else float("nan")
