"""The invented town around the sample activities as an OpenStreetMap document: streets, a park, a river, a wood.

Nobody surveyed it and nobody lives there: it lies in the invented place of the sample activities, in the open ocean,
and its ground is as high as theirs. The sample outings do not follow its streets. Whatever a walk may meet is in it:
signals and crossings, stairs, lit and unlit ways, a locked gate, bridges for feet, a motorway, a running track.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import numpy as np

from pace.arrays import Array
from pace.simulate.noise import stream
from pace.simulate.place import degrees_of

SIDE, SPACING, JITTER = 21, 200.0, 38.0
"""Crossings per side of the lattice that the ways follow, their distance (m), and how far each may be off it (m)."""
BEND = 16.0
"""Metres by which the middle of a way may lie beside the straight line."""
STEP = 45.0
"""About how many metres lie between the points of a bent way."""
FIELDS, SOUTH_BANK, NORTH_BANK, TOWN_EDGE = 1, 2, 3, 12
"""Last row of the fields; the rows of the river's banks; the first row of the wood."""
WEST_END, EAST_END = 3, 17
"""The first and the last column of the town."""
LONG_ROAD, BRIDGE_ROAD, MOTORWAY_X = 6, 10, 3940.0
"""The row and the column of the two main roads; where the motorway lies (m)."""
BRIDGES = {3: "Heron Bridge", 10: "Town Bridge", 15: "Reed Bridge"}
"""The columns at which the river can be crossed."""
PARK = (12, 15, 8, 10)
"""First and last column, first and last row of the park."""
STREETS = (
    "Alder", "Barley", "Cedar", "Dale", "Elder", "Fern", "Garden", "Hazel", "Ivy", "Juniper", "Kiln", "Linden", "Maple",
    "Nettle", "Orchard", "Plum", "Quince", "Rowan", "Sorrel", "Thistle", "Upland", "Violet", "Willow", "Yarrow",
)  # fmt: skip
"""What the streets are called, invented; rows end in Street, columns in Lane."""

Tags = dict[str, str]
Node = tuple[int, int]


@dataclass(slots=True)
class Sketch:
    """What has been drawn so far: points (m) with their tags, and ways as lists of points with theirs."""

    points: list[tuple[float, float]] = field(default_factory=list)
    point_tags: dict[int, Tags] = field(default_factory=dict)
    ways: list[tuple[list[int], Tags]] = field(default_factory=list)

    def point(self, x: float, y: float, **tags: str) -> int:
        """Add a point and return its number."""
        self.points.append((float(x), float(y)))
        if tags:
            self.tag(len(self.points) - 1, **tags)
        return len(self.points) - 1

    def tag(self, point: int, **tags: str) -> None:
        """Say more of a point that is there."""
        self.point_tags.setdefault(point, {}).update(tags)

    def way(self, points: Iterable[int], tags: Tags) -> None:
        """Add a way along points that are there."""
        self.ways.append((list(points), tags))

    def area(self, corners: Iterable[tuple[float, float]], **tags: str) -> None:
        """Add an area around its corners (m)."""
        ring = [self.point(x, y) for x, y in corners]
        self.way([*ring, ring[0]], tags)


def map_xml() -> bytes:
    """Return the invented town as an OSM XML document; the same bytes each time.

    Returns
    -------
    bytes
        UTF-8, under 400 kB.

    Examples
    --------
    >>> map_xml().splitlines()[1][:31]
    b'<osm version="0.6" generator="p'
    """
    sketch = Sketch()
    _ways(sketch)
    _ground(sketch)
    _things(sketch)
    return "".join(_document(sketch)).encode()


def _ways(sketch: Sketch) -> None:
    """Draw everything that can be walked, and the motorway, which cannot."""
    corner = [[sketch.point(*at) for at in column] for column in _lattice().tolist()]
    runs = _runs()
    for nodes, tags in runs:
        _along(sketch, [corner[c][r] for c, r in nodes], tags)
    _park_paths(sketch, corner)
    _crossings(sketch, corner, runs)
    top = [sketch.point(MOTORWAY_X + 30 * np.sin(y / 900), y) for y in np.arange(-200.0, 4300.0, 150.0)]
    sketch.way(top, {"highway": "motorway", "name": "Coast Motorway", "oneway": "yes", "maxspeed": "120"})


