"""The list of guards is true to the product: each text is there, each test can be run, each outcome is of today."""

from __future__ import annotations

import ast
import hashlib
import json
from collections import Counter
from functools import cache

import pytest

from trust import guards
from trust.guards import CAUGHT, GUARDS, REDUNDANT, ROOT, asked, disarmed, recorded, sample, table

SAMPLE = 10


@cache
def text_of(file):
    return (ROOT / file).read_text(encoding="utf-8")


@cache
def functions(file):
    """Return the names of a file's tests."""
    body = ast.parse(text_of(file)).body
    return {node.name for node in body if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")}


def test_each_guard_has_a_name_of_its_own():
    """Names are how outcomes are kept."""
    assert [name for name, n in Counter(guard.name for guard in GUARDS).items() if n > 1] == []
    assert len(GUARDS) > 150
    assert [guard.name for guard in GUARDS if set(guard.name + guard.reason) & set("|<`*_")] == []


@pytest.mark.parametrize("guard", GUARDS, ids=[guard.name for guard in GUARDS])
def test_each_guard_stands_once_where_it_is_said_to_stand(guard):
    """Its text is found, and without it the file is another one that still can be read."""
    other = disarmed(guard, text_of(guard.file))
    assert other != text_of(guard.file)
    if guard.file.endswith(".py"):
        compile(other, guard.file, "exec")


@pytest.mark.parametrize("guard", GUARDS, ids=[guard.name for guard in GUARDS])
def test_each_guard_names_a_test_or_a_reason(guard):
    """Either there are tests, which exist, or it is said which other guard does the work."""
    assert bool(guard.tests) != bool(guard.reason)
    for node in guard.tests:
        file, _, name = node.partition("::")
        assert name in functions(file)


def test_nothing_that_was_tried_went_unnoticed():
    """Every recorded outcome is that a test noticed, or that another guard does the work."""
    assert {name: one["by"] for name, one in recorded().items() if one["outcome"] not in (CAUGHT, REDUNDANT)} == {}


def test_an_outcome_is_of_the_guard_as_it_is_worded(monkeypatch, tmp_path):
    """Where a guard changes, its outcome is gone, and the table says so."""
    first, second = (one for one in GUARDS[:2])
    kept = {one.name: {"of": one.digest, "outcome": CAUGHT, "by": "tests/a.py::test_b"} for one in (first, second)}
    (tmp_path / "guards.json").write_text(json.dumps(kept))
    monkeypatch.setattr(guards, "RESULTS", tmp_path / "guards.json")
    monkeypatch.setattr(guards, "GUARDS", (first, second._replace(after=second.after + " ")))
    assert [row[2] for row in table()] == ["`a.py::test_b`", "not run"]


@pytest.mark.heavy
def test_some_guards_are_disarmed_and_noticed():
    """Ten mutants, others for each state of the product, are noticed; all of them are tried for a release."""
    product = sorted([*(ROOT / "pace").rglob("*.py"), *(ROOT / "cli").rglob("*.py")])
    seed = hashlib.sha256(b"".join(path.read_bytes() for path in product)).hexdigest()
    found = asked(sample(SAMPLE, seed), jobs=2)
    assert {guard.name: one["by"] for guard, one in found if one["outcome"] != CAUGHT} == {}
