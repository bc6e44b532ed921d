"""Closed walks on a ground and what each is worth: time, dislike, what is gone twice or beside itself, turns."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from pace.arrays import Array
from pace.routes.effort import SETTLING
from pace.routes.ground import Ground, Index
from pace.routes.taste import Taste

BESIDE = 25.0
"""m; parts of a route nearer than this run beside each other: one sees the other path."""
APART = 150.0
"""m along the route; nearer parts are one and the same stretch, or a bend."""
TURN = np.cos(np.radians(50))
"""Cosine of the change of direction from which a junction is a turn that one has to know."""
OFF_TARGET = 1.5
"""Seconds of dislike for each second that a route is longer or shorter than asked for."""


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Round:
    """One closed walk: its arcs in order, and what it is worth.

    `seconds` include settling in; `again` are the seconds on chains gone before, `beside` those beside another part.
    `score` is the dislike of the whole, in seconds: the less, the better.
    """

    arcs: Index
    seconds: float
    bad: float
    again: float
    beside: float
    turns: int
    score: float


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Judge:
    """What rounds on a ground are judged by: the taste, the seconds asked for, the speed (m/s) of settling in."""

    ground: Ground
    taste: Taste
    seconds: float
    settle: float
    found: dict[bytes, Round] = field(default_factory=dict)

    def round(self, arcs: Index) -> Round | None:
        """Return a closed walk without its spurs, judged; None where nothing is left of it."""
        arcs = without_spurs(self.ground, arcs)
        if not arcs.size:
            return None
        key = arcs.tobytes()
        if key not in self.found:
            self.found[key] = self.judged(arcs)
        return self.found[key]

    def best(self, walks: list[Index], *, n: int) -> list[Round]:
        """Return the n best of some walks without spurs, best first; only those that may be are judged in full."""
        different = {arcs.tobytes(): arcs for arcs in walks if arcs.size}
        plain = [self.judged(arcs, beside=False) for arcs in different.values()]
        plain.sort(key=lambda one: one.score)
        rounds = [self.round(one.arcs) for one in plain[:n]]
        return sorted((one for one in rounds if one is not None), key=lambda one: one.score)

    def judged(self, arcs: Index, *, beside: bool = True) -> Round:
        """Return a closed walk as it is, judged; without looking for what runs beside itself if not `beside`."""
        ground, taste = self.ground, self.taste
        seconds = float(ground.seconds[arcs].sum() + settling(ground, arcs, self.settle))
        bad = float(ground.bad[arcs].sum())
        again = float(ground.seconds[arcs[repeated(ground.chain[arcs])]].sum())
        turns = n_turns(ground, arcs)
        parallel = beside_share(ground, arcs) * seconds if beside and taste.overlap else 0.0
        score = bad + taste.reuse * again + taste.overlap * parallel + taste.turn_s * turns
        score += OFF_TARGET * abs(seconds - self.seconds)
        return Round(arcs=arcs, seconds=seconds, bad=bad, again=again, beside=parallel, turns=turns, score=score)

    def on_time(self, one: Round, *, within: float) -> bool:
        """Return whether a round takes the time asked for, up to a share of it."""
        return abs(one.seconds - self.seconds) <= within * self.seconds


def without_spurs(ground: Ground, arcs: Index) -> Index:
    """Return a walk without the parts that lead to a point and straight back."""
    back = ground.back
    left: list[int] = []
    if not (back[arcs[:-1]] == arcs[1:]).any():
        return arcs
    for arc in arcs.tolist():
        if left and back[left[-1]] == arc:
            left.pop()
        else:
            left.append(arc)
    return np.array(left, dtype=np.int64)


def settling(ground: Ground, arcs: Index, settle: float) -> float:
    """Return the seconds that the first minutes take longer at the speed of settling in."""
    slow = np.maximum(ground.length[arcs] / settle, ground.seconds[arcs])
    begun = np.cumsum(slow)
    share = np.clip((SETTLING - (begun - slow)) / np.maximum(slow, 1e-9), 0, 1)
    return float((share * (slow - ground.seconds[arcs])).sum())


def repeated(chain: Index) -> NDArray[np.bool_]:
    """Return which chains (j,) of a walk have been gone before.

    Examples
    --------
    >>> repeated(np.array([4, 7, 4, 2, 7])).tolist()
    [False, False, True, False, True]
    """
    again = np.ones(chain.size, dtype=bool)
    again[np.unique(chain, return_index=True)[1]] = False
    return again


def n_turns(ground: Ground, arcs: Index) -> int:
    """Return at how many junctions of a closed walk one has to turn."""
    cosine = (ground.arriving[arcs] * ground.leaving[np.roll(arcs, -1)]).sum(axis=1)
    return int((cosine[:-1] < TURN).sum())


def beside_share(ground: Ground, arcs: Index) -> float:
    """Return the share of a closed walk that runs beside another part of it."""
    rows = ground.samples_of(arcs)
    length = ground.sample_length[rows]
    return overlap(ground.x[rows], ground.y[rows], length)


def overlap(x: Array, y: Array, length: Array) -> float:
    """Return the share of a closed line that lies within BESIDE m of another part of it, APART m or more along it.

    Parameters
    ----------
    x, y : (s,) float64, m
        Points along the line.
    length : (s,) float64, m
        The length of line that each stands for.
    """
    from scipy.spatial import cKDTree

    along = np.cumsum(length) - length / 2
    whole = float(length.sum())
    pairs = cKDTree(np.stack((x, y), axis=1)).query_pairs(BESIDE, output_type="ndarray")
    gap = np.abs(along[pairs[:, 0]] - along[pairs[:, 1]])
    pairs = pairs[np.minimum(gap, whole - gap) >= APART]
    near = np.zeros(x.size, dtype=bool)
    near[pairs.ravel()] = True
    return float(length[near].sum() / whole) if whole else 0.0


def shared(ground: Ground, one: Index, other: Index) -> float:
    """Return the share of the shorter of two walks whose chains are also in the other."""
    mine, theirs = np.unique(ground.chain[one]), np.unique(ground.chain[other])
    length = np.zeros(int(ground.chain.max()) + 1)
    length[ground.chain] = ground.length
    common = np.intersect1d(mine, theirs, assume_unique=True)
    least = min(length[mine].sum(), length[theirs].sum())
    return float(length[common].sum() / least) if least else 1.0
