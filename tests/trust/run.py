"""`just trust`: run the proofs of all goals and print what was measured.

python tests/trust/run.py                   # what CI proves
python tests/trust/run.py --all             # also what takes long, for a release
python tests/trust/run.py F10 P4            # these goals only
python tests/trust/run.py --from a.xml      # what reports of pytest say that were made anyway
python tests/trust/run.py --all --record    # and keep the figures, for docs/trust.md
python tests/trust/run.py --page            # write docs/trust.md anew
python tests/trust/run.py F16 --fuzzed fit.log gpx.log --record     # what libFuzzer wrote
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "cli"), str(ROOT / "tests")]

from trust.goals import GOALS, Goal  # noqa: E402
from trust.page import PAGE, page  # noqa: E402
from trust.results import Results, Row, read_fuzzing, read_reports, record, row  # noqa: E402

OWN = ("tests/trust/figures.json", "docs/trust.md")
"""What recording changes."""


def main() -> int:
    """Run what is asked for; exit 1 where a goal is not held, or was to be proved and has not been run."""
    options = _options()
    goals = [goal for goal in GOALS if not options.goals or goal.id in options.goals]
    if options.page:
        PAGE.write_text(page(), encoding="utf-8")
        return 0
    commit = _commit() if options.record else ""
    asked = {proof for goal in goals for proof in _asked(goal, everything=options.all)}
    results = {proof: one for proof, one in _results(options, goals, commit=commit).items() if proof in asked}
    rows = [row(goal, results, proofs=_asked(goal, everything=options.all)) for goal in goals]
    show(rows)
    if options.record:
        record(results)
        PAGE.write_text(page(), encoding="utf-8")
    return int(any(one.fails for one in rows) or (bool(options.reports) and _unrun(goals, results)))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("goals", nargs="*", metavar="GOAL", help="such as F10; all if none is named")
    parser.add_argument("--all", action="store_true", help="also what takes long")
    parser.add_argument("--record", action="store_true", help="keep the figures in tests/trust/figures.json")
    parser.add_argument("--from", dest="reports", nargs="+", type=Path, metavar="XML", help="reports of pytest")
    parser.add_argument("--fuzzed", nargs="+", type=Path, metavar="LOG", help="what libFuzzer wrote of fuzz_LOG.py")
    parser.add_argument("--page", action="store_true", help="write docs/trust.md from what is recorded")
    return parser.parse_args()


def _asked(goal: Goal, *, everything: bool) -> tuple[str, ...]:
    return goal.every if everything else goal.proofs


def _results(options: argparse.Namespace, goals: list[Goal], *, commit: str) -> Results:
    """Read the reports that are there, or run the proofs and read theirs."""
    named = {"commit": commit, "day": f"{datetime.now(UTC):%Y-%m-%d}"}
    if options.fuzzed:
        return read_fuzzing(options.fuzzed, **named)
    if options.reports:
        return read_reports(options.reports, **named)
    asked = [one for goal in goals for one in _asked(goal, everything=options.all)]
    proofs = dict.fromkeys(f"tests/{one}" for one in asked if not one.startswith("fuzz/fuzz_"))
    if not proofs:
        return {}
    with tempfile.TemporaryDirectory() as place:
        report = Path(place, "report.xml")
        words = ["-q", "-m", "", "--junitxml", str(report), *proofs]
        subprocess.run([sys.executable, "-m", "pytest", *words], cwd=ROOT, check=False)
        return read_reports([report], **named) if report.exists() else {}


def _unrun(goals: list[Goal], results: Results) -> bool:
    """Say which proofs of CI's part the reports do not hold."""
    missing = sorted({proof for goal in goals for proof in goal.proofs} - set(results))
    for proof in missing:
        sys.stderr.write(f"trust: no report holds {proof}\n")
    return bool(missing)


def _commit() -> str:
    """Return the commit that the figures will be of; stop where the code is not exactly that commit."""
    changed = subprocess.run(["git", "status", "--porcelain"], cwd=ROOT, capture_output=True, text=True, check=True)
    others = [line for line in changed.stdout.splitlines() if line[3:] not in OWN]
    if others:
        sys.exit("trust: commit first: a figure belongs to a commit\n" + "\n".join(others))
    told = subprocess.run(
        ["git", "rev-parse", "--short=9", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return told.stdout.strip()


def show(rows: list[Row]) -> None:
    """Print the table."""
    from rich.console import Console
    from rich.table import Table

    table = Table("", "goal", "measured", "others", "", show_lines=True)
    for one in rows:
        table.add_row(one.goal.id, one.goal.says, one.figure, one.goal.peer, one.held)
    Console(width=140, markup=False, highlight=False).print(table)


if __name__ == "__main__":
    sys.exit(main())
