"""What other libraries read in the same file: points, distance and duration, beside ours."""

from __future__ import annotations

import importlib
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

INSTALL = "not installed: pip install 'pace-match[check]'"
OPENING = 1024
"""Bytes within which an XML file says what it is."""
BEFORE_XML = b"\xef\xbb\xbf\xff\xfe \r\n\t"
"""Byte order marks and white space, in any order."""
PACKED = (b"PK", b"\x1f\x8b")
"""How ZIP and gzip files begin."""
MAX_SIZE = 64 * 2**20
"""Bytes; other libraries are slow and take much memory, so nothing larger is given to them."""


def opinions(path: str | os.PathLike[str], *, ours: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return a row per reader, ours first: `library, points, distance_m, duration_s, problem`.

    `ours` are the tracks as we read them, in words and figures. The other libraries read the file as it is: packed
    files are beyond them, and none reads TCX. A reader that is not installed, or that gives up, has its reason in
    `problem`.
    """
    file = Path(path)
    data = file.read_bytes() if file.stat().st_size <= MAX_SIZE else b""
    opening = data[:OPENING].lstrip(BEFORE_XML).replace(b"\0", b"")  # without the zeros, UTF-16 reads as ASCII
    theirs = _FIT if not opening.startswith(b"<") else _GPX if b"<gpx" in opening else ()
    return [_ours(ours), *(_opinion(library, read, data) for library, read in theirs)]


def _row(library: str, points: int | None, distance: Any, duration: Any, problem: str | None = None) -> dict[str, Any]:
    """Return one reader's reading."""
    return {
        "library": library,
        "points": points,
        "distance_m": None if distance is None else round(float(distance), 1),
        "duration_s": None if duration is None else round(float(duration), 1),
        "problem": problem,
    }


def _ours(tracks: list[dict[str, Any]]) -> dict[str, Any]:
    """Return our own reading."""
    return _row(
        "pace",
        sum(track["samples"] for track in tracks),
        _sum([track["distance_m"] for track in tracks]),
        _sum([track["duration_s"] for track in tracks]),
    )


def _sum(values: list[float | None]) -> float | None:
    """Return the sum of what is known; None when nothing is."""
    known = [value for value in values if value is not None]
    return sum(known) if known else None


def _opinion(library: str, read: Callable[[Any, bytes], dict[str, Any]], data: bytes) -> dict[str, Any]:
    """Return another library's reading; whatever goes wrong in it is its own affair."""
    try:
        module = importlib.import_module(library)
    except ImportError:
        return _row(library, None, None, None, INSTALL)
    if not data:
        return _row(library, None, None, None, f"is given no file over {MAX_SIZE // 2**20} MB")
    if data.startswith(PACKED):
        return _row(library, None, None, None, "opens no packed files")
    try:
        return read(module, data)
    except Exception as error:  # other libraries raise anything on damaged files
        return _row(library, None, None, None, f"gives up ({type(error).__name__})")


def _fitdecode(module: Any, data: bytes) -> dict[str, Any]:
    """Read a FIT file with fitdecode."""
    times, distance, n = [], None, 0
    with module.FitReader(data, check_crc=module.CrcCheck.WARN) as reader:
        for frame in reader:
            if isinstance(frame, module.FitDataMessage) and frame.name == "record":
                n += 1
                times.append(frame.get_value("timestamp", fallback=None))
                distance = frame.get_value("distance", fallback=None) or distance
    return _row("fitdecode", n, distance, _spread(times))


def _fitparse(module: Any, data: bytes) -> dict[str, Any]:
    """Read a FIT file with fitparse."""
    rows = [message.get_values() for message in module.FitFile(data).get_messages("record")]
    distances = [row["distance"] for row in rows if row.get("distance") is not None]
    times = [row.get("timestamp") for row in rows]
    return _row("fitparse", len(rows), distances[-1] if distances else None, _spread(times))


def _gpxpy(module: Any, data: bytes) -> dict[str, Any]:
    """Read a GPX file with gpxpy; its distance is the sum over the positions."""
    gpx = module.parse(data)
    points = [point for track in gpx.tracks for segment in track.segments for point in segment.points]
    return _row("gpxpy", len(points), gpx.length_2d(), _spread([point.time for point in points]))


def _spread(times: list[Any]) -> float | None:
    """Return the seconds between the first and the last of some datetimes."""
    known = [time for time in times if time is not None]
    return (max(known) - min(known)).total_seconds() if known else None


_GPX = (("gpxpy", _gpxpy),)
_FIT = (("fitdecode", _fitdecode), ("fitparse", _fitparse))
