"""Digits to numbers and ISO 8601 times to Unix seconds, many at once: where in a text they stand, to what they are."""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import date
from enum import IntFlag
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

Bytes = NDArray[np.uint8]
Index = NDArray[np.int64]
Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]
Words = NDArray[np.uint64]

PAD = 16
"""Bytes that must stand before the first span, since words are read backwards from its end."""
MANTISSA = 2**53
"""Whole numbers up to here are exact in float64, so one division by an exact power of ten rounds once (IEEE 754)."""
NUMBER = re.compile(rb"[ \t\r\n]*([+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)[ \t\r\n]*")
"""xs:double without its NaN and INF: ASCII digits only, no underscores, no other scripts."""
TIME = re.compile(
    rb"[ \t\r\n]*([0-9]{4})(-?)([0-9]{2})\2([0-9]{2})[Tt ]([0-9]{2}):?([0-9]{2})(?::?([0-9]{2})(?:[.,]([0-9]{1,40}))?)?"
    rb" ?([Zz]|[+-][0-9]{2}(?::?[0-9]{2})?)?[ \t\r\n]*"
)
"""ISO 8601 extended and basic, seconds optional, point or comma, any offset or none."""
SHORTEST_TIME = 19
"""Characters of `YYYY-MM-DDThh:mm:ss`."""
FEW_NUMBERS, FEW_TIMES = 500, 30
"""How many are read more quickly one by one than as whole arrays, which cost 0.06 and 0.04 ms however few."""
FEW_LONG = 200
"""Numbers of more than 16 decimals among BLOCK that are read one by one."""
BLOCK = 4096
"""Numbers read at once, so that what is made of them on the way stays in the cache."""
UNIX_DAY = date(1970, 1, 1).toordinal()
DAY_S = 86400


class Odd(IntFlag):
    """What may be said of a time that was read."""

    NONE = 0
    NO_ZONE = 1
    LEAP_SECOND = 2
    UNREADABLE = 4


# --- Words: eight characters of a text as one number, the first one lowest ---------------------------------------


def _word(text: bytes) -> np.uint64:
    """Return up to eight characters as the word that they are in memory."""
    return np.uint64(int.from_bytes(text.ljust(8, b"\0"), "little"))


def _each(byte: int) -> np.uint64:
    """Return a word of eight equal bytes."""
    return np.uint64(byte * 0x0101010101010101)


_ZEROS, _HIGH = _each(0x30), _each(0x80)
_TOO_BIG = _each(0x80 - 10)
_KEEP_LAST = np.array([(2**64 - 1) ^ (2 ** (64 - 8 * k) - 1) if k else 0 for k in range(9)], np.uint64)
"""Masks that keep the last k characters of a word."""
_POW = np.array([10**k for k in range(19)], np.uint64)
_SCALE = _POW.astype(np.float64)
_PLACE = np.uint64(0x0001020304050607)
"""Times a word with the lowest bit of character j set, shifted right by 56: j."""
_U = np.uint64


def windows(text: Bytes) -> Words:
    """Return the word that begins at every byte of a text of at least 8 bytes, as a view without a copy.

    Index it with brackets: `take` would first make the view a contiguous array of eight times the text.
    """
    return np.ndarray((max(text.size - 7, 0),), "<u8", buffer=text, strides=(1,))


def _digits_value(word: Words) -> Words:
    """Return the number that eight digits (as 0 to 9, the first lowest) stand for; the word is overwritten."""
    word *= _U(2561)
    word >>= _U(8)
    word &= _U(0x00FF00FF00FF00FF)
    word *= _U(6553601)
    word >>= _U(16)
    word &= _U(0x0000FFFF0000FFFF)
    word *= _U(42949672960001)
    word >>= _U(32)
    return word


