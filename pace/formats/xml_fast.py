"""Plain documents as whole arrays: points of equal layout are found and checked at once, the rest goes to the parser.

A point's *layout* is the sequence of its tags, byte for byte, the values of its own attributes left out. One exemplar
of each layout stays in the *skeleton*: the document with all other points taken out. The XML parser reads the
skeleton and so proves everything that is not a point, and one point of each layout. The points
that were taken out are proven by comparing their tags with the exemplar's, eight bytes at a time, and by their bytes:
no entity, no comment, no CDATA, no control character, nothing but ASCII. What cannot be proven so is not read here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from pace.errors import FormatError, LimitError
from pace.formats.text import PAD, Bytes, Index, Mask, Words, windows
from pace.formats.xml_limits import MAX_DEPTH, MAX_POINTS, MAX_TAG, require_small
from pace.formats.xml_samples import Column, Document
from pace.formats.xml_tree import Dialect, MalformedError, Outline

MAX_LAYOUTS = 24
"""Layouts of one document; real files have one to eight."""
MAX_TAGS = 64
"""Tags of one point; real ones have 4 to 26."""
LONGEST_TAG = 256
"""Bytes of one tag of a point; real ones have up to 40. They are remembered, so they must be short."""
HEAD = 2**20
"""Bytes within which the first point must begin, so that a flood of brackets is not searched to its end."""
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
    """Where n points stand, and the offsets at which things may be in them.

    `first`, `last` (n,) are indices into `tag`, the offsets of every `<`, of a point's outer tags; `quote` (4, n) are
    the offsets of the first four quotes of each, if its own tag has attributes.
    """

    tag: Index
    first: Index
    last: Index
    quote: Index
    opening: bytes
    closing: bytes


@dataclass(frozen=True, slots=True)
class Own:
    """A point's own tag: what stands before, between and behind its two attribute values, and their columns."""

    before: bytes
    between: bytes
    behind: bytes
    columns: tuple[str, str]


