"""Every benchmark, one after the other, as one table.

python -m benchmarks                  # everything at full size: the table of benchmarks/README.md; an hour
python -m benchmarks read match       # two of them
python -m benchmarks --tiny           # does everything still work? a minute
python -m benchmarks --middle --gate  # has a ratio been lost? what CI asks; some minutes
python -m benchmarks --baseline 8     # run what the gate runs so often, and add it to what the gate compares with

The figures are written to a file named by the commit, below `build/benchmarks` or in the folder that `--out` names.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import subprocess
import sys
import tempfile
from dataclasses import asdict, fields
from datetime import date
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks import _gate
from benchmarks._figures import SIZES, Figure, handed_over

HERE = Path(__file__).parent
EVERY = sorted(path.stem for path in HERE.glob("[!_]*.py"))
TIMED = ["match", "pairs", "profile", "read"]
"""What the gate runs, some twelve seconds: what all else is made of, beside plain loops or code of others."""
TRIES = 3


def run(name: str, size: str) -> tuple[list[Figure], bool]:
    """Return the figures of one benchmark, run by itself, and whether all that it asserts held."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "figures"
        command = [sys.executable, str(HERE / f"{name}.py"), *([] if size == "full" else [f"--{size}"])]
        threads = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
        done = subprocess.run(command, env={**os.environ, **threads, "PACE_FIGURES": str(path)}, check=False)
        return handed_over(path), done.returncode == 0


def number(value: float) -> str:
    """Return a value with three digits that count; nothing where there is none."""
    return "" if math.isnan(value) else f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def promised(one: Figure) -> str:
    """Return what a figure must keep, and whether it does."""
    said = [
        f"{number(one.least)} times" if one.least is not None else "",
        f"at least {number(one.low)}" if one.low is not None else "",
        f"at most {number(one.high)}" if one.high is not None else "",
    ]
    words = ", ".join(word for word in said if word)
    return words if one.held is not False else f"**{words}: short**"


def table(figures: list[Figure]) -> str:
    """Return figures as Markdown."""
    cells = [
        (
            one.name,
            f"{number(one.ours)} {one.unit}".strip(),
            one.peer,
            number(one.theirs),
            number(one.ratio),
            promised(one),
        )
        for one in figures
    ]
    rows = [f"| {' | '.join(row)} |" for row in cells]
    head = ["| what | ours | beside | theirs | times | promised |", "|---|---|---|---|---|---|"]
    return "\n".join([*head, *rows]) + "\n"


def commit() -> str:
    """Return the commit that is measured, as far as it is known."""
    asked = subprocess.run(
        ["git", "rev-parse", "--short=12", "HEAD"], capture_output=True, text=True, cwd=HERE, check=False
    )
    return asked.stdout.strip() or "no-commit"


def keep(figures: list[Figure], folder: Path, size: str) -> None:
    """Write the figures to a file named by the commit, beside those of other benchmarks that are there already."""
    folder.mkdir(parents=True, exist_ok=True)
    said = {"commit": commit(), "date": date.today().isoformat(), "size": size, **_gate.place()}
    path = folder / f"{said['commit']}.json"
    if path.exists() and json.loads(path.read_text(encoding="utf-8"))["size"] == size:
        again = {one.key for one in figures}
        figures = [*(one for one in kept(path) if one.key not in again), *figures]
    rows = [{**asdict(one), "ratio": one.ratio, "held": one.held} for one in figures]
    rows = [{key: value for key, value in row.items() if value == value and value is not None} for row in rows]
    path.write_text(json.dumps({**said, "figures": rows}, indent=1) + "\n", encoding="utf-8")


def kept(path: Path) -> list[Figure]:
    """Return the figures of a file that `keep` wrote."""
    names = [one.name for one in fields(Figure)]
    rows = json.loads(path.read_text(encoding="utf-8"))["figures"]
    return [Figure(**{name: row[name] for name in names if name in row}) for row in rows]


def gate(figures: list[Figure], size: str) -> int:
    """Say which ratios were lost; each benchmark of one is run again first, and the better run counts."""
    known = _gate.read()
    if not _gate.comparable(known):
        print("The baseline is of another processor or Python: nothing to compare with.")
        return 0
    best = {one.key: one for one in figures}
    for _ in range(TRIES - 1):
        if not _gate.lost(best.values(), known):
            break
        for name in TIMED:
            for one in run(name, size)[0]:
                if one.key not in best or one.ratio > best[one.key].ratio:
                    best[one.key] = one
    missed = _gate.lost(best.values(), known)
    for key in missed:
        row, now = known["ratios"][key], best[key].ratio if key in best else math.nan
        print(f"lost: {key}: {row['ratio']:.3g} times before, {now:.3g} now, {row['floor']:.3g} at least")
    print(f"{len(known['ratios'])} ratios beside the baseline, {len(missed)} lost")
    return 1 if missed else 0


def measure(n: int) -> int:
    """Run what the gate runs n times over, and add it to what is compared with."""
    before, runs = _gate.read() if _gate.BASELINE.exists() else None, list[list[Figure]]()
    for _ in range(n):
        runs.append([one for name in TIMED for one in run(name, "middle")[0]])
        _gate.write(_gate.baseline(runs, before))
    return 0


def main() -> int:
    """Run what is asked for, print one table, keep the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(EVERY))
    for size in SIZES[:-1]:
        parser.add_argument(f"--{size}", dest="size", action="store_const", const=size, default="full")
    parser.add_argument("--gate", action="store_true", help="fail where a ratio is lost")
    parser.add_argument("--baseline", type=int, metavar="RUNS", help="add so many runs to the baseline")
    parser.add_argument("--out", type=Path, default=HERE.parent / "build" / "benchmarks")
    asked = parser.parse_args()
    if asked.baseline:
        return measure(asked.baseline)
    found = {name: run(name, asked.size) for name in asked.names or (TIMED if asked.gate else EVERY)}
    figures = [one for some, _ in found.values() for one in some]
    print("\n" + table(figures))
    keep(figures, asked.out, asked.size)
    short = [name for name, (_, held) in found.items() if not held]
    if short:
        print(f"short of what they assert: {', '.join(short)}")
    return gate(figures, asked.size) if asked.gate and not short else len(short)


if __name__ == "__main__":
    sys.exit(main())
