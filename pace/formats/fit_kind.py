"""What a FIT file says it is: an activity, a course, a day of steps, settings, told by its first messages."""

from __future__ import annotations

ACTIVITY_FILE = 4
"""`file_id.type` of an activity (FIT profile, enum file)."""
FILE_ID, TYPE = 0, 0
"""Number of the message `file_id`, and of its field `type`, one byte."""
FIRST_MESSAGES = 8
"""How many records are looked at."""


def fit_kind(data: bytes) -> int | None:
    """Return `file_id.type` of a FIT file, None where its first messages do not tell.

    Examples
    --------
    >>> fit_kind(b"")
    """
    if len(data) < 14 or data[0] not in (12, 14):
        return None
    try:
        return _type(data, data[0])
    except IndexError:
        return None


def _type(data: bytes, at: int) -> int | None:
    """Walk over the first records to the `file_id`."""
    layouts: dict[int, tuple[bool, int, int]] = {}
    for _ in range(FIRST_MESSAGES):
        header = data[at]
        if header & 0xC0 == 0x40:
            layouts[header & 15], at = _layout(data, at + 1, developer=bool(header & 32))
            continue
        is_id, where, size = layouts.get(header & 15, (False, -1, -1))
        if size < 0 or header & 0x80:
            return None
        if is_id:
            return data[at + 1 + where] if where >= 0 else None
        at += 1 + size
    return None


def _layout(data: bytes, at: int, *, developer: bool) -> tuple[tuple[bool, int, int], int]:
    """Return whether a definition is of a `file_id`, where its type stands, its size; and where the next record is."""
    number = int.from_bytes(data[at + 2 : at + 4], "big" if data[at + 1] else "little")
    n, fields = data[at + 4], at + 5
    size, where = 0, -1
    for field in range(fields, fields + 3 * n, 3):
        if data[field] == TYPE and where < 0:
            where = size
        size += data[field + 1]
    at = fields + 3 * n
    if developer:
        more = data[at]
        size += sum(data[at + 2 : at + 1 + 3 * more : 3])
        at += 1 + 3 * more
    return (number == FILE_ID, where, size), at
