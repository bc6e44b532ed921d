"""How a result looks in a terminal: sentences, a few lines of facts and a small picture, 80 columns."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from rich.cells import cell_len, chop_cells
from rich.text import Text

from pace.output import changes, words
from pace.output.face import Face
from pace.output.plain import inert
from pace.output.words import Fact, Known
from pace.units import Units
from pace_cli import screen
from pace_cli.picture import pace_lines

if TYPE_CHECKING:
    from rich.console import Console

    from pace import Match, Profile
    from pace.together.option import Option
    from pace.together.session import Session


def print_match(found: Match, *, units: Units) -> None:
    """Print the answer of a match."""
    out = screen.console()
    print_text(out, words.headline(found, units=units), style="bold")
    out.print()
    people = [Known.of(person) for person in found.people]
    print_facts(out, words.answer(found, people, units=units))
    print_picture(out, people, found.suggestion, units=units)
    print_section(out, "Other ways that would do", words.alternatives(found, units=units))
    print_section(out, "Not for now", changes.not_now(found, units=units))
    print_list(out, "Good to know", found.caveats)


def print_plan(found: Match, planned: Session, *, units: Units) -> None:
    """Print a plan of a match."""
    from pace.output.timetable import headline, notes, timetable

    out = screen.console()
    print_text(out, headline(found, planned), style="bold")
    out.print()
    print_facts(out, timetable(planned, units=units))
    print_list(out, "Good to know", (*notes(planned), *found.caveats))


def print_profile(found: Profile, *, units: Units) -> None:
    """Print what is known of one person."""
    out, person = screen.console(), Known.of(found)
    print_text(out, words.profile_headline(person, units=units), style="bold")
    out.print()
    print_facts(out, words.profile_facts(person, units=units))
    print_text(out, words.likely(person.talk.speed.level), style="dim")
    print_section(out, "How far talk goes rests on", words.evidence(person.talk.evidence))
    out.print()
    print_text(out, words.sentence(inert(person.talk.next_best, most=400)))
    print_section(out, "Recordings", words.account(found))


def print_inspection(found: dict[str, Any]) -> None:
    """Print what a file holds."""
    out = screen.console()
    for recording in found["recordings"]:
        out.print(Text(inert(recording["file"]), style="bold"))
        if recording["error"]:
            out.print(Text(f"  cannot be read: {inert(recording['error'])}"))
        for number, track in enumerate(recording["tracks"]):
            if number:
                out.print()
            print_track(out, track)
    if "second_opinion" in found:
        print_opinions(out, found["second_opinion"])


def print_track(out: Console, track: dict[str, Any]) -> None:
    """Print one track of a file."""
    from pace.output.inspection import column_lines, track_facts

    print_facts(out, track_facts(track))
    print_section(out, "Columns", column_lines(track))
    print_list(out, "Odd, and what was done", [note["message"] for note in track["notes"]])


def print_picture(out: Console, people: Sequence[Known], option: Option, *, units: Units) -> None:
    """Print the picture, if anybody has recordings to be drawn."""
    if any(person.profile.summaries for person in people):
        out.print()
        for line in pace_lines([Face.of(person) for person in people], option, units=units, encoding=out.encoding):
            out.print(Text(line), soft_wrap=True)


def print_section(out: Console, title: str, facts: Iterable[Fact]) -> None:
    """Print facts under a title; nothing where there are none."""
    facts = list(facts)
    if facts:
        out.print()
        out.print(Text(title, style="bold"))
        print_facts(out, facts, indent=2)


BETWEEN_WORDS = re.compile("[^\\S\N{NO-BREAK SPACE}]+")


def wrapped(text: str, width: int) -> list[str]:
    """Return a text as lines of at most `width` columns; wide letters take two, and only a longer word is broken.

    A no-break space holds its neighbours on one line, and is a plain one there, for whoever searches the output.

    Examples
    --------
    >>> wrapped("one two three", 8), wrapped("李小龙 walks", 8), wrapped("up to 99\N{NO-BREAK SPACE}%", 8)
    (['one two', 'three'], ['李小龙', 'walks'], ['up to', '99 %'])
    """
    lines: list[str] = []
    for held in BETWEEN_WORDS.split(text.strip()):
        word = held.replace("\N{NO-BREAK SPACE}", " ")
        if lines and cell_len(lines[-1]) + 1 + cell_len(word) <= width:
            lines[-1] += f" {word}"
        else:
            lines += chop_cells(word, width)
    return lines


def print_text(out: Console, text: str, *, style: str = "") -> None:
    """Print a paragraph."""
    for line in wrapped(text, out.width):
        out.print(Text(line, style=style), soft_wrap=True)


def print_list(out: Console, title: str, lines: Iterable[str]) -> None:
    """Print sentences under a title; nothing where there are none."""
    print_section(out, title, [Fact(name="-", text=inert(line, most=400)) for line in lines])


def print_facts(out: Console, facts: Iterable[Fact], *, indent: int = 0) -> None:
    """Print facts as two columns; long texts keep to theirs."""
    facts = list(facts)
    width = indent + max((cell_len(fact.name) for fact in facts), default=0) + 2
    for fact in facts:
        first, *rest = wrapped(fact.text, max(out.width - width, 20)) or [""]
        name = " " * indent + fact.name
        out.print(Text.assemble((name, "dim"), " " * (width - cell_len(name)), first), soft_wrap=True)
        for line in rest:
            out.print(Text(" " * width + line), soft_wrap=True)


def print_opinions(out: Console, rows: list[dict[str, Any]]) -> None:
    """Print what each library read in the file, ours first."""
    out.print()
    out.print(Text("Second opinion", style="bold"))
    out.print(Text(f"  {'':<10}{'points':>8}{'metres':>10}{'seconds':>10}", style="dim"))
    for row in rows:
        points, metres, seconds = (_cell(row[key]) for key in ("points", "distance_m", "duration_s"))
        read = f"{points:>8}{metres:>10}{seconds:>10}"
        out.print(Text(f"  {row['library']:<10}{row['problem'] or read}"), soft_wrap=True)


def _cell(value: float | None) -> str:
    """Return a number without its fraction; a dash where there is none."""
    return "–" if value is None else f"{value:.0f}"
