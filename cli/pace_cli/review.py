"""`pace review`: read the recordings of one session, look at them together, show what happened."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from pace_cli import screen
from pace_cli.library import Shelf
from pace_cli.people import NO_FILES
from pace_cli.work import Show, report_reading

if TYPE_CHECKING:
    from pace import Profile, Review, Track
    from pace.together.session import Session


def show(
    paths: Sequence[str],
    *,
    labels: Sequence[str],
    history: Sequence[str],
    clock: float,
    plan: Path | None,
    library: Path | None,
    wanted: Show,
) -> None:
    """Review one session and show what happened."""
    found = reviewed(paths, labels=labels, history=history, clock=clock, plan=plan, library=library)
    if wanted.as_json:
        screen.print_json(found.to_dict())
        return
    print_review(found, wanted=wanted)


def reviewed(
    paths: Sequence[str],
    *,
    labels: Sequence[str],
    history: Sequence[str],
    clock: float,
    library: Path | None,
    plan: Path | None = None,
) -> Review:
    """Return what happened in one session, from what was typed."""
    import pace

    if not 1 <= len(paths) <= 2:
        raise typer.BadParameter("a review takes one recording, or two of one session", param_hint="FILES")
    for option, given in (("--label", labels), ("--history", history)):
        if len(given) > len(paths):
            raise typer.BadParameter(f"{len(given)} given for {len(paths)} recordings", param_hint=option)
    names = [*labels, *(["person"] if len(paths) == 1 else ["therapist", "client"])[len(labels) :]]
    with screen.busy("reading the recordings"):
        planned = None if plan is None else planned_session(plan)
        tracks = [recording(path) for path in paths]
        people = [known(path, name, Shelf(path=library)) for path, name in zip(history, names, strict=False)]
        return pace.review(tracks, profiles=people, session=planned, labels=names, clock_offset_s=clock)


MOST_BYTES = 4_000_000
"""A plan of ten hours has some 50,000."""


def planned_session(path: Path) -> Session:
    """Return the plan that a file holds, as `pace plan --json` printed it.

    Raises
    ------
    MissingFileError
        When the file cannot be read.
    InputError
        When it holds no plan.
    """
    import json

    from pace.errors import InputError, MissingFileError
    from pace.together.session import Session

    try:
        with path.open("rb") as file:
            raw = file.read(MOST_BYTES + 1)
    except OSError as error:
        raise MissingFileError(f"the plan cannot be read: {error.strerror}", path=str(path)) from None
    if len(raw) > MOST_BYTES:
        raise InputError("a plan is a small document, this file is large", path=str(path))
    try:
        document = json.loads(raw)
    except (ValueError, RecursionError):
        raise InputError("a plan is what `pace plan --json` prints, this is no JSON", path=str(path)) from None
    return Session.from_dict(document)


def recording(path: str) -> Track:
    """Return the one recording of a file, the longest if it holds several.

    Raises
    ------
    InputError
        When it is a folder.
    NothingUsableError
        When it holds none.
    """
    import pace
    from pace.errors import InputError, NothingUsableError

    if Path(path).is_dir():
        raise InputError(
            "a review takes the recordings of one session, this is a folder: name the one or two", path=path
        )
    tracks = pace.read(path)
    if not tracks:
        raise NothingUsableError("a review needs a recording, this file holds none", path=path)
    return max(tracks, key=len)


def known(path: str, label: str, shelf: Shelf) -> Profile | None:
    """Return what is known of a person from earlier recordings or from the library; None where there is nothing."""
    import pace

    if path == NO_FILES:
        return None
    kept = shelf.label(path)
    if kept is not None:
        return replace(shelf.profile(kept), label=label)
    found = pace.profile([path], label=label, keep_empty=True)
    report_reading(found)
    return found


def print_review(found: Review, *, wanted: Show) -> None:
    """Print what happened in a session."""
    from pace.output import review_words as words
    from pace_cli.answers import print_facts, print_list, print_text

    out = screen.console()
    print_text(out, words.review_headline(found), style="bold")
    out.print()
    print_facts(out, words.review_facts(found, units=wanted.per))
    print_list(out, "Good to know", found.notes)
