"""What is written as FIT is read again, and other readers accept it."""

from __future__ import annotations

import io

import numpy as np
import pytest
from hypothesis import Phase, given, settings

from formats.fit_cases import DIALECTS, tracks, walk
from pace.activity.track import COLUMNS, Spans, Track, Wearer
from pace.formats.fit import read_fit
from pace.formats.fit_encode import FLOAT32, Message, entry
from pace.formats.fit_writer import WATCH, Dialect, write_fit

STEP = {"latitude": 5e-8, "longitude": 5e-8, "elevation": 1e-9, "cadence": 1e-9}
"""How far a value may come back from what was written: half a semicircle, or rounding of the last digit."""


def same(left: Spans, right: Spans) -> bool:
    columns = zip((left.start, left.end), (right.start, right.end), strict=True)
    return left.kind.tolist() == right.kind.tolist() and all(np.array_equal(a, b) for a, b in columns)


def missing_as_written(track: Track) -> Track:
    """Return the track as it is read: a position of one coordinate or of 0/0 means nowhere."""
    nowhere = np.isnan(track.latitude) | np.isnan(track.longitude) | ((track.latitude == 0) & (track.longitude == 0))
    columns = {name: np.where(nowhere, np.nan, getattr(track, name)) for name in ("latitude", "longitude")}
    kept = {name: getattr(track, name) for name in COLUMNS if name not in columns}
    return Track.build(time=track.time, **columns, **kept)


@given(tracks(), DIALECTS)
@settings(deadline=None, phases=[Phase.explicit, Phase.reuse, Phase.generate])
def test_what_is_written_is_read(track, dialect):
    """Every sample, lap, split, beat and body figure comes back within the format's step, in every dialect."""
    (read,) = read_fit(write_fit(track, dialect))
    assert read.sport == track.sport
    assert np.array_equal(read.time, track.time)
    for name in COLUMNS:
        expected = getattr(missing_as_written(track), name)
        np.testing.assert_allclose(getattr(read, name), expected, rtol=1e-12, atol=STEP.get(name, 1e-9), err_msg=name)
    assert np.array_equal(read.rr, track.rr)
    assert np.array_equal(read.rr_time, track.rr_time)
    assert same(read.splits, track.splits)
    assert same(read.laps, track.laps) or not len(track.laps)
    assert read.notes == ()


def test_positions_come_back_to_the_semicircle():
    """A million positions, poles and date line included, come back within a semicircle (under 1 cm)."""
    dice = np.random.default_rng(1)
    n = 1_000_000
    latitude = np.concatenate(([90, -90, 0, 0], dice.uniform(-90, 90, n)))
    longitude = np.concatenate(([0, 180 - 1e-7, -180, 180 - 1e-7], dice.uniform(-180, 180 - 1e-7, n)))
    (read,) = read_fit(write_fit(Track.build(time=1.7e9 + np.arange(n + 4), latitude=latitude, longitude=longitude)))
    semicircle = 180 / 2**31
    assert np.abs(read.latitude - latitude).max() <= semicircle
    assert np.abs(read.longitude - longitude).max() <= semicircle


def test_pauses_come_back():
    """A stretch with the timer off is written as stop and start, and read as one pause."""
    track = walk(100)
    pauses = Spans.build(start=track.time[[10, 50]], end=track.time[[20, 70]], kind=["timer", "timer"])
    kept = {name: getattr(track, name) for name in COLUMNS}
    (read,) = read_fit(write_fit(Track.build(time=track.time, pauses=pauses, sport="running", **kept)))
    assert same(read.pauses, pauses)


def test_the_body_comes_back():
    """Height, weight, age, resting and highest heart rate are written and read; a body without figures stays so."""
    wearer = Wearer(height_m=1.62, weight_kg=58.5, age_years=47, resting_heart_rate=55, max_heart_rate=178)
    (read,) = read_fit(write_fit(Track.build(time=[1.7e9], wearer=wearer)))
    assert read.wearer == wearer
    (bare,) = read_fit(write_fit(Track.build(time=[1.7e9])))
    assert np.isnan(bare.wearer.height_m)


def test_a_track_without_samples_is_written_and_read():
    """No sample at all is a recording too."""
    (read,) = read_fit(write_fit(Track.build(time=[])))
    assert len(read) == 0


def test_values_beyond_a_field_are_written_as_missing():
    """What does not fit is missing afterwards, never wrapped around."""
    (read,) = read_fit(write_fit(Track.build(time=[1.7e9] * 3, heart_rate=[300, -5, 150], sport="running")))
    assert np.isnan(read.heart_rate[:2]).all()
    assert read.heart_rate[2] == 150


def test_writing_is_deterministic():
    """The same track gives the same bytes."""
    assert write_fit(walk()) == write_fit(walk())


DIALECT_LIST = {
    "watch": WATCH,
    "big-endian": Dialect(big_endian=True),
    "compressed": Dialect(compressed_times=True),
    "compressed-big-endian": Dialect(compressed_times=True, big_endian=True),
    "short-header": Dialect(short_header=True),
    "plain": Dialect(enhanced=False),
    "developer": Dialect(developer={"speed": np.full(60, 9.0), "Power": np.arange(60.0)}),
}


@pytest.mark.parametrize("dialect", DIALECT_LIST.values(), ids=DIALECT_LIST.keys())
def test_fitdecode_and_fitparse_accept_what_is_written(dialect):
    """Both libraries read every record of every dialect, checksum included, and agree on the heart rate."""
    fitdecode, fitparse = pytest.importorskip("fitdecode"), pytest.importorskip("fitparse")
    track = walk(60)
    data = write_fit(track, dialect)
    raising = {"check_crc": fitdecode.CrcCheck.RAISE, "error_handling": fitdecode.ErrorHandling.RAISE}
    with fitdecode.FitReader(io.BytesIO(data), **raising) as frames:
        rates = [
            frame.get_value("heart_rate")
            for frame in frames
            if isinstance(frame, fitdecode.FitDataMessage) and frame.name == "record"
        ]
    assert rates == track.heart_rate.tolist()
    messages = list(fitparse.FitFile(io.BytesIO(data)).get_messages("record"))
    assert [message.get_value("heart_rate") for message in messages] == track.heart_rate.tolist()
    assert np.array_equal(read_fit(data)[0].speed, track.speed)


def test_nothing_personal_is_written():
    """No serial number, no product name, no name of the wearer, no position outside the samples."""
    fitdecode = pytest.importorskip("fitdecode")
    with fitdecode.FitReader(io.BytesIO(write_fit(walk()))) as frames:
        fields = {
            (frame.name, field.name)
            for frame in frames
            if isinstance(frame, fitdecode.FitDataMessage)
            for field in frame.fields
            if field.value is not None
        }
    told = {name for message, name in fields if message != "record"}
    assert not {name for name in told if "serial" in name or "name" in name or "position" in name or "bound" in name}


def test_the_encoder_takes_float_fields():
    """A float32 field is written as it is, NaN included."""
    message = Message(20, (entry(1, FLOAT32, [0.5, np.nan]),))
    assert message.fields[0].values.dtype == np.float32
