"""The commands `pace person …` and `pace note`: what can be typed."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from pace_cli import library as shelf
from pace_cli import screen
from pace_cli.options import (
    InWords,
    JsonOption,
    LibraryOption,
    UnitsChoice,
    UnitsOption,
    page,
    spread,
)
from pace_cli.person import documents, keeping, shown, texts, typed

AGREED = "What they agreed to"


class Talk(StrEnum):
    """How talking went."""

    comfortable = "comfortable"
    short = "short"
    not_ = "not"


LabelArgument = Annotated[str, typer.Argument(metavar="LABEL", help="What the person is called in the library.")]
PassphraseOption = Annotated[
    bool, typer.Option("--passphrase", help="Type a passphrase: a library that is new is encrypted with it.")
]

app = typer.Typer(help=page(texts.PERSON), epilog=page(texts.PERSON_EXAMPLES), rich_markup_mode="rich")


@app.callback(invoke_without_command=True)
def _person(context: typer.Context) -> None:
    if context.invoked_subcommand is None:
        typer.echo(context.get_help())


# --- The commands ---------------------------------------------------------------------------------------------------


@app.command(help=page(texts.ADD), epilog=page(texts.ADD_EXAMPLES))
@spread
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
    *,
    in_words: InWords,
    units: UnitsOption = UnitsChoice.km,
    library: LibraryOption = None,
    passphrase: PassphraseOption = False,
) -> None:
    """Add recordings, words or consent to a person."""
    if suggest:
        typer.echo(typed.suggestion(library))
        return
    words = in_words.words()
    if label is None or not (paths or words or consent or consent_on or consent_until):
        raise typer.BadParameter("somebody is added with a label, and files, words or consent", param_hint="LABEL")
    agreed = typed.agreement(consent, given=consent_on, until=consent_until)
    keeping.add_person(
        typed.checked_label(label, library), paths or (), words, agreed, units.value, library, passphrase=passphrase
    )


@app.command("list", help=page(texts.LIST), epilog=page(texts.LIST_EXAMPLES))
def list_(library: LibraryOption = None, as_json: JsonOption = False) -> None:
    """List who is kept."""
    from pace.output.words import Fact
    from pace_cli.answers import print_facts

    today, people = shelf.today(), typed.everybody(library)
    if as_json:
        screen.print_json(documents.people_document(people, today))
    elif not people:
        typer.echo('Nobody is kept yet: pace person add "quiet river" PATHS')
    else:
        print_facts(screen.console(), [Fact(name=one.label, text=shown.in_short(one, today)) for one in people])


@app.command(help=page(texts.SHOW), epilog=page(texts.SHOW_EXAMPLES))
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
        screen.print_json(documents.person_document(person, shelf.today()))
        return
    shown.print_person(person, shelf.today(), units=units.value)


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
    said = typed.noted(
        pace, talk.value, minutes=minutes, text=text, day=typed.kept_day(day, no_day=no_day), units=units.value
    )
    with shelf.opened(library) as kept:
        new = kept.note(label, said, today=shelf.today())
        person = kept.person(label)
    many = shown.counted(len(person.notes), "answer")
    typer.echo(f"Noted for {person.label}: {many} now." if new else f"{person.label}: just this is noted already.")


app.command("note", help=page(texts.NOTE), epilog=page(texts.NOTE_EXAMPLES))(note)


@app.command(help=page(texts.FORGET), epilog=page(texts.FORGET_EXAMPLES))
def forget(label: LabelArgument, library: LibraryOption = None) -> None:
    """Erase a person."""
    with shelf.opened(library) as kept, screen.busy("erasing"):
        gone = kept.forget(label)
    erased = f"{shown.counted(gone.n_activities, 'recording')} and {shown.counted(gone.n_notes, 'answer')}"
    typer.echo(f"{gone.label} is forgotten.\n{erased} erased, with label, words and consent.")


@app.command(help=page(texts.EXPORT), epilog=page(texts.EXPORT_EXAMPLES))
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


@app.command("import", help=page(texts.IMPORT), epilog=page(texts.IMPORT_EXAMPLES))
def import_(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="What `pace person export` wrote.", show_default=False)],
    label: Annotated[str, typer.Option("--as", metavar="LABEL", help="What to call them here.")] = "",
    join: Annotated[bool, typer.Option("--join", help="They are one person, though no recording shows it.")] = False,
    library: LibraryOption = None,
    passphrase: PassphraseOption = False,
) -> None:
    """Take in a person out of a file."""
    data = keeping.read_file(file)
    with shelf.opened(library, create=True, ask=passphrase) as kept:
        keeping.tell_added(kept.merge(data, label=label, join=join))


@app.command(help=page(texts.STATUS), epilog=page(texts.STATUS_EXAMPLES))
def status(library: LibraryOption = None, as_json: JsonOption = False) -> None:
    """Show whose consent has ended."""
    today, people = shelf.today(), typed.everybody(library)
    overdue = [person for person in people if person.ended(today)]
    if as_json:
        screen.print_json(documents.people_document(overdue, today))
        return
    shown.print_status(people, overdue, today, library)
