"""How large, deep and crowded a document may be; the checks that come before any parser, and the way to UTF-8."""

from __future__ import annotations

import io
import re
from typing import Any

import numpy as np

from pace.errors import FormatError, LimitError
from pace.formats.text import Bytes

MAX_BYTES = 512 * 2**20
"""Bytes of one document."""
MAX_POINTS = 5_000_000
"""Points of one document; a sample a second for 58 days."""
MAX_TRACKS = 10_000
"""Tracks, routes or activities of one file."""
MAX_DEPTH = 64
"""Elements inside one another; GPX and TCX need nine."""
MAX_TAG = 2**20
"""Bytes of one tag with its attributes, and of one text."""
SHORTEST_TAG = 3
"""Bytes of `<a>`; more brackets than a third of the bytes are no tags."""
CROWDED = 4096
"""Bytes of a document too short to be judged by its brackets."""
SAFE: dict[str, Any] = {
    "resolve_entities": False,
    "no_network": True,
    "load_dtd": False,
    "huge_tree": False,  # the parser's own limits stay: depth, one text of 10 MB, look-ahead
    "remove_comments": True,
    "remove_pis": True,
    "recover": False,
}
"""How lxml is to parse: nothing is fetched, nothing expanded."""
_WIDE = (
    (b"\xff\xfe\0\0", "utf-32"),
    (b"\0\0\xfe\xff", "utf-32"),
    (b"<\0\0\0", "utf-32-le"),
    (b"\0\0\0<", "utf-32-be"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
    (b"<\0", "utf-16-le"),
    (b"\0<", "utf-16-be"),
)
"""How documents of two or four bytes a character begin (XML 1.0, appendix F)."""


def as_utf8(data: bytes) -> bytes:
    """Return a document that is in UTF-16 or UTF-32 as UTF-8, any other as it is.

    Raises
    ------
    LimitError
        When it is too large.
    """
    if len(data) > MAX_BYTES:
        got = f"{len(data) / 2**20:,.0f} MB"
        raise LimitError(f"a file may have {MAX_BYTES // 2**20} MB, this one has {got}", expected=MAX_BYTES)
    for begin, encoding in _WIDE:
        if data.startswith(begin):
            text = data.decode(encoding, "replace").lstrip("\ufeff")
            return re.sub(r"(<\?xml[^>]*?)\sencoding\s*=\s*[\"'][^\"'>]*[\"']", r"\1", text, count=1).encode()
    return data


def require_small(data: bytes) -> None:
    """Refuse what a parser could be hurt by, before it sees it.

    Raises
    ------
    FormatError
        When the document has a document type (no GPX or TCX has one).
    LimitError
        When a tag or text is too long, or elements are nested too deeply.
    """
    at = data.find(b"<!DOCTYPE")
    if at >= 0:
        raise FormatError("a GPX or TCX must not have a document type (DTD); remove it", offset=at, got="DOCTYPE")
    brackets = data.count(b"<")
    if brackets * SHORTEST_TAG > max(len(data), CROWDED):
        raise FormatError("a GPX or TCX must be XML, this one is mostly opening brackets", got=brackets)
    if len(data) > MAX_TAG or brackets - data.count(b"</") > MAX_DEPTH:  # else it can be neither long nor deep
        text = np.frombuffer(data, np.uint8)
        tag = np.flatnonzero(text == ord("<"))
        if tag.size:
            _require_short(tag, text.size)
        if tag.size and _depth_at_most(text, tag) > MAX_DEPTH:
            _require_shallow(data)


def _require_short(tag: np.ndarray, size: int) -> None:
    """Refuse a tag (or the text behind it) that is too long."""
    length = np.diff(tag, append=size)
    if length.max() > MAX_TAG:
        where = int(tag[length.argmax()])
        raise LimitError(f"a tag or a text may have {MAX_TAG:,} bytes, one has more", offset=where, expected=MAX_TAG)


def _depth_at_most(text: Bytes, tag: np.ndarray) -> int:
    """Return a number that no element is nested more deeply than: opening tags less closing ones, at their most."""
    after = text.take(tag + 1, mode="clip")
    end = np.flatnonzero(text == ord(">"))
    if not end.size:
        return tag.size
    closed = text[end.take(np.searchsorted(end, tag), mode="clip") - 1] == ord("/")
    step = np.ones(tag.size, np.int32)
    step[closed | (after == ord("!")) | (after == ord("?"))] = 0
    step[after == ord("/")] = -1
    return int(np.cumsum(step).max())


def _require_shallow(data: bytes) -> None:
    """Count how deeply elements are nested, with the parser; it has its own limit of 256."""
    from lxml import etree

    depth = 0
    try:
        for event, element in etree.iterparse(io.BytesIO(data), events=("start", "end"), **SAFE):
            depth += 1 if event == "start" else -1
            if depth > MAX_DEPTH:
                raise LimitError(f"elements may be nested {MAX_DEPTH} deep, some are deeper", expected=MAX_DEPTH)
            if event == "end":
                element.clear()
    except etree.LxmlError:
        return
