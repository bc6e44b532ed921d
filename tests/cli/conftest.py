"""How the tests run the command: in this process, as it is typed, with both outputs apart."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass

import pytest


@dataclass(frozen=True)
class Ran:
    """What a command left behind."""

    code: int
    out: str
    err: str


@pytest.fixture
def command(capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Callable[..., Ran]:
    """Return a function that runs `pace` with the words given and returns its exit code and both outputs."""
    for name in ("FORCE_COLOR", "CLICOLOR_FORCE", "GITHUB_ACTIONS", "PY_COLORS", "PACE_TRACEBACK"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("COLUMNS", "80")

    def run(*words: str) -> Ran:
        from pace_cli.main import run

        monkeypatch.setattr(sys, "argv", ["pace", *words])
        capfd.readouterr()
        with pytest.raises(SystemExit) as left:
            run()
        captured = capfd.readouterr()
        return Ran(code=int(left.value.code or 0), out=captured.out, err=captured.err)

    return run
