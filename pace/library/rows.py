"""Rows and values: what is written of a person, and what is read of it again; called within a transaction."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from pace.activity.kept import packed, unpacked
from pace.activity.summary import Summary
from pace.errors import FormatError, OtherVersionError, PaceError, UnknownPersonError
from pace.library import seal
from pace.library.values import Consent, Noted, Person, about_from_dict, about_to_dict, compact

NONE = "null"
"""Consent that nobody has given, as JSON."""
T = TypeVar("T")


def find(db: Any, label: str) -> int:
    """Return the number of the person of this label.

    Raises
    ------
    UnknownPersonError
        When there is none; `pace person list` says who there is.
    """
    found = number(db, label)
    if found is None:
        raise UnknownPersonError(
            "nobody in the library has this label: `pace person list` shows who is there", got=label
        )
    return found


def number(db: Any, label: str) -> int | None:
    """Return the number of the person of this label, None if there is none."""
    row = db.execute("SELECT id FROM person WHERE label = ?", (label,)).fetchone()
    return None if row is None else int(row[0])


def labels(db: Any) -> list[str]:
    """Return every label, in alphabetical order."""
    return sorted(label for (label,) in db.execute("SELECT label FROM person"))


def read(db: Any, person: int) -> Person:
    """Return what is kept of a person, their recordings only counted."""
    ((_, label, about, consent),) = _intact(db, "person", "id", person)
    (count,) = db.execute("SELECT count(*) FROM activity WHERE person = ?", (person,)).fetchone()
    return Person(
        label=label,
        about=_meant(about, about_from_dict),
        consent=None if consent == NONE else _meant(consent, Consent.from_dict),
        notes=notes(db, person),
        n_activities=int(count),
    )


def notes(db: Any, person: int) -> tuple[Noted, ...]:
    """Return what a person said, in the order of days; what has no day comes first."""
    found = [_meant(kept, Noted.from_dict) for _, _, kept in _intact(db, "note", "person", person)]
    return tuple(sorted(found, key=lambda note: (note.day is not None, note.day, note.key)))


def _meant(kept: str, make: Callable[[dict[str, Any]], T]) -> T:
    """Return the value that a row holds as JSON; checksums can be right of what `pace` never wrote."""
    try:
        return make(json.loads(kept))
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError, PaceError):
        raise seal.damaged() from None


def summaries(db: Any, person: int) -> tuple[tuple[Summary, ...], int]:
    """Return the summaries of a person in the order of their digests, and how many another version of `pace` wrote."""
    rows = sorted(_intact(db, "activity", "person", person), key=lambda row: row[1])
    found = [_unpacked(kept) for _, _, kept in rows]
    known = tuple(summary for summary in found if summary is not None)
    return known, len(found) - len(known)


def _unpacked(kept: bytes) -> Summary | None:
    """Return a summary, None where it is of another version; adding its file again renews it."""
    try:
        return unpacked(kept)
    except OtherVersionError:
        return None
    except FormatError:
        raise seal.damaged() from None


def _intact(db: Any, table: str, key: str, value: int) -> list[list[Any]]:
    """Return the rows of one person without their seals, once these are found right."""
    found = []
    for *values, mark in db.execute(f"{seal.ROWS[table]} WHERE {key} = ?", (value,)):
        if not seal.intact(mark, table, values):
            raise seal.damaged()
        found.append(values)
    return found


def write_person(db: Any, number: int | None, person: Person) -> int:
    """Write a person's label, words and consent, anew or (without a number) for the first time; return their number."""
    if number is None:
        (number,) = db.execute("SELECT coalesce(max(id), 0) + 1 FROM person").fetchone()
    agreed = None if person.consent is None else person.consent.to_dict()
    values = (number, person.label, compact(about_to_dict(person.about)).decode(), compact(agreed).decode())
    db.execute(
        "INSERT INTO person (id, label, about, consent, seal) VALUES (?, ?, ?, ?, ?) ON CONFLICT (id) DO UPDATE "
        "SET label = excluded.label, about = excluded.about, consent = excluded.consent, seal = excluded.seal",
        (*values, seal.of("person", *values)),
    )
    return int(number)


def write_summaries(db: Any, person: int, found: Iterable[Summary]) -> int:
    """Write summaries, a later reading of a recording in place of an earlier, and return how many were new."""
    return _write(db, "activity", person, [(summary.digest, packed(summary)) for summary in found])


def write_notes(db: Any, person: int, said: Iterable[Noted]) -> int:
    """Write notes and return how many were new."""
    return _write(db, "note", person, [(note.key, compact(note.to_dict()).decode()) for note in said])


def _write(db: Any, table: str, person: int, found: list[tuple[str, Any]]) -> int:
    """Write rows of one person and return how many were new."""
    before = count(db, table, person)
    db.executemany(
        f"INSERT INTO {table} (person, digest, kept, seal) VALUES (?, ?, ?, ?) ON CONFLICT (person, digest) "  # noqa: S608
        "DO UPDATE SET kept = excluded.kept, seal = excluded.seal",
        [(person, digest, kept, seal.of(table, person, digest, kept)) for digest, kept in found],
    )
    return count(db, table, person) - before


def count(db: Any, table: str, person: int) -> int:
    """Return how many rows of a table a person has."""
    return int(db.execute(f"SELECT count(*) FROM {table} WHERE person = ?", (person,)).fetchone()[0])  # noqa: S608


def delete(db: Any, person: int) -> None:
    """Delete a person with everything of theirs; what is left in the file is swept out afterwards."""
    for table, key in (("activity", "person"), ("note", "person"), ("person", "id")):
        db.execute(f"DELETE FROM {table} WHERE {key} = ?", (person,))  # noqa: S608 (constants)
