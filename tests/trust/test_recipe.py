"""The recipe of docs/library.md for people who must prove that somebody was erased, followed word by word."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from corpus import ROOT
from pace.library import Consent, Library, Noted
from pace.person.about import Said

pytestmark = pytest.mark.heavy
RECIPE = (
    (ROOT / "docs" / "library.md").read_text(encoding="utf-8").partition("### To prove it")[2].partition("\n## ")[0]
)
SHELL, SCAN = (re.findall(rf"```{kind}\n(.*?)```", RECIPE, flags=re.DOTALL) for kind in ("sh", "python"))
CLIENT = ROOT / "sample_activities" / "client"


@pytest.fixture
def kept(tmp_path) -> Path:
    """Return the folder of a library of two people with recordings, words and consents."""
    folder = tmp_path / "kept"
    folder.mkdir()
    with Library.open(folder / "people.db") as library:
        for label, file in (("quiet river", "01-brisk-walk.fit"), ("amber bay", "02-run-walk.fit")):
            library.add(label, CLIENT / file, consent=Consent(text=f"walks of {label}"))
            library.note(label, Noted(said=Said(speed=2.3, talk="short"), text=f"note on {label}"))
    return folder


def followed(tmp_path: Path, kept: Path, commands: str) -> subprocess.CompletedProcess[str]:
    """Run the recipe's commands with this library in place of one's own."""
    (tmp_path / "scan.py").write_text(SCAN[0], encoding="utf-8")
    (tmp_path / "bin").mkdir(exist_ok=True)
    for name, words in (("pace", "-m pace_cli"), ("python", "")):
        program = tmp_path / "bin" / name
        program.write_text(f'#!/bin/sh\nexec "{sys.executable}" {words} "$@"\n')
        program.chmod(0o700)
    there = {"PATH": f"{tmp_path / 'bin'}:{os.environ['PATH']}", "PYTHONPATH": f"{ROOT}:{ROOT / 'cli'}"}
    env = {**os.environ, **there, "PACE_LIBRARY": str(kept / "people.db"), "PYTHONDONTWRITEBYTECODE": "1"}
    words = ["sh", "-euc", commands.replace("~/.local/share/pace", str(kept))]
    return subprocess.run(words, cwd=tmp_path, env=env, capture_output=True, text=True, check=True)


def found(told: str) -> list[list[int]]:
    """Return how many marks each look found, and of how many."""
    return [[int(n) for n in line] for line in re.findall(r"^(\d+) of (\d+) marks found$", told, flags=re.MULTILINE)]


@pytest.mark.skipif(os.name != "posix", reason="the recipe is for a POSIX shell")
def test_the_recipe_proves_that_somebody_is_erased(tmp_path, kept, figure):
    """All marks are found before, none after; the other person is there as before, and no copy is left."""
    before, after = found(followed(tmp_path, kept, SHELL[0]).stdout)
    assert before[0] == before[1] - 6 > 40  # of each of three texts two spellings, in UTF-16, are not there
    assert after == [0, before[1]]
    assert not (tmp_path / "river.json").exists()
    with Library.open(kept / "people.db") as library:
        assert [(person.label, person.n_activities) for person in library.people()] == [("amber bay", 1)]
    figure("P7", f"the recipe: {before[0]} of {before[1]} marks before, {after[0]} after")


@pytest.mark.skipif(os.name != "posix", reason="the recipe is for a POSIX shell")
@pytest.mark.parametrize("where", ["people.db-wal", "deeper/backup.bin"])
def test_the_recipe_finds_what_is_left(tmp_path, kept, where):
    """A copy of a page that somebody left in the folder is found: the look is not blind."""
    (kept / where).parent.mkdir(exist_ok=True)
    copy = (kept / "people.db").read_bytes()[4096:]
    commands = SHELL[0].replace('pace person forget "quiet river"', 'pace person forget "quiet river"; cp copy left')
    (tmp_path / "copy").write_bytes(copy)
    after = found(followed(tmp_path, kept, commands.replace("left", f"'{kept / where}'", 1)).stdout)[1]
    assert after[0] > 10
