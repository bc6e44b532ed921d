"""A real browser for the tests: Debian's headless Chromium, driven by Selenium; without one they are left out."""

from __future__ import annotations

import base64
import json
import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

FLAGS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
)
"""The browser makes no request of its own, so that any that is seen is the page's."""
PLACES = {"chromium": ("chromium", "chromium-browser", "google-chrome"), "driver": ("chromedriver",)}
PHONE, DESKTOP = (390, 844), (1100, 900)
"""px; a small phone and a usual window."""


@dataclass(frozen=True)
class Browser:
    """A browser, and what a test asks of it."""

    driver: Any

    def open(self, page: str, *, size: tuple[int, int] = DESKTOP, dark: bool = False) -> None:
        """Open a page (an address, or a path) at a size, in the light or in the dark."""
        self.driver.get_log("browser")
        self.driver.get_log("performance")
        width, height = size
        metrics = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 600}
        self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [scheme]})
        self.driver.get(page if "://" in page else Path(page).resolve().as_uri())

    def complaints(self) -> list[str]:
        """Return what the page put on the console since it was opened: errors, blocked loads, warnings."""
        return [entry["message"] for entry in self.driver.get_log("browser")]

    def requests(self) -> list[str]:
        """Return every address that was asked for since the page was opened, but for the browser's own new tab."""
        events = [json.loads(entry["message"])["message"] for entry in self.driver.get_log("performance")]
        sent = [event["params"] for event in events if event["method"] == "Network.requestWillBeSent"]
        return [params["request"]["url"] for params in sent if not params["documentURL"].startswith("chrome:")]

    def js(self, script: str, *given: Any) -> Any:
        """Return what a script in the page returns."""
        return self.driver.execute_script(script, *given)

    def violations(self, axe: str) -> list[str]:
        """Return what axe-core, given as its source, finds wrong for people who use assistive technology."""
        self.driver.execute_script(axe)
        found = self.driver.execute_async_script("axe.run(document).then(arguments[arguments.length - 1])")
        return [f"{one['id']}: {one['help']} ({one['nodes'][0]['html'][:120]})" for one in found["violations"]]

    def picture(self, path: Path) -> None:
        """Write the whole page as it looks to a PNG file."""
        shown = self.driver.execute_cdp_cmd("Page.captureScreenshot", {"captureBeyondViewport": True})
        path.write_bytes(base64.b64decode(shown["data"]))

    def pages(self) -> int:
        """Return on how many A4 pages the page prints."""
        printed = self.driver.execute_cdp_cmd("Page.printToPDF", {"preferCSSPageSize": True})
        return base64.b64decode(printed["data"]).count(b"/Type /Page\n")


def found(kind: str) -> str | None:
    """Return where a program of the browser is; None where it is not installed."""
    return next(filter(None, map(shutil.which, PLACES[kind])), None)


@pytest.fixture(scope="session")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """Return a browser; the test is left out where there is none."""
    pytest.importorskip("selenium")
    chromium, driver = found("chromium"), found("driver")
    if chromium is None or driver is None:
        pytest.skip("no Chromium with its driver on this machine")
    from selenium import webdriver

    options = webdriver.ChromeOptions()
    options.binary_location = chromium
    for flag in (*FLAGS, f"--user-data-dir={tmp_path_factory.mktemp('browser')}"):
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    made = webdriver.Chrome(options=options, service=webdriver.ChromeService(executable_path=driver))
    try:
        yield Browser(made)
    finally:
        made.quit()


@pytest.fixture(scope="session")
def axe() -> str:
    """Return the source of axe-core: the one that PACE_AXE names, else the one of PyPI, older."""
    named = os.environ.get("PACE_AXE")
    if named:
        return Path(named).read_text(encoding="utf-8")
    spec = find_spec("axe_core_python")
    if spec is None or spec.origin is None:
        pytest.skip("no axe-core: install axe-core-python, or name an axe.min.js in PACE_AXE")
    return (Path(spec.origin).parent / "axe.min.js").read_text(encoding="utf-8")


@pytest.fixture
def written(tmp_path: Path) -> Callable[[str], Path]:
    """Return a function that writes a page to a file that a browser can open."""

    def write(text: str) -> Path:
        path = tmp_path / "page.html"
        path.write_text(text, encoding="utf-8")
        return path

    return write
