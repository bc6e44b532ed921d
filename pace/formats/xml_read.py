"""Which way a GPX or TCX document is read: whole arrays if plain, else the XML parser, else what can be rescued."""

from __future__ import annotations

from typing import Literal

from pace.errors import FormatError
from pace.formats.xml_fast import NotPlainError, fast_document
from pace.formats.xml_samples import Document
from pace.formats.xml_tree import Dialect, MalformedError, tree_document

Path = Literal["any", "fast", "tree", "rescue"]


def document(data: bytes, dialect: Dialect, *, strict: bool = False, path: Path = "any") -> Document:
    """Read a document by the quickest way that is right for it."""
    if path in ("any", "fast"):
        try:
            return fast_document(data, dialect)
        except NotPlainError:
            if path == "fast":
                raise FormatError("not plain") from None
    try:
        return tree_document(data, dialect)
    except MalformedError as error:
        raise FormatError("not well-formed", offset=error.offset) from None
