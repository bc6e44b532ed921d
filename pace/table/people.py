"""Whose recordings are whose: by folder, by a list, or by a label for each path."""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, get_args

from pace.errors import InputError
from pace.formats import disk
from pace.formats.disk import Path, last_part
from pace.formats.inside import Count
from pace.formats.names import shown
from pace.formats.places import Place, places

PersonFrom = Literal["folder", "column", "label"]
FILE_HEADS, PERSON_HEADS = ("file", "path"), ("person", "label")
"""What the two columns of a list may be called."""
MAX_LIST = 256 * 2**20
"""Bytes of a list."""
NAMELESS = "person"


@dataclass(frozen=True, slots=True, kw_only=True)
class Lying:
    """A place, whose it is, and as which of the paths it was given."""

    place: Place
    person: str
    given: int


def check(paths: Sequence[Path], person_from: str, labels: Sequence[str]) -> None:
    """Refuse what cannot be meant.

    Raises
    ------
    InputError
        When there is no path, no such way to tell people apart, or not one label for each path.
    """
    if not paths:
        raise InputError("a batch needs at least one file or folder")
    if person_from not in get_args(PersonFrom):
        raise InputError(f"person_from is one of folder, column and label, got {person_from!r}", got=person_from)
    if labels and person_from != "label":
        raise InputError("labels belong to person_from='label'", got=person_from)
    if len(labels) > len(paths):
        raise InputError(f"{len(labels)} labels for {len(paths)} paths", got=len(labels), expected=len(paths))


def lying(paths: Sequence[Path], person_from: PersonFrom, labels: Sequence[str], count: Count) -> Iterator[Lying]:
    """Yield every place of some paths with whose it is, in order, without opening a recording."""
    for given, (path, person) in enumerate(_given(paths, person_from, labels)):
        for place in places(path, count):
            yield Lying(place=place, person=shown(person or _by_folder(path, place)), given=given)


def n_given(paths: Sequence[Path], person_from: PersonFrom) -> Iterator[Path]:
    """Yield the paths that are searched: those given, or those of the lists that are given."""
    return (path for path, _ in _given(paths, person_from, ()))


def _given(paths: Sequence[Path], person_from: PersonFrom, labels: Sequence[str]) -> Iterator[tuple[Path, str]]:
    """Yield each path to search with whose it is; empty where its folders tell."""
    if person_from == "column":
        for path in paths:
            yield from _listed(path)
        return
    for number, path in enumerate(paths, start=1):
        given = labels[number - 1] if number <= len(labels) else f"{NAMELESS} {number}"
        yield path, given if person_from == "label" else ""


def _by_folder(path: Path, place: Place) -> str:
    """Return whose a place is by its folder: the first one below what was given, or that itself.

    An archive that lies there directly counts as a folder. An export that was given is one person's.
    """
    inner, _, below = place.name.partition("/")
    own = place.origin is not None and place.origin.path == os.fspath(path)
    if place.name and below and not own:
        return place.file.partition("/")[0]
    if place.name and not own and inner.lower().endswith(".zip"):
        return inner[: -len(".zip")]
    if place.name or place.error or own:
        return _stem(last_part(path))
    if last_part(path).lower().endswith(".zip"):
        return _stem(last_part(path))
    return last_part(os.path.dirname(os.fspath(path)) or NAMELESS)


def _stem(name: str) -> str:
    """Return a name without the suffix of an archive."""
    return name[: -len(".zip")] if name.lower().endswith(".zip") else name


def _listed(path: Path) -> Iterator[tuple[Path, str]]:
    """Yield the rows of a list: where a file or folder lies, as seen from the list, and whose it is.

    Raises
    ------
    InputError
        When it is no table, or has no column for one of the two.
    """
    data = b"".join(disk.pieces(path))
    if not data or len(data) > MAX_LIST:
        raise InputError("a list must be a table (CSV) that can be read", path=last_part(path))
    text = data.decode("utf-8-sig", "replace")
    rows = csv.DictReader(io.StringIO(text), delimiter=max(",;\t", key=text.partition("\n")[0].count))
    heads = {(head or "").strip().lower(): head for head in rows.fieldnames or ()}
    file, person = (
        next((heads[word] for word in words if word in heads), None) for words in (FILE_HEADS, PERSON_HEADS)
    )
    if file is None or person is None:
        raise InputError("a list must have a column `file` and a column `person`", path=last_part(path))
    base = os.path.dirname(os.fspath(path))
    for row in rows:
        if where := (row[file] or "").strip():
            yield where if disk.is_url(where) else os.path.join(base, where), (row[person] or "").strip() or NAMELESS
