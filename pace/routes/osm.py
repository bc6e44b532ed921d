"""An extract of OpenStreetMap as a path network: read once, by content, with nothing left behind."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pace.errors import FormatError, LimitError, MissingFileError, NothingUsableError
from pace.routes import osm_tags
from pace.routes.network import Network
from pace.routes.osm_edges import network
from pace.routes.osm_extract import Extract
from pace.routes.sound import emission

INVENTED, NOBODY = "pace", "an invented place"
"""The generator of the map that `pace` draws itself, and whom to thank for it."""
MOST_BYTES = 300_000_000
"""Bytes of a file; more is a country, and nobody walks that far from the start."""
MOST_POINTS = 20_000_000
"""Points of ways; an extract of a large city has one million."""
KEYS = ("highway", "landuse", "natural", "leisure", "amenity", "railway", "public_transport", "barrier")


def read_map(path: str | Path) -> Network:
    """Return the largest connected network of ways that people may walk in an OpenStreetMap extract.

    Parameters
    ----------
    path : str or Path
        `.osm.pbf`, `.osm`, `.osm.gz` or `.osm.bz2`, recognised by content.

    Raises
    ------
    MissingFileError, FormatError, LimitError
        When it cannot be opened, is something else or damaged, or is too large.
    NothingUsableError
        When it holds nothing that people can walk on.
    """
    extract = scan(path)
    if not extract.walks.ref:
        raise NothingUsableError("the map holds no way that people can walk on", path=str(path))
    found = network(extract).largest()
    if not len(found):
        raise NothingUsableError("the map holds no way that people can walk on", path=str(path))
    return found


def scan(path: str | Path) -> Extract:
    """Return what matters to people on foot of an extract."""
    kind = content(path)
    import osmium
    from osmium.filter import KeyFilter

    extract = Extract()
    try:
        objects = osmium.FileProcessor(osmium.io.File(str(path), kind)).with_locations()
        if objects.header.get("generator") == INVENTED:
            extract.attribution = NOBODY
        objects = objects.with_areas(KeyFilter("landuse", "natural", "leisure")).with_filter(KeyFilter(*KEYS))
        for one in objects:
            _keep(extract, one)
            if len(extract.walks.ref) + len(extract.roads.ref) + len(extract.rings.ref) > MOST_POINTS:
                raise LimitError(
                    f"a map may have {MOST_POINTS:,} points of ways: cut out a smaller area", path=str(path)
                )
    except (RuntimeError, ValueError, OverflowError) as error:
        if isinstance(error, LimitError):
            raise
        raise FormatError("the map is damaged or cut short: load the extract again", path=str(path)) from None
    return extract


def _keep(extract: Extract, one: Any) -> None:
    """Keep what matters of one object."""
    if one.is_node():
        _node(extract, one)
    elif one.is_way():
        _way(extract, one)
    elif one.is_area() and osm_tags.green(dict(one.tags)):
        for outer in one.outer_rings():
            extract.rings.add(outer, turn=1)
            for inner in one.inner_rings(outer):
                extract.rings.add(inner, turn=-1)


def content(path: str | Path) -> str:
    """Return the format of an extract in osmium's words, told by its first bytes.

    Raises
    ------
    MissingFileError, FormatError, LimitError
    """
    place = Path(path)
    try:
        size = place.stat().st_size
        with place.open("rb") as file:
            head = file.read(1024)
    except OSError as error:
        raise MissingFileError(f"the map cannot be opened: {error.strerror}", path=str(path)) from None
    if size > MOST_BYTES:
        raise LimitError(
            f"a map may have {MOST_BYTES // 10**6} MB, this has {size // 10**6}: cut out the area around your start",
            path=str(path),
            expected=MOST_BYTES,
            got=size,
        )
    packed = {b"\x1f\x8b": ".gz", b"BZ": ".bz2"}.get(head[:2], "")
    if b"OSMHeader" in head[:40]:
        return "pbf"
    inner = _unpacked_head(place, packed) if packed else head
    if b"<osm" in inner and b"<osmChange" not in inner:
        return f"osm{packed}"
    raise FormatError(
        "a map is an OpenStreetMap extract (.osm.pbf, .osm, .osm.gz, .osm.bz2), this is something else", path=str(path)
    )


def _unpacked_head(path: Path, packed: str) -> bytes:
    """Return the first bytes inside a packed file; nothing where it is damaged."""
    import bz2
    import gzip

    try:
        with (gzip.open if packed == ".gz" else bz2.open)(path) as file:
            return bytes(file.read(1024))
    except (OSError, EOFError, ValueError):
        return b""


def _node(extract: Extract, node: Any) -> None:
    """Keep a node that is a crossing, a closed gate, or a place worth knowing."""
    tags = dict(node.tags)
    wait = osm_tags.crossing_s(tags)
    if wait:
        extract.crossing[node.id] = wait
    if osm_tags.blocked(tags):
        extract.blocked.add(node.id)
    kind = osm_tags.place(tags)
    if kind >= 0 and node.location.valid():
        extract.places.append((node.location.x, node.location.y, kind))


def _way(extract: Extract, way: Any) -> None:
    """Keep a way that people walk on or cars drive on, and where a school stands."""
    tags = dict(way.tags)
    if not extract.land and not osm_tags.LAND.isdisjoint(tags):
        extract.land = True
    level = emission(tags)
    if level is not None:
        extract.roads.add(way.nodes, level=level)
    if "highway" not in tags and not osm_tags.running_track(tags):
        kind = osm_tags.place(tags)
        if kind >= 0 and way.nodes and way.nodes[0].location.valid():
            extract.places.append((way.nodes[0].x, way.nodes[0].y, kind))
        return
    if osm_tags.walkable(tags):
        extract.walks.add(
            way.nodes,
            id=way.id,
            way=osm_tags.way(tags),
            surface=osm_tags.surface(tags),
            lit=osm_tags.lit(tags),
            span=tags.get("bridge", "no") != "no" or tags.get("tunnel", "no") not in ("no", "building_passage"),
            name=extract.names.setdefault(osm_tags.name(tags), len(extract.names)),
            road=0 if level is None else 2 if tags.get("highway") in osm_tags.MAIN else 1,
        )
