"""The local page in a real browser: drop files, read the answer, save it, close, and nothing is left."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from browser.conftest import DESKTOP, PHONE, Browser
from corpus import ROOT

pytestmark = pytest.mark.browser

SAMPLES = ROOT / "sample_activities"
SOON_S = 60


@dataclass(frozen=True)
class Served:
    """A running `pace open`, and the folders that it might leave something in."""

    program: subprocess.Popen[str]
    address: str
    place: Path

    def left(self) -> list[str]:
        """Return every file that lies where the program could have put one."""
        return sorted(str(path.relative_to(self.place)) for path in self.place.rglob("*") if path.is_file())


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    """Serve the page with a home, a temporary folder and a working folder of its own."""
    place = tmp_path / "own"
    for name in ("home", "tmp", "here"):
        (place / name).mkdir(parents=True)
    own = {"HOME": str(place / "home"), "TMPDIR": str(place / "tmp"), "XDG_DATA_HOME": str(place / "home")}
    path = os.pathsep.join((str(ROOT), str(ROOT / "cli")))
    program = subprocess.Popen(
        [sys.executable, "-m", "pace_cli", "open", "--no-browser"],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        cwd=place / "here",
        env={**os.environ, **own, "PYTHONPATH": path, "PYTHONDONTWRITEBYTECODE": "1"},
    )
    assert program.stdout is not None
    try:
        yield Served(program, program.stdout.readline().strip(), place)
    finally:
        program.kill()
        program.communicate()


def until(holds: Callable[[], object]) -> None:
    """Wait for what must come to hold soon."""
    limit = time.monotonic() + SOON_S
    while not holds():
        assert time.monotonic() < limit
        time.sleep(0.05)


def give(browser: Browser, person: int, *paths: Path) -> None:
    """Choose files for a person, and wait until they are read."""
    browser.driver.find_element("id", f"people.{person}.files").send_keys("\n".join(map(str, paths)))
    until(lambda: browser.js(f"return document.querySelectorAll('.sum')[{person}].textContent"))


def test_two_people_drop_their_files_read_save_and_are_forgotten(browser, axe, served, tmp_path):
    """The way through the page, as a therapist goes it."""
    browser.open(served.address)
    give(browser, 0, *sorted((SAMPLES / "therapist").iterdir()))
    give(browser, 1, *sorted((SAMPLES / "client").iterdir()))
    assert "a ride" in browser.js("return document.querySelector('.problems').textContent")
    browser.driver.find_element("id", "find").click()
    shown = "return document.getElementById('report').contentDocument?.querySelector('h1')?.textContent"
    until(lambda: browser.js(shown))
    sentence = browser.js("return document.getElementById('state').textContent")
    assert "comfortable" in sentence
    assert browser.js("return document.activeElement.id") == "result-title"
    assert browser.violations(axe) == []

    saved = tmp_path / "saved"
    saved.mkdir()
    browser.driver.execute_cdp_cmd("Browser.setDownloadBehavior", {"behavior": "allow", "downloadPath": str(saved)})
    browser.driver.find_element("id", "save").click()
    report = saved / "a-pace-to-talk-at.html"
    until(report.exists)
    assert sentence.rstrip(".").split(":")[0] in report.read_text(encoding="utf-8")

    assert browser.complaints() == []
    assert {url for url in browser.requests() if not url.startswith(served.address)} == set()
    browser.driver.get("about:blank")
    assert served.program.wait(SOON_S) == 0
    assert served.left() == []


def test_a_wrong_file_and_a_wrong_word_are_told_where_they_are(browser, served, tmp_path):
    """The message stands at the file, or at the field, which also gets the focus."""
    wrong = tmp_path / "<img src=x onerror=alert(1)>.txt"
    wrong.write_bytes(b"no recording")
    browser.open(served.address)
    give(browser, 1, wrong)
    told = browser.js("return document.querySelectorAll('.problems')[1].textContent")
    assert told.startswith("<img src=x onerror=alert(1)>.txt: an activity file must be")
    for name, words in (("people.0.walk", "10:30"), ("people.1.walk", "briskly")):
        browser.js("document.getElementById(arguments[0]).value = arguments[1]", name, words)
    browser.driver.find_element("id", "find").click()
    until(lambda: browser.js("return document.getElementById('people.1.walk-error').textContent"))
    assert browser.js("return document.activeElement.id") == "people.1.walk"
    assert browser.js("return document.getElementById('result').hidden")
    assert [line for line in browser.complaints() if "422" not in line] == []


@pytest.mark.parametrize(("size", "dark"), [(DESKTOP, False), (DESKTOP, True), (PHONE, False), (PHONE, True)])
def test_the_page_is_open_to_everyone(browser, axe, served, size, dark):
    """Nothing that axe-core minds, no sideways scrolling, every field within reach of the keyboard."""
    browser.open(served.address, size=size, dark=dark)
    browser.js("for (const box of document.querySelectorAll('details')) box.open = true")
    assert browser.violations(axe) == []
    assert browser.js("return document.documentElement.scrollWidth") <= size[0]
    assert browser.js("return [...document.querySelectorAll('[tabindex]')].every((e) => e.tabIndex === -1)")


def test_a_file_is_dropped_as_well_as_chosen(browser, served):
    """What a mouse does; the keyboard has the buttons."""
    browser.open(served.address)
    browser.js(
        """
        const given = new DataTransfer();
        given.items.add(new File(['no recording'], 'dropped.txt'));
        const drop = document.querySelector('.drop');
        drop.dispatchEvent(new DragEvent('drop', { dataTransfer: given, bubbles: true, cancelable: true }));
        """
    )
    until(lambda: browser.js("return document.querySelector('.problems').textContent"))
    assert browser.js("return document.querySelector('.problems').textContent").startswith("dropped.txt: ")


def test_forgetting_at_once_empties_the_page_and_ends_the_program(browser, served):
    """The button does what closing does."""
    browser.open(served.address)
    give(browser, 0, SAMPLES / "therapist" / "01-easy-run.fit")
    browser.driver.find_element("id", "forget").click()
    until(lambda: "forgotten" in browser.js("return document.querySelector('main').textContent"))
    assert browser.js("return document.querySelector('form')") is None
    assert served.program.wait(SOON_S) == 0
