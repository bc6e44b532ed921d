"""GPX 1.0 and 1.1: which elements of which dialect hold what."""

from __future__ import annotations

from pace.activity.track import Track
from pace.formats.gpx_writer import write_gpx
from pace.formats.xml_read import Path, read_xml
from pace.formats.xml_tree import Dialect

__all__ = ["GPX", "read_gpx", "write_gpx"]

GPX = Dialect(
    format="gpx",
    tracks={"trk": "trk", "rte": "rte"},
    segment="trkseg",
    points=("trkpt", "rtept"),
    attributes={"lat": "latitude", "lon": "longitude"},
    sport_child="type",
    aside="wpt",
    columns={
        "ele": "elevation",
        "time": "time",
        "speed": "speed",
        "hr": "heart_rate",
        "heartrate": "heart_rate",
        "heart_rate": "heart_rate",
        "heartratebpm": "heart_rate",
        "cad": "cadence",
        "cadence": "cadence",
        "runcadence": "cadence",
        "atemp": "temperature",
        "temp": "temperature",
        "temperature": "temperature",
        "power": "power",
        "watts": "power",
        "powerinwatts": "power",
    },
)
"""Topografix 1.0 and 1.1; Garmin TrackPointExtension v1, v2 (hr, cad, atemp, speed) and PowerExtension (PowerInWatts);
Cluetrust gpxdata (hr, cadence, temp); Strava (power), Apple and OpenTracks (speed), Keep (heartrate)."""


def read_gpx(data: bytes, *, strict: bool = False, path: Path = "any") -> tuple[Track, ...]:
    """Read every track and route of a GPX document, as `read_xml` does: one for each `trk` or `rte` that holds a point.

    Raises
    ------
    FormatError, LimitError
        As `read_xml`; a document with nothing but way points is no activity.

    Examples
    --------
    >>> point = b'<trkpt lat="1" lon="2"><time>2020-01-01T00:00:00Z</time></trkpt>'
    >>> (track,) = read_gpx(b"<gpx><trk><trkseg>" + point + b"</trkseg></trk></gpx>")
    >>> len(track), track.latitude[0], track.sport
    (1, np.float64(1.0), 'unknown')
    """
    return read_xml(data, GPX, strict=strict, path=path)
