"""A result as a picture on its own, for people and papers: SVG, or PNG where the extra `plot` is installed.

The same input gives the same bytes. Walking is hatched and running is filled, lines differ by their dashes, and all
carry their names: nothing is told by colour alone.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

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


def match_chart(match: Match, *, units: Units = "km", theme: Theme = "light", wording: Wording = FIELD) -> str:
    """Return two or more people and what they share as an SVG document.

    Parameters
    ----------
    match : Match
    units : {"km", "mi"}
        What paces are given per.
    theme : {"light", "dark"}
    wording : Wording
        `FIELD`: the field's terms, with intervals and an axis in m/s; `PLAIN`: everyday words.

    Returns
    -------
    str
        A whole SVG document, UTF-8 when written.
    """
    faces = [Face.of(Known.of(person)) for person in match.people]
    return standalone(pace_picture(faces, match.suggestion, units=units, wording=wording), theme=theme)


def profile_chart(profile: Profile, *, units: Units = "km", theme: Theme = "light", wording: Wording = FIELD) -> str:
    """Return one person's walking, running and talking as an SVG document.

    Parameters
    ----------
    profile : Profile
    units : {"km", "mi"}
        What paces are given per.
    theme : {"light", "dark"}
    wording : Wording
        `FIELD`: the field's terms, with intervals and an axis in m/s; `PLAIN`: everyday words.

    Returns
    -------
    str
        A whole SVG document, UTF-8 when written.
    """
    face = Face.of(Known.of(profile))
    return standalone(pace_picture([face], units=units, wording=wording), theme=theme)


def plan_chart(session: Session, *, units: Units = "km", theme: Theme = "light") -> str:
    """Return a plan over time as an SVG document: each block's range of paces, its slower way, the check-ins.

    Parameters
    ----------
    session : Session
    units : {"km", "mi"}
        What paces are given per.
    theme : {"light", "dark"}

    Returns
    -------
    str
        A whole SVG document, UTF-8 when written.
    """
    return standalone(time_picture.plan_picture(session, units=units), theme=theme)


def review_chart(review: Review, *, units: Units = "km", theme: Theme = "light") -> str:
    """Return what happened in a session over time as an SVG document: each one's pace, talk, time apart.

    Parameters
    ----------
    review : Review
    units : {"km", "mi"}
        What paces are given per.
    theme : {"light", "dark"}

    Returns
    -------
    str
        A whole SVG document, UTF-8 when written.
    """
    return standalone(time_picture.review_picture(review, units=units), theme=theme)


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
