"""How far two people were from each other, second by second, and what of that is only the satellites' error."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pace.arrays import Array, frozen
from pace.together.seen import Seen

TALKING_M = 2.5
"""m; people who talk as they go are within this of each other."""
RAYLEIGH_95, RAYLEIGH_999 = 2.45, 3.72
"""Shares 0.95 and 0.999 of a two-dimensional error are within so many standard deviations of one axis."""
STEADY_ROWS = 31
"""Rows over which a distance is smoothed before it counts as being apart."""
APART_S = 30
"""s; a shorter stretch apart is a wait at a kerb or a wobble of the satellites."""
WORST_NOISE_M = 12.0
"""m per axis; beyond it side by side cannot be told."""
TURN_ROWS = 13
"""Rows over which the direction of the way is smoothed."""
GOING = 0.6
"""m/s; slower than this there is no direction."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Apart:
    """A stretch in which the two were not side by side.

    Attributes
    ----------
    start_s, end_s : float
        Since both recorded.
    metres : float, m
        How far they were apart at most.
    """

    start_s: float
    end_s: float
    metres: float

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON form, in elapsed minutes."""
        return {"start_min": self.start_s / 60, "end_min": self.end_s / 60, "metres": self.metres}


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Beside:
    """Whether two people were side by side.

    Attributes
    ----------
    near : (n,) float64
        1 side by side, 0 apart, NaN unknown.
    separation : (k,) float64, m
        Of each minute, what the satellites' error adds taken off; NaN where unknown.
    noise_m : float
        SD of the error of the distance along one axis; NaN where unknown.
    reach_m : float
        What counts as side by side: within talking distance and the error.
    apart : tuple of Apart
    """

    near: Array
    separation: Array
    noise_m: float
    reach_m: float
    apart: tuple[Apart, ...]


def beside(a: Seen, b: Seen) -> Beside:
    """Return where two people were side by side.

    The error is read off the recordings: two people on one way are next to each other, so how far across the way they
    seem to be is error, whatever they do along it. Apart is what exceeds the error's 95 % for half a minute and its
    99.9 % at least once: a wobble of the satellites is not told as drifting apart.
    """
    between = b.place - a.place
    distance = np.linalg.norm(between, axis=1)
    ahead = heading(a, b)
    across = np.sqrt(np.maximum(distance**2 - (between * ahead).sum(axis=1) ** 2, 0.0))
    close = across[np.isfinite(across) & (np.abs(distance) < 100.0)]
    noise = float(np.median(close)) / 0.6745 if close.size >= 60 else np.nan
    if not noise <= WORST_NOISE_M:
        unknown = np.full(distance.size, np.nan)
        separation = frozen(by_minute(unknown))
        return Beside(near=frozen(unknown), separation=separation, noise_m=noise, reach_m=np.nan, apart=())
    reach = TALKING_M + RAYLEIGH_95 * noise
    steady = smoothed(distance, STEADY_ROWS)
    surely = TALKING_M + RAYLEIGH_999 * noise
    far = [(i, j) for i, j in stretches(steady > reach, least=APART_S) if np.nanmax(steady[i:j]) > surely]
    near = np.ones(distance.size)
    for first, last in far:  # stretches, not samples
        near[first:last] = 0.0
    separation = np.sqrt(np.maximum(by_minute(distance**2) - 2 * np.log(2) * noise**2, 0.0))
    return Beside(
        near=frozen(np.where(np.isfinite(distance), near, np.nan)),
        separation=frozen(separation),
        noise_m=noise,
        reach_m=reach,
        apart=tuple(Apart(start_s=float(i), end_s=float(j), metres=float(np.nanmax(steady[i:j]))) for i, j in far),
    )


def heading(a: Seen, b: Seen) -> Array:
    """Return the unit direction (n, 3) in which the middle of the two goes; NaN where it stands or is unknown."""
    middle = (a.place + b.place) / 2
    step = np.gradient(np.apply_along_axis(smoothed, 0, middle, TURN_ROWS), axis=0)
    step = np.apply_along_axis(smoothed, 0, step, TURN_ROWS)
    length = np.linalg.norm(step, axis=1, keepdims=True)
    return np.asarray(np.where(length > GOING, step / np.maximum(length, 1e-9), np.nan))


def smoothed(values: Array, rows: int) -> Array:
    """Return the mean (n,) of the known values within `rows` rows; NaN where fewer than half are known."""
    known = np.isfinite(values)
    offset = values[known][0] if known.any() else 0.0
    ones, half = np.ones(rows), rows // 2
    total = np.convolve(np.where(known, values - offset, 0.0), ones)[half : half + values.size]
    count = np.rint(np.convolve(known.astype(float), ones)[half : half + values.size])
    window = np.rint(np.convolve(np.ones(values.size), ones)[half : half + values.size])
    return np.where(2 * count >= window, offset + total / np.maximum(count, 1), np.nan)


def stretches(mask: NDArray[np.bool_], *, least: int) -> list[tuple[int, int]]:
    """Return first row and row after the last of each unbroken stretch of a mask that is at least so long."""
    edge = np.flatnonzero(np.diff(mask.astype(np.int8), prepend=0, append=0))
    return [(int(i), int(j)) for i, j in zip(edge[::2], edge[1::2], strict=True) if j - i >= least]


def by_minute(values: Array) -> Array:
    """Return the median of each minute of values (n,) by second; NaN where less than half a minute is known."""
    n = -(-values.size // 60)
    table = np.full(60 * n, np.nan)
    table[: values.size] = values
    table = np.sort(table.reshape(n, 60), axis=1)
    known = np.isfinite(table).sum(axis=1)
    row = np.arange(n)
    middle = (table[row, np.maximum(known - 1, 0) // 2] + table[row, np.minimum(known // 2, 59)]) / 2
    return np.where(known >= 30, middle, np.nan)
