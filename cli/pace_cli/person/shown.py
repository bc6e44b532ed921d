"""How people who are kept look in a terminal."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from pace_cli import library as shelf
from pace_cli import screen

if TYPE_CHECKING:
    from pace.library import Library, Person
    from pace.output.words import Fact
    from pace.units import Units


def counted(n: int, what: str) -> str:
    """Return a number of things.

    Examples
    --------
    >>> counted(1, "answer"), counted(0, "recording")
    ('1 answer', 'no recordings')
    """
    return f"{n or 'no'} {what}{'' if n == 1 else 's'}"


def in_short(person: Person, today: date) -> str:
    """Return a person in one line."""
    parts = [counted(person.n_activities, "recording"), counted(len(person.notes), "answer")]
    if person.consent is not None and person.consent.until is not None:
        ended = person.ended(today)
        parts.append(
            f"consent {'ended on' if ended else 'until'} {person.consent.until}{': not used' if ended else ''}"
        )
    return ", ".join(parts)


def print_person(person: Person, today: date, *, units: Units) -> None:
    """Print what is kept of one person."""
    from pace.output.words import Fact
    from pace_cli.answers import print_facts, print_section, print_text

    out = screen.console()
    print_text(out, person.label, style="bold")
    out.print()
    facts = [Fact(name="Recordings", text=f"{person.n_activities or 'none'}, kept as summaries")]
    facts += [Fact(name=name, text=text) for name, text in _words(person, units)]
    facts.append(Fact(name="Consent", text=consent_words(person, today)))
    print_facts(out, facts)
    print_section(out, "Answers", answers(person, units))
    out.print()
    print_text(out, f"How they walk, run and talk: pace profile {quoted(person.label)}", style="dim")


def _words(person: Person, units: Units) -> list[tuple[str, str]]:
    """Return what a person says of themselves, as facts."""
    from pace.output.words import pace

    about = person.about
    known = {
        "Usual walk": None if about.walk_speed is None else pace(about.walk_speed, units=units),
        "Height": None if about.height_m is None else f"{about.height_m:g} m",
        "Age": None if about.age_years is None else f"{about.age_years:g}",
        "Heart rate": _hearts(about.resting_heart_rate, about.max_heart_rate),
        "Manner": about.manner or None,
    }
    return [(name, text) for name, text in known.items() if text is not None]


def _hearts(rest: float | None, most: float | None) -> str | None:
    """Return what is known of the heart."""
    parts = [f"{rest:g} at rest" if rest is not None else "", f"{most:g} at most" if most is not None else ""]
    return ", ".join(part for part in parts if part) or None


def consent_words(person: Person, today: date) -> str:
    """Return what a person agreed to, in a sentence."""
    consent = person.consent
    if consent is None:
        return "Nothing is written down."
    given = f"since {consent.given}" if consent.given else ""
    until = f"until {consent.until}" if consent.until else "without an end"
    when = " ".join(part for part in (given, until) if part)
    over = " It has ended: they are not used any more." if person.ended(today) else ""
    return f"{consent.text or 'Agreed'}, {when}.{over}"


def answers(person: Person, units: Units) -> list[Fact]:
    """Return what a person said, one line an answer."""
    from pace.output.words import Fact, pace

    said = {"comfortable": "full sentences", "short": "short sentences", "not": "hardly a word"}
    lines = []
    for note in person.notes:
        minutes = f", {note.said.minutes:g} min" if note.said.minutes else ""
        text = f": {note.text}" if note.text else ""
        lines.append(
            Fact(
                name=str(note.day or "no day"),
                text=f"{pace(note.said.speed, units=units)}{minutes}, {said[note.said.talk]}{text}",
            )
        )
    return lines


def print_status(people: Sequence[Person], overdue: Sequence[Person], today: date, library: Path | None) -> None:
    """Print whose consent has ended, and how the library is kept."""
    from pace.output.words import Fact
    from pace_cli.answers import print_facts, print_section, print_text

    out = screen.console()
    if not overdue:
        print_text(out, "Nobody is overdue for erasing.", style="bold")
    else:
        print_text(out, "Consent has ended: forget them, or let them agree anew", style="bold")
        print_facts(out, [_overdue(person, today) for person in overdue], indent=2)
        print_text(out, f"For example: pace person forget {quoted(overdue[0].label)}")
    lines = [
        Fact(name="File", text=str(shelf.place(library))),
        Fact(name="People", text=str(len(people) or "nobody yet")),
    ]
    if people:
        with shelf.opened(library) as kept:
            lines.append(Fact(name="Kept", text=how_kept(kept)))
    print_section(out, "The library", lines)


def _overdue(person: Person, today: date) -> Fact:
    """Return since when somebody is overdue."""
    from pace.output.words import Fact

    until = person.consent.until if person.consent and person.consent.until else today
    days = (today - until).days
    return Fact(name=person.label, text=f"consent ended on {until}, {counted(days, 'day')} ago")


def how_kept(library: Library) -> str:
    """Return how the library is kept: checked when it was opened, so it is whole."""
    how = "encrypted" if library.encrypted else "not encrypted"
    return f"{how}, checked and whole" + ("" if library.writable else ", on a disk that cannot be written")


def quoted(label: str) -> str:
    """Return a label as it is typed in a shell."""
    import shlex

    return shlex.quote(label)
