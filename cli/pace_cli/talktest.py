"""`pace talktest`: a short read-aloud test at rising paces, its answers typed as it goes or all at once."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from enum import StrEnum
from itertools import repeat
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pace_cli import screen
from pace_cli.library import Shelf, opened, today
from pace_cli.options import (
    InWords,
    JsonOption,
    LibraryOption,
    UnitsChoice,
    UnitsOption,
    spread,
)

if TYPE_CHECKING:
    from pace.person.talktest import Stage, TalkTest
    from pace.units import Units

TALKTEST = """
Find out with a few sentences read aloud how fast one person can go and talk.

Three minutes at each of some rising paces, on flat ground, with a passage to read aloud at the end of each. Could you
speak comfortably? comfortable, unsure or no: the first no ends the test, and so does stop, whenever you like. It
begins where talking is surely easy for this person: give their recordings, their label or a few words, if there are
any. The answers become evidence; --person keeps them in the library, else the options that carry them on are printed.
"""

TALKTEST_EXAMPLES = """
[bold]Examples[/bold]
  pace talktest --walk 10:30
  pace talktest runs/ --units mi
  pace talktest --person "quiet river"
  pace talktest runs/ --answer comfortable --answer comfortable --answer unsure --answer no
"""

CARE = (
    "Before you begin: choose flat, even ground and a day on which you feel well. Nothing here has to be reached, and "
    "stopping early tells as much as going on.\n"
    "Stop and rest at once if you feel pain or pressure in the chest, dizzy, faint or unusually out of breath, and get "
    "help if it does not pass. If a doctor has told you to be careful with effort, ask them first."
)
QUESTION = "Could you speak comfortably? [comfortable, unsure, no, or stop] "
SHORT = {"c": "comfortable", "u": "unsure", "n": "no", "y": "comfortable", "yes": "comfortable", "s": "stop"}
SHORT |= {"q": "stop", "quit": "stop"}
"""What may be typed instead of the whole word."""
CHANCES = 3
"""How many answers in a row may be none where they are piped in."""


class Heard(StrEnum):
    """An answer to one stage."""

    comfortable = "comfortable"
    unsure = "unsure"
    no = "no"


@spread
def talktest(
    paths: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="PATHS",
            help="One person's files, folders, .gz or .zip exports, or their label in the library; may be left out.",
            show_default=False,
        ),
    ] = None,
    answer: Annotated[
        list[Heard] | None,
        typer.Option(
            "--answer", metavar="comfortable|unsure|no", help="An answer, instead of being asked; repeat it in order."
        ),
    ] = None,
    person: Annotated[
        str | None,
        typer.Option("--person", metavar="LABEL", help="Somebody in the library: begin from them, keep the answers."),
    ] = None,
    *,
    in_words: InWords,
    library: LibraryOption = None,
    units: UnitsOption = UnitsChoice.km,
    as_json: JsonOption = False,
) -> None:
    """Find out by reading aloud how fast one person can go and talk."""
    from pace.person.talktest import stages, talk_test
    from pace_cli.work import one_profile, report_reading, require_something

    meant = [*(paths or ()), *([f"@{person}"] if person else ())]
    known = one_profile(meant, words=in_words.words(), label="", shelf=Shelf(path=library), units=units.value)
    report_reading(known)
    require_something(known, files_given=bool(paths))
    offered = stages(known)
    if answer and len(answer) > len(offered):
        raise typer.BadParameter(f"{len(answer)} answers for {len(offered)} stages", param_hint="--answer")
    if not as_json:
        _introduce(offered, units=units.value, asked=answer is None)
    heard = [one.value for one in answer] if answer else list(_asked(offered, units=units.value, quiet=as_json))
    found = talk_test(known, heard, offered=offered)
    if person and found.said:
        _keep(found, person, library=library)
    if as_json:
        screen.print_json(found.to_dict())
        return
    _tell(found, units=units.value, kept=person)


def _introduce(offered: Sequence[Stage], *, units: Units, asked: bool) -> None:
    """Print how the test goes: with care, what to read, and the paces."""
    from textwrap import fill

    from pace.person.talktest import PASSAGE, STAGE_MINUTES

    paragraphs = [*CARE.split("\n"), f"At the end of each {STAGE_MINUTES:g} minutes, still moving, read aloud:"]
    for paragraph in paragraphs:
        typer.echo(fill(paragraph, screen.WIDTH) + "\n")
    typer.echo(fill(PASSAGE, screen.WIDTH, initial_indent="    ", subsequent_indent="    ") + "\n")
    if not asked or not sys.stdin.isatty():
        for number, stage in enumerate(offered, start=1):
            typer.echo(_named(number, stage, units=units))
        typer.echo("")


def _named(number: int, stage: Stage, *, units: Units) -> str:
    """Return one stage as a line."""
    from pace.units import show_pace

    verb = "Walk" if stage.gait == "walk" else "Jog"
    return f"{number}.  {verb} at {show_pace(stage.speed, units=units)}"


def _asked(offered: Sequence[Stage], *, units: Units, quiet: bool) -> Iterator[str]:
    """Yield the answers typed, or piped in, one a line, until the first no, `stop`, the last stage or the end."""
    there = sys.stdin.isatty()
    for number, stage in enumerate(offered, start=1):
        if there:
            typer.echo(f"{_named(number, stage, units=units)} for three minutes, then read aloud.", err=quiet)
        heard = _one_answer(QUESTION if there else "")
        if heard == "stop":
            return
        yield heard
        if heard == "no":
            return


def _one_answer(question: str) -> str:
    """Return one answer from standard input; `stop` where it ends. Whoever sits there is asked until they answer.

    Raises
    ------
    InputError
        When what is piped in is no answer, three times over.
    """
    from pace.errors import InputError
    from pace.person.talktest import ANSWERS

    for _ in repeat(None) if question else range(CHANCES):  # somebody may mistype, and walked for what they said before
        if question:
            typer.echo(question, nl=False, err=True)
        line = sys.stdin.readline()
        typed = line.strip().lower()
        typed = SHORT.get(typed, typed)
        if not line or typed in (*ANSWERS, "stop"):
            return typed if line else "stop"
        screen.say("an answer is comfortable, unsure, no, or stop (c, u, n, s)")
    raise InputError("an answer is comfortable, unsure, no or stop, got something else each time")


def _keep(found: TalkTest, label: str, *, library: Path | None) -> None:
    """Keep the answers of a test in the library, with its day."""
    from pace.library import Noted

    with opened(library) as kept:
        for one in found.said:
            kept.note(label, Noted(said=one, day=today(), text="read aloud"))


def _tell(found: TalkTest, *, units: Units, kept: str | None) -> None:
    """Print what the answers say, and how they are carried on."""
    from textwrap import fill

    if not found.said:
        typer.echo("No answer yet, so nothing is known that was not known before. Any day will do.")
        return
    for line in _learnt(found, units=units):
        typer.echo(fill(line, screen.WIDTH))
    typer.echo("")
    if kept:
        typer.echo(fill(f"The answers are kept with {kept}.", screen.WIDTH))
    else:
        _carry_on(found, units=units)


def _learnt(found: TalkTest, *, units: Units) -> list[str]:
    """Return what the answers say, a sentence each: today first, then with everything else that is known."""
    from pace.output.words import pace, pace_range

    today, everything = found.comfortable, pace(found.after.median, units=units)
    now, before = (pace_range(one.low, one.high, units=units) for one in (found.after, found.before))
    beyond = found.too_fast is not None and found.after.median > found.too_fast
    lines = [
        "Talking was not quite comfortable at any pace today; another day may be another matter."
        if today is None
        else f"Today talking was comfortable up to {pace(today, units=units)}.",
        f"What is known besides still speaks for whole sentences up to about {everything} on the flat."
        if beyond
        else f"With all that is known, whole sentences should come easily up to about {everything} on the flat.",
        f"The likely range is {now}; before the test it was {before}.",
    ]
    if found.too_fast is None:
        lines.append("Talking was comfortable to the end: how much further it goes is not known, and need not be.")
    elif beyond:
        lines.append("That is faster than today: go by today, and do the test again when you like.")
    else:
        lines.append("To talk for a whole session, stay a stage below the last at which it was comfortable.")
    return lines


def _carry_on(found: TalkTest, *, units: Units) -> None:
    """Print the options that carry the answers on."""
    from pace.units import show_pace

    typer.echo("To carry the answers on:")
    typer.echo("  pace profile …")
    for one in found.said:
        pace = show_pace(one.speed, units=units, unit=False)
        typer.echo(f"    --said '{pace}/{units} {one.talk} {one.minutes:g}min'")
    if found.comfortable is not None:
        pace = show_pace(found.comfortable, units=units, unit=False)
        typer.echo(f"  pace match … --client-chat {pace}/{units}")
