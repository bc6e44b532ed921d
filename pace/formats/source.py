"""Where recordings come from: files, folders, compressed files and archives, walked one by one, nothing held back."""

from __future__ import annotations

import io
import os
import re
import stat
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from typing import Any, BinaryIO, Literal

from pace.activity.track import Note, Track
from pace.errors import FormatError, InputError, LimitError, MissingFileError, PaceError
from pace.formats import archive, unpack
from pace.formats.names import INSIDE, shown
from pace.formats.sniff import ZIP_SIGNATURES, kind
from pace.formats.unpack import Budget, Bytes, InMemory, OnDisk

Checksum = Literal["warn", "refuse", "ignore"]
"""What a wrong checksum does: leaves a note, is an error, is nothing."""
Source = str | os.PathLike[str] | bytes | bytearray | memoryview | BinaryIO

ACTIVITY = frozenset({"fit", "gpx", "tcx", "gz", "zip"})
"""Suffixes that are opened in folders and archives; a file that is given itself is opened whatever its name."""
WRONG_KIND = "an activity file must be FIT, GPX or TCX, or a gzip or ZIP file of those"

_INNER_SUFFIX = re.compile(r"\.([a-z]{1,5})\.gz$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Recording:
    """What one file gave: its tracks or the error that kept it from being read.

    `file` is the name to show: relative to the folder that was given, `archive.zip › run.fit` for a file in an archive.
    """

    file: str
    tracks: tuple[Track, ...] = ()
    error: PaceError | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Leaf:
    """One file with nothing more inside it: its bytes and what was odd on the way to them, or an error."""

    file: str
    data: bytes = b""
    notes: tuple[Note, ...] = ()
    error: PaceError | None = None


# --- One file -----------------------------------------------------------------------------------------------------


def read(source: Source, *, strict: bool = False, checksum: Checksum = "warn") -> tuple[Track, ...]:
    """Return the tracks of an activity file, known by its content and not by its suffix.

    FIT, GPX and TCX are read, as they are, gzip-compressed or in a ZIP archive, in any nesting that is sensible.
    What was damaged and could be kept is kept and said in `Track.notes`.

    Parameters
    ----------
    source : str, path, bytes or binary file
        A file's path, its content, or an open file.
    strict : bool
        Refuse what is damaged instead of keeping what is whole.
    checksum : {"warn", "refuse", "ignore"}
        What a wrong checksum does.

    Raises
    ------
    MissingFileError
        When there is no such file or it cannot be opened.
    FormatError
        When it is no activity file or nothing in it can be read; `LimitError` when it is too large.
    InputError
        When a folder is given.

    Examples
    --------
    >>> read(b"a,b")
    Traceback (most recent call last):
    pace.errors.FormatError: an activity file must be FIT, GPX or TCX, or a gzip or ZIP file of those, this is not
    """
    if isinstance(source, (bytes, bytearray, memoryview)):
        return _read(InMemory(bytes(source)), "", strict, checksum)
    if hasattr(source, "read"):
        return _read(InMemory(_content(source)), "", strict, checksum)
    if os.path.isdir(source):
        raise InputError("read takes one file, this is a folder: use pace.profile", path=_last(source))
    with _opened(source) as opened:
        return _read(opened, _last(source), strict, checksum)


def _read(source: Bytes, name: str, strict: bool, checksum: Checksum) -> tuple[Track, ...]:
    """Read every leaf; one that fails costs the others nothing, unless all fail or nothing may be wrong."""
    found = [_recording(leaf, strict, checksum) for leaf in _leaves(source, name, Walk())]
    errors = [recording.error for recording in found if recording.error]
    tracks = tuple(track for recording in found for track in recording.tracks)
    if errors and (strict or not tracks):
        raise errors[0]
    if not found:
        raise FormatError(f"{WRONG_KIND}, this archive holds none", path=name or None)
    if not errors:
        return tracks
    lost = Note(
        kind="unreadable", message="some files of the archive could not be read; the others are kept", count=len(errors)
    )
    return tuple(_noted(track, (lost,)) for track in tracks)


def _content(file: Any) -> bytes:
    """Read an open binary file, within the limit."""
    data = file.read(unpack.MAX_FILE + 1)
    if not isinstance(data, bytes):
        raise InputError("a file must be opened in binary mode ('rb'), this one gives text", got=type(data).__name__)
    if len(data) > unpack.MAX_FILE:
        raise _too_large()
    return data


def _too_large() -> LimitError:
    """Say that a file is too large."""
    limit = unpack.MAX_FILE // 2**20
    return LimitError(f"an activity file may have {limit} MB, this one has more", expected=unpack.MAX_FILE)


@contextmanager
def _opened(path: str | os.PathLike[str]) -> Iterator[Bytes]:
    """Open a file for as long as what is in it is read."""
    with ExitStack() as stack:
        try:
            source = _bytes(stack.enter_context(open(path, "rb", buffering=0)))
        except PaceError:
            raise
        except (OSError, ValueError) as error:
            reason = getattr(error, "strerror", None) or "no such name is possible"
            message = f"a file must exist and be readable, this one is not: {reason}"
            raise MissingFileError(message, path=_last(path)) from None
        yield source


def _bytes(file: io.FileIO) -> Bytes:
    """Read an open file at once, unless it is an archive: that stays on disk. A pipe has no size, only a limit."""
    status = os.fstat(file.fileno())
    if not stat.S_ISREG(status.st_mode):
        buffered = io.BufferedReader(file)
        try:
            return InMemory(_content(buffered))
        finally:
            buffered.detach()
    if status.st_size > unpack.MAX_FILE or file.read(4) in ZIP_SIGNATURES:
        return OnDisk(file, status.st_size)
    file.seek(0)
    return InMemory(file.read())


def _last(path: Any) -> str:
    """Return the last part of a path, fit to be shown."""
    return shown(os.path.basename(os.fspath(path).rstrip("/\\")) or os.fspath(path))


def _recording(leaf: _Leaf, strict: bool, checksum: Checksum) -> Recording:
    """Read the tracks of a leaf; an error becomes a value that names the file."""
    try:
        tracks = _tracks(leaf, strict, checksum)
    except PaceError as error:
        return Recording(file=leaf.file, error=error.at(leaf.file))
    return Recording(file=leaf.file, tracks=tracks)


def _tracks(leaf: _Leaf, strict: bool, checksum: Checksum) -> tuple[Track, ...]:
    """Read bytes by the reader of their format and add what was odd on the way to them."""
    if leaf.error:
        raise leaf.error
    for note in leaf.notes:
        if strict or (note.kind == "checksum" and checksum == "refuse"):
            raise FormatError(note.message.partition(";")[0], offset=note.offset)
    notes = tuple(note for note in leaf.notes if note.kind != "checksum" or checksum != "ignore")
    tracks = _reader(leaf)(leaf.data, strict, checksum)
    return tuple(_noted(track, notes) for track in tracks) if notes else tracks


def _noted(track: Track, notes: tuple[Note, ...]) -> Track:
    """Add notes to a track."""
    return replace(track, notes=(*track.notes, *notes))


_Reader = Callable[[bytes, bool, Checksum], tuple[Track, ...]]


def _fit(data: bytes, strict: bool, checksum: Checksum) -> tuple[Track, ...]:
    from pace.formats.fit import read_fit

    return read_fit(data, strict=strict, checksum=checksum)


def _gpx(data: bytes, strict: bool, checksum: Checksum) -> tuple[Track, ...]:
    from pace.formats.gpx import read_gpx

    return read_gpx(data, strict=strict)


def _tcx(data: bytes, strict: bool, checksum: Checksum) -> tuple[Track, ...]:
    from pace.formats.tcx import read_tcx

    return read_tcx(data, strict=strict)


_READERS: dict[str, _Reader] = {"fit": _fit, "gpx": _gpx, "tcx": _tcx}


def _reader(leaf: _Leaf) -> _Reader:
    """Choose the reader by content; where that says nothing, a FIT file with a ruined header is known by its suffix."""
    found = kind(leaf.data) or ("fit" if leaf.file.lower().endswith((".fit", ".fit.gz")) and leaf.data else "")
    if found in _READERS:
        return _READERS[found]
    if not leaf.data:
        raise FormatError(f"{WRONG_KIND}, this one is empty")
    raise FormatError(f"{WRONG_KIND}, this is not")


# --- Many files ---------------------------------------------------------------------------------------------------


class Walk(Iterator[Recording]):
    """The recordings of some paths, one at a time; `passed_over` counts files not opened because of their suffix."""

    def __init__(
        self, paths: Iterable[str | os.PathLike[str]] = (), *, strict: bool = False, checksum: Checksum = "warn"
    ) -> None:
        self.passed_over = 0
        self._leaves = (_recording(leaf, strict, checksum) for path in paths for leaf in self._given(path))

    def __next__(self) -> Recording:
        """Read the next file."""
        return next(self._leaves)

    def _given(self, path: str | os.PathLike[str]) -> Iterator[_Leaf]:
        """Walk one path that was given; say so where it holds no activity file at all."""
        before, name = self.passed_over, _last(path)
        empty = True
        for leaf in self._folder(path, "", set()) if os.path.isdir(path) else self._file(path, name):
            empty = False
            yield leaf
        if empty:
            seen = self.passed_over - before
            yield _Leaf(file=name, error=FormatError(f"{WRONG_KIND}; none among {seen} files here"))

    def _folder(self, path: Any, prefix: str, above: set[tuple[int, int]]) -> Iterator[_Leaf]:
        """Search a folder in the order of the names; a link back to a folder above is not followed."""
        try:
            status = os.stat(path)
            found = sorted(os.scandir(path), key=lambda item: item.name)
        except OSError as error:
            yield _Leaf(
                file=shown(prefix or _last(path)),
                error=MissingFileError(f"a folder must be readable: {error.strerror}"),
            )
            return
        here = (status.st_dev, status.st_ino)
        if here in above:
            return
        for item in found:
            name = f"{prefix}{item.name}"
            if _hidden(item.name):
                continue
            if item.is_dir():
                yield from self._folder(item.path, f"{name}/", above | {here})
            elif not item.is_file() and not item.is_symlink():
                continue
            elif _worth_opening(item.name):
                yield from self._file(item.path, shown(name))
            else:
                self.passed_over += 1

    def _file(self, path: Any, name: str) -> Iterator[_Leaf]:
        """Open one file and yield what is in it."""
        try:
            with _opened(path) as opened:
                yield from _leaves(opened, name, self)
        except PaceError as error:
            yield _Leaf(file=name, error=error)


def recordings(paths: Iterable[str | os.PathLike[str]], *, strict: bool = False, checksum: Checksum = "warn") -> Walk:
    """Return an iterator over every recording in files, folders, `.gz` and `.zip`, one file in memory at a time.

    Folders are searched in the order of names, with what lies in them; hidden files, `__MACOSX` and links that lead
    back are left out. In folders and archives only names that end in .fit, .gpx, .tcx, .gz or .zip are opened; the
    others are counted in `passed_over`. A file that cannot be read is a `Recording` with an error; the rest goes on.

    Parameters
    ----------
    paths : iterable of str or path
    strict, checksum
        As for `read`.

    Examples
    --------
    >>> [(r.file, str(r.error)) for r in recordings(["nowhere/x.fit"])]
    [('x.fit', 'a file must exist and be readable, this one is not: No such file or directory (x.fit)')]
    """
    return Walk(paths, strict=strict, checksum=checksum)


def _hidden(name: str) -> bool:
    """Tell whether a file is the system's own."""
    return name == "__MACOSX" or (name.startswith(".") and name.strip(".") != "")


def _worth_opening(name: str) -> bool:
    """Tell by the suffix whether a file may be an activity; `x.csv.gz` is not."""
    low = name.lower().rstrip()
    inner = _INNER_SUFFIX.search(low)
    return low.rpartition(".")[2] in ACTIVITY and (inner is None or inner[1] in ACTIVITY)


# --- What is inside ------------------------------------------------------------------------------------------------


def _leaves(source: Bytes, name: str, walk: Walk) -> Iterator[_Leaf]:
    """Yield the files that a file given by a person holds: itself, or what is packed in it."""
    yield from _unpacked(source, name, (), walk, Budget(source.size), 0)


def _unpacked(
    source: Bytes, name: str, notes: tuple[Note, ...], walk: Walk, budget: Budget, depth: int
) -> Iterator[_Leaf]:
    """Unwrap one layer, if there is one, and go on with what is in it."""
    layer = kind(source.at(0, 12))
    if depth > unpack.MAX_DEPTH and layer in ("gz", "zip"):
        limit = f"archives may lie in one another {unpack.MAX_DEPTH} deep, here they lie deeper"
        yield _Leaf(file=name, error=LimitError(limit, expected=unpack.MAX_DEPTH))
    elif layer == "zip":
        yield from _in_zip(source, name, notes, walk, budget, depth)
    elif layer == "gz":
        yield from _in_gzip(source, name, notes, walk, budget, depth)
    elif source.size > unpack.MAX_FILE:
        yield _Leaf(file=name, error=_too_large())
    else:
        yield _Leaf(file=name, data=source.at(0, source.size), notes=notes)


def _in_gzip(
    source: Bytes, name: str, notes: tuple[Note, ...], walk: Walk, budget: Budget, depth: int
) -> Iterator[_Leaf]:
    """Unpack a gzip file; it keeps its name."""
    try:
        data, odd = unpack.gunzip(source.at(0, source.size), budget=budget)
    except PaceError as error:
        yield _Leaf(file=name, error=error)
        return
    yield from _unpacked(InMemory(data), name, (*notes, *odd), walk, budget, depth + 1)


def _in_zip(
    source: Bytes, name: str, notes: tuple[Note, ...], walk: Walk, budget: Budget, depth: int
) -> Iterator[_Leaf]:
    """Go through an archive; one bad entry costs the others nothing."""
    try:
        found, odd = archive.entries(source, budget=budget)
    except PaceError as error:
        yield _Leaf(file=name, error=error)
        return
    for entry in found:
        if budget.spent:
            return
        parts = entry.name.replace("\\", "/").split("/")
        if entry.folder or any(map(_hidden, parts[:-1])) or _hidden(parts[-1]):
            continue
        if entry.link or not _worth_opening(parts[-1]):
            walk.passed_over += 1
            continue
        inside = f"{name}{INSIDE if name else ''}{shown(entry.name)}"
        yield from _in_entry(source, entry, inside, (*notes, *odd), walk, budget, depth)


def _in_entry(
    source: Bytes,
    entry: archive.Entry,
    name: str,
    notes: tuple[Note, ...],
    walk: Walk,
    budget: Budget,
    depth: int,
) -> Iterator[_Leaf]:
    """Unpack one entry of an archive."""
    try:
        data, odd = archive.member(source, entry, budget=budget)
    except PaceError as error:
        yield _Leaf(file=name, error=error)
        return
    yield from _unpacked(InMemory(data), name, (*notes, *odd), walk, budget, depth + 1)
