"""How one person is at every shared speed: how comfortable in which gait, and how hard they can work and still talk."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from pace.arrays import Array, frozen
from pace.person.cost import running_grade_factor
from pace.person.estimate import Estimate, Posterior

if TYPE_CHECKING:
    from pace.person.about import About
    from pace.person.profile import PaceDistribution, Profile

SPEEDS = frozen(np.arange(80, 351) / 100)
"""(271,) m/s; every shared speed that is looked at, from a stroll to a brisk run."""
GAITS = ("walk", "run")
"""The two gaits in the order of every array's gait axis."""


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Ease:
    """One person, reduced to what a shared pace asks about. Make it with `ease`.

    Attributes
    ----------
    label : str
    comfort : (2, 271) float64
        How well each gait suits them at each of SPEEDS, counted from sitting and talking: 0 is no better than that,
        1 is their own usual pace in their own usual gait.
    effort : Posterior
        The hardest effort at which they speak comfortably, gross oxygen uptake in ml/kg/min.
    talk : Estimate or None
        The same as a flat speed, m/s; None for somebody without a profile.
    change : float
        Where their walk becomes a run on the flat, m/s; NaN for somebody without a profile.
    """

    label: str
    comfort: Array
    effort: Posterior
    talk: Estimate | None = None
    change: float = np.nan


def ease(profile: Profile, *, grade: float = 0.0) -> Ease:
    """Return how one person is at every shared speed on a grade (rise/run)."""
    gait = profile.walk_run()
    talking = profile.talk(change=gait.posterior)
    usual = usual_paces(profile.pace_distribution(), profile.about, threshold=gait.threshold.median)
    steepened = gait.grade_slope.median * max(grade, 0.0)
    found = comfort(gait.fastest_walk_posterior, gait.slowest_run_posterior, usual, grade=grade, steepened=steepened)
    return Ease(
        label=profile.label,
        comfort=frozen(found),
        effort=talking.effort,
        talk=talking.speed,
        change=gait.threshold.median,
    )


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Usual:
    """A person's own paces: the slow end, the middle and the fast end of each gait, and how much they use it.

    `low`, `middle`, `high` are (2,) m/s, the 10 %, 50 % and 90 % points of the time spent; `hours` (2,) are those that
    they recorded or spoke of, and never none.
    """

    low: Array
    middle: Array
    high: Array
    hours: Array


PRIOR_HOURS = 2.0
"""h in each gait; what people in general do counts as much as this many recorded hours."""
PRIOR_WALK, PRIOR_RUN = (1.3, 0.25), (2.2, 0.45)
"""m/s, mean and SD of what people in general walk and easily run."""
SAID_SD, SAID_HOURS = 0.15, 2.0
"""m/s and h: paces round one that somebody named, and how much recorded time it counts as."""
OPEN_HOURS = 0.5
"""h in each gait that nobody spoke of or recorded, so that a gait is left open until there is much of the other."""


def usual_paces(spent: PaceDistribution, about: About, *, threshold: float) -> Usual:
    """Return a person's own paces from the time they spent at each speed and from what they said.

    A broad prior stands behind both. A pace that they name by themselves and could talk at is one that they know: a
    walk up to `threshold` (m/s), a run beyond. One at which a session was held (its minutes are known) was suggested to
    them: what they answer tells about talk, and nothing about which paces they like.
    """
    edges = spent.speed_edges
    middle = (edges[:-1] + edges[1:]) / 2

    def around(mean: float, sd: float) -> Array:
        """Return a bell (k,) over the speeds, summing to one; both in m/s."""
        bell = np.exp(-(((middle - mean) / sd) ** 2) / 2)
        return np.asarray(bell / bell.sum())

    named = [answer.speed for answer in about.said if answer.talk != "not" and answer.minutes is None]
    own = np.stack([spent.walk, spent.run]) / 3600
    for speed in named:
        own[int(speed > threshold)] += SAID_HOURS * around(speed, SAID_SD)
    hours = own.sum(axis=1) + OPEN_HOURS + [0 if about.walk_speed is None else SAID_HOURS, 0]
    walk = PRIOR_WALK if about.walk_speed is None else (about.walk_speed, SAID_SD)
    low, mid, high = _points(own + PRIOR_HOURS * np.stack([around(*walk), around(*PRIOR_RUN)]), edges)
    return Usual(low=low, middle=mid, high=high, hours=frozen(hours))


