"""A path network from people's own recordings: cleaned, attracted, merged, pruned; and what may be shown of whom."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from scipy.spatial import cKDTree

from pace.activity.track import Track
from pace.arrays import Array
from pace.errors import NothingUsableError
from pace.routes.levels import heights_at, levelled
from pace.routes.network import WAYS, Network
from pace.routes.passes import STEP, Passes, on_foot
from pace.routes.plane import Plane
from pace.routes.ridge import Ground
from pace.routes.skeleton import SIDE, Chains, Squares, chains

NEAR_M = 25_000.0
"""m; recordings farther from the place in question are another network. Nobody gets there and back in a session."""
LEAP = 2.5 * STEP
"""m; where attraction puts neighbouring points farther apart, the pass changed over to another way and shows none."""
STUB = 25.0
"""m; a shorter dead end is noise, or where somebody stopped."""
EYELET = 80.0
"""m around; a smaller ring is two passes of one way that were not quite merged."""
SPLIT, SPLIT_AROUND = 15.0, 300.0
"""m; two lines with the same ends whose middles are nearer than this, and which are no longer together, are one way."""
CROSSING = 20.0
"""m; junctions nearer to each other than this are one: a crossing seen through the noise."""
BESIDE = 8.0
"""m; how near a merged line a person's merged passes lie where they took it."""
BESIDE_EDGE = 12.0
"""m; the same for counting recordings, whose points are asked one by one."""
WHOLE = 0.6
"""Share of an edge that a recording must cover to count as showing it."""
STRETCH = 10.0
"""m of an edge that are covered or not."""
STRAIGHT = 8.0
"""m around a junction; there a line runs straight to its middle, which may lie beside the thin line."""
EVERY = 2
"""Squares to one point of a line."""

NOT_SHARED = "no way is in the recordings of everyone: a map, or everybody's consent, is needed"
TOO_SHORT = "ways come from recordings that go somewhere, these hardly leave one spot"

Index = NDArray[np.int64]
Mask = NDArray[np.bool_]


def network_from_tracks(
    people: Sequence[Sequence[Track]],
    *,
    around: tuple[float, float] | None = None,
    shared: bool = True,
) -> Network:
    """Return the paths that people's recordings show, merged into a network.

    Passes along one way are drawn together onto the line that is walked most densely, drawn on squares of ground,
    worn down to thin lines and read off as junctions and edges. A gap that nobody crossed is not bridged. Heights come
    from the recordings once the shift and drift of each device are solved where recordings meet.

    What one person's recordings show is theirs. With `shared`, the network of two or more people holds only what
    *everyone's* recordings show, square by square, so a route that is found in it tells nobody anything about where the
    others go. Without, it holds everything: for a network of one's own, or where all have agreed.

    Parameters
    ----------
    people : sequence of sequence of Track
        The recordings of each person. Those that are not on foot or far from the place are left out.
    around : (float, float), optional
        Latitude and longitude (degrees) of the place in question; without it, the middle of the recordings.
    shared : bool
        Whether only what all of them walked may be in it.

    Returns
    -------
    Network
        `way` is `recorded` everywhere, `support` the number of recordings that show each edge.

    Raises
    ------
    NothingUsableError
        When no recording has a stretch on foot with positions, or, with `shared`, no way is everyone's.
    """
    found = [[track for track in tracks if on_foot(track)] for tracks in people]
    plane = _plane([track for tracks in found for track in tracks], around)
    passes = Passes.of([[_near(track, plane) for track in tracks] for tracks in found], plane)
    if not passes.x.size:
        raise NothingUsableError("ways come from recordings on foot with positions, these have none near the place")
    ground = Ground.of(passes)
    place = ground.ridge(ground.place, ground.direction)[ground.cell]
    squares = _squares(passes, place)
    alive = squares.thinned()
    if shared and len(found) > 1:
        alive &= _everyones(passes, place, squares.middle, len(found))
    graph = _merged(squares, *_tidied(squares, alive))
    if not len(graph.start):
        raise NothingUsableError(NOT_SHARED if shared and len(found) > 1 else TOO_SHORT)
    return _network(graph, passes, place, ground, plane)


def _plane(tracks: Sequence[Track], around: tuple[float, float] | None) -> Plane:
    """Return the plane about a place, or about the middle of the recordings."""
    if around is not None:
        return Plane(latitude=around[0], longitude=around[1])
    place = [(track.latitude[k], track.longitude[k]) for track in tracks if (k := _first(track)) is not None]
    if not place:
        return Plane(latitude=0.0, longitude=0.0)
    turn = np.exp(1j * np.radians(np.array(place)[:, 1]))
    middle = np.median(np.degrees(np.angle(turn / turn[0])))
    return Plane(latitude=float(np.median(np.array(place)[:, 0])), longitude=float(place[0][1] + middle))