@dataclass(slots=True)
class Layout:
    """Points whose tags are the same: `row` (k,), `at` (p, k) offsets of their tags, and the tags of the first one.

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
    points, own = _points(data, text, dialect)
    _require_plain(data, text, int(points.tag[points.first[0]]), int(points.tag[points.last[-1]]))
    layouts = _layouts(data, text, points, own)
    kept = _kept(points, layouts)
    outline = Outline(dialect, lambda point: None)
    skeleton = _skeleton(data, points, kept)
    _require_small_skeleton(skeleton)
    try:
        outline.walk_tree(skeleton)
    except MalformedError:
        raise NotPlainError from None
    if outline.n != len(kept):
        raise NotPlainError
    row = [*kept, points.first.size]
    part_start, segment_start = [row[i] for i in outline.part_start], [row[i] for i in outline.segment_start]
    return Document(text, points.first.size, _columns(layouts, dialect), outline.parts, part_start, segment_start)


# --- Points ------------------------------------------------------------------------------------------------------


@lru_cache(maxsize=16)
def _patterns(dialect: Dialect) -> tuple[re.Pattern[bytes], re.Pattern[bytes]]:
    """Return what finds the first point, and what takes its own tag to pieces."""
    names = b"|".join(name.encode() for name in dialect.points)
    point = rb"<((?:[A-Za-z_][\w.-]{0,20}:)?(?:%b))[\s>]" % names
    name = b"(" + b"|".join(name.encode() for name in dialect.attributes) + b")"
    own = rb"(<\S+\s+%b\s*=\s*([\"']))[^\"'<>&]*(\3\s+%b\s*=\s*\3)[^\"'<>&]*(\3\s*>)" % (name, name)
    return re.compile(point), re.compile(own)


def _points(data: bytes, text: Bytes, dialect: Dialect) -> tuple[Points, Own | None]:
    """Find the points: all of one name, none inside another."""
    found = _patterns(dialect)[0].search(data, 0, HEAD)
    if not found or found.start() < PAD or b"<!" in _ASIDE.sub(b"", data[: found.start()]):
        raise NotPlainError
    declared = _DECLARED.search(data, 0, 200)
    if declared and not ENCODINGS.fullmatch(declared[1]):
        raise NotPlainError
    begin, opening, closing = found.start(), b"<" + found[1], b"</" + found[1] + b">"
    own = _own(data, begin, dialect) if dialect.attributes else None
    tag = _where(text, ord("<"), begin, text.size)
    first = _openings(text, tag, opening)
    last = _closings(data, text, tag, first, closing)
    quote = _quotes(text, tag[first], int(tag[last[-1]]), own.before[-1]) if own else np.empty((0, first.size), int)
    return Points(tag, first, last, quote, opening, closing), own


def _openings(text: Bytes, tag: Index, opening: bytes) -> Index:
    """Return which tags open points; nothing may stand among them that is not an element."""
    word = windows(text)[np.minimum(tag, text.size - 8)]
    kind = (word >> _U(8)) & _U(255)
    if np.count_nonzero((kind == ord("!")) | (kind == ord("?"))):
        raise NotPlainError
    _, mask, want = _pieces(opening[:8])[0]
    first = np.flatnonzero((word & _U(mask)) == _U(want))
    if len(opening) > 8:
        first = first[_starts(text, tag[first], opening)]
    letter = text.take(tag[first] + len(opening), mode="clip")  # the text may end within the last name
    if letter.max() > ord(" "):  # another element whose name begins so, or a point without attributes
        first = first[(letter == ord(">")) | (letter <= ord(" "))]
    if first.size > MAX_POINTS:
        raise LimitError(f"a file may hold {MAX_POINTS:,} points, this one holds more", expected=MAX_POINTS)
    return first


def _where(text: Bytes, byte: int, begin: int, end: int) -> Index:
    """Return the offsets of a byte."""
    found = np.flatnonzero(text[begin:end] == byte)
    found += begin
    return found


def _own(data: bytes, begin: int, dialect: Dialect) -> Own:
    """Take the first point's own tag to pieces."""
    match = _patterns(dialect)[1].match(data, begin)
    if not match or match[2] == match[5]:
        raise NotPlainError
    return Own(match[1], match[4], match[6], (_attribute(dialect, match[2]), _attribute(dialect, match[5])))


def _attribute(dialect: Dialect, name: bytes) -> str:
    """Return the column of an attribute."""
    return dialect.attributes[name.decode()]


def _quotes(text: Bytes, begin: Index, end: int, quote: int) -> Index:
    """Return the offsets (4, n) of the first four quotes behind each point's beginning."""
    found = _where(text, quote, int(begin[0]), end)
    if found.size < 4:
        raise NotPlainError
    if found.size == 4 * begin.size:
        return found.reshape(-1, 4).T
    return found.take(np.searchsorted(found, begin) + np.arange(4)[:, None], mode="clip")


def _closings(data: bytes, text: Bytes, tag: Index, first: Index, closing: bytes) -> Index:
    """Return the index of the tag that closes each point: the one before the next point opens, but for gaps."""
    last = np.empty_like(first)
    np.subtract(first[1:], 1, out=last[:-1])
    last[-1] = tag.size - 1
    wrong = np.flatnonzero(~_starts(text, tag[last], closing))
    if not wrong.size:
        return last
    if wrong.size > first.size // 8 + 8:
        raise NotPlainError
    limits = tag[last[wrong]]
    where = [data.find(closing, a, b) for a, b in zip(tag[first[wrong]].tolist(), limits.tolist(), strict=True)]
    if -1 in where:
        raise NotPlainError
    last[wrong] = np.searchsorted(tag, where)
    return last


def _starts(text: Bytes, at: Index, want: bytes) -> Mask:
    """Return at which offsets, in rising order, a text stands."""
    if not at.size:
        return np.zeros(0, bool)
    word = windows(text)
    found = np.ones(at.size, bool)
    for offset, mask, piece in _pieces(want):
        where = at + offset
        if where[-1] >= word.size:  # offsets rise, so one look is enough
            found &= where < word.size
            where = np.minimum(where, word.size - 1)
        found &= (word[where] & _U(mask)) == _U(piece)
    return found