def _decimals(text: Bytes, start: Index, stop: Index) -> tuple[Floats, Mask]:
    """Read unsigned decimals of up to 8 digits, a point and up to 32 more; say of which this was right to do.

    What stands before the first character that is no digit is one word, the last 16 characters behind it are two: the
    digits are a whole number M, and the value is M / 10^n with n digits behind the point. Digits behind the sixteenth
    only decide how it is rounded.
    """
    word = windows(text)
    x = word[np.minimum(start, word.size - 1)]
    x ^= _ZEROS
    end = x + _TOO_BIG
    end |= x
    end &= _HIGH
    end &= ~end + _U(1)  # the lowest bit: the first character that is no digit
    end >>= _U(7)
    end *= _PLACE
    end >>= _U(56)
    x <<= _U(64) - (end << _U(3))  # only the digits are left, as the last characters of the word
    whole = _digits_value(x)
    point = start + end.astype(np.int64)
    n = stop - point
    n -= 1
    if not (most := int(n.max())) > 0:
        return whole.astype(np.float64), (n < 0) & (end > 0)
    right = (text[point] == ord(".")) & (n > 0) | (n < 0) & (end > 0)
    tail, long = _NOTHING, n > 16 if most > 16 else None
    if long is not None and np.count_nonzero(long) > FEW_LONG:
        n, tail, good = _beyond_16(word, point + 17, n)
        right &= good
    else:
        long = None  # read by others
    part, good = _digits(word, point + n + 1, n, 1 if most <= 8 else 2)
    right &= good
    whole *= _POW.take(n, mode="clip")
    whole += part
    scale = _SCALE.take(n, mode="clip")
    if most <= 10 and whole.max() <= MANTISSA:
        return whole / scale, right
    right &= (n <= 16) & (end <= 19 - np.maximum(n, 11))  # else the digits do not fit into a word
    return _rounded(whole, scale, tail, long, right)


def _rounded(whole: Words, scale: Floats, tail: Floats, long: Mask | None, right: Mask) -> tuple[Floats, Mask]:
    """Return (whole + tail) / scale rounded once; say where that is certain."""
    value = whole / scale
    big = whole > MANTISSA
    if long is not None:
        right &= ~long | (whole >= 10**14)  # below 0.01 what is cut off behind 24 decimals could count
        big |= long
    big &= right
    if np.count_nonzero(big) == big.size:
        return _divided(whole, scale, tail)
    at = np.flatnonzero(big)
    value[at], right[at] = _divided(whole[at], scale[at], tail if long is None else tail[at])
    return value, right


def _beyond_16(word: Words, begin: Index, n: Index) -> tuple[Index, Floats, Mask]:
    """Cut numbers of digits to 16; return them, what part of one the digits from `begin` on are, and where they are."""
    more, x = n - 16, np.empty((2, n.size), np.uint64)
    for i in range(2):
        np.bitwise_xor(word[np.minimum(begin + 8 * i, word.size - 1)], _ZEROS, out=x[i])
        x[i] &= _FIRST.take(more - 8 * i, mode="clip")
    wrong = ((x + _TOO_BIG) | x) & _HIGH
    right = (wrong[0] | wrong[1]) == 0
    right &= more <= 16
    return np.minimum(n, 16), _digits_value(x[0]) / _SCALE[8], right


def _digits(word: Words, stop: Index, n: Index, words: int) -> tuple[Words, Mask]:
    """Return the number that the n digits before each end stand for, 8 to a word, and where there are only digits."""
    x = np.empty((words, n.size), np.uint64)
    for i in range(words):
        np.bitwise_xor(word[stop - 8 * (words - i)], _ZEROS, out=x[i])
        x[i] &= _KEEP_LAST.take(n if i == words - 1 else n - 8, mode="clip")
    wrong = x + _TOO_BIG
    wrong |= x
    wrong &= _HIGH
    value = _digits_value(x)
    if words == 1:
        return value[0], wrong[0] == 0
    return value[0] * _POW[8] + value[1], (wrong[0] | wrong[1]) == 0


_NOTHING = np.zeros(1)
_FIRST = np.array([2 ** (8 * k) - 1 for k in range(9)], np.uint64)
"""Masks that keep the first k characters of a word."""
_HALF_BITS = 134217729.0
"""2^27 + 1 splits a float64 into two halves of 26 bits (Dekker 1971, doi:10.1007/BF01397083)."""


def _halves(x: Floats) -> tuple[Floats, Floats]:
    """Split each number into two whose products are exact."""
    split = x * _HALF_BITS
    high = split - (split - x)
    return high, x - high


