"""Merge: lines drawn on squares of ground become one-square-thin lines, and those a graph of junctions and chains."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Self

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array, csr_array
from scipy.sparse.csgraph import connected_components, dijkstra

from pace.arrays import Array

SIDE = 2.5
"""m; side of a square of ground."""
AROUND = np.array([(0, 1), (1, 1), (1, 0), (1, -1), (0, -1), (-1, -1), (-1, 0), (-1, 1)], dtype=np.int64)
"""The eight neighbours of a square, clockwise from north."""
SPAN = 1 << 31
"""Squares per row of the numbering; wider than the earth."""

Index = NDArray[np.int64]
Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class Squares:
    """A set of squares of ground: `at` (k, 2) int64, sorted; squares far apart cost nothing for what is between."""

    at: Index

    @classmethod
    def drawn(cls, start: Array, stop: Array) -> Self:
        """Return the squares under straight lines from `start` to `stop` (n, 2), m, and those around them."""
        count = np.maximum(np.ceil(np.hypot(*(stop - start).T) / (SIDE / 2)).astype(np.int64), 1) + 1
        line = np.repeat(np.arange(count.size), count)
        share = (np.arange(line.size) - np.repeat(np.cumsum(count) - count, count)) / np.repeat(count - 1, count)
        at = np.floor((start[line] + share[:, None] * (stop - start)[line]) / SIDE).astype(np.int64)
        at = np.unique(at, axis=0)
        return cls(at=np.unique((at[:, None] + np.vstack(([0, 0], AROUND))).reshape(-1, 2), axis=0))

    @property
    def middle(self) -> Array:
        """(k, 2) m, the middles of the squares."""
        return np.asarray((self.at + 0.5) * SIDE, dtype=np.float64)

    @cached_property
    def neighbours(self) -> Index:
        """(k, 8) the number of the square in each direction of AROUND; k where there is none."""
        key = self.at @ [SPAN, 1]
        found = np.empty((key.size, 8), dtype=np.int64)
        for side, step in enumerate(AROUND @ [SPAN, 1]):
            place = np.minimum(np.searchsorted(key, key + step), key.size - 1)
            found[:, side] = np.where(key[place] == key + step, place, key.size)
        return found

    def thinned(self, alive: Mask | None = None) -> Mask:
        """Return the squares (k,) that are left when lines are worn down from both sides to one square.

        `alive` (k,) are those to begin with, all if it is not given.

        References
        ----------
        Guo & Hall 1989, doi:10.1145/62065.62074: keeps what hangs together hanging together, and ends in place.
        """
        alive = np.append(np.ones(len(self.at), dtype=bool) if alive is None else alive, False)
        idle = turn = 0
        while idle < 2:
            around = alive[self.neighbours] @ (1 << np.arange(8))
            gone = np.flatnonzero(alive[:-1] & _removable()[turn][around])
            idle = idle + 1 if gone.size == 0 else 0
            alive[gone] = False
            turn = 1 - turn
        return alive[:-1]

    def links(self, alive: Mask) -> csr_array:
        """Return how the squares of a thin line hang together, (k, k), m; a diagonal only where nothing leads round."""
        here = np.append(alive, False)
        there = here[self.neighbours] & alive[:, None]
        side = there[:, ::2]
        diagonal = there[:, 1::2] & ~side & ~np.roll(side, -1, axis=1)
        rows, columns, length = [], [], []
        for number, mask, step in ((0, side, SIDE), (1, diagonal, SIDE * np.sqrt(2))):
            which, way = np.nonzero(mask)
            rows.append(which)
            columns.append(self.neighbours[which, 2 * way + number])
            length.append(np.full(which.size, step))
        n = len(self.at)
        pairs = (np.concatenate(rows), np.concatenate(columns))
        return csr_array(coo_array((np.concatenate(length), pairs), shape=(n, n)))


@lru_cache(maxsize=1)
def _removable() -> NDArray[np.bool_]:
    """Return for both turns of Guo and Hall's thinning and all 256 neighbourhoods whether the square goes, (2, 256)."""
    p = ((np.arange(256)[:, None] >> np.arange(8)) & 1).astype(bool)  # north, north-east, …, north-west
    pairs = [(p[:, k] | p[:, (k + 1) % 8]).astype(int) for k in range(8)]
    crossings = sum((~p[:, k] & (p[:, k + 1] | p[:, (k + 2) % 8])).astype(int) for k in range(0, 8, 2))
    fewest = np.minimum(pairs[7] + pairs[1] + pairs[3] + pairs[5], pairs[0] + pairs[2] + pairs[4] + pairs[6])
    simple = (crossings == 1) & (fewest >= 2) & (fewest <= 3)
    first = (p[:, 0] | p[:, 1] | ~p[:, 3]) & p[:, 2]
    second = (p[:, 4] | p[:, 5] | ~p[:, 7]) & p[:, 6]
    return np.stack((simple & ~first, simple & ~second))


