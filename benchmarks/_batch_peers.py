"""The table of `pace batch` as a notebook makes it: fitparse, gpxpy and pandas, one file after the other.

The columns are those of the table that need no model: time by gait (a fixed rule of cadence or speed), distance,
quantiles of speed by gait, grade-adjusted speed, cadence, heart rate, bouts, changes, steady stretches, best speeds.
TCX, which neither library reads, goes through the standard library.
"""

from __future__ import annotations

import gzip
import io
import xml.etree.ElementTree as ET
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

GAITS = {"walk": 1, "run": 2}
QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)
BEST_S = (60, 300, 600, 1200, 1800, 3600)
COLUMNS = ("time", "latitude", "longitude", "elevation", "distance", "speed", "heart_rate", "cadence")


def table(folder: Path) -> list[dict[str, Any]]:
    """Return a row for each recording below a folder, or one with an error."""
    rows = []
    for path in sorted(
        path for path in folder.rglob("*") if path.suffix.lower() in (".fit", ".gpx", ".tcx", ".gz", ".zip")
    ):
        try:
            frames = list(_frames(path.read_bytes()))
        except Exception as error:
            rows.append({"file": path.name, "error": type(error).__name__})
            continue
        for frame in frames:
            try:
                rows.append({"file": path.name, **row(frame)})
            except Exception as error:
                rows.append({"file": path.name, "error": type(error).__name__})
    return rows


