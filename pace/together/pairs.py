"""Many people: which way any two of them would settle on, and who with whom gives the most minutes to talk."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations, permutations, product
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from pace.arrays import Array, frozen
from pace.errors import InputError
from pace.given import several
from pace.person.profile import Profile
from pace.together.ease import Ease, ease
from pace.together.match import PROFILES, check
from pace.together.option import SITTING
from pace.together.pair_table import MODE, SIT, SPEED, table
from pace.together.terms import Lead
from pace.together.ways import MODES, Conditions

SCHEMA = "pace.pairs/1"


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Pairs:
    """What any two of n people would settle on. Make it with `pairs`, or of prepared people with `Pairs.of`.

    Rows are the first of two (the therapist), columns the second (the client); where nobody leads, both halves are
    alike. It speaks of two people together and never of one: it holds no order of people.

    Attributes
    ----------
    labels : tuple of str
    conditions : Conditions
    lead : str
    column : (n, n) int16
        Which of all ways they settle on; -1 where they sit or stroll, and on the diagonal.
    talkable_minutes : (n, n) float32
        Expected minutes in which both can talk, as `match` says: all of them where they sit. NaN on the diagonal.
    """

    labels: tuple[str, ...]
    conditions: Conditions
    lead: Lead
    column: NDArray[np.int16]
    talkable_minutes: NDArray[np.float32]

    @classmethod
    def of(cls, people: Sequence[Ease], *, lead: Lead, conditions: Conditions, workers: int = 1) -> Self:
        """Return the pairs of prepared people.

        Parameters
        ----------
        people : sequence of Ease
            Made by `pace.together.ease.ease`.
        lead : {"client", "therapist", "equal"}
        conditions : Conditions
            How long, on which slope, how warm.
        workers : int
            Threads that share the work.
        """
        column, minutes = table(people, lead=lead, conditions=conditions, workers=workers)
        return cls(
            labels=tuple(person.label for person in people),
            conditions=conditions,
            lead=lead,
            column=frozen(column),
            talkable_minutes=frozen(minutes),
        )

    @property
    def mode(self) -> NDArray[np.str_]:
        """The (n, n) modes, `sit-or-stroll` on the diagonal."""
        found: NDArray[np.str_] = np.array([*MODES, SITTING])[self._mode_number()]
        return found

    @property
    def speed(self) -> Array:
        """The (n, n) shared speeds, m/s; 0 where they sit and on the diagonal."""
        return np.where(self.column == SIT, 0.0, SPEED[self.column])

    def moving_minutes(self) -> NDArray[np.float32]:
        """Return the (n, n) talkable minutes on the move: 0 where they would sit, which anybody can do with anybody."""
        return np.where(self.column == SIT, np.float32(0), self.talkable_minutes)

    def nearest(self, k: int = 20) -> NDArray[np.int64]:
        """Return with which others each person has most minutes to talk on the move, as the first of the two.

        Parameters
        ----------
        k : int
            How many others.

        Returns
        -------
        (n, k) int64
            Places among the people, most minutes first, equals in the order given; -1 where fewer would move together.

        Examples
        --------
        >>> from pace.person.about import About
        >>> people = [Profile.build(label=name, about=About(walk_speed=1.4)) for name in "abc"]
        >>> pairs(people, lead="equal").nearest(2).tolist()
        [[1, 2], [0, 2], [0, 1]]
        """
        return np.stack([_most(np.where(row == SIT, 0, minutes), k) for row, minutes in self._rows()])

    def assign(self, therapists: Sequence[int], clients: Sequence[int], *, most: int | None = None) -> Assignment:
        """Return who goes with whom so that the talkable minutes on the move add up to the most.

        Parameters
        ----------
        therapists, clients : sequence of int
            Places among the people; nobody twice.
        most : int, optional
            Clients that one therapist may have; by default just enough for every client to find somebody.

        Raises
        ------
        InputError
            When a place does not exist or is given twice, or nobody is on one side.

        References
        ----------
        Crouse 2016, doi:10.1109/TAES.2016.140952, the algorithm behind `scipy.optimize.linear_sum_assignment`.
        """
        from scipy.optimize import linear_sum_assignment

        one, other = self._places(therapists, clients)
        each = -(-other.size // one.size) if most is None else most
        rows = np.repeat(one, max(each, 1))
        minutes = self.moving_minutes()[np.ix_(rows, other)].astype(np.float64)
        chosen = linear_sum_assignment(minutes, maximize=True)
        together = sorted((int(rows[i]), int(other[j])) for i, j in zip(*chosen, strict=True))
        met = {person for pair in together for person in pair}
        return Assignment(
            pairs=self,
            therapists=tuple(one.tolist()),
            clients=tuple(other.tolist()),
            together=tuple(together),
            without=tuple(person for person in (*one.tolist(), *other.tolist()) if person not in met),
        )

    def pair(self, first: int, second: int) -> dict[str, Any]:
        """Return the JSON form of one pair.

        Parameters
        ----------
        first, second : int
            Places among the people.
        """
        return {
            "first": self.labels[first],
            "second": self.labels[second],
            "mode": self._mode_name(first, second),
            "speed_mps": float(np.round(_speed(int(self.column[first, second])), 4)),
            "talkable_minutes": float(self.talkable_minutes[first, second]),
        }

    def places(self) -> list[tuple[int, int]]:
        """Return every pair once, in the order given; both ways round where one of the two leads."""
        return list((combinations if self.lead == "equal" else permutations)(range(len(self.labels)), 2))

    def to_dict(self, assignment: Assignment | None = None) -> dict[str, Any]:
        """Return the JSON form, schema `pace.pairs/1`.

        Parameters
        ----------
        assignment : Assignment, optional
            Who goes with whom, to be told too.
        """
        return {
            "schema": SCHEMA,
            "people": list(self.labels),
            "minutes": self.conditions.minutes,
            "lead": self.lead,
            "grade": self.conditions.grade,
            "temperature_c": self.conditions.temperature_c,
            "pairs": [self.pair(*place) for place in self.places()],
            "assignment": None if assignment is None else assignment.to_dict(),
        }

    def _mode_number(self) -> NDArray[np.int8]:
        return np.where(self.column == SIT, np.int8(len(MODES)), MODE[self.column])

    def _mode_name(self, first: int, second: int) -> str:
        column = int(self.column[first, second])
        return SITTING if column == SIT else MODES[MODE[column]]

    def _rows(self) -> Any:
        return zip(self.column, self.talkable_minutes, strict=True)

    def _places(self, therapists: Sequence[int], clients: Sequence[int]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return both sides as arrays, checked."""
        everyone, n = [*therapists, *clients], len(self.labels)
        if not (len(therapists) and len(clients)):
            raise InputError("an assignment needs a therapist and a client or more of each", got=len(everyone))
        if len(set(everyone)) < len(everyone) or not all(0 <= place < n for place in everyone):
            raise InputError(f"therapists and clients are places 0 to {n - 1}, nobody twice", got=everyone)
        return np.array(therapists, dtype=np.int64), np.array(clients, dtype=np.int64)