def _pieces(want: bytes) -> list[tuple[int, int, int]]:
    """Cut a text into words: their offsets, masks of what counts in them, and what they must be.

    All lie inside the text if it is long enough, else the one word reaches beyond it and is masked.
    """
    if len(want) < 8:
        return [(0, 2 ** (8 * len(want)) - 1, int.from_bytes(want, "little"))]
    offsets = [*range(0, len(want) - 8, 8), len(want) - 8]
    return [(i, 2**64 - 1, int.from_bytes(want[i : i + 8], "little")) for i in offsets]


def _require_plain(data: bytes, text: Bytes, begin: int, end: int) -> None:
    """Refuse entities, brackets that could end a CDATA section, and all but printable ASCII, tab, CR and LF."""
    if data.find(b"&", begin, end) >= 0 or data.find(b"]", begin, end) >= 0:
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


def _layouts(data: bytes, text: Bytes, points: Points, own: Own | None) -> list[Layout]:
    """Sort the points by layout."""
    layouts: list[Layout] = []
    for p, row in _by_size(points.last - points.first + 1):
        rest = row
        while rest.size:
            if len(layouts) == MAX_LAYOUTS or p > MAX_TAGS:
                raise NotPlainError
            every = rest.size == points.first.size
            at = points.tag[(points.first if every else points.first[rest]) + np.arange(p)[:, None]]
            quote = points.quote if every else points.quote[:, rest]
            tags = _tags(data, at[:, 0].tolist(), opening=points.opening if own else b"")
            good = _matching(text, np.concatenate([at, quote]), *_wanted(tuple(tags), own, p))
            if own:
                good &= quote[3] < at[1]  # the others stand where the matching texts end
            if not good[0]:
                raise NotPlainError
            if np.count_nonzero(good) == good.size:
                layouts.append(Layout(rest, at, tags, _values(own, quote)))
                break
            layouts.append(Layout(rest[good], at[:, good], tags, _values(own, quote[:, good])))
            rest = rest[~good]
    return layouts


def _by_size(count: Index) -> list[tuple[int, Index]]:
    """Return the numbers of tags that points have, and the rows that have so many."""
    sizes = np.flatnonzero(np.bincount(count)).tolist()
    return [(p, np.flatnonzero(count == p)) for p in sizes] if len(sizes) > 1 else [(sizes[0], np.arange(count.size))]


def _values(own: Own | None, quote: Index) -> dict[str, tuple[Index, Index]]:
    """Return the spans of the attributes' values."""
    if own is None:
        return {}
    return {own.columns[0]: (quote[0] + 1, quote[1]), own.columns[1]: (quote[2] + 1, quote[3])}


def _tags(data: bytes, at: list[int], *, opening: bytes) -> list[bytes]:
    """Return the tags of one point; of its own, if it has attributes, just the beginning."""
    tags = [data[i : data.find(b">", i) + 1] for i in at]
    if opening:
        tags[0] = opening + b">"
    if max(map(len, tags)) > LONGEST_TAG or not all(map(_is_tag, tags)):
        raise NotPlainError
    if opening:
        tags[0] = opening
    return tags


@lru_cache(maxsize=1024)
def _is_tag(text: bytes) -> bool:
    """Tell whether a text is one plain tag."""
    return _TAG.fullmatch(text) is not None


Wanted = tuple[Index, Index, NDArray[np.uint64], NDArray[np.uint64]]


@lru_cache(maxsize=256)
def _wanted(tags: tuple[bytes, ...], own: Own | None, p: int) -> Wanted:
    """Return what must stand where: (w,) rows of offsets, and (w, 1) distances from them, masks and words."""
    texts = [*enumerate(tags)]
    if own:
        texts += [(0, own.before), (p + 1, own.between), (p + 3, own.behind)]
    rows, offsets, masks, words = zip(*((i, *piece) for i, want in texts for piece in _pieces(want)), strict=True)
    mask, word = np.array(masks, np.uint64)[:, None], np.array(words, np.uint64)[:, None]
    return np.array(rows), np.array(offsets)[:, None], mask, word


