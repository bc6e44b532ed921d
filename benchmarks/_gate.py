"""Whether a ratio was lost: today's figures beside those of a baseline, and how far they wander by themselves."""

from __future__ import annotations

import json
import platform
import re
import statistics
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from benchmarks._figures import Figure

BASELINE = Path(__file__).parent / "baseline.json"
BAND = 0.40
"""Of the baseline: a smaller loss may be the machine's, since a busy and a quiet one differ by a quarter for the same
code; work done twice is a loss of a half and must be seen."""
SPREADS = 2.0
"""Standard deviations of repeated runs that must fit into the band; the best of three runs counts."""


def place() -> dict[str, str]:
    """Return what a ratio depends on beside the code: it is compared with none of another processor or Python."""
    return {"processor": platform.machine(), "python": ".".join(platform.python_version_tuple()[:2])}


def baseline(runs: Iterable[Iterable[Figure]]) -> dict[str, Any]:
    """Return the median ratio of each figure over repeated runs, its spread, and the least that is no loss.

    A figure that wanders so far that work done twice could hide in it has no floor: it is shown and holds nothing.
    """
    ratios: dict[str, list[float]] = {}
    for figures in runs:
        for one in figures:
            if one.peer:
                ratios.setdefault(one.key, []).append(one.ratio)
    return {**place(), "ratios": {key: _held(found) for key, found in ratios.items()}}


def _held(found: list[float]) -> dict[str, Any]:
    """Return the row of one ratio."""
    median = statistics.median(found)
    spread = statistics.stdev(found) / median
    floor = round((1 - BAND) * median, 3) if SPREADS * spread <= BAND else None
    runs = [round(one, 3) for one in found]
    return {"ratio": round(median, 3), "spread": round(spread, 3), "floor": floor, "runs": runs}


def comparable(known: dict[str, Any]) -> bool:
    """Tell whether a baseline was measured by the same Python on the same kind of processor."""
    return {name: known.get(name) for name in place()} == place()


def lost(figures: Iterable[Figure], known: dict[str, Any]) -> list[str]:
    """Return the keys of figures whose ratio is below the floor, and of those that are held and no longer measured."""
    today = {one.key: one.ratio for one in figures}
    floors = {key: row["floor"] for key, row in known["ratios"].items() if row["floor"] is not None}
    return [key for key, floor in floors.items() if not today.get(key, 0.0) >= floor]


def read() -> dict[str, Any]:
    """Return the baseline that is kept beside the benchmarks."""
    known: dict[str, Any] = json.loads(BASELINE.read_text(encoding="utf-8"))
    return known


def write(known: dict[str, Any]) -> None:
    """Keep a baseline."""
    text = re.sub(r"\s+(?=[-0-9.]+(,|\s*\]))", " ", json.dumps(known, indent=1))  # the runs of a figure on one line
    BASELINE.write_text(re.sub(r"(\d)\s+\]", r"\1]", text) + "\n", encoding="utf-8")
