"""The sample activities: the same bytes each time, readable by others, each showing what the README says."""

import gzip
import io
import json
from pathlib import Path

import fitdecode
import gpxpy
import numpy as np
import pytest

from pace.activity.grid import RUN, WALK
from pace.formats import read
from pace.simulate import kept_up
from pace.simulate.__main__ import main
from pace.simulate.samples import KEPT_UP, PEOPLE, SAMPLES, readme, sample_files, truths
from pace.together.review import review

FOLDER = Path(__file__).parents[2] / "sample_activities"
BY_PATH = {sample.path: sample for sample in SAMPLES}


@pytest.fixture(scope="module")
def files():
    return sample_files()


def test_the_folder_holds_exactly_what_the_program_makes(files):
    """Byte for byte, no file more and none less; `python -m pace.simulate sample_activities` renews it.

    Of the `.gz` what is inside it is compared: zlib and its replacements squeeze differently.
    """
    lying = {p.relative_to(FOLDER).as_posix(): p.read_bytes() for p in FOLDER.rglob("*") if p.is_file()}
    assert sorted(lying) == sorted(files)
    assert [name for name in files if _unpacked(name, lying[name]) != _unpacked(name, files[name])] == []


def _unpacked(name, data):
    return gzip.decompress(data) if name.endswith(".gz") else data


def test_the_program_writes_the_folder(tmp_path, files):
    """`python -m pace.simulate OUT_DIR` puts every file where its path says."""
    main(str(tmp_path))
    assert {p.relative_to(tmp_path).as_posix(): p.read_bytes() for p in tmp_path.rglob("*") if p.is_file()} == files


def test_all_samples_are_small(files):
    """Under 2.5 MB, so that a clone costs little."""
    assert sum(map(len, files.values())) < 2_500_000


def test_the_session_is_told_as_it_was(files):
    """The client led, the therapist fell behind at minute 25, and the clocks differ by 8 s."""
    (client,), (therapist,) = (read(files[f"session/{who}.fit"]) for who in ("client", "therapist"))
    found = review([therapist, client])
    assert found.leading.leader == 1
    assert found.clock_offset_s == pytest.approx(-8, abs=1)
    assert [part.start_s / 60 for part in found.apart] == [pytest.approx(25, abs=1.5)]


@pytest.mark.parametrize("path", [p for p in BY_PATH if not BY_PATH[p].cut])
def test_our_reader_gets_every_sample_back(path, files):
    """One track per file, as many samples as were recorded, the same times, no note."""
    track = BY_PATH[path].simulated().track
    (again,) = read(files[path])
    np.testing.assert_array_equal(again.time, track.time)
    np.testing.assert_array_equal(again.heart_rate, track.heart_rate)
    np.testing.assert_array_equal(again.cadence, track.cadence)
    np.testing.assert_allclose(again.latitude, track.latitude, atol=1e-6)
    np.testing.assert_array_equal(again.segment_start, track.segment_start)
    assert (again.sport, again.notes) == (track.sport, ())


@pytest.mark.parametrize("path", [p for p in BY_PATH if p.endswith(".fit") and not BY_PATH[p].cut])
def test_fitdecode_reads_as_many_records(path, files):
    """A second library agrees on the number of records and their heart rates."""
    with fitdecode.FitReader(io.BytesIO(files[path])) as reader:
        records = [f for f in reader if isinstance(f, fitdecode.FitDataMessage) and f.name == "record"]
    track = BY_PATH[path].simulated().track
    rates = [record.get_value("heart_rate", fallback=None) for record in records]
    np.testing.assert_array_equal(np.array(rates, dtype=float), track.heart_rate)


@pytest.mark.parametrize("path", [p for p in BY_PATH if ".gpx" in p])
def test_gpxpy_reads_as_many_points(path, files):
    """A second library agrees on the number of points and segments."""
    data = gzip.decompress(files[path]) if path.endswith(".gz") else files[path]
    (track,) = gpxpy.parse(data.decode()).tracks
    expected = BY_PATH[path].simulated().track
    assert sum(len(segment.points) for segment in track.segments) == len(expected)
    assert len(track.segments) == len(expected.segment_start)


def test_the_cut_file_keeps_what_arrived(files):
    """About two thirds of the samples come back, exactly as recorded, and a note says that the file broke off."""
    (path,) = [p for p in BY_PATH if BY_PATH[p].cut]
    whole, (part,) = BY_PATH[path].simulated().track, read(files[path])
    assert 0.6 < len(part) / len(whole) < 0.75
    np.testing.assert_array_equal(part.time, whole.time[: len(part)])
    assert "truncated" in {note.kind for note in part.notes}


def test_the_readme_names_every_file(files):
    """And nothing that is not there."""
    named = {line.split("`")[1] for line in readme().splitlines() if line.startswith("| `")}
    assert named == set(files) - {"truth.json", "README.md", "map.osm", "ground.tif"}


def test_truth_is_the_truth_of_the_two_people(files):
    """`truth.json` says what the people were made with."""
    assert json.loads(files["truth.json"]) == truths()
    for person in PEOPLE:
        said = truths()["people"][person.label]
        assert said["walk_run_threshold_mps"] == person.walk_run_threshold
        assert said["run_to_walk_mps"] < said["walk_run_threshold_mps"] < said["walk_to_run_mps"]
        assert said["talk_speed_mps"] == person.talk_speed


def test_everything_lies_in_the_open_ocean():
    """Within 5 km of 5° S 5° W, far from anybody's home."""
    for sample in SAMPLES:
        track = sample.simulated().track
        assert np.nanmax(np.abs(track.latitude + 5)) < 0.05
        assert np.nanmax(np.abs(track.longitude + 5)) < 0.05


@pytest.mark.heavy
def test_the_kept_up_speeds_are_those_of_many_outings():
    """The fastest walk and slowest run of `truth.json` come out of 100 times all outings, within 0.01 m/s."""
    for person in PEOPLE:
        own = [s.simulated(salt=k).truth for k in range(1, 101) for s in SAMPLES if s.person is person]
        walk, run = kept_up(own, gait=WALK, probability=0.95), kept_up(own, gait=RUN, probability=0.05)
        assert (walk, run) == pytest.approx(KEPT_UP[person.label], abs=0.01)
