"""The part of a network that a session can reach, reduced to what a search needs: junctions and arcs between them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from pace.arrays import Array
from pace.routes.effort import Ability, Efforts, Steps, efforts, steps
from pace.routes.lines import sampled
from pace.routes.network import Network, columns
from pace.routes.plane import Plane
from pace.routes.taste import Taste, dislike

Index = NDArray[np.int64]
SAMPLE = 12.0
"""m; how densely lines are compared with each other."""


class Reach(NamedTuple):
    """What lies around a start: the network there, the start's node, the efforts and the steps of its edges.

    `origin` (m,) is the edge of the whole network that each is, or is a part of.
    """

    network: Network
    start: int
    steps: Steps
    efforts: Efforts
    origin: Index


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Ground:
    """n junctions and a arcs, an arc for each direction of each chain of edges. Make it with `ground`.

    Attributes
    ----------
    start : int
        The junction at which every route begins and ends.
    n : int
    tail, head : (a,) int
        In order of tail, then head, no two alike.
    indptr : (n + 1,) int
    seconds, length, bad : (a,) float64
        s, m, and the seconds of dislike (`taste`).
    chain : (a,) int
        Both arcs of a chain of edges have its number.
    back : (a,) int
        The arc the other way, -1 where it is closed.
    leaving, arriving : (a, 2) float64
        Unit vectors of the first and the last metres.
    edge, forward : (q,) int, (q,) bool
        The edges of all arcs, one after another: arc i has `edges_at[i]:edges_at[i + 1]`.
    x, y, sample_length : (s,) float64, m
        Points along the arcs, in order: arc i has `samples_at[i]:samples_at[i + 1]`.
    """

    start: int
    n: int
    tail: Index
    head: Index
    indptr: Index
    seconds: Array
    length: Array
    bad: Array
    chain: Index
    back: Index
    leaving: Array
    arriving: Array
    edge: Index
    forward: NDArray[np.bool_]
    edges_at: Index
    x: Array
    y: Array
    sample_length: Array
    samples_at: Index

    def edges_of(self, arcs: Any) -> tuple[Index, NDArray[np.bool_]]:
        """Return the edges of arcs one after another, and whether each is gone from its start to its stop."""
        rows = spread(self.edges_at, np.asarray(arcs, dtype=np.int64))
        return self.edge[rows], self.forward[rows]

    def samples_of(self, arcs: Any) -> Index:
        """Return the indices of the points along arcs one after another."""
        return spread(self.samples_at, np.asarray(arcs, dtype=np.int64))


def spread(offsets: Index, rows: Index) -> Index:
    """Return the indices of all members of some rows of a ragged table, one row after another."""
    counts = offsets[rows + 1] - offsets[rows]
    ends = np.cumsum(counts)
    return np.asarray(np.arange(ends[-1] if ends.size else 0) + np.repeat(offsets[rows] - (ends - counts), counts))


def split(network: Network, edge: int, along: float) -> tuple[Network, int]:
    """Return the network with a node on an edge, `along` m from its start, and the number of that node.

    Within a metre of an end that end is taken.
    """
    start, stop = int(network.edge_start[edge]), int(network.edge_stop[edge])
    length = float(network.length[edge])
    if along <= 1 or along >= length - 1:
        return network, start if along <= length / 2 else stop
    return _split(network, edge, along), network.node_latitude.size


def _split(network: Network, edge: int, along: float) -> Network:
    """Return the network with an edge cut in two, the second half last."""
    rows = network.points_of(edge)
    x, y = network.plane().metres(network.point_latitude[rows], network.point_longitude[rows])
    step = np.concatenate(([0.0], np.cumsum(np.hypot(np.diff(x), np.diff(y)))))
    share = along / max(float(network.length[edge]), 1e-9)  # a map may hold edges of no length
    at = share * step[-1]
    before = int(np.clip(np.searchsorted(step, at, side="right") - 1, 0, rows.size - 2))
    column = columns(network)
    middle = {}
    for name in ("point_latitude", "point_longitude", "point_elevation"):
        values = column[name][rows]
        middle[name] = float(np.interp(at, step[before : before + 2], values[before : before + 2]))
        first, last = column[name][: rows[before] + 1], column[name][rows[before] + 1 : rows[-1] + 1]
        rest = column[name][rows[-1] + 1 :]
        column[name] = np.concatenate((first, [middle[name]], rest, [middle[name]], last))
    counts = np.diff(network.point_offsets)
    counts[edge] = before + 2
    column["point_offsets"] = np.concatenate(([0], np.cumsum(np.append(counts, rows.size - before))))
    for name in EDGE_COLUMNS:
        column[name] = np.append(column[name], column[name][edge])
    new = network.node_latitude.size
    column["edge_stop"][edge], column["edge_start"][-1] = new, new
    column["length"][edge], column["length"][-1] = along, float(network.length[edge]) - along
    column["crossing_s"][[edge, -1]] *= 0.5
    for name in ("latitude", "longitude"):
        column[f"node_{name}"] = np.append(column[f"node_{name}"], middle[f"point_{name}"])
    return Network.build(names=network.names, attribution=network.attribution, **column)


EDGE_COLUMNS = (
    "edge_start",
    "edge_stop",
    "length",
    "way",
    "surface",
    "lit",
    "noise",
    "green",
    "encounters",
    "crossing_s",
    "span",
    "name",
    "support",
)


def reach(network: Network, able: Ability, latitude: float, longitude: float, *, radius: float) -> tuple[Reach, float]:
    """Return what lies within `radius` m around a place, with a start where it is nearest, and how far off that is.

    Circles, and edges beside each other that join the same nodes, get a node in their middle.
    """
    x, y = Plane(latitude=latitude, longitude=longitude).metres(network.node_latitude, network.node_longitude)
    near = x**2 + y**2 <= radius**2
    origin = np.flatnonzero(near[network.edge_start] | near[network.edge_stop])
    around = network.subset(origin)
    place = around.nearest(latitude, longitude)
    if place.edge < 0:
        return Reach(around, -1, steps(around), efforts(around, able), origin), place.distance
    around, start = split(around, place.edge, place.along)
    if len(around) > origin.size:
        origin = np.append(origin, origin[place.edge])
    while (double := _double_edges(around)).size:  # rare: networks of tracks
        edge = int(double[0])
        around, origin = _split(around, edge, float(around.length[edge]) / 2), np.append(origin, origin[edge])
    here = steps(around)
    return Reach(around, start, here, efforts(around, able, here), origin), place.distance


def _double_edges(network: Network) -> Index:
    """Return the edges that are circles, or join two nodes that an earlier edge joins."""
    low, high = np.sort(np.stack((network.edge_start, network.edge_stop)).astype(np.int64), axis=0)
    first = np.unique(low * network.node_latitude.size + high, return_index=True)[1]
    return np.setdiff1d(np.arange(len(network)), first[low[first] != high[first]])


def distances(
    indptr: Index, head: Index, weight: Array, source: Any, *, most: float = np.inf, parents: bool = False
) -> Any:
    """Return the least weight from `source` to every junction, with the junction before each if `parents`."""
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import dijkstra

    n = indptr.size - 1
    graph = csr_array((weight, head, indptr), shape=(n, n))
    return dijkstra(graph, indices=source, limit=most, return_predecessors=parents)


def ground(reach: Reach, able: Ability, taste: Taste, *, seconds: float) -> Ground | None:
    """Return what a search of `seconds` needs of what can be reached; None where the start leads nowhere in a circle.

    Dead ends are left out, and what is farther than there is time to return from; junctions of two edges are passed
    over, so that an arc leads from one real junction to the next.
    """
    network, effort = reach.network, reach.efforts
    keep = _there_and_back(network, effort, reach.start, seconds) & _no_dead_end(network, reach.start)
    keep = _joined(network, keep, reach.start)
    if not keep.any():
        return None
    arcs = _arcs(network, effort, dislike(network, effort, able, taste), keep)
    return _contracted(network, arcs, reach.start)


def _there_and_back(network: Network, effort: Efforts, start: int, seconds: float) -> NDArray[np.bool_]:
    """Return which edges (m,) can be on a way from the start and back that takes no more than `seconds`."""
    m, n = len(network), network.node_latitude.size
    tail = np.concatenate((network.edge_start, network.edge_stop)).astype(np.int64)
    head = np.concatenate((network.edge_stop, network.edge_start)).astype(np.int64)
    time = np.maximum(effort.seconds.ravel(), 1e-3)
    turned = np.maximum(effort.seconds[::-1].ravel(), 1e-3)
    order = np.argsort(tail * n + head)
    indptr = np.concatenate(([0], np.cumsum(np.bincount(tail, minlength=n))))
    out, home = (distances(indptr, head[order], each[order], start, most=seconds) for each in (time, turned))
    whole = out[tail] + time + home[head]
    return np.asarray(np.minimum(whole[:m], whole[m:]) <= seconds)


def _no_dead_end(network: Network, start: int) -> NDArray[np.bool_]:
    """Return which edges (m,) are left when dead ends are taken away again and again, never the start's own node."""
    keep = np.ones(len(network), dtype=bool)
    n = network.node_latitude.size
    while True:
        ends = np.concatenate((network.edge_start[keep], network.edge_stop[keep]))
        degree = np.bincount(ends, minlength=n)
        degree[start] = 2
        dead = keep & ((degree[network.edge_start] < 2) | (degree[network.edge_stop] < 2))
        if not dead.any():
            return keep
        keep &= ~dead


