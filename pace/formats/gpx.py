"""GPX 1.0 and 1.1: which elements of which dialect hold what."""

from __future__ import annotations

from pace.activity.track import Track
from pace.errors import FormatError
from pace.formats.gpx_writer import write_gpx
from pace.formats.xml_read import Path, document
from pace.formats.xml_samples import tracks
from pace.formats.xml_tree import Dialect

__all__ = ["GPX", "read_gpx", "write_gpx"]

GPX = Dialect(
    format="gpx",
    tracks={"trk": "trk", "rte": "rte"},
    segment="trkseg",
    points=("trkpt", "rtept"),
    attributes={"lat": "latitude", "lon": "longitude"},
    sport_child="type",
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
    """Read every track and route of a GPX document.

    Parameters
    ----------
    data : bytes
        The whole file.
    strict : bool
        Refuse a damaged document instead of keeping what is intact.
    path : {"any", "fast", "tree"}
        Force one way of reading; for tests.

    Returns
    -------
    tuple of Track
        One for each `trk` or `rte` that holds a point.

    Raises
    ------
    FormatError
        When it is not XML, or holds no track point (way points alone are no activity), or is damaged and `strict`.
    LimitError
        When it is larger or deeper than allowed, or has a document type.

    Examples
    --------
    >>> point = b'<trkpt lat="1" lon="2"><time>2020-01-01T00:00:00Z</time></trkpt>'
    >>> (track,) = read_gpx(b"<gpx><trk><trkseg>" + point + b"</trkseg></trk></gpx>")
    >>> len(track), track.latitude[0], track.sport
    (1, np.float64(1.0), 'unknown')
    """
    found = document(data, GPX, strict=strict, path=path)
    if not found.n and b"wpt" in data:
        raise FormatError("a GPX must hold track points, this one has way points only", expected="track points")
    return tracks(found)
