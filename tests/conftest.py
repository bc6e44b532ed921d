"""What every test shares: how hard properties are tried, and golden files that one flag renews."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, settings

GOLDEN = Path(__file__).parent / "golden"
os.environ["PACE_CONFIG"] = ""  # no test depends on what its reader has set for themselves

signal.signal(signal.SIGINT, signal.default_int_handler)  # tests in the background hand on that it is ignored

settings.register_profile("dev", max_examples=40, deadline=None, derandomize=True)
settings.register_profile(
    "ci", max_examples=200, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile(  # a guard is missed or not: how simply that can be shown does not matter
    "guards", settings.get_profile("dev"), phases=(Phase.explicit, Phase.generate)
)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci" if os.environ.get("CI") else "dev"))


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the flag that renews golden files: read the difference before it is committed."""
    parser.addoption("--renew-golden", action="store_true", help="write golden files anew instead of comparing")


class Golden:
    """Texts that were read and found good, kept in `tests/golden`."""

    def __init__(self, *, renew: bool) -> None:
        self.renew = renew

    def text(self, name: str, got: str) -> None:
        """Compare a text with the one kept under this name in `tests/golden`, or keep it."""
        self.file(GOLDEN / name, got)

    def file(self, path: Path, got: str) -> None:
        """Compare a text with the one kept in this file, or keep it."""
        name = path.name
        if self.renew:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(got, encoding="utf-8", newline="\n")
        assert path.exists(), f"no golden file {name}: run pytest --renew-golden and read it"
        kept = path.read_text(encoding="utf-8")
        assert got == kept, f"{name} changed: run pytest --renew-golden and read the difference"


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Golden:
    """Return the golden files."""
    return Golden(renew=request.config.getoption("--renew-golden"))


@pytest.fixture
def figure(record_property: Callable[[str, object], None]) -> Callable[..., None]:
    """Return a function that hands what a test measured to `just trust`: the goal, the figure, what it is short of."""

    def hand(goal: str, told: str, *, short: str = "") -> None:
        record_property(goal, told)
        if short:
            record_property(f"{goal} short", short)

    return hand
