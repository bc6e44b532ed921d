"""What was typed of a person's label, consent and answers, as checked values."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from pace_cli import library as shelf
from pace_cli import screen
from pace_cli.people import checked

if TYPE_CHECKING:
    from pace.library import Consent, Noted, Person
    from pace.units import Units


def checked_label(label: str, library: Path | None) -> str:
    """Return a label that may be kept; what is refused comes with a suggestion, what looks like a name with a warning.

    Raises
    ------
    typer.BadParameter
        When it is refused.
    """
    from pace.errors import InputError
    from pace.library import labels

    try:
        good = labels.checked(label)
    except InputError as error:
        raise typer.BadParameter(f"{error.message}; for example: {suggestion(library)}", param_hint="LABEL") from None
    if labels.looks_like_a_name(good):
        free = suggestion(library)
        screen.say(f"{good} looks like somebody's full name; a pseudonym such as {free} keeps them safer")
    if os.path.lexists(good):
        screen.say(f"{good} is a file or folder here too: {shelf.SIGN}{good} means the person")
    return good


def suggestion(library: Path | None) -> str:
    """Return a label that says nothing of anybody and is free."""
    from secrets import choice

    from pace.library import labels

    return labels.suggestion([person.label for person in everybody(library)], choice)


def everybody(library: Path | None) -> tuple[Person, ...]:
    """Return everybody in the library; nobody where there is none."""
    from pace.library import connection

    if not connection.exists(shelf.place(library)):
        return ()
    with shelf.opened(library) as kept:
        return kept.people()


def agreement(text: str | None, *, given: str | None, until: str | None) -> Consent | None:
    """Return what was typed of consent; it is of today unless a day was said."""
    if text is None and given is None and until is None:
        return None
    from pace.library import Consent

    on = shelf.today() if given is None else day_of(given, "--consent-on")
    last = None if until is None else day_of(until, "--consent-until")
    return checked(lambda: Consent(text=text or "", given=on, until=last), "--consent…")


def noted(pace: str, talk: Any, *, minutes: float, text: str, day: date | None, units: Units) -> Noted:
    """Return what was typed of an answer."""
    from pace import Said
    from pace.library import Noted
    from pace.units import parse_speed

    speed = checked(lambda: parse_speed(pace, units=units), "--pace")
    said = checked(lambda: Said(speed=speed, talk=talk, minutes=minutes), "--pace")
    return checked(lambda: Noted(said=said, day=day, text=text), "--text")


def kept_day(day: str | None, *, no_day: bool) -> date | None:
    """Return the day to be kept with an answer: the one typed, none, or today."""
    if no_day:
        if day is not None:
            raise typer.BadParameter("say a day or that none is kept", param_hint="--no-day")
        return None
    return shelf.today() if day is None else day_of(day, "--day")


def day_of(text: str, option: str) -> date:
    """Return a day typed as 2026-11-02."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(f"a day is typed as 2026-11-02, got {text!r}", param_hint=option) from None
