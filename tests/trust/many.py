"""How much memory a batch of very many files takes: `python tests/trust/many.py 100000` prints it.

Every file is another recording of its own length and speeds, of one of a hundred people, so nothing is a duplicate.
"""

from __future__ import annotations

import os
import re
import sys
import tempfile
import threading
import time
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

import numpy as np  # noqa: E402

PEOPLE = 100
SAMPLES = 90
"""A minute and a half or a little more: what a file costs beside its reading is what is measured."""


def lay_out(folder: Path, n: int) -> None:
    """Write n recordings as GPX, from one whose times, places and speeds are written anew."""
    dice = np.random.default_rng(n)
    point = '<trkpt lat="{:.6f}" lon="0.5"><ele>10</ele><time>{}</time></trkpt>'
    head = '<gpx xmlns="http://www.topografix.com/GPX/1/1"><trk><type>running</type><trkseg>'
    for person in range(PEOPLE):
        (folder / f"person-{person:03d}").mkdir()
    day = np.datetime64("2020-01-01T08:00:00")
    for k in range(n):
        size = SAMPLES + k % 40
        way = np.cumsum(np.repeat(dice.uniform(1.2, 3.6, size // 10 + 1), 10)[:size]) / 111_195
        times = np.datetime_as_string(day + np.timedelta64(6 * k, "h") + np.arange(size), unit="s")
        points = "".join(map(point.format, way.tolist(), (f"{time}Z" for time in times.tolist())))
        path = folder / f"person-{k % PEOPLE:03d}" / f"{k:06d}.gpx"
        path.write_text(f"{head}{points}</trkseg></trk></gpx>")


def peak_kb(pid: int) -> int:
    """Return the most memory that a process ever had."""
    found = re.search(r"VmHWM:\s+(\d+)", Path(f"/proc/{pid}/status").read_text())
    return int(found[1]) if found else 0


def below(pid: int) -> list[int]:
    """Return the processes below a process."""
    try:
        said = [(task / "children").read_text() for task in Path(f"/proc/{pid}/task").iterdir()]
    except OSError:
        return []
    children = [int(child) for words in said for child in words.split()]
    return [*children, *(one for child in children for one in below(child))]


def main(n: int) -> None:
    """Read n files; print how many were used, this process's peak, that after a fifth, any worker's (kB), seconds."""
    import pace

    workers: dict[int, int] = {}
    done, fifth = threading.Event(), 0

    def watch() -> None:
        while not done.wait(1.0):
            for pid in below(os.getpid()):
                try:
                    workers[pid] = max(workers.get(pid, 0), peak_kb(pid))
                except OSError:
                    continue

    def progress(read: int, _: int) -> None:
        nonlocal fifth
        if not fifth and read >= n // 5:
            fifth = peak_kb(os.getpid())

    with tempfile.TemporaryDirectory() as place:
        folder = Path(place, "people")
        folder.mkdir()
        lay_out(folder, n)
        watching = threading.Thread(target=watch, daemon=True)
        watching.start()
        begun = time.monotonic()
        found = pace.batch(folder, jobs=2, out=Path(place) / "t.csv", progress=progress)
        seconds = time.monotonic() - begun
        done.set()
    sys.stdout.write(
        f"{found.counts.used} {peak_kb(os.getpid())} {fifth} {max(workers.values(), default=0)} {seconds:.0f}\n"
    )


if __name__ == "__main__":
    main(int(sys.argv[1]))
