"""Sense on nonsense: values that cannot be are flagged and left out, numbers are read by a strict grammar."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from collections import Counter
from datetime import UTC, datetime

import numpy as np
import pytest

import pace
from corpus import ROOT
from robust.judge import impossible
from robust.material import invented, whole, written
from robust.nonsense import fit_nonsense, xml_nonsense

COLUMNS = ("time", "latitude", "longitude", "elevation", "distance", "speed", "heart_rate", "cadence")


@pytest.mark.parametrize("suffix", ["fit", "gpx", "tcx"])
def test_every_impossible_value_is_flagged_and_left_out(suffix, figure):
    """A value that cannot be gives a note, never stands in an array, and costs at most its own record."""
    item = whole(f"invented.{suffix}", written(suffix, invented(101)))
    assert item
    tried, missed = 0, []
    for nonsense in (fit_nonsense if suffix == "fit" else xml_nonsense)(item):
        tried += 1
        tracks = pace.read(nonsense.data)
        kinds = Counter(note.kind for track in tracks for note in track.notes)
        if kinds == item.kinds or list(impossible(tracks)) or sum(map(len, tracks)) < 100:
            missed.append((nonsense.what, nonsense.column, dict(kinds), list(impossible(tracks))))
    figure("F5", f"{suffix.upper()}: {tried - len(missed)} of {tried} impossible values flagged")
    assert tried >= 8
    assert not missed


def stamped(*stamps: str) -> bytes:
    """Return a GPX document with these times."""
    points = "".join(f'<trkpt lat="1.{i:03d}" lon="2"><time>{stamp}</time></trkpt>' for i, stamp in enumerate(stamps))
    return f'<gpx xmlns="http://www.topografix.com/GPX/1/1"><trk><trkseg>{points}</trkseg></trk></gpx>'.encode()


def at(*parts: int, micro: int = 0) -> float:
    """Return Unix seconds."""
    return datetime(*parts, microsecond=micro, tzinfo=UTC).timestamp()  # type: ignore[misc,arg-type]


FORMS = {
    "2020-06-01T10:00:00Z": at(2020, 6, 1, 10),
    "2020-06-01T10:00:00": at(2020, 6, 1, 10),
    "2020-06-01T10:00:00.5Z": at(2020, 6, 1, 10, micro=500_000),
    "2020-06-01T10:00:00.1234567Z": at(2020, 6, 1, 10, micro=123_457),
    "2020-06-01T12:00:00+02:00": at(2020, 6, 1, 10),
    "2020-06-01T12:00:00+0200": at(2020, 6, 1, 10),
    "2020-06-01T06:30:00-03:30": at(2020, 6, 1, 10),
    "2020-06-01 10:00:00Z": at(2020, 6, 1, 10),
    "2020-06-01T10:00:60Z": at(2020, 6, 1, 10, 1),
    "2020-06-01T24:00:00Z": at(2020, 6, 2),
    "2020-06-01T10:00Z": at(2020, 6, 1, 10),
    "20200601T100000Z": at(2020, 6, 1, 10),
    "2020-06-01T10:00:00,5Z": at(2020, 6, 1, 10, micro=500_000),
    " 2020-06-01T10:00:00Z\n": at(2020, 6, 1, 10),
}


@pytest.mark.parametrize("form", FORMS)
def test_each_form_of_time_is_read_right_or_flagged(form):
    """Fourteen ways to write a time: never a wrong one, never none in silence."""
    (track,) = pace.read(stamped("2020-06-01T09:59:00Z", form, "2020-06-02T10:30:00Z"))
    kinds = {note.kind for note in track.notes}
    if np.isnan(track.time[1]):
        assert kinds
    else:
        assert track.time[1] == pytest.approx(FORMS[form], abs=1e-6)


GOOD = {"1.5": 1.5, "+1.5": 1.5, "-1.5": -1.5, "1.": 1.0, ".5": 0.5, "1e1": 10.0, "1E+1": 10.0, "  7\n": 7.0}
BAD = ("nan", "inf", "1e309", "1_0.5", "１", "١", "1,5", "0x10", "1e", ".", "+", "--1", "1 2")


@pytest.mark.parametrize(("text", "value"), [*GOOD.items(), *((text, None) for text in BAD)])
def test_numbers_follow_one_strict_grammar(text, value):
    """ASCII digits, finite, the whole text; anything else is missing, and said."""
    data = stamped("2020-06-01T10:00:00Z", "2020-06-01T10:00:01Z").replace(
        b"<time>", f"<ele>{text}</ele><time>".encode(), 1
    )
    (track,) = pace.read(data)
    if value is None:
        assert np.isnan(track.elevation[0])
        assert track.notes
    else:
        assert track.elevation[0] == value


def test_a_place_comes_back_within_a_semicircle(figure):
    """A million places, poles and the date line among them, written as FIT and read: at most one semicircle off."""
    rng = np.random.default_rng(1)
    n = 1_000_000
    latitude, longitude = rng.uniform(-90, 90, n), rng.uniform(-180, 180, n)
    latitude[:3], longitude[:3] = (90, -90, 0), (180, -180, 1)
    track = pace.Track.build(time=1_500_000_000 + np.arange(n), latitude=latitude, longitude=longitude)
    (again,) = pace.read(written("fit", track))
    step = 180 / 2**31
    off = (again.longitude - longitude + 180) % 360 - 180
    worst = max(np.abs(again.latitude - latitude).max(), np.nanmax(np.abs(off))) / step
    figure("N1", f"{n:,} places: at most {worst:.2f} semicircles off")
    assert np.abs(again.latitude - latitude).max() <= step
    assert np.nanmax(np.abs(off)) <= step


def _digest(environment: dict[str, str], path: str) -> str:
    code = (
        "import hashlib, sys, pace\nh = hashlib.sha256()\nfor t in pace.read(sys.argv[1]):\n"
        f" for name in {COLUMNS!r}: h.update(getattr(t, name).tobytes())\nprint(h.hexdigest())"
    )
    out = subprocess.run(
        [sys.executable, "-c", code, path],
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
        env={**os.environ, **environment},
    )
    return out.stdout.strip()


@pytest.mark.parametrize("suffix", ["fit", "gpx", "tcx"])
def test_language_and_time_zone_of_the_computer_change_nothing(suffix, tmp_path):
    """Under another locale and other time zones, with their odd days, the arrays are the same to the last bit."""
    track = invented(200)
    path = tmp_path / f"a.{suffix}"
    path.write_bytes(written(suffix, track))
    here = hashlib.sha256()
    for one in pace.read(path):
        for name in COLUMNS:
            here.update(getattr(one, name).tobytes())
    places = [{"LC_ALL": "de_DE.UTF-8", "TZ": "Pacific/Apia"}, {"LC_ALL": "tr_TR.UTF-8", "TZ": "America/St_Johns"}]
    assert {_digest(place, str(path)) for place in places} == {here.hexdigest()}
