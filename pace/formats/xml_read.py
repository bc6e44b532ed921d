"""Which way a GPX or TCX document is read: whole arrays if plain, else the XML parser, else what can be rescued."""

from __future__ import annotations

from typing import Literal

from pace.errors import FormatError
from pace.formats.xml_fast import NotPlainError, fast_document
from pace.formats.xml_limits import as_utf8, require_small
from pace.formats.xml_rescue import rescued
from pace.formats.xml_samples import Document
from pace.formats.xml_tree import Dialect, MalformedError, tree_document

Path = Literal["any", "fast", "tree"]
SMALL = 4096
"""Bytes of a document that the parser has read before whole arrays are set up."""


def document(data: bytes, dialect: Dialect, *, strict: bool = False, path: Path = "any") -> Document:
    """Read a document by the quickest way that is right for it.

    Parameters
    ----------
    data : bytes
    dialect : Dialect
    strict : bool
        Refuse a damaged document instead of keeping what is intact.
    path : {"any", "fast", "tree"}
        Force whole arrays (plain documents only) or the parser.

    Raises
    ------
    FormatError
        When it is not XML or has a document type; damaged and `strict`; not plain and `path` is `fast`.
    LimitError
        When it is larger or deeper than allowed.
    """
    data = as_utf8(bytes(data))
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
