"""A track as a FIT activity file, written from a list of what may be in it: no serial number, no name, no device."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from pace.activity.track import ON_FOOT, Spans, Track, Wearer
from pace.arrays import Array
from pace.formats.fit_encode import (
    BYTE,
    ENUM,
    FLOAT32,
    INT8,
    INT32,
    UINT8,
    UINT16,
    UINT32,
    Bytes,
    Entry,
    Message,
    Order,
    definition,
    entry,
    framed,
    rows,
    text,
    woven,
)
from pace.formats.fit_profile import (
    ACTIVITY,
    BEAT_SCALE,
    DEVELOPER_FIELD,
    DEVELOPER_ID,
    DEVICE_INFO,
    EPOCH_S,
    EVENT,
    FILE_ID,
    HRV,
    LAP,
    LAP_TRIGGERS,
    RECORD,
    SEMICIRCLES,
    SESSION,
    SPLIT,
    SPLIT_KINDS,
    SPORTS,
    TIMESTAMP,
    USER_PROFILE,
    ZONES_TARGET,
)
from pace.units import STEPS_PER_STRIDE

ACTIVITY_TYPE: Final = 4
"""`file_id.type` of a recording."""
NO_MAKER: Final = 255
"""The maker number for software in development: the file tells of no device."""
BEATS_PER_MESSAGE: Final = 5
"""Beat-to-beat intervals in one message, as watches write them."""
START, STOP_ALL = 0, 4
"""Codes of the timer's events."""
LONGEST_OFFSET_S: Final = 31
"""A time offset of five bits reaches this far beyond the time before."""
BEFORE, AFTER = -0.5, 0.5
"""Where a message goes, next to the record whose index is added."""
RECORD_LOCAL, PLAIN_LOCAL, EVENT_LOCAL, HRV_LOCAL, OTHER_LOCAL = 0, 1, 2, 3, 4
"""Local message numbers; the last one is defined anew for each message that comes once."""


class Dialect(NamedTuple):
    """How to write what can be written in more than one way; the defaults are what watches do today.

    `developer` are extra columns (n,) by name, written as an application's own fields.
    """

    big_endian: bool = False
    compressed_times: bool = False
    enhanced: bool = True
    short_header: bool = False
    checksum: bool = True
    developer: Mapping[str, Array] = {}

    @property
    def order(self) -> Order:
        """The byte order as NumPy says it."""
        return ">" if self.big_endian else "<"


WATCH: Final = Dialect()
"""What watches write today."""


def write_fit(track: Track, dialect: Dialect = WATCH) -> bytes:
    """Return a track as a FIT activity file.

    Times are written to the second and positions to the semicircle (under 1 cm); values beyond what a field holds are
    written as missing. A track without laps gets one lap over all of it, as the format wants.

    Parameters
    ----------
    track : Track
        One activity.
    dialect : Dialect
        Byte order, kinds of header and fields.

    Examples
    --------
    >>> from pace.formats.fit import read_fit
    >>> made = Track.build(time=[1.7e9, 1.7e9 + 1], speed=[2.5, 2.6], sport="running")
    >>> read_fit(write_fit(made))[0].speed.tolist()
    [2.5, 2.6]
    """
    seconds = _seconds(track.time)
    first, last = (float(np.nanmin(seconds)), float(np.nanmax(seconds))) if _any(seconds) else (np.nan, np.nan)
    body = b"".join(
        (
            *(_once(message, dialect) for message in _before(track, first, dialect)),
            _samples(track, seconds, first, last, dialect),
            *(_once(message, dialect) for message in _behind(track, first, last)),
        )
    )
    return framed(body, short_header=dialect.short_header, checksum=dialect.checksum)


def _before(track: Track, first: float, dialect: Dialect) -> list[Message]:
    """Return the messages that come before the samples."""
    made = [
        Message(
            FILE_ID,
            (
                entry(0, ENUM, ACTIVITY_TYPE),
                entry(1, UINT16, NO_MAKER),
                entry(2, UINT16, 0),
                entry(4, UINT32, first),
            ),
        ),
        Message(DEVICE_INFO, (entry(TIMESTAMP, UINT32, first), entry(0, UINT8, 0), entry(2, UINT16, NO_MAKER))),
    ]
    if dialect.developer:
        made.append(Message(DEVELOPER_ID, (entry(1, BYTE, np.zeros((1, 16))), entry(3, UINT8, 0))))
    for number, name in enumerate(dialect.developer):
        described = (entry(0, UINT8, 0), entry(1, UINT8, number), entry(2, UINT8, FLOAT32 | 0x80), text(3, name))
        made.append(Message(DEVELOPER_FIELD, described))
    return made + _body(track.wearer)


