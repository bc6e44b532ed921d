"""How fast people walk and run, drawn with block characters: two rows a person, the shared pace below."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from pace.arrays import Array
from pace.output.axis import SLOWEST, Axis
from pace.output.face import Face
from pace.output.pace_picture import axis_of
from pace.output.plain import inert
from pace.units import Units, show_pace

if TYPE_CHECKING:
    from pace.together.option import Option

BLOCKS, ASCII = " ▁▂▃▄▅▆▇█", " .:-=+*%#"
SEEN = 0.25
"""Share of a row's own peak that is always drawn, however low the peak."""
MARGIN, COLUMNS = 14, 64
"""Columns for labels, and for the picture itself."""


def pace_lines(faces: Sequence[Face], option: Option, *, units: Units = "km", encoding: str = "utf-8") -> list[str]:
    """Return the picture as lines of at most 78 columns.

    Parameters
    ----------
    faces : sequence of Face
    option : Option
        What they share.
    units : {"km", "mi"}
    encoding : str
        Of the terminal; where it lacks block characters, others are used.
    """
    axis = axis_of(faces, option, left=0.0, right=COLUMNS - 1.0, units=units)
    blocks = BLOCKS if _can_show(BLOCKS, encoding) else ASCII
    lines = [line for face in faces for line in _person(face, axis, blocks)]
    return [*lines, *filter(None, [_shared(option, axis, blocks)]), *_rule(axis)]


def _can_show(text: str, encoding: str) -> bool:
    """Return whether an encoding has all these characters."""
    try:
        text.encode(encoding)
    except (UnicodeEncodeError, LookupError):
        return False
    return True


def _person(face: Face, axis: Axis, blocks: str) -> list[str]:
    """Return a person's name and the rows of walking and running that have anything in them."""
    rows = [("  walks", face.walk), ("  runs", face.run)]
    drawn = [f"{name:<{MARGIN}}{_row(share, face.speed, axis, blocks)}" for name, share in rows if share.any()]
    name = inert(face.label, most=40)
    return [line.rstrip() for line in [name, *(drawn or ["  no recordings: from words alone"])]]


def _row(share: Array, speed: Array, axis: Axis, blocks: str) -> str:
    """Return a density as one block character a column."""
    at = np.linspace(SLOWEST, axis.fastest, COLUMNS)
    height = np.interp(at, speed, share)
    level = np.rint(height * (len(blocks) - 1))
    level[height > SEEN * height.max()] = np.maximum(1, level[height > SEEN * height.max()])
    return "".join(blocks[i] for i in level.astype(int).tolist())


def _shared(option: Option, axis: Axis, blocks: str) -> str:
    """Return the row that marks the shared range."""
    if option.speed_high <= 0:
        return ""
    first, last = (round(axis.at(v)) for v in (option.speed_low, option.speed_high))
    ends, line = ("├┤", "─") if blocks is BLOCKS else ("[]", "-")
    mark = ends[0] + line * max(last - first - 1, 0) + ends[1]
    return f"{'shared pace':<{MARGIN}}{' ' * first}{mark}"


def _rule(axis: Axis) -> list[str]:
    """Return the row of paces under the picture."""
    row = [" "] * (COLUMNS + 6)
    for speed in axis.ticks(8.0):
        text = show_pace(speed, units=axis.units, unit=False)
        start = max(round(axis.at(speed)) - len(text) // 2, 0)
        row[start : start + len(text)] = text
    unit = "min/km" if axis.units == "km" else "min/mile"
    return [f"{unit:<{MARGIN}}{''.join(row).rstrip()}"]
