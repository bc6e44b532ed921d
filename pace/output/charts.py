"""A result as a picture on its own, for people and papers: SVG, or PNG where the extra `plot` is installed.

The same input gives the same bytes. Walking is hatched and running is filled, lines differ by their dashes, and all
carry their names: nothing is told by colour alone.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from pace.errors import InputError
from pace.output import time_picture
from pace.output.face import Face
from pace.output.markup import Markup, tag
from pace.output.pace_picture import FIELD, Wording, pace_picture
from pace.output.palette import Theme, style
from pace.output.words import Known
from pace.units import Units

if TYPE_CHECKING:
    from pace.person.profile import Profile
    from pace.together.match import Match
    from pace.together.review import Review
    from pace.together.session import Session


def picture(
    result: Profile | Match | Session | Review,
    *,
    units: Units = "km",
    theme: Theme = "light",
    wording: Wording = FIELD,
) -> str:
    """Return a result as an SVG document.

    Of a profile or a match: each one's walking, running and talking on one axis of pace, and what they share. Of a
    plan: each block's range of paces over time, its slower way, the check-ins. Of a review: each one's pace, talk, time
    apart.

    Parameters
    ----------
    result : Profile, Match, Session or Review
    units : {"km", "mi"}
        What paces are given per.
    theme : {"light", "dark"}
    wording : Wording
        Of a profile or a match. `FIELD`: the field's terms, with intervals and an axis in m/s; `PLAIN`: everyday words.

    Returns
    -------
    str
        A whole SVG document, UTF-8 when written.

    Raises
    ------
    InputError
        When it is none of these results.
    """
    return standalone(_drawn(result, units=units, wording=wording), theme=theme)


def _drawn(result: Any, *, units: Units, wording: Wording) -> Markup:
    """Return the drawing of a result."""
    from pace.person.profile import Profile
    from pace.together.match import Match
    from pace.together.review import Review
    from pace.together.session import Session

    if isinstance(result, Session):
        return time_picture.plan_picture(result, units=units)
    if isinstance(result, Review):
        return time_picture.review_picture(result, units=units)
    if not isinstance(result, (Profile, Match)):
        kind = type(result).__name__
        raise InputError(f"a picture is made of a profile, match, plan or review, got {kind}", got=kind)
    people = result.people if isinstance(result, Match) else (result,)
    shared = result.suggestion if isinstance(result, Match) else None
    return pace_picture([Face.of(Known.of(one)) for one in people], shared, units=units, wording=wording)


MARGIN = 14
"""px of paper round a picture."""


def standalone(picture: Markup, *, theme: Theme) -> str:
    """Return a picture as a document of its own: with its size, its style and the paper behind it."""
    size = re.search(r'viewBox="0 0 ([\d.]+) ([\d.]+)"', picture)
    assert size is not None  # every picture is made by `drawing.svg`
    width, height = (float(one) + 2 * MARGIN for one in size.groups())
    frame = f'viewBox="-{MARGIN} -{MARGIN} {width:g} {height:g}"'
    used = {"paper", *(name for words in re.findall(r'class="([^"]+)"', picture) for name in words.split())}
    paper = tag("rect", x=-MARGIN, y=-MARGIN, width=width, height=height, class_="paper")
    about = f'xmlns="http://www.w3.org/2000/svg" width="{width:g}" height="{height:g}" '
    head, body = picture.replace(size[0], frame).removeprefix("<svg ").split(">", 1)
    return f"<svg {about}{head}><style>{style(theme, used)}</style>{paper}{body}\n"


SCALE = 2
"""px of a PNG for one of the SVG: sharp on paper and on dense screens."""


def png(picture: str) -> bytes:
    """Return an SVG document as PNG bytes.

    Letters come from Lato (which the extra `plot` brings), so that the same picture is the same bytes everywhere; only
    a name in a script that Lato lacks is drawn with what the machine has.

    Parameters
    ----------
    picture : str
        A whole SVG document.

    Raises
    ------
    InputError
        When what draws it is not installed.
    """
    check_png()
    import font_lato
    import resvg_py

    drawn = resvg_py.svg_to_bytes(
        svg_string=picture,
        zoom=SCALE,
        font_files=[font_lato.font_files["Lato"], font_lato.font_files["LatoBold"]],
        font_family="Lato",
        sans_serif_family="Lato",
    )
    return bytes(drawn)


def check_png() -> None:
    """Refuse a PNG that could not be drawn, before any work is done for it.

    Raises
    ------
    InputError
        When what draws it is not installed.
    """
    try:
        import font_lato  # noqa: F401
        import resvg_py  # noqa: F401
    except ImportError:
        raise InputError(
            "a PNG needs the extra `plot`: pip install 'pace-match[plot]', or write an .svg",
            expected="pace-match[plot]",
        ) from None