@dataclass(frozen=True, eq=False)
class Chains:
    """A thin line as a graph: chains of squares between clusters of junction squares, or ends.

    Attributes
    ----------
    square : (s,) int64
        The squares of all chains, in order along each; `chain` (s,) the chain of each.
    start, stop : (c,) int64
        Clusters that a chain ends at, -1 where it just ends.
    cluster : (k,) int64
        The cluster of a square, -1 for those of chains and those that are gone.
    length : (c,) float64, m
    """

    square: Index
    chain: Index
    start: Index
    stop: Index
    cluster: Index
    length: Array

    def __len__(self) -> int:
        """Return the number of chains."""
        return self.start.size


def chains(squares: Squares, alive: Mask) -> Chains:
    """Return the graph of a thin line."""
    links = squares.links(alive)
    degree = np.diff(links.indptr)
    knot = alive & (degree > 2)
    cluster = _numbered(links, knot)
    rest = alive & ~knot
    inner = _without(links, ~rest)
    number = _numbered(links, rest)
    n_chains = int(number.max(initial=-1)) + 1
    inner, first = _opened(inner, number, n_chains)
    far = dijkstra(inner, directed=False, indices=first, min_only=True) if n_chains else np.full(alive.size, np.inf)
    order = np.flatnonzero(rest)
    order = order[np.lexsort((far[order], number[order]))]
    chain = number[order]
    edge = np.flatnonzero(np.diff(chain, prepend=-1))
    last = np.append(edge, order.size)[1:] - 1
    ends = _ends(links, cluster, order[edge], order[last])
    extra = SIDE * (1 + (ends >= 0).sum(axis=0))
    return Chains(order, chain, ends[0], ends[1], cluster, far[order[last]] + extra)


def _numbered(links: csr_array, mask: Mask) -> Index:
    """Return the number (k,) of the connected piece of the squares of a mask that each lies in, -1 outside."""
    number = np.full(mask.size, -1, dtype=np.int64)
    piece = connected_components(_without(links, ~mask), directed=False)[1]
    number[mask] = np.unique(piece[mask], return_inverse=True)[1]
    return number


def _without(links: csr_array, gone: Mask) -> csr_array:
    """Return the links between squares that are not gone."""
    pairs = links.tocoo()
    keep = ~(gone[pairs.row] | gone[pairs.col])
    return csr_array(coo_array((pairs.data[keep], (pairs.row[keep], pairs.col[keep])), shape=links.shape))


def _opened(inner: csr_array, number: Index, n: int) -> tuple[csr_array, Index]:
    """Return the links of the chains with rings cut open, and a square (n,) at which each chain begins."""
    degree = np.diff(inner.indptr)
    on = np.flatnonzero(number >= 0)
    order = on[np.lexsort((on, degree[on], number[on]))]  # an end before the middle
    first = order[np.flatnonzero(np.diff(number[order], prepend=-1))]
    ring = first[degree[first] == 2]
    if ring.size == 0:
        return inner, first
    pairs = inner.tocoo()
    mate = inner.indices[inner.indptr[ring]]
    cut = np.zeros(degree.size, dtype=np.int64) - 1
    cut[ring], cut[mate] = mate, ring
    keep = cut[pairs.row] != pairs.col
    return csr_array(coo_array((pairs.data[keep], (pairs.row[keep], pairs.col[keep])), shape=inner.shape)), first


def _ends(links: csr_array, cluster: Index, first: Index, last: Index) -> Index:
    """Return the clusters (2, c) that chains touch at their first and their last square, -1 for none.

    A chain of one square touches two clusters with that square, one for each end.
    """
    pairs = links.tocoo()
    touch = (cluster[pairs.row] < 0) & (cluster[pairs.col] >= 0)
    square, knot = pairs.row[touch], cluster[pairs.col[touch]]
    low, high = np.full(cluster.size, -1), np.full(cluster.size, -1)
    order = np.argsort(knot)
    low[square[order[::-1]]], high[square[order]] = knot[order[::-1]], knot[order]
    single = first == last
    return np.stack(
        (low[first], np.where(single & (high[last] == low[last]), _second(links, cluster, last), high[last]))
    )


def _second(links: csr_array, cluster: Index, square: Index) -> Index:
    """Return the cluster that a single square touches with both sides, or -1 if with one side only."""
    degree = np.diff(links.indptr)[square]
    neighbour = links.indices[np.minimum(links.indptr[square], links.nnz - 1)] if links.nnz else square
    return np.where(degree > 1, cluster[neighbour], -1)
