"""How many minutes of a session everyone can talk in: the one currency in which ways, plans and routes are judged."""

from __future__ import annotations

import numpy as np

from pace.arrays import Array
from pace.together.ease import Ease
from pace.together.speech import DRIFT, DRIFT_AFTER, heat_margin, talk_probability
from pace.together.terms import Terms
from pace.together.ways import CHANGING, RUNNING, TURNS, WALKING, Conditions, Ways, loads

SETTLING = 5.0
"""min; the first minutes of an hour outdoors go to settling in, at a stroll."""


def talkable_minutes(people: tuple[Ease, ...], terms: Terms, conditions: Conditions, every: Ways, column: int) -> float:
    """Return the expected minutes in which everyone can talk if they move in this way, settling in included.

    People are taken as independent of each other; the order of people changes nothing, to the last bit. Late minutes
    count as harder (`DRIFT`), and they settle in at the slowest walk of all speeds.
    """
    settling, early, late = session_parts(conditions.minutes)
    stroll = np.full(len(people), loads(conditions.grade)[WALKING, 0])
    total = settling * everyone_talks(people, terms, conditions, stroll)
    for share, load in stretches(every, column, conditions):
        total += early * share * everyone_talks(people, terms, conditions, load)
        total += late * share * everyone_talks(people, terms, conditions, load * DRIFT)
    return float(total)


def everyone_talks(people: tuple[Ease, ...], terms: Terms, conditions: Conditions, load: Array) -> float:
    """Return the probability that all can talk at their efforts `load` (p,), ml/kg/min."""
    margins = terms.margin + heat_margin(conditions.temperature_c)
    each = [
        float(talk_probability(person.effort, effort, margin=margin))
        for person, effort, margin in zip(people, load, margins.tolist(), strict=True)
    ]
    return float(np.prod(np.sort(each)))


def session_parts(minutes: float) -> tuple[float, float, float]:
    """Return the minutes of settling, before and after an effort starts to drift.

    Examples
    --------
    >>> session_parts(50)
    (5.0, 15.0, 30.0)
    """
    settling = min(SETTLING, minutes)
    return settling, max(min(minutes, DRIFT_AFTER) - settling, 0.0), max(minutes - DRIFT_AFTER, 0.0)


def stretches(every: Ways, column: int, conditions: Conditions) -> list[tuple[float, Array]]:
    """Return the parts of a way: the share of the time, and the effort (p,) of each person in it."""
    if every.turn[column] < 0:
        return [(1.0, every.load[:, column])]
    turn, load, n = TURNS[every.turn[column]], loads(conditions.grade) * CHANGING, len(every.load)
    run, walk = load[RUNNING, turn["run"]], load[WALKING, turn["walk"]]
    return [(float(turn["share"]), np.full(n, run)), (1 - float(turn["share"]), np.full(n, walk))]
