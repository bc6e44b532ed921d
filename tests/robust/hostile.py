"""Hostile archives and compressed files, made here byte by byte, each with the number of good files hidden in it."""

from __future__ import annotations

import gzip
import io
import lzma
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

LINK = 0o120777 << 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Hostile:
    """A file that wants to do harm: its name, its bytes, and how many good recordings are in it."""

    name: str
    data: bytes
    good: int


def gpx(k: int = 0, points: int = 5) -> bytes:
    """Return a small GPX document; `k` makes it differ from the others."""
    rows = "".join(
        f'<trkpt lat="{1 + k * 0.01 + i * 1e-5:.5f}" lon="2.0"><ele>{10 + i}</ele>'
        f"<time>2020-01-02T{k % 24:02d}:{i // 60:02d}:{i % 60:02d}Z</time></trkpt>\n"
        for i in range(points)
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<gpx version="1.1" creator="test" '
        f'xmlns="http://www.topografix.com/GPX/1/1"><trk><trkseg>\n{rows}</trkseg></trk></gpx>'
    ).encode()


def zipped(members: list[tuple[str | zipfile.ZipInfo, bytes]], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """Return a ZIP archive of these members."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, data in members:
            archive.writestr(name, data)
    return out.getvalue()


def zeros(megabytes: int) -> bytes:
    """Return a raw deflate stream of so many megabytes of zeros, made from one megabyte (full flushes forget)."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    block = packer.compress(bytes(1 << 20)) + packer.flush(zlib.Z_FULL_FLUSH)
    return block * megabytes + zlib.compressobj(9, zlib.DEFLATED, -15).flush()


@dataclass(frozen=True, slots=True, kw_only=True)
class Raw:
    """One entry as it will stand in a handmade archive."""

    name: str
    packed: bytes
    size: int
    crc: int = 0
    method: int = 8
    flags: int = 0
    system: int = 0
    mode: int = 0
    offset: int | None = None  # where the directory says that the local header lies
    claimed: int | None = None  # packed bytes that the directory claims


def plain(name: str, data: bytes, **rest: int) -> Raw:
    """Return an honest deflated entry."""
    packer = zlib.compressobj(6, zlib.DEFLATED, -15)
    packed = packer.compress(data) + packer.flush()
    return Raw(name=name, packed=packed, size=len(data), crc=zlib.crc32(data), **rest)


def by_hand(members: list[Raw], *, local: bool = True, directory: bool = True) -> bytes:
    """Write an archive that may lie."""
    out, central = bytearray(), bytearray()
    for entry in members:
        name = entry.name.encode("utf-8", "surrogateescape")
        at = len(out) if entry.offset is None else entry.offset
        fields = (entry.flags, entry.method, 0, 0, entry.crc & 0xFFFFFFFF)
        if local and entry.offset is None:
            head = struct.pack("<4s5H3L2H", b"PK\x03\x04", 20, *fields, len(entry.packed), entry.size, len(name), 0)
            out += head + name + entry.packed
        claimed = len(entry.packed) if entry.claimed is None else entry.claimed
        central += struct.pack(
            "<4s2B5H3L5H2L", b"PK\x01\x02", 20, entry.system, 20, *fields, claimed, entry.size, len(name), 0, 0, 0, 0,
            entry.mode, at,
        ) + name  # fmt: skip
    start = len(out)
    if directory:
        end = struct.pack(
            "<4s4H2LH", b"PK\x05\x06", 0, 0, len(members) & 0xFFFF, len(members) & 0xFFFF, len(central), start, 0
        )
        out += central + end
    return bytes(out)


def archives() -> Iterator[Hostile]:
    """Yield every hostile file; `good` recordings must come out of each in spite of it."""
    yield from _names()
    yield from _lies()
    yield from _bombs()
    yield from _damaged()


def _names() -> Iterator[Hostile]:
    """Names that want to be written elsewhere, or to be printed."""
    two = [("b.gpx", gpx(1)), ("c.gpx", gpx(2))]
    for title, name in {
        "traversal": "../../../etc/a.gpx",
        "absolute": "/etc/a.gpx",
        "drive": "C:\\Windows\\a.gpx",
        "long": "x" * 60_000 + ".gpx",
        "terminal": "\x1b]0;owned\x07\x1b[2J\u202eevil\r\n.gpx",
    }.items():
        yield Hostile(name=f"{title}.zip", data=by_hand([plain(n, d) for n, d in [(name, gpx()), *two]]), good=3)
    link = plain("a.gpx", b"/etc/passwd", system=3, mode=LINK)
    yield Hostile(name="symlink.zip", data=by_hand([link, plain("a.gpx/b.gpx", gpx()), plain("c.gpx", gpx(1))]), good=2)
    yield Hostile(
        name="duplicate.zip",
        data=by_hand([plain("a.gpx", gpx()), plain("a.gpx", gpx(1)), plain("A.GPX", gpx(2))]),
        good=3,
    )


def _lies() -> Iterator[Hostile]:
    """Sizes, offsets, methods and flags that are not true."""
    good = plain("good.gpx", gpx(3))
    body = plain("a.gpx", gpx())
    for title, entry in {
        "claims-4GB": Raw(name="a.gpx", packed=body.packed, size=0xFFFFFFFE, crc=body.crc),
        "claims-100B": Raw(name="a.gpx", packed=body.packed, size=100, crc=body.crc),
        "wrong-crc": Raw(name="a.gpx", packed=body.packed, size=body.size, crc=1),
        "claims-more-packed": Raw(name="a.gpx", packed=body.packed, size=body.size, crc=body.crc, claimed=1 << 30),
    }.items():
        yield Hostile(name=f"{title}.zip", data=by_hand([entry, good]), good=2)
    for title, entry in {
        "encrypted": plain("a.gpx", gpx(), flags=1),
        "unknown-method": plain("a.gpx", gpx(), method=97),
        "offset-nowhere": plain("a.gpx", gpx(), offset=0x7FFFFFFF),
        "offset-inside-another": plain("a.gpx", gpx(), offset=60),
        "not-deflate": Raw(name="a.gpx", packed=b"\xff" * 500, size=5000, crc=7),
        "bad-lzma": Raw(name="a.gpx", packed=b"\x09\x04\x05\x00" + b"\xff" * 60, size=5000, crc=7, method=14),
        "greedy-lzma": Raw(
            name="a.gpx", packed=b"\x09\x04\x05\x00\x5d\xff\xff\xff\xff" + b"\0" * 60, size=9, method=14
        ),
        "bad-bzip2": Raw(name="a.gpx", packed=b"BZh9" + b"\x31" * 60, size=5000, crc=7, method=12),
    }.items():
        yield Hostile(name=f"{title}.zip", data=by_hand([good, entry, plain("last.gpx", gpx(5))]), good=2)


def _bombs() -> Iterator[Hostile]:
    """Small files that want to be large."""
    good = plain("good.gpx", gpx(3))
    gb = zeros(1024)
    yield Hostile(
        name="bomb.gpx.gz", data=b"\x1f\x8b\x08\0\0\0\0\0\0\xff" + gb + struct.pack("<LL", 0, 1 << 30), good=0
    )
    yield Hostile(name="bomb.zip", data=by_hand([Raw(name="a.gpx", packed=gb, size=1 << 30), good]), good=1)
    yield Hostile(name="bomb-claims-little.zip", data=by_hand([Raw(name="a.gpx", packed=gb, size=1000), good]), good=1)
    raw = [{"id": lzma.FILTER_LZMA1, "preset": 0, "dict_size": 1 << 16}]
    packed = lzma.compress(bytes(32 << 20), lzma.FORMAT_RAW, filters=raw)
    head = b"\x09\x04\x05\x00\x5d" + struct.pack("<L", 1 << 16)
    yield Hostile(
        name="lzma.zip", data=by_hand([Raw(name="a.gpx", packed=head + packed, size=32 << 20, method=14), good]), good=1
    )
    yield Hostile(
        name="bzip2.zip", data=zipped([("a.gpx", bytes(32 << 20)), ("good.gpx", gpx())], zipfile.ZIP_BZIP2), good=1
    )
    kernel = zeros(10)
    first = Raw(name="a.gpx", packed=kernel, size=10 << 20)
    same = [Raw(name=f"{i}.gpx", packed=kernel, size=10 << 20, offset=0) for i in range(2000)]
    yield Hostile(name="overlapping.zip", data=by_hand([first, *same, good]), good=1)
    yield Hostile(name="quoted.zip", data=_quoted(good), good=1)
    yield Hostile(name="nested.zip", data=_nested(3), good=0)
    data = gpx()
    for _ in range(40):
        data = gzip.compress(data, mtime=0)
    yield Hostile(name="deep.gpx.gz", data=data, good=0)
    yield Hostile(name="many.zip", data=_many(250_000), good=0)


def _quoted(good: Raw) -> bytes:
    """Overlap as Fifield (2019, WOOT) does: each file is a stored block that quotes the next file's header."""
    body = zeros(10)
    heads: list[tuple[bytes, int]] = []
    for i in reversed(range(300)):
        name = f"{i:03d}.gpx".encode()
        size = 10 << 20
        head = struct.pack("<4s5H3L2H", b"PK\x03\x04", 20, 0, 8, 0, 0, 0, len(body), size, len(name), 0) + name
        heads.append((head, len(body)))
        if i:
            n = len(head)
            body = b"\0" + struct.pack("<HH", n, n ^ 0xFFFF) + head + body
        else:
            body = head + body
    first = Raw(name=good.name, packed=good.packed, size=good.size, crc=good.crc)
    start = by_hand([first], directory=False)
    central, at = bytearray(), len(start)
    for i, (head, length) in enumerate(reversed(heads)):
        central += struct.pack(
            "<4s2B5H3L5H2L", b"PK\x01\x02", 20, 0, 20, 0, 8, 0, 0, 0, length, 10 << 20, 7, 0, 0, 0, 0, 0, at
        ) + f"{i:03d}.gpx".encode()  # fmt: skip
        at += len(head) + 5
    name = good.name.encode()
    central += struct.pack(
        "<4s2B5H3L5H2L", b"PK\x01\x02", 20, 0, 20, 0, 8, 0, 0, good.crc, len(good.packed), good.size, len(name),
        0, 0, 0, 0, 0, 0,
    ) + name  # fmt: skip
    begin = len(start) + len(body)
    return (
        start + body + bytes(central) + struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 301, 301, len(central), begin, 0)
    )


