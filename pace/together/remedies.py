"""What would make room for a way that does not suit: to slow down, a wish, an answer or two, flat ground, mild air."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Self

import numpy as np
from numpy.typing import NDArray

from pace.arrays import Array
from pace.person.about import Said
from pace.person.cost import SLOWEST_RUN
from pace.person.estimate import Posterior
from pace.person.talk import own_speed_at_cost, trusted
from pace.person.talk_evidence import said_likelihood
from pace.together.choice import Choice, fitting
from pace.together.ease import SPEEDS, Ease, ease
from pace.together.speech import WARM, talk_probability
from pace.together.terms import LIKELY, Terms
from pace.together.ways import AT_EASE, RUNNING, TURNS, Conditions, Ways, chances, loads, ways

if TYPE_CHECKING:
    from pace.person.profile import Profile


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One thing that would make room for a way to move.

    Attributes
    ----------
    kind : str
        `slower`: all could talk at a slower pace, if so slow a gait feels natural to `people`. `wish`: all could talk;
        something gentler suits `people` better as far as is known, but they may wish for this. `answers`: all could
        talk if each of `people` finds, `answers` times, that they can chat for some minutes at `asked`. `flat`, `mild`:
        all could talk on flat ground, in mild air.
    speed : float, m/s
        The shared speed at which all could talk then.
    people : tuple of str
        Whom it is about; empty where it is about the day.
    asked : float or None, m/s
    answers : int
    """

    kind: str
    speed: float
    people: tuple[str, ...] = ()
    asked: float | None = None
    answers: int = 0

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON form."""
        return {
            "kind": self.kind,
            "speed_mps": self.speed,
            "people": list(self.people),
            "asked_mps": self.asked,
            "answers": self.answers,
        }


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Situation:
    """Who, on what terms, under which conditions; what was chosen; and all ways on another ground or day, by kind."""

    profiles: Sequence[Profile]
    eases: tuple[Ease, ...]
    terms: Terms
    conditions: Conditions
    choice: Choice
    other_days: tuple[tuple[str, Ways], ...]

    @classmethod
    def of(
        cls,
        profiles: Sequence[Profile],
        eases: tuple[Ease, ...],
        terms: Terms,
        conditions: Conditions,
        choice: Choice,
    ) -> Self:
        """Work out what would be on flat ground, and in mild air, where it is not so here."""
        others = []
        if conditions.grade > 0:
            level = tuple(ease(profile) for profile in profiles)
            others.append(("flat", ways(chances(level, terms, replace(conditions, grade=0.0)))))
        if (conditions.temperature_c or 0.0) > WARM:
            others.append(("mild", ways(chances(eases, terms, replace(conditions, temperature_c=None)))))
        return cls(
            profiles=profiles,
            eases=eases,
            terms=terms,
            conditions=conditions,
            choice=choice,
            other_days=tuple(others),
        )


def changes(here: Situation, column: int) -> tuple[Change, ...]:
    """Return what would make room for the way in one column, nearest at hand first; nothing where it fits."""
    choice, every, terms = here.choice, here.choice.ways, here.terms
    if choice.fits[column]:
        return ()
    labels = np.array([person.label for person in here.eases])
    if choice.talks[column]:
        over = every.load[:, column] > choice.cap
        return (Change(kind="wish", speed=float(every.speed[column]), people=tuple(labels[over].tolist())),)
    found = _days(here, int(every.mode[column]))
    lacking = (every.talk[:, column] < terms.need) | (every.stretch[:, column] < LIKELY)
    if lacking.any():
        found = [*_answers(here, column, lacking), *found]
    slow = slower(every, terms, column) if lacking.any() else None
    if slow is not None:
        unused = tuple(labels[every.comfort[:, slow] < AT_EASE].tolist())
        found = [Change(kind="slower", speed=float(every.speed[slow]), people=unused), *found]
    return tuple(found)


NEARLY = 0.25
"""Comfort from which a gait that does not come naturally is worth a try."""


def slower(every: Ways, terms: Terms, column: int) -> int | None:
    """Return the column of the fastest slower speed of a mode at which all could talk, natural or nearly so.

    None where they take turns, where there is no such speed, and below what can be called a run.
    """
    if every.turn[column] >= 0:
        return None
    jogs = (every.gait == RUNNING).any(axis=0) & (every.speed < SLOWEST_RUN)
    could = talking(every, terms) & (every.comfort >= NEARLY).all(axis=0) & ~jogs
    could &= (every.mode == every.mode[column]) & (every.speed < every.speed[column])
    return int(np.where(could, every.speed, -np.inf).argmax()) if could.any() else None


def talking(every: Ways, terms: Terms) -> NDArray[np.bool_]:
    """Return which ways (m,) let everyone talk, whatever else is the matter with them."""
    return np.asarray((every.talk >= terms.need[:, None]).all(axis=0) & (every.stretch >= LIKELY).all(axis=0))


def worth_asking(effort: Posterior, change: float) -> float:
    """Return the speed (m/s) about which an answer tells much and is likely to be a good one.

    Seven times in ten they can chat at it, in the gait that they would use: slower than their middle estimate, about
    which an answer would tell most, for nobody likes to run out of words.
    """
    return float(own_speed_at_cost(effort.quantile(0.3), change))


TRY_MINUTES = 5.0
"""min; talk fails only after two minutes beyond the threshold (Foster 2008): a try lasts longer than that."""
MOST_ANSWERS = 3
"""Answers that are asked of somebody for the sake of one mode."""
WORTH_TRYING = 0.3
"""Least probability that they can chat at a pace that they are asked to try."""


def _answers(here: Situation, column: int, lacking: NDArray[np.bool_]) -> list[Change]:
    """Return the fewest answers by all who are `lacking` (p,) talk that would make room for the mode of a column."""
    every, eases = here.choice.ways, here.eases
    turn, mode = every.turn[column], int(every.mode[column])
    gait = np.full(len(eases), RUNNING) if turn >= 0 else every.gait[:, column]
    speed = float(SPEEDS[TURNS[turn]["run"]] if turn >= 0 else every.speed[column])
    asked = {}
    for i in np.flatnonzero(lacking).tolist():
        change = eases[i].change
        load = loads(here.conditions.grade)[gait[i]][speed == SPEEDS]
        likely = float(talk_probability(eases[i].effort, load)[0]) >= WORTH_TRYING
        if (speed > change) != (gait[i] == RUNNING) or not likely or here.conditions.grade:
            return []
        asked[i] = change
    answer = Said(speed=speed, talk="comfortable", minutes=TRY_MINUTES)
    for n in range(1, MOST_ANSWERS + 1):
        then = list(eases)
        for i, change in asked.items():
            then[i] = replace(eases[i], effort=told(here.profiles[i], eases[i].effort, (answer,) * n, change))
        at = _would_do(ways(chances(tuple(then), here.terms, here.conditions)), here.terms, mode)
        if at is not None:
            people = tuple(eases[i].label for i in asked)
            return [Change(kind="answers", speed=at, people=people, asked=speed, answers=n)]
    return []


def told(profile: Profile, effort: Posterior, answers: tuple[Said, ...], change: float) -> Posterior:
    """Return what would be known of a talk threshold after more answers, from what is known and was said before."""

    def factor(said: tuple[Said, ...]) -> Array:
        """Return the log likelihood (k,) of some answers on the grid of efforts."""
        return trusted(said_likelihood(said, effort.value, change))

    before = profile.about.said
    more = factor((*before, *answers)) - (factor(before) if before else 0.0)
    return Posterior.build(effort.value, np.log(effort.mass + 1e-300) + more)


def _days(here: Situation, mode: int) -> list[Change]:
    """Return whether flat ground, or mild air, would make room for a mode."""
    found = [(kind, _would_do(every, here.terms, mode)) for kind, every in here.other_days]
    return [Change(kind=kind, speed=speed) for kind, speed in found if speed is not None]


def _would_do(every: Ways, terms: Terms, mode: int) -> float | None:
    """Return the best speed (m/s) of a mode at which all could talk, each at ease in their gait; None without one."""
    able = fitting(every, terms.need, np.full(terms.need.size, np.inf)) & (every.mode == mode)
    able &= (every.comfort >= AT_EASE).all(axis=0)
    if not able.any():
        return None
    worth = terms.weight @ every.log_worth()
    return float(every.speed[np.where(able, worth, -np.inf).argmax()])
