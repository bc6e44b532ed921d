"""The page of figures: made and not typed, every proof that it names is there, and whoever reads it is not misled."""

from __future__ import annotations

import ast
from pathlib import Path
from xml.etree import ElementTree

import pytest

from corpus import ROOT
from trust.goals import GOALS, Goal
from trust.page import PAGE, page
from trust.results import Result, read_reports, recorded, row

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
    tests = {one.name for one in tree.body if isinstance(one, ast.FunctionDef) and one.name.startswith("test_")}
    assert tests
    assert not name or name in tests


def test_goals_are_told_apart():
    """F1 to F16, P1 to P10, N1 to N6, each once."""
    numbers = [f"{letter}{k + 1}" for letter, n in (("F", 16), ("P", 10), ("N", 6)) for k in range(n)]
    assert [goal.id for goal in GOALS] == numbers


def test_what_falls_short_has_a_plan_and_nothing_else_has_one():
    """Whoever reads that a goal is missed reads what will be done; a plan for a goal that is held is out of date."""
    results = recorded()
    for goal in GOALS:
        found = row(goal, results, proofs=goal.every).held
        assert bool(goal.plan) == found.startswith(("falls short", "not held")), goal.id


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


def test_a_goal_that_no_run_has_proved_says_so():
    """Without results, or with those of a part of its proofs, no goal is held."""
    goal = Goal(id="F1", says="", proofs=("a.py::test_a", "b.py::test_b"))
    assert row(goal, {}, proofs=goal.proofs).held.startswith("not proved")
    assert (
        row(goal, {"a.py::test_a": Result(passed=1)}, proofs=goal.proofs).held
        == "not proved: 1 of 2 proofs have not been run"
    )
    assert row(Goal(id="F1", says="", proofs=()), {}, proofs=()).held.startswith("not proved")
