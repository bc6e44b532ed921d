"""Whole files to be damaged, and where in their bytes each record stands, found by a plain walk of its own."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from importlib import import_module

import numpy as np

import pace
from corpus import ACTIVITIES
from pace.activity.track import Track

KEY = ("time", "latitude", "longitude", "elevation", "heart_rate")
"""What makes a record the same record."""

Row = tuple[float, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Whole:
    """An undamaged file: its bytes, its records as read, where each stands, how many notes reading it gives."""

    name: str
    format: str
    data: bytes
    rows: tuple[Row, ...]
    spans: tuple[tuple[int, int], ...]
    notes: frozenset[str] = frozenset()
    compressed: bool = False
    summed: bool = True
    kinds: Counter[str] = field(default_factory=Counter)


def rows(tracks: tuple[Track, ...]) -> tuple[Row, ...]:
    """Return the records of all tracks, each as a tuple that is equal to itself (no NaN)."""
    columns = [np.concatenate([getattr(track, name) for track in tracks]) for name in KEY]
    table = np.nan_to_num(np.stack(columns, axis=1), nan=-1e9).round(6)
    return tuple(map(tuple, table.tolist()))


def whole(name: str, data: bytes) -> Whole | None:
    """Read an undamaged file and find its records; None where the two do not match one to one."""
    tracks = pace.read(data)
    kind = tracks[0].format
    spans, compressed = fit_records(data) if kind == "fit" else (xml_records(data), False)
    kept = rows(tracks)
    if len(spans) != len(kept) or len(kept) < 20:
        return None
    notes = Counter(note.kind for track in tracks for note in track.notes)
    return Whole(
        name=name,
        format=kind,
        data=data,
        rows=kept,
        spans=tuple(spans),
        notes=frozenset(notes),
        kinds=notes,
        compressed=compressed,
        summed=kind == "fit" and data[-2:] != b"\0\0" and "checksum" not in notes,
    )


_POINT = re.compile(rb"<(?:\w+:)?(?:trkpt|rtept|Trackpoint)\b.*?(?:</(?:\w+:)?(?:trkpt|rtept|Trackpoint)>|/>)", re.S)


def xml_records(data: bytes) -> list[tuple[int, int]]:
    """Find the points of a GPX or TCX document."""
    return [match.span() for match in _POINT.finditer(data)]


def fit_records(data: bytes) -> tuple[list[tuple[int, int]], bool]:
    """Walk a single FIT file message by message; tell whether any header is a compressed timestamp."""
    position, end = data[0], data[0] + int.from_bytes(data[4:8], "little")
    layouts: dict[int, tuple[int, int]] = {}
    found: list[tuple[int, int]] = []
    compressed = False
    while position < end:
        head = data[position]
        if head & 0x80 or not head & 0x40:
            number, size = layouts[head >> 5 & 3 if head & 0x80 else head & 15]
            compressed |= bool(head & 0x80)
            if number == 20:
                found.append((position, position + 1 + size))
            position += 1 + size
        else:
            layouts[head & 15], position = _layout(data, position)
    return found, compressed


def _layout(data: bytes, position: int) -> tuple[tuple[int, int], int]:
    """Read a definition message: the number of the message, its size, where the next message begins."""
    number = int.from_bytes(data[position + 3 : position + 5], "big" if data[position + 2] else "little")
    fields, at = data[position + 5], position + 6
    size = sum(data[at + 1 : at + 3 * fields : 3])
    at += 3 * fields
    if data[position] & 0x20:
        more = data[at]
        size += sum(data[at + 2 : at + 1 + 3 * more : 3])
        at += 1 + 3 * more
    return (number, size), at


def invented(n: int = 300, *, seed: int = 0) -> Track:
    """Return an outing that nobody made, with every column that the formats know."""
    rng = np.random.default_rng(seed)
    t = np.arange(n, dtype=float)
    speed = np.clip(2.5 + 0.4 * np.sin(t / 40) + rng.normal(0, 0.1, n), 0.1, None).round(2)
    distance = np.cumsum(speed).round(2)
    return Track.build(
        time=1_600_000_000 + t,
        latitude=10 + distance / 111_000,
        longitude=20 + 0.001 * np.sin(t / 50),
        elevation=(100 + 20 * np.sin(t / 60)).round(1),
        distance=distance,
        speed=speed,
        heart_rate=(120 + 20 * np.sin(t / 80)).round(),
        cadence=2 * (80 + 5 * np.sin(t / 30)).round(),
        temperature=np.full(n, 15.0),
        sport="running",
    )


def written(suffix: str, track: Track) -> bytes:
    """Write a track in a format by the project's own writer."""
    if suffix == "fit":
        from pace.formats.fit_writer import write_fit

        return write_fit(track)
    module = import_module(f"pace.formats.{suffix}")
    return bytes(getattr(module, f"write_{suffix}")((track,)))


def material(suffix: str, *, largest: int = 120_000, most: int = 12) -> list[Whole]:
    """Return the written file of a format and, where they are, small real ones that read without doubt."""
    found = [whole(f"invented.{suffix}", written(suffix, invented()))]
    real = sorted(ACTIVITIES.rglob(f"*.{suffix}")) if ACTIVITIES.is_dir() else []
    for path in real:
        if len(found) > most:
            break
        if path.stat().st_size <= largest:
            found.append(_real(path.name, path.read_bytes()))
    return [item for item in found if item is not None]


def _real(name: str, data: bytes) -> Whole | None:
    """Return a real file, if it reads and is single."""
    try:
        item = whole(name, data)
    except (pace.PaceError, IndexError, KeyError):
        return None
    return item if item and len(set(item.rows)) > 0.9 * len(item.rows) else None
