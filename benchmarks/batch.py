"""How fast many files become a table: beside fitparse, gpxpy and pandas, by one process and by two, in how much memory.

python benchmarks/batch.py              # some minutes: the real files if they are there, else invented ones
python benchmarks/batch.py --tiny       # seconds, in the tests

Times are CPU of all processes, so that a busy machine does not matter; what two processes gain is told from them: a run
takes as long as the slower of the parent, which does its share alone, and the two workers, which share theirs.
"""

from __future__ import annotations

import multiprocessing
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks._figures import Figure, Size, hand_over, size
from pace.simulate import people, recording, run_walk
from pace.table import pool

ROOT = Path(__file__).parents[1]
GOAL_RATIO, GOAL_TWO = 50.0, 1.7
GOAL_PEAK_MB, GOAL_SLOPE_KB = 300.0, 1.0
REAL = ROOT.parent / "shared" / "activities"


def cpu() -> tuple[float, float]:
    """Return CPU seconds of this process and of its children that have ended."""
    now = os.times()
    return now.user + now.system, now.children_user + now.children_system


def spent(work: Callable[[], Any]) -> tuple[float, float, float, Any]:
    """Return the wall time of some work, the CPU of this process and of its children in it, and what it gave."""
    (own, others), begun = cpu(), time.perf_counter()
    result = work()
    after = cpu()
    return time.perf_counter() - begun, after[0] - own, after[1] - others, result


@contextmanager
def folder(what: Size) -> Iterator[Path]:
    """Give a folder of recordings: the real ones where they are, else invented ones."""
    if REAL.is_dir() and what == "full":
        yield REAL
        return
    with tempfile.TemporaryDirectory() as place:
        invented(Path(place), n={"tiny": 6, "middle": 12, "full": 60}[what])
        yield Path(place)


def invented(place: Path, *, n: int) -> None:
    """Write n recordings of half an hour as FIT and GPX."""
    from pace.formats.fit_writer import write_fit
    from pace.formats.gpx import write_gpx

    for k, person in enumerate(people(n, seed=1)):
        track = recording(person, plan=run_walk(person, minutes=30, seed=k), seed=k)
        (place / f"{k:03d}.{'fit' if k % 2 else 'gpx'}").write_bytes(write_fit(track) if k % 2 else write_gpx([track]))


def beside_peers(place: Path) -> None:
    """Print how many times as fast the table is made as by a notebook, both in this run."""
    import pace
    from benchmarks._batch_peers import table

    with tempfile.TemporaryDirectory() as out:
        wall, _, _, found = spent(lambda: pace.batch(place, jobs=2, out=Path(out) / "t.csv"))
        _, own, workers, _ = spent(lambda: over(place, 2, Path(out) / "u.csv"))
    n = found.counts.rows
    print(f"pace, two processes: {n} rows, {wall:.2f} s; CPU {own + workers:.2f} s, {own:.2f} s of it in the parent")
    try:
        peer_wall, peer_cpu, _, rows = spent(lambda: table(place))
    except ImportError:
        print("fitparse, gpxpy or pandas is not installed: no ratio")
        return
    failed = sum("error" in row for row in rows)
    beside = {"peer": "fitparse, gpxpy, pandas", "theirs": 1e3 * peer_cpu / n, "least": GOAL_RATIO if n > 100 else None}
    hand_over(Figure(name=f"table of {n} recordings", unit="ms each", ours=1e3 * (own + workers) / n, **beside))
    print(f"fitparse, gpxpy, pandas: {len(rows)} rows ({failed} errors), {peer_wall:.2f} s, CPU {peer_cpu:.2f} s")
    print(
        f"wall {peer_wall / wall:.0f} x, CPU {peer_cpu / (own + workers):.0f} x (goal {GOAL_RATIO:.0f} x on two cores)"
    )


def over(place: Any, jobs: int, out: Path) -> Any:
    """Return a batch by processes whose CPU, that of starting too, is counted as that of children."""
    import pace

    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(jobs, mp_context=context, initializer=pool.begin) as executor:
        return pace.batch(place, executor=executor, jobs=pool.QUEUED * jobs, out=out)


