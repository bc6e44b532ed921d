"""The one place that knows units: paces, speeds, semicircles and steps, to and from SI."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING, Literal

from pace.errors import InputError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Units = Literal["km", "mi"]

METRES_PER_UNIT: dict[str, float] = {"km": 1000.0, "mi": 1609.344}
"""Metres in the length that a pace is given over; the international mile (1959)."""
DEGREES_PER_SEMICIRCLE = 180.0 / 2**31
"""FIT positions count 2^31 semicircles to 180 degrees."""
KMH_PER_MPS = 3.6
STEPS_PER_STRIDE = 2
"""A stride is two steps; FIT counts strides (one leg), people count steps."""

_PACE = re.compile(
    r"(?P<minutes>\d{1,3}):(?P<seconds>[0-5]\d(?:\.\d+)?)\s*(?:min)?\s*(?:/|per)?\s*(?P<unit>km|mi|mile)?", re.ASCII
)
_SPEED = re.compile(r"(?P<value>\d+(?:\.\d+)?)\s*(?P<unit>km/h|kmh|kph|mph|m/s)", re.ASCII)
_MPS_PER = {
    "km/h": 1 / KMH_PER_MPS,
    "kmh": 1 / KMH_PER_MPS,
    "kph": 1 / KMH_PER_MPS,
    "mph": METRES_PER_UNIT["mi"] / 3600,
    "m/s": 1.0,
}


def pace_s_per_unit(speed: float, *, units: Units = "km") -> float:
    """Return the pace in seconds per kilometre or mile of a speed in m/s; infinite when standing.

    Parameters
    ----------
    speed : float, m/s
    units : {"km", "mi"}
        What the pace is given per.

    Examples
    --------
    >>> pace_s_per_unit(2.5)
    400.0
    """
    return METRES_PER_UNIT[units] / speed if speed > 0 else math.inf


def parse_speed(text: str, *, units: Units = "km") -> float:
    """Return the speed in m/s of a pace (`7:45/km`, `12:30/mi`, `10:30`) or a speed (`8 km/h`, `5 mph`, `2.2 m/s`).

    Parameters
    ----------
    text : str
        What a person typed.
    units : {"km", "mi"}
        What a pace without a unit is meant per.

    Raises
    ------
    InputError
        When the text is neither, or is no speed at which people walk or run (0.3 to 9 m/s).

    Examples
    --------
    >>> round(parse_speed("6:40/km"), 3)
    2.5
    >>> round(parse_speed("9 km/h"), 3)
    2.5
    """
    said = text.strip().lower()
    if match := _PACE.fullmatch(said):
        unit = {"mile": "mi", None: units}.get(match["unit"], match["unit"])
        seconds = 60 * int(match["minutes"]) + float(match["seconds"])
        speed = METRES_PER_UNIT[unit] / seconds if seconds else math.inf
    elif match := _SPEED.fullmatch(said):
        speed = float(match["value"]) * _MPS_PER[match["unit"]]
    else:
        raise InputError(f"a pace looks like 7:45/km, 12:30/mi or 8 km/h, got {text!r}", expected="pace", got=text)
    if not 0.3 <= speed <= 9.0:
        raise InputError(f"a walking or running pace lies between 1:51 and 55:33 per km, got {text!r}", got=text)
    return speed


def show_pace(speed: float, *, units: Units = "km", unit: bool = True) -> str:
    """Return a speed in m/s as a pace that people read, to the second.

    Parameters
    ----------
    speed : float, m/s
    units : {"km", "mi"}
        What the pace is given per.
    unit : bool
        Whether the unit stands behind it.

    Examples
    --------
    >>> show_pace(2.5)
    '6:40 min/km'
    >>> show_pace(2.5, units="mi", unit=False)
    '10:44'
    """
    seconds = pace_s_per_unit(speed, units=units)
    if not math.isfinite(seconds):
        return "–"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes}:{rest:02d}" + (f" min/{'km' if units == 'km' else 'mile'}" if unit else "")


def show_pace_range(slow: float, fast: float, *, units: Units = "km") -> str:
    """Return two speeds in m/s as a range of paces, the faster (smaller) one first.

    Parameters
    ----------
    slow, fast : float, m/s
    units : {"km", "mi"}
        What the pace is given per.

    Examples
    --------
    >>> show_pace_range(2.2, 2.5)
    '6:40–7:35 min/km'
    """
    first, last = show_pace(fast, units=units, unit=False), show_pace(slow, units=units, unit=False)
    return show_pace(fast, units=units) if first == last else f"{first}–{show_pace(slow, units=units)}"


def degrees(semicircles: NDArray[np.floating]) -> NDArray[np.floating]:
    """Return degrees of FIT semicircles.

    Parameters
    ----------
    semicircles : (n,) float64, semicircles

    Returns
    -------
    (n,) float64, degrees
    """
    return semicircles * DEGREES_PER_SEMICIRCLE


def steps_per_minute(strides_per_minute: NDArray[np.floating]) -> NDArray[np.floating]:
    """Return steps/min (both feet) of strides/min (one leg, as FIT and many GPX dialects count).

    Parameters
    ----------
    strides_per_minute : (n,) float64, strides/min

    Returns
    -------
    (n,) float64, steps/min
    """
    return strides_per_minute * STEPS_PER_STRIDE
