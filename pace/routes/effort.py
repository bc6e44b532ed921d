"""How fast people can move on every grade and still talk, and what each edge of a network then takes of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from pace.arrays import Array, frozen
from pace.person.cost import STEEPEST, cost, running_cost, running_grade_factor, speed_at_cost, walking_cost
from pace.routes.lines import owner, within
from pace.routes.network import WAYS, Network
from pace.together.ease import UPHILL, Ease, ease
from pace.together.option import SITTING, Option
from pace.together.session import EASY_WALK, SETTLE_S, STROLL
from pace.together.speech import drift, heat_margin, talk_probability
from pace.together.terms import LIKELY, Terms
from pace.together.ways import CHANGING, Conditions

if TYPE_CHECKING:
    from pace.together.match import Match

GRADES = frozen(np.arange(-STEEPEST, STEEPEST + 1e-9, 0.005).round(4))
"""(121,) rise/run; grades in between are interpolated."""
SLOWEST_WALK = 0.35
"""m/s, step by step with pauses; where even this is too fast to talk, nobody goes."""
SLOWEST_CLIMB, STAIRS = 0.15, 0.5
"""m/s along the ground on stairs: one step at a time with pauses; as adults go (Fujiyama & Tyler 2010: 0.4 to 0.7)."""
EASIER_JOG = 0.85
"""Share of the slowest suggested jog below which a jog is no jog any more; there everybody walks."""
GRADE_DOUBT, GRADE_UNKNOWN = 0.015, 0.03
"""rise/run, SD: of the grade over 50 m on a terrain model, and of ways in towns and hills alike where none is known
(most ways in Heidelberg and Bayreuth lie within 3 %)."""
SAFE = 0.997
"""Share of the speed that is used: between the grades of the table a straight line asks for a little too much."""


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Ability:
    """What a match allows on every grade of GRADES. Make it with `ability`.

    Attributes
    ----------
    speed : (121,) float64, m/s
        The fastest at which everyone can talk and is at home; NaN where even slow walking is too hard.
    most : (121,) float64, m/s
        The fastest at which everyone can talk in these gaits, at home or not.
    jogging : (121,) bool
        Whether those who jog in the suggestion jog here; else everybody walks.
    load : (p, 121) float64, ml/kg/min
        What that asks of each person.
    talk, talk_early : (121,) float64
        The probability that everyone can talk there, late in the session and before an effort starts to drift.
    climb, descend : float, m/s
        Along the ground on stairs; NaN where that is too hard.
    stairs_talk : float
        The probability that everyone can talk on stairs.
    limit : (p,) float64, ml/kg/min
        The most that can be asked of each person, early in the session.
    settle : float, m/s
        The speed of the first minutes.
    settle_talk : float
    gaits : dict of str to str
        Each person's gait where they do not walk instead.
    doubt : float
        rise/run, SD of the grade that the table allows for.
    """

    speed: Array
    most: Array
    jogging: NDArray[np.bool_]
    load: Array
    talk: Array
    talk_early: Array
    climb: float
    descend: float
    stairs_talk: float
    limit: Array
    settle: float
    settle_talk: float
    gaits: dict[str, str]
    doubt: float

    @property
    def flat(self) -> float:
        """The speed on the flat, m/s; NaN where people had better sit."""
        return float(np.interp(0.0, GRADES, self.speed))


def ability(match: Match, *, doubt: float = GRADE_DOUBT) -> Ability:
    """Return how fast the people of a match can move on every grade and still talk.

    The speed is the fastest at which each person can talk with the probability that the match promises, at the grade
    and at any grade within its doubt, in the gait of the match's suggestion and no faster than it; uphill and steeply
    downhill also no faster than people go of themselves. Where the jog is too hard, everybody walks.

    Parameters
    ----------
    match : Match
    doubt : float
        rise/run, SD of the grade; the more, the slower.

    References
    ----------
    Walking on grades: Tobler 1993. Running: equal heart rate, see `pace.person.cost.running_grade_factor`.
    """
    people = tuple(ease(person) for person in match.people)
    crew = _Crew.of(match, people, doubt)
    moving, fastest, jogging = _together(match.suggestion, crew)
    all_walk = crew.fastest(["walk"] * len(people))
    walking, stroll = _walking(match.suggestion, all_walk), match.suggestion.mode == SITTING
    speed = np.where(jogging, moving, walking) * SAFE
    speed[speed < SLOWEST_WALK * SAFE] = np.nan
    load = np.stack([crew.load(i, speed, jogging, match.suggestion) for i in range(len(people))])
    climb, descend = _stairs(crew, STEEPEST), _stairs(crew, -STEEPEST)
    settle = min(sum(STROLL) / 2, float(np.nanmin(np.append(speed[np.abs(GRADES) < 1e-6], np.inf))))
    return Ability(
        speed=frozen(speed),
        most=frozen(np.where(jogging, fastest, all_walk)),
        jogging=frozen(jogging),
        load=frozen(load),
        talk=frozen(crew.talk(load, late=drift(match.minutes))),
        talk_early=frozen(crew.talk(load)),
        climb=climb,
        descend=descend,
        stairs_talk=float(crew.talk(np.full((len(people), 1), walking_cost(np.nan_to_num(climb), STEEPEST)))[0]),
        limit=frozen(crew.limit * drift(match.minutes)),
        settle=settle,
        settle_talk=float(crew.talk(np.full((len(people), 1), walking_cost(settle, 0.0)))[0]),
        gaits=dict.fromkeys(match.suggestion.gait_by_person, "walk")
        if stroll
        else dict(match.suggestion.gait_by_person),
        doubt=doubt,
    )


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class _Crew:
    """The people of a match; what can be asked of each, `limit`, and for short bouts, `likely`, (p,) ml/kg/min."""

    people: tuple[Ease, ...]
    terms: Terms
    conditions: Conditions
    limit: Array
    likely: Array
    doubt: Array

    @classmethod
    def of(cls, match: Match, people: tuple[Ease, ...], doubt: float) -> _Crew:
        """Return the people of a match under its terms, its warmth and its length."""
        from scipy.special import ndtri

        terms = Terms.of(match.lead, len(people))
        margin, late = terms.margin + heat_margin(match.temperature_c), drift(match.minutes)

        def most(need: Array) -> Array:
            """Return the effort (p,), ml/kg/min, up to which each can talk with a probability (p,)."""
            found = [float(p.effort.quantile(1 - n)) for p, n in zip(people, need.tolist(), strict=True)]
            return (np.array(found) - margin) / late

        return cls(
            people=people,
            terms=terms,
            conditions=Conditions(minutes=match.minutes, temperature_c=match.temperature_c),
            limit=most(terms.need),
            likely=most(np.full(len(people), LIKELY)),
            doubt=doubt * ndtri(terms.need),
        )

    def fastest(self, gaits: Sequence[str]) -> Array:
        """Return the fastest speed (121,) at which all can talk, each in a gait, on the worst grade within doubt."""
        found = np.full(GRADES.size, np.inf)
        for gait in ("walk", "run"):
            rows = [i for i, one in enumerate(gaits) if one == gait]
            if rows:
                side = self.doubt[rows, None, None] * np.array([[-1.0], [0.0], [1.0]])
                steeper = np.clip(GRADES + side, -STEEPEST, STEEPEST)
                speed = speed_at_cost(self.limit[rows, None, None], steeper, gait=gait)
                found = np.minimum(found, speed.min(axis=(0, 1)))
        return found

    def load(self, person: int, speed: Array, jogging: NDArray[np.bool_], option: Option) -> Array:
        """Return what the speeds ask of one person (121,), on average over turns."""
        walk = walking_cost(speed, GRADES)
        gait = option.gait_by_person[self.people[person].label]
        if gait == "run":
            return np.where(jogging, running_cost(speed, GRADES), walk)
        if option.bouts:
            run, rest = option.bouts
            share = run.duration_s / (run.duration_s + rest.duration_s)
            turns = share * running_cost(run.speed, GRADES) + (1 - share) * walking_cost(rest.speed, GRADES)
            return np.where(jogging, turns * CHANGING, walk)
        return walk

    def talk(self, load: Array, *, late: float = 1.0) -> Array:
        """Return the probability (g,) that everyone can talk at loads (p, g), which count `late` times as much."""
        margins = (self.terms.margin + heat_margin(self.conditions.temperature_c)).tolist()
        rows = zip(self.people, load * late, margins, strict=True)
        each = [talk_probability(person.effort, row, margin=margin) for person, row, margin in rows]
        return np.asarray(np.prod(each, axis=0))


def natural_walk(grade: Array) -> Array:
    """Return by what share of their flat speed people walk on a grade of themselves; never more than all of it.

    References
    ----------
    Tobler 1993, Three presentations on geographical analysis and modeling: speed falls by exp(-3.5 |grade + 0.05|).
    """
    return np.asarray(np.minimum(np.exp(-UPHILL * (np.abs(grade + 0.05) - 0.05)), 1.0))


def natural_run(grade: Array) -> Array:
    """Return by what share of their flat speed people run on a grade at the same heart rate; never more than all."""
    return 1 / np.maximum(running_grade_factor(grade), 1.0)


def _together(option: Option, crew: _Crew) -> tuple[Array, Array, NDArray[np.bool_]]:
    """Return the speed and the fastest speed (121,) in the suggested gaits, and on which grades they are kept."""
    gaits = [option.gait_by_person[person.label] for person in crew.people]
    if option.mode == SITTING or ("run" not in gaits and not option.bouts):
        return np.zeros(GRADES.size), np.zeros(GRADES.size), np.zeros(GRADES.size, dtype=bool)
    if option.bouts:
        return _turns(option, crew)
    natural = np.minimum.reduce([natural_run(GRADES) if g == "run" else natural_walk(GRADES) for g in gaits])
    fastest = crew.fastest(gaits)
    speed = np.minimum(option.speed_best * natural, fastest)
    return speed, fastest, speed >= EASIER_JOG * option.speed_low


def _turns(option: Option, crew: _Crew) -> tuple[Array, Array, NDArray[np.bool_]]:
    """Return the speed of running and walking by turns, the same again, and on which grades (121,) both are possible.

    Of turns each bout has its own speed, so that nothing faster is known to be easy.
    """
    run, walk = option.bouts
    share = run.duration_s / (run.duration_s + walk.duration_s)
    possible = np.ones(GRADES.size, dtype=bool)
    for i in range(len(crew.people)):  # people, not samples
        steep = np.clip(GRADES + crew.doubt[i], -STEEPEST, STEEPEST)
        hard = cost(run.speed, steep, gait="run") * CHANGING
        mean = share * hard + (1 - share) * cost(walk.speed, steep, gait="walk") * CHANGING
        possible &= (hard <= crew.likely[i]) & (mean <= crew.limit[i])
    natural = share * run.speed * natural_run(GRADES) + (1 - share) * walk.speed * natural_walk(GRADES)
    return natural, natural, possible


def _walking(option: Option, all_walk: Array) -> Array:
    """Return the speed (121,) at which everybody walks: as suggested, or where a jog is too hard."""
    gaits = set(option.gait_by_person.values())
    if option.mode == SITTING:
        usual = STROLL[1]
    elif gaits == {"walk"}:
        usual = option.speed_best
    else:
        usual = min(EASY_WALK[1], option.speed_best)
    return np.minimum(np.maximum(usual * natural_walk(GRADES), SLOWEST_WALK / SAFE), all_walk)


def _stairs(crew: _Crew, grade: float) -> float:
    """Return how fast everyone can go on stairs and talk, m/s along the ground; NaN where nobody should."""
    found = min(STAIRS, float(speed_at_cost(float(crew.limit.min()), grade, gait="walk")))
    return found * SAFE if found >= SLOWEST_CLIMB else float("nan")


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Steps:
    """The lines of a network in steps from point to point: arrays (k - 1,), of which only those `real` lie on an edge.

    `length` in m, `grade` in rise/run over GRADE_OVER m (NaN where unknown), `edge` the edge of each.
    """

    edge: NDArray[np.int64]
    real: NDArray[np.bool_]
    length: Array
    grade: Array


GRADE_OVER = 55.0
"""m; shorter than this a grade is noise of the terrain model more than a hill."""


def steps(network: Network) -> Steps:
    """Return the steps of all lines with the grade of each over `GRADE_OVER` m of its own line."""
    offsets = network.point_offsets
    if not len(network):
        none = np.zeros(0)
        return Steps(edge=none.astype(np.int64), real=none.astype(bool), length=none, grade=none)
    real, edge = within(offsets), owner(offsets)[:-1]
    x, y = network.plane().metres(network.point_latitude, network.point_longitude)
    length = np.where(real, np.hypot(np.diff(x), np.diff(y)), 0.0)
    along = np.concatenate(([0.0], np.cumsum(length)))
    whole = along[offsets[1:] - 1] - along[offsets[:-1]]
    length *= np.divide(network.length, whole, out=np.ones(whole.size), where=whole > 0)[edge]
    height = network.point_elevation
    if np.isnan(height).all():
        return Steps(edge=edge, real=real, length=length, grade=np.full(length.size, np.nan))
    return Steps(edge=edge, real=real, length=length, grade=_grades(along, height, offsets, edge))


def _grades(along: Array, height: Array, offsets: NDArray[np.int64], edge: NDArray[np.int64]) -> Array:
    """Return the grade (k - 1,) of each step, over GRADE_OVER m around its middle but within its own line."""
    # Lines follow one another in `along` without a gap, so each is moved on by its number times a gap.
    gap = 1000.0
    line = owner(offsets)
    place = along + line * gap
    first, last = place[offsets[:-1]][edge], place[offsets[1:] - 1][edge]
    middle = (place[:-1] + place[1:]) / 2
    low, high = np.maximum(middle - GRADE_OVER / 2, first), np.minimum(middle + GRADE_OVER / 2, last)
    rise = np.interp(high, place, height) - np.interp(low, place, height)
    with np.errstate(invalid="ignore", divide="ignore"):
        grade = np.where(high > low, rise / (high - low), 0.0)
    return np.asarray(np.clip(grade, -STEEPEST, STEEPEST))


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Efforts:
    """What each edge takes, from start to stop (row 0) and back (row 1): arrays (2, m).

    `seconds` include waiting and are infinite where it is too hard; `lost` are the expected seconds without talk.
    """

    seconds: Array
    lost: Array


def efforts(network: Network, able: Ability, here: Steps | None = None) -> Efforts:
    """Return how long each edge takes in both directions, and how much of that is lost for talk."""
    here = steps(network) if here is None else here
    stairs = (network.way == WAYS.index("steps"))[here.edge]
    m = len(network)
    seconds, lost = np.empty((2, m)), np.empty((2, m))
    for row, side in enumerate((1.0, -1.0)):  # the two directions
        time, talk = step_seconds(able, here.length, side * here.grade, stairs)
        time = np.where(here.real, time, 0.0)
        seconds[row] = np.bincount(here.edge, weights=time, minlength=m)
        lost[row] = np.bincount(here.edge, weights=np.where(np.isfinite(time), time, 0) * (1 - talk), minlength=m)
    return Efforts(seconds=seconds + network.crossing_s, lost=lost)


def step_seconds(able: Ability, length: Array, grade: Array, stairs: NDArray[np.bool_]) -> tuple[Array, Array]:
    """Return the seconds (infinite where too hard) of steps (k,), and the probability that everyone can talk there."""
    speed, talk = step_speed(able, grade, stairs), step_talk(able, grade, stairs)
    with np.errstate(invalid="ignore", divide="ignore"):
        seconds = np.where(np.isnan(speed), np.inf, length / speed)
    return np.where(length > 0, seconds, 0.0), talk


def step_speed(able: Ability, grade: Array, stairs: NDArray[np.bool_]) -> Array:
    """Return the speed (k,) on steps, m/s; NaN where even slow walking is too hard. Unknown ground counts as level."""
    known = np.nan_to_num(grade)
    speed = np.interp(known, GRADES, able.speed)
    return np.where(stairs, np.where(known < -0.02, able.descend, able.climb), speed)


def step_talk(able: Ability, grade: Array, stairs: NDArray[np.bool_]) -> Array:
    """Return the probability (k,) that everyone can talk on steps."""
    talk = np.interp(np.nan_to_num(grade), GRADES, np.nan_to_num(able.talk))
    return np.where(stairs, able.stairs_talk, talk)


SETTLING = SETTLE_S
"""s; the first minutes are for arriving, as in a plan."""


def settled(able: Ability, seconds: Array, length: Array, waiting: Array) -> Array:
    """Return the seconds (k,) of steps one after another when the first minutes are taken at a stroll.

    Waiting (k,) s is part of `seconds` and stays as it is.
    """
    moving = seconds - waiting
    slow = np.maximum(moving, length / able.settle) if np.isfinite(able.settle) else moving
    begun = np.cumsum(slow + waiting)
    before = begun - slow - waiting
    share = np.clip((SETTLING - before) / np.maximum(slow + waiting, 1e-9), 0, 1)
    return np.asarray(waiting + share * slow + (1 - share) * moving)
