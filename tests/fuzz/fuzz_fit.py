"""Fuzz the FIT reader."""

from __future__ import annotations

from collections.abc import Iterator

from harness import fuzz


def read(data: bytes) -> object:
    """Read bytes as a FIT file."""
    from pace.formats.fit import read_fit

    return read_fit(data)


def seeds() -> Iterator[bytes]:
    """Yield small whole files."""
    from robust.material import invented, written

    yield written("fit", invented(3))
    yield written("fit", invented(40))


if __name__ == "__main__":
    fuzz(read, seeds())
