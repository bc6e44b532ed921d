"""What tells walking from running in one activity: a speed that people pass quickly, and two lines of cadence."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from pace.arrays import Array


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Signal:
    """A signal that tells walking from running, and what is usual of it before an activity is seen.

    Attributes
    ----------
    edges : (k,) float64
        Evenly wide bins to count it in.
    cut, cut_sd : float
        Where walking usually ends and running begins, and how much that differs between activities.
    width : float
        Half-width of the stretch of the signal that a change of gait is expected to pass quickly.
    steepness : float
        Log odds of running against walking that a unit beyond the cut is worth in one second.
    """

    edges: Array
    cut: float
    cut_sd: float
    width: float
    steepness: float

    def cuts(self, values: Array, seconds: Array) -> tuple[Array, Array]:
        """Return candidate cuts (k - 2,) and their probability, given the seconds (n,) spent at each value (n,).

        People walk, or run; they pass what lies between (Baker 2025, arXiv:2501.00720, found the gap in field speeds).
        So a cut is the likelier the less time was spent about it, and much likelier where more was spent on both
        sides; where the activity shows no such valley, or several, what is usual decides, and the doubt stays.
        """
        share = _smoothed(_shares(values, self.edges, seconds), round(self.width / (self.edges[1] - self.edges[0])))
        candidates = self.edges[1:-1]
        about = SHARE_FLOOR + (share[1:] + share[:-1]) / 2
        below, above = np.maximum.accumulate(share)[:-1], np.maximum.accumulate(share[::-1])[-2::-1]
        depth = np.log(np.maximum(1, (SHARE_FLOOR + np.minimum(below, above)) / about))
        log = VALLEY * depth - EMPTY * np.log(about) - (((candidates - self.cut) / self.cut_sd) ** 2) / 2
        weight = np.exp(log - log.max())
        return candidates, weight / weight.sum()

    def likely_cuts(self, values: Array, seconds: Array, *, n: int) -> Array:
        """Return n equally likely cuts (the middles of n equal shares of their probability)."""
        candidates, weight = self.cuts(values, seconds)
        return np.interp((np.arange(n) + 0.5) / n, np.cumsum(weight) - weight / 2, candidates)


VALLEY, EMPTY, SHARE_FLOOR = 3.0, 0.5, 0.02
"""What a valley's depth and mere emptiness say, per e-fold of time; and the share of time that counts as none."""


def _shares(values: Array, edges: Array, weight: Array) -> Array:
    """Return the share of time in each bin; values outside count in the outermost bins, missing ones nowhere."""
    known = np.isfinite(values)
    index = ((values[known] - edges[0]) / (edges[1] - edges[0])).astype(np.intp)
    index = np.clip(index, 0, edges.size - 2)
    count = np.bincount(index, weights=weight[known], minlength=edges.size - 1)
    return np.asarray(count / max(float(count.sum()), 1.0))


def _smoothed(share: Array, half: int) -> Array:
    """Return the share of time within `half` bins to either side of each bin."""
    total = np.cumsum(np.pad(share, (half + 1, half)))
    return np.asarray(total[2 * half + 1 :] - total[: -2 * half - 1])


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """What is usual of the cadence of one gait: a line in speed, steps/min, before an activity is seen.

    At `speed` (m/s) it is `level` ± `level_sd`, and it rises by `slope` ± `slope_sd` per m/s.
    """

    speed: float
    level: float
    level_sd: float
    slope: float
    slope_sd: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Steps:
    """The cadence of somebody's walking and running. A quick walk's may be a slow run's of somebody else."""

    walk: Line
    run: Line
    change: float
    """m/s; where a walk usually becomes a run."""

    def log_odds(self, speed: Array, cadence: Array) -> tuple[Array, float]:
        """Return the log odds of a run in a second (n,), NaN without cadence; and how far the two lines are apart.

        Each gait has its own line of cadence in speed: walkers quicken their steps to go faster, runners lengthen
        them. The two are fitted to the activity by EM (a mixture of regressions, DeSarbo & Cron 1988,
        doi:10.1007/BF01897167) from what is usual. They are apart, in steps/min, by the mean over the speeds moved
        at near the change of gait.
        """
        known = np.isfinite(cadence)
        at, steps = speed[known], cadence[known]
        walk, run = (np.array([line.level, line.slope]) for line in (self.walk, self.run))
        before, more_runs = RUN_BY_SPEED * (at - self.change), 0.0
        for _ in range(ROUNDS):  # rounds of EM, not samples
            odds = before + more_runs + _odds(self._at(self.walk, walk, at), self._at(self.run, run, at), steps)
            chance = 1 / (1 + np.exp(-np.clip(odds, -50, 50)))
            walk, run = _fitted(self.walk, at, steps, 1 - chance), _fitted(self.run, at, steps, chance)
            more_runs = float(np.log((STEADY_S + chance.sum()) / (STEADY_S + (1 - chance).sum())))
        lines = (self._at(line, fit, speed) for line, fit in ((self.walk, walk), (self.run, run)))
        walking, running = lines
        near = np.exp(-(((at - self.change) / 0.3) ** 2) / 2) + 1e-9
        apart = float(near @ (running - walking)[known] / near.sum()) if at.size else 0.0
        return _odds(walking, running, cadence), apart

    @staticmethod
    def _at(line: Line, fit: Array, speed: Array) -> Array:
        return np.asarray(fit[0] + fit[1] * (speed - line.speed))


STEP_SD, STEADY_S, ROUNDS = 5.0, 60.0, 10
"""steps/min about a gait's line; s that a tempo is kept, so that so many seconds count once; rounds of EM."""
RUN_BY_SPEED = 2.0
"""Log odds per m/s beyond the usual change: what a speed says of the gait before anything else is known."""


def _odds(walking: Array, running: Array, cadence: Array) -> Array:
    """Return the log odds (n,) of a run, given the cadences expected in each gait."""
    return np.asarray(((cadence - walking) ** 2 - (cadence - running) ** 2) / (2 * STEP_SD**2))


def _fitted(line: Line, speed: Array, cadence: Array, share: Array) -> Array:
    """Return level and slope (2,) of the line through the seconds that are of the gait by `share`, shrunk to usual."""
    x = np.stack((np.ones_like(speed), speed - line.speed))
    trust = share / (STEADY_S * STEP_SD**2)
    usual = np.diag([line.level_sd**-2, line.slope_sd**-2])
    score = usual @ [line.level, line.slope] + (x * trust) @ cadence
    return np.asarray(np.linalg.solve(usual + (x * trust) @ x.T, score))