def _frames(data: bytes) -> Iterator[Any]:
    """Yield a data frame for each recording, whatever it is packed in."""
    if data[:2] == b"\x1f\x8b":
        yield from _frames(gzip.decompress(data))
    elif data[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for name in archive.namelist():
                yield from _frames(archive.read(name))
    elif data[8:12] == b".FIT":
        yield _fit(data)
    elif b"<TrainingCenterDatabase" in data[:2000]:
        yield from _tcx(data)
    else:
        yield from _gpx(data)


def _fit(data: bytes) -> Any:
    """Return the records of a FIT file."""
    import fitparse
    import pandas as pd

    rows = []
    for message in fitparse.FitFile(data).get_messages("record"):
        values = {field.name: field.value for field in message.fields}
        rows.append(
            {
                "time": values["timestamp"].timestamp(),
                "latitude": _degrees(values.get("position_lat")),
                "longitude": _degrees(values.get("position_long")),
                "elevation": values.get("enhanced_altitude", values.get("altitude")),
                "distance": values.get("distance"),
                "speed": values.get("enhanced_speed", values.get("speed")),
                "heart_rate": values.get("heart_rate"),
                "cadence": 2 * values["cadence"] if values.get("cadence") is not None else None,
            }
        )
    return pd.DataFrame(rows, columns=COLUMNS)


def _degrees(semicircles: int | None) -> float | None:
    """Return degrees."""
    return None if semicircles is None else semicircles * 180 / 2**31


def _gpx(data: bytes) -> Iterator[Any]:
    """Yield the points of each track of a GPX file."""
    import gpxpy
    import pandas as pd

    for track in gpxpy.parse(data.decode("utf-8", "replace")).tracks:
        rows = []
        for segment in track.segments:
            for point in segment.points:
                extra = {leaf.tag.rpartition("}")[2]: leaf.text for one in point.extensions for leaf in one.iter()}
                rows.append(
                    {
                        "time": point.time.timestamp() if point.time else None,
                        "latitude": point.latitude,
                        "longitude": point.longitude,
                        "elevation": point.elevation,
                        "heart_rate": _number(extra.get("hr")),
                        "cadence": 2 * _number(extra.get("cad")),
                    }
                )
        yield pd.DataFrame(rows, columns=COLUMNS)


def _tcx(data: bytes) -> Iterator[Any]:
    """Yield the points of each activity of a TCX file."""
    import pandas as pd

    for activity in ET.fromstring(data.strip()).iter("{*}Activity"):
        rows = []
        for point in activity.iter("{*}Trackpoint"):
            text = {leaf.tag.rpartition("}")[2]: leaf.text for leaf in point.iter()}
            rows.append(
                {
                    "time": pd.Timestamp(text["Time"]).timestamp(),
                    "latitude": _number(text.get("LatitudeDegrees")),
                    "longitude": _number(text.get("LongitudeDegrees")),
                    "elevation": _number(text.get("AltitudeMeters")),
                    "distance": _number(text.get("DistanceMeters")),
                    "speed": _number(text.get("Speed")),
                    "heart_rate": _number(text.get("Value")),
                    "cadence": 2 * _number(text.get("RunCadence") or text.get("Cadence")),
                }
            )
        yield pd.DataFrame(rows, columns=COLUMNS)


def _number(text: str | None) -> float:
    """Return a number, NaN for none."""
    return float(text) if text else np.nan


def row(frame: Any) -> dict[str, Any]:
    """Return the values of one recording."""
    import pandas as pd

    frame = frame.astype(float).dropna(subset=["time"]).drop_duplicates("time").sort_values("time")
    frame = frame.set_index(pd.to_timedelta(frame["time"] - frame["time"].iloc[0], unit="s")).drop(columns="time")
    by_place = _metres(frame)
    even = frame.resample("1s").mean().interpolate(limit=15)
    way = even["distance"] if even["distance"].notna().any() else by_place.resample("1s").mean().interpolate(limit=15)
    speed = even["speed"] if even["speed"].notna().any() else way.diff()
    speed = speed.rolling(5, center=True, min_periods=1).median()
    moving = speed > 0.45
    running = (even["cadence"] > 140) if even["cadence"].notna().any() else speed > 2.0
    even = even.assign(speed=speed, gait=np.where(~moving, 0, np.where(running, 2, 1)), way=way)
    even["grade"] = (even["elevation"].rolling(30, center=True).mean().diff(30) / way.diff(30)).clip(-0.3, 0.3)
    return _times(even) | _speeds(even) | _bouts(even) | _best(even)


def _metres(frame: Any) -> Any:
    """Return the distance along the positions."""
    latitude, longitude = np.radians(frame["latitude"]), np.radians(frame["longitude"])
    half = np.sin(latitude.diff() / 2) ** 2
    half += np.cos(latitude) * np.cos(latitude.shift()) * np.sin(longitude.diff() / 2) ** 2
    return (2 * 6_371_000 * np.arcsin(np.sqrt(half))).fillna(0).cumsum()


def _times(even: Any) -> dict[str, Any]:
    """Return seconds by gait, and the distance."""
    spent = even["gait"].value_counts()
    found = {f"{name}_s": float(spent.get(gait, 0)) for name, gait in GAITS.items()}
    return found | {"elapsed_s": len(even), "stand_s": float(spent.get(0, 0)), "distance_m": even["way"].iloc[-1]}


def _speeds(even: Any) -> dict[str, Any]:
    """Return quantiles of speed, grade-adjusted speed, cadence and heart rate by gait."""
    found: dict[str, Any] = {}
    factor = 1 + 4.5 * even["grade"].fillna(0).clip(-0.08, 0.2)
    for name, gait in GAITS.items():
        mine = even[even["gait"] == gait]
        for quantile, value in mine["speed"].quantile(list(QUANTILES)).items():
            found[f"{name}_speed_p{100 * quantile:02.0f}_mps"] = value
        found[f"{name}_flat_speed_mps"] = (mine["speed"] * factor[mine.index]).mean()
        found[f"{name}_cadence_steps_per_min"] = mine["cadence"].mean()
        found[f"{name}_heart_rate_bpm"] = mine["heart_rate"].median()
    return found | {"high_heart_rate_bpm": even["heart_rate"].rolling(30).mean().max()}


def _bouts(even: Any) -> dict[str, Any]:
    """Return unbroken walks and runs, changes between them, steady stretches."""
    number = (even["gait"] != even["gait"].shift()).cumsum()
    bouts = even.groupby(number).agg(gait=("gait", "first"), n=("gait", "size"), speed=("speed", "median"))
    found: dict[str, Any] = {}
    for name, gait in GAITS.items():
        mine = bouts[(bouts["gait"] == gait) & (bouts["n"] >= 30)]
        found |= {f"n_{name}s": len(mine), f"{name}_bout_speed_mps": mine["speed"].median()}
    before = bouts.shift()
    for name, start, end in (("walk_to_run", 1, 2), ("run_to_walk", 2, 1)):
        found[f"n_{name}"] = int(((before["gait"] == start) & (bouts["gait"] == end) & (bouts["n"] >= 8)).sum())
    piece = even["speed"].resample("30s").mean()
    steady = (piece.pct_change().abs() < 0.1).rolling(4).sum() == 4
    return found | {"n_steady": int(steady.sum()), "steady_s": 30.0 * int(steady.sum())}


def _best(even: Any) -> dict[str, Any]:
    """Return the fastest mean speed over some durations."""
    return {f"best_{n}s_speed_mps": even["way"].diff(n).max() / n for n in BEST_S}
