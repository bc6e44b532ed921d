"""Where the FIT files in a run of bytes begin and end: headers, checksums, files chained one behind the other."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

MAGIC: Final = b".FIT"
MAGIC_AT: Final = 8
"""Offset of the four letters in a header."""
SHORT_HEADER: Final = 12
"""Bytes of the header without a checksum of its own."""
LONG_HEADER: Final = 14
"""Bytes of the header with a checksum of its own; longer ones are legal."""
FIRST_BYTES: Final = (b"\x40\0", b"\x60\0")
"""How the first message, a definition of local number 0, begins."""
CHECKSUM_BYTES: Final = 2


class Part(NamedTuple):
    """One FIT file in a chain: offsets of its header, its first message, the end of its last, and of all of it.

    `declared` is whether the end is where the header says; else it is the next header or the end of all bytes.
    `checksum` is the stored one, None where the bytes end before it; `promised` is where the header puts the end of the
    last message, which may be beyond all bytes.
    """

    begin: int
    start: int
    stop: int
    end: int
    declared: bool
    checksum: int | None
    promised: int


def header_at(data: bytes, at: int) -> int:
    """Return the size of the FIT header at `at`, 0 if there is none."""
    if data[at + MAGIC_AT : at + MAGIC_AT + 4] != MAGIC:
        return 0
    size = data[at]
    longer = size > LONG_HEADER and data[at + size : at + size + 2] in FIRST_BYTES
    if size not in (SHORT_HEADER, LONG_HEADER) and not longer:
        size = LONG_HEADER  # the size itself is damaged
    return size if at + size <= len(data) else 0


def next_header(data: bytes, after: int) -> int:
    """Return the offset of the next FIT header at or behind `after`; the length of the data if there is none."""
    at = data.find(MAGIC, after + MAGIC_AT)
    while at >= 0:
        if data[at - MAGIC_AT] in (SHORT_HEADER, LONG_HEADER) and header_at(data, at - MAGIC_AT):
            return at - MAGIC_AT
        at = data.find(MAGIC, at + 1)
    return len(data)


def parts(data: bytes) -> Iterator[Part]:
    """Yield the FIT files that `data` chains; what lies between them belongs to none."""
    at = 0 if header_at(data, 0) else next_header(data, 0)
    while at < len(data):
        part = part_at(data, at)
        yield part
        at = part.end if header_at(data, part.end) else next_header(data, part.end)


def part_at(data: bytes, begin: int) -> Part:
    """Return the FIT file whose header is at `begin`."""
    start = begin + header_at(data, begin)
    stop = start + int.from_bytes(data[begin + 4 : begin + 8], "little")
    end = stop + CHECKSUM_BYTES
    closed = start < stop and (end == len(data) or header_at(data, end) > 0)
    following = end if closed else next_header(data, start)
    if closed or start < stop <= end <= following:
        return Part(begin, start, stop, end, True, int.from_bytes(data[stop:end], "little"), stop)
    if start < stop <= following:
        return Part(begin, start, stop, following, True, None, stop)
    # never closed by the device, cut, or a wrong length
    return Part(begin, start, following, following, False, None, stop)
