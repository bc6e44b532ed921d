"""Whatever ends a worker or a run, nothing is lost, nothing is there twice, and the table comes out the same."""

from __future__ import annotations

import errno
import os
import re
import signal
import stat
import subprocess
import sys
import time
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import replace
from multiprocessing import get_context
from pathlib import Path

import numpy as np
import pytest

import exports
import pace
from corpus import ROOT
from pace.errors import InputError, LimitError, PaceError
from pace.formats.inside import Count
from pace.formats.places import leaves_of, places
from pace.table import batch as module
from pace.table import pool, writers
from pace.table import work as work_module
from pace.table.journal import SUFFIX
from robust.hostile import archives
from robust.material import written
from table import hard
from table.people import laid_out, short
from table.test_batch import Here


@pytest.fixture
def people(tmp_path):
    return laid_out(tmp_path / "people", people=2, each=6, n=80)


def expected(folder, tmp_path):
    """Return the table that an undisturbed run in this process writes."""
    pace.batch(folder, executor=Here(), out=tmp_path / "expected.jsonl")
    return (tmp_path / "expected.jsonl").read_bytes()


def test_a_file_that_kills_costs_only_itself(people, tmp_path, monkeypatch, figure):
    """It is tried alone, then its row says so; one that was only near a death is read; all within seconds."""
    monkeypatch.setattr(module, "work", hard.dying)
    (people / "person-0" / "deadly.gpx").write_bytes(written("gpx", short(50, n=80)))
    (people / "person-1" / "unlucky.gpx").write_bytes(written("gpx", short(51, n=80)))
    begun = time.monotonic()
    found = pace.batch(people, jobs=2)
    assert time.monotonic() - begun < 60
    lost = [row for row in found.rows() if row["error"]]
    assert [row["file"] for row in lost] == ["person-0/deadly.gpx"]
    assert "came to an end, twice" in lost[0]["error"]
    figure("F13", f"a file that kills its workers: {len(lost)} file set aside")
    monkeypatch.setattr(module, "work", __import__("pace.table.work", fromlist=["work"]).work)
    (people / "person-0" / "deadly.gpx").unlink()
    again = list(pace.batch(people, executor=Here()).rows())
    assert [row for row in found.rows() if not row["error"]] == again


def test_of_an_archive_only_one_member_is_lost(tmp_path, monkeypatch):
    """A part of an archive whose worker dies is read member by member."""

    def fragile(places, wanted):
        if any(place.part and place.part[0] <= 7 < place.part[1] for place in places):
            raise OSError("the worker has gone")
        return hard.work(places, wanted)

    monkeypatch.setattr(module, "work", fragile)
    files = {f"{k:03d}.gpx": written("gpx", short(k, n=80)) for k in range(40)}
    (tmp_path / "a.zip").write_bytes(exports.zipped(files))
    found = list(pace.batch(tmp_path / "a.zip", executor=Here()).rows())
    assert len(found) == 40
    assert [place for place, row in enumerate(found) if row["error"]] == [7]


def test_an_executor_that_breaks_for_good_is_said(people, tmp_path):
    """Somebody else's pool is not replaced; what was read is kept, and a new one goes on."""
    deadly = people / "person-1" / "999-deadly.gpx"
    deadly.write_bytes(written("gpx", short(50, n=80)))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "work", hard.dying)
        patch.setattr("pace.table.engine.MOST_PLACES", 1)
        with (
            ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool,
            pytest.raises(PaceError, match="executor that was given is broken"),
        ):
            pace.batch(people, executor=pool, jobs=1, out=tmp_path / "t.jsonl")
    assert os.listdir(tmp_path).count(f"t.jsonl{SUFFIX}") == 1
    seen = []

    class Counting(Here):
        def submit(self, task, /, *given, **named):
            seen.extend(given[0] if given else ())
            return super().submit(task, *given, **named)

    pace.batch(people, executor=Counting(), out=tmp_path / "t.jsonl", resume=True)
    assert [os.path.basename(place.path) for place in seen] == ["999-deadly.gpx"]
    assert (tmp_path / "t.jsonl").read_bytes() == expected(people, tmp_path)