def _lattice() -> Array:
    """Return the crossings (SIDE, SIDE, 2), m, by column and row; those on the river's banks follow it."""
    column, row = np.meshgrid(np.arange(SIDE), np.arange(SIDE), indexing="ij")
    off = stream(1, "map").uniform(-JITTER, JITTER, size=(SIDE, SIDE, 2))
    at = np.stack((column, row), axis=-1) * SPACING + off
    for bank, side in ((SOUTH_BANK, -34.0), (NORTH_BANK, 34.0)):
        at[:, bank, 1] = _river(at[:, bank, 0]) + side
    return np.asarray(at)


def _river(x: Array) -> Array:
    """Return where the middle of the river runs, y (m) at x (m)."""
    return np.asarray(500.0 + 70.0 * np.sin(x / 540.0) + 25.0 * np.sin(x / 170.0))


def _runs() -> list[tuple[list[Node], Tags]]:
    """Return the ways along the lattice: its rows and columns, cut where their kind changes or a piece is missing."""
    missing = _missing()
    lines = [[(c, r) for c in range(SIDE)] for r in range(SIDE)] + [[(c, r) for r in range(SIDE)] for c in range(SIDE)]
    return [run for line in lines for run in _pieces(line, missing)]


def _pieces(line: list[Node], missing: set[tuple[Node, Node]]) -> Iterator[tuple[list[Node], Tags]]:
    """Yield the stretches of one row or column that are of one kind."""
    nodes: list[Node] = []
    kind: Tags = {}
    for a, b in pairwise(line):
        tags = {} if (a, b) in missing else _kind(a, b)
        if tags and tags == kind:
            nodes.append(b)
            continue
        if kind:
            yield nodes, kind
        nodes, kind = [a, b], tags
    if kind:
        yield nodes, kind


def _missing() -> set[tuple[Node, Node]]:
    """Return the pieces of the lattice that nobody built: by chance, but no crossing is left with fewer than two."""
    pairs = [((c, r), (c + 1, r)) for c in range(SIDE - 1) for r in range(SIDE)]
    pairs += [((c, r), (c, r + 1)) for c in range(SIDE) for r in range(SIDE - 1)]
    dice = stream(2, "map")
    rolled = dice.random_sample(len(pairs))
    degree = {(c, r): (c > 0) + (c < SIDE - 1) + (r > 0) + (r < SIDE - 1) for c in range(SIDE) for r in range(SIDE)}
    river = {(a, b) for a, b in pairs if {a[1], b[1]} == {SOUTH_BANK, NORTH_BANK} and a[0] not in BRIDGES}
    gone = set(river)
    for a, _ in river:
        degree[a] -= 1
        degree[(a[0], NORTH_BANK)] -= 1
    for k in dice.permutation(len(pairs)):
        a, b = pairs[int(k)]
        if (a, b) not in river and rolled[int(k)] < _rarity(a, b) and min(degree[a], degree[b]) > 2:
            gone.add((a, b))
            degree[a], degree[b] = degree[a] - 1, degree[b] - 1
    return gone


def _rarity(a: Node, b: Node) -> float:
    """Return how likely a piece of the lattice is not there."""
    (column, row), level = a, a[1] == b[1]
    if (level and row in (LONG_ROAD, SOUTH_BANK, NORTH_BANK)) or (not level and column in (BRIDGE_ROAD, *BRIDGES)):
        return 0.0
    return 0.12 if _in_town(column, row) else 0.38


def _in_town(column: int, row: int) -> bool:
    return WEST_END <= column < EAST_END and NORTH_BANK < row < TOWN_EDGE


def _in_park(a: Node, b: Node) -> bool:
    west, east, south, north = PARK
    return all(west <= c <= east and south <= r <= north for c, r in (a, b))


