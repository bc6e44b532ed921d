"""A summary survives as bytes, bit for bit; bytes that are anything else are refused."""

import hashlib
from dataclasses import astuple, fields, replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst

from activity.strolls import run_walk_speeds, stroll
from corpus import ACTIVITIES, needs_corpus
from pace.activity import kept
from pace.activity.foot import ON_FOOT, OTHERS, UNNAMED, WORDS, known_sport
from pace.activity.kept import ROWS, TIME_SHAPE, WINDOW_SHAPE, packed, unpacked
from pace.activity.summary import BEST_DURATIONS_S, Summary
from pace.activity.track import Note, Track, Wearer
from pace.errors import FormatError, InputError, PaceError
from pace.formats import recordings
from pace.formats.fit_profile import SPORTS

SPORT = st.sampled_from(sorted(ON_FOOT | OTHERS | UNNAMED | set(WORDS)))
DOUBLE = st.floats(width=64)
WHOLE = st.none() | st.integers(-(2**70), 2**70)
NOTE = st.builds(Note, kind=st.text(max_size=9), message=st.text(max_size=30), offset=WHOLE, count=WHOLE)


def grids(shape):
    """Grids with few cells that are not zero, as real ones are."""
    cell = st.integers(0, 2**40)
    return npst.arrays(np.int64, shape, elements=cell, fill=st.just(0))


