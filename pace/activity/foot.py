"""Whether a recording tells anything about walking and running, and if not, why, in plain words."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from pace.activity.grid import SPEED_EDGES
from pace.activity.path import distance_steps, position_steps
from pace.activity.timeline import ordered
from pace.activity.track import ON_FOOT, Track
from pace.arrays import Array

if TYPE_CHECKING:
    from pace.activity.summary import Summary

WORDS = {
    "cycling": "a ride",
    "e_biking": "a ride",
    "swimming": "a swim",
    "driving": "a drive",
    "transition": "the change between two sports",
}
"""What sports are called in a sentence."""
OTHERS = frozenset(
    [
        "alpine_skiing",
        "american_football",
        "basketball",
        "boating",
        "boxing",
        "cross_country_skiing",
        "fishing",
        "flying",
        "golf",
        "hang_gliding",
        "horseback_riding",
        "hunting",
        "ice_skating",
        "inline_skating",
        "jumpmaster",
        "kayaking",
        "kitesurfing",
        "motorcycling",
        "multisport",
        "paddling",
        "rafting",
        "rock_climbing",
        "rowing",
        "sailing",
        "sky_diving",
        "snowboarding",
        "snowmobiling",
        "snowshoeing",
        "soccer",
        "stand_up_paddleboarding",
        "surfing",
        "tennis",
        "wakeboarding",
        "water_skiing",
        "windsurfing",
    ]
)
"""Sports that are called by their own name. A word in neither list (some files hold free text) names no sport here:
what it was is judged by its motion, and the word is not repeated."""
UNNAMED = frozenset(
    ["unknown", "other", "training", "fitness_equipment", "mountaineering", "tactical", "floor_climbing"]
)
"""Words of files that say neither that an activity was on foot nor that it was not."""
FAST, FAST_SHARE = 6.0, 0.25
"""m/s and 1: no activity on foot spends a quarter of its moving time above 6 m/s (2:47 min/km)."""
RIDE_SPEED = 4.5
"""m/s; the median of an unnamed activity above this (3:42 min/km) without a runner's step rate is a ride."""
RUNNING_STEPS = 130.0
"""steps/min; legs on a bicycle turn slower than running feet."""
SHORTEST_MOVING_S = 60
STILL = 0.45
"""m/s; slower is standing."""


def known_sport(sport: str) -> str:
    """Return a sport's word if it is one of those listed here, else `other`: free text can hold a name or a place.

    Examples
    --------
    >>> known_sport("running"), known_sport("morning run with bo")
    ('running', 'other')
    """
    return sport if sport in ON_FOOT or sport in WORDS or sport in OTHERS or sport in UNNAMED else "other"


def why_not_on_foot(activity: Track | Summary) -> str | None:
    """Return a plain reason for leaving an activity out, or None if it tells about walking or running.

    Judged by the sport it names, by its speed (a ride recorded as a run), and by how long it moved. Of a `Track` the
    samples are looked at as they are; of a `Summary` the time spent at each speed.

    Examples
    --------
    >>> why_not_on_foot(Track.build(time=[0.0, 1.0], sport="cycling"))
    'a ride'
    """
    if activity.sport in OTHERS or activity.sport in WORDS:
        return WORDS.get(activity.sport, activity.sport.replace("_", " "))
    if isinstance(activity, Track):
        speed, seconds, cadence = _of_track(activity)
    else:
        speed, seconds, cadence = _of_summary(activity)
    moving = speed > STILL
    total = float(seconds[moving].sum())
    if total < SHORTEST_MOVING_S:
        return "too short: it moves for less than a minute" if speed.size else "nothing tells when or how fast it moved"
    return _too_fast(activity.sport, speed[moving], seconds[moving], cadence)


def _too_fast(sport: str, speed: Array, seconds: Array, cadence: float) -> str | None:
    """Return the reason if feet do not move like this."""
    if seconds[speed > FAST].sum() > FAST_SHARE * seconds.sum():
        return "moves too fast for feet"
    order = np.argsort(speed, kind="stable")
    middle = speed[order][np.searchsorted(np.cumsum(seconds[order]), seconds.sum() / 2)]
    ride = sport not in ON_FOOT and middle > RIDE_SPEED and not cadence > RUNNING_STEPS
    return "moves like a ride, and names no sport" if ride else None


def _of_track(track: Track) -> tuple[Array, NDArray[np.float64], float]:
    """Return the speeds between samples that are known, the seconds for which they hold, and the median cadence."""
    kept, _ = ordered(track.time)
    seconds = np.diff(track.time[kept])
    speed = track.speed[kept][1:]
    if np.isfinite(speed).mean() < 0.5 if speed.size else True:
        by_distance = distance_steps(seconds, track.distance[kept])
        known = np.isfinite(by_distance.length).any()
        steps = by_distance if known else position_steps(seconds, track.latitude[kept], track.longitude[kept])
        speed = steps.length / np.maximum(seconds, 1e-3)
    told = np.isfinite(speed) & (seconds <= 120)
    cadence = track.cadence[np.isfinite(track.cadence) & (track.cadence > 0)]
    return speed[told], seconds[told], float(np.median(cadence)) if cadence.size else np.nan


def _of_summary(summary: Summary) -> tuple[Array, NDArray[np.float64], float]:
    """Return the speeds of the grid, the seconds at each, and the median cadence of the steady stretches."""
    cadence = summary.steady["cadence"][np.isfinite(summary.steady["cadence"])]
    seconds = summary.time_ms.sum(axis=(0, 2)) / 1000
    return SPEED_EDGES[:-1] + SPEED_EDGES[1] / 2, seconds, float(np.median(cadence)) if cadence.size else np.nan
