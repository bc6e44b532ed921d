"""`docs/cli.md` is what the command itself says, and `pytest --renew-golden` writes it."""

import re
from collections.abc import Iterator
from typing import Any

import typer

from corpus import ROOT
from pace_cli.main import app

HEAD = """# The command `pace`

Written from the command's own help by `pytest tests/cli/test_reference.py --renew-golden`.
"""


def plain(text: str | None) -> str:
    """Return help without its terminal markup."""
    return re.sub(r"\[/?bold\]", "", text or "").strip()


def prose(text: str | None) -> str:
    """Return help as Markdown: examples become a block, the rest paragraphs."""
    parts = []
    for part in plain(text).split("\n\n"):
        title, *lines = part.split("\n")
        block = "```\n" + "\n".join(line.strip() for line in lines) + "\n```"
        parts.append(f"{title}:\n\n{block}" if lines else part)
    return "\n\n".join(parts)


def row(option: Any) -> str:
    """Return an option or an argument as a row of a table."""
    names = ", ".join(f"`{name}`" for name in option.opts) if option.opts[0].startswith("-") else ""
    value = ", ".join(f"`{word}`" for word in (option.metavar or "").split("|") if word)
    return f"| {names or value} | {value if names else ''} | {plain(option.help)}{default(option)} |"


def default(option: Any) -> str:
    """Return the default where it is a value that somebody might want to know."""
    value = getattr(option.default, "value", option.default)
    told = isinstance(value, (str, float, int)) and not isinstance(value, bool) and value != ""
    return f" [{value}]" if told else ""


def page(name: str, command: Any) -> str:
    """Return one command: its help, its options, its examples."""
    hidden = ("help", "install_completion", "show_completion")
    rows = "\n".join(row(option) for option in command.params if option.name not in hidden)
    table = f"| | | |\n|---|---|---|\n{rows}\n\n"
    return f"## `{name}`\n\n{prose(command.help)}\n\n{table}{prose(command.epilog)}".strip() + "\n"


def pages_of(name: str, command: Any) -> Iterator[str]:
    """Yield a command and those under it."""
    yield page(name, command)
    for word, under in getattr(command, "commands", {}).items():
        yield from pages_of(f"{name} {word}", under)


def test_the_reference_is_what_the_command_says(golden):
    """Every command, every option, every example, word for word."""
    pages = list(pages_of("pace", typer.main.get_command(app)))
    golden.file(ROOT / "docs" / "cli.md", "\n".join([HEAD, *pages]))
