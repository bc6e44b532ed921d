"""What walking and running look like in one activity: step rates and speeds, adapted to the person by their data."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Self

import numpy as np

from pace.arrays import Array

CADENCE_EDGES = np.arange(60.0, 222.0, 2.0)
"""steps/min; bins in which cadence is counted."""
SPEED_EDGES = np.arange(0.40, 6.02, 0.04)
"""m/s; bins in which speed is counted."""
N_ITERATIONS = 25
CORRELATION_S = 20.0
"""s; one second resembles the next, so this many count as one observation against the prior."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bell:
    """One gait's normal distribution of a signal, with the prior that holds it: `strength` observations of `prior`."""

    mean: float
    sd: float
    strength: float = 10.0
    prior_mean: float = np.nan
    prior_sd: float = np.nan

    @classmethod
    def of(cls, mean: float, sd: float, strength: float = 10.0) -> Self:
        """Return a bell that stands at its prior."""
        return cls(mean=mean, sd=sd, strength=strength, prior_mean=mean, prior_sd=sd)

    def log_density(self, x: Array) -> Array:
        """Return the log density up to a constant common to all bells; shape of `x`."""
        density: Array = -(((x - self.mean) / self.sd) ** 2) / 2 - np.log(self.sd)
        return density

    def drawn_to(self, x: Array, weight: Array) -> Self:
        """Return the bell that the weighted values and the prior agree on."""
        total = self.strength + weight.sum()
        mean = (self.strength * self.prior_mean + weight @ x) / total
        spread = self.strength * (self.prior_sd**2 + (mean - self.prior_mean) ** 2 / 4) + weight @ (x - mean) ** 2
        return replace(self, mean=float(mean), sd=float(np.sqrt(spread / total)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """Walk and run as two bells on one signal, and the share of running among the seconds that are either."""

    walk: Bell
    run: Bell
    run_share: float = 0.5
    apart: float = 0.0

    def adapted(self, x: Array, count: Array) -> Pair:
        """Return the pair fitted to a histogram (bin centres and seconds) by expectation-maximisation, priors kept."""
        weight = count / CORRELATION_S
        pair = self
        for _ in range(N_ITERATIONS):  # iterations over ~100 bins, not samples
            run = 1 / (1 + np.exp(-np.clip(pair.log_odds(x) + np.log(pair.run_share / (1 - pair.run_share)), -50, 50)))
            pair = pair.drawn_to(x, weight * (1 - run), weight * run)
        return pair

    def drawn_to(self, x: Array, walking: Array, running: Array) -> Pair:
        """Return the pair that `walking` and `running` observations at `x` speak for; the means keep their distance."""
        walk, run = self.walk.drawn_to(x, walking), self.run.drawn_to(x, running)
        if run.mean - walk.mean < self.apart:
            walk, run = replace(walk, mean=self.walk.mean), replace(run, mean=self.run.mean)
        share = (running.sum() + 10) / (running.sum() + walking.sum() + 20)
        return replace(self, walk=walk, run=run, run_share=float(share))

    def log_odds(self, x: Array) -> Array:
        """Return the log odds of running against walking, shape of `x`, never falling as the signal rises.

        Beyond the two means they are held, so a wide bell never wins on the wrong side of a narrow one.
        """
        between = np.clip(x, self.walk.mean, self.run.mean)
        return self.run.log_density(between) - self.walk.log_density(between)


def histogram(values: Array, edges: Array, weight: Array) -> Array:
    """Return the seconds in each bin; values outside count in the outermost bins, missing ones nowhere."""
    known = np.isfinite(values)
    index = ((values[known] - edges[0]) / (edges[1] - edges[0])).astype(np.intp)
    index = np.clip(index, 0, edges.size - 2)
    return np.bincount(index, weights=weight[known], minlength=edges.size - 1).astype(np.float64)


def centres(edges: Array) -> Array:
    """Return the middles of bins."""
    return (edges[1:] + edges[:-1]) / 2
