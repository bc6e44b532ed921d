"""`pace person …`: people kept in the library, from the first adding to the last byte erased."""

from __future__ import annotations

import os
from collections.abc import Sequence
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pace_cli import library as shelf
from pace_cli import screen
from pace_cli.options import (
    AGE,
    HEIGHT,
    MANNER,
    MOST,
    REST,
    SAID,
    WALK,
    JsonOption,
    LibraryOption,
    Manner,
    UnitsChoice,
    UnitsOption,
    page,
    word,
)
from pace_cli.people import Words, checked

if TYPE_CHECKING:
    from pace.library import Added, Consent, Library, Noted, Person
    from pace.output.words import Fact
    from pace.units import Units

AGREED, IN_WORDS = "What they agreed to", "In words"

PERSON = """
Keep people, and come back to them by a label.

What is kept of a person is what their recordings say of how they walk, run and talk, what they said, and what they
agreed to: never a track, a place or a time of day. A label is a pseudonym; wherever `pace` takes somebody's files it
takes their label. One file holds everybody; PACE_LIBRARY or --library says which. With --passphrase it is encrypted
from the start; PACE_PASSPHRASE, or PACE_PASSPHRASE_FD with the number of a file descriptor, spares typing it.
"""

PERSON_EXAMPLES = """
[bold]Examples[/bold]
  pace person add "quiet river" exports/ --consent-until 2027-03-31
  pace match me/ "quiet river"
  pace note "quiet river" --pace 7:10 --talk comfortable --minutes 40
  pace person forget "quiet river"
"""

ADD = """
Add recordings, words or consent to a person; whoever is new is made.

The same recording counts once, so the same folder can be added again and again. New words take the place of earlier
ones; answers add up. --suggest adds nobody: it prints a label that says nothing of anybody.
"""

ADD_EXAMPLES = """
[bold]Examples[/bold]
  pace person add "quiet river" export.zip
  pace person add "quiet river" --walk 10:30 --said '7:10/km comfortable'
  pace person add "quiet river" --consent "walks" --consent-until 2027-03-31
  pace person add "$(pace person add --suggest)" runs/
"""

LIST = "List who is kept, with how much, in the order of their labels."
LIST_EXAMPLES = """
[bold]Examples[/bold]
  pace person list
"""
SHOW = "Show what is kept of a person: how many recordings, their words, answers and consent."
SHOW_EXAMPLES = """
[bold]Examples[/bold]
  pace person show "quiet river"
  pace profile "quiet river"          how they walk, run and talk
"""
NOTE = """
Note what a person said of talking, after a session at a known pace.

The answer becomes evidence of how they talk, and of nothing else: a pace that was suggested to them is not taken for
one that they like. Three of them tell more than ten recordings. comfortable is full sentences, short is short ones, not
is hardly a word. The day is kept with it, unless --no-day is given; never a time of day.
"""
NOTE_EXAMPLES = """
[bold]Examples[/bold]
  pace note "quiet river" --pace 7:10 --talk comfortable --minutes 40
  pace note "quiet river" --pace 6:20/km --talk short --text "uphill" --day 2026-11-02
"""
FORGET = """
Erase a person: nothing of them is left in any file of the library.

Nobody is asked whether it was meant: the exact label is the question. Copies made elsewhere (backups, exported files)
are not reached. docs/library.md says how to see for yourself that nothing is left.
"""
FORGET_EXAMPLES = """
[bold]Examples[/bold]
  pace person forget "quiet river"
"""
EXPORT = """
Write all that is kept of a person into one file.

To take it to another machine, or to hand it to the person it is about. The file can be read in any text editor; it is
not encrypted.
"""
EXPORT_EXAMPLES = """
[bold]Examples[/bold]
  pace person export "quiet river" quiet-river.json
"""
IMPORT = """
Take in a person out of a file that was exported.

Where the label is there already, both become one, each recording counted once, if a recording shows that they are the
same person.
"""
IMPORT_EXAMPLES = """
[bold]Examples[/bold]
  pace person import quiet-river.json
  pace person import quiet-river.json --as "amber bay"
"""
STATUS = """
Show whose consent has ended, and how the library is kept.

Whoever agreed until a day that is over is not used any more; they stay in the library until they are forgotten or agree
anew.
"""
STATUS_EXAMPLES = """
[bold]Examples[/bold]
  pace person status
"""


class Talk(StrEnum):
    """How talking went."""

    comfortable = "comfortable"
    short = "short"
    not_ = "not"


LabelArgument = Annotated[str, typer.Argument(metavar="LABEL", help="What the person is called in the library.")]
PassphraseOption = Annotated[
    bool, typer.Option("--passphrase", help="Type a passphrase: a library that is new is encrypted with it.")
]

app = typer.Typer(help=page(PERSON), epilog=page(PERSON_EXAMPLES), rich_markup_mode="rich")


@app.callback(invoke_without_command=True)
def _person(context: typer.Context) -> None:
    if context.invoked_subcommand is None:
        typer.echo(context.get_help())


# --- The commands ---------------------------------------------------------------------------------------------------


