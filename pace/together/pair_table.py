"""The way that any two of many people would settle on, worked out for all of them at once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from itertools import product

import numpy as np
from numpy.typing import NDArray

from pace.arrays import Array
from pace.together.choice import alone
from pace.together.ease import SPEEDS, Ease
from pace.together.speech import heat_margin, talk_probability
from pace.together.talkable import session_parts
from pace.together.terms import LIKELY, Lead, Terms
from pace.together.ways import (
    AT_EASE,
    CHANGING,
    MODES,
    RUNNING,
    TURNS,
    WALKING,
    Chances,
    Conditions,
    chances,
    loads,
    natural_gait,
    ways,
)

Columns = NDArray[np.int16]

K, M = SPEEDS.size, 4 * SPEEDS.size + TURNS.size
"""Speeds, and ways of two people: both walk, both run, the first or the second walks while the other runs, turns."""
MODE = np.repeat(np.array([0, 1, 2, 2, MODES.index("run-walk")], dtype=np.int8), [K, K, K, K, TURNS.size])
SPEED = np.concatenate([np.tile(SPEEDS, 4), TURNS["speed"]])
MIRRORED = np.concatenate([np.arange(2 * K), np.arange(3 * K, 4 * K), np.arange(2 * K, 3 * K), np.arange(4 * K, M)])
"""(M,) where each way stands when the two change places."""
SIT = -1
"""Stands for no way at all: they sit or stroll."""
PART = 500
"""People whose rows are worked out together; bounds the memory."""


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Side:
    """What n people bring to a pair as its first or as its second.

    Attributes
    ----------
    score : (n, M) float64
        Their part of the Nash product's logarithm; -inf where a way does not fit them.
    worth : (n, M) float64
        Logarithm of what a way is worth to them beyond sitting; empty where nobody asks.
    early, late : (n, 4 K) float32
        Probability of talking before and after effort starts to drift: walking, running, and both when taking turns.
    stroll : (n,) float32
        The same at the slowest walk.
    """

    score: Array
    worth: Array
    early: NDArray[np.float32]
    late: NDArray[np.float32]
    stroll: NDArray[np.float32]


def side(people: Sequence[Ease], lead: Lead, conditions: Conditions, *, place: int) -> Side:
    """Return what people bring to a pair as its first (place 0, the therapist) or second (1, the client)."""
    parts = [_side(people[at : at + PART], lead, conditions, place) for at in range(0, len(people), PART)]
    names = Side.__dataclass_fields__
    return Side(**{name: np.concatenate([getattr(part, name) for part in parts]) for name in names})


def _side(people: Sequence[Ease], lead: Lead, conditions: Conditions, place: int) -> Side:
    """Return `side` of a part of the people."""
    two, n = Terms.of(lead, 2), len(people)
    names = ("margin", "need", "weight", "own")
    terms = Terms(lead=lead, **{name: np.full(n, getattr(two, name)[place]) for name in names})
    here = chances(tuple(people), terms, conditions)
    every = ways(here)
    one = np.flatnonzero((every.block < 2) | (every.turn >= 0))  # walking, running, taking turns
    cap = np.where(terms.own, _own_effort(here, terms), np.inf)[:, None]
    talks = (every.talk >= terms.need[:, None]) & (every.stretch >= LIKELY)
    fits = (talks & (every.load <= cap))[:, one] & _at_home(here)
    worth = every.log_worth()[:, one]
    mixed = fits & (every.comfort[:, one] >= AT_EASE)
    column = _columns_of_one(place)
    fits = np.concatenate([fits[:, : 2 * K], mixed[:, column[2 * K : 4 * K]], fits[:, 2 * K :]], axis=1)
    worth = worth[:, column]
    early = _early(people, terms, conditions, here)
    late = np.concatenate([here.talk.reshape(n, -1), here.taxed.reshape(n, -1)], axis=1)
    return Side(
        score=np.where(fits, two.weight[place] * worth, -np.inf),
        worth=worth if lead == "client" and place == 1 else worth[:, :0],
        early=early[:, 1:],
        late=late.astype(np.float32),
        stroll=early[:, 0],
    )


def _own_effort(here: Chances, terms: Terms) -> Array:
    """Return the effort (n,) that each person would choose by themselves."""
    return alone(here, terms)[0] if terms.own.any() else np.zeros(terms.own.size)


def _columns_of_one(place: int) -> NDArray[np.int64]:
    """Return for each way of two (M,) where it stands among walking, running and taking turns of one."""
    walk, run, turns = np.arange(K), np.arange(K, 2 * K), np.arange(2 * K, 2 * K + TURNS.size)
    return np.concatenate([walk, run, *((walk, run) if place == 0 else (run, walk)), turns])


def _at_home(here: Chances) -> NDArray[np.bool_]:
    """Return where each person is at home in their gait, walking, running and taking turns: (n, 2 K + turns)."""
    natural = natural_gait(here.comfort)
    home = (here.comfort >= AT_EASE) | np.stack([natural == WALKING, natural == RUNNING], axis=1)
    turns = home[:, RUNNING, TURNS["run"]] & home[:, WALKING, TURNS["walk"]]
    return np.concatenate([home.reshape(len(home), -1), turns], axis=1)


def _early(people: Sequence[Ease], terms: Terms, conditions: Conditions, here: Chances) -> NDArray[np.float32]:
    """Return the probabilities (n, 1 + 4 K) of talking before effort drifts: at a stroll, then as in `Side.early`."""
    flat = here.load.ravel()
    load = np.concatenate([loads(conditions.grade)[WALKING, :1], flat, flat * CHANGING])
    margin = float(terms.margin[0]) + heat_margin(conditions.temperature_c)
    rows = [talk_probability(person.effort, load, margin=margin) for person in people]
    return np.stack(rows).astype(np.float32)


RANGE = 16.0
"""Scores are told apart down to -RANGE: a product of e^-16 is never the best of anything."""
BITS = int(M).bit_length()
STEP = 2.0 ** (53 - 5 - BITS)
"""Steps of a score per unit: two scores of 16, and the number of a way, fill the 53 bits of a whole float64."""


def _keys(score: Array, *, number: bool) -> Array:
    """Return whole numbers (M, n) that add up to score and way in one: the greatest is the best, the first of equals.

    So finding a best way is one addition and one maximum per way, without an index to carry along.
    """
    key: Array = np.floor(np.maximum(score, -RANGE) * STEP) * 2.0**BITS
    key[np.isneginf(score)] = -np.inf
    return key + np.arange(M)[::-1, None] if number else key


def _columns(best: Array) -> Columns:
    """Return which ways (…) the greatest sums of keys stand for; SIT where there is none."""
    sits = np.isneginf(best)
    low = np.where(sits, 0.0, best).astype(np.int64) & (2**BITS - 1)
    return np.where(sits, SIT, M - 1 - low).astype(np.int16)


TILE = (64, 512)
"""Firsts and seconds that are looked at together: sums of all of them stay in a core's own cache."""
LOOK = 8
"""Ways between two looks whether any further one could still be better."""


