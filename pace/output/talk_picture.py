"""The picture of talk against pace: how many minutes of a session are good for talking, in each way of moving."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from pace.output.axis import Axis
from pace.output.drawing import SMALL, box, label, line, polyline, stretches, svg, width_of
from pace.output.markup import Markup, join, tag
from pace.output.words import pace_range, sentence
from pace.units import Units, show_pace

if TYPE_CHECKING:
    from pace.together.curves import TalkCurve
    from pace.together.option import Option

NAMES = {
    "walk-together": "walk",
    "run-together": "run",
    "walk-and-jog": "one walks, one jogs",
    "run-walk": "by turns",
}
SEVERAL = "some walk, some jog"
"""What `walk-and-jog` is called among more than two."""
HEIGHT, TOP, FOOT = 152.0, 34.0, 122.0
"""px; the picture, all minutes of the session, none of them."""


def talk_picture(
    curves: Sequence[TalkCurve],
    option: Option,
    *,
    minutes: float,
    units: Units = "km",
    width: int = 720,
    name: str = "talk",
) -> Markup:
    """Return talkable minutes against pace as one SVG element, one line of its own style a way of moving.

    Parameters
    ----------
    curves : sequence of TalkCurve
    option : Option
        The suggestion, whose range is marked.
    minutes : float
        Length of the session.
    units : {"km", "mi"}
    width : int
        px of the drawing: 720 for a page, 360 for a phone.
    name : str
        What its ids begin with.
    """
    ends = [float(curve.speed[-1]) for curve in curves]
    axis = Axis.reaching(ends, left=40.0, right=width - 8.0, units=units, least=2.0)
    n = len(option.gait_by_person)
    lines = [_Line.of(curve, axis, minutes, text=name_of(curve.mode, n)) for curve in curves]
    return svg(
        _frame(axis, minutes),
        _range(option, axis),
        *(tag("path", d=one.path, class_=f"curve {one.mode}") for one in lines),
        *_labels(lines, axis),
        name=name,
        title="How many minutes are good for talking at each pace",
        text=description(curves, minutes=minutes, n=n, units=units),
        width=width,
        height=HEIGHT,
    )


def name_of(mode: str, n: int) -> str:
    """Return what a way of moving is called among n people."""
    return SEVERAL if mode == "walk-and-jog" and n > 2 else NAMES[mode]


def description(curves: Sequence[TalkCurve], *, minutes: float, n: int = 2, units: Units = "km") -> str:
    """Return the picture in words: the most minutes of each way among n people, and where it has them."""
    return " ".join(sentence(f"{name_of(curve.mode, n)}: {best(curve, minutes, units=units)}") for curve in curves)


NEARLY = 0.98
"""Share of the most minutes from which a pace is as good as the best."""


def best(curve: TalkCurve, minutes: float, *, units: Units) -> str:
    """Return the most minutes of one way, and the paces at which it has (nearly) as many."""
    most = float(np.nanmax(curve.minutes))
    if round(most) == 0:
        return "no minutes can be promised today"
    good = curve.speed[np.nan_to_num(curve.minutes, nan=-1.0) >= NEARLY * most]
    paces = pace_range(float(good[0]), float(good[-1]), units=units)
    return f"up to {round(most)} of {round(minutes)} minutes, at {paces}"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Line:
    """One curve in px: its mode and what that is called, its path, and the points that labels keep clear of."""

    mode: str
    text: str
    path: str
    points: list[tuple[float, float]]

    @classmethod
    def of(cls, curve: TalkCurve, axis: Axis, minutes: float, *, text: str) -> _Line:
        """Return a curve in the frame of a picture."""
        x = [axis.at(v) for v in curve.speed.tolist()]
        y = [FOOT - (FOOT - TOP) * m / minutes for m in curve.minutes.tolist()]
        parts = stretches(curve.minutes)
        path = "".join(polyline(x[part], y[part]) for part in parts)
        points = [point for part in parts for point in zip(x[part], y[part], strict=True)]
        return cls(mode=curve.mode, text=text, path=path, points=points)


def _frame(axis: Axis, minutes: float) -> Markup:
    """Return the axes: minutes at the left, paces below."""
    rows = [(share, FOOT - (FOOT - TOP) * share) for share in (0.0, 0.5, 1.0)]
    across = [line(axis.left, y, axis.right, y, "axis") for _, y in rows]
    sizes = [
        tag("text", f"{minutes * share:g}", x=axis.left - 6, y=y + 4, text_anchor="end", class_="soft")
        for share, y in rows
    ]
    room = axis.right - width_of(axis.unit, letter=SMALL) - 22
    ticks = [v for v in axis.ticks(46.0) if axis.left + 16 <= axis.at(v) <= room]
    paces = [
        tag("text", show_pace(v, units=axis.units, unit=False), x=axis.at(v), y=FOOT + 20, text_anchor="middle")
        for v in ticks
    ]
    marks = [line(axis.at(v), FOOT, axis.at(v), FOOT + 5, "axis") for v in ticks]
    unit = tag("text", axis.unit, x=axis.right, y=FOOT + 20, text_anchor="end", class_="soft")
    side = tag("text", "minutes good for talking", x=0.0, y=12.0, class_="soft")
    return join(*across, *sizes, *marks, *paces, unit, side)


def _range(option: Option, axis: Axis) -> Markup:
    """Return the shared range as a band."""
    if option.speed_high <= 0:
        return Markup("")
    left, right = axis.at(option.speed_low), axis.at(option.speed_high)
    return box(left, TOP - 6.0, max(right - left, 3.0), FOOT - TOP + 6.0, "shared")


def _labels(lines: Sequence[_Line], axis: Axis) -> list[Markup]:
    """Return each curve's name at the place beside it that is the clearest of other curves and names."""
    taken: list[_Box] = []
    made = []
    for one in lines:
        others = [point for other in lines for point in other.points]
        places = list(_places(one, axis))
        spot = min(places, key=lambda place: _crowd(place, others, taken))
        taken.append(spot)
        made.append(label(one.text, spot.x, spot.y, left=axis.left, right=axis.right, class_="halo", letter=SMALL))
    return made


@dataclass(frozen=True, slots=True, kw_only=True)
class _Box:
    """Where a label would stand: its middle, its foot, half of its width, and how welcome the place is (0 best)."""

    x: float
    y: float
    half: float
    cost: float


def _places(one: _Line, axis: Axis) -> list[_Box]:
    """Return places above and below points of a curve, its ends first."""
    half, n = width_of(one.text, letter=SMALL) / 2, len(one.points) - 1
    found = []
    for order, share in enumerate((1.0, 0.85, 0.7, 0.5, 0.3, 0.15, 0.0)):
        x, y = one.points[round(share * n)]
        middle = min(max(x, axis.left + half), axis.right - half)
        found += [_Box(x=middle, y=y + down, half=half, cost=0.2 * order) for down in (-6.0, 16.0)]
    return [place for place in found if TOP - 8 <= place.y <= FOOT - 3] or found


def _crowd(place: _Box, points: Sequence[tuple[float, float]], taken: Sequence[_Box]) -> float:
    """Return how much a label would stand in the way of: points of curves count once, another label many times."""
    covered = sum(abs(x - place.x) <= place.half and place.y - 12 <= y <= place.y + 3 for x, y in points)
    clash = sum(abs(b.x - place.x) < b.half + place.half and abs(b.y - place.y) < 14 for b in taken)
    return covered + 50 * clash + place.cost
