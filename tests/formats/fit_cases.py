"""Tracks and bytes that the tests of FIT share: strategies, small files put together by hand."""

from __future__ import annotations

import numpy as np
from hypothesis import strategies as st

from pace.activity.track import Spans, Track, Wearer
from pace.formats.fit_encode import ENUM, UINT8, UINT32, Entry, Message, definition, entry, framed, rows
from pace.formats.fit_profile import FILE_ID, RECORD, SESSION, TIMESTAMP
from pace.formats.fit_writer import Dialect

START_S = 1_000_000_000
"""FIT seconds at which the invented recordings begin."""


def file_id(kind: int = 4) -> Message:
    return Message(FILE_ID, (entry(0, ENUM, kind), entry(4, UINT32, START_S)))


def session(sport: int, start: float) -> Message:
    return Message(SESSION, (entry(TIMESTAMP, UINT32, start + 100), entry(2, UINT32, start), entry(5, ENUM, sport)))


def records(*fields: Entry, n: int = 5, step: int = 1, start: int = START_S) -> Message:
    return Message(RECORD, (entry(TIMESTAMP, UINT32, start + step * np.arange(n)), *fields))


def said(message: Message, *, local: int = 0) -> bytes:
    """Return a definition and its messages."""
    return definition(message, local=local) + rows(message, local=local).tobytes()


def activity(*body: bytes) -> bytes:
    """Return a whole activity file around the messages `body`."""
    return framed(said(file_id()) + b"".join(body))


def heart_rates(*values: float, local: int = 0, start: int = START_S) -> bytes:
    return said(records(entry(3, UINT8, values), n=len(values), start=start), local=local)


def walk(n: int = 200, *, sport: str = "running") -> Track:
    """Return an invented recording of n seconds with every column."""
    dice = np.random.default_rng(n)
    time = START_S + 631_065_600 + np.arange(n, dtype=float)
    return Track.build(
        time=time,
        latitude=1 + np.cumsum(dice.normal(0, 1e-5, n)),
        longitude=1 + np.cumsum(dice.normal(0, 1e-5, n)),
        elevation=np.round(dice.uniform(0, 100, n)),
        distance=np.arange(n) * 2.5,
        speed=np.round(dice.uniform(1, 4, n), 3),
        heart_rate=dice.integers(90, 180, n),
        cadence=dice.integers(80, 180, n),
        sport=sport,
    )


def _column(low: float, high: float, step: float) -> st.SearchStrategy[float]:
    steps = st.integers(int(np.ceil(low / step)), int(np.floor(high / step)))
    return st.one_of(st.just(np.nan), steps.map(lambda k: k * step))


VALUES = {
    "latitude": _column(-90, 90, 1e-7),
    "longitude": _column(-180, 180 - 1e-6, 1e-7),
    "elevation": _column(-500, 9000, 0.2),
    "distance": _column(0, 1e5, 0.01),
    "speed": _column(0, 12, 0.001),
    "heart_rate": _column(25, 230, 1),
    "cadence": _column(0, 250, 0.25),
    "temperature": _column(-40, 60, 1),
    "power": _column(0, 2000, 1),
    "respiration_rate": _column(5, 80, 0.01),
}
"""What a device can say, on the grid of the format."""


@st.composite
def tracks(draw: st.DrawFn) -> Track:
    """Draw a recording: any columns, gaps, pauses, laps, splits, beats, wearer."""
    n = draw(st.integers(1, 40))
    steps = draw(st.lists(st.integers(1, 70), min_size=n, max_size=n))
    time = START_S + 631_065_600 + np.cumsum(np.array(steps, dtype=float))
    names = draw(st.sets(st.sampled_from(sorted(VALUES))))
    columns = {name: draw(st.lists(VALUES[name], min_size=n, max_size=n)) for name in sorted(names)}
    beats = draw(st.lists(st.tuples(st.integers(300, 2000), st.integers(0, n - 1)), max_size=30))
    order = sorted(index for _, index in beats)
    return Track.build(
        time=time,
        sport=draw(st.sampled_from(["running", "walking", "hiking", "cycling", "swimming", "other", "unknown"])),
        laps=_spans(draw, time, ("manual", "distance", "session_end")),
        splits=_spans(draw, time, ("run", "walk", "stand")),
        rr=[beat / 1000 for beat, _ in beats],
        rr_time=time[order],
        wearer=draw(st.sampled_from([Wearer(), Wearer(height_m=1.75, weight_kg=70.5, max_heart_rate=185)])),
        **columns,
    )


def _spans(draw: st.DrawFn, time: np.ndarray, kinds: tuple[str, ...]) -> Spans:
    cuts = sorted(draw(st.sets(st.integers(0, time.size - 1), max_size=6)))
    words = [draw(st.sampled_from(kinds)) for _ in cuts[1:]]
    return Spans.build(start=time[cuts[:-1]], end=time[cuts[1:]], kind=words)


DIALECTS = st.builds(
    Dialect,
    big_endian=st.booleans(),
    compressed_times=st.booleans(),
    short_header=st.booleans(),
    enhanced=st.just(True),
    checksum=st.just(True),
    developer=st.just({}),
)
