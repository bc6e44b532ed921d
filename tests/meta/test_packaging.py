"""What is built and installed is what the README promises."""

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

import pace
from corpus import ROOT


def _python(code: str) -> str:
    """Run code in a fresh interpreter at the project's root and return what it prints."""
    return subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True).stdout


def test_the_wheel_holds_pace_and_pace_cli_and_nothing_else(tmp_path: Path):
    """The top level of the wheel is exactly `pace`, `pace_cli` and the dist-info."""
    pytest.importorskip("hatchling")
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    tops = {name.split("/")[0] for name in zipfile.ZipFile(wheel).namelist()}
    assert tops == {"pace", "pace_cli", f"pace_match-{pace.__version__}.dist-info"}


def test_every_public_name_is_there_and_none_more():
    """`__all__` is exact: each name imports, and nothing public is left out of it."""
    assert all(getattr(pace, name) is not None for name in pace.__all__)
    assert set(pace._HOME) == set(pace.__all__)
    assert set(dir(pace)) == {*pace.__all__, "__version__"}


def test_a_room_is_there_without_being_imported():
    """What a type checker takes for granted is so: each room can be reached from `pace` alone."""
    rooms = sorted(path.parent.name for path in (ROOT / "pace").glob("*/__init__.py"))
    assert set(rooms) <= set(pace._ROOMS)
    for room in pace._ROOMS:
        assert _python(f"import pace; print(pace.{room}.__name__)").strip() == f"pace.{room}"


def test_an_unknown_name_is_an_attribute_error():
    """A name that is not public is refused as Python refuses it."""
    with pytest.raises(AttributeError, match="no attribute 'prophecy'"):
        pace.prophecy  # noqa: B018


def test_importing_pace_brings_nothing_heavy():
    """`import pace` loads neither NumPy nor SciPy nor lxml; the first use of a name does."""
    heavy = ("numpy", "scipy", "lxml", "typer", "pyarrow", "pandas")
    loaded = _python(f"import pace, sys; print(*(m for m in {heavy} if m in sys.modules))")
    assert loaded.strip() == ""


def test_asking_for_help_loads_nothing_heavy():
    """`pace --help` reads no NumPy, SciPy or lxml: it answers at once."""
    code = """
import sys
sys.argv = ["pace", "--help"]
from pace_cli.main import run
try:
    run()
except SystemExit:
    pass
print("HEAVY", *(m for m in ("numpy", "scipy", "lxml", "pyarrow", "pandas") if m in sys.modules))
"""
    assert _python(code).strip().splitlines()[-1] == "HEAVY"


def test_the_core_brings_no_terminal():
    """Nothing below the CLI imports typer, click or rich, whatever is used of it."""
    code = "import pace, sys; [getattr(pace, n) for n in pace.__all__]; import pace.output.html, pace.simulate;"
    loaded = _python(code + "print(*(m for m in ('typer', 'rich', 'click', 'dask') if m in sys.modules))")
    assert loaded.strip() == ""
