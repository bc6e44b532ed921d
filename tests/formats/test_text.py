"""Digits to numbers and ISO times to Unix seconds: right to the last bit, and strict."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from decimal import Decimal
from unittest.mock import patch

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pace.formats.text import Odd, numbers, times
from pace.formats.xml_samples import joined

LEGAL = re.compile(r"[ \t\r\n]*[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?[ \t\r\n]*", re.ASCII)


def both(read, texts):
    """Read texts as whole arrays and one by one; the two must agree to the last bit."""
    spans, found = joined([t.encode() for t in texts]), []
    for few in (0, 10**9):
        with patch.multiple("pace.formats.text", FEW_NUMBERS=few, FEW_LONG=few, FEW_TIMES=few):
            found.append(read(*spans))
    for many, single in zip(*found, strict=True):
        assert np.array_equal(many, single, equal_nan=True)
        assert many.dtype == single.dtype
    return found[0]


def values(texts):
    """Read texts as numbers."""
    return both(numbers, texts)


def seconds(texts):
    """Read texts as times."""
    return both(times, texts)


def naive_number(text):
    """One number, by the language's own parser behind a strict grammar."""
    if not text:
        return np.nan, False
    value = float(text) if LEGAL.fullmatch(text) else np.nan
    return (value, False) if np.isfinite(value) else (np.nan, True)


TEXTS = st.one_of(
    st.floats(allow_nan=False, allow_infinity=False).map(repr),
    st.floats(-180, 180).map(lambda v: format(Decimal(v), "f")[:34]),
    st.decimals(-2000, 2000, places=7).map(str),
    st.integers(-(10**20), 10**20).map(str),
    st.text("0123456789.+-eE _", max_size=24),
    st.sampled_from(
        ["", "nan", "inf", "-Infinity", "1_000", "１２", "٣", "0x10", "1e400", "1e-400", "-", ".", "+.", "5.", ".5"]
    ),
)


@given(st.lists(TEXTS, max_size=40))
def test_numbers_are_what_python_reads_behind_a_strict_grammar(texts):
    """Correctly rounded, bit for bit; what is not ASCII decimal and finite is NaN and marked."""
    value, wrong = values(texts)
    expected = [naive_number(text) for text in texts]
    assert np.array_equal(value, np.array([v for v, _ in expected], float), equal_nan=True)
    assert np.array_equal(wrong, np.array([w for _, w in expected], bool))


@given(st.lists(st.floats(-180, 180).filter(lambda v: v != 0), min_size=1, max_size=40))
def test_the_middle_between_two_numbers_is_rounded_as_it_must_be(floats):
    """The hardest texts there are: exactly, or nearly, half way between two float64."""
    middles = [(Decimal(v) + Decimal(float(np.nextafter(v, 999)))) / 2 for v in floats]
    texts = [format(m, "f")[:cut] for m in middles for cut in (18, 25, 33, 60)]
    value, _ = values(texts)
    assert value.tolist() == [float(text) for text in texts]


def test_what_does_not_fit_into_a_word_is_read_all_the_same():
    """Digits that are as many as a word can count, or more, on either side of the point."""
    words = [2**53, 2**63, 2**64]
    texts = [
        digits[:cut] + "." + digits[cut:]
        for word in words
        for digits in (str(word - 1), str(word), str(word + 1), f"{word}0")
        for cut in range(len(digits))
    ]
    value, wrong = values(texts)
    assert value.tolist() == [float(text) for text in texts]
    assert not wrong.any()


def test_no_text_is_no_number_and_not_wrong():
    """An empty text is a missing value; no texts give no values."""
    value, wrong = values(["", "1"])
    assert np.isnan(value[0])
    assert not wrong.any()
    assert values([])[0].size == 0


FORMS = {
    "2016-12-31T23:59:60Z": (1483228800.0, Odd.LEAP_SECOND),
    "2021-03-14T24:00:00Z": (1615766400.0, Odd.NONE),
    "2021-03-14T10:00Z": (1615716000.0, Odd.NONE),
    "20210314T100000Z": (1615716000.0, Odd.NONE),
    "2021-03-14T10:00:00,5Z": (1615716000.5, Odd.NONE),
    "2021-03-14T10:00:00.5Z": (1615716000.5, Odd.NONE),
    "2021-03-14T10:00:00.1234567Z": (1615716000.1234567, Odd.NONE),
    "2021-03-14T12:00:00+02:00": (1615716000.0, Odd.NONE),
    "2021-03-14T06:30:00.000-03:30": (1615716000.0, Odd.NONE),
    "2021-03-14T12:00:00+0200": (1615716000.0, Odd.NONE),
    "2021-03-14T12:00:00+02": (1615716000.0, Odd.NONE),
    "2021-03-14T10:00:00": (1615716000.0, Odd.NO_ZONE),
    "2021-03-14 10:00:00z": (1615716000.0, Odd.NONE),
    "2021-03-14T10:00:00Z": (1615716000.0, Odd.NONE),
}


@pytest.mark.parametrize("form", FORMS)
def test_each_form_of_a_time_is_read(form):
    """Leap seconds, midnight as 24:00, no seconds, basic, comma, offsets, no zone: read, and said where it is odd."""
    value, odd = seconds([form, "2021-03-14T10:00:00Z"])
    assert (value[0], odd[0]) == FORMS[form]
    assert value[1] == 1615716000.0


@pytest.mark.parametrize(
    "text",
    ["2021-02-30T10:00:00Z", "2021-13-01T10:00:00Z", "2021-03-14T25:00:00Z", "2021-03-14T10:60:00Z",
     "2021-03-14T10:00:61Z",
     "2021-03-14T24:00:01Z", "2021-03-14", "noon", "1615716000", "2021-03-14T10:00:00+99:00", "2021-03-14T1a:00:00Z",
     "0000-01-01T00:00:00Z", "２０21-03-14T10:00:00Z", "2021-03-14T10:00:00.Z", "2021-03-14T10:00:00.-5Z"],
)  # fmt: skip
def test_what_is_no_time_is_said_to_be_none(text):
    """Never a silent nothing."""
    value, odd = seconds([text])
    assert np.isnan(value[0])
    assert odd[0] == Odd.UNREADABLE


@given(
    st.lists(st.datetimes(datetime(1990, 1, 1), datetime(2099, 12, 31), timezones=st.just(UTC)), max_size=30),
    st.sampled_from(["s", "ms", "us"]),
)
def test_times_are_what_datetime_says(moments, digits):
    """Any day and second, with none, three or six decimals."""
    spec = {"s": "seconds", "ms": "milliseconds", "us": "microseconds"}[digits]
    texts = [m.isoformat(timespec=spec).replace("+00:00", "Z") for m in moments]
    value, odd = seconds(texts)
    assert value.tolist() == [datetime.fromisoformat(text).timestamp() for text in texts]
    assert not odd.any()


def test_a_number_beyond_float64_is_no_number():
    """Infinity never leaves this room: not one by one, and not as a whole array."""
    for n in (1, 600):
        text = np.frombuffer(b" " * 16 + b"1e309," * n + b" " * 16, np.uint8)
        start = 16 + 6 * np.arange(n)
        value, wrong = numbers(text, start, start + 5)
        assert np.isnan(value).all()
        assert wrong.all()
