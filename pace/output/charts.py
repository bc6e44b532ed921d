"""How a result looks: SVG drawn line by line, the same bytes for the same input, readable without colour."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from pace.arrays import Array
from pace.output.markup import Markup, join, tag
from pace.output.plain import inert
from pace.output.words import Known, pace, sentence, shared_pace, who
from pace.together.naming import listed
from pace.units import METRES_PER_UNIT, Units, show_pace

if TYPE_CHECKING:
    from pace.person.estimate import Estimate
    from pace.together.option import Option

STYLE = """
.pic { --ink: #1c2430; --soft: #5d6878; --line: #c3cad4; --walk: #0b6fae; --run: #b4500b; --band: #2f7d4f; }
@media (prefers-color-scheme: dark) {
  .pic { --ink: #e8ecf2; --soft: #a9b4c2; --line: #465162; --walk: #6cbcf0; --run: #f0a35c; --band: #7fd0a0; } }
@media print {
  .pic { --ink: #000; --soft: #444; --line: #999; --walk: #0b6fae; --run: #b4500b; --band: #2f7d4f; } }
.pic text { font: 13px/1 system-ui, sans-serif; fill: var(--ink); }
.pic .soft { fill: var(--soft); font-size: 12px; }
.pic .name { font-weight: 600; font-size: 14px; }
.pic .halo { paint-order: stroke; stroke: var(--page); stroke-width: 4px; stroke-linejoin: round; }
.pic .hill { stroke-width: 1.6; }
.pic .walk { stroke: var(--walk); } .pic .run { stroke: var(--run); }
.pic .walkfill { stroke: var(--walk); stroke-width: 1.4; } .pic .runfill { fill: var(--run); fill-opacity: .3; }
.pic .axis { stroke: var(--line); } .pic .change { stroke: var(--ink); stroke-width: 1.8; stroke-dasharray: 5 3; }
.pic .doubt { fill: var(--ink); fill-opacity: .1; }
.pic .talk { fill: var(--band); fill-opacity: .55; stroke: var(--band); }
.pic .shared { fill: var(--band); fill-opacity: .14; stroke: var(--band); stroke-width: 1.5; }
""".strip()
"""Style of every picture; `--page` is the colour behind it."""


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Face:
    """One person as a picture needs them: two densities on one speed axis, the change, and where talk ends.

    `speed` (k,) m/s, `walk` and `run` (k,) smoothed time, the higher peak being 1 (all 0 without recordings).
    """

    label: str
    speed: Array
    walk: Array
    run: Array
    change: Estimate
    talk: Estimate

    @classmethod
    def of(cls, person: Known) -> Face:
        """Return the face of a person."""
        times = person.profile.pace_distribution()
        walk, run = smoothed(times.walk), smoothed(times.run)
        most = max(float(walk.max()), float(run.max())) or 1.0
        return cls(
            label=person.label,
            speed=(times.speed_edges[1:] + times.speed_edges[:-1]) / 2,
            walk=walk / most,
            run=run / most,
            change=person.gaits.threshold,
            talk=person.talk.speed,
        )

    @property
    def fastest(self) -> float:
        """The speed that the picture must reach, m/s."""
        time = np.cumsum(self.walk + self.run)
        moving = float(self.speed[np.searchsorted(time, NEARLY_ALL * time[-1])]) if time[-1] > 0 else 0.0
        return max(self.talk.high, self.change.high, moving)


VISIBLE = 0.02
"""Share of the peak below which a hill is not drawn."""
NEARLY_ALL = 0.99
"""Share of the time on the move that the axis must reach."""
SMOOTHING = 1.6
"""Bins of 0.05 m/s; about what a watch's speed is uncertain by."""


def smoothed(time: Array) -> Array:
    """Return time per speed bin (k,), smoothed by a Gaussian."""
    reach = np.arange(-6, 7)
    kernel = np.exp(-0.5 * (reach / SMOOTHING) ** 2)
    smooth: Array = np.convolve(np.asarray(time, dtype=np.float64), kernel / kernel.sum(), mode="same")
    return smooth


# --- the axis ------------------------------------------------------------------------------------------------------

TICKS: dict[str, tuple[int, ...]] = {
    "km": (600, 480, 360, 300, 720, 900, 420, 240, 1200, 540, 1800, 390, 330, 270),
    "mi": (960, 720, 600, 480, 1200, 1440, 840, 420, 1800, 660, 2700, 540, 390, 360),
}
"""Seconds per km or mile worth a label, the most welcome first."""
SLOWEST = 0.5
"""m/s; left end of the axis, slower than anyone strolls."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Axis:
    """Speed in m/s to a place between `left` and `right`, slow on the left, labelled as pace."""

    left: float
    right: float
    fastest: float
    units: Units

    def at(self, speed: float) -> float:
        """Return the place of a speed, kept inside the axis."""
        share = (min(max(speed, SLOWEST), self.fastest) - SLOWEST) / (self.fastest - SLOWEST)
        return self.left + share * (self.right - self.left)

    def ticks(self, spacing: float) -> list[float]:
        """Return the speeds worth a label that stand at least `spacing` apart, slowest first."""
        chosen: list[float] = []
        for seconds in TICKS[self.units]:
            speed = METRES_PER_UNIT[self.units] / seconds
            inside = SLOWEST <= speed <= self.fastest
            if inside and all(abs(self.at(speed) - self.at(other)) >= spacing for other in chosen):
                chosen.append(speed)
        return sorted(chosen)


def axis_of(faces: Sequence[Face], option: Option, *, left: float, right: float, units: Units) -> Axis:
    """Return an axis on which all faces and the shared range have room."""
    fastest = max([2.6, option.speed_high, *(face.fastest for face in faces)])
    return Axis(left=left, right=right, fastest=min(fastest + 0.1, 5.5), units=units)


# --- the picture ---------------------------------------------------------------------------------------------------

HEAD, HILL, LANE, RULE = 30, 96, 22, 34
"""Heights in px: the shared range's label, a person's hills, their talking lane, the axis with its labels."""
NAME = 44
"""px above the hills for a person's name and the label of the change."""


def pace_picture(
    faces: Sequence[Face], option: Option, *, units: Units = "km", width: int = 720, name: str = "pace"
) -> Markup:
    """Return the picture that answers the question, as one SVG element.

    Two people mirror each other on one pace axis; with more people, all stand above it, one row each.

    Parameters
    ----------
    faces : sequence of Face
        The people, the therapist first.
    option : Option
        What they share.
    units : {"km", "mi"}
    width : int
        px of the drawing: 720 for a page, 360 for a phone.
    name : str
        What its ids begin with, so that several pictures can share a page.
    """
    axis = axis_of(faces, option, left=8.0, right=width - 8.0, units=units)
    row = NAME + HILL + LANE
    mirrored = len(faces) == 2
    above = faces[:1] if mirrored else faces
    rule = HEAD + row * len(above)
    height = rule + RULE + (row if mirrored else 0) + 6
    upper = [_face(face, axis, foot=HEAD + row * (i + 1) - LANE, up=1, name=name) for i, face in enumerate(above)]
    lower = [_face(faces[1], axis, foot=rule + RULE + LANE, up=-1, name=name)] if mirrored else []
    return tag(
        "svg",
        tag("title", "How fast each of you walks and runs, and the pace that you share", id=f"{name}-title"),
        tag("desc", description(faces, option, units=units), id=f"{name}-desc"),
        tag("defs", _hatch(name)),
        _shared(option, axis, height=height),
        *upper,
        _rule(axis, top=rule),
        *lower,
        viewBox=f"0 0 {width} {height}",
        role="img",
        aria_labelledby=f"{name}-title {name}-desc",
        class_="pic",
    )


def description(faces: Sequence[Face], option: Option, *, units: Units = "km") -> str:
    """Return the picture in words, for those who do not see it."""
    people = [
        f"{who(face.label)}: walking turns into running near {pace(face.change.median, units=units)}, "
        f"full sentences up to about {pace(face.talk.median, units=units)}"
        for face in faces
    ]
    shared = shared_pace(option, units=units)
    return f"{f'Shared pace {shared}. ' if shared else ''}{sentence(listed(people))}"


def _hatch(name: str) -> Markup:
    """Return the hatching that marks walking."""
    line = tag("path", d="M0 6L6 0M-1 1L1 -1M5 7L7 5", class_="walkfill")
    return tag("pattern", line, id=f"{name}-hatch", width=6, height=6, patternUnits="userSpaceOnUse")


def _shared(option: Option, axis: Axis, *, height: float) -> Markup:
    """Return the shared range as a band over everybody, with its label on top."""
    if option.speed_high <= 0:
        return Markup("")
    left, right = axis.at(option.speed_low), axis.at(option.speed_high)
    label = f"shared pace {shared_pace(option, units=axis.units)}"
    width = max(right - left, 3.0)
    return tag(
        "g",
        tag("rect", x=left, y=HEAD - 6.0, width=width, height=height - HEAD, class_="shared"),
        _text(label, left + width / 2, 14.0, axis, class_="name"),
    )


WIDEST = 4.7
"""px; half the width of a letter of the boldest label, in the widest of the usual fonts."""


def _text(label: str, x: float, y: float, axis: Axis, *, class_: str = "") -> Markup:
    """Return a label centred at x; near an edge it begins or ends there, whatever the font."""
    reach = WIDEST * len(label)
    place, anchor = x, "middle"
    if x - reach < axis.left:
        place, anchor = axis.left, "start"
    elif x + reach > axis.right:
        place, anchor = axis.right, "end"
    return tag("text", label, x=place, y=y, text_anchor=anchor, class_=class_ or None)


def _rule(axis: Axis, *, top: float) -> Markup:
    """Return the axis: a line, ticks and paces, slow on the left."""
    middle = top + RULE / 2 + 4
    marks = [
        join(
            tag("line", x1=axis.at(v), x2=axis.at(v), y1=top, y2=top + 5.0, class_="axis"),
            tag("line", x1=axis.at(v), x2=axis.at(v), y1=top + RULE - 5.0, y2=top + RULE + 0.0, class_="axis"),
            tag("text", show_pace(v, units=axis.units, unit=False), x=axis.at(v), y=middle, text_anchor="middle"),
        )
        for v in axis.ticks(46.0)
        if axis.left + 18 <= axis.at(v) <= axis.right - 40
    ]
    unit = "min/km" if axis.units == "km" else "min/mile"
    return tag(
        "g",
        tag("line", x1=axis.left, x2=axis.right, y1=top + 0.0, y2=top + 0.0, class_="axis"),
        tag("line", x1=axis.left, x2=axis.right, y1=top + RULE + 0.0, y2=top + RULE + 0.0, class_="axis"),
        *marks,
        tag("text", unit, x=axis.right, y=middle, text_anchor="end", class_="soft"),
    )


def _face(face: Face, axis: Axis, *, foot: float, up: int, name: str) -> Markup:
    """Return one person: two hills on a foot line (up or down from it), the change with its doubt, the talking lane."""

    def over(share: float) -> float:
        return foot - up * share

    title = over(HILL + NAME - 14) + (0 if up > 0 else 8)
    return tag(
        "g",
        _change(face, axis, over),
        _hill(face.speed, face.walk, axis, over, class_="hill walk", fill=f"url(#{name}-hatch)"),
        _hill(face.speed, face.run, axis, over, class_="hill run runfill", fill=None),
        _hill_name("walk", face.speed, face.walk, axis, over),
        _hill_name("run", face.speed, face.run, axis, over),
        _talk(face, axis, middle=over(-LANE / 2)),
        tag("text", inert(face.label, most=28), x=axis.left, y=title, class_="name halo"),
        _without_recordings(face, axis, over),
    )


def _hill(
    speed: Array, share: Array, axis: Axis, over: Callable[[float], float], *, class_: str, fill: str | None
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
    return tag("text", name, x=peak, y=over(14) + 5, text_anchor="middle", class_="halo")


def _change(face: Face, axis: Axis, over: Callable[[float], float]) -> Markup:
    """Return where walking turns into running: a dashed line, its interval as a band, and its label."""
    at, low, high = (axis.at(v) for v in (face.change.median, face.change.low, face.change.high))
    top, foot = sorted((over(HILL + 8), over(0)))
    label = over(HILL + 12) + (0 if over(1) < over(0) else 9)
    return join(
        tag("rect", x=low, y=top, width=high - low, height=foot - top, class_="doubt"),
        tag("line", x1=at, x2=at, y1=top, y2=foot, class_="change"),
        _text("walk becomes run", at, label, axis, class_="soft halo"),
    )


def _talk(face: Face, axis: Axis, *, middle: float) -> Markup:
    """Return the talkable range as a bar that thins out over the doubt about where it ends."""
    left, sure, end = axis.left, axis.at(face.talk.low), axis.at(face.talk.high)
    half = 7.0
    top, foot = middle - half, middle + half
    bar = f"M{left:.1f} {top:.1f}H{sure:.1f}L{end:.1f} {middle:.1f}L{sure:.1f} {foot:.1f}H{left:.1f}Z"
    words = "full sentences" if sure - left > 100 else "talk"
    return join(
        tag("path", d=bar, class_="talk"),
        tag("text", words, x=left + 6, y=middle + 4.5, class_="soft halo"),
    )


def _without_recordings(face: Face, axis: Axis, over: Callable[[float], float]) -> Markup:
    """Return a line that says why there are no hills, where there are none."""
    if face.walk.any() or face.run.any():
        return Markup("")
    return tag("text", "no recordings: from words alone", x=axis.left, y=over(24), class_="soft halo")
