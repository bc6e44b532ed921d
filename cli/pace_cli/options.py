"""What can be typed: options that several commands share, told once."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import MISSING, dataclass, fields, is_dataclass
from enum import StrEnum
from functools import wraps
from itertools import chain
from pathlib import Path
from typing import Annotated, Any, get_type_hints

import typer

from pace_cli.library import Shelf
from pace_cli.people import Person, Words, people


def page(text: str) -> str:
    """Return a text of several paragraphs as help: lines run on, but for lines that begin with a space."""
    paragraphs = text.strip().split("\n\n")
    return "\n\n".join(part if "\n " in part else " ".join(part.split("\n")) for part in paragraphs)


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
IN_WORDS, THERAPIST, CLIENT = "In words", "The therapist in words", "The client in words"

UNITS, LEADS = "Paces per kilometre or mile.", "client|therapist|equal"
UnitsOption = Annotated[UnitsChoice, typer.Option("--units", metavar="km|mi", help=UNITS, rich_help_panel=SHOW)]
JsonOption = Annotated[
    bool, typer.Option("--json", help="Print one JSON document and nothing else.", rich_help_panel=SHOW)
]
HtmlOption = Annotated[
    Path | None,
    typer.Option("--html", metavar="FILE", help="Also write the answer as one page.", rich_help_panel=SHOW),
]
ForOption = Annotated[
    str | None,
    typer.Option(
        "--for",
        metavar="LABEL",
        help="Make the page a copy for this person: what is known of the others stays out.",
        rich_help_panel=SHOW,
        show_default=False,
    ),
]
CardOption = Annotated[
    Path | None,
    typer.Option("--html", metavar="FILE", help="Also write the plan as a card to print.", rich_help_panel=SHOW),
]
FitOption = Annotated[
    Path | None,
    typer.Option(
        "--fit",
        metavar="FILE",
        help="Also write a workout that a watch loads: FILE, or one for each person where their gaits differ.",
        rich_help_panel=SHOW,
    ),
]
LibraryOption = Annotated[
    Path | None,
    typer.Option(
        "--library",
        metavar="FILE",
        envvar="PACE_LIBRARY",
        show_envvar=False,
        help="Where people are kept; else PACE_LIBRARY, else your own data folder.",
        rich_help_panel=SHOW,
        show_default=False,
    ),
]


GradeOption = Annotated[
    float, typer.Option(min=-30, max=30, metavar="PERCENT", help="How steep the way is.", rich_help_panel=SESSION)
]
TemperatureOption = Annotated[
    float | None,
    typer.Option(min=-30, max=50, metavar="C", help="How warm it is, in °C.", rich_help_panel=SESSION),
]
MinutesOption = Annotated[
    float, typer.Option(min=5, max=600, metavar="MIN", help="How long you are together.", rich_help_panel=SESSION)
]
LabelsOption = Annotated[
    list[str] | None,
    typer.Option(
        "--label", metavar="LABEL", help="What to call each person, in order; repeat it.", rich_help_panel=SHOW
    ),
]
PathsArgument = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="PATHS",
        help="One person's files, folders, .gz or .zip exports, or their label in the library.",
        show_default=False,
    ),
]
NameOption = Annotated[
    str, typer.Option("--name", metavar="LABEL", help="What to call this person.", rich_help_panel=SHOW)
]


def word(name: str, metavar: str, text: str, panel: str = IN_WORDS) -> Any:
    """Return an option that says something of a person."""
    return typer.Option(name, metavar=metavar, help=text, rich_help_panel=panel, show_default=False)


WALK, CHAT = "How fast they usually walk: 10:30, 17:00/mi or 5 km/h.", "A pace at which they can still chat: 7:45/km."
HEIGHT, AGE = "Height in metres: 1.68.", "Age in years."
REST, MOST = "Heart rate at rest, beats per minute.", "Highest heart rate, beats per minute."
SAID = "A pace, and comfortable, short or not; repeat it."
MANNER = "Says that they jog with quick short steps, or walk with a running rhythm."


@dataclass(frozen=True, slots=True, kw_only=True)
class InWords:
    """What somebody says of themselves: the options of every command about one person."""

    said: Annotated[list[str] | None, word("--said", "ANSWER", SAID)] = None
    walk: Annotated[str | None, word("--walk", "PACE", WALK)] = None
    height: Annotated[float | None, word("--height", "M", HEIGHT)] = None
    age: Annotated[float | None, word("--age", "YEARS", AGE)] = None
    hr_rest: Annotated[float | None, word("--hr-rest", "BPM", REST)] = None
    hr_max: Annotated[float | None, word("--hr-max", "BPM", MOST)] = None
    manner: Annotated[Manner | None, word("--manner", "shuffle|race-walk", MANNER)] = None

    def words(self) -> Words:
        """Return what was typed of them."""
        return Words(
            walk=self.walk,
            said=tuple(self.said or ()),
            height=self.height,
            age=self.age,
            hr_rest=self.hr_rest,
            hr_max=self.hr_max,
            manner=self.manner.value if self.manner else "",
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A session that was held: the options of every command that looks back at one."""

    files: Annotated[
        list[str],
        typer.Argument(metavar="FILES", help="One recording of the session, or both people's.", show_default=False),
    ]
    label: LabelsOption = None
    history: Annotated[
        list[str] | None,
        typer.Option(
            metavar="PATH",
            help="Earlier recordings of each person (or their label in the library), in order, `-` for none.",
            rich_help_panel=SESSION,
        ),
    ] = None
    clock: Annotated[
        float,
        typer.Option(metavar="S", help="Seconds by which the second clock is ahead.", rich_help_panel=SESSION),
    ] = 0.0
    library: LibraryOption = None

    def session(self) -> dict[str, Any]:
        """Return what was typed, as `pace_cli.review.reviewed` takes it."""
        return {
            "paths": self.files,
            "labels": self.label or (),
            "history": self.history or (),
            "clock": self.clock,
            "library": self.library,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Together:
    """Who comes together and on what terms: the options of every command about two or more people."""

    paths: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="THERAPIST CLIENT",
            help="Each person: a file, a folder, a .gz or a .zip, or a label of the library. `-` for words alone.",
            show_default=False,
        ),
    ] = None
    minutes: MinutesOption = 50
    lead: Annotated[Lead, typer.Option(metavar=LEADS, help="Whose comfort counts most.", rich_help_panel=SESSION)] = (
        Lead.client
    )
    grade: GradeOption = 0.0
    temperature: TemperatureOption = None
    label: LabelsOption = None
    library: LibraryOption = None
    client_walk: Annotated[str | None, word("--client-walk", "PACE", WALK, CLIENT)] = None
    client_chat: Annotated[list[str] | None, word("--client-chat", "PACE", CHAT, CLIENT)] = None
    client_height: Annotated[float | None, word("--client-height", "M", HEIGHT, CLIENT)] = None
    client_age: Annotated[float | None, word("--client-age", "YEARS", AGE, CLIENT)] = None
    client_hr_rest: Annotated[float | None, word("--client-hr-rest", "BPM", REST, CLIENT)] = None
    client_hr_max: Annotated[float | None, word("--client-hr-max", "BPM", MOST, CLIENT)] = None
    client_manner: Annotated[Manner | None, word("--client-manner", "shuffle|race-walk", MANNER, CLIENT)] = None
    therapist_walk: Annotated[str | None, word("--therapist-walk", "PACE", WALK, THERAPIST)] = None
    therapist_chat: Annotated[list[str] | None, word("--therapist-chat", "PACE", CHAT, THERAPIST)] = None
    therapist_height: Annotated[float | None, word("--therapist-height", "M", HEIGHT, THERAPIST)] = None
    therapist_age: Annotated[float | None, word("--therapist-age", "YEARS", AGE, THERAPIST)] = None
    therapist_hr_rest: Annotated[float | None, word("--therapist-hr-rest", "BPM", REST, THERAPIST)] = None
    therapist_hr_max: Annotated[float | None, word("--therapist-hr-max", "BPM", MOST, THERAPIST)] = None
    therapist_manner: Annotated[Manner | None, word("--therapist-manner", "shuffle|race-walk", MANNER, THERAPIST)] = (
        None
    )

    def people(self) -> list[Person]:
        """Return who was meant, the therapist first."""
        return people(
            self.paths or (),
            therapist=self._words("therapist"),
            client=self._words("client"),
            labels=self.label or (),
            shelf=Shelf(path=self.library),
        )

    def terms(self) -> dict[str, Any]:
        """Return how long, who leads, where and how warm, as `pace.match` takes it."""
        return {
            "minutes": self.minutes,
            "lead": self.lead.value,
            "grade": self.grade / 100,
            "temperature_c": self.temperature,
        }

    def _words(self, role: str) -> Words:
        """Return what was typed about the therapist or the client."""
        said = {name: getattr(self, f"{role}_{name}") for name in ("walk", "height", "age", "hr_rest", "hr_max")}
        chat, manner = getattr(self, f"{role}_chat"), getattr(self, f"{role}_manner")
        return Words(option=f"--{role}-", chat=tuple(chat or ()), manner=manner.value if manner else "", **said)


def spread(command: Callable[..., None]) -> Callable[..., None]:
    """Return a command that takes the fields of its dataclass argument as options of its own."""
    hints = get_type_hints(command, include_extras=True)
    (name,) = (key for key, kind in hints.items() if is_dataclass(kind))
    kind: Any = hints[name]
    own = list(inspect.signature(command, eval_str=True).parameters.values())
    field_hints = get_type_hints(kind, include_extras=True)
    shared = [
        inspect.Parameter(
            field.name,
            inspect.Parameter.KEYWORD_ONLY,
            default=inspect.Parameter.empty if field.default is MISSING else field.default,
            annotation=field_hints[field.name],
        )
        for field in fields(kind)
    ]

    @wraps(command)
    def spread_out(**typed: Any) -> None:
        """Gather what was typed into one value, and run the command with it."""
        given = kind(**{field.name: typed.pop(field.name) for field in fields(kind)})
        command(**{name: given}, **typed)

    parts = ([one.replace(kind=one.KEYWORD_ONLY)] if one.name != name else shared for one in own)
    parameters = list(chain.from_iterable(parts))
    spread_out.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    spread_out.__annotations__ = {one.name: one.annotation for one in parameters}
    del spread_out.__wrapped__
    return spread_out