def one_and_two(place: Path, *, copies: int) -> None:
    """Print what a second process gains over some copies of a folder, so that starting does not count much."""
    with tempfile.TemporaryDirectory() as out:
        for copy in range(copies):
            os.symlink(place, Path(out) / f"copy-{copy}")
        found = [spent(lambda jobs=jobs: over(out, jobs, Path(out) / f"{jobs}.csv")) for jobs in (1, 2)]
        same = (Path(out) / "1.csv").read_bytes() == (Path(out) / "2.csv").read_bytes()
    assert same
    alone, both = (max(own, workers / jobs) for jobs, (_, own, workers, _) in zip((1, 2), found, strict=True))
    for jobs, (wall, own, workers, batch) in zip((1, 2), found, strict=True):
        rate = batch.counts.rows / (workers + own)
        print(f"{jobs} process(es): {wall:.2f} s, CPU {own:.2f} + {workers:.2f} s, {rate:.0f} rows/s of a core")
    gain = found[0][0] / found[1][0]
    both_s = {"ours": 1e3 * both / found[1][3].counts.rows, "theirs": 1e3 * alone / found[1][3].counts.rows}
    hand_over(Figure(name="table by two processes", unit="ms each", peer="one process", **both_s, least=GOAL_TWO))
    print(f"two are {gain:.2f} x one by the clock, {alone / both:.2f} x by CPU (goal {GOAL_TWO} x)")


MEASURED = """
import re, sys
from pathlib import Path
import pace
found = pace.batch(sys.argv[1], jobs=2, out=sys.argv[2])
print(found.counts.rows, *re.findall(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text()))
"""
"""The peak is that of this program alone: what getrusage says holds that of whoever started it too."""


def memory(sizes: tuple[int, ...]) -> None:
    """Print the peak memory of the parent over n small files of twenty people, and its slope."""
    from pace.formats.gpx import write_gpx

    person = people(1, seed=2)[0]
    data = [write_gpx([recording(person, plan=run_walk(person, minutes=2, seed=k), seed=k)]) for k in range(8)]
    peaks = []
    for n in sizes:
        with tempfile.TemporaryDirectory() as place:
            for k in range(n):
                one = Path(place) / f"person-{k % 20}" / f"{k:06d}.gpx"
                one.parent.mkdir(exist_ok=True)
                one.write_bytes(data[k % len(data)])
            out = Path(place) / "t.csv"
            program = [sys.executable, "-c", MEASURED, place, str(out)]
            begun = time.perf_counter()
            said = subprocess.run(program, cwd=ROOT, capture_output=True, text=True, check=True).stdout.split()
            assert int(said[0]) == n
            if len(said) < 2:
                print("no memory can be measured on this system")
                return
            peaks.append(int(said[1]))
            print(f"{n:,} files: {time.perf_counter() - begun:.1f} s, the parent's peak {peaks[-1] / 1024:.0f} MB")
    slope = (peaks[-1] - peaks[0]) / (sizes[-1] - sizes[0])
    hand_over(
        Figure(name=f"memory of the parent, {sizes[-1]:,} files", unit="MB", ours=peaks[-1] / 1024, high=GOAL_PEAK_MB),
        Figure(name="memory of the parent, each further file", unit="kB", ours=max(slope, 0.0), high=GOAL_SLOPE_KB),
    )
    print(f"{slope:.3f} kB a file (goals: under {GOAL_PEAK_MB:.0f} MB, 0 ± {GOAL_SLOPE_KB:.0f} kB)")


def main(what: Size) -> None:
    """Print the figures."""
    with folder(what) as place:
        beside_peers(place)
        if what != "middle":
            one_and_two(place, copies=6 if what == "full" else 1)
    if what != "middle":
        memory((50, 100) if what == "tiny" else (2_000, 20_000))
    print(f"load of the machine meanwhile: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")


if __name__ == "__main__":
    main(size())
