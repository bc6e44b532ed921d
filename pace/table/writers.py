"""The table as a file: CSV, JSON Lines or Parquet; whole or not at all, readable by its owner only."""

from __future__ import annotations

import csv
import json
import os
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from itertools import islice
from pathlib import Path
from typing import IO, Any, Protocol

from pace.errors import InputError
from pace.frames import arrow
from pace.table.columns import COLUMNS, NAMES, Value

Row = Sequence[Value]
SUFFIXES = (".parquet", ".csv", ".jsonl")
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
"""What a text begins with that a spreadsheet would run; an apostrophe before it makes it a text again."""
GROUP = 10_000
"""Rows of a row group of Parquet: some 30 MB in memory until they are written."""
SCHEMA = "pace.table/1"
NO_PARQUET = "Parquet needs pyarrow: pip install 'pace-match[parquet]', or write .csv or .jsonl"


class Writer(Protocol):
    """Something that takes rows in order."""

    def write(self, row: Row) -> None:
        """Take a row."""
        ...

    def close(self) -> None:
        """Write what is left."""
        ...


class Csv:
    """Comma-separated values, UTF-8, RFC 4180; an unknown value is an empty cell."""

    def __init__(self, file: IO[bytes]) -> None:
        import io

        self._text = io.TextIOWrapper(file, encoding="utf-8", newline="", write_through=True)
        self._rows = csv.writer(self._text)
        self._rows.writerow(NAMES)

    def write(self, row: Row) -> None:
        """Write a row."""
        self._rows.writerow([inert(value) if isinstance(value, str) else value for value in row])

    def close(self) -> None:
        """Leave the file open for its owner."""
        self._text.flush()
        self._text.detach()


def inert(text: str) -> str:
    """Return a text that no spreadsheet takes for a formula.

    Examples
    --------
    >>> inert("=HYPERLINK(1)"), inert("run.fit")
    ("'=HYPERLINK(1)", 'run.fit')
    """
    return f"'{text}" if text.lstrip(" ").startswith(FORMULA) else text


class JsonLines:
    """One JSON object a line, ASCII, every column in every line, `null` for unknown."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file

    def write(self, row: Row) -> None:
        """Write a row."""
        line = json.dumps(dict(zip(NAMES, row, strict=True)), allow_nan=False, separators=(",", ":"))
        self._file.write(line.encode("ascii") + b"\n")

    def close(self) -> None:
        """Write nothing more."""


class Parquet:
    """Parquet by pyarrow; what each column means stands in its metadata."""

    def __init__(self, file: IO[bytes]) -> None:
        arrow(NO_PARQUET)
        from pyarrow import parquet

        self._rows = list[Row]()
        self._file = parquet.ParquetWriter(file, arrow_schema(), compression="zstd")

    def write(self, row: Row) -> None:
        """Take a row; write a group of them when there are enough."""
        self._rows.append(row)
        if len(self._rows) >= GROUP:
            self._flush()

    def _flush(self) -> None:
        """Write the rows that were taken."""
        self._file.write_batch(arrow_batch(self._rows), row_group_size=GROUP)
        self._rows.clear()

    def close(self) -> None:
        """Write what is left and the footer; what is given up here does not close itself later, behind its file."""
        try:
            if self._rows:
                self._flush()
            self._file.close()
        finally:
            self._file.is_open = False


def arrow_schema() -> Any:
    """Return the columns as Arrow knows them; what each means stands in its metadata."""
    pyarrow = arrow()
    kinds = {"text": pyarrow.string(), "whole": pyarrow.int64(), "number": pyarrow.float64()}
    fields = [pyarrow.field(one.name, kinds[one.kind], metadata={"means": one.means}) for one in COLUMNS]
    return pyarrow.schema(fields, metadata={"schema": SCHEMA})


def arrow_batch(rows: Sequence[Row]) -> Any:
    """Return rows as one Arrow record batch."""
    schema = arrow_schema()
    arrays = [arrow().array(values, type=one.type) for values, one in zip(zip(*rows, strict=True), schema, strict=True)]
    return arrow().RecordBatch.from_arrays(arrays, schema=schema)


def arrow_stream(rows: Iterable[Row], requested_schema: Any = None) -> Any:
    """Return rows as the capsule of an Arrow C stream, a group of rows at a time."""
    groups = iter(rows)
    batches = (arrow_batch(group) for group in iter(lambda: list(islice(groups, GROUP)), []))
    return arrow().RecordBatchReader.from_batches(arrow_schema(), batches).__arrow_c_stream__(requested_schema)


WRITERS: dict[str, type[Csv | JsonLines | Parquet]] = {
    ".csv": Csv,
    ".jsonl": JsonLines,
    ".parquet": Parquet,
}


def check_target(out: Path) -> None:
    """Refuse an output that could not be written, before any work is done for it.

    Raises
    ------
    InputError
        When its name says no known format, its folder is missing or read-only, it is no plain file, or a library is
        missing.
    """
    suffix = out.suffix.lower()
    if suffix not in WRITERS:
        raise InputError("the name of a table must end in .parquet, .csv or .jsonl", path=str(out))
    if suffix == ".parquet":
        arrow(NO_PARQUET)
    if not out.parent.is_dir():
        raise InputError("the folder of a file to write must exist: make it first", path=str(out.parent))
    with _reported(out):
        if out.exists() and not out.is_file():
            raise InputError("only a plain file can be written, this is something else", path=str(out))
        handle, probe = tempfile.mkstemp(dir=out.parent, prefix=".pace-", suffix=".tmp")
        os.close(handle)
        os.unlink(probe)


@contextmanager
def _reported(out: Path, *, then: str = "") -> Iterator[None]:
    """Turn what the system says into an error that names the output, and what can be done `then`."""
    try:
        yield
    except OSError as error:
        raise InputError(f"the table could not be written: {error.strerror}{then}", path=str(out)) from None


def write(out: Path, rows: Iterable[Row]) -> None:
    """Write a table as a whole or not at all.

    Raises
    ------
    InputError
        When the system refuses; what was there before is then still there.
    """
    target, temporary = out.resolve(), ""
    try:
        with _reported(out, then="; go on later with --resume"):
            handle, temporary = tempfile.mkstemp(dir=target.parent, prefix=".pace-", suffix=".tmp")  # mode 0600
            with open(handle, "wb") as file:
                _written(WRITERS[out.suffix.lower()](file), rows)
                file.flush()
                os.fsync(file.fileno())
            os.replace(temporary, target)
            _settle(target.parent)
    finally:
        with suppress(OSError):
            os.unlink(temporary)


def _written(writer: Writer, rows: Iterable[Row]) -> None:
    """Write all rows."""
    try:
        for row in rows:
            writer.write(row)
    except BaseException:
        with suppress(Exception):
            writer.close()
        raise
    writer.close()


def _settle(folder: Path) -> None:
    """Have the system really write the new name, where folders can be opened for that."""
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
