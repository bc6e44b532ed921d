"""`pace.read`: any activity file, known by its bytes, as tracks."""

from __future__ import annotations

import gzip
import io
import os
import subprocess
import sys
import threading
import zipfile

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import pace
from corpus import ACTIVITIES, ROOT, needs_corpus
from pace.errors import FormatError, InputError, LimitError, MissingFileError
from pace.formats import disk, recordings, recordings_in, unpack
from pace.formats.names import shown
from pace.formats.sniff import kind
from robust.hostile import gpx, zipped
from robust.material import invented, written

TRACK = invented(40)
FILES = {suffix: written(suffix, TRACK) for suffix in ("fit", "gpx", "tcx")}


def same(a, b):
    columns = ("time", "latitude", "longitude", "elevation", "heart_rate")
    return len(a) == len(b) and all(
        np.array_equal(getattr(x, name), getattr(y, name), equal_nan=True)
        for x, y in zip(a, b, strict=True)
        for name in columns
    )


@pytest.mark.parametrize("suffix", FILES)
def test_a_file_is_known_by_its_content_whatever_it_is_called(suffix, tmp_path):
    """A wrong suffix, or none, changes nothing."""
    for name in ("a.fit", "a.gpx", "a.tcx", "a.gz", "a.zip", "a", "a.txt"):
        (tmp_path / name).write_bytes(FILES[suffix])
        (track,) = pace.read(tmp_path / name)
        assert track.format == suffix
        assert len(track) == len(TRACK)


@pytest.mark.parametrize("suffix", FILES)
def test_path_string_bytes_and_open_file_give_the_same(suffix, tmp_path):
    """However the bytes are handed over, the tracks are the same."""
    data = FILES[suffix]
    path = tmp_path / f"run.{suffix}"
    path.write_bytes(data)
    first = pace.read(path)
    with path.open("rb") as file:
        others = [pace.read(str(path)), pace.read(data), pace.read(bytearray(data)), pace.read(memoryview(data))]
        others += [pace.read(file), pace.read(io.BytesIO(data))]
    assert all(same(first, other) for other in others)


@pytest.mark.parametrize("suffix", FILES)
def test_packing_changes_nothing(suffix):
    """A file that is gzip-compressed, zipped, or both and again, reads as itself."""
    plain = pace.read(FILES[suffix])
    packed = gzip.compress(FILES[suffix])
    for data in (
        packed,
        gzip.compress(packed),
        zipped([(f"a.{suffix}", FILES[suffix])]),
        zipped([(f"a.{suffix}.gz", packed)]),
        zipped([("deep/inner.zip", zipped([(f"a.{suffix}.gz", packed)])), ("README.md", b"#")]),
    ):
        tracks = pace.read(data)
        assert same(plain, tracks)
        assert [t.notes for t in tracks] == [t.notes for t in plain]


@pytest.mark.parametrize("suffix", ["gpx", "tcx"])
@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_text_may_be_in_any_unicode(suffix, encoding):
    """UTF-8 with a mark and UTF-16 with or without one are read like UTF-8."""
    text = FILES[suffix].decode().replace('encoding="UTF-8"', "").replace("encoding='UTF-8'", "")
    assert kind(text.encode(encoding)) == suffix
    if encoding != "utf-16-le" and encoding != "utf-16-be":
        assert same(pace.read(text.encode(encoding)), pace.read(FILES[suffix]))


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"<?xml version='1.0'?>\n<!DOCTYPE gpx>\n<!-- <tcx> --><gpx>", "gpx"),
        (b"\n\n  <TrainingCenterDatabase xmlns='x'>", "tcx"),
        (b"<ns2:TrainingCenterDatabase>", "tcx"),
        (b"<GPX>", "gpx"),
        (b"<kml><gpx/></kml>", ""),
        (b"<html>", ""),
        (b"<!-- " + b"<gpx>" * 99, ""),
        (b"# lat,lon\n1,2", ""),
        (b"\x0e\x20" + bytes(6) + b".FIT" + bytes(4), "fit"),
        (b"\x0e\x20\0\0\x04\0\0\0.FXT\0\0abcdxx", "fit"),
        (b"\x0e\x20\0\0\x05\0\0\0.FXT\0\0abcdxx", ""),
        (b"rubbish before <trkpt lat='1' lon='2'/>", "gpx"),
        (b"rubbish before <Trackpoint>", "tcx"),
        (b"", ""),
        (b"\0", ""),
    ],
)
def test_the_root_element_and_the_mark_tell(data, expected):
    """What stands before the root is skipped; another root is another format; ruined heads are known by the rest."""
    assert kind(data) == expected


