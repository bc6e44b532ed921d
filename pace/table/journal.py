"""What was read so far, in a file that only grows: whatever moment a run ends at, what is whole in it is believed.

Each record stands behind its length, the name of what it is of, and a checksum. A run that goes on reads them from the
beginning, stops at the first that is not whole, and cuts the file there.
"""

from __future__ import annotations

import hashlib
import io
import os
import struct
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Protocol, Self

from pace.errors import InputError

MAGIC = b"\x89pace batch\r\n\x1a\n"
SUFFIX = ".pace-journal"
"""Behind the name of the output: `table.parquet.pace-journal`."""
MAX_RECORD = 2**31
SYNC_EVERY = 256
"""Records between two times that the system is asked to really write: what a power cut may cost. A killed program
costs none of them."""
_HEAD = struct.Struct("<I16s16s")


class Store(Protocol):
    """Where records are kept while a batch runs."""

    def append(self, name: bytes, payload: bytes) -> int:
        """Keep a record and return where it is."""
        ...

    def payload(self, at: int) -> bytes:
        """Return the record that is there."""
        ...

    def known(self, name: bytes) -> int | None:
        """Return where the record of this name is that an earlier run left, if it did."""
        ...


class InMemory:
    """Records of a run whose table is not written to a file."""

    def __init__(self) -> None:
        self._kept: list[bytes] = []

    def append(self, name: bytes, payload: bytes) -> int:
        """Keep a record and return where it is."""
        self._kept.append(payload)
        return len(self._kept) - 1

    def payload(self, at: int) -> bytes:
        """Return the record that is there."""
        return self._kept[at]

    def known(self, name: bytes) -> int | None:
        """Return None: there was no earlier run."""
        return None


class Journal:
    """Records in a file beside the output, readable by its owner only."""

    def __init__(self, path: Path, file: io.FileIO) -> None:
        self.path, self._file = path, file
        self._known: dict[bytes, int] = {}
        self._begin = self._end = self._unsynced = 0

    @classmethod
    def begun(cls, out: Path, heading: bytes, *, resume: bool) -> Self:
        """Open the journal of an output: a new one, or with `resume` the one that is there.

        Parameters
        ----------
        out : Path
            The output; the journal lies beside it.
        heading : bytes
            What must be the same for records to be of use: version and options.

        Raises
        ------
        InputError
            When one is there and is not to be gone on with, belongs to something else, or cannot be written.
        """
        path = out.with_name(out.name + SUFFIX)
        if os.path.exists(path) and not resume:
            raise InputError(
                f"an unfinished run left {path.name} here: go on with --resume, or delete it to begin anew",
                path=str(path),
            )
        try:
            file = io.FileIO(path, "r+", opener=lambda name, flags: os.open(name, flags | os.O_CREAT, 0o600))
        except OSError as error:
            raise InputError(f"the journal must be writable: {error.strerror}", path=str(path)) from None
        journal = cls(path, file)
        try:
            journal._claim()
            journal._read(heading)
        except BaseException:
            file.close()
            raise
        return journal

    def _claim(self) -> None:
        """Refuse a journal that another run writes to; the claim ends with this process, whatever ends that."""
        try:
            from fcntl import LOCK_EX, LOCK_NB, flock
        except ImportError:  # not on this system
            return
        try:
            flock(self._file, LOCK_EX | LOCK_NB)
        except OSError:
            raise InputError("another run is at work on this output: wait for it", path=str(self.path)) from None

    def _read(self, heading: bytes) -> None:
        """Find what is whole, cut off the rest; write the head of a new journal."""
        start = MAGIC + hashlib.blake2b(heading, digest_size=16).digest()
        there = self._at(0, len(start))
        if len(there) == len(start) and there != start:
            raise InputError(
                "the journal is of another version, other options or another program: delete it to begin anew",
                path=str(self.path),
            )
        self._begin = self._end = len(start)
        if there != start:
            self._file.truncate(0)
            self._write(start, 0)
            return
        for name, at, size in self._whole():
            self._known[name] = at
            self._end = at + _HEAD.size + size
        self._file.truncate(self._end)

    def _whole(self) -> Iterator[tuple[bytes, int, int]]:
        """Yield name, place and size of each record, up to the first that is not whole."""
        at = self._end
        while True:
            head = self._at(at, _HEAD.size)
            if len(head) < _HEAD.size:
                return
            size, name, check = _HEAD.unpack(head)
            payload = self._at(at + _HEAD.size, size) if size <= MAX_RECORD else b""
            if len(payload) != size or check != _checksum(name, payload):
                return
            yield name, at, size
            at += _HEAD.size + size

    def append(self, name: bytes, payload: bytes) -> int:
        """Keep a record and return where it is.

        Raises
        ------
        InputError
            When the disk is full or the folder has gone.
        """
        at = self._end
        self._write(_HEAD.pack(len(payload), name, _checksum(name, payload)) + payload, at)
        self._end = at + _HEAD.size + len(payload)
        self._unsynced += 1
        if self._unsynced >= SYNC_EVERY:
            os.fsync(self._file.fileno())
            self._unsynced = 0
        return at

    def _write(self, data: bytes, at: int) -> None:
        """Write all of some bytes."""
        try:
            self._file.seek(at)
            while data:
                data = data[self._file.write(data) :]
        except OSError as error:
            raise InputError(
                f"the journal could not be written: {error.strerror}; go on later with --resume", path=str(self.path)
            ) from None

    def payload(self, at: int) -> bytes:
        """Return the record that is there."""
        size, _, _ = _HEAD.unpack(self._at(at, _HEAD.size))
        return self._at(at + _HEAD.size, size)

    def _at(self, start: int, size: int) -> bytes:
        """Return `size` bytes from `start` on, fewer at the end."""
        self._file.seek(start)
        pieces = []
        while size > 0 and (piece := self._file.read(size)):
            pieces.append(piece)
            size -= len(piece)
        return b"".join(pieces)

    def known(self, name: bytes) -> int | None:
        """Return where the record of this name is that an earlier run left, if it did."""
        return self._known.get(name)

    def close(self, *, finished: bool) -> None:
        """Close the file; remove it when nothing is left to be done, or nothing was kept to go on from."""
        self._file.close()
        if finished or self._end == self._begin:
            with suppress(OSError):
                self.path.unlink()


def _checksum(name: bytes, payload: bytes) -> bytes:
    """Return what shows a changed or missing byte."""
    return hashlib.blake2b(name + payload, digest_size=16, person=b"pace batch").digest()
