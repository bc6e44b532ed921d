"""Ways for a match: loops on which everyone can keep talking and be home on time, or what the place allows instead."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from pace.errors import InputError, NothingUsableError
from pace.routes import turning
from pace.routes.effort import GRADE_DOUBT, GRADE_UNKNOWN, SETTLING, Ability, ability
from pace.routes.ground import Index, Reach, ground, reach
from pace.routes.loops import MOST_SHARED, NEARLY, Finder, different, other_way
from pace.routes.network import WAYS, Network
from pace.routes.plane import Plane
from pace.routes.rounds import Judge, Round
from pace.routes.route import DIRECTIONS, Route, Routes
from pace.routes.taste import DUSK, FAMILIAR, NEW, Taste
from pace.routes.walk import route
from pace.together.option import SITTING

if TYPE_CHECKING:
    from pace.together.match import Match

SHORTEST, LONGEST = 10.0, 240.0
"""min; a shorter session goes nowhere, a longer one is a hike."""
MOST_OPTIONS = 10
SLACK = 1.05
"""Share of the time asked for that a route may take at most."""
ON_THE_WAY, TOO_FAR = 30.0, 1000.0
"""m; a start this near to a path is on it, one farther off than the other is not on the map."""
STEPS = 40
"""How often a part of each round is replaced; more is better and slower."""
MOST_TWICE = 0.35
"""Share of a loop that may be gone twice before it is called a way out and back."""


def routes(
    match: Match,
    network: Network,
    *,
    start: tuple[float, float],
    minutes: float | None = None,
    options: int = 3,
    seed: int = 0,
    taste: Taste | None = None,
    dusk: bool = False,
    direction: str | None = None,
    familiar: bool | None = None,
    steps: int = STEPS,
) -> Routes:
    """Return ways from a meeting point and back for the people of a match, best first.

    Loops come first; where there are fewer than asked for, ways out and back, and short ways several times. Each takes
    the time asked for within 5 %, and holds everybody under their talk threshold by saying where to slow down or walk.
    The same seed gives the same routes.

    Parameters
    ----------
    match : Match
    network : Network
    start : (float, float)
        Latitude and longitude of the meeting point, degrees.
    minutes : float, optional
        Length of the session; the match's own if not given.
    options : int
        How many ways, 1 to 10.
    seed : int
    taste : Taste, optional
        What weighs how much.
    dusk : bool
        Prefer lit ways.
    direction : str, optional
        `clockwise` or `anticlockwise`: which way round to go, where it can be gone that way.
    familiar : bool, optional
        Prefer ways that are in recordings (`with_recorded`), or with False those that are not.
    steps : int
        How often a part of each loop is replaced by a better one, if there is one.

    Raises
    ------
    InputError
        When a value is out of its range.
    NothingUsableError
        When the start is off the map.
    """
    asked = float(match.minutes if minutes is None else minutes)
    _check(start, asked, options, seed, direction)
    taste = taste or (DUSK if dusk else Taste())
    wish: dict[str, float] = {} if familiar is None else FAMILIAR if familiar else NEW
    query = _Query.of(match, network, start, asked, replace(taste, **wish), direction)
    found = query.offered(options, seed=seed, steps=steps) if query.able.flat > 0 else []
    return Routes(
        minutes=asked,
        mode=match.suggestion.mode,
        start_offset_m=query.offset,
        routes=tuple(found),
        caveats=tuple(query.caveats(match, found, options, dusk=dusk, familiar=familiar)),
    )


def _check(start: tuple[float, float], minutes: float, options: int, seed: int, direction: str | None) -> None:
    """Refuse what cannot be asked, without repeating a place."""
    latitude, longitude = start if len(start) == 2 else (math.nan, math.nan)
    if not (math.isfinite(latitude) and math.isfinite(longitude) and abs(latitude) <= 90 and abs(longitude) <= 180):
        raise InputError("a start is latitude,longitude in degrees, -90 to 90 and -180 to 180")
    if not SHORTEST <= minutes <= LONGEST:
        raise InputError(f"a route takes {SHORTEST:g} to {LONGEST:g} minutes, got {minutes:g}", got=minutes)
    if not 1 <= options <= MOST_OPTIONS:
        raise InputError(f"1 to {MOST_OPTIONS} options can be asked for, got {options}", got=options)
    if seed < 0:
        raise InputError(f"a seed is a whole number from 0 on, got {seed}", got=seed)
    if direction not in (None, *DIRECTIONS):
        raise InputError(f"a direction is {' or '.join(DIRECTIONS)}, got {direction!r}", got=direction)


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class _Query:
    """One question: who, from where, for how long."""

    able: Ability
    reach: Reach
    taste: Taste
    seconds: float
    offset: float
    direction: str | None

    @classmethod
    def of(
        cls,
        match: Match,
        network: Network,
        start: tuple[float, float],
        minutes: float,
        taste: Taste,
        direction: str | None,
    ) -> _Query:
        """Return a question with what lies around its start.

        Raises
        ------
        NothingUsableError
            When the start is off the map.
        """
        known = not bool(np.isnan(network.point_elevation).all())
        able = ability(match, doubt=GRADE_DOUBT if known else GRADE_UNKNOWN)
        quick = float(np.nanmax(np.append(able.speed, 0.0)))
        radius = TOO_FAR + max(quick * 60 * minutes / 2 * SLACK, TOO_FAR)
        around, offset = reach(network, able, *start, radius=radius)
        if not offset <= TOO_FAR:
            offset = network.nearest(*start).distance
            away = f"{offset / 1000:.1f} km from the nearest way" if math.isfinite(offset) else "far from any way"
            raise NothingUsableError(
                f"a start must lie on the map, this lies {away} of it: move it, or take a map of its surroundings"
            )
        return cls(able=able, reach=around, taste=taste, seconds=60 * minutes, offset=offset, direction=direction)

    def offered(self, options: int, *, seed: int, steps: int) -> list[Route]:
        """Return loops, then, where there are too few, ways out and back, then short ways gone several times.

        No two share more than half of their way; none is off the time asked for by more than a twentieth.
        """
        found: list[Route] = []
        for laps in range(1, MOST_LAPS + 1):
            if len(found) >= options or (found and laps > FILLING_LAPS):
                break
            self._add(found, self._loops(options, laps=laps, seed=seed, steps=steps), options)
            if len(found) < options:
                self._add(found, self._out_and_back(laps=laps), options)
        return found

    def _add(self, found: list[Route], more: list[Route], options: int) -> None:
        """Add routes on time that share at most half with each that is there, up to `options` in all."""
        for one in more:
            on_time = abs(60 * one.minutes - self.seconds) <= ON_TIME * self.seconds
            if len(found) < options and on_time and all(shared(one, other) <= MOST_SHARED for other in found):
                found.append(one)

    def _loops(self, options: int, *, laps: int, seed: int, steps: int) -> list[Route]:
        """Return loops of a lap's time, gone `laps` times."""
        settle = self.able.settle if laps == 1 else math.inf
        lap = self.seconds if laps == 1 else (self.seconds - self._settling()) / laps
        found = ground(self.reach, self.able, self.taste, seconds=lap * SLACK)
        if found is None:
            return []
        judge = Judge(ground=found, taste=self.taste, seconds=lap, settle=settle)
        rounds = different(Finder.of(found), judge, np.random.default_rng(seed), n=options, steps=steps)
        return [self._round(one, judge, laps) for one in rounds]

    def _round(self, one: Round, judge: Judge, laps: int) -> Route:
        """Return a round as a route, in the direction that was wished for, where that way too is on time."""
        found = self._route(one, judge, laps)
        if found.direction is None or self.direction in (None, found.direction):
            return found
        other = other_way(judge.ground, one, judge)
        if other is not None and judge.on_time(other, within=NEARLY):
            return self._route(other, judge, laps)
        only = f"Only {found.direction} is it easy enough for all, and on time."
        return replace(found, caveats=(*found.caveats, only))

    def _route(self, one: Round, judge: Judge, laps: int) -> Route:
        """Return a round as it is as a route."""
        edges, forward = judge.ground.edges_of(one.arcs)
        twice = one.again > MOST_TWICE * one.seconds
        shape = self._shape(edges, "laps" if laps > 1 else "out-and-back" if twice else "loop")
        return route(self.reach, self.able, np.tile(edges, laps), np.tile(forward, laps), shape=shape)

    def _shape(self, edges: Index, shape: str) -> str:
        """Return `track` for a walk that is mostly round a running track, else its shape."""
        network = self.reach.network
        rounds = network.length[edges] * (network.way[edges] == WAYS.index("running track"))
        return "track" if rounds.sum() > MOSTLY * network.length[edges].sum() else shape

    def _out_and_back(self, *, laps: int) -> list[Route]:
        """Return ways out and back, gone `laps` times, each aimed anew by how far the one before was off the time."""
        shape, aim = "laps" if laps > 1 else "out-and-back", self.seconds - self._settling()
        for _ in range(AIMS):
            walks = turning.out_and_back(self.reach, self.able, self.taste, seconds=aim / laps, n=MOST_WALKS)
            found = [
                route(walk.reach, self.able, np.tile(walk.edges, laps), np.tile(walk.forward, laps), shape=shape)
                for walk in walks
            ]
            found = [one for one in found if math.isfinite(one.minutes)]
            off = self.seconds - 60 * found[0].minutes if found else 0.0
            if abs(off) <= NEAR_S:
                break
            aim += off
        return found

    def _settling(self) -> float:
        """Return the seconds by which settling in makes a way on the flat longer."""
        return SETTLING * max(1 - self.able.settle / self.able.flat, 0.0)

    def caveats(
        self, match: Match, found: list[Route], options: int, *, dusk: bool, familiar: bool | None
    ) -> list[str]:
        """Return what to keep in mind, as plain sentences."""
        network, told = self.reach.network, []
        if self.offset > ON_THE_WAY:
            told.append(f"The routes begin on the nearest way, {self.offset:.0f} m from the start that you gave.")
        if match.suggestion.mode == SITTING:
            told.append("Sitting suits these people best for now: what is shown is a stroll, with pauses as you like.")
        if not found:
            steep = bool(np.isinf(self.reach.efforts.seconds).any())
            told.append(TOO_HARD if not self.able.flat > 0 else STEEP if steep else NOTHING)
        elif len(found) < options:
            told.append(f"The place allows {len(found)} of the {options} ways asked for that differ enough.")
        unknown = np.isnan(network.point_elevation)
        if unknown.all():
            told.append(NO_GROUND)
        elif unknown.mean() > 0.02:
            told.append("The height of the ground is not known everywhere here: go by feel where it rises.")
        if dusk and not (network.lit >= 0).any():
            told.append("Nobody noted on this map which ways are lit: go by what you know.")
        if familiar is not None and not (network.support > 0).any():
            told.append("No recording that may be used shows a way around here, so all ways count as new.")
        return told