def test_ctrl_c_leaves_no_output_and_a_journal(people, tmp_path, monkeypatch):
    """Stopped in the middle: no table, nothing else left behind, and the rest goes on from there."""

    def stopping(done, known):
        if done >= 5:
            raise KeyboardInterrupt

    monkeypatch.setattr("pace.table.engine.MOST_PLACES", 1)
    out = tmp_path / "t.jsonl"
    for _ in range(2):
        with pytest.raises(KeyboardInterrupt):
            pace.batch(people, executor=Here(), out=out, resume=True, progress=stopping)
        assert sorted(os.listdir(tmp_path)) == ["people", f"t.jsonl{SUFFIX}"]
    pace.batch(people, executor=Here(), out=out, resume=True)
    assert out.read_bytes() == expected(people, tmp_path)
    assert not (tmp_path / f"t.jsonl{SUFFIX}").exists()


@pytest.mark.parametrize("stop", [0, 33, 66, 99, 132])
def test_an_archive_that_was_stopped_goes_on_where_it_was(stop, tmp_path):
    """A big archive is read in parts: whichever of them were read before, the run that goes on reads the others."""
    files = {f"{k:03d}.gpx": written("gpx", short(k, n=80)) for k in range(140)}
    (tmp_path / "a.zip").write_bytes(exports.zipped(files))
    out = tmp_path / "t.jsonl"

    def stopping(done, known):
        if done >= stop:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        pace.batch(tmp_path / "a.zip", executor=Here(), out=out, progress=stopping)
    pace.batch(tmp_path / "a.zip", executor=Here(), out=out, resume=True)
    assert out.read_bytes() == expected(tmp_path / "a.zip", tmp_path)
    assert out.read_bytes().count(b"\n") == 140


def test_a_file_that_has_changed_is_read_again(people, tmp_path, monkeypatch):
    """What was read of a file counts as long as it is the same file."""
    monkeypatch.setattr("pace.table.engine.MOST_PLACES", 1)
    out = tmp_path / "t.jsonl"
    with pytest.raises(KeyboardInterrupt):
        pace.batch(
            people,
            executor=Here(),
            out=out,
            progress=lambda done, _: done < 6 or (_ for _ in ()).throw(KeyboardInterrupt),
        )
    (people / "person-0" / "001.gpx").write_bytes(written("gpx", short(77, n=90)))
    (people / "person-0" / "0000-new.gpx").write_bytes(written("gpx", short(78, n=90)))
    pace.batch(people, executor=Here(), out=out, resume=True)
    assert out.read_bytes() == expected(people, tmp_path)


def test_an_old_table_stays_until_the_new_one_is_whole(people, tmp_path, monkeypatch):
    """A full disk at any moment of writing: one line, the old table, nothing half."""
    out = tmp_path / "t.jsonl"
    out.write_text("old")

    def full(self, row):
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(writers.JsonLines, "write", full)
        with pytest.raises(InputError, match="No space left on device"):
            pace.batch(people, executor=Here(), out=out)
    assert out.read_text() == "old"
    assert sorted(os.listdir(tmp_path)) == ["people", "t.jsonl", f"t.jsonl{SUFFIX}"]
    pace.batch(people, executor=Here(), out=out, resume=True)
    assert out.read_bytes() == expected(people, tmp_path)


@pytest.mark.parametrize("where", ["leaves_of", "worked_out"])
def test_a_fault_of_ours_costs_one_file_and_tells_nothing(people, monkeypatch, where):
    """An error that nobody foresaw is the row of its file: its kind is told, and nothing that it may cite."""
    really = getattr(work_module, where)
    turns = iter(range(100))

    def faulty(*given):
        if next(turns) == 3:
            raise RuntimeError("49.41,8.69 of Ottilie")
        return really(*given)

    monkeypatch.setattr(work_module, where, faulty)
    found = [row["error"] for row in pace.batch(people, executor=Here()).rows()]
    assert len(found) == 12
    assert [error for error in found if error] == ["a fault of pace itself (RuntimeError): please report it"]