def _nested(levels: int) -> bytes:
    """Ten archives in each of ten archives, and so on; at the bottom a gigabyte of zeros: a terabyte in 9 kB."""
    data = by_hand([Raw(name="a.gpx", packed=zeros(1024), size=1 << 30)])
    for _ in range(levels):
        data = zipped([(f"{i}.zip", data) for i in range(10)])
    return data


def _many(n: int) -> bytes:
    """List one file so many times in the directory of an archive."""
    name = b"a.gpx"
    local = struct.pack("<4s5H3L2H", b"PK\x03\x04", 20, 0, 0, 0, 0, 0, 0, 0, len(name), 0) + name
    one = struct.pack("<4s2B5H3L5H2L", b"PK\x01\x02", 20, 0, 20, 0, 0, 0, 0, 0, 0, 0, 5, 0, 0, 0, 0, 0, 0) + name
    end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, n & 0xFFFF, n & 0xFFFF, len(one) * n, len(local), 0)
    return local + one * n + end


def _damaged() -> Iterator[Hostile]:
    """Nothing ill meant: cut downloads, foreign bytes, a ruined directory."""
    three = zipped([(f"{i}.gpx", gpx(i, 50)) for i in range(3)])
    start = three.find(b"PK\x01\x02")
    yield Hostile(name="no-directory.zip", data=three[:start], good=3)
    yield Hostile(name="half-directory.zip", data=three[: start + 60], good=3)
    yield Hostile(name="cut-in-the-last.zip", data=three[: start - 60], good=3)
    yield Hostile(name="ruined-directory.zip", data=three[: start + 50] + b"\xff" * 20 + three[start + 70 :], good=3)
    yield Hostile(name="behind-a-stub.zip", data=b"PK\x03\x04 not really" + bytes(100) + three, good=3)
    yield Hostile(name="trailing.zip", data=three + b"\n<html>" * 20, good=3)
    whole = gzip.compress(gpx(0, 2000), mtime=0)
    yield Hostile(name="cut.gpx.gz", data=whole[: len(whole) // 2], good=1)
    yield Hostile(name="trailing.gpx.gz", data=whole + b"garbage", good=1)
    yield Hostile(name="wrong-crc.gpx.gz", data=whole[:-8] + b"\1\2\3\4" + whole[-4:], good=1)
    yield Hostile(name="two-members.gpx.gz", data=gzip.compress(gpx()[:100]) + gzip.compress(gpx()[100:]), good=1)
    yield Hostile(name="truly-a-zip.fit", data=zipped([("activity.gpx", gpx())]), good=1)
