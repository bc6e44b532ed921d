"""What each command does: open, call one function of `pace`, show."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, cast

import typer

from pace_cli import screen
from pace_cli.people import Person, Words, roles

if TYPE_CHECKING:
    from pace import Match, Profile
    from pace.together.terms import Lead
    from pace.units import Units

OWN_FILES = (
    "These two are invented. With your own files: pace match YOUR_FOLDER THEIR_FOLDER\n"
    "Without a watch, a few words do: pace match --help"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Show:
    """How a result is wanted."""

    units: str = "km"
    html: Path | None = None
    as_json: bool = False

    @property
    def per(self) -> Units:
        """What paces are given per."""
        return cast("Units", self.units)


def match(
    who: Sequence[Person], *, minutes: float, lead: str, grade: float, temperature_c: float | None, show: Show
) -> None:
    """Match people and show the answer."""
    if show.html is not None:
        screen.check_target(show.html)
    profiles = []
    for person in who:
        with screen.busy(f"reading the recordings of {person.label}"):
            profiles.append(person.profile(show.per))
        report_left_out(profiles[-1])
    for person, found in zip(who, profiles, strict=True):
        require_something(found, files_given=person.path is not None)
    _match(profiles, show=show, minutes=minutes, lead=lead, grade=grade, temperature_c=temperature_c)


def _match(
    profiles: Sequence[Profile],
    *,
    show: Show,
    minutes: float = 50,
    lead: str = "client",
    grade: float = 0.0,
    temperature_c: float | None = None,
) -> None:
    """Match profiles and show the answer."""
    import pace

    with screen.busy("looking for a shared pace"):
        found = pace.match(profiles, minutes=minutes, lead=cast("Lead", lead), grade=grade, temperature_c=temperature_c)
    show_match(found, show=show)


def show_match(found: Match, *, show: Show) -> None:
    """Write the page, if wanted, and print the answer as text or as one document."""
    if show.html is not None:
        from pace.output.html import html

        screen.write(show.html, html(found, units=show.per))
        screen.say(f"the page is in {show.html}")
    if show.as_json:
        screen.print_json(found.to_dict())
        return
    from pace_cli.answers import print_match

    print_match(found, units=show.per)


def profile(paths: Sequence[str], *, words: Words, label: str, show: Show) -> None:
    """Read one person's recordings and show what they say."""
    import pace

    about = words.about(show.per)
    with screen.busy("reading the recordings"):
        found = pace.profile(list(paths), label=label, about=about, keep_empty=True)
    report_left_out(found)
    require_something(found, files_given=bool(paths))
    if show.as_json:
        screen.print_json(found.to_dict())
        return
    from pace_cli.answers import print_profile

    print_profile(found, units=show.per)


def report_left_out(found: Profile) -> None:
    """Say on standard error which files were left out and why."""
    from pace.output.words import left_out

    for line in left_out(found):
        screen.say(line)


def require_something(found: Profile, *, files_given: bool) -> None:
    """Refuse a person whose files all told nothing and of whom nothing was said.

    Raises
    ------
    NothingUsableError
        With what would do instead.
    """
    from pace.errors import NothingUsableError

    if files_given and not (found.summaries or found.about):
        name = "" if found.label == "person" else f" of {found.label}"
        raise NothingUsableError(f"none of the recordings{name} could be used; a few words would do: pace match --help")


def inspect(file: str, *, second_opinion: bool, show: Show) -> None:
    """Show what a file holds."""
    from pace.output.inspection import inspection

    with screen.busy("reading"):
        found = inspection(file, second_opinion=second_opinion)
    if show.as_json:
        screen.print_json(found)
        return
    from pace_cli.answers import print_inspection

    print_inspection(found)


def demo(*, show: Show) -> None:
    """Match the two invented people that come with `pace`."""
    if show.html is not None:
        screen.check_target(show.html)
    with screen.busy("inventing and reading the recordings of two people"):
        profiles = invented(tuple(roles(2)))
    for person in profiles:
        report_left_out(person)
    _match(profiles, show=show)
    if not show.as_json:
        typer.echo(f"\n{OWN_FILES}")


def invented(labels: Sequence[str]) -> list[Profile]:
    """Return the profiles of the invented people, whose files lie on disk only while they are read."""
    import pace
    from pace.simulate.samples import sample_files

    files = sample_files()
    with TemporaryDirectory(prefix="pace-demo-") as place:
        for label in labels:
            (Path(place) / label).mkdir()
        for name, data in files.items():
            if name.split("/")[0] in labels:
                (Path(place) / name).write_bytes(data)
        return [pace.profile(Path(place) / label, label=label) for label in labels]