def _speed(column: int) -> float:
    return 0.0 if column == SIT else float(SPEED[column])


def _most(minutes: NDArray[np.float32], k: int) -> NDArray[np.int64]:
    """Return the places (k,) of the greatest positive minutes (n,), equals in order, then -1."""
    found, k_there = np.full(k, -1, dtype=np.int64), min(k, minutes.size)
    least = np.partition(minutes, minutes.size - k_there)[minutes.size - k_there] if k_there else 0
    able = np.flatnonzero((minutes >= least) & (minutes > 0))
    able = able[np.argsort(-minutes[able], kind="stable")][:k]
    found[: able.size] = able
    return found


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Assignment:
    """Who goes with whom. Make it with `Pairs.assign`.

    Attributes
    ----------
    pairs : Pairs
    therapists, clients : tuple of int
        Places in `pairs`.
    together : tuple of (int, int)
        One of each, in order.
    without : tuple of int
        Those for whom nobody was left.
    """

    pairs: Pairs
    therapists: tuple[int, ...]
    clients: tuple[int, ...]
    together: tuple[tuple[int, int], ...]
    without: tuple[int, ...]

    def places(self) -> list[tuple[int, int]]:
        """Return every therapist with every client, in the order given."""
        return list(product(self.therapists, self.clients))

    @property
    def moving_minutes(self) -> float:
        """Talkable minutes on the move of all together."""
        return float(sum(float(self.pairs.moving_minutes()[place]) for place in self.together))

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON form."""
        return {
            "together": [self.pairs.pair(*place) for place in self.together],
            "without": [self.pairs.labels[place] for place in self.without],
            "moving_minutes": self.moving_minutes,
        }


def pairs(
    profiles: Sequence[Profile],
    *,
    minutes: float = 50.0,
    lead: Lead = "client",
    grade: float = 0.0,
    temperature_c: float | None = None,
    workers: int = 1,
) -> Pairs:
    """Return what any two of many people would settle on: what `match` suggests to each pair, for all at once.

    Parameters
    ----------
    profiles : sequence of Profile
        Two or more with different labels.
    minutes, lead, grade, temperature_c : as for `match`
        With `equal` the table is symmetric; else rows are therapists and columns clients.
    workers : int
        Threads that share the work.

    Raises
    ------
    InputError
        As `match`.

    Examples
    --------
    >>> from pace.person.about import About
    >>> people = [Profile.build(label=name, about=About(walk_speed=1.4)) for name in ("Ash", "Bo", "Cam")]
    >>> pairs(people).pair(0, 2)["mode"]
    'walk-together'
    """
    people = several(profiles, PROFILES)
    check(people, minutes=minutes, lead=lead, grade=grade, temperature_c=temperature_c)
    conditions = Conditions(minutes=float(minutes), grade=float(grade), temperature_c=temperature_c)
    eases = [ease(person, grade=conditions.grade) for person in people]
    return Pairs.of(eases, lead=lead, conditions=conditions, workers=workers)