def _divided(whole: Words, scale: Floats, part: Floats) -> tuple[Floats, Mask]:
    """Return (whole + part) / scale rounded once, and where that is certain: not too near the middle of two float64."""
    first = whole.astype(np.float64)
    over = (whole - first.astype(np.uint64)).astype(np.int64)  # wraps to the right sign
    quotient = first / scale
    (high, low), (scale_high, scale_low) = _halves(quotient), _halves(scale)
    product = quotient * scale
    error = ((high * scale_high - product) + high * scale_low + low * scale_high) + low * scale_low
    more = ((first - product) - error + (over + part)) / scale
    value = quotient + more
    left = np.abs((quotient - value) + more)
    half = np.spacing(value) * 0.5
    sure = np.abs(left - half) > half * 1e-6
    sure &= (left < half * 0.49) | ((value.view(np.uint64) & _U(2**52 - 1)) != 0)
    return value, sure


def _texts(text: Bytes, start: Index, stop: Index) -> list[bytes]:
    """Return the spans as bytes."""
    spans = zip(start.tolist(), stop.tolist(), strict=True)
    if isinstance(text.base, bytes) and len(text.base) == text.size:  # three times as fast as from the array
        data = text.base
        return [data[i:j] for i, j in spans]
    view = memoryview(text)  # type: ignore[arg-type]
    return [bytes(view[i:j]) for i, j in spans]


def _number(text: bytes) -> float:
    """Read one number of any legal form; NaN when it is none or too large for a float64."""
    match = NUMBER.fullmatch(text)
    value = float(match[1]) if match else np.nan
    return value if abs(value) < np.inf else np.nan


def _each_number(texts: list[bytes]) -> list[float]:
    """Read numbers one by one: at once if they are plain decimals, else each for itself; NaN for an empty text."""
    if len(b",".join(texts).translate(None, b"0123456789.+-")) == len(texts) - 1:
        with suppress(ValueError):
            return list(map(float, texts))
    return [_number(text) if text else np.nan for text in texts]


def numbers(text: Bytes, start: Index, stop: Index) -> tuple[Floats, Mask]:
    """Return the numbers that stand in spans of a text, correctly rounded, and where a text was no number.

    Decimals of usual length go through whole arrays; the rest (exponents, blanks, nonsense) one by one.

    Parameters
    ----------
    text : (m,) uint8
        At least PAD bytes stand before the first span and behind the last, and no digit right behind one.
    start, stop : (n,) int64
        Where each text begins and ends. An empty one is a missing value.

    Returns
    -------
    value : (n,) float64
        NaN where missing, wrong or not finite.
    wrong : (n,) bool
        True where something stands that is no finite number.

    Examples
    --------
    >>> text = np.frombuffer(b" " * 16 + b"12.5,-1e2,nan,", np.uint8)
    >>> numbers(text, np.array([16, 21, 26, 30]), np.array([20, 25, 29, 30]))
    (array([  12.5, -100. ,    nan,    nan]), array([False, False,  True, False]))
    """
    if start.size <= FEW_NUMBERS:
        value = np.array(_each_number(_texts(text, start, stop)), np.float64)
        wrong = np.isnan(value)
        wrong &= stop > start
        return value, wrong
    sign = text[start]
    minus = sign == ord("-")
    signed = minus | (sign == ord("+"))
    begin = start + signed
    value, right = np.empty(start.size), np.empty(start.size, bool)
    for i in range(0, start.size, BLOCK):
        here = slice(i, i + BLOCK)
        value[here], right[here] = _decimals(text, begin[here], stop[here])
    np.negative(value, out=value, where=minus)
    wrong = np.zeros(start.size, bool)
    rest = np.flatnonzero(~right)
    if rest.size:
        value[rest] = _each_number(_texts(text, start[rest], stop[rest]))  # the odd ones only
        wrong[rest] = np.isnan(value[rest]) & (stop[rest] > start[rest])
    return value, wrong


# --- Times -------------------------------------------------------------------------------------------------------


@lru_cache(maxsize=256)
def _day(year: int, month: int, day: int) -> int | None:
    """Return days since 1970-01-01; None if there is no such day."""
    try:
        return date(year, month, day).toordinal() - UNIX_DAY
    except ValueError:
        return None


