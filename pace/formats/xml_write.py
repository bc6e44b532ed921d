"""Numbers, times and words as they are written into XML: shortest exact decimals, UTC, no character that XML bars."""

from __future__ import annotations

import re

import numpy as np

from pace.arrays import Array
from pace.formats.xml_samples import STRIDES_BELOW

_BARRED = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 has no way to write: control characters, lone surrogates, U+FFFE and U+FFFF."""
_NAMES = str.maketrans(
    {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&apos;", "\t": "&#9;", "\n": "&#10;", "\r": "&#13;"}
)
TENTHS_OF_MICROSECONDS = 10_000_000
"""Per second: one decimal more than float64 can tell apart in Unix seconds since 1987."""


def escaped(text: str) -> str:
    """Return a text as XML content or attribute value; what XML cannot hold is left out.

    Examples
    --------
    >>> escaped("a<b> & " + chr(27) + "[2J")
    'a&lt;b&gt; &amp; [2J'
    """
    return _BARRED.sub("", text).translate(_NAMES)


def decimals(values: Array) -> list[str]:
    """Return the shortest decimals that read back as the same float64, never with an exponent; empty where not finite.

    Examples
    --------
    >>> decimals(np.array([1.5, -2.0, 1e-7, np.nan]))
    ['1.5', '-2', '0.0000001', '']
    """
    return [np.format_float_positional(v, trim="-") if np.isfinite(v) else "" for v in values]


def wholes(values: Array) -> list[str]:
    """Return whole numbers, rounded; empty where not finite."""
    return [f"{v:.0f}" if np.isfinite(v) else "" for v in values]


def times_utc(seconds: Array) -> list[str]:
    """Return Unix seconds as ISO 8601 in UTC; empty where not finite.

    Examples
    --------
    >>> times_utc(np.array([0.0, 1.25, np.nan]))
    ['1970-01-01T00:00:00Z', '1970-01-01T00:00:01.25Z', '']
    """
    finite = np.isfinite(seconds)
    ticks = np.zeros(seconds.size, np.int64)
    whole = np.floor(seconds[finite])
    ticks[finite] = whole.astype(np.int64) * TENTHS_OF_MICROSECONDS + np.rint(
        (seconds[finite] - whole) * TENTHS_OF_MICROSECONDS
    ).astype(np.int64)
    days = np.datetime_as_string((ticks // TENTHS_OF_MICROSECONDS).astype("datetime64[s]")).tolist()
    parts = (ticks % TENTHS_OF_MICROSECONDS).tolist()
    return [_time(day, part) if known else "" for day, part, known in zip(days, parts, finite.tolist(), strict=True)]


def _time(day: str, part: int) -> str:
    """Return a time with as many decimals as it needs."""
    return f"{day}Z" if not part else f"{day}.{part:07d}".rstrip("0") + "Z"


def one_leg(cadence: Array, *, on_foot: bool) -> Array:
    """Return the cadence as devices write it: strides/min on foot, unless it would be taken for steps when read."""
    moving = cadence[cadence > 0]
    if not on_foot or not moving.size or np.median(moving) / 2 >= STRIDES_BELOW:
        return cadence
    return cadence / 2


def element(name: str, text: str) -> str:
    """Return an element with a text; nothing if there is none."""
    return f"<{name}>{text}</{name}>" if text else ""
