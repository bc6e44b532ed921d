"""A full disk, a folder that cannot be written, a folder that vanished: one line, nothing lost, nothing half."""

import os
import shutil
import stat
import subprocess
import sys
from contextlib import contextmanager

import pytest

from corpus import ROOT
from library.people import person_of, summary
from pace.errors import LibraryError
from pace.library import Library, connection, rows
from pace.person.about import About


def put(library, label, n=40):
    with library._writing() as db:
        person = rows.write_person(db, rows.number(db, label), person_of(label, About(walk_speed=1.5), None))
        rows.write_summaries(db, person, [summary((label, number)) for number in range(n)])


def everybody(path):
    with Library.open(path, create=False) as library:
        return {person.label: person.n_activities for person in library.people()}


@contextmanager
def mounted(place, *options):
    """Mount a small file system of its own, where that is permitted."""
    place.mkdir(exist_ok=True)
    done = subprocess.run(["mount", "-t", "tmpfs", *options, "none", place], capture_output=True)
    if done.returncode:
        pytest.skip("no file system can be mounted here")
    try:
        yield place
    finally:
        subprocess.run(["umount", place], check=True)


def command(*words, **env):
    """Run the command as a user does."""
    env = {
        "PYTHONPATH": f"{ROOT / 'cli'}:{ROOT}",
        "PATH": "/usr/bin:/bin",
        "OPENBLAS_NUM_THREADS": "1",
        "COLUMNS": "80",
        **env,
    }
    return subprocess.run([sys.executable, "-m", "pace_cli", *map(str, words)], env=env, capture_output=True, text=True)


@pytest.mark.skipif(shutil.which("mount") is None, reason="needs mount")
def test_a_full_disk_costs_only_what_did_not_fit(tmp_path):
    """On a disk of 1 MB adding goes on until it is full; then one line, and all that was acknowledged is there."""
    with mounted(tmp_path / "small", "-o", "size=1m") as place:
        path, there = place / "people.db", {}

        def fill_up(library):
            for number in range(1000):
                put(library, f"person {number}")
                there[f"person {number}"] = 40

        with Library.open(path) as library, pytest.raises(LibraryError, match=r"full.*nothing was changed"):
            fill_up(library)
        assert len(there) > 2
        assert everybody(path) == there


@pytest.mark.skipif(shutil.which("mount") is None, reason="needs mount")
def test_a_full_disk_delays_the_sweep_and_nothing_else(tmp_path):
    """Where there is no room to write the file anew a person is gone all the same, and swept out when there is room."""
    with mounted(tmp_path / "small", "-o", "size=1m") as place:
        path, filler = place / "people.db", place / "filler"
        with Library.open(path) as library:
            for label in ("a", "b", "zebrafinch"):
                put(library, label)
        filler.write_bytes(bytes(os.statvfs(place).f_bavail * os.statvfs(place).f_frsize - 120_000))
        with Library.open(path) as library:
            with pytest.raises(LibraryError, match=r"gone, but .* traces .*full.*opened next"):
                library.forget("zebrafinch")
            assert library.unswept
        with Library.open(path) as library:
            assert library.unswept
            assert [person.label for person in library.people()] == ["a", "b"]
        assert "traces of somebody forgotten" in command("person", "list", "--library", path).stderr
        filler.unlink()
        with Library.open(path) as library:
            assert not library.unswept
        assert b"zebrafinch" not in path.read_bytes()


FORGETFUL = """
import contextlib, sys
from pace.errors import LibraryError
from pace.library import Library, connection
path, key = sys.argv[1], sys.argv[2] or None
memory = connection._connected("file::memory:", key)
for limit in range(800_000, 20_000, -5_000):
    with contextlib.suppress(MemoryError):
        memory.execute(f"PRAGMA hard_heap_limit = {limit}").fetchall()
    try:
        with Library.open(path, key, create=False) as library:
            print(len(library.people()))
    except LibraryError as error:
        print(error)
"""


