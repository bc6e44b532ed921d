"""`pace plot`: a result as a picture on its own, for people and papers."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from pace_cli import screen
from pace_cli.library import Shelf
from pace_cli.options import (
    SHOW,
    Held,
    InWords,
    LibraryOption,
    NameOption,
    PathsArgument,
    Together,
    UnitsChoice,
    UnitsOption,
    page,
    spread,
)

PLOT = """
Draw a result as a picture: SVG, or PNG with the extra `plot`.

The same input gives the same bytes. Walking is hatched, running is filled, lines differ by their dashes: the pictures
read in grey and with any colour vision. They speak the field's terms, with intervals; --plain takes everyday words.
"""

PROFILE = """
Draw how fast one person walks and runs, their walk-run threshold and how fast they can go and talk.
"""

PROFILE_EXAMPLES = """
[bold]Examples[/bold]
  pace plot profile client/ -o client.svg
  pace plot profile runs.zip --name Robin --plain -o robin.png
"""

MATCH = """
Draw two or more people and the pace that they share; the options are those of pace match.
"""

MATCH_EXAMPLES = """
[bold]Examples[/bold]
  pace plot match me/ client/ -o match.svg
  pace plot match me/ --client-walk 10:30 --plain --dark -o match.png
"""

PLAN = """
Draw a plan over time: each block's paces, the slower way, the check-ins; the options are those of pace plan.
"""

PLAN_EXAMPLES = """
[bold]Examples[/bold]
  pace plot plan me/ client/ --minutes 45 -o plan.svg
"""

REVIEW = """
Draw how a session went: each one's pace by the minute, when talk was likely, when you were apart.
"""

REVIEW_EXAMPLES = """
[bold]Examples[/bold]
  pace plot review me.fit client.fit -o session.svg
"""

SUFFIXES = (".svg", ".png")

OutOption = Annotated[
    Path,
    typer.Option(
        "--out", "-o", metavar="FILE", help="Where the picture goes: .svg or .png.", rich_help_panel=SHOW
    ),
]  # fmt: skip
DarkOption = Annotated[bool, typer.Option("--dark", help="Light lines on a dark ground.", rich_help_panel=SHOW)]
PlainOption = Annotated[
    bool, typer.Option("--plain", help="Everyday words instead of the field's terms.", rich_help_panel=SHOW)
]

app = typer.Typer(help=page(PLOT), rich_markup_mode="rich", no_args_is_help=True)


@app.command(help=page(PROFILE), epilog=page(PROFILE_EXAMPLES))
@spread
def profile(
    out: OutOption,
    paths: PathsArgument = None,
    name: NameOption = "",
    *,
    in_words: InWords,
    library: LibraryOption = None,
    units: UnitsOption = UnitsChoice.km,
    plain: PlainOption = False,
    dark: DarkOption = False,
) -> None:
    """Draw how fast one person walks, runs and talks."""
    from pace_cli import work

    words = in_words.words()
    if not paths and not words:
        raise typer.BadParameter("a picture needs files, or a few words such as --walk 10:30", param_hint="PATHS")
    _check(out)
    shelf, per = Shelf(path=library), work.Show(units=units.value).per
    found = work.one_profile(paths or (), words=words, label=name, shelf=shelf, units=per)
    work.report_reading(found)
    work.require_something(found, files_given=bool(paths))
    _write(out, found, units=units, dark=dark, plain=plain)


@app.command(help=page(MATCH), epilog=page(MATCH_EXAMPLES))
@spread
def match(
    together: Together,
    out: OutOption,
    units: UnitsOption = UnitsChoice.km,
    plain: PlainOption = False,
    dark: DarkOption = False,
) -> None:
    """Draw two or more people and the pace that they share."""
    from pace_cli import work

    people = together.people()
    _check(out)
    found = work.matched(work.profiles(people, show=work.Show(units=units.value)), **together.terms())
    _write(out, found, units=units, dark=dark, plain=plain)


@app.command(help=page(PLAN), epilog=page(PLAN_EXAMPLES))
@spread
def plan(together: Together, out: OutOption, units: UnitsOption = UnitsChoice.km, dark: DarkOption = False) -> None:
    """Draw a plan over time."""
    from pace.together import session
    from pace_cli import work

    people, terms = together.people(), together.terms()
    session.check(terms["minutes"])
    _check(out)
    planned = session.plan(work.matched(work.profiles(people, show=work.Show(units=units.value)), **terms))
    _write(out, planned, units=units, dark=dark)


@app.command(help=page(REVIEW), epilog=page(REVIEW_EXAMPLES))
@spread
def review(
    held: Held,
    out: OutOption,
    units: UnitsOption = UnitsChoice.km,
    dark: DarkOption = False,
) -> None:
    """Draw how a session went."""
    from pace_cli.review import reviewed

    _check(out)
    found = reviewed(**held.session())
    _write(out, found, units=units, dark=dark)


def _check(out: Path) -> None:
    """Refuse a picture that could not be written, before any work is done for it."""
    if out.suffix.lower() not in SUFFIXES:
        raise typer.BadParameter(f"a picture is an .svg or a .png, got {out.name!r}", param_hint="--out")
    screen.check_target(out)
    if out.suffix.lower() == ".png":
        from pace.output.charts import check_png

        check_png()


def _write(out: Path, result: Any, *, units: UnitsChoice, dark: bool, plain: bool = False) -> None:
    """Draw a result, write the picture and say where it is."""
    from pace.output.charts import picture, png
    from pace.output.pace_picture import FIELD, PLAIN

    wording = PLAIN if plain else FIELD
    drawn = picture(result, units=units.value, theme="dark" if dark else "light", wording=wording)
    data = png(drawn) if out.suffix.lower() == ".png" else drawn.encode()
    screen.write_bytes(out, data)
    screen.say(f"the picture is in {out}")
