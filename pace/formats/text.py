"""Digits to numbers and ISO 8601 times to Unix seconds, many at once: where in a text they stand, to what they are."""

from __future__ import annotations

import re
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
FEW_NUMBERS, FEW_TIMES = 80, 20
"""How many are read more quickly one by one than as whole arrays, which cost about 0.09 ms however few."""
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


_ZEROS, _LOW7, _HIGH, _DOT = _each(0x30), _each(0x7F), _each(0x80), _each(ord(".") ^ 0x30)
_TOO_BIG = _each(0x80 - 10)
_KEEP_LAST = np.array([(2**64 - 1) ^ (2 ** (64 - 8 * k) - 1) if k else 0 for k in range(9)], np.uint64)
"""Masks that keep the last k characters of a word."""
_POW = np.array([10**k for k in range(19)], np.uint64)
_DOT_AT = np.uint64(sum((8 - j) << (8 * (7 - j)) for j in range(8)))
"""Times a word with bit 8j set, shifted right by 56: 8 − j, how many characters stand from there to the end."""
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


def _plain(text: Bytes, start: Index, stop: Index) -> tuple[Floats, Mask]:
    """Read unsigned decimals of 1 to 16 characters; say of which this was right to do.

    The last 16 characters are two words. What stands before the number is blanked, the point is found and blanked, so
    the digits are a whole number V in which the point counts as a zero; then V // 10^(k+1) is the part before it.
    """
    length = stop - start
    word = windows(text)
    short = bool(length.max() <= 8)
    x = np.empty((1 if short else 2, start.size), np.uint64)
    x[-1] = word[stop - 8]
    if not short:
        x[0] = word[stop - 16]
    x ^= _ZEROS
    x[-1] &= _KEEP_LAST.take(length, mode="clip")
    if not short:
        x[0] &= _KEEP_LAST.take(length - 8, mode="clip")
    dot = _dots(x)
    x &= ~(dot * _U(255))
    wrong = x + _TOO_BIG
    wrong |= x
    wrong &= _HIGH
    right = (wrong[0] | wrong[-1]) == 0
    right &= (length > 0) & (length <= 16)
    value = _digits_value(x)
    whole = value[0] if short else value[0] * _POW[8] + value[1]
    if dot.any():
        whole, scale = _without_dot(whole, dot, length, right)
    else:
        scale = _ONE
    right &= whole <= MANTISSA
    return whole / scale, right


_ONE = np.ones(1)


def _dots(x: Words) -> Words:
    """Return bit 8j for each character j that is a point; exact, no borrow between characters."""
    y = x ^ _DOT
    dot = y & _LOW7
    dot += _LOW7
    dot |= y
    dot |= _LOW7
    np.invert(dot, out=dot)
    dot >>= _U(7)
    return dot