def _kind(a: Node, b: Node) -> Tags:
    """Return the tags of a piece of the lattice."""
    (column, row), level = a, a[1] == b[1]
    if level and row == LONG_ROAD:
        town = WEST_END <= column < EAST_END
        return _street("secondary", "Long Road", maxspeed="50", sidewalk="both", lit="yes" if town else "no")
    if {a[1], b[1]} == {SOUTH_BANK, NORTH_BANK}:
        return _bridge(column)
    if level and row == NORTH_BANK:
        return {"highway": "footway", "name": "River Path", "surface": "compacted", "lit": "no"}
    if level and row == SOUTH_BANK:
        return {"highway": "track", "name": "Meadow Track", "surface": "gravel", "tracktype": "grade2"}
    if not level and column == BRIDGE_ROAD and row < TOWN_EDGE + 2:
        return _street("tertiary", "Bridge Road", maxspeed="50", sidewalk="both", lit="yes")
    if _in_park(a, b):
        return {"highway": "footway", "surface": "fine_gravel", "lit": "yes"}
    return _town(column, row, level=level) if _in_town(column, row) else _country(column, row, level=level)


def _street(kind: str, name: str, **more: str) -> Tags:
    return {"highway": kind, "name": name, "surface": "asphalt"} | more


def _bridge(column: int) -> Tags:
    """Return the tags of a bridge: one for cars, the others for feet."""
    if column == BRIDGE_ROAD:
        return _street("tertiary", BRIDGES[column], bridge="yes", layer="1", sidewalk="both", lit="yes")
    return {"highway": "footway", "name": BRIDGES[column], "bridge": "yes", "layer": "1", "surface": "wood"}


def _town(column: int, row: int, *, level: bool) -> Tags:
    """Return the tags of a street: most are for those who live there, some are only for feet."""
    number = row if level else column + 7
    if number % 6 == 5:
        return {"highway": "footway", "surface": "paving_stones", "lit": "yes"}
    name = f"{STREETS[number % len(STREETS)]} {'Street' if level else 'Lane'}"
    quiet = number % 4 == 1
    return _street("living_street" if quiet else "residential", name, maxspeed="10" if quiet else "30", lit="yes")


def _country(column: int, row: int, *, level: bool) -> Tags:
    """Return the tags of a way outside the town: farm tracks in the south, paths and forest tracks in the wood."""
    if row <= NORTH_BANK:
        return {"highway": "track", "surface": "unpaved", "tracktype": "grade3"}
    if row < TOWN_EDGE:
        return (
            _street("unclassified", "Farm Lane", maxspeed="70") if level else {"highway": "track", "surface": "gravel"}
        )
    if (column + 2 * row) % 3:
        return {"highway": "path", "surface": "ground", "foot": "designated"} if level else {"highway": "path"}
    return {"highway": "track", "surface": "gravel", "tracktype": "grade2", "lit": "no"}


def _along(sketch: Sketch, corners: list[int], tags: Tags) -> None:
    """Draw a way through crossings that are there, bent between them; some of the paths up the hill are stairs."""
    bends = stream(corners[0], f"map/{corners[-1]}").uniform(-BEND, BEND, size=len(corners))
    if tags.get("bridge"):
        sketch.way(corners, tags)
        return
    drawn = [corners[0]]
    for (a, b), bend in zip(pairwise(corners), bends.tolist(), strict=False):
        between = _bent(sketch, a, b, bend)
        if tags["highway"] == "path" and abs(bend) > 0.8 * BEND and len(between) >= 3:
            sketch.way([*drawn, *between[:1]], tags)
            sketch.way(between[:2], {"highway": "steps", "step_count": "40", "handrail": "yes"})
            drawn = between[1:]
        else:
            drawn += between
        drawn.append(b)
    sketch.way(drawn, tags)


def _bent(sketch: Sketch, a: int, b: int, bend: float) -> list[int]:
    """Add the points between two points, on an arch that lies at most `bend` m beside the straight line."""
    start, stop = np.array(sketch.points[a]), np.array(sketch.points[b])
    along = stop - start
    length = float(np.hypot(*along))
    share = np.linspace(0.0, 1.0, max(round(length / STEP), 1) + 1)[1:-1, None]
    aside = np.array([-along[1], along[0]]) / length * bend * np.sin(np.pi * share)
    return [sketch.point(*at) for at in (start + share * along + aside).tolist()]