def _joined(network: Network, keep: NDArray[np.bool_], start: int) -> NDArray[np.bool_]:
    """Return which of the edges kept hang together with the start."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    n, rows = network.node_latitude.size, np.flatnonzero(keep)
    ends = network.edge_start[rows], network.edge_stop[rows]
    piece = connected_components(coo_array((np.ones(rows.size), ends), shape=(n, n)), directed=False)[1]
    return np.asarray(keep & (piece[network.edge_start] == piece[start]))


class _Arcs(NamedTuple):
    """Every direction of every edge that is open: ends, edge, whether forward, seconds, dislike."""

    tail: Index
    head: Index
    edge: Index
    forward: NDArray[np.bool_]
    seconds: Array
    bad: Array


def _arcs(network: Network, effort: Efforts, bad: Array, keep: NDArray[np.bool_]) -> _Arcs:
    """Return both directions of the edges kept, forward first; closed ones are infinite."""
    rows = np.flatnonzero(keep)
    start, stop = network.edge_start[rows].astype(np.int64), network.edge_stop[rows].astype(np.int64)
    return _Arcs(
        tail=np.concatenate((start, stop)),
        head=np.concatenate((stop, start)),
        edge=np.tile(rows, 2),
        forward=np.repeat([True, False], rows.size),
        seconds=np.maximum(effort.seconds[:, rows].ravel(), 1e-3),
        bad=bad[:, rows].ravel(),
    )


def _contracted(network: Network, arcs: _Arcs, start: int) -> Ground | None:
    """Return the ground of arcs, chains of edges passed over as one."""
    n, m = network.node_latitude.size, arcs.tail.size // 2
    twin = np.concatenate((np.arange(m, 2 * m), np.arange(m)))
    real = np.bincount(arcs.tail, minlength=n) != 2
    real[start] = True
    for _ in range(MOST_HALVINGS):
        chains = _chains(arcs, twin, real)
        middle = _doubled(arcs, chains)
        if not middle.size:
            break
        real[middle] = True
    return _built(network, arcs, chains, start)


MOST_HALVINGS = 8


class _Chains(NamedTuple):
    """Arcs in order of their chain and their place in it, and where each chain begins."""

    arc: Index
    offsets: Index


def _chains(arcs: _Arcs, twin: Index, real: NDArray[np.bool_]) -> _Chains:
    """Return the arcs one after another between real junctions, by pointer doubling."""
    a = arcs.tail.size
    order = np.argsort(arcs.tail, kind="stable")
    begin = np.searchsorted(arcs.tail[order], np.arange(real.size))
    # of the two arcs that leave a passed node, the one that does not go back
    one, two = (order[np.minimum(begin[arcs.head] + i, a - 1)] for i in (0, 1))
    following = np.where(real[arcs.head], np.arange(a), np.where(one == twin, two, one))
    before = np.arange(a)
    passed = following != np.arange(a)
    before[following[passed]] = np.flatnonzero(passed)
    first, place = before.copy(), (before != np.arange(a)).astype(np.int64)
    while True:  # each round doubles how far back an arc looks
        further = first[first]
        if (further == first).all():
            break
        place = place + np.where(further != first, place[first], 0)
        first = further
    chain = np.lexsort((place, first))
    starts = np.flatnonzero(np.diff(first[chain], prepend=-1))
    return _Chains(chain, np.append(starts, a))


def _doubled(arcs: _Arcs, chains: _Chains) -> Index:
    """Return nodes in the middle of chains that are circles, or join the same junctions as an earlier chain."""
    tail = arcs.tail[chains.arc[chains.offsets[:-1]]]
    head = arcs.head[chains.arc[chains.offsets[1:] - 1]]
    size = np.diff(chains.offsets)
    order = np.lexsort((size, head, tail))
    same = np.zeros(tail.size, dtype=bool)
    same[order[1:]] = (np.diff(tail[order]) == 0) & (np.diff(head[order]) == 0)
    same = (same | (tail == head)) & (size > 1)
    return np.asarray(arcs.head[chains.arc[chains.offsets[:-1][same] + (size[same] - 1) // 2]])


def _built(network: Network, arcs: _Arcs, chains: _Chains, start: int) -> Ground | None:
    """Return the ground: chains as arcs in order of their ends, junctions numbered anew."""
    begin, end = chains.offsets[:-1], chains.offsets[1:] - 1
    tail, head = arcs.tail[chains.arc[begin]], arcs.head[chains.arc[end]]
    seconds = np.add.reduceat(arcs.seconds[chains.arc], begin)
    bad = np.add.reduceat(np.nan_to_num(arcs.bad, posinf=0)[chains.arc], begin)
    length = np.add.reduceat(network.length[arcs.edge[chains.arc]], begin)
    # both directions of a chain share its lowest edge, which no other chain has
    lowest = np.minimum.reduceat(arcs.edge[chains.arc], begin)
    open_ = np.isfinite(seconds)
    order = np.flatnonzero(open_)[np.lexsort((seconds[open_], head[open_], tail[open_]))]
    single = np.ones(order.size, dtype=bool)
    single[1:] = (np.diff(tail[order]) != 0) | (np.diff(head[order]) != 0)
    order = order[single & (tail[order] != head[order])]
    if not order.size or not (tail[order] == start).any():
        return None
    nodes, ends = np.unique(np.concatenate((tail[order], head[order])), return_inverse=True)
    _, chain = np.unique(lowest[order], return_inverse=True)
    rows = spread(chains.offsets, order)
    edges_at = np.concatenate(([0], np.cumsum(np.diff(chains.offsets)[order])))
    new_tail, new_head = np.split(ends.astype(np.int64), 2)
    x, y = network.plane().metres(network.point_latitude, network.point_longitude)
    leaving, arriving = _headings(network, arcs, chains, order, x, y)
    edge, forward = arcs.edge[chains.arc[rows]], arcs.forward[chains.arc[rows]]
    points = _points(network, x, y, edge, forward, edges_at)
    return Ground(
        start=int(np.searchsorted(nodes, start)),
        n=nodes.size,
        tail=new_tail,
        head=new_head,
        indptr=np.concatenate(([0], np.cumsum(np.bincount(new_tail, minlength=nodes.size)))),
        seconds=seconds[order],
        length=length[order],
        bad=bad[order],
        chain=chain,
        back=_backs(chain),
        leaving=leaving,
        arriving=arriving,
        edge=edge,
        forward=forward,
        edges_at=edges_at,
        **points,
    )


def _backs(chain: Index) -> Index:
    """Return the other arc (a,) of each arc's chain, -1 where there is none."""
    back = np.full(chain.size, -1)
    order = np.argsort(chain, kind="stable")
    pair = np.flatnonzero(np.diff(chain[order]) == 0)
    back[order[pair]], back[order[pair + 1]] = order[pair + 1], order[pair]
    return back


