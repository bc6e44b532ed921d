"""What others do to find a walk-run threshold: one logistic over all windows, and its bootstrap over activities."""

from __future__ import annotations

import numpy as np

from pace.activity.grid import SPEED_EDGES
from pace.activity.summary import Summary

SPEED = (SPEED_EDGES[:-1] + SPEED_EDGES[1:]) / 2


def pooled_logistic(summaries: tuple[Summary, ...]) -> float:
    """Return the speed at which one ridge logistic over all windows crosses a half, m/s, kept within 1 to 3."""
    return float(_crossings(_counts(summaries).sum(axis=0)[None])[0])


def bootstrap(summaries: tuple[Summary, ...], rng: np.random.Generator, *, n: int = 50) -> float:
    """Return the median of the pooled logistic's crossing over resampled activities, m/s."""
    drawn = rng.integers(0, len(summaries), (n, len(summaries)))
    return float(np.median(_crossings(_counts(summaries)[drawn].sum(axis=1))))


def _counts(summaries: tuple[Summary, ...]) -> np.ndarray:
    """Return (a, 2, 140) windows by walk and run, and speed."""
    return np.stack([one.window_ms.sum(axis=2) for one in summaries]) / 5000


def _crossings(counts: np.ndarray) -> np.ndarray:
    """Return (b,) crossings of b histograms (b, 2, 140), by Newton's method with a ridge of 1e-3 on the slope."""
    design = np.stack((np.ones_like(SPEED), SPEED - 1.9))
    weight = np.zeros((len(counts), 2))
    weight[:, 1] = 3.0
    total = counts.sum(axis=1)
    for _ in range(15):
        chance = 1 / (1 + np.exp(-np.clip(weight @ design, -30, 30)))
        gradient = (counts[:, 1] - total * chance) @ design.T - weight * [0, 1e-3]
        hessian = np.einsum("bk,ik,jk->bij", total * chance * (1 - chance) + 1e-9, design, design)
        hessian += np.diag([1e-6, 1e-3])
        weight += np.clip(np.linalg.solve(hessian, gradient[..., None])[..., 0], -5, 5)
    slope = np.where(np.abs(weight[:, 1]) < 1e-3, 1e-3, weight[:, 1])
    return np.clip(1.9 - weight[:, 0] / slope, 1.0, 3.0)
