"""The command `pace`: what can be typed, and what happens with it."""

from __future__ import annotations

import os
import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from pace_cli import pairs as many
from pace_cli import screen
from pace_cli.people import Words, people


def page(text: str) -> str:
    """Return a text of several paragraphs as help: lines run on, but for lines that begin with a space."""
    paragraphs = text.strip().split("\n\n")
    return "\n\n".join(part if "\n " in part else " ".join(part.split("\n")) for part in paragraphs)


ABOUT = """
Find the pace at which people can move together and talk.

Give pace the activity files that two people already have: FIT, GPX or TCX from any watch or phone, as single files,
folders, .gz or .zip exports. It answers in a sentence: how fast, who walks and who runs, how many minutes are good for
talking, and how sure that is. Whoever has no watch says a few words instead.

Nothing leaves this machine, and nothing is kept.
"""

EXAMPLES = """
[bold]Examples[/bold]
  pace demo                                   two invented people
  pace match me/ client/                      two folders of recordings
  pace match me.zip --client-chat 7:45/km     a client without a watch
  pace match me/ client/ --html answer.html   a page to print or hand over
  pace profile client/                        one person
  pace inspect run.fit                        what one file holds

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
  pace match me.zip --client-walk 10:30 --client-chat 7:45/km --client-age 45
  pace match - - --therapist-chat 6:00 --client-walk 5km/h
  pace match me/ one/ two/ --label me --label Ash --label Bo
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

app = typer.Typer(
    name="pace",
    help=page(ABOUT),
    epilog=page(EXAMPLES),
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["--help", "-h"]},
)


class Lead(StrEnum):
    """Whose comfort counts most."""

    client = "client"
    therapist = "therapist"
    equal = "equal"


class UnitsChoice(StrEnum):
    """What paces are given per."""

    km = "km"
    mi = "mi"


class Manner(StrEnum):
    """A way of moving that a watch mistakes for the other gait."""

    shuffle = "shuffle"
    race_walk = "race-walk"


SESSION, SHOW = "The session", "What to show"
THERAPIST, CLIENT = "The therapist in words", "The client in words"

UNITS, LEADS = "Paces per kilometre or mile.", "client|therapist|equal"
UnitsOption = Annotated[UnitsChoice, typer.Option("--units", metavar="km|mi", help=UNITS, rich_help_panel=SHOW)]
JsonOption = Annotated[
    bool, typer.Option("--json", help="Print one JSON document and nothing else.", rich_help_panel=SHOW)
]
HtmlOption = Annotated[
    Path | None,
    typer.Option("--html", metavar="FILE", help="Also write the answer as one page.", rich_help_panel=SHOW),
]


def _word(name: str, metavar: str | None, text: str, panel: str | None) -> Any:
    """Return an option that says something of a person."""
    return typer.Option(name, metavar=metavar, help=text, rich_help_panel=panel, show_default=False)


WALK, CHAT = "How fast they usually walk: 10:30, 17:00/mi or 5 km/h.", "A pace at which they can still chat: 7:45/km."
HEIGHT, AGE = "Height in metres: 1.68.", "Age in years."
REST, MOST = "Heart rate at rest, beats per minute.", "Highest heart rate, beats per minute."
SAID = "A pace, and comfortable, short or not; repeat it."
MANNER = "Says that they jog with quick short steps, or walk with a running rhythm."

TherapistWalk = Annotated[str | None, _word("--therapist-walk", "PACE", WALK, THERAPIST)]
TherapistChat = Annotated[list[str] | None, _word("--therapist-chat", "PACE", CHAT, THERAPIST)]
TherapistHeight = Annotated[float | None, _word("--therapist-height", "M", HEIGHT, THERAPIST)]
TherapistAge = Annotated[float | None, _word("--therapist-age", "YEARS", AGE, THERAPIST)]
TherapistRest = Annotated[float | None, _word("--therapist-hr-rest", "BPM", REST, THERAPIST)]
TherapistMax = Annotated[float | None, _word("--therapist-hr-max", "BPM", MOST, THERAPIST)]
TherapistManner = Annotated[Manner | None, _word("--therapist-manner", "shuffle|race-walk", MANNER, THERAPIST)]
ClientWalk = Annotated[str | None, _word("--client-walk", "PACE", WALK, CLIENT)]
ClientChat = Annotated[list[str] | None, _word("--client-chat", "PACE", CHAT, CLIENT)]
ClientHeight = Annotated[float | None, _word("--client-height", "M", HEIGHT, CLIENT)]
ClientAge = Annotated[float | None, _word("--client-age", "YEARS", AGE, CLIENT)]
ClientRest = Annotated[float | None, _word("--client-hr-rest", "BPM", REST, CLIENT)]
ClientMax = Annotated[float | None, _word("--client-hr-max", "BPM", MOST, CLIENT)]
ClientManner = Annotated[Manner | None, _word("--client-manner", "shuffle|race-walk", MANNER, CLIENT)]


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


@app.command(help=page(MATCH), epilog=page(MATCH_EXAMPLES))
def match(
    paths: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="THERAPIST CLIENT",
            help="Each person's recordings: a file, a folder, a .gz or a .zip. `-` for somebody without files.",
            show_default=False,
        ),
    ] = None,
    minutes: Annotated[
        float, typer.Option(min=5, max=600, metavar="MIN", help="How long you are together.", rich_help_panel=SESSION)
    ] = 50,
    lead: Annotated[
        Lead, typer.Option(metavar=LEADS, help="Whose comfort counts most.", rich_help_panel=SESSION)
    ] = Lead.client,
    grade: Annotated[
        float, typer.Option(min=-30, max=30, metavar="PERCENT", help="How steep the way is.", rich_help_panel=SESSION)
    ] = 0.0,
    temperature: Annotated[
        float | None,
        typer.Option(min=-30, max=50, metavar="C", help="How warm it is, in °C.", rich_help_panel=SESSION),
    ] = None,
    label: Annotated[
        list[str] | None,
        typer.Option(metavar="LABEL", help="What to call each person, in order; repeat it.", rich_help_panel=SHOW),
    ] = None,
    units: UnitsOption = UnitsChoice.km,
    html: HtmlOption = None,
    as_json: JsonOption = False,
    client_walk: ClientWalk = None,
    client_chat: ClientChat = None,
    client_height: ClientHeight = None,
    client_age: ClientAge = None,
    client_hr_rest: ClientRest = None,
    client_hr_max: ClientMax = None,
    client_manner: ClientManner = None,
    therapist_walk: TherapistWalk = None,
    therapist_chat: TherapistChat = None,
    therapist_height: TherapistHeight = None,
    therapist_age: TherapistAge = None,
    therapist_hr_rest: TherapistRest = None,
    therapist_hr_max: TherapistMax = None,
    therapist_manner: TherapistManner = None,
) -> None:
    """Find the pace that two or more people share."""
    therapist = Words(
        option="--therapist-",
        walk=therapist_walk,
        chat=tuple(therapist_chat or ()),
        height=therapist_height,
        age=therapist_age,
        hr_rest=therapist_hr_rest,
        hr_max=therapist_hr_max,
        manner=therapist_manner.value if therapist_manner else "",
    )
    client = Words(
        option="--client-",
        walk=client_walk,
        chat=tuple(client_chat or ()),
        height=client_height,
        age=client_age,
        hr_rest=client_hr_rest,
        hr_max=client_hr_max,
        manner=client_manner.value if client_manner else "",
    )
    from pace_cli import work

    who = people(paths or (), therapist=therapist, client=client, labels=label or ())
    work.match(
        who,
        minutes=minutes,
        lead=lead.value,
        grade=grade / 100,
        temperature_c=temperature,
        show=work.Show(units=units.value, html=html, as_json=as_json),
    )


@app.command(help=page(PROFILE), epilog=page(PROFILE_EXAMPLES))
def profile(
    paths: Annotated[
        list[str] | None,
        typer.Argument(metavar="PATHS", help="One person's files, folders, .gz or .zip exports.", show_default=False),
    ] = None,
    name: Annotated[str, typer.Option(metavar="LABEL", help="What to call this person.", rich_help_panel=SHOW)] = "",
    said: Annotated[list[str] | None, _word("--said", "ANSWER", SAID, "In words")] = None,
    walk: Annotated[str | None, _word("--walk", "PACE", WALK, "In words")] = None,
    height: Annotated[float | None, _word("--height", "M", HEIGHT, "In words")] = None,
    age: Annotated[float | None, _word("--age", "YEARS", AGE, "In words")] = None,
    hr_rest: Annotated[float | None, _word("--hr-rest", "BPM", REST, "In words")] = None,
    hr_max: Annotated[float | None, _word("--hr-max", "BPM", MOST, "In words")] = None,
    manner: Annotated[Manner | None, _word("--manner", "shuffle|race-walk", MANNER, "In words")] = None,
    units: UnitsOption = UnitsChoice.km,
    as_json: JsonOption = False,
) -> None:
    """Show how fast one person walks, runs and talks."""
    from pace_cli import work

    words = Words(
        walk=walk,
        said=tuple(said or ()),
        height=height,
        age=age,
        hr_rest=hr_rest,
        hr_max=hr_max,
        manner=manner.value if manner else "",
    )
    if not paths and not words:
        raise typer.BadParameter("a profile needs files, or a few words such as --walk 10:30", param_hint="PATHS")
    work.profile(paths or (), words=words, label=name, show=work.Show(units=units.value, as_json=as_json))


@app.command(help=page(INSPECT))
def inspect(
    file: Annotated[str, typer.Argument(metavar="FILE", help="A FIT, GPX or TCX file, or a .gz or .zip of some.")],
    second_opinion: Annotated[
        bool, typer.Option("--second-opinion", help="Read it with other libraries too and show both.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Show what a file holds and what is odd about it."""
    from pace_cli import work

    work.inspect(file, second_opinion=second_opinion, show=work.Show(as_json=as_json))


