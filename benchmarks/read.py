"""How quickly files are read, beside other readers doing the same work.

CPU time, best of several, both sides in one run; each reader turns bytes into the same eight float64 columns, and their
sums must agree. Real files are used where they are; invented ones always.
"""

from __future__ import annotations

import argparse
import gzip
import math
import subprocess
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tests"), str(ROOT / "benchmarks")]

from _read_peers import PLAIN, Columns, Reader, ours, peers  # noqa: E402

from benchmarks._figures import Figure, hand_over, size  # noqa: E402
from corpus import ACTIVITIES  # noqa: E402
from robust.material import invented, written  # noqa: E402

CHECKED = ("time", "latitude", "longitude", "heart_rate")
GOALS = {
    ("fit", "fitparse"): 400,
    ("fit", "fitfast"): 3,
    ("gpx", "gpxpy"): 40,
    ("gpx", "fastgpx"): 1.5,
    ("gpx", "xml2arrow"): 1 / 1.2,
    ("tcx", "tcxreader"): 10,
}
"""How many times as long the other may take, at least."""


def best(work: Callable[[], Any], *, seconds: float, most: int = 200) -> float:
    """Return the shortest CPU time of `work`, repeated for about so many seconds, at least once."""
    shortest, spent, n = math.inf, 0.0, 0
    while n == 0 or (spent < seconds and n < most):
        start = time.process_time()
        work()
        took = time.process_time() - start
        shortest, spent, n = min(shortest, took), spent + took, n + 1
    return shortest


def agree(one: Columns, other: Columns) -> bool:
    """Tell whether two readings have the same number of samples and the same sums; where one knows nothing, it may."""
    if len(one["time"]) != len(other["time"]):
        return False
    for name in CHECKED:
        a, b = one[name], other[name]
        if not np.isnan(a).all() and not np.isnan(b).all() and not np.isclose(np.nansum(a), np.nansum(b), rtol=1e-6):
            return False
    return True


def row(what: str, suffix: str, ours_s: float, peer: str, peer_s: float, **more: Any) -> dict[str, Any]:
    """Return one line of the table."""
    goal = GOALS.get((suffix, peer.split()[0]))
    return {
        "what": what,
        "ours_ms": ours_s * 1e3,
        "peer": peer,
        "peer_ms": peer_s * 1e3,
        "ratio": peer_s / ours_s,
        "goal": goal,
        **more,
    }


# --- Invented files ------------------------------------------------------------------------------------------------


def sizes(suffix: str, n: int, seconds: float) -> list[dict[str, Any]]:
    """Time an invented outing of n samples and one ten times as long; every reader must agree on both."""
    found = []
    for samples in (n, 10 * n):
        data = written(suffix, invented(samples))
        mine = ours(data)
        assert len(mine["time"]) == samples
        took = best(partial(ours, data), seconds=seconds)
        for name, reader in peers(suffix).items():
            assert agree(mine, reader(data)), f"{name} reads another {suffix} than we do"
            theirs = best(partial(reader, data), seconds=seconds)
            found.append(row(f"{suffix} {samples} samples", suffix, took, name, theirs))
        if size() == "full":
            found.append(
                row(
                    f"{suffix} {samples} samples",
                    suffix,
                    took,
                    "plain copy",
                    best(partial(bytearray, data), seconds=0.1),
                )
            )
        packed = gzip.compress(data)
        found.append(_packed(f"{suffix}.gz {samples} samples", packed, took, seconds))
    return found


def _packed(what: str, packed: bytes, plain_s: float, seconds: float) -> dict[str, Any]:
    """Time a gzip file beside unpacking by the standard library and reading."""
    took = best(partial(ours, packed), seconds=seconds)
    unpacking = best(partial(gzip.decompress, packed), seconds=seconds)
    return row(what, "gz", took, "gzip + ours", unpacking + plain_s)


def small(suffix: str, seconds: float) -> dict[str, Any]:
    """Time a file of 60 samples beside a plain loop."""
    data = written(suffix, invented(60))
    reader = PLAIN[suffix]
    assert agree(ours(data), reader(data))
    return row(
        f"{suffix} 60 samples",
        suffix,
        best(partial(ours, data), seconds=seconds),
        "plain loop",
        best(partial(reader, data), seconds=seconds),
    )


# --- Real files ----------------------------------------------------------------------------------------------------


def _reads(reader: Reader, data: bytes) -> Columns | None:
    """Return what a reader makes of a file, None where it fails."""
    try:
        columns = reader(data)
    except BaseException as error:  # a panic of Rust code is no Exception
        if isinstance(error, KeyboardInterrupt | SystemExit):
            raise
        return None
    return columns if len(columns["time"]) else None


def corpus(suffix: str, seconds: float) -> list[dict[str, Any]]:
    """Time all real files of a format, with each other reader on those that it reads too."""
    files = {str(path): path.read_bytes() for path in sorted(ACTIVITIES.rglob(f"*.{suffix}"))}
    files = {name: data for name, data in files.items() if not data.startswith(b"PK")}
    mine = {name: columns for name, data in files.items() if (columns := _reads(ours, data))}
    each = {name: best(partial(ours, files[name]), seconds=seconds / 8, most=25) for name in mine}
    return [_beside(suffix, name, reader, files, mine, each) for name, reader in peers(suffix).items()]


