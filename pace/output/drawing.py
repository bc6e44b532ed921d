"""How a picture is put together: an SVG element with its title, labels that stay inside, a hatching, lines."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from pace.arrays import Array
from pace.output.markup import Markup, tag

LETTER = 0.58
"""Width of a letter by its height, in the widest of the usual fonts; bold ones are a tenth wider."""
SMALL, USUAL, BOLD = 12.0, 13.0, 15.4
"""px; heights of the letters of each kind of label, bold ones counted wider."""


def svg(*children: Markup | None, name: str, title: str, text: str, width: float, height: float) -> Markup:
    """Return a picture with what it shows in words, for those who do not see it."""
    return tag(
        "svg",
        tag("title", title, id=f"{name}-title"),
        tag("desc", text, id=f"{name}-desc"),
        tag("defs", hatch(name)),
        *children,
        viewBox=f"0 0 {width:g} {height:g}",
        role="img",
        aria_labelledby=f"{name}-title",
        aria_describedby=f"{name}-desc",
        class_="pic",
    )


def hatch(name: str) -> Markup:
    """Return the hatching that marks walking."""
    line = tag("path", d="M0 6L6 0M-1 1L1 -1M5 7L7 5", class_="hatch")
    return tag("pattern", line, id=f"{name}-hatch", width=6, height=6, patternUnits="userSpaceOnUse")


def hatched(name: str) -> str:
    """Return what fills a shape with the hatching of the picture of this name."""
    return f"url(#{name}-hatch)"


def width_of(text: str, *, letter: float = USUAL) -> float:
    """Return the greatest width (px) that a label is likely to have; wide scripts count double."""
    return letter * LETTER * sum(2 if ord(c) >= 0x1100 else 1 for c in text)


def label(
    text: str, x: float, y: float, *, left: float, right: float, class_: str = "", letter: float = USUAL
) -> Markup:
    """Return a label centred at x; near an edge it begins or ends there, whatever the font."""
    reach = width_of(text, letter=letter) / 2
    place, anchor = x, "middle"
    if x - reach < left:
        place, anchor = left, "start"
    elif x + reach > right:
        place, anchor = right, "end"
    return tag("text", text, x=place, y=y, text_anchor=anchor, class_=class_ or None)


def line(x1: float, y1: float, x2: float, y2: float, class_: str) -> Markup:
    """Return a straight line."""
    return tag("line", x1=x1, x2=x2, y1=y1, y2=y2, class_=class_)


def box(x: float, y: float, width: float, height: float, class_: str, *, fill: str | None = None) -> Markup:
    """Return a rectangle."""
    return tag("rect", x=x, y=y, width=width, height=height, class_=class_, fill=fill)


def stretches(values: Array) -> list[slice]:
    """Return the unbroken runs of known values in (k,).

    Examples
    --------
    >>> stretches(np.array([1.0, np.nan, 2.0, 3.0]))
    [slice(0, 1, None), slice(2, 4, None)]
    """
    known = np.concatenate(([False], np.isfinite(values), [False]))
    edges = np.flatnonzero(known[1:] != known[:-1]).tolist()
    return [slice(start, end) for start, end in zip(edges[::2], edges[1::2], strict=True)]


def polyline(x: Sequence[float], y: Sequence[float]) -> str:
    """Return the path through points; a single one is a short dash, so that it is seen."""
    if len(x) == 1:
        return f"M{x[0] - 1:.1f} {y[0]:.1f}H{x[0] + 1:.1f}"
    return "M" + "L".join(f"{a:.1f} {b:.1f}" for a, b in zip(x, y, strict=True))
