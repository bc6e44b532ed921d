"""What text from outside may be shown: nothing that could steer a terminal, turn writing round or hide itself."""

from __future__ import annotations

import re
import unicodedata

_ESCAPES = re.compile(
    r"\x1b\[[0-?]*[ -/]*[@-~]"  # CSI: colours, cursor
    r"|\x9b[0-?]*[ -/]*[@-~]"  # the same, introduced by one C1 character
    r"|[\x1b\x9d\x90][\]PX^_]?[^\x07\x1b]*(?:\x07|\x1b\\)"  # OSC, DCS: titles, links
    r"|\x1b[@-Z\\-_]"
)
_HIDDEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
"""Unicode categories that show nothing of their own: control, format (right-to-left marks), surrogate, unassigned."""


def inert(text: str, *, most: int = 200) -> str:
    r"""Return text from outside on one line, without escapes, control and direction characters, at most `most` long.

    Examples
    --------
    >>> inert("\x1b[31mrun\x1b[0m\u202e.fit")
    'run.fit'
    >>> inert("two\nlines")
    'two lines'
    """
    plain = _ESCAPES.sub("", text)
    plain = "".join(" " if c in "\t\n\r\v\f\u2028\u2029" else c for c in plain)
    plain = "".join(c for c in plain if unicodedata.category(c) not in _HIDDEN)
    plain = " ".join(plain.split())
    return plain if len(plain) <= most else plain[: most - 1] + "…"
