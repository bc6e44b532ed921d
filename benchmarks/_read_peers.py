"""Other readers doing the same work, samples as float64 columns; only those that are installed are used."""

from __future__ import annotations

import io
import struct
import tempfile
from collections.abc import Callable
from datetime import UTC
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from typing import Any

import numpy as np

Columns = dict[str, np.ndarray]
Reader = Callable[[bytes], Columns]
NAMES = ("time", "latitude", "longitude", "elevation", "distance", "speed", "heart_rate", "cadence")


def ours(data: bytes) -> Columns:
    """Read with this project."""
    import pace

    tracks = pace.read(data)
    if len(tracks) == 1:
        return {name: getattr(tracks[0], name) for name in NAMES}
    return {name: np.concatenate([getattr(track, name) for track in tracks]) for name in NAMES}


def _columns(rows: dict[str, list[Any]]) -> Columns:
    """Turn lists with None into columns."""
    return {name: np.array(values, dtype=float) for name, values in rows.items()}


FIT = {
    "time": "timestamp",
    "latitude": "position_lat",
    "longitude": "position_long",
    "elevation": "altitude",
    "distance": "distance",
    "speed": "speed",
    "heart_rate": "heart_rate",
    "cadence": "cadence",
}
"""The fields of a record in the words of the FIT profile."""


def _fit_row(rows: dict[str, list[Any]], get: Callable[[str], Any]) -> None:
    """Append one record; enhanced fields first, as every careful user does."""
    for name, field in FIT.items():
        value = get("enhanced_" + field) if field in ("altitude", "speed") else None
        value = get(field) if value is None else value
        if name == "time" and value is not None and not isinstance(value, int | float):
            value = value.replace(tzinfo=UTC).timestamp()
        elif isinstance(value, tuple):
            value = value[0]
        if value is not None and name in ("latitude", "longitude"):
            value *= 180 / 2**31
        rows[name].append(value)


def with_fitparse(data: bytes) -> Columns:
    """Read with fitparse."""
    import fitparse

    rows: dict[str, list[Any]] = {name: [] for name in FIT}
    for message in fitparse.FitFile(io.BytesIO(data)).get_messages("record"):
        _fit_row(rows, message.get_value)
    return _columns(rows)


def with_fitdecode(data: bytes) -> Columns:
    """Read with fitdecode."""
    import fitdecode

    rows: dict[str, list[Any]] = {name: [] for name in FIT}
    with fitdecode.FitReader(io.BytesIO(data), check_crc=fitdecode.CrcCheck.DISABLED) as reader:
        for frame in reader:
            if frame.frame_type == fitdecode.FIT_FRAME_DATA and frame.name == "record":
                _fit_row(rows, lambda name, frame=frame: frame.get_value(name, fallback=None))
    return _columns(rows)


def with_fitfast(data: bytes) -> Columns:
    """Read with fitfast (Rust)."""
    import fitfast

    columns = fitfast.records(data)
    n = len(next(iter(columns.values()), ()))
    return {
        name: columns.get("enhanced_" + field, columns.get(field, np.full(n, np.nan))) for name, field in FIT.items()
    }


def with_pyroparse(data: bytes) -> Columns:
    """Read with pyroparse (Rust, Arrow); it takes a file, so writing that is part of its time."""
    import pyroparse

    with tempfile.NamedTemporaryFile(suffix=".fit") as file:
        file.write(data)
        file.flush()
        table = pyroparse.read_fit(file.name)
    n = table.num_rows
    fields = {"time": "timestamp", "elevation": "altitude"}
    found = {name: fields.get(name, name) for name in NAMES if fields.get(name, name) in table.column_names}
    columns = {name: table.column(field).to_numpy(zero_copy_only=False) for name, field in found.items()}
    if "time" in columns:
        columns["time"] = columns["time"].astype("M8[us]").astype(np.int64) / 1e6
    return {name: columns.get(name, np.full(n, np.nan)) for name in NAMES}


def with_gpxpy(data: bytes) -> Columns:
    """Read with gpxpy, heart rate and cadence from the extensions."""
    import gpxpy

    rows: dict[str, list[Any]] = {name: [] for name in NAMES}
    for track in gpxpy.parse(data.decode("utf-8-sig")).tracks:
        for point in (point for segment in track.segments for point in segment.points):
            more = {child.tag.rpartition("}")[2]: child.text for e in point.extensions for child in (e, *e)}
            rows["time"].append(point.time.timestamp() if point.time else None)
            rows["latitude"].append(point.latitude)
            rows["longitude"].append(point.longitude)
            rows["elevation"].append(point.elevation)
            rows["heart_rate"].append(more.get("hr"))
            rows["cadence"].append(more.get("cad"))
            rows["distance"].append(more.get("distance"))
            rows["speed"].append(more.get("speed", point.speed))
    return _columns(rows)


