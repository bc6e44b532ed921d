"""What a ZIP archive holds: its entries, found and unpacked one at a time in memory; nothing is written to disk."""

from __future__ import annotations

import bz2
import lzma
import stat
import struct
import zlib
from bisect import bisect_right
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

from pace.activity.track import Note
from pace.errors import FormatError, LimitError
from pace.formats.unpack import (
    MAX_ENTRIES,
    MAX_RATIO,
    PIECE,
    RATIO_FLOOR,
    Budget,
    Bytes,
    Unpacked,
    check_size,
    inflate,
    megabytes,
    unpack,
)

MAX_DICTIONARY = 64 * 2**20
"""Bytes of working memory that an LZMA entry may ask for."""

_END = struct.Struct("<4s4H2LH")
_END64 = struct.Struct("<4sQ2H2L4Q")
_CENTRAL = struct.Struct("<4s2B5H3L5H2L")
_LOCAL = struct.Struct("<4s5H3L2H")
"""Records of a ZIP archive (APPNOTE.TXT 4.3.16, 4.3.14, 4.3.12, 4.3.7)."""
_FULL16, _FULL32 = 0xFFFF, 0xFFFFFFFF


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One file in a ZIP archive: raw name, where its local header lies, where its data must end, how it is packed."""

    name: str
    offset: int
    packed: int
    size: int
    method: int
    flags: int
    crc: int
    stop: int
    link: bool = False

    @property
    def folder(self) -> bool:
        """Tell whether the entry is a folder."""
        return self.name.endswith(("/", "\\"))


def entries(source: Bytes, *, budget: Budget | None = None) -> tuple[tuple[Entry, ...], tuple[Note, ...]]:
    """Return the entries of a ZIP archive and what was odd about its directory.

    The directory at the end is read; where it is missing, cut or damaged the local headers are searched as well.
    No byte belongs to two entries: one that would reach into the next ends where that begins, so that overlapping
    entries cannot unpack the same bytes again and again.

    Raises
    ------
    LimitError
        When there are too many entries.
    """
    budget = budget or Budget(source.size)
    found, whole = _directory(source)
    notes: tuple[Note, ...] = ()
    if not whole or not all(_header_at(source, entry.offset) for entry in found):
        found = _searched(source, found)
        notes = (Note(kind="damaged", message="the archive's directory is cut or damaged; its files were searched"),)
    budget.take_entries(len(found))
    return tuple(_apart(source, found)), notes


def _directory(source: Bytes) -> tuple[list[Entry], bool]:
    """Read the central directory; tell whether it was whole."""
    found: list[Entry] = []
    end = _end(source)
    if end is None:
        return found, False
    count, start, stop, shift = end
    directory = source.at(start, stop)
    position = 0
    while directory[position : position + 4] == b"PK\x01\x02" and len(found) <= MAX_ENTRIES:
        if position + _CENTRAL.size > len(directory):
            return found, False
        entry, position = _central_entry(directory, position, shift)
        found.append(entry)
    return found, len(found) > MAX_ENTRIES or (len(found) - count) & _FULL16 == 0


def _end(source: Bytes) -> tuple[int, int, int, int] | None:
    """Find the end record: number of entries, start and stop of the directory, bytes that stand before the archive."""
    base = max(source.size - _END.size - _FULL16, 0)
    tail = source.at(base, source.size)
    at = tail.rfind(b"PK\x05\x06")
    if at < 0 or at + _END.size > len(tail):
        return None
    _, _, _, _, count, size, start, _ = _END.unpack_from(tail, at)
    stop = base + at
    count, size, start, stop = _end64(source, stop) or (count, size, start, stop)
    shift = stop - size - start
    return (count, start + shift, stop, shift) if 0 <= start + shift <= stop else None


def _end64(source: Bytes, stop: int) -> tuple[int, int, int, int] | None:
    """Read the larger end record, which stands before its locator of 20 bytes, which stands before the end record."""
    at = stop - 20 - _END64.size
    record = source.at(at, at + _END64.size)
    if source.at(stop - 20, stop - 16) != b"PK\x06\x07" or record[:4] != b"PK\x06\x06":
        return None
    *_, count, size, start = _END64.unpack(record)
    return count, size, start, at


def _central_entry(directory: bytes, at: int, shift: int) -> tuple[Entry, int]:
    """Read one record of the directory and return it with the position of the next."""
    (_, _, system, _, flags, method, _, _, crc, packed, size, n, extra, comment, _, _, mode, offset) = (
        _CENTRAL.unpack_from(directory, at)
    )
    at += _CENTRAL.size
    size, packed, offset = _large(directory[at + n : at + n + extra], size, packed, offset)
    entry = Entry(
        name=directory[at : at + n].decode("utf-8" if flags & 0x800 else "cp437", "replace"),
        offset=offset + shift,
        packed=packed,
        size=size,
        method=method,
        flags=flags,
        crc=crc,
        stop=0,
        link=system == 3 and stat.S_ISLNK(mode >> 16),
    )
    return entry, at + n + extra + comment


def _large(extra: bytes, *values: int) -> tuple[int, ...]:
    """Replace values that are all ones by those of the ZIP64 extra field, in their order (APPNOTE.TXT 4.5.3)."""
    while len(extra) >= 4:
        tag, length = struct.unpack_from("<2H", extra)
        if tag == 1:
            wide = iter(struct.unpack_from(f"<{min(length, len(extra) - 4) // 8}Q", extra, 4))
            return tuple(next(wide, value) if value == _FULL32 else value for value in values)
        extra = extra[4 + length :]
    return values


def _header_at(source: Bytes, offset: int) -> bool:
    """Tell whether the header of a file stands at an offset."""
    return offset >= 0 and source.at(offset, offset + 4) == b"PK\x03\x04"


def _searched(source: Bytes, listed: list[Entry]) -> list[Entry]:
    """Believe the headers before the files rather than a damaged directory, unless only that knows the size."""
    there = {entry.offset: entry for entry in listed if _header_at(source, entry.offset)}
    for entry in _local_entries(source):
        if entry.offset not in there or entry.packed < source.size:
            there[entry.offset] = entry
    names = {entry.name for entry in there.values()}
    lost = [entry for entry in listed if entry.offset not in there and entry.name not in names]
    return [*(there[offset] for offset in sorted(there)), *lost]


def _local_entries(source: Bytes) -> Iterator[Entry]:
    """Search an archive without a directory for the headers that stand before each file."""
    position = 0
    while (position := _find(source, b"PK\x03\x04", position)) >= 0:
        head = source.at(position, position + _LOCAL.size)
        if len(head) < _LOCAL.size:
            return
        _, _, flags, method, _, _, crc, packed, size, n, extra = _LOCAL.unpack(head)
        name = source.at(position + _LOCAL.size, position + _LOCAL.size + n).decode("utf-8", "replace")
        unsized = bool(flags & 8) and not packed
        span = source.size if unsized else packed
        yield Entry(
            name=name,
            offset=position,
            packed=span,
            size=0 if unsized else size,
            method=method,
            flags=flags,
            crc=crc,
            stop=0,
        )
        position += _LOCAL.size + n + extra + (0 if unsized else packed)


def _find(source: Bytes, mark: bytes, start: int) -> int:
    """Return the offset of `mark` at or behind `start`, or -1."""
    while start < source.size:
        block = source.at(start, start + PIECE + len(mark) - 1)
        if (at := block.find(mark)) >= 0:
            return start + at
        start += PIECE
    return -1


def _apart(source: Bytes, found: list[Entry]) -> Iterator[Entry]:
    """Give each entry the offset where its data must end at the latest: the next entry's header."""
    starts = sorted({entry.offset for entry in found})
    following = dict(pairwise([*starts, source.size]))
    taken: set[int] = set()
    for entry in found:
        stop = following[entry.offset]
        if entry.offset + _LOCAL.size + entry.packed > stop and stop != source.size:
            stop = _next_header(source, starts, entry.offset)
        yield replace(entry, stop=-1 if entry.offset in taken else stop)
        taken.add(entry.offset)


