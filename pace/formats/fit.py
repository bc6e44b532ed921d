"""FIT files as tracks: one for each activity in the bytes, whatever chain, byte order or header they come in."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Final, Literal

import numpy as np

from pace.activity.track import Note, Track
from pace.arrays import Array
from pace.errors import FormatError, LimitError
from pace.formats.fit_columns import Block, Table, stamps
from pace.formats.fit_frame import Part, header_at, next_header, parts
from pace.formats.fit_profile import FILE_ID, FILE_TYPES, READ, RECORD, SESSION
from pace.formats.fit_scan import COMPRESSED, Damage, Found, Scan
from pace.formats.fit_times import compressed_times
from pace.formats.fit_track import tracks

MAX_BYTES: Final = 512 * 2**20
"""Bytes of one file; a day of records at 1 Hz with every field takes about 10 MB."""
MAX_RECORDS: Final = 5_000_000
"""Samples of one file; 58 days at 1 Hz."""
MAX_FILES: Final = 500
"""FIT files chained in one; watches chain fewer than ten."""
MAX_LOSSES_TOLD: Final = 20
"""Damaged places that get a note each."""
ACTIVITY_TYPE: Final = 4
"""`file_id.type` of a recording."""

if TYPE_CHECKING:
    from pace.formats.fit_salvage import Loss

NO_MESSAGES: Final = Table(RECORD, [])
"""The table of every message that is not there."""

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
        When the file is longer than MAX_BYTES or holds more than MAX_RECORDS samples or MAX_FILES files.
    """
    data = bytes(data)
    if len(data) > MAX_BYTES:
        raise LimitError(f"a FIT file must be at most {MAX_BYTES} bytes, got {len(data)}", got=len(data))
    read: list[Track] = []
    other: list[str] = []
    aside: list[Note] = []
    behind = 0
    for n, part in enumerate(parts(data)):
        if n == MAX_FILES:
            raise LimitError(f"at most {MAX_FILES} FIT files may be chained", offset=part.begin)
        notes = _gap(behind, part.begin)
        found = _part(data, part, notes, strict=strict, checksum=checksum)
        if isinstance(found, str):
            other.append(found)
            aside += notes
            aside.append(Note(kind="not-activity", message=f"{found} in the chain was left out", offset=part.begin))
        else:
            read.extend(found)
        behind = part.end
    aside += _gap(behind, len(data))
    if not read:
        raise _nothing(data, other)
    if aside:
        read[0] = replace(read[0], notes=(*read[0].notes, *aside))
    return tuple(read)


def _gap(begin: int, end: int) -> list[Note]:
    """Return a note on bytes from `begin` to `end` that belong to no file of the chain, if there are any."""
    if begin >= end:
        return []
    return [Note(kind="damaged", message=f"{end - begin} bytes belong to no FIT file", offset=begin, count=end - begin)]


def _nothing(data: bytes, other: list[str]) -> FormatError:
    """Return the error that says what the bytes are instead of an activity."""
    if not other:
        return FormatError("a FIT file must begin with a header that says .FIT", offset=0, got=data[:12])
    return FormatError(f"a FIT file must hold an activity, got {' and '.join(dict.fromkeys(other))}", got=other)