def with_lxml_gpx(data: bytes) -> Columns:
    """Read with a plain loop over lxml."""
    names = {"ele": "elevation", "hr": "heart_rate", "cad": "cadence", "speed": "speed", "distance": "distance"}
    return _xml_loop(data, "trkpt", names, "time")


def with_lxml_tcx(data: bytes) -> Columns:
    """Read with a plain loop over lxml."""
    names = {
        "LatitudeDegrees": "latitude",
        "LongitudeDegrees": "longitude",
        "AltitudeMeters": "elevation",
        "DistanceMeters": "distance",
        "Value": "heart_rate",
        "Cadence": "cadence",
        "RunCadence": "cadence",
        "Speed": "speed",
    }
    return _xml_loop(data, "Trackpoint", names, "Time")


def _xml_loop(data: bytes, point: str, names: dict[str, str], time: str) -> Columns:
    """Walk the points of a document one by one."""
    from datetime import datetime

    from lxml import etree

    rows: dict[str, list[Any]] = {name: [] for name in NAMES}
    for element in etree.fromstring(data.lstrip()).iter("{*}" + point):
        row: dict[str, Any] = dict.fromkeys(NAMES)
        if element.get("lat"):
            row["latitude"], row["longitude"] = element.get("lat"), element.get("lon")
        for child in element.iter("{*}*"):
            local = child.tag.rpartition("}")[2]
            if local == time:
                row["time"] = datetime.fromisoformat(child.text.strip()).timestamp()
            elif local in names:
                row[names[local]] = child.text
        for name, value in row.items():
            rows[name].append(value)
    return _columns(rows)


def with_tcxreader(data: bytes) -> Columns:
    """Read with tcxreader."""
    from tcxreader.tcxreader import TCXReader

    rows: dict[str, list[Any]] = {name: [] for name in NAMES}
    for point in TCXReader().read(io.BytesIO(data.lstrip()), only_gps=False).trackpoints:
        rows["time"].append(point.time.replace(tzinfo=UTC).timestamp() if point.time else None)
        for name, value in {
            "latitude": point.latitude,
            "longitude": point.longitude,
            "elevation": point.elevation,
            "distance": point.distance,
            "heart_rate": point.hr_value,
            "cadence": point.cadence if point.cadence is not None else point.tpx_ext.get("RunCadence"),
            "speed": point.tpx_ext.get("Speed"),
        }.items():
            rows[name].append(value)
    return _columns(rows)


GPX_PATHS = {
    "time": "time",
    "latitude": "@lat",
    "longitude": "@lon",
    "elevation": "ele",
    "heart_rate": "extensions/TrackPointExtension/hr",
    "cadence": "extensions/TrackPointExtension/cad",
    "speed": "extensions/TrackPointExtension/speed",
    "distance": "extensions/distance",
}
TCX_PATHS = {
    "time": "Time",
    "latitude": "Position/LatitudeDegrees",
    "longitude": "Position/LongitudeDegrees",
    "elevation": "AltitudeMeters",
    "distance": "DistanceMeters",
    "heart_rate": "HeartRateBpm/Value",
    "cadence": "Extensions/TPX/RunCadence",
    "speed": "Extensions/TPX/Speed",
}
_PARSERS: dict[str, Any] = {}


def _arrow(root: str, point: str, paths: dict[str, str]) -> Any:
    """Set up an xml2arrow parser; kept, as its own advice is."""
    import xml2arrow

    if root not in _PARSERS:
        kinds = {name: "Utf8" if name == "time" else "Float64" for name in paths}
        rows = [
            f"{{name: {name}, xml_path: {root}/{point}/{path}, data_type: {kinds[name]}, nullable: true}}"
            for name, path in paths.items()
        ]
        fields = "".join(f"      - {row}\n" for row in rows)
        with tempfile.NamedTemporaryFile("w", suffix=".yaml") as file:
            file.write(f"tables:\n  - name: points\n    xml_path: {root}\n    levels: []\n    fields:\n{fields}")
            file.flush()
            _PARSERS[root] = xml2arrow.XmlToArrowParser(file.name)
    return _PARSERS[root]


def _from_arrow(parser: Any, data: bytes) -> Columns:
    """Return the columns of an Arrow table, its times as seconds."""
    import pyarrow as pa
    import pyarrow.compute as pc

    table = parser.parse(data)["points"]
    found = {name: table.column(name) for name in NAMES}
    stamps = pc.cast(found.pop("time"), pa.timestamp("us", "UTC"))
    time = stamps.to_numpy(zero_copy_only=False).astype("M8[us]").astype(np.int64) / 1e6
    return {"time": time, **{name: column.to_numpy(zero_copy_only=False) for name, column in found.items()}}


