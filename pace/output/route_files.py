"""All files of a route by the end of their names: for watches, for maps, to look at and to read."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from pace.output.route_card import card_document, card_text
from pace.output.route_fit import fit
from pace.output.route_geojson import geojson
from pace.output.route_gpx import gpx
from pace.output.route_picture import picture
from pace.output.route_tcx import tcx
from pace.units import Units

if TYPE_CHECKING:
    from pace.routes.network import Network
    from pace.routes.route import Route

FILES = ("gpx", "fit", "tcx", "geojson", "svg", "txt", "json")
"""What is written of a route: three courses, a map layer, a picture, the card as text and as JSON."""


def files(route: Route, network: Network, *, units: Units = "km") -> dict[str, bytes]:
    """Return the files of a route by the end of their name, in the order of FILES.

    They hold places on the map and what was suggested: no time of day, no heart rate, nothing of a device or a person.

    Parameters
    ----------
    route : Route
    network : Network
        In which it was found.
    units : {"km", "mi"}
        What the picture and the card are in.
    """
    return {
        "gpx": gpx(route),
        "fit": fit(route),
        "tcx": tcx(route),
        "geojson": geojson(route),
        "svg": picture(route, network, units=units).encode(),
        "txt": card_text(route, units=units).encode(),
        "json": (json.dumps(card_document(route), ensure_ascii=False, allow_nan=False, indent=2) + "\n").encode(),
    }
