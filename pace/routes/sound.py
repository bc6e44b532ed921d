"""How loud it is to walk somewhere: from how far away how much traffic runs."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from pace.arrays import Array
from pace.routes.lines import Samples
from pace.routes.osm_tags import speed_limit
from pace.routes.raster import Raster

LOUDNESS = {
    "motorway": 82.0,
    "motorway_link": 74.0,
    "trunk": 78.0,
    "trunk_link": 72.0,
    "primary": 74.0,
    "primary_link": 70.0,
    "secondary": 71.0,
    "secondary_link": 68.0,
    "tertiary": 66.0,
    "tertiary_link": 64.0,
    "unclassified": 58.0,
    "residential": 55.0,
    "road": 55.0,
    "living_street": 50.0,
    "service": 46.0,
}
"""dB(A) by day some metres beside a road of each class at its usual number of vehicles and speed."""
RAILS = {"rail": 70.0, "light_rail": 64.0, "tram": 64.0, "narrow_gauge": 64.0}
"""dB(A) by day beside tracks in use; sidings and yards are left out."""
USUAL_KMH = {"motorway": 110.0, "motorway_link": 70.0, "trunk": 80.0, "primary": 50.0, "secondary": 50.0}
"""km/h that LOUDNESS is meant for; 50 where none is given, 30 of the smallest."""
PER_SPEED, PER_LANES = 20.0, 10.0
"""dB for ten times the speed (rolling noise of cars, CNOSSOS-EU 2015: 25 to 30, engines 0 to 10), the lanes."""


def emission(tags: Mapping[str, str]) -> float | None:
    """Return how loud a road or railway is, dB(A) some metres beside it by day; None of what carries neither.

    Examples
    --------
    >>> emission({"highway": "primary"}), emission({"highway": "footway"})
    (74.0, None)
    >>> emission({"highway": "primary", "maxspeed": "100"})
    80.0
    """
    kind = tags.get("highway", "")
    level = LOUDNESS.get(kind)
    if tags.get("tunnel") == "yes":
        return None
    if level is None:
        return None if "service" in tags else RAILS.get(tags.get("railway", ""))
    usual = USUAL_KMH.get(kind, 50.0 if level > 52 else 30.0)
    speed = min(max(speed_limit(tags, otherwise=usual), 10.0), 130.0)
    lanes, told = 2.0, tags.get("lanes", "")
    if told.isascii() and told.isdigit():
        lanes = min(max(float(told[:2]), 1.0), 8.0)
    return round(level + PER_SPEED * float(np.log10(speed / usual)) + PER_LANES * float(np.log10(lanes / 2)) / 2, 1)


CELL = 20.0
"""m; finer than the width of what a road is heard over."""
NEAR = 12.0
"""m; nearer than this it gets no louder."""
HEARD = 500.0
"""m; farther off nothing is counted."""
ABSORBED = 0.012
"""dB per m lost to ground and air beyond the spreading of sound."""
BACKGROUND = 40.0
"""dB(A) where no road is near."""
QUIET, LOUD = 45.0, 75.0
"""dB(A); noise 0 and 1: a quiet room's window on a side street, and the edge of a main road, where one raises the voice
(speech at 1 m is about 60 dB(A), ISO 9921)."""


def levels(raster: Raster, roads: Samples, emitted: Array) -> Array:
    """Return how loud it is, dB(A), in each cell (rows, columns) of a raster.

    Every piece of road is a source whose sound spreads over a hemisphere; the energies add.

    Parameters
    ----------
    raster : Raster
    roads : Samples, m
    emitted : (s,) float64, dB(A)
        Of the road that each sample lies on.
    """
    energy = raster.summed(roads.x, roads.y, 10 ** (emitted / 10) * roads.length)
    reach = int(HEARD / raster.cell)
    offset = np.arange(-reach, reach + 1) * raster.cell
    distance = np.hypot(*np.meshgrid(offset, offset))
    kernel = 10 ** (-ABSORBED * distance / 10) / (distance**2 + NEAR**2) * (distance <= HEARD)
    heard = raster.convolved(energy, kernel * NEAR / np.pi)
    return np.asarray(10 * np.log10(np.maximum(heard, 0) + 10 ** (BACKGROUND / 10)))


def noise(level: Array) -> Array:
    """Return a level in dB(A) as 0 (quiet) to 1 (loud)."""
    return np.asarray(np.clip((level - QUIET) / (LOUD - QUIET), 0, 1))
