"""Small recordings with known motion, for the tests of this folder."""

from __future__ import annotations

from typing import Any

import numpy as np

from pace.activity.track import Track
from pace.earth import metres_per_degree


def stroll(speeds: Any, *, step_s: float = 1.0, **columns: Any) -> Track:
    """Return a recording at even steps by distance and device speed; `speeds` holds between samples."""
    speed = np.asarray(speeds, dtype=float)
    time = 1_700_000_000.0 + step_s * np.arange(speed.size + 1)
    told = {"distance": np.concatenate(([0.0], np.cumsum(speed * step_s))), "speed": np.append(speed, speed[-1:])}
    return Track.build(time=time, **(told | {"sport": "running"} | columns))


def placed(metres: Any, *, time: Any = None, at: tuple[float, float] = (0.0, 0.0), **columns: Any) -> Track:
    """Return a recording by positions alone: `metres` eastwards along the parallel of `at` (latitude, longitude)."""
    way = np.asarray(metres, dtype=float)
    turned = way / metres_per_degree(at[0])[1]
    longitude = (at[1] + turned + 180) % 360 - 180
    stamps = 1_700_000_000.0 + np.arange(way.size) if time is None else time
    rest = {"sport": "running"} | columns
    return Track.build(time=stamps, latitude=np.full(way.size, at[0]), longitude=longitude, **rest)


def run_walk_speeds(*, n: int = 6, walk: float = 1.4, run: float = 2.6, each_s: int = 120) -> np.ndarray:
    """Return speeds, one a second, of a walk and a run by turns."""
    return np.tile(np.repeat([walk, run], each_s), n)
