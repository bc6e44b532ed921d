"""What is inside a file: itself, or what is packed in it, unwrapped layer by layer, nothing held back."""

from __future__ import annotations

import re
from collections.abc import Collection, Hashable, Iterable, Iterator
from dataclasses import dataclass

from pace.activity.track import Note
from pace.errors import LimitError, PaceError
from pace.formats import archive, exports, unpack
from pace.formats.exports import Export
from pace.formats.fit_kind import ACTIVITY_FILE, fit_kind
from pace.formats.names import INSIDE, shown
from pace.formats.sniff import kind
from pace.formats.told import NOTHING_TOLD, Told
from pace.formats.unpack import Budget, Bytes, InMemory

ACTIVITY = frozenset({"fit", "gpx", "tcx", "gz", "zip"})
"""Suffixes that are opened in folders and archives; a file that is given itself is opened whatever its name."""
WRONG_KIND = "an activity file must be FIT, GPX or TCX, or a gzip or ZIP file of those"

_INNER_SUFFIX = re.compile(r"\.([a-z]{1,5})\.gz$")


@dataclass(slots=True)
class Count:
    """How many files were passed over, by their name or as FIT files of an export that say they are no activity."""

    passed_over: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaf:
    """One file with nothing more inside it: its bytes and what was odd on the way to them, or an error."""

    file: str
    data: bytes = b""
    notes: tuple[Note, ...] = ()
    told: Told = NOTHING_TOLD
    error: PaceError | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Layer:
    """Something that may be packed: its bytes, its name, what was odd and what was told on the way to it.

    `key` names it and the state that it is in, if anybody can tell.
    """

    source: Bytes
    file: str
    notes: tuple[Note, ...] = ()
    told: Told = NOTHING_TOLD
    depth: int = 0
    key: Hashable = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """One entry of an archive that is worth opening; its number among those."""

    entry: archive.Entry
    file: str
    told: Told

    @property
    def is_archive(self) -> bool:
        """Tell by its name whether it is an archive itself."""
        return self.entry.name.lower().rstrip().endswith(".zip")


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """What an archive holds: the members worth opening, in its own order, and how many others there are."""

    members: tuple[Member, ...]
    notes: tuple[Note, ...]
    passed_over: int


def hidden(name: str) -> bool:
    """Tell whether a file is the system's own."""
    return name == "__MACOSX" or (name.startswith(".") and name.strip(".") != "")


def worth_opening(name: str) -> bool:
    """Tell by the suffix whether a file may be an activity; `x.csv.gz` is not."""
    low = name.lower().rstrip()
    inner = _INNER_SUFFIX.search(low)
    return low.rpartition(".")[2] in ACTIVITY and (inner is None or inner[1] in ACTIVITY)


def too_large() -> LimitError:
    """Say that a file is too large."""
    limit = unpack.MAX_FILE // 2**20
    return LimitError(f"an activity file may have {limit} MB, this one has more", expected=unpack.MAX_FILE)


def leaves(layer: Layer, *, count: Count, budget: Budget | None = None) -> Iterator[Leaf]:
    """Unwrap one layer, if there is one, and go on with what is in it."""
    budget = budget or Budget(layer.source.size)
    wrapped = kind(layer.source.at(0, 12))
    if layer.depth > unpack.MAX_DEPTH and wrapped in ("gz", "zip"):
        limit = f"archives may lie in one another {unpack.MAX_DEPTH} deep, here they lie deeper"
        yield Leaf(file=layer.file, error=LimitError(limit, expected=unpack.MAX_DEPTH))
    elif wrapped == "zip":
        yield from _in_zip(layer, count, budget)
    elif layer.source.size > unpack.MAX_FILE:
        yield Leaf(file=layer.file, error=too_large())
    elif wrapped == "gz":
        yield from _in_gzip(layer, count, budget)
    else:
        yield from _itself(layer, count)


def _itself(layer: Layer, count: Count) -> Iterator[Leaf]:
    """Yield a file with nothing more in it, unless it says that it is no activity and is not looked for."""
    data = layer.source.at(0, layer.source.size)
    if layer.told.only_activities and fit_kind(data) not in (None, ACTIVITY_FILE):
        count.passed_over += 1
        return
    yield Leaf(file=layer.file, data=data, notes=layer.notes, told=layer.told)


