"""How packed bytes become plain ones: piece by piece, under limits, keeping what stands before a damaged spot."""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass
from typing import Any, Protocol

from pace.activity.track import Note
from pace.errors import FormatError, LimitError

MAX_FILE = 512 * 2**20
"""Bytes of one activity file, as it lies there and once unpacked."""
MAX_RATIO = 200
"""Unpacked bytes for each packed byte. Text of a GPX packs 8 to 30 times; a gigabyte of zeros a thousand times."""
RATIO_FLOOR = 16 * 2**20
"""Unpacked bytes below which no ratio is judged."""
MAX_ENTRIES = 200_000
"""Entries of one archive, those of archives inside it counted."""
MAX_TOTAL = 20 * 2**30
"""Unpacked bytes of one archive, those of archives inside it counted."""
TOTAL_FLOOR = 256 * 2**20
"""Unpacked bytes that any archive may hold, however small it is."""
MAX_DEPTH = 4
"""Archives and compressed files inside one another."""
CHUNK = 1 << 16
"""Packed bytes fed at once."""
PIECE = 1 << 18
"""Unpacked bytes taken at once: a buffer of a megabyte takes longer to get than to fill."""


class Bytes(Protocol):
    """Something of known length whose stretches can be read: a file on disk or bytes in memory."""

    size: int

    def at(self, start: int, stop: int) -> bytes:
        """Return the bytes from `start` up to `stop`, fewer at the end."""
        ...


class InMemory:
    """Bytes that are at hand."""

    def __init__(self, data: bytes) -> None:
        self.data, self.size = data, len(data)

    def at(self, start: int, stop: int) -> bytes:
        """Return the bytes from `start` up to `stop`."""
        return self.data[max(start, 0) : max(stop, 0)]


class OnDisk:
    """An open file, read where it is asked for; plain reads, so that a file cut meanwhile is short, not a crash."""

    def __init__(self, file: Any, size: int) -> None:
        self.file, self.size = file, size

    def at(self, start: int, stop: int) -> bytes:
        """Return the bytes from `start` up to `stop`."""
        start = max(start, 0)
        self.file.seek(start)
        return bytes(self.file.read(max(min(stop, self.size) - start, 0)))


class Budget:
    """What one file given by a person may still unpack to, shared by all that is nested in it.

    By its size, or the `total` that is its share of an archive's.
    """

    def __init__(self, size: int, *, total: int | None = None) -> None:
        self.total = min(MAX_TOTAL, max(TOTAL_FLOOR, MAX_RATIO * size)) if total is None else total
        self.left, self.entries = self.total, MAX_ENTRIES

    @property
    def spent(self) -> bool:
        """Tell whether nothing more may be unpacked."""
        return self.left < 0 or self.entries < 0

    def take(self, n: int) -> None:
        """Count `n` unpacked bytes.

        Raises
        ------
        LimitError
            When the whole would grow beyond what its size allows.
        """
        self.left -= n
        if self.left < 0:
            raise LimitError(
                f"an archive of this size may unpack to {megabytes(self.total)}, this one holds more",
                expected=self.total,
            )

    def take_entries(self, n: int) -> None:
        """Count `n` entries of an archive.

        Raises
        ------
        LimitError
            When there are too many.
        """
        self.entries -= n
        if self.entries < 0:
            raise LimitError(f"an archive may have {MAX_ENTRIES:,} entries, this one has more", expected=MAX_ENTRIES)


def megabytes(n: int) -> str:
    """Show a number of bytes."""
    return f"{n / 2**20:,.0f} MB"


# --- Streams -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Unpacked:
    """What came out of one compressed stream.

    `used` is the number of packed bytes that belong to it, `ended` tells whether its end was reached, `broken`
    whether the packed bytes made no sense from some point on.
    """

    data: bytes
    used: int
    ended: bool
    broken: bool = False


def unpack(source: Bytes, start: int, stop: int, engine: Any, budget: Budget) -> Unpacked:
    """Feed `source` from `start` to `stop` to a decompressor, a bounded piece at a time.

    Raises
    ------
    LimitError
        When the output grows beyond `MAX_FILE`, `MAX_RATIO` times the input or the budget.
    """
    pieces: list[bytes] = []
    total, position = 0, start
    while position < stop and not engine.eof:
        chunk = source.at(position, min(position + CHUNK, stop))
        if not chunk:
            break
        position += len(chunk)
        while True:
            pieces.append(engine.decompress(chunk, PIECE))
            total += len(pieces[-1])
            check_size(total, position - start)
            budget.take(len(pieces[-1]))
            chunk = b""
            if engine.eof or engine.needs_input:
                break
    used = position - start - (len(engine.unused_data) if engine.eof else 0)
    return Unpacked(data=pieces[0] if len(pieces) == 1 else b"".join(pieces), used=used, ended=engine.eof)


