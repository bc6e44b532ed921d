"""A network in a file, as one person keeps it for the next session: quickly read, known by its content, checked."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import numpy as np

from pace.errors import FormatError, LimitError, MissingFileError, PaceError
from pace.routes.network import Network, columns

MAGIC = b"pace map\n"
VERSION = 2
"""Counts up whenever the columns of a network or what they mean change."""
MOST_BYTES = 2_000_000_000
_DIGEST = hashlib.sha256().digest_size


def is_prepared(path: str | Path) -> bool:
    """Return whether a file is a map prepared by pace, told by its first bytes.

    Raises
    ------
    MissingFileError
    """
    try:
        with Path(path).open("rb") as file:
            return file.read(len(MAGIC)) == MAGIC
    except OSError as error:
        raise MissingFileError(f"the map cannot be opened: {error.strerror}", path=str(path)) from None


def prepared(network: Network) -> bytes:
    """Return a network as bytes: a checksum, a list of its columns, and the columns.

    Parameters
    ----------
    network : Network
    """
    arrays = {name: np.ascontiguousarray(values) for name, values in columns(network).items()}
    head = {
        "version": VERSION,
        "columns": [[name, values.dtype.newbyteorder("<").str, values.size] for name, values in arrays.items()],
        "names": list(network.names),
        "attribution": network.attribution,
    }
    text = json.dumps(head, ensure_ascii=False).encode()
    body = b"".join(values.astype(values.dtype.newbyteorder("<"), copy=False).tobytes() for values in arrays.values())
    data = len(text).to_bytes(8, "little") + text + body
    return MAGIC + hashlib.sha256(data).digest() + data


def read_prepared(path: str | Path) -> Network:
    """Return the network of a prepared map.

    Parameters
    ----------
    path : path

    Raises
    ------
    MissingFileError, LimitError
        When it cannot be opened or is too large.
    FormatError
        When it is damaged, or of another version of pace.
    """
    place = Path(path)
    try:
        if place.stat().st_size > MOST_BYTES:
            raise LimitError(f"a prepared map may have {MOST_BYTES // 10**6} MB", path=str(path))
        data = place.read_bytes()
    except OSError as error:
        raise MissingFileError(f"the map cannot be opened: {error.strerror}", path=str(path)) from None
    at = len(MAGIC) + _DIGEST
    if hashlib.sha256(memoryview(data)[at:]).digest() != data[len(MAGIC) : at] or len(data) < at + 8:
        raise FormatError("the prepared map is damaged: prepare it again from the extract", path=str(path))
    try:
        return _network(data, at)
    except (PaceError, ValueError, KeyError, TypeError) as error:
        raise FormatError(
            "the prepared map is of another version of pace: prepare it again from the extract", path=str(path)
        ) from error


def _network(data: bytes, at: int) -> Network:
    """Return the network of bytes whose checksum is right, from `at` on."""
    size = int.from_bytes(data[at : at + 8], "little")
    head: dict[str, Any] = json.loads(data[at + 8 : at + 8 + size])
    if head["version"] != VERSION:
        raise ValueError("version")
    at += 8 + size
    found = {}
    for name, kind, count in head["columns"]:  # columns, not samples
        found[name] = np.frombuffer(data, dtype=kind, count=count, offset=at)
        at += found[name].nbytes
    return Network.build(names=tuple(head["names"]), attribution=head["attribution"], **found)
