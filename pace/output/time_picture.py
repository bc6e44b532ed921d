"""The pictures of a session over time: what is planned block by block, and what happened minute by minute."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from pace.arrays import Array
from pace.output.axis import Axis
from pace.output.drawing import SMALL, box, hatched, label, line, polyline, stretches, svg, width_of
from pace.output.markup import Markup, join, tag
from pace.output.plain import inert
from pace.output.review_words import closeness, named, review_headline
from pace.output.timetable import NAMES, timetable
from pace.units import Units, show_pace

if TYPE_CHECKING:
    from pace.together.review import Review
    from pace.together.session import Block, Session, Step

WIDTH, LEFT, RIGHT, TOP, FOOT = 720.0, 52.0, 712.0, 34.0, 250.0
"""px; the picture, and the frame in which pace stands against time."""


def plan_picture(session: Session, *, units: Units = "km", name: str = "plan") -> Markup:
    """Return a plan as one SVG element: pace against minutes.

    Each block is a box from its slowest to its fastest pace, hatched for walking and filled for running, its slower way
    dashed; a triangle marks each check-in.
    """
    fastest = [step.speed_high for block in session.blocks for step in block.steps]
    axis = Axis.reaching(fastest, left=FOOT, right=TOP, units=units, least=1.8)
    minutes = session.minutes
    told = " ".join(f"{fact.name} {fact.text}".strip() for fact in timetable(session, units=units))
    turn = session.turn_back_s
    return svg(
        _frame(axis, minutes),
        *(part for block in session.blocks for part in _block(block, axis, minutes, name)),
        *([_turn(turn, minutes)] if turn > 0 else []),
        _key() if any(block.check_in for block in session.blocks) else None,
        name=name,
        title=f"The plan of {minutes:g} minutes",
        text=told,
        width=WIDTH,
        height=FOOT + 70,
    )


def _across(second: float, minutes: float) -> float:
    """Return the place of a time, s."""
    return LEFT + (RIGHT - LEFT) * second / (60 * minutes)


def _frame(axis: Axis, minutes: float) -> Markup:
    """Return the axes: paces at the left, minutes below."""
    paces = [
        join(
            line(LEFT, axis.at(v), RIGHT, axis.at(v), "axis"),
            tag("text", show_pace(v, units=axis.units, unit=False), x=LEFT - 6, y=axis.at(v) + 4, text_anchor="end"),
        )
        for v in axis.ticks(26.0)
    ]
    step = next(step for step in (5, 10, 15, 30, 60, 120, 240, 1440) if minutes / step <= 12)
    marks = [
        join(
            line(_across(60 * at, minutes), FOOT, _across(60 * at, minutes), FOOT + 5, "axis"),
            tag("text", f"{at}", x=_across(60 * at, minutes), y=FOOT + 19, text_anchor="middle"),
        )
        for at in range(0, int(minutes) + 1, step)
    ]
    unit = tag("text", f"pace, {axis.unit}", x=0.0, y=14.0, class_="soft")
    time = tag("text", "time, min", x=RIGHT, y=FOOT + 35, text_anchor="end", class_="soft")
    return join(*paces, line(LEFT, FOOT, RIGHT, FOOT, "axis"), *marks, unit, time)


def _block(block: Block, axis: Axis, minutes: float, name: str) -> list[Markup]:
    """Return a block: its steps one after the other as often as they come, its slower way, its check-in, its name."""
    turn = sum(step.duration_s for step in block.steps)
    parts, at = [], block.start_s
    for step in block.steps * max(round(block.duration_s / turn), 1):
        parts.append(_step(step, at, axis, minutes, name))
        at += step.duration_s
    left, right = _across(block.start_s, minutes), _across(block.start_s + block.duration_s, minutes)
    if block.check_in:
        low, high = axis.at(block.fallback.speed_low), axis.at(block.fallback.speed_high)
        parts.append(box(left + 1, high, right - left - 2, low - high, "slower"))
        parts.append(tag("path", d=_triangle(right, FOOT - 3), class_="mark"))
    text = NAMES[block.kind]
    if width_of(text, letter=SMALL) < right - left:
        parts.append(label(text, (left + right) / 2, TOP - 6, left=LEFT, right=RIGHT, class_="soft halo", letter=SMALL))
    return parts


def _step(step: Step, start: float, axis: Axis, minutes: float, name: str) -> Markup:
    """Return one step as a box, hatched and filled where some walk and some run; where nobody moves, a thin one."""
    left, right = _across(start, minutes), _across(start + step.duration_s, minutes)
    gaits = set(step.gait_by_person.values())
    if step.speed_high <= 0:
        return box(left, FOOT - 6.0, right - left, 6.0, "block still", fill="none")
    low, high = axis.at(step.speed_low), axis.at(step.speed_high)
    frame = left, high, right - left, max(low - high, 4.0)
    walking = box(*frame, "block", fill=hatched(name)) if "walk" in gaits else None
    return join(walking, box(*frame, "block running") if "run" in gaits else None)


def _turn(second: float, minutes: float) -> Markup:
    """Return when to turn round on a way out and back."""
    x = _across(second, minutes)
    text = label("turn round", x, TOP + 14, left=LEFT, right=RIGHT, class_="soft halo", letter=SMALL)
    return join(line(x, TOP, x, FOOT, "change"), text)


def _key() -> Markup:
    """Return what the signs of a plan mean, in one row below the picture."""
    y = FOOT + 58
    return join(
        tag("path", d=_triangle(LEFT + 5, y), class_="mark"),
        tag("text", "check-in: one whole sentence each", x=LEFT + 16, y=y, class_="soft"),
        box(LEFT + 258, y - 10, 24, 11, "slower"),
        tag("text", "the slower way", x=LEFT + 290, y=y, class_="soft"),
    )


def _triangle(x: float, foot: float) -> str:
    """Return the path of a check-in."""
    return f"M{x:.1f} {foot - 9:.1f}l5 9h-10Z"


LINES = ("first", "second")
"""Styles of the one or two people of a review: a solid and a dashed line."""
LANE = 36.0
"""px; height of each row below the axis of a review."""


def review_picture(found: Review, *, units: Units = "km", name: str = "review") -> Markup:
    """Return a review as one SVG element: each one's pace by the minute; below, how likely talk was and time apart."""
    speeds = [part.speed for part in found.people]
    known = np.concatenate(speeds) if speeds else np.zeros(0)
    known = known[np.isfinite(known)]
    axis = Axis.reaching(known.tolist(), left=FOOT, right=TOP, units=units, least=1.8)
    rows = [(f"talk: {inert(named(part.label), most=22)}", part.talk) for part in found.people]
    lanes = [_lane(text, values, found.minutes, FOOT + 50 + LANE * i) for i, (text, values) in enumerate(rows)]
    apart = _apart(found, FOOT + 54 + LANE * len(rows)) if len(rows) == 2 else Markup("")
    height = FOOT + 50 + LANE * len(rows) + (22 if len(rows) == 2 else 0) + 22
    return svg(
        _frame(axis, found.minutes),
        *_paces(found, axis),
        *lanes,
        apart,
        tag("text", "taller bar: full sentences more likely", x=LEFT, y=height - 4, class_="soft"),
        name=name,
        title="Pace and talk through the session",
        text=" ".join(filter(None, [review_headline(found), closeness(found) if len(rows) == 2 else ""])),
        width=WIDTH,
        height=height,
    )


