"""A summary as bytes: the same on every machine, of a known version, checked before anything of it is believed.

Nothing is compressed, so that two builds of a compressor cannot make two records of one activity; grids are written as
their few cells that are not zero. A minute takes about 1 kB, a long run about 6 kB.
"""

from __future__ import annotations

import hashlib
import json
import re
import struct
from collections.abc import Iterator
from dataclasses import astuple, fields
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pace.activity.foot import known_sport
from pace.activity.grid import GRID_VERSION
from pace.activity.summary import BEST_DURATIONS_S, BOUT, CHANGE, RR_WINDOW, STEADY, Summary
from pace.activity.track import Note, Wearer
from pace.activity.twins import MOST_MARKS, Sketch
from pace.arrays import frozen
from pace.errors import FormatError, InputError, OtherVersionError

__all__ = ["FORMAT", "packed", "unpacked"]

FORMAT = 2
"""Raised when the layout of the bytes changes."""
MAGIC = b"\x89pace\r\n\x1a"
"""Like that of PNG: a transfer that changes line ends or cuts the eighth bit breaks it."""
TIME_SHAPE, WINDOW_SHAPE = (3, 140, 7), (2, 140, 7)
ROWS = {"bouts": BOUT, "changes": CHANGE, "steady": STEADY, "rr_windows": RR_WINDOW}
"""The structured arrays of a summary, in the order in which they are written."""
MOST_MS = 2**53
"""ms; no sum of times comes near it (285,000 years), and every whole number up to it is a float64 too."""

_HEAD = struct.Struct("<8sHHI")
"""Magic, format, grid version, bytes of the body; then comes the checksum, then the body."""
_CHECK = 16
"""Bytes of the BLAKE2b checksum of head and body."""
_COUNTS, _MEASURES, _LENGTH = struct.Struct("<3q"), struct.Struct("<7d"), struct.Struct("<I")
_CELL = np.dtype([("place", "<u2"), ("ms", "<i8")])
_DIGEST = re.compile("[0-9a-f]{32}")


def packed(summary: Summary) -> bytes:
    """Return a summary as bytes, which `unpacked` turns back into the same summary, bit for bit.

    Raises
    ------
    InputError
        When the summary breaks a rule that every summary of a recording keeps (see `unpacked`).

    Examples
    --------
    >>> from pace.activity.track import Track
    >>> walk = Track.build(time=np.arange(100.0), distance=1.4 * np.arange(100.0), sport="walking")
    >>> data = packed(Summary.from_track(walk))
    >>> len(data) < 1000, packed(unpacked(data)) == data
    (True, True)
    """
    fault = _fault(summary)
    if fault:
        raise InputError(f"this is no summary that can be kept: {fault}")
    body = b"".join(_LENGTH.pack(len(section)) + section for section in _sections(summary))
    head = _HEAD.pack(MAGIC, FORMAT, GRID_VERSION, len(body))
    return head + _checksum(head, body) + body


def unpacked(data: bytes) -> Summary:
    """Return the summary that `packed` wrote.

    Raises
    ------
    FormatError
        When the bytes are of something else, of another version (`OtherVersionError`), cut or damaged, or break a rule:
        times are counted from zero and add up, labels are those of a gait, the sport is a known word, the shapes are
        those of the grid.

    Examples
    --------
    >>> unpacked(b"a,b")
    Traceback (most recent call last):
    pace.errors.FormatError: a kept activity begins with a mark of pace's own, this does not
    """
    head, body = data[: _HEAD.size], data[_HEAD.size + _CHECK :]
    _check_head(data, head, body)
    try:
        summary = _summary(list(_cut(body)))
    except (ValueError, TypeError, KeyError, AttributeError, struct.error, RecursionError) as error:
        raise FormatError(f"a kept activity must be laid out as version {FORMAT}, this is not") from error
    if fault := _fault(summary):
        raise FormatError(f"a kept activity must be one of a recording: {fault}")
    return summary


def _check_head(data: bytes, head: bytes, body: bytes) -> None:
    """Refuse what is foreign, of another version, cut or damaged."""
    if data[: len(MAGIC)] != MAGIC:
        raise FormatError("a kept activity begins with a mark of pace's own, this does not")
    if len(head) < _HEAD.size:
        raise FormatError("a kept activity is cut short", expected=_HEAD.size, got=len(head))
    _, version, grid, length = _HEAD.unpack(head)
    if (version, grid) != (FORMAT, GRID_VERSION):
        raise OtherVersionError(
            "this activity was kept by another version of pace: add its file again",
            expected=(FORMAT, GRID_VERSION),
            got=(version, grid),
        )
    if len(body) != length:
        raise FormatError("a kept activity has the length that its head says, this has not", expected=length)
    if data[_HEAD.size : _HEAD.size + _CHECK] != _checksum(head, body):
        raise FormatError("a kept activity is damaged: its checksum is wrong")


def _checksum(head: bytes, body: bytes) -> bytes:
    """Return what shows a changed bit."""
    return hashlib.blake2b(head + body, digest_size=_CHECK, person=b"pace kept").digest()


def _sections(summary: Summary) -> Iterator[bytes]:
    """Yield the parts of the body in order."""
    notes = [[getattr(note, field.name) for field in fields(Note)] for note in summary.notes]
    words = [summary.digest, summary.sport, summary.gait_confidence, notes]
    yield json.dumps(words, separators=(",", ":"), allow_nan=False).encode("ascii")
    yield _COUNTS.pack(summary.elapsed_ms, summary.paused_ms, summary.gap_ms)
    yield _MEASURES.pack(summary.distance_m, summary.heart_rate_high, *astuple(summary.wearer))
    yield summary.best_speed.astype("<f8").tobytes()
    yield _sparse(summary.time_ms)
    yield _sparse(summary.window_ms)
    for name, dtype in ROWS.items():
        yield getattr(summary, name).astype(dtype.newbyteorder("<")).tobytes()
    yield summary.sketch.astype("<u2").tobytes()