def _part(data: bytes, part: Part, notes: list[Note], *, strict: bool, checksum: Checksum) -> tuple[Track, ...] | str:
    """Return the tracks of one file in a chain, or in words what it is instead; add to `notes` what is odd."""
    intact = _check(data, part, "refuse" if strict and checksum == "warn" else checksum, notes)
    scan = Scan(data)
    try:
        scan.walk(part.start, part.stop)
    except Damage as damage:
        if strict:
            raise FormatError(damage.reason, offset=damage.offset) from None
        intact = False
    found, losses = (scan.found(READ), []) if intact else _salvaged(data, part, scan, notes)
    _note_cut(len(data), part, notes, strict=strict)
    messages = _Messages(data, found)
    records = messages[RECORD]
    if len(records) > MAX_RECORDS:
        raise LimitError(f"a FIT file must hold at most {MAX_RECORDS} samples, got {len(records)}", got=len(records))
    kind = messages[FILE_ID].first("type")
    if kind != ACTIVITY_TYPE and not (kind != kind and len(records)):
        known = FILE_TYPES[int(kind)] if kind in FILE_TYPES else "foreign"
        return f"a {known} file" if kind == kind else "a file of no known kind"
    if not len(records) and not len(messages[SESSION]):
        return "an activity file without a sample"
    return tracks(messages, messages.record_stamps(losses), tuple(notes))


def _note_cut(size: int, part: Part, notes: list[Note], *, strict: bool) -> None:
    """Note that the header promises more bytes than there are, wherever among the messages the cut fell."""
    missing = part.promised - size
    if missing <= 0 or any(note.kind == "truncated" for note in notes):
        return
    message = f"the header promises {missing} bytes of messages more than there are"
    if strict:
        raise FormatError(message, offset=size)
    notes.append(Note(kind="truncated", message=message, offset=size))


def _salvaged(data: bytes, part: Part, scan: Scan, notes: list[Note]) -> tuple[list[Found], list[Loss]]:
    """Return what can be believed of a damaged file and what was lost, with notes."""
    from pace.formats.fit_salvage import Salvage  # most files are whole

    stop = part.stop if header_at(data, part.end) else next_header(data, part.start)
    salvage = Salvage(data, part.start, stop, scan)
    found = [one for _, one in salvage.found.values()]
    starts = [one.positions() for one in found if one.layout.message == RECORD]
    records = np.sort(np.concatenate([np.zeros(0, np.int64), *starts]))
    for loss in salvage.losses[:MAX_LOSSES_TOLD]:
        before = int(np.searchsorted(records, loss.begin))
        kind = "truncated" if loss.end == stop else "damaged"
        kept = f"{before} samples before and {records.size - before} behind were kept"
        message = f"{loss.end - loss.begin} bytes make no sense; {kept}"
        notes.append(Note(kind=kind, message=message, offset=loss.begin, count=int(records.size)))
    if (more := len(salvage.losses) - MAX_LOSSES_TOLD) > 0:
        notes.append(Note(kind="damaged", message="more places make no sense", count=more))
    if salvage.n_doubtful:
        message = "messages with an impossible time among good ones were left out"
        notes.append(Note(kind="damaged", message=message, count=salvage.n_doubtful))
    return found, salvage.losses


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

    def __init__(self, data: bytes, found: list[Found]) -> None:
        super().__init__()
        self._data, self._all = data, found
        self._found: dict[int, list[Found]] = {}
        for one in found:
            self._found.setdefault(one.layout.message, []).append(one)

    def blocks(self, found: Iterable[Found]) -> list[Block]:
        """Return what was found as blocks, without the layouts that no message uses."""
        return [Block(self._data, one.layout, one.positions()) for one in found if one.pieces or one.runs]

    def __missing__(self, message: int) -> Table:
        found = self._found.get(message)
        table = self[message] = Table(message, self.blocks(found)) if found else NO_MESSAGES
        return table

    def record_stamps(self, losses: Sequence[Loss]) -> Array:
        """Return the FIT seconds (n,) of the records, from their own field or the offset in their header."""
        records = self[RECORD]
        headers = np.frombuffer(self._data, np.uint8)
        if records.complete or (headers[records.positions] < COMPRESSED).all():
            return records.column("time")
        positions, own = stamps(self.blocks(self._all))
        broken = np.zeros(positions.size, bool)
        after = np.searchsorted(positions, [loss.end for loss in losses])
        broken[after[after < positions.size]] = True
        times = compressed_times(own, headers[positions], broken)
        return times[np.searchsorted(positions, records.positions)]
