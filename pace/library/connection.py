"""The file itself: made whole or not at all, its owner's only, plain or encrypted, never two writers at once."""

from __future__ import annotations

import os
import sqlite3
import stat
import sys
import tempfile
import time
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from pace.errors import DamagedLibraryError, InputError, LibraryError, PaceError, PassphraseError
from pace.library import schema, seal

TRIES, TRY_MS, REST_S = 27, 1000, 0.1
"""Others' work is waited for about 30 s, a second at a time, so that Ctrl-C is heard and the wait can be told."""
PLAIN = b"SQLite format 3\0"
"""How a file begins that is not encrypted."""
HEADER, APPLICATION = 100, slice(68, 72)
"""Bytes of SQLite's file header, and where in it stands what the file is of. https://sqlite.org/fileformat.html"""
MISUSED = "a library is used until it is closed, and by the thread that opened it"
WAITED = "another program has been using the library for half a minute: try again when it has ended"
UNWRITABLE = "the library cannot be written where it is: nothing was changed"
REFUSALS = {
    sqlite3.SQLITE_BUSY: WAITED,
    sqlite3.SQLITE_LOCKED: WAITED,
    sqlite3.SQLITE_FULL: "the disk is full: nothing was changed",
    sqlite3.SQLITE_IOERR: "the disk does not take or give what it should (is it full?): nothing was changed",
    sqlite3.SQLITE_PERM: UNWRITABLE,
    sqlite3.SQLITE_READONLY: UNWRITABLE,
    sqlite3.SQLITE_CANTOPEN: UNWRITABLE,
}
"""What the database may refuse without being damaged."""
TOO_LARGE = (
    "there is not enough memory for the library: nothing was changed. Close other programs and try again; "
    f"if that does not help, it may be damaged: {seal.WHAT_TO_DO}"
)
"""Said where memory does not suffice: a damaged length asks for more than any machine has, and nobody can tell."""
CACHE_KB = 64 * 1024
CAREFUL = (
    "PRAGMA synchronous = FULL",  # what is acknowledged survives a power loss
    "PRAGMA fullfsync = ON",  # on macOS too
    "PRAGMA temp_store = MEMORY",  # nothing of a person is sorted into the system's temporary folder
    "PRAGMA secure_delete = ON",  # what is deleted is overwritten
    "PRAGMA foreign_keys = ON",
    f"PRAGMA cache_size = -{CACHE_KB}",  # what the check of the pages has read is not read (and decrypted) again
    "PRAGMA trusted_schema = OFF",
    "PRAGMA cell_size_check = ON",
    f"PRAGMA busy_timeout = {TRY_MS}",
)

_HEADS: dict[tuple[int, int], bytes] = {}
_OPEN: Counter[tuple[int, int]] = Counter()
"""Libraries that this process has open, and how each begins. Such a file is opened by SQLite alone: where another
handle of it is closed, POSIX drops the locks of the whole process.
https://sqlite.org/howtocorrupt.html#_posix_advisory_locks"""

T = TypeVar("T")


class Waiting(sqlite3.OperationalError):
    """Somebody is still reading what is to be written over."""

    sqlite_errorcode = sqlite3.SQLITE_BUSY


def quiet() -> None:
    """Tell nobody that a library is being waited for."""


def exists(path: Path) -> bool:
    """Tell whether there is a file (or something else) at a path.

    Raises
    ------
    LibraryError
        When the system does not let anybody look: what cannot be seen is not said to be missing.
    """
    with told(path):
        try:
            os.lstat(path)
        except (FileNotFoundError, NotADirectoryError):
            return False
        return True


def make(path: Path, passphrase: str | None) -> None:
    """Make an empty library under another name and give it its own when it is whole; somebody else's is left alone."""
    temporary = ""
    with told(path):
        if not path.parent.is_dir():
            raise LibraryError("the folder of a library must exist: make it first")
        try:
            handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".pace-", suffix=".new")  # mode 0600
            os.close(handle)
            _fill(temporary, passphrase)
            with suppress(FileExistsError):
                _link(temporary, path)
        finally:
            for leftover in (temporary, f"{temporary}-wal", f"{temporary}-shm", f"{temporary}-journal"):
                with suppress(OSError):
                    os.unlink(leftover)


