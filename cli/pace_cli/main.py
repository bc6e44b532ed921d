"""The command `pace`: what can be typed, and what happens with it."""

from __future__ import annotations

import errno
import os
import sys
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from pace_cli import batch as bulk
from pace_cli import open as local
from pace_cli import pairs as many
from pace_cli import plot, screen, settings
from pace_cli import routes as walks
from pace_cli import talktest as reading
from pace_cli.options import (
    SESSION,
    CardOption,
    FitOption,
    ForOption,
    GradeOption,
    Held,
    HtmlOption,
    InWords,
    JsonOption,
    LibraryOption,
    MinutesOption,
    NameOption,
    PathsArgument,
    TemperatureOption,
    Together,
    UnitsChoice,
    UnitsOption,
    page,
    spread,
)
from pace_cli.person import commands as person
from pace_cli.person import texts as kept
from pace_cli.refusals import Commands

ABOUT = """
Find the pace at which people can move together and talk.

Give pace the activity files that two people already have: FIT, GPX or TCX from any watch or phone, as single files,
folders, .gz or .zip exports. It answers in a sentence: how fast, who walks and who runs, how many minutes are good for
talking, and how sure that is. Whoever has no watch says a few words instead.

Nothing leaves this machine, and nothing is kept but what you give to `pace person add`.
"""

EXAMPLES = """
[bold]Examples[/bold]
  pace demo                                   two invented people
  pace match me/ client/                      two folders of recordings
  pace match me.zip --client-chat 7:45/km     a client without a watch
  pace match me/ client/ --html answer.html   a page to print or hand over
  pace plan me/ client/ --fit workout.fit     a timetable, also for a watch
  pace profile client/                        one person
  pace review me.fit client.fit               how a session went
  pace plot match me/ client/ -o match.svg    a picture for people or papers
  pace inspect run.fit                        what one file holds
  pace person add "quiet river" client/       keep a person, to come back to

Results go to standard output, everything else to standard error. The exit code is 0 with an answer, 1 when nothing
could be used, 2 when something was mistyped. pace COMMAND --help says more.
"""

MATCH = """
Find the pace that two or more people share.

The answer is a range of paces with the effort in words, who walks and who runs, how many minutes are good for talking,
how sure this is and what would make it surer. Everything in words is optional, and more of it makes the answer surer.
"""

MATCH_EXAMPLES = """
[bold]Examples[/bold]
  pace match me/ client/ --minutes 45 --html answer.html
  pace match me/ client/ --html copy.html --for client
  pace match me.zip --client-walk 10:30 --client-chat 7:45/km --client-age 45
  pace match - - --therapist-chat 6:00 --client-walk 5km/h
  pace match me/ one/ two/ --label me --label Ash --label Bo
"""

PLAN = """
Lay a session out in time, block by block.

The pace that people share becomes a timetable: settling in, blocks with a pace, a sentence to say at the end of each
and a slower way for whenever it breaks, easing off and looking back; and when to turn round to be back on time.
--fit writes it as a workout for a watch, --html as a card to print: who leads, what comes when, signs, and no pace but
the one that you share.
"""

PLAN_EXAMPLES = """
[bold]Examples[/bold]
  pace plan me/ client/ --minutes 45
  pace plan me/ client/ --fit workout.fit
  pace plan me/ client/ --html card.html
"""

PROFILE = """
Show how fast one person walks, runs and talks.

Each speed comes with the range that is likely to hold it and with what it rests on; then follows the one thing that
would help most. What helps most is often --said: an answer about talking after a walk or a run at a known pace,
comfortable (full sentences), short (short ones) or not.
"""

PROFILE_EXAMPLES = """
[bold]Examples[/bold]
  pace profile runs/ more-runs.zip
  pace profile runs/ --said '7:10/km comfortable' --said '6:20/km short'
  pace profile "quiet river"
"""