def _first(track: Track) -> int | None:
    """Return the index of the first sample with a position."""
    known = np.flatnonzero(np.isfinite(track.latitude) & np.isfinite(track.longitude))
    return int(known[0]) if known.size else None


def _near(track: Track, plane: Plane) -> Track:
    """Return the track with positions far from the place taken out."""
    x, y = plane.metres(track.latitude, track.longitude)
    with np.errstate(invalid="ignore"):
        far = np.hypot(x, y) > NEAR_M
    if not far.any():
        return track
    from dataclasses import replace

    return replace(track, latitude=np.where(far, np.nan, track.latitude))


def _squares(passes: Passes, place: Array) -> Squares:
    """Return the squares under the attracted passes."""
    step = np.hypot(*np.diff(place, axis=0).T)
    drawn = passes.follows & (step < LEAP)
    return Squares.drawn(place[:-1][drawn], place[1:][drawn])


def _everyones(passes: Passes, place: Array, middle: Array, n: int) -> Mask:
    """Return which squares (k,) lie where every person walked."""
    everyone = np.ones(len(middle), dtype=bool)
    for person in range(n):
        own = place[passes.person == person]
        near = cKDTree(own).query(middle, distance_upper_bound=BESIDE)[0] if len(own) else np.inf
        everyone &= np.isfinite(near)
    return everyone


def _tidied(squares: Squares, alive: Mask) -> tuple[Mask, Chains]:
    """Return the thin line without stubs, eyelets and specks, and its graph."""
    while True:
        alive = squares.thinned(alive)
        graph = chains(squares, alive)
        gone = _noise(graph, squares.middle)
        if not gone.any():
            return alive, graph
        alive[graph.square[gone[graph.chain]]] = False
        alive &= np.diff(squares.links(alive).indptr) > 0


