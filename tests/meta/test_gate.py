"""A ratio that is lost is seen, and noise is not taken for a loss."""

import json
import os
import subprocess
import sys
from dataclasses import replace

import pytest

from benchmarks import __main__ as bench
from benchmarks import _gate
from benchmarks._figures import Figure, handed_over
from corpus import ROOT

READ = Figure(name="read", unit="ms", ours=1.0, peer="other 1.2.0", theirs=100.0)
STEADY, WILD = (0.97, 1.0, 1.02, 0.99, 1.04), (0.6, 1.0, 1.5, 0.8, 1.3)


def known(wander):
    """Return the baseline of a figure that wanders like this."""
    return _gate.baseline([[replace(READ, theirs=100.0 * factor)] for factor in wander])


@pytest.mark.parametrize(("today", "missed"), [(120.0, 0), (100.0, 0), (65.0, 0), (55.0, 1), (50.0, 1)])
def test_a_third_may_be_the_machine_s_and_a_half_is_a_loss(today, missed):
    """Of a steady figure, a loss of a third passes, and work done twice does not."""
    assert len(_gate.lost([replace(READ, theirs=today)], known(STEADY))) == missed


def test_what_wanders_widely_holds_nothing():
    """A figure in whose noise a loss could hide is shown, and neither passes nor fails."""
    assert _gate.lost([replace(READ, theirs=1.0)], known(WILD)) == []


def test_what_is_no_longer_measured_is_lost():
    """A benchmark that has gone is no way through the gate; another version of its peer is the same figure."""
    assert _gate.lost([], known(STEADY)) == [READ.key]
    assert _gate.lost([replace(READ, peer="other 2.0")], known(STEADY)) == []


def test_what_was_measured_on_another_day_counts_too():
    """Runs are added to those of a baseline before, and to none of another machine."""
    before, today = known(STEADY), [[replace(READ, theirs=60.0)]]
    assert _gate.baseline(today, before)["ratios"][READ.key] == _gate._held([100.0 * one for one in (*STEADY, 0.6)])
    other = {**before, "processor": "abacus"}
    assert _gate.baseline(today, other) == _gate.baseline(today)


def test_another_processor_or_python_is_not_compared(monkeypatch):
    """Ratios of another machine say nothing of the code."""
    before = known(STEADY)
    assert _gate.comparable(before)
    monkeypatch.setattr(_gate.platform, "machine", lambda: "abacus")
    assert not _gate.comparable(before)


def test_every_promise_of_a_figure_is_held():
    """What must be so many times, at least or at most, is told apart."""
    told = {
        replace(READ, least=100.0): True,
        replace(READ, least=101.0): False,
        replace(READ, low=1.0, high=1.0): True,
        replace(READ, low=1.1): False,
        replace(READ, high=0.9): False,
        READ: None,
    }
    assert {one: one.held for one in told} == told


def test_the_baseline_sees_work_done_twice():
    """Every floor lies above half of what was measured, and there are such figures of each reader."""
    rows = _gate.read()["ratios"]
    held = {key: row for key, row in rows.items() if row["floor"] is not None}
    assert all(row["floor"] > 0.55 * row["ratio"] for row in held.values())
    assert all(any(key.startswith(f"read {suffix}") for key in held) for suffix in ("fit", "gpx", "tcx"))


def test_two_runs_of_one_commit_are_one_table(tmp_path):
    """What was measured again stands in place of what was, beside the rest; another size stands alone."""
    other = replace(READ, name="match")
    bench.keep([READ, other], tmp_path, "full")
    bench.keep([replace(READ, ours=2.0)], tmp_path, "full")
    (path,) = tmp_path.iterdir()
    assert bench.kept(path) == [other, replace(READ, ours=2.0)]
    bench.keep([READ], tmp_path, "tiny")
    assert bench.kept(path) == [READ]


def test_the_table_shown_is_what_was_measured(golden):
    """The page shows the newest results that are kept, with their day, their size and what they were measured on."""
    (path,) = (ROOT / "benchmarks" / "results").glob("*.json")
    page = ROOT / "benchmarks" / "README.md"
    head, _, rest = page.read_text(encoding="utf-8").partition("--renew-golden` -->\n")
    said = json.loads(path.read_text(encoding="utf-8"))
    where = (
        f"{said['date']}, size {said['size']}, {said['processor']}, Python {said['python']}, commit {said['commit']}"
    )
    text = f"{head}--renew-golden` -->\n{where}:\n\n{bench.table(bench.kept(path))}\n"
    golden.file(page, text + rest[rest.index("<!-- end of figures -->") :])


TWICE = """
import runpy, sys
sys.path[:0] = ["benchmarks", "."]
import _read_peers
once = _read_peers.ours
_read_peers.ours = lambda data: (once(data), once(data))[1] if TWICE else once(data)
sys.argv = ["read.py", "--middle", "--format", "fit"]
runpy.run_path("benchmarks/read.py", run_name="__main__")
"""


@pytest.mark.heavy
@pytest.mark.parametrize("twice", [False, True])
def test_a_reader_that_reads_twice_fails_the_gate(twice, tmp_path, monkeypatch):
    """With the reader as it is the gate lets pass; when every file is read twice, it does not."""
    before = _gate.read()
    if not _gate.comparable(before):
        pytest.skip("the baseline is of another processor or Python")
    before["ratios"] = {key: row for key, row in before["ratios"].items() if key.startswith("read fit")}

    def slowed(name, size):
        path = tmp_path / "figures"
        path.unlink(missing_ok=True)
        code = TWICE.replace("TWICE", str(twice))
        subprocess.run(
            [sys.executable, "-c", code], cwd=ROOT, env={**os.environ, "PACE_FIGURES": str(path)}, check=True
        )
        return handed_over(path), True

    monkeypatch.setattr(bench, "run", slowed)
    monkeypatch.setattr(bench, "TIMED", ["read"])
    monkeypatch.setattr(_gate, "read", lambda: before)
    assert bench.gate(slowed("read", "middle")[0], "middle") == int(twice)
