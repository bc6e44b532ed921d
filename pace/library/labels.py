"""What a person may be called in the library: a pseudonym, never an address or a number that leads to them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence

from pace.errors import InputError
from pace.formats.inside import ACTIVITY
from pace.output.plain import inert

LONGEST = 40
"""Characters of a label."""
MOST_DIGITS = 5
"""A label with more digits may be a telephone number or a date of birth."""
RECORDINGS = tuple(f".{suffix}" for suffix in ACTIVITY)
"""What a label does not end like: somebody forgot to type one before the files."""
FIRST = (
    "amber", "autumn", "birch", "bright", "calm", "cedar", "clear", "copper", "early", "fern", "gentle", "golden",
    "green", "hazel", "indigo", "ivory", "linden", "maple", "mellow", "misty", "open", "quiet", "silver", "slow",
    "soft", "spring", "still", "summer", "violet", "warm", "willow", "winter",
)  # fmt: skip
SECOND = (
    "bay", "brook", "cloud", "cove", "dawn", "dune", "field", "glade", "grove", "harbour", "heath", "hill", "lake",
    "lane", "leaf", "light", "meadow", "moor", "orchard", "path", "pebble", "pine", "pond", "rain", "reed", "ridge",
    "river", "shore", "sky", "stone", "stream", "valley",
)  # fmt: skip
"""Two of these make a label of 1,024 that say nothing of anybody."""

_NAME = re.compile(r"[A-ZÀ-ÖØ-Þ][\w'’-]+(?: [A-ZÀ-ÖØ-Þ][\w'’.-]*)+")
_PATH = frozenset('/\\<>:|?*"')


def plain(label: str) -> str:
    """Return a label in one form of each letter, with single spaces, without anything that does not show."""
    return inert(unicodedata.normalize("NFC", label), most=1000)


def checked(label: str) -> str:
    """Return a label as it is kept: one form of each letter, single spaces.

    Raises
    ------
    InputError
        When it is empty, too long, begins like an option, holds what only paths hold, or looks like an e-mail address,
        a telephone number or a recording.

    Examples
    --------
    >>> checked("  quiet   river ")
    'quiet river'
    >>> checked("bo@example.org")
    Traceback (most recent call last):
    pace.errors.InputError: a label is a pseudonym, this looks like an e-mail address
    """
    label = plain(label)
    digits = sum(character.isdigit() for character in label)
    for wrong, what in (
        (not label, "a label needs a letter or a digit, this has nothing that shows"),
        ("@" in label[1:], "a label is a pseudonym, this looks like an e-mail address"),
        (digits > MOST_DIGITS, "a label is a pseudonym, this looks like a telephone number or a date"),
        (len(label) > LONGEST, f"a label has at most {LONGEST} characters, this has {len(label)}"),
        (label[:1] in ("-", "@", "."), "a label begins with a letter or a digit"),
        (not any(character.isalnum() for character in label), "a label needs a letter or a digit, this has none"),
        (
            label.casefold().endswith(RECORDINGS),
            "a label is a pseudonym, this looks like a recording: the label comes first",
        ),
        (bool(_PATH & set(label)), "a label holds nothing that belongs to paths: no slash, colon or star"),
    ):
        if wrong:
            raise InputError(what)
    return label


def looks_like_a_name(label: str) -> bool:
    """Tell whether a label looks like somebody's first and last name.

    Examples
    --------
    >>> [looks_like_a_name(label) for label in ("Robin", "Robin Berg", "quiet river", "Client 7")]
    [False, True, False, False]
    """
    return _NAME.fullmatch(label) is not None


def suggestion(taken: Iterable[str], choose: Callable[[Sequence[str]], str]) -> str:
    """Return two words that say nothing of anybody and are no label yet; `choose` takes one of many.

    Examples
    --------
    >>> suggestion([], lambda words: words[0])
    'amber bay'
    >>> suggestion(["amber bay"], lambda words: words[0])
    'amber brook'
    """
    used = {label.casefold() for label in taken}
    free = [f"{first} {second}" for first in FIRST for second in SECOND if f"{first} {second}" not in used]
    return choose(free) if free else f"person {len(used) + 1}"
