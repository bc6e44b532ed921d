"""How the tests run the command: in this process, as it is typed, with both outputs apart."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

from pace_cli.library import _from_environment, _typed


@dataclass(frozen=True)
class Ran:
    """What a command left behind."""

    code: int
    out: str
    err: str


@pytest.fixture(scope="session")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """Return a function that gives the path of one invented recording by its suffix (`fit`, `gpx`)."""
    place = tmp_path_factory.mktemp("samples")

    @cache
    def write(suffix: str) -> Path:
        from pace.simulate.samples import SAMPLES, sample_bytes

        one = next(one for one in SAMPLES if one.path.endswith(f".{suffix}"))
        path = place / f"one.{suffix}"
        path.write_bytes(sample_bytes(one))
        return path

    return write


@pytest.fixture
def command(
    capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> Callable[..., Ran]:
    """Return a function that runs `pace` with the words given and returns its exit code and both outputs."""
    for name in ("FORCE_COLOR", "CLICOLOR_FORCE", "GITHUB_ACTIONS", "PY_COLORS", "PACE_TRACEBACK"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.setenv("PACE_LIBRARY", str(tmp_path_factory.mktemp("library") / "people.db"))  # never anybody's own
    for name in ("PACE_PASSPHRASE", "PACE_PASSPHRASE_FD"):
        monkeypatch.delenv(name, raising=False)
    _from_environment.cache_clear()
    _typed.cache_clear()

    def run(*words: str) -> Ran:
        from pace_cli.__main__ import run

        monkeypatch.setattr(sys, "argv", ["pace", *words])
        capfd.readouterr()
        with pytest.raises(SystemExit) as left:
            run()
        captured = capfd.readouterr()
        return Ran(code=int(left.value.code or 0), out=captured.out, err=captured.err)

    return run
