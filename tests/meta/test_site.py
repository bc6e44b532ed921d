"""The pages become a site without a warning and without a network, and what is built loads nothing from elsewhere."""

import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path

import pytest

from corpus import ROOT

pytestmark = pytest.mark.heavy

BUILD = """
import socket, sys
def refused(*_):
    raise AssertionError("building the pages asked for a network")
socket.socket.connect = socket.create_connection = socket.getaddrinfo = refused
from sphinx.cmd.build import main
sys.exit(main(sys.argv[1:]))
"""


class Loaded(HTMLParser):
    """Gathers every address that a page loads by itself: whatever is no link that somebody follows."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note the addresses of one tag."""
        for name, value in attrs:
            if name in ("src", "srcset", "data", "action", "poster") or (name == "href" and tag != "a"):
                self.found.append(value or "")
            elif name == "style":
                self.found += re.findall(r"url\(([^)]*)\)", value or "")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of the site, built anew: a warning is an error, and so is a connection."""
    for needed in ("sphinx", "myst_parser", "furo"):
        pytest.importorskip(needed)
    place = tmp_path_factory.mktemp("site")
    words = [sys.executable, "-c", BUILD, "-W", "--keep-going", "-q", "-c", "docs", ".", str(place)]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
    return place


def test_every_page_of_the_project_is_in_the_site_and_can_be_reached(site):
    """No page is built that no list of contents names (a warning), and none of `docs/` is forgotten."""
    pages = [*ROOT.glob("docs/**/*.md"), ROOT / "CHANGELOG.md", ROOT / "SECURITY.md", ROOT / "benchmarks/README.md"]
    assert len(pages) > 10
    built = [site / page.relative_to(ROOT).with_suffix(".html") for page in pages]
    assert [page for page in (*built, site / "index.html") if not page.exists()] == []


def test_no_page_and_no_style_loads_anything_from_elsewhere(site):
    """Whoever reads the pages is seen by nobody: images, scripts, styles and letters lie beside them."""
    loaded = Loaded()
    for page in site.rglob("*.html"):
        loaded.feed(page.read_text(encoding="utf-8"))
    for style in site.rglob("*.css"):
        text = style.read_text(encoding="utf-8")
        loaded.found += [found.strip("'\"") for found in re.findall(r"(?:url\(|@import\s)\s*([^)\s;]+)", text)]
    assert len(loaded.found) > 100
    assert [address for address in loaded.found if re.match(r"(\w+:)?//", address)] == []


def test_every_name_of_the_reference_is_there(site):
    """What the pages of the reference ask for stands on them, with a line of its own."""
    for page in ROOT.glob("docs/api/*.md"):
        text = (site / page.relative_to(ROOT)).with_suffix(".html").read_text(encoding="utf-8")
        names = re.findall(r"^\.\. auto\w+:: (\S+)$", page.read_text(encoding="utf-8"), flags=re.M)
        assert names
        assert [name for name in names if f'id="{name}"' not in text] == []
