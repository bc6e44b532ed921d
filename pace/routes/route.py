"""One way to go and come back, as it is offered: its line, its sections with a pace, its turns in words."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pace.arrays import Array
from pace.earth import short_way

SCHEMA = "pace.routes/1"
DIRECTIONS = ("clockwise", "anticlockwise")
SHAPES = ("loop", "out-and-back", "laps", "track")
"""What a route looks like: a loop, the same way back, several times round, or round a running track."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """One part of a route that is taken at one pace.

    Attributes
    ----------
    start_m, distance_m : float, m
        From the start of the route, and its own length.
    minutes : float
        Waiting at crossings included.
    gait_by_person : dict of str to str
        `walk` or `run`.
    speed : float, m/s
        The fastest at which everyone can talk here; time and pace of the section follow from it.
    grade : float
        rise/run, the mean; NaN where the ground is not known.
    name : str
        Of the street or path, empty where it has none.
    walk_instead : bool
        Whether somebody who jogs elsewhere walks here, because jogging would be too hard to talk.
    stairs : bool
    """

    start_m: float
    distance_m: float
    minutes: float
    gait_by_person: dict[str, str]
    speed: float
    grade: float
    name: str = ""
    walk_instead: bool = False
    stairs: bool = False

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON form; the name of a street is left to what is asked to hold places."""
        return {
            "start_m": self.start_m,
            "distance_m": self.distance_m,
            "minutes": self.minutes,
            "gait_by_person": dict(self.gait_by_person),
            "speed_mps": self.speed,
            "grade": known(self.grade),
            "walk_instead": self.walk_instead,
            "stairs": self.stairs,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Direction:
    """One turn.

    Attributes
    ----------
    at_m : float
        How far from the start.
    turn : str
        What to do, in a few words.
    name : str
        Of the way taken, if it has one.
    stays : bool
        Whether the way before has that name too.
    """

    at_m: float
    turn: str
    name: str = ""
    stays: bool = False

    @property
    def text(self) -> str:
        """The whole direction in words."""
        return f"{self.turn}{', staying on' if self.stays else ' into'} {self.name}" if self.name else self.turn


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """Something useful beside the way.

    Attributes
    ----------
    at_m : float
        How far from the start.
    kind : str
        One of `pace.routes.network.PLACES`.
    """

    at_m: float
    kind: str


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Route:
    """A closed way from the meeting point.

    Attributes
    ----------
    shape : str
        One of SHAPES.
    latitude, longitude, elevation : (k,) float64
        The line in degrees and m, first point the same as the last; elevation NaN where unknown.
    edges : (j,) int
        Of the network that it was found in, in order.
    forward : (j,) bool
        Whether each is gone from its start to its stop.
    sections : tuple of Section
    minutes, distance_m : float
    climb_m : float
        NaN where the ground is not known.
    talkable_minutes : float
        Expected minutes in which everyone can talk.
    edge_reuse, overlap : float
        Shares of the distance: on edges taken more than once, and beside another part of the route that is not near it
        along the way.
    noise, green : float
        0 to 1, means over the distance; NaN where unknown.
    familiar : float
        Share of the distance on ways that are in recordings; NaN where nobody looked.
    directions : tuple of Direction
    places : tuple of Beside
    attribution : str
    caveats : tuple of str
        Plain sentences.
    """

    shape: str
    latitude: Array
    longitude: Array
    elevation: Array
    edges: NDArray[np.int64]
    forward: NDArray[np.bool_]
    sections: tuple[Section, ...]
    minutes: float
    distance_m: float
    climb_m: float
    talkable_minutes: float
    edge_reuse: float
    overlap: float
    noise: float
    green: float
    familiar: float = math.nan
    directions: tuple[Direction, ...] = ()
    places: tuple[Beside, ...] = ()
    attribution: str = ""
    caveats: tuple[str, ...] = ()

    def __repr__(self) -> str:
        """Return what the way is like, and no place."""
        return f"<Route: {self.shape}, {self.distance_m:.0f} m, {self.minutes:.0f} min>"

    @property
    def direction(self) -> str | None:
        """Which way round it goes, one of DIRECTIONS; None where it comes back as it went."""
        if self.shape == "out-and-back":
            return None
        return DIRECTIONS[int(turned(self.latitude, self.longitude) > 0)]

    def to_dict(self, *, files: tuple[str, ...] = ()) -> dict[str, Any]:
        """Return the JSON form: what the way is like, and no place.

        Parameters
        ----------
        files : tuple of str
            The names of the exports written of it.
        """
        return {
            "shape": self.shape,
            "direction": self.direction,
            "minutes": self.minutes,
            "distance_m": self.distance_m,
            "climb_m": known(self.climb_m),
            "talkable_minutes": self.talkable_minutes,
            "edge_reuse": self.edge_reuse,
            "overlap": self.overlap,
            "noise": known(self.noise),
            "green": known(self.green),
            "familiar": known(self.familiar),
            "sections": [section.to_dict() for section in self.sections],
            "caveats": list(self.caveats),
            "files": list(files),
        }


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Routes:
    """The ways offered, best first. Make it with `pace.routes.suggest.routes`.

    Attributes
    ----------
    minutes : float
        What was asked for.
    mode : str
        How people move: the mode of the match's suggestion.
    start_offset_m : float
        How far the start of the routes lies from the one that was asked for.
    routes : tuple of Route
    caveats : tuple of str
        What to keep in mind, as plain sentences.
    """

    minutes: float
    mode: str
    start_offset_m: float
    routes: tuple[Route, ...]
    caveats: tuple[str, ...]

    def to_dict(self, *, files: tuple[tuple[str, ...], ...] = ()) -> dict[str, Any]:
        """Return the JSON form, schema `pace.routes/1`.

        Parameters
        ----------
        files : tuple of tuple of str
            The names of the exports written of each route.
        """
        written = files or ((),) * len(self.routes)
        return {
            "schema": SCHEMA,
            "minutes": self.minutes,
            "mode": self.mode,
            "start_offset_m": self.start_offset_m,
            "routes": [route.to_dict(files=names) for route, names in zip(self.routes, written, strict=True)],
            "caveats": list(self.caveats),
        }


def turned(latitude: Array, longitude: Array) -> float:
    """Return twice the area (square degrees) that a closed line goes around, negative where it goes clockwise.

    Examples
    --------
    >>> turned(np.array([0.0, 0.0, 1.0, 0.0]), np.array([0.0, 1.0, 1.0, 0.0]))
    1.0
    """
    x, y = short_way(longitude - longitude[0]), latitude - latitude[0]
    return float((x[:-1] * y[1:] - x[1:] * y[:-1]).sum())


def known(value: float) -> float | None:
    """Return a number as JSON has it: None where it is not known."""
    return value if math.isfinite(value) else None
