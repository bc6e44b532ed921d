"""`recordings`: everything that people give, walked file by file."""

from __future__ import annotations

import gzip
import os
import zipfile

import pytest

from pace.errors import FormatError, MissingFileError
from pace.formats import recordings, source
from robust.hostile import archives, gpx, zipped
from robust.material import invented, written


@pytest.fixture
def folder(tmp_path):
    """Lay out a folder as people have it: runs, an export, photos, hidden files."""
    (tmp_path / "b.gpx").write_bytes(gpx(1))
    (tmp_path / "a.fit").write_bytes(written("fit", invented(30)))
    (tmp_path / "README.txt").write_text("hello")
    (tmp_path / ".hidden.gpx").write_bytes(gpx())
    (tmp_path / "table.csv.gz").write_bytes(gzip.compress(b"1,2"))
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "c.gpx.gz").write_bytes(gzip.compress(gpx(2)))
    (tmp_path / "__MACOSX").mkdir()
    (tmp_path / "__MACOSX" / "x.gpx").write_bytes(gpx(3))
    inner = zipped([("d.gpx", gpx(4)), ("photo.jpg", b"x"), (".DS_Store", b"x"), ("__MACOSX/._d.gpx", b"x")])
    (tmp_path / "export.zip").write_bytes(zipped([("parts/one.zip", inner), ("profile.json", b"{}")]))
    return tmp_path


def test_a_folder_is_walked_in_order_and_names_are_relative(folder):
    """Files come sorted by name, folder by folder; a file in an archive is named by the way to it."""
    assert [r.file for r in recordings([folder])] == [
        "a.fit",
        "b.gpx",
        "export.zip › parts/one.zip › d.gpx",
        "sub/c.gpx.gz",
    ]


def test_other_files_are_counted_and_not_opened(folder):
    """README, photo, table and profile are passed over by their suffix; hidden files are not even counted."""
    walk = recordings([folder])
    assert all(r.tracks and r.error is None for r in walk)
    assert walk.passed_over == 4


@pytest.mark.parametrize(
    ("names", "said"),
    [
        ([], "there is no file in it"),
        (
            ["run.gpx.txt"],
            "the one file in it is no recording; a recording's name ends in .fit, .gpx, .tcx, .gz or .zip",
        ),
        (
            ["a.txt", "b.csv"],
            "none of the 2 files in it is a recording; a recording's name ends in .fit, .gpx, .tcx, .gz or .zip",
        ),
    ],
)
def test_a_folder_without_recordings_says_what_a_recording_is_called(names, said, tmp_path):
    """Whoever has files of other names learns how a name has to end; an empty folder is called that."""
    for name in names:
        (tmp_path / name).write_bytes(gpx())
    (found,) = recordings([tmp_path])
    assert found.error is not None
    assert found.error.message == said


def test_a_file_that_is_given_is_opened_whatever_its_name(folder):
    """What a person names is meant; if it is no activity it is said."""
    (folder / "run.bin").write_bytes(gpx())
    good, bad = recordings([folder / "run.bin", folder / "README.txt"])
    assert (good.file, len(good.tracks)) == ("run.bin", 1)
    assert isinstance(bad.error, FormatError)
    assert bad.file == "README.txt"
    assert "README.txt" in str(bad.error)


def test_a_wrong_file_under_a_right_suffix_is_reported(tmp_path):
    """In a folder, a file that claims to be an activity and is none has its reason; the rest goes on."""
    (tmp_path / "a.gpx").write_text("<html>")
    (tmp_path / "b.gpx").write_bytes(gpx())
    (tmp_path / "c.fit").write_bytes(b"")
    first, second, third = recordings([tmp_path])
    assert isinstance(first.error, FormatError)
    assert second.tracks
    assert "empty" in str(third.error)


def test_what_holds_nothing_is_said(tmp_path):
    """A folder or an archive without any activity is one recording with an error, so that it is not silently lost."""
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos" / "a.jpg").write_bytes(b"x")
    (tmp_path / "a.zip").write_bytes(zipped([("b.jpg", b"x")]))
    for given in (tmp_path / "photos", tmp_path / "a.zip"):
        (only,) = recordings([given])
        assert isinstance(only.error, FormatError)
        assert only.file == given.name


def test_missing_and_unreadable_files_cost_the_others_nothing(tmp_path):
    """A path that is not there is reported with its name; the others are read."""
    (tmp_path / "a.gpx").write_bytes(gpx())
    (tmp_path / "gone.gpx").symlink_to(tmp_path / "nowhere")
    missing, good, broken = recordings([tmp_path / "no", tmp_path])
    assert isinstance(missing.error, MissingFileError)
    assert good.tracks
    assert isinstance(broken.error, MissingFileError)


def test_links_that_lead_back_end(tmp_path):
    """A folder that holds itself is walked once; a link to another folder is followed."""
    (tmp_path / "runs").mkdir()
    (tmp_path / "runs" / "a.gpx").write_bytes(gpx())
    (tmp_path / "runs" / "again").symlink_to(tmp_path / "runs")
    (tmp_path / "other").symlink_to(tmp_path / "runs")
    assert [r.file for r in recordings([tmp_path])] == ["other/a.gpx", "runs/a.gpx"]


def test_a_link_that_leads_nowhere_costs_the_others_nothing(tmp_path):
    """A link to itself or to what is gone is one missing file: the rest of its folder is read."""
    (tmp_path / "a.gpx").write_bytes(gpx())
    (tmp_path / "gone.gpx").symlink_to(tmp_path / "nothing")
    (tmp_path / "itself.gpx").symlink_to("itself.gpx")
    good, *broken = recordings([tmp_path])
    assert (good.file, good.error) == ("a.gpx", None)
    assert [(r.file, type(r.error)) for r in broken] == [
        ("gone.gpx", MissingFileError),
        ("itself.gpx", MissingFileError),
    ]


def test_the_walk_is_lazy(folder, monkeypatch):
    """Nothing is read before it is asked for: an export of thousands of files starts at once."""
    read = []
    monkeypatch.setattr(source, "recording", lambda leaf, *rest: read.append(leaf.file) or leaf)
    walk = recordings([folder])
    assert read == []
    next(walk)
    assert read == ["a.fit"]


def test_names_cannot_reach_the_terminal_raw(tmp_path):
    """Control characters, terminal sequences and direction marks in names of files and entries are not shown."""
    (tmp_path / "\x1b[31mred\u202e.gpx").write_bytes(gpx())
    info = zipfile.ZipInfo("../../\x1b]0;title\x07evil\r\n.gpx")
    (tmp_path / "z.zip").write_bytes(zipped([(info, gpx())]))
    names = [r.file for r in recordings([tmp_path])]
    assert names == ["red.gpx", "z.zip › evil.gpx"]


@pytest.mark.parametrize("hostile", list(archives()), ids=lambda hostile: hostile.name)
def test_a_hostile_file_costs_the_good_ones_nothing(hostile, tmp_path):
    """Bombs, lies, tricks and cuts: every good recording comes out, the others have a reason, nothing is written."""
    path = tmp_path / hostile.name
    path.write_bytes(hostile.data)
    found = list(recordings([path]))
    assert sum(bool(r.tracks) for r in found) == hostile.good
    assert all(r.tracks or r.error for r in found)
    assert all(r.file.isprintable() for r in found)
    assert os.listdir(tmp_path) == [hostile.name]
