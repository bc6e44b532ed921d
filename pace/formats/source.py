"""Where recordings come from: files, folders, compressed files and archives, walked one by one, nothing held back."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import BinaryIO, Literal

from pace.activity.track import Note, Track
from pace.errors import FormatError, InputError, PaceError
from pace.formats import disk
from pace.formats.disk import content, last_part, opened
from pace.formats.inside import WRONG_KIND, Count, Layer, Leaf, leaves
from pace.formats.places import leaves_of, places
from pace.formats.sniff import kind
from pace.formats.unpack import Bytes, InMemory

Checksum = Literal["warn", "refuse", "ignore"]
"""What a wrong checksum does: leaves a note, is an error, is nothing."""
Source = str | os.PathLike[str] | bytes | bytearray | memoryview | BinaryIO


@dataclass(frozen=True, slots=True, kw_only=True)
class Recording:
    """What one file gave: its tracks, or the error that kept it from being read.

    Attributes
    ----------
    file : str
        The name to show: relative to the folder that was given, `archive.zip › run.fit` for a file in an archive.
    tracks : tuple of Track
    error : PaceError or None
    """

    file: str
    tracks: tuple[Track, ...] = ()
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
        return _read(InMemory(content(source)), "", strict, checksum)
    if disk.is_folder(source):
        raise InputError("read takes one file, this is a folder: use pace.profile", path=last_part(source))
    with opened(source) as found:
        return _read(found, last_part(source), strict, checksum)


def _read(source: Bytes, name: str, strict: bool, checksum: Checksum) -> tuple[Track, ...]:
    """Read every leaf; one that fails costs the others nothing, unless all fail or nothing may be wrong."""
    found = [recording(leaf, strict, checksum) for leaf in leaves(Layer(source=source, file=name), count=Count())]
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


def recording(leaf: Leaf, strict: bool, checksum: Checksum) -> Recording:
    """Read the tracks of a leaf; an error becomes a value that names the file."""
    try:
        tracks = _tracks(leaf, strict, checksum)
    except PaceError as error:
        return Recording(file=leaf.file, error=error.at(leaf.file))
    return Recording(file=leaf.file, tracks=tracks)


def _tracks(leaf: Leaf, strict: bool, checksum: Checksum) -> tuple[Track, ...]:
    """Read bytes by the reader of their format and add what was odd on the way to them."""
    if leaf.error:
        raise leaf.error
    for note in leaf.notes:
        if strict or (note.kind == "checksum" and checksum == "refuse"):
            raise FormatError(note.message.partition(";")[0], offset=note.offset)
    notes = tuple(note for note in leaf.notes if note.kind != "checksum" or checksum != "ignore")
    tracks = tuple(map(leaf.told.on, _reader(leaf)(leaf.data, strict, checksum)))
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


def _reader(leaf: Leaf) -> _Reader:
    """Choose the reader by content; where that says nothing, a FIT file with a ruined header is known by its suffix."""
    found = kind(leaf.data) or ("fit" if leaf.file.lower().endswith((".fit", ".fit.gz")) and leaf.data else "")
    if found in _READERS:
        return _READERS[found]
    if not leaf.data:
        raise FormatError(f"{WRONG_KIND}, this one is empty")
    raise FormatError(f"{WRONG_KIND}, this is not")


# --- Many files ---------------------------------------------------------------------------------------------------


class Walk(Iterator[Recording]):
    """The recordings of some paths, one at a time; `passed_over` counts the files that were not opened."""

    def __init__(self, paths: Iterable[disk.Path] = (), *, strict: bool = False, checksum: Checksum = "warn") -> None:
        self._count = Count()
        self._leaves = (recording(leaf, strict, checksum) for path in paths for leaf in self._given(path))

    def __next__(self) -> Recording:
        """Read the next file."""
        return next(self._leaves)

    @property
    def passed_over(self) -> int:
        """Files that were not opened because of their name, or that an export holds and are no activity."""
        return self._count.passed_over

    def _given(self, path: disk.Path) -> Iterator[Leaf]:
        """Walk one path that was given; say so where it holds no activity file at all."""
        before, empty = self.passed_over, True
        for place in places(path, self._count):
            for leaf in leaves_of(place, self._count):
                empty = False
                yield leaf
        if empty:
            yield nothing_in(path, self.passed_over - before)


def nothing_in(path: disk.Path, seen: int) -> Leaf:
    """Return what stands for a folder or an archive without any activity."""
    here = {0: "there is no file in it", 1: "the one file in it is no recording"}
    found = here.get(seen, f"none of the {seen} files in it is a recording")
    named = "; a recording's name ends in .fit, .gpx, .tcx, .gz or .zip" if seen else ""
    return Leaf(file=last_part(path), error=FormatError(f"{found}{named}"))


def recordings(paths: Iterable[str | os.PathLike[str]], *, strict: bool = False, checksum: Checksum = "warn") -> Walk:
    """Return an iterator over every recording in files, folders, `.gz` and `.zip`, one file in memory at a time.

    Folders are searched in the order of names, with what lies in them; hidden files, `__MACOSX` and links that lead
    back are left out. In folders and archives only names that end in .fit, .gpx, .tcx, .gz or .zip are opened; the
    others are counted in `passed_over`. Exports of Strava, Garmin and Apple Health are known by what lies in them, and
    only their activities are opened. A file that cannot be read is a `Recording` with an error; the rest goes on.

    Parameters
    ----------
    paths : iterable of str or path
        Paths of this machine, or URLs that fsspec opens.
    strict, checksum : as for `read`

    Examples
    --------
    >>> [(r.file, str(r.error)) for r in recordings(["nowhere/x.fit"])]
    [('x.fit', 'there is no file or folder of this name: check how it is spelt (x.fit)')]
    """
    return Walk(paths, strict=strict, checksum=checksum)


def recordings_in(data: bytes, *, name: str = "") -> tuple[Recording, ...]:
    """Return every recording in the content of one file, which may be packed, without writing it anywhere.

    Parameters
    ----------
    data : bytes
    name : str
        What to call the file; its suffix decides nothing.

    Examples
    --------
    >>> [str(r.error) for r in recordings_in(b"a,b", name="notes.txt")]
    ['an activity file must be FIT, GPX or TCX, or a gzip or ZIP file of those, this is not (notes.txt)']
    """
    inside = leaves(Layer(source=InMemory(data), file=name), count=Count())
    found = tuple(recording(leaf, False, "warn") for leaf in inside)
    return found or (Recording(file=name, error=FormatError(f"{WRONG_KIND}, this archive holds none", path=name)),)
