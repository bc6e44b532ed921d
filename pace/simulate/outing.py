"""What really happens on an outing, second by second: the truth that a device then records badly.

What the person means to do, how fast they go, whether they walk or run, and what their heart makes of it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from pace.activity.grid import RUN, STAND, WALK
from pace.arrays import Array, frozen
from pace.simulate.noise import lagged, some_of, stream, wander
from pace.simulate.person import RESTING_VO2, Invented, hill_factor, vo2
from pace.simulate.place import Terrain, Way, way

LEGS_LAG = 2.5
"""Seconds in which legs follow the will."""
SLOWDOWN = 0.83
"""Uphill people slow by the effort factor to this power: they damp hills, but not wholly (Runalyze's exponent)."""
STILL = 0.25
"""m/s; slower than this nobody is on the way anywhere."""
SPORT_ON_WHEELS = "cycling"
WHEELS = 3.2
"""How many times as fast as meant on foot a bicycle goes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bout:
    """What the person means to do for a while.

    Attributes
    ----------
    seconds : int
    speed : float, m/s
        On the flat; 0 is standing.
    """

    seconds: int
    speed: float


Plan = tuple[Bout, ...]
"""What a person means to do, from the first bout to the last."""


def walk(person: Invented, *, minutes: float, seed: int, briskness: float = 1.0) -> Plan:
    """Return a walk of some minutes around the comfortable walking speed.

    Parameters
    ----------
    person : Invented
    minutes : float
    seed : int
    briskness : float
        Times the comfortable speed.
    """
    return _around(person.comfortable_walk * briskness, minutes=minutes, spread=0.04, dice=stream(seed, "plan"))


def run(person: Invented, *, minutes: float, seed: int, ease: float = 1.0) -> Plan:
    """Return a run around the comfortable running speed, with a walk of two minutes before and after.

    Parameters
    ----------
    person : Invented
    minutes : float
    seed : int
    ease : float
        Times the comfortable speed.
    """
    dice = stream(seed, "plan")
    walking = Bout(seconds=120, speed=person.comfortable_walk)
    return (walking, *_around(person.comfortable_run * ease, minutes=minutes - 4, spread=0.04, dice=dice), walking)


def run_walk(person: Invented, *, minutes: float, seed: int, run_s: int = 180, walk_s: int = 90) -> Plan:
    """Return a warm-up walk and then runs and walks by turns, each a little different in length and speed.

    Parameters
    ----------
    person : Invented
    minutes : float
    seed : int
    run_s, walk_s : int
        How long each lasts, about.
    """
    dice = stream(seed, "plan")
    rounds = max(int((60 * minutes - 240) // (run_s + walk_s)), 1)
    bouts = [Bout(seconds=240, speed=person.comfortable_walk)]
    for _ in range(rounds):
        length, pace = dice.uniform(0.8, 1.2, size=2), 1 + 0.06 * dice.standard_normal(2)
        bouts.append(Bout(seconds=int(run_s * length[0]), speed=person.comfortable_run * pace[0]))
        bouts.append(Bout(seconds=int(walk_s * length[1]), speed=person.comfortable_walk * pace[1]))
    return tuple(bouts)


def freely(person: Invented, *, minutes: float, seed: int) -> Plan:
    """Return an outing as mood and company have it: any speed from an easy walk to an easy run, every few minutes.

    Parameters
    ----------
    person : Invented
    minutes : float
    seed : int
    """
    dice = stream(seed, "plan")
    low, high = person.comfortable_walk * 0.95, person.comfortable_run * 1.05
    n = max(int(minutes / 2), 2)
    return tuple(Bout(seconds=int(120 * dice.uniform(0.6, 1.4)), speed=dice.uniform(low, high)) for _ in range(n))


def rising(person: Invented, *, minutes: float, top: float) -> Plan:
    """Return steps of three minutes that rise evenly from the comfortable walk to a top speed.

    Parameters
    ----------
    person : Invented
    minutes : float
    top : float, m/s
    """
    n = max(int(minutes / 3), 2)
    return tuple(Bout(seconds=180, speed=float(speed)) for speed in np.linspace(person.comfortable_walk, top, n))


def _around(speed: float, *, minutes: float, spread: float, dice: np.random.RandomState) -> Plan:
    n = max(int(minutes / 4), 1)
    speeds = speed * (1 + spread * dice.standard_normal(n))
    return tuple(Bout(seconds=int(60 * minutes / n), speed=float(each)) for each in speeds)


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Truth:
    """What really happened, once a second.

    Attributes
    ----------
    elapsed : (n,) float64, s
        0, 1, 2, …
    x, y, elevation : (n,) float64, m
    speed : (n,) float64, m/s
        Along the ground.
    grade : (n,) float64, rise/run
    gait : (n,) uint8
        STAND, WALK or RUN; always STAND on wheels.
    paused : (n,) bool
        Where the timer was stopped.
    vo2 : (n,) float64, ml/kg/min
        The gross oxygen uptake that the moment asks for.
    heart_rate : (n,) float64, beats/min
        Without any sensor's fault.
    threshold : (n,) float64, m/s
        The walk-run threshold of that moment (day, mood and grade included).
    """

    elapsed: Array
    x: Array
    y: Array
    elevation: Array
    speed: Array
    grade: Array
    gait: NDArray[np.uint8]
    paused: NDArray[np.bool_]
    vo2: Array
    heart_rate: Array
    threshold: Array


def truth(
    person: Invented,
    *,
    plan: Plan,
    seed: int,
    terrain: Terrain = "flat",
    n_crossings: int = 2,
    n_pauses: int = 0,
    temperature_c: float = 15.0,
    sport: str = "running",
) -> Truth:
    """Return what happens when a person carries out a plan.

    A day on which the threshold lies higher is a day on which they mean to go faster in the same proportion: a walk
    stays a walk. Nobody goes faster than their top speed, whatever the plan says.

    Parameters
    ----------
    person : Invented
    plan : Plan
        What they mean to do.
    seed : int
    terrain : {"flat", "rolling", "hilly"}
        Where in the invented place.
    n_crossings, n_pauses : int
        Waits of 12–45 s at a road with the timer running, and stops of 40–150 s with the timer stopped.
    temperature_c : float
        Each degree above 18 adds a beat per minute (Jenkins 2023, PMC10103870).
    sport : str
        "cycling" puts the person on wheels.
    """
    meant = np.repeat([bout.speed for bout in plan], [bout.seconds for bout in plan])
    n, rides = meant.size, sport == SPORT_ON_WHEELS
    day = stream(seed, "day")
    paused = some_of(stream(seed, "pauses"), n, count=n_pauses, low=40, high=150)
    still = paused | some_of(stream(seed, "crossings"), n, count=n_crossings, low=12, high=45)
    today = person.threshold_sd * day.standard_normal()
    form = (1 + today / person.walk_run_threshold) * (1 + 0.02 * day.standard_normal())
    meant = np.where(still, 0.0, meant * form * WHEELS if rides else np.minimum(meant * form, person.top_speed))
    flat_speed = _flat_speed(meant, stream(seed, "speed"))
    ground = _over_ground(flat_speed, way(terrain=terrain, length=float(flat_speed.sum()) * 1.1, seed=seed))
    threshold = today + _threshold(person, ground["grade"], dice=stream(seed, "choice"))
    if rides:
        gait, need = np.zeros(n, dtype=np.uint8), np.where(still, 5.0, 14.0 + 1.5 * ground["speed"])
    else:
        gait = gait_of(person, speed=ground["speed"], threshold=threshold)
        need = vo2(person, gait=gait, speed=ground["speed"], grade=ground["grade"])
    heart = _heart_rate(person, need, day=day, dice=stream(seed, "heart"), warmth=max(temperature_c - 18.0, 0.0))
    columns = {"elapsed": np.arange(n, dtype=np.float64), "vo2": need, "heart_rate": heart, "threshold": threshold}
    return Truth(gait=frozen(gait), paused=frozen(paused), **{k: frozen(v) for k, v in (columns | ground).items()})


def gait_of(person: Invented, *, speed: Array, threshold: Array) -> NDArray[np.uint8]:
    """Return the gait that a person takes at a speed, given the threshold of each moment.

    Between run-to-walk and walk-to-run they keep the gait they are in.

    Parameters
    ----------
    person : Invented
    speed, threshold : (n,) float64, m/s

    Returns
    -------
    (n,) uint8
        STAND, WALK or RUN.
    """
    half = person.hysteresis / 2
    decides = np.where(speed > threshold + half, RUN, np.where(speed < threshold - half, WALK, -1))
    decides[:1] = np.where(decides[:1] < 0, WALK, decides[:1])
    last = np.maximum.accumulate(np.where(decides >= 0, np.arange(speed.size), 0))
    return np.where(speed < STILL, STAND, decides[last]).astype(np.uint8)


def kept_up(outings: Iterable[Truth], *, gait: int, probability: float) -> float:
    """Return a quantile of the speeds that are kept up: of level bouts of a gait that last a minute or more.

    Each bout counts with its median speed and its duration. The fastest walk that a person keeps up is the 95th
    percentile of their walks, the slowest run the 5th of their runs.

    Parameters
    ----------
    outings : iterable of Truth
    gait : int
        WALK or RUN.
    probability : float
        0 to 1.

    Returns
    -------
    float, m/s
        NaN where there is no such bout.
    """
    speed, weight = [], []
    for real in outings:
        edge = np.concatenate(([0], np.flatnonzero(np.diff(real.gait.astype(np.int8))) + 1, [real.gait.size]))
        for first, last in pairwise(edge.tolist()):
            if real.gait[first] == gait and last - first >= 60 and abs(real.grade[first:last].mean()) <= 0.03:
                speed.append(float(np.median(real.speed[first:last])))
                weight.append(last - first)
    if not speed:
        return float("nan")
    order = np.argsort(speed)
    passed = np.cumsum(np.array(weight)[order]) - np.array(weight)[order] / 2
    return float(np.interp(probability, passed / sum(weight), np.array(speed)[order]))


def _threshold(person: Invented, grade: Array, *, dice: np.random.RandomState) -> Array:
    """Return the threshold (n,) of each moment of an average day: mood within the person's limits, lower uphill."""
    half = person.hysteresis / 2
    mood = person.walk_run_threshold + wander(dice, grade.size, tau=30.0, sd=person.choice_sd)
    mood = np.clip(mood, person.run_limit + half, person.walk_limit - half)
    return mood - person.threshold_per_grade * np.maximum(grade, 0.0)


def _flat_speed(meant: Array, dice: np.random.RandomState) -> Array:
    """Return the speed (n,) on the flat: the will, slow and quick unevenness of 3 and 2 %, and the legs' lag."""
    uneven = wander(dice, meant.size, tau=45.0, sd=0.03) + wander(dice, meant.size, tau=4.0, sd=0.02)
    speed = lagged(meant * (1 + uneven), LEGS_LAG)
    return np.where(speed < STILL, 0.0, speed)


def _over_ground(flat_speed: Array, path: Way) -> dict[str, Array]:
    """Return x, y, elevation, speed and grade (n,) of going along a way, slower where it rises.

    Along the way the flat distance grows by the hill factor to the power SLOWDOWN; inverting that relation gives the
    position at each second without a step-by-step integration.
    """
    easy = np.cumsum(hill_factor(path.grade) ** SLOWDOWN * np.gradient(path.along))
    along = np.interp(np.cumsum(flat_speed), easy, path.along)
    on_way = {"x": path.x, "y": path.y, "elevation": path.elevation, "grade": path.grade}
    ground = {name: np.interp(along, path.along, values) for name, values in on_way.items()}
    return ground | {"speed": np.where(flat_speed > 0, np.diff(along, prepend=along[0] - flat_speed[0]), 0.0)}


def _heart_rate(
    person: Invented, need: Array, *, day: np.random.RandomState, dice: np.random.RandomState, warmth: float
) -> Array:
    """Return the heart rate (n,): effort after dead time and lag, drift with the work done, the day, the warmth.

    Linear in oxygen uptake from rest to the talk threshold and beyond, bending off below the maximum.
    """
    share = (need - RESTING_VO2) / (person.talk_vo2 - RESTING_VO2)
    delay = round(person.heart_delay)
    felt = lagged(np.concatenate((np.full(delay, share[0]), share))[: need.size], person.heart_lag)
    drift = person.drift * np.cumsum(felt) / 3600.0
    rise = felt * (person.talk_heart_rate - person.resting_heart_rate)
    rate = person.resting_heart_rate + rise + drift + warmth + person.heart_day_sd * day.standard_normal()
    rate = rate + wander(dice, need.size, tau=20.0, sd=1.2)
    knee = person.max_heart_rate - 8.0
    over = np.maximum(rate - knee, 0.0)
    return np.minimum(rate, knee) + 8.0 * (1.0 - np.exp(-over / 8.0))
