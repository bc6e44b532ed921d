"""The benchmark of reading does not rot."""

from __future__ import annotations

import json
import subprocess
import sys

from corpus import ROOT


def test_the_benchmark_runs_and_every_reader_agrees(tmp_path):
    """At a tiny size, each installed reader gives the same samples as ours, and the figures are written."""
    path = tmp_path / "figures.json"
    command = [sys.executable, "benchmarks/read.py", "--tiny", "--json", str(path)]
    out = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT)
    figures = json.loads(path.read_text())
    assert {row["peer"].split()[0] for row in figures["rows"]} >= {"fitparse", "gpxpy", "lxml", "plain"}
    assert all(row["ratio"] > 0 for row in figures["rows"])
    assert "import: pace.read" in out.stdout
