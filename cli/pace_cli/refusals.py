"""How a value that an option refuses is told: in our words, whatever the library says that parses what is typed."""

from __future__ import annotations

import re
from typing import Any

import typer
from typer.core import TyperGroup

PLAIN = (
    (r"Value error, ", ""),
    (r"Input should be a valid (?:number|integer).*", "this must be a number"),
    (r"Input should be less than or equal to (\S+)", r"this must be \1 at most"),
    (r"Input should be greater than or equal to (\S+)", r"this must be \1 at least"),
    (r"Input should be a valid path.*", "this must be a path"),
)
"""What typer says since it leaves checking to pydantic, and what is said instead."""


def plain(message: str) -> str:
    """Return a refusal in plain words.

    Examples
    --------
    >>> plain("Input should be less than or equal to 600")
    'this must be 600 at most'
    >>> plain("Value error, 'fine' is not one of 'client', 'equal'.")
    "'fine' is not one of 'client', 'equal'"
    """
    for pattern, words in PLAIN:
        message = re.sub(pattern, words, message)
    return message.rstrip(".")


class Commands(TyperGroup):
    """All commands: what an option of any of them refuses is told in plain words."""

    def invoke(self, ctx: Any) -> Any:
        """Run the command that was typed."""
        try:
            return super().invoke(ctx)
        except typer.BadParameter as error:
            error.message = plain(error.message)
            raise