REVIEW = """
Look back at a session, from one recording of it or from both people's.

Two recordings are brought together even where their clocks differ. You learn for how long you were side by side, who
set the pace, when you drifted apart, and how many minutes were likely good for talking. Never shown: where, or when.
"""

REVIEW_EXAMPLES = """
[bold]Examples[/bold]
  pace review me.fit client.fit
  pace review me.fit client.gpx --history me/ --history client/
  pace plan me/ client/ --json > plan.json
  pace review me.fit client.fit --plan plan.json
  pace review client.fit --label Robin
"""

INSPECT = """
Show what a file holds and what is odd about it.

Also what was done about what is odd, and how the file would be used, or why it would be left out. Never shown: a
coordinate, a date, a time of day, a name.
"""

DEMO = """
Show a whole answer for two invented people.

A therapist who runs easily and a client who walks fast and jogs slowly: their recordings come with pace.
"""

TOGETHER, ALONE, MATERIAL = "Moving together", "One person", "Files, tables and pictures"
"""What commands are about: the panels of the help."""

app = typer.Typer(
    name="pace",
    cls=Commands,
    help=page(ABOUT),
    epilog=page(EXAMPLES),
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["--help", "-h"]},
)


def _version(wanted: bool) -> None:
    """Print the version and stop."""
    if wanted:
        import pace

        typer.echo(f"pace {pace.__version__}")
        raise typer.Exit


@app.callback(invoke_without_command=True)
def _pace(
    context: typer.Context,
    _show_version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version and stop.")
    ] = False,
) -> None:
    if context.invoked_subcommand is None:
        typer.echo(context.get_help())
    elif not {"--help", "-h"} & set(sys.argv):  # help comes even where the settings are broken
        context.default_map = settings.defaults(context.command)


@app.command(help=page(MATCH), epilog=page(MATCH_EXAMPLES), rich_help_panel=TOGETHER)
@spread
def match(
    together: Together,
    units: UnitsOption = UnitsChoice.km,
    html: HtmlOption = None,
    copy_for: ForOption = None,
    as_json: JsonOption = False,
) -> None:
    """Find the pace that two or more people share."""
    from pace_cli import work

    show = work.Show(units=units.value, html=html, copy_for=copy_for, as_json=as_json)
    work.match(together.people(), show=show, **together.terms())


@app.command(help=page(PLAN), epilog=page(PLAN_EXAMPLES), rich_help_panel=TOGETHER)
@spread
def plan(
    together: Together,
    units: UnitsOption = UnitsChoice.km,
    fit: FitOption = None,
    html: CardOption = None,
    copy_for: ForOption = None,
    as_json: JsonOption = False,
) -> None:
    """Lay a session out in time, block by block."""
    from pace_cli import work

    show = work.Show(units=units.value, html=html, copy_for=copy_for, as_json=as_json)
    work.plan(together.people(), fit=fit, show=show, **together.terms())


@app.command(help=page(PROFILE), epilog=page(PROFILE_EXAMPLES), rich_help_panel=ALONE)
@spread
def profile(
    paths: PathsArgument = None,
    name: NameOption = "",
    *,
    in_words: InWords,
    library: LibraryOption = None,
    units: UnitsOption = UnitsChoice.km,
    as_json: JsonOption = False,
) -> None:
    """Show how fast one person walks, runs and talks."""
    from pace_cli import work

    words = in_words.words()
    if not paths and not words:
        raise typer.BadParameter("a profile needs files, or a few words such as --walk 10:30", param_hint="PATHS")
    show = work.Show(units=units.value, as_json=as_json)
    work.profile(paths or (), words=words, label=name, show=show, library=library)


@app.command(help=page(REVIEW), epilog=page(REVIEW_EXAMPLES), rich_help_panel=TOGETHER)
@spread
def review(
    held: Held,
    plan: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="What was planned, as pace plan --json printed it.", rich_help_panel=SESSION),
    ] = None,
    units: UnitsOption = UnitsChoice.km,
    as_json: JsonOption = False,
) -> None:
    """Look back at a session."""
    from pace_cli import review as session
    from pace_cli import work

    show = work.Show(units=units.value, as_json=as_json)
    session.show(**held.session(), plan=plan, wanted=show)


