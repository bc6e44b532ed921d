"""The examples in docstrings are true."""

import doctest
import pkgutil
from importlib import import_module

import pytest

import pace
import pace_cli

MODULES = sorted(
    found.name
    for package in (pace, pace_cli)
    for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}.")
    if not found.name.endswith("__main__")
)


@pytest.mark.parametrize("name", MODULES)
def test_every_example_gives_what_it_shows(name):
    """Whoever copies an example out of a docstring sees what stands below it."""
    assert doctest.testmod(import_module(name)).failed == 0


def test_there_are_examples_at_all():
    """The modules are found, and so are the examples in them."""
    finder = doctest.DocTestFinder(exclude_empty=True)
    assert sum(bool(test.examples) for name in MODULES for test in finder.find(import_module(name))) > 80
