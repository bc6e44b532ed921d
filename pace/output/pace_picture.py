"""The picture that answers the question: how fast each person walks and runs, where talk ends, and what they share."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from pace.arrays import Array
from pace.output.axis import SLOWEST, Axis
from pace.output.drawing import BOLD, SMALL, box, hatched, label, line, svg, width_of
from pace.output.face import VISIBLE, Face
from pace.output.markup import Markup, join, tag
from pace.output.plain import inert
from pace.output.words import pace, pace_range, sentence, shared_pace, who
from pace.together.naming import listed
from pace.units import Units, show_pace

if TYPE_CHECKING:
    from pace.together.option import Option


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """What the parts of the picture are called.

    Attributes
    ----------
    change, talk : str
        Patterns that take a pace and its range.
    shared : str
        A pattern that takes a range of paces.
    in_speed : bool
        Whether an axis of speed, m/s, stands there too.
    """

    change: str
    talk: str
    shared: str
    in_speed: bool


PLAIN = Wording(
    change="walk becomes run: {0}",
    talk="full sentences up to about {0}",
    shared="shared pace {0}",
    in_speed=False,
)
FIELD = Wording(
    change="walk–run threshold {0} ({1})",
    talk="talk threshold {0} ({1})",
    shared="shared conversational pace {0}",
    in_speed=True,
)
"""Plain words for people; the field's own terms, with intervals and an axis of speed too, for papers."""

HEAD, HILL, LANE = 32, 82, 24
"""Heights in px: the shared range's label, a person's hills, their talking lane."""
NAME = 44
"""px above the hills for a person's name and the label of the change."""
MARGIN = 8.0
"""px left and right of the axis."""


def pace_picture(
    faces: Sequence[Face],
    option: Option | None = None,
    *,
    units: Units = "km",
    width: int = 720,
    name: str = "pace",
    wording: Wording = PLAIN,
) -> Markup:
    """Return the picture as one SVG element.

    Two people mirror each other on one pace axis; any other number stands above it, one row each.

    Parameters
    ----------
    faces : sequence of Face
        The people, the therapist first.
    option : Option, optional
        What they share.
    units : {"km", "mi"}
    width : int
        px of the drawing: 720 for a page, 360 for a phone.
    name : str
        What its ids begin with, so that several pictures can share a page.
    wording : Wording
        What its parts are called.
    """
    axis = axis_of(faces, option, left=MARGIN, right=width - MARGIN, units=units)
    row, rule = NAME + HILL + LANE, 54 if wording.in_speed else 36
    mirrored = len(faces) == 2
    above = faces[:1] if mirrored else faces
    top = HEAD if option is not None else 0
    middle = top + row * len(above)
    height = middle + rule + (row if mirrored else 0) + 6
    whose = "each of you walks, runs and talks" if len(faces) > 1 else "one person walks, runs and talks"
    feet = [(face, top + row * (i + 1) - LANE, 1) for i, face in enumerate(above)]
    feet += [(faces[1], middle + rule + LANE, -1)] if mirrored else []
    return svg(
        _shared(option, axis, height=height, wording=wording) if option is not None else Markup(""),
        *(_face(face, axis, foot=float(foot), up=up, name=name, wording=wording) for face, foot, up in feet),
        _rule(axis, top=middle, height=rule, in_speed=wording.in_speed, both=mirrored),
        name=name,
        title=f"How fast {whose}" + (", and the pace that you share" if option else ""),
        text=description(faces, option, units=units),
        width=width,
        height=height,
    )


def axis_of(faces: Sequence[Face], option: Option | None, *, left: float, right: float, units: Units) -> Axis:
    """Return an axis on which all faces and the shared range have room."""
    shared = [] if option is None else [option.speed_high]
    return Axis.reaching([*shared, *(face.fastest for face in faces)], left=left, right=right, units=units)


def description(faces: Sequence[Face], option: Option | None = None, *, units: Units = "km") -> str:
    """Return the picture in words, for those who do not see it."""
    shared = shared_pace(option, units=units) if option is not None else ""
    return " ".join([*([f"Shared pace {shared}."] if shared else []), *(told(face, units=units) for face in faces)])


def told(face: Face, *, units: Units) -> str:
    """Return one person of the picture in a sentence or two."""
    usual = [(verb, face.usual(gait)) for verb, gait in (("walks", "walk"), ("runs", "run"))]
    moves = [f"{verb} at {pace_range(*speeds, units=units)}" for verb, speeds in usual if speeds]
    first = sentence(f"{who(face.label)} mostly {listed(moves)}") + " " if moves else ""
    whose = "" if moves else f"for {who(face.label)}, "
    return first + sentence(
        f"{whose}walking turns into running near {pace(face.change.median, units=units)}, "
        f"and full sentences are likely up to {pace(face.talk.median, units=units)}"
    )


def _shared(option: Option, axis: Axis, *, height: float, wording: Wording) -> Markup:
    """Return the shared range as a band over everybody, with its label on top."""
    if option.speed_high <= 0:
        text = "no shared pace on the move yet: sit or stroll"
        return label(text, axis.left, 15.0, left=axis.left, right=axis.right, class_="name", letter=BOLD)
    left, right = axis.at(option.speed_low), axis.at(option.speed_high)
    width = max(right - left, 3.0)
    text = wording.shared.format(shared_pace(option, units=axis.units))
    return tag(
        "g",
        box(left, HEAD - 10.0, width, height - HEAD + 6.0, "shared"),
        label(text, left + width / 2, 15.0, left=axis.left, right=axis.right, class_="name", letter=BOLD),
    )


