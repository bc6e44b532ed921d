"""Damaged files keep what is whole in them, say what was lost, and never raise what is not documented."""

from __future__ import annotations

import contextlib
import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from formats.fit_cases import START_S, activity, said, walk
from pace.errors import FormatError, LimitError
from pace.formats import fit_salvage
from pace.formats.fit import read_fit
from pace.formats.fit_encode import ENUM, UINT8, UINT32, Message, definition, entry, rows
from pace.formats.fit_profile import EPOCH_S, EVENT, RECORD, TIMESTAMP
from pace.formats.fit_scan import Scan
from pace.formats.fit_writer import write_fit

WHOLE = write_fit(walk(600))
TRACK = read_fit(WHOLE)[0]


def offsets(data: bytes) -> np.ndarray:
    scan = Scan(data)
    scan.walk(14, len(data) - 2)
    return next(found.positions() for found in scan.found() if found.layout.message == 20)


STARTS = offsets(WHOLE)
SIZE = int(np.diff(STARTS).min())
ENDS = STARTS + SIZE


def damaged(kind: str, at: int, n: int, dice: random.Random) -> tuple[bytes, int]:
    """Return the damaged bytes, and the offset in the whole file from which they are whole again."""
    end = min(at + n, len(WHOLE) - 2)
    return {
        "noise": (WHOLE[:at] + dice.randbytes(end - at) + WHOLE[end:], end),
        "zeros": (WHOLE[:at] + bytes(end - at) + WHOLE[end:], end),
        "ones": (WHOLE[:at] + b"\xff" * (end - at) + WHOLE[end:], end),
        "missing": (WHOLE[:at] + WHOLE[end:], end),
        "added": (WHOLE[:at] + dice.randbytes(n) + WHOLE[at:], at),
        "cut": (WHOLE[:at], len(WHOLE)),
    }[kind]


def kept(track, rows: np.ndarray) -> int:
    """Return how many of the samples `rows` of the whole track are in another, value for value."""
    columns = ("time", "latitude", "elevation", "distance", "speed", "heart_rate")
    there = set(zip(*(getattr(track, name).tolist() for name in columns), strict=True))
    return sum(row in there for row in zip(*(getattr(TRACK, name)[rows].tolist() for name in columns), strict=True))


@pytest.mark.parametrize("kind", ["noise", "zeros", "ones", "missing", "added", "cut"])
def test_what_is_whole_around_damage_is_kept(kind):
    """All samples before the damage, and at least 85 % of those behind a block of up to 512 bytes; always told."""
    dice = random.Random(kind)
    behind = whole = 0
    for _ in range(60):
        data, again = damaged(kind, dice.randrange(int(STARTS[0]), len(WHOLE) - 200), dice.randint(1, 512), dice)
        if data == WHOLE:
            continue
        (track,) = read_fit(data)
        at = next((i for i, (a, b) in enumerate(zip(data, WHOLE, strict=False)) if a != b), min(len(data), len(WHOLE)))
        before = np.flatnonzero(at >= ENDS)
        assert kept(track, before) == before.size
        assert {note.kind for note in track.notes} & {"checksum", "damaged", "truncated"}
        rest = np.flatnonzero(again <= STARTS)
        behind, whole = behind + kept(track, rest), whole + rest.size
    assert behind >= 0.85 * whole


def test_a_salvage_says_where_and_how_much():
    """The note on a damaged block has its byte offset and counts what was kept before and behind."""
    at = int(STARTS[200]) + 5
    (track,) = read_fit(WHOLE[:at] + b"\xaa" * 400 + WHOLE[at + 400 :])
    (note,) = [note for note in track.notes if note.kind == "damaged"]
    assert abs(note.offset - at) <= 2 * SIZE
    assert note.count == len(track)
    assert "201 samples before" in note.message


def test_strict_refuses_damage_with_its_offset():
    """Nothing is salvaged in strict reading: the error says at which byte."""
    at = int(STARTS[100])
    with pytest.raises(FormatError) as caught:
        read_fit(WHOLE[:at] + b"\x3f" * 64 + WHOLE[at + 64 :], strict=True, checksum="ignore")
    assert caught.value.offset == at


def test_an_undefined_local_message_costs_only_itself():
    """What comes before and behind a message that nobody defined is kept."""
    at = int(STARTS[100])
    (track,) = read_fit(WHOLE[:at] + b"\x0d" + b"\7" * 18 + WHOLE[at:])
    assert len(track) == 600