def _offset_s(zone: bytes) -> int | None:
    """Return the seconds by which local time with such a zone is ahead of UTC; None when no clock is set so."""
    if zone in b"Zz":
        return 0
    hours, minutes = int(zone[1:3]), int(zone[-2:]) if len(zone) > 3 else 0
    if hours > 15 or minutes > 59:
        return None
    return (hours * 3600 + minutes * 60) * (-1 if zone[:1] == b"-" else 1)


_NO_ZONE, _LEAP_SECOND, _UNREADABLE = int(Odd.NO_ZONE), int(Odd.LEAP_SECOND), int(Odd.UNREADABLE)
"""As plain numbers: to join two flags takes longer than to read the time."""


def _time(text: bytes) -> tuple[float, int]:
    """Read one time of any form; NaN and UNREADABLE when it is none."""
    match = TIME.fullmatch(text)
    if not match:
        return np.nan, _UNREADABLE
    year, _, month, day, hour, minute, second, fraction, zone = match.groups()
    n = _day(int(year), int(month), int(day))
    h, m, s = int(hour), int(minute), int(second or 0)
    part = float(b"0." + fraction) if fraction else 0.0
    offset = _offset_s(zone or b"Z")
    midnight = h == 24 and m == s == part == 0
    if n is None or offset is None or m > 59 or s > 60 or (h > 23 and not midnight):
        return np.nan, _UNREADABLE
    odd = (0 if zone else _NO_ZONE) + (_LEAP_SECOND if s == 60 else 0)
    return float(n * DAY_S + h * 3600 + m * 60 + s - offset) + part, odd


_COLONS, _COLON_MASK = _word(b"\0\0:\0\0:"), _word(b"\0\0\xff\0\0\xff")
_CLOCK_ZEROS = _word(b"00\x0000\x0000")
_CLOCK_BIG = _word(bytes([0x80 - 10, 0x80 - 10, 0, 0x80 - 6, 0x80 - 10, 0, 0x80 - 6, 0x80 - 10]))


def _days(text: Bytes, start: Index) -> tuple[Floats, Mask]:
    """Return the day of `YYYY-MM-DDT…` at each start, and where there is one; parsed once for each run of days."""
    word = windows(text)
    first, last = word[start], word[start + 3]
    new = np.ones(start.size, bool)
    np.not_equal(first[1:], first[:-1], out=new[1:])
    new[1:] |= last[1:] != last[:-1]
    at = np.flatnonzero(new)
    days = np.array([_day_of(day) for day in _texts(text, start[at], start[at] + 11)])
    if at.size > 1:
        days = np.repeat(days, np.diff(at, append=start.size))
    return days, days == days


@lru_cache(maxsize=256)
def _day_of(text: bytes) -> float:
    """Return the Unix seconds at which the day of `YYYY-MM-DDT` begins; NaN if there is none."""
    match = re.fullmatch(rb"([0-9]{4})-([0-9]{2})-([0-9]{2})T", text)
    n = _day(*map(int, match.groups())) if match else None
    return np.nan if n is None else float(n * DAY_S)


def _clock(text: Bytes, start: Index) -> tuple[Words, Mask]:
    """Return the seconds since midnight of `hh:mm:ss` at each start, and where it is of that form."""
    word = windows(text)[start]
    right = (word & _COLON_MASK) == _COLONS
    word ^= _CLOCK_ZEROS
    word &= ~_COLON_MASK
    big = word + _CLOCK_BIG
    big |= word
    right &= (big & _HIGH) == 0
    pair = word * _U(10)
    pair += word >> _U(8)
    right &= (pair & _U(255)) < 24
    minutes = (pair & _HOUR_MINUTE) * _U(60 << 24 | 1)  # hours · 60 + minutes, from bit 24 on
    minutes >>= _U(24)
    minutes &= _U(0xFFFF)
    minutes *= _U(60)
    pair >>= _U(48)
    minutes += pair & _U(255)
    return minutes, right


_HOUR_MINUTE = _word(b"\xff\0\0\xff")


