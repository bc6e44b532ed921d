"""`pace batch`: a table and an account of what became of the files."""

from __future__ import annotations

import json
import os
import pty
import signal
import subprocess
import sys
import time

import pytest

import exports
from cli.test_documents import agree, keys
from corpus import ROOT
from pace.table.journal import SUFFIX
from robust.material import written
from table.people import laid_out, long_way, short
from table.test_dask import cluster

pytestmark = pytest.mark.usefixtures("in_threads")


@pytest.fixture
def in_threads(monkeypatch):
    """Let the command work in a thread here: processes have their own tests, and take a second to start."""
    from concurrent.futures import ThreadPoolExecutor

    from pace.table import batch as module
    from pace.table.pool import Given

    monkeypatch.setattr(module, "OwnProcesses", lambda jobs: Given(ThreadPoolExecutor(1), 2))


@pytest.fixture
def people(tmp_path):
    folder = laid_out(tmp_path / "people", people=2, each=3, n=80)
    (folder / "person-0" / "ride.gpx").write_bytes(written("gpx", short(50)).replace(b">running<", b">cycling<"))
    (folder / "person-0" / "bad.fit").write_bytes(b"nonsense")
    (folder / "person-0" / "note.txt").write_text("x")
    for suffix in ("fit", "gpx"):
        (folder / "person-1" / f"long.{suffix}").write_bytes(written(suffix, long_way(3)))
    return folder


def test_the_account_adds_up(command, people, tmp_path):
    """What was used, doubled, left out and unreadable, with the reasons, on standard output; nothing on the other."""
    ran = command("batch", str(people), "-o", str(tmp_path / "t.csv"))
    assert ran.code == 0
    assert ran.err == ""
    assert "7 activities of 2 people are in" in ran.out.replace("\n", " ")
    for line in (
        "Rows            10",
        "Used            7",
        "The same again  1",
        "Left out        1",
        "Passed over     1",
    ):
        assert line in ran.out
    assert "1  a ride" in ran.out
    assert len((tmp_path / "t.csv").read_text().splitlines()) == 11


def test_the_document_is_as_documented(command, people, tmp_path):
    """Every key of `pace.batch/1` is in its table; a reason stands for any."""
    document = json.loads(command("batch", str(people), "-o", str(tmp_path / "t.jsonl"), "--json", "--quiet").out)
    found = keys(document, stop=tuple(f"{part}.{one}" for part in ("left_out", "errors") for one in document[part]))
    agree({name.partition(".")[0] + ".REASON" if "." in name else name for name in found}, "## `pace.batch/1`")
    counted = document["used"] + document["duplicates"]
    counted += sum(document["left_out"].values()) + sum(document["errors"].values())
    assert counted == document["rows"]


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("x", "-o", "t.xlsx"), 2, "a table is a .parquet, .csv or .jsonl"),
        (("x", "-o", "nowhere/t.csv"), 1, "make it first"),
        (("nowhere", "-o", "t.csv"), 1, "no file could be read"),
        (("x",), 2, ""),
        (("-o", "t.csv"), 2, ""),
        (("x", "-o", "t.csv", "--label", "a"), 2, ""),
        (("x", "-o", "t.csv", "--jobs", "0"), 2, ""),
        (("x", "-o", "t.csv", "--jobs", "2", "--dask", "tcp://x"), 2, ""),
    ],
)
def test_what_goes_wrong_is_one_line(command, tmp_path, monkeypatch, words, code, said):
    """1 for what cannot be read or written, 2 for a slip; never a traceback."""
    monkeypatch.chdir(tmp_path)
    ran = command("batch", *words)
    assert ran.code == code
    assert said in ran.err
    assert "Traceback" not in ran.err
    if code == 1:
        assert len([line for line in ran.err.splitlines() if line.startswith("pace:")]) == 1


def test_an_unfinished_run_is_in_the_way_until_told_to_go_on(command, people, tmp_path):
    """Without --resume nothing is touched; with it the run goes on and cleans up behind itself."""
    journal = tmp_path / f"t.csv{SUFFIX}"
    journal.write_bytes(b"")
    refused = command("batch", str(people), "-o", str(tmp_path / "t.csv"))
    assert refused.code == 1
    assert "--resume" in refused.err
    assert command("batch", str(people), "-o", str(tmp_path / "t.csv"), "--resume").code == 0
    assert not journal.exists()


def test_a_missing_library_is_named(command, people, tmp_path, monkeypatch):
    """Without pyarrow or dask one line says what to install, before anything is read."""
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    monkeypatch.setitem(sys.modules, "distributed", None)
    assert "pace-match[parquet]" in command("batch", str(people), "-o", str(tmp_path / "t.parquet")).err
    assert "pace-match[dask]" in command("batch", str(people), "-o", str(tmp_path / "t.csv"), "--dask", "tcp://x").err
    assert sorted(os.listdir(tmp_path)) == ["people"]


