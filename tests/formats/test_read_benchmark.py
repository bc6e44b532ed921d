"""The benchmark of reading does not rot."""

from __future__ import annotations

import os
import subprocess
import sys

from benchmarks._figures import handed_over
from corpus import ROOT


def test_the_benchmark_runs_and_every_reader_agrees(tmp_path):
    """At a tiny size, each installed reader gives the same samples as ours, and the figures are handed over."""
    path = tmp_path / "figures"
    command = [sys.executable, "benchmarks/read.py", "--tiny"]
    named = {**os.environ, "PACE_FIGURES": str(path)}
    out = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT, env=named)
    figures = handed_over(path)
    beside = [one for one in figures if one.peer]
    assert {one.peer.split()[0] for one in beside} >= {"fitparse", "gpxpy", "lxml", "plain"}
    assert all(one.ratio > 0 for one in beside)
    assert "import: pace.read" in out.stdout
