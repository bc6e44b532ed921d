"""The fuzz targets do not rot: each reads its seeds and ruined ones, without the fuzzer."""

from __future__ import annotations

import importlib.util
import random
import sys
from pathlib import Path

import pytest

from robust.damage import BINARY

HERE = Path(__file__).parent


def target(name: str):
    """Load a target, as running it does."""
    sys.path.insert(0, str(HERE))
    try:
        spec = importlib.util.spec_from_file_location(f"fuzz_{name}", HERE / f"fuzz_{name}.py")
        assert spec
        assert spec.loader
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        return module
    finally:
        sys.path.remove(str(HERE))


@pytest.mark.parametrize("name", ["fit", "gpx", "tcx", "archive", "library"])
def test_a_target_takes_any_bytes(name):
    """Seeds are read; the same, damaged, give tracks or a documented error."""
    module = target(name)
    from harness import quietly

    rng = random.Random(1)
    for seed in module.seeds():
        quietly(module.read)(seed)
        for damage in BINARY * 4:
            quietly(module.read)(damage(seed, rng).data)


@pytest.mark.parametrize("path", sorted((HERE / "finds").glob("*")), ids=lambda path: path.name)
def test_what_a_fuzzer_once_found_stays_fixed(path):
    """Every input that ever raised something undocumented, or took too long, is kept and read here."""
    module = target(path.name.partition("-")[0])
    from harness import quietly

    quietly(module.read)(path.read_bytes())
