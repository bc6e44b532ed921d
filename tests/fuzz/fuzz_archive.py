"""Fuzz what unpacks gzip and ZIP files, and what is in them."""

from __future__ import annotations

from collections.abc import Iterator

from harness import fuzz


def read(data: bytes) -> object:
    """Read bytes as whatever they are; what is no archive is left to the other targets."""
    import pace
    from pace.formats.sniff import kind

    return pace.read(data) if kind(data) in ("gz", "zip") else None


def seeds() -> Iterator[bytes]:
    """Yield small archives, honest and hostile."""
    from robust.hostile import archives

    for hostile in archives():
        if len(hostile.data) < 4000:
            yield hostile.data


if __name__ == "__main__":
    fuzz(read, seeds())
