"""Damaged documents: every point that is intact by itself is kept, before, between and behind the damage.

A damaged document is no tree, so none is built: points are looked for one by one, each must be well-formed by itself
and hold nothing between its elements, and what stands between points is searched for the beginnings of tracks,
segments and laps. Nothing is completed or guessed: a point that is not whole is lost, and counted.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import chain
from typing import Any

from pace.activity.track import Note
from pace.errors import LimitError
from pace.formats.text import PAD
from pace.formats.xml_limits import MAX_POINTS, SAFE
from pace.formats.xml_samples import Document, Lap, Part
from pace.formats.xml_tree import Dialect

BATCH = 64
"""Points checked at once; only if one of them is not well-formed, one by one."""
BLANK = b" \t\r\n"
"""What XML takes for white space; Python has two more."""
PREFIX = rb"(?:[A-Za-z_][\w.-]{0,20}:)?"
_STRAY = re.compile(rb"(?:</[^<>]*|/)>[^<]*[^\s<][^<]*<|<[^/<>][^<>]*[^/<>]>[^<]*[^\s<][^<]*<[^/!]")
"""Text behind a closing tag, or between two opening ones: in a point, only damage leaves it there."""
_DECLARATION = re.compile(rb"<\?xml[^<>]{0,200}\?>")
_PREFIXES = re.compile(rb"[<\s]/?([A-Za-z_][\w.-]{0,20}):[A-Za-z_]")


@dataclass(slots=True)
class Found:
    """Where points stand that have a beginning and an end, and how many were seen that have just one of them."""

    start: array[int]
    stop: array[int]
    torn: int


def rescued(data: bytes, dialect: Dialect, offset: int, read: Callable[[bytes], Document]) -> Document:
    """Return what is intact of a damaged document, with a note.

    Parameters
    ----------
    data : bytes
    dialect : Dialect
    offset : int
        Byte at which the parser stumbled.
    read : callable
        Reads a well-formed document.
    """
    found = _found(data, dialect)
    head, tail = _wrapping(data)
    good = _intact(data, found, head, tail)
    start, stop = array("q", (found.start[i] for i in good)), array("q", (found.stop[i] for i in good))
    view = memoryview(data)
    document = read(b"".join((head, b"\n" * PAD, *(view[a:b] for a, b in _runs(data, start, stop)), tail)))
    document.parts, document.part_start, document.segment_start = _outline(data, dialect, start, stop)
    lost = found.torn + len(found.start) - len(good)
    document.notes.append(_note(data, offset, document.n, lost))
    return document


def _runs(data: bytes, start: array[int], stop: array[int]) -> Iterator[tuple[int, int]]:
    """Yield where points begin and end that follow one another with nothing but blanks between."""
    if not start:
        return
    begin = start[0]
    for end, following in zip(stop, start[1:], strict=False):
        if data[end:following].strip(BLANK):
            yield begin, end
            begin = following
    yield begin, stop[-1]


def _note(data: bytes, offset: int, kept: int, lost: int) -> Note:
    """Say what happened to the document."""
    whole = re.search(rb"</[^<>]*>\s*$", data[-200:]) and re.search(rb"</[^<>]*(?:gpx|Database)\s*>", data[-200:])
    kind, what = ("damaged", "not well-formed from here on") if whole else ("truncated", "cut off or damaged")
    message = f"the document is {what}; {kept} intact points were kept, {lost} torn ones dropped"
    return Note(kind=kind, message=message, offset=offset, count=lost)


# --- Points ------------------------------------------------------------------------------------------------------


def _found(data: bytes, dialect: Dialect) -> Found:
    """Find points: a beginning, and its end before the next beginning."""
    names = b"|".join(name.encode() for name in dialect.points)
    begin = array("q", (match.start() for match in re.finditer(rb"<%b(?:%b)(?=[\s>/])" % (PREFIX, names), data)))
    if len(begin) > MAX_POINTS:
        raise LimitError(f"a file may hold {MAX_POINTS:,} points, this one holds more", expected=MAX_POINTS)
    end = re.compile(rb"</%b(?:%b)\s{0,20}>|<%b(?:%b)[^<>]*/>" % (PREFIX, names, PREFIX, names))
    start, stop = array("q"), array("q")
    for here, following in zip(begin, chain(begin[1:], (len(data),)), strict=False):
        if match := end.search(data, here, following):
            start.append(here)
            stop.append(match.end())
    n_ends = sum(1 for _ in re.finditer(rb"</%b(?:%b)\s{0,20}>" % (PREFIX, names), data))
    return Found(start, stop, max(len(begin), n_ends) - len(start))


def _wrapping(data: bytes) -> tuple[bytes, bytes]:
    """Return a beginning and an end that make a document of points: every prefix that occurs is declared."""
    match = _DECLARATION.search(data, 0, 400)
    declaration = match[0] if match and _parses(match[0] + b"<r/>") else b""
    prefixes = sorted(set(_PREFIXES.findall(data)) - {b"xmlns", b"xml"})[:200]
    names = b"".join(b' xmlns:%b="urn:%b"' % (prefix, prefix) for prefix in prefixes)
    return declaration + b"<r" + names + b">", b"</r>"


def _intact(data: bytes, found: Found, head: bytes, tail: bytes) -> list[int]:
    """Return which points are whole."""
    clean = [i for i, (a, b) in enumerate(zip(found.start, found.stop, strict=True)) if not _STRAY.search(data, a, b)]
    good: list[int] = []
    for k in range(0, len(clean), BATCH):
        batch = clean[k : k + BATCH]
        texts = [data[found.start[i] : found.stop[i]] for i in batch]
        if _parses(head + b"".join(texts) + tail):
            good += batch
        else:
            good += [i for i, text in zip(batch, texts, strict=True) if _parses(head + text + tail)]
    return good


def _parses(text: bytes) -> bool:
    """Tell whether a text is a well-formed document."""
    from lxml import etree

    try:
        etree.fromstring(text, etree.XMLParser(**SAFE))
    except (etree.LxmlError, ValueError, LookupError):
        return False
    return True


# --- Structure ---------------------------------------------------------------------------------------------------


def _outline(
    data: bytes, dialect: Dialect, start: array[int], stop: array[int]
) -> tuple[list[Part], list[int], list[int]]:
    """Return parts, where they begin and where segments begin, as far as their opening tags are there."""
    parts: list[Part] = []
    part_start: list[int] = []
    segment_start: list[int] = []
    for n, gap in _gaps(data, start, stop):
        for name, tag, rest in _openings(gap, dialect):
            if name in dialect.tracks:
                parts.append(Part(dialect.tracks[name], sport=_attribute(tag, dialect.sport_attribute)))
                part_start.append(n)
            elif name == dialect.segment:
                segment_start.append(n)
            elif parts and name == dialect.sport_child:
                parts[-1].sport = parts[-1].sport or _content(rest)
            elif parts and name == dialect.lap:
                seconds = re.search(rb"<%b%b>([^<>]{1,40})<" % (PREFIX, dialect.lap_child.encode()), rest)
                took = seconds[1].decode("latin-1") if seconds else ""
                parts[-1].laps.append(Lap(_attribute(tag, dialect.lap_attribute), took))
    if start and (not part_start or part_start[0] > 0):
        parts.insert(0, Part(next(iter(dialect.tracks.values()))))
        part_start.insert(0, 0)
    return parts, [*part_start, len(start)], segment_start


def _gaps(data: bytes, start: array[int], stop: array[int]) -> Iterator[tuple[int, bytes]]:
    """Yield what stands between points and is not blank, with the number of points before it."""
    for n, (end, begin) in enumerate(zip(chain((0,), stop), chain(start, (len(data),)), strict=True)):
        if begin - end > 4 and (gap := data[end:begin]).strip():
            yield n, gap


def _openings(gap: bytes, dialect: Dialect) -> Iterator[tuple[str, bytes, bytes]]:
    """Yield the name, the whole tag and what follows of each opening tag that tells of structure."""
    names = [*dialect.tracks, dialect.segment, dialect.sport_child, dialect.lap]
    wanted = b"|".join(name.encode() for name in names if name)
    for match in re.finditer(rb"<%b(%b)(?:\s[^<>]*)?>" % (PREFIX, wanted), gap):
        yield match[1].decode(), match[0], gap[match.end() : match.end() + 4000]


def _attribute(tag: bytes, name: str) -> str:
    """Return the value of an attribute in the text of a tag."""
    match = re.search(rb"\s%b\s*=\s*[\"']([^\"'<>&]{0,60})[\"']" % name.encode(), tag) if name else None
    return match[1].decode("latin-1") if match else ""


def _content(rest: bytes) -> str:
    """Return the text behind an opening tag."""
    match: Any = re.match(rb"([^<>&]{0,60})</", rest)
    return match[1].decode("latin-1") if match else ""
