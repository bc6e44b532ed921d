"""What the messages of one FIT activity say, as tracks: samples, pauses, laps, splits, heart beats, device, wearer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from pace.activity.track import ON_FOOT, Note, Spans, Track, Wearer
from pace.arrays import Array, frozen
from pace.errors import LimitError
from pace.formats.fit_columns import Table
from pace.formats.fit_profile import (
    BEAT_SCALE,
    EPOCH_S,
    EVENT,
    FILE_ID,
    FIRST_DATE,
    HRV,
    LAP,
    LAP_TRIGGERS,
    MANUFACTURERS,
    RECORD,
    SESSION,
    SPLIT,
    SPLIT_KINDS,
    SPORT,
    SPORTS,
    START_EVENT,
    STOP_EVENTS,
    TIMER_EVENT,
    USER_PROFILE,
    ZONES_TARGET,
)
from pace.formats.fit_times import note_order, unix_times
from pace.units import steps_per_minute

PACKED: Final = 8
"""Number of the record field that packs speed and distance into three bytes."""
NO_BEAT: Final = 0xFFFF
"""Filler behind the last interval of a message."""
PLAUSIBLE: Final = {
    "latitude": (-90.0, 90.0),
    "longitude": (-180.0, 180.0),
    "elevation": (-500.0, 12_000.0),
    "distance": (0.0, 5e6),
    "speed": (0.0, 50.0),
    "heart_rate": (20.0, 250.0),
    "temperature": (-70.0, 90.0),
    "power": (0.0, 4000.0),
    "respiration_rate": (1.0, 120.0),
}
"""Values that a recording can hold: metres from the Dead Sea to an airliner, m/s, beats/min, °C, W, breaths/min."""
MAX_SESSIONS: Final = 100
"""Sessions of one file; a triathlon has five."""
ALWAYS: Final = np.array([-np.inf])
"""The start of the only session."""
FAST: Final = frozenset({"driving", "flying", "motorcycling", "boating", "sky_diving", "hang_gliding"})
"""Sports whose speed is not limited: people forget to stop the watch in a car, but not in an aeroplane."""
QUICKEST_STRIDES: Final = 150.0
"""Strides/min on foot; sprinters reach about 140."""

NO_SPANS: Final = Spans.build()
"""What is said of a file without pauses, laps or splits: never changed, so one for all."""
NO_BEATS: Final = frozen(np.zeros(0))
"""The same of heart beats."""

Messages = Mapping[int, Table]


def tracks(messages: Messages, stamps: Array, notes: tuple[Note, ...]) -> tuple[Track, ...]:
    """Return one track for each session that holds samples; all samples in one where sessions cannot be told apart.

    Parameters
    ----------
    messages : mapping of message number to Table
        With at least the records or a session.
    stamps : (n,) float64
        FIT seconds of the records, NaN where missing.
    notes : tuple of Note
        What reading the bytes has noted so far.

    Raises
    ------
    LimitError
        When there are more than MAX_SESSIONS sessions.
    """
    odd = list(notes)
    records = messages[RECORD]
    times = unix_times(stamps, messages[FILE_ID].first("time_created"), odd)
    starts, sports = _sessions(messages)
    beats, beat_times = _beats(messages[HRV], records.positions, times)
    shared: dict[str, Any] = {"format": "fit", "device": _device(messages[FILE_ID]), "wearer": _wearer(messages)}
    spans = {"pauses": _pauses(messages[EVENT]), "laps": _laps(messages[LAP]), "splits": _splits(messages[SPLIT])}
    packed = records.holds(PACKED)
    names = [name for name in SAMPLED if records.has(name) or (packed and name in ("speed", "distance"))]
    table = records.columns(names)
    if packed:
        _unpack_speed_distance(records, dict(zip(names, table, strict=True)))
    owner = _owner(times, starts)
    present = [0] if starts.size < 2 else np.unique(owner).tolist()
    if len(present) == 1:
        rr = {"rr": beats, "rr_time": beat_times}
        return (_track(times, names, table, sports[present[0]], odd, **rr, **spans, **shared),)
    made = []
    for session in present:
        mine, low, high = owner == session, *_bounds(starts, session)
        kept = {name: _between(span, low, high) for name, span in spans.items()}
        beat = (beat_times >= low) & (beat_times < high)
        rr = {"rr": beats[beat], "rr_time": beat_times[beat]}
        cut = table.compress(mine, axis=1)
        made.append(_track(times[mine], names, cut, sports[session], list(odd), **rr, **kept, **shared))
    return tuple(made)


SAMPLED: Final = (
    "latitude", "longitude", "elevation", "distance", "speed", "heart_rate", "cadence", "fractional_cadence",
    "temperature", "power", "respiration_rate",
)  # fmt: skip


def _track(times: Array, names: list[str], table: Array, sport: str, notes: list[Note], **rest: Any) -> Track:
    """Return a track of one sport from quantities (k, n), impossible values taken out and noted."""
    note_order(times, notes)
    columns = dict(zip(names, table, strict=True))
    _drop_missing(columns)
    lowest, highest = np.fmin.reduce(table, axis=1, initial=np.inf), np.fmax.reduce(table, axis=1, initial=-np.inf)
    seen = zip(lowest.tolist(), highest.tolist(), strict=True)
    _drop_impossible(columns, dict(zip(names, seen, strict=True)), sport, notes)
    fraction = columns.pop("fractional_cadence", None)
    if fraction is not None and "cadence" in columns:
        fraction[np.isnan(fraction)] = 0.0
        columns["cadence"] += fraction
    if sport in ON_FOOT and "cadence" in columns:
        columns["cadence"] = np.asarray(steps_per_minute(columns["cadence"]), dtype=np.float64)
    return Track.build(time=times, sport=sport, notes=tuple(notes), **columns, **rest)


def _unpack_speed_distance(records: Table, columns: dict[str, Array]) -> None:
    """Fill in speed and distance from the field of 24 bits that holds both: 12 bits in 1/100 m/s, 12 bits in 1/16 m.

    The distance counts on over its 4096 sixteenths of a metre, so whole turns are added up.
    """
    positions, raw = records.elements(PACKED)
    if not positions.size or raw.shape[1] != 3:
        return
    valid = (raw != 0xFF).any(axis=1)
    packed, at = raw[valid].astype(np.int64), np.searchsorted(records.positions, positions[valid])
    speed = packed[:, 0] | (packed[:, 1] & 15) << 8
    distance = packed[:, 1] >> 4 | packed[:, 2] << 4
    distance[1:] = distance[:1] + np.cumsum((distance[1:] - distance[:-1]) & 0xFFF)
    for name, values in (("speed", np.where(speed == 0xFFF, np.nan, speed / 100.0)), ("distance", distance / 16.0)):
        empty = np.isnan(columns[name][at])
        columns[name][at[empty]] = values[empty]


def _drop_missing(columns: dict[str, Array]) -> None:
    """Turn into NaN what devices write for "not measured": no pulse, and a position of 0/0 or of one coordinate."""
    if "heart_rate" in columns:
        heart_rate = columns["heart_rate"]
        heart_rate[heart_rate == 0] = np.nan
    if "latitude" in columns and "longitude" in columns:
        latitude, longitude = columns["latitude"], columns["longitude"]
        somewhere = np.abs(latitude) + np.abs(longitude) > 0  # nor with one that is missing
        if np.count_nonzero(somewhere) < somewhere.size:
            latitude[~somewhere] = longitude[~somewhere] = np.nan
    else:
        columns.pop("latitude", None)
        columns.pop("longitude", None)


def _drop_impossible(
    columns: dict[str, Array], seen: dict[str, tuple[float, float]], sport: str, notes: list[Note]
) -> None:
    """Turn values that cannot be into NaN, with a note for each quantity; `seen` are the lowest and highest of each."""
    for name, values in columns.items():
        low, high = PLAUSIBLE.get(name, (0.0, np.inf))
        if name == "cadence" and sport in ON_FOOT:
            high = QUICKEST_STRIDES
        elif name == "speed" and sport in FAST:
            high = np.inf
        if seen[name][0] >= low and seen[name][1] <= high:
            continue
        impossible = (values < low) | (values > high)
        if count := int(np.count_nonzero(impossible)):
            values[impossible] = np.nan
            message = f"{name.replace('_', ' ')} beyond {low:g} to {high:g} was left out"
            notes.append(Note(kind="out-of-range", message=message, count=count))
            if name == "latitude":
                columns["longitude"][impossible] = np.nan


def _sessions(messages: Messages) -> tuple[Array, list[str]]:
    """Return when each session starts (s,), in order, and its sport; one that has always been without any."""
    table = messages[SESSION]
    fallback = _sport(messages[SPORT].first("sport"))
    if fallback == "unknown":  # cut before its end, a file may say it in its laps only
        fallback = _sport(messages[LAP].first("sport"))
    if not len(table):
        return ALWAYS, [fallback]
    if len(table) > MAX_SESSIONS:
        raise LimitError(f"a FIT file must hold at most {MAX_SESSIONS} sessions, got {len(table)}", got=len(table))
    if len(table) == 1:
        word = _sport(table.first("sport"))
        return ALWAYS, [word if word != "unknown" else fallback]
    starts = table.column("start") + EPOCH_S
    words = [_sport(code) for code in table.column("sport").tolist()]
    if np.isnan(starts).any() or len(set(starts.tolist())) < len(words):
        return ALWAYS, [words[0] if words[0] != "unknown" else fallback]
    order = np.argsort(starts)
    return starts[order], [words[i] for i in order.tolist()]


def _sport(code: float) -> str:
    """Return the word of a sport's code; `unknown` without one."""
    return "unknown" if code != code else _word(SPORTS, code, "other")


