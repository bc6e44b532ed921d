"""One guard of the product as a value: what it is for, the text that does it, that text disarmed, who must notice."""

from __future__ import annotations

import hashlib
from typing import NamedTuple


class Guard(NamedTuple):
    """A line that protects somebody, and the tests of which at least one must fail where it is disarmed.

    `before` stands exactly once in `file`; `after` takes its place. A guard that no test can notice, because
    another one catches everything that it could catch, has no tests and a `reason`.
    """

    name: str
    file: str
    before: str
    after: str
    tests: tuple[str, ...] = ()
    reason: str = ""

    @property
    def digest(self) -> str:
        """Return what a recorded result is tied to: every word of the guard."""
        return hashlib.sha256(repr(tuple(self)).encode()).hexdigest()[:16]


def guard(name: str, file: str, before: str, after: str, *tests: str, reason: str = "") -> Guard:
    """Return a guard; files lie in `pace`, unless they begin with `pace_cli`, and tests in `tests`."""
    place = f"cli/{file}" if file.startswith("pace_cli/") else f"pace/{file}"
    return Guard(name, place, before, after, tuple(f"tests/{test}" for test in tests), reason)
