"""GPX: what a track holds in every dialect, what is odd and said, and what is refused."""

from __future__ import annotations

import io
import tracemalloc
from contextlib import suppress

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus import ACTIVITIES, needs_corpus
from pace.activity.track import Track
from pace.errors import FormatError, LimitError, PaceError
from pace.formats import xml_fast, xml_limits, xml_rescue, xml_samples, xml_tree
from pace.formats.gpx import read_gpx, write_gpx
from pace.formats.xml_limits import MAX_DEPTH, SAFE
from reading.differences import listed

POINT = '<trkpt lat="1" lon="2"><ele>3</ele><time>2021-03-14T10:00:0{}Z</time>{}</trkpt>'


def gpx(*points, sport="", head=""):
    """Return a document of one track."""
    kind = f"<type>{sport}</type>" if sport else ""
    return f"<gpx>{head}<trk>{kind}<trkseg>{''.join(points)}</trkseg></trk></gpx>".encode()


def one(extension, sport=""):
    """Read one point with an extension, both ways."""
    data = gpx(*[POINT.format(i, f"<extensions>{extension}</extensions>") for i in range(3)], sport=sport)
    ((fast,), (tree,)) = read_gpx(data), read_gpx(data, path="tree")
    assert np.array_equal(fast.cadence, tree.cadence, equal_nan=True)
    return fast


def kinds(track):
    """Return the kinds of notes."""
    return [note.kind for note in track.notes]


DIALECTS = [
    ('<g:TrackPointExtension xmlns:g="u"><g:hr>120</g:hr><g:cad>9</g:cad></g:TrackPointExtension>', "heart_rate", 120),
    ('<g:TrackPointExtension xmlns:g="u"><g:atemp>21.5</g:atemp></g:TrackPointExtension>', "temperature", 21.5),
    ('<g:TrackPointExtension xmlns:g="u"><g:speed>2.5</g:speed></g:TrackPointExtension>', "speed", 2.5),
    ('<gpxdata:hr xmlns:gpxdata="http://www.cluetrust.com/XML/GPXDATA/1/0">120</gpxdata:hr>', "heart_rate", 120),
    ('<gpxdata:cadence xmlns:gpxdata="http://www.cluetrust.com/XML/GPXDATA/1/0">85</gpxdata:cadence>', "cadence", 170),
    ("<power>250</power>", "power", 250),
    ('<x:PowerInWatts xmlns:x="u">250</x:PowerInWatts>', "power", 250),
    ("<speed>2.5</speed><course>90</course>", "speed", 2.5),
    ("<heartrate>120</heartrate>", "heart_rate", 120),
]  # fmt: skip


@pytest.mark.parametrize(("extension", "column", "value"), DIALECTS)
def test_every_dialect_s_extension_is_read(extension, column, value):
    """Garmin, Cluetrust, Strava, Apple, Keep, OpenTracks."""
    assert getattr(one(extension), column).tolist() == [value] * 3


def test_speed_of_gpx_1_0_is_read():
    """GPX 1.0 has speed beside time."""
    (track,) = read_gpx(gpx(*[POINT.format(i, "<speed>1.5</speed>") for i in range(3)]))
    assert track.speed.tolist() == [1.5] * 3


@pytest.mark.parametrize(
    ("cadence", "sport", "steps"),
    [
        (80, "running", 160),
        (55, "walking", 110),
        (170, "running", 170),
        (112, "walk", 112),
        (80, "cycling", 80),
        (84, "", 168),
    ],
)
def test_cadence_on_foot_is_steps_of_both_feet(cadence, sport, steps):
    """Below 100 at the median it was counted on one leg; a rider's is left alone."""
    assert one(f"<cad>{cadence}</cad>", sport).cadence.tolist() == [steps] * 3


@pytest.mark.parametrize(
    ("text", "sport"),
    [("Run", "running"), ("9", "running"), ("1", "cycling"), ("10", "walking"), ("Walk", "walking"), ("hike", "hiking"),
     ("Nordic Ski", "nordic ski"), ("&lt;script&gt;", "other"), ("", "unknown"), ("ü", "other")],
)  # fmt: skip
def test_a_sport_is_one_of_our_words_or_a_harmless_one(text, sport):
    """`type` is the file's word; a text that could do harm elsewhere is `other`."""
    (track,) = read_gpx(gpx(POINT.format(0, ""), sport=text))
    assert track.sport == sport


def test_each_track_is_a_track_and_each_segment_begins_one():
    """Several `trk` are several recordings; empty segments are none."""
    segment = f"<trkseg>{POINT.format(0, '')}{POINT.format(1, '')}</trkseg>"
    data = f"<gpx><trk>{segment}<trkseg/>{segment}</trk><trk>{segment}</trk><trk/></gpx>".encode()
    first, second = read_gpx(data)
    assert first.segment_start.tolist() == [0, 2]
    assert len(second) == 2


