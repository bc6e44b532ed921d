"""How a match becomes one page that opens offline and prints on A4: no script, the same bytes for the same match."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from pace.output import charts, words
from pace.output.markup import Markup, join, tag
from pace.output.plain import inert
from pace.output.words import Fact
from pace.together.naming import listed
from pace.units import Units

if TYPE_CHECKING:
    from pace.together.match import Match

POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'"
"""What the page may load: nothing from anywhere."""

STYLE = (
    """
:root { color-scheme: light dark; --page: #fff; --text: #1c2430; --quiet: #5d6878; --rule: #d8dee6; --tint: #eef5f0; }
@media (prefers-color-scheme: dark) {
  :root { --page: #14181e; --text: #e8ecf2; --quiet: #a9b4c2; --rule: #333d4a; --tint: #1c2a24; } }
@media print { :root { --page: #fff; --text: #000; --quiet: #444; --rule: #bbb; --tint: #fff; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--text); font: 17px/1.55 system-ui, sans-serif; }
main { max-width: 760px; margin: 0 auto; padding: 28px 20px 48px; }
h1 { font-size: 1rem; font-weight: 600; color: var(--quiet); margin: 0 0 10px; }
h2 { font-size: 1.15rem; margin: 34px 0 8px; }
h3 { font-size: 1rem; margin: 16px 0 4px; }
.lead { font-size: 1.6rem; line-height: 1.3; font-weight: 650; margin: 0 0 8px; text-wrap: balance; }
.effort { font-size: 1.1rem; margin: 0 0 20px; }
figure { margin: 0; } figcaption, .quiet { color: var(--quiet); font-size: .88rem; }
svg { display: block; width: 100%; height: auto; } .slim { display: none; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; vertical-align: top; padding: 8px 14px 8px 0; border-top: 1px solid var(--rule); }
th { font-weight: 600; } .facts th { width: 9em; }
ul { margin: 6px 0; padding-left: 1.2em; } li { margin: 4px 0; }
.care { background: var(--tint); border: 1px solid var(--rule); border-radius: 8px;
  padding: 10px 16px; margin: 30px 0 0; }
@media (max-width: 560px) {
  .wide { display: none; } .slim { display: block; } .lead { font-size: 1.35rem; } main { padding: 18px 14px 32px; }
  .people thead { display: none; } .people tr { display: block; border-top: 1px solid var(--rule); padding: 6px 0; }
  .people th, .people td { display: block; border: 0; padding: 2px 0; }
  .people td::before { content: attr(data-name) ": "; } }
@media print {
  @page { size: A4; margin: 15mm 18mm; } body { font-size: 10.5pt; line-height: 1.4; }
  main { max-width: none; padding: 0; } h2 { margin: 18px 0 4px; } th, td { padding: 4px 14px 4px 0; }
  p, ul { margin: 4px 0; } h3 { margin: 10px 0 2px; }
  .wide { display: block; } .slim { display: none; } figure, tr, li, p { break-inside: avoid; }
  h2, h3 { break-after: avoid; } }
""".strip()
    + "\n"
    + charts.STYLE
)

CARE = "This is a suggestion. Whoever wants to go slower, or to stop, decides: at any time and without a reason."


def html(match: Match, *, units: Units = "km") -> str:
    """Return a match as one self-contained page: sentence, picture, table, what it rests on, caveats.

    Everything that came from outside is escaped; nothing is loaded from anywhere; no clock is read.

    Parameters
    ----------
    match : Match
    units : {"km", "mi"}
        What paces are given per.

    Returns
    -------
    str
        A whole HTML document, UTF-8 when written.
    """
    title = f"A pace to talk at: {listed([inert(person.label, most=40) for person in match.people])}"
    people = tuple(words.Known.of(person) for person in match.people)
    faces = tuple(charts.Face.of(person) for person in people)
    body = tag(
        "main",
        tag("h1", "A pace to talk at"),
        tag("p", words.headline(match, units=units), class_="lead"),
        tag("p", words.effort(match.suggestion), class_="effort"),
        _pictures(faces, match, units=units),
        _section("In short", _facts(words.answer(match, people, units=units), class_="facts")),
        _section("Each of you", _people(faces, units=units)),
        _others(match, units=units),
        _section("What this rests on", *[_grounds(person) for person in people]),
        _section("Good to know", tag("ul", *[tag("li", caveat) for caveat in match.caveats])) if match.caveats else "",
        tag("p", CARE, class_="care"),
    )
    page = tag("html", _head(title), tag("body", body), lang="en")
    return f"<!doctype html>\n{page}\n"


def _head(title: str) -> Markup:
    """Return the head of the page: policy first, so that it holds for all that follows."""
    return tag(
        "head",
        tag("meta", charset="utf-8"),
        tag("meta", http_equiv="Content-Security-Policy", content=POLICY),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("meta", name="referrer", content="no-referrer"),
        tag("title", title),
        tag("style", Markup(STYLE)),
    )


def _section(title: str, *children: Markup) -> Markup:
    """Return a part of the page under its heading."""
    return tag("section", tag("h2", title), *children)


def _pictures(faces: Sequence[charts.Face], match: Match, *, units: Units) -> Markup:
    """Return the picture twice, for a page and for a phone; only one of the two is shown and read out."""
    wide, slim = (
        tag("div", charts.pace_picture(faces, match.suggestion, units=units, width=width, name=name), class_=name)
        for width, name in ((720, "wide"), (360, "slim"))
    )
    caption = (
        "Height: how much time each of you has spent at a pace. Hatched hill: walking. Filled hill: running. "
        "Dashed line: where walking turns into running, with its doubt in grey. "
        "Bar: where full sentences are easy; the tip is where that is uncertain."
    )
    return tag("figure", wide, slim, tag("figcaption", caption))


def _facts(facts: Iterable[Fact], *, class_: str) -> Markup:
    """Return facts as a table of two columns."""
    rows = [tag("tr", tag("th", fact.name, scope="row"), tag("td", fact.text)) for fact in facts]
    return tag("table", tag("tbody", *rows), class_=class_)


def _people(faces: Sequence[charts.Face], *, units: Units) -> Markup:
    """Return the facts of the picture as a table, one row a person."""
    heads = ("Walking turns into running", "Full sentences up to")
    rows = []
    for face in faces:
        shown = [words.pace_range(value.low, value.high, units=units) for value in (face.change, face.talk)]
        cells = [tag("td", text, data_name=head) for head, text in zip(heads, shown, strict=True)]
        rows.append(tag("tr", tag("th", inert(face.label, most=40), scope="row"), *cells))
    head = tag("tr", tag("td"), *[tag("th", text, scope="col") for text in heads])
    note = f"Each range is likely to hold the truth. {words.likely(faces[0].talk.level)}"
    return join(tag("table", tag("thead", head), tag("tbody", *rows), class_="people"), tag("p", note, class_="quiet"))


def _others(match: Match, *, units: Units) -> Markup:
    """Return the other ways to move: those that would do, and what stands in the way of the others."""
    parts = (
        ("Other ways that would do", words.alternatives(match, units=units)),
        ("Not for now", words.not_now(match, units=units)),
    )
    return join(*[_section(title, _facts(facts, class_="facts")) for title, facts in parts if facts])


def _grounds(person: words.Known) -> Markup:
    """Return what is known of one person and what would help most; no numbers of the body."""
    pieces = words.evidence(person.talk.evidence)
    return join(
        tag("h3", inert(person.label, most=40)),
        tag("p", words.recordings(person.profile)),
        tag("ul", *[tag("li", f"{piece.name.capitalize()}: {piece.text}") for piece in pieces]) if pieces else "",
        tag("p", words.sentence(inert(person.talk.next_best, most=400))),
    )
