"""One way to move together as it is offered: who does what at which pace, who can talk, and what stands in the way."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from pace.together import reasons
from pace.together.choice import Choice, alike
from pace.together.ease import SPEEDS, Ease
from pace.together.remedies import Change, Situation, changes
from pace.together.speech import drift, heat_margin
from pace.together.talkable import stretches, talkable_minutes
from pace.together.terms import Terms
from pace.together.ways import BOTH, MODES, TURNS, Conditions, Ways

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pace.person.profile import Profile

SITTING = "sit-or-stroll"


@dataclass(frozen=True, slots=True, kw_only=True)
class Bout:
    """One part of running and walking by turns.

    Attributes
    ----------
    gait : str
        `walk` or `run`.
    speed : float, m/s
    duration_s : float
    """

    gait: str
    speed: float
    duration_s: float

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON form."""
        return {"gait": self.gait, "speed_mps": self.speed, "duration_s": self.duration_s}


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """One way to move together.

    Attributes
    ----------
    mode : str
        `walk-together`, `run-together`, `walk-and-jog`, `run-walk` or `sit-or-stroll`.
    speed_low, speed_best, speed_high : float, m/s
        Speeds that are as good as each other; over walk and run where they take turns; 0 where people sit.
    gait_by_person : dict of str to str
        `walk`, `run`, `walk and run` or `sit or stroll`.
    talk_probability_by_person : dict of str to float
        Of being able to talk in full sentences, late in the session.
    slack_by_person : dict of str to float, ml/kg/min
        Talk threshold (median, less what heat and their share of the talk take) minus the effort of this way late in
        the session, of the run where they take turns.
    talkable_minutes : float
        Expected minutes of the session in which everyone can talk, settling in included.
    fits : bool
        Whether it meets every condition of a suggestion.
    why : str
        What speaks for it, or what stands in its way; plain words, no figures.
    would_fit_mps : float or None
        Where it does not fit for want of talk: the fastest slower speed of this mode at which everyone could talk,
        if so slow a gait feels natural; None if there is none.
    would_change : tuple of Change
        What would make room for it where it does not fit, nearest at hand first.
    bouts : tuple of Bout
        The run and the walk of running and walking by turns; else empty.
    """

    mode: str
    speed_low: float
    speed_best: float
    speed_high: float
    gait_by_person: dict[str, str]
    talk_probability_by_person: dict[str, float]
    slack_by_person: dict[str, float]
    talkable_minutes: float
    fits: bool
    why: str
    would_fit_mps: float | None = None
    would_change: tuple[Change, ...] = ()
    bouts: tuple[Bout, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON form."""
        return {
            "mode": self.mode,
            "speed_mps": {"low": self.speed_low, "best": self.speed_best, "high": self.speed_high},
            "gait_by_person": dict(self.gait_by_person),
            "talk_probability_by_person": dict(self.talk_probability_by_person),
            "slack_by_person_ml_kg_min": dict(self.slack_by_person),
            "talkable_minutes": self.talkable_minutes,
            "fits": self.fits,
            "why": self.why,
            "would_fit_mps": self.would_fit_mps,
            "would_change": [change.to_dict() for change in self.would_change],
            "bouts": [bout.to_dict() for bout in self.bouts],
        }


def options(
    people: tuple[Ease, ...],
    terms: Terms,
    conditions: Conditions,
    choice: Choice,
    profiles: Sequence[Profile] | None = None,
) -> tuple[Option, ...]:
    """Return the suggestion, then the best of every other mode: those that fit first, best first, sitting last.

    Whoever gives the `profiles` is also told what would make room for the modes that do not fit.
    """
    columns = [_best_of(choice, mode) for mode in range(len(MODES)) if mode != _mode(choice)]
    columns.sort(key=lambda column: (not choice.fits[column], -choice.score[column]))
    others = tuple(option(people, terms, conditions, choice, column) for column in columns)
    if profiles is not None:
        here = Situation.of(profiles, people, terms, conditions, choice)
        found = [changes(here, column) for column in columns]
        others = tuple(replace(other, would_change=change) for other, change in zip(others, found, strict=True))
    seated = sitting(people, terms, conditions, chosen=choice.best is None)
    if choice.best is None:
        return (seated, *others)
    return (option(people, terms, conditions, choice, choice.best), *others, seated)


def _mode(choice: Choice) -> int | None:
    """Return the mode that was chosen."""
    return None if choice.best is None else int(choice.ways.mode[choice.best])


def _best_of(choice: Choice, mode: int) -> int:
    """Return the best column of a mode: of those that fit, else where all can talk, else where all are at home."""
    of_mode, home = choice.ways.mode == mode, choice.ways.home
    masks = (of_mode & choice.fits, of_mode & choice.talks, of_mode & home, of_mode)
    return int(np.where(next(mask for mask in masks if mask.any()), choice.score, -np.inf).argmax())


def option(people: tuple[Ease, ...], terms: Terms, conditions: Conditions, choice: Choice, column: int) -> Option:
    """Return one column of the ways as it is offered."""
    every, labels = choice.ways, [person.label for person in people]
    fits = choice.fits[column]
    range_ = alike(every, choice.within, choice.score, column) if fits else [column]
    speeds = every.speed[range_]
    obstacles = reasons.Obstacles.of(choice, terms, column)
    hardest = np.max([load for _, load in stretches(every, column, conditions)], axis=0)
    return Option(
        mode=MODES[every.mode[column]],
        speed_low=float(speeds[0]),
        speed_best=float(every.speed[column]),
        speed_high=float(speeds[-1]),
        gait_by_person=dict(zip(labels, (GAIT_WORDS[gait] for gait in every.gait[:, column]), strict=True)),
        talk_probability_by_person=dict(zip(labels, every.talk[:, column].tolist(), strict=True)),
        slack_by_person=dict(zip(labels, _slack(people, terms, conditions, hardest), strict=True)),
        talkable_minutes=talkable_minutes(people, terms, conditions, every, column),
        fits=bool(fits),
        why=reasons.why(labels, choice, column, obstacles),
        would_fit_mps=obstacles.would_fit,
        bouts=_bouts(every, column),
    )


GAIT_WORDS = ("walk", "run", "walk and run")


def sitting(people: tuple[Ease, ...], terms: Terms, conditions: Conditions, *, chosen: bool) -> Option:
    """Return the option that always fits: to sit, or to stroll with pauses; every minute of it is for talk."""
    labels, rest = [person.label for person in people], np.zeros(len(people))
    return Option(
        mode=SITTING,
        speed_low=0.0,
        speed_best=0.0,
        speed_high=0.0,
        gait_by_person=dict.fromkeys(labels, "sit or stroll"),
        talk_probability_by_person=dict.fromkeys(labels, 1.0),
        slack_by_person=dict(zip(labels, _slack(people, terms, conditions, rest), strict=True)),
        talkable_minutes=conditions.minutes,
        fits=True,
        why=reasons.SITTING_CHOSEN if chosen else reasons.SITTING_OPEN,
    )


def _slack(people: tuple[Ease, ...], terms: Terms, conditions: Conditions, load: Any) -> list[float]:
    """Return how far below their talk threshold each person is at an effort (p,), ml/kg/min."""
    room = np.array([float(person.effort.quantile(0.5)) for person in people]) - terms.margin
    slack: list[float] = (room - heat_margin(conditions.temperature_c) - load * drift(conditions.minutes)).tolist()
    return slack


def _bouts(every: Ways, column: int) -> tuple[Bout, ...]:
    """Return the run and the walk of a column in which people take turns; else nothing."""
    if every.gait[0, column] != BOTH:
        return ()
    turn = TURNS[every.turn[column]]
    return tuple(
        Bout(gait=gait, speed=float(SPEEDS[turn[gait]]), duration_s=float(turn[f"{gait}_s"]))
        for gait in ("run", "walk")
    )
