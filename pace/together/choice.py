"""Which way is chosen: everyone's talk first, then nobody beyond their own pace, then what suits all."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pace.arrays import Array
from pace.together.ease import Ease
from pace.together.terms import LIKELY, Terms
from pace.together.ways import RUNNING, WALKING, Chances, Conditions, Ways, chances, ways

ALIKE = 0.97
"""Speeds at which the choice is worth at least this share of the best are as good as the best."""


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Choice:
    """The way chosen among `ways`, and what the others were judged by.

    `best` is the column chosen, None where nobody can be promised to talk while moving; `score` (m,) is the logarithm
    of the weighted Nash product. `cap` (p,) is the most effort (ml/kg/min) that the choice may ask of each person,
    `ceiling` (p,) the most that its range of speeds may; `fits` and `within` (m,) mark the ways that meet every
    condition with the one and with the other, `talks` those that meet every condition but these.
    """

    ways: Ways
    best: int | None
    fits: NDArray[np.bool_]
    within: NDArray[np.bool_]
    talks: NDArray[np.bool_]
    score: Array
    cap: Array
    ceiling: Array


def choose(people: tuple[Ease, ...], terms: Terms, conditions: Conditions) -> Choice:
    """Return how these people should move together.

    Two people settle on the way with the greatest weighted Nash product of what it is worth to each beyond sitting and
    talking, among those in which everyone can talk and no client works harder than they would alone. More than two
    move at the greatest speed, each in the gait that suits them and no faster than they like in it, at which nobody
    works harder than in any of the pairs that settle with each other: whoever joins can only make it easier for those
    who are there. Where another such way is worth more to everyone, they take that.
    """
    here = chances(people, terms, conditions)
    cap, ceiling = (np.where(terms.own, effort, np.inf) for effort in alone(here, terms))
    agreed = {pair: _settled(people, here, pair, cap, terms, conditions) for pair in terms.pairs()}
    every = ways(here)
    if len(people) > 2:
        cap = ceiling = _caps_of_pairs(here, agreed, cap)
    fits = fitting(every, terms.need, cap)
    score = nash(every, terms.weight)
    return Choice(
        ways=every,
        best=agreed[0, 1] if len(people) == 2 else _gentlest(every, fits, score),
        fits=fits,
        within=fitting(every, terms.need, ceiling),
        talks=fitting(every, terms.need, np.full(len(people), np.inf)),
        score=score,
        cap=cap,
        ceiling=ceiling,
    )


def alone(people: Chances, terms: Terms) -> tuple[Array, Array]:
    """Return the effort (p,), ml/kg/min, that each person would choose by themselves, and the most that is as good.

    Both are 0 where they would sit.
    """
    chosen, most = np.zeros(len(people.comfort)), np.zeros(len(people.comfort))
    for i in range(chosen.size):
        mine = ways(people.of(i))
        fits, score = fitting(mine, terms.need[i : i + 1], np.array([np.inf])), mine.log_worth()[0]
        best = argbest(score, fits)
        if best is not None:
            chosen[i], most[i] = mine.load[0, best], mine.load[0, alike(mine, fits, score, best)].max()
    return chosen, most


def fitting(every: Ways, need: Array, cap: Array) -> NDArray[np.bool_]:
    """Return which ways (m,) let everyone talk, ask nobody for more than `cap`, and leave each at home."""
    return np.asarray(
        (every.talk >= need[:, None]).all(axis=0)
        & (every.stretch >= LIKELY).all(axis=0)
        & (every.load <= cap[:, None]).all(axis=0)
        & every.home
    )


def nash(every: Ways, weight: Array) -> Array:
    """Return the logarithm (m,) of the weighted Nash product; the order of people changes nothing, to the last bit."""
    return np.asarray(np.sort(weight[:, None] * every.log_worth(), axis=0).sum(axis=0))


def argbest(score: Array, fits: NDArray[np.bool_]) -> int | None:
    """Return the column of the highest score among those that fit, the gentlest of equals; None if none fits."""
    return int(np.where(fits, score, -np.inf).argmax()) if fits.any() else None


def _settled(
    people: tuple[Ease, ...],
    here: Chances,
    pair: tuple[int, int],
    cap: Array,
    terms: Terms,
    conditions: Conditions,
) -> int | None:
    """Return the way on which two of the people settle, None if there is none.

    A client who leads gets at least what they would get if nobody did.
    """
    i, j = pair
    two, every = Terms.of(terms.lead, 2), ways(here.of(i, j))
    fits = fitting(every, two.need, cap[[i, j]])
    if terms.lead == "client":
        even = choose((people[i], people[j]), Terms.of("equal", 2), conditions).best
        theirs = every.log_worth()[1]
        as_good = fits & (even is None or (theirs >= theirs[even]))
        fits = as_good if as_good.any() else fits
    return argbest(nash(every, two.weight), fits)


def _caps_of_pairs(here: Chances, agreed: dict[tuple[int, int], int | None], cap: Array) -> Array:
    """Return the highest effort (p,) of each person: the least of all that they settle on with anyone."""
    cap = cap.copy()
    for (i, j), best in agreed.items():
        load = np.zeros(2) if best is None else ways(here.of(i, j)).load[:, best]
        cap[[i, j]] = np.minimum(cap[[i, j]], load)
    return cap


def _gentlest(every: Ways, fits: NDArray[np.bool_], score: Array) -> int | None:
    """Return the fastest way that fits with everyone in their natural gait, none beyond what they like best in it.

    An effort that somebody would jog at may be more than they like to walk at. Where another such way is worth more to
    everyone (one jogs where all would walk too fast or too slowly), the best of those. None if there is no way.
    """
    natural = every.natural & fits
    column = np.flatnonzero(natural & _liked(every))
    if not column.size:
        return None
    gentle = int(column[every.speed[column].argmax()])
    worth = every.log_worth()
    better = argbest(score, natural & (worth > worth[:, [gentle]]).all(axis=0))
    return gentle if better is None else better


def _liked(every: Ways) -> NDArray[np.bool_]:
    """Return the ways (m,) in which nobody is faster than is worth most to them in that gait."""
    liked = np.ones(every.speed.size, dtype=bool)
    for gait, worth in zip(every.gait, every.log_worth(), strict=True):
        for kind in (WALKING, RUNNING):
            here = every.natural & (gait == kind)
            if here.any():
                liked &= ~here | (every.speed <= every.speed[np.where(here, worth, -np.inf).argmax()])
    return liked


def alike(every: Ways, within: NDArray[np.bool_], score: Array, best: int) -> NDArray[np.int64]:
    """Return the columns `within` reach that are as good as `best` and differ from it in speed alone, slowest first."""
    same = within & (every.block == every.block[best]) & (score >= score[best] + np.log(ALIKE))
    if every.turn[best] < 0:
        same &= np.cumsum(~same)[best] == np.cumsum(~same)  # unbroken from the best speed on
    same[best] = True
    column = np.flatnonzero(same)
    return np.asarray(column[every.speed[column].argsort(kind="stable")])
