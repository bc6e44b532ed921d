"""Checksums of rows and of the whole: what SQLite does not notice of a changed bit, these do."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterator
from typing import Any

from pace.errors import DamagedLibraryError
from pace.library import schema

ROWS = {
    "person": "SELECT id, label, about, consent, seal FROM person",
    "activity": "SELECT person, digest, kept, seal FROM activity",
    "note": "SELECT person, digest, kept, seal FROM note",
}
WHOLE = "seal"
"""Name under which the checksum of all rows stands in the table `library`."""
SWEEP = "sweep"
"""Name that stands there while something forgotten waits to be swept out of the file."""
NO_MEMORY = f"error code={sqlite3.SQLITE_NOMEM}"
"""How SQLite's check of the pages says, among faults, that it had no memory to read one."""
WHAT_TO_DO = "put back a copy of the file, or move it away and add people again from their recordings"


def damaged(fault: str = "") -> DamagedLibraryError:
    """Return what is said of a library that is not what was written: the fault, and what to do."""
    return DamagedLibraryError(f"the library is damaged{fault}: {WHAT_TO_DO}")


def of(table: str, *values: Any) -> bytes:
    """Return the checksum (16 bytes) of a row: of its table and of every value, each told from the next."""
    shown = hashlib.blake2b(digest_size=16, person=b"pace row")
    for value in (table, *values):
        raw = value if isinstance(value, bytes) else str(value).encode("utf-8", "surrogatepass")
        shown.update(f"{type(value).__name__}:{len(raw)}:".encode())
        shown.update(raw)
    return shown.digest()


def whole(db: Any) -> bytes:
    """Return the checksum of everything in the file: its tables, how they are laid out, and the seal of every row."""
    shown = hashlib.blake2b(digest_size=16, person=b"pace library")
    for sql in schema.described(db):
        shown.update(of("sql", sql))
    for table in ROWS:
        seals = sorted(seal for (seal,) in db.execute(f"SELECT seal FROM {table}"))  # noqa: S608 (a constant)
        shown.update(of(table, len(seals), *seals))
    for name, value in db.execute("SELECT name, value FROM library WHERE name <> ? ORDER BY name", (WHOLE,)):
        shown.update(of("library", name, value))
    return shown.digest()


def renew(db: Any) -> None:
    """Write the checksum of everything, at the end of a transaction."""
    db.execute("INSERT OR REPLACE INTO library (name, value) VALUES (?, ?)", (WHOLE, whole(db)))


def check(db: Any) -> None:
    """Read everything and compare it with its checksums; called in a transaction, so that nobody writes meanwhile.

    Raises
    ------
    DamagedLibraryError
        With what to do.
    """
    for fault in faults(db):
        raise damaged(f" ({fault})")


def faults(db: Any) -> Iterator[str]:
    """Yield what is wrong with the file."""
    said = [tuple(row) for row in db.execute("PRAGMA integrity_check(1)")]
    if NO_MEMORY in str(said):
        raise MemoryError
    if said != [("ok",)]:
        yield "its pages do not fit together"
    for table, rows in ROWS.items():
        for *values, seal in db.execute(rows):
            if not intact(seal, table, values):
                yield f"a row of the table {table} is not what was written"
    kept = db.execute("SELECT value FROM library WHERE name = ?", (WHOLE,)).fetchone()
    if kept is None or kept[0] != whole(db):
        yield "rows are missing or stand there twice"


def intact(seal: Any, table: str, values: list[Any]) -> bool:
    """Tell whether a row is what was written."""
    return bool(seal == of(table, *values))
