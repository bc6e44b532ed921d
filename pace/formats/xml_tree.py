"""The real XML parser: any well-formed document, entities, DTDs and network off, points taken one by one."""

from __future__ import annotations

import io
import re
from array import array
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import numpy as np

from pace.errors import LimitError
from pace.formats.text import PAD, Bytes, Index
from pace.formats.xml_limits import MAX_POINTS, SAFE
from pace.formats.xml_samples import Column, Document, Lap, Part

ONE_OF_ITS_KIND = re.compile(r"['@]|[0-9]{5}|[0-9A-Fa-f]{8}")
"""In a device's name: an owner (`Ann's watch`), an address, a serial number. What is left names a product."""


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Dialect:
    """What elements mean: local names of those that hold others, and the column of each leaf of a point.

    `tracks` maps the elements that are tracks to the kind of part they are; `columns` maps the lower-case local names
    of a point's leaves, `attributes` the attributes of its own tag, to columns. `aside` are points of no track.
    """

    format: str
    tracks: dict[str, str]
    segment: str
    points: tuple[str, ...]
    columns: dict[str, str]
    attributes: dict[str, str] = field(default_factory=dict)
    sport_child: str = ""
    sport_attribute: str = ""
    device_child: str = ""
    lap: str = ""
    lap_attribute: str = ""
    lap_child: str = ""
    aside: str = ""


class MalformedError(Exception):
    """The document is not well-formed; `offset` is the byte at which the parser saw it."""

    def __init__(self, offset: int) -> None:
        super().__init__(f"not well-formed at byte {offset}")
        self.offset = offset


def local(tag: Any) -> str:
    """Return an element's name without its namespace; empty for what is no element."""
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


class Leaves:
    """Finds the leaves of a point that are columns; remembers the names it has met."""

    def __init__(self, dialect: Dialect) -> None:
        self.columns = dialect.columns
        self.known: dict[Any, str] = {}

    def of(self, point: Any) -> dict[str, Any]:
        """Return the element of each column: the first in document order that has no children."""
        found: dict[str, Any] = {}
        for element in point.iter("*"):
            name = self.known.get(element.tag)
            if name is None:
                name = self.known[element.tag] = self.columns.get(local(element.tag).lower(), "")
            if name and name not in found and not len(element):
                found[name] = element
        return found


class Outline:
    """Parts, segments and laps, as a parser comes upon them; points are counted and handed on."""

    def __init__(self, dialect: Dialect, take: Callable[[Any], None]) -> None:
        self.dialect, self.take = dialect, take
        self.n = 0
        self.parts: list[Part] = []
        self.part_start: list[int] = []
        self.segment_start: list[int] = []
        self.start_of = dict.fromkeys(dialect.tracks, self._track) | {dialect.segment: self._segment}
        self.end_of = dict.fromkeys(dialect.tracks, self._track_end) | dict.fromkeys(dialect.points, self._point)
        if dialect.lap:
            self.end_of[dialect.lap] = self._lap_end
        self.tags = ["{*}" + name for name in {**self.start_of, **self.end_of}]

    def walk_file(self, data: bytes) -> None:
        """Parse a large document, element by element.

        Raises
        ------
        MalformedError
            When it is not well-formed.
        """
        from lxml import etree

        events = etree.iterparse(io.BytesIO(data), events=("start", "end"), tag=self.tags, **SAFE)
        with _well_formed(data):
            self._handle(events)

    def walk_tree(self, data: bytes) -> None:
        """Parse a small document, which is quicker at once.

        Raises
        ------
        MalformedError
            When it is not well-formed.
        """
        from lxml import etree

        with _well_formed(data):
            root = etree.fromstring(data, _parser())
        for element in root.iter(*self.tags):  # all of it is there, so its end needs no waiting for
            name = local(element.tag)
            for handlers in (self.start_of, self.end_of):
                if handler := handlers.get(name):
                    handler(element)
        self.part_start.append(self.n)

    def _handle(self, events: Any) -> None:
        """Follow the events to the end; free what has been seen."""
        known: dict[Any, tuple[Any, Any]] = {}
        for event, element in events:
            tag = element.tag
            if tag not in known:
                name = local(tag)
                known[tag] = self.start_of.get(name), self.end_of.get(name)
            ended = event == "end"
            if handler := known[tag][ended]:
                handler(element)
                if ended:
                    element.clear()
        self.part_start.append(self.n)

    def _track(self, element: Any) -> None:
        dialect = self.dialect
        sport = element.get(dialect.sport_attribute, "") if dialect.sport_attribute else ""
        self.parts.append(Part(dialect.tracks[local(element.tag)], sport=sport))
        self.part_start.append(self.n)

    def _segment(self, element: Any) -> None:
        self.segment_start.append(self.n)

    def _point(self, element: Any) -> None:
        if not self.parts:
            self.parts.append(Part(next(iter(self.dialect.tracks.values()))))
            self.part_start.append(0)
        if self.n == MAX_POINTS:
            raise LimitError(f"a file may hold {MAX_POINTS:,} points, this one holds more", expected=MAX_POINTS)
        self.take(element)
        self.n += 1

    def _track_end(self, element: Any) -> None:
        dialect, part = self.dialect, self.parts[-1]
        if dialect.sport_child:
            part.sport = element.findtext("{*}" + dialect.sport_child) or part.sport
        if dialect.device_child:
            part.device = plain_words(element.findtext(dialect.device_child) or "")

    def _lap_end(self, element: Any) -> None:
        if self.parts:
            seconds = element.findtext("{*}" + self.dialect.lap_child) or ""
            self.parts[-1].laps.append(Lap(element.get(self.dialect.lap_attribute, ""), seconds))


