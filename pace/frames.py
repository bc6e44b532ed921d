"""Columns in and out of data frames: pandas, polars, pyarrow and whatever else speaks Arrow's C stream."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from pace.arrays import Array
from pace.errors import InputError

SECOND = 1_000_000
"""µs; times are whole microseconds in a data frame."""


def arrow(missing: str = "data frames go through pyarrow: pip install 'pace-match[parquet]'") -> Any:
    """Return pyarrow, through which data frames of every kind come and go.

    Parameters
    ----------
    missing : str
        What to say when it is not installed.

    Raises
    ------
    InputError
        When it is not installed.
    """
    try:
        import pyarrow
    except ImportError:
        raise InputError(missing) from None
    return pyarrow


def stream(time: Array, columns: Mapping[str, Array], requested_schema: Any = None) -> Any:
    """Return samples as the capsule of an Arrow C stream; NaN becomes null.

    Parameters
    ----------
    time : (n,) float64, s since 1970-01-01 UTC
    columns : mapping of str to (n,) float64
    requested_schema : capsule, optional
        What the other side would rather have.
    """
    pyarrow = arrow()
    known = np.isfinite(time)
    stamps = np.full(time.size, "NaT", dtype="datetime64[us]")
    stamps[known] = np.rint(time[known] * SECOND).astype(np.int64).astype("datetime64[us]")
    whole = {"time": pyarrow.array(stamps, type=pyarrow.timestamp("us", tz="UTC"))}
    whole |= {name: pyarrow.array(values, from_pandas=True) for name, values in columns.items()}
    return pyarrow.table(whole).__arrow_c_stream__(requested_schema)


def columns(frame: Any) -> dict[str, Any]:
    """Return the columns of a data frame as arrays: datetime64 where they are times, else float64, NaN for null.

    Parameters
    ----------
    frame : pandas, polars or pyarrow table, or anything with `__arrow_c_stream__`
        What pandas calls a row without a name of its own is left out.

    Raises
    ------
    InputError
        When it is no data frame, or a column holds no numbers.
    """
    pyarrow = arrow()
    if not hasattr(frame, "__arrow_c_stream__"):
        kind = type(frame).__name__
        raise InputError(f"a data frame is one of pandas, polars, pyarrow or another with Arrow, got {kind}", got=kind)
    table = pyarrow.table(frame)
    return {name: _values(pyarrow, table, name) for name in table.column_names if not name.startswith("__index_")}


def _values(pyarrow: Any, table: Any, name: str) -> Any:
    """Return one column as an array."""
    column = table.column(name)
    if pyarrow.types.is_timestamp(column.type):
        return column.cast(pyarrow.timestamp("us"), safe=False).to_numpy()
    try:
        return column.cast(pyarrow.float64(), safe=False).to_numpy()
    except pyarrow.ArrowException:
        raise InputError(f"{name} must hold numbers, NaN where one is missing", got=str(column.type)) from None
