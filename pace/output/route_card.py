"""The card of a route: each turn in words with the minute it comes, and at which pace to go where; as text and as JSON.

A card holds names of streets, so it belongs to those who go: nothing else that `pace` prints names a place.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from pace.output.plain import inert
from pace.output.route_course import Course, course
from pace.output.route_words import SHAPES, far, gait_line, on_the_way
from pace.output.words import pace
from pace.routes.route import known
from pace.units import Units

if TYPE_CHECKING:
    from pace.routes.route import Route, Section

SCHEMA = "pace.route-card/1"
COLUMNS = 78
BREAK_OFF = "Anyone may slow down, sit down or turn back at any time, without a reason."
ALIKE = 0.06
"""Share by which speeds may differ that are told as one pace."""


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
    parts: list[list[Section]] = []
    for section in route.sections:
        if parts and _alike(parts[-1][-1], section):
            parts[-1].append(section)
        else:
            parts.append([section])
    minutes = 0.0
    for part in parts:
        far_m, took = sum(one.distance_m for one in part), sum(one.minutes for one in part)
        slowest = min(part, key=lambda one: one.speed)
        words = f"{gait_line(slowest)} at {_pace(slowest, units)}"
        words = "Take the stairs as you like" if slowest.stairs else words[0].upper() + words[1:]
        yield ("", f"{minutes:3.0f} min  {far(far_m, units=units):>7}", words)
        minutes += took


def _pace(section: Section, units: Units) -> str:
    return pace(section.speed, units=units) if section.speed > 0 else "any pace"


def _alike(one: Section, other: Section) -> bool:
    """Return whether two sections are told as one."""
    same = one.gait_by_person == other.gait_by_person and one.stairs == other.stairs
    return same and abs(one.speed - other.speed) <= ALIKE * max(one.speed, other.speed)


def _table(rows: Iterator[tuple[str, str, str]]) -> list[str]:
    """Return rows as lines, long words indented below themselves."""
    lines: list[str] = []
    for number, at, words in rows:
        head = f"{number:>2}  {at}  "
        wrapped = textwrap.wrap(words, COLUMNS - len(head)) or [""]
        lines += [head + wrapped[0], *(" " * len(head) + more for more in wrapped[1:])]
    return lines
