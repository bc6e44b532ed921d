"""Errors say what, where and what to do."""

import pytest

from pace.errors import (
    FormatError,
    InputError,
    LimitError,
    MissingFileError,
    NothingUsableError,
    PaceError,
)


@pytest.mark.parametrize(
    ("leaf", "builtin"),
    [
        (FormatError, ValueError),
        (LimitError, FormatError),
        (InputError, ValueError),
        (MissingFileError, FileNotFoundError),
        (NothingUsableError, LookupError),
    ],
)
def test_each_leaf_refines_the_root_and_a_builtin(leaf, builtin):
    """Whoever catches PaceError or the builtin catches it."""
    assert issubclass(leaf, PaceError)
    assert issubclass(leaf, builtin)


def test_the_message_names_file_and_byte():
    """What is known of the place in the file stands in brackets behind the sentence."""
    error = FormatError("a header must have 14 bytes, got 3", offset=3, expected=14, got=3)
    assert str(error) == "a header must have 14 bytes, got 3 (byte 3)"
    assert str(error.at("run.fit")) == "a header must have 14 bytes, got 3 (run.fit, byte 3)"
    assert (error.expected, error.got) == (14, 3)


def test_the_first_file_named_stays():
    """An archive does not rename the member that an error is about."""
    assert PaceError("no", path="member.fit").at("export.zip").path == "member.fit"


def test_a_missing_file_error_reads_as_its_sentence():
    """The builtin beneath does not change how the message reads."""
    assert str(MissingFileError("no such file", path="run.fit")) == "no such file (run.fit)"
