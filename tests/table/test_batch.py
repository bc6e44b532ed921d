"""Many files become one table: every file accounted for, each activity once, the same over any executor."""

from __future__ import annotations

import csv
import gc
import gzip
import json
import os
import stat
import sys
import threading
from concurrent.futures import Executor, Future, ThreadPoolExecutor

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import exports
import pace
from corpus import ACTIVITIES, needs_corpus
from pace.errors import InputError
from pace.formats import read
from pace.person.profile import profile
from pace.table import gathered, pool
from pace.table.columns import COLUMNS, NAMES
from pace.table.writers import SUFFIXES, JsonLines, write
from robust.material import written
from table.people import laid_out, long_way, short


class Here(Executor):
    """Does everything at once, here, in the order in which it comes."""

    def submit(self, task, /, *given, **named):
        done = Future()
        try:
            done.set_result(task(*given, **named))
        except BaseException as error:
            done.set_exception(error)
        return done


class Shuffled(Executor):
    """Does things in threads of its own that end in any order."""

    def __init__(self, seed):
        self.dice, self.lock = np.random.default_rng(seed), threading.Lock()

    def submit(self, task, /, *given, **named):
        done = Future()
        with self.lock:
            wait = self.dice.uniform(0, 0.02)
        threading.Timer(wait, lambda: done.set_result(task(*given, **named))).start()
        return done


def rows(path, **more):
    return list(pace.batch(path, executor=Here(), **more).rows())


def test_every_file_is_accounted_for(tmp_path):
    """Recordings, other sports, what is damaged, empty or missing: each has its row, the rest is counted."""
    people = laid_out(tmp_path / "people", people=2, each=3)
    (people / "person-0" / "ride.gpx").write_bytes(written("gpx", short(50)).replace(b">running<", b">cycling<"))
    (people / "person-0" / "bad.fit").write_bytes(b"nonsense")
    (people / "person-1" / "short.gpx").write_bytes(written("gpx", short(51, n=20)))
    (people / "person-1" / "notes.txt").write_text("x")
    (people / "nobody.zip").write_bytes(exports.zipped({}))
    found = pace.batch([people, tmp_path / "nowhere"], executor=Here())
    counts = found.counts
    assert (counts.rows, counts.used, counts.people, counts.passed_over) == (10, 6, 3, 1)
    assert set(counts.left_out) == {"a ride", "too short: it moves for less than a minute"}
    assert sum(counts.errors.values()) == 2
    assert found.to_dict() == {"schema": "pace.batch/1", "output": None, **counts.to_dict()}
    assert sum(counts.left_out.values()) + sum(counts.errors.values()) + counts.used == counts.rows
    assert [list(row) for row in found.rows()] == [list(NAMES)] * 10


def test_what_holds_nothing_has_its_row(tmp_path):
    """A folder and an archive without any activity are not lost in silence."""
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos" / "a.jpg").write_bytes(b"x")
    (tmp_path / "b.zip").write_bytes(exports.zipped({"c.jpg": b"x"}))
    found = pace.batch([tmp_path / "photos", tmp_path / "b.zip"], executor=Here())
    assert [(row["person"], row["file"]) for row in found.rows()] == [("b", "b.zip"), ("photos", "photos")]
    assert found.counts.passed_over == 2
    assert sum(found.counts.errors.values()) == 2


def test_rows_are_those_of_the_profile(tmp_path):
    """What a row says of an activity is what a profile of the same file says."""
    people = laid_out(tmp_path, people=1, each=3)
    for row in rows(people):
        alone = profile(people / row["file"])
        account, (one,) = alone.account(), alone.summaries
        assert row["digest"] == one.digest
        for name in ("elapsed", "walk", "run", "stand", "paused", "gap", "moving"):
            assert row[f"{name}_s"] == pytest.approx(getattr(account, name))
        assert row["elapsed_s"] == pytest.approx(sum(row[f"{n}_s"] for n in ("walk", "run", "stand", "paused", "gap")))
        assert row["best_60s_speed_mps"] == pytest.approx(one.best_speed[0], abs=1e-4)
        quantiles = [row[f"run_speed_p{p:02d}_mps"] for p in (5, 25, 50, 75, 95)]
        assert quantiles == sorted(quantiles)


def test_values_are_of_the_kind_that_the_column_says(tmp_path):
    """Text, whole numbers and numbers, or nothing; never NaN."""
    kinds = {"text": str, "whole": int, "number": float}
    for row in rows(laid_out(tmp_path, people=1, each=3)):
        for column in COLUMNS:
            value = row[column.name]
            assert value is None or type(value) is kinds[column.kind], column.name
        json.dumps(row, allow_nan=False)


