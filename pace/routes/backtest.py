"""The test of a prediction: how long a way that was really gone should have taken, by what else is known of people.

The way is the recording's own, with its own heights: no map is needed. A person's recordings other than this one say
how fast they go of themselves on the flat; hills slow them as they slow people; what days differ by is the doubt.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtrit

from pace.activity.grid import RUN, SPEED_EDGES, WALK
from pace.activity.motion import Motion
from pace.activity.summary import Summary
from pace.activity.timeline import RECORDED
from pace.activity.track import Track
from pace.arrays import Array
from pace.person.cost import STEEPEST, cost
from pace.person.estimate import Estimate
from pace.person.profile import Profile, first_of
from pace.routes.effort import SLOWEST_WALK, Ability, ability, natural_run, natural_walk, settled, step_seconds
from pace.routes.route import known
from pace.together.speech import drift, talk_probability

if TYPE_CHECKING:
    from pace.together.match import Match

SCHEMA = "pace.explain/1"
LEVEL = 0.8
DAYS_SD, DAYS_WEIGHT = 0.10, 2.0
"""By what share a person's speed differs between days where nothing else is known, and how many recordings that is
worth: the recordings of two real people were 4 and 10 % off what their others say (medians, 115 recordings)."""
SHORTEST_MS = 5 * 60_000
"""Recordings with less movement than this say nothing of how fast somebody goes."""
MIDDLE_GRADES = np.array([-0.13, -0.075, -0.035, 0.0, 0.035, 0.075, 0.13])
"""rise/run that stand for the bins of GRADE_EDGES."""
MIDDLE_SPEEDS = (SPEED_EDGES[1:] + SPEED_EDGES[:-1]) / 2
STEP_M = 10.0
"""m; pieces that the way is looked at in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """What one person's other recordings say of the way.

    Attributes
    ----------
    label : str
    own : bool
        Whether the way is one of their own recordings; it is then left out of what is known of them.
    minutes : Estimate or None
        Of moving; None where no other recording of the same kind is known.
    error : float or None
        By what share `minutes` is more than what it took, where the recording is theirs.
    talkable_minutes : float or None
        Expected minutes of `minutes` (its median) in which they could talk in full sentences.
    """

    label: str
    own: bool
    minutes: Estimate | None
    error: float | None
    talkable_minutes: float | None

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON form."""
        return {
            "label": self.label,
            "own": self.own,
            "minutes": None if self.minutes is None else self.minutes.to_dict(),
            "error": self.error,
            "talkable_minutes": self.talkable_minutes,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Explained:
    """A way that was really gone, beside what was to be expected. Make it with `explain`.

    Attributes
    ----------
    distance_m, climb_m : float
        `climb_m` is NaN where the recording has no heights; the way then counts as level.
    gait : str
        `walk` or `run`, whichever took more of the time.
    minutes, standing_minutes : float
        Moving, and standing or paused.
    people : tuple of Expected
    together_minutes, together_talkable_minutes : float
        At the pace of the match on every grade, and how much of it is good for talking.
    """

    distance_m: float
    climb_m: float
    gait: str
    minutes: float
    standing_minutes: float
    people: tuple[Expected, ...]
    together_minutes: float
    together_talkable_minutes: float

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON form, schema `pace.explain/1`."""
        return {
            "schema": SCHEMA,
            "distance_m": self.distance_m,
            "climb_m": known(self.climb_m),
            "gait": self.gait,
            "minutes": self.minutes,
            "standing_minutes": self.standing_minutes,
            "people": [person.to_dict() for person in self.people],
            "together_minutes": self.together_minutes,
            "together_talkable_minutes": self.together_talkable_minutes,
        }


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Way:
    """The way of a recording where people moved: metres and rise/run (0 where unknown) of each second, (k,)."""

    metres: Array
    grade: Array
    climb: float
    seconds: float
    standing: float

    @classmethod
    def of(cls, track: Track) -> Way:
        """Return the way of a recording.

        Raises
        ------
        NothingUsableError
            When nothing tells how it moved.
        """
        motion = Motion.from_track(track)
        going = motion.moving & (motion.state == RECORDED)
        metres = np.where(going, np.nan_to_num(motion.speed) * motion.duration_ms / 1000, 0.0)
        rise = metres * motion.grade
        return cls(
            metres=metres[going],
            grade=np.nan_to_num(motion.grade[going]),
            climb=float(np.clip(rise[going], 0, None).sum()) if np.isfinite(rise[going]).all() else float("nan"),
            seconds=float(motion.duration_ms[going].sum()) / 1000,
            standing=float(motion.duration_ms[~going].sum()) / 1000,
        )