@app.command(help=page(INSPECT), rich_help_panel=MATERIAL)
def inspect(
    file: Annotated[
        str, typer.Argument(metavar="FILE", help="A FIT, GPX or TCX file, a .gz or .zip of some, or a folder.")
    ],
    second_opinion: Annotated[
        bool, typer.Option("--second-opinion", help="Read it with other libraries too and show both.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Show what a file holds and what is odd about it."""
    from pace_cli import work

    work.inspect(file, second_opinion=second_opinion, show=work.Show(as_json=as_json))


@app.command(help=page(DEMO), rich_help_panel=TOGETHER)
def demo(
    units: UnitsOption = UnitsChoice.km,
    html: HtmlOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show a whole answer for two invented people."""
    from pace_cli import work

    work.demo(show=work.Show(units=units.value, html=html, as_json=as_json))


@app.command(help=page(many.PAIRS), epilog=page(many.PAIRS_EXAMPLES), rich_help_panel=TOGETHER)
def pairs(
    people_paths: many.PathsArgument,
    assign: many.AssignOption = None,
    therapist: many.TherapistOption = None,
    minutes: MinutesOption = 50,
    grade: GradeOption = 0.0,
    temperature: TemperatureOption = None,
    label: many.LabelOption = None,
    library: LibraryOption = None,
    units: UnitsOption = UnitsChoice.km,
    as_json: JsonOption = False,
) -> None:
    """Show what any two of many people would settle on."""
    many.show(
        people_paths,
        therapists=therapist or (),
        assign=assign,
        terms={"minutes": minutes, "grade": grade / 100, "temperature_c": temperature},
        labels=label or (),
        library=library,
        units=units.value,
        as_json=as_json,
    )


for _command, _does, _help, _examples, _panel in (
    ("open", local.open_page, local.OPEN, local.OPEN_EXAMPLES, TOGETHER),
    ("routes", walks.routes, walks.ROUTES, walks.ROUTES_EXAMPLES, TOGETHER),
    ("note", person.note, kept.NOTE, kept.NOTE_EXAMPLES, ALONE),
    ("talktest", reading.talktest, reading.TALKTEST, reading.TALKTEST_EXAMPLES, ALONE),
    ("batch", bulk.batch, bulk.BATCH, bulk.BATCH_EXAMPLES, MATERIAL),
):
    app.command(_command, help=page(_help), epilog=page(_examples), rich_help_panel=_panel)(_does)
app.add_typer(person.app, name="person", rich_help_panel=ALONE)
app.add_typer(plot.app, name="plot", rich_help_panel=MATERIAL)


def run() -> None:
    """Run the command; every deliberate error is one line on standard error and exit code 1."""
    from pace.errors import PaceError

    screen.tolerant()
    try:
        try:
            app(prog_name="pace")
        finally:
            sys.stdout.flush()  # a reader that has gone away is noticed here and not at the very end
    except PaceError as error:
        screen.say(str(error))
    except BrokenPipeError:
        _let_go()
    except OSError as error:
        if error.errno != errno.ENOSPC:
            _own_up(error)
        screen.say("there is no room left on the disk for the answer")
        _let_go()
    except Exception as error:  # what nobody foresaw is our fault; whoever typed gets a line and not a page
        _own_up(error)
    sys.exit(1)


def _let_go() -> None:
    """Leave nothing to be flushed to a reader that is gone or a disk that is full."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _own_up(error: Exception) -> NoReturn:
    """End with a line that says that this is a fault of pace."""
    if os.environ.get("PACE_TRACEBACK"):
        raise error
    screen.say(f"a fault of pace itself ({type(error).__name__}): please report it; PACE_TRACEBACK=1 shows where")
    sys.exit(1)
