"""A route as GeoJSON: its line, its turns and what is useful beside it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import numpy as np

from pace.output.plain import inert
from pace.output.route_course import Course, course

if TYPE_CHECKING:
    from pace.routes.route import Route


def geojson(route: Route) -> bytes:
    """Return a route as a GeoJSON feature collection (RFC 7946): the line first, then turns and places beside it.

    A line across the antimeridian is cut there, as the format wants.

    Parameters
    ----------
    route : Route

    Returns
    -------
    bytes
        UTF-8.
    """
    way = course(route)
    about = {
        "shape": route.shape,
        "distance_m": round(route.distance_m),
        "minutes": round(route.minutes, 1),
    }
    turns = [_point(way, turn.index, kind="turn", text=inert(turn.text)) for turn in way.turns]
    near = [int(np.abs(way.distance - place.at_m).argmin()) for place in route.places]
    beside = [_point(way, k, kind=place.kind) for k, place in zip(near, route.places, strict=True)]
    thanks = {"attribution": inert(route.attribution)} if route.attribution else {}
    document = {
        "type": "FeatureCollection",
        **thanks,
        "features": [_feature(_line(way), about), *turns, *beside],
    }
    return (json.dumps(document, ensure_ascii=False, allow_nan=False) + "\n").encode()


def _line(way: Course) -> dict[str, Any]:
    """Return the line of a course, in two or more parts where it crosses the antimeridian."""
    places = np.stack((way.longitude, way.latitude), axis=1)
    cuts = np.flatnonzero(np.abs(np.diff(way.longitude)) > 180) + 1
    parts = [part.tolist() for part in np.split(places, cuts) if len(part) > 1]
    if len(parts) == 1:
        return {"type": "LineString", "coordinates": parts[0]}
    return {"type": "MultiLineString", "coordinates": parts}


def _point(way: Course, index: int, **about: Any) -> dict[str, Any]:
    """Return a point of a course with what there is to say of it."""
    place = {"type": "Point", "coordinates": [float(way.longitude[index]), float(way.latitude[index])]}
    return _feature(place, {**about, "at_m": round(float(way.distance[index]))})


def _feature(geometry: dict[str, Any], about: dict[str, Any]) -> dict[str, Any]:
    return {"type": "Feature", "properties": about, "geometry": geometry}
