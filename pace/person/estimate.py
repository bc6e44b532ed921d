"""How a number carries its doubt: a posterior on a grid, the interval that is shown of it, and what it rests on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Self

import numpy as np

from pace.arrays import Array, frozen


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """A median with its interval, and what it rests on.

    Attributes
    ----------
    low, high : float
        The ends of the interval, in the unit of what is estimated.
    median : float
        As likely above as below, in the same unit.
    level : float
        Probability that the truth lies in the interval, 0 to 1.
    basis : str
        A few plain words: `prior only`, `8 activities`, `what they said`.
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
    """One piece of evidence.

    Attributes
    ----------
    kind : str
        One or two words.
    weight : float
        Its share of the final precision, 0 to 1.
    note : str
        The same in plain words.
    """

    kind: str
    weight: float
    note: str

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON form."""
        return {"kind": self.kind, "weight": self.weight, "note": self.note}


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Posterior:
    """A distribution on an even grid. Make it with `build`.

    Attributes
    ----------
    value : (k,) float64
        In its unit, rising evenly.
    mass : (k,) float64
        Probability of each, summing to one.
    """

    value: Array
    mass: Array

    @classmethod
    def build(cls, value: Array, log_density: Array) -> Self:
        """Return the normalised distribution of a log density on an even grid.

        Parameters
        ----------
        value : (k,) float64
            In its unit, rising evenly.
        log_density : (k,) float64, no unit
            Natural logarithm, up to a constant.
        """
        weight = np.exp(log_density - np.max(log_density))
        return cls(value=frozen(value), mass=frozen(weight / weight.sum()))

    def quantile(self, probability: Any) -> Array:
        """Return quantiles, linear inside grid cells.

        Parameters
        ----------
        probability : array_like
            0 to 1, of any shape.

        Returns
        -------
        float64 of that shape
            In the unit of `value`.
        """
        step = (self.value[1] - self.value[0]) / 2
        edges = np.concatenate(([self.value[0] - step], self.value + step))
        at: Array = np.interp(probability, np.concatenate(([0.0], np.cumsum(self.mass))), edges)
        return at

    def draws(self, n: int) -> Array:
        """Return evenly stratified quantiles, in order: the same for the same posterior, no dice.

        Parameters
        ----------
        n : int

        Returns
        -------
        (n,) float64
            In the unit of `value`.
        """
        return self.quantile((np.arange(n) + 0.5) / n)

    def estimate(self, *, level: float, basis: str) -> Estimate:
        """Return the median and the central interval of probability `level`.

        Parameters
        ----------
        level : float
            0 to 1.
        basis : str
            What it rests on, in a few plain words.
        """
        tail = (1 - level) / 2
        low, median, high = self.quantile(np.array([tail, 0.5, 1 - tail])).tolist()
        return Estimate(low=low, median=median, high=high, level=level, basis=basis)
