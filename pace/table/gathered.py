"""What came back from reading, put together: whose each row is, which activities are the same, in which order.

Here lie some 80 bytes for each file; the records stay in their store and are read again, person by person.
"""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pace.activity.kept import unpacked
from pace.formats import disk
from pace.formats.disk import Path
from pace.formats.inside import WRONG_KIND
from pace.person.profile import Profile, Skipped, firsts
from pace.table.columns import Value
from pace.table.engine import Item
from pace.table.journal import Store
from pace.table.record import Heading, Outcome, decoded
from pace.table.work import lost

LEVELS = 7
"""How deep a place may lie: its file, four archives in one another, a part of the innermost, one file of that."""
FILE, LEFT_OUT, ERROR = 0, 5, 6
"""Where these stand among the values of an outcome."""
DUPLICATE = 6
"""Where `duplicate_of` stands in a row."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """What became of the files.

    Attributes
    ----------
    rows : int
        The sum of the four below.
    used : int
        Activities of walking and running, each once.
    duplicates : int
        The same activities again.
    left_out, errors : dict of str to int
        How many recordings tell nothing of walking and running, how many files could not be read, by reason.
    passed_over : int
        Files not opened because of their name, or FIT files of an export that are no activity.
    people : int
        Who has a row.
    """

    rows: int = 0
    used: int = 0
    duplicates: int = 0
    left_out: dict[str, int] = field(default_factory=dict)
    errors: dict[str, int] = field(default_factory=dict)
    passed_over: int = 0
    people: int = 0

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON form."""
        return {
            "rows": self.rows,
            "used": self.used,
            "duplicates": self.duplicates,
            "left_out": dict(self.left_out),
            "errors": dict(self.errors),
            "passed_over": self.passed_over,
            "people": self.people,
        }


class Gathered:
    """Where each record is, and whose."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.passed_over = 0
        self._people: dict[str, int] = {}
        self._keys, self._owner, self._at = array("q"), array("q"), array("q")
        self._rows_of_given: Counter[int] = Counter()
        self._empty: dict[int, list[Outcome]] = {}
        self._person_of_given: dict[int, int] = {}
        self._count: Counter[str] = Counter()
        self._left_out: Counter[str] = Counter()
        self._errors: Counter[str] = Counter()

    def number_of(self, label: str) -> int:
        """Return the number of a person."""
        return self._people.setdefault(label, len(self._people))

    def take(self, item: Item, found: Heading, at: int) -> None:
        """Keep in mind where the record of an item is."""
        self._keys.extend((*item.key, *[-1] * (LEVELS - len(item.key))))
        self._owner.append(item.person)
        self._at.append(at)
        self._rows_of_given[item.given] += found.n_outcomes
        self._person_of_given.setdefault(item.given, item.person)
        self.passed_over += found.passed_over

    def say_what_is_empty(self, paths: Sequence[Path]) -> None:
        """Add a row for each path that was given and held no activity at all."""
        for given, path in enumerate(paths):
            if self._rows_of_given[given]:
                continue
            name = disk.last_part(path)
            person = self._person_of_given.get(given)
            person = self.number_of(name) if person is None else person
            self._empty.setdefault(person, []).append(lost(name, f"{WRONG_KIND}; it holds none"))

    def _records(self) -> Iterator[tuple[str, NDArray[np.int64]]]:
        """Yield each person with where their records are, in order."""
        person, at = np.asarray(self._owner, dtype=np.int64), np.asarray(self._at, dtype=np.int64)
        keys = np.asarray(self._keys, dtype=np.int64).reshape(-1, LEVELS)
        order = np.lexsort((*keys.T[::-1], person))
        edges = np.searchsorted(person[order], np.arange(len(self._people) + 1))
        for number, label in enumerate(self._people):
            yield label, at[order[edges[number] : edges[number + 1]]]

    def _outcomes(self, at: NDArray[np.int64], person: int) -> Iterator[Outcome]:
        """Yield the outcomes of one person in order."""
        for place in at.tolist():
            yield from decoded(self.store.payload(place)).outcomes
        yield from self._empty.get(person, ())

    def rows(self) -> Iterator[list[Value]]:
        """Yield the rows of everybody in order, and count them."""
        for tally in (self._count, self._left_out, self._errors):
            tally.clear()
        for number, (label, at) in enumerate(self._records()):
            before = self._count["rows"]
            counted = _counted(self._outcomes(at, number))
            for place, outcome in enumerate(self._outcomes(at, number)):
                original = counted.get(place)
                self._tally(outcome, original)
                values = list(outcome.values)
                yield [label, *values[: DUPLICATE - 1], original, *values[DUPLICATE - 1 :]]
            self._count["people"] += self._count["rows"] > before

    def _tally(self, outcome: Outcome, original: str | None) -> None:
        """Count one row."""
        reason, error = outcome.values[LEFT_OUT], outcome.values[ERROR]
        self._count["rows"] += 1
        if error is not None:
            self._errors[str(error)] += 1
        elif reason is not None:
            self._left_out[str(reason)] += 1
        else:
            self._count["used" if original is None else "duplicates"] += 1

    def counts(self) -> Counts:
        """Return what became of the files; the rows are gone through if nobody has yet."""
        if not self._count["rows"]:
            for _ in self.rows():
                pass
        return Counts(
            rows=self._count["rows"],
            used=self._count["used"],
            duplicates=self._count["duplicates"],
            left_out=dict(sorted(self._left_out.items())),
            errors=dict(sorted(self._errors.items())),
            passed_over=self.passed_over,
            people=self._count["people"],
        )

    def profiles(self) -> dict[str, Profile]:
        """Return everybody's profile."""
        found = {}
        for number, (label, at) in enumerate(self._records()):
            summaries, skipped = [], []
            for outcome in self._outcomes(at, number):
                if outcome.used:
                    summaries.append(unpacked(outcome.summary))
                else:
                    reason = outcome.values[LEFT_OUT] or outcome.values[ERROR]
                    skipped.append(Skipped(file=str(outcome.values[FILE]), reason=str(reason)))
            found[label] = Profile.build(label=label, summaries=summaries, skipped=skipped)
        return found


def _counted(outcomes: Iterable[Outcome]) -> dict[int, str]:
    """Return for each outcome of one person that is another's activity again the file that counts for it."""
    used = [(place, one) for place, one in enumerate(outcomes) if one.used]
    first = firsts([one.telling for _, one in used], [one.sketch for _, one in used])
    by_digest: dict[str, int] = {}
    found = {}
    for number, (place, _) in enumerate(used):
        original = by_digest.setdefault(str(used[first[number]][1].telling[-1]), first[number])
        if original != number:
            found[place] = str(used[original][1].values[FILE])
    return found
