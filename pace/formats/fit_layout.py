"""How one FIT message lies in bytes: what a definition says, as a structured dtype of the fields that are read."""

from __future__ import annotations

import struct
from collections.abc import Callable
from functools import cached_property, lru_cache
from itertools import chain
from typing import Any, Final, NamedTuple

import numpy as np

from pace.formats.fit_profile import ARRAYS, BASES, MESSAGES, TIMESTAMP

REMEMBERED: Final = 1024
"""Definitions kept between files; devices write the same few again and again."""
UNSIGNED: Final = {1: "u1", 2: "u2", 4: "u4", 8: "u8"}
"""Unsigned codes by bytes, for an integer field that is narrower than its type."""
STRUCT: Final = dict(zip(("u1", "i1", "u2", "i2", "u4", "i4", "u8", "i8", "f4", "f8"), "BbHhIiQqfd", strict=True))
"""What the standard library calls the NumPy codes."""
WANTED: Final = {
    message: frozenset(value.field for value in chain.from_iterable(columns.values()))
    for message, columns in MESSAGES.items()
}
"""Field numbers that are read, by message."""


class Field(NamedTuple):
    """One field of a definition: number, bytes, base type (low five bits), and where it begins."""

    number: int
    size: int
    base: int
    offset: int


class Layout:
    """The fields of one definition: message number, byte order, bytes per message with its header."""

    def __init__(self, *, message: int, big_endian: bool, size: int, fields: bytes) -> None:
        self.message, self.big_endian, self.size, self._said = message, big_endian, size, fields
        self.stamp: Final = self._stamp()
        """Offset of the message's own 4-byte time, None without."""

    def _stamp(self) -> int | None:
        if TIMESTAMP not in self._said[::3]:
            return None
        return next((field.offset for field in self.fields if field.number == TIMESTAMP and field.size == 4), None)

    @cached_property
    def fields(self) -> tuple[Field, ...]:
        """All fields, in order; behind the header byte one begins where the one before ends."""
        found, offset = [], 1
        for number, size, base in zip(self._said[::3], self._said[1::3], self._said[2::3], strict=True):
            found.append(Field(number, size, base & 0x1F, offset))
            offset += size
        return tuple(found)

    @cached_property
    def invalid(self) -> dict[str, int | None]:
        """Raw values that mean "nothing here", by field name in `dtype`."""
        return {str(field.number): _element(field)[1] for field in self._read}

    @cached_property
    def numbers(self) -> tuple[Callable[[bytes, int], tuple[Any, ...]], dict[str, int]]:
        """How to read the numbers of one message from bytes at an offset, and where each field stands among them."""
        form, at = ">" if self.big_endian else "<", 0
        index: dict[str, int] = {}
        for field in self._read:
            if (self.message, field.number) not in ARRAYS:
                code = self._code(field)
                index[str(field.number)] = len(index)
                form += f"{field.offset - at}x{STRUCT[code]}"
                at = field.offset + int(code[1:])
        return struct.Struct(form).unpack_from, index

    @cached_property
    def quantities(self) -> frozenset[str]:
        """The names of the quantities that a message of this layout holds."""
        columns = MESSAGES.get(self.message, {})
        return frozenset(name for name, sources in columns.items() if any(one.name in self.invalid for one in sources))

    @cached_property
    def dtype(self) -> np.dtype[np.void]:
        """The structured dtype of a whole message; fields are named by their number, only those read are in it."""
        order = ">" if self.big_endian else "<"
        formats = [order + self._code(field) for field in self._read]
        names, offsets = [str(field.number) for field in self._read], [field.offset for field in self._read]
        spec = {"names": names, "formats": formats, "offsets": offsets, "itemsize": self.size}
        return np.dtype(spec)  # type: ignore[call-overload,no-any-return]

    @cached_property
    def raw(self) -> np.dtype[np.void]:
        """The dtype of a whole message as plain bytes, which NumPy gathers several times faster."""
        return np.dtype(f"V{self.size}")

    @cached_property
    def _read(self) -> list[Field]:
        wanted = WANTED.get(self.message, frozenset((TIMESTAMP,)))
        read: dict[int, Field] = {}
        for field in self.fields:  # the first of a number counts: some writers name one twice
            known = field.number in wanted or (self.message, field.number) in ARRAYS or field.number == TIMESTAMP
            if known and _element(field)[0] and field.number not in read:
                read[field.number] = field
        return list(read.values())

    def _code(self, field: Field) -> str:
        code, _ = _element(field)
        if (self.message, field.number) not in ARRAYS:
            return code
        width = int(code[1:])
        return f"({field.size // width},){code}"


def _element(field: Field) -> tuple[str, int | None]:
    """Return the NumPy code of a field's first element (empty: not a number) and its invalid raw value."""
    base = BASES.get(field.base)
    if base is None or base.code == "S" or field.size == 0:
        return "", None
    if field.size >= base.size:
        return base.code, base.invalid
    narrow = UNSIGNED.get(field.size)  # e.g. uint32 said of two bytes
    return (narrow, 256**field.size - 1) if narrow and base.code[0] == "u" else ("", None)


@lru_cache(maxsize=REMEMBERED)
def layout_of(definition: bytes, *, developer: bool) -> Layout:
    """Return the layout that a definition message (header byte left out) describes.

    Developer fields only add to the size: what they hold is an application's own and never replaces a native field.

    Parameters
    ----------
    definition : bytes
        Reserved byte, byte order, message number, number of fields, three bytes per field, and with `developer` the
        number of developer fields and three bytes each.
    """
    big = definition[1] == 1
    end = 5 + 3 * definition[4]
    fields = definition[5:end]
    developer_sizes = definition[end + 2 :: 3] if developer else b""
    message = int.from_bytes(definition[2:4], "big" if big else "little")
    return Layout(message=message, big_endian=big, size=1 + sum(fields[1::3]) + sum(developer_sizes), fields=fields)