def _park_paths(sketch: Sketch, corner: list[list[int]]) -> None:
    """Draw what only the park has: diagonals, a pond with a way around it, a running track beside it."""
    west, east, south, north = PARK
    for c, r in ((west, south), (west + 1, north - 1), (east - 1, south)):
        _along(sketch, [corner[c][r], corner[c + 1][r + 1]], {"highway": "path", "surface": "fine_gravel", "lit": "no"})
    x, y = sketch.points[corner[west + 1][south]]
    turn = np.linspace(0, 2 * np.pi, 25)[:-1]
    ring = [sketch.point(x + 100 + 62 * np.cos(t), y + 110 + 48 * np.sin(t)) for t in turn]
    sketch.way([*ring, ring[0]], {"highway": "footway", "name": "Pond Round", "surface": "asphalt", "lit": "yes"})
    sketch.way([corner[west + 1][south], ring[15]], {"highway": "footway", "surface": "asphalt", "lit": "yes"})
    sketch.way([corner[west + 2][south + 1], ring[3]], {"highway": "footway", "surface": "asphalt", "lit": "yes"})
    sketch.area(((x + 100 + 45 * np.cos(t), y + 110 + 32 * np.sin(t)) for t in turn[::2]), natural="water", name="Pond")
    _running_track(sketch, corner[EAST_END][9])


def _running_track(sketch: Sketch, gate: int) -> None:
    """Draw a running track of 400 m and the footway that leads to it."""
    x, y = sketch.points[gate]
    turn = np.linspace(-np.pi / 2, np.pi / 2, 9)
    bend_x, bend_y = 36.5 * np.cos(turn), 36.5 * np.sin(turn)
    oval_x = np.concatenate((42.2 + bend_x, -42.2 - bend_x)) + x + 130
    oval_y = np.concatenate((bend_y, -bend_y)) + y + 60
    ring = [sketch.point(*at) for at in zip(oval_x, oval_y, strict=True)]
    sketch.way([*ring, ring[0]], {"leisure": "track", "sport": "running", "surface": "tartan", "lit": "yes"})
    sketch.way([gate, ring[12]], {"highway": "footway", "surface": "asphalt", "lit": "yes"})


def _crossings(sketch: Sketch, corner: list[list[int]], runs: list[tuple[list[Node], Tags]]) -> None:
    """Say how the main roads can be crossed, and lock one gate."""
    sketch.tag(corner[BRIDGE_ROAD][LONG_ROAD], highway="traffic_signals")
    used = {node for nodes, _ in runs for node in nodes}
    for at in range(WEST_END, EAST_END + 1):
        for column, row in ((at, LONG_ROAD), (BRIDGE_ROAD, at - WEST_END + NORTH_BANK + 1)):
            if (column, row) in used and row < TOWN_EDGE and (column, row) != (BRIDGE_ROAD, LONG_ROAD):
                kind = "traffic_signals" if (column + row) % 2 else "uncontrolled"
                sketch.tag(corner[column][row], highway="crossing", crossing=kind)
    x, y = sketch.points[corner[5][8]]
    gate, end = sketch.point(x + 60, y + 60, barrier="gate", access="private"), sketch.point(x + 90, y + 95)
    sketch.way([corner[5][8], gate, end], {"highway": "service", "service": "driveway", "access": "private"})


