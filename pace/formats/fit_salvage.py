"""Which messages of a damaged FIT file can be believed: a walk that checks times, and finds the stream again.

A message with a time of its own is believed when that time lies near the others of the file. Where a header stands for
nothing, or a time is wrong and what follows does not fit either, the stream is lost; it is found again at the next
place from which several messages in a row make sense, be it under a definition seen anywhere in the file.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from typing import Final, NamedTuple

import numpy as np

from pace.errors import LimitError
from pace.formats.fit_layout import Layout, layout_of
from pace.formats.fit_profile import BASES, FIRST_DATE, RECORD
from pace.formats.fit_scan import COMPRESSED, DEFINITION, DEVELOPER, Found, Scan, definition_end
from pace.formats.fit_times import LAST_DATE_S, LONGEST_RECORDING_S

WITNESSES: Final = 2
"""Messages with a believable time that must follow in a row before a place counts as the stream."""
UNTIMED_WITNESSES: Final = 12
"""Messages in a row that must make sense when none of them carries a time."""
SEARCH_BYTES: Final = 1 << 16
"""Bytes searched at once for the next place."""
UNTIMED_SEARCH_BYTES: Final = 4096
"""Bytes tried one by one where records carry no time to look for."""
MAX_LOSSES: Final = 500
"""Times that the stream may be lost before the rest is given up; a file so damaged tells nothing more."""
MAX_TRIES: Final = 50_000
"""Places tried in all, so that no file takes for ever."""
MAX_MESSAGES: Final = 5_000_000
"""Messages walked one by one in a damaged file."""
FIRST_TIMES: Final = 5
"""Times at the beginning of a file that are asked, most of which must agree, what time it is."""
NO_TIME: Final = 0xFFFF_FFFF
"""The time of a message that has none."""

CHECKSUM_BYTES: Final = 2
"""Bytes that may be left behind the last message."""
SHARED_BYTES: Final = 2
"""Bytes that the last good message may share with the next place and still be whole: where bytes are missing between
two messages, the end of the one often equals the beginning of what is missing."""
MAX_WORDINGS: Final = 64
"""Different definitions that a place is tried under."""

Known = tuple[Layout, Found]
Locals = dict[int, Known]
Candidate = tuple[int, Known | None]
"""A place to try, and the layout to try it under if it is not the one that its local number stands for."""


class Loss(NamedTuple):
    """Bytes from `begin` to `end` that make no sense."""

    begin: int
    end: int


class Salvage:
    """A careful walk over the messages from `start` to `stop`; `found` and `losses` are what it brings back."""

    def __init__(self, data: bytes, start: int, stop: int, scan: Scan) -> None:
        self.data, self.stop = data, stop
        self.found: dict[tuple[bool, bytes], Known] = {}
        self.losses: list[Loss] = []
        self.n_doubtful = 0
        self._window = _window(data, scan)
        self._tries = 0
        places = list(_definitions(data, start, stop))
        self._definitions = np.array([at for at, _ in places], dtype=np.int64)
        wordings = {(data[at] & 15, data[at + 1 : end]): (at, end) for at, end in places}
        self._wordings = [(number, self._layout(at, end)) for (number, _), (at, end) in wordings.items()][:MAX_WORDINGS]
        self._taken: dict[Found, array[int]] = {}
        self._walk(start)
        for found, taken in self._taken.items():
            found.pieces.append(np.array(taken, dtype=np.int64))

    def _walk(self, at: int) -> None:
        """Take message after message, and find the stream again wherever it is lost."""
        local: Locals = {}
        last, n = at, 0
        while at < self.stop:
            step = self._step(at, local)
            if step and (step > 0 or self._witnessed(at - step, local)):
                if step > 0:
                    last = at
                self.n_doubtful += step < 0
                at += abs(step)
            else:
                at = self._regained(last, at, local)
            n += 1
            if n > MAX_MESSAGES:
                raise LimitError(f"a damaged FIT file must hold at most {MAX_MESSAGES} messages", offset=at)

    def _step(self, at: int, local: Locals, *, keep: bool = True) -> int:
        """Take the message at `at`: its size; minus its size if its time is no good; 0 if it makes no sense."""
        header = self.data[at]
        if header & 0xC0 == DEFINITION:
            return self._define(at, local)
        number = header >> 5 & 3 if header & COMPRESSED else header
        known = local.get(number)
        if known is None or at + known[0].size > self.stop or (header & COMPRESSED and known[0].stamp is not None):
            return 0
        layout, found = known
        if layout.stamp is not None and not self._believable(self._time(at, layout)):
            return -layout.size
        if keep:
            self._taken.setdefault(found, array("I")).append(at)
        return layout.size

    def _define(self, at: int, local: Locals) -> int:
        """Take the definition at `at` and return its size, 0 if it cannot be one."""
        end = definition_end(self.data, at)
        if end > self.stop or not _possible(self.data, at, end):
            return 0
        local[self.data[at] & 15] = self._layout(at, end)
        return end - at

    def _layout(self, at: int, end: int) -> Known:
        """Return the layout that the definition from `at` to `end` words, and what was found of it so far."""
        said = (bool(self.data[at] & DEVELOPER), self.data[at + 1 : end])
        if said not in self.found:
            layout = layout_of(said[1], developer=said[0])
            self.found[said] = (layout, Found(layout))
        return self.found[said]

    def _time(self, at: int, layout: Layout) -> int:
        stamp = self.data[at + (layout.stamp or 0) : at + (layout.stamp or 0) + 4]
        return int.from_bytes(stamp, "big" if layout.big_endian else "little")

    def _believable(self, time: int) -> bool:
        return self._window[0] <= time <= self._window[1] or time == NO_TIME

    def _witnessed(self, at: int, local: Locals) -> bool:
        """Return whether enough messages in a row from `at` make sense, or all that are left."""
        self._tries += 1
        local, timed, n = dict(local), 0, 0
        while at < self.stop and timed < WITNESSES and n < UNTIMED_WITNESSES:
            known = local.get(self.data[at])
            step = self._step(at, local, keep=False)
            if step <= 0:
                return self.stop - at <= CHECKSUM_BYTES and timed > 0
            timed += known is not None and known[0].stamp is not None and self._time(at, known[0]) != NO_TIME
            at, n = at + step, n + 1
        return n == 0 or timed > 0 or (n > 2 and not _records_timed(local))

    def _regained(self, last: int, lost: int, local: Locals) -> int:
        """Return where the stream goes on behind `last`, the last good message; note what was lost."""
        if self.stop - lost <= CHECKSUM_BYTES:
            return self.stop
        begin = last + 1 if _records_timed(local) else lost + 1
        at = next(self._places(begin, local), self.stop) if len(self.losses) < MAX_LOSSES else self.stop
        if at < lost - SHARED_BYTES:  # the last good message reaches into the next: bytes are missing from it
            for _, found in local.values():
                taken = self._taken.get(found)
                if taken and taken[-1] == last:
                    taken.pop()
        self.losses.append(Loss(min(last, at) if at < lost else lost, at))
        return at

    def _places(self, at: int, local: Locals) -> Iterator[int]:
        """Yield the places from `at` on from which the stream makes sense; `local` then fits the place."""
        if not _records_timed(local):
            end = min(at + UNTIMED_SEARCH_BYTES, self.stop)
            yield from self._sensible([(place, None) for place in range(at, end)], local)
        for begin in range(at, self.stop, SEARCH_BYTES):
            yield from self._sensible(self._candidates(begin, min(begin + SEARCH_BYTES, self.stop), local), local)

    def _sensible(self, candidates: list[Candidate], local: Locals) -> Iterator[int]:
        """Yield those candidates that witnesses follow."""
        for place, known in candidates:
            if self._tries > MAX_TRIES:
                return
            trial = dict(local) if known is None else local | {self.data[place]: known}
            if self._witnessed(place, trial):
                local.update(trial)
                yield place

    def _candidates(self, begin: int, end: int, local: Locals) -> list[Candidate]:
        """Return definitions, and messages whose time is good under any definition of their local number."""
        first, last = np.searchsorted(self._definitions, (begin, end)).tolist()
        places: list[Candidate] = [(at, None) for at in self._definitions[first:last].tolist()]
        for number, known in local.items():
            places += [(at, None) for at in self._timed(begin, end, number, known[0])]
        for number, known in self._wordings:
            if local.get(number) != known:
                places += [(at, known) for at in self._timed(begin, end, number, known[0])]
        return sorted(places, key=lambda place: (place[0], place[1] is not None))

    def _timed(self, begin: int, end: int, number: int, layout: Layout) -> list[int]:
        """Return the offsets from `begin` to `end` at which a message of `layout` with a good time may begin."""
        if layout.stamp is None:
            return []
        octets = np.frombuffer(self.data, np.uint8)
        at = begin + np.flatnonzero(octets[begin : max(min(end, self.stop - layout.size + 1), begin)] == number)
        stamps = octets[at[:, None] + (layout.stamp + np.arange(4))]
        times = stamps.view(">u4" if layout.big_endian else "<u4")[:, 0]
        good: list[int] = at[(times >= self._window[0]) & (times <= self._window[1])].tolist()
        return good


def _window(data: bytes, scan: Scan) -> tuple[int, int]:
    """Return the first and last believable FIT second: a month around the middle time of what was found at first.

    The first few times of the file count for all, if they agree: behind a damaged spot everything may be out of step.
    """
    times, places = [np.zeros(0)], [np.zeros(0, np.int64)]
    for found in scan.found():
        positions = found.positions()
        if found.layout.stamp is not None and positions.size:
            octets = np.frombuffer(data, np.uint8)[positions[:, None] + (found.layout.stamp + np.arange(4))]
            times.append(octets.view(">u4" if found.layout.big_endian else "<u4")[:, 0].astype(np.float64))
            places.append(positions)
    seen = np.concatenate(times)[np.argsort(np.concatenate(places), kind="stable")]
    dated = seen[(seen >= FIRST_DATE) & (seen <= LAST_DATE_S)]
    if not seen.size:
        return FIRST_DATE, LAST_DATE_S
    if not dated.size or np.median(seen[:FIRST_TIMES]) < FIRST_DATE:  # a clock that counts from its start
        return 0, FIRST_DATE
    first = dated[:FIRST_TIMES]
    near = first[np.abs(first - np.median(first)) <= LONGEST_RECORDING_S]
    middle = int(np.median(near if 2 * near.size > FIRST_TIMES else dated))
    return middle - LONGEST_RECORDING_S, middle + LONGEST_RECORDING_S


def _definitions(data: bytes, start: int, stop: int) -> Iterator[tuple[int, int]]:
    """Yield where definitions may begin and end."""
    octets = np.frombuffer(data, np.uint8)[start:stop]
    if octets.size < 6:
        return
    heads = ((octets[:-3] & 0xD0) == DEFINITION) & (octets[1:-2] == 0) & (octets[2:-1] <= 1)
    for at in (start + np.flatnonzero(heads)).tolist():
        end = definition_end(data, at)
        if end <= stop and data[at + 5] and _possible(data, at, end):
            yield at, end


def _possible(data: bytes, at: int, end: int) -> bool:
    """Return whether the bytes from `at` to `end` can be a definition: known base types, each field some bytes long."""
    n = data[at + 5]
    bases, sizes = data[at + 8 : at + 6 + 3 * n : 3], data[at + 7 : at + 6 + 3 * n : 3]
    known = all(base & 0x1F in BASES and not base & 0x60 for base in bases)
    return data[at + 1] == 0 and data[at + 2] <= 1 and all(sizes) and known


def _records_timed(local: Locals) -> bool:
    """Return whether records are known, and carry a time."""
    return any(layout.message == RECORD and layout.stamp is not None for layout, _ in local.values())
