"""FIT files as tracks: one for each activity in the bytes, whatever chain, byte order or header they come in."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Final, Literal

import numpy as np

from pace.activity.track import Note, Track
from pace.arrays import Array
from pace.errors import FormatError, LimitError
from pace.formats.fit_columns import Block, Table, stamps
from pace.formats.fit_frame import Part, parts
from pace.formats.fit_profile import FILE_ID, FILE_TYPES, RECORD, SESSION
from pace.formats.fit_scan import COMPRESSED, Damage, Found, Scan
from pace.formats.fit_times import compressed_times
from pace.formats.fit_track import tracks

MAX_BYTES: Final = 512 * 2**20
"""Bytes of one file; a day of records at 1 Hz with every field takes about 10 MB."""
MAX_RECORDS: Final = 5_000_000
"""Samples of one file; 58 days at 1 Hz."""
ACTIVITY_TYPE: Final = 4
"""`file_id.type` of a recording."""

Checksum = Literal["warn", "refuse", "ignore"]


def read_fit(data: bytes | memoryview, *, strict: bool = False, checksum: Checksum = "warn") -> tuple[Track, ...]:
    """Read every activity of a FIT file.

    Chained files give their tracks one after another; a file with several sessions gives one track a session, each with
    its own sport. Parts of a chain that are no activity (settings, heart rate of a strap) are left out with a note.

    Parameters
    ----------
    data : bytes or memoryview
        The whole file.
    strict : bool
        Refuse damage instead of keeping what can be read around it.
    checksum : {"warn", "refuse", "ignore"}
        What to do when the checksum is missing or does not fit.

    Returns
    -------
    tuple of Track
        At least one.

    Raises
    ------
    FormatError
        When the bytes are no FIT file, hold no activity, or are damaged and `strict` or `checksum` refuses that.
    LimitError
        When the file is longer than MAX_BYTES or holds more than MAX_RECORDS samples.
    """
    data = bytes(data)
    if len(data) > MAX_BYTES:
        raise LimitError(f"a FIT file must be at most {MAX_BYTES} bytes, got {len(data)}", got=len(data))
    read: list[Track] = []
    other: list[str] = []
    for part in parts(data):
        found = _part(data, part, strict=strict, checksum=checksum)
        if isinstance(found, str):
            other.append(found)
        else:
            read.extend(found)
    if not read:
        raise _nothing(data, other)
    return tuple(read)


def _nothing(data: bytes, other: list[str]) -> FormatError:
    """Return the error that says what the bytes are instead of an activity."""
    if not other:
        return FormatError("a FIT file must begin with a header that says .FIT", offset=0, got=data[:12])
    return FormatError(f"a FIT file must hold an activity, got {' and '.join(dict.fromkeys(other))}", got=other)


def _part(data: bytes, part: Part, *, strict: bool, checksum: Checksum) -> tuple[Track, ...] | str:
    """Return the tracks of one file in a chain, or in words what it is instead."""
    notes: list[Note] = []
    _check(data, part, checksum, notes)
    scan = Scan(data)
    try:
        scan.walk(part.start, part.stop)
    except Damage as damage:
        if strict:
            raise FormatError(damage.reason, offset=damage.offset) from None
        notes.append(Note(kind="damaged", message=damage.reason, offset=damage.offset))
    messages = _Messages(scan)
    records = messages[RECORD]
    if len(records) > MAX_RECORDS:
        raise LimitError(f"a FIT file must hold at most {MAX_RECORDS} samples, got {len(records)}", got=len(records))
    kind = messages[FILE_ID].first("type")
    if kind != ACTIVITY_TYPE and not (kind != kind and len(records)):
        return f"a {FILE_TYPES.get(int(kind), 'foreign')} file" if kind == kind else "a file of no known kind"
    if not len(records) and not len(messages[SESSION]):
        return "an activity file without a sample"
    return tracks(messages, messages.record_stamps(), tuple(notes))


def _check(data: bytes, part: Part, policy: Checksum, notes: list[Note]) -> bool:
    """Hold the stored checksum against that of the bytes, as the policy says; return whether it fits."""
    if policy == "ignore":
        return True
    from fastcrc.crc16 import arc  # slow to import, and only here

    fits = part.checksum is not None and arc(data[part.begin : part.stop]) == part.checksum
    if fits:
        return True
    message = "the bytes must have the stored checksum" if part.checksum is not None else "a checksum must end the file"
    if policy == "refuse":
        raise FormatError(message, offset=part.stop)
    notes.append(Note(kind="checksum", message=message, offset=part.stop))
    return False


class _Messages(dict[int, Table]):
    """The messages of a scan by number, gathered when first asked for; empty tables for those that are not there."""

    def __init__(self, scan: Scan) -> None:
        super().__init__()
        self._scan = scan
        self._found: defaultdict[int, list[Found]] = defaultdict(list)
        for found in scan.found.values():
            self._found[found.layout.message].append(found)

    def blocks(self, found: Iterable[Found]) -> list[Block]:
        """Return what was found as blocks, without the layouts that no message uses."""
        blocks = [Block(self._scan.data, one.layout, one.positions()) for one in found]
        return [block for block in blocks if block.positions.size]

    def __missing__(self, message: int) -> Table:
        table = self[message] = Table(message, self.blocks(self._found.get(message, ())))
        return table

    def record_stamps(self) -> Array:
        """Return the FIT seconds (n,) of the records, from their own field or the offset in their header."""
        records = self[RECORD]
        headers = np.frombuffer(self._scan.data, np.uint8)
        if records.complete or (headers[records.positions] < COMPRESSED).all():
            return records.column("time")
        positions, own = stamps(self.blocks(self._scan.found.values()))
        times = compressed_times(own, headers[positions])
        return times[np.searchsorted(positions, records.positions)]
