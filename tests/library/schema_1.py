"""A library of schema 1, made without any of `pace.library`: never changed, so that old files can always be opened."""

from __future__ import annotations

import hashlib
import sqlite3
from pathlib import Path

LAYOUT = [
    "CREATE TABLE library (\n  name TEXT NOT NULL PRIMARY KEY,\n  value BLOB NOT NULL\n) STRICT, WITHOUT ROWID",
    (
        "CREATE TABLE person (\n  id INTEGER PRIMARY KEY,\n  label TEXT NOT NULL UNIQUE,\n  about TEXT NOT NULL,\n"
        "  consent TEXT NOT NULL,\n  seal BLOB NOT NULL\n) STRICT"
    ),
    (
        "CREATE TABLE activity (\n  id INTEGER PRIMARY KEY,\n"
        "  person INTEGER NOT NULL REFERENCES person (id) ON DELETE CASCADE,\n  digest TEXT NOT NULL,\n"
        "  seal BLOB NOT NULL,\n  kept BLOB NOT NULL,\n  UNIQUE (person, digest)\n) STRICT"
    ),
    (
        "CREATE TABLE note (\n  id INTEGER PRIMARY KEY,\n"
        "  person INTEGER NOT NULL REFERENCES person (id) ON DELETE CASCADE,\n  digest TEXT NOT NULL,\n"
        "  seal BLOB NOT NULL,\n  kept TEXT NOT NULL,\n  UNIQUE (person, digest)\n) STRICT"
    ),
]
ABOUT = (
    '{"age_years":41.0,"height_m":1.7,"manner":"","max_heart_rate":null,"resting_heart_rate":null,"walk_speed_mps":1.5}'
)
CONSENT = '{"given":"2026-03-01","text":"walks together","until":"2027-03-31"}'
NOTE = '{"day":"2026-04-01","minutes":40.0,"speed_mps":2.3,"talk":"comfortable","text":"by the lake"}'


def build(path: Path, digest: str, kept: bytes) -> None:
    """Write a library of one person with one activity (its digest and its bytes) and one note."""
    db = sqlite3.connect(path, isolation_level=None)
    for table in LAYOUT:
        db.execute(table)
    key = hashlib.blake2b(NOTE.encode(), digest_size=16, person=b"pace note").hexdigest()
    rows = {
        "person": (1, "quiet river", ABOUT, CONSENT),
        "activity": (1, digest, kept),
        "note": (1, key, NOTE),
    }
    seals = {table: _seal(table, *row) for table, row in rows.items()}
    db.execute("INSERT INTO person VALUES (?, ?, ?, ?, ?)", (*rows["person"], seals["person"]))
    db.execute(
        "INSERT INTO activity (person, digest, kept, seal) VALUES (?, ?, ?, ?)", (*rows["activity"], seals["activity"])
    )
    db.execute("INSERT INTO note (person, digest, kept, seal) VALUES (?, ?, ?, ?)", (*rows["note"], seals["note"]))
    whole = hashlib.blake2b(digest_size=16, person=b"pace library")
    for table in sorted(LAYOUT):
        whole.update(_seal("sql", table))
    for table in ("person", "activity", "note"):
        whole.update(_seal(table, 1, seals[table]))
    db.execute("INSERT INTO library VALUES ('seal', ?)", (whole.digest(),))
    db.execute("PRAGMA application_id = 1348559717")
    db.execute("PRAGMA user_version = 1")
    db.execute("PRAGMA journal_mode = WAL")
    db.close()


def _seal(*values: object) -> bytes:
    """Return the checksum of values, each behind its type and length; the first is text."""
    shown = hashlib.blake2b(digest_size=16, person=b"pace row")
    for value in values:
        raw = value if isinstance(value, bytes) else str(value).encode()
        shown.update(f"{type(value).__name__}:{len(raw)}:".encode() + raw)
    return shown.digest()
