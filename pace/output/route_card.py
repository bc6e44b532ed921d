"""The card of a route: each turn in words with the minute it comes, and at which pace to go where; as text and as JSON.

A card holds names of streets, so it belongs to those who go: nothing else that `pace` prints names a place.
"""

from __future__ import annotations

import math
import textwrap
from collections.abc import Iterator
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from pace.output.plain import inert
from pace.output.route_course import Course, course
from pace.output.route_words import SHAPES, far, gait_line, on_the_way
from pace.output.words import pace, pace_range
from pace.routes.route import known
from pace.units import Units

if TYPE_CHECKING:
    from pace.routes.route import Route, Section

SCHEMA = "pace.route-card/1"
COLUMNS = 78
BREAK_OFF = "Anyone may slow down, sit down or turn back at any time, without a reason."
ALIKE = 0.06
"""Share by which speeds may differ that are told as one pace."""
STEEP = 0.01
"""rise/run from which it rises."""
PARTS, FULLY = 7, 200.0
"""Lines of paces at most, unless gaits change more often; and from how many metres on a difference counts in full."""


def card_text(route: Route, *, units: Units = "km") -> str:
    """Return the card of a route as lines of at most 78 columns.

    Parameters
    ----------
    route : Route
    units : {"km", "mi"}
    """
    way = course(route)
    lines = [f"{SHAPES[route.shape]}, {far(route.distance_m, units=units)}, {route.minutes:.0f} minutes", ""]
    lines += ["The way", *_table(_turns(way, units)), "", "The pace", *_table(_paces(route, units))]
    if beside := on_the_way(route):
        lines += ["", *textwrap.wrap(f"On the way: {beside}.", COLUMNS)]
    for sentence in (*route.caveats, BREAK_OFF):
        lines += ["", *textwrap.wrap(inert(sentence, most=400), COLUMNS)]
    if route.attribution:
        lines += ["", f"Map: {inert(route.attribution)}"]
    return "\n".join(lines) + "\n"


def card_document(route: Route) -> dict[str, Any]:
    """Return the card of a route as a document, schema `pace.route-card/1`."""
    way = course(route)
    turns = [
        {
            "number": number or None,
            "at_m": round(float(way.distance[turn.index])),
            "at_minutes": round(float(way.seconds[turn.index]) / 60, 1),
            "text": inert(turn.text),
        }
        for number, turn in _numbered(way)
    ]
    return {
        "schema": SCHEMA,
        "shape": route.shape,
        "minutes": route.minutes,
        "distance_m": route.distance_m,
        "climb_m": known(route.climb_m),
        "talkable_minutes": route.talkable_minutes,
        "turns": turns,
        "sections": [_section(section) for section in route.sections],
        "places": [{"at_m": round(place.at_m), "kind": place.kind} for place in route.places],
        "caveats": [inert(sentence, most=400) for sentence in route.caveats],
        "attribution": inert(route.attribution),
    }


def _section(section: Section) -> dict[str, Any]:
    """Return a section as a document, labels as they may be shown."""
    gaits = {inert(label): gait for label, gait in section.gait_by_person.items()}
    return section.to_dict() | {"gait_by_person": gaits}


def _numbered(way: Course) -> Iterator[tuple[int, Any]]:
    """Yield the turns with their numbers on the picture; setting out and coming back have none (0)."""
    last = len(way.turns) - 1
    yield from ((number if 0 < number < last else 0, turn) for number, turn in enumerate(way.turns))


def _turns(way: Course, units: Units) -> Iterator[tuple[str, str, str]]:
    """Yield the rows of the way: number, minute and distance, words."""
    for number, turn in _numbered(way):
        at = f"{float(way.seconds[turn.index]) / 60:3.0f} min  {far(float(way.distance[turn.index]), units=units):>7}"
        yield (f"{number:>2}" if number else "", at, inert(turn.text))


def _paces(route: Route, units: Units) -> Iterator[tuple[str, str, str]]:
    """Yield the rows of the paces: from where on, how far, who does what at which pace; alike sections are one."""
    minutes = 0.0
    for part in _parts(route.sections):
        far_m, took = sum(one.distance_m for one in part), sum(one.minutes for one in part)
        yield ("", f"{minutes:3.0f} min  {far(far_m, units=units):>7}", _told(part, units))
        minutes += took


def _parts(sections: tuple[Section, ...]) -> list[list[Section]]:
    """Return the sections in at most PARTS groups: of neighbours in one gait, those that differ least are joined."""
    parts = [[section] for section in sections]
    while True:
        costs = [_difference(one, other) for one, other in pairwise(parts)]
        least = min(costs, default=math.inf)
        if least > ALIKE * FULLY and (len(parts) <= PARTS or math.isinf(least)):
            return parts
        k = costs.index(least)
        parts[k : k + 2] = [parts[k] + parts[k + 1]]


def _difference(one: list[Section], other: list[Section]) -> float:
    """Return how much is lost when two groups are told as one: how far their paces lie apart times how long (m)."""
    if one[-1].gait_by_person != other[0].gait_by_person or one[-1].stairs or other[0].stairs:
        return math.inf
    if min(one[0].speed, other[0].speed) <= 0:
        return math.inf
    speeds = [sum(s.distance_m for s in group) / sum(s.distance_m / s.speed for s in group) for group in (one, other)]
    shorter = min(sum(section.distance_m for section in group) for group in (one, other))
    return abs(math.log(speeds[0] / speeds[1])) * min(shorter, FULLY)


def _told(part: list[Section], units: Units) -> str:
    """Return what to do in a group of sections: the pace, or the range of paces with the slower one uphill."""
    slowest, fastest = (pick(part, key=lambda one: one.speed) for pick in (min, max))
    if slowest.stairs:
        return "Take the stairs as you like"
    words = gait_line(fastest)
    words = words[0].upper() + words[1:]
    if slowest.speed <= 0:
        return f"{words} at any pace"
    if fastest.speed - slowest.speed <= ALIKE * fastest.speed:
        return f"{words} at {pace(slowest.speed, units=units)}"
    range_ = f"{words} at {pace_range(slowest.speed, fastest.speed, units=units)}"
    return f"{range_}, slower where it rises" if slowest.grade > STEEP else range_


def _table(rows: Iterator[tuple[str, str, str]]) -> list[str]:
    """Return rows as lines, long words indented below themselves."""
    lines: list[str] = []
    for number, at, words in rows:
        head = f"{number:>2}  {at}  "
        wrapped = textwrap.wrap(words, COLUMNS - len(head)) or [""]
        lines += [head + wrapped[0], *(" " * len(head) + more for more in wrapped[1:])]
    return lines