def _body(wearer: Wearer) -> list[Message]:
    """Return what is known of the body that wore the device, if anything is."""
    said = (
        entry(2, UINT8, wearer.age_years),
        entry(3, UINT8, wearer.height_m, scale=100),
        entry(4, UINT16, wearer.weight_kg, scale=10),
        entry(8, UINT8, wearer.resting_heart_rate),
    )
    figures = (wearer.age_years, wearer.height_m, wearer.weight_kg, wearer.resting_heart_rate)
    made = [] if np.isnan(figures).all() else [Message(USER_PROFILE, said)]
    if not np.isnan(wearer.max_heart_rate):
        made.append(Message(ZONES_TARGET, (entry(1, UINT8, wearer.max_heart_rate),)))
    return made


def _behind(track: Track, first: float, last: float) -> list[Message]:
    """Return the messages that come after the samples: splits, laps, the session, the activity."""
    made = [_split_message(track.splits)] if len(track.splits) else []
    laps = (
        track.laps if len(track.laps) else Spans.build(start=[first + EPOCH_S], end=[last + EPOCH_S], kind=["manual"])
    )
    made.append(_lap_message(laps))
    elapsed = last - first
    timer = elapsed - float(np.sum(track.pauses.end - track.pauses.start))
    sport = SPORTS.index(track.sport) if track.sport in SPORTS else np.nan
    distance = float(np.nanmax(track.distance)) if _any(track.distance) else np.nan
    session = (
        entry(TIMESTAMP, UINT32, last),
        entry(2, UINT32, first),
        entry(7, UINT32, elapsed, scale=1000),
        entry(8, UINT32, timer, scale=1000),
        entry(9, UINT32, distance, scale=100),
        entry(5, ENUM, sport),
        entry(0, ENUM, 8),
        entry(1, ENUM, 1),
    )
    activity = (entry(TIMESTAMP, UINT32, last), entry(0, UINT32, timer, scale=1000), entry(1, UINT16, 1))
    return [*made, Message(SESSION, session), Message(ACTIVITY, (*activity, entry(3, ENUM, 26), entry(4, ENUM, 1)))]


def _lap_message(laps: Spans) -> Message:
    start, end = _seconds(laps.start), _seconds(laps.end)
    trigger = [LAP_TRIGGERS.index(kind) if kind in LAP_TRIGGERS else np.nan for kind in laps.kind.tolist()]
    elapsed = entry(7, UINT32, laps.end - laps.start, scale=1000)
    return Message(LAP, (entry(TIMESTAMP, UINT32, end), entry(2, UINT32, start), elapsed, entry(24, ENUM, trigger)))


def _split_message(splits: Spans) -> Message:
    codes = {word: code for code, word in SPLIT_KINDS.items()}
    elapsed = splits.end - splits.start
    return Message(
        SPLIT,
        (
            entry(0, ENUM, [codes.get(kind, np.nan) for kind in splits.kind.tolist()]),
            entry(1, UINT32, elapsed, scale=1000),
            entry(2, UINT32, elapsed, scale=1000),
            entry(9, UINT32, _seconds(splits.start)),
            entry(27, UINT32, _seconds(splits.end)),
        ),
    )


def _samples(track: Track, seconds: Array, first: float, last: float, dialect: Dialect) -> bytes:
    """Return the records with the timer's events and the heart beats woven in where they happened."""
    defined, kinds = _records(track, seconds, dialect)
    events, event_keys = _events(track.pauses, seconds, first, last)
    defined += definition(events, local=EVENT_LOCAL, order=dialect.order)
    kinds.append((event_keys, rows(events, local=EVENT_LOCAL, order=dialect.order)))
    if track.rr.size:
        beats, beat_keys = _beats(track, seconds)
        defined += definition(beats, local=HRV_LOCAL, order=dialect.order)
        kinds.append((beat_keys, rows(beats, local=HRV_LOCAL, order=dialect.order)))
    return defined + woven(kinds)


def _records(track: Track, seconds: Array, dialect: Dialect) -> tuple[bytes, list[tuple[NDArray[Any], Bytes]]]:
    """Return the definitions of the records, and the records with their own index as key."""
    fields = _fields(track, enhanced=dialect.enhanced)
    extra = tuple(entry(number, FLOAT32, values) for number, values in enumerate(dialect.developer.values()))
    short = _reachable(seconds) if dialect.compressed_times and (fields or extra) else np.zeros(len(track), bool)
    defined, kinds = b"", []
    for local, mine in ((RECORD_LOCAL, ~short), (PLAIN_LOCAL, short)):
        if not mine.any():
            continue
        stamp = () if local == PLAIN_LOCAL else (entry(TIMESTAMP, UINT32, seconds),)
        message = _only(Message(RECORD, (*stamp, *fields), extra), mine)
        defined += definition(message, local=local, order=dialect.order)
        offsets = seconds[mine].astype(np.int64) if local == PLAIN_LOCAL else None
        kinds.append((np.flatnonzero(mine), rows(message, local=local, order=dialect.order, offsets=offsets)))
    return defined, kinds