def _best(first: Array, second: Array) -> Array:
    """Return the greatest sum (a, b) over ways of keys (M, a) and (M, b).

    Ways are taken in the order of the most that they could be worth to anyone here, until no further one can be better
    for any pair. People who are like each other are near each other, so this is soon.
    """
    bound = first.max(axis=1) + second.max(axis=1)
    order = np.argsort(-bound, kind="stable")[: np.isfinite(bound).sum()]
    best = np.full((first.shape[1], second.shape[1]), -np.inf)
    total = np.empty_like(best)
    for at, way in enumerate(order.tolist()):
        if at % LOOK == 0 and bound[way] <= best.min():
            break
        np.add(first[way][:, None], second[way], out=total)
        np.maximum(best, total, out=best)
    return best


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class _Sides:
    """Both sides of a table of pairs in the order of `people` (n,), with their keys (M, n)."""

    people: NDArray[np.int64]
    first: Side
    second: Side
    first_keys: Array
    second_keys: Array


def _sides(people: Sequence[Ease], lead: Lead, conditions: Conditions) -> _Sides:
    """Return both sides, people who would choose alike by themselves next to each other."""
    first = side(people, lead, conditions, place=0)
    order = np.argsort(first.score.argmax(axis=1), kind="stable")
    ordered = [people[i] for i in order.tolist()]
    first = _reordered(first, order)
    alike = lead == "equal"
    second = replace(first, score=first.score[:, MIRRORED]) if alike else side(ordered, lead, conditions, place=1)
    return _Sides(
        people=order,
        first=first,
        second=second,
        first_keys=_keys(first.score.T, number=False),
        second_keys=_keys(second.score.T, number=True),
    )


def _reordered(one: Side, order: NDArray[np.int64]) -> Side:
    """Return a side with its people in another order."""
    return Side(**{name: getattr(one, name)[order] for name in Side.__dataclass_fields__})


