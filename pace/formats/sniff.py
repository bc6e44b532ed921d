"""What some bytes are, judged by the bytes alone: FIT, GPX, TCX, gzip, ZIP or none of them."""

from __future__ import annotations

import re

HEAD = 1 << 16
"""How many bytes (64 KiB) are searched for the root element of an XML document."""
ZIP_SIGNATURES = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
"""A first entry, the end of an empty archive, a spanned archive (APPNOTE.TXT 4.3.7, 4.3.16, 8.5.3)."""
ROOTS = {b"gpx": "gpx", b"trainingcenterdatabase": "tcx"}
"""The local name of the root element, in lower case, and the format that it stands for."""
BELOW_ROOT = {b"trk": "gpx", b"rte": "gpx", b"activities": "tcx", b"courses": "tcx"}
"""The same of elements that come first where the beginning of a document is lost."""

_ROOT = re.compile(
    rb"(?:\xef\xbb\xbf)?(?:\s++|<\?.*?\?>|<!--.*?-->|<!(?!--)[^>]*+>)*+<(?:[\w.-]+:)?([A-Za-z][\w.-]*)", re.DOTALL
)
"""The name of the root element, behind byte order mark, blanks, declarations and comments."""
_POINT = re.compile(rb"<(?:[\w.-]+:)?(?:(trkpt|rtept|wpt)|(Trackpoint|Activity))[\s>]")


def kind(data: bytes) -> str:
    r"""Name the format of `data`: `fit`, `gpx`, `tcx`, `gz`, `zip`, or the empty string.

    A FIT file is known by `.FIT` at byte 8 or, where that mark is damaged, by a header whose length agrees with
    the data; an XML document by its root element behind byte order mark, declaration, blanks and comments or,
    where the head is damaged, by the first point in it.

    Examples
    --------
    >>> kind(b"\xef\xbb\xbf<?xml version='1.0'?><!-- by hand --> <ns0:gpx>")
    'gpx'
    >>> kind(b"\x1f\x8b\x08"), kind(b"PK\x03\x04"), kind(b""), kind(b"a,b\n1,2")
    ('gz', 'zip', '', '')
    """
    if data[8:12] == b".FIT":
        return "fit"
    if data[:2] == b"\x1f\x8b":
        return "gz"
    if data[:4] in ZIP_SIGNATURES:
        return "zip"
    return _xml(data) or ("fit" if _fit_without_mark(data) else "")


def _fit_without_mark(data: bytes) -> bool:
    """Tell whether a FIT header with a damaged mark fits the length of the data (header, records, CRC)."""
    return len(data) > 14 and data[0] in (12, 14) and data[0] + int.from_bytes(data[4:8], "little") + 2 == len(data)


def _xml(data: bytes) -> str:
    """Name the format by the root element, else by the first point found anywhere."""
    root = _ROOT.match(_narrow(data[:HEAD]))
    name = root[1].lower() if root else b""
    known = ROOTS.get(name, "") or BELOW_ROOT.get(name, "")
    if known or root or b"\0" in data[:4]:
        return known
    point = _POINT.search(data)
    return ("gpx" if point[1] else "tcx") if point else ""


def _narrow(head: bytes) -> bytes:
    """Return enough of the head to see names: UTF-16 by its mark or its zeros as UTF-8, else as it is."""
    if head[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return head.decode("utf-16", "replace").encode()
    if b"\0" in head[:2]:
        return head.decode("utf-16-be" if head[:1] == b"\0" else "utf-16-le", "replace").encode()
    return head
