"""What a reader made of damaged files, counted: crashes, hangs, what was kept, what was lost in silence."""

from __future__ import annotations

import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

import pace
from pace.activity.track import Track
from robust.damage import Mutant
from robust.material import Whole, rows

SLOW = 5.0
"""Seconds of CPU time after which a file counts as a hang."""
LIMITS = {
    "latitude": (-90, 90),
    "longitude": (-180, 180),
    "elevation": (-1000, 12_000),
    "heart_rate": (1, 300),
    "speed": (0, 120),
    "cadence": (0, 600),
    "time": (631_065_600, 4_102_444_800),
}
"""What can be: beyond it a value is impossible (times from the epoch of FIT to the year 2100)."""


@dataclass(slots=True)
class Tally:
    """Counts over many mutants."""

    mutants: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    undocumented: Counter[str] = field(default_factory=Counter)
    slow: int = 0
    slowest: float = 0.0
    silent: Counter[str] = field(default_factory=Counter)
    impossible: Counter[str] = field(default_factory=Counter)
    before: dict[str, list[int]] = field(default_factory=lambda: defaultdict(lambda: [0, 0]))
    behind: dict[str, list[int]] = field(default_factory=lambda: defaultdict(lambda: [0, 0]))
    finds: list[tuple[str, bytes]] = field(default_factory=list)

    def share(self, side: str, *families: str) -> float:
        """Return the share of intact records that were kept, over the families named (all if none is)."""
        table = self.before if side == "before" else self.behind
        counts = [count for family, count in table.items() if not families or family in families]
        kept, there = sum(count[0] for count in counts), sum(count[1] for count in counts)
        return kept / there if there else 1.0

    def find(self, what: str, data: bytes) -> None:
        """Keep a small number of files that show a fault."""
        if sum(1 for name, _ in self.finds if name.split(":")[0] == what.split(":")[0]) < 5:
            self.finds.append((what, data))


def judge(tally: Tally, whole: Whole, mutant: Mutant) -> None:
    """Read one mutant and count what came of it."""
    tally.mutants[mutant.family] += 1
    tracks = _read(tally, mutant)
    kept: Counter[tuple[float, ...]] = Counter(rows(tracks)) if tracks else Counter()
    before = Counter(row for row, span in zip(whole.rows, whole.spans, strict=True) if span[1] <= mutant.start)
    behind = Counter(row for row, span in zip(whole.rows, whole.spans, strict=True) if span[0] >= mutant.stop)
    for table, part in ((tally.before, before), (tally.behind, behind)):
        count = table[mutant.family]
        there = part.total()
        got = (kept & part).total()
        count[0] += got
        count[1] += there
        if part is before and got < there:
            tally.find(f"before: {mutant.family} {got} of {there}", mutant.data)
    if tracks is not None:
        _check(tally, whole, mutant, tracks, kept)


def _read(tally: Tally, mutant: Mutant) -> tuple[Track, ...] | None:
    """Read bytes; documented errors are counted, all others are finds."""
    start = time.process_time()
    try:
        return pace.read(mutant.data)
    except pace.PaceError as error:
        tally.refused[f"{mutant.family}: {type(error).__name__}"] += 1
    except Exception as error:  # the very thing that is looked for
        where = _innermost(error)
        tally.undocumented[f"{type(error).__name__} {error} {where}"[:160]] += 1
        tally.find(f"undocumented: {type(error).__name__} {error} {where}"[:160], mutant.data)
    finally:
        spent = time.process_time() - start
        tally.slowest = max(tally.slowest, spent)
        if spent > SLOW:
            tally.slow += 1
            tally.find(f"slow: {spent:.1f} s", mutant.data)
    return None


def _innermost(error: BaseException) -> str:
    """Name the line that raised."""
    trace = error.__traceback__
    while trace and trace.tb_next:
        trace = trace.tb_next
    return f"{Path(trace.tb_frame.f_code.co_filename).name}:{trace.tb_lineno}" if trace else ""


def _check(
    tally: Tally, whole: Whole, mutant: Mutant, tracks: tuple[Track, ...], kept: Counter[tuple[float, ...]]
) -> None:
    """Count silence about a loss (files with a checksum) and values that cannot be."""
    notes = Counter(note.kind for track in tracks for note in track.notes)
    if whole.summed and kept != Counter(whole.rows) and notes == whole.kinds:
        tally.silent[mutant.family] += 1
        tally.find(f"silent: {mutant.family} at {mutant.start}", mutant.data)
    for name in impossible(tracks):
        tally.impossible[name] += 1
        tally.find(f"impossible: {name} ({mutant.family})", mutant.data)


def impossible(tracks: tuple[Track, ...]) -> Iterator[str]:
    """Yield the columns that hold a value which cannot be, and `order` where time runs back and no note says so."""
    for track in tracks:
        for name, (low, high) in LIMITS.items():
            values = getattr(track, name)
            seen = values[~np.isnan(values)]
            if seen.size and (seen.min() < low or seen.max() > high):
                yield name
        stamps = track.time[~np.isnan(track.time)]
        if (np.diff(stamps) < 0).any() and not any("time" in note.kind for note in track.notes):
            yield "order"


@contextmanager
def warnings_are_errors() -> Iterator[None]:
    """Turn every warning, NumPy's too, into an error that counts as undocumented."""
    import warnings

    with warnings.catch_warnings():
        warnings.simplefilter("error")
        yield
