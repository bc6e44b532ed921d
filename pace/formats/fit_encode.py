"""How messages become FIT bytes: definitions, rows in either byte order, several kinds woven together, the frame."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from pace.formats.fit_frame import MAGIC, SHORT_HEADER
from pace.formats.fit_profile import BASES, Base
from pace.formats.fit_scan import COMPRESSED, DEFINITION, DEVELOPER

Order = Literal["<", ">"]
Bytes = NDArray[np.uint8]

ENUM, INT8, UINT8, INT16, UINT16, INT32, UINT32, TEXT, FLOAT32, BYTE = 0, 1, 2, 3, 4, 5, 6, 7, 8, 13
"""Base types by the low five bits of their number."""
HAS_ORDER: Final = 0x80
"""Bit of a base type's full number that says it has a byte order."""
PROTOCOL: Final = 0x20
"""FIT protocol 2.0: developer fields and 64-bit types are allowed."""
PROFILE_VERSION: Final = 2100
"""Version of the published message list, times 100, that the messages here belong to."""


class Entry(NamedTuple):
    """One field of a message: its number, base type, and raw values, (n,) or (n, width); text as (n,) bytes."""

    number: int
    base: int
    values: NDArray[Any]


class Message(NamedTuple):
    """Messages of one number: the fields, and behind them developer fields (their number, index 0)."""

    number: int
    fields: tuple[Entry, ...]
    developer: tuple[Entry, ...] = ()


def entry(number: int, base: int, values: Any, *, scale: float = 1.0, offset: float = 0.0) -> Entry:
    """Return a field that holds `values` as raw = (value + offset) · scale, rounded; what does not fit is invalid.

    Parameters
    ----------
    number : int
        Field number.
    base : int
        Base type, one of the constants of this module.
    values : (n,) or (n, width) array-like
        NaN is written as the type's invalid value.
    """
    kind = BASES[base]
    wide = np.atleast_1d(np.asarray(values, dtype=np.float64))
    if kind.code[0] == "f":
        return Entry(number, base, wide.astype(kind.code))
    limits = np.iinfo(kind.code)
    with np.errstate(invalid="ignore"):
        raw = np.rint((wide + offset) * scale)
        fits = (raw >= limits.min) & (raw <= limits.max)
    return Entry(number, base, np.where(fits, raw, kind.invalid or 0).astype(kind.code))


def text(number: int, words: str, *, n: int = 1) -> Entry:
    """Return a text field of n equal rows, ended by a zero byte."""
    return Entry(number, TEXT, np.full(n, words.encode() + b"\0", dtype=f"S{len(words.encode()) + 1}"))


def definition(message: Message, *, local: int, order: Order = "<") -> bytes:
    """Return the definition message that lets `local` (0 to 15) stand for the layout of `message`."""
    header = DEFINITION | local | (DEVELOPER if message.developer else 0)
    number = message.number.to_bytes(2, "little" if order == "<" else "big")
    fields = b"".join(bytes((field.number, _bytes(field), _base(field.base))) for field in message.fields)
    said = bytes((header, 0, order == ">")) + number + bytes((len(message.fields),)) + fields
    if not message.developer:
        return said
    extra = b"".join(bytes((field.number, _bytes(field), 0)) for field in message.developer)
    return said + bytes((len(message.developer),)) + extra


def rows(message: Message, *, local: int, order: Order = "<", offsets: NDArray[np.integer] | None = None) -> Bytes:
    """Return the messages as bytes (n, size), header byte first.

    `offsets` (n,) are the low five bits of the times when they go into the header; `local` must then be below 4.
    """
    entries = (*message.fields, *message.developer)
    formats = [("header", "u1"), *((str(i), _format(field, order)) for i, field in enumerate(entries))]
    out = np.zeros(len(entries[0].values), dtype=formats)
    out["header"] = local if offsets is None else COMPRESSED | local << 5 | (offsets & 31)
    for i, field in enumerate(entries):
        out[str(i)] = field.values
    return out.view(np.uint8).reshape(len(out), -1)


def woven(kinds: Sequence[tuple[NDArray[Any], Bytes]]) -> bytes:
    """Return several kinds of messages in the order of their keys, equal keys in the order of the kinds.

    Parameters
    ----------
    kinds : sequence of (keys (k,), bytes (k, size))
    """
    keys = np.concatenate([np.asarray(key, dtype=np.float64) for key, _ in kinds])
    sizes = np.concatenate([np.full(len(key), block.shape[1]) for key, block in kinds])
    order = np.argsort(keys, kind="stable")
    begins = np.empty(keys.size, np.int64)
    begins[order] = np.cumsum(sizes[order]) - sizes[order]
    out = np.empty(int(sizes.sum()), np.uint8)
    first = 0
    for key, block in kinds:
        at = begins[first : first + len(key)]
        out[at[:, None] + np.arange(block.shape[1])] = block
        first += len(key)
    return out.tobytes()


def framed(body: bytes, *, short_header: bool = False, checksum: bool = True) -> bytes:
    """Return the messages `body` as a whole FIT file: header before, checksum behind."""
    from fastcrc.crc16 import arc

    size = SHORT_HEADER + (0 if short_header else 2)
    header = bytes((size, PROTOCOL)) + PROFILE_VERSION.to_bytes(2, "little") + len(body).to_bytes(4, "little") + MAGIC
    whole = header + (b"" if short_header else arc(header).to_bytes(2, "little")) + body
    return whole + arc(whole).to_bytes(2, "little") if checksum else whole


def _bytes(field: Entry) -> int:
    return int(field.values.dtype.itemsize * field.values[0].size)


def _base(base: int) -> int:
    return base | HAS_ORDER if _kind(base).size > 1 else base


def _kind(base: int) -> Base:
    return BASES[base]


def _format(field: Entry, order: Order) -> Any:
    code = field.values.dtype.newbyteorder(order)
    return code if field.values.ndim == 1 else (code, field.values.shape[1:])
