"""How a session went beside what was planned: minutes within the planned range of paces, gentler, and quicker."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from pace.arrays import Array
from pace.errors import InputError

LEEWAY = 0.05
"""Share of a speed by which a range may be left and still count as kept: about what a watch's pace wanders."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """How one person went beside the plan.

    Attributes
    ----------
    within_s, gentler_s, quicker_s : float
        Seconds within the range of paces, slower and faster than it.
    open_s : float
        Seconds for which nothing was planned.
    """

    within_s: float
    gentler_s: float
    quicker_s: float
    open_s: float

    def to_dict(self) -> dict[str, float]:
        """Return the JSON form."""
        names = ("within_s", "gentler_s", "quicker_s", "open_s")
        return {name: getattr(self, name) for name in names}


def planned(session: Any, speed: Array) -> Planned | None:
    """Return how speeds (n,) by second went beside a plan; None without one.

    Parameters
    ----------
    session : object
        A `Session` with blocks, a `Match` with a suggestion, or anything with `speed_low` and `speed_high`.

    Raises
    ------
    InputError
        When it is none of these.
    """
    if session is None:
        return None
    low, high = _ranges(session, speed.size)
    with np.errstate(invalid="ignore"):
        gentler, quicker = speed < (1 - LEEWAY) * low, speed > (1 + LEEWAY) * high
    told = np.isfinite(low) & np.isfinite(speed)
    return Planned(
        within_s=float((told & ~gentler & ~quicker).sum()),
        gentler_s=float((told & gentler).sum()),
        quicker_s=float((told & quicker).sum()),
        open_s=float((~told).sum()),
    )


def _ranges(session: Any, n: int) -> tuple[Array, Array]:
    """Return the slowest and the fastest planned speed (n,) of each second; NaN where nothing was planned."""
    low, high = np.full(n, np.nan), np.full(n, np.nan)
    if hasattr(session, "blocks"):
        for block in session.blocks:  # blocks, not samples
            rows = slice(int(block.start_s), int(block.start_s + block.duration_s))
            low[rows] = min(step.speed_low for step in block.steps)
            high[rows] = max(step.speed_high for step in block.steps)
        return low, high
    option = getattr(session, "suggestion", session)
    if not (hasattr(option, "speed_low") and hasattr(option, "speed_high")):
        raise InputError(f"a plan has a range of speeds, got {type(session).__name__}", got=type(session).__name__)
    bouts = [bout.speed for bout in getattr(option, "bouts", ())]
    return np.full(n, min([option.speed_low, *bouts])), np.full(n, max([option.speed_high, *bouts]))
