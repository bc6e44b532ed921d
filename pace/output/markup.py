"""How a page is put together so that nothing from outside becomes markup: what is not `Markup` is escaped."""

from __future__ import annotations

import html
from typing import Any

from pace.output.plain import inert

_VOID = frozenset({"meta", "br", "hr", "path", "line", "rect", "circle"})
"""Elements that are written without content."""


class Markup(str):
    """Text that is markup already; only `tag`, `join` and constants of this package make it."""

    __slots__ = ()


def safe(part: Any) -> Markup:
    """Return markup as it is, and anything else as inert, escaped text; None is nothing.

    Examples
    --------
    >>> safe("<script>")
    '&lt;script&gt;'
    """
    if isinstance(part, Markup):
        return part
    return Markup("" if part is None else html.escape(inert(str(part), most=2000)))


def join(*parts: Any, between: str = "") -> Markup:
    """Return the parts one after the other, each made safe."""
    return Markup(between.join(safe(part) for part in parts if part is not None))


def tag(name: str, /, *children: Any, **attributes: Any) -> Markup:
    """Return one element; an attribute `stroke_width` is written `stroke-width`, `class_` is `class`, None is left out.

    Examples
    --------
    >>> tag("p", "a < b", class_="note")
    '<p class="note">a &lt; b</p>'
    """
    written = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{safe(_short(value))}"'
        for key, value in attributes.items()
        if value is not None
    )
    if name in _VOID:
        return Markup(f"<{name}{written}/>")
    return Markup(f"<{name}{written}>{join(*children)}</{name}>")


def _short(value: Any) -> Any:
    """Return a float with two decimals at most, so that pages are small and the same everywhere."""
    return f"{value:.2f}".rstrip("0").rstrip(".") if isinstance(value, float) else value