def test_values_stand_where_they_are_looked_for():
    """Places in a row and in what a worker sends are those of the table of columns."""
    assert NAMES[gathered.DUPLICATE] == "duplicate_of"
    sent = [name for name in NAMES if name not in ("person", "duplicate_of")]
    places = (gathered.FILE, gathered.LEFT_OUT, gathered.ERROR)
    assert [sent[place] for place in places] == ["file", "left_out", "error"]


def test_flat_speed_rises_with_the_hill(tmp_path):
    """The same way at the same speed counts as faster uphill, and as itself on the flat."""
    track = short(1, n=600)
    made = {}
    for name, grade in (("flat", 0.0), ("up", 0.08)):
        hill = type(track).build(
            time=track.time,
            distance=2.5 * np.arange(600.0),
            speed=np.full(600, 2.5),
            elevation=100 + grade * 2.5 * np.arange(600.0),
            cadence=np.full(600, 160.0),
            sport="running",
        )
        (tmp_path / f"{name}.fit").write_bytes(written("fit", hill))
        made[name] = rows(tmp_path / f"{name}.fit")[0]
    assert made["flat"]["run_flat_speed_mps"] == pytest.approx(2.5, abs=0.03)
    assert made["up"]["run_flat_speed_mps"] > 3.0
    assert made["up"]["run_speed_p50_mps"] == pytest.approx(made["flat"]["run_speed_p50_mps"], abs=0.03)


# --- The same over any executor -----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def crowd(tmp_path_factory):
    """Return some people with loose files, archives in archives and an export among them, and their rows."""
    folder = laid_out(tmp_path_factory.mktemp("crowd"), people=3, each=6, n=100)
    files = {f"{k}.gpx": written("gpx", short(700 + k, n=100)) for k in range(40)}
    nested = {"a/one.zip": exports.zipped(files), **{f"b/{name}": data for name, data in list(files.items())[:5]}}
    (folder / "archive.zip").write_bytes(exports.zipped(nested | {"c.gpx.gz": gzip.compress(written("gpx", short(9)))}))
    sample = {f"{k}.fit": written("fit", short(800 + k)) for k in range(4)}
    exports.laid_out(exports.garmin(sample, others=9), folder / "garmin")
    return folder, rows(folder)


def test_order_is_that_of_the_walk(crowd):
    """Rows come in the order in which the files are found one by one, archives too."""
    folder, found = crowd
    from pace.formats import recordings

    by_person = {}
    for row in found:
        by_person.setdefault(row["person"], []).append(row["file"])
    assert [file for files in by_person.values() for file in files] == [row["file"] for row in found]
    assert sorted(row["file"] for row in found) == sorted(one.file for one in recordings([folder]))
    assert [row["file"] for row in found if row["person"] == "archive"] == [
        one.file for one in recordings([folder]) if one.file.startswith("archive")
    ]


@settings(max_examples=4, deadline=None)
@given(seed=st.integers(0, 1000), jobs=st.integers(1, 30), places=st.integers(1, 20))
def test_no_executor_changes_a_bit(crowd, seed, jobs, places):
    """Whichever piece of work ends first, however many are under way, however large they are: the same rows."""
    folder, expected = crowd
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("pace.table.engine.MOST_PLACES", places)
        assert list(pace.batch(folder, executor=Shuffled(seed), jobs=jobs).rows()) == expected


def test_processes_give_the_same(crowd, tmp_path):
    """Two processes write, byte for byte, what one thread writes."""
    folder, expected = crowd
    with ThreadPoolExecutor(1) as threads:
        pace.batch(folder, executor=threads, out=tmp_path / "one.jsonl")
    counts = pace.batch(folder, jobs=2, out=tmp_path / "two.jsonl").counts
    assert (tmp_path / "one.jsonl").read_bytes() == (tmp_path / "two.jsonl").read_bytes()
    assert [json.loads(line) for line in (tmp_path / "two.jsonl").read_text().splitlines()] == expected
    assert counts.passed_over == 9 + 2
    apart, together = (pace.batch(folder / "person-0", **how).profiles() for how in ({"jobs": 2}, {"executor": Here()}))
    assert {name: one.to_dict() for name, one in apart.items()} == {
        name: one.to_dict() for name, one in together.items()
    }


