"""Where each message of a FIT file begins: one tight walk over header bytes, with runs of a period counted in C."""

from __future__ import annotations

from array import array
from collections.abc import Collection
from typing import Final

import numpy as np
from numpy.typing import NDArray

from pace.errors import LimitError
from pace.formats.fit_layout import Layout, layout_of

NOWHERE = np.zeros(0, np.int64)
"""The offsets of no message."""
FAR: Final = 1 << 40
"""The size of what is no data message: one step of this size ends the walk, beyond any file."""
MAX_LAYOUTS: Final = 10_000
"""Different definitions in one file; watches need fewer than a hundred."""
DEFINITION, DEVELOPER, COMPRESSED = 0x40, 0x20, 0x80
"""Bits of a header byte: a definition, one with developer fields, a data message with a time offset of five bits."""
LOOK_AHEAD: Final = 12
"""Messages looked at for a period of 1 to 4."""
FIRST_STRETCH, LONGEST_STRETCH = 512, 1 << 14
"""Bytes walked before the next look-ahead: the first after a long run, doubled up to the longest after none."""
FIRST_COUNT: Final = 64
"""Periods in the first strided slice of a run; each next slice is eight times as long, so short runs stay cheap."""


class Damage(Exception):  # noqa: N818  caught inside the room, never seen outside
    """The walk cannot go on at `offset`: what was found there."""

    def __init__(self, reason: str, offset: int) -> None:
        super().__init__(reason)
        self.reason, self.offset = reason, offset


class Found:
    """Where the messages of one layout begin: offsets (k,) piece by piece, and runs of (first, stride, count)."""

    __slots__ = ("layout", "pieces", "runs")

    def __init__(self, layout: Layout) -> None:
        self.layout = layout
        self.pieces: list[NDArray[np.integer]] = []
        self.runs: list[tuple[int, int, int]] = []

    def positions(self) -> NDArray[np.int64]:
        """Return the byte offsets of the messages (k,), in file order."""
        if not self.runs and len(self.pieces) == 1:
            return self.pieces[0].astype(np.int64)
        runs = [np.arange(first, first + stride * count, stride) for first, stride, count in self.runs]
        together = np.concatenate([NOWHERE, *self.pieces, *runs])
        if np.count_nonzero(together[1:] < together[:-1]):
            together.sort(kind="stable")  # few ordered pieces, which a merge sort merges
        return together


class Scan:
    """The state of a walk: what each header byte stands for, and what was found so far."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self._found: dict[tuple[bool, bytes], Found] = {}
        self._single: array[int] = array("I")
        self._size = [FAR] * 256
        self._holds: list[Found | None] = [None] * 16
        self._said: list[tuple[bool, bytes] | None] = [None] * 16
        self._since: list[list[tuple[int, Found]]] = [[] for _ in range(16)]

    def walk(self, start: int, end: int) -> None:
        """Find every message from `start` to `end`, which must be the end of the last one.

        Raises
        ------
        Damage
            At a header that stands for nothing, a definition that cannot be, or a message that reaches beyond `end`.
            What was found before stays found.
        """
        data, size, append = self.data, self._size, self._single.append
        at, stretch = start, FIRST_STRETCH
        while at < end:
            stop = min(end, at + stretch)
            while at < stop:  # the one loop over messages: it beat every array scheme tried
                append(at)
                at += size[data[at]]
            if at >= FAR:
                at = self._define(self._single.pop(), end)
                continue
            after = self._runs(at, end)
            stretch = FIRST_STRETCH if after > at + stretch else min(2 * stretch, LONGEST_STRETCH)
            at = after
        if at > end:
            raise Damage("a message must end before the data do", self._single.pop())

    def found(self, only: Collection[int] | None = None) -> list[Found]:
        """Return what was found, layout by layout; the walk is over.

        Parameters
        ----------
        only : collection of int or None
            Message numbers whose offsets are wanted; those of others are left out, unless headers carry time offsets,
            for which the messages between count too.
        """
        single = np.array(self._single, dtype=np.uint32)
        heads = np.frombuffer(self.data, np.uint8)[single]
        if heads.size and heads.max() >= COMPRESSED:
            heads, only = np.where(heads >= COMPRESSED, heads >> 5 & 3, heads), None
        for local, since in enumerate(self._since):
            if since and (only is None or any(found.layout.message in only for _, found in since)):
                self._share(single[heads == local], since)
        self._since = [[] for _ in range(16)]
        return list(self._found.values())

    def _share(self, offsets: NDArray[np.uint32], since: list[tuple[int, Found]]) -> None:
        """Give the messages of one local number to the layouts that it stood for, one after the other."""
        edges = [0, offsets.size]
        if len(since) > 1:
            edges[1:1] = np.searchsorted(offsets, [begin for begin, _ in since[1:]]).tolist()
        for (_, found), first, last in zip(since, edges, edges[1:], strict=False):
            if first < last:
                found.pieces.append(offsets[first:last])

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
            if at >= end or (header := data[at]) > 15:
                return []
            ahead.append(header)
            at += size[header]
        return next((ahead[:k] for k in (1, 2, 3, 4) if ahead[k:] == ahead[:-k]), [])

    def _define(self, at: int, end: int) -> int:
        """Take the definition message at `at`: let its local number stand for its layout; return where it ends."""
        data, header = self.data, self.data[at]
        if header & 0xD0 != DEFINITION:
            raise Damage("a message must begin with a header that was defined before", at)
        after = definition_end(data, at)
        if after > end:
            raise Damage("a definition must end before the data do", at)
        said = (header & DEVELOPER > 0, data[at + 1 : after])
        local = header & 15
        if said == self._said[local]:
            return after
        if data[at + 2] > 1:
            raise Damage("a definition must say 0 or 1 for its byte order", at)
        self._said[local] = said
        found = self._found.get(said)
        if found is None:
            found = self._found[said] = Found(layout_of(said[1], developer=said[0]))
            if len(self._found) > MAX_LAYOUTS:
                raise LimitError(f"a FIT file must hold at most {MAX_LAYOUTS} different definitions", offset=at)
        self._let(local, found, at)
        return after

    def _let(self, local: int, found: Found, at: int) -> None:
        """Let the headers of local number `local` stand for `found` from offset `at` on."""
        self._size[local], self._holds[local] = found.layout.size, found
        self._since[local].append((at, found))
        if local < 4:  # a time offset in the header stands in for a time in the message: never both
            first = COMPRESSED | local << 5
            size = found.layout.size if found.layout.stamp is None else FAR
            if size != self._size[first]:
                self._size[first : first + 32] = [size] * 32


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