def shared(one: Route, other: Route) -> float:
    """Return the share of the shorter of two routes' lines that the other has too; what is gone twice counts once."""
    mine, theirs = _pieces(one), _pieces(other)
    common = sum(length for piece, length in mine.items() if piece in theirs)
    least = min(sum(mine.values()), sum(theirs.values()))
    return common / least if least else 1.0


def _pieces(one: Route) -> dict[frozenset[tuple[float, float]], float]:
    """Return the length, m, of each piece of a route's line from point to point, whichever way it is gone."""
    points = list(zip(one.latitude.tolist(), one.longitude.tolist(), strict=True))
    east, north = Plane(latitude=points[0][0], longitude=points[0][1]).metres(one.latitude, one.longitude)
    length = np.hypot(np.diff(east), np.diff(north)).tolist()
    return {frozenset(pair): step for pair, step in zip(pairwise(points), length, strict=True)}


MOSTLY = 0.6
"""Share of a walk that lies on a running track from which it is called one."""
MOST_LAPS, FILLING_LAPS = 12, 3
"""How often a short way is gone at most, where there is nothing else, and where it only completes the choice."""
MOST_WALKS, AIMS, NEAR_S = 6, 3, 20.0
"""Ways out and back that are looked at, how often each is aimed, and how near (s) is near enough."""
ON_TIME = 0.05
"""Share of the time asked for by which a route may be off."""
NOTHING = "From here no way leads anywhere: choose a start on a path or street that goes on."
STEEP = "From here every way soon gets too steep for all to talk: choose a start on more level ground."
TOO_HARD = "Even a slow walk may be too hard to talk: sit together, or stand up now and then."
NO_GROUND = (
    "The height of the ground is not known: speeds allow for gentle hills, but slow down wherever talking gets harder. "
    "A terrain file (--dem) makes this surer."
)
