"""People who are kept as JSON documents: `pace.people/1` and `pace.person/1`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pace.library import Person


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
