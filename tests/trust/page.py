"""The page `docs/trust.md`, made of the goals, the figures recorded last and the guards."""

from __future__ import annotations

from collections import Counter

from corpus import ROOT
from trust import guards
from trust.goals import CONFIDENTIALITY, FAULTS, NUMBERS, Goal
from trust.results import Results, recorded, row

PAGE = ROOT / "docs" / "trust.md"

HEAD = """# Trust

What `pace` promises of faults, confidentiality and numbers, what was measured of each promise, and what others of this
field do. This page is made by `python tests/trust/run.py --page` out of `tests/trust/goals.py` (the promises and their
proofs) and `tests/trust/figures.json` (what came out of the runs, with commit and day). Nobody types a figure.

    just trust            # the shorter proofs
    just trust --all      # also what takes long, for a release
    just trust F10 P4     # only some goals

“Held” means that every proof has been run and none failed. A goal that no run has proved says so.
"""

PARTS = {"Faults": FAULTS, "Confidentiality": CONFIDENTIALITY, "Numbers": NUMBERS}


def page() -> str:
    """Return the page as text."""
    results = recorded()
    tables = [f"## {title}\n\n{_table(goals, results)}" for title, goals in PARTS.items()]
    return "\n".join([HEAD, *tables, _guards(), _proofs(results)])


def _table(goals: tuple[Goal, ...], results: Results) -> str:
    lines = ["| | goal | measured | others | |", "|---|---|---|---|---|"]
    for goal in goals:
        told = row(goal, results, proofs=goal.every)
        held = f"{told.held}. {goal.plan}" if told.held != "held" and goal.plan else told.held
        cells = (goal.id, goal.says, told.figure, goal.peer, held)
        lines.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
    return "\n".join(lines) + "\n"


def _guards() -> str:
    """Return the guards and which test noticed when each was disarmed."""
    told = Counter(one["outcome"] for one in guards.recorded().values())
    lines = [
        "## Guards\n",
        "Lines that protect somebody. Each was disarmed, alone, in a copy of the tree, and its tests were run there.",
        f"There are {len(guards.GUARDS)}. The test named noticed that one was gone {told[guards.CAUGHT]} times; for",
        f"{told[guards.REDUNDANT]} it is said why no test can. A guard that was reworded since is not run.",
        "`just guards` tries them all again.\n",
        "| guard | where | noticed by |",
        "|---|---|---|",
    ]
    lines += [f"| {guard} | `{where}` | {test} |" for guard, where, test in guards.table()]
    return "\n".join(lines) + "\n"


def _proofs(results: Results) -> str:
    """Return the proofs of each goal, with how many of their cases held when, and of which code."""
    lines = ["## Proofs\n", "Below `tests/`.\n"]
    for goal in (goal for goals in PARTS.values() for goal in goals):
        lines.append(f"- {goal.id}")
        for proof in goal.every:
            long = " (long)" if proof in goal.long else ""
            lines.append(f"  - `{proof}`{long}: {_told(results, proof)}")
    return "\n".join(lines) + "\n"


def _told(results: Results, proof: str) -> str:
    if proof not in results:
        return "not run"
    found = results[proof]
    counts = {"held": found.passed, "failed": found.failed, "skipped": found.skipped}
    return ", ".join(f"{n} {word}" for word, n in counts.items() if n) + f"; {found.commit}, {found.day}"