@pytest.mark.parametrize("key", ["", f"x'{'5e' * 32}'"], ids=["plain", "encrypted"])
def test_too_little_memory_is_one_line_and_no_damage(tmp_path, key):
    """With ever less memory for the database a library is read as it is, or one line says that memory is short."""
    if key:
        pytest.importorskip("sqlcipher3")
    path = tmp_path / "people.db"
    with Library.open(path, key or None) as library:
        put(library, "Robin")
    done = subprocess.run(
        [sys.executable, "-c", FORGETFUL, path, key],
        env={"PYTHONPATH": str(ROOT), "OPENBLAS_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
    )
    assert done.stderr == ""
    said = done.stdout.splitlines()
    short = [line for line in said if line.startswith("there is not enough memory for the library: nothing was")]
    assert len(short) > 20
    assert set(said) == {"1", *short}


LIMITED = """
import resource, signal, sys
from pace_cli.main import run
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (60_000, 60_000))
sys.argv = ["pace", *sys.argv[1:]]
run()
"""


@pytest.mark.skipif(os.name != "posix", reason="needs a limit on the size of files")
def test_a_limit_on_files_is_one_line(tmp_path):
    """Where a file may not grow any more, the command says so in one line and leaves everything as it was."""
    path = tmp_path / "people.db"
    with Library.open(path) as library:
        put(library, "Robin", 10)
    before = everybody(path)
    env = {"PYTHONPATH": f"{ROOT / 'cli'}:{ROOT}", "PATH": "/usr/bin:/bin", "PACE_LIBRARY": str(path), "COLUMNS": "80"}
    words = ["person", "add", "amber bay", ROOT / "sample_activities" / "client"]
    done = subprocess.run([sys.executable, "-c", LIMITED, *map(str, words)], env=env, capture_output=True, text=True)
    assert done.returncode == 1
    assert done.stdout == ""
    assert len(done.stderr.splitlines()) == 1
    assert "nothing was changed" in done.stderr
    assert everybody(path) == before


@pytest.mark.skipif(shutil.which("mount") is None, reason="needs mount")
def test_on_a_read_only_disk_people_can_be_used(tmp_path):
    """A library on a disk that cannot be written can be read, and says in one line that nothing can be changed."""
    with mounted(tmp_path / "disk") as place:
        path = place / "people.db"
        with Library.open(path) as library:
            put(library, "Robin", 3)
        subprocess.run(["mount", "-o", "remount,ro", place], check=True)
        assert everybody(path) == {"Robin": 3}
        with Library.open(path) as library:
            assert not library.writable
            assert len(library.profile("Robin").summaries) == 3
            for change in (lambda: library.forget("Robin"), lambda: library.add("x", about=About(walk_speed=1.5))):
                with pytest.raises(LibraryError, match="not changed"):
                    change()
        done = command("person", "forget", "Robin", "--library", path)
        assert (done.returncode, done.stdout, len(done.stderr.splitlines())) == (1, "", 1)
        assert command("person", "list", "--library", path).stdout.startswith("Robin  3 recordings")
        done = command("person", "add", "x", "--walk", "10:30", "--library", place / "new.db")
        assert (done.returncode, len(done.stderr.splitlines())) == (1, 1)


@pytest.mark.skipif(shutil.which("mount") is None, reason="needs mount")
def test_an_unclosed_library_on_a_read_only_disk_is_not_half_read(tmp_path):
    """Where the journal still holds changes and nothing can be written, no old state is shown, but what to do."""
    with mounted(tmp_path / "disk") as place:
        path = place / "people.db"
        with Library.open(tmp_path / "people.db") as library:
            put(library, "Robin", 3)
            for name in ("people.db", "people.db-wal"):
                shutil.copy(tmp_path / name, place / name)
        subprocess.run(["mount", "-o", "remount,ro", place], check=True)
        with pytest.raises(LibraryError, match="not closed properly"):
            Library.open(path)


def test_a_folder_that_vanished_is_one_line(tmp_path):
    """Neither a folder that is not there, nor a file where a folder should be, is a traceback."""
    (tmp_path / "file").write_text("x")
    for path in (tmp_path / "nowhere" / "people.db", tmp_path / "file" / "people.db"):
        for words in (("person", "add", "Robin", "--walk", "10:30"), ("person", "forget", "Robin")):
            done = command(*words, "--library", path)
            assert "Traceback" not in done.stderr
            assert (done.returncode, len(done.stderr.splitlines())) == (1, 1)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file"]


@pytest.mark.skipif(os.name != "posix", reason="modes are POSIX")
def test_the_usual_place_is_made_for_its_owner_only(tmp_path):
    """With no mask at all the folder of the library is 0700 and the file 0600."""
    old = os.umask(0)
    try:
        done = command(
            "person", "add", "Robin", "--walk", "10:30", XDG_DATA_HOME=str(tmp_path / "data"), HOME=str(tmp_path)
        )
    finally:
        os.umask(old)
    assert done.returncode == 0, done.stderr
    (found,) = tmp_path.rglob("people.db")
    assert stat.S_IMODE(found.stat().st_mode) == 0o600
    assert {stat.S_IMODE(one.stat().st_mode) for one in (found.parent, tmp_path / "data")} == {0o700}
    assert str(found) in done.stderr
    assert "not encrypted" in done.stderr


def test_an_export_that_cannot_be_written_leaves_the_old_one(tmp_path):
    """Where the file of a person cannot be written, the old one stays, and it is one line."""
    path = tmp_path / "people.db"
    with Library.open(path) as library:
        put(library, "Robin", 1)
    target = tmp_path / "folder"
    target.mkdir()
    for where in (target, tmp_path / "nowhere" / "robin.json"):
        done = command("person", "export", "Robin", where, "--library", path)
        assert (done.returncode, len(done.stderr.splitlines())) == (1, 1)
    good = tmp_path / "robin.json"
    assert command("person", "export", "Robin", good, "--library", path).returncode == 0
    if os.name == "posix":
        assert stat.S_IMODE(good.stat().st_mode) == 0o600


def test_what_cannot_be_looked_at_is_not_said_to_be_missing(tmp_path):
    """A name that the system refuses is an error; one that is free, or below a file, is a library not there yet."""
    (tmp_path / "file").touch()
    assert not connection.exists(tmp_path / "free.db")
    assert not connection.exists(tmp_path / "file" / "below.db")
    with pytest.raises(LibraryError, match="File name too long"):
        connection.exists(tmp_path / ("n" * 300))