def test_a_fault_of_ours_costs_one_recording_of_a_file(tmp_path, monkeypatch):
    """What else lies in the same file keeps its row."""
    one = written("gpx", short(1)).decode()
    head, track, tail = re.fullmatch("(.*?)(<trk>.*</trk>)(.*)", one, flags=re.DOTALL).groups()
    (tmp_path / "kim").mkdir()
    (tmp_path / "kim" / "two.gpx").write_text(head + track + track + tail, encoding="utf-8")
    really, turns = work_module.worked_out, iter(range(2))

    def faulty(*given):
        if next(turns) == 0:
            raise RuntimeError("49.41,8.69 of Ottilie")
        return really(*given)

    monkeypatch.setattr(work_module, "worked_out", faulty)
    found = [row["error"] for row in pace.batch(tmp_path, executor=Here()).rows()]
    assert found == ["a fault of pace itself (RuntimeError): please report it", None]


def test_a_pool_that_breaks_while_work_is_handed_out_loses_nothing(people, tmp_path):
    """What could not be handed out is tried again like what was lost."""

    class Breaking(Here):
        turn = 0

        def submit(self, task, /, *given, **named):
            self.turn += 1
            if self.turn in (1, 3):
                raise BrokenProcessPool
            return super().submit(task, *given, **named)

    pace.batch(people, executor=Breaking(), out=tmp_path / "t.jsonl")
    assert (tmp_path / "t.jsonl").read_bytes() == expected(people, tmp_path)


def test_a_table_is_its_owners_only_and_reaches_the_disk(people, tmp_path, monkeypatch):
    """The content is written through before it has its name, and the name afterwards."""
    done, out = [], tmp_path / "t.csv"
    fsync, replace = os.fsync, os.replace

    def synced(handle):
        done.append("folder" if stat.S_ISDIR(os.fstat(handle).st_mode) else "file")
        fsync(handle)

    monkeypatch.setattr(os, "fsync", synced)
    monkeypatch.setattr(os, "replace", lambda *names: (done.append("name"), replace(*names)))
    pace.batch(people, executor=Here(), out=out)
    assert done == ["file", "name", "folder"]
    assert stat.S_IMODE(out.stat().st_mode) == 0o600


def test_workers_leave_ctrl_c_to_the_run():
    """A terminal sends it to all of them: they would end in the middle of a file, and say so, before the run does."""
    code = "from pace.table.pool import begin; import signal; begin(); signal.raise_signal(signal.SIGINT); print('on')"
    ran = subprocess.run([sys.executable, "-c", code], env=_environment(), capture_output=True, text=True, check=False)
    assert (ran.stdout, ran.stderr) == ("on\n", "")


STOPPED = """
import signal, sys
import pace

if __name__ == "__main__":
    before = signal.getsignal(signal.SIGINT)
    try:
        pace.batch(sys.argv[1], out="t.jsonl", jobs=1)
    except KeyboardInterrupt:
        print("stopped", signal.getsignal(signal.SIGINT) is before, signal.pthread_sigmask(signal.SIG_BLOCK, ()))
"""
PRESSED = """
import os, signal, sys, time

if "forkserver" in str(sys.orig_argv):
    {press}
    time.sleep(0.5)
"""