def test_profiles_of_a_batch_are_those_of_a_profile(crowd):
    """Read piece by piece by other workers, a person is the same as read in one go."""
    folder, _ = crowd
    found = pace.batch(folder, executor=Shuffled(1)).profiles()
    for name in ("person-0", "person-1", "garmin"):
        alone = profile(folder / name, label=name)
        assert [one.digest for one in found[name].summaries] == [one.digest for one in alone.summaries]
        assert found[name].to_dict()["talk_speed_mps"] == alone.to_dict()["talk_speed_mps"]


def test_threads_are_counted(crowd):
    """Progress rises to the number of files, and never beyond what is known."""
    folder, expected = crowd
    told = []
    pace.batch(folder, executor=Here(), progress=lambda done, known: told.append((done, known)))
    assert told[-1] == (len(expected), len(expected))
    assert all(done <= known for done, known in told)
    assert [done for done, _ in told] == sorted(done for done, _ in told)


# --- Each activity once -------------------------------------------------------------------------------------------


def test_one_activity_in_several_files_is_marked(tmp_path):
    """FIT, GPX and TCX of one run, and a copy: one counts, the others name it; another person's copy is their own."""
    for person in ("a", "b"):
        (tmp_path / person).mkdir()
        for suffix in ("gpx", "fit", "tcx"):
            (tmp_path / person / f"x.{suffix}").write_bytes(written(suffix, long_way(1)))
        (tmp_path / person / "other.gpx").write_bytes(written("gpx", long_way(2)))
        (tmp_path / person / "copy.fit").write_bytes(written("fit", long_way(1)))
    found = rows(tmp_path)
    for person in ("a", "b"):
        mine = [row for row in found if row["person"] == person]
        counts = [row for row in mine if row["duplicate_of"] is None]
        assert len(counts) == 2
        best = next(row["file"] for row in counts if "other" not in row["file"])
        assert {row["duplicate_of"] for row in mine} == {None, best}


def test_the_table_and_a_profile_count_alike(tmp_path):
    """What is no duplicate in the table is what a profile uses."""
    for k in range(3):
        for suffix in ("gpx", "tcx"):
            (tmp_path / f"{k}.{suffix}").write_bytes(written(suffix, long_way(k)))
    counted = {row["digest"] for row in rows(tmp_path) if row["duplicate_of"] is None}
    assert counted == {one.digest for one in profile(tmp_path).summaries}
    assert len(counted) == 3


# --- Whose is it --------------------------------------------------------------------------------------------------


def test_people_by_folder(tmp_path):
    """Folders and archives below what was given are people; loose files belong to what was given."""
    data = [written("gpx", short(k, n=80)) for k in range(6)]
    files = {"ann/2024/a.gpx": data[0], "b.gpx": data[1], "bo.zip": exports.zipped({"c.gpx": data[2]})}
    given = exports.laid_out(files, tmp_path / "given")
    (tmp_path / "cam.zip").write_bytes(exports.zipped({"runs/d.gpx": data[3]}))
    export = exports.laid_out(exports.strava({"a.gpx": data[4]}), tmp_path / "export")
    (tmp_path / "lone.gpx").write_bytes(data[5])
    found = rows([given, tmp_path / "cam.zip", export, tmp_path / "lone.gpx"])
    assert [(row["person"], row["file"].rpartition("/")[2].rpartition(" ")[2]) for row in found] == [
        ("ann", "a.gpx"),
        ("given", "b.gpx"),
        ("bo", "c.gpx"),
        ("cam", "d.gpx"),
        ("export", "7000000001.gpx"),
        (tmp_path.name, "lone.gpx"),
    ]


def test_people_by_label(tmp_path):
    """Each path is a person; whoever has no label gets one that names nobody."""
    people = laid_out(tmp_path, people=2, each=1, n=80)
    paths = [people / "person-1", people / "person-0"]
    assert [row["person"] for row in rows(paths, person_from="label", labels=["Ash"])] == ["Ash", "person 2"]


def test_people_by_list(tmp_path):
    """A list names files or folders, as seen from where it lies, and whose they are, in any order of columns."""
    laid_out(tmp_path / "data", people=2, each=2, n=80)
    (tmp_path / "list.csv").write_text(
        "note;Person;FILE\n;Ash;data/person-1\nx;Bo;data/person-0/000.fit\n;Ash;data/person-0/001.gpx\n"
    )
    found = rows(tmp_path / "list.csv", person_from="column")
    assert [row["person"] for row in found] == ["Ash", "Ash", "Ash", "Bo"]
    (tmp_path / "bad.csv").write_text("a,b\n1,2\n")
    with pytest.raises(InputError, match="column `file` and a column `person`"):
        rows(tmp_path / "bad.csv", person_from="column")


