"""How arrays become part of a frozen value: one shape, read-only, never the caller's own copy frozen."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from pace.errors import InputError

Array = NDArray[np.float64]


def frozen(array: NDArray[Any]) -> NDArray[Any]:
    """Return a read-only view, or the array if it is read-only; one that came in stays writable for its owner."""
    if not array.flags.writeable:
        return array
    view = array.view()
    view.setflags(write=False)
    return view


def unknown(n: int) -> Array:
    """Return n times NaN, read-only."""
    return frozen(np.full(n, np.nan))


def numbers(values: Any, name: str) -> Array:
    """Return `values` as an array of float64.

    Raises
    ------
    InputError
        When they are no numbers.
    """
    try:
        return np.asarray(values, dtype=np.float64)
    except (TypeError, ValueError):
        raise InputError(f"{name} must hold numbers, NaN where one is missing", expected="numbers") from None


def column(values: Any, n: int, name: str) -> Array:
    """Return `values` as a read-only (n,) float64 array; None means n times NaN.

    Raises
    ------
    InputError
        When the length differs from `n`, or what was given are no numbers.
    """
    if values is None:
        return unknown(n)
    array = numbers(values, name)
    if array.shape != (n,):
        raise InputError(f"{name} must have shape ({n},), got {array.shape}", expected=(n,), got=array.shape)
    return frozen(array)
