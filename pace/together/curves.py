"""How many minutes are good for talking at each pace, way by way: what a suggestion was chosen among."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from pace.arrays import Array, frozen
from pace.together.ease import ease
from pace.together.talkable import talkable_minutes
from pace.together.terms import Terms
from pace.together.ways import MODES, Conditions, Ways, chances, ways

if TYPE_CHECKING:
    from pace.together.match import Match

STEP = 0.05
"""m/s between two points of a curve."""


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class TalkCurve:
    """Expected talkable minutes of a session in one mode, against pace.

    Attributes
    ----------
    mode : str
    speed : (k,) float64, m/s
        Slowest first.
    minutes : (k,) float64, min
        NaN where somebody would not be at home in their gait at that speed.
    """

    mode: str
    speed: Array
    minutes: Array


def talk_curves(match: Match, *, only: Sequence[str] = ()) -> tuple[TalkCurve, ...]:
    """Return the talkable minutes of every mode against pace, for all people of a match together.

    Where one speed can be moved at in several ways (either of two jogs; several rhythms of run and walk), the one with
    the most minutes counts. Modes at home nowhere are left out.

    Parameters
    ----------
    match : Match
    only : sequence of str
        Labels of those whose talk counts; everyone if empty. With one of several, the minutes in which that person can
        talk, whatever the others do.
    """
    rows = [i for i, person in enumerate(match.people) if not only or person.label in only]
    everyone = Terms.of(match.lead, len(match.people))
    terms = replace(
        everyone, margin=everyone.margin[rows], need=everyone.need[rows], weight=everyone.weight[rows],
        own=everyone.own[rows],
    )  # fmt: skip
    conditions = Conditions(minutes=match.minutes, grade=match.grade, temperature_c=match.temperature_c)
    people = tuple(ease(match.people[i], grade=match.grade) for i in rows)
    every = ways(chances(people, terms, conditions))
    found = []
    for mode in range(len(MODES)):
        speed, columns = _columns(every, mode)
        minutes = np.array([talkable_minutes(people, terms, conditions, every, column) for column in columns])
        if columns.size:
            found.append(_curve(MODES[mode], speed, minutes))
    return tuple(found)


def _columns(every: Ways, mode: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return steps of speed (k,) and the way (k,) with the easiest talk at each, of those at home in a mode."""
    step = np.rint(every.speed / STEP).astype(np.int64)
    near = np.abs(every.speed - step * STEP) < STEP / 8
    home = np.flatnonzero((every.mode == mode) & every.home & (near | (every.turn >= 0)))
    talk = every.talk[:, home].prod(axis=0)
    order = np.lexsort((-talk, step[home]))
    steps, first = np.unique(step[home][order], return_index=True)
    return steps, home[order][first]


def _curve(mode: str, steps: NDArray[np.int64], minutes: Array) -> TalkCurve:
    """Return a curve over an unbroken run of steps, NaN where the mode is at home nowhere."""
    whole = np.full(steps[-1] - steps[0] + 1, np.nan)
    whole[steps - steps[0]] = minutes
    speed = np.arange(steps[0], steps[-1] + 1) * STEP
    return TalkCurve(mode=mode, speed=frozen(speed), minutes=frozen(whole))
