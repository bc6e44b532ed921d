"""The command `pace pairs`: many people, what any two of them would settle on, and who goes with whom."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pace_cli import screen
from pace_cli.library import Shelf
from pace_cli.people import Person

if TYPE_CHECKING:
    from pace import Pairs, Profile
    from pace.together.pairs import Assignment
    from pace.together.terms import Lead
    from pace.units import Units

PAIRS = """
Show what any two of many people would settle on.

Each pair gets what `pace match` would suggest to the two: how they move, at which pace, and how many minutes are good
for talking. It is about two people together, in the order given; nobody is ranked.

With --assign, or with --therapist, it also says who goes with whom so that there is most time to talk on the move.
"""

PAIRS_EXAMPLES = """
[bold]Examples[/bold]
  pace pairs ash/ bo.zip cam/
  pace pairs me/ colleague/ one/ two/ three/ --assign 2
  pace pairs ash/ bo/ cam/ --grade 4 --temperature 28
  pace pairs one/ two/ three/ --therapist me/ --therapist colleague/
"""

PathsArgument = Annotated[
    list[str],
    typer.Argument(metavar="PEOPLE", help="Each person: a file, a folder, a .gz, a .zip, or a label of the library."),
]
AssignOption = Annotated[
    int | None,
    typer.Option("--assign", min=1, metavar="N", help="The first N people are therapists: say who goes with whom."),
]
TherapistOption = Annotated[
    list[str] | None,
    typer.Option(
        "--therapist", metavar="PATH", help="A therapist's recordings or label; repeat it. PEOPLE are then clients."
    ),
]
LabelOption = Annotated[
    list[str] | None,
    typer.Option("--label", metavar="LABEL", help="What to call each person, therapists first; repeat it."),
]


def show(
    paths: Sequence[str],
    *,
    therapists: Sequence[str],
    assign: int | None,
    terms: dict[str, float | None],
    labels: Sequence[str],
    library: Path | None,
    units: Units,
    as_json: bool,
) -> None:
    """Read everybody, work out every pair and show them; `terms` as those of `pace.pairs`."""
    import pace

    n_therapists = _therapists(len(paths), therapists=len(therapists), assign=assign)
    everyone = [*therapists, *paths]
    shelf = Shelf(path=library)
    kept = [shelf.label(word) for word in everyone]
    profiles = _profiles(everyone, kept, named(kept, labels), shelf)
    lead: Lead = "client" if n_therapists else "equal"
    with screen.busy("looking at every pair"):
        found = pace.pairs(profiles, lead=lead, **terms)  # type: ignore[arg-type]  # checked there
    who = range(len(everyone))
    assigned = found.assign(who[:n_therapists], who[n_therapists:]) if n_therapists else None
    if as_json:
        screen.print_json(found.to_dict(assigned))
    else:
        print_pairs(found, assigned, units=units)


def _therapists(n: int, *, therapists: int, assign: int | None) -> int:
    """Return how many of all people are therapists; 0 where nobody is to be assigned."""
    if therapists and assign is not None:
        raise typer.BadParameter("say either how many of PEOPLE are therapists or name them", param_hint="--assign")
    if n + therapists < 2:
        raise typer.BadParameter("pairs need two people or more, such as ash/ bo/ or people/*", param_hint="PEOPLE")
    if assign is not None and assign >= n:
        raise typer.BadParameter(f"of {n} people at most {n - 1} can be therapists", param_hint="--assign")
    return therapists or assign or 0


def named(kept: Sequence[str | None], labels: Sequence[str]) -> list[str]:
    """Return what people are called: the labels given, then those of the library, then labels that name nobody.

    Examples
    --------
    >>> named([None, None, "quiet river", None], ["Ash"])
    ['Ash', 'person 2', 'quiet river', 'person 4']
    """
    if len(labels) > len(kept):
        raise typer.BadParameter(f"{len(labels)} labels for {len(kept)} people", param_hint="--label")
    usual = [own or f"person {number}" for number, own in enumerate(kept, start=1)]
    return [*labels, *usual[len(labels) :]]


def _profiles(words: Sequence[str], kept: Sequence[str | None], labels: Sequence[str], shelf: Shelf) -> list[Profile]:
    """Return everybody's profile; says what was left out."""
    from pace_cli.work import report_reading, require_something

    profiles = []
    for typed, own, label in zip(words, kept, labels, strict=True):
        person = Person(label=label, path=None if own else typed, kept=own, shelf=shelf)
        with screen.busy(f"reading the recordings of {label}"):
            profiles.append(person.profile("km"))
        report_reading(profiles[-1], whose=label)
        require_something(profiles[-1], files_given=True)
    return profiles


def print_pairs(found: Pairs, assigned: Assignment | None, *, units: Units) -> None:
    """Print who goes with whom, if that was asked, and every pair; of therapists with clients only, if so."""
    from pace.output.words import Fact
    from pace_cli.answers import print_facts, print_section, print_text

    out = screen.console()

    def facts(places: Sequence[tuple[int, int]]) -> list[Fact]:
        """Return a line for each pair."""
        return [Fact(name=_two(found, place), text=_settled(found, place, units)) for place in places]

    if assigned is None:
        print_text(out, "What any two of you would settle on", style="bold")
        print_facts(out, facts(found.places()), indent=2)
        return
    print_text(out, "Who goes with whom, for the most time to talk on the move", style="bold")
    print_facts(out, facts(assigned.together), indent=2)
    if assigned.without:
        print_text(out, f"For now without: {', '.join(found.labels[place] for place in assigned.without)}.")
    others = [place for place in assigned.places() if place not in assigned.together]
    print_section(out, "What others would settle on", facts(others))


def _two(found: Pairs, place: tuple[int, int]) -> str:
    """Return both labels."""
    from pace.output.plain import inert

    return " and ".join(inert(found.labels[person]) for person in place)


def _settled(found: Pairs, place: tuple[int, int], units: Units) -> str:
    """Return in a few words what two people would settle on."""
    from pace.output.words import MODES, pace

    pair = found.pair(*place)
    how, speed = MODES[pair["mode"]], float(pair["speed_mps"])
    return f"{how}, {pace(speed, units=units)}, {pair['talkable_minutes']:.0f} minutes to talk" if speed else how