def _fields(track: Track, *, enhanced: bool) -> tuple[Entry, ...]:
    """Return the columns of a track that hold anything, as fields of a record."""
    strides = track.cadence / STEPS_PER_STRIDE if track.sport in ON_FOOT else track.cadence
    whole = np.floor(strides + 1 / 256)
    step = 1 / SEMICIRCLES  # the type holds 180° W but neither 180° E nor, as that means invalid, one step before it
    longitude = np.where(track.longitude > 180 - step, -180, np.minimum(track.longitude, 180 - 2 * step))
    columns = (
        (0, INT32, track.latitude, SEMICIRCLES, 0.0),
        (1, INT32, longitude, SEMICIRCLES, 0.0),
        (78 if enhanced else 2, UINT32 if enhanced else UINT16, track.elevation, 5.0, 500.0),
        (5, UINT32, track.distance, 100.0, 0.0),
        (73 if enhanced else 6, UINT32 if enhanced else UINT16, track.speed, 1000.0, 0.0),
        (3, UINT8, track.heart_rate, 1.0, 0.0),
        (4, UINT8, whole, 1.0, 0.0),
        (53, UINT8, strides - whole, 128.0, 0.0),
        (13, INT8, track.temperature, 1.0, 0.0),
        (7, UINT16, track.power, 1.0, 0.0),
        (
            108 if enhanced else 99,
            UINT16 if enhanced else UINT8,
            track.respiration_rate,
            100.0 if enhanced else 1.0,
            0.0,
        ),
    )
    return tuple(entry(n, base, v, scale=scale, offset=offset) for n, base, v, scale, offset in columns if _any(v))


def _reachable(seconds: Array) -> NDArray[np.bool_]:
    """Return which records (n,) a time offset can date: those up to 31 s after the record before."""
    steps = np.diff(seconds, prepend=np.nan)
    return (steps >= 0) & (steps <= LONGEST_OFFSET_S)


def _events(pauses: Spans, seconds: Array, first: float, last: float) -> tuple[Message, Array]:
    """Return the timer's events, and next to which record each goes: stops after theirs, starts before theirs."""
    stop, start = _seconds(pauses.start), _seconds(pauses.end)
    times = np.concatenate(([first], stop, start, [last]))
    kinds = np.concatenate(([START], np.full(stop.size, STOP_ALL), np.full(start.size, START), [STOP_ALL]))
    clock = np.maximum.accumulate(np.nan_to_num(seconds, nan=-np.inf)) if seconds.size else seconds
    after = np.searchsorted(clock, stop, side="right") - 1 + AFTER
    before = np.maximum(np.searchsorted(clock, start, side="left") + BEFORE, after)
    keys = np.concatenate(([BEFORE], after, before, [len(seconds) + BEFORE]))
    order = np.lexsort((times, keys))
    message = Message(
        EVENT, (entry(TIMESTAMP, UINT32, times), entry(0, ENUM, np.zeros(times.size)), entry(1, ENUM, kinds))
    )
    return _only(message, order), keys[order]


def _beats(track: Track, seconds: Array) -> tuple[Message, Array]:
    """Return the beat-to-beat intervals, up to five to a message, and the record that each message follows."""
    clock = np.maximum.accumulate(np.nan_to_num(seconds, nan=-np.inf)) if seconds.size else seconds
    record = np.searchsorted(clock, np.nan_to_num(_seconds(track.rr_time), nan=-np.inf), side="right") - 1
    record = np.maximum.accumulate(record)
    groups = np.flatnonzero(np.diff(record, prepend=-2))
    within = np.arange(record.size) - np.repeat(groups, np.diff(groups, append=record.size))
    opens = within % BEATS_PER_MESSAGE == 0
    message = np.cumsum(opens) - 1
    packed = np.full((int(message[-1]) + 1, BEATS_PER_MESSAGE), np.nan)
    packed[message, within % BEATS_PER_MESSAGE] = track.rr
    return Message(HRV, (entry(0, UINT16, packed, scale=BEAT_SCALE),)), record[opens] + AFTER


def _once(message: Message, dialect: Dialect) -> bytes:
    """Return a message that comes once or a few times, its definition right before it."""
    made = rows(message, local=OTHER_LOCAL, order=dialect.order)
    return definition(message, local=OTHER_LOCAL, order=dialect.order) + made.tobytes()


def _only(message: Message, chosen: NDArray[Any]) -> Message:
    """Return the chosen messages (a mask or an order)."""
    fields = tuple(field._replace(values=field.values[chosen]) for field in message.fields)
    return Message(message.number, fields, tuple(f._replace(values=f.values[chosen]) for f in message.developer))


def _seconds(times: Array) -> Array:
    """Return whole FIT seconds of Unix times; NaN stays."""
    return np.asarray(np.rint(times - EPOCH_S), dtype=np.float64)


def _any(values: Array) -> bool:
    return not bool(np.isnan(values).all())