@app.command(help=page(ADD), epilog=page(ADD_EXAMPLES))
def add(
    label: Annotated[str | None, typer.Argument(metavar="LABEL", help="A pseudonym.", show_default=False)] = None,
    paths: Annotated[
        list[str] | None,
        typer.Argument(metavar="PATHS", help="Their files, folders, .gz or .zip exports.", show_default=False),
    ] = None,
    suggest: Annotated[bool, typer.Option("--suggest", help="Print a label that is free, and add nobody.")] = False,
    consent: Annotated[
        str | None, typer.Option(metavar="TEXT", help="What they agreed to, in a few words.", rich_help_panel=AGREED)
    ] = None,
    consent_on: Annotated[
        str | None, typer.Option(metavar="DATE", help="When: 2026-11-02, else today.", rich_help_panel=AGREED)
    ] = None,
    consent_until: Annotated[
        str | None,
        typer.Option(metavar="DATE", help="Until when, that day included: 2027-03-31.", rich_help_panel=AGREED),
    ] = None,
    said: Annotated[list[str] | None, word("--said", "ANSWER", SAID, IN_WORDS)] = None,
    walk: Annotated[str | None, word("--walk", "PACE", WALK, IN_WORDS)] = None,
    height: Annotated[float | None, word("--height", "M", HEIGHT, IN_WORDS)] = None,
    age: Annotated[float | None, word("--age", "YEARS", AGE, IN_WORDS)] = None,
    hr_rest: Annotated[float | None, word("--hr-rest", "BPM", REST, IN_WORDS)] = None,
    hr_max: Annotated[float | None, word("--hr-max", "BPM", MOST, IN_WORDS)] = None,
    manner: Annotated[Manner | None, word("--manner", "shuffle|race-walk", MANNER, IN_WORDS)] = None,
    units: UnitsOption = UnitsChoice.km,
    library: LibraryOption = None,
    passphrase: PassphraseOption = False,
) -> None:
    """Add recordings, words or consent to a person."""
    if suggest:
        typer.echo(suggestion(library))
        return
    words = Words(
        walk=walk,
        said=tuple(said or ()),
        height=height,
        age=age,
        hr_rest=hr_rest,
        hr_max=hr_max,
        manner=manner.value if manner else "",
    )
    if label is None or not (paths or words or consent or consent_on or consent_until):
        raise typer.BadParameter("somebody is added with a label, and files, words or consent", param_hint="LABEL")
    agreed = agreement(consent, given=consent_on, until=consent_until)
    add_person(checked_label(label, library), paths or (), words, agreed, units.value, library, passphrase=passphrase)


@app.command("list", help=page(LIST), epilog=page(LIST_EXAMPLES))
def list_(library: LibraryOption = None, as_json: JsonOption = False) -> None:
    """List who is kept."""
    from pace.output.words import Fact
    from pace_cli.answers import print_facts

    today, people = shelf.today(), everybody(library)
    if as_json:
        screen.print_json(people_document(people, today))
    elif not people:
        typer.echo('Nobody is kept yet: pace person add "quiet river" PATHS')
    else:
        print_facts(screen.console(), [Fact(name=one.label, text=in_short(one, today)) for one in people])


