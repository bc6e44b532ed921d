"""The library as the command uses it: where it is, its passphrase, which day it is, and who a word means."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from pace_cli import screen

if TYPE_CHECKING:
    from pace import About, Library, Profile

SIGN = "@"
"""Before a word that means somebody in the library, whatever files there are."""
PASSPHRASE, PASSPHRASE_FD = "PACE_PASSPHRASE", "PACE_PASSPHRASE_FD"
"""Environment variables that hold the passphrase, and the number of a file descriptor to read it from."""


def place(given: Path | None) -> Path:
    """Return where the library is: where it was said to be, else in this system's folder for a program's data."""
    if given is not None:
        return given.expanduser()  # no shell has looked at what stands in the settings
    from platformdirs import user_data_path

    return user_data_path("pace", appauthor=False) / "people.db"


def opened(given: Path | None, *, create: bool = False, ask: bool = False) -> Library:
    """Open the library; `create` makes it if there is none, `ask` (for a passphrase) as an encrypted one.

    Raises
    ------
    LibraryError
        When it cannot be opened.
    """
    from pace import Library

    path = place(given)
    if create and given is None:
        _own_folder(path.parent)
    library = Library.open(path, _passphrase(path, ask=ask), create=create, waiting=_waiting)
    if library.created:
        _tell_created(library)
    if library.unswept:
        screen.say(
            "the library still holds traces of somebody forgotten: it needs free disk space, and nobody else using it"
        )
    return library


def _own_folder(folder: Path) -> None:
    """Make the folder of the library, and those around it that are missing, for their owner only."""
    from pace.errors import LibraryError

    try:
        for one in reversed((folder, *folder.parents)):  # with `parents=True` those around it would be open to all
            one.mkdir(mode=0o700, exist_ok=True)
    except OSError as error:
        raise LibraryError(f"the folder for people cannot be made: {error.strerror}", path=str(folder)) from None


def _tell_created(library: Library) -> None:
    """Say once where people are kept from now on, and whether anybody could read it."""
    screen.say(f"people are kept in {library.path}, which is there for you only")
    if library.encrypted:
        screen.say("it is encrypted: without the passphrase nobody gets at it again, you included")
    else:
        screen.say("it is not encrypted: who can use your account or your disk can read it (docs/library.md)")


def _waiting() -> None:
    """Say that somebody else is at work."""
    screen.say("another pace is using the library: waiting for it")


def _passphrase(path: Path, *, ask: bool) -> str | None:
    """Return the passphrase: from the environment, else typed, if it is needed or asked for; None if it is not."""
    given = _from_environment()
    if given is not None:
        return given
    from pace.library import connection

    if not connection.exists(path):
        return _typed(twice=True) if ask else None
    if os.path.isfile(path) and os.path.getsize(path) and connection.encrypted(path):
        return _typed(twice=False)
    return _typed(twice=False) if ask else None


@cache
def _from_environment() -> str | None:
    """Return the passphrase of the environment, or the first line of the file descriptor that it names."""
    from pace.errors import PassphraseError

    if PASSPHRASE in os.environ:
        return os.environ[PASSPHRASE]
    if PASSPHRASE_FD not in os.environ:
        return None
    try:
        with open(int(os.environ[PASSPHRASE_FD]), encoding="utf-8", closefd=False) as file:
            return file.readline().rstrip("\r\n")
    except (OSError, ValueError):
        raise PassphraseError(f"{PASSPHRASE_FD} must be the number of an open file descriptor") from None


@cache
def _typed(*, twice: bool) -> str:
    """Return a passphrase that somebody types, once or (for a new library) twice.

    Raises
    ------
    PassphraseError
        When nobody is there to type, or the two differ.
    """
    from getpass import getpass

    from pace.errors import PassphraseError

    if not sys.stdin.isatty():
        raise PassphraseError(f"the passphrase of the library is needed: type it at a terminal, or set {PASSPHRASE}")
    typed = getpass("Passphrase of the library: ")
    if twice and getpass("The same again: ") != typed:
        raise PassphraseError("the two passphrases differ: nothing was made")
    return typed


def today() -> date:
    """Return which day it is; the only place where the clock is looked at."""
    return date.today()


# --- Who a word means -----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelf:
    """The people who may be meant by a word on the command line: those in the library at `path` (or the usual one)."""

    path: Path | None = None

    def label(self, word: str) -> str | None:
        """Return the label that a word means, None where it means a path.

        `@label` is always a label. A file or folder of that name goes before a label, and it is said that there are
        both; what is neither is left to be refused as a path.
        """
        if word.startswith(SIGN):
            return word[len(SIGN) :]
        is_path = os.path.lexists(word)
        if not _may_be_label(word) or not self._is_there(quietly=is_path):
            return None
        known = self._holds(word, quietly=is_path)
        if known and is_path:
            screen.say(
                f"{word} is a file or folder here and somebody in the library: the files are used ({SIGN}{word})"
            )
        elif not known and not is_path:
            screen.say(f"{word} is no file or folder here, and nobody in the library has that label")
        return word if known and not is_path else None

    def _holds(self, word: str, *, quietly: bool) -> bool:
        """Tell whether somebody in the library has a label; where files are meant, its troubles are nobody's."""
        from pace import PaceError

        try:
            with opened(self.path) as library:
                return word in library
        except PaceError:
            if quietly:
                return False
            raise

    def profile(self, label: str, *, about: About | None = None) -> Profile:
        """Return the profile of somebody in the library, with what is said of them now."""
        with opened(self.path) as library:
            return library.profile(label, about=about, today=today())

    def _is_there(self, *, quietly: bool) -> bool:
        """Tell whether there is a library to look into; where files are meant, nobody is asked for a passphrase."""
        from pace.errors import LibraryError
        from pace.library import connection

        path = place(self.path)
        try:
            if not connection.exists(path):
                return False
        except LibraryError:
            if quietly:
                return False
            raise
        return not (quietly and (not os.path.isfile(path) or connection.encrypted(path)))


def _may_be_label(word: str) -> bool:
    """Tell whether a word could be somebody's label at all."""
    from pace.errors import InputError
    from pace.library.labels import checked

    try:
        return checked(word) == word
    except InputError:
        return False


def one_person(words: Sequence[str], shelf: Shelf) -> tuple[str | None, list[str]]:
    """Return the label and the paths among words that mean one person.

    Raises
    ------
    typer.BadParameter
        When they mean two people of the library.
    """
    meant = [(shelf.label(word), word) for word in words]
    labels = sorted({label for label, _ in meant if label is not None})
    if len(labels) > 1:
        raise typer.BadParameter("these are several people: one at a time", param_hint="PATHS")
    return (labels[0] if labels else None), [word for label, word in meant if label is None]
