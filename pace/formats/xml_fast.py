"""Plain documents as whole arrays: points of equal layout are found and checked at once, the rest goes to the parser.

A point's *layout* is the sequence of its tags, byte for byte, the values of its own attributes left out. One exemplar
of each layout stays in the *skeleton*: the document with all other points taken out. The XML parser reads the
skeleton and so proves everything that is not a point, and says which tag of each layout is which column. The points
that were taken out are proven by comparing their tags with the exemplar's, eight bytes at a time, and by their bytes:
no entity, no comment, no CDATA, no control character, nothing but ASCII. What cannot be proven so is not read here.
"""

from __future__ import annotations

import io
import re
from dataclasses import dataclass
from typing import Any

import numpy as np

from pace.formats.text import PAD, Bytes, Index, Mask, windows
from pace.formats.xml_samples import Column, Document
from pace.formats.xml_tree import Dialect, Leaves, MalformedError, Outline

MAX_LAYOUTS = 24
"""Layouts of one document; real files have one to eight."""
MAX_TAGS = 64
"""Tags of one point; real ones have 4 to 26."""
ROWS = 2048
"""Points compared at once, so that what is compared stays in the cache."""
BLOCK = 1 << 16
"""Bytes looked at at once."""
ENCODINGS = re.compile(rb"utf-?8|us-ascii|ascii|iso-8859-\d+|windows-125\d", re.IGNORECASE)
"""Encodings in which ASCII characters are ASCII bytes and nothing else is."""
_DECLARED = re.compile(rb"<\?xml[^>]*?encoding\s*=\s*[\"']([^\"'>]*)[\"']")
_ASIDE = re.compile(rb"<!--.*?-->|<!\[CDATA\[.*?\]\]>", re.DOTALL)
_TAG = re.compile(rb"<(/?)[A-Za-z_][\w:.-]*(?:\s+[A-Za-z_][\w:.-]*\s*=\s*(?:\"[^\"<>&]*\"|'[^'<>&]*'))*\s*(/?)>")
_U = np.uint64


class NotPlainError(Exception):
    """The document is not of the kind that can be read here."""


@dataclass(slots=True)
class Points:
    """Where points stand: `tag` (t,) offsets of every `<`; `first`, `last` (n,) index in it of their outer tags."""

    tag: Index
    first: Index
    last: Index
    opening: bytes
    closing: bytes

    @property
    def stop(self) -> Index:
        """The offset behind each point."""
        return self.tag[self.last] + len(self.closing)


@dataclass(slots=True)
class Layout:
    """Points whose tags are the same: `row` (k,), `at` (k, p) offsets of their tags, and the tags of the first one.

    `values` holds the spans of the attributes of the point's own tag, as columns.
    """

    row: Index
    at: Index
    tags: list[bytes]
    values: dict[str, tuple[Index, Index]]


def fast_document(data: bytes, dialect: Dialect) -> Document:
    """Read a plain document.

    Raises
    ------
    NotPlainError
        When it is not plain, or not well-formed outside its points.
    """
    text = np.frombuffer(data, np.uint8)
    points = _points(data, text, dialect)
    begin, end = int(points.tag[points.first[0]]), int(points.tag[points.last[-1]])
    _require_plain(data, text, begin, end)
    layouts = _layouts(data, text, points, dialect)
    kept = _kept(points, layouts)
    exemplars = {int(layout.row[0]): layout for layout in layouts}
    reader = _Exemplars(dialect, [exemplars.get(row) for row in kept])
    outline = Outline(dialect, reader.take)
    try:
        outline.walk(io.BytesIO(_skeleton(data, points, kept)))
    except MalformedError:
        raise NotPlainError from None
    if outline.n != len(kept):
        raise NotPlainError
    row = [*kept, points.first.size]
    part_start, segment_start = [row[i] for i in outline.part_start], [row[i] for i in outline.segment_start]
    return Document(text, points.first.size, reader.columns(), outline.parts, part_start, segment_start)


# --- Points ------------------------------------------------------------------------------------------------------


def _points(data: bytes, text: Bytes, dialect: Dialect) -> Points:
    """Find the points: all of one name, none inside another."""
    names = b"|".join(name.encode() for name in dialect.points)
    found = re.search(rb"<((?:[A-Za-z_][\w.-]{0,20}:)?(?:" + names + rb"))[\s>]", data)
    if not found or found.start() < PAD or b"<!" in _ASIDE.sub(b"", data[: found.start()]):
        raise NotPlainError
    declared = _DECLARED.search(data, 0, 200)
    if declared and not ENCODINGS.fullmatch(declared[1]):
        raise NotPlainError
    opening, closing = b"<" + found[1], b"</" + found[1] + b">"
    tag = np.flatnonzero(text[found.start() :] == ord("<")) + found.start()
    after = text.take(tag + 1, mode="clip")
    if ((after == ord("!")) | (after == ord("?"))).any():
        raise NotPlainError
    named = np.flatnonzero(after == opening[1])
    first = named[_starts(text, tag[named], opening)]
    letter = text[tag[first] + len(opening)]
    first = first[(letter == ord(">")) | (letter <= ord(" "))]
    return Points(tag, first, _closings(data, text, tag, first, closing), opening, closing)