@app.command(help=page(SHOW), epilog=page(SHOW_EXAMPLES))
def show(
    label: LabelArgument,
    units: UnitsOption = UnitsChoice.km,
    library: LibraryOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show what is kept of a person."""
    with shelf.opened(library) as kept:
        person = kept.person(label)
    if as_json:
        screen.print_json(person_document(person, shelf.today()))
        return
    print_person(person, shelf.today(), units=units.value)


def note(
    label: LabelArgument,
    pace: Annotated[str, typer.Option(metavar="PACE", help="The pace you kept: 7:10, 11:30/mi or 8.4 km/h.")],
    talk: Annotated[
        Talk, typer.Option(metavar="comfortable|short|not", help="How talking went: full sentences, short ones, none.")
    ],
    minutes: Annotated[float, typer.Option(min=1, max=600, metavar="MIN", help="For how long you kept it.")] = 30,
    text: Annotated[str, typer.Option(metavar="TEXT", help="A few words to remember it by.")] = "",
    day: Annotated[str | None, typer.Option(metavar="DATE", help="Which day, else today.", show_default=False)] = None,
    no_day: Annotated[bool, typer.Option("--no-day", help="Keep no day with it.")] = False,
    units: UnitsOption = UnitsChoice.km,
    library: LibraryOption = None,
) -> None:
    """Note what a person said of talking."""
    said = noted(pace, talk.value, minutes=minutes, text=text, day=_kept_day(day, no_day=no_day), units=units.value)
    with shelf.opened(library) as kept:
        new = kept.note(label, said, today=shelf.today())
        person = kept.person(label)
    many = counted(len(person.notes), "answer")
    typer.echo(f"Noted for {person.label}: {many} now." if new else f"{person.label}: just this is noted already.")


app.command("note", help=page(NOTE), epilog=page(NOTE_EXAMPLES))(note)


@app.command(help=page(FORGET), epilog=page(FORGET_EXAMPLES))
def forget(label: LabelArgument, library: LibraryOption = None) -> None:
    """Erase a person."""
    with shelf.opened(library) as kept, screen.busy("erasing"):
        gone = kept.forget(label)
    erased = f"{counted(gone.n_activities, 'recording')} and {counted(gone.n_notes, 'answer')}"
    typer.echo(f"{gone.label} is forgotten: {erased} erased, with label, words and consent.")


@app.command(help=page(EXPORT), epilog=page(EXPORT_EXAMPLES))
def export(
    label: LabelArgument,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Where to write it.", show_default=False)],
    library: LibraryOption = None,
) -> None:
    """Write all that is kept of a person into one file."""
    screen.check_target(file)
    with shelf.opened(library) as kept:
        data = kept.export(label)
    screen.write_bytes(file, data)
    screen.say(f"all that is kept of {label} is in {file}: it is not encrypted, and erased nowhere by itself")


@app.command("import", help=page(IMPORT), epilog=page(IMPORT_EXAMPLES))
def import_(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="What `pace person export` wrote.", show_default=False)],
    label: Annotated[str, typer.Option("--as", metavar="LABEL", help="What to call them here.")] = "",
    join: Annotated[bool, typer.Option("--join", help="They are one person, though no recording shows it.")] = False,
    library: LibraryOption = None,
    passphrase: PassphraseOption = False,
) -> None:
    """Take in a person out of a file."""
    data = read_file(file)
    with shelf.opened(library, create=True, ask=passphrase) as kept:
        tell_added(kept.merge(data, label=label, join=join))


@app.command(help=page(STATUS), epilog=page(STATUS_EXAMPLES))
def status(library: LibraryOption = None, as_json: JsonOption = False) -> None:
    """Show whose consent has ended."""
    today, people = shelf.today(), everybody(library)
    overdue = [person for person in people if person.ended(today)]
    if as_json:
        screen.print_json(people_document(overdue, today))
        return
    print_status(people, overdue, today, library)


# --- What they do ---------------------------------------------------------------------------------------------------


def suggestion(library: Path | None) -> str:
    """Return a label that says nothing of anybody and is free."""
    from secrets import choice

    from pace.library import labels

    return labels.suggestion([person.label for person in everybody(library)], choice)


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


def add_person(
    label: str,
    paths: Sequence[str],
    words: Words,
    consent: Consent | None,
    units: Units,
    library: Path | None,
    *,
    passphrase: bool,
) -> None:
    """Add to a person and say what was added."""
    about = words.about(units)
    with shelf.opened(library, create=True, ask=passphrase) as kept, screen.counting("reading recordings") as reading:
        today = shelf.today()
        added = kept.add(label, list(paths), about=about, consent=consent, today=today, reading=reading)
    for line in _left_out(added):
        screen.say(line)
    tell_added(added)


def _left_out(added: Added) -> list[str]:
    """Return which files were left out and why."""
    from pace import Profile
    from pace.output.words import left_out

    return left_out(Profile.build(skipped=added.skipped))


def tell_added(added: Added) -> None:
    """Print what was added."""
    parts = [
        counted(added.n_new, "new recording") if added.n_new or added.n_known else "",
        f"{added.n_known} known already" if added.n_known else "",
        counted(added.n_notes, "answer") if added.n_notes else "",
    ]
    what = ", ".join(part for part in parts if part)
    who = f"{added.label} is kept now" if added.new_person else added.label
    typer.echo(f"{who}: {what or 'words and consent'}.")


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


def _kept_day(day: str | None, *, no_day: bool) -> date | None:
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


def read_file(file: Path) -> bytes:
    """Return the bytes of a file.

    Raises
    ------
    MissingFileError
        When it cannot be read.
    """
    from pace.errors import MissingFileError
    from pace.library.person_file import MAX_BYTES

    try:
        with open(file, "rb") as source:
            return source.read(MAX_BYTES + 1)
    except OSError as error:
        raise MissingFileError(f"a file to import must be readable: {error.strerror}", path=file.name) from None


# --- How it looks ---------------------------------------------------------------------------------------------------


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


# --- The documents --------------------------------------------------------------------------------------------------


def people_document(people: Sequence[Person], today: date) -> dict[str, Any]:
    """Return people as the JSON document `pace.people/1`."""
    rows = [
        {
            "label": person.label,
            "recordings": person.n_activities,
            "answers": len(person.notes),
            "consent": consent_document(person, today),
        }
        for person in people
    ]
    return {"schema": "pace.people/1", "people": rows}


def person_document(person: Person, today: date) -> dict[str, Any]:
    """Return one person as the JSON document `pace.person/1`."""
    from pace.library.values import about_to_dict

    return {
        "schema": "pace.person/1",
        "label": person.label,
        "recordings": person.n_activities,
        "about": about_to_dict(person.about),
        "answers": [note.to_dict() for note in person.notes],
        "consent": consent_document(person, today),
    }


def consent_document(person: Person, today: date) -> dict[str, Any] | None:
    """Return what somebody agreed to; None where nothing is written down."""
    return None if person.consent is None else {**person.consent.to_dict(), "ended": person.ended(today)}
