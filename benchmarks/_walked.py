"""What a route is really like, by geometry of its own, from its line and its sections alone."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np

from pace.person.cost import running_cost, walking_cost

EARTH_KM = 6371.0088


def metres(lat: np.ndarray, lon: np.ndarray) -> np.ndarray:
    """Return the great-circle distance (k - 1,) from each point to the next, m."""
    a, b = np.radians(lat), np.radians(lon)
    inner = np.sin(np.diff(a) / 2) ** 2 + np.cos(a[:-1]) * np.cos(a[1:]) * np.sin(np.diff(b) / 2) ** 2
    return 2000 * EARTH_KM * np.arcsin(np.sqrt(np.minimum(inner, 1)))


def flat(lat: np.ndarray, lon: np.ndarray) -> np.ndarray:
    """Return points (k, 2) in m on a plane that touches the earth at the first one."""
    scale = 1000 * EARTH_KM * math.pi / 180
    return np.stack(((lon - lon[0]) * scale * math.cos(math.radians(lat[0])), (lat - lat[0]) * scale), axis=1)


def closed(route: Any) -> bool:
    """Return whether a route ends exactly where it begins."""
    return bool(route.latitude[0] == route.latitude[-1] and route.longitude[0] == route.longitude[-1])


def twice(route: Any) -> float:
    """Return the share of the length on pieces of line (pairs of neighbouring points, either way) gone before."""
    points = list(zip(route.latitude.tolist(), route.longitude.tolist(), strict=True))
    length, seen, again = metres(route.latitude, route.longitude), Counter(), 0.0
    for i, step in enumerate(length.tolist()):
        key = frozenset(points[i : i + 2])
        again += step * (seen[key] > 0)
        seen[key] += 1
    return again / float(length.sum())


def beside(route: Any, *, near: float = 25.0, apart: float = 150.0, step: float = 10.0) -> float:
    """Return the share of a route within `near` m of another part of it that is `apart` m or more along it."""
    length = metres(route.latitude, route.longitude)
    along = np.concatenate(([0.0], np.cumsum(length)))
    at = np.arange(0, along[-1], step)
    xy = flat(route.latitude, route.longitude)
    x, y = (np.interp(at, along, xy[:, axis]) for axis in (0, 1))
    hit = np.zeros(at.size, dtype=bool)
    for i in range(at.size):
        gap = np.abs(at - at[i])
        gap = np.minimum(gap, along[-1] - gap)
        hit[i] = bool(((np.hypot(x - x[i], y - y[i]) < near) & (gap >= apart)).any())
    return float(hit.mean())


def longest_spur(route: Any) -> float:
    """Return the longest part, m, that goes to a point and back over the same points; a stem at the start is none."""
    points = list(zip(route.latitude.tolist(), route.longitude.tolist(), strict=True))
    length, most = metres(route.latitude, route.longitude), 0.0
    for i in range(1, len(points) - 1):
        n = 0
        while i - n - 1 >= 0 and i + n + 1 < len(points) and points[i - n - 1] == points[i + n + 1]:
            n += 1
        whole = i - n == 0 or i + n == len(points) - 1
        if n and not (whole and n >= len(points) // 2 - 1):
            most = max(most, float(length[i - n : i].sum()))
    return most


def shared(one: Any, other: Any) -> float:
    """Return the share of the shorter route's line that the other has too."""
    lines = []
    for route in (one, other):
        points = list(zip(route.latitude.tolist(), route.longitude.tolist(), strict=True))
        length = metres(route.latitude, route.longitude).tolist()
        lines.append({frozenset(points[i : i + 2]): step for i, step in enumerate(length)})
    common = sum(step for key, step in lines[0].items() if key in lines[1])
    return common / min(sum(line.values()) for line in lines)


