"""Many lines in one array of points: steps between points, more points where they are far apart, means over a line."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from pace.arrays import Array

Index = NDArray[np.int64]


class Samples(NamedTuple):
    """Places along lines: the line that each lies on, x and y, and the length of line that it stands for."""

    line: Index
    x: Array
    y: Array
    length: Array


def owner(offsets: Index) -> Index:
    """Return the line (k,) that each point belongs to.

    Examples
    --------
    >>> owner(np.array([0, 2, 5])).tolist()
    [0, 0, 1, 1, 1]
    """
    return np.repeat(np.arange(offsets.size - 1), np.diff(offsets))


def within(offsets: Index) -> NDArray[np.bool_]:
    """Return which steps (k - 1,) from each point to the next stay on one line."""
    inside = np.ones(max(int(offsets[-1]) - 1, 0), dtype=bool)
    inside[offsets[1:-1] - 1] = False
    return inside


def sampled(x: Array, y: Array, offsets: Index, *, step: float) -> Samples:
    """Return the middles of parts of at most `step` (m) of the lines whose points are at `x`, `y` (k,), m."""
    first = np.flatnonzero(within(offsets))
    dx, dy = x[first + 1] - x[first], y[first + 1] - y[first]
    length = np.hypot(dx, dy)
    parts = np.maximum(np.ceil(length / step), 1).astype(np.int64)
    row = np.repeat(np.arange(first.size), parts)
    share = (np.arange(row.size) - np.repeat(np.cumsum(parts) - parts, parts) + 0.5) / parts[row]
    line = owner(offsets)[first][row]
    return Samples(line, x[first][row] + share * dx[row], y[first][row] + share * dy[row], (length / parts)[row])


def line_means(samples: Samples, values: Array, n: int) -> Array:
    """Return the mean (n,) of `values` at the samples of each line, by length; NaN where a line has none."""
    weight = np.maximum(samples.length, 1e-9)
    total = np.bincount(samples.line, weights=weight * values, minlength=n)
    with np.errstate(invalid="ignore"):
        return np.asarray(total / np.bincount(samples.line, weights=weight, minlength=n))


def densified(columns: tuple[Array, ...], length: Array, offsets: Index, *, step: float) -> tuple[list[Array], Index]:
    """Return columns of points (k,) and offsets with more points, evenly between, where steps exceed `step`.

    `length` (k - 1,) is that of each step in m; what lies between two lines is left alone.
    """
    parts = np.where(within(offsets), np.maximum(np.ceil(length / step), 1), 1).astype(np.int64)
    parts = np.append(parts, 1)
    row = np.repeat(np.arange(parts.size), parts)
    start = np.cumsum(parts) - parts
    share = (np.arange(row.size) - start[row]) / parts[row]
    following = np.minimum(row + 1, parts.size - 1)
    dense = [column[row] + share * (column[following] - column[row]) for column in columns]
    return dense, np.append(start, row.size)[offsets]
