"""What a picture needs of one person: how much they walk and run at each speed, where the one turns into the other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from pace.arrays import Array
from pace.output.words import Known

if TYPE_CHECKING:
    from pace.person.estimate import Estimate


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Face:
    """One person as a picture needs them: two densities on one speed axis, the change, and where talk ends.

    `speed` (k,) m/s, `walk` and `run` (k,) smoothed time, the higher peak being 1 (all 0 without recordings).
    """

    label: str
    speed: Array
    walk: Array
    run: Array
    change: Estimate
    talk: Estimate

    @classmethod
    def of(cls, person: Known) -> Face:
        """Return the face of a person."""
        times = person.profile.pace_distribution()
        walk, run = smoothed(times.walk), smoothed(times.run)
        most = max(float(walk.max()), float(run.max())) or 1.0
        return cls(
            label=person.label,
            speed=(times.speed_edges[1:] + times.speed_edges[:-1]) / 2,
            walk=walk / most,
            run=run / most,
            change=person.gaits.threshold,
            talk=person.talk.speed,
        )

    @property
    def fastest(self) -> float:
        """The speed that the picture must reach, m/s."""
        time = np.cumsum(self.walk + self.run)
        moving = float(self.speed[np.searchsorted(time, NEARLY_ALL * time[-1])]) if time[-1] > 0 else 0.0
        return max(self.talk.high, self.change.high, moving)

    def usual(self, gait: str) -> tuple[float, float] | None:
        """Return the speeds (m/s) between which most of the time in a gait was spent; None where there was none."""
        share = self.walk if gait == "walk" else self.run
        time = np.cumsum(share)
        if time[-1] <= VISIBLE * np.sum(self.walk + self.run):
            return None
        low, high = np.interp([0.1, 0.9], time / time[-1], self.speed).tolist()
        return low, high


VISIBLE = 0.02
"""Share of the peak below which a hill is not drawn, and of all time below which a gait is not told."""
NEARLY_ALL = 0.99
"""Share of the time on the move that the axis must reach."""
SMOOTHING = 1.6
"""Bins of 0.05 m/s; about what a watch's speed is uncertain by."""


def smoothed(time: Array) -> Array:
    """Return time per speed bin (k,), smoothed by a Gaussian."""
    reach = np.arange(-6, 7)
    kernel = np.exp(-0.5 * (reach / SMOOTHING) ** 2)
    smooth: Array = np.convolve(np.asarray(time, dtype=np.float64), kernel / kernel.sum(), mode="same")
    return smooth
