"""Values that cannot be, put into one record of a whole file that is otherwise without fault, checksum included."""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass

from robust.material import Whole, fit_records


@dataclass(frozen=True, slots=True, kw_only=True)
class Nonsense:
    """A file with one impossible value: what it is, whether strictly impossible or only absurd, in which column."""

    what: str
    column: str
    data: bytes
    strict: bool = True


NUMBERS = {
    "latitude": ("91", "-123.4", "1e3"),
    "longitude": ("181", "-200.5", "3600"),
    "elevation": ("1e6", "-99999"),
    "heart_rate": ("-5", "1e9", "999"),
}
"""Numbers beyond what can be."""
NO_NUMBERS = ("nan", "NaN", "inf", "-INF", "1e309", "1_0.5", "１２", "١٢", "12,5", "0x1p3", "1e", "--1", "1 2", "east")
"""Texts that are no finite number in ASCII digits (some of them Python's `float` takes)."""
TIMES = (
    "1901-01-01T00:00:00Z",
    "1970-01-01T00:00:00Z",
    "7518-03-02T10:00:00Z",
    "2020-13-45T10:00:00Z",
    "2020-02-30T10:00:00Z",
    "2020-01-01T25:61:00Z",
    "2020-01-01T10:00:00+99:00",
    "yesterday",
    "-2020-01-01T10:00:00Z",
    "２０２０-01-01T10:00:00Z",
)
"""Times that no recording has."""

_GPX = {
    "latitude": rb'(<(?:\w+:)?trkpt[^>]*?lat=")[^"]*',
    "longitude": rb'(<(?:\w+:)?trkpt[^>]*?lon=")[^"]*',
    "elevation": rb"(<(?:\w+:)?ele>)[^<]*",
    "heart_rate": rb"(<(?:\w+:)?hr>)[^<]*",
    "time": rb"(<(?:\w+:)?time>)[^<]*",
}
_TCX = {
    "latitude": rb"(<(?:\w+:)?LatitudeDegrees>)[^<]*",
    "longitude": rb"(<(?:\w+:)?LongitudeDegrees>)[^<]*",
    "elevation": rb"(<(?:\w+:)?AltitudeMeters>)[^<]*",
    "heart_rate": rb"(<(?:\w+:)?HeartRateBpm[^>]*>\s*<(?:\w+:)?Value>)[^<]*",
    "time": rb"(<(?:\w+:)?Time>)[^<]*",
}


def xml_nonsense(whole: Whole) -> Iterator[Nonsense]:
    """Yield a GPX or TCX document with one impossible value, in the record in the middle, for each that there is."""
    start, stop = whole.spans[len(whole.spans) // 2]
    point = whole.data[start:stop]
    for column, pattern in (_GPX if whole.format == "gpx" else _TCX).items():
        if not re.search(pattern, point):
            continue
        texts = TIMES if column == "time" else (*NUMBERS[column], *NO_NUMBERS)
        for text in texts:
            broken = re.sub(pattern, lambda match, text=text: match[1] + text.encode(), point, count=1)
            yield Nonsense(what=text, column=column, data=whole.data[:start] + broken + whole.data[stop:])


def fit_nonsense(whole: Whole) -> Iterator[Nonsense]:
    """Yield a FIT file with one impossible value in the record in the middle, with the right checksum."""
    spans, _ = fit_records(whole.data)
    start, _ = spans[len(spans) // 2]
    for column, number, kind, values in _FIT:
        offset = _offset(whole.data, start, number, struct.calcsize(kind))
        if offset is None:
            continue
        for value in values:
            out = bytearray(whole.data)
            struct.pack_into("<" + kind, out, offset, value)
            yield Nonsense(what=f"{column} = {value}", column=column, data=summed(out))


_FIT = (
    ("latitude", 0, "i", (2**31 - 2, -(2**31), 1_100_000_000)),
    ("heart_rate", 3, "B", (254, 1)),
    ("time", 253, "I", (1, 2**32 - 2, 3_900_000_000)),
)
"""Columns, their field numbers in a record, their types, and raw values that cannot be."""


def _offset(data: bytes, record: int, number: int, size: int) -> int | None:
    """Return where a field of the record at `record` lies: the last definition of its local type tells."""
    local, position, found = data[record] & 15, data[0], None
    layouts: dict[int, list[tuple[int, int]]] = {}
    while position <= record:
        head = data[position]
        if head & 0x40:
            count = data[position + 5]
            fields = [(data[position + 6 + 3 * i], data[position + 7 + 3 * i]) for i in range(count)]
            layouts[head & 15] = fields
            position += 6 + 3 * count
        else:
            position += 1 + sum(width for _, width in layouts[head & 15])
    at = record + 1
    for field, width in layouts[local]:
        if field == number and width == size:
            found = at
        at += width
    return found


def summed(data: bytearray) -> bytes:
    """Return the file with its CRC-16 renewed (bit by bit: slow and plain)."""
    crc = 0
    for byte in data[:-2]:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ (0xA001 if crc & 1 else 0)
    data[-2:] = crc.to_bytes(2, "little")
    return bytes(data)
