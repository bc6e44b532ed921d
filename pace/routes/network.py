"""Where people can walk: junctions, the lines between them, and what is known of each line."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any, NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from pace.arrays import Array, frozen
from pace.earth import line_steps
from pace.errors import InputError
from pace.routes.plane import Plane

WAYS = (
    "path",
    "footway",
    "pedestrian",
    "steps",
    "track",
    "cycleway",
    "bridleway",
    "living street",
    "residential",
    "service",
    "street",
    "main road",
    "recorded",
    "running track",
)
"""What a line is, in the order of `Network.way`; `recorded` is known from recordings alone."""
SURFACES = ("unknown", "paved", "firm", "loose")
"""What a line is made of, in the order of `Network.surface`."""
PLACES = ("bench", "toilet", "shelter", "water", "stop", "station", "school")
"""What is beside the lines, in the order of `Network.place_kind`."""

Mask = NDArray[np.bool_]
Index = NDArray[np.int64]


class Nearest(NamedTuple):
    """The place of a network nearest to a point: the edge, the stretch of its line, how far along it, how far off.

    `edge` is -1 where the network is empty; `along` is in m from the edge's start, `distance` in m.
    """

    edge: int
    along: float
    distance: float


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Network:
    """An undirected network of n nodes (junctions and ends), m edges and k points of their lines. Make it with `build`.

    Attributes
    ----------
    node_latitude, node_longitude : (n,) float64, degrees
    edge_start, edge_stop : (m,) int32
        Nodes; an edge may end where it starts, and two edges may join the same nodes.
    point_latitude, point_longitude : (k,) float64, degrees
    point_elevation : (k,) float64, m
        NaN where unknown.
    point_offsets : (m + 1,) int64
        The line of edge i is `point_offsets[i]:point_offsets[i + 1]`, from its start to its stop, both ends included.
    length : (m,) float64, m
    way, surface : (m,) uint8
        Into WAYS and SURFACES.
    lit : (m,) int8
        -1 unknown, 0 no, 1 yes.
    noise, green, encounters : (m,) float32
        0 to 1: traffic heard, parks and woods and water around, people met. NaN where unknown.
    crossing_s : (m,) float32, s
        Waiting to expect on the edge.
    span : (m,) bool
        A bridge or a tunnel: the ground below or above it says nothing of it.
    name : (m,) int32
        Into `names`, -1 where there is none.
    support : (m,) int32
        How many recordings show the edge; -1 where it comes from a map.
    place_latitude, place_longitude : (q,) float64, degrees
    place_kind : (q,) uint8
        Into PLACES.
    names : tuple of str
    attribution : str
        Whom to thank for the lines; empty where nobody but the people themselves.
    """

    node_latitude: Array
    node_longitude: Array
    edge_start: NDArray[np.int32]
    edge_stop: NDArray[np.int32]
    point_latitude: Array
    point_longitude: Array
    point_elevation: Array
    point_offsets: Index
    length: Array
    way: NDArray[np.uint8]
    surface: NDArray[np.uint8]
    lit: NDArray[np.int8]
    noise: NDArray[np.float32]
    green: NDArray[np.float32]
    encounters: NDArray[np.float32]
    crossing_s: NDArray[np.float32]
    span: Mask
    name: NDArray[np.int32]
    support: NDArray[np.int32]
    place_latitude: Array
    place_longitude: Array
    place_kind: NDArray[np.uint8]
    names: tuple[str, ...] = ()
    attribution: str = ""

    @classmethod
    def build(cls, *, names: tuple[str, ...] = (), attribution: str = "", **columns: Any) -> Self:
        """Return a checked network; what is not given is unknown.

        Parameters
        ----------
        names : tuple of str
            Of ways; as in the class.
        attribution : str
            Whom the map is owed to.
        **columns : array_like
            The arrays of the class by name. Nodes, edges, points and offsets are needed, the rest is optional; without
            `length` it is measured along the lines.

        Raises
        ------
        InputError
            When a column is missing or of another length, or an index or a coordinate is out of range.
        """
        absent = [name for name in _NEEDED if columns.get(name) is None]
        if absent:
            raise InputError(f"a network needs {', '.join(absent)}", expected=_NEEDED, got=sorted(columns))
        n, m = len(columns["node_latitude"]), len(columns["edge_start"])
        k, q = len(columns["point_latitude"]), len(columns.get("place_latitude", ()))
        size = {"node": n, "point": k, "place": q}
        found = {}
        for name, (dtype, missing) in _COLUMNS.items():
            want = m + 1 if name == "point_offsets" else size.get(name.split("_")[0], m)
            found[name] = _column(columns.get(name), want, name, dtype=dtype, missing=missing)
        unknown = set(columns) - set(_COLUMNS)
        if unknown:
            raise InputError(f"a network has no {sorted(unknown)[0]}", expected=sorted(_COLUMNS), got=sorted(unknown))
        measured = columns.get("length") is None
        if measured:
            found["length"] = frozen(np.zeros(m))
        _check(found, n=n, k=k, n_names=len(names))
        if measured:
            found["length"] = frozen(line_lengths(found))
        return cls(names=tuple(names), attribution=attribution, **found)

    def __len__(self) -> int:
        """Return the number of edges."""
        return self.edge_start.size

    def __repr__(self) -> str:
        """Return how large it is, and not where."""
        return f"<Network: {self.node_latitude.size} nodes, {len(self)} edges, {self.length.sum() / 1000:.1f} km>"

    def plane(self) -> Plane:
        """Return the plane about the middle of the nodes."""
        return Plane.about(self.node_latitude, self.node_longitude)

    def points_of(self, edge: int, *, forward: bool = True) -> Index:
        """Return the indices of the points of one edge's line.

        Parameters
        ----------
        edge : int
        forward : bool
            In its own direction, else against it.

        Returns
        -------
        (k,) int64
        """
        index = np.arange(self.point_offsets[edge], self.point_offsets[edge + 1])
        return index if forward else index[::-1]

    def subset(self, edges: Mask | Index) -> Self:
        """Return the network of some edges; nodes without an edge are dropped.

        Parameters
        ----------
        edges : (m,) bool or (k,) int
            A mask or indices.
        """
        keep = np.flatnonzero(edges) if edges.dtype == bool else np.asarray(edges)
        ends = np.concatenate((self.edge_start[keep], self.edge_stop[keep]))
        nodes, renamed = np.unique(ends, return_inverse=True)
        counts = np.diff(self.point_offsets)[keep]
        offsets = np.concatenate(([0], np.cumsum(counts)))
        points = np.arange(offsets[-1]) + np.repeat(self.point_offsets[keep] - offsets[:-1], counts)
        column = {name: getattr(self, name) for name in _COLUMNS}
        for name in column:
            kind = name.split("_")[0]
            if kind != "place":
                rows = {"node": nodes, "point": points}.get(kind, keep)
                column[name] = column[name][rows] if name != "point_offsets" else offsets
        column["edge_start"], column["edge_stop"] = np.split(renamed.astype(np.int32), 2)
        column = {name: frozen(values) for name, values in column.items()}
        return type(self)(names=self.names, attribution=self.attribution, **column)

    def components(self) -> NDArray[np.int32]:
        """Return the number (n,) of the connected piece that each node lies in."""
        from scipy.sparse import coo_array
        from scipy.sparse.csgraph import connected_components

        n = self.node_latitude.size
        if not n:
            return np.zeros(0, dtype=np.int32)
        graph = coo_array((np.ones(len(self), dtype=np.int8), (self.edge_start, self.edge_stop)), shape=(n, n))
        return np.asarray(connected_components(graph, directed=False)[1])

    def largest(self) -> Self:
        """Return the connected piece with the greatest length of ways."""
        if not len(self):
            return self
        piece = self.components()[self.edge_start]
        return self.subset(piece == np.bincount(piece, weights=self.length).argmax())

    def nearest(self, latitude: float, longitude: float) -> Nearest:
        """Return the place on the lines that is nearest to a point.

        Parameters
        ----------
        latitude, longitude : float, degrees
        """
        if not len(self):
            return Nearest(-1, 0.0, float("inf"))
        here = Plane(latitude=latitude, longitude=longitude)
        x, y = here.metres(self.point_latitude, self.point_longitude)
        dx, dy = np.diff(x), np.diff(y)
        squared = dx**2 + dy**2
        with np.errstate(invalid="ignore", divide="ignore"):
            share = np.where(squared > 0, np.clip(-(x[:-1] * dx + y[:-1] * dy) / squared, 0, 1), 0)
        off = np.hypot(x[:-1] + share * dx, y[:-1] + share * dy)
        off[self.point_offsets[1:-1] - 1] = np.inf  # from the end of one line to the start of the next
        at = int(off.argmin())
        edge = int(np.searchsorted(self.point_offsets, at, side="right")) - 1
        step = np.sqrt(squared)
        whole = float(step[self.point_offsets[edge] : self.point_offsets[edge + 1] - 1].sum())
        before = float(step[self.point_offsets[edge] : at].sum() + share[at] * step[at])
        along = before / whole * float(self.length[edge]) if whole else 0.0
        return Nearest(edge, along, float(off[at]))


_NEEDED = (
    "node_latitude",
    "node_longitude",
    "edge_start",
    "edge_stop",
    "point_latitude",
    "point_longitude",
    "point_offsets",
)
_COLUMNS: dict[str, tuple[Any, float]] = {
    "node_latitude": (np.float64, np.nan),
    "node_longitude": (np.float64, np.nan),
    "edge_start": (np.int32, -1),
    "edge_stop": (np.int32, -1),
    "point_latitude": (np.float64, np.nan),
    "point_longitude": (np.float64, np.nan),
    "point_elevation": (np.float64, np.nan),
    "point_offsets": (np.int64, 0),
    "length": (np.float64, np.nan),
    "way": (np.uint8, 0),
    "surface": (np.uint8, 0),
    "lit": (np.int8, -1),
    "noise": (np.float32, np.nan),
    "green": (np.float32, np.nan),
    "encounters": (np.float32, np.nan),
    "crossing_s": (np.float32, 0),
    "span": (np.bool_, 0),
    "name": (np.int32, -1),
    "support": (np.int32, -1),
    "place_latitude": (np.float64, np.nan),
    "place_longitude": (np.float64, np.nan),
    "place_kind": (np.uint8, 0),
}
"""Each column: its type, and what stands where nothing is known."""


def columns(network: Network) -> dict[str, NDArray[Any]]:
    """Return the arrays of a network by name."""
    return {field.name: getattr(network, field.name) for field in fields(network) if field.name in _COLUMNS}


def _column(values: Any, n: int, name: str, *, dtype: Any, missing: float) -> NDArray[Any]:
    """Return a read-only column (n,) of its type; None is n times what stands for unknown."""
    array = np.full(n, missing, dtype=dtype) if values is None else np.asarray(values).astype(dtype, copy=False)
    if array.shape != (n,):
        raise InputError(f"{name} must have shape ({n},), got {array.shape}", expected=(n,), got=array.shape)
    return frozen(array)


def line_lengths(column: dict[str, NDArray[Any]]) -> Array:
    """Return the length (m,) of each edge's line, m."""
    latitude, offsets = column["point_latitude"], column["point_offsets"]
    if latitude.size < 2:
        return np.zeros(max(offsets.size - 1, 0))
    total = np.concatenate(([0.0], np.cumsum(line_steps(latitude, column["point_longitude"]))))
    return np.asarray(total[offsets[1:] - 1] - total[offsets[:-1]])


