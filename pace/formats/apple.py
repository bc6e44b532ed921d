"""Apple's health export: workouts and the heart rates during them, out of an XML document of gigabytes.

The document is searched, not parsed: only the tags that are wanted are looked at, piece by piece, so memory does not
grow with it, its document type (it has one) defines nothing, and no entity is ever expanded. In XML no `<` may stand in
an attribute, so a tag ends before the next one.
"""

from __future__ import annotations

import re
from array import array
from bisect import bisect_right
from calendar import timegm
from collections.abc import Callable, Iterable, Iterator

import numpy as np

from pace.arrays import frozen
from pace.formats.told import Span, Told

MAX_TAG = 1 << 16
"""Bytes of a tag; a longer one is passed over."""
MAX_DOCUMENT = 64 * 2**30
"""Bytes that are searched."""
MAX_WORKOUTS, MAX_HEART_RATES = 200_000, 20_000_000
"""How many are kept; a watch gives some 700 in an hour of workout."""
LONGEST_WORKOUT_S = 3 * 86_400.0
"""s; what lasts longer is a wrong date."""
HEART_RATES = (20.0, 250.0)
"""beats/min that a heart can show."""
SPORTS = {"Running": "running", "Walking": "walking", "Hiking": "hiking", "Cycling": "cycling", "Swimming": "swimming"}
"""Behind `HKWorkoutActivityType`; others are called `other`."""

_HEAD = re.compile(rb"<HealthData[\s>]")
_WORKOUT = b"<Workout "
_HEART = b'"HKQuantityTypeIdentifierHeartRate"'
_START, _END = re.compile(rb'\sstartDate="([^"]{10,40})"'), re.compile(rb'\sendDate="([^"]{10,40})"')
_VALUE = re.compile(rb'\svalue="([0-9.]{1,12})"')
_TYPE = re.compile(rb'\sworkoutActivityType="HKWorkoutActivityType([A-Za-z]{1,40})"')
_DATE = re.compile(rb"(\d{4}-\d\d-\d\d \d\d):(\d\d):(\d\d)(?:\.\d+)? ([+-]\d\d):?(\d\d)")

Document = Callable[[], Iterable[bytes]]
"""Gives the document anew, piece by piece."""


def is_health(pieces: Iterable[bytes]) -> bool:
    """Tell whether a document is a health export, by its root element in the first 64 KiB."""
    head = b""
    for piece in pieces:
        head += piece
        if len(head) >= MAX_TAG:
            break
    return _HEAD.search(head) is not None


def told(document: Document) -> Told:
    """Return the workouts of a health export and every heart rate during one of them.

    The document is gone through twice: workouts come last in it.
    """
    clock = _Clock()
    spans = sorted(_workouts(document(), clock), key=lambda span: span.start)
    time, rate = _heart_rates(document(), spans, clock) if spans else (array("d"), array("d"))
    order = np.argsort(np.asarray(time), kind="stable")
    return Told(
        spans=tuple(spans),
        heart_time=frozen(np.asarray(time, dtype=np.float64)[order]),
        heart_rate=frozen(np.asarray(rate, dtype=np.float64)[order]),
    )


def _workouts(pieces: Iterable[bytes], clock: _Clock) -> Iterator[Span]:
    """Yield the workouts."""
    found = 0
    for tag in tags(pieces, _WORKOUT):
        start, end = clock.at(_START.search(tag)), clock.at(_END.search(tag))
        kind = _TYPE.search(tag)
        if kind and start is not None and end is not None and 0 < end - start <= LONGEST_WORKOUT_S:
            yield Span(start=start, end=end, sport=SPORTS.get(kind[1].decode(), "other"))
            found += 1
            if found >= MAX_WORKOUTS:
                return


def _heart_rates(pieces: Iterable[bytes], spans: list[Span], clock: _Clock) -> tuple[array[float], array[float]]:
    """Return times and values of the heart rates within a workout."""
    starts = [span.start for span in spans]
    ends = np.maximum.accumulate([span.end for span in spans]).tolist()
    times, rates = array("d"), array("d")
    for tag in tags(pieces, _HEART):
        at, value = clock.at(_START.search(tag)), _VALUE.search(tag)
        last = bisect_right(starts, at) - 1 if at is not None else -1
        if at is None or value is None or last < 0 or at > ends[last]:
            continue
        rate = _number(value[1])
        if HEART_RATES[0] <= rate <= HEART_RATES[1]:
            times.append(at)
            rates.append(rate)
            if len(times) >= MAX_HEART_RATES:
                break
    return times, rates


def _number(text: bytes) -> float:
    """Return a number; NaN for what is none."""
    try:
        return float(text)
    except ValueError:
        return float("nan")


def tags(pieces: Iterable[bytes], mark: bytes) -> Iterator[bytes]:
    """Yield every tag that holds `mark`, from its `<` up to the next one, whatever pieces the document comes in.

    Examples
    --------
    >>> list(tags([b'<a/><b k', b'="1"/> <a/>'], b' k="'))
    [b'<b k="1"/> ']
    """
    rest, seen = b"", 0
    for piece in pieces:
        seen += len(piece)
        block = rest + piece
        whole = block.rfind(b"<")  # what stands before it is complete
        yield from _tags(block[: max(whole, 0)], mark)
        rest = block[max(whole, 0) :]
        if len(rest) > MAX_TAG:
            rest = b""
        if seen > MAX_DOCUMENT:
            return
    yield from _tags(rest, mark)


def _tags(block: bytes, mark: bytes) -> Iterator[bytes]:
    """Yield the tags of a block that ends where one ends."""
    at = block.find(mark)
    while at >= 0:
        start = block.rfind(b"<", max(at - MAX_TAG, 0), at + 1)
        end = block.find(b"<", at + len(mark))
        end = len(block) if end < 0 else end
        if start >= 0 and end - start <= MAX_TAG:
            yield block[start:end]
        at = block.find(mark, end)


class _Clock:
    """Reads `2020-01-31 12:00:00 +0100`; one hour of one zone is worked out once."""

    def __init__(self) -> None:
        self._hours: dict[tuple[bytes, bytes, bytes], float | None] = {}

    def at(self, found: re.Match[bytes] | None) -> float | None:
        """Return Unix seconds, None for what is no date."""
        date = _DATE.fullmatch(found[1]) if found else None
        if date is None:
            return None
        key = (date[1], date[4], date[5])
        if key not in self._hours:
            if len(self._hours) > 100_000:
                self._hours.clear()
            self._hours[key] = _hour(*key)
        hour = self._hours[key]
        return None if hour is None else hour + 60 * int(date[2]) + int(date[3])


def _hour(date_hour: bytes, zone_h: bytes, zone_min: bytes) -> float | None:
    """Return Unix seconds of a full hour in a zone."""
    from datetime import datetime

    try:
        day = datetime.strptime(date_hour.decode(), "%Y-%m-%d %H")
    except ValueError:
        return None
    minutes = 60 * abs(int(zone_h)) + int(zone_min)
    return timegm(day.timetuple()) - 60.0 * (-minutes if zone_h.startswith(b"-") else minutes)
