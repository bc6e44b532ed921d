"""Practices for the tests of whole commands."""

from __future__ import annotations

import pytest

from table.people import laid_out
from trust.world import FOLDER, World, lay_out


@pytest.fixture(scope="module")
def fresh(tmp_path_factory) -> World:
    """Lay out a practice, to be copied."""
    return lay_out(tmp_path_factory.mktemp("fresh"))


@pytest.fixture
def practice(tmp_path) -> World:
    """Return a practice of 75 small recordings of three people."""
    world = World(place=tmp_path, tracks=())
    (tmp_path / FOLDER / "home").mkdir(parents=True)
    (tmp_path / FOLDER / "tmp").mkdir()
    laid_out(world.desk / "people", people=3, each=25, n=80)
    return world
