"""Which recordings are one activity in two files, told by a few marks of how far each reaches in 20 s of the clock.

A watch's FIT file, the GPX of a web page and the TCX of another hold the same places at the same seconds, but no byte
in common. Their straight lines between where somebody was at every full 20 s of the clock, the legs, agree to the
metre. Kept is not the legs but a sketch of them: every ten in a row become one number, the lowest few of these stand
for all (Broder 1997, doi:10.1109/SEQUEN.1997.666900), and of each only 16 bits are kept, in no order of time. Another
device errs by a metre or more in every leg, so that its ten in a row may be more different ones than there are marks:
whoever only has such a recording finds nothing to compare.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from pace.activity.timeline import ordered
from pace.activity.track import Track
from pace.arrays import Array, frozen
from pace.earth import line_steps, short_way

LEG_S = 20.0
"""s of the clock between two places. A cut start or a hidden home leaves the others where they were."""
MOST_LEGS = 10_000
"""Legs that are looked at in one recording: 55 hours."""
LONGEST_HOLD_S = 30.0
"""s; between samples further apart than this nobody knows where somebody was."""
UNKNOWN = -1
FARTHEST_M = 2_000
"""m; more in 20 s is no movement on the ground."""
IN_A_ROW = 10
"""Legs behind one mark: fewer would say something to another device, more would be lost by rounding too often."""
MOST_MARKS = 24
SHARED = 4
"""Marks in common that make two recordings one activity. By chance: once in 2^32 pairs; ten years have some 2^22."""
COMMONEST = 64
"""Recordings that a mark may stand in before it says nothing (somebody who stands)."""

Legs = NDArray[np.int16]
NO_LEGS: Legs = frozen(np.empty(0, dtype=np.int16))
Sketch = NDArray[np.uint16]
NO_SKETCH: Sketch = frozen(np.empty(0, dtype=np.uint16))


def legs(track: Track) -> Legs:
    """Return (k,) whole metres in a straight line over every full 20 s of the clock; UNKNOWN where no place is known.

    Only places tell: a treadmill's programme covers the same metres every week, and each week is an activity.

    Examples
    --------
    >>> north = 3.0 * np.arange(61.0) / 110_574
    >>> legs(Track.build(time=np.arange(70.0, 131.0), latitude=north, longitude=np.zeros(61))).tolist()
    [60, 60]
    """
    kept, _ = ordered(track.time)
    time = track.time[kept]
    if time.size < 2:
        return NO_LEGS
    first, last = np.ceil(time[0] / LEG_S), np.floor(time[-1] / LEG_S)
    at = LEG_S * np.arange(first, min(last, first + MOST_LEGS) + 1)
    if at.size < 2:
        return NO_LEGS
    length = _by_place(time, track.latitude[kept], track.longitude[kept], at)
    known = np.isfinite(length) & (length <= FARTHEST_M) & (length >= 0)
    return _frozen(np.where(known, np.rint(np.where(known, length, 0)), UNKNOWN))


def _frozen(values: Array) -> Legs:
    """Return whole metres, read-only."""
    whole: Legs = frozen(values.astype(np.int16))
    return whole


def _around(time: Array, at: Array) -> tuple[NDArray[np.intp], Array]:
    """Return the sample before each moment and how far it is on the way to the next, NaN where those are far apart."""
    before = np.clip(np.searchsorted(time, at, side="right") - 1, 0, time.size - 2)
    span = time[before + 1] - time[before]
    share = (at - time[before]) / span
    return before, np.where((span <= LONGEST_HOLD_S) & (share >= 0) & (share <= 1), share, np.nan)


def _by_place(time: Array, latitude: Array, longitude: Array, at: Array) -> Array:
    """Return the straight line between the places at each two moments, m."""
    here = np.isfinite(latitude)
    if here.sum() < 2:
        return np.full(at.size - 1, np.nan)
    time, latitude, longitude = time[here], latitude[here], longitude[here]
    before, share = _around(time, at)
    north = latitude[before] + share * (latitude[before + 1] - latitude[before])
    east = longitude[before] + share * short_way(longitude[before + 1] - longitude[before])
    return line_steps(north, east)


# --- What is kept of them -----------------------------------------------------------------------------------------


def sketch(legs: Legs) -> Sketch:
    """Return the marks of a recording: up to 24 numbers of 16 bits, ascending, each once.

    Examples
    --------
    >>> way = 40 + np.arange(60, dtype=np.int16) ** 2 % 61
    >>> sketch(way).size, sketch(way[:9]).size
    (24, 0)
    >>> np.intersect1d(sketch(way), sketch(way[5:])).size >= SHARED
    True
    """
    if legs.size < IN_A_ROW:
        return NO_SKETCH
    rows = np.lib.stride_tricks.sliding_window_view(legs, IN_A_ROW)
    lowest = np.unique(_numbers(rows[(rows != UNKNOWN).all(axis=1)]))[:MOST_MARKS]
    marks: Sketch = frozen(np.unique(lowest.astype(np.uint16)))
    return marks


def _numbers(rows: Legs) -> NDArray[np.uint64]:
    """Return each (n, IN_A_ROW) row as one number that looks drawn by lot, the same on every machine."""
    factors = _mixed(np.arange(1, IN_A_ROW + 1, dtype=np.uint64))
    return _mixed((rows.astype(np.uint64) * factors).sum(axis=1, dtype=np.uint64))


def _mixed(number: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Return each number with its bits stirred (Steele, Lea and Flood 2014, doi:10.1145/2660193.2660195)."""
    number = number + np.uint64(0x9E3779B97F4A7C15)
    number = (number ^ (number >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    number = (number ^ (number >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return number ^ (number >> np.uint64(31))


# --- Which belong together ----------------------------------------------------------------------------------------


def groups(sketches: Sequence[Sketch]) -> NDArray[np.intp]:
    """Return for each recording (of one person) the first one that is the same activity: itself if there is none.

    Parameters
    ----------
    sketches : sequence of n (k,) uint16
        `sketch` of each.

    Returns
    -------
    (n,) int
        Numbers of recordings; those with the same number are one activity.
    """
    first = np.arange(len(sketches))
    for one, other in _alike(sketches):
        low, high = sorted((first[one], first[other]))
        first[first == high] = low
    return first


def _alike(sketches: Sequence[Sketch]) -> Iterator[tuple[int, int]]:
    """Yield the pairs of recordings with enough marks in common."""
    n = len(sketches)
    marks = np.concatenate([NO_SKETCH, *sketches])
    order = np.argsort(marks, kind="stable")
    marks, owner = marks[order], np.repeat(np.arange(n), [one.size for one in sketches])[order]
    _, of, count = np.unique(marks, return_inverse=True, return_counts=True)
    few = count[of] <= COMMONEST
    marks, owner = marks[few], owner[few]
    found = [np.empty(0, dtype=np.intp)]
    for ahead in range(1, int(count[count <= COMMONEST].max(initial=1))):  # over how often, not over samples
        here = np.flatnonzero(marks[ahead:] == marks[:-ahead])
        found.append(owner[here] * n + owner[here + ahead])
    pairs, shared = np.unique(np.concatenate(found), return_counts=True)
    for pair in pairs[shared >= SHARED].tolist():
        yield divmod(pair, n)