def _next_header(source: Bytes, starts: list[int], offset: int) -> int:
    """Return where the next entry begins whose header is really there (a damaged directory points anywhere)."""
    for start in starts[bisect_right(starts, offset) :]:
        if _header_at(source, start):
            return start
    return source.size


def member(source: Bytes, entry: Entry, *, budget: Budget | None = None) -> tuple[bytes, tuple[Note, ...]]:
    """Return what one entry of a ZIP archive holds and what was odd about it.

    Raises
    ------
    FormatError
        When it is encrypted, packed in a way not known, shares its bytes with another entry, or nothing is there.
    LimitError
        When it would unpack to more than the limits allow.
    """
    budget = budget or Budget(source.size)
    start = _data_start(source, entry)
    stop = entry.stop if entry.size and not entry.packed else min(start + entry.packed, entry.stop)
    stream = _UNPACKERS.get(entry.method, _unknown_method)(source, start, stop, budget)
    if not stream.data and entry.size:
        raise FormatError("an archive entry must hold what its header says, nothing of this one can be unpacked")
    return stream.data, tuple(_member_notes(entry, stream))


def stream(source: Bytes, entry: Entry) -> Iterator[bytes]:
    """Yield what an entry of any size holds, piece by piece, up to its end, the first damage, or where it is a bomb.

    Only what is stored or packed by deflate is streamed; of anything else, and of what is encrypted, nothing comes.
    """
    from isal import igzip_lib

    try:
        start = _data_start(source, entry)
    except FormatError:
        return
    stop = min(start + entry.packed, entry.stop)
    engine = igzip_lib.IgzipDecompressor(igzip_lib.DECOMP_DEFLATE)
    total = 0
    for at in range(start, stop, PIECE) if entry.method in (0, 8) else ():
        piece = source.at(at, min(at + PIECE, stop))
        for out in [piece] if entry.method == 0 else _inflated(engine, piece):
            yield out
            total += len(out)
            if total > max(RATIO_FLOOR, MAX_RATIO * (at + len(piece) - start)):
                return
        if engine.eof:
            return


