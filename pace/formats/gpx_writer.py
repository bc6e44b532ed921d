"""Tracks as GPX 1.1 with Garmin's TrackPointExtension v2: samples and sport, nothing else of the person."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import pairwise

import numpy as np

from pace.activity.track import ON_FOOT, Track
from pace.formats.xml_write import decimals, element, escaped, one_leg, times_utc, wholes

HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<gpx version="1.1" creator="pace" xmlns="http://www.topografix.com/GPX/1/1" '
    'xmlns:tpx="http://www.garmin.com/xmlschemas/TrackPointExtension/v2">\n'
)


def write_gpx(tracks: Iterable[Track]) -> bytes:
    """Return tracks as one GPX document.

    Positions, elevation, time, heart rate (whole beats), cadence (as strides on foot), temperature, speed and power are
    written; distance, laps, pauses, device and wearer are not. A point without a position cannot be written in GPX and
    is left out.

    Parameters
    ----------
    tracks : iterable of Track

    Returns
    -------
    bytes
        UTF-8.

    Examples
    --------
    >>> from pace.activity.track import Track
    >>> document = write_gpx([Track.build(time=[0.0], latitude=[1.5], longitude=[2.0], sport="running")])
    >>> document.splitlines()[5]
    b'<trkpt lat="1.5" lon="2"><time>1970-01-01T00:00:00Z</time></trkpt>'
    """
    lines = [HEAD]
    for track in tracks:
        lines.extend(_track(track))
    lines.append("</gpx>\n")
    return "".join(lines).encode()


def _track(track: Track) -> Iterator[str]:
    """Yield the lines of one track."""
    points = _points(track)
    edges = [*track.segment_start.tolist(), len(track)]
    yield "<trk>\n"
    if track.sport != "unknown":
        yield element("type", escaped(track.sport)) + "\n"
    for begin, end in pairwise(edges):
        if segment := [point for point in points[begin:end] if point]:
            yield "<trkseg>\n" + "".join(segment) + "</trkseg>\n"
    yield "</trk>\n"


def _points(track: Track) -> list[str]:
    """Return the line of each point, empty if it has no position."""
    tpx = {
        "tpx:atemp": decimals(track.temperature),
        "tpx:hr": wholes(track.heart_rate),
        "tpx:cad": decimals(one_leg(track.cadence, on_foot=track.sport in ON_FOOT or track.sport == "unknown")),
        "tpx:speed": decimals(track.speed),
    }
    inner = ["".join(map(element, tpx, texts)) for texts in zip(*tpx.values(), strict=True)]
    columns = zip(
        decimals(track.latitude),
        decimals(track.longitude),
        decimals(track.elevation),
        times_utc(np.asarray(track.time)),
        wholes(track.power),
        inner,
        strict=True,
    )
    return [_point(*texts) for texts in columns]


def _point(latitude: str, longitude: str, elevation: str, time: str, power: str, tpx: str) -> str:
    """Return the line of one point."""
    if not (latitude and longitude):
        return ""
    more = element("power", power) + element("tpx:TrackPointExtension", tpx)
    inner = element("ele", elevation) + element("time", time) + element("extensions", more)
    return f'<trkpt lat="{latitude}" lon="{longitude}">{inner}</trkpt>\n'