def _ground(sketch: Sketch) -> None:
    """Draw what the ways lie in: the river, fields, houses, the wood, the park, a school."""
    x = np.arange(-150.0, 4251.0, 100.0)
    middle = _river(x)
    banks = [*zip(x, middle - 20, strict=True), *zip(x[::-1], middle[::-1] + 20, strict=True)]
    sketch.area(banks, natural="water", water="river", name="Reed River")
    sketch.way([sketch.point(*at) for at in zip(x, middle, strict=True)], {"waterway": "river", "name": "Reed River"})
    lot = SPACING
    _box(sketch, 0, 0, 20 * lot, 1.6 * lot, landuse="farmland")
    _box(sketch, 0, 4 * lot, 2.6 * lot, 11 * lot, landuse="farmland")
    _box(sketch, 17.5 * lot, 4 * lot, 19 * lot, 11 * lot, landuse="meadow")
    _box(sketch, 3 * lot, 3.5 * lot, 17 * lot, 11.4 * lot, landuse="residential")
    _box(sketch, 0, 11.7 * lot, 20 * lot, 20.2 * lot, natural="wood", name="Hill Wood")
    west, east, south, north = (at * lot for at in PARK)
    _box(sketch, west - 10, south - 10, east + 10, north + 10, leisure="park", name="Linden Park")
    _box(sketch, 6.2 * lot, 7.2 * lot, 6.8 * lot, 7.8 * lot, amenity="school", name="Reed School")


def _box(sketch: Sketch, west: float, south: float, east: float, north: float, **tags: str) -> None:
    sketch.area(((west, south), (east, south), (east, north), (west, north)), **tags)


def _things(sketch: Sketch) -> None:
    """Put what people look for beside the ways: benches, toilets, shelters, stops, places to meet."""
    lot = SPACING
    benches = [(at, float(_river(np.array(at)) + 40)) for at in np.arange(300.0, 4000.0, 420.0).tolist()]
    benches += [(2460, 1640), (2590, 1830), (2810, 1650), (2960, 1980), (2000, 2540), (1400, 2900), (2400, 3300)]
    for x, y in benches:
        sketch.point(x, y, amenity="bench")
    for x, y in ((2420, 1590), (1990, 1210)):
        sketch.point(x, y, amenity="toilets", access="yes")
    for x, y in ((1600, 2830), (2800, 3180)):
        sketch.point(x, y, amenity="shelter", shelter_type="weather_shelter")
    for column in (4, 7, 10, 13, 16):
        sketch.point(column * lot + 20, LONG_ROAD * lot + 12, highway="bus_stop", shelter="yes")
    sketch.point(3.6 * lot, 5.4 * lot, railway="station", public_transport="station", name="Reedham Station")
    sketch.point(10.3 * lot, 6.4 * lot, place="square", name="Market Square")
    sketch.point(10.2 * lot, 12.3 * lot, amenity="parking", name="Wood Car Park")
    sketch.point(13.5 * lot, 8.05 * lot, amenity="drinking_water")


def _document(sketch: Sketch) -> Iterator[str]:
    """Yield the lines of the document: points first, then ways, each under its own number."""
    yield '<?xml version="1.0" encoding="UTF-8"?>\n'
    yield '<osm version="0.6" generator="pace" copyright="nobody: the place is invented">\n'
    latitude, longitude = degrees_of(*_grown(*np.array(sketch.points).T))
    for k, (lat, lon) in enumerate(zip(latitude.tolist(), longitude.tolist(), strict=True)):
        yield _element("node", k + 1, f' lat="{lat:.7f}" lon="{lon:.7f}"', "", sketch.point_tags.get(k, {}))
    for k, (points, tags) in enumerate(sketch.ways):
        yield _element("way", k + 1, "", "".join(f'<nd ref="{p + 1}"/>' for p in points), tags)
    yield "</osm>\n"


def _grown(x: Array, y: Array) -> tuple[Array, Array]:
    """Return where points of the drawing (m) come to lie: streets that grew over centuries are not straight."""
    east = 95.0 * np.sin(y / 630.0) + 45.0 * np.sin((x + y) / 410.0)
    north = 85.0 * np.sin(x / 700.0 + 0.6) + 40.0 * np.sin((x - 2 * y) / 590.0)
    return x + east, y + north


def _element(name: str, number: int, where: str, inside: str, tags: dict[str, Any]) -> str:
    inside += "".join(f'<tag k="{key}" v="{value}"/>' for key, value in tags.items())
    return f'<{name} id="{number}"{where}' + (f">{inside}</{name}>\n" if inside else "/>\n")
