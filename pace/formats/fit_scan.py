"""Where each message of a FIT file begins: one tight walk over header bytes, with runs of a period counted in C."""

from __future__ import annotations

from array import array
from collections.abc import Callable
from typing import Final

import numpy as np
from numpy.typing import NDArray

from pace.formats.fit_layout import Layout, layout_of

DEFINITION, DEVELOPER, COMPRESSED = 0x40, 0x20, 0x80
"""Bits of a header byte: a definition, one with developer fields, a data message with a time offset of five bits."""
LOOK_AHEAD: Final = 12
"""Messages looked at for a period of 1 to 4."""
FIRST_STRETCH, LONGEST_STRETCH = 512, 1 << 14
"""Bytes walked before the next look-ahead: the first after a run, doubled up to the longest when nothing is found."""
FIRST_COUNT: Final = 64
"""Periods in the first strided slice of a run; each next slice is eight times as long, so short runs stay cheap."""


class Damage(Exception):  # noqa: N818  caught inside the room, never seen outside
    """The walk cannot go on at `offset`: what was found there."""

    def __init__(self, reason: str, offset: int) -> None:
        super().__init__(reason)
        self.reason, self.offset = reason, offset


class Found:
    """Where the messages of one layout begin: single ones, and runs of (first, stride, count)."""

    __slots__ = ("layout", "runs", "single")

    def __init__(self, layout: Layout) -> None:
        self.layout = layout
        self.single: array[int] = array("I")
        self.runs: list[tuple[int, int, int]] = []

    def positions(self) -> NDArray[np.int64]:
        """Return the byte offsets of the messages (k,), in file order."""
        parts = [np.arange(first, first + stride * count, stride) for first, stride, count in self.runs]
        if not parts:
            return np.array(self.single, dtype=np.int64)
        single = np.array(self.single, dtype=np.int64)
        together = np.concatenate([single, *parts]) if single.size or len(parts) > 1 else parts[0]
        if (together[1:] < together[:-1]).any():
            together.sort()
        return together


class Scan:
    """The state of a walk: what each header byte stands for, and what was found so far."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self._end = len(data)
        self.found: dict[tuple[bool, bytes], Found] = {}
        self._append: list[Callable[[int], None]] = [self._unknown] * 256
        self._size = [0] * 256
        self._holds: list[Found | None] = [None] * 256
        self._said: list[tuple[bool, bytes] | None] = [None] * 16
        for header in (*range(0x40, 0x50), *range(0x60, 0x70)):
            self._append[header] = self._define

    def walk(self, start: int, end: int) -> None:
        """Find every message from `start` to `end`, which must be the end of the last one.

        Raises
        ------
        Damage
            At a header that stands for nothing, a definition that cannot be, or a message that reaches beyond `end`.
            What was found before stays found.
        """
        data, append, size = self.data, self._append, self._size
        self._end = end
        at, stretch = start, FIRST_STRETCH
        while at < end:
            stop = min(end, at + stretch)
            while at < stop:  # the one loop over messages: it beat every array scheme tried
                header = data[at]
                append[header](at)
                at += size[header]
            after = self._runs(at, end)
            stretch = FIRST_STRETCH if after > at else min(2 * stretch, LONGEST_STRETCH)
            at = after
        if at > end:
            raise Damage("a message must end before the data do", self._cut(end))

    def _runs(self, at: int, end: int) -> int:
        """Take the run of a short period that begins at `at`, if there is one; return where it ends."""
        period = self._period(at, end)
        if not period:
            return at
        stride = sum(self._size[header] for header in period)
        most = (end - at) // stride
        first, starts = at, []
        for header in period:
            most = _run_length(self.data, first, stride, most, bytes((header,)))
            starts.append(first)
            first += self._size[header]
        for header, first in zip(period, starts, strict=True):
            found = self._holds[header]
            if found is not None and most:
                found.runs.append((first, stride, most))
        return at + most * stride

    def _period(self, at: int, end: int) -> list[int]:
        """Return the headers of one period of 1 to 4 data messages from `at`; none: an empty list."""
        data, size, ahead = self.data, self._size, []
        for _ in range(LOOK_AHEAD):
            if at >= end or (header := data[at]) > 15 or not size[header]:
                return []
            ahead.append(header)
            at += size[header]
        return next((ahead[:k] for k in (1, 2, 3, 4) if ahead[k:] == ahead[:-k]), [])

    def _define(self, at: int) -> None:
        """Take the definition message at `at`: let its local number stand for its layout from here on."""
        data, header = self.data, self.data[at]
        developer = bool(header & DEVELOPER)
        end = definition_end(data, at)
        self._size[header] = end - at
        said = (developer, data[at + 1 : end])
        local = header & 15
        if said == self._said[local] and end <= self._end:
            return
        if end > self._end:
            raise Damage("a definition must end before the data do", at)
        if data[at + 2] > 1:
            raise Damage("a definition must say 0 or 1 for its byte order", at)
        self._said[local] = said
        found = self.found.get(said)
        if found is None:
            found = self.found[said] = Found(layout_of(said[1], developer=developer))
        self._let(local, found)

    def _let(self, local: int, found: Found) -> None:
        """Let the headers of local number `local` stand for `found`."""
        self._append[local], self._size[local], self._holds[local] = found.single.append, found.layout.size, found
        if local < 4:  # a time offset in the header stands in for a time in the message: never both
            first = COMPRESSED | local << 5
            compressed = found.layout.stamp is None
            self._append[first : first + 32] = [found.single.append if compressed else self._unknown] * 32
            self._size[first : first + 32] = [found.layout.size] * 32

    def _unknown(self, at: int) -> None:
        raise Damage("a message must begin with a header that was defined before", at)

    def _cut(self, end: int) -> int:
        """Forget the message that reaches beyond `end` and return where it begins."""
        first = end
        for found in self.found.values():
            if found.single and found.single[-1] + found.layout.size > end:
                first = found.single.pop()
        return first


def definition_end(data: bytes, at: int) -> int:
    """Return where the definition message at `at` ends; one beyond the data when that cannot be told."""
    try:
        end = at + 6 + 3 * data[at + 5]
        return end + 1 + 3 * data[end] if data[at] & DEVELOPER else end
    except IndexError:
        return len(data) + 1


def _run_length(data: bytes, first: int, stride: int, most: int, header: bytes) -> int:
    """Return how many of `most` messages, `stride` bytes apart from `first`, begin with `header` without a break."""
    count, step = 0, FIRST_COUNT
    while count < most:
        step = min(step, most - count)
        begin = first + count * stride
        heads = data[begin : begin + step * stride : stride]
        same = len(heads) - len(heads.lstrip(header))
        count += same
        if same < step:
            break
        step *= 8
    return count