def _word(words: tuple[str, ...], code: float, other: str) -> str:
    """Return the word of a code, which a file may hold as any number, below zero and broken too."""
    return words[int(code)] if code in range(len(words)) else other


def _owner(times: Array, starts: Array) -> NDArray[np.int64]:
    """Return which session (n,) each sample is of: the last one begun; samples without a time follow the one before."""
    if starts.size < 2:
        return np.zeros(times.size, np.int64)
    known = np.maximum.accumulate(np.where(np.isnan(times), 0, np.arange(times.size)))
    return np.maximum(np.searchsorted(starts, np.nan_to_num(times[known], nan=-np.inf), side="right") - 1, 0)


def _bounds(starts: Array, session: int) -> tuple[float, float]:
    """Return from when to when things belong to a session."""
    return (starts[session] if session else -np.inf), (starts[session + 1] if session + 1 < starts.size else np.inf)


def _between(spans: Spans, low: float, high: float) -> Spans:
    """Return the spans that begin from `low` to before `high`."""
    inside = (spans.start >= low) & (spans.start < high)
    return Spans.build(start=spans.start[inside], end=spans.end[inside], kind=spans.kind[inside])


def _pauses(events: Table) -> Spans:
    """Return the stretches between a stop of the timer and the next start."""
    start, end, stopped = [], [], float("nan")
    for event, kind, time in zip(*map(events.few, ("event", "event_type", "time")), strict=True):
        if event != TIMER_EVENT:
            continue
        if kind in STOP_EVENTS and stopped != stopped and time >= FIRST_DATE:
            stopped = time
        elif kind == START_EVENT:
            if time > stopped:
                start.append(stopped + EPOCH_S)
                end.append(time + EPOCH_S)
            stopped = float("nan")
    return Spans.build(start=start, end=end, kind=["timer"] * len(start)) if start else NO_SPANS


