"""Bombs: whatever a small file wants, it gets at most five seconds, 150 MB and 40 bytes for each of its own."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

HERE = Path(__file__).parent


def reports(*arguments: str) -> list[dict[str, object]]:
    """Read every bomb in a process of its own, so that its memory is its own."""
    out = subprocess.run(
        [sys.executable, str(HERE / "bombs.py"), *arguments], capture_output=True, text=True, check=False
    )
    return [json.loads(line) for line in out.stdout.splitlines()]


def judged(found: list[dict[str, object]], figure: Callable[..., None]) -> None:
    """Hand over the worst and hold all against the limits."""
    slowest = max(found, key=lambda report: float(str(report["seconds"])))
    largest = max(found, key=lambda report: float(str(report["peak"])) / float(str(report["bytes"])))
    breaches = sum(bool(report["breaches"]) for report in found)
    most = f"at most {float(str(slowest['seconds'])):.1f} s and {int(str(largest['peak'])) / 2**20:.0f} MB"
    figure("F7", f"{len(found)} bombs, {breaches} breaches of a limit, {most}")
    assert len(found) >= 58
    assert not [report for report in found if report["breaches"]]


def test_small_bombs_do_no_harm(figure):
    """Each is refused or read within the limits, at 100 kB."""
    judged(reports("--size", "0.1"), figure)


@pytest.mark.heavy
def test_bombs_do_no_harm(figure):
    """Each is refused or read within the limits, at 2 MB."""
    judged(reports("--size", "2"), figure)
