"""The pages beside the README are true too: their links lead somewhere and their Python runs."""

import re
import subprocess
import sys
from statistics import fmean

import pytest

from corpus import ROOT
from pages import PAGES, Block, blocks

EXAMPLES = [block for page in PAGES for block in blocks(page, "python") if block.is_run]
PRINTED = "printed by the lines above"
"""What stands above a block that is what the Python before it prints."""
RUN = ("$ pace ", "$ grep -c ")
"""What is typed and run; above a block with anything else a comment says why it is not."""
DIRECTIVE = re.compile(r"\{[\w-]+\}")
"""A block that is part of the site, and no code."""
CHECKED = re.compile(r"(not run|shown): \S|printed by the lines above|.*\b(checked by|made by|taken by) .*test")
"""What a comment says above a block that is not run as it stands: why, or what checks it."""
GENERATED = {"cli.md", "examples.md"}
"""Pages that tests write."""


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_no_link_and_no_path_of_a_page_is_broken(page):
    """Every relative link leads to a file, and so does every path in code that begins with a folder of the project."""
    text = page.read_text(encoding="utf-8")
    links = re.findall(r"\]\((?!https?:|#)([^)#\s]+)", text)
    assert [link for link in links if not (page.parent / link).exists()] == []
    paths = re.findall(r"`((?:pace|cli|tests|benchmarks|docs|sample_activities|\.ci)/[\w./-]+)`", text)
    assert [path for path in paths if not (ROOT / path).exists()] == []


def printed(example: Block) -> Block | None:
    """Return the block that shows what an example prints, if there is one."""
    every = blocks(example.page)
    after = every[example.number + 1 : example.number + 2]
    return after[0] if after and after[0].mark == PRINTED else None


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda block: block.name)
def test_a_page_s_python_runs(example, tmp_path, golden):
    """Whoever copies an example beside the sample people sees it work, and what the page says that it prints."""
    for needed, what in (
        (".parquet", "pyarrow"),
        ("import pandas", "pandas"),
        ("from_frame", "pyarrow"),
        ("import polars", "polars"),
    ):
        if needed in example.text:
            pytest.importorskip(what)
    (tmp_path / "sample_activities").symlink_to(ROOT / "sample_activities")
    (tmp_path / "people").symlink_to(ROOT / "sample_activities" / "session")
    script = tmp_path / "example.py"
    script.write_text(example.text, encoding="utf-8")
    done = subprocess.run([sys.executable, script.name], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert done.stdout
    if shown := printed(example):
        text = example.page.read_text(encoding="utf-8")
        golden.file(example.page, text[: shown.start] + done.stdout + text[shown.start + len(shown.text) :])


@pytest.mark.parametrize("page", [page for page in PAGES if page.name not in GENERATED], ids=lambda page: page.name)
def test_every_block_is_run_or_says_why_not(page):
    """Python runs, and what is typed too (`tests/cli/test_pages.py`); all else says what it is, or its test."""
    every = [block for block in blocks(page) if not DIRECTIVE.fullmatch(block.kind)]
    loose = [block for block in every if not (block.kind in ("python", "console") and block.is_run)]
    assert [block.name for block in loose if not CHECKED.match(block.mark)] == []
    typed = [line for block in every if block.kind == "console" and block.is_run for line in block.text.splitlines()]
    assert [line for line in typed if line.startswith("$ ") and not line.startswith(RUN)] == []


def cell(title: str, row: str, column: str) -> float:
    """Return a figure of the benchmarks: of the first row that begins like this, in the table under a title.

    Where a cell holds a median and a mean, it is the median.
    """
    text = (ROOT / "benchmarks" / "README.md").read_text(encoding="utf-8")
    lines = text[text.index(title) :].splitlines()
    names = next(line for line in lines if line.startswith("| ")).split(" | ")
    found = next(line for line in lines if line.startswith(f"| {row} |")).split(" | ")
    return float(found[[name.strip("| ") for name in names].index(column)].strip("| ").partition(",")[0])


def test_the_figures_of_the_method_are_those_of_the_benchmarks():
    """Nobody types a figure twice: what the page says of errors and coverage is what the tables say."""
    page = (ROOT / "docs" / "method.md").read_text(encoding="utf-8")
    threshold, talk, kinds = "### Through recordings", "### Talk speed through recordings", "### Talk speed by kind"
    one, four, many = (f"{cell(threshold, f'all | {n}', 'RMSE pace'):.2f}" for n in (1, 4, 16))
    fixed = f"{cell(threshold, 'all | all', 'RMSE fixed 2.0'):.2f}"
    bare = [f"{cell(threshold, f'no cadence | {n}', 'RMSE pace'):.2f}" for n in (1, 4, 16)]
    told = [
        f"{cell(kinds, kind, 'RMSE pace'):.2f}" for kind in ("prior only", "all but answers", "all and four answers")
    ]
    assert f"| 0.90 | {cell(threshold, 'all | all', 'coverage')} (" in page
    assert f"| {one}, {four} and {many} m/s; 2.0 m/s for everybody: {fixed} |" in page
    assert f"| {bare[0]}, {bare[1]} and {bare[2]} m/s |" in page
    assert f"| 0.80 | {cell(talk, 'all | all', 'coverage')} |" in page
    assert re.findall(r"\| \| (0\.\d\d) m/s \|$", page, flags=re.M) == told
    silent = [cell(talk, f"no heart rate | {n}", "coverage") for n in (1, 2, 4, 8, 16)]
    assert f"| 0.80 | {fmean(silent):.2f} ({min(silent):.2f} to {max(silent):.2f}) |" in page
    assert f"({fmean(silent):.2f} instead of 0.80)" in page


def test_the_figures_of_couples_are_those_of_their_benchmark():
    """What the page says of sessions that came out as promised is what the table of couples says."""
    page = (ROOT / "docs" / "method.md").read_text(encoding="utf-8")
    first, unknown, every = (
        f"{100 * cell('## Ten sessions', row, 'less than promised'):.1f} %" for row in ("all | 0", "0 | 0", "all | all")
    )
    assert f"| at most 10 % | {first} (nothing known of the client: {unknown}) |" in page
    assert f"| … over ten sessions | at most 10 % | {every} |" in page
    assert cell("## Ten sessions", "all | all", "out of words") == 0
    assert f"| | none of {cell('## Ten sessions', 'all | all', 'sessions'):,.0f} |" in page
    lost = [cell("## Ten sessions", f"all | {notes}", "regret") for notes in (0, 3, 9)]
    assert lost == [0.0, 0.0, 0.0]
    assert "| minutes of talk lost against the best choice, at the median | 2 | 0 |" in page


def test_every_room_is_in_the_design():
    """The table of rooms names every folder of `pace`."""
    text = (ROOT / "docs" / "design.md").read_text(encoding="utf-8")
    rooms = [place.parent.name for place in ROOT.glob("pace/*/__init__.py")]
    assert rooms
    assert [room for room in rooms if f"`pace/{room}/`" not in text] == []
