"""How a number carries its doubt: a posterior on a grid, the interval that is shown of it, and what it rests on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Self

import numpy as np

from pace.arrays import Array, frozen


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """A median with the interval `low … high` that holds the truth with probability `level`, and what it rests on.

    `basis` is a few plain words: `prior only`, `8 activities`, `what they said`.
    """

    low: float
    median: float
    high: float
    level: float
    basis: str

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON form."""
        return {"low": self.low, "median": self.median, "high": self.high, "level": self.level, "basis": self.basis}


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """One piece of evidence: its `kind`, its `weight` (share of the final precision, 0 to 1) and a plain `note`."""

    kind: str
    weight: float
    note: str

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON form."""
        return {"kind": self.kind, "weight": self.weight, "note": self.note}


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Posterior:
    """A distribution on an even grid: `value` (k,) in its unit, `mass` (k,) summing to one. Make it with `build`."""

    value: Array
    mass: Array

    @classmethod
    def build(cls, value: Array, log_density: Array) -> Self:
        """Return the normalised distribution of a log density (k,) on the even grid `value` (k,)."""
        weight = np.exp(log_density - np.max(log_density))
        return cls(value=frozen(value), mass=frozen(weight / weight.sum()))

    def quantile(self, probability: Any) -> Array:
        """Return the quantiles, linear inside grid cells; the shape of `probability`."""
        step = (self.value[1] - self.value[0]) / 2
        edges = np.concatenate(([self.value[0] - step], self.value + step))
        at: Array = np.interp(probability, np.concatenate(([0.0], np.cumsum(self.mass))), edges)
        return at

    def draws(self, n: int) -> Array:
        """Return n evenly stratified quantiles (n,), in order: the same for the same posterior, no dice."""
        return self.quantile((np.arange(n) + 0.5) / n)

    def estimate(self, *, level: float, basis: str) -> Estimate:
        """Return the median and the central interval of probability `level`."""
        tail = (1 - level) / 2
        low, median, high = self.quantile(np.array([tail, 0.5, 1 - tail])).tolist()
        return Estimate(low=low, median=median, high=high, level=level, basis=basis)