def _beside(
    suffix: str, name: str, reader: Reader, files: dict[str, bytes], mine: dict[str, Columns], each: dict[str, float]
) -> dict[str, Any]:
    """Time another reader on every real file, once where it is slow."""
    theirs: dict[str, float] = {}
    same = 0
    for file in mine:
        start = time.process_time()
        columns = _reads(reader, files[file])
        took = time.process_time() - start
        if columns is None:
            continue
        theirs[file] = took if took > 0.05 else best(partial(reader, files[file]), seconds=0.05, most=25)
        same += agree(mine[file], columns)
    if not theirs:
        return row(f"{suffix} corpus, 0 files", suffix, math.nan, name, math.nan)
    least = min(theirs, key=lambda file: theirs[file] / each[file])
    return row(
        f"{suffix} corpus, {len(theirs)} files",
        suffix,
        sum(each[file] for file in theirs),
        name,
        sum(theirs.values()),
        agree=same,
        failed=len(mine) - len(theirs),
        least_ratio=theirs[least] / each[least],
        least_bytes=len(files[least]),
    )


# --- Memory and import ---------------------------------------------------------------------------------------------

_MEMORY = """
import sys
from pathlib import Path
import pace
def peak():
    return int(Path("/proc/self/status").read_text().partition("VmHWM:")[2].split()[0]) * 1024
data = Path(sys.argv[1]).read_bytes()
pace.read(Path(sys.argv[2]).read_bytes())
Path("/proc/self/clear_refs").write_text("5")
before = peak()
tracks = pace.read(data)
print(peak() - before)
"""


def memory(suffix: str, samples: int, folder: Path, *, cut: bool) -> dict[str, Any]:
    """Return how much memory reading needs beyond the bytes, whole or cut, in a process of its own (Linux)."""
    large, little = folder / f"large.{suffix}", folder / f"little.{suffix}"
    for path, n in ((large, samples), (little, 60)):
        data = written(suffix, invented(n))
        path.write_bytes(data[: len(data) * 9 // 10] if cut else data)
    out = subprocess.run(
        [sys.executable, "-c", _MEMORY, large, little], capture_output=True, text=True, check=True, cwd=ROOT
    )
    n_bytes, peak = large.stat().st_size, int(out.stdout)
    what = f"{suffix} {samples} samples{', cut' if cut else ''}"
    return {"what": what, "bytes": n_bytes, "peak": peak, "ratio": (peak - 5 * 2**20) / n_bytes}


def import_cost(n: int) -> float:
    """Return the CPU milliseconds that `pace.read` costs beyond NumPy, best of n."""
    code = "import numpy, time; start = time.process_time(); import pace; pace.read; print(time.process_time() - start)"
    runs = [
        float(subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT).stdout)
        for _ in range(n)
    ]
    return min(runs) * 1e3


# --- The table -----------------------------------------------------------------------------------------------------


def figure(line: dict[str, Any]) -> Figure:
    """Return a line as what is handed over."""
    both = {"ours": line["ours_ms"], "peer": line["peer"], "theirs": line["peer_ms"]}
    return Figure(name=f"read {line['what']}", unit="ms", **both, least=line["goal"])


def show(rows: list[dict[str, Any]]) -> None:
    """Print the ratios."""
    print(f"{'what':28}{'ours ms':>10}{'other ms':>11}{'ratio':>9}{'goal':>7}  other")
    for line in rows:
        goal = f"{line['goal']:.3g}" if line["goal"] else ""
        more = ""
        if "agree" in line:
            more = f" (agrees on {line['agree']}, fails on {line['failed']}; least ratio {line['least_ratio']:.1f})"
        print(
            f"{line['what']:28}{line['ours_ms']:10.2f}{line['peer_ms']:11.2f}{line['ratio']:9.1f}{goal:>7}  "
            f"{line['peer']}{more}"
        )


def main() -> None:
    """Run everything and print it."""
    import tempfile

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tiny", action="store_true", help="once, with small files: does it still work?")
    parser.add_argument("--middle", action="store_true", help="what is invented alone, and not so large")
    parser.add_argument("--format", choices=["fit", "gpx", "tcx"], action="append")
    options = parser.parse_args()
    samples, seconds = {"tiny": (120, 0.0), "middle": (300, 0.1), "full": (3600, 0.3)}[size()]
    rows: list[dict[str, Any]] = []
    peaks: list[dict[str, Any]] = []
    for suffix in options.format or ["fit", "gpx", "tcx"]:
        rows += sizes(suffix, samples, seconds)
        rows.append(small(suffix, seconds))
        if ACTIVITIES.is_dir() and size() == "full":
            rows += corpus(suffix, seconds)
        if Path("/proc/self/clear_refs").exists() and size() != "middle":
            with tempfile.TemporaryDirectory() as folder:
                peaks += [memory(suffix, 20 * samples, Path(folder), cut=cut) for cut in (False, True)]
    show(rows)
    for line in peaks:
        print(
            f"memory: {line['what']}, {line['bytes'] / 2**20:.1f} MB: peak {line['peak'] / 2**20:.1f} MB "
            f"= 5 MB + {line['ratio']:.1f} x the file"
        )
    cost = import_cost(7 if size() == "full" else 1)
    print(f"import: pace.read {cost:.1f} ms beyond NumPy")
    hand_over(
        *map(figure, rows),
        *(Figure(name=f"memory beyond 5 MB, {one['what']}", unit="times the file", ours=one["ratio"]) for one in peaks),
        Figure(name="import of pace.read beyond NumPy", unit="ms", ours=cost),
    )


if __name__ == "__main__":
    main()
