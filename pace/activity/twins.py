"""Which recordings are one activity in two files, told by how far each reaches in the same 20 s of the clock.

A watch's FIT file, the GPX of a web page and the TCX of another hold the same places at the same seconds, but no byte
in common. What is kept to know them by is the straight line between where somebody was at every full 20 s of the clock,
in whole metres: no place, and not which 20 s these were. Rounding moves such a line by a metre; another run on the same
way is another row of numbers.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from pace.activity.timeline import ordered
from pace.activity.track import Track
from pace.arrays import Array, frozen

LEG_S = 20.0
"""s of the clock between two places. A cut start or a hidden home leaves the others where they were."""
MOST_LEGS = 10_000
"""Legs that are kept of one recording: 55 hours."""
LONGEST_HOLD_S = 30.0
"""s; between samples further apart than this nobody knows where somebody was."""
UNKNOWN = -1
FARTHEST_M = 2_000
"""m; more in 20 s is no movement on the ground."""
METRES_PER_DEGREE = 111_195.0
"""m; a degree of a sphere of 6,371 km."""
ROUNDING_M = 1
"""m; how far two whole numbers of one line may differ: coordinates are rounded to 0.1 m, times to a second."""
GRAM = 5
"""Numbers in a row that must be equal, at the same distance, three times, before two recordings are compared at all."""
SHARED_GRAMS, COMMONEST = 3, 64
"""How often; and how many places a row of numbers may stand in before it says nothing (somebody who stands)."""
OVERLAP = 0.8
"""Share of the shorter recording that the other must hold too."""
BITS = 40.0
"""How unlikely the agreement must be by chance: 2^-40. Ten years are some 2^22 pairs at some 2^6 distances."""

Legs = NDArray[np.int16]
NO_LEGS: Legs = frozen(np.empty(0, dtype=np.int16))


def legs(track: Track) -> Legs:
    """Return (k,) whole metres in a straight line over every full 20 s of the clock; UNKNOWN where no place is known.

    Only places tell: a treadmill's programme covers the same metres every week, and each week is an activity.

    Examples
    --------
    >>> north = 3.0 * np.arange(61.0) / METRES_PER_DEGREE
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
    east = longitude[before] + share * _turned(longitude[before + 1] - longitude[before])
    shrink = np.cos(np.radians((north[1:] + north[:-1]) / 2))
    return np.asarray(METRES_PER_DEGREE * np.hypot(np.diff(north), _turned(np.diff(east)) * shrink))


def _turned(degrees: Array) -> Array:
    """Return differences of longitude the short way round."""
    return np.asarray((degrees + 180) % 360 - 180)


# --- Which belong together ----------------------------------------------------------------------------------------


def groups(rows: Sequence[Legs]) -> NDArray[np.intp]:
    """Return for each recording (of one person) the first one that is the same activity: itself if there is none.

    Parameters
    ----------
    rows : sequence of n (k,) int16
        `legs` of each.

    Returns
    -------
    (n,) int
        Numbers of recordings; those with the same number are one activity.
    """
    first = np.arange(len(rows))
    for one, other, shift in _candidates(rows):
        if first[one] != first[other] and alike(rows[one], rows[other], shift):
            low, high = sorted((first[one], first[other]))
            first[first == high] = low
    return first


def alike(one: Legs, other: Legs, shift: int) -> bool:
    """Tell whether `other`, begun `shift` legs after `one`, agrees with it far beyond chance.

    Chance is how often a number of the one would agree with any number of the other; the agreement counts by
    Chernoff's bound on its probability.
    """
    a, b = one[max(shift, 0) :], other[max(-shift, 0) :]
    n = min(a.size, b.size)
    a, b = a[:n], b[:n]
    both = (a != UNKNOWN) & (b != UNKNOWN)
    common = int(both.sum())
    if common < OVERLAP * min((one != UNKNOWN).sum(), (other != UNKNOWN).sum()):
        return False
    agreed = float((np.abs(a[both] - b[both]) <= ROUNDING_M).mean()) if common else 0.0
    return agreed > 0.5 and common * _bits(agreed, _chance(a[both], b[both])) >= BITS


def _chance(a: Legs, b: Legs) -> float:
    """Return the probability that a number of `a` and any one of `b` agree within the rounding."""
    width = int(max(a.max(), b.max())) + 1
    near = np.convolve(np.bincount(b, minlength=width), np.ones(2 * ROUNDING_M + 1), mode="same")
    return float((np.bincount(a, minlength=width) * near).sum() / (a.size * b.size))


def _bits(agreed: float, chance: float) -> float:
    """Return the information in each number when `agreed` of them do and `chance` of them would."""
    if agreed <= chance:
        return 0.0
    missed = (1 - agreed) * np.log2((1 - agreed) / (1 - chance)) if agreed < 1 else 0.0
    return float(agreed * np.log2(agreed / chance) + missed)


def _candidates(rows: Sequence[Legs]) -> Iterator[tuple[int, int, int]]:
    """Yield pairs of recordings and the shift at which some numbers in a row are equal, the likeliest first."""
    owner, place, token = _grams(rows)
    order = np.argsort(token, kind="stable")
    owner, place, token = owner[order], place[order], token[order]
    starts = np.flatnonzero(np.diff(token, prepend=token[:1] - 1))
    count = np.diff(np.append(starts, token.size))
    of = np.repeat(count, count)
    found = []
    for ahead in range(1, int(count[count <= COMMONEST].max(initial=1))):  # over how often, not over samples
        here = np.flatnonzero((token[ahead:] == token[:-ahead]) & (of[ahead:] <= COMMONEST))
        here = here[owner[here] != owner[here + ahead]]
        found.append(np.stack((owner[here], owner[here + ahead], place[here] - place[here + ahead]), axis=1))
    if not found:
        return
    pairs, times = np.unique(np.concatenate(found), axis=0, return_counts=True)
    often = times >= SHARED_GRAMS
    order = np.argsort(-times[often], kind="stable")
    yield from map(tuple, pairs[often][order].tolist())


def _grams(rows: Sequence[Legs]) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.uint64]]:
    """Return every GRAM numbers in a row as one number each, with its recording and its place."""
    sizes = np.array([row.size for row in rows], dtype=np.int64)
    every = np.concatenate([np.empty(0, np.int16), *rows]).astype(np.uint64)
    n = max(every.size - GRAM + 1, 0)
    owner = np.repeat(np.arange(sizes.size), sizes)
    place = np.arange(every.size) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    windows = np.stack([every[i : i + n] for i in range(GRAM)])
    whole = (owner[:n] == owner[GRAM - 1 :]) if n else np.empty(0, bool)
    whole &= (windows < np.uint64(FARTHEST_M + 1)).all(axis=0)
    token = np.zeros(n, np.uint64)
    for window in windows:
        token = token * np.uint64(2 * FARTHEST_M) + window
    return owner[:n][whole], place[:n][whole], token[whole]
