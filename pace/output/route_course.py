"""A route as every file of it holds it: places on the map, metres and seconds from the start, turns; nothing else.

Seconds run from nought and say when people are where if they go as suggested. No file of a route holds a date or a time
of day; formats that want one get `STARTED`, the same for everybody.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from pace.arrays import Array, frozen
from pace.earth import line_steps

if TYPE_CHECKING:
    from pace.routes.route import Route

DIGITS = 6
"""Decimals of a degree; 0.06 m at most beside the map, and no more is known of any map."""
STARTED = 1_631_065_600.0
"""Unix seconds that stand for the start where a format wants a date: 10^9 s after the epoch of FIT."""
NAME = "Walk and talk"
"""What every route is called: the name tells of nobody and of no place."""
SIDES = {"left": "Left", "right": "Right", "straight": "Straight"}
"""What devices call a turn whose words say this; any other is `Generic`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """One turn of a course: the point at which it is (`index`), its words, and what devices call it."""

    index: int
    text: str
    kind: str


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Course:
    """The points of a route, (k,) each: degrees to DIGITS decimals, m and s from the start; and its turns."""

    latitude: Array
    longitude: Array
    distance: Array
    seconds: Array
    turns: tuple[Turn, ...]


def course(route: Route) -> Course:
    """Return a route as files hold it.

    Points that come to lie on the one before are left out; the last point is the first again.

    Parameters
    ----------
    route : Route
    """
    latitude, longitude = np.round(route.latitude, DIGITS), np.round(route.longitude, DIGITS)
    moved = np.append(True, (np.diff(latitude) != 0) | (np.diff(longitude) != 0))
    at = np.concatenate(([0.0], np.cumsum(line_steps(route.latitude, route.longitude))))
    at *= route.distance_m / at[-1] if at[-1] else 0.0
    latitude, longitude, at = latitude[moved], longitude[moved], at[moved]
    edges = np.array([0.0, *np.cumsum([section.distance_m for section in route.sections])])
    times = np.array([0.0, *np.cumsum([60 * section.minutes for section in route.sections])])
    turns = tuple(
        Turn(index=int(np.abs(at - one.at_m).argmin()), text=one.text, kind=_kind(one.turn)) for one in route.directions
    )
    return Course(
        latitude=frozen(latitude),
        longitude=frozen(longitude),
        distance=frozen(at),
        seconds=frozen(np.interp(at, edges, times)),
        turns=turns,
    )


def _kind(words: str) -> str:
    """Return what devices call a turn."""
    said = words.split(" onto ")[0].split()
    return next((kind for word, kind in SIDES.items() if word in said), "Generic")