@pytest.mark.skipif(not hasattr(signal, "pthread_sigmask"), reason="needs POSIX")
@pytest.mark.parametrize("press", ["os.kill(os.getppid(), signal.SIGINT)", "os.killpg(0, signal.SIGINT)"])
def test_ctrl_c_while_a_worker_is_started_is_quiet(people, tmp_path, press):
    """A worker half started is not left behind to miss what the run took with it, and hears no Ctrl-C itself."""
    (tmp_path / "run.py").write_text(STOPPED)
    (tmp_path / "sitecustomize.py").write_text(PRESSED.format(press=press))
    env = _environment()
    env["PYTHONPATH"] += f"{os.pathsep}{tmp_path}"
    words = [sys.executable, "run.py", str(people)]
    ran = subprocess.run(
        words, cwd=tmp_path, env=env, capture_output=True, text=True, check=False, start_new_session=True
    )
    assert (ran.stdout, ran.stderr, ran.returncode) == ("stopped True set()\n", "", 0)


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="asks /proc")
def test_nothing_is_left_running_when_a_run_is_let_go():
    """Whoever lets workers go in the middle of their work waits until they have ended."""
    workers = pool.OwnProcesses(2)
    for _ in range(2):
        workers.submit(_asleep, [60], None)
    started = list(workers._pool._processes)
    assert started
    workers.close(now=True)
    assert [pid for pid in started if Path(f"/proc/{pid}").exists()] == []


def _asleep(items, wanted):
    time.sleep(items[0])


def test_a_temporary_folder_of_a_long_name_is_no_hindrance(people, tmp_path):
    """The name of a socket may have about a hundred letters: else workers are started in another way."""
    deep = tmp_path / ("x" * 60) / ("y" * 60)
    deep.mkdir(parents=True)
    code = "if __name__ == '__main__':\n import pace, sys; print(pace.batch(sys.argv[1], jobs=1).counts.rows)"
    (tmp_path / "run.py").write_text(code)
    words = [sys.executable, "run.py", str(people)]
    env = _environment() | {"TMPDIR": str(deep)}
    ran = subprocess.run(words, cwd=tmp_path, env=env, capture_output=True, text=True, check=False)
    assert (ran.stdout, ran.stderr) == ("12\n", "")


def test_a_part_of_an_archive_unpacks_to_no_more_than_its_share(tmp_path):
    """Cut into parts for several workers, an archive still unpacks to no more than it may as a whole."""
    (tmp_path / "a.zip").write_bytes(exports.zipped({f"{k}.gpx": bytes(2**20) for k in range(8)}))
    (place,) = places(tmp_path / "a.zip", Count())
    (whole,) = [replace(place, part=(0, 8), allowed=3 * 2**20)]
    errors = [leaf.error for leaf in leaves_of(whole, Count())]
    assert [type(error) for error in errors] == [type(None)] * 3 + [LimitError]


@pytest.mark.heavy
@pytest.mark.parametrize("hostile", list(archives()), ids=lambda hostile: hostile.name)
def test_a_hostile_archive_costs_the_good_files_nothing(hostile, tmp_path):
    """Cut into parts or not, every good file of it is read, every other has a reason, and it takes no time."""
    (tmp_path / hostile.name).write_bytes(hostile.data)
    begun = time.process_time()
    found = list(pace.batch(tmp_path / hostile.name, executor=Here()).rows())
    assert time.process_time() - begun < 5
    assert sum(row["error"] is None for row in found) == hostile.good
    assert found


@pytest.mark.parametrize(
    ("out", "reason"),
    [
        ("t.xlsx", "must end in"),
        ("no/t.csv", "must exist"),
        ("folder.csv", "plain file"),
        (f"{'n' * 300}.csv", "could not be written"),
        (f"{'n' * 250}.csv", "journal must be writable"),
    ],
)
def test_an_output_that_cannot_be_is_refused_first(people, tmp_path, out, reason):
    """Before a single file is read."""
    (tmp_path / "folder.csv").mkdir()
    with pytest.raises(InputError, match=reason):
        pace.batch(people, executor=Here(), out=tmp_path / out, progress=pytest.fail)


