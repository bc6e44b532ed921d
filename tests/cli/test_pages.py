"""What the pages say to type is typed here, and what they show is what comes out; `pytest --renew-golden` writes it."""

import re
import shlex
import shutil
import subprocess
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
import typer

import pace
from corpus import ROOT
from pace_cli.main import app
from pages import PAGES, blocks

GENERATED = ("cli.md", "examples.md")
"""Written by tests of their own."""
TYPED = [page for page in PAGES if page.name not in GENERATED and any(b.is_run for b in blocks(page, "console"))]
THERAPIST, CLIENT, SESSION = (ROOT / "sample_activities" / name for name in ("therapist", "client", "session"))
AT_HAND = {
    "sample_activities": ROOT / "sample_activities",
    "my-runs": THERAPIST,
    "me": THERAPIST,
    "client": CLIENT,
    "people": ROOT / "sample_activities",
    "me.fit": SESSION / "therapist.fit",
    "client.fit": SESSION / "client.fit",
}
"""What whoever reads a page has beside them, and which of the invented files stands for it."""
DAY = date(2026, 12, 1)


@pytest.fixture(scope="module", autouse=True)
def _read_once() -> Iterator[None]:
    """Read the same recordings with the same words once for all pages."""
    original, read = pace.profile, {}

    def profile(paths, **words):
        typed = isinstance(paths, (list, tuple)) and all(isinstance(path, str) for path in paths)
        if not typed or not paths or not all(Path(path).exists() for path in paths):
            return original(paths, **words)
        key = (tuple(Path(path).resolve() for path in paths), repr(words))
        if key not in read:
            read[key] = original(paths, **words)
        return read[key]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pace, "profile", profile)
        yield


@pytest.fixture
def desk(tmp_path: Path, command: object, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the folder of somebody who follows a page, on a day before any consent on it ends."""
    for name, place in AT_HAND.items():
        (tmp_path / name).symlink_to(place)
    shutil.make_archive(str(tmp_path / "client"), "zip", CLIENT)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    for name in ("PACE_LIBRARY", "XDG_DATA_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr("pace_cli.library.today", lambda: DAY)
    return tmp_path


def parts(text: str) -> list[tuple[str, str]]:
    """Return what is typed in a block, each with what is shown below it."""
    found = re.findall(r"^\$ ((?:[^\n]*\\\n)*[^\n]*\n)((?:(?!\$ )[^\n]*\n)*)", text, flags=re.M)
    assert sum(len(typed) + len(shown) + 2 for typed, shown in found) == len(text), "a block begins with what is typed"
    return found


def words(typed: str) -> list[str]:
    """Return the words of a command of `pace`: without comments, and up to where another program takes over."""
    every = shlex.split(typed.replace("\\\n", " "), comments=True)
    assert every[0] == "pace", "only commands of pace are run: say above the block why it is not"
    stop = next((n for n, word in enumerate(every) if word in ("|", ">")), len(every))
    return every[1:stop]


def counted(typed: str) -> None:
    """Count words in files, as somebody does who does not believe it: the comment behind says how many there are."""
    searched, _, said = typed.partition("#")
    found = subprocess.run(["bash", "-c", searched], capture_output=True, text=True).stdout
    there = [int(line.rsplit(":")[-1]) for line in found.split()]
    assert there
    assert sum(there) == int(re.findall(r"\d+", said)[0]), typed


@pytest.mark.parametrize("page", TYPED, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_what_a_page_says_to_type_answers_as_shown(page, command, desk, golden):
    """Every command answers with exit code 0, one after the other; what is shown below it is all that it says."""
    text, done = page.read_text(encoding="utf-8"), 0
    written = ""
    for block in blocks(page, "console"):
        if not block.is_run:
            continue
        written += text[done : block.start]
        done = block.start + len(block.text)
        for typed, shown in parts(block.text):
            if typed.startswith("grep -c "):
                counted(typed)
                written += f"$ {typed}"
                continue
            ran = command(*words(typed))
            assert ran.code == 0, (typed, ran.err)
            written += f"$ {typed}{ran.out if shown else ''}"
    golden.file(page, written + text[done:])
    for picture in re.findall(r"\]\((pictures/[\w.-]+\.svg)\)", text):
        drawn = desk / Path(picture).name
        golden.file(page.parent / picture, drawn.read_text(encoding="utf-8"))


def test_pages_that_say_what_to_type_are_found():
    """The README and the pages for people are among them."""
    assert {"README.md", "tutorial.md"} <= {page.name for page in TYPED}


def _examples() -> list[str]:
    """Return the examples in the help of all commands, without what is said beside them."""
    text = "".join(block.text for block in blocks(ROOT / "docs" / "cli.md"))
    return [re.split(r"\s{2,}", line)[0] for line in text.splitlines() if line.startswith("pace ")]


@pytest.mark.parametrize("example", sorted(set(_examples())))
def test_every_example_in_the_help_is_understood(example):
    """Its words are a command with options that exist and values that they take."""
    given, group = words(re.sub(r"\$\([^)]*\)", "label", example)), typer.main.get_command(app)
    context = group.make_context("pace", given, resilient_parsing=False)
    while hasattr(group, "commands") and (rest := [*context._protected_args, *context.args]):
        name, group, rest = group.resolve_command(context, rest)
        context = group.make_context(name, rest, parent=context)
    assert context.info_name
