"""Fuzz the TCX reader."""

from __future__ import annotations

from collections.abc import Iterator

from harness import fuzz, whole_arrays


def read(data: bytes) -> object:
    """Read bytes as a TCX file; every second one by whole arrays from the first number on."""
    from pace.formats.tcx import read_tcx

    with whole_arrays(len(data) % 2 == 0):
        return read_tcx(data)


def seeds() -> Iterator[bytes]:
    """Yield small whole files."""
    from robust.material import invented, written

    yield written("tcx", invented(3))
    yield written("tcx", invented(40))


if __name__ == "__main__":
    fuzz(read, seeds())