def _inflated(engine: Any, piece: bytes) -> Iterator[bytes]:
    """Yield what a piece unpacks to, a bounded piece at a time; nothing more from where it makes no sense."""
    from isal import igzip_lib

    try:
        while True:
            yield engine.decompress(piece, PIECE)
            piece = b""
            if engine.eof or engine.needs_input:
                return
    except igzip_lib.IsalError:  # type: ignore[misc]  # the stub takes the class for an instance
        return


def _data_start(source: Bytes, entry: Entry) -> int:
    """Return where an entry's data begins, behind the local header."""
    head = source.at(entry.offset, entry.offset + _LOCAL.size)
    if entry.flags & 1:
        raise FormatError("an archive entry must not be encrypted, this one is: unpack it first")
    if entry.stop < 0:
        raise FormatError("an archive entry must have bytes of its own, this one shares those of another")
    if len(head) < _LOCAL.size or not _header_at(source, entry.offset):
        raise FormatError("an archive entry must begin with a header, this one does not", offset=max(entry.offset, 0))
    *_, n, extra = _LOCAL.unpack(head)
    return int(entry.offset + _LOCAL.size + n + extra)


def _member_notes(entry: Entry, stream: Unpacked) -> Iterator[Note]:
    """Say whether an entry is whole and has the checksum that the directory states."""
    if stream.broken:
        yield Note(kind="damaged", message="the archive entry is damaged; what stands before is kept")
    elif not stream.ended and len(stream.data) != entry.size:
        yield Note(kind="truncated", message="the archive entry ends early; what is there is kept")
    elif entry.size and (zlib.crc32(stream.data), len(stream.data)) != (entry.crc, entry.size):
        yield Note(
            kind="checksum", message="the archive entry's checksum or length is wrong; some of the content may be"
        )


def _stored(source: Bytes, start: int, stop: int, budget: Budget) -> Unpacked:
    """Return the bytes as they are."""
    length = max(stop - start, 0)
    check_size(length, length)
    budget.take(length)
    data = source.at(start, stop)
    return Unpacked(data=data, used=len(data), ended=len(data) == length)


def _bunzip2(source: Bytes, start: int, stop: int, budget: Budget) -> Unpacked:
    """Unpack bzip2."""
    return _or_broken(lambda: unpack(source, start, stop, bz2.BZ2Decompressor(), budget))


def _unlzma(source: Bytes, start: int, stop: int, budget: Budget) -> Unpacked:
    """Unpack LZMA: two bytes of version, two of length, five of properties, then the stream (APPNOTE.TXT 5.8.8)."""
    head = source.at(start, start + 9)
    dictionary = int.from_bytes(head[5:9], "little")
    if len(head) < 9 or head[2:4] != b"\x05\0" or head[4] >= 225:
        raise FormatError("an LZMA entry must begin with five bytes of properties, this one does not", offset=start)
    if dictionary > MAX_DICTIONARY:
        raise LimitError(f"an LZMA entry may ask for {megabytes(MAX_DICTIONARY)} of memory, this one asks for more")
    bits, lc = divmod(head[4], 9)
    pb, lp = divmod(bits, 5)
    chain = [{"id": lzma.FILTER_LZMA1, "dict_size": max(dictionary, 4096), "lc": lc, "lp": lp, "pb": pb}]
    return _or_broken(
        lambda: unpack(source, start + 9, stop, lzma.LZMADecompressor(lzma.FORMAT_RAW, filters=chain), budget)
    )


def _or_broken(work: Callable[[], Unpacked]) -> Unpacked:
    """Return nothing, marked as broken, where the packed bytes make no sense."""
    try:
        return work()
    except (OSError, lzma.LZMAError, EOFError):
        return Unpacked(data=b"", used=0, ended=False, broken=True)


def _unknown_method(source: Bytes, start: int, stop: int, budget: Budget) -> Unpacked:
    """Refuse what no unpacker is known for."""
    raise FormatError("an archive entry must be stored or packed by deflate, bzip2 or LZMA, this one is neither")


_UNPACKERS: dict[int, Callable[[Bytes, int, int, Budget], Unpacked]] = {
    0: _stored,
    8: inflate,
    12: _bunzip2,
    14: _unlzma,
}
"""By the number of the method (APPNOTE.TXT 4.4.5)."""
