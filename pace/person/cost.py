"""What moving costs: one scale of effort, gross oxygen uptake in ml/kg/min, by gait, speed and grade."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal

import numpy as np

from pace.arrays import Array

Gait = Literal["walk", "run", "cheapest"]

MET = 3.5
"""ml/kg/min; one metabolic equivalent, rest."""
STEEPEST = 0.30
"""rise/run; grades recorded beyond it are mostly noise, so the cost is held there."""
FASTEST = 9.0
"""m/s; the inverse functions look no further."""


def walking_cost(speed: Any, grade: Any = 0.0) -> Array:
    """Return the gross oxygen uptake of walking, ml/kg/min; the arguments broadcast.

    Downhill of -8 % the cost is held: the polynomial's credit was measured on people used to it.

    Parameters
    ----------
    speed : array_like, m/s
    grade : array_like, rise/run

    Returns
    -------
    float64 of their common shape, ml/kg/min

    References
    ----------
    LCDA, Looney et al. 2019, doi:10.1249/mss.0000000000002002: on the level with a standard error of 0.20 W/kg up to
    1.96 m/s, beyond that extrapolated; its later term for grades agrees with ACSM, Ludlow-Weyand and Minetti.

    Examples
    --------
    >>> round(float(walking_cost(1.31)), 2)
    12.42
    """
    v = np.asarray(speed, dtype=np.float64)
    percent = 100 * np.clip(grade, -0.08, STEEPEST)
    slope = 1 - 1.05 ** (1 - 1.1 ** (percent + 32))
    watts_per_kg = 1.44 + 1.94 * v**0.43 + 0.24 * v**4 + 0.34 * v * percent * slope
    oxygen: Array = watts_per_kg / 0.34833  # 20.9 J per ml of oxygen, 60 s
    return oxygen


def running_cost(speed: Any, grade: Any = 0.0) -> Array:
    """Return the gross oxygen uptake of running, ml/kg/min; the arguments broadcast.

    The flat line is ACSM's; a grade counts as the flat speed that raises the heart rate as much.

    Parameters
    ----------
    speed : array_like, m/s
    grade : array_like, rise/run

    Returns
    -------
    float64 of their common shape, ml/kg/min

    References
    ----------
    ACSM's Guidelines for Exercise Testing and Prescription: 0.2 ml/kg per metre + 3.5 on the flat.

    Examples
    --------
    >>> round(float(running_cost(2.5)), 1)
    33.5
    """
    return 60 * 0.2 * np.asarray(speed, dtype=np.float64) * running_grade_factor(grade) + MET


def running_grade_factor(grade: Any) -> Array:
    """Return by how much a grade multiplies the flat running speed of the same heart rate.

    Parameters
    ----------
    grade : array_like, rise/run

    Returns
    -------
    float64 of the shape of `grade`, no unit

    References
    ----------
    Strava's grade-adjusted pace: equal heart rate in some 6 million runs, 60-s windows. Little credit downhill: the
    factor never falls below 0.876, where the energy needed (Minetti 2002) falls to half.

    Examples
    --------
    >>> running_grade_factor([-0.10, 0.0, 0.10]).tolist()
    [0.876, 1.0, 1.459]
    """
    percent = [-30, -25, -20, -15, -10, -8, -6, -4, -2, 0, 2, 4, 6, 8, 10, 15, 20, 25, 30]
    factor = [1.495, 1.273, 1.081, 0.941, 0.876, 0.876, 0.891, 0.918, 0.960, 1.0]
    factor += [1.055, 1.135, 1.228, 1.337, 1.459, 1.846, 2.297, 2.727, 3.158]
    return np.interp(100 * np.asarray(grade, dtype=np.float64), percent, factor)


def cheapest_cost(speed: Any, grade: Any = 0.0) -> Array:
    """Return the gross oxygen uptake of the gait that costs less at this speed, ml/kg/min; the arguments broadcast.

    Below 1.33 m/s (80 m/min), where the running line does not hold, it is walking.
    """
    walk, run = walking_cost(speed, grade), running_cost(speed, grade)
    return np.where(np.asarray(speed) < SLOWEST_RUN, walk, np.minimum(walk, run))


SLOWEST_RUN = 80 / 60
"""m/s; ACSM: the running line holds from 80 m/min if the person truly runs."""


def cost(speed: Any, grade: Any = 0.0, *, gait: Gait = "cheapest") -> Array:
    """Return the gross oxygen uptake at a speed in a gait (`walk`, `run`, or the `cheapest` of the two), ml/kg/min."""
    return {"walk": walking_cost, "run": running_cost, "cheapest": cheapest_cost}[gait](speed, grade)


def speed_at_cost(oxygen: Any, grade: Any = 0.0, *, gait: Gait = "cheapest") -> Array:
    """Return the speed at which a gait takes up some oxygen; the arguments broadcast.

    Zero where even standing takes more, `FASTEST` where nothing takes as much.

    Parameters
    ----------
    oxygen : array_like, ml/kg/min
        Gross uptake.
    grade : array_like, rise/run
    gait : {"walk", "run", "cheapest"}

    Returns
    -------
    float64 of their common shape, m/s

    References
    ----------
    As for `walking_cost` and `running_cost`.

    Examples
    --------
    >>> speed_at_cost([33.5, 3.0], gait="run").tolist()
    [2.5, 0.0]
    """
    target = np.asarray(oxygen, dtype=np.float64)
    running = (target - MET) / (12 * running_grade_factor(grade))
    if gait == "run":
        return np.clip(running, 0, FASTEST)
    walking = _bisected(lambda speed: walking_cost(speed, grade), target, np.broadcast(target, grade).shape)
    if gait == "walk":
        return walking
    return np.clip(np.where(running < SLOWEST_RUN, walking, np.maximum(walking, running)), 0, FASTEST)


def _bisected(rising: Callable[[Array], Array], target: Array, shape: tuple[int, ...]) -> Array:
    """Return where a rising function meets `target`, 0 to FASTEST, to 1e-9 m/s."""
    low, high = np.zeros(shape), np.full(shape, FASTEST)
    for _ in range(34):  # halvings, not samples: 9 m/s / 2^34 < 1e-9
        middle = (low + high) / 2
        above = rising(middle) >= target
        low, high = np.where(above, low, middle), np.where(above, middle, high)
    return np.where(high < 1e-8, 0.0, (low + high) / 2)


def crossing_speed(grade: float = 0.0) -> float:
    """Return the speed, m/s, above which running costs less than walking (the energetically optimal transition).

    Parameters
    ----------
    grade : float, rise/run

    References
    ----------
    Measured at 2.08 to 2.23 m/s (Abe et al. 2015, PLoS ONE 10:e0138154; Brill & Kram 2021, doi:10.1242/jeb.233056); of
    the published cost equations only LCDA's walking crosses running near there.

    Examples
    --------
    >>> round(crossing_speed(), 2)
    2.29
    """
    dearer = _bisected(lambda v: walking_cost(v + 1, grade) - running_cost(v + 1, grade), np.zeros(()), ())
    return float(dearer) + 1
