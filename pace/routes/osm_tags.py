"""What the tags of OpenStreetMap say to somebody on foot: may one walk here, on what, beside how much traffic."""

from __future__ import annotations

from collections.abc import Mapping

from pace.routes.network import PLACES, SURFACES, WAYS

Tags = Mapping[str, str]

WAY_OF = {
    "path": "path",
    "trail": "path",
    "footway": "footway",
    "crossing": "footway",
    "pedestrian": "pedestrian",
    "steps": "steps",
    "track": "track",
    "cycleway": "cycleway",
    "bridleway": "bridleway",
    "living_street": "living street",
    "residential": "residential",
    "service": "service",
    "unclassified": "street",
    "road": "street",
    "tertiary": "street",
    "tertiary_link": "street",
    "secondary": "main road",
    "secondary_link": "main road",
    "primary": "main road",
    "primary_link": "main road",
    "trunk": "main road",
    "trunk_link": "main road",
}
"""What each walkable class of way is to us; what is not here (motorways, building sites, platforms) is not walked."""
ASK_FIRST = frozenset({"trunk", "trunk_link"})
"""Classes that are walked only where a tag says so."""
MAIN = frozenset({"trunk", "trunk_link", "primary", "primary_link", "secondary", "secondary_link"})
"""Classes that need a pavement, or a low speed."""
FAST_KMH = 60.0
"""km/h; above it nobody walks along a main road that has no pavement."""
YES = frozenset({"yes", "designated", "permissive", "destination", "official", "public"})
NO = frozenset({"no", "private", "use_sidepath", "military", "emergency", "customers", "permit", "delivery"})
PAVEMENT = frozenset({"yes", "both", "left", "right", "separate"})
NOT_FOR_WALKS = frozenset({"driveway", "drive-through", "emergency_access", "parking_aisle"})
"""Kinds of `service` that lead to somebody's door or between parked cars."""
TOO_HARD = frozenset(
    {"demanding_mountain_hiking", "alpine_hiking", "demanding_alpine_hiking", "difficult_alpine_hiking"}
)
"""Grades of `sac_scale` from which hands or a head for heights are needed."""


def walkable(tags: Tags) -> bool:
    """Return whether people may walk along a way, and would with somebody in their care.

    `foot` counts more than `access`, as OpenStreetMap has it. No tag but `highway` is required.

    Examples
    --------
    >>> walkable({"highway": "footway"}), walkable({"highway": "service", "access": "private"})
    (True, False)
    >>> walkable({"highway": "service", "access": "private", "foot": "yes"}), walkable({"highway": "motorway"})
    (True, False)
    """
    kind, foot = tags.get("highway", ""), tags.get("foot", "")
    if running_track(tags):
        return tags.get("access") not in NO
    if kind not in WAY_OF or _closed(tags) or foot in NO or (tags.get("access") in NO and foot not in YES):
        return False
    if foot in YES:
        return True
    if tags.get("service") in NOT_FOR_WALKS or tags.get("motorroad") == "yes":
        return False
    paved = _pavement(tags)
    if kind in ASK_FIRST:
        return paved
    return kind not in MAIN or paved or speed_limit(tags, otherwise=50.0) <= FAST_KMH


def running_track(tags: Tags) -> bool:
    """Return whether a way is a track on which people run in circles.

    Examples
    --------
    >>> running_track({"leisure": "track", "sport": "athletics;running"}), running_track({"leisure": "track"})
    (True, False)
    """
    sports = set(tags.get("sport", "").split(";"))
    return "highway" not in tags and tags.get("leisure") == "track" and not sports.isdisjoint(("running", "athletics"))


def _closed(tags: Tags) -> bool:
    """Return whether a way is no way out of doors on one's own feet."""
    return (
        tags.get("indoor", "no") not in ("no", "outdoor")
        or "conveying" in tags
        or ("construction" in tags and tags.get("construction") not in ("no", "minor"))
        or tags.get("sac_scale") in TOO_HARD
        or tags.get("trail_visibility") in ("horrible", "no")
        or (tags.get("ford") == "yes" and tags.get("highway") != "footway")
        or tags.get("abandoned") == "yes"
        or tags.get("disused") == "yes"
    )


def _pavement(tags: Tags) -> bool:
    """Return whether a road is said to have a pavement."""
    return any(tags.get(key) in PAVEMENT for key in ("sidewalk", "sidewalk:both", "sidewalk:left", "sidewalk:right"))


def speed_limit(tags: Tags, *, otherwise: float) -> float:
    """Return the speed limit of a road in km/h.

    Examples
    --------
    >>> speed_limit({"maxspeed": "30 mph"}, otherwise=50), speed_limit({"maxspeed": "none"}, otherwise=50)
    (48.28, 130.0)
    """
    told = tags.get("maxspeed", "").split(";")[0].strip()
    if told == "none":
        return 130.0
    if told.endswith(("rural", "urban", "walk")):
        return {"l": 100.0, "n": 50.0, "k": 7.0}[told[-1]]
    figure, _, unit = told.partition(" ")
    if not figure.isascii() or not figure.isdigit():
        return otherwise
    return round(float(figure[:4]) * (1.6093 if unit == "mph" else 1.0), 2)


