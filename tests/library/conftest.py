"""Libraries of the tests lie in memory where the system has a place for that: hundreds of them wait for no disk."""

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

MEMORY = "/dev/shm"


def made() -> Path:
    """Return an empty folder."""
    return Path(tempfile.mkdtemp(prefix="pace-test-", dir=MEMORY if os.access(MEMORY, os.W_OK) else None))


@pytest.fixture
def tmp_path() -> Iterator[Path]:
    """Return an empty folder that is gone afterwards."""
    place = made()
    yield place
    shutil.rmtree(place, ignore_errors=True)


@pytest.fixture(scope="session")
def new_folder() -> Iterator[Callable[[], Path]]:
    """Return a function that gives an empty folder each time, for tests that run over many examples."""
    folders: list[Path] = []

    def one_more() -> Path:
        folders.append(made())
        return folders[-1]

    yield one_more
    for place in folders:
        shutil.rmtree(place, ignore_errors=True)