def test_a_route_is_no_recording_and_says_so():
    """Its points have no time."""
    (track,) = read_gpx(b'<gpx><rte><rtept lat="1" lon="2"/><rtept lat="1" lon="3"/></rte></gpx>')
    assert kinds(track) == ["route", "no-time"]


@pytest.mark.parametrize(
    "data", [b"<gpx><wpt lat='1' lon='2'/></gpx>", b"<gpx/>", b"", b"hello", b"<", b"\0" * 99, b"<gpx"]
)
def test_what_holds_no_track_point_is_refused(data):
    """One documented error, whatever the bytes."""
    with pytest.raises(FormatError):
        read_gpx(data)


def test_impossible_values_are_dropped_and_noted():
    """Nothing non-finite or out of range is passed on, and nothing is dropped in silence."""
    data = gpx(
        '<trkpt lat="91" lon="2"><ele>nan</ele><time>2021-03-14T10:00:00Z</time><hr>0</hr></trkpt>',
        '<trkpt lat="1" lon="2"><ele>1e9</ele><time>7518-01-01T00:00:00Z</time><hr>999</hr></trkpt>',
        '<trkpt lat="1" lon="1_0"><ele>5</ele><time>soon</time><hr>100</hr></trkpt>',
        '<trkpt lat="1" lon="2"><ele>5</ele><time>2021-03-14T09:00:00Z</time><hr>100</hr></trkpt>',
    )
    (track,) = read_gpx(data)
    assert kinds(track) == ["time-impossible", "time-unreadable", "time-backwards"] + ["out-of-range"] * 4
    assert np.isnan(track.latitude).tolist() == [True, False, True, False]
    assert np.isnan(track.elevation).tolist() == [True, True, False, False]
    assert np.isnan(track.heart_rate).tolist() == [True, True, False, False]
    assert np.isnan(track.time).tolist() == [False, True, True, False]


@pytest.mark.parametrize("n", [3, 40])
def test_a_time_without_a_zone_is_noted(n):
    """It is taken as UTC, and that is said, on each way of reading."""
    points = [f'<trkpt lat="1" lon="2"><time>2021-03-14T10:00:{i:02d}</time></trkpt>' for i in range(n)]
    (track,) = read_gpx(gpx(*points))
    assert [(note.kind, note.count) for note in track.notes] == [("time-zone", n)]


def test_a_clean_file_has_no_note():
    """A note is a reason to look."""
    (track,) = read_gpx(gpx(*[POINT.format(i, "<hr>99</hr>") for i in range(5)]))
    assert track.notes == ()


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-8-sig"])
def test_wide_encodings_and_marks_make_no_difference(encoding):
    """A document in UTF-16 is the document in UTF-8."""
    text = '<?xml version="1.0" encoding="UTF-16"?>' if encoding == "utf-16" else ""
    (track,) = read_gpx((text + gpx(POINT.format(0, "")).decode()).encode(encoding))
    assert track.latitude.tolist() == [1.0]


# --- Damage ------------------------------------------------------------------------------------------------------

WHOLE = gpx(*[POINT.format(i % 10, f"<hr>{100 + i}</hr>") + "\n" for i in range(60)], sport="run")


@given(st.integers(0, len(WHOLE) - 1))
def test_a_cut_file_keeps_every_point_before_the_cut(at):
    """All of them, and says so with the byte; strict refuses."""
    intact = WHOLE[:at].count(b"</trkpt>")
    if not intact:
        with pytest.raises(FormatError):
            read_gpx(WHOLE[:at])
        return
    if b"</gpx>" in WHOLE[:at]:
        return
    (track,) = read_gpx(WHOLE[:at])
    assert track.heart_rate.tolist() == list(range(100, 100 + intact))
    assert kinds(track)[0] == "truncated"
    assert track.notes[0].offset is not None
    with pytest.raises(FormatError):
        read_gpx(WHOLE[:at], strict=True)


@given(st.integers(300, len(WHOLE) - 700), st.binary(min_size=1, max_size=512))
def test_behind_a_damaged_block_every_intact_point_is_kept(at, noise):
    """Before it, too; nothing is made up of the halves."""
    (clean,) = read_gpx(WHOLE)
    (track,) = read_gpx(WHOLE[:at] + b"\0" + noise + WHOLE[at + 1 + len(noise) :])
    before, behind = WHOLE[:at].count(b"</trkpt>"), WHOLE[at + 1 + len(noise) :].count(b"<trkpt")
    got, every = track.heart_rate.tolist(), clean.heart_rate.tolist()
    assert got[:before] == every[:before]
    assert got[len(got) - behind :] == every[60 - behind :]
    assert kinds(track)[0] == "damaged"