def _without_dot(whole: Words, dot: Words, length: Index, right: Mask) -> tuple[Words, Floats]:
    """Take the zero that stands for the point out of each number; return it and the power of ten that divides it.

    Numbers with two points, or nothing but one, are marked as not right.
    """
    after = dot * _DOT_AT
    after >>= _U(56)
    if len(dot) == 2:
        after[0] += (dot[0] != 0).astype(np.uint64) << _U(3)
        right &= (dot[0] == 0) | (dot[1] == 0)
    k = after.sum(axis=0).astype(np.intp)
    right &= ((dot & (dot - _U(1))) == 0).all(axis=0)
    right &= length > (k > 0)
    power = _POW.take(k - 1, mode="clip")  # several points may add up to more than there are powers: not right
    whole -= (whole // _POW.take(np.where(k > 0, k, 18), mode="clip")) * power * _U(9)
    return whole, power.astype(np.float64)


_FIRST = np.array([2 ** (8 * k) - 1 for k in range(9)], np.uint64)
"""Masks that keep the first k characters of a word."""
_E16, _E16_HIGH = 1e16, float(10**16 >> 27 << 27)
_E16_LOW = _E16 - _E16_HIGH
_HALF_BITS = 134217729.0
"""2^27 + 1 splits a float64 into two halves of 26 bits (Dekker 1971, doi:10.1007/BF01397083)."""


def _long(text: Bytes, start: Index, stop: Index) -> tuple[Floats, Mask]:
    """Read unsigned decimals with up to 32 digits behind the point; say of which this was right to do.

    The digits are M = whole · 10^16 + the first 16 behind the point, and the next eight as a float. M / 10^16 is
    divided with its exact remainder, so the sum is known to 100 bits; if it lies too near the middle between two
    float64, the text is left to others.
    """
    word = windows(text)
    dot = word[np.minimum(start, word.size - 1)] ^ _each(ord("."))
    dot = ~(((dot & _LOW7) + _LOW7) | dot | _LOW7) >> _U(7)
    dot &= ~dot + _U(1)  # the lowest bit: the first point
    before = (dot * _U(0x0001020304050607) >> _U(56)).astype(np.int64)
    behind = start + before + 1
    n = stop - behind
    right = (dot != 0) & (n > 0) & (n <= 32) & (behind + 32 <= word.size)
    words = 4 if n.max() > 16 else 2
    x = np.empty((1 + words, start.size), np.uint64)
    x[0] = (word[start + before - 8] ^ _ZEROS) & _KEEP_LAST[before]
    for i in range(words):
        np.bitwise_xor(word[np.minimum(behind + 8 * i, word.size - 1)], _ZEROS, out=x[i + 1])
        x[i + 1] &= _FIRST.take(n - 8 * i, mode="clip")
    wrong = ((x + _TOO_BIG) | x) & _HIGH
    right &= ~wrong.any(axis=0)
    whole, high, low, *tail = _digits_value(x[:4])
    right &= whole <= 1800
    whole *= _U(10**16)
    whole += high * _POW[8] + low
    right &= whole >= 10**14  # below 0.01 what is cut off behind 24 decimals could count
    value, sure = _divided(whole, tail[0].astype(np.float64) * 1e-8 if tail else np.zeros(1))
    return value, right & sure


def _divided(whole: Words, part: Floats) -> tuple[Floats, Mask]:
    """Return (whole + part) / 10^16 rounded once, and where that is certain; 0 <= part < 1."""
    first = whole.astype(np.float64)
    over = (whole - first.astype(np.uint64)).astype(np.int64)  # wraps to the right sign
    quotient = first / _E16
    split = quotient * _HALF_BITS
    high = split - (split - quotient)
    low = quotient - high
    product = quotient * _E16
    error = ((high * _E16_HIGH - product) + high * _E16_LOW + low * _E16_HIGH) + low * _E16_LOW
    more = ((first - product) - error + (over + part)) / _E16
    value = quotient + more
    left = np.abs((quotient - value) + more)
    half = np.spacing(value) * 0.5
    sure = np.abs(left - half) > half * 1e-6
    sure &= (left < half * 0.49) | ((value.view(np.uint64) & _U(2**52 - 1)) != 0)
    return value, sure


def _texts(text: Bytes, start: Index, stop: Index) -> list[bytes]:
    """Return the spans as bytes."""
    data = memoryview(text)  # type: ignore[arg-type]
    return [bytes(data[i:j]) for i, j in zip(start.tolist(), stop.tolist(), strict=True)]


def _number(text: bytes) -> float:
    """Read one number of any legal form; NaN when it is none or too large for a float64."""
    match = NUMBER.fullmatch(text)
    value = float(match[1]) if match else np.nan
    return value if abs(value) < np.inf else np.nan


def _decimals(text: Bytes, start: Index, stop: Index) -> tuple[Floats, Mask]:
    """Read unsigned decimals; say of which this was right to do."""
    long = stop - start > 16
    if not long.any():
        return _plain(text, start, stop)
    if long.all():
        return _long(text, start, stop)
    value, right = np.empty(start.size), np.zeros(start.size, bool)
    for here, read in ((np.flatnonzero(~long), _plain), (np.flatnonzero(long), _long)):
        value[here], right[here] = read(text, start[here], stop[here])
    return value, right


def numbers(text: Bytes, start: Index, stop: Index) -> tuple[Floats, Mask]:
    """Return the numbers that stand in spans of a text, correctly rounded, and where a text was no number.

    Decimals of usual length go through whole arrays; the rest (exponents, blanks, nonsense) one by one.

    Parameters
    ----------
    text : (m,) uint8
        At least PAD bytes stand before the first span.
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
        value = np.array([_number(t) if t else np.nan for t in _texts(text, start, stop)])
        return value, np.isnan(value) & (stop > start)
    sign = text[np.minimum(start, text.size - 1)]
    minus = sign == ord("-")
    signed = minus | (sign == ord("+"))
    begin = start + signed
    value, right = _decimals(text, begin, stop)
    np.negative(value, out=value, where=minus)
    empty = stop <= start
    value[empty] = np.nan
    rest = np.flatnonzero(~(right | empty))
    wrong = np.zeros(start.size, bool)
    if rest.size:
        value[rest] = [_number(t) for t in _texts(text, start[rest], stop[rest])]  # the odd ones only
        wrong[rest] = np.isnan(value[rest])
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
    if (first == first[0]).all() and (last == last[0]).all():
        day = _day_of(_texts(text, start[:1], start[:1] + 11)[0])
        return np.full(start.size, day), np.full(start.size, day == day)
    new = np.ones(start.size, bool)
    np.not_equal(first[1:], first[:-1], out=new[1:])
    new[1:] |= last[1:] != last[:-1]
    at = np.flatnonzero(new)
    texts = _texts(text, start[at], start[at] + 11)
    known = {day: _day_of(day) for day in set(texts)}
    days = np.repeat([known[day] for day in texts], np.diff(at, append=start.size))
    return days, ~np.isnan(days)


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
    hour, minute, second = pair & _U(255), (pair >> _U(24)) & _U(255), (pair >> _U(48)) & _U(255)
    right &= hour < 24
    return hour * _U(3600) + minute * _U(60) + second, right


def _zones(text: Bytes, start: Index, stop: Index) -> tuple[Index, Index]:
    """Return where the zone begins (Z or ±hh:mm, else the end) and how many seconds it is ahead of UTC."""
    last = text[stop - 1]
    begin = np.where(last == ord("Z"), stop - 1, stop)
    ahead = np.zeros(start.size, np.int64)
    rest = np.flatnonzero((last != ord("Z")) & (stop - start >= 25))
    if rest.size:
        sign = text[stop[rest] - 6]
        rest = rest[((sign == ord("+")) | (sign == ord("-"))) & (text[stop[rest] - 3] == ord(":"))]
    if rest.size:
        zones = windows(text)[stop[rest] - 8] >> _U(16)
        for zone in np.unique(zones):
            offset = _zone_word_s(int(zone).to_bytes(6, "little"))
            mine = rest[zones == zone]
            if offset is not None:
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
    seconds, odd = np.full(start.size, np.nan), np.zeros(start.size, np.uint8)
    todo = (stop - start) >= (19 if start.size > FEW_TIMES else np.inf)
    if todo.any():
        every = bool(todo.all())
        at = slice(None) if every else np.flatnonzero(todo)
        seconds[at], odd[at], done = _regular_times(text, start[at], stop[at])
        todo[at] = done
    rest = np.flatnonzero(~todo & (stop > start))
    if rest.size:
        read = [_time(t) for t in _texts(text, start[rest], stop[rest])]  # the odd ones only
        seconds[rest], odd[rest] = [r[0] for r in read], [r[1] for r in read]
    return seconds, odd


def _regular_times(text: Bytes, start: Index, stop: Index) -> tuple[Floats, NDArray[np.uint8], Mask]:
    """Read `YYYY-MM-DDThh:mm:ss[.f][Z|±hh:mm]`, all spans of 19 characters or more; say where it was of that form."""
    days, right = _days(text, start)
    clock, clock_right = _clock(text, start + 11)
    right &= clock_right
    begin, ahead = _zones(text, start, stop)
    seconds = days + (clock.astype(np.int64) - ahead)
    odd = (begin == stop).astype(np.uint8)  # Odd.NO_ZONE
    has_part = begin > start + 19
    if has_part.any() and not _whole_seconds(text, start, begin):
        at = np.flatnonzero(has_part)
        part, good = _fractions(text, start[at] + 19, begin[at])
        seconds[at] += part
        right[at] &= good
    return seconds, odd, right


_NO_PART = _word(b".000")


def _whole_seconds(text: Bytes, start: Index, begin: Index) -> bool:
    """Tell whether all fractions are `.000`, as many exporters write them."""
    part = windows(text)[start + 16] >> _U(24)  # the word ends with the last of the four characters, and one more
    return bool((begin == start + 23).all() and ((part & _U(0xFFFFFFFF)) == _NO_PART).all())


def _fractions(text: Bytes, start: Index, stop: Index) -> tuple[Floats, Mask]:
    """Return the values of `.123`, and where it is of that form and short."""
    value, right = _plain(text, start, stop)
    return value, right & (text[start] == ord("."))
