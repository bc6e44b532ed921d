"""Real FIT files: what the catalogue says is there is there, and a second library agrees field by field."""

from __future__ import annotations

import csv
import io
import warnings
from functools import cache

import numpy as np
import pytest

from corpus import ACTIVITIES, needs_corpus
from pace.activity.track import ON_FOOT
from pace.errors import FormatError
from pace.formats.fit import read_fit
from reading.differences import listed

DAMAGE = {"damaged", "truncated", "checksum"}
NO_ACTIVITY = ("fitparse/Settings.fit", "fitparse/Settings2.fit", "person-a/001.fit", "person-a/002.fit")
"""Two files of settings, and two ZIP archives named `.fit` that only the reader of archives opens."""
DAMAGED = {
    "fitparse/activity-activity-filecrc.fit": "wrong checksum",
    "fitparse/activity-filecrc.fit": "wrong checksum",
    "fitparse/activity-settings-corruptheader.fit": "garbage behind the activity",
    "fitparse/activity-settings-nodata.fit": "the second file of the chain is cut",
    "fitparse/activity-unexpected-eof.fit": "cut",
    "fitparse/nick.fit": "cut",
    "fitparse/strava-android-app-201.10-b1218918.fit": "messages that nobody defined",
}
MORE_THAN_CATALOGUED = "fitparse/strava-android-app-201.10-b1218918.fit"
"""The catalogue counts up to the first message that nobody defined, one sample too far; most samples lie behind it."""
BEYOND_CATALOGUE = {
    "fitparse/nick.fit": {"cadence", "power"},
    "fitparse/compressed-speed-distance.fit": {"speed"},
}
"""Columns that are there although the catalogue does not say so."""
COLUMNS = {
    "has_time": "time",
    "has_ele": "elevation",
    "has_gps": "latitude",
    "has_hr": "heart_rate",
    "has_cadence": "cadence",
    "has_speed": "speed",
    "has_power": "power",
}


@cache
def catalogue() -> list[dict[str, str]]:
    if not ACTIVITIES.is_dir():
        return []
    with (ACTIVITIES / "CATALOGUE.csv").open(encoding="utf-8") as lines:
        return [row for row in csv.DictReader(lines) if row["file"].endswith(".fit")]


FILES = [row for row in catalogue() if row["file"] not in NO_ACTIVITY]
each_file = pytest.mark.parametrize("row", FILES, ids=[row["file"] for row in FILES])


def number(text: str) -> int:
    return int(text or 0)


@needs_corpus
@each_file
def test_what_the_catalogue_says_is_there_is_there(row):
    """Samples, laps, beats, splits and columns are all found, and no column that is not there."""
    tracks = read_fit((ACTIVITIES / row["file"]).read_bytes())
    if row["file"] == MORE_THAN_CATALOGUED:
        assert sum(map(len, tracks)) > 10 * number(row["points"])
        return
    assert sum(map(len, tracks)) == number(row["points"])
    assert sum(len(track.laps) for track in tracks) == number(row["n_laps"])
    assert sum(track.rr.size for track in tracks) == number(row["n_rr"])
    assert sum(len(track.splits) for track in tracks) == number(row["n_splits"])
    there = {name for name in COLUMNS.values() if any(not np.isnan(getattr(t, name)).all() for t in tracks)}
    said = {name for mark, name in COLUMNS.items() if row[mark] == "y"}
    assert there == said | BEYOND_CATALOGUE.get(row["file"], set())


@needs_corpus
@pytest.mark.parametrize("file", NO_ACTIVITY)
def test_what_is_no_activity_is_refused(file):
    """Settings, and archives that only the reader of archives can open."""
    with pytest.raises(FormatError):
        read_fit((ACTIVITIES / file).read_bytes())


@needs_corpus
def test_no_undamaged_file_is_called_damaged():
    """A warning of damage is given for the damaged files of the catalogue and for no other."""
    told = {
        row["file"]
        for row in FILES
        for track in read_fit((ACTIVITIES / row["file"]).read_bytes())
        if DAMAGE & {note.kind for note in track.notes}
    }
    assert told == set(DAMAGED)