@cache
def _parser() -> Any:
    """Return the parser of small documents, which takes as long to set up as one of them to parse."""
    from lxml import etree

    return etree.XMLParser(**SAFE)


@contextmanager
def _well_formed(data: bytes) -> Iterator[None]:
    """Turn what lxml raises into an error that knows the byte."""
    from lxml import etree

    try:
        yield
    except LimitError:
        raise
    except etree.XMLSyntaxError as error:
        raise MalformedError(_byte(data, *error.position)) from None
    except (ValueError, LookupError, etree.LxmlError) as error:
        raise MalformedError(0) from error


def plain_words(text: str) -> str | None:
    """Return a product's name if it is short, made of plain characters and names no unit and no owner, else None."""
    text = " ".join(text.split())
    if ONE_OF_ITS_KIND.search(text):
        return None
    return text if text.isascii() and text.isprintable() and 0 < len(text) <= 40 else None


def _byte(data: bytes, line: int, column: int) -> int:
    """Return the offset of a line and column, both counted from 1."""
    at = 0
    for _ in range(line - 1):
        at = data.find(b"\n", at) + 1
        if at == 0:
            return len(data)
    return min(at + max(column - 1, 0), len(data))


class _Texts:
    """Copies the texts of points into one long text, column by column."""

    def __init__(self, dialect: Dialect) -> None:
        self.leaves, self.attributes = Leaves(dialect), dialect.attributes
        self.buffer = bytearray(b" " * PAD)
        self.spans: dict[str, array[int]] = {}
        self.n = 0

    def take(self, point: Any) -> None:
        """Copy the texts of one point."""
        for attribute, name in self.attributes.items():
            self.put(name, point.get(attribute))
        for name, element in self.leaves.of(point).items():
            self.put(name, element.text)
        self.n += 1

    def put(self, name: str, text: str | None) -> None:
        """Copy one text."""
        if text is None:
            return
        begin = len(self.buffer)
        self.buffer += text.encode("utf-8", "replace")
        self.spans.setdefault(name, array("q")).extend((self.n, begin, len(self.buffer)))
        self.buffer += b" "

    def columns(self) -> tuple[Bytes, dict[str, Column]]:
        """Return the long text and where the columns' texts stand in it."""
        self.buffer += b" " * PAD
        columns: dict[str, Column] = {}
        for name, spans in self.spans.items():
            table: Index = np.frombuffer(spans, np.int64).reshape(-1, 3)
            columns[name] = Column(*np.ascontiguousarray(table.T))
        return np.frombuffer(self.buffer, np.uint8), columns


def tree_document(data: bytes, dialect: Dialect) -> Document:
    """Read a document with the XML parser, element by element.

    Raises
    ------
    MalformedError
        When it is not well-formed.
    """
    texts = _Texts(dialect)
    outline = Outline(dialect, texts.take)
    outline.walk_file(data)
    text, columns = texts.columns()
    return Document(text, outline.n, columns, outline.parts, outline.part_start, outline.segment_start)