_PAVED = "paved asphalt concrete concrete:plates concrete:lanes paving_stones sett cobblestone bricks metal wood"
_FIRM = "compacted fine_gravel unhewn_cobblestone cobblestone:flattened pebblestone grass_paver tartan clay"
_LOOSE = "unpaved gravel ground dirt earth grass sand mud woodchips rock stone stepping_stones snow"
SURFACE_OF = {
    word: SURFACES.index(kind)
    for kind, known in (("paved", _PAVED), ("firm", _FIRM), ("loose", _LOOSE))
    for word in known.split()
}
TRACKTYPE_OF = {"grade1": 1, "grade2": 2, "grade3": 2, "grade4": 3, "grade5": 3}


def surface(tags: Tags) -> int:
    """Return the index into SURFACES; tracks without a surface go by their grade.

    Examples
    --------
    >>> SURFACES[surface({"surface": "asphalt"})], SURFACES[surface({})]
    ('paved', 'unknown')
    """
    return SURFACE_OF.get(tags.get("surface", ""), TRACKTYPE_OF.get(tags.get("tracktype", ""), 0))


def lit(tags: Tags) -> int:
    """Return 1 where a way is lit at night, 0 where it is not, -1 where nobody said."""
    told = tags.get("lit", "")
    return {"": -1, "no": 0, "disused": 0}.get(told, 1)


def way(tags: Tags) -> int:
    """Return the index into WAYS of a walkable way."""
    return WAYS.index("running track" if running_track(tags) else WAY_OF[tags["highway"]])


def name(tags: Tags) -> str:
    """Return what a way is called; empty where it has no name."""
    return tags.get("name") or tags.get("loc_name", "")


SIGNALS_S, MAIN_S, MINOR_S, MARKED_S = 20.0, 12.0, 3.0, 4.0
"""s; expected waiting to cross at signals, over a main road without any, over another street, at a marked crossing.

Highway Capacity Manual 2016, exhibit 19: (C - g)^2 / 2C of a cycle of 90 s with 30 s for people on foot is 20 s; the
others are what drivers' yielding leaves of gaps at some hundred vehicles an hour.
"""


def crossing_s(tags: Tags) -> float:
    """Return the waiting to expect at a node that is tagged as a crossing or as signals; 0 where it is neither."""
    if tags.get("highway") == "traffic_signals" or tags.get("crossing") == "traffic_signals":
        return SIGNALS_S
    if tags.get("railway") in ("crossing", "level_crossing"):
        return MARKED_S
    if tags.get("highway") == "crossing" or "crossing" in tags:
        return MARKED_S
    return 0.0


def blocked(tags: Tags) -> bool:
    """Return whether a node (a locked gate, a wall) stops people on foot.

    Examples
    --------
    >>> blocked({"barrier": "gate"}), blocked({"barrier": "gate", "access": "private"}), blocked({"barrier": "bollard"})
    (False, True, False)
    """
    if "barrier" not in tags:
        return False
    foot = tags.get("foot", tags.get("access", ""))
    return foot in NO or (tags.get("locked") == "yes" and foot not in YES) or tags["barrier"] in ("wall", "fence")


def place(tags: Tags) -> int:
    """Return the index into PLACES of something useful beside the way, or of where people meet; -1 of anything else.

    Examples
    --------
    >>> PLACES[place({"amenity": "bench"})], place({"amenity": "fuel"})
    ('bench', -1)
    """
    amenity, railway = tags.get("amenity", ""), tags.get("railway", "")
    found = {
        "bench": "bench",
        "toilets": "toilet",
        "shelter": "shelter",
        "drinking_water": "water",
        "school": "school",
        "kindergarten": "school",
        "college": "school",
    }.get(amenity)
    if tags.get("highway") == "bus_stop" or railway in ("tram_stop", "halt"):
        found = "stop"
    elif railway in ("station", "subway_entrance") or tags.get("public_transport") == "station":
        found = "station"
    private = amenity in ("toilets", "shelter") and tags.get("access") in NO
    return -1 if found is None or private else PLACES.index(found)


_FIELDS = "forest meadow grass orchard vineyard recreation_ground village_green allotments cemetery"
_NATURE = "wood scrub heath grassland water beach wetland fell tree_row shrubbery"
_PARKS = "park garden nature_reserve golf_course common dog_park"
GREEN = {
    key: frozenset(known.split()) for key, known in (("landuse", _FIELDS), ("natural", _NATURE), ("leisure", _PARKS))
}
"""Areas that are good to be near: what grows, and water."""
LAND = frozenset({"landuse", "natural"})
"""Keys without which an extract says little of what is green."""


def green(tags: Tags) -> bool:
    """Return whether an area is a park, a wood, a field in leaf, or water."""
    return any(tags.get(key) in values for key, values in GREEN.items())
