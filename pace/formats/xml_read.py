"""Which way a GPX or TCX document is read: whole arrays if plain, else the XML parser, else what can be rescued."""

from __future__ import annotations

from typing import Literal

from pace.activity.track import Track
from pace.errors import FormatError
from pace.formats.xml_fast import NotPlainError, fast_document
from pace.formats.xml_limits import as_utf8, require_small
from pace.formats.xml_rescue import rescued
from pace.formats.xml_samples import Document, tracks
from pace.formats.xml_tree import Dialect, MalformedError, tree_document

Path = Literal["any", "fast", "tree"]
SMALL = 4096
"""Bytes of a document that the parser has read before whole arrays are set up."""


def read_xml(data: bytes, dialect: Dialect, *, strict: bool = False, path: Path = "any") -> tuple[Track, ...]:
    """Read the tracks of a document by the quickest way that is right for it.

    Parameters
    ----------
    data : bytes
        The whole file.
    dialect : Dialect
    strict : bool
        Refuse a damaged document instead of keeping what is intact.
    path : {"any", "fast", "tree"}
        Force whole arrays (plain documents only) or the parser; for tests.

    Returns
    -------
    tuple of Track
        One for each element of `dialect.tracks` that holds a point.

    Raises
    ------
    FormatError
        When it is not XML, has a document type or holds no track point; damaged and `strict`; not plain and `path` is
        `fast`.
    LimitError
        When it is larger or deeper than allowed.
    """
    found = _document(as_utf8(bytes(data)), dialect, strict=strict, path=path)
    if not found.n and dialect.aside and dialect.aside.encode() in data:
        kind = dialect.format.upper()
        raise FormatError(f"a {kind} must hold track points, this one has way points only", expected="track points")
    return tracks(found)


def _document(data: bytes, dialect: Dialect, *, strict: bool, path: Path) -> Document:
    """Choose the way: whole arrays unless the document is small or not plain, else the parser."""
    if path == "fast" or (path == "any" and len(data) > SMALL):
        try:
            return fast_document(data, dialect)
        except NotPlainError:
            if path == "fast":
                raise FormatError("a document must be plain to be read so", expected="plain") from None
    return _parsed(data, dialect, strict=strict, path=path)


def _parsed(data: bytes, dialect: Dialect, *, strict: bool, path: Path) -> Document:
    """Read a document with the parser; if it is not well-formed, keep what is intact."""
    require_small(data)
    try:
        return tree_document(data, dialect)
    except MalformedError as error:
        offset = error.offset
    if strict:
        raise FormatError("a document must be well-formed XML, this one is not", offset=offset)
    return rescued(data, dialect, offset, lambda text: _read(text, dialect, path))


def _read(data: bytes, dialect: Dialect, path: Path) -> Document:
    """Read a document that is well-formed."""
    if path != "tree":
        try:
            return fast_document(data, dialect)
        except NotPlainError:
            pass
    return tree_document(data, dialect)
