"""What every benchmark hands over: figures of our own, each beside a peer's, and what is promised of them."""

from __future__ import annotations

import json
import math
import os
import re
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal, TypeVar

Made = TypeVar("Made")
Size = Literal["tiny", "middle", "full"]
"""Tiny: does it still work? Middle: seconds, steady enough to see a loss. Full: what stands in the README."""
SIZES: tuple[Size, ...] = ("tiny", "middle", "full")


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One figure; time is that of processors, so that a busy machine counts little.

    Attributes
    ----------
    name : str
        What was done.
    unit : str
        Of both values, such as ms.
    ours : float
        How long it took us, or how large or how far off we were.
    peer : str
        Who did the same work in the same run; empty where nobody does it.
    theirs : float
        The peer's value, NaN without one.
    least : float or None
        How many times ours the peer's must be, at least.
    low, high : float or None
        Between which ours must lie.
    """

    name: str
    unit: str
    ours: float
    peer: str = ""
    theirs: float = math.nan
    least: float | None = None
    low: float | None = None
    high: float | None = None

    @property
    def key(self) -> str:
        """Return what tells this figure from all others, run after run; whatever the version of the peer."""
        return f"{self.name} | {re.sub(r' [0-9.]+$', '', self.peer)}"

    @property
    def ratio(self) -> float:
        """Return how many times ours the peer's is: more is better; NaN without a peer."""
        return self.theirs / self.ours if self.ours else math.nan

    @property
    def held(self) -> bool | None:
        """Tell whether what is promised is kept; None where nothing is."""
        if self.least is self.low is self.high is None:
            return None
        high = math.inf if self.high is None else self.high
        return (self.least is None or self.ratio >= self.least) and (self.low or 0.0) <= self.ours <= high


def quickest(work: Callable[[], Made], *, n: int) -> tuple[float, Made]:
    """Return the shortest processor time of n runs, s, and what the last of them made."""
    shortest = math.inf
    for _ in range(n):
        start = time.process_time()
        made = work()
        shortest = min(shortest, time.process_time() - start)
    return shortest, made


def size() -> Size:
    """Return the size that was asked for: `--tiny`, `--middle`, else full."""
    return next((one for one in SIZES if f"--{one}" in sys.argv), "full")


def hand_over(*figures: Figure) -> None:
    """Write figures to the file that PACE_FIGURES names, a line each; what is promised is promised at full size."""
    unpromised = {} if size() == "full" else {"least": None, "low": None, "high": None}
    if path := os.environ.get("PACE_FIGURES"):
        with Path(path).open("a", encoding="utf-8") as file:
            file.writelines(json.dumps(asdict(one) | unpromised) + "\n" for one in figures)


def handed_over(path: Path) -> list[Figure]:
    """Return the figures that a benchmark wrote."""
    return (
        [Figure(**json.loads(line)) for line in path.read_text(encoding="utf-8").splitlines()] if path.exists() else []
    )
