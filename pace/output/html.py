"""How a match becomes one page that opens offline and prints on A4: no script, the same bytes for the same match."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import numpy as np

from pace.output import changes, talk_picture, words
from pace.output.card import card
from pace.output.document import document
from pace.output.face import Face
from pace.output.markup import Markup, join, tag
from pace.output.pace_picture import pace_picture, told
from pace.output.plain import inert
from pace.output.view import View
from pace.output.words import Fact
from pace.together.curves import TalkCurve, talk_curves
from pace.together.naming import listed
from pace.together.session import Session, plan
from pace.units import Units

if TYPE_CHECKING:
    from pace.person.estimate import Estimate
    from pace.together.match import Match

TITLE = "A pace to talk at"
CARE = "This is a suggestion. Anyone may go slower, or stop, at any time and without a reason."
PRIVATE = "Made on one computer, and sent nowhere. There is no place, no day and no time of day on this page."
READING = (
    "The higher a hill, the more time at that pace. Hatched hill: walking. Filled hill: running. Dashed line: where "
    "walking turns into running, with grey for the doubt. Bar at the axis: full sentences are likely; it thins out "
    "where that is not sure. To talk for a whole session, stay well before its end."
)
FRAMED = "Framed band: the pace that you share."
LEAST = 0.5
"""min; where no way of moving promises as much talk, there is nothing to draw."""


def html(match: Match, *, units: Units = "km", copy_for: str | None = None) -> str:
    """Return a match as one self-contained page: sentence, picture, talk, card to take along, grounds, caveats.

    Everything that came from outside is escaped; nothing is loaded from anywhere; no clock is read.

    Parameters
    ----------
    match : Match
    units : {"km", "mi"}
        What paces are given per.
    copy_for : str, optional
        Label of the person whose copy it is: then what is known of the others, and their labels, stay out.

    Returns
    -------
    str
        A whole HTML document, UTF-8 when written.

    Raises
    ------
    InputError
        When nobody of the match has the label of `copy_for`.
    """
    view = View.of(match, copy_for)
    faces = tuple(Face.of(person) for person in view.shown)
    session = plan(view.match)
    return document(
        title(view),
        _header(view, units=units),
        tag(
            "main",
            _picture(faces, view, units=units),
            _section("In short", _facts(_answer(view, units=units), caption="The answer, line by line")),
            _talk(view, units=units),
            _grounds(view),
            card(view.match, session, units=units),
            _others(view, units=units),
        ),
        _footer(view),
    )


def card_page(match: Match, session: Session, *, units: Units = "km", copy_for: str | None = None) -> str:
    """Return the card of a plan as a page of its own.

    Parameters
    ----------
    match : Match
    session : Session
        The plan of that match.
    units : {"km", "mi"}
        What paces are given per.
    copy_for : str, optional
        As for `html`.

    Returns
    -------
    str
        A whole HTML document, UTF-8 when written.
    """
    view = View.of(match, copy_for)
    body = tag("main", card(view.match, session, units=units, class_="alone card", heading="h1"))
    return document(title(view), body, _footer(view))


def title(view: View) -> str:
    """Return the title of a page: whose it is."""
    if view.own is not None:
        return f"{TITLE}: a copy for {inert(view.own.label, most=40)}"
    return f"{TITLE}: {listed([inert(person.label, most=40) for person in view.shown])}"


def _header(view: View, *, units: Units) -> Markup:
    """Return the top of the page: what it is, the answer in one sentence, the effort in words."""
    whose = f"{TITLE}, for {listed([words.who(person.label) for person in view.shown])}"
    return tag(
        "header",
        tag("p", whose, class_="kicker"),
        tag("h1", words.headline(view.match, units=units)),
        tag("p", _effort(view), class_="effort"),
    )


def _effort(view: View) -> str:
    """Return the effort in words, of those who are shown."""
    return words.effort(view.match.suggestion, only=tuple(person.label for person in view.shown))


def _footer(view: View) -> Markup:
    """Return what to keep in mind, and that this is a suggestion."""
    known = tag("ul", *[tag("li", words.sentence(inert(caveat, most=400))) for caveat in view.caveats])
    return tag(
        "footer", tag("h2", "Good to know"), known, tag("p", CARE, class_="care"), tag("p", PRIVATE, class_="quiet")
    )


def _section(heading: str, *children: Markup, class_: str | None = None) -> Markup:
    """Return a part of the page under its heading, by which screen readers find it."""
    name = "-".join(re.findall(r"\w+", heading.lower()))
    return tag("section", tag("h2", heading, id=name), *children, aria_labelledby=name, class_=class_)


def _pair(wide: Markup, slim: Markup) -> Markup:
    """Return a picture twice, for a page and for a phone; only one of the two is shown and read out."""
    return join(tag("div", wide, class_="wide"), tag("div", slim, class_="slim"))


def _picture(faces: Sequence[Face], view: View, *, units: Units) -> Markup:
    """Return the picture that answers the question, and the same facts as sentences and as a table."""
    option = view.match.suggestion
    sizes = ((720, "pace"), (360, "pace-slim"))
    wide, slim = (pace_picture(faces, option, units=units, width=width, name=name) for width, name in sizes)
    heading = "Your own pace" if view.own else "How fast each of you walks, runs and talks"
    return _section(
        heading,
        tag(
            "figure", _pair(wide, slim), tag("figcaption", f"{READING} {FRAMED}" if option.speed_high > 0 else READING)
        ),
        tag("p", " ".join(told(face, units=units) for face in faces)),
        _table(faces, view, units=units),
    )


def _table(faces: Sequence[Face], view: View, *, units: Units) -> Markup:
    """Return the facts of the picture as a table, one row a person, the shared pace last."""
    heads = ("Mostly walks at", "Mostly runs at", "Walk becomes run", "Full sentences up to")
    rows = []
    for face in faces:
        usual = [_span(face.usual(gait), units=units) for gait in ("walk", "run")]
        texts = [*usual, *(_about(value, units=units) for value in (face.change, face.talk))]
        cells = [tag("td", text, data_name=head) for head, text in zip(heads, texts, strict=True)]
        rows.append(tag("tr", tag("th", inert(face.label, most=40), scope="row"), *cells))
    shared = words.shared_pace(view.match.suggestion, units=units) or "sit or stroll"
    rows.append(tag("tr", tag("th", "Shared pace", scope="row"), tag("td", shared, colspan=4, data_name="For all")))
    head = tag("tr", tag("th", "Who", scope="col"), *[tag("th", text, scope="col") for text in heads])
    note = f"The same in numbers, min/{'km' if units == 'km' else 'mile'}; in brackets the likely range."
    caption = tag("caption", f"{note} {words.likely(faces[0].talk.level)}")
    return tag("table", caption, tag("thead", head), tag("tbody", *rows), class_="stack")


def _span(speeds: tuple[float, float] | None, *, units: Units) -> str:
    """Return a range of speeds (m/s) as paces without their unit."""
    return words.pace_range(*speeds, units=units).split(" ")[0] if speeds else "not known yet"


def _about(value: Estimate, *, units: Units) -> str:
    """Return an estimate as a pace with the likely range in brackets."""
    return f"{words.pace(value.median, units=units).split(' ')[0]} ({_span((value.low, value.high), units=units)})"


def _facts(facts: Iterable[Fact], *, caption: str) -> Markup:
    """Return facts as a table of two columns."""
    rows = [tag("tr", tag("th", fact.name, scope="row"), tag("td", fact.text)) for fact in facts]
    return tag("table", tag("caption", caption, class_="hidden"), tag("tbody", *rows), class_="facts")


def _answer(view: View, *, units: Units) -> tuple[Fact, ...]:
    """Return the lines of the answer that do not stand on top; in a copy, what is of one person is of its owner."""
    lines = words.answer(view.match, view.shown, units=units)
    return tuple(line for line in lines if line.name not in ("Pace", "By turns", "Effort"))


def _talk(view: View, *, units: Units) -> Markup:
    """Return how many minutes are good for talking at each pace: picture, and the same as a table."""
    match, own = view.match, view.own
    curves = talk_curves(match, only=() if own is None else (own.label,))
    if not any(float(np.nanmax(curve.minutes)) >= LEAST for curve in curves):
        return Markup("")
    wide, slim = (
        talk_picture.talk_picture(curves, match.suggestion, minutes=match.minutes, units=units, width=width, name=name)
        for width, name in ((720, "talk"), (360, "talk-slim"))
    )
    whom = "all of you" if own is None else words.who(own.label)
    caption = (
        f"How many of {match.minutes:g} minutes are likely good for talking, for {whom}. "
        "A line ends where that way of moving would not feel natural."
    )
    caption += f" {FRAMED}" if match.suggestion.speed_high > 0 else ""
    n = len(match.people)
    rows = [_talk_row(curve, match.minutes, n=n, units=units) for curve in curves]
    figure = tag("figure", _pair(wide, slim), tag("figcaption", caption))
    table = _facts(rows, caption="The most talk in each way")
    return _section("Time to talk at each pace", tag("div", figure, table, class_="beside"))


def _talk_row(curve: TalkCurve, minutes: float, *, n: int, units: Units) -> Fact:
    """Return the most minutes of one way of moving among n people, and the paces at which it has them."""
    name = talk_picture.name_of(curve.mode, n)
    return Fact(name=words.capital(name), text=words.sentence(talk_picture.best(curve, minutes, units=units)))


def _others(view: View, *, units: Units) -> Markup:
    """Return the other ways to move: those that would do, and what stands in the way of the others.

    A copy leaves out what stands in the way: it may be about somebody else.
    """
    rows = list(words.alternatives(view.match, units=units, only=[person.label for person in view.shown]))
    if view.own is None:
        blocked = changes.not_now(view.match, units=units)
        rows += [Fact(name=fact.name, text=f"Not for now. {fact.text}") for fact in blocked]
    return _section("Other ways", _facts(rows, caption="Other ways of moving together")) if rows else Markup("")


def _grounds(view: View) -> Markup:
    """Return what the answer rests on, person by person, and what would sharpen it; no numbers of the body."""
    parts = [tag("div", *_ground(person)) for person in view.shown]
    columns = "pair three" if len(parts) == 3 else "pair"
    return _section("What this rests on", tag("div", *parts, class_=columns), class_="second")


def _ground(person: words.Known) -> list[Markup]:
    """Return what is known of one person and what would help most."""
    told = words.grouped(words.evidence(person.talk.evidence))
    pieces = [f"{fact.name}: {fact.text[:1].lower()}{fact.text[1:]}" for fact in told]
    next_best = words.sentence(inert(person.talk.next_best, most=400))
    return [
        tag("h3", inert(person.label, most=40)),
        tag("p", words.recordings(person.profile)),
        tag("ul", *[tag("li", piece) for piece in pieces]) if pieces else Markup(""),
        tag("p", tag("b", "What would help most:"), Markup(" "), next_best),
    ]
