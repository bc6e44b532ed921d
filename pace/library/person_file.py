"""One person as one file: what is kept of them, versioned and checked, to hand over or to take elsewhere.

A JSON document (`pace.person-file/1`) in one fixed spelling, so that a changed byte is always seen. It holds the
label, the words, what was agreed to, the notes, and each activity as `pace.activity.kept` writes it, in base64.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from pace.activity.kept import packed, unpacked
from pace.activity.summary import Summary
from pace.errors import FormatError, LimitError, PaceError
from pace.library import labels
from pace.library.values import Consent, Noted, Person, about_from_dict, about_to_dict, compact
from pace.person.about import About

SCHEMA = "pace.person-file/1"
MAX_BYTES = 256 * 2**20
"""Some 60,000 activities."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """What a file says of a person."""

    label: str
    about: About
    consent: Consent | None
    notes: tuple[Noted, ...]
    summaries: tuple[Summary, ...]


def written(person: Person, summaries: Sequence[Summary]) -> bytes:
    """Return a person as the bytes of a file."""
    document = {
        "schema": SCHEMA,
        "label": person.label,
        "about": about_to_dict(person.about),
        "consent": None if person.consent is None else person.consent.to_dict(),
        "notes": [note.to_dict() for note in person.notes],
        "activities": [base64.b64encode(packed(summary)).decode("ascii") for summary in summaries],
    }
    return compact({**document, "check": _check(document)}) + b"\n"


def read(data: bytes) -> Written:
    """Return what a file says of a person.

    Raises
    ------
    FormatError
        When it is no such file, of another version, or not what was written; `LimitError` when it is too large.
    """
    if len(data) > MAX_BYTES:
        raise LimitError(f"the file of a person has at most {MAX_BYTES // 2**20} MB, this has more", expected=MAX_BYTES)
    try:
        return _read(json.loads(data), data)
    except FormatError:
        raise
    except (ValueError, TypeError, KeyError, RecursionError, binascii.Error, PaceError) as error:
        raise FormatError("the file of a person must be one that `pace person export` wrote, this is not") from error


def _read(document: Any, data: bytes) -> Written:
    """Return what a document says, whatever may be wrong with it."""
    if document["schema"] != SCHEMA:
        raise FormatError(f"the file of a person must be {SCHEMA}, this is another version or something else")
    check = document.pop("check")
    if check != _check(document) or compact({**document, "check": check}) + b"\n" != data:
        raise FormatError("the file of a person is damaged: it is not what was written")
    agreed = document["consent"]
    return Written(
        label=labels.checked(document["label"]),
        about=about_from_dict(document["about"]),
        consent=None if agreed is None else Consent.from_dict(agreed),
        notes=tuple(Noted.from_dict(note) for note in document["notes"]),
        summaries=tuple(unpacked(base64.b64decode(kept, validate=True)) for kept in document["activities"]),
    )


def _check(document: dict[str, Any]) -> str:
    """Return the checksum of a document."""
    return hashlib.blake2b(compact(document), digest_size=16, person=b"pace person").hexdigest()
