"""A route as GPX: once as a route whose points carry the turns, once as a track; places on the map and nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from pace.formats.xml_write import decimals, element, escaped
from pace.output.plain import inert
from pace.output.route_course import NAME, Course, course

if TYPE_CHECKING:
    from pace.routes.route import Route

HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<gpx version="1.1" creator="pace" xmlns="http://www.topografix.com/GPX/1/1">\n'
)
LICENCE = "https://www.openstreetmap.org/copyright"
"""Where a map that is thanked as OpenStreetMap says what may be done with it."""


def gpx(route: Route) -> bytes:
    """Return a route as a GPX 1.1 document: `rte` with the turns in words, `trk` with the same line.

    Neither time nor height is in it, and `creator` names the program.

    Parameters
    ----------
    route : Route

    Returns
    -------
    bytes
        UTF-8.
    """
    return "".join(_lines(course(route), route.attribution)).encode()


def _lines(way: Course, attribution: str) -> Iterator[str]:
    """Yield the lines of the document."""
    places = list(zip(decimals(way.latitude), decimals(way.longitude), strict=True))
    told = {turn.index: turn.text for turn in way.turns}
    yield HEAD
    if attribution:
        licence = element("license", LICENCE) if "OpenStreetMap" in attribution else ""
        author = escaped(inert(attribution).removeprefix("©").strip())
        yield f'<metadata><copyright author="{author}">{licence}</copyright></metadata>\n'
    yield f"<rte>\n<name>{NAME}</name>\n"
    for k, (latitude, longitude) in enumerate(places):
        words = element("desc", escaped(inert(told[k]))) if k in told else ""
        yield f'<rtept lat="{latitude}" lon="{longitude}">{words}</rtept>\n'
    yield f"</rte>\n<trk>\n<name>{NAME}</name>\n<trkseg>\n"
    yield from (f'<trkpt lat="{latitude}" lon="{longitude}"/>\n' for latitude, longitude in places)
    yield "</trkseg>\n</trk>\n</gpx>\n"
