"""TCX, the Training Center Database: which elements hold what."""

from __future__ import annotations

from pace.activity.track import Track
from pace.formats.tcx_writer import write_tcx
from pace.formats.xml_read import Path, read_xml
from pace.formats.xml_tree import Dialect

__all__ = ["TCX", "read_tcx", "write_tcx"]

TCX = Dialect(
    format="tcx",
    tracks={"Activity": "activity", "Course": "course"},
    segment="Track",
    points=("Trackpoint",),
    sport_attribute="Sport",
    device_child="{*}Creator/{*}Name",
    lap="Lap",
    lap_attribute="StartTime",
    lap_child="TotalTimeSeconds",
    columns={
        "time": "time",
        "latitudedegrees": "latitude",
        "longitudedegrees": "longitude",
        "altitudemeters": "elevation",
        "distancemeters": "distance",
        "value": "heart_rate",
        "cadence": "cadence",
        "runcadence": "cadence",
        "speed": "speed",
        "watts": "power",
    },
)
"""Garmin TrainingCenterDatabase v1, v2 with ActivityExtension v1, v2 (TPX: Speed, RunCadence, Watts)."""


def read_tcx(data: bytes, *, strict: bool = False, path: Path = "any") -> tuple[Track, ...]:
    """Read every activity and course of a TCX document, as `read_xml` does; the tracks of its laps are segments."""
    return read_xml(data, TCX, strict=strict, path=path)
