"""What callers hand over where it may be of the wrong kind: taken, or refused in words that say what to give."""

from __future__ import annotations

from collections.abc import Iterable
from numbers import Real
from typing import Any, TypeVar

from pace.errors import InputError

T = TypeVar("T")


def several(values: Iterable[T], what: str) -> tuple[T, ...]:
    """Return what was given as a tuple.

    Parameters
    ----------
    values : iterable
    what : str
        What must hold, for the message: `people are given as paths`.

    Raises
    ------
    InputError
        When it is one thing and not several.

    Examples
    --------
    >>> several(None, "people are matched by their profiles (pace.profile)")
    Traceback (most recent call last):
    pace.errors.InputError: people are matched by their profiles (pace.profile), got None
    """
    try:
        return tuple(values)
    except TypeError:
        raise InputError(f"{what}, got {_called(values)}", got=type(values).__name__) from None


def number(value: Any, what: str) -> float:
    """Return what was given as a number.

    Parameters
    ----------
    value : float
    what : str
        What it is, for the message: `a walking speed (m/s)`.

    Raises
    ------
    InputError
        When it is none.

    Examples
    --------
    >>> number("7:10", "a speed (m/s)")
    Traceback (most recent call last):
    pace.errors.InputError: a speed (m/s) is a number, got '7:10'
    """
    if isinstance(value, Real) and not isinstance(value, bool):
        return float(value)
    raise InputError(f"{what} is a number, got {_called(value)}", got=type(value).__name__)


def _called(value: Any) -> str:
    """Return how a message calls a value: itself where it is short, else its kind."""
    return repr(value) if value is None or (isinstance(value, str) and len(value) < 20) else type(value).__name__