def _fill(path: str, passphrase: str | None) -> None:
    """Write an empty library into an empty file."""
    db = _connected(f"{Path(path).absolute().as_uri()}?mode=rw", passphrase)
    try:
        for pragma in CAREFUL:
            db.execute(pragma)
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("BEGIN IMMEDIATE")
        schema.create(db)
        seal.renew(db)
        db.execute("COMMIT")
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    finally:
        db.close()


def _link(made: str, path: Path) -> None:
    """Give a file a second name that nothing has yet; where the file system knows no links, rename it."""
    try:
        os.link(made, path)
    except FileExistsError:
        raise
    except OSError:
        if exists(path):
            raise FileExistsError(path) from None
        os.rename(made, path)
    _sync_folder(path.parent)


def _sync_folder(folder: Path) -> None:
    """Let a new name survive a power loss, where the system can."""
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def connect(path: Path, passphrase: str | None) -> Connection:
    """Return a connection to a library.

    Where the file or its folder cannot be written (a read-only disk), it is read as it is.

    Raises
    ------
    LibraryError
        When it cannot be opened; `PassphraseError` when the passphrase is missing, wrong or too much.
    """
    with told(path):
        head = _check_kind(path, passphrase)
        writable = os.access(path, os.W_OK) and os.access(path.parent, os.W_OK)
        if writable:
            _own(path)
        elif _size(Path(f"{path}-wal")):
            raise LibraryError(
                "the library was not closed properly and cannot be mended here, where nothing can be written: "
                "copy it (with its -wal file) to where it can"
            )
        db = _connected(f"{path.as_uri()}?{'mode=rw' if writable else 'mode=ro&immutable=1'}", passphrase)
        try:
            _prepare(db, writable=writable, encrypted=passphrase is not None)
        except BaseException:
            db.close()
            raise
        return Connection(db=db, writable=writable, file=_opened(path, head))


@dataclass(frozen=True, slots=True, kw_only=True)
class Connection:
    """An open library: the database, whether it can be written, and which file it is."""

    db: Any
    writable: bool
    file: tuple[int, int]

    def close(self) -> None:
        """Close the file; the last program to do so leaves nothing beside it."""
        self.db.close()
        _OPEN[self.file] -= 1
        if _OPEN[self.file] <= 0:
            _HEADS.pop(self.file, None)
            del _OPEN[self.file]


def _opened(path: Path, head: bytes) -> tuple[int, int]:
    """Remember that this process has a library open, and return which file it is."""
    file = _file(path)
    _HEADS[file] = head
    _OPEN[file] += 1
    return file


def _file(path: Path) -> tuple[int, int]:
    """Return what tells a file from every other, whatever it is called."""
    status = path.stat()
    return status.st_dev, status.st_ino


def encrypted(path: Path) -> bool:
    """Tell whether a file is something else than a plain database; an encrypted one looks like noise."""
    with told(path):
        return not _head(path).startswith(PLAIN)


def _head(path: Path) -> bytes:
    """Return the header of a database file; of one that is open here, as it was when it was opened."""
    if (known := _HEADS.get(_file(path))) is not None:
        return known
    with open(path, "rb") as file:
        return file.read(HEADER)


def _check_kind(path: Path, passphrase: str | None) -> bytes:
    """Refuse what is no library before it is touched, and a passphrase where none is due or none where one is."""
    status = path.stat()
    if not stat.S_ISREG(status.st_mode):
        raise LibraryError("a library is a plain file, this is something else")
    if not status.st_size:
        raise DamagedLibraryError(f"the library is empty: {seal.WHAT_TO_DO}")
    head = _head(path)
    if not head.startswith(PLAIN):
        if passphrase is None:
            raise PassphraseError(
                "the library is encrypted and needs its passphrase (or it is no library): see `pace person --help`"
            )
    elif head[APPLICATION] != schema.APPLICATION_ID.to_bytes(4, "big"):
        raise LibraryError("a library is a file that pace made, this is a database of something else")
    elif passphrase is not None:
        raise PassphraseError("the library is not encrypted: leave the passphrase out, or name another file")
    return head


def _own(path: Path) -> None:
    """Take reading rights from everyone but the owner; SQLite gives its other files the same."""
    with suppress(OSError):
        if stat.S_IMODE(path.stat().st_mode) & 0o077:
            os.chmod(path, 0o600)


def _size(path: Path) -> int:
    """Return the bytes of a file, 0 if it is not there."""
    with suppress(FileNotFoundError):
        return path.stat().st_size
    return 0


