"""How people are called inside a sentence: roles with an article, names as they are."""

from __future__ import annotations

from collections.abc import Sequence

ROLES = ("therapist", "client")
"""Labels that are roles and not names: these are written with an article."""


def named(labels: Sequence[str]) -> str:
    """Return labels as they stand inside a sentence.

    Examples
    --------
    >>> named(["client"]), named(["Robin", "therapist"])
    ('the client', 'Robin and the therapist')
    """
    return listed([f"the {label}" if label in ROLES else label for label in labels])


def listed(parts: Sequence[str]) -> str:
    """Return the parts as a list inside a sentence.

    Examples
    --------
    >>> listed(["a", "b", "c"])
    'a, b and c'
    """
    return " and ".join([", ".join(parts[:-1]), parts[-1]] if len(parts) > 1 else list(parts))
