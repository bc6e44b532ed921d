"""Where text goes: results on standard output, everything else on standard error; files whole or not at all."""

from __future__ import annotations

import json
import os
import re
import stat
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

if TYPE_CHECKING:
    from rich.console import Console

WIDTH = 80
"""Columns of a page when nobody says otherwise; wider terminals get no longer lines, which are harder to read."""
_STEERING = re.compile(
    "[\x7f-\x9f\xad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb\ud800-\udfff]"
)
"""Characters beyond ASCII that turn writing round, hide or steer a terminal, and halves of characters."""


def console(*, stderr: bool = False) -> Console:
    """Return a console that takes text as it is: no markup, no emoji codes, no colour when piped or NO_COLOR is set."""
    from rich.console import Console

    plain = "NO_COLOR" in os.environ
    wide = Console(stderr=stderr)
    return Console(
        stderr=stderr,
        width=min(wide.width, WIDTH),
        markup=False,
        emoji=False,
        highlight=False,
        color_system=None if plain else "auto",
    )


def say(text: str) -> None:
    """Print one line on standard error; a terminal gets it in lines that fit, broken between words."""
    from pace.output.plain import inert

    line = f"pace: {inert(text, most=400)}"
    typer.echo(_fitting(line) if sys.stderr.isatty() else line, err=True)


def _fitting(line: str) -> str:
    """Return a line as lines that a terminal can show; a word that is longer stays whole, to be copied."""
    from shutil import get_terminal_size
    from textwrap import fill

    width = min(get_terminal_size().columns, WIDTH)
    return fill(line, width, subsequent_indent="      ", break_long_words=False, break_on_hyphens=False)


def print_json(document: dict[str, Any]) -> None:
    """Print one document and nothing else on standard output: UTF-8, no NaN, nothing that could steer a terminal."""
    text = json.dumps(document, ensure_ascii=False, allow_nan=False, indent=2)
    text = _STEERING.sub(lambda found: f"\\u{ord(found[0]):04x}", text) + "\n"
    raw = getattr(sys.stdout, "buffer", None)
    if raw is None:
        sys.stdout.write(text)
        return
    sys.stdout.flush()
    raw.write(text.encode("utf-8"))
    raw.flush()


def tolerant() -> None:
    """Let a terminal that lacks a character show a question mark instead of stopping the program."""
    for stream in (sys.stdout, sys.stderr):
        with suppress(AttributeError, ValueError):
            stream.reconfigure(errors="replace")  # type: ignore[union-attr]


@contextmanager
def busy(message: str) -> Iterator[None]:
    """Show on standard error that work is going on, if somebody is looking."""
    if not sys.stderr.isatty():
        yield
        return
    with console(stderr=True).status(message):
        yield


@contextmanager
def counting(message: str) -> Iterator[Callable[[str], None]]:
    """Show on standard error how many files have been read, if somebody is looking; give what is called after each."""
    if not sys.stderr.isatty():
        yield lambda _: None
        return
    with console(stderr=True).status(message) as status:
        done = 0

        def one_more(_: str) -> None:
            """Count one more and show how many there are."""
            nonlocal done
            done += 1
            status.update(f"{message}: {done}")

        yield one_more


def check_target(path: Path) -> None:
    """Refuse a file that could not be written, before any work is done for it.

    Raises
    ------
    InputError
        When the folder is missing, the path is something else than a plain file or the system bars the way.
    """
    from pace.errors import InputError

    if not path.parent.is_dir():
        raise InputError("the folder of a file to write must exist: make it first", path=str(path.parent))
    try:
        plain = stat.S_ISREG(path.stat().st_mode)
    except FileNotFoundError:
        return
    except OSError as error:
        raise InputError(f"the file could not be written: {error.strerror}", path=str(path)) from None
    if not plain:
        raise InputError("only a plain file can be written, this is something else", path=str(path))


def write(path: Path, text: str) -> None:
    """Write a text file as a whole or not at all, readable by its owner only."""
    write_bytes(path, text.encode("utf-8", errors="replace"))


def write_bytes(path: Path, data: bytes) -> None:
    """Write a file as a whole or not at all, readable by its owner only.

    Raises
    ------
    InputError
        When the system refuses.
    """
    from pace.errors import InputError

    check_target(path)
    target = path.resolve()
    temporary = ""
    try:
        handle, temporary = tempfile.mkstemp(dir=target.parent, prefix=".pace-", suffix=".tmp")  # mode 0600
        with open(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, target)
    except OSError as error:
        raise InputError(f"the file could not be written: {error.strerror}", path=str(path)) from None
    finally:
        with suppress(OSError):
            os.unlink(temporary)
