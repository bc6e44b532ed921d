"""How files are ruined: seeded damage of the kinds that disks, cables, cut downloads and careless programs do."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from dataclasses import dataclass

BLOCK = 512
"""Bytes of the largest damaged block: one sector."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mutant:
    """Damaged bytes; in the whole file, the damage lies from `start` up to `stop`."""

    family: str
    data: bytes
    start: int
    stop: int


def flips(data: bytes, rng: random.Random) -> Mutant:
    """Flip one to eight bits near one another."""
    out = bytearray(data)
    start = rng.randrange(len(data))
    places = sorted(min(start + rng.randrange(64), len(data) - 1) for _ in range(rng.randint(1, 8)))
    for place in places:
        out[place] ^= 1 << rng.randrange(8)
    return Mutant(family="flip", data=bytes(out), start=places[0], stop=places[-1] + 1)


def block(data: bytes, rng: random.Random) -> Mutant:
    """Overwrite up to a sector: with noise, zeros, ones, or bytes from elsewhere in the file."""
    n = min(rng.randint(1, BLOCK), len(data))
    start = rng.randrange(len(data) - n + 1)
    elsewhere = rng.randrange(len(data) - n + 1)
    filling = rng.choice([rng.randbytes(n), bytes(n), b"\xff" * n, data[elsewhere : elsewhere + n]])
    return Mutant(family="block", data=data[:start] + filling + data[start + n :], start=start, stop=start + n)


def cut(data: bytes, rng: random.Random) -> Mutant:
    """End the file early."""
    start = rng.randrange(1, len(data))
    return Mutant(family="cut", data=data[:start], start=start, stop=len(data))


def insertion(data: bytes, rng: random.Random) -> Mutant:
    """Put up to a sector of noise, or of the file itself, in between."""
    n = rng.randint(1, BLOCK)
    start, elsewhere = rng.randrange(len(data)), rng.randrange(len(data))
    more = rng.choice([rng.randbytes(n), data[elsewhere : elsewhere + n], bytes(n)])
    return Mutant(family="insertion", data=data[:start] + more + data[start:], start=start, stop=start)


def deletion(data: bytes, rng: random.Random) -> Mutant:
    """Leave up to a sector out."""
    n = min(rng.randint(1, BLOCK), len(data) - 1)
    start = rng.randrange(len(data) - n)
    return Mutant(family="deletion", data=data[:start] + data[start + n :], start=start, stop=start + n)


_TAG = re.compile(rb"</?[\w:]+[^<>]*>")


def tag(data: bytes, rng: random.Random) -> Mutant:
    """Break one tag of an XML document: drop an angle bracket or the whole tag, misspell it, double it."""
    found = list(_TAG.finditer(data))
    start, stop = rng.choice(found).span()
    text = data[start:stop]
    broken = rng.choice(
        [text[1:], text[:-1], b"", text.replace(b"t", b"q"), text + text, b"<" + text, text.replace(b"/", b"")]
    )
    return Mutant(family="tag", data=data[:start] + broken + data[stop:], start=start, stop=stop)


BINARY: tuple[Callable[[bytes, random.Random], Mutant], ...] = (flips, block, cut, insertion, deletion)
XML = (*BINARY, tag)


def mutants(data: bytes, n: int, *, xml: bool, seed: int) -> list[Mutant]:
    """Return `n` mutants, the families in turn, the same for the same seed."""
    rng = random.Random(seed)
    families = XML if xml else BINARY
    return [families[i % len(families)](data, rng) for i in range(n)]