def _closings(data: bytes, text: Bytes, tag: Index, first: Index, closing: bytes) -> Index:
    """Return the index of the tag that closes each point: the one before the next point opens, but for gaps."""
    last = np.append(first[1:], tag.size) - 1
    wrong = np.flatnonzero(~_starts(text, tag[last], closing))
    if wrong.size > first.size // 8 + 8:
        raise NotPlainError
    limits = tag[last[wrong]]
    where = [data.find(closing, a, b) for a, b in zip(tag[first[wrong]].tolist(), limits.tolist(), strict=True)]
    if -1 in where:
        raise NotPlainError
    last[wrong] = np.searchsorted(tag, where)
    return last


def _starts(text: Bytes, at: Index, want: bytes) -> Mask:
    """Return at which offsets a text stands."""
    word = windows(text)
    offsets, masks, wants = _pieces(want)
    found = np.ones(at.size, bool)
    for offset, mask, piece in zip(offsets, masks, wants, strict=True):
        where = at + offset
        inside = where < word.size
        found &= (((word[where] if inside.all() else word.take(where, mode="clip")) & mask) == piece) & inside
    return found


def _pieces(want: bytes) -> tuple[list[int], list[np.uint64], list[np.uint64]]:
    """Cut a text into words: their offsets, masks of what counts in them, and what they must be.

    All lie inside the text if it is long enough, else the one word reaches beyond it and is masked.
    """
    if len(want) < 8:
        return [0], [_U(2 ** (8 * len(want)) - 1)], [_U(int.from_bytes(want, "little"))]
    offsets = [*range(0, len(want) - 8, 8), len(want) - 8]
    return offsets, [_U(2**64 - 1)] * len(offsets), [_U(int.from_bytes(want[i : i + 8], "little")) for i in offsets]


def _require_plain(data: bytes, text: Bytes, begin: int, end: int) -> None:
    """Refuse entities, the end of a CDATA section, and bytes other than printable ASCII, tab, CR and LF."""
    if data.find(b"&", begin, end) >= 0 or data.find(b"]]", begin, end) >= 0:
        raise NotPlainError
    for i in range(begin, end, BLOCK):
        shifted = text[i : min(i + BLOCK, end)] - np.uint8(9)  # 0 to 8 wrap round and are the highest
        if shifted.max() >= 128 - 9:
            raise NotPlainError
        odd = np.count_nonzero(shifted < 32 - 9)
        for allowed in (ord("\n") - 9, ord("\r") - 9, ord("\t") - 9):
            if odd:
                odd -= np.count_nonzero(shifted == allowed)
        if odd:
            raise NotPlainError


# --- Layouts -----------------------------------------------------------------------------------------------------


def _layouts(data: bytes, text: Bytes, points: Points, dialect: Dialect) -> list[Layout]:
    """Sort the points by layout."""
    count = points.last - points.first + 1
    layouts: list[Layout] = []
    for p in np.unique(count).tolist():
        rest = np.flatnonzero(count == p)
        while rest.size:
            if len(layouts) == MAX_LAYOUTS or p > MAX_TAGS:
                raise NotPlainError
            at = points.tag[points.first[rest][:, None] + np.arange(p)]
            tags = _tags(data, at[0].tolist(), opening=points.opening if dialect.attributes else b"")
            good = _matching(text, at, tags)
            good, values = _attributes(data, text, at, good, dialect) if dialect.attributes else (good, {})
            every = bool(good.all())
            if not good[0]:
                raise NotPlainError
            layouts.append(Layout(rest if every else rest[good], at if every else at[good], tags, values))
            rest = rest[~good]
    return layouts


def _tags(data: bytes, at: list[int], *, opening: bytes) -> list[bytes]:
    """Return the tags of one point; of its own, if it has attributes, just the beginning."""
    tags = [match[0] if (match := _TAG.match(data, i)) else b"" for i in at]
    if opening:
        tags[0] = opening
    if not all(tags):
        raise NotPlainError
    return tags


def _matching(text: Bytes, at: Index, tags: list[bytes]) -> Mask:
    """Return which rows of offsets have these tags."""
    pieces = [(i, *piece) for i, tag in enumerate(tags) for piece in zip(*_pieces(tag), strict=True)]
    column, offset = (np.array([piece[k] for piece in pieces], np.intp) for k in (0, 1))
    mask, want = (np.array([piece[k] for piece in pieces], np.uint64) for k in (2, 3))
    word = windows(text)
    good = np.empty(len(at), bool)
    for i in range(0, len(at), ROWS):
        where = at[i : i + ROWS].take(column, axis=1)
        where += offset
        found = word[where]
        found &= mask
        np.all(found == want, axis=1, out=good[i : i + ROWS])
    return good