@pytest.mark.parametrize(
    "wrong",
    [
        {"paths": []},
        {"paths": ["x"], "person_from": "nose"},
        {"paths": ["x"], "labels": ["a"]},
        {"paths": ["x"], "labels": ["a", "b"], "person_from": "label"},
        {"paths": ["x"], "jobs": 0},
    ],
)
def test_what_cannot_be_meant_is_refused(wrong):
    """Before any work is done, with what must hold."""
    with pytest.raises(InputError):
        pace.batch(**wrong)


# --- The files ----------------------------------------------------------------------------------------------------


def test_formats_hold_the_same(tmp_path):
    """CSV, JSON Lines and Parquet of one batch agree value by value, and only their owner can read them."""
    parquet = pytest.importorskip("pyarrow.parquet")
    people = laid_out(tmp_path / "people", people=2, each=3)
    (people / "person-1" / "bad.gpx").write_bytes(b"x")
    os.umask(0)
    for suffix in ("csv", "jsonl", "parquet"):
        pace.batch(people, executor=Here(), out=tmp_path / f"t.{suffix}")
        assert stat.S_IMODE((tmp_path / f"t.{suffix}").stat().st_mode) == 0o600
    os.umask(0o022)
    expected = rows(people)
    assert [json.loads(line) for line in (tmp_path / "t.jsonl").read_text().splitlines()] == expected
    table = parquet.read_table(tmp_path / "t.parquet")
    assert table.to_pylist() == expected
    assert [field.metadata[b"means"].decode() for field in table.schema] == [column.means for column in COLUMNS]
    with open(tmp_path / "t.csv", newline="", encoding="utf-8") as file:
        read_back = list(csv.DictReader(file))
    assert read_back == [{name: "" if value is None else str(value) for name, value in row.items()} for row in expected]
    assert sorted(os.listdir(tmp_path)) == ["people", "t.csv", "t.jsonl", "t.parquet"]


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_a_table_that_is_stopped_says_nothing_of_its_own(suffix, tmp_path, monkeypatch):
    """Ctrl-C between two rows: no file is left, and no writer closes itself later behind its file."""
    if suffix == ".parquet":
        pytest.importorskip("pyarrow")
    told = []
    monkeypatch.setattr(sys, "unraisablehook", told.append)

    def rows():
        yield [None] * len(NAMES)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write(tmp_path / f"table{suffix}", rows())
    gc.collect()
    assert (told, list(tmp_path.iterdir())) == ([], [])


def test_a_table_that_is_stopped_while_it_is_closed_says_nothing_either(tmp_path, monkeypatch):
    """Ctrl-C while the last rows are written: the writer does not try once more when nobody holds it any longer."""
    pytest.importorskip("pyarrow")
    told = []

    def pressed(rows):
        raise KeyboardInterrupt

    monkeypatch.setattr(sys, "unraisablehook", told.append)
    monkeypatch.setattr("pace.table.writers.arrow_batch", pressed)
    with pytest.raises(KeyboardInterrupt):
        write(tmp_path / "table.parquet", iter([[None] * len(NAMES)]))
    gc.collect()
    assert (told, list(tmp_path.iterdir())) == ([], [])


def test_names_cannot_become_formulas(tmp_path):
    """A file or a person called like a formula is a text in a spreadsheet."""
    person = tmp_path / "people" / "=HYPERLINK(1)"
    person.mkdir(parents=True)
    (tmp_path / "people" / " =1+2").mkdir()
    (tmp_path / "people" / " =1+2" / "a.gpx").write_bytes(written("gpx", short(2, n=80)))
    for name in ("@SUM(1).gpx", "-1+2.gpx", "+x.gpx"):
        (person / name).write_bytes(written("gpx", short(1, n=80)))
    pace.batch(tmp_path / "people", executor=Here(), out=tmp_path / "t.csv")
    with open(tmp_path / "t.csv", newline="", encoding="utf-8") as file:
        cells = [cell for row in csv.reader(file) for cell in row]
    assert [
        cell
        for cell in map(str.strip, cells)
        if cell.startswith(("=", "@", "+")) or (cell[:1] == "-" and not cell[1:2].isdigit())
    ] == []
    assert "'=HYPERLINK(1)" in cells