def with_xml2arrow_gpx(data: bytes) -> Columns:
    """Read with xml2arrow (Rust) into Arrow and NumPy."""
    return _from_arrow(_arrow("/gpx/trk/trkseg", "trkpt", GPX_PATHS), data)


def with_xml2arrow_tcx(data: bytes) -> Columns:
    """Read with xml2arrow (Rust) into Arrow and NumPy."""
    root = "/TrainingCenterDatabase/Activities/Activity/Lap/Track"
    return _from_arrow(_arrow(root, "Trackpoint", TCX_PATHS), data)


def with_fastgpx(data: bytes) -> Columns:
    """Read with fastgpx (C++); it knows no heart rate."""
    import fastgpx

    points = [p for t in fastgpx.parse(data.decode("utf-8-sig")).tracks for s in t.segments for p in s.points]
    columns = {
        "time": [p.time.timestamp() if p.time else None for p in points],
        "latitude": [p.latitude for p in points],
        "longitude": [p.longitude for p in points],
        "elevation": [p.elevation for p in points],
    }
    return {**dict.fromkeys(NAMES, np.full(len(points), np.nan)), **_columns(columns)}


RECORD = {
    253: ("time", 1, 631_065_600),
    0: ("latitude", 180 / 2**31, 0),
    1: ("longitude", 180 / 2**31, 0),
    78: ("elevation", 0.2, -500),
    5: ("distance", 0.01, 0),
    73: ("speed", 0.001, 0),
    3: ("heart_rate", 1, 0),
    4: ("cadence", 1, 0),
}
CODES = {1: "b", 2: "B", 0: "B", 0x83: "h", 0x84: "H", 0x85: "i", 0x86: "I", 0x88: "f"}
EMPTY = {"b": 127, "B": 255, "h": 32767, "H": 65535, "i": 2**31 - 1, "I": 2**32 - 1}
Layout = tuple[int, struct.Struct, list[tuple[int, str]]]


def plain_fit(data: bytes) -> Columns:
    """Read with a plain loop over messages and `struct`: what one would write in an afternoon."""
    layouts: dict[int, Layout] = {}
    rows: dict[str, list[Any]] = {name: [] for name in NAMES}
    at, end = data[0], data[0] + int.from_bytes(data[4:8], "little")
    while at < end:
        head = data[at]
        if head & 0x40:
            layouts[head & 15], at = _plain_layout(data, at)
            continue
        number, form, fields = layouts[head & 15]
        if number == 20:
            _plain_record(rows, fields, form.unpack_from(data, at + 1))
        at += 1 + form.size
    return _columns(rows)


def _plain_layout(data: bytes, at: int) -> tuple[Layout, int]:
    """Read a definition."""
    number, n = struct.unpack_from("<HB", data, at + 3)
    fields = [tuple(data[at + 6 + 3 * i : at + 9 + 3 * i]) for i in range(n)]
    codes = [CODES.get(code, "") for _, _, code in fields]
    form = "".join(
        code if code and struct.calcsize(code) == size else f"{size}s"
        for code, (_, size, _) in zip(codes, fields, strict=True)
    )
    named = [(field, code) for (field, _, _), code in zip(fields, codes, strict=True)]
    return (number, struct.Struct("<" + form), named), at + 6 + 3 * n


def _plain_record(rows: dict[str, list[Any]], fields: list[tuple[int, str]], values: tuple[Any, ...]) -> None:
    """Append a record."""
    row: dict[str, Any] = dict.fromkeys(NAMES)
    for (field, code), value in zip(fields, values, strict=True):
        if field in RECORD and value != EMPTY.get(code):
            name, factor, offset = RECORD[field]
            row[name] = value * factor + offset
    for name, value in row.items():
        rows[name].append(value)


PEERS: dict[str, dict[str, Reader]] = {
    "fit": {
        "fitparse": with_fitparse,
        "fitdecode": with_fitdecode,
        "fitfast": with_fitfast,
        "pyroparse": with_pyroparse,
    },
    "gpx": {"gpxpy": with_gpxpy, "lxml": with_lxml_gpx, "xml2arrow": with_xml2arrow_gpx, "fastgpx": with_fastgpx},
    "tcx": {"tcxreader": with_tcxreader, "lxml": with_lxml_tcx, "xml2arrow": with_xml2arrow_tcx},
}
PLAIN: dict[str, Reader] = {"fit": plain_fit, "gpx": with_lxml_gpx, "tcx": with_lxml_tcx}


def peers(suffix: str) -> dict[str, Reader]:
    """Return the readers of a format that are installed, by name and version."""
    return {f"{name} {_version(name)}": reader for name, reader in PEERS[suffix].items() if find_spec(name)}


def _version(name: str) -> str:
    """Return the version of an installed distribution."""
    try:
        return version(name)
    except PackageNotFoundError:
        return "?"