def test_two_halves_of_different_points_are_never_one():
    """A damaged stretch that eats the seam between two points leaves neither."""
    data = gpx(POINT.format(0, ""), '<trkpt lat="1" lon="2">#!garbage!#<time>2021-03-14T10:00:05Z</time></trkpt>', "<&")
    (track,) = read_gpx(data)
    assert len(track) == 1


# --- Limits ------------------------------------------------------------------------------------------------------


def test_a_document_type_is_refused_on_every_way():
    """No entity is ever expanded, no file ever fetched."""
    bomb = b'<!DOCTYPE g [<!ENTITY a "1"><!ENTITY b "&a;&a;">]>' + gpx(POINT.format(0, "<hr>&b;</hr>"))
    long = bomb.replace(b"</trkseg>", POINT.format(1, "").encode() * 99 + b"</trkseg>")
    for data in (bomb, long):
        for path in ("any", "tree"):
            with pytest.raises(FormatError, match="document type"):
                read_gpx(data, path=path)
    plain = long.replace(b"&b;", b"11")
    with pytest.raises(FormatError, match="document type"):
        read_gpx(plain)


def test_depth_and_length_have_limits():
    """Elements in elements and megabytes in one tag are refused, with the limit in the message."""
    deep = MAX_DEPTH + 1
    with pytest.raises(LimitError):
        read_gpx(gpx("<a>" * deep + "</a>" * deep, POINT.format(0, "")))
    with pytest.raises(LimitError):
        read_gpx(gpx(f'<a b="{"x" * 2**21}"/>', POINT.format(0, "")))


def test_a_flood_of_brackets_takes_no_memory():
    """Eight bytes for each of so many would be gigabytes: more brackets than tags can have are refused."""
    flood = b"<" * 2**18
    tracemalloc.start()
    with suppress(PaceError):
        read_gpx(flood)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < len(flood)


def test_size_and_number_have_limits(monkeypatch):
    """Bytes, points (on each way of reading) and tracks are counted, and the limit is in the message."""
    ten = gpx(*[POINT.format(i, "") for i in range(10)])
    torn = ten.replace(b"<ele>3</ele>", b"<ele>3</el>", 1)
    for module in (xml_fast, xml_rescue, xml_tree):
        monkeypatch.setattr(module, "MAX_POINTS", 9)
    for data, path in ((ten, "fast"), (ten, "tree"), (torn, "any")):
        with pytest.raises(LimitError, match="9 points"):
            read_gpx(data, path=path)
    monkeypatch.setattr(xml_samples, "MAX_TRACKS", 1)
    one = f"<trk><trkseg>{POINT.format(0, '')}</trkseg></trk>"
    with pytest.raises(LimitError, match="1 tracks"):
        read_gpx(f"<gpx>{one}{one}</gpx>".encode())
    monkeypatch.setattr(xml_limits, "MAX_BYTES", 100)
    with pytest.raises(LimitError, match="MB"):
        read_gpx(gpx(POINT.format(0, "")))


def test_the_parser_by_itself_expands_and_loads_nothing(tmp_path):
    """Did a document type get past the check before it: no entity becomes text, no DTD is opened, depth has an end."""
    etree = pytest.importorskip("lxml.etree")
    parser = etree.XMLParser(**SAFE)
    (tmp_path / "a.dtd").write_text("<!ELEMENT r ANY>")
    text = f'<!DOCTYPE r SYSTEM "{tmp_path / "a.dtd"}" [<!ENTITY here "expanded">]><r>&here;</r>'
    root = etree.fromstring(text.encode(), parser)
    assert b"expanded" not in etree.tostring(root)
    assert root.getroottree().docinfo.externalDTD is None
    with pytest.raises(etree.XMLSyntaxError):
        etree.fromstring(b"<a>" * 300 + b"</a>" * 300, parser)


@given(st.binary(max_size=300) | st.text(alphabet="<>/&;\"'=trkpt lato\0?![]-", max_size=200).map(str.encode))
def test_any_bytes_are_a_track_or_a_documented_error(data):
    """Nothing else leaves the reader."""
    for text in (data, b"<gpx><trk><trkseg>" + data + POINT.format(0, "").encode() + data):
        with suppress(PaceError):
            assert all(isinstance(track, Track) for track in read_gpx(text))


# --- Writing -----------------------------------------------------------------------------------------------------

