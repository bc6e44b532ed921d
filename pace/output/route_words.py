"""What a route is like, in plain words: how long, how steep, how quiet, at which pace, and nothing of where it is."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from pace.output.words import Fact, gait_word, pace, sentence
from pace.together.naming import listed, named
from pace.units import METRES_PER_UNIT, Units

if TYPE_CHECKING:
    from pace.routes.route import Route, Routes, Section

SHAPES = {
    "loop": "A loop",
    "out-and-back": "Out and back the same way",
    "laps": "A short way, several times",
    "track": "Rounds on a running track",
}
NUMBERS = ("No", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine", "Ten")


def headline(found: Routes) -> str:
    """Return the answer in one sentence.

    Examples
    --------
    >>> from pace.routes.route import Routes
    >>> headline(Routes(minutes=50, mode="walk-together", start_offset_m=0, routes=(), caveats=()))
    'No way from here fits.'
    """
    if not found.routes:
        return "No way from here fits."
    n, gait = len(found.routes), MOVES.get(found.mode, "walk")
    ways = "way" if n == 1 else "ways"
    return f"{NUMBERS[n]} {ways} to {gait} and talk, {found.minutes:.0f} minutes each, back where you started."


MOVES = {
    "run-together": "run",
    "run-walk": "run and walk",
    "walk-and-jog": "walk and jog",
    "sit-or-stroll": "stroll",
}
"""What people do on the way, in each mode; they walk in any other."""


def title(route: Route, number: int, *, units: Units = "km") -> str:
    """Return the line above a route.

    Examples
    --------
    >>> title.__name__
    'title'
    """
    return f"{number}  {SHAPES[route.shape]}, {far(route.distance_m, units=units)}"


def far(metres: float, *, units: Units = "km") -> str:
    """Return a distance as people say it.

    Examples
    --------
    >>> far(3317.0), far(264.0), far(3317.0, units="mi")
    ('3.3 km', '260 m', '2.1 miles')
    """
    if metres < 995 and (units == "km" or metres < 400):
        return f"{round(metres, -1):.0f} m"
    return f"{metres / METRES_PER_UNIT[units]:.1f} {'km' if units == 'km' else 'miles'}"


def facts(route: Route, *, units: Units = "km") -> tuple[Fact, ...]:
    """Return what a route is like, line by line."""
    named = (
        ("Time", f"{route.minutes:.0f} minutes, about {route.talkable_minutes:.0f} of them good for talking"),
        ("Pace", paces(route, units=units)),
        ("Ground", ground(route)),
        ("Around", around(route)),
        ("Familiar", familiar(route)),
        ("To follow", following(route)),
        ("On the way", on_the_way(route)),
    )
    return tuple(Fact(name=name, text=text) for name, text in named if text)


def paces(route: Route, *, units: Units = "km") -> str:
    """Return the paces of the sections: the most usual first, then what differs from it and for how long."""
    moving = [section for section in route.sections if not section.stairs]
    usual = max(_alike(moving), key=lambda part: part[1])[0]
    parts = [f"{gait_line(usual)} at {pace(usual.speed, units=units)}"]
    first = _arriving(route.sections)
    minutes = sum(section.minutes for section in first)
    if minutes >= 1.5 and all(section.speed < 0.9 * usual.speed for section in first):
        parts.append(f"a stroll for the first {minutes:.0f} minutes")
    rest = [section for section in moving if section not in first]
    instead = sum(s.distance_m for s in rest if s.walk_instead and not usual.walk_instead)
    if instead >= 5:
        parts.append(f"walk where it is steep, {far(instead, units=units)} in all")
    slower = [s for s in rest if s.speed < 0.9 * usual.speed and s.gait_by_person == usual.gait_by_person]
    steep = [section for section in slower if abs(section.grade) >= STEEP]
    distance = sum(section.distance_m for section in steep)
    if distance >= 30:
        where = "uphill" if all(section.grade > 0 for section in steep) else "where it is steep"
        slowest = pace(min(section.speed for section in steep), units=units)
        parts.append(f"slower {where}, {far(distance, units=units)} in all, down to {slowest}")
    return sentence("; ".join(parts))


STEEP = 0.015
"""rise/run from which a section that is slower than others is so for its slope."""
ARRIVED = 4.5
"""min; sections that begin before are gone at the stroll of the first five minutes."""


def _arriving(sections: Sequence[Section]) -> list[Section]:
    """Return the first sections, those of the first minutes."""
    begun, found = 0.0, []
    for section in sections:  # sections of one route
        if begun >= ARRIVED or begun + section.minutes > 2 * ARRIVED:
            break
        found.append(section)
        begun += section.minutes
    return found


def _alike(sections: Iterable[Section]) -> list[tuple[Section, float]]:
    """Return each section with the distance of all that are gone in the same gaits at nearly the same speed."""
    sections = list(sections)
    return [
        (
            one,
            sum(
                other.distance_m
                for other in sections
                if other.gait_by_person == one.gait_by_person and abs(math.log(other.speed / one.speed)) < 0.06
            ),
        )
        for one in sections
    ]


def gait_line(section: Section) -> str:
    """Return who does what in a section, as it stands at the beginning of a line."""
    verbs = {label: gait_word(gait, section.speed) for label, gait in section.gait_by_person.items()}
    if len(set(verbs.values())) == 1:
        first, *rest = next(iter(verbs.values())).split(" ")
        return " ".join([{"walks": "walk", "runs": "run", "sits": "sit"}.get(first, first), *rest]).replace(
            "and walks", "and walk"
        )
    return listed([f"{named([label])} {verb}" for label, verb in verbs.items()])


def ground(route: Route) -> str:
    """Return how much it rises, and what stairs there are."""
    stairs = [section for section in route.sections if section.stairs]
    steps = ""
    if stairs:
        steps = f", {len(stairs)} flight{'s' if len(stairs) > 1 else ''} of stairs"
    if not math.isfinite(route.climb_m):
        return f"how it rises is not known{steps}"
    rise = "level" if route.climb_m < 5 else f"{round(route.climb_m / 5) * 5:.0f} m of climbing"
    return rise + steps


QUIET = ((0.2, "quiet"), (0.4, "mostly quiet"), (0.6, "some traffic"), (math.inf, "beside traffic for much of it"))
GREEN = ((0.12, "little green"), (0.3, "some green"), (0.6, "green"), (math.inf, "very green"))


def around(route: Route) -> str:
    """Return how quiet and how green it is, as far as that is known."""
    told = [
        next(word for most, word in words if value < most)
        for value, words in ((route.noise, QUIET), (route.green, GREEN))
        if math.isfinite(value)
    ]
    return ", ".join(told)


def familiar(route: Route) -> str:
    """Return how much of the way is in recordings; empty where nobody looked."""
    if not math.isfinite(route.familiar):
        return ""
    share = round(100 * route.familiar)
    return "all new" if share == 0 else "all of it recorded before" if share == 100 else f"{share} % recorded before"


def following(route: Route) -> str:
    """Return how many turns there are, and how much is gone twice."""
    n, round_ = max(len(route.directions) - 2, 0), f", {route.direction}" if route.direction else ""
    turns = "no turns" if n == 0 else "one turn" if n == 1 else f"{n} turns"
    turns += round_
    twice = route.edge_reuse
    if route.shape == "loop" and twice >= 0.03:
        turns += f", {round(100 * twice):.0f} % of it both ways"
    return turns


COUNTED = {
    "bench": ("a bench", "benches"),
    "toilet": ("a toilet", "toilets"),
    "shelter": ("a shelter", "shelters"),
    "water": ("drinking water", "taps of drinking water"),
    "stop": ("a bus or tram stop", "bus or tram stops"),
    "station": ("a station", "stations"),
}
"""What is told of places beside the way: one, and several."""


MANY = 10
"""From here on nobody counts."""


def on_the_way(route: Route) -> str:
    """Return what is useful beside the way: where to sit, and where to break off."""
    counts = Counter(place.kind for place in route.places)
    told = [
        one if counts[kind] == 1 else f"{counts[kind] if counts[kind] < MANY else 'many'} {more}"
        for kind, (one, more) in COUNTED.items()
        if counts[kind]
    ]
    return listed(told) if told else ""
