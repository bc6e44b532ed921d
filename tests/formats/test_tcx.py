"""TCX: what an activity holds, its laps and extensions, and what is written."""

from __future__ import annotations

import csv
import io

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus import ACTIVITIES, needs_corpus
from formats.test_gpx import COLUMNS, some_tracks
from pace.activity.track import Track
from pace.errors import FormatError, InputError, PaceError
from pace.formats.gpx import read_gpx
from pace.formats.tcx import read_tcx, write_tcx

READERS = {"gpx": read_gpx, "tcx": read_tcx}

POINT = (
    "<Trackpoint><Time>2021-03-14T10:00:0{}Z</Time><Position><LatitudeDegrees>1</LatitudeDegrees><LongitudeDegrees>2"
    "</LongitudeDegrees></Position><AltitudeMeters>3</AltitudeMeters><DistanceMeters>{}</DistanceMeters><HeartRateBpm>"
    '<Value>120</Value></HeartRateBpm><Extensions><x:TPX xmlns:x="u"><x:Speed>2.5</x:Speed><x:RunCadence>84'
    "</x:RunCadence><x:Watts>200</x:Watts></x:TPX></Extensions></Trackpoint>"
)


def lap(start, n):
    """Return a lap of n points."""
    points = "".join(POINT.format(start + i, 10 * i) for i in range(n))
    head = f'<Lap StartTime="2021-03-14T10:00:0{start}Z"><TotalTimeSeconds>{n}</TotalTimeSeconds>'
    return f"{head}<Track>{points}</Track></Lap>"


def tcx(*laps, sport="Running"):
    """Return a document of one activity."""
    device = "<Creator><Name>Some Watch</Name><UnitId>123456</UnitId></Creator>"
    inside = f'<Activity Sport="{sport}"><Id>2021-03-14T10:00:00Z</Id>{"".join(laps)}{device}</Activity>'
    return f"<TrainingCenterDatabase><Activities>{inside}</Activities></TrainingCenterDatabase>".encode()


@pytest.mark.parametrize("path", ["fast", "tree"])
def test_every_column_of_a_point_is_read(path):
    """Position, altitude, distance, heart rate, and Garmin's extension."""
    (track,) = read_tcx(tcx(lap(0, 3)), path=path)
    row = {name: getattr(track, name)[1] for name in ("latitude", "longitude", "elevation", "distance", "heart_rate")}
    assert row == {"latitude": 1, "longitude": 2, "elevation": 3, "distance": 10, "heart_rate": 120}
    assert (track.speed[0], track.cadence[0], track.power[0]) == (2.5, 168, 200)


@pytest.mark.parametrize("path", ["fast", "tree"])
def test_laps_are_spans_and_their_tracks_segments(path):
    """Two laps of three seconds."""
    (track,) = read_tcx(tcx(lap(0, 3), lap(3, 3)), path=path)
    assert track.segment_start.tolist() == [0, 3]
    assert (track.laps.end - track.laps.start).tolist() == [3, 3]
    assert (track.sport, track.format, track.device) == ("running", "tcx", "Some Watch")


def test_a_serial_number_is_never_kept():
    """The unit's id stays in the file."""
    (track,) = read_tcx(tcx(lap(0, 3)))
    assert "123456" not in repr(track)


@pytest.mark.parametrize(
    ("name", "device"),
    [("Forerunner 55", "Forerunner 55"), ("  a \n b ", "a b"), ("x" * 41, None), ("Ännchens Uhr", None), ("", None)],
)
def test_a_device_is_called_by_a_short_plain_name(name, device):
    """What people call their watch can be long, or hold what steers a terminal: then it is left out."""
    (track,) = read_tcx(tcx(lap(0, 3)).replace(b"Some Watch", name.encode()))
    assert track.device == device


@pytest.mark.parametrize("name", ["Ann's watch", "Polar H10 8A7B6C2D", "Forerunner 305 Unit 34567", "ann@example.org"])
def test_a_device_is_not_called_by_its_owner_or_number(name):
    """What tells one unit from all others of its kind, or whose it is, is left out with the rest of its name."""
    (track,) = read_tcx(tcx(lap(0, 3)).replace(b"Some Watch", name.encode()))
    assert track.device is None


def test_a_point_may_have_a_time_only():
    """Watches write such points where they pause; they are samples without a place."""
    bare = "<Trackpoint><Time>2021-03-14T10:00:05Z</Time></Trackpoint>"
    (track,) = read_tcx(tcx(lap(0, 3).replace("</Track>", bare + "</Track>")), path="fast")
    assert np.isnan(track.latitude).tolist() == [False] * 3 + [True]


@pytest.mark.parametrize("path", ["fast", "tree"])
def test_half_a_position_is_none(path):
    """A longitude without a latitude says nothing of a place, on either way."""
    (track,) = read_tcx(tcx(lap(0, 3)).replace(b"<LatitudeDegrees>1<", b"<LatitudeDegrees><"), path=path)
    assert np.isnan(track.longitude).all()