def _in_gzip(layer: Layer, count: Count, budget: Budget) -> Iterator[Leaf]:
    """Unpack a gzip file; it keeps its name."""
    try:
        data, odd = unpack.gunzip(layer.source.at(0, layer.source.size), budget=budget)
    except PaceError as error:
        yield Leaf(file=layer.file, error=error)
        return
    yield from leaves(_within(layer, InMemory(data), layer.file, odd, layer.told), count=count, budget=budget)


def _in_zip(layer: Layer, count: Count, budget: Budget) -> Iterator[Leaf]:
    """Go through an archive; one bad entry costs the others nothing."""
    try:
        found = listing(layer, budget=budget)
    except PaceError as error:
        yield Leaf(file=layer.file, error=error)
        return
    count.passed_over += found.passed_over
    yield from members(layer, found, found.members, count=count, budget=budget)


def members(layer: Layer, found: Listing, wanted: Iterable[Member], *, count: Count, budget: Budget) -> Iterator[Leaf]:
    """Yield what some members of an archive hold."""
    for member in wanted:
        if budget.spent:
            return
        try:
            inner = opened_member(layer, found, member, budget=budget)
        except PaceError as error:
            yield Leaf(file=member.file, error=error)
            continue
        yield from leaves(inner, count=count, budget=budget)


def opened_member(layer: Layer, found: Listing, member: Member, *, budget: Budget) -> Layer:
    """Unpack one entry of an archive.

    Raises
    ------
    FormatError, LimitError
        As `archive.member`.
    """
    data, odd = archive.member(layer.source, member.entry, budget=budget)
    return _within(layer, InMemory(data), member.file, (*found.notes, *odd), member.told)


def _within(layer: Layer, source: Bytes, file: str, odd: tuple[Note, ...], told: Told) -> Layer:
    """Return the layer below."""
    key = None if layer.key is None else (layer.key, file)
    return Layer(source=source, file=file, notes=(*layer.notes, *odd), told=told, depth=layer.depth + 1, key=key)


# --- What an archive holds ----------------------------------------------------------------------------------------


def listing(layer: Layer, *, budget: Budget) -> Listing:
    """Return what an archive holds; of an export only what is an activity of it.

    Raises
    ------
    LimitError
        When there are too many entries.
    """
    entries, odd = archive.entries(layer.source, budget=budget)
    seen = [entry for entry in entries if not entry.folder and not any(map(hidden, _plain(entry.name).split("/")))]
    found = _exports_in(layer, seen)
    kept = [member for entry in seen if (member := _member(layer, entry, found)) is not None]
    return Listing(members=tuple(kept), notes=odd, passed_over=len(seen) - len(kept))


def _plain(name: str) -> str:
    """Return the name of an entry with `/` between its parts."""
    return name.replace("\\", "/")


def _member(layer: Layer, entry: archive.Entry, found: Collection[Export]) -> Member | None:
    """Return an entry as something to open; None for what is not."""
    name = _plain(entry.name)
    if entry.link or not worth_opening(name.rpartition("/")[2]):
        return None
    told = layer.told
    for export in found:
        if name.startswith(export.root):
            if not export.holds(name):
                return None
            told = export.told_of(name)
    if told is NOTHING_TOLD:
        told = exports.of_uploads(name.rpartition("/")[2])
    called = exports.without_address(name) if told.only_activities else name
    return Member(entry=entry, file=f"{layer.file}{INSIDE if layer.file else ''}{shown(called)}", told=told)


def _exports_in(layer: Layer, entries: Collection[archive.Entry]) -> tuple[Export, ...]:
    """Return the exports that lie in an archive."""
    names = [_plain(entry.name) for entry in entries]
    roots = {root for name in names if (root := _root(name)) is not None}
    by_name = dict(zip(names, entries, strict=True))

    def stream(name: str) -> Iterator[bytes]:
        """Yield the content of one entry, piece by piece."""
        return archive.stream(layer.source, by_name[name])

    found = []
    for root in sorted(roots):
        below = [name.removeprefix(root).partition("/") for name in names if name.startswith(root)]
        files, folders = {top for top, slash, _ in below if not slash}, {top for top, slash, _ in below if slash}
        found.append(exports.recognised(root, files, folders, stream, key=layer.key))
    return tuple(export for export in found if export is not None)


def _root(name: str) -> str | None:
    """Return where an export would have to begin for this entry to be a part of it by name."""
    parts = name.split("/")
    for place, part in enumerate(parts):
        if part in (exports.STRAVA_TABLE, exports.GARMIN_FOLDER, exports.APPLE_FOLDER):
            return "".join(f"{above}/" for above in parts[:place])
    return None
