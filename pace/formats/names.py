"""How the name of a file is shown: without tricks, never as a place to write to."""

from __future__ import annotations

import re
import unicodedata

LONGEST = 120
"""Characters of a shown name; a longer one loses its middle."""
INSIDE = " › "
"""Stands between an archive's name and the name of a file in it."""

_TERMINAL_SEQUENCE = re.compile(r"\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)?|\x1b\[[0-?]*[ -/]*[@-~]?|\x1b.?")
_DRIVE = re.compile(r"^[A-Za-z]:")


def shown(name: str) -> str:
    r"""Return `name` fit to be printed: relative, without control characters, terminal sequences and direction marks.

    Examples
    --------
    >>> shown("../../etc/run\x1b[2J\u202etif.fit"), shown("C:\\a\\b.gpx"), shown("\x07")
    ('etc/runtif.fit', 'a/b.gpx', 'unnamed')
    """
    plain = "".join(c for c in _TERMINAL_SEQUENCE.sub("", name) if unicodedata.category(c)[0] not in "CZ" or c == " ")
    parts = _DRIVE.sub("", plain.replace("\\", "/")).split("/")
    text = "/".join(part for part in parts if part.strip() not in ("", ".", ".."))
    if len(text) > LONGEST:
        text = f"{text[: LONGEST // 2]}…{text[-LONGEST // 2 + 1 :]}"
    return text or "unnamed"
