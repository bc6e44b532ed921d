"""What one file holds, what is odd and how it would be used: counts and ranges, never a place, a date or a name."""

from __future__ import annotations

import os
from typing import Any

import numpy as np

from pace.activity.foot import known_sport
from pace.activity.track import COLUMNS, ON_FOOT, Track
from pace.arrays import Array
from pace.errors import PaceError
from pace.output import words
from pace.output.plain import inert
from pace.output.words import Fact

SCHEMA = "pace.inspect/1"
PLACES = ("latitude", "longitude")
"""Columns of which only the number of values is told."""
UNIT = {
    "elevation": "m",
    "distance": "m",
    "speed": "m/s",
    "heart_rate": "beats/min",
    "cadence": "steps/min",
    "temperature": "°C",
    "power": "W",
    "respiration_rate": "breaths/min",
}
TURNS = "rev/min"
"""Unit of a cadence where no sport on foot is named: turns of a crank or, if they were on foot, steps of one leg."""
SINCE_LOWEST = frozenset({"elevation"})
"""Columns whose range is told from their lowest value, because the value itself could tell where."""
IMPLAUSIBLE: dict[str, tuple[float, float]] = {
    "elevation": (-430.0, 8850.0),
    "speed": (0.0, 12.5),
    "heart_rate": (25.0, 240.0),
    "cadence": (0.0, 260.0),
    "temperature": (-50.0, 60.0),
    "power": (0.0, 2500.0),
    "respiration_rate": (2.0, 80.0),
}
"""Values outside are counted as implausible for somebody on foot; the speed is trackeR's limit."""


def inspection(path: str | os.PathLike[str], *, second_opinion: bool = False) -> dict[str, Any]:
    """Return what a file holds as the document `pace.inspect/1`.

    Parameters
    ----------
    path : str or path
        A FIT, GPX or TCX file, plain, gzip-compressed or in a ZIP archive.
    second_opinion : bool
        Also read it with fitdecode, fitparse and gpxpy, where they are installed.

    Raises
    ------
    PaceError
        When nothing in the file can be read; the error of the first part of it.
    """
    from pace.formats import recordings

    found = list(recordings([path]))
    errors = [recording.error for recording in found if recording.error]
    if errors and len(errors) == len(found):
        raise errors[0]
    document: dict[str, Any] = {
        "schema": SCHEMA,
        "recordings": [
            {
                "file": recording.file,
                "error": None if recording.error is None else recording.error.message,
                "tracks": [described(track) for track in recording.tracks],
            }
            for recording in found
        ],
    }
    if second_opinion:
        from pace.output.second_opinion import opinions

        ours = [track for recording in document["recordings"] for track in recording["tracks"]]
        document["second_opinion"] = opinions(path, ours=ours)
    return document


def described(track: Track) -> dict[str, Any]:
    """Return one track in counts, ranges and words."""
    time = track.time
    return {
        "format": track.format,
        "sport": known_sport(track.sport),
        "device": track.device,
        "samples": len(track),
        "segments": int(track.segment_start.size),
        "duration_s": _number(np.nanmax(time) - np.nanmin(time)) if np.isfinite(time).any() else None,
        "distance_m": _number(np.nanmax(track.distance)) if np.isfinite(track.distance).any() else None,
        "columns": {name: _column(name, getattr(track, name), track.sport) for name in COLUMNS},
        "laps": len(track.laps),
        "pauses": len(track.pauses),
        "splits": len(track.splits),
        "beats": int(track.rr.size),
        "notes": [note.to_dict() for note in track.notes],
        "use": _use(track),
    }


def _number(value: Any) -> float:
    """Return a plain number with three decimals at most."""
    return round(float(value), 3)


