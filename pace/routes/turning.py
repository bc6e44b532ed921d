"""Where no loop is to be had: out and back the same way, as often as the time allows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from pace.arrays import Array
from pace.routes.effort import Ability, efforts, steps
from pace.routes.ground import Index, Reach, distances, split
from pace.routes.taste import Taste, dislike

Mask = NDArray[np.bool_]
HASTE = 0.15
"""Seconds of dislike added to every second of a path, so that one with nothing to dislike is still a short one."""


class Walk(NamedTuple):
    """A closed walk along edges of a reach, and whether each is gone from its start to its stop."""

    reach: Reach
    edges: Index
    forward: Mask


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Outward:
    """The best way out to every node (n,): dislike and seconds there and back, the node before, the edge between."""

    weight: Array
    seconds: Array
    parent: Index
    edge: Index

    def path(self, node: int) -> list[int]:
        """Return the edges from the start to a node."""
        found = []
        while (edge := int(self.edge[node])) >= 0:
            found.append(edge)
            node = int(self.parent[node])
        return found[::-1]


def out_and_back(reach: Reach, able: Ability, taste: Taste, *, seconds: float, n: int) -> list[Walk]:
    """Return up to n walks out and back the same way, best first, which share at most half of their way.

    Parameters
    ----------
    reach : Reach
    able : Ability
    taste : Taste
    seconds : float
        Of moving and waiting both ways, settling in left out.
    n : int

    Returns
    -------
    list of Walk
        Each in a reach of its own with a node where one turns round.
    """
    network = reach.network
    both = reach.efforts.seconds.sum(axis=0)
    bad = dislike(network, reach.efforts, able, taste).sum(axis=0)
    ways = _outward(reach, both, bad + HASTE * both)
    taken = np.zeros(len(network))
    walks: list[Walk] = []
    for edge, near, share in _turning_points(reach, ways, both, bad, seconds):
        path = [*ways.path(near), edge]
        length = network.length[path] * np.append(np.ones(len(path) - 1), share)
        if (length * taken[path]).sum() > 0.5 * length.sum():
            continue
        taken[path] = 1.0
        walks.append(_turned(reach, able, path, near, share))
        if len(walks) == n:
            break
    return walks


def _outward(reach: Reach, both: Array, weight: Array) -> Outward:
    """Return the best ways out along edges that are open in both directions."""
    network = reach.network
    n, rows = network.node_latitude.size, np.flatnonzero(np.isfinite(both))
    tail = np.concatenate((network.edge_start[rows], network.edge_stop[rows])).astype(np.int64)
    head = np.concatenate((network.edge_stop[rows], network.edge_start[rows])).astype(np.int64)
    order = np.lexsort((head, tail))
    tail, head, edge = tail[order], head[order], np.tile(rows, 2)[order]
    indptr = np.concatenate(([0], np.cumsum(np.bincount(tail, minlength=n))))
    found, parent = distances(indptr, head, np.maximum(weight[edge], 1e-6), reach.start, parents=True)
    node, up, lead = np.flatnonzero(parent >= 0), np.arange(n), np.full(n, -1)
    up[node] = parent[node]
    lead[node] = edge[np.searchsorted(tail * n + head, up[node] * n + node)]
    seconds = np.where(np.isfinite(found), 0.0, np.inf)
    seconds[node] = both[lead[node]]
    parent = up
    while not ((further := up[up]) == up).all():  # each round doubles how far back a node has looked
        seconds, up = seconds + seconds[up], further
    return Outward(weight=found, seconds=seconds, parent=parent, edge=lead)


def _turning_points(
    reach: Reach, ways: Outward, both: Array, bad: Array, seconds: float
) -> list[tuple[int, int, float]]:
    """Return where to turn round, best first: the edge, the node from which it is entered, the share of it gone."""
    network = reach.network
    ends = np.stack((network.edge_start, network.edge_stop)).astype(np.int64)
    before = ways.seconds[ends]
    with np.errstate(invalid="ignore", divide="ignore"):
        share = (seconds - before) / both
        score = ways.weight[ends] + share * (bad + HASTE * both)
    back = ways.edge[ends] == np.arange(len(network))  # the edge by which one came is not gone again
    fits = (share > 0) & (share <= 1) & np.isfinite(before) & ~back
    row, edge = np.nonzero(fits)
    order = np.lexsort((edge, score[row, edge]))
    row, edge = row[order], edge[order]
    return list(zip(edge.tolist(), ends[row, edge].tolist(), share[row, edge].tolist(), strict=True))


def _turned(reach: Reach, able: Ability, path: list[int], near: int, share: float) -> Walk:
    """Return the walk along a path and back, its last edge gone only in part."""
    network, last = reach.network, path[-1]
    from_start = int(network.edge_start[last]) == near
    along = float(network.length[last]) * (share if from_start else 1 - share)
    cut, node = split(network, last, along)
    if len(cut) > len(network):
        here = steps(cut)
        origin = np.append(reach.origin, reach.origin[last])
        reach = Reach(cut, reach.start, here, efforts(cut, able, here), origin)
        path = [*path[:-1], last if from_start else len(cut) - 1]
    elif node == near:
        path = path[:-1]
    edges = np.array(path, dtype=np.int64)
    forward, at = [], reach.start
    for edge in path:  # edges of one route
        forward.append(int(reach.network.edge_start[edge]) == at)
        at = int(reach.network.edge_stop[edge] if forward[-1] else reach.network.edge_start[edge])
    way = np.array(forward, dtype=bool)
    return Walk(reach, np.concatenate((edges, edges[::-1])), np.concatenate((way, ~way[::-1])))
