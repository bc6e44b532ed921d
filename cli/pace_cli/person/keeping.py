"""What `pace person …` does with the library, and what it says of it at once."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from pace_cli import library as shelf
from pace_cli import screen
from pace_cli.people import Words
from pace_cli.person.shown import counted

if TYPE_CHECKING:
    from pace.library import Added, Consent
    from pace.units import Units


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
    for line in _told(added):
        screen.say(line)
    tell_added(added)


def _told(added: Added) -> list[str]:
    """Return which files were left out and why, and whether any was damaged."""
    from pace import Profile
    from pace.output.words import damaged, left_out

    return [*left_out(Profile.build(skipped=added.skipped)), *damaged(added.n_damaged)]


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
