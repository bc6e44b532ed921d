"""Who was meant on the command line: files, words or both, for each person in turn."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, TypeVar

import typer

from pace_cli.library import Shelf

if TYPE_CHECKING:
    from pace import About, Profile, Said
    from pace.units import Units

NO_FILES = "-"
"""Stands on the command line for a person without files."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """What was typed about one person, as it was typed; `option` is what their options begin with (`--client-`)."""

    option: str = "--"
    walk: str | None = None
    chat: Sequence[str] = ()
    said: Sequence[str] = ()
    height: float | None = None
    age: float | None = None
    hr_rest: float | None = None
    hr_max: float | None = None
    manner: str = ""

    def __bool__(self) -> bool:
        """Return whether anything was typed."""
        return self != Words(option=self.option)

    def about(self, units: Units) -> About:
        """Return what was typed as a checked value.

        Raises
        ------
        typer.BadParameter
            With the option that it was typed at (usage error, exit 2).
        """
        from pace import About, Said
        from pace.units import parse_speed

        def speed(text: str, option: str) -> float:
            """Return what was typed after an option as a speed, m/s."""
            return checked(lambda: parse_speed(text, units=units), f"{self.option}{option}")

        chats = tuple(Said(speed=speed(text, "chat"), talk="comfortable") for text in self.chat)
        return checked(
            lambda: About(
                walk_speed=None if self.walk is None else speed(self.walk, "walk"),
                said=(*chats, *(answer(text, units=units, option=f"{self.option}said") for text in self.said)),
                height_m=self.height,
                age_years=self.age,
                resting_heart_rate=self.hr_rest,
                max_heart_rate=self.hr_max,
                manner=self.manner,  # type: ignore[arg-type]  # one of the choices of the option
            ),
            f"{self.option}…",
        )


def checked(make: Callable[[], T], option: str) -> T:
    """Return what `make` makes; what it refuses becomes a usage error at this option."""
    from pace import PaceError

    try:
        return make()
    except PaceError as error:
        raise typer.BadParameter(error.message, param_hint=option) from None


def answer(text: str, *, units: Units, option: str) -> Said:
    """Return an answer about talking, typed as a pace and one of three words: `7:10/km comfortable`.

    A pace that was held for so long because somebody suggested it says for how long: `7:10/km comfortable 3min`.
    """
    from pace import Said
    from pace.units import parse_speed

    typed = re.fullmatch(
        r"(?P<pace>.+?) +(?P<talk>comfortable|short|not)(?: +(?P<minutes>\d{1,3}) ?min)?", text.strip()
    )
    if typed is None:
        raise typer.BadParameter(
            f"an answer is a pace and one of comfortable, short, not, as in '7:10/km comfortable', got {text!r}",
            param_hint=option,
        )
    minutes = float(typed["minutes"]) if typed["minutes"] else None
    said = checked(lambda: parse_speed(typed["pace"], units=units), option)
    return checked(lambda: Said(speed=said, talk=typed["talk"], minutes=minutes), option)  # type: ignore[arg-type]


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """One person of a match: a label, where their files are (none for words alone) and what was said of them.

    `kept` is their label in the library of `shelf`, where that is what was typed instead of a path.
    """

    label: str
    words: Words = field(default_factory=Words)
    path: str | None = None
    kept: str | None = None
    shelf: Shelf = field(default_factory=Shelf)

    def profile(self, units: Units) -> Profile:
        """Return the profile of this person; reads their files, or what the library keeps."""
        import pace

        about = self.words.about(units)
        if self.kept is not None:
            return replace(self.shelf.profile(self.kept, about=about), label=self.label)
        paths: list[Any] = [] if self.path is None else [self.path]
        return pace.profile(paths, label=self.label, about=about, keep_empty=True)


def people(
    paths: Sequence[str], *, therapist: Words, client: Words, labels: Sequence[str] = (), shelf: Shelf | None = None
) -> list[Person]:
    """Return who was meant, the therapist first.

    Whoever has only words needs no path: of one path and words for the client, the path is the therapist's; of one path
    and words for the therapist alone, it is the client's. `-` stands for no files. A label of the library stands for
    what is kept of that person, and is what they are called unless `labels` says otherwise.

    Raises
    ------
    typer.BadParameter
        When fewer than two people were given, or more labels than people.

    Examples
    --------
    >>> [p.label for p in people(["a", "b", "c"], therapist=Words(), client=Words())]
    ['therapist', 'client', 'client 2']
    >>> [p.path for p in people(["a"], therapist=Words(), client=Words(walk="10:30"))]
    ['a', None]
    """
    files = [None if path == NO_FILES else path for path in paths]
    if len(files) < 2 and client:
        files = [files[0] if files else None, None]
    elif len(files) == 1 and therapist:
        files = [None, files[0]]
    if len(files) < 2:
        raise typer.BadParameter(
            "a match needs two people: two paths, or one path and --client-walk, --client-chat, … for the other. "
            "`pace demo` shows a whole answer without any file.",
            param_hint="THERAPIST CLIENT",
        )
    if len(labels) > len(files):
        raise typer.BadParameter(f"{len(labels)} labels for {len(files)} people", param_hint="--label")
    shelf = shelf or Shelf()
    kept = [None if path is None else shelf.label(path) for path in files]
    usual = [own or role for own, role in zip(kept, roles(len(files)), strict=True)]
    words = [therapist, client, *[Words()] * (len(files) - 2)]
    return [
        Person(label=called, path=None if own else path, kept=own, words=said, shelf=shelf)
        for called, path, own, said in zip([*labels, *usual[len(labels) :]], files, kept, words, strict=True)
    ]


def roles(n: int) -> list[str]:
    """Return n labels that name nobody.

    Examples
    --------
    >>> roles(3)
    ['therapist', 'client', 'client 2']
    """
    return [*("therapist", "client")[:n], *(f"client {i}" for i in range(2, n))]
