"""Where a speed lies in a picture, and which paces are written beside it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from pace.units import METRES_PER_UNIT, Units

TICKS: dict[str, tuple[int, ...]] = {
    "km": (600, 480, 360, 300, 720, 900, 420, 240, 1200, 540, 1800, 390, 330, 270),
    "mi": (960, 720, 600, 480, 1200, 1440, 840, 420, 1800, 660, 2700, 540, 390, 360),
}
"""Seconds per km or mile worth a label, the most welcome first."""
SLOWEST = 0.5
"""m/s; where an axis begins, slower than anyone strolls."""
FASTEST = 5.5
"""m/s; beyond it nobody talks, so no axis reaches further."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Axis:
    """Speed in m/s to a place between `left` and `right` (or bottom and top), slow first, labelled as pace."""

    left: float
    right: float
    fastest: float
    units: Units

    @classmethod
    def reaching(cls, speeds: Iterable[float], *, left: float, right: float, units: Units, least: float = 2.6) -> Axis:
        """Return an axis that reaches these speeds (m/s), and `least` at least."""
        return cls(left=left, right=right, fastest=min(max([least, *speeds]) + 0.1, FASTEST), units=units)

    def at(self, speed: float) -> float:
        """Return the place of a speed, kept inside the axis."""
        share = (min(max(speed, SLOWEST), self.fastest) - SLOWEST) / (self.fastest - SLOWEST)
        return self.left + share * (self.right - self.left)

    def ticks(self, spacing: float) -> list[float]:
        """Return the speeds worth a label that stand at least `spacing` apart, slowest first."""
        chosen: list[float] = []
        for seconds in TICKS[self.units]:
            speed = METRES_PER_UNIT[self.units] / seconds
            inside = SLOWEST <= speed <= self.fastest
            if inside and all(abs(self.at(speed) - self.at(other)) >= spacing for other in chosen):
                chosen.append(speed)
        return sorted(chosen)

    @property
    def unit(self) -> str:
        """What the paces are given in."""
        return "min/km" if self.units == "km" else "min/mile"