def _rule(axis: Axis, *, top: float, height: float, in_speed: bool, both: bool) -> Markup:
    """Return the axis: lines, ticks and paces, slow on the left; below them speeds where they are wanted."""
    first = top + 22.0
    rows = [_row(axis, first, [(v, show_pace(v, units=axis.units, unit=False)) for v in axis.ticks(46.0)], axis.unit)]
    ends = [(top + 0.0, 5.0), (top + height, -5.0)][: 2 if both else 1]
    marks = [line(axis.at(v), y, axis.at(v), y + to, "axis") for v in axis.ticks(46.0) for y, to in ends]
    if in_speed:
        speeds = [v / 2 for v in range(1, 12) if v / 2 <= axis.fastest]
        rows.append(_row(axis, first + 20, [(v, f"{v:.1f}") for v in speeds], "m/s"))
    return tag("g", *(line(axis.left, y, axis.right, y, "axis") for y, _ in ends), *marks, *rows)


def _row(axis: Axis, y: float, labels: list[tuple[float, str]], unit: str) -> Markup:
    """Return labels along the axis, its unit at the right end."""
    room = axis.right - width_of(unit, letter=SMALL) - 22
    kept = [(v, text) for v, text in labels if axis.left + 16 <= axis.at(v) <= room]
    texts = [tag("text", text, x=axis.at(v), y=y, text_anchor="middle") for v, text in kept]
    return join(*texts, tag("text", unit, x=axis.right, y=y, text_anchor="end", class_="soft"))


def _face(face: Face, axis: Axis, *, foot: float, up: int, name: str, wording: Wording) -> Markup:
    """Return one person: two hills on a foot line (up or down from it), the change with its doubt, the talking lane."""

    def over(share: float) -> float:
        """Return the height, px, of what lies so far above the foot line."""
        return foot - up * share

    title = over(HILL + NAME - 14) + (0 if up > 0 else 8)
    return tag(
        "g",
        _hill(face.speed, face.walk, axis, over, class_="hill walk", fill=hatched(name)),
        _hill(face.speed, face.run, axis, over, class_="hill run"),
        _change(face, axis, over, wording),
        _hill_name("walk", face.speed, face.walk, axis, over),
        _hill_name("run", face.speed, face.run, axis, over),
        _talk(face, axis, middle=over(-LANE / 2), wording=wording),
        tag("text", inert(face.label, most=28), x=axis.left, y=title, class_="name halo"),
        _without_recordings(face, axis, over),
    )


def _hill(
    speed: Array, share: Array, axis: Axis, over: Callable[[float], float], *, class_: str, fill: str | None = None
) -> Markup:
    """Return a density as a filled outline; nothing where there is none."""
    seen = np.flatnonzero((share > VISIBLE) & (speed >= SLOWEST) & (speed <= axis.fastest))
    if not seen.size:
        return Markup("")
    part = slice(seen[0], seen[-1] + 1)
    points = [(axis.at(v), over(HILL * s)) for v, s in zip(speed[part].tolist(), share[part].tolist(), strict=True)]
    ends = [(points[0][0], over(0)), *points, (points[-1][0], over(0))]
    outline = "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in ends) + "Z"
    return tag("path", d=outline, class_=class_, fill=fill)


def _hill_name(name: str, speed: Array, share: Array, axis: Axis, over: Callable[[float], float]) -> Markup:
    """Return a hill's own label at the foot of its peak; nothing where there is no hill."""
    if share.max() <= VISIBLE:
        return Markup("")
    peak = axis.at(float(speed[np.argmax(share)]))
    y = over(14) + 5
    return label(name, peak, y, left=axis.left, right=axis.right, class_="halo")


def _change(face: Face, axis: Axis, over: Callable[[float], float], wording: Wording) -> Markup:
    """Return where walking turns into running: a dashed line, its interval as a band, and its label."""
    at, low, high = (axis.at(v) for v in (face.change.median, face.change.low, face.change.high))
    top, foot = sorted((over(HILL + 8), over(0)))
    y = over(HILL + 12) + (0 if over(1) < over(0) else 9)
    text = wording.change.format(*_paces(face.change.low, face.change.median, face.change.high, axis.units))
    return join(
        box(low, top, high - low, foot - top, "doubt"),
        line(at, top, at, foot, "change"),
        label(text, at, y, left=axis.left, right=axis.right, class_="soft halo", letter=SMALL),
    )


def _paces(low: float, median: float, high: float, units: Units) -> tuple[str, str]:
    """Return a pace without its unit, and the range about it."""
    one, several = pace(median, units=units), pace_range(low, high, units=units)
    return one.split(" ")[0], several.split(" ")[0]


def _talk(face: Face, axis: Axis, *, middle: float, wording: Wording) -> Markup:
    """Return the talkable range as a bar that thins out over the doubt about where it ends."""
    left, sure, end = axis.left, axis.at(face.talk.low), axis.at(face.talk.high)
    top, foot = middle - 8.0, middle + 8.0
    bar = f"M{left:.1f} {top:.1f}H{sure:.1f}L{end:.1f} {middle:.1f}L{sure:.1f} {foot:.1f}H{left:.1f}Z"
    text = wording.talk.format(*_paces(face.talk.low, face.talk.median, face.talk.high, axis.units))
    fits = width_of(text, letter=SMALL) + 6 <= sure - left
    return join(
        tag("path", d=bar, class_="talk"),
        tag("text", text, x=left + 6, y=middle + 4.5, class_="inside" if fits else "inside halo"),
    )


def _without_recordings(face: Face, axis: Axis, over: Callable[[float], float]) -> Markup:
    """Return a line that says why there are no hills, where there are none."""
    if face.walk.any() or face.run.any():
        return Markup("")
    return tag("text", "no recordings: from words alone", x=axis.left, y=over(24), class_="soft halo")