COLUMNS = {
    "latitude": st.floats(-90, 90),
    "longitude": st.floats(-180, 180),
    "elevation": st.floats(-400, 9000) | st.just(np.nan),
    "heart_rate": st.integers(30, 220) | st.just(np.nan),
    "cadence": st.integers(50, 95).map(lambda c: 2 * c) | st.just(np.nan),
    "temperature": st.floats(-40, 50) | st.just(np.nan),
    "speed": st.floats(0, 9) | st.just(np.nan),
    "power": st.integers(0, 900) | st.just(np.nan),
}


@st.composite
def some_tracks(draw, columns=COLUMNS):
    """Return invented tracks that GPX can hold whole."""
    tracks = []
    for _ in range(draw(st.integers(1, 3))):
        n = draw(st.integers(1, 12))
        values = {name: draw(st.lists(kind, min_size=n, max_size=n)) for name, kind in columns.items()}
        steps = draw(st.lists(st.floats(0, 100), min_size=n, max_size=n))
        starts = sorted({0, *draw(st.lists(st.integers(0, n - 1), max_size=2))})
        sport = draw(st.sampled_from(["running", "walking", "hiking", "unknown"]))
        tracks.append(Track.build(time=1.6e9 + np.cumsum(steps), segment_start=starts, sport=sport, **values))
    return tracks


@given(some_tracks())
def test_what_is_written_is_read_back_to_the_last_bit(tracks):
    """Every column, segment and sport that GPX has room for."""
    back = read_gpx(write_gpx(tracks))
    assert len(back) == len(tracks)
    for a, b in zip(tracks, back, strict=True):
        for name in ("time", "segment_start", *COLUMNS):
            assert np.array_equal(getattr(a, name), getattr(b, name), equal_nan=True), name
        assert (b.sport, b.notes) == (a.sport, ())


@given(some_tracks())
def test_what_is_written_is_read_by_gpxpy(tracks):
    """A second reader sees the same points."""
    gpxpy = pytest.importorskip("gpxpy")
    read = gpxpy.parse(io.BytesIO(write_gpx(tracks)))
    for a, b in zip(tracks, read.tracks, strict=True):
        points = [point for segment in b.segments for point in segment.points]
        assert [p.latitude for p in points] == a.latitude.tolist()
        assert np.allclose([p.time.timestamp() for p in points], a.time, atol=2e-6, rtol=0)


@given(st.text())
def test_no_word_breaks_what_is_written(word):
    """Markup is escaped, characters that XML bars are left out, and every parser reads the rest."""
    etree = pytest.importorskip("lxml.etree")
    data = write_gpx([Track.build(time=[1.6e9], latitude=[1], longitude=[2], sport=word)])
    assert etree.fromstring(data).tag.endswith("gpx")
    assert len(read_gpx(data)) == 1


def test_what_is_written_names_nobody():
    """No creator but the program, no device, no name."""
    track = Track.build(time=[1.6e9], latitude=[1], longitude=[2], device="Watch 3000")
    data = write_gpx([track])
    assert b"Watch" not in data
    assert b"<name" not in data


# --- Real files --------------------------------------------------------------------------------------------------

FILES = sorted(ACTIVITIES.rglob("*.gpx")) if ACTIVITIES.is_dir() else []
DIFFERENT = listed()


@needs_corpus
@pytest.mark.parametrize("file", FILES, ids=lambda path: f"{path.parent.name}-{path.name}")
def test_gpxpy_reads_the_same_of_a_real_file(file):
    """Field by field; the true differences are those of `reading/differences.md`."""
    gpxpy = pytest.importorskip("gpxpy")
    data = file.read_bytes()
    try:
        tracks = [track for track in read_gpx(data) if "route" not in kinds(track)]
    except FormatError:
        tracks = []
    theirs = [t for t in gpxpy.parse(io.BytesIO(data)).tracks if any(s.points for s in t.segments)]
    assert len(tracks) == len(theirs)
    different = set()
    for a, b in zip(tracks, theirs, strict=True):
        points = [point for segment in b.segments for point in segment.points]
        assert len(a) == len(points)
        columns = {
            "latitude": [p.latitude for p in points],
            "longitude": [p.longitude for p in points],
            "elevation": [np.nan if p.elevation is None else p.elevation for p in points],
            "heart_rate": [_extension(p, ("hr", "heartrate")) for p in points],
        }
        time = [np.nan if p.time is None else p.time.timestamp() for p in points]
        different |= {n for n, values in columns.items() if not np.array_equal(getattr(a, n), values, equal_nan=True)}
        if not np.allclose(a.time, time, atol=2e-6, rtol=0, equal_nan=True):
            different.add("time")
    assert different == DIFFERENT.get(f"{file.parent.name}/{file.name}", set())


def _extension(point, names):
    """Return the number that an extension of a gpxpy point holds."""
    for extension in point.extensions:
        for element in extension.iter():
            if element.tag.rpartition("}")[2].lower() in names and element.text:
                return float(element.text)
    return np.nan
