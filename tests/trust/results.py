"""What came of the proofs: read from pytest's reports, kept in `figures.json` with commit and day."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from xml.etree import ElementTree

from trust.goals import GOALS, Goal

FIGURES = Path(__file__).parent / "figures.json"
FUZZED_MIN = 30
"""Of CPU, for each target."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What came of one proof: how its cases ended, the figures that it handed over by goal, and of which code."""

    passed: int = 0
    failed: int = 0
    skipped: int = 0
    figures: dict[str, list[str]] = field(default_factory=dict)
    short: dict[str, list[str]] = field(default_factory=dict)
    commit: str = ""
    day: str = ""


Results = dict[str, Result]


def read_reports(paths: Iterable[Path], *, commit: str = "", day: str = "") -> Results:
    """Return what came of every proof of every goal in some reports of pytest (`--junitxml`)."""
    cases = [case for path in paths for case in ElementTree.parse(path).iter("testcase")]
    named = {proof for goal in GOALS for proof in goal.every}
    return {
        proof: _result(mine, commit=commit, day=day)
        for proof in sorted(named)
        if (mine := [case for case in cases if _is_of(case, proof)])
    }


def read_fuzzing(paths: Iterable[Path], *, commit: str = "", day: str = "") -> Results:
    """Return what came of fuzzing, from what libFuzzer wrote: `fit.log` is that of `fuzz/fuzz_fit.py`."""
    return {f"fuzz/fuzz_{path.stem}.py": _fuzzed(path, commit=commit, day=day) for path in paths}


def _fuzzed(path: Path, *, commit: str, day: str) -> Result:
    """Add up the runs of a log, one behind the other: inputs tried, code reached, finds, and CPU as `time` tells it.

    The fuzzer itself grows with every input, and ends at its limit of memory: the input at which it did so is no find
    where the log goes on to say that it was executed by itself.
    """
    said = path.read_text(encoding="utf-8", errors="replace")
    runs = [re.findall(r"^#(\d+)\s", run, flags=re.MULTILINE) for run in said.split("INFO: Seed: ")[1:]]
    inputs = sum(max(map(int, numbers)) for numbers in runs if numbers)
    edges, features = re.findall(r"cov: (\d+) ft: (\d+)", said)[-1]
    cpu = sum(map(float, (second for pair in re.findall(r"([\d.]+) ?user ([\d.]+) ?sys", said) for second in pair)))
    harmless = set(re.findall(r"^Executed \S*?(oom-\w+) in", said, flags=re.MULTILINE))
    finds = len(re.findall(r"^SUMMARY: ", said, flags=re.MULTILINE)) - len(harmless)
    reached = f"{int(edges):,} edges, {int(features):,} features"
    told = f"{path.stem}: {inputs:,} inputs in {cpu / 60:.0f} min of CPU, {reached}, {finds} finds"
    short = {"F16": [f"{path.stem} {cpu / 60:.0f} min"]} if round(cpu / 60) < FUZZED_MIN else {}
    return Result(
        passed=int(not finds),
        failed=int(finds > 0),
        figures={"F16": [told]},
        short=short,
        commit=commit,
        day=day,
    )


def _is_of(case: ElementTree.Element, proof: str) -> bool:
    file, _, test = proof.partition("::")
    where = case.get("classname", "").removeprefix("tests.").replace(".", "/") + ".py"
    return where == file and test in ("", case.get("name", "").partition("[")[0])


def _result(cases: list[ElementTree.Element], *, commit: str, day: str) -> Result:
    """Add up the cases of one proof."""
    ends = Counter(_end(case) for case in cases)
    figures: dict[str, list[str]] = {}
    short: dict[str, list[str]] = {}
    for told in (told for case in cases for told in case.iter("property")):
        goal, _, kind = told.get("name", "").partition(" ")
        (short if kind == "short" else figures).setdefault(goal, []).append(told.get("value", ""))
    return Result(**ends, figures=figures, short=short, commit=commit, day=day)  # type: ignore[arg-type]


def _end(case: ElementTree.Element) -> str:
    if case.find("failure") is not None or case.find("error") is not None:
        return "failed"
    return "skipped" if case.find("skipped") is not None else "passed"


def recorded() -> Results:
    """Return what was recorded last."""
    kept = json.loads(FIGURES.read_text(encoding="utf-8"))
    return {proof: Result(**told) for proof, told in kept.items()}


def record(results: Results) -> None:
    """Keep these results in place of earlier ones of the same proofs; what is no proof any more goes."""
    named = {proof for goal in GOALS for proof in goal.every}
    kept = {proof: result for proof, result in {**recorded(), **results}.items() if proof in named}
    text = json.dumps({proof: asdict(kept[proof]) for proof in sorted(kept)}, indent=1, ensure_ascii=False)
    FIGURES.write_text(text + "\n", encoding="utf-8")


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A goal as a line of the table."""

    goal: Goal
    figure: str
    held: str
    fails: bool


def row(goal: Goal, results: Results, *, proofs: tuple[str, ...]) -> Row:
    """Return what some results say of a goal, of which these proofs were to run."""
    ran = {proof: results[proof] for proof in proofs if proof in results}
    figures = [told for result in ran.values() for told in result.figures.get(goal.id, [])]
    short = [told for result in ran.values() for told in result.short.get(goal.id, [])]
    failed = [proof for proof, result in ran.items() if result.failed]
    cases = sum(result.passed for result in ran.values())
    counted = f"{cases} of {cases + sum(result.failed for result in ran.values())} cases hold"
    proved = [proof for proof, result in ran.items() if result.passed + result.failed]
    return Row(
        goal=goal,
        figure="; ".join([*figures, counted]) if ran else "",
        held=_held(failed, short, len(proofs) - len(proved), of=len(proofs)),
        fails=bool(failed),
    )


def _held(failed: list[str], short: list[str], unrun: int, *, of: int) -> str:
    """Say in words whether a goal is held."""
    if failed:
        return "not held: " + ", ".join(failed)
    if short:
        return "falls short: " + "; ".join(short)
    if not of:
        return "not proved: there is no run for it yet"
    return f"not proved: {unrun} of {of} proofs have not been run" if unrun else "held"