def test_a_pipe_gets_plain_lines(command, people, tmp_path, monkeypatch):
    """Progress in a pipe is a line now and then, without any control character; --quiet has none."""
    from pace_cli import batch

    monkeypatch.setattr(batch, "EVERY_S", 0.0)
    ran = command("batch", str(people), "-o", str(tmp_path / "t.csv"))
    lines = ran.err.splitlines()
    assert lines
    assert all(line.startswith("pace: ") and " files/s" in line and line.isprintable() for line in lines)
    assert command("batch", str(people), "-o", str(tmp_path / "u.csv"), "--quiet").err == ""


def test_an_export_is_read_whole(command, tmp_path):
    """A Strava archive as it was downloaded: its activities are in the table, the rest is counted."""
    files = {f"{k}.gpx": written("gpx", short(k)) for k in range(3)}
    (tmp_path / "export_1.zip").write_bytes(exports.zipped(exports.strava(files)))
    document = json.loads(command("batch", str(tmp_path / "export_1.zip"), "-o", str(tmp_path / "t.csv"), "--json").out)
    assert (document["used"], document["people"], document["errors"]) == (3, 1, {})
    assert document["passed_over"] == 6


def run(words, **more):
    """Start the command as a program of its own."""
    environment = os.environ | {"COLUMNS": "80", "TERM": "xterm-256color"}
    return subprocess.Popen([sys.executable, "-m", "pace_cli", "batch", *words], cwd=ROOT, env=environment, **more)


def everything(terminal):
    """Return what a terminal is shown until it is closed at the other end."""
    shown = b""
    try:
        while piece := os.read(terminal, 4096):
            shown += piece
    except OSError:
        pass
    os.close(terminal)
    return shown


def test_a_terminal_gets_a_bar(tmp_path):
    """On a terminal a bar moves, and the account that follows is the same as in a pipe."""
    folder = laid_out(tmp_path / "people", people=1, each=3, n=80)
    ours, theirs = pty.openpty()
    with run([str(folder), "-o", str(tmp_path / "t.csv"), "--jobs", "1"], stdout=subprocess.PIPE, stderr=theirs) as ran:
        os.close(theirs)
        shown = everything(ours)
        out = ran.stdout.read().decode()
    assert ran.returncode == 0
    assert b"reading" in shown
    assert "3 activities of 1 person" in out
    assert "\x1b" not in out


@pytest.mark.parametrize("looked_at", [False, True], ids=["a pipe", "a terminal"])
def test_ctrl_c_says_how_to_go_on(tmp_path, looked_at):
    """Stopped by hand: exit code 130, one line, no table, and the journal is there; the line is not torn by the bar."""
    folder = laid_out(tmp_path / "people", people=1, each=30, n=900)
    for path in sorted(folder.rglob("*.*")):  # many names of few files: more than a busy machine reads meanwhile
        for k in range(60):
            os.link(path, path.with_stem(f"{path.stem}-{k}"))
    out = tmp_path / "t.csv"
    ours, theirs = pty.openpty() if looked_at else os.pipe()
    with run([str(folder), "-o", str(out), "--jobs", "1"], stderr=theirs) as ran:
        os.close(theirs)
        journal = tmp_path / f"t.csv{SUFFIX}"
        while ran.poll() is None and not (journal.exists() and journal.stat().st_size > 1000):
            time.sleep(0.01)
        ran.send_signal(signal.SIGINT)
        said = everything(ours).decode()
    before, _, after = said.partition("pace: stopped; nothing was written.")
    assert before.endswith("\x1b[2K" if looked_at else "")
    assert "files/s" not in after
    assert ran.returncode == 130
    assert "with --resume goes on" in " ".join(after.split())
    assert "Traceback" not in said
    assert sorted(os.listdir(tmp_path)) == ["people", f"t.csv{SUFFIX}"]


def test_nobody_waits_for_ever_for_a_cluster(command, tmp_path, monkeypatch):
    """It is asked for some seconds, and that it does not answer is one line."""
    distributed = pytest.importorskip("distributed")
    asked = []

    def silent(address, **how):
        asked.append(how["timeout"])
        raise TimeoutError

    monkeypatch.setattr(distributed, "Client", silent)
    ran = command("batch", str(tmp_path), "-o", str(tmp_path / "t.csv"), "--dask", "tcp://127.0.0.1:9")
    assert (ran.code, ran.err.count("\n")) == (1, 1)
    assert asked[0] <= 30


@pytest.mark.heavy
@pytest.mark.filterwarnings("ignore")
def test_the_command_reads_on_a_cluster(tmp_path, command):
    """`--dask ADDRESS` writes the table of this machine; an address where nobody answers is one line."""
    folder = laid_out(tmp_path / "people", people=2, each=6, n=100)
    assert command("batch", str(folder), "-o", str(tmp_path / "expected.csv")).code == 0
    with cluster(1) as client:
        ran = command("batch", str(folder), "-o", str(tmp_path / "t.csv"), "--dask", client.scheduler.address)
    assert ran.code == 0
    assert (tmp_path / "t.csv").read_bytes() == (tmp_path / "expected.csv").read_bytes()
    begun = time.monotonic()
    ran = command("batch", str(folder), "-o", str(tmp_path / "u.csv"), "--dask", "tcp://127.0.0.1:9")
    assert time.monotonic() - begun < 30
    assert ran.code == 1
    assert "does not answer" in ran.err