def test_a_fit_file_with_a_ruined_header_is_known_by_its_name(tmp_path):
    """Where the bytes say nothing, a name that ends in .fit is tried, and the error is the reader's own."""
    path = tmp_path / "a.fit"
    path.write_bytes(bytes(100))
    with pytest.raises(FormatError, match="FIT"):
        pace.read(path)


def test_errors_name_the_file_and_not_where_it_lies(tmp_path):
    """A message holds the file's own name and nothing of the folders above it."""
    path = tmp_path / "secret-folder" / "run.gpx"
    path.parent.mkdir()
    path.write_bytes(b"a,b,c")
    with pytest.raises(FormatError, match=r"\(run\.gpx\)") as caught:
        pace.read(path)
    assert "secret" not in str(caught.value)
    with pytest.raises(MissingFileError, match=r"\(no\.gpx\)") as missing:
        pace.read(path.parent / "no.gpx")
    assert "secret" not in str(missing.value)
    assert isinstance(missing.value, FileNotFoundError)


def test_a_folder_is_pointed_to_profile(tmp_path):
    """`read` takes one file; the message says what takes folders."""
    with pytest.raises(InputError, match=r"pace\.profile"):
        pace.read(tmp_path)


@pytest.mark.parametrize("source", ["", "a\0b", "x" * 5000])
def test_impossible_paths_are_missing_files(source):
    """A name that no system knows is an error of ours, not of the system."""
    with pytest.raises(MissingFileError):
        pace.read(source)


def test_text_files_are_refused():
    """A file opened as text has lost what the bytes said."""
    with pytest.raises(InputError, match="binary"):
        pace.read(io.StringIO("<gpx/>"))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "data", [b"", b"PK\x05\x06" + bytes(18), b"hello", gzip.compress(b""), zipped([("a.txt", b"x")])]
)
def test_what_is_no_activity_is_refused(data):
    """Nothing, an empty archive and other files are errors that say what would do."""
    with pytest.raises(FormatError, match="FIT, GPX or TCX"):
        pace.read(data)


def test_one_bad_file_in_an_archive_is_noted_on_the_others():
    """The good are returned with a note of how many were not; strictly, there is an error."""
    data = zipped([("a.gpx", gpx()), ("b.fit", b"nothing"), ("c.gpx", gpx(1))])
    tracks = pace.read(data)
    assert len(tracks) == 2
    assert all(("unreadable", 1) in [(note.kind, note.count) for note in track.notes] for track in tracks)
    with pytest.raises(FormatError, match=r"b\.fit"):
        pace.read(data, strict=True)


