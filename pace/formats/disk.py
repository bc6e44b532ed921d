"""Files and folders as they lie: on this machine or, by a URL, wherever fsspec reaches."""

from __future__ import annotations

import io
import os
import stat
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any

from pace.errors import InputError, MissingFileError, PaceError
from pace.formats import unpack
from pace.formats.inside import too_large
from pace.formats.names import shown
from pace.formats.sniff import ZIP_SIGNATURES
from pace.formats.unpack import Bytes, InMemory, OnDisk

Path = str | os.PathLike[str]
Stamp = tuple[int, int]
"""Size in bytes, and when it was changed last, ns: what tells that a file is still the same."""


@dataclass(frozen=True, slots=True)
class Item:
    """One entry of a folder: its name, its path, what it is (a link counts as what it leads to)."""

    name: str
    path: str
    is_folder: bool
    is_file: bool
    stamp: Stamp = (0, 0)


def is_url(path: Path) -> bool:
    """Tell whether a path is a URL such as `s3://bucket/folder`.

    Examples
    --------
    >>> is_url("s3://bucket/runs"), is_url("runs/a.fit"), is_url("C:/runs")
    (True, False, False)
    """
    scheme, there, _ = os.fspath(path).partition("://")
    return bool(there) and len(scheme) > 1 and scheme.replace("+", "").isalnum()


def last_part(path: Path) -> str:
    """Return the last part of a path, fit to be shown."""
    return shown(os.path.basename(os.fspath(path).rstrip("/\\")) or os.fspath(path))


def is_folder(path: Path) -> bool:
    """Tell whether a path is a folder.

    Raises
    ------
    MissingFileError
        When a URL cannot be reached.
    """
    if is_url(path):
        with _reported(path):
            system, inner = _system(path)
            return bool(system.isdir(inner))
    return os.path.isdir(path)


def stamp(path: Path) -> Stamp:
    """Return size and time of the last change; zeros where nobody can tell."""
    if is_url(path):
        with _reported(path):
            system, inner = _system(path)
            return _remote_stamp(system.info(inner))
    try:
        status = os.stat(path)
    except (OSError, ValueError):
        return (0, 0)
    return (status.st_size, status.st_mtime_ns)


def identity(path: Path) -> Any:
    """Return what is the same for two paths to one folder."""
    if is_url(path):
        return os.fspath(path).rstrip("/")
    status = os.stat(path)
    return (status.st_dev, status.st_ino)


def items(path: Path) -> list[Item]:
    """Return what lies in a folder, in the order of names.

    Raises
    ------
    MissingFileError
        When the folder cannot be read.
    """
    try:
        found = _remote_items(path) if is_url(path) else [_item(entry) for entry in os.scandir(path)]
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "no such folder"
        raise MissingFileError(f"a folder must be readable: {reason}") from None
    return sorted(found, key=lambda item: item.name)


def _item(entry: os.DirEntry[str]) -> Item:
    """Return one entry of a folder of this machine; a link that leads nowhere counts as a file: it is worth a word."""
    try:
        status = entry.stat()
    except OSError:
        return Item(entry.name, entry.path, is_folder=False, is_file=entry.is_symlink())
    mode = status.st_mode
    return Item(entry.name, entry.path, stat.S_ISDIR(mode), stat.S_ISREG(mode), (status.st_size, status.st_mtime_ns))


@contextmanager
def opened(path: Path) -> Iterator[Bytes]:
    """Open a file for as long as what is in it is read.

    Raises
    ------
    MissingFileError
        When there is no such file or it cannot be opened.
    LimitError
        When it is no archive and too large.
    """
    with ExitStack() as stack:
        if is_url(path):
            source = _remote_bytes(path, stack)
        else:
            with _reported(path):
                source = _bytes(stack.enter_context(open(path, "rb", buffering=0)))
        yield source