def _paces(found: Review, axis: Axis) -> list[Markup]:
    """Return each one's pace as a line, named where it begins in the key on top."""
    parts, x = [], LEFT + 90
    for part, class_ in zip(found.people, LINES, strict=False):
        text = inert(named(part.label), most=28)
        parts.append(line(x, 10.0, x + 34, 10.0, f"curve {class_}"))
        parts.append(tag("text", text, x=x + 42, y=14.0, class_="name"))
        x += 70 + 1.2 * width_of(text)
        parts.append(tag("path", d=_line(part.speed, axis, found.minutes), class_=f"curve {class_}"))
    return parts


def _line(speed: Array, axis: Axis, minutes: float) -> str:
    """Return the path of a speed by the minute (k,), broken where it is unknown."""
    across = [_across(60 * min(i + 0.5, minutes), minutes) for i in range(len(speed))]
    heights = [axis.at(v) if np.isfinite(v) else 0.0 for v in speed.tolist()]
    return "".join(polyline(across[part], heights[part]) for part in stretches(speed))


def _lane(text: str, chance: Array, minutes: float, top: float) -> Markup:
    """Return how likely full sentences were by the minute (k,), as bars on a row of their own."""
    most = LANE - 18
    top += 14
    known = [(i, p) for i, p in enumerate(chance.tolist()) if np.isfinite(p) and p > 0 and i < minutes]
    ends = [(_across(60 * i, minutes), _across(60 * min(i + 1, minutes), minutes), most * p) for i, p in known]
    bars = [box(left, top + most - tall, right - left, tall, "talk") for left, right, tall in ends]
    rule = line(LEFT, top + most, RIGHT, top + most, "axis")
    return tag("g", *bars, rule, tag("text", text, x=LEFT, y=top - 3, class_="soft"))


def _apart(found: Review, top: float) -> Markup:
    """Return when they were apart, as framed stretches on a row of their own."""
    most = 12.0
    across = [(_across(one.start_s, found.minutes), _across(one.end_s, found.minutes)) for one in found.apart]
    spans = [box(start, top, end - start, most, "doubt") for start, end in across]
    text = "apart" if found.apart else "side by side the whole time, as far as known"
    return tag("g", *spans, tag("text", text, x=LEFT, y=top + most - 2, class_="soft halo"))
