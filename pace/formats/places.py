"""Where recordings lie: files given or found in folders, in the order of names, known before they are opened."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from pace.errors import PaceError
from pace.formats import disk, exports
from pace.formats.disk import Path, Stamp, last_part, opened
from pace.formats.exports import Export
from pace.formats.inside import (
    Count,
    Layer,
    Leaf,
    Listing,
    hidden,
    leaves,
    listing,
    members,
    opened_member,
    worth_opening,
)
from pace.formats.names import shown
from pace.formats.sniff import kind
from pace.formats.told import Told
from pace.formats.unpack import MAX_DEPTH, MAX_RATIO, Budget, Bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """A folder that is an export: its path, its kind, its table and the state that the table is in."""

    path: str
    kind: str
    table: str
    stamp: Stamp


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A file, or a part of an archive.

    Attributes
    ----------
    path, file : str
        Where the file lies, and the name to show: relative to what was given. What is inside adds its own.
    stamp : (int, int)
        Size and time of change.
    name : str
        Its name in the folder or the export that was searched.
    origin : Origin or None
        The folder that is an export, if it lies in one.
    inside : tuple of int
        Which member of the archive, which member of that one, …
    part : (int, int) or None
        Which members of the innermost archive.
    allowed : int or None
        Bytes that it may unpack to: its share of what the whole archive may.
    error : PaceError or None
        Why there is nothing to open.
    """

    path: str
    file: str
    stamp: Stamp = (0, 0)
    name: str = ""
    origin: Origin | None = None
    inside: tuple[int, ...] = ()
    part: tuple[int, int] | None = None
    allowed: int | None = None
    error: PaceError | None = None


def places(path: Path, count: Count) -> Iterator[Place]:
    """Yield the places of one path that was given, without opening any file but the tables of exports.

    Folders are searched in the order of names; hidden files, `__MACOSX` and links that lead back are left out. Files
    whose name is that of no activity, or that an export keeps for itself, are counted in `count`.
    """
    try:
        folder = disk.is_folder(path)
    except PaceError as error:
        yield Place(path=str(path), file=last_part(path), error=error)
        return
    if folder:
        yield from _folder(str(path), "", frozenset(), count)
    else:
        yield Place(path=str(path), file=last_part(path), stamp=disk.stamp(path))


def _folder(path: str, prefix: str, above: frozenset[Any], count: Count) -> Iterator[Place]:
    """Search a folder; a link back to a folder above is not followed."""
    try:
        found = disk.items(path)
        here = disk.identity(path)
    except (PaceError, OSError) as error:
        unread = error if isinstance(error, PaceError) else PaceError("a folder must be readable")
        yield Place(path=path, file=shown(prefix or last_part(path)), error=unread)
        return
    if here in above:
        return
    export = _export(path, found)
    if export is not None:
        yield from _of_export(export, path, prefix, found, above | {here}, count)
        return
    for item in found:
        name = f"{prefix}{item.name}"
        if hidden(item.name):
            continue
        if item.is_folder:
            yield from _folder(item.path, f"{name}/", above | {here}, count)
        elif item.is_file and worth_opening(item.name):
            yield Place(path=item.path, file=shown(name), stamp=item.stamp, name=name)
        elif item.is_file:
            count.passed_over += 1


# --- Folders that are exports -------------------------------------------------------------------------------------

TOPS = {"strava": exports.STRAVA_FOLDER, "garmin": exports.GARMIN_FOLDER, "apple": exports.APPLE_FOLDER}
"""The folder that holds the activities, by the kind of export."""


def _of_export(
    export: Export, path: str, prefix: str, found: list[disk.Item], above: frozenset[Any], count: Count
) -> Iterator[Place]:
    """Search only those parts of a folder that hold the activities of an export."""
    top = TOPS[export.kind]
    table = f"{path.rstrip('/')}/{export.table}"
    origin = Origin(
        path=path, kind=export.kind, table=export.table, stamp=disk.stamp(table) if export.table else (0, 0)
    )
    count.passed_over += sum(item.is_file and not hidden(item.name) for item in found)
    for item in found:
        if item.name != top or not item.is_folder:
            continue
        for place in _folder(item.path, f"{top}/", above, count):
            if place.error or export.holds(place.name):
                called = exports.without_address(place.name) if export.kind == "garmin" else place.name
                yield replace(place, file=shown(prefix + called), origin=origin)
            else:
                count.passed_over += 1


