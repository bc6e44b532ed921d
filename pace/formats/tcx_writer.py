"""Tracks as TCX v2 with Garmin's ActivityExtension v2: samples and sport, nothing else of the person."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import pairwise

import numpy as np

from pace.activity.track import ON_FOOT, Track
from pace.errors import InputError
from pace.formats.xml_write import decimals, element, one_leg, times_utc, wholes

HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<TrainingCenterDatabase xmlns="http://www.garmin.com/xmlschemas/TrainingCenterDatabase/v2" '
    'xmlns:tpx="http://www.garmin.com/xmlschemas/ActivityExtension/v2">\n<Activities>\n'
)
SPORTS = {"running": "Running", "cycling": "Biking", "walking": "Walking", "hiking": "Hiking"}
"""The schema knows Running, Biking and Other; walks and hikes go by their own word, as many exporters write them."""


def write_tcx(tracks: Iterable[Track]) -> bytes:
    """Return tracks as one TCX document, an activity with one lap for each.

    Time, position, elevation, distance, heart rate (whole beats), speed, cadence (as strides on foot) and power are
    written; temperature, laps, pauses, device and wearer are not.

    Parameters
    ----------
    tracks : iterable of Track

    Returns
    -------
    bytes
        UTF-8.

    Raises
    ------
    InputError
        When a track has no time at all: TCX names activities by their start.
    """
    lines = [HEAD]
    for track in tracks:
        lines.extend(_activity(track))
    lines.append("</Activities>\n</TrainingCenterDatabase>\n")
    return "".join(lines).encode()


def _activity(track: Track) -> Iterator[str]:
    """Yield the lines of one activity."""
    known = track.time[np.isfinite(track.time)]
    if not known.size:
        raise InputError("a track must have times to be written as TCX, this one has none", expected="time")
    start = times_utc(known[:1])[0]
    distance = track.distance[np.isfinite(track.distance)]
    points = _points(track)
    edges = [*track.segment_start.tolist(), len(track)]
    yield f'<Activity Sport="{SPORTS.get(track.sport, "Other")}">\n<Id>{start}</Id>\n<Lap StartTime="{start}">\n'
    yield element("TotalTimeSeconds", decimals(known.max(keepdims=True) - known[0])[0])
    yield element("DistanceMeters", decimals(distance[-1:])[0] if distance.size else "0")
    yield "<Calories>0</Calories><Intensity>Active</Intensity><TriggerMethod>Manual</TriggerMethod>\n"
    for begin, end in pairwise(edges):
        yield "<Track>\n" + "".join(points[begin:end]) + "</Track>\n"
    yield "</Lap>\n</Activity>\n"


def _points(track: Track) -> list[str]:
    """Return the line of each point."""
    on_foot = track.sport in ON_FOOT  # an unknown sport is `Other` here, and no longer on foot when it is read
    cadence = decimals(one_leg(track.cadence, on_foot=on_foot))
    none = [""] * len(track)
    columns = zip(
        times_utc(np.asarray(track.time)),
        decimals(track.latitude),
        decimals(track.longitude),
        decimals(track.elevation),
        decimals(track.distance),
        wholes(track.heart_rate),
        none if on_foot else cadence,
        decimals(track.speed),
        cadence if on_foot else none,
        wholes(track.power),
        strict=True,
    )
    return [_point(*texts) for texts in columns]


def _point(
    time: str,
    lat: str,
    lon: str,
    elevation: str,
    distance: str,
    heart: str,
    cadence: str,
    speed: str,
    run: str,
    watts: str,
) -> str:
    """Return the line of one point, its elements in the order of the schema."""
    place = element("LatitudeDegrees", lat) + element("LongitudeDegrees", lon) if lat and lon else ""
    more = element("tpx:Speed", speed) + element("tpx:RunCadence", run) + element("tpx:Watts", watts)
    inner = (
        element("Time", time),
        element("Position", place),
        element("AltitudeMeters", elevation),
        element("DistanceMeters", distance),
        element("HeartRateBpm", element("Value", heart)),
        element("Cadence", cadence),
        element("Extensions", element("tpx:TPX", more)),
    )
    return f"<Trackpoint>{''.join(inner)}</Trackpoint>\n"
