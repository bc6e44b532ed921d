"""How a way that was really gone compares with what was to be expected, in plain words and without a place."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from pace.output.route_words import far
from pace.output.words import Fact, duration, sentence, who
from pace.units import Units, show_pace

if TYPE_CHECKING:
    from pace.routes.backtest import Expected, Explained

MOVED = {"walk": "walked", "run": "run"}


def headline(found: Explained, *, units: Units = "km") -> str:
    """Return what the way was in one sentence."""
    climb = f" with {round(found.climb_m / 5) * 5:.0f} m of climbing" if found.climb_m >= 5 else ""
    still = f", and {duration(60 * found.standing_minutes)} standing" if found.standing_minutes >= 0.5 else ""
    took = f"{MOVED[found.gait]} in {duration(60 * found.minutes)}{still}"
    return sentence(f"a way of {far(found.distance_m, units=units)}{climb}, {took}")


def facts(found: Explained, *, units: Units = "km") -> tuple[Fact, ...]:
    """Return what was to be expected of each person, and of all together, line by line."""
    together = duration(60 * found.together_minutes)
    pace = show_pace(found.distance_m / (60 * found.together_minutes), units=units)
    talk = duration(60 * found.together_talkable_minutes)
    lines = [Fact(name=person.label, text=sentence(_expected(person, found))) for person in found.people]
    lines.append(Fact(name="Together", text=f"{together} at a pace to talk ({pace}), {talk} of it good for talking."))
    if math.isnan(found.climb_m):
        lines.append(Fact(name="Ground", text="The recording has no heights: the way counts as level."))
    return tuple(lines)


def _expected(person: Expected, found: Explained) -> str:
    """Return what one person's other recordings say."""
    if person.minutes is None:
        return f"nothing is known of how {who(person.label)} would {found.gait} it alone"
    likely = person.minutes
    range_ = f"{duration(60 * likely.low)} to {duration(60 * likely.high)} on {likely.level * 10:.0f} days of 10"
    said = f"{duration(60 * likely.median)} by {likely.basis} ({range_})"
    if person.talkable_minutes is not None:
        said += f", {duration(60 * person.talkable_minutes)} of it good for talking"
    if person.error is None:
        return said
    return f"{said}; {_off(person.error)}"


def _off(error: float) -> str:
    """Return by how much that differs from what was."""
    if abs(error) < 0.005:
        return "that is what it took"
    return f"{abs(100 * error):.0f} % {'more' if error > 0 else 'less'} than it took"
