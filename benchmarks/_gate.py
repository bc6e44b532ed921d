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
WANDERS = 0.25
"""A figure of which one known run is further below the median than this wanders by itself, and holds nothing."""


def place() -> dict[str, str]:
    """Return what a ratio depends on beside the code: it is compared with none of another processor or Python."""
    return {"processor": platform.machine(), "python": ".".join(platform.python_version_tuple()[:2])}


def baseline(runs: Iterable[Iterable[Figure]], before: dict[str, Any] | None = None) -> dict[str, Any]:
    """Return the median ratio of each figure over repeated runs, and the least that is no loss.

    Runs of a baseline before count too, if they can be compared: a machine has its days. A figure that wanders so far
    that work done twice could hide in it has no floor: it is shown and holds nothing.
    """
    ratios: dict[str, list[float]] = {}
    for figures in runs:
        for one in figures:
            if one.peer:
                ratios.setdefault(one.key, []).append(one.ratio)
    earlier = before["ratios"] if before is not None and comparable(before) else {}
    runs_of = {key: [*earlier.get(key, {"runs": []})["runs"], *found] for key, found in ratios.items()}
    return {**place(), "ratios": {key: _held(found) for key, found in runs_of.items()}}


def _held(found: list[float]) -> dict[str, Any]:
    """Return the row of one ratio."""
    median = statistics.median(found)
    floor = round((1 - BAND) * median, 3) if min(found) >= (1 - WANDERS) * median else None
    return {"ratio": round(median, 3), "floor": floor, "runs": [round(one, 3) for one in found]}


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