def _matching(text: Bytes, at: Index, row: Index, offset: Index, mask: Words, want: Words) -> Mask:
    """Return which columns of offsets have the words that are wanted."""
    word = windows(text)
    good = np.ones(at.shape[1], bool)
    for i in range(0, good.size, ROWS):
        where = at[row, i : i + ROWS]
        where += offset
        try:
            found = word[where]
        except IndexError:  # the last point is cut where the first one's tags go on
            raise NotPlainError from None
        found &= mask
        equal = found == want
        if np.count_nonzero(equal) < equal.size:
            np.all(equal, axis=0, out=good[i : i + ROWS])
    return good


# --- The skeleton ------------------------------------------------------------------------------------------------


def _kept(points: Points, layouts: list[Layout]) -> list[int]:
    """Return the rows that stay in the skeleton: the first of each unbroken run, and the exemplar of each layout."""
    gap = np.flatnonzero(points.first[1:] != points.last[:-1] + 1) + 1
    return sorted({0, *gap.tolist(), *(int(layout.row[0]) for layout in layouts)})


def _skeleton(data: bytes, points: Points, kept: list[int]) -> bytes:
    """Return the document without the other points."""
    n, size = points.first.size, len(points.closing)
    following = [*kept[1:], n]
    start = points.tag[points.first[kept]].tolist()
    stop = (points.tag[points.last[kept]] + size).tolist()
    before = (points.tag[points.last[[i - 1 for i in following]]] + size).tolist()  # the last point of each run
    pieces = [data[: start[0]]]
    for begin, end, resume, until in zip(start, stop, before, [*start[1:], len(data)], strict=True):
        pieces += data[begin:end], data[resume:until]
    return b"".join(pieces)


def _require_small_skeleton(skeleton: bytes) -> None:
    """Leave it to others to say what is wrong with a skeleton that could be deep or has a long tag."""
    if len(skeleton) > MAX_TAG or skeleton.count(b"<") > 2 * MAX_DEPTH:
        try:
            require_small(skeleton)
        except FormatError:
            raise NotPlainError from None


@lru_cache(maxsize=256)
def _leaves(tags: tuple[bytes, ...], dialect: Dialect) -> dict[str, int]:
    """Return which tag opens the leaf of each column: the first in document order, as the parser's elements are taken.

    An opening tag is a leaf's if a closing one follows; an empty-element tag is a leaf without a text.
    """
    found: dict[str, int] = {}
    for i, tag in enumerate(tags):
        name = re.sub(rb"^<(?:[^\s/<>:]*:)?|[\s/>].*$", b"", tag, flags=re.DOTALL).decode()
        column = dialect.columns.get(name.lower(), "") if not tag.startswith(b"</") else ""
        empty = tag.endswith(b"/>")
        if column and column not in found and (empty or tags[i + 1].startswith(b"</")):
            found[column] = -1 if empty else i
    return {column: i for column, i in found.items() if i >= 0}


def _columns(layouts: list[Layout], dialect: Dialect) -> dict[str, Column]:
    """Return the columns over all layouts."""
    found: dict[str, list[tuple[Index, Index, Index]]] = {}
    for layout in layouts:
        for name, (start, stop) in layout.values.items():
            found.setdefault(name, []).append((layout.row, start, stop))
        for name, i in _leaves(tuple(layout.tags), dialect).items():
            start = layout.at[i] + len(layout.tags[i])
            found.setdefault(name, []).append((layout.row, start, layout.at[i + 1]))
    columns = {}
    for name, parts in found.items():
        row, start, stop = parts[0] if len(parts) == 1 else map(np.concatenate, zip(*parts, strict=True))
        columns[name] = Column(None if len(layouts) == 1 else row, start, stop)
    return columns