def test_a_run_that_kept_nothing_leaves_nothing(tmp_path):
    """A list that is none is refused; once it is mended the same command works."""
    listed = tmp_path / "list.csv"
    listed.write_text("a,b\n1,2\n")
    with pytest.raises(InputError, match="column `file`"):
        pace.batch(listed, executor=Here(), out=tmp_path / "t.csv", person_from="column")
    assert [path.name for path in tmp_path.iterdir()] == ["list.csv"]


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="asks /proc")
def test_workers_end_with_a_parent_that_was_killed(people, tmp_path):
    """No process is left waiting for a run that is gone."""
    folder = laid_out(tmp_path / "many", people=2, each=60, n=600)
    program = [sys.executable, "-m", "table.hard", str(folder), str(tmp_path / "t.jsonl"), "", "0"]
    with subprocess.Popen(program, cwd=ROOT / "tests", env=_environment()) as run:
        journal = tmp_path / f"t.jsonl{SUFFIX}"
        while run.poll() is None and not (journal.exists() and journal.stat().st_size > 1000):
            time.sleep(0.01)
        below = _below(run.pid)
        run.kill()
    assert len(below) >= 3
    end = time.monotonic() + 10
    while time.monotonic() < end and any(_alive(pid) for pid in below):
        time.sleep(0.05)
    assert not any(_alive(pid) for pid in below)


def test_a_script_without_a_guard_is_told(people, tmp_path):
    """Every process loads the script: one that would start processes by that is refused, in one sentence, at once."""
    script = tmp_path / "script.py"
    script.write_text(f"import pace\nprint(pace.batch({str(people)!r}, jobs=2, out='t.csv').counts.used)\n")
    ran = subprocess.run(
        [sys.executable, script],
        cwd=tmp_path,
        env=_environment(),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert ran.returncode == 1
    assert "below `if __name__ == '__main__':`" in ran.stderr
    assert ran.stdout == ""


def _environment():
    return os.environ | {"PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "tests")])}


def _below(parent):
    """Return the processes that a process has started, and those that they have started."""
    try:
        children = [int(pid) for pid in Path(f"/proc/{parent}/task/{parent}/children").read_text().split()]
    except OSError:
        return []
    return [*children, *(pid for child in children for pid in _below(child))]


def _alive(pid):
    """Tell whether a process still runs; one that has ended and waits to be noticed does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def alone(folder, out, seconds):
    """Run a batch as a program of its own, killed after so many seconds if there are any."""
    program = [sys.executable, "-m", "table.hard", str(folder), str(out), "--resume", f"{seconds:.3f}"]
    where = {"cwd": ROOT / "tests", "env": _environment(), "timeout": 300}
    return subprocess.run(program, check=False, stdout=subprocess.PIPE, **where)


def killed_and_resumed(folder, tmp_path, seeds):
    """Run with kill -9 at random moments until it ends; yield each table and how often it died.

    The moments lie within what an undisturbed run takes here, now.
    """
    longest = float(alone(folder, tmp_path / "undisturbed.jsonl", 0).stdout)
    for seed in seeds:
        dice, out = np.random.default_rng(seed), tmp_path / f"{seed}.jsonl"
        deaths, code = 0, 1
        while code != 0:
            seconds = dice.uniform(0.05, 0.8) * longest if deaths < 3 else 0
            code = alone(folder, out, seconds).returncode
            assert code in (0, -signal.SIGKILL)
            deaths += code != 0
            assert code == 0 or not out.exists()
        yield out.read_bytes(), deaths


@pytest.mark.heavy
def test_kill_9_at_any_moment_changes_nothing(tmp_path, figure):
    """Killed up to three times at random moments and gone on with: the table of an undisturbed run, every time."""
    folder = laid_out(tmp_path / "people", people=3, each=25, n=80)
    whole = expected(folder, tmp_path)
    deaths = 0
    for table, died in killed_and_resumed(folder, tmp_path, range(3)):
        assert table == whole
        deaths += died
    assert deaths >= 3
    assert not list(tmp_path.glob(f"*{SUFFIX}"))
    assert not list(tmp_path.glob(".pace-*"))
    figure("F10", f"{deaths} kills of a script, 3 tables: byte for byte the same")


def test_a_thread_pool_may_be_given(people):
    """Any executor will do."""
    with ThreadPoolExecutor(3) as threads:
        assert pace.batch(people, executor=threads).counts.used == 12