def table(
    people: Sequence[Ease], *, lead: Lead, conditions: Conditions, workers: int = 1
) -> tuple[Columns, NDArray[np.float32]]:
    """Return which way (n, n) any first and second of the people settle on, and its talkable minutes (n, n).

    The way is a place in MODE and SPEED, or SIT. Of a person and themselves: SIT, and NaN minutes. The answers are
    those of `pace.together.choice.choose` for two; only scores that differ by less than 1e-10 may fall the other way.
    Where nobody leads, half of the table is worked out and mirrored.
    """
    n = len(people)
    even = table(people, lead="equal", conditions=conditions, workers=workers)[0] if lead == "client" else None
    sides, minutes_of = _sides(people, lead, conditions), _Minutes.of(conditions)
    columns, minutes = np.full((n, n), SIT, np.int16), np.full((n, n), np.nan, np.float32)

    def fill(tile: tuple[slice, slice]) -> None:
        """Work out one tile of the table."""
        row, column = tile
        here = np.ix_(sides.people[row], sides.people[column])
        found = _columns(_best(sides.first_keys[:, row], sides.second_keys[:, column]))
        if even is not None:
            _no_worse_than_even(found, even[here], sides, row, column)
        columns[here], minutes[here] = found, minutes_of(found, sides, row, column)
        if lead == "equal":
            columns[here[::-1]], minutes[here[::-1]] = _mirrored(found), minutes[here]

    with ThreadPoolExecutor(workers) as pool:
        list(pool.map(fill, _tiles(n, upper=lead == "equal")))
    np.fill_diagonal(columns, SIT)
    np.fill_diagonal(minutes, np.nan)
    return columns, minutes


def _mirrored(column: Columns) -> Columns:
    """Return the ways (…) after the two have changed places."""
    return np.where(column == SIT, SIT, MIRRORED[column]).astype(np.int16)


def _tiles(n: int, *, upper: bool) -> Iterator[tuple[slice, slice]]:
    """Yield rows and columns of an (n, n) table; of the upper half only if wanted, and what reaches into the lower."""
    for row, column in product(range(0, n, TILE[0]), range(0, n, TILE[1])):
        if not upper or column + TILE[1] > row:
            yield slice(row, min(row + TILE[0], n)), slice(column, min(column + TILE[1], n))


def _no_worse_than_even(found: Columns, even: Columns, sides: _Sides, row: slice, column: slice) -> None:
    """Change ways `found` (a, b) that give the second, who leads, less than where nobody leads, if another can."""
    second = sides.second.worth[column]
    b = np.arange(found.shape[1])
    less = (found != SIT) & (even != SIT) & (second[b, found] < second[b, even])
    places = np.argwhere(less)
    for at in range(0, len(places), PART):  # parts of the pairs, to bound the memory
        i, j = places[at : at + PART].T
        worth = second[j]
        score = sides.first.score[row][i] + sides.second.score[column][j]
        score[worth < worth[np.arange(i.size), even[i, j]][:, None]] = -np.inf
        can = np.isfinite(score.max(axis=1))
        found[i[can], j[can]] = score[can].argmax(axis=1)


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class _Minutes:
    """How talkable minutes add up over the parts of each way: `pace.together.talkable` as arrays.

    `first`, `second` are (2, M) places in `Side.early` of a way's two parts, `share` (2, M) how much of the time each
    takes; a steady pace has its whole time in the first.
    """

    first: NDArray[np.int64]
    second: NDArray[np.int64]
    share: NDArray[np.float32]
    settling: float
    before: float
    after: float
    whole: float

    @classmethod
    def of(cls, conditions: Conditions) -> _Minutes:
        """Return the parts of all ways under conditions."""
        walk, run, taxed = np.arange(K), np.arange(K, 2 * K), 2 * K
        runs, walks = taxed + K + TURNS["run"], taxed + TURNS["walk"]
        first, second = np.concatenate([walk, run, walk, run, runs]), np.concatenate([walk, run, run, walk, runs])
        rest = np.concatenate([np.zeros(4 * K, dtype=np.int64), walks])
        share = np.concatenate([np.ones(4 * K), TURNS["share"]])
        settling, before, after = session_parts(conditions.minutes)
        return cls(
            first=np.stack([first, rest]),
            second=np.stack([second, rest]),
            share=np.stack([share, 1 - share]).astype(np.float32),
            settling=settling,
            before=before,
            after=after,
            whole=conditions.minutes,
        )

    def __call__(self, column: Columns, sides: _Sides, row: slice, place: slice) -> NDArray[np.float32]:
        """Return the talkable minutes (a, b) of ways; all minutes where they sit."""
        one, other = sides.first, sides.second
        total = self.settling * one.stroll[row, None] * other.stroll[place]
        for part in (0, 1) if (column >= 4 * K).any() else (0,):
            i, j = self.first[part][column], self.second[part][column]
            talk = self.before * _picked(one.early[row], i) * _picked(other.early[place].T, j, down=True)
            talk += self.after * _picked(one.late[row], i) * _picked(other.late[place].T, j, down=True)
            total += self.share[part][column] * talk
        return np.where(column == SIT, self.whole, total).astype(np.float32)


def _picked(values: NDArray[np.float32], at: NDArray[np.int64], *, down: bool = False) -> NDArray[np.float32]:
    """Return values[i, at[i, j]], or values[at[i, j], j] where `down`."""
    a, b = at.shape
    return values[at, np.arange(b)] if down else values[np.arange(a)[:, None], at]