def _laps(laps: Table) -> Spans:
    """Return the laps with the word of what ended each."""
    if not len(laps):
        return NO_SPANS
    start, time = laps.few("start"), laps.few("time")
    lasted = zip(start, laps.few("elapsed"), time, strict=True)
    end = [(last if elapsed != elapsed else first + elapsed) + EPOCH_S for first, elapsed, last in lasted]
    words = [_word(LAP_TRIGGERS, code, "lap") for code in laps.few("trigger")]
    return Spans.build(start=[first + EPOCH_S for first in start], end=end, kind=words)


def _splits(splits: Table) -> Spans:
    """Return the device's own run, walk and stand splits."""
    if not len(splits):
        return NO_SPANS
    found = []
    for code, start, end, elapsed in zip(*map(splits.few, ("type", "start", "end", "elapsed")), strict=True):
        if code in SPLIT_KINDS:
            end = start + elapsed if end != end else end
            found.append((start + EPOCH_S, end + EPOCH_S, SPLIT_KINDS[int(code)]))
    starts, ends, words = zip(*found, strict=True) if found else ((), (), ())
    return Spans.build(start=starts, end=ends, kind=words)


def _beats(hrv: Table, record_positions: NDArray[np.int64], times: Array) -> tuple[Array, Array]:
    """Return the beat-to-beat intervals (m,) and the time (m,) of the record before each; the first one's before it."""
    if not len(hrv):
        return NO_BEATS, NO_BEATS
    positions, raw = hrv.elements(0)
    valid = (raw != NO_BEAT) & (raw > 0)
    beats = raw[valid] / BEAT_SCALE
    if not beats.size or not times.size:
        return beats, np.full(beats.size, np.nan)
    before = np.maximum(np.searchsorted(record_positions, positions) - 1, 0)
    return beats, np.repeat(times[before], np.count_nonzero(valid, axis=1))


def _device(file_id: Table) -> str | None:
    """Return maker and product in words or numbers; never the serial number."""
    maker, product = file_id.first("manufacturer"), file_id.first("product")
    if maker != maker:
        return None
    name = MANUFACTURERS[int(maker)] if maker in MANUFACTURERS else f"maker {maker:.0f}"
    return name if product != product else f"{name} product {product:.0f}"


def _wearer(messages: Messages) -> Wearer:
    """Return what the device knows of the body that wears it; 0 means not said."""
    body, zones = messages[USER_PROFILE], messages[ZONES_TARGET]
    said = {name: body.first(name) or np.nan for name in ("height_m", "weight_kg", "age_years", "resting_heart_rate")}
    highest = zones.first("max_heart_rate")
    if not highest > 0:
        highest = body.first("max_heart_rate") or np.nan
    return Wearer(max_heart_rate=highest, **said)