@needs_corpus
def test_a_chain_and_a_multisport_file_become_several_tracks():
    """Two activities in a chain are two tracks; five sessions are five, each with its sport."""
    two = read_fit((ACTIVITIES / "fitparse/activity-activity-filecrc.fit").read_bytes())
    five = read_fit((ACTIVITIES / "fitparse/sample_mulitple_header.fit").read_bytes())
    assert [track.sport for track in two] == ["running", "running"]
    assert [track.sport for track in five] == ["swimming", "transition", "cycling", "transition", "running"]


PEER_FIELDS = {
    "latitude": ("position_lat",),
    "longitude": ("position_long",),
    "elevation": ("enhanced_altitude", "altitude"),
    "distance": ("distance",),
    "speed": ("enhanced_speed", "speed"),
    "heart_rate": ("heart_rate",),
    "cadence": ("cadence",),
    "fraction": ("fractional_cadence",),
    "temperature": ("temperature",),
    "power": ("power",),
    "respiration_rate": ("enhanced_respiration_rate", "respiration_rate"),
    "time": ("timestamp",),
}
DIFFERENT = listed()


def peer_value(frame, names):
    """Return the first native value of the first field that has one."""
    for name in names:
        for field in frame.fields:
            native = not type(field.field_def).__name__.startswith("Dev") or field.parent_field is not None
            value = field.value[0] if isinstance(field.value, (tuple, list)) and field.value else field.value
            if field.name == name and native and value is not None and not isinstance(value, tuple):
                return value.timestamp() if hasattr(value, "timestamp") else float(value)
    return np.nan


def peer_columns(data):
    """Return what fitdecode says of the records, up to where it stops, and whether that is before the end."""
    fitdecode = pytest.importorskip("fitdecode")
    rows, stopped = [], False
    lenient = {"check_crc": fitdecode.CrcCheck.DISABLED, "error_handling": fitdecode.ErrorHandling.IGNORE}
    with warnings.catch_warnings(), fitdecode.FitReader(io.BytesIO(data), **lenient) as frames:
        warnings.simplefilter("ignore")
        try:
            for frame in frames:
                if isinstance(frame, fitdecode.FitDataMessage) and frame.global_mesg_num == 20:
                    rows.append([peer_value(frame, names) for names in PEER_FIELDS.values()])
        except fitdecode.FitError:
            stopped = True  # cut or damaged: compare what came before
    return dict(zip(PEER_FIELDS, np.array(rows).reshape(-1, len(PEER_FIELDS)).T, strict=True)), stopped


def compare(row):
    """Compare all samples with fitdecode, in our units; the true differences are those of `reading/differences.md`."""
    data = (ACTIVITIES / row["file"]).read_bytes()
    tracks, (peer, stopped) = read_fit(data), peer_columns(data)
    strides = peer["cadence"] + np.nan_to_num(peer.pop("fraction"))
    n = strides.size - (row["file"] == MORE_THAN_CATALOGUED)  # their last sample is out of step with the stream
    on_foot = np.concatenate([np.full(len(track), track.sport in ON_FOOT) for track in tracks])
    different = {"end"} if stopped else set()
    if on_foot.size != strides.size:
        different.add("samples")
    peer["cadence"] = np.where(on_foot[:n], 2 * strides[:n], strides[:n])
    for name in ("latitude", "longitude"):
        peer[name] = peer[name] * 180 / 2**31
    for name, expected in peer.items():
        got = np.concatenate([getattr(track, name) for track in tracks])[:n]
        if not np.allclose(got, expected[:n], rtol=1e-12, atol=0, equal_nan=True):
            different.add(name)
    assert different == DIFFERENT.get(row["file"], set())


SMALL = [row for row in FILES if number(row["points"]) < 300]


@needs_corpus
@pytest.mark.parametrize("row", SMALL, ids=[row["file"] for row in SMALL])
def test_fitdecode_agrees_on_every_field_of_small_files(row):
    """Time, place, elevation, distance, speed, pulse, cadence, temperature, power, breath: the same numbers."""
    compare(row)


@needs_corpus
@pytest.mark.heavy
@each_file
def test_fitdecode_agrees_on_every_field(row):
    """The same on every file of the corpus."""
    compare(row)
