"""Fuzz what reads a library and the file of a person: what is damaged, and what is crafted with right checksums."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import date
from functools import cache
from pathlib import Path

from harness import fuzz

MEMORY = "/dev/shm"
LABEL = "quiet river"
TODAY = date(2026, 3, 1)
COLUMNS = (("person", "label"), ("person", "about"), ("person", "consent"), ("activity", "kept"), ("note", "kept"))


def read(data: bytes) -> object:
    """Read bytes as what their first one says: an edited library, one with crafted rows, a person, an activity."""
    kinds: tuple[Callable[[bytes], object], ...] = (edited, crafted, person, activity)
    return kinds[data[0] % len(kinds)](data[1:]) if data else None


def edited(data: bytes) -> None:
    """Open a library in which stretches are written over: four bytes of place, one of length, then what to write."""
    raw, at = bytearray(whole()), 0
    while len(edit := data[at : at + 5]) == 5:
        place, length = int.from_bytes(edit[:4], "little") % len(raw), edit[4]
        written = data[at + 5 : at + 5 + length]
        raw[place : place + len(written)] = written
        at += 5 + length
    with folder() as place:
        (place / "people.db").write_bytes(raw)
        look(place / "people.db")


def crafted(data: bytes) -> None:
    """Open a library in which one value of a row is these bytes, under right checksums."""
    from pace.library import seal

    table, column = COLUMNS[data[0] % len(COLUMNS)] if data else COLUMNS[0]
    value: object = data[1:] if (table, column) == ("activity", "kept") else data[1:].decode("utf-8", "replace")
    with folder() as place:
        path = place / "people.db"
        path.write_bytes(whole())
        with closing(sqlite3.connect(path, isolation_level=None)) as db:
            db.execute("PRAGMA synchronous = OFF")
            db.execute(f"UPDATE {table} SET {column} = ? WHERE rowid = 1", (value,))
            for name, rows in seal.ROWS.items():
                for number, row in enumerate(db.execute(rows).fetchall(), 1):
                    db.execute(f"UPDATE {name} SET seal = ? WHERE id = ?", (seal.of(name, *row[:-1]), number))
            seal.renew(db)
        look(path)


def person(data: bytes) -> object:
    """Read bytes as the file of a person, with the right checksum where they are JSON at all."""
    from pace.library import person_file
    from pace.library.values import compact

    try:
        document = json.loads(data)
        document["check"] = person_file._check({key: kept for key, kept in document.items() if key != "check"})
        data = compact(document) + b"\n"
    except (ValueError, TypeError, AttributeError, RecursionError):
        pass
    return person_file.read(data)


def activity(data: bytes) -> object:
    """Read bytes as a kept activity, whose checksum is right."""
    from pace.activity.grid import GRID_VERSION
    from pace.activity.kept import _CHECK, _HEAD, FORMAT, MAGIC, _checksum, unpacked

    head = _HEAD.pack(MAGIC, FORMAT, GRID_VERSION, len(data))
    assert len(_checksum(head, data)) == _CHECK
    return unpacked(head + _checksum(head, data) + data)


def look(path: Path) -> None:
    """Open a library and ask it everything."""
    from pace.errors import PaceError
    from pace.library import Library

    with Library.open(path, create=False) as library:
        for found in (library.people, lambda: library.profile(LABEL, today=TODAY), lambda: library.export(LABEL)):
            try:
                found()
            except PaceError:
                continue


@cache
def whole() -> bytes:
    """Return a small library of one person."""
    from pace.library import Library

    with folder() as place:
        with Library.open(place / "people.db") as library:
            library.merge(exported())
        return (place / "people.db").read_bytes()


@cache
def exported() -> bytes:
    """Return the file of a person of whom there is everything that can be kept."""
    from library.people import summary
    from pace.library import Consent, Noted, Person
    from pace.library.person_file import written
    from pace.person.about import About, Said

    said = Noted(said=Said(speed=2.5, talk="comfortable", minutes=40.0), day=TODAY, text="by the river")
    agreed = Consent(text="walks together", given=date(2025, 1, 1), until=date(2027, 1, 1))
    about = About(height_m=1.7, walk_speed=1.5)
    known = Person(label=LABEL, about=about, consent=agreed, notes=(said,), n_activities=1)
    return written(known, [summary()])


@contextmanager
def folder() -> Iterator[Path]:
    """Give an empty folder, in memory where there is a place for that."""
    place = Path(tempfile.mkdtemp(prefix="pace-fuzz-", dir=MEMORY if os.access(MEMORY, os.W_OK) else None))
    try:
        yield place
    finally:
        shutil.rmtree(place, ignore_errors=True)


def seeds() -> Iterator[bytes]:
    """Yield one of each kind."""
    from library.people import summary
    from pace.activity.kept import _CHECK, _HEAD, packed

    yield b"\x00" + bytes(64)
    with folder() as place:
        (place / "people.db").write_bytes(whole())
        with closing(sqlite3.connect(place / "people.db")) as db:
            for number, (table, column) in enumerate(COLUMNS):
                (value,) = db.execute(f"SELECT {column} FROM {table}").fetchone()
                yield b"\x01" + bytes([number]) + (value if isinstance(value, bytes) else value.encode())
    yield b"\x02" + exported()
    yield b"\x03" + packed(summary())[_HEAD.size + _CHECK :]


if __name__ == "__main__":
    fuzz(read, seeds())