def _noise(graph: Chains, middle: Array) -> Mask:
    """Return which chains are noise: short dead ends, small rings, and the longer of two that are nearly one."""
    start, stop, length = graph.start, graph.stop, graph.length
    free = (start < 0).astype(int) + (stop < 0)
    ring = (start == stop) & (start >= 0)
    gone = ((free == 1) & (length < STUB)) | ((free == 2) & (length < 2 * STUB)) | (ring & (length < EYELET))
    low, high = np.minimum(start, stop), np.maximum(start, stop)
    order = np.lexsort((length, high, low))
    twin = (np.diff(low[order]) == 0) & (np.diff(high[order]) == 0) & (low[order][1:] >= 0) & ~ring[order][1:]
    around = length[order][1:] + length[order][:-1]
    first = np.flatnonzero(np.diff(graph.chain, prepend=-1))
    half = middle[graph.square[(first + np.append(first, graph.square.size)[1:] - 1) // 2]][order]
    split = (np.hypot(*np.diff(half, axis=0).T) < SPLIT) & (around < SPLIT_AROUND)
    gone[order[1:][twin & ((around < EYELET) | split)]] = True
    return np.asarray(gone)


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Lines:
    """The merged graph: nodes (n, 2), m; edges from `start` to `stop` (m,), and their inner points with `edge`."""

    node: Array
    start: Index
    stop: Index
    point: Array
    edge: Index


def _merged(squares: Squares, alive: Mask, graph: Chains) -> Lines:
    """Return the graph with near junctions merged and every loose end a node."""
    n = int(graph.cluster.max(initial=-1)) + 1
    short = (graph.length < CROSSING) & (graph.start >= 0) & (graph.stop >= 0)
    pairs = (np.ones(int(short.sum())), (graph.start[short], graph.stop[short]))
    group = connected_components(coo_array(pairs, shape=(n, n)), directed=False)[1] if n else np.zeros(0, np.int64)
    keep = ~short
    number = np.cumsum(keep) - 1
    inside = keep[graph.chain]
    square, chain = graph.square[inside], number[graph.chain[inside]]
    knot = np.flatnonzero(alive & (graph.cluster >= 0))
    member = np.concatenate((group[graph.cluster[knot]], group[graph.start[graph.chain[~inside]]]))
    middle = squares.middle[np.concatenate((knot, graph.square[~inside]))]
    n_groups = int(group.max(initial=-1)) + 1
    count = np.maximum(np.bincount(member, minlength=n_groups), 1)
    node = np.stack([np.bincount(member, weights=v, minlength=n_groups) / count for v in middle.T], axis=1)
    start, stop, loose = _loose_ends(graph, keep, group, squares.middle)
    return Lines(node=np.concatenate((node, loose)), start=start, stop=stop, point=squares.middle[square], edge=chain)


def _loose_ends(graph: Chains, keep: Mask, group: Index, middle: Array) -> tuple[Index, Index, Array]:
    """Return the nodes at which the kept chains start and stop, and the places of those that are loose ends."""
    edge = np.flatnonzero(np.diff(graph.chain, prepend=-1))
    last = np.append(edge, graph.square.size)[1:] - 1
    n = int(group.max(initial=-1)) + 1
    ends: list[Index] = []
    loose: list[Array] = []
    for cluster, at in ((graph.start[keep], edge[keep]), (graph.stop[keep], last[keep])):
        free = cluster < 0
        node = np.append(group, -1)[cluster]
        node[free] = n + sum(len(one) for one in loose) + np.arange(int(free.sum()))
        loose.append(middle[graph.square[at[free]]])
        ends.append(node)
    return ends[0], ends[1], np.concatenate(loose)


def _network(graph: Lines, passes: Passes, place: Array, ground: Ground, plane: Plane) -> Network:
    """Return the merged graph as a network: lines smooth and on the ridge, heights, supports."""
    point, offsets = _drawn(graph, ground)
    height = levelled(passes, place)
    lines = plane.degrees(*point.T)
    nodes = plane.degrees(*graph.node.T)
    edge = np.repeat(np.arange(offsets.size - 1), np.diff(offsets))
    network = Network.build(
        node_latitude=nodes[0],
        node_longitude=nodes[1],
        edge_start=graph.start,
        edge_stop=graph.stop,
        point_latitude=lines[0],
        point_longitude=lines[1],
        point_elevation=heights_at(place, height, point),
        point_offsets=offsets,
        way=np.full(graph.start.size, WAYS.index("recorded")),
        support=_support(point, edge, passes, place),
    )
    return network.subset(network.length > SIDE)


def _drawn(graph: Lines, ground: Ground) -> tuple[Array, Index]:
    """Return the lines of the edges, both ends included, (k, 2) m, and their offsets (m + 1,)."""
    m = graph.start.size
    rank = np.arange(graph.edge.size) - np.searchsorted(graph.edge, graph.edge)
    ends = graph.node[np.stack((graph.start, graph.stop))][:, graph.edge]
    clear = np.hypot(*(ends - graph.point).transpose(2, 0, 1)).min(axis=0, initial=np.inf) >= STRAIGHT
    ring = (graph.start == graph.stop)[graph.edge]
    chosen = (rank % EVERY == EVERY - 1) & (clear | ring)
    own = [(np.arange(m), graph.node[graph.start]), (graph.edge[chosen], graph.point[chosen])]
    edge = np.concatenate([part[0] for part in own] + [np.arange(m)])
    point = np.concatenate([part[1] for part in own] + [graph.node[graph.stop]])
    order = np.argsort(edge, kind="stable")
    edge, point = edge[order], point[order]
    offsets = np.searchsorted(edge, np.arange(m + 1))
    return _smoothed(point, edge, offsets, ground), offsets


def _smoothed(point: Array, edge: Index, offsets: Index, ground: Ground) -> Array:
    """Return the points of lines (k, 2) evened out and drawn onto the ridge, their ends kept."""
    ends = np.concatenate((offsets[:-1], offsets[1:] - 1))
    inner = np.ones(len(point), dtype=bool)
    inner[ends] = False
    for _ in range(2):
        point = np.where(inner[:, None], _evened(point), point)
    step = np.roll(point, -1, axis=0) - np.roll(point, 1, axis=0)
    double = (step[:, 0] + 1j * step[:, 1]) ** 2
    double /= np.maximum(np.abs(double), 1e-9)
    direction = np.stack((double.real, double.imag), axis=1)
    moved = point.copy()
    moved[inner] = ground.ridge(point[inner], direction[inner])
    near = np.hypot(*(moved - point).T) < SIDE
    moved = np.where((inner & near)[:, None], moved, point)
    return np.where(inner[:, None], _evened(moved), moved)


def _evened(point: Array) -> Array:
    """Return each point (k, 2) as the weighted mean of itself and its neighbours."""
    return (np.roll(point, 1, axis=0) + 2 * point + np.roll(point, -1, axis=0)) / 4


def _support(point: Array, edge: Index, passes: Passes, place: Array) -> Index:
    """Return how many recordings cover each edge (m,)."""
    m = int(edge[-1]) + 1
    along = np.concatenate(([0.0], np.cumsum(np.where(np.diff(edge) == 0, np.hypot(*np.diff(point, axis=0).T), 0.0))))
    stretch = ((along - along[np.searchsorted(edge, edge)]) / STRETCH).astype(np.int64)
    distance, at = cKDTree(point).query(place, distance_upper_bound=BESIDE_EDGE)
    near = np.isfinite(distance)
    hit = np.unique(np.stack((edge[at[near]], passes.recording[near], stretch[at[near]])), axis=1)
    both, count = np.unique(hit[:2], axis=1, return_counts=True)
    n_stretches = np.unique(np.stack((edge, stretch)), axis=1)
    whole = np.bincount(n_stretches[0], minlength=m)
    return np.bincount(both[0][count >= WHOLE * whole[both[0]]], minlength=m)
