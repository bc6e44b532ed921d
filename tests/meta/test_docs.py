"""The pages beside the README are true too: their links lead somewhere and their Python runs."""

import re
import subprocess
import sys

import pytest

from corpus import ROOT

PAGES = sorted(
    [
        *ROOT.glob("*.md"),
        *ROOT.glob("docs/**/*.md"),
        ROOT / "benchmarks/README.md",
        ROOT / "sample_activities/README.md",
    ]
)
CLUSTER = ("dask", "coiled")
"""What an example needs that nobody has at hand: it is not run."""
EXAMPLES = [
    pytest.param(block, id=f"{page.stem}-{number}")
    for page in PAGES
    for number, block in enumerate(re.findall(r"^```python\n(.*?)^```", page.read_text("utf-8"), flags=re.S | re.M))
    if not any(word in block for word in CLUSTER)
]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_no_link_and_no_path_of_a_page_is_broken(page):
    """Every relative link leads to a file, and so does every path in code that begins with a folder of the project."""
    text = page.read_text(encoding="utf-8")
    links = re.findall(r"\]\((?!https?:|#)([^)#\s]+)", text)
    assert [link for link in links if not (page.parent / link).exists()] == []
    paths = re.findall(r"`((?:pace|cli|tests|benchmarks|docs|sample_activities|\.ci)/[\w./-]+)`", text)
    assert [path for path in paths if not (ROOT / path).exists()] == []


@pytest.mark.parametrize("example", EXAMPLES)
def test_a_page_s_python_runs(example, tmp_path):
    """Whoever copies an example beside the sample people sees it work; one that writes Parquet needs its extra."""
    if ".parquet" in example:
        pytest.importorskip("pyarrow")
    (tmp_path / "sample_activities").symlink_to(ROOT / "sample_activities")
    (tmp_path / "people").symlink_to(ROOT / "sample_activities" / "session")
    script = tmp_path / "example.py"
    script.write_text(example, encoding="utf-8")
    done = subprocess.run([sys.executable, script.name], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert done.stdout


def test_every_room_is_in_the_design():
    """The table of rooms names every folder of `pace`."""
    text = (ROOT / "docs" / "design.md").read_text(encoding="utf-8")
    rooms = [place.parent.name for place in ROOT.glob("pace/*/__init__.py")]
    assert rooms
    assert [room for room in rooms if f"`pace/{room}/`" not in text] == []
