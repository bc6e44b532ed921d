"""From lines that share nodes to a network: cut at junctions, crossings counted, what surrounds each edge summed up."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from pace.arrays import Array
from pace.routes import osm_tags
from pace.routes.lines import Samples, line_means, owner, sampled, within
from pace.routes.network import PLACES, WAYS, Network
from pace.routes.osm_extract import Extract, Ways, degrees, whole
from pace.routes.plane import Plane
from pace.routes.raster import Raster
from pace.routes.sound import CELL, HEARD, levels, noise

Index = NDArray[np.int64]
STEP = 20.0
"""m; how far apart an edge is asked what surrounds it."""


def network(extract: Extract) -> Network:
    """Return the network of an extract; pieces that hang together with nothing else are in it too."""
    pieces = cut(extract.walks, extract.blocked)
    column = {name: np.asarray(values)[pieces.line] for name, values in extract.walks.columns.items()}
    latitude, longitude = degrees(extract.walks.y)[pieces.point], degrees(extract.walks.x)[pieces.point]
    places = np.array(extract.places, dtype=np.int64).reshape(-1, 3)
    surroundings = around(extract, latitude, longitude, pieces.offsets, column["way"])
    named = {number: text for text, number in extract.names.items()}
    names = tuple(named[number] for number in range(len(named)) if named[number])
    shift = next((number for number, text in named.items() if not text), len(named))
    name = np.where(column["name"] == shift, -1, column["name"] - (column["name"] > shift))
    first, last = pieces.offsets[:-1], pieces.offsets[1:] - 1
    nodes, ends = np.unique(pieces.node[np.concatenate((first, last))], return_inverse=True)
    at = np.zeros(nodes.size, dtype=np.int64)
    at[ends] = np.concatenate((first, last))
    start, stop = np.split(ends, 2)
    return Network.build(
        node_latitude=latitude[at],
        node_longitude=longitude[at],
        edge_start=start,
        edge_stop=stop,
        point_latitude=latitude,
        point_longitude=longitude,
        point_offsets=pieces.offsets,
        way=column["way"],
        surface=column["surface"],
        lit=column["lit"],
        span=column["span"],
        crossing_s=waiting(extract.crossing, whole(extract.walks.ref)[pieces.point][at], start, stop, column["road"]),
        name=name,
        place_latitude=places[:, 1] / 1e7,
        place_longitude=places[:, 0] / 1e7,
        place_kind=places[:, 2],
        names=names,
        attribution=extract.attribution,
        **surroundings,
    )


class Pieces(NamedTuple):
    """Lines cut at junctions: points (k,) as indices into those read, their nodes, offsets, and the line of each."""

    point: Index
    node: Index
    offsets: Index
    line: Index


def cut(walks: Ways, blocked: set[int]) -> Pieces:
    """Return the pieces of lines between junctions, no two of which join the same two nodes, none a circle.

    Lines are cut at nodes that more than one line uses, and so that circles and pairs of pieces between the same nodes
    get a node in their middle. What leads to a node that is missing or `blocked` ends before it.
    """
    ref, offsets = whole(walks.ref), whole(walks.offsets)
    _, node, used = np.unique(ref, return_inverse=True, return_counts=True)
    line = owner(offsets)
    gone = np.isnan(degrees(walks.x)) | np.isin(ref, np.fromiter(blocked, dtype=np.int64, count=len(blocked)))
    step = within(offsets) & ~gone[:-1] & ~gone[1:] & (node[:-1] != node[1:])
    joint = used[node] > 1
    for _ in range(MOST_HALVINGS):  # circles become pairs, pairs become simple
        pieces = _pieces(step, joint, node, line)
        double = _double(pieces)
        if not double.any():
            break
        middle = (pieces.offsets[:-1] + pieces.offsets[1:])[double] // 2
        short = np.diff(pieces.offsets)[double] < 3
        joint[pieces.point[middle[~short]]] = True
        step[pieces.point[pieces.offsets[:-1][double][short]]] = False  # the same step twice
    return pieces


MOST_HALVINGS = 6


def _pieces(step: NDArray[np.bool_], joint: NDArray[np.bool_], node: Index, line: Index) -> Pieces:
    """Return runs of steps that are not interrupted by a joint."""
    before = np.concatenate(([False], step))
    after = np.concatenate((step, [False]))
    start = after & (~before | joint)
    first, last = np.flatnonzero(start), np.flatnonzero(before & (~after | joint))
    counts = last - first + 1
    offsets = np.concatenate(([0], np.cumsum(counts)))
    point = np.arange(offsets[-1]) + np.repeat(first - offsets[:-1], counts)
    return Pieces(point, node[point], offsets, line[first])


def _double(pieces: Pieces) -> NDArray[np.bool_]:
    """Return which pieces are circles, or join two nodes that a piece with fewer points joins."""
    ends = np.stack((pieces.node[pieces.offsets[:-1]], pieces.node[pieces.offsets[1:] - 1]))
    low, high = ends.min(axis=0), ends.max(axis=0)
    order = np.lexsort((np.diff(pieces.offsets), high, low))
    same = np.zeros(low.size, dtype=bool)
    same[order[1:]] = (np.diff(low[order]) == 0) & (np.diff(high[order]) == 0)
    return np.asarray(same | (low == high))


def waiting(crossing: dict[int, float], ref: Index, start: Index, stop: Index, road: NDArray[np.int64]) -> Array:
    """Return the waiting (m,) to expect on each edge, s: half of each end's.

    At signals everybody waits; at other crossings those who come and go on a way without cars. Where such a way meets a
    road without any crossing being told, it crosses it if it goes on beyond.
    """
    n = ref.size
    told = np.array([crossing.get(one, 0.0) for one in ref.tolist()])
    ends = np.concatenate((start, stop))
    roads = np.bincount(ends, weights=np.tile(road > 0, 2), minlength=n)
    paths = np.bincount(ends, weights=np.tile(road == 0, 2), minlength=n)
    main = np.zeros(n, dtype=bool)
    main[ends[np.tile(road == 2, 2)]] = True
    untold = (told == 0) & (roads >= 2) & (paths >= 2)
    wait = np.where(untold, np.where(main, osm_tags.MAIN_S, osm_tags.MINOR_S), told)
    signals = told >= osm_tags.SIGNALS_S
    each = wait[ends] * np.where(signals[ends], 1.0, np.tile(road == 0, 2)) / 2
    return np.asarray(each.reshape(2, -1).sum(axis=0))


def around(
    extract: Extract, latitude: Array, longitude: Array, offsets: Index, way: NDArray[np.int64]
) -> dict[str, Any]:
    """Return noise, green and encounters (m,) of each edge: what surrounds it."""
    plane = Plane.about(latitude, longitude)
    samples = sampled(*plane.metres(latitude, longitude), offsets, step=STEP)
    roads, level = _roads(extract.roads, plane)
    rings, turn = _rings(extract, plane)
    loud, share = np.zeros(samples.x.size), np.zeros(samples.x.size)
    for raster, rows in Raster.tiles(samples.x, samples.y, cell=CELL, margin=HEARD):
        x, y = samples.x[rows], samples.y[rows]
        loud[rows] = raster.at(levels(raster, roads, level), x, y)
        if rings is not None:
            share[rows] = raster.at(_green_share(raster, rings, turn), x, y)
    n = offsets.size - 1
    return {
        "noise": line_means(samples, noise(loud), n),
        "green": None if rings is None else line_means(samples, share, n),
        "encounters": _encounters(extract, plane, samples, way),
    }


def _roads(roads: Ways, plane: Plane) -> tuple[Samples, Array]:
    """Return points along all roads and how loud each is, dB(A)."""
    x, y, offsets, keep = _known(roads, plane)
    lines = sampled(x, y, offsets, step=CELL / 2)
    return lines, np.asarray(roads.columns.get("level", []), dtype=np.float64)[keep][lines.line]


def _known(ways: Ways, plane: Plane) -> tuple[Array, Array, Index, Index]:
    """Return x, y and offsets of lines without the points that the extract does not hold, and which lines are left."""
    latitude, longitude, offsets = degrees(ways.y), degrees(ways.x), whole(ways.offsets)
    here = ~np.isnan(latitude)
    counts = np.bincount(owner(offsets)[here], minlength=offsets.size - 1)
    keep = np.flatnonzero(counts >= 2)
    here &= (counts >= 2)[owner(offsets)]
    x, y = plane.metres(latitude[here], longitude[here])
    return x, y, np.concatenate(([0], np.cumsum(counts[keep]))), keep


GREEN_NEAR = 50.0
"""m; green that lies within this distance is seen and felt."""


class Rings(NamedTuple):
    """Closed lines on the plane: points, offsets, and the box of each."""

    x: Array
    y: Array
    offsets: Index
    low: Array
    high: Array

    def touching(self, raster: Raster) -> Index:
        """Return which rings may cover a cell of the raster."""
        far = np.array([raster.x + raster.cell * raster.columns, raster.y + raster.cell * raster.rows])
        near = np.array([raster.x, raster.y])
        return np.flatnonzero((self.low <= far[:, None]).all(axis=0) & (self.high >= near[:, None]).all(axis=0))


def _rings(extract: Extract, plane: Plane) -> tuple[Rings | None, NDArray[np.int8]]:
    """Return the rings of green areas and which are holes; None where the extract tells of no land."""
    if not extract.land or len(extract.rings.offsets) < 2:
        return None, np.zeros(0, dtype=np.int8)
    x, y, offsets, keep = _known(extract.rings, plane)
    both = np.stack((x, y))
    low, high = (np.stack([f.reduceat(row, offsets[:-1]) for row in both]) for f in (np.minimum, np.maximum))
    return Rings(x, y, offsets, low, high), np.asarray(extract.rings.columns["turn"], dtype=np.int8)[keep]


def _green_share(raster: Raster, rings: Rings, turn: NDArray[np.int8]) -> Array:
    """Return the share of green around each cell (rows, columns)."""
    here = rings.touching(raster)
    counts = np.diff(rings.offsets)[here]
    offsets = np.concatenate(([0], np.cumsum(counts)))
    point = np.arange(offsets[-1]) + np.repeat(rings.offsets[here] - offsets[:-1], counts)
    area = raster.filled(rings.x[point], rings.y[point], offsets, turn[here]).astype(np.float64)
    reach = 2 * round(GREEN_NEAR / raster.cell) + 1
    return raster.convolved(area, np.full((reach, reach), 1 / reach**2))


NEAR_PEOPLE = {"station": (100.0, 0.9), "school": (80.0, 0.6), "stop": (30.0, 0.4)}
"""m and 0 to 1: near these one meets people, or is overheard."""
ON_WAY = {"pedestrian": 0.8, "living street": 0.4, "residential": 0.3, "footway": 0.3, "main road": 0.5, "street": 0.4}
"""0 to 1: how likely others are near on each kind of way; 0.15 on the rest. A coarse guess, used to prefer, never told
as a figure."""


def _encounters(extract: Extract, plane: Plane, samples: Samples, way: NDArray[np.int64]) -> Array:
    """Return how likely others are near (m,) on each edge."""
    from scipy.spatial import cKDTree

    value = np.array([ON_WAY.get(kind, 0.15) for kind in WAYS])[way][samples.line]
    places = np.array(extract.places, dtype=np.int64).reshape(-1, 3)
    here = np.stack((samples.x, samples.y), axis=1)
    for kind, (near, likely) in NEAR_PEOPLE.items():  # kinds of place
        rows = places[places[:, 2] == PLACES.index(kind)]
        if len(rows):
            tree = cKDTree(np.stack(plane.metres(rows[:, 1] / 1e7, rows[:, 0] / 1e7), axis=1))
            distance = tree.query(here, distance_upper_bound=near)[0]
            value = np.maximum(value, likely * (distance <= near))
    return line_means(samples, value, way.size)
