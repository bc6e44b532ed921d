"""The page of figures: made and not typed, every proof that it names is there, and whoever reads it is not misled."""

from __future__ import annotations

import ast
from pathlib import Path
from xml.etree import ElementTree

import pytest

from corpus import ROOT
from trust.goals import GOALS, Goal
from trust.page import PAGE, page
from trust.results import Result, read_fuzzing, read_reports, recorded, row

TESTS = ROOT / "tests"
PROOFS = sorted({proof for goal in GOALS for proof in goal.every})


def test_the_page_is_what_would_be_made():
    """`docs/trust.md` is made from the goals and the figures: `python tests/trust/run.py --page` renews it."""
    assert PAGE.read_text(encoding="utf-8") == page()


@pytest.mark.parametrize("proof", PROOFS)
def test_every_proof_is_a_test(proof):
    """No goal rests on a test that is not there."""
    file, _, name = proof.partition("::")
    tree = ast.parse((TESTS / file).read_text(encoding="utf-8"))
    if file.startswith("fuzz/fuzz_"):
        return  # a program, whose log is read
    tests = {one.name for one in tree.body if isinstance(one, ast.FunctionDef) and one.name.startswith("test_")}
    assert tests
    assert not name or name in tests


def test_goals_are_told_apart():
    """F1 to F16, P1 to P10, N1 to N6, each once."""
    numbers = [f"{letter}{k + 1}" for letter, n in (("F", 16), ("P", 10), ("N", 6)) for k in range(n)]
    assert [goal.id for goal in GOALS] == numbers


def test_what_falls_short_has_a_plan_and_what_is_held_has_none():
    """Whoever reads that a goal is missed reads what will be done; a plan for a goal that is held is out of date."""
    results = recorded()
    for goal in GOALS:
        found = row(goal, results, proofs=goal.every).held
        assert goal.plan or not found.startswith(("falls short", "not held")), goal.id
        assert not goal.plan or found != "held", goal.id


def report(folder: Path, *cases: tuple[str, str, dict[str, str]]) -> Path:
    """Write a report as pytest does, of cases with name, end and properties."""
    suite = ElementTree.Element("testsuite")
    for name, end, told in cases:
        case = ElementTree.SubElement(suite, "testcase", classname="tests.page.test_guard", name=name)
        for key, value in told.items():
            ElementTree.SubElement(ElementTree.SubElement(case, "properties"), "property", name=key, value=value)
        if end != "passed":
            ElementTree.SubElement(case, end)
    ElementTree.ElementTree(suite).write(folder / "report.xml")
    return folder / "report.xml"


def told(folder: Path, *cases: tuple[str, str, dict[str, str]]) -> str:
    """Return what is said of a goal of two proofs, one of which is a whole file, after such a report."""
    goal = Goal(id="P10", says="", proofs=("page/test_guard.py",), long=("page/test_sitting.py",))
    found = row(goal, read_reports([report(folder, *cases)]), proofs=goal.proofs)
    return f"{found.held} | {found.figure}"


def test_one_failure_of_many_cases_is_a_failure(tmp_path):
    """A goal is held only if every case of every proof is; a skip is no proof; a shortfall is said."""
    good, skip = ("test_a[1]", "passed", {"P10": "34 of 34"}), ("test_b", "skipped", {})
    assert told(tmp_path, good) == "held | 34 of 34; 1 of 1 cases hold"
    assert told(tmp_path, good, ("test_a[2]", "failure", {})).startswith(
        "not held: page/test_guard.py | 34 of 34; 1 of 2"
    )
    assert told(tmp_path, good, ("test_b", "error", {})).startswith("not held")
    assert told(tmp_path, skip) == "not proved: 1 of 1 proofs have not been run | 0 of 0 cases hold"
    assert told(tmp_path, ("test_a", "passed", {"P10 short": "by 3"})).startswith("falls short: by 3")


def test_what_a_fuzzer_wrote_is_read(tmp_path):
    """How many inputs in how long, how much of the code, whether anything was found; over all runs of a log."""
    log = tmp_path / "fit.log"
    run = (
        "INFO: Seed: 7\n#2\tINITED cov: 9 ft: 9\n#1024\tNEW    cov: 541 ft: 2861 corp: 4/3Kb\n890.00user 15.00system\n"
    )
    log.write_text(run)
    (proof, found), *_ = read_fuzzing([log]).items()
    assert (proof, found.passed, found.failed) == ("fuzz/fuzz_fit.py", 1, 0)
    assert found.figures == {"F16": ["fit: 1,024 inputs in 15 min of CPU, 541 edges, 2,861 features, 0 finds"]}
    assert found.short == {"F16": ["fit 15 min"]}
    log.write_text(run + run)
    assert read_fuzzing([log])[proof].figures["F16"][0].startswith("fit: 2,048 inputs in 30 min")
    assert not read_fuzzing([log])[proof].short
    log.write_text(log.read_text() + "SUMMARY: libFuzzer: out-of-memory\n")
    assert read_fuzzing([log])[proof].failed == 1
    log.write_text(log.read_text() + "Executed /tmp/fit.find-oom-1a2b in 3 ms\n")
    assert read_fuzzing([log])[proof].failed == 0


def test_a_goal_that_no_run_has_proved_says_so():
    """Without results, or with those of a part of its proofs, no goal is held."""
    goal = Goal(id="F1", says="", proofs=("a.py::test_a", "b.py::test_b"))
    assert row(goal, {}, proofs=goal.proofs).held.startswith("not proved")
    assert (
        row(goal, {"a.py::test_a": Result(passed=1)}, proofs=goal.proofs).held
        == "not proved: 1 of 2 proofs have not been run"
    )
    assert row(Goal(id="F1", says="", proofs=()), {}, proofs=()).held.startswith("not proved")