@app.command(help=page(DEMO))
def demo(
    units: UnitsOption = UnitsChoice.km,
    html: HtmlOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show a whole answer for two invented people."""
    from pace_cli import work

    work.demo(show=work.Show(units=units.value, html=html, as_json=as_json))


@app.command(help=page(many.PAIRS), epilog=page(many.PAIRS_EXAMPLES))
def pairs(
    people_paths: many.PathsArgument,
    assign: many.AssignOption = None,
    therapist: many.TherapistOption = None,
    minutes: Annotated[
        float, typer.Option(min=5, max=600, metavar="MIN", help="How long you are together.", rich_help_panel=SESSION)
    ] = 50,
    label: many.LabelOption = None,
    units: UnitsOption = UnitsChoice.km,
    as_json: JsonOption = False,
) -> None:
    """Show what any two of many people would settle on."""
    many.show(
        people_paths,
        therapists=therapist or (),
        assign=assign,
        minutes=minutes,
        labels=label or (),
        units=units.value,
        as_json=as_json,
    )


CTRL_C = 130
"""Exit code of a program ended by Ctrl-C: 128 + SIGINT."""


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
    except KeyboardInterrupt:
        sys.exit(CTRL_C)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # nothing is left to be flushed
    except Exception as error:  # what nobody foresaw is our fault; whoever typed gets a line and not a page
        if os.environ.get("PACE_TRACEBACK"):
            raise
        screen.say(f"a fault of pace itself ({type(error).__name__}): please report it; PACE_TRACEBACK=1 shows where")
    sys.exit(1)