def test_behind_a_loss_compressed_times_are_not_made_up():
    """Five bits cannot say how long the lost part was: those samples have no time."""
    second, first = np.arange(1, 401), np.array([0])
    begun = Message(EVENT, (entry(TIMESTAMP, UINT32, START_S + first), entry(0, ENUM, first), entry(1, ENUM, first)))
    record = Message(RECORD, (entry(5, UINT32, 10.0 * second, scale=100), entry(3, UINT8, 90 + second % 60)))
    samples = rows(record, local=1, offsets=START_S + second)
    data = activity(said(begun, local=2) + definition(record, local=1) + samples.tobytes())
    size = samples.shape[1]
    at = len(data) - 2 - 200 * size
    (track,) = read_fit(data[:at] + b"\xee" * 3 * size + data[at + 40 * size :])
    dated = np.isfinite(track.time)
    assert len(track) > 350
    assert 150 < dated.sum() < 250
    assert np.array_equal(track.time[dated] - START_S - EPOCH_S, track.distance[dated] / 10)


@pytest.mark.parametrize("checksum", ["warn", "ignore"])
@pytest.mark.parametrize("shift", [0, 1])
def test_a_cut_is_called_truncated_wherever_it_falls(shift, checksum):
    """Right behind a message or inside one: the header promises more bytes than there are, and one note says so."""
    cut = WHOLE[: int(ENDS[300]) + shift]
    (track,) = read_fit(cut, checksum=checksum)
    assert [note.kind for note in track.notes].count("truncated") == 1
    assert len(track) == 301
    with pytest.raises(FormatError):
        read_fit(cut, strict=True, checksum=checksum)


def test_a_wrong_checksum_alone_changes_no_sample():
    """The careful reading of an intact file gives what the quick one gives."""
    (track,) = read_fit(WHOLE[:-2] + b"\0\0")
    for name in ("time", "latitude", "speed", "cadence"):
        assert np.array_equal(getattr(track, name), getattr(TRACK, name), equal_nan=True)


def test_a_single_message_that_makes_sense_in_noise_is_not_believed():
    """Where the stream was lost, a good time in the noise is no sample unless good messages follow it."""
    begin, end = int(STARTS[200]), int(STARTS[208])
    noise = bytearray(b"\xee" * (end - begin))
    noise[7:12] = WHOLE[int(STARTS[203]) : int(STARTS[203]) + 5]
    (track,) = read_fit(WHOLE[:begin] + bytes(noise) + WHOLE[end:])
    true = set(zip(TRACK.time.tolist(), TRACK.distance.tolist(), strict=True))
    assert len(track) == 592
    assert set(zip(track.time.tolist(), track.distance.tolist(), strict=True)) <= true


def test_a_salvage_has_limits(monkeypatch):
    """So many messages are walked one by one, the stream is lost so often, so many places are tried; then it ends."""
    holes = bytearray(WHOLE)
    for at in STARTS[10::20].tolist():
        holes[at : at + 2 * SIZE] = b"\xee" * (2 * SIZE)
    (whole,) = read_fit(bytes(holes))
    assert 400 < len(whole) < 600
    for limit, most in (("MAX_LOSSES", 100), ("MAX_TRIES", 100)):
        with monkeypatch.context() as patch:
            patch.setattr(fit_salvage, limit, 2)
            (track,) = read_fit(bytes(holes))
            assert 5 < len(track) < most
    monkeypatch.setattr(fit_salvage, "MAX_MESSAGES", 100)
    with pytest.raises(LimitError, match="100 messages"):
        read_fit(bytes(holes))


@given(st.binary(max_size=300))
@settings(deadline=None)
def test_any_bytes_behind_a_header_give_tracks_or_a_format_error(data):
    """Whatever the bytes, the only errors are the documented ones."""
    with contextlib.suppress(FormatError):
        read_fit(WHOLE[:14] + data)


@given(st.data())
@settings(deadline=None)
def test_any_change_of_a_file_gives_tracks_or_a_format_error(data):
    """Bytes changed anywhere, header and definitions included, raise nothing but documented errors."""
    changed = bytearray(WHOLE[: data.draw(st.integers(0, 3000))])
    for _ in range(data.draw(st.integers(0, 8))):
        if changed:
            changed[data.draw(st.integers(0, len(changed) - 1))] = data.draw(st.integers(0, 255))
    with contextlib.suppress(FormatError):
        read_fit(bytes(changed))
