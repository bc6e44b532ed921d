"""The page that is opened: one document, its style and its script, all from this package."""

from __future__ import annotations

from importlib.resources import files
from string import Template


def shell(page: str) -> str:
    """Return the document of the page with this name."""
    text = (files("pace_cli.page") / "page.html").read_text(encoding="utf-8")
    return Template(text).substitute(page=page)
