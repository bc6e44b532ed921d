"""Raw FIT messages as columns of numbers: scaled, NaN where invalid, in file order, whatever layouts they came in."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pace.arrays import Array
from pace.formats.fit_layout import Layout
from pace.formats.fit_profile import MESSAGES, TIME, Value

Rows = NDArray[np.void]
Positions = NDArray[np.int64]


class Block:
    """All messages of one layout: where they begin (k,), and their fields (k,) as a structured array."""

    def __init__(self, data: bytes, layout: Layout, positions: Positions) -> None:
        self.data, self.layout, self.positions = data, layout, positions

    @cached_property
    def rows(self) -> Rows:
        """The messages as rows of the layout's dtype (k,)."""
        size = self.layout.size
        windows = np.ndarray((len(self.data) - size + 1,), self.layout.raw, self.data, 0, (1,))
        return windows[self.positions].view(self.layout.dtype)


class Table:
    """All messages of one number, in file order: `positions` (n,) and float64 columns (n,), NaN where missing."""

    def __init__(self, message: int, blocks: list[Block]) -> None:
        self.message = message
        self._blocks = blocks
        positions = np.concatenate([block.positions for block in blocks]) if blocks else np.zeros(0, np.int64)
        in_order = len(blocks) < 2 or not (positions[1:] < positions[:-1]).any()
        self._order = None if in_order else np.argsort(positions, kind="stable")
        self.positions: Positions = positions if self._order is None else positions[self._order]

    def __len__(self) -> int:
        """Return the number of messages."""
        return self.positions.size

    def column(self, name: str) -> Array:
        """Return one quantity (n,), from the best source that is valid, message by message."""
        out = np.empty(self.positions.size)
        first = 0
        for block in self._blocks:
            last = first + block.positions.size
            _fill(out[first:last], block, MESSAGES[self.message][name])
            first = last
        return out if self._order is None else out[self._order]

    @property
    def complete(self) -> bool:
        """Whether every layout of this message carries its own time."""
        return all(block.layout.stamp is not None for block in self._blocks)

    def has(self, name: str) -> bool:
        """Return whether any layout holds a quantity at all."""
        fields = {str(value.field) for value in MESSAGES[self.message][name]}
        return any(not fields.isdisjoint(block.layout.invalid) for block in self._blocks)

    def first(self, name: str) -> float:
        """Return the first valid value of a quantity, NaN without one."""
        if not self.has(name):
            return float("nan")
        column = self.column(name)
        return next((value for value in column.tolist() if value == value), float("nan"))

    def elements(self, number: int) -> tuple[Positions, NDArray[np.unsignedinteger[Any]]]:
        """Return every element (m,) of an array field in file order, and the position (m,) of its message."""
        parts = [
            (np.repeat(block.positions, block.rows[str(number)].shape[1]), block.rows[str(number)].ravel())
            for block in self._blocks
            if str(number) in block.layout.invalid
        ]
        if not parts:
            return np.zeros(0, np.int64), np.zeros(0, np.uint8)
        positions = np.concatenate([at for at, _ in parts])
        order = np.argsort(positions, kind="stable")
        return positions[order], np.concatenate([raw for _, raw in parts])[order]


def stamps(blocks: Iterable[Block]) -> tuple[Positions, Array]:
    """Return where every message begins (n,), in file order, and its own time (n,), NaN where it has none."""
    positions, own = [np.zeros(0, np.int64)], [np.zeros(0)]
    for block in blocks:
        out = np.full(block.positions.size, np.nan)
        _fill(out, block, TIME)
        positions.append(block.positions)
        own.append(out)
    together = np.concatenate(positions)
    order = np.argsort(together, kind="stable")
    return together[order], np.concatenate(own)[order]


def _fill(out: Array, block: Block, sources: tuple[Value, ...]) -> None:
    """Write value = raw / scale − offset into `out` (k,), NaN where no source is valid."""
    missing: NDArray[np.bool_] | None = None
    for source in sources:
        name = str(source.field)
        if name not in block.layout.invalid:
            continue
        value, invalid = _scaled(block.rows[name], source, block.layout.invalid[name])
        if missing is None:
            out[:] = value
        else:
            out[missing] = value[missing]
            invalid &= missing
        out[invalid] = np.nan
        missing = invalid
        if not missing.any():
            return
    if missing is None:
        out[:] = np.nan


def _scaled(raw: NDArray[np.generic], source: Value, nothing: int | None) -> tuple[Array, NDArray[np.bool_]]:
    """Return value (k,) float64 and where it is invalid (k,) bool."""
    value = raw.astype(np.float64)
    invalid = ~np.isfinite(value) if nothing is None else raw == nothing
    if source.scale != 1.0:
        value /= source.scale
    if source.offset:
        value -= source.offset
    return value, invalid