def check_size(total: int, fed: int) -> None:
    """Refuse an output too large, or too large for the input that made it."""
    if total > MAX_FILE:
        raise LimitError(
            f"a file may unpack to {megabytes(MAX_FILE)}, this one is larger", expected=MAX_FILE, got=total
        )
    if total > RATIO_FLOOR and total > MAX_RATIO * fed:
        raise LimitError(f"a file may unpack to {MAX_RATIO} times its size, this one is a bomb", expected=MAX_RATIO)


def inflate(source: Bytes, start: int, stop: int, budget: Budget) -> Unpacked:
    """Unpack a raw deflate stream; what stands before a damaged spot is kept.

    Raises
    ------
    LimitError
        As `unpack`.
    """
    from isal import igzip_lib

    left = budget.left
    try:
        return unpack(source, start, stop, igzip_lib.IgzipDecompressor(igzip_lib.DECOMP_DEFLATE), budget)
    except igzip_lib.IsalError:  # type: ignore[misc]  # the stub takes the class for an instance
        budget.left = left
        return _inflated_to_damage(source, start, stop, budget)


def _inflated_to_damage(source: Bytes, start: int, stop: int, budget: Budget) -> Unpacked:
    """Unpack up to the damaged spot: chunk by chunk and, in the chunk where it lies, byte by byte."""
    pieces: list[bytes] = []
    total, position, step = 0, start, CHUNK
    engine = zlib.decompressobj(-15)
    while position < stop and not engine.eof:
        before = engine.copy() if step > 1 else engine
        try:
            piece = engine.decompress(source.at(position, min(position + step, stop)))
        except zlib.error:
            if step == 1:
                break
            engine, step = before, 1
            continue
        pieces.append(piece)
        total, position = total + len(piece), position + step
        check_size(total, position - start)
        budget.take(len(piece))
    return Unpacked(data=b"".join(pieces), used=min(position, stop) - start, ended=engine.eof, broken=not engine.eof)


# --- gzip --------------------------------------------------------------------------------------------------------


def gunzip(data: bytes, *, budget: Budget | None = None) -> tuple[bytes, tuple[Note, ...]]:
    """Return what a gzip file holds and what was odd about it (RFC 1952; members one after another are joined).

    A cut or damaged file gives what stands before the cut, a wrong checksum and foreign bytes behind the end are
    noted.

    Raises
    ------
    FormatError
        When there is no gzip header.
    LimitError
        When it would unpack to more than the limits allow.

    Examples
    --------
    >>> import gzip
    >>> gunzip(gzip.compress(b"<gpx/>", mtime=0))
    (b'<gpx/>', ())
    >>> [note.kind for note in gunzip(gzip.compress(b"<gpx/>", mtime=0) + b"?")[1]]
    ['trailing']
    """
    source, budget = InMemory(data), budget or Budget(len(data))
    parts: list[bytes] = []
    notes: list[Note] = []
    position = 0
    while data[position : position + 2] == b"\x1f\x8b":
        stream = inflate(source, _gzip_body(data, position), len(data), budget)
        position = _gzip_body(data, position) + stream.used
        parts.append(stream.data)
        notes += _gzip_notes(stream, data[position : position + 8], position)
        check_size(sum(map(len, parts)), len(data))
        position += 8
        if not stream.ended:
            break
    else:
        notes += _trailing(data, position, bool(parts))
    return parts[0] if len(parts) == 1 else b"".join(parts), tuple(notes)


def _gzip_body(data: bytes, at: int) -> int:
    """Return the offset behind a gzip header: 10 bytes and, by its flags, extra field, name, comment and checksum."""
    if len(data) < at + 10 or data[at + 2] != 8:
        raise FormatError("a gzip file must begin with a whole header, this one does not", offset=at)
    flags, position = data[at + 3], at + 10
    if flags & 4:
        position += 2 + int.from_bytes(data[position : position + 2], "little")
    for text in (8, 16):
        if flags & text:
            position = data.find(b"\0", position) + 1 or len(data)
    return position + (2 if flags & 2 else 0)


def _gzip_notes(stream: Unpacked, trailer: bytes, offset: int) -> list[Note]:
    """Say whether a member ended as it should: reached its end, with the checksum and the length that it states."""
    from isal import isal_zlib

    if stream.broken:
        return [Note(kind="damaged", message="the gzip data is damaged; what stands before is kept", offset=offset)]
    if not stream.ended or len(trailer) < 8:
        return [Note(kind="truncated", message="the gzip data ends early; what is there is kept", offset=offset)]
    if struct.unpack("<II", trailer) != (isal_zlib.crc32(stream.data), len(stream.data) & 0xFFFFFFFF):
        return [Note(kind="checksum", message="the gzip checksum is wrong; some of the content may be", offset=offset)]
    return []


def _trailing(data: bytes, position: int, some: bool) -> list[Note]:
    """Note foreign bytes behind the last member; zeros are padding."""
    if not some:
        raise FormatError("a gzip file must begin with 1f 8b, this one does not", offset=0)
    if not data[position:].strip(b"\0"):
        return []
    return [Note(kind="trailing", message="bytes behind the end of the gzip data were left out", offset=position)]
