"""Raw FIT messages as columns of numbers: scaled, NaN where invalid, in file order, whatever layouts they came in."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cached_property
from math import isfinite
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pace.arrays import Array
from pace.formats.fit_layout import Layout
from pace.formats.fit_profile import MESSAGES, TIME, Value
from pace.formats.fit_scan import NOWHERE

Rows = NDArray[np.void]
Positions = NDArray[np.int64]
FIRST_ROWS = 64
"""Messages of a layout in which the first valid value is looked for: it stands in one of the first, or nowhere."""


class Block:
    """All messages of one layout: where they begin (k,), and their fields (k,) as a structured array."""

    def __init__(self, data: bytes, layout: Layout, positions: Positions) -> None:
        self.data, self.layout, self.positions = data, layout, positions
        self._values: list[tuple[Any, ...]] = []

    def values(self, n: int) -> list[tuple[Any, ...]]:
        """Return the first n messages as plain numbers, in the order of the layout's: quicker where they are few."""
        if len(self._values) < min(n, self.positions.size):
            numbers, _ = self.layout.numbers
            self._values = [numbers(self.data, at) for at in self.positions[:n].tolist()]
        return self._values[:n]

    @cached_property
    def rows(self) -> Rows:
        """The messages as rows of the layout's dtype (k,)."""
        size = self.layout.size
        windows = np.ndarray((len(self.data) - size + 1,), self.layout.raw, self.data, 0, (1,))
        return windows[self.positions].view(self.layout.dtype)


class Table:
    """All messages of one number, in file order: `positions` (n,) and float64 columns (n,), NaN where missing."""

    def __init__(self, message: int, blocks: list[Block]) -> None:
        self._columns = MESSAGES.get(message, {})
        self._blocks = blocks
        self._order: Positions | None = None
        if len(blocks) < 2:
            self.positions = blocks[0].positions if blocks else NOWHERE
            return
        self.positions = np.concatenate([NOWHERE, *(block.positions for block in blocks)])
        if np.count_nonzero(self.positions[1:] < self.positions[:-1]):
            self._order = np.argsort(self.positions, kind="stable")
            self.positions = self.positions[self._order]

    def __len__(self) -> int:
        """Return the number of messages."""
        return self.positions.size

    def column(self, name: str) -> Array:
        """Return one quantity (n,), from the best source that is valid, message by message."""
        column: Array = self.columns([name])[0]
        return column

    def columns(self, names: Sequence[str]) -> Array:
        """Return several quantities (k, n), as `column` does."""
        table, begin = np.empty((len(names), self.positions.size)), 0
        for block in self._blocks:
            end = begin + block.positions.size
            for row, name in zip(table, names, strict=True):
                _fill(row[begin:end], block, self._columns[name])
            begin = end
        if self._order is not None:
            for row in table:  # each stays in the cache, which the whole would not
                row[:] = row[self._order]
        return table

    def few(self, name: str) -> list[float]:
        """Return one quantity (n) as plain numbers, from its first source: for the messages of which there are few."""
        if not self._blocks:
            return []
        source, found = self._columns[name][0], []
        for block in self._blocks:
            found += _plain(block, source, block.positions.size)
        return found if self._order is None else [found[i] for i in self._order.tolist()]

    @property
    def complete(self) -> bool:
        """Whether every layout of this message carries its own time."""
        return all(block.layout.stamp is not None for block in self._blocks)

    def has(self, name: str) -> bool:
        """Return whether any layout holds a quantity at all."""
        return any(name in block.layout.quantities for block in self._blocks)

    def holds(self, number: int) -> bool:
        """Return whether any layout holds the field of this number."""
        return any(str(number) in block.layout.invalid for block in self._blocks)

    def first(self, name: str) -> float:
        """Return the first valid value of a quantity, NaN without one."""
        for block in self._blocks:
            for source in self._columns[name]:
                if source.name in block.layout.invalid:
                    for value in _plain(block, source, FIRST_ROWS):
                        if value == value:
                            return value
        return float("nan")

    def elements(self, number: int) -> tuple[Positions, NDArray[np.unsignedinteger[Any]]]:
        """Return the messages that hold an array field: positions (m,) in file order, raw elements (m, width).

        Of layouts of several widths, the narrower rows are filled up with the field's invalid value.
        """
        name = str(number)
        blocks = [block for block in self._blocks if name in block.layout.invalid]
        if len(blocks) == 1:
            return blocks[0].positions, blocks[0].rows[name]
        width = max((block.rows[name].shape[1] for block in blocks), default=1)
        raw = [np.zeros((0, width), np.uint16)]
        for block in blocks:
            filled = np.full((block.positions.size, width), block.layout.invalid[name])
            filled[:, : block.rows[name].shape[1]] = block.rows[name]
            raw.append(filled)
        positions = np.concatenate([NOWHERE, *(block.positions for block in blocks)])
        order = np.argsort(positions, kind="stable")
        return positions[order], np.concatenate(raw)[order]


def stamps(blocks: Iterable[Block]) -> tuple[Positions, Array]:
    """Return where every message begins (n,), in file order, and its own time (n,), NaN where it has none."""
    positions, own = [NOWHERE], [np.zeros(0)]
    for block in blocks:
        positions.append(block.positions)
        own.append(np.empty(block.positions.size))
        _fill(own[-1], block, TIME)
    together = np.concatenate(positions)
    order = np.argsort(together, kind="stable")
    return together[order], np.concatenate(own)[order]


def _fill(out: Array, block: Block, sources: tuple[Value, ...]) -> None:
    """Write value = raw / scale − offset (k,) of the first source that is valid, NaN where none is."""
    filled = False
    for source in sources:
        if source.name not in block.layout.invalid:
            continue
        value = np.empty(out.size) if filled else out
        n_missing = _scale(value, block.rows[source.name], source, block.layout.invalid[source.name])
        if filled:
            np.copyto(out, value, where=np.isnan(out))
        if not n_missing:
            return
        filled = True
    if not filled:
        out.fill(np.nan)


def _scale(out: Array, raw: NDArray[Any], source: Value, nothing: int | None) -> int:
    """Write raw / scale − offset (k,), NaN where the raw value means nothing; return how often it does."""
    if source.scale == 1.0:
        out[:] = raw
    else:
        np.divide(raw, source.scale, out=out, dtype=np.float64)
    if source.offset:
        out -= source.offset
    missing = ~np.isfinite(out) if nothing is None else raw == nothing
    n_missing = int(np.count_nonzero(missing))
    if n_missing:
        out[missing] = np.nan
    return n_missing


def _plain(block: Block, source: Value, n: int) -> list[float]:
    """Return raw / scale − offset of the first n messages as plain numbers, NaN where there is nothing."""
    at = block.layout.numbers[1].get(source.name)
    if at is None:
        return [np.nan] * min(n, block.positions.size)
    nothing = block.layout.invalid[source.name]
    scale, offset = source.scale, source.offset
    raw = [row[at] for row in block.values(n)]
    return [value / scale - offset if value != nothing and isfinite(value) else np.nan for value in raw]