def _column(name: str, values: Array, sport: str) -> dict[str, Any]:
    """Return how many values a column has, their range and how many of them cannot be."""
    known = values[np.isfinite(values)]
    told: dict[str, Any] = {"values": int(known.size)}
    if name in PLACES:
        return told
    origin = float(known.min()) if name in SINCE_LOWEST and known.size else 0.0
    low, high = IMPLAUSIBLE.get(name, (-np.inf, np.inf))
    return {
        **told,
        "unit": TURNS if name == "cadence" and sport not in ON_FOOT else UNIT[name],
        "low": _number(known.min() - origin) if known.size else None,
        "high": _number(known.max() - origin) if known.size else None,
        "implausible": int(((known < low) | (known > high)).sum()),
    }


def _use(track: Track) -> dict[str, Any]:
    """Return whether the track would tell something about walking and running, and what."""
    from pace.activity.foot import why_not_on_foot
    from pace.activity.summary import Summary

    try:
        summary = Summary.from_track(track)
        reason = why_not_on_foot(track) or why_not_on_foot(summary)
    except PaceError as error:
        return {"used": False, "reason": error.message, "gait_confidence": None, "time_s": None}
    stand, walk, run = (summary.time_ms.sum(axis=(1, 2)) / 1000).tolist()
    return {
        "used": reason is None,
        "reason": reason,
        "gait_confidence": summary.gait_confidence,
        "time_s": {
            "elapsed": summary.elapsed_ms / 1000,
            "walk": walk,
            "run": run,
            "stand": stand,
            "paused": summary.paused_ms / 1000,
            "gap": summary.gap_ms / 1000,
        },
    }


# --- the same in words ---------------------------------------------------------------------------------------------


def track_facts(track: dict[str, Any]) -> tuple[Fact, ...]:
    """Return what a described track is, as a few lines."""
    made = f"{track['format'].upper()}, {inert(track['sport'])}"
    length = [words.duration(track["duration_s"])] if track["duration_s"] is not None else ["no times"]
    if track["distance_m"] is not None:
        length.append(f"{track['distance_m'] / 1000:.2f} km by its own count")
    extras = {"segments": "segment", "laps": "lap", "pauses": "pause", "splits": "walk-run split", "beats": "heartbeat"}
    parts = [_count(track[key], word) for key, word in extras.items() if track[key]]
    return (
        Fact(name="What", text=made),
        Fact(name="Device", text=inert(track["device"] or "not said")),
        Fact(name="Length", text=", ".join(length)),
        Fact(name="Holds", text=", ".join([_count(track["samples"], "sample"), *parts])),
        Fact(name="Use", text=_use_in_words(track["use"])),
    )


def _count(n: int, word: str) -> str:
    """Return a number of things."""
    return f"{n} {word}{'' if n == 1 else 's'}"


def _use_in_words(use: dict[str, Any]) -> str:
    """Return how a track would be used, or why it would be left out."""
    if not use["used"]:
        return f"left out: {inert(use['reason'])}"
    times = [
        f"{words.duration(use['time_s'][key])} {word}"
        for key, word in (("walk", "walking"), ("run", "running"), ("stand", "standing"), ("paused", "paused"))
        if use["time_s"][key] >= 1
    ]
    told = "" if use["gait_confidence"] == "high" else "; walk and run told apart by speed alone"
    return f"used: {', '.join(times) or 'no time on the move'}{told}"


def column_lines(track: dict[str, Any]) -> tuple[Fact, ...]:
    """Return the columns that hold anything, each with how many values and their range."""
    return tuple(
        Fact(name=name.replace("_", " "), text=_column_in_words(name, column))
        for name, column in track["columns"].items()
        if column["values"]
    )


def _column_in_words(name: str, column: dict[str, Any]) -> str:
    """Return a column's number of values and its range."""
    text = _count(column["values"], "value")
    if name in PLACES:
        return f"{text} (not shown)"
    if name in SINCE_LOWEST:
        text += f", over {column['high']:.0f} {column['unit']}"
    else:
        text += f", {column['low']:g} to {column['high']:g} {column['unit']}"
    return text + (f"; {column['implausible']} implausible" if column["implausible"] else "")