def test_each_activity_is_a_track_and_a_course_says_what_it_is():
    """Multisport files hold several; a course is to be followed."""
    two = (
        tcx(lap(0, 2))
        .decode()
        .replace("</Activities>", f'<Activity Sport="Biking">{lap(4, 2)}</Activity></Activities>')
    )
    assert [track.sport for track in read_tcx(two.encode())] == ["running", "cycling"]
    (course,) = read_tcx(
        tcx(lap(0, 2)).replace(b'<Activity Sport="Running">', b"<Course>").replace(b"</Activity>", b"</Course>")
    )
    assert course.notes[0].kind == "route"


def test_a_riders_cadence_is_left_alone():
    """Revolutions are not steps."""
    (track,) = read_tcx(tcx(lap(0, 3), sport="Biking"))
    assert track.cadence.tolist() == [84] * 3


def test_what_holds_no_point_is_refused():
    """An empty activity is no recording."""
    with pytest.raises(FormatError):
        read_tcx(tcx())


WHOLE = tcx(*[lap(k, 4) for k in range(6)])


@given(st.integers(0, len(WHOLE) - 1))
def test_a_cut_file_keeps_every_point_lap_and_segment_before_the_cut(at):
    """As the whole file has them."""
    intact = WHOLE[:at].count(b"</Trackpoint>")
    try:
        (track,) = read_tcx(WHOLE[:at])
    except FormatError:
        assert intact == 0
        return
    (whole,) = read_tcx(WHOLE)
    assert len(track) == intact
    assert np.array_equal(track.time, whole.time[:intact])
    assert track.segment_start.tolist() == [s for s in whole.segment_start.tolist() if s < intact]


TCX_COLUMNS = {name: kind for name, kind in COLUMNS.items() if name != "temperature"} | {"distance": st.floats(0, 9e4)}


@given(some_tracks(TCX_COLUMNS))
def test_what_is_written_is_read_back_to_the_last_bit(tracks):
    """Every column, segment and sport that TCX has room for."""
    back = read_tcx(write_tcx(tracks))
    assert len(back) == len(tracks)
    for a, b in zip(tracks, back, strict=True):
        for name in ("time", "segment_start", *TCX_COLUMNS):
            assert np.array_equal(getattr(a, name), getattr(b, name), equal_nan=True), name
        assert b.sport == {"unknown": "other"}.get(a.sport, a.sport)
        assert b.notes == ()


def test_what_has_no_time_cannot_be_written():
    """TCX names an activity by its start."""
    with pytest.raises(InputError):
        write_tcx([Track.build(time=[np.nan], latitude=[1], longitude=[2])])


def test_what_is_written_is_read_by_tcxreader():
    """A second reader sees the same points."""
    tcxreader = pytest.importorskip("tcxreader.tcxreader")
    (track,) = read_tcx(tcx(lap(0, 5)))
    read = tcxreader.TCXReader().read(io.BytesIO(write_tcx([track])))
    assert [point.hr_value for point in read.trackpoints] == track.heart_rate.tolist()
    assert [point.distance for point in read.trackpoints] == track.distance.tolist()


# --- Real files --------------------------------------------------------------------------------------------------


def catalogue():
    """Return the rows of the catalogue that are GPX or TCX."""
    if not ACTIVITIES.is_dir():
        return []
    with (ACTIVITIES / "CATALOGUE.csv").open(encoding="utf-8") as file:
        return [row for row in csv.DictReader(file) if row["format"] in READERS]


@needs_corpus
@pytest.mark.parametrize("row", catalogue(), ids=lambda row: row["file"].replace("/", "-"))
def test_all_that_the_catalogue_says_is_there_is_there(row):
    """Points, segments, laps, and each column that it lists."""
    try:
        tracks = READERS[row["format"]]((ACTIVITIES / row["file"]).read_bytes())
    except PaceError:
        assert row["points"] == "0" or " wpt " in row["dialect"]
        return
    recorded = [track for track in tracks if "route" not in [note.kind for note in track.notes]] or list(tracks)
    assert sum(map(len, recorded)) == int(row["points"])
    if row["format"] == "tcx":
        assert sum(len(track.laps) for track in recorded) == int(row["n_laps"])
    impossible = any(note.kind == "time-impossible" for track in tracks for note in track.notes)
    for flag, name in {"has_time": "time", "has_ele": "elevation", "has_hr": "heart_rate", "has_cadence": "cadence",
                       "has_speed": "speed", "has_power": "power", "has_gps": "latitude"}.items():  # fmt: skip
        if row[flag] == "y" and not (name == "time" and impossible):
            assert any(np.isfinite(getattr(track, name)).any() for track in tracks), name
