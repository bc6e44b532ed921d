"""What the texts of track points mean: columns of spans in, tracks with notes out, whichever parser found them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import accumulate
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pace.activity.track import NO_SPANS, ON_FOOT, Note, Spans, Track
from pace.errors import FormatError, LimitError
from pace.formats.text import PAD, Floats, Index, Mask, Odd, numbers, times
from pace.formats.text import Bytes as Text
from pace.formats.xml_limits import MAX_TRACKS

RANGES = {
    "latitude": (-90.0, 90.0),
    "longitude": (-180.0, 180.0),
    "elevation": (-1_000.0, 20_000.0),
    "distance": (0.0, 1e7),
    "speed": (0.0, 120.0),
    "heart_rate": (0.0, 250.0),
    "cadence": (0.0, 400.0),
    "temperature": (-80.0, 80.0),
    "power": (0.0, 5_000.0),
}
"""Lowest and highest value that a body, a ground vehicle or weather can show, in the units of `Track`."""
EARLIEST, LATEST = 631_152_000.0, 4_102_444_800.0
"""Unix seconds of 1990-01-01 and 2100-01-01: no recording was made before, none is due after."""
STRIDES_BELOW = 100.0
"""Per minute. Walking people take 100 to 135 steps/min, running people 150 to 190 (Tudor-Locke 2018,
doi:10.1136/bjsports-2017-097628); counted on one leg that is 50 to 95. A median below 100 is therefore strides. The one
case told wrongly is a whole activity of strolling at 95 to 100 steps/min by a device that counts both feet."""
SPORTS = {
    "running": ("run", "running", "trail", "trail running", "trail_running", "treadmill", "jogging", "jog", "9"),
    "walking": ("walk", "walking", "10"),
    "hiking": ("hike", "hiking", "4"),
    "cycling": ("bike", "biking", "ride", "cycling", "mountain biking", "road biking", "1"),
    "swimming": ("swim", "swimming"),
    "other": ("other",),
}
"""Words (and Strava's numbers) that files use for a sport."""
SHORT = 8192
"""Numbers in all that are read in one go."""
_SPORT_OF = {word: sport for sport, words in SPORTS.items() for word in words}


@dataclass(slots=True)
class Column:
    """Texts of one kind: `row` (k,) says of which point (None: of each, in order), `start`, `stop` (k,) where."""

    row: Index | None
    start: Index
    stop: Index


@dataclass(slots=True)
class Lap:
    """A lap as texts: when it began and how many seconds it took."""

    start: str = ""
    seconds: str = ""


@dataclass(slots=True)
class Part:
    """One track of a document: its kind (`trk`, `rte`, `activity`, `course`), its sport as written, its laps."""

    kind: str
    sport: str = ""
    device: str | None = None
    laps: list[Lap] = field(default_factory=list)


@dataclass(slots=True)
class Document:
    """What a parser found: texts of n points, and where parts and segments begin.

    `part_start` (one more than parts) and `segment_start` count points; a segment may hold none.
    """

    text: Text
    n: int
    columns: dict[str, Column]
    parts: list[Part]
    part_start: list[int]
    segment_start: list[int]
    notes: list[Note] = field(default_factory=list)


# --- Values ------------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class Samples:
    """Values of all points of a document, and masks (n,) of what was odd: by column, and by kind of note."""

    time: Floats
    columns: dict[str, Floats]
    out_of_range: dict[str, Mask]
    odd_time: dict[str, Mask]


def sport_of(text: str) -> str:
    """Return a sport's word: one of ours, the file's own if it is short and harmless, `unknown` if none.

    Examples
    --------
    >>> [sport_of(word) for word in ("Run", "9", "", "Nordic Skiing", "<b>")]
    ['running', 'running', 'unknown', 'nordic skiing', 'other']
    """
    word = text.strip().lower()
    if word in ("", "unknown"):
        return "unknown"
    harmless = re.fullmatch(r"[a-z][a-z _/-]{0,29}", word)
    return _SPORT_OF.get(word, word if harmless else "other")


def _spread(column: Column, n: int, values: NDArray[Any], empty: Any) -> NDArray[Any]:
    """Put values to their rows; what is empty elsewhere."""
    if column.row is None:
        return values
    whole = np.full(n, empty)
    whole[column.row] = values
    return whole


def _numeric(document: Document) -> tuple[dict[str, Floats], dict[str, Mask]]:
    """Return the number columns, and masks of what was no number or out of range (and is NaN)."""
    columns = {name: column for name, column in document.columns.items() if name != "time" and column.start.size}
    if not columns:
        return {}, {}
    value, wrong = _read(document.text, list(columns.values()))
    any_wrong = bool(np.count_nonzero(wrong))
    edges = [0, *accumulate(column.start.size for column in columns.values())]
    lowest, highest = np.fmin.reduceat(value, edges[:-1]).tolist(), np.fmax.reduceat(value, edges[:-1]).tolist()
    values, marks = {}, {}
    for i, (name, column) in enumerate(columns.items()):
        here, (low, high) = value[edges[i] : edges[i + 1]], RANGES[name]
        if any_wrong or lowest[i] < low or highest[i] > high:
            bad = wrong[edges[i] : edges[i + 1]] | (here < low) | (here > high)
            here[bad] = np.nan
            if np.count_nonzero(bad):
                marks[name] = _spread(column, document.n, bad, False)
        values[name] = _spread(column, document.n, here, np.nan)
    return values, marks


def _read(text: Text, columns: list[Column]) -> tuple[Floats, Mask]:
    """Read all columns, at once if they are short, else each for itself, as its numbers are of one kind."""
    if sum(column.start.size for column in columns) > SHORT:
        read = [numbers(text, column.start, column.stop) for column in columns]
        return np.concatenate([value for value, _ in read]), np.concatenate([wrong for _, wrong in read])
    starts, stops = [column.start for column in columns], [column.stop for column in columns]
    return numbers(text, np.concatenate(starts), np.concatenate(stops))


def samples(document: Document) -> Samples:
    """Read the texts of a document; impossible values become NaN and are marked."""
    n = document.n
    values, marks = _numeric(document)
    if "heart_rate" in values:
        values["heart_rate"][values["heart_rate"] == 0] = np.nan
    if "latitude" in values or "longitude" in values:
        _together(*(values.setdefault(name, np.full(n, np.nan)) for name in ("latitude", "longitude")))
    column = document.columns.get("time")
    if column is None or not column.start.size:
        return Samples(np.full(n, np.nan), values, marks, {})
    seconds, odd = times(document.text, column.start, column.stop)
    flags = {}
    if not (np.fmin.reduce(seconds) >= EARLIEST and np.fmax.reduce(seconds) < LATEST):
        impossible = (seconds < EARLIEST) | (seconds >= LATEST)
        seconds[impossible] = np.nan
        flags["time-impossible"] = impossible
    if np.count_nonzero(odd):
        flags |= {"time-unreadable": (odd & Odd.UNREADABLE) != 0, "time-zone": (odd & Odd.NO_ZONE) != 0}
    flags = {kind: _spread(column, n, mask, False) for kind, mask in flags.items()}
    return Samples(_spread(column, n, seconds, np.nan), values, marks, flags)


def _together(latitude: Floats, longitude: Floats) -> None:
    """Let half a position be none."""
    half = np.isnan(latitude)
    half ^= np.isnan(longitude)
    if np.count_nonzero(half):
        latitude[half] = longitude[half] = np.nan


# --- Tracks ------------------------------------------------------------------------------------------------------


def tracks(document: Document) -> tuple[Track, ...]:
    """Return a track for each part of a document that holds a point.

    Raises
    ------
    FormatError
        When none does.
    LimitError
        When there are too many parts.
    """
    if document.n == 0:
        raise FormatError("a GPX or TCX must hold track points, this one has none", expected="track points")
    if len(document.parts) > MAX_TRACKS:
        n = len(document.parts)
        raise LimitError(f"a file may hold {MAX_TRACKS:,} tracks, this one holds {n:,}", expected=MAX_TRACKS, got=n)
    every = samples(document)
    starts = sorted(set(document.segment_start))
    edges = document.part_start
    found = []
    for part, first, last in zip(document.parts, edges[:-1], edges[1:], strict=True):
        if last > first:
            segments = [0, *(start - first for start in starts if first < start < last)]
            found.append(_track(part, every, slice(first, last), segments, document.notes))
    return tuple(found)


def _track(part: Part, every: Samples, here: slice, segments: list[int], notes: list[Note]) -> Track:
    """Cut the points of one part out of all."""
    sport = sport_of(part.sport)
    columns = {name: values[here] for name, values in every.columns.items()}
    if "cadence" in columns:
        columns["cadence"] = steps(columns["cadence"], sport=sport)
    time = every.time[here]
    return Track.build(
        time=time,
        segment_start=segments,
        laps=_laps(part.laps),
        sport=sport,
        format="tcx" if part.kind in ("activity", "course") else "gpx",
        device=part.device,
        notes=(*notes, *_notes(part, every, here, time)),
        **columns,
    )


def steps(cadence: Floats, *, sport: str) -> Floats:
    """Return steps/min of a cadence that may count one leg; what is not on foot is left alone."""
    if sport not in ON_FOOT and sport != "unknown":
        return cadence
    moving = np.sort(cadence[cadence > 0])
    middle = moving[[(moving.size - 1) // 2, moving.size // 2]].sum() / 2 if moving.size else STRIDES_BELOW
    return cadence * 2 if middle < STRIDES_BELOW else cadence


def _laps(laps: list[Lap]) -> Spans:
    """Return those laps whose start and duration are readable."""
    if not laps:
        return NO_SPANS
    texts = [lap.start.encode() for lap in laps] + [lap.seconds.encode() for lap in laps]
    text, start, stop = joined(texts)
    k = len(laps)
    began, _ = times(text, start[:k], stop[:k])
    took, _ = numbers(text, start[k:], stop[k:])
    good = (began >= EARLIEST) & (began < LATEST) & (took >= 0) & (took < 1e7)
    return Spans.build(began[good], (began + took)[good], ["lap"] * int(good.sum()))


def joined(texts: list[bytes]) -> tuple[Text, Index, Index]:
    """Lay texts behind one another, blanks between; return the whole and where each begins and ends."""
    length = np.array([len(text) for text in texts], np.int64)
    stop = np.cumsum(length + 1) + (PAD - 1)
    text = np.frombuffer(b" ".join((b" " * (PAD - 1), *texts, b" " * PAD)), np.uint8)
    return text, stop - length, stop


# --- Notes ------------------------------------------------------------------------------------------------------

NOTED = {
    "route": "this is a route to follow, not a recording",
    "time-impossible": "a time must lie between 1990 and 2100; others were dropped",
    "time-unreadable": "a time must look like YYYY-MM-DDThh:mm:ssZ; others were dropped",
    "time-zone": "times without a zone were taken as UTC",
    "no-time": "no point has a time",
    "time-backwards": "time must not run backwards; it does, and was left as it is",
    "no-position": "no point has a position",
}
"""One sentence for each kind of note, in the order of the notes."""


def _notes(part: Part, every: Samples, here: slice, time: Floats) -> Iterator[Note]:
    """Say what was odd about one part."""
    latitude = every.columns.get("latitude")
    missing = np.isnan(time)
    n_missing = int(np.count_nonzero(missing))
    known = time[~missing] if n_missing else time
    counts: dict[str, int] = {kind: int(np.count_nonzero(mask[here])) for kind, mask in every.odd_time.items()}
    counts["route"] = time.size * (part.kind in ("rte", "course"))
    counts["no-time"] = time.size * (n_missing == time.size)
    counts["time-backwards"] = int(np.count_nonzero(known[1:] < known[:-1]))
    counts["no-position"] = time.size * (latitude is None or bool(np.isnan(latitude[here]).all()))
    for kind, message in NOTED.items():
        if count := counts.get(kind, 0):
            yield Note(kind=kind, message=message, count=count)
    for name, (low, high) in RANGES.items():
        wrong = every.out_of_range.get(name)
        if wrong is not None and (count := int(np.count_nonzero(wrong[here]))):
            message = f"{name.replace('_', ' ')} must be a number from {low:,.0f} to {high:,.0f}; others were dropped"
            yield Note(kind="out-of-range", message=message, count=count)
