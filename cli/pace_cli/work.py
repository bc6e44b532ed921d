"""What each command does: open, call one function of `pace`, show."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, cast

import typer

from pace_cli import screen
from pace_cli.library import Shelf, one_person
from pace_cli.people import Person, Words, roles

if TYPE_CHECKING:
    from pace import Match, Profile
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
    copy_for: str | None = None
    as_json: bool = False

    @property
    def per(self) -> Units:
        """What paces are given per."""
        return cast("Units", self.units)

    def check(self, who: Sequence[Person]) -> None:
        """Refuse a page that could not be written, or a copy for nobody, before any work is done for it."""
        if self.html is not None:
            screen.check_target(self.html)
        if self.copy_for is None:
            return
        if self.html is None:
            raise typer.BadParameter("a copy is a page: say with --html where it goes", param_hint="--for")
        labels = [person.label for person in who]
        if self.copy_for not in labels:
            called = ", ".join(map(repr, labels))
            raise typer.BadParameter(f"{self.copy_for!r} is none of those matched: {called}", param_hint="--for")


def match(who: Sequence[Person], *, show: Show, **terms: Any) -> None:
    """Match people and show the answer; `terms` are those of `pace.match`."""
    show.check(who)
    show_match(matched(profiles(who, show=show), **terms), show=show)


def plan(who: Sequence[Person], *, fit: Path | None, show: Show, minutes: float, **terms: Any) -> None:
    """Match people, write the workouts, if wanted, and show the plan; `terms` are those of `pace.match`."""
    from pace.output.workout import workouts
    from pace.together import session

    session.check(minutes)
    show.check(who)
    if fit is not None:
        screen.check_target(fit)
    found = matched(profiles(who, show=show), minutes=minutes, **terms)
    planned = session.plan(found)
    if fit is not None:
        made = workouts(planned)
        for path, (label, data) in zip(targets(fit, list(made)), made.items(), strict=True):
            screen.write_bytes(path, data)
            screen.say(f"the workout{f' of {label}' if label else ''} is in {path}")
    if show.html is not None:
        from pace.output.html import card_page

        screen.write(show.html, card_page(found, planned, units=show.per, copy_for=show.copy_for))
        screen.say(f"the card is in {show.html}")
    if show.as_json:
        screen.print_json(planned.to_dict())
        return
    from pace_cli.answers import print_plan

    print_plan(found, planned, units=show.per)


MOST_OF_A_LABEL = 40
"""Characters of a label that become part of a file's name."""


def targets(path: Path, labels: Sequence[str]) -> list[Path]:
    """Return where each person's file goes: `path` where one is for all, else the label or a number behind its name.

    Examples
    --------
    >>> [str(one) for one in targets(Path("workout.fit"), ["../Bo B.", "client"])]
    ['workout-Bo-B.fit', 'workout-client.fit']
    >>> [str(one) for one in targets(Path("workout.fit"), ["Bo", "bo"])]
    ['workout-1.fit', 'workout-2.fit']
    """
    if len(labels) == 1:
        return [path]
    words = ["-".join(re.findall(r"\w+", label))[:MOST_OF_A_LABEL] for label in labels]
    if not all(words) or len({word.casefold() for word in words}) < len(words):
        words = [str(number) for number in range(1, len(labels) + 1)]
    return [path.with_name(f"{path.stem}-{word}{path.suffix}") for word in words]


def profiles(who: Sequence[Person], *, show: Show) -> list[Profile]:
    """Read the recordings of everyone, telling what was left out."""
    found = []
    for person in who:
        with screen.busy(f"reading the recordings of {person.label}"):
            found.append(person.profile(show.per))
        report_reading(found[-1], whose=person.label)
    for person, one in zip(who, found, strict=True):
        require_something(one, files_given=person.path is not None or person.kept is not None)
    return found


def matched(people: Sequence[Profile], **terms: Any) -> Match:
    """Return the match of profiles."""
    import pace

    with screen.busy("looking for a shared pace"):
        return pace.match(people, **terms)


def show_match(found: Match, *, show: Show) -> None:
    """Write the page, if wanted, and print the answer as text or as one document."""
    if show.html is not None:
        from pace.output.html import html

        screen.write(show.html, html(found, units=show.per, copy_for=show.copy_for))
        screen.say(f"the page is in {show.html}")
    if show.as_json:
        screen.print_json(found.to_dict())
        return
    from pace_cli.answers import print_match

    print_match(found, units=show.per)


def profile(paths: Sequence[str], *, words: Words, label: str, show: Show, library: Path | None = None) -> None:
    """Read one person's recordings, or what the library keeps of them, and show what they say."""
    found = one_profile(paths, words=words, label=label, shelf=Shelf(path=library), units=show.per)
    report_reading(found)
    require_something(found, files_given=bool(paths))
    if show.as_json:
        screen.print_json(found.to_dict())
        return
    from pace_cli.answers import print_profile

    print_profile(found, units=show.per)


def one_profile(paths: Sequence[str], *, words: Words, label: str, shelf: Shelf, units: Units) -> Profile:
    """Return the profile of one person: of files, of what the library keeps, or of both together."""
    import pace

    kept, files = one_person(paths, shelf)
    about = words.about(units)
    if kept is None:
        with screen.busy("reading the recordings"):
            return pace.profile(files, label=label, about=about, keep_empty=True)
    found = shelf.profile(kept, about=about)
    with screen.busy("reading the recordings"):
        read = pace.profile(files, about=found.about, keep_empty=True)
    return pace.Profile.build(
        label=label or found.label,
        summaries=(*found.summaries, *found.repeated, *read.summaries, *read.repeated),
        about=found.about,
        skipped=(*found.skipped, *read.skipped),
    )


def report_reading(found: Profile, *, whose: str = "") -> None:
    """Say on standard error which files were left out and why, and whether any was damaged; of whom, if of several."""
    from pace.output.words import damaged, left_out

    for line in (*left_out(found), *damaged(sum(one.damaged for one in found.summaries))):
        screen.say(f"{whose}: {line}" if whose else line)


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
        people = invented(tuple(roles(2)))
    for person in people:
        report_reading(person, whose=person.label)
    found = matched(people)
    show_match(found, show=show)
    if not show.as_json:
        from pace_cli.own_ways import print_invented_way

        print_invented_way(found, units=show.per)
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