def _connected(uri: str, passphrase: str | None) -> Any:
    """Return a bare connection."""
    if passphrase is None:
        return sqlite3.connect(uri, uri=True, isolation_level=None, timeout=TRY_MS / 1000)
    try:
        from sqlcipher3 import dbapi2
    except ImportError:
        raise LibraryError("an encrypted library needs one more package: pip install 'pace-match[encrypted]'") from None
    db = dbapi2.connect(uri, uri=True, isolation_level=None, timeout=TRY_MS / 1000)
    db.execute("PRAGMA cipher_log_level = NONE").fetchall()  # a wrong passphrase is told by us, in one line
    db.execute(f"PRAGMA key = '{_key(passphrase)}'").fetchall()
    return db


def _key(passphrase: str) -> str:
    """Return a passphrase as it is put into SQL: one form of each letter, on every keyboard.

    Raises
    ------
    InputError
        When it is empty or holds a character that ends a string.
    """
    plain = unicodedata.normalize("NFC", passphrase)
    if not plain or "\0" in plain or any(unicodedata.category(character) == "Cs" for character in plain):
        raise InputError("a passphrase needs at least one character, and none that cannot be typed")
    return plain.replace("'", "''")


def _prepare(db: Any, *, writable: bool, encrypted: bool) -> None:
    """Find out whether the file can be read at all, and take care from now on."""
    try:
        for statement in (*CAREFUL, "SELECT count(*) FROM sqlite_master"):
            patiently(db, partial(_done, db, statement), quiet)
    except errors() as error:
        if encrypted and code(error) == sqlite3.SQLITE_NOTADB:
            raise PassphraseError("the passphrase is wrong (or the file is damaged, or no library)") from None
        raise
    if writable and db.execute("PRAGMA journal_mode").fetchone()[0] != "wal":
        patiently(db, lambda: db.execute("PRAGMA journal_mode = WAL").fetchall(), quiet)


def _done(db: Any, statement: str) -> list[Any]:
    """Return what a statement answers."""
    return list(db.execute(statement).fetchall())


def patiently(db: Any, act: Callable[[], T], waiting: Callable[[], None]) -> T:
    """Do what others may be in the way of, again and again for half a minute; `waiting` is called once if they are."""
    for attempt in range(TRIES):
        try:
            return act()
        except errors() as error:
            if code(error) not in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED) or attempt == TRIES - 1:
                raise
            if db.in_transaction:
                db.execute("ROLLBACK")
        if attempt == 0:
            waiting()
        time.sleep(REST_S)
    raise AssertionError


def errors() -> tuple[type[Exception], ...]:
    """Return what the database may raise: its encrypted twin has errors of its own."""
    twin: Any = sys.modules.get("sqlcipher3.dbapi2")
    return (sqlite3.Error,) if twin is None else (sqlite3.Error, twin.Error)


def code(error: Exception) -> int:
    """Return SQLite's primary result code; 0 where there is none."""
    return int(getattr(error, "sqlite_errorcode", 0)) & 0xFF


@contextmanager
def told(path: Path) -> Iterator[None]:
    """Turn what the system or the database refuse into one line; nothing of what is kept is ever in it."""
    try:
        yield
    except errors() as error:
        misused = type(error).__name__ == "ProgrammingError"
        raise (LibraryError(MISUSED) if misused else _refusal(code(error))).at(path.name) from None
    except MemoryError:  # Python raises it for SQLITE_NOMEM too, which is no error of the database's then
        raise LibraryError(TOO_LARGE, path=path.name) from None
    except UnicodeDecodeError:  # the database's own message cites what is damaged
        raise _refusal(sqlite3.SQLITE_CORRUPT).at(path.name) from None
    except LibraryError as error:
        raise error.at(path.name) from None
    except PaceError:
        raise
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise LibraryError(f"the library must be a file that can be opened: {reason}", path=path.name) from None


def _refusal(code: int) -> LibraryError:
    """Return what a result code (https://sqlite.org/rescode.html) means for whoever wanted something."""
    if code in REFUSALS:
        return LibraryError(REFUSALS[code])
    if code == sqlite3.SQLITE_NOTADB:
        return DamagedLibraryError(f"this is no library, or its beginning is damaged: {seal.WHAT_TO_DO}")
    return seal.damaged()