def _attributes(
    data: bytes, text: Bytes, at: Index, good: Mask, dialect: Dialect
) -> tuple[Mask, dict[str, tuple[Index, Index]]]:
    """Find the attributes of the points' own tags; return which rows have just them, and the spans of their values."""
    own = data[at[0, 0] : at[0, 1]]
    names = b"|".join(name.encode() for name in dialect.attributes)
    pattern = rb"(<\S+\s+(" + names + rb")\s*=\s*([\"']))[^\"'>]*(\3\s+(" + names + rb")\s*=\s*\3)[^\"'>]*(\3\s*>)"
    match = re.match(pattern, own)
    if not match or match[2] == match[5]:
        raise NotPlainError
    before, between, behind = match[1], match[4], match[6]
    quote = _quotes(text, at, ord(match[3]))
    good &= quote[:, 0] == at[:, 0] + len(before) - 1
    good &= quote[:, 2] == quote[:, 1] + len(between) - 1
    good &= quote[:, 3] < at[:, 1]
    good &= _starts(text, at[:, 0], before) & _starts(text, quote[:, 1], between) & _starts(text, quote[:, 3], behind)
    spans = ((quote[:, 0] + 1, quote[:, 1]), (quote[:, 2] + 1, quote[:, 3]))
    columns = [dialect.attributes[name.decode()] for name in (match[2], match[5])]
    chosen = spans if good.all() else [(start[good], stop[good]) for start, stop in spans]
    return good, dict(zip(columns, chosen, strict=True))


def _quotes(text: Bytes, at: Index, quote: int) -> Index:
    """Return the offsets (k, 4) of the first four quotes behind each point's beginning."""
    begin, end = int(at[0, 0]), int(at[-1, -1])
    found = np.flatnonzero(text[begin:end] == quote) + begin
    if found.size == 4 * len(at):
        return found.reshape(-1, 4)
    if found.size < 4:
        raise NotPlainError
    return found.take(np.searchsorted(found, at[:, 0])[:, None] + np.arange(4), mode="clip")


# --- The skeleton ------------------------------------------------------------------------------------------------


def _kept(points: Points, layouts: list[Layout]) -> list[int]:
    """Return the rows that stay in the skeleton: the first of each unbroken run, and the exemplar of each layout."""
    gap = np.flatnonzero(points.first[1:] != points.last[:-1] + 1) + 1
    return sorted({0, *gap.tolist(), *(int(layout.row[0]) for layout in layouts)})


def _skeleton(data: bytes, points: Points, kept: list[int]) -> bytes:
    """Return the document without the other points."""
    start, stop = points.tag[points.first], points.stop
    pieces = [data[: start[0]]]
    for row, following in zip(kept, [*kept[1:], start.size], strict=True):
        pieces.append(data[start[row] : stop[row]])
        pieces.append(data[stop[following - 1] : start[following] if following < start.size else None])
    return b"".join(pieces)


class _Exemplars:
    """Learns from the exemplars which tag of a layout is which column."""

    def __init__(self, dialect: Dialect, layouts: list[Layout | None]) -> None:
        self.leaves, self.layouts = Leaves(dialect), layouts
        self.n = 0
        self.found: dict[str, list[tuple[Index, Index, Index]]] = {}

    def take(self, point: Any) -> None:
        """Learn from one kept point, if it is an exemplar."""
        layout = self.layouts[self.n] if self.n < len(self.layouts) else None
        self.n += 1
        if layout is None:
            return
        order = {element: i for i, element in enumerate(point.iter("*"))}
        tags = layout.tags
        opened = [i for i, tag in enumerate(tags) if not tag.startswith(b"</")]
        if len(opened) != len(order):
            raise NotPlainError
        for name, (start, stop) in layout.values.items():
            self.put(name, layout.row, start, stop)
        for name, element in self.leaves.of(point).items():
            i = opened[order[element]]
            if not tags[i].endswith(b"/>") and i + 1 < len(tags):
                self.put(name, layout.row, layout.at[:, i] + len(tags[i]), layout.at[:, i + 1])

    def put(self, name: str, row: Index, start: Index, stop: Index) -> None:
        """Add the spans of one layout to a column, unless it has them already."""
        self.found.setdefault(name, []).append((row, start, stop))

    def columns(self) -> dict[str, Column]:
        """Return the columns over all layouts."""
        alone = sum(layout is not None for layout in self.layouts) == 1
        columns = {}
        for name, parts in self.found.items():
            row, start, stop = parts[0] if len(parts) == 1 else map(np.concatenate, zip(*parts, strict=True))
            columns[name] = Column(None if alone else row, start, stop)
        return columns