def _export(path: str, found: list[disk.Item]) -> Export | None:
    """Return the export that a folder is, None if it is none."""
    files, folders = {item.name for item in found if item.is_file}, {item.name for item in found if item.is_folder}
    return exports.recognised("", files, folders, _streams(path))


def _streams(path: str) -> exports.Stream:
    """Return what opens a file of a folder, piece by piece."""
    return lambda name: disk.pieces(f"{path.rstrip('/')}/{name}")


def _told(place: Place) -> Told:
    """Return what is known of a file from elsewhere."""
    if place.origin is not None:
        origin = place.origin
        export = Export(origin.kind, "", origin.table, _streams(origin.path), origin)
        return export.told_of(place.name)
    return exports.of_uploads(place.file.rpartition("/")[2])


MOST_PARTS, MOST_INSIDE = 200, 8
"""Parts of an archive, and of one that has to be unpacked first."""

# --- What a place holds -------------------------------------------------------------------------------------------


def leaves_of(place: Place, count: Count) -> Iterator[Leaf]:
    """Open a place and yield what is in it; an error becomes a leaf."""
    if place.error is not None:
        yield Leaf(file=place.file, error=place.error)
        return
    try:
        with opened(place.path) as source:
            layer, budget = _innermost(place, source)
            if place.part is None:
                yield from leaves(layer, count=count, budget=budget)
                return
            found = listing(layer, budget=budget)
            yield from members(layer, found, found.members[slice(*place.part)], count=count, budget=budget)
    except PaceError as error:
        yield Leaf(file=place.file, error=error)


def _innermost(place: Place, source: Bytes) -> tuple[Layer, Budget]:
    """Go down through the archives that a place lies in; return what is there, and what it may unpack to."""
    layer = Layer(source=source, file=place.file, told=_told(place), key=(place.path, place.stamp))
    way = Budget(source.size)
    for number in place.inside:
        found = listing(layer, budget=way)
        layer = opened_member(layer, found, found.members[number], budget=way)
    return layer, way if place.allowed is None else Budget(0, total=place.allowed)


def parts(place: Place, *, most: int, count: Count) -> tuple[Place, ...]:
    """Return the parts of an archive with more than `most` members or with archives in it; none for anything else.

    Each part has up to `most` members, or more where an archive is so large, or packed in another one, that going
    through it again for each part would count; an archive in the archive is a part of its own. What was passed over is
    counted where there are parts.
    """
    if place.error is not None or place.part is not None or not disk.is_archive(place.path):
        return ()
    try:
        with opened(place.path) as source:
            layer, budget = _innermost(place, source)
            if kind(layer.source.at(0, 12)) != "zip":
                return ()
            found = listing(layer, budget=budget)
    except PaceError:
        return ()
    if not _worth_cutting(found, most) or len(place.inside) >= MAX_DEPTH:
        return ()
    count.passed_over += found.passed_over
    most = max(most, len(found.members) // (MOST_INSIDE if place.inside else MOST_PARTS))
    cut = list(_cut(found, most))
    return tuple(_part(place, found, first, stop, (budget.total // len(cut), budget.total)) for first, stop in cut)


def _worth_cutting(found: Listing, most: int) -> bool:
    """Tell whether an archive is too much to be read at once."""
    return len(found.members) > most or any(member.is_archive for member in found.members)


def _cut(found: Listing, most: int) -> Iterator[tuple[int, int]]:
    """Yield the first member of each part and the one behind its last, in order."""
    start, n = 0, len(found.members)
    for stop in [*(number for number, member in enumerate(found.members) if member.is_archive), n]:
        yield from ((first, min(first + most, stop)) for first in range(start, stop, most))
        if stop < n:
            yield stop, stop + 1
        start = stop + 1


def _part(place: Place, found: Listing, first: int, stop: int, limits: tuple[int, int]) -> Place:
    """Return one part; it may unpack to its share of the whole, or to more if it has more than its share of bytes."""
    here, (share, whole) = found.members[first:stop], limits
    allowed = min(max(share, MAX_RATIO * sum(member.entry.packed for member in here)), whole)
    if here[0].is_archive:
        return replace(place, inside=(*place.inside, first), part=None, allowed=allowed)
    return replace(place, part=(first, stop), allowed=allowed)