def test_damage_of_the_packing_is_noted_and_strictly_refused():
    """A cut gzip gives its beginning with a note; `strict` refuses it; a wrong checksum does as `checksum` says."""
    whole = gzip.compress(gpx(0, 2000))
    (track,) = pace.read(whole[: len(whole) // 2])
    assert 0 < len(track) < 2000
    assert "truncated" in [note.kind for note in track.notes]
    with pytest.raises(FormatError):
        pace.read(whole[: len(whole) // 2], strict=True)
    wrong = whole[:-8] + b"\0\1\2\3" + whole[-4:]
    assert [note.kind for note in pace.read(wrong)[0].notes] == ["checksum"]
    assert pace.read(wrong, checksum="ignore")[0].notes == ()
    with pytest.raises(FormatError, match="checksum"):
        pace.read(wrong, checksum="refuse")


def test_files_beyond_the_limit_are_refused(monkeypatch, tmp_path):
    """A file, an open file or a packed one larger than the limit is refused before it fills the memory."""
    monkeypatch.setattr(unpack, "MAX_FILE", 1000)
    data = gpx(0, 50)
    (tmp_path / "a.gpx").write_bytes(data)
    for source in (tmp_path / "a.gpx", io.BytesIO(data), gzip.compress(data), zipped([("a.gpx", data)])):
        with pytest.raises(LimitError):
            pace.read(source)


def test_files_are_refused_by_what_they_have_as_they_lie(monkeypatch, tmp_path):
    """A packed file that is too large is not taken into memory, nor half of an archive out of an open file."""
    monkeypatch.setattr(unpack, "MAX_FILE", 600)
    noise = gzip.compress(np.random.default_rng(1).bytes(2000))
    (tmp_path / "a.gpx.gz").write_bytes(noise)
    asked, really = [], unpack.OnDisk.at
    monkeypatch.setattr(unpack.OnDisk, "at", lambda self, *span: (asked.append(span), really(self, *span))[1])
    with pytest.raises(LimitError, match="may have"):
        pace.read(tmp_path / "a.gpx.gz")
    assert max(stop - start for start, stop in asked) < 100
    archive = zipped([(f"{k}.gpx", gpx(k, 1)) for k in range(9)], zipfile.ZIP_STORED)
    with pytest.raises(LimitError, match="may have"):
        pace.read(io.BytesIO(archive))


def test_archives_lie_in_one_another_four_deep_at_most():
    """Four layers are unwrapped, a fifth is refused in words."""
    data = gpx()
    for _ in range(unpack.MAX_DEPTH + 1):
        data = gzip.compress(data, mtime=0)
    assert pace.read(gzip.decompress(data))
    with pytest.raises(LimitError, match="in one another"):
        pace.read(gzip.compress(data, mtime=0))


def test_an_archive_is_never_loaded_whole(tmp_path):
    """Exports have gigabytes: an archive on disk stays there and is read where it is asked for."""
    (tmp_path / "a.zip").write_bytes(zipped([("a.gpx", gpx())]))
    with disk.opened(tmp_path / "a.zip") as source:
        assert isinstance(source, unpack.OnDisk)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_a_pipe_can_be_read(tmp_path):
    """What another program writes into a pipe is read like a file."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    writer = threading.Thread(target=lambda: pipe.write_bytes(FILES["gpx"]))
    writer.start()
    tracks = pace.read(pipe)
    writer.join()
    assert same(tracks, pace.read(FILES["gpx"]))


@given(
    data=st.binary(max_size=600), head=st.sampled_from([b"", b"PK\x03\x04", b"\x1f\x8b\x08\0", b"<gpx>", b"\x0e\x10"])
)
@settings(max_examples=150, deadline=None)
def test_any_bytes_give_tracks_or_a_documented_error(data, head):
    """Whatever the bytes, nothing but a `PaceError` comes out of `read`."""
    try:
        tracks = pace.read(head + data)
    except pace.PaceError:
        return
    assert tracks


@given(name=st.text(max_size=300) | st.text("./\\ab\x1b[", max_size=20) | st.text("ab", min_size=100, max_size=300))
@settings(max_examples=200, deadline=None)
def test_a_shown_name_can_be_printed_and_leads_nowhere(name):
    """No control character or direction mark, no way up or to the root, not too long nor empty; stable if repeated."""
    text = shown(name)
    assert text
    assert len(text) <= 120
    assert text.isprintable()
    assert not text.startswith("/")
    assert ".." not in text.split("/")
    assert shown(text) == text


def test_importing_read_is_quick_and_light():
    """The way in costs little beyond NumPy: no XML parser, no gzip, no ZIP of the standard library is loaded for it."""
    heavy = "'lxml', 'isal', 'zipfile', 'scipy'"
    code = f"import numpy, sys; import pace; pace.read; print([m for m in ({heavy}) if m in sys.modules])"
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert out.stdout.strip() == "[]"


@needs_corpus
def test_every_real_file_reads_or_says_why_not():
    """Each file of the catalogue gives tracks or a documented error that names it."""
    for path in sorted(p for p in ACTIVITIES.rglob("*") if p.suffix in (".fit", ".gpx", ".tcx")):
        (recording, *_) = recordings([path])
        assert recording.tracks or path.name in str(recording.error)


def test_what_a_file_holds_is_found_in_its_content_alone():
    """An archive in memory gives the recordings that it gives on disk; one without any says so."""
    packed = zipped([("one.fit", FILES["fit"]), ("deep/two.gpx", FILES["gpx"]), ("three.gpx", b"no")])
    found = recordings_in(packed, name="mine.zip")
    assert [(row.file, len(row.tracks)) for row in found if not row.error] == [
        ("mine.zip › one.fit", 1),
        ("mine.zip › deep/two.gpx", 1),
    ]
    assert [row.file for row in found if row.error] == ["mine.zip › three.gpx"]
    known = pace.profile(found, keep_empty=True)
    assert "mine.zip › three.gpx" in {left.file for left in known.skipped}
    (empty,) = recordings_in(zipped([("a.txt", b"-")]), name="other.zip")
    assert str(empty.error).endswith("this archive holds none (other.zip)")