def rows(dtype):
    """Rows with any float at all in them, NaN of every kind included."""

    def filled(raw, gaits):
        made = np.frombuffer(raw[: len(raw) // dtype.itemsize * dtype.itemsize], dtype=dtype).copy()
        made[dtype.names[0]] = np.resize(gaits, made.size)
        return made

    return st.builds(filled, st.binary(max_size=4 * dtype.itemsize), st.lists(st.integers(0, 2), min_size=1))


@st.composite
def summaries(draw):
    spent = draw(grids(TIME_SHAPE))
    paused, gap = draw(st.integers(0, 2**40)), draw(st.integers(0, 2**40))
    return Summary(
        digest=draw(st.binary(min_size=16, max_size=16)).hex(),
        sport=draw(SPORT),
        gait_confidence=draw(st.sampled_from(["high", "low"])),
        elapsed_ms=int(spent.sum()) + paused + gap,
        paused_ms=paused,
        gap_ms=gap,
        distance_m=draw(DOUBLE),
        time_ms=spent,
        window_ms=draw(grids(WINDOW_SHAPE)),
        best_speed=draw(npst.arrays(np.float64, len(BEST_DURATIONS_S), elements=DOUBLE)),
        heart_rate_high=draw(DOUBLE),
        wearer=draw(st.builds(Wearer, **{field.name: DOUBLE for field in fields(Wearer)})),
        notes=tuple(draw(st.lists(NOTE, max_size=3))),
        sketch=np.array(sorted(draw(st.sets(st.integers(0, 2**16 - 1), max_size=24))), dtype=np.uint16),
        **{name: draw(rows(dtype)) for name, dtype in ROWS.items()},
    )


def bits(summary):
    """Everything of a summary as values that compare by their bits."""
    shown = []
    for field in fields(Summary):
        value = getattr(summary, field.name)
        if isinstance(value, Wearer):
            value = np.array(astuple(value))
        if isinstance(value, float):
            value = np.float64(value)
        if isinstance(value, (np.ndarray, np.generic)):
            value = (value.dtype, value.shape, value.tobytes())
        shown.append((field.name, value))
    return shown


def a_summary(**columns):
    return Summary.from_track(stroll(run_walk_speeds(n=3), **columns))


def signed(body, *, version=kept.FORMAT):
    """Bytes that are whole by their checksum, whatever their body is."""
    head = kept._HEAD.pack(kept.MAGIC, version, kept.GRID_VERSION, len(body))
    return head + kept._checksum(head, body) + body


@given(summaries())
def test_a_summary_survives_bit_for_bit(summary):
    """What is unpacked is what was packed, and is packed to the same bytes again."""
    data = packed(summary)
    again = unpacked(data)
    assert bits(again) == bits(summary)
    assert packed(again) == data


def test_every_field_is_written():
    """A field that is added to a summary has to be added here, with a new version."""
    names = {field.name for field in fields(Summary)}
    assert names == {
        *("digest", "sport", "gait_confidence", "elapsed_ms", "paused_ms", "gap_ms", "distance_m", "time_ms"),
        *("window_ms", "bouts", "changes", "steady", "rr_windows", "best_speed", "heart_rate_high", "wearer", "notes"),
        "sketch",
    }
    assert {field.name for field in fields(Note)} == {"kind", "message", "offset", "count"}


def test_what_is_unpacked_cannot_be_written_to():
    """Arrays are read-only, as they are everywhere in a summary."""
    again = unpacked(packed(a_summary()))
    arrays = [getattr(again, name) for name in ("time_ms", "window_ms", "best_speed", "sketch", *ROWS)]
    assert not any(array.flags.writeable for array in arrays)


def test_bytes_are_few():
    """A walk of a quarter of an hour takes under 2 kB."""
    assert len(packed(a_summary())) < 2000


def test_every_flipped_bit_is_seen():
    """No bit of a kept summary can change unseen."""
    data = packed(a_summary())
    for bit in range(8 * len(data)):
        changed = bytearray(data)
        changed[bit // 8] ^= 1 << bit % 8
        with pytest.raises(FormatError):
            unpacked(bytes(changed))


def test_every_cut_is_seen():
    """Neither the beginning of a kept summary nor one with more behind it is taken for it."""
    data = packed(a_summary())
    for end in range(len(data)):
        with pytest.raises(FormatError):
            unpacked(data[:end])
    with pytest.raises(FormatError):
        unpacked(data + b"\0")


@given(st.binary(max_size=300))
def test_any_bytes_are_refused_as_documented(data):
    """Whatever the bytes are, the error is one of ours."""
    for tried in (data, kept.MAGIC + data, signed(data)):
        with pytest.raises(FormatError):
            unpacked(tried)


@given(st.data())
def test_a_forged_body_is_refused_or_sound(data):
    """A body with changed bytes and a right checksum is refused, or gives a summary that keeps every rule."""
    body = bytearray(packed(a_summary())[kept._HEAD.size + kept._CHECK :])
    for _ in range(data.draw(st.integers(1, 4))):
        body[data.draw(st.integers(0, len(body) - 1))] = data.draw(st.integers(0, 255))
    try:
        found = unpacked(signed(bytes(body)))
    except FormatError:
        return
    assert packed(found)


@pytest.mark.parametrize(
    "wrong",
    [
        {"digest": "x" * 32},
        {"sport": "morning run with bo"},
        {"gait_confidence": "utter"},
        {"elapsed_ms": 1},
        {"paused_ms": -1},
        {"time_ms": np.zeros((3, 140, 6), dtype=np.int64)},
        {"best_speed": np.zeros(2)},
        {"sketch": np.array([2, 1], dtype=np.uint16)},
    ],
    ids=lambda wrong: next(iter(wrong)),
)
def test_what_no_recording_gives_is_not_kept(wrong):
    """A summary that breaks a rule is refused before it is written."""
    with pytest.raises(InputError, match="must hold"):
        packed(replace(a_summary(), **wrong))


def test_another_version_says_what_to_do():
    """Bytes of a newer layout are not guessed at."""
    body = packed(a_summary())[kept._HEAD.size + kept._CHECK :]
    with pytest.raises(FormatError, match="add its file again"):
        unpacked(signed(body, version=kept.FORMAT + 1))


def test_the_layout_is_the_one_of_its_version():
    """A fixed summary gives fixed bytes: if this changes, raise the version."""
    fixed = Summary(
        digest="00" * 16,
        sport="walking",
        gait_confidence="low",
        elapsed_ms=7000,
        paused_ms=1000,
        gap_ms=0,
        distance_m=8.4,
        time_ms=np.bincount([1200], weights=[6000], minlength=3 * 980).astype(np.int64).reshape(TIME_SHAPE),
        window_ms=np.zeros(WINDOW_SHAPE, dtype=np.int64),
        best_speed=np.full(len(BEST_DURATIONS_S), 1.5),
        heart_rate_high=120.0,
        wearer=Wearer(height_m=1.7, weight_kg=60, age_years=40, resting_heart_rate=60, max_heart_rate=180),
        notes=(Note(kind="spike", message="one", count=1),),
        **{name: np.ones(1, dtype=dtype) for name, dtype in ROWS.items()},
    )
    assert hashlib.sha256(packed(fixed)).hexdigest()[:16] == "08529f4c21016474"


def test_free_text_of_a_file_is_not_kept():
    """A sport that is somebody's own words becomes `other`; every word of the FIT profile stays."""
    assert a_summary(sport="run with bo at the mill").sport == "other"
    assert {known_sport(word) for word in SPORTS} == set(SPORTS)


def test_sport_words_of_xml_files_are_known():
    """What the XML readers make of the usual words is kept as it is."""
    from pace.formats.xml_samples import _SPORT_OF

    assert {known_sport(word) for word in _SPORT_OF.values()} == set(_SPORT_OF.values())


@needs_corpus
@pytest.mark.heavy
def test_real_recordings_survive():
    """Every real recording on foot comes back as it was, and nothing in its bytes tells where or when it was."""
    seen = 0
    for found in recordings([ACTIVITIES]):
        for track in found.tracks:
            try:
                summary = Summary.from_track(track)
            except PaceError:
                continue
            data = packed(summary)
            assert bits(unpacked(data)) == bits(summary)
            assert revealing(track, data) == []
            seen += 1
    assert seen > 50


def revealing(track: Track, data: bytes) -> list[str]:
    """Return which of a track's places, times and devices stand in some bytes, as numbers or as text."""
    known = np.isfinite(track.time) & np.isfinite(track.latitude)
    ends = np.flatnonzero(known)[[0, -1]] if known.any() else []
    numbers = [float(column[i]) for i in ends for column in (track.time, track.latitude, track.longitude)]
    numbers = [number for number in numbers if abs(number) > 1]
    forms = {f"<{kind}": np.array(numbers).astype(f"<{kind}") for kind in ("f8", "f4")}
    hits = [name for name, values in forms.items() for value in values if value.tobytes() in data]
    texts = [track.device, *(f"{number:.3f}" for number in numbers), *(str(int(n)) for n in numbers if n > 1e6)]
    return hits + [text for text in texts if text and text.encode() in data]