TURNING = 15.0
"""m from a junction within which a line shows where it leads."""


def _headings(network: Network, arcs: _Arcs, chains: _Chains, order: Index, x: Array, y: Array) -> tuple[Array, Array]:
    """Return unit vectors (a, 2) of where each chain sets out and where it arrives from."""
    first, last = chains.arc[chains.offsets[:-1][order]], chains.arc[chains.offsets[1:][order] - 1]
    out = heading(network, arcs.edge[first], arcs.forward[first], x, y)
    return out, -heading(network, arcs.edge[last], ~arcs.forward[last], x, y)


def heading(network: Network, edge: Index, forward: NDArray[np.bool_], x: Array, y: Array) -> Array:
    """Return unit vectors (q, 2) from the beginning of edges to their first point at least a little farther on."""
    first, last = network.point_offsets[edge], network.point_offsets[edge + 1] - 1
    begin, side = np.where(forward, first, last), np.where(forward, 1, -1)
    at = begin + side
    for _ in range(6):  # points along the line until one is far enough
        near = np.hypot(x[at] - x[begin], y[at] - y[begin]) < TURNING
        at = np.where(near, np.clip(at + side, first, last), at)
    vector = np.stack((x[at] - x[begin], y[at] - y[begin]), axis=1)
    return np.asarray(vector / np.maximum(np.linalg.norm(vector, axis=1, keepdims=True), 1e-9))


def _points(
    network: Network, x: Array, y: Array, edge: Index, forward: NDArray[np.bool_], edges_at: Index
) -> dict[str, Any]:
    """Return the points along each arc, in its direction."""
    samples = sampled(x, y, network.point_offsets, step=SAMPLE)
    at = np.concatenate(([0], np.cumsum(np.bincount(samples.line, minlength=len(network)))))
    rows, counts = spread(at, edge), np.diff(at)[edge]
    mirrored = np.repeat(at[edge] + at[edge + 1] - 1, counts) - rows
    rows = np.where(np.repeat(forward, counts), rows, mirrored)
    before = np.concatenate(([0], np.cumsum(counts)))
    return {
        "x": samples.x[rows],
        "y": samples.y[rows],
        "sample_length": samples.length[rows],
        "samples_at": before[edges_at],
    }