def pieces(path: Path, *, size: int = unpack.PIECE) -> Iterator[bytes]:
    """Yield a file of any size piece by piece; nothing for what cannot be opened."""
    try:
        with _system(path)[0].open(_system(path)[1], "rb") if is_url(path) else open(path, "rb", buffering=0) as file:
            while piece := file.read(size):
                yield piece
    except OSError:
        return


def is_archive(path: Path) -> bool:
    """Tell by its first bytes whether a file is a ZIP archive; a pipe is none, and is left untouched."""
    if not is_url(path) and not os.path.isfile(path):
        return False
    return next(pieces(path, size=4), b"") in ZIP_SIGNATURES


@contextmanager
def _reported(path: Path) -> Iterator[None]:
    """Turn what the system says into an error that names the file."""
    try:
        yield
    except PaceError:
        raise
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "no such name is possible"
        message = (
            "there is no file or folder of this name: check how it is spelt"
            if isinstance(error, FileNotFoundError)
            else f"a file must exist and be readable, this one is not: {reason}"
        )
        raise MissingFileError(message, path=last_part(path)) from None


def _bytes(file: io.FileIO) -> Bytes:
    """Read an open file at once, unless it is an archive: that stays on disk. A pipe has no size, only a limit."""
    status = os.fstat(file.fileno())
    if not stat.S_ISREG(status.st_mode):
        buffered = io.BufferedReader(file)
        try:
            return InMemory(content(buffered))
        finally:
            buffered.detach()
    if status.st_size > unpack.MAX_FILE or file.read(4) in ZIP_SIGNATURES:
        return OnDisk(file, status.st_size)
    file.seek(0)
    return InMemory(file.read())


def content(file: Any) -> bytes:
    """Read an open binary file, within the limit.

    Raises
    ------
    InputError
        When it gives text.
    LimitError
        When it is too large.
    """
    data = file.read(unpack.MAX_FILE + 1)
    if not isinstance(data, bytes):
        raise InputError("a file must be opened in binary mode ('rb'), this one gives text", got=type(data).__name__)
    if len(data) > unpack.MAX_FILE:
        raise too_large()
    return data


# --- URLs ---------------------------------------------------------------------------------------------------------


def _system(path: Path) -> tuple[Any, str]:
    """Return the file system of a URL and the path in it."""
    try:
        from fsspec.core import url_to_fs
    except ImportError:
        raise InputError("a URL needs fsspec: pip install 'pace-match[remote]'", path=last_part(path)) from None
    try:
        system, inner = url_to_fs(os.fspath(path))
    except (ImportError, ValueError) as error:
        raise InputError(f"this kind of URL cannot be opened: {error}", path=last_part(path)) from None
    return system, inner


def _remote_bytes(path: Path, stack: ExitStack) -> Bytes:
    """Open a file behind a URL: archives are read where they are asked for, other files at once."""
    with _reported(path):
        system, inner = _system(path)
        file = stack.enter_context(system.open(inner, "rb"))
        size = int(system.size(inner) or 0)
        if size > unpack.MAX_FILE or file.read(4) in ZIP_SIGNATURES:
            return OnDisk(file, size)
        file.seek(0)
        return InMemory(content(file))


def _remote_items(path: Path) -> list[Item]:
    """Return what lies in a folder behind a URL."""
    system, inner = _system(path)
    found = []
    for info in system.ls(inner, detail=True):
        name = info["name"].rstrip("/").rpartition("/")[2]
        folder = info["type"] == "directory"
        if info["name"].rstrip("/") != inner.rstrip("/"):  # some stores list the folder itself
            found.append(Item(name, system.unstrip_protocol(info["name"]), folder, not folder, _remote_stamp(info)))
    return found


def _remote_stamp(info: dict[str, Any]) -> Stamp:
    """Return size and time of change out of what a store tells, under the names that stores use."""
    changed = next(
        (info[key] for key in ("mtime", "LastModified", "last_modified", "updated", "created") if key in info), 0
    )
    if hasattr(changed, "timestamp"):
        changed = changed.timestamp()
    return int(info.get("size") or 0), int(1e9 * changed) if isinstance(changed, (int, float)) else 0