def explain(track: Track, match: Match) -> Explained:
    """Return how long a way should have taken the people of a match, beside what it took.

    Parameters
    ----------
    track : Track
        A recording of it, anybody's. Where it is one of a person's own recordings, in whichever file, that one is left
        out of what is known of them, so nothing explains itself.
    match : Match

    Raises
    ------
    NothingUsableError
        When nothing in the recording tells how it moved.
    """
    way, summary = Way.of(track), Summary.from_track(track)
    gait = _gait(summary)
    together, talkable = _together(way, ability(match))
    return Explained(
        distance_m=float(way.metres.sum()),
        climb_m=way.climb,
        gait="run" if gait == RUN else "walk",
        minutes=way.seconds / 60,
        standing_minutes=way.standing / 60,
        people=tuple(_expected(person, way, summary, gait) for person in match.people),
        together_minutes=together,
        together_talkable_minutes=talkable,
    )


def _gait(summary: Summary) -> int:
    """Return the gait that took more of the time."""
    return RUN if summary.time_ms[RUN].sum() > summary.time_ms[WALK].sum() else WALK


def _expected(profile: Profile, way: Way, summary: Summary, gait: int) -> Expected:
    """Return what one person's other recordings say of a way."""
    every = (*profile.summaries, summary)
    firsts = first_of(every)
    others = [one for one, first in zip(every, firsts, strict=True) if first is not firsts[-1]]
    own = len(others) < len(profile.summaries)
    kept = _alike(others, summary.sport, gait)
    if not kept:
        return Expected(label=profile.label, own=own, minutes=None, error=None, talkable_minutes=None)
    slowed = natural_run if gait == RUN else natural_walk
    minutes = _minutes(way, np.array([_flat_speed(one, slowed) for one in kept]), slowed)
    without = Profile.build(label=profile.label, summaries=others, about=profile.about)
    return Expected(
        label=profile.label,
        own=own,
        minutes=minutes,
        error=minutes.median / (way.seconds / 60) - 1 if own else None,
        talkable_minutes=_talkable(without, way, minutes.median, gait, slowed),
    )


def _alike(others: list[Summary], sport: str, gait: int) -> list[Summary]:
    """Return the recordings of the same sport; where there is none, those with the same gait for most of their time."""
    long = [one for one in others if one.time_ms[1:].sum() >= SHORTEST_MS]
    return [one for one in long if one.sport == sport] or [one for one in long if _gait(one) == gait]


def _flat_speed(summary: Summary, slowed: Callable[[Array], Array]) -> float:
    """Return the speed on the flat, m/s, that a recording's movement on all its grades comes to."""
    time = summary.time_ms[1:].sum(axis=0)
    return float((time * MIDDLE_SPEEDS[:, None] / slowed(MIDDLE_GRADES)).sum() / time.sum())


def _minutes(way: Way, flat: Array, slowed: Callable[[Array], Array]) -> Estimate:
    """Return the minutes of a way by the flat speeds (n,) of other days: their median, with what days differ by."""
    n = flat.size
    log = np.log(flat)
    spread = np.sqrt(((log - np.median(log)) ** 2).sum() + DAYS_WEIGHT * DAYS_SD**2) / np.sqrt(n - 1 + DAYS_WEIGHT)
    reach = float(stdtrit(n - 1 + DAYS_WEIGHT, (1 + LEVEL) / 2)) * spread * np.sqrt(1 + 1 / n)
    minutes = float((way.metres / slowed(way.grade)).sum() / np.median(flat)) / 60
    return Estimate(
        low=minutes * float(np.exp(-reach)),
        median=minutes,
        high=minutes * float(np.exp(reach)),
        level=LEVEL,
        basis=f"{n} other recording{'s' if n > 1 else ''}",
    )


def _talkable(profile: Profile, way: Way, minutes: float, gait: int, slowed: Callable[[Array], Array]) -> float:
    """Return the expected minutes in which a person can talk who goes a way in `minutes`, slower where it is steep."""
    share = way.metres / slowed(way.grade)
    seconds = 60 * minutes * share / share.sum()
    speed = np.divide(way.metres, seconds, out=np.zeros(seconds.size), where=seconds > 0)
    load = cost(speed, np.clip(way.grade, -STEEPEST, STEEPEST), gait="run" if gait == RUN else "walk")
    talk = talk_probability(profile.talk().effort, load * drift(minutes))
    return float((seconds * talk).sum()) / 60


def _together(way: Way, able: Ability) -> tuple[float, float]:
    """Return the minutes that a match takes for a way, and those good for talking."""
    piece = (np.cumsum(way.metres) / STEP_M).astype(np.int64)
    length = np.bincount(piece, weights=way.metres).astype(np.float64)
    grade = np.divide(
        np.bincount(piece, weights=way.metres * way.grade), length, out=np.zeros(length.size), where=length > 0
    )
    none: NDArray[np.bool_] = np.zeros(length.size, dtype=bool)
    seconds, talk = step_seconds(able, length, grade, none)
    steep = ~np.isfinite(seconds)  # too hard to talk: taken at the slowest walk, and without a word
    seconds, talk = np.where(steep, length / SLOWEST_WALK, seconds), np.where(steep, 0.0, talk)
    seconds = settled(able, seconds, length, np.zeros(length.size))
    return float(seconds.sum()) / 60, float((seconds * talk).sum()) / 60