def too_hard(
    route: Any, limits: dict[str, float], *, bouts: Sequence[Any] = (), over: float = 60.0, seconds: float = 60.0
) -> list[str]:
    """Return who is above their limit (ml/kg/min) for `seconds` or more without a break, from line, heights and paces.

    The grade is taken over `over` m of the line, bilinear heights as the route has them; unknown counts as level. Who
    runs and walks by turns, `bouts`, is held to the mean of both, each as much slower as the section is.
    """
    length = metres(route.latitude, route.longitude)
    along = np.concatenate(([0.0], np.cumsum(length)))
    whole = sum(section.distance_m for section in route.sections)
    at = np.arange(0, along[-1], 5.0) + 2.5
    height = np.nan_to_num(np.interp(at, along, route.elevation)) if np.isfinite(route.elevation).any() else None
    if height is None:
        grade = np.zeros(at.size)
    else:
        low, high = np.maximum(at - over / 2, 0), np.minimum(at + over / 2, along[-1])
        rise = np.interp(high, along, np.nan_to_num(route.elevation)) - np.interp(
            low, along, np.nan_to_num(route.elevation)
        )
        grade = rise / (high - low)
    starts = np.array([section.start_m for section in route.sections]) / whole * along[-1]
    which = np.searchsorted(starts, at, side="right") - 1
    speed = np.array([section.speed for section in route.sections])[which]
    found = []
    for label, limit in limits.items():
        gait = np.array([section.gait_by_person[label] == "run" for section in route.sections])[which]
        load = np.where(gait, running_cost(speed, grade), walking_cost(speed, grade))
        turns = np.array([section.gait_by_person[label] == "walk and run" for section in route.sections])[which]
        if turns.any():
            load = np.where(turns, by_turns(speed, grade, bouts), load)
        if longest_run(load > limit * 1.01, 5.0 / np.maximum(speed, 0.05)) >= seconds:
            found.append(label)
    return found


CHANGING = 1.06
"""How much more turns ask for than their parts: speeding up, and the debt of each bout."""


def by_turns(speed: np.ndarray, grade: np.ndarray, bouts: Sequence[Any]) -> np.ndarray:
    """Return what running and walking by turns asks for at mean speeds, ml/kg/min."""
    whole = sum(bout.duration_s for bout in bouts)
    usual = sum(bout.duration_s * bout.speed for bout in bouts) / whole
    run, walk = bouts
    running = run.duration_s / whole * running_cost(run.speed * speed / usual, grade)
    return CHANGING * (running + walk.duration_s / whole * walking_cost(walk.speed * speed / usual, grade))


def longest_run(above: np.ndarray, seconds: np.ndarray) -> float:
    """Return the longest time without a break in which `above` holds."""
    most = now = 0.0
    for hard, took in zip(above.tolist(), seconds.tolist(), strict=True):
        now = now + took if hard else 0.0
        most = max(most, now)
    return most


def quantile(value: np.ndarray, mass: np.ndarray, probability: float) -> float:
    """Return the quantile of a distribution on an even grid, by going along it."""
    step, total = value[1] - value[0], 0.0
    for middle, weight in zip(value.tolist(), mass.tolist(), strict=True):
        if total + weight >= probability:
            return middle - step / 2 + step * (probability - total) / weight
        total += weight
    return float(value[-1])


def limits(match: Any) -> dict[str, float]:
    """Return the most that may be asked of each person early in a session, ml/kg/min, from what is promised to them.

    Client: 0.9 sure and one MET in reserve (they speak 0.65 of the time); therapist: 0.8 and none. The same after 20
    minutes counts 3 % more, for which all of the session is held to the later limit.
    """
    found = {}
    for number, person in enumerate(match.people):
        need, margin = (0.8, 0.0) if number == 0 else (0.9, 3.5)
        effort = person.talk().effort
        found[person.label] = (quantile(effort.value, effort.mass, 1 - need) - margin) / 1.03
    return found


def sharing(routes: Sequence[Any]) -> float:
    """Return the greatest share that any two routes have in common."""
    return max((shared(a, b) for i, a in enumerate(routes) for b in routes[:i]), default=0.0)
