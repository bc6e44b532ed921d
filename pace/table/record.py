"""What comes back from reading one place, as bytes: what travels from a worker and what is kept to go on later.

No track, no place, no time of day: a row, the marks by which the same activity is known in another file, and where it
is asked for, the summary.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import numpy as np

from pace.activity.twins import NO_SKETCH, Sketch
from pace.errors import FormatError
from pace.table.columns import Value

_HEAD, _SIZE, _LENGTHS = struct.Struct("<II"), struct.Struct("<I"), struct.Struct("<III")
Part = tuple[tuple[int, ...], tuple[int, int] | None, int | None]
"""A part of an archive: `inside`, `part` and `allowed` of a `Place`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """One recording, or one file that gave none.

    `values` are those of the columns behind `person` without `duplicate_of`; `telling` orders recordings of one
    activity, the most telling first; `summary` is packed, or empty.
    """

    values: tuple[Value, ...]
    telling: tuple[Any, ...] = ()
    sketch: Sketch = field(default_factory=lambda: NO_SKETCH)
    summary: bytes = b""

    @property
    def used(self) -> bool:
        """Tell whether it says something of walking and running."""
        return bool(self.telling)


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What reading one place gave: outcomes, parts that are to be read by themselves, files passed over."""

    outcomes: tuple[Outcome, ...] = ()
    parts: tuple[Part, ...] = ()
    passed_over: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """What is at the head of a record: how many outcomes follow, the parts, files passed over."""

    n_outcomes: int
    parts: tuple[Part, ...]
    passed_over: int
    end: int


def encoded(found: Found) -> bytes:
    """Return it as bytes: the same bytes for the same value, on any machine."""
    pieces = [_sized(_json(found.parts)), *map(_outcome, found.outcomes)]
    return _HEAD.pack(found.passed_over, len(found.outcomes)) + b"".join(pieces)


def _outcome(one: Outcome) -> bytes:
    """Return one outcome as bytes."""
    words, marks = _json((one.values, one.telling)), one.sketch.astype("<u2").tobytes()
    return _LENGTHS.pack(len(words), len(marks), len(one.summary)) + words + marks + one.summary


def _json(value: Any) -> bytes:
    """Return JSON without blanks; there is no NaN in it."""
    return json.dumps(value, separators=(",", ":"), allow_nan=False).encode("ascii")


def _sized(data: bytes) -> bytes:
    """Return bytes behind their length."""
    return _SIZE.pack(len(data)) + data


def heading(data: bytes) -> Heading:
    """Return the head of what `encoded` wrote; the outcomes behind it are left alone.

    Raises
    ------
    FormatError
        When the bytes are something else.
    """
    with _laid_out():
        passed_over, n = _HEAD.unpack_from(data)
        (size,) = _SIZE.unpack_from(data, _HEAD.size)
        end = _HEAD.size + _SIZE.size + size
        parts = json.loads(data[end - size : end])
        return Heading(n_outcomes=n, parts=tuple(_part(*part) for part in parts), passed_over=passed_over, end=end)


def _part(inside: list[int], part: list[int] | None, allowed: int | None) -> Part:
    """Return a part of an archive out of its JSON form."""
    return tuple(inside), None if part is None else (part[0], part[1]), allowed


def decoded(data: bytes) -> Found:
    """Return what `encoded` wrote.

    Raises
    ------
    FormatError
        When the bytes are something else.
    """
    head = heading(data)
    with _laid_out():
        outcomes = tuple(_cut(data, head.end, head.n_outcomes))
    return Found(outcomes=outcomes, parts=head.parts, passed_over=head.passed_over)


@contextmanager
def _laid_out() -> Iterator[None]:
    """Turn what foreign bytes give rise to into one error."""
    try:
        yield
    except (struct.error, ValueError, TypeError, IndexError) as error:
        raise FormatError("a record of a batch must be laid out as this version does, this one is not") from error


def _cut(data: bytes, at: int, n: int) -> Iterator[Outcome]:
    """Yield the outcomes one after another."""
    for _ in range(n):
        sizes = _LENGTHS.unpack_from(data, at)
        edges = np.cumsum([at + _LENGTHS.size, *sizes]).tolist()
        words, marks, summary = (data[a:b] for a, b in pairwise(edges))
        values, telling = json.loads(words)
        yield Outcome(
            values=tuple(values),
            telling=tuple(telling),
            sketch=np.frombuffer(marks, "<u2").astype(np.uint16),
            summary=summary,
        )
        at = edges[-1]