def strolls(profile: Profile) -> bool:
    """Return whether somebody's own walk is slower than every shared speed that is looked at."""
    threshold = profile.walk_run().threshold.median
    usual = usual_paces(profile.pace_distribution(), profile.about, threshold=threshold)
    return bool(usual.middle[0] < SPEEDS[0])


def _points(hours: Array, edges: Array) -> tuple[Array, Array, Array]:
    """Return the 10 %, 50 % and 90 % points (2,) of hours (2, k) by speed, each point of a run above that of a walk."""
    share = np.concatenate((np.zeros((2, 1)), hours.cumsum(axis=1)), axis=1) / hours.sum(axis=1, keepdims=True)
    points = np.array([np.interp([0.1, 0.5, 0.9], row, edges) for row in share])
    points[1] = np.maximum(points[0], points[1])  # so that there is one speed from which running is the easier gait
    low, middle, high = (frozen(column.copy()) for column in points.T)
    return low, middle, high


AWKWARD = 0.1
"""m/s; the scale on which a walk becomes awkward above the fastest comfortable one, and a jog below the slowest."""
BEYOND = 0.25
"""Log ratio of speeds; outside a person's own slow and fast end comfort falls to 0.61 over this distance."""
AROUND = 0.45
"""Log ratio of speeds; inside them it is nearly level: 10 % away from their middle costs 2 %."""
UNUSUAL = 0.6
"""Comfort of a gait that a person hardly ever uses, against 1 for the one that they use most. It decides nothing alone:
who mostly runs is asked to run wherever talk allows (0.9 of 1 against all of 0.6), and who mostly walks to walk."""


UPHILL = 3.5
"""By how much the logarithm of people's walking speed falls per unit of uphill grade (Tobler 1993, after Imhof 1950).

They slow down far less than for an equal effort would be needed, and do not quicken downhill: two people's recordings
show 0.90 to 0.99 of their level pace at 7 % up, where this says 0.78 and an equal effort 0.5. Talk is judged apart."""


def comfort(
    fastest_walk: Posterior, slowest_run: Posterior, usual: Usual, *, grade: float = 0.0, steepened: float = 0.0
) -> Array:
    """Return the comfort (2, 271) of walking and of running at SPEEDS.

    A person's own paces are a plateau that falls off smoothly, lower for the gait that they use less, times the
    probability that the gait is not awkward at that speed. Wherever running starts to be the more comfortable gait, it
    stays so at every higher speed: each factor's ratio of run to walk rises with speed.

    Parameters
    ----------
    fastest_walk, slowest_run : Posterior, m/s
    usual : Usual
    grade : float, rise/run
        Own runs are taken at the flat speed of the same heart rate; own walks slow down uphill by `UPHILL`.
    steepened : float, m/s
        By how much the grade lowers the speed at which a walk becomes a run.
    """
    flat = np.log(np.stack([SPEEDS * np.exp(UPHILL * max(grade, 0.0)), SPEEDS * running_grade_factor(grade)]))
    low, middle, high = (np.log(column[:, None]) for column in (usual.low, usual.middle, usual.high))
    outside = np.maximum(low - flat, 0) + np.maximum(flat - high, 0)
    plateau = np.exp(-((outside / BEYOND) ** 2) / 2 - ((flat - middle) / AROUND) ** 2 / 2)
    habit = UNUSUAL + (1 - UNUSUAL) * usual.hours / usual.hours.max()
    found: Array = habit[:, None] * plateau * fluency(fastest_walk, slowest_run, usual, SPEEDS + steepened)
    return found


BRISKER = 0.16
"""m/s; people asked to walk briskly chose 1.47 against 1.31 m/s as usual (Murtagh 2021); taken for jogging too."""


def fluency(fastest_walk: Posterior, slowest_run: Posterior, usual: Usual, speed: Array) -> Array:
    """Return the probability (2, n) that a walk is not too fast and a jog not too slow to be natural at a speed.

    What a person usually does is natural to them: the fastest comfortable walk lies above their usual walk, the slowest
    comfortable jog below their usual run.
    """
    fastest = np.maximum(fastest_walk.value, usual.middle[0] + BRISKER)
    slowest = np.minimum(slowest_run.value, usual.middle[1] - BRISKER)
    too_fast = np.exp((speed - fastest[:, None]) / AWKWARD)
    too_slow = np.exp((slowest[:, None] - speed) / AWKWARD)
    return np.stack([fastest_walk.mass @ (1 / (1 + too_fast)), slowest_run.mass @ (1 / (1 + too_slow))])