def _summary(sections: list[bytes]) -> Summary:
    """Return the summary whose parts these are; anything may be wrong with them."""
    words, counts, measures, best, spent, windows, *rows, sketch = sections
    digest, sport, confidence, notes = json.loads(words)
    elapsed, paused, gap = _COUNTS.unpack(counts)
    distance, high, *worn = _MEASURES.unpack(measures)
    return Summary(
        digest=digest,
        sport=sport,
        gait_confidence=confidence,
        elapsed_ms=elapsed,
        paused_ms=paused,
        gap_ms=gap,
        distance_m=distance,
        time_ms=_dense(spent, TIME_SHAPE),
        window_ms=_dense(windows, WINDOW_SHAPE),
        best_speed=frozen(np.frombuffer(best, dtype="<f8").astype(np.float64)),
        heart_rate_high=high,
        wearer=Wearer(**dict(zip((field.name for field in fields(Wearer)), worn, strict=True))),
        notes=tuple(_note(*note) for note in notes),
        sketch=frozen(np.frombuffer(sketch, dtype="<u2").astype(np.uint16)),
        **{name: _rows(part, dtype) for part, (name, dtype) in zip(rows, ROWS.items(), strict=True)},
    )


def _note(kind: Any, message: Any, offset: Any, count: Any) -> Note:
    """Return a note whose parts are of the right kinds."""
    if not (isinstance(kind, str) and isinstance(message, str)):
        raise TypeError("a note is made of words")
    if not all(number is None or type(number) is int for number in (offset, count)):
        raise TypeError("a note counts in whole numbers")
    return Note(kind=kind, message=message, offset=offset, count=count)


def _rows(part: bytes, dtype: np.dtype[np.void]) -> NDArray[np.void]:
    """Return structured rows in this machine's byte order, read-only."""
    return frozen(np.frombuffer(part, dtype=dtype.newbyteorder("<")).astype(dtype))


def _cut(body: bytes) -> Iterator[bytes]:
    """Yield the parts of a body, each behind its length."""
    at = 0
    while at < len(body):
        (length,) = _LENGTH.unpack_from(body, at)
        at += _LENGTH.size + length
        if at > len(body):
            raise ValueError("the last part is cut")
        yield body[at - length : at]


def _sparse(grid: NDArray[np.int64]) -> bytes:
    """Return the cells of a grid that are not zero, each with its place."""
    flat = grid.ravel()
    cells = np.empty(np.count_nonzero(flat), dtype=_CELL)
    cells["place"] = np.flatnonzero(flat)
    cells["ms"] = flat[cells["place"]]
    return cells.tobytes()


def _dense(part: bytes, shape: tuple[int, ...]) -> NDArray[np.int64]:
    """Return the grid of these cells, read-only."""
    cells = np.frombuffer(part, dtype=_CELL)
    if any(low >= high for low, high in pairwise(cells["place"].tolist())):
        raise ValueError("each cell is there once, in order")
    grid = np.zeros(int(np.prod(shape)), dtype=np.int64)
    if cells.size and int(cells["place"][-1]) >= grid.size:
        raise ValueError("a cell lies outside the grid")
    grid[cells["place"]] = cells["ms"]
    return frozen(grid.reshape(shape))


def _fault(summary: Summary) -> str:
    """Return which rule of a summary is broken; empty if none is."""
    gaits = np.concatenate([summary.bouts["gait"], summary.changes["to"], summary.steady["gait"]])
    times = (summary.elapsed_ms, summary.paused_ms, summary.gap_ms)
    rules = {
        "its digest is 32 hexadecimal digits": _is_digest(summary.digest),
        "its sport is a word that pace knows": known_sport(summary.sport) == summary.sport,
        "its gaits are told apart with high or low confidence": summary.gait_confidence in ("high", "low"),
        "its grids have the shape of this version": summary.time_ms.shape == TIME_SHAPE
        and summary.window_ms.shape == WINDOW_SHAPE,
        "its best speeds are over as many durations as this version has": summary.best_speed.shape
        == (len(BEST_DURATIONS_S),),
        "no time is below zero": min(*times, summary.time_ms.min(), summary.window_ms.min()) >= 0,
        "no time is beyond counting": max(times) < MOST_MS,
        "its times add up": _adds_up(summary),
        "its marks are few, ascending and each there once": _is_sketch(summary.sketch),
        "its rows are of standing, walking or running": not (gaits > 2).any()
        and not (summary.rr_windows["gait"] > 2).any(),
    }
    return next((f"must hold that {rule}" for rule, kept in rules.items() if not kept), "")


def _is_digest(digest: Any) -> bool:
    """Tell whether a digest has the form of one."""
    return isinstance(digest, str) and _DIGEST.fullmatch(digest) is not None


def _is_sketch(sketch: Sketch) -> bool:
    """Tell whether marks are as `pace.activity.twins.sketch` leaves them."""
    return sketch.ndim == 1 and sketch.size <= MOST_MARKS and bool((sketch[1:] > sketch[:-1]).all())


def _adds_up(summary: Summary) -> bool:
    """Tell whether the elapsed time is standing, walking, running, paused and gap; no sum can overflow."""
    spent = sum(summary.time_ms[summary.time_ms > 0].tolist())
    return bool(summary.elapsed_ms == spent + summary.paused_ms + summary.gap_ms)