def _check(found: dict[str, NDArray[Any]], *, n: int, k: int, n_names: int) -> None:
    """Refuse what is no network, without telling where it lies."""
    offsets, ends = found["point_offsets"], np.concatenate((found["edge_start"], found["edge_stop"]))
    latitude = np.concatenate([found[f"{kind}_latitude"] for kind in ("node", "point", "place")])
    longitude = np.concatenate([found[f"{kind}_longitude"] for kind in ("node", "point", "place")])
    length = found["length"]
    for rule, holds in (
        ("edges must join nodes that exist", not ends.size or 0 <= ends.min() <= ends.max() < n),
        ("point_offsets must run from 0 to the number of points", offsets[0] == 0 and offsets[-1] == k),
        ("every edge must have two points or more", bool((np.diff(offsets) >= 2).all())),
        ("latitudes must lie in -90 to 90", bool((np.abs(latitude) <= 90).all())),
        ("longitudes must lie in -180 to 180", bool((np.abs(longitude) <= 180).all())),
        ("lengths must be finite and not negative", bool((np.isfinite(length) & (length >= 0)).all())),
        ("way must be an index into WAYS", bool((found["way"] < len(WAYS)).all())),
        ("surface must be an index into SURFACES", bool((found["surface"] < len(SURFACES)).all())),
        ("place_kind must be an index into PLACES", bool((found["place_kind"] < len(PLACES)).all())),
        ("name must be an index into names", bool((found["name"] < n_names).all())),
    ):
        if not holds:
            raise InputError(f"{rule}: this is no network", expected=rule)