def _zones(text: Bytes, start: Index, stop: Index) -> tuple[Index, Index | int]:
    """Return where the zone begins (Z or ±hh:mm, else the end) and how many seconds it is ahead of UTC."""
    utc = text[stop - 1] == ord("Z")
    begin = stop - utc
    if np.count_nonzero(utc) == utc.size:
        return begin, 0
    ahead = np.zeros(start.size, np.int64)
    rest = np.flatnonzero(~utc & (stop - start >= 25))
    zones = windows(text)[stop[rest] - 8] >> _U(16)
    for zone in set(zones.tolist()):
        offset = _zone_word_s(zone.to_bytes(6, "little"))
        if offset is not None:
            mine = rest[zones == zone]
            begin[mine], ahead[mine] = stop[mine] - 6, offset
    return begin, ahead


def _zone_word_s(zone: bytes) -> int | None:
    """Return what `±hh:mm` is ahead of UTC; None if it is not of that form."""
    return _offset_s(zone) if re.fullmatch(rb"[+-][0-9]{2}:[0-9]{2}", zone) else None


def times(text: Bytes, start: Index, stop: Index) -> tuple[Floats, NDArray[np.uint8]]:
    """Return the Unix seconds of ISO 8601 times that stand in spans of a text, and what is odd about each.

    `YYYY-MM-DDThh:mm:ss` with a fraction or none, and Z or ±hh:mm or nothing, goes through whole arrays; other forms
    (basic, no seconds, comma, leap second, 24:00:00, blanks) one by one. A time without zone is taken as UTC.

    Parameters
    ----------
    text : (m,) uint8
        At least PAD bytes stand before the first span.
    start, stop : (n,) int64

    Returns
    -------
    seconds : (n,) float64
        Since 1970-01-01T00:00:00 UTC; NaN where missing or not readable.
    odd : (n,) uint8
        Flags of `Odd`; 0 for an empty text.

    Examples
    --------
    >>> text = np.frombuffer(b" " * 16 + b"1970-01-02T00:00:01.5Z19700101T0100", np.uint8)
    >>> times(text, np.array([16, 38]), np.array([38, 51]))
    (array([86401.5,  3600. ]), array([0, 1], dtype=uint8))
    """
    length = stop - start
    regular = length >= (SHORTEST_TIME if start.size > FEW_TIMES else np.inf)
    if regular.size and np.count_nonzero(regular) == regular.size:
        seconds, odd, right = _regular_times(text, start, stop)
    else:
        seconds, odd, right = np.full(start.size, np.nan), np.zeros(start.size, np.uint8), length <= 0
        if (at := np.flatnonzero(regular)).size:
            seconds[at], odd[at], right[at] = _regular_times(text, start[at], stop[at])
    rest = np.flatnonzero(~right)
    if rest.size:
        read = [_time(t) for t in _texts(text, start[rest], stop[rest])]  # the odd ones only
        seconds[rest], odd[rest] = [r[0] for r in read], [r[1] for r in read]
    return seconds, odd


def _regular_times(text: Bytes, start: Index, stop: Index) -> tuple[Floats, NDArray[np.uint8], Mask]:
    """Read `YYYY-MM-DDThh:mm:ss[.f][Z|±hh:mm]`, all spans long enough for that; say where it was of that form."""
    days, right = _days(text, start)
    clock, clock_right = _clock(text, start + 11)
    begin, ahead = _zones(text, start, stop)
    seconds = days + clock
    seconds -= ahead
    right = right & clock_right
    odd = (begin == stop).view(np.uint8)  # Odd.NO_ZONE
    point = start + SHORTEST_TIME
    length = begin - point
    if length.max() > 0 and not _whole_seconds(text, point, length):
        at = np.flatnonzero(length > 0)
        part, good = _fractions(text, point[at], begin[at])
        seconds[at] += part
        right[at] &= good
    return seconds, odd, right


_NO_PART = _word(b".000")


def _whole_seconds(text: Bytes, point: Index, length: Index) -> bool:
    """Tell whether all fractions are `.000`, as many exporters write them."""
    part = windows(text)[point - 4] >> _U(32)
    return bool((length == 4).all() and (part == _NO_PART).all())


def _fractions(text: Bytes, start: Index, stop: Index) -> tuple[Floats, Mask]:
    """Return the values of `.123`, up to eight digits, and where it is of that form."""
    n = stop - start
    n -= 1
    part, right = _digits(windows(text), stop, n, 1)
    right &= (n > 0) & (n <= 8) & (text[start] == ord("."))
    return part / _SCALE.take(n, mode="clip"), right