def test_nothing_of_where_or_when_is_in_a_table(tmp_path):
    """No coordinate, no date, no time of day: not in the table, not in the journal."""
    people = laid_out(tmp_path / "people", people=1, each=3)
    kept = []

    class Watched(Here):
        def submit(self, task, /, *given, **named):
            done = super().submit(task, *given, **named)
            if isinstance(done.result(), list):
                kept.extend(done.result())
            return done

    pace.batch(people, executor=Watched(), out=tmp_path / "t.jsonl")
    told = b"".join(kept) + (tmp_path / "t.jsonl").read_bytes()
    for path in sorted((people / "person-0").iterdir()):
        (track,) = read(path)
        for value in (track.time[0], track.time[-1], track.latitude[0], track.longitude[-1]):
            assert f"{value:.3f}".encode() not in told
            assert np.float64(value).tobytes() not in told
        assert b"2020-09" not in told


def test_urls_are_read_like_paths(tmp_path):
    """Behind an fsspec URL lie the same rows: folders, loose files, archives read where they are asked for."""
    fsspec = pytest.importorskip("fsspec")
    people = laid_out(tmp_path / "people", people=2, each=2, n=80)
    (people / "cam.zip").write_bytes(exports.zipped({f"{k}.gpx": written("gpx", short(k, n=80)) for k in range(40)}))
    store = fsspec.filesystem("memory")
    for path in sorted(people.rglob("*")):
        if path.is_file():
            store.pipe(f"/bucket/people/{path.relative_to(people)}", path.read_bytes())
    expected = rows(people)
    assert rows("memory://bucket/people") == expected
    assert rows(f"file://{people}") == expected
    (unknown,) = rows("nosuchstore://x/y")
    assert "cannot be opened" in unknown["error"]


@needs_corpus
@pytest.mark.heavy
def test_real_files_give_the_same_over_processes(tmp_path):
    """All real files, one process and two: the same bytes, and every file has its row or is counted."""
    for jobs in (1, 2):
        counts = pace.batch(ACTIVITIES, jobs=jobs, out=tmp_path / f"{jobs}.csv").counts
    assert (tmp_path / "1.csv").read_bytes() == (tmp_path / "2.csv").read_bytes()
    files = {
        row["file"].partition(" › ")[0] for row in csv.DictReader((tmp_path / "1.csv").read_text("utf-8").splitlines())
    }
    lying = [path for path in ACTIVITIES.rglob("*") if path.is_file()]
    assert len(files) + counts.passed_over == len(lying)
    assert counts.duplicates >= 8


def test_a_table_holds_no_nan(tmp_path):
    """NaN is no JSON: a row that holds one is a fault of ours, and no table."""
    with open(tmp_path / "t.jsonl", "wb") as file, pytest.raises(ValueError, match="JSON"):
        JsonLines(file).write([float("nan")] * len(NAMES))


def test_a_list_that_is_too_large_is_refused(tmp_path, monkeypatch):
    """A list is a table of names: one of gigabytes is something else."""
    monkeypatch.setattr("pace.table.people.MAX_LIST", 20)
    (tmp_path / "list.csv").write_text("file,person\n" + "a.fit,Ash\n" * 9)
    with pytest.raises(InputError, match="must be a table"):
        rows(tmp_path / "list.csv", person_from="column")


def test_a_person_is_shown_by_a_harmless_label(tmp_path):
    """What a list calls somebody steers no terminal and leads nowhere."""
    laid_out(tmp_path / "data", people=1, each=1, n=80)
    (tmp_path / "list.csv").write_text("file,person\ndata,../\x1b[31mAsh\u202e\n", encoding="utf-8")
    assert [row["person"] for row in rows(tmp_path / "list.csv", person_from="column")] == ["Ash"]


def test_processes_are_no_copies_of_this_one():
    """A copy of a program with threads may wait for ever for a lock that nobody holds any more."""
    assert pool._context().get_start_method() in ("forkserver", "spawn")
    assert pool.OwnProcesses(1)._started()._mp_context.get_start_method() != "fork"


def test_each_worker_has_one_thread_for_numbers(monkeypatch):
    """Many processes with many threads each stand in each other's way; what somebody has set stays."""
    for variable in pool.THREADS:
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setenv("OMP_NUM_THREADS", "3")
    pool.one_thread_each()
    assert [os.environ[variable] for variable in pool.THREADS] == ["1", "3", "1"]
