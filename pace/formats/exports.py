"""The exports that people have: which of their files are activities, which are never opened, and what else they tell.

An export is known by what lies in it, as a folder or as an archive, under any name and at any depth:

- Strava: `activities.csv` beside `activities/`. Only these two are opened; routes, media and messages never are.
- Garmin: `DI_CONNECT/` with archives of uploaded files. Only those are opened; most FIT files in them are no activity.
- Apple Health: `workout-routes/` beside a health export. The routes are the activities; heart rates and kinds of
  workout come out of the export itself.
"""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Callable, Collection, Hashable, Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from pace.formats import apple, strava
from pace.formats.told import NOTHING_TOLD, Told

Stream = Callable[[str], Iterable[bytes]]
"""Gives a file of the export by its name in it, piece by piece."""
STRAVA_TABLE, STRAVA_FOLDER, GARMIN_FOLDER, APPLE_FOLDER = (
    "activities.csv",
    "activities",
    "DI_CONNECT",
    "workout-routes",
)

_UPLOADED = re.compile(r"uploaded-?_?files", re.IGNORECASE)
_ADDRESS = re.compile(r"^[^/@\s]+@[^/@\s_]+_")


@dataclass(frozen=True)
class Export:
    """What an export holds; names are relative to `root`, which ends in `/` or is empty.

    `key` names the export and the state that it is in: what was read of its table once is known under it the next time.
    """

    kind: str
    root: str
    table: str
    stream: Stream
    key: Hashable = None

    def holds(self, name: str) -> bool:
        """Tell whether a file is an activity of the export, or an archive of some."""
        inner = name.removeprefix(self.root)
        top = inner.partition("/")[0]
        if self.kind == "garmin":
            return top == GARMIN_FOLDER and _UPLOADED.search(inner) is not None
        if self.kind == "apple":
            return top == APPLE_FOLDER and inner.lower().endswith(".gpx")
        return top == STRAVA_FOLDER and top != inner

    def told_of(self, name: str) -> Told:
        """Return what the export tells of a file that it holds."""
        if self.kind == "garmin":
            return _GARMIN
        return self._health if self.kind == "apple" else self._sports.get(name.removeprefix(self.root), NOTHING_TOLD)

    @cached_property
    def _health(self) -> Told:
        """What the health export tells; read when the first route is."""
        found: Told = _remembered((self.key, self.root), lambda: apple.told(lambda: self.stream(self.table)))
        return found

    @cached_property
    def _sports(self) -> dict[str, Told]:
        """What the table tells of each file; read when the first file is."""
        words = {sport: Told(sport=sport) for sport in strava.SPORTS}
        found: dict[str, Told] = _remembered(
            (self.key, self.root),
            lambda: {file: words[sport] for file, sport in strava.sports(self.stream(self.table)).items()},
        )
        return found


_GARMIN = Told(only_activities=True)
MOST_REMEMBERED = 2
_known: OrderedDict[Hashable, Any] = OrderedDict()


def _remembered(key: tuple[Hashable, str], make: Callable[[], Any]) -> Any:
    """Return what was made for a key the last time, for the last few keys: an archive is opened part by part."""
    if key[0] is None:
        return make()
    if key not in _known:
        _known[key] = make()
    _known.move_to_end(key)
    while len(_known) > MOST_REMEMBERED:
        _known.popitem(last=False)
    return _known[key]


def recognised(
    root: str, files: Collection[str], folders: Collection[str], stream: Stream, *, key: Hashable = None
) -> Export | None:
    """Return the export that lies in one folder, None if none does.

    Parameters
    ----------
    root : str
        What the names in the export begin with: empty, or a path that ends in `/`.
    files, folders : collection of str
        Names in that folder.
    stream : callable
        Opens a file by `root` and name.
    key : hashable
        Names what the folder lies in, and the state that it is in; None if nothing is to be remembered.
    """
    if STRAVA_TABLE in files and STRAVA_FOLDER in folders:
        return Export("strava", root, root + STRAVA_TABLE, stream, key)
    if GARMIN_FOLDER in folders:
        return Export("garmin", root, "", stream)
    if APPLE_FOLDER in folders:
        tables = sorted(name for name in files if name.lower().endswith(".xml"))
        health = [name for name in tables if apple.is_health(stream(root + name))]
        return Export("apple", root, root + health[0], stream, key) if health else None
    return None


def of_uploads(name: str) -> Told:
    """Return what the name of an archive tells that is given by itself: Garmin's `UploadedFiles_0-_Part1.zip`."""
    return _GARMIN if _UPLOADED.match(name) else NOTHING_TOLD


def without_address(name: str) -> str:
    """Return the name of a file without the e-mail address that Garmin puts before it.

    Examples
    --------
    >>> without_address("ann.bo@example.org_12345.fit"), without_address("run.fit")
    ('12345.fit', 'run.fit')
    """
    head, slash, last = name.rpartition("/")
    return head + slash + (_ADDRESS.sub("", last) or last)
