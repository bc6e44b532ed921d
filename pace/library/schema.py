"""How the file is laid out, version by version, and how an older layout becomes the present one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pace.errors import LibraryError

APPLICATION_ID = 0x50616365
"""`Pace` in ASCII: what SQLite's header says the file is of."""

TABLES = (
    """CREATE TABLE library (
  name TEXT NOT NULL PRIMARY KEY,
  value BLOB NOT NULL
) STRICT, WITHOUT ROWID""",
    """CREATE TABLE person (
  id INTEGER PRIMARY KEY,
  label TEXT NOT NULL UNIQUE,
  about TEXT NOT NULL,
  consent TEXT NOT NULL,
  seal BLOB NOT NULL
) STRICT""",
    """CREATE TABLE activity (
  id INTEGER PRIMARY KEY,
  person INTEGER NOT NULL REFERENCES person (id) ON DELETE CASCADE,
  digest TEXT NOT NULL,
  seal BLOB NOT NULL,
  kept BLOB NOT NULL,
  UNIQUE (person, digest)
) STRICT""",
    """CREATE TABLE note (
  id INTEGER PRIMARY KEY,
  person INTEGER NOT NULL REFERENCES person (id) ON DELETE CASCADE,
  digest TEXT NOT NULL,
  seal BLOB NOT NULL,
  kept TEXT NOT NULL,
  UNIQUE (person, digest)
) STRICT""",
)
"""Schema 1. `seal` is the checksum of a row (see `pace.library.seal`), before what is long, so that all are read fast;
`consent` is JSON, `null` for none."""

MIGRATIONS: tuple[Callable[[Any], None], ...] = ()
"""The n-th makes schema n + 1 out of schema n, in the transaction that it is called in; none is ever changed."""


def version() -> int:
    """Return the schema that this program writes."""
    return 1 + len(MIGRATIONS)


def create(db: Any) -> None:
    """Make the tables of an empty file, in the transaction that is open."""
    for table in TABLES:
        db.execute(table)
    db.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    db.execute("PRAGMA user_version = 1")
    migrate(db)


def found(db: Any) -> int:
    """Return the schema of a file.

    Raises
    ------
    LibraryError
        When it is no library of `pace`, or one of a newer version of it.
    """
    (application,), (written,) = (
        db.execute("PRAGMA application_id").fetchone(),
        db.execute("PRAGMA user_version").fetchone(),
    )
    if application != APPLICATION_ID or written < 1:
        raise LibraryError("a library must be a file that pace made, this is a database of something else")
    if written > version():
        raise LibraryError(
            "this library was written by a newer version of pace: upgrade pace to use it",
            expected=version(),
            got=written,
        )
    return int(written)


def migrate(db: Any) -> None:
    """Bring a file up to the present schema, in the transaction that is open."""
    for number in range(found(db), version()):
        MIGRATIONS[number - 1](db)
        db.execute(f"PRAGMA user_version = {number + 1}")


def described(db: Any) -> list[str]:
    """Return the SQL of everything in the file."""
    return sorted(sql for (sql,) in db.execute("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL"))
