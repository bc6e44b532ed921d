"""`pace open`: the local page for people who would rather click than type."""

from __future__ import annotations

import webbrowser
from threading import Thread
from typing import Annotated

import typer

from pace_cli import screen

OPEN = """
Open a page in the browser to find a shared pace without typing commands.

Drop two people's recordings on it, or say a few words about each; read the report, print it, save it. The page is
served by this computer to itself alone. Nothing is kept: closing the page forgets everything and ends the command.
"""

OPEN_EXAMPLES = """
[bold]Examples[/bold]
  pace open
  pace open --no-browser --port 8000
"""

PortOption = Annotated[
    int, typer.Option(min=0, max=65535, metavar="N", help="Where to serve the page; a free port if not given.")
]
BrowserOption = Annotated[
    bool, typer.Option("--browser/--no-browser", help="Open the browser, or just tell the address.")
]
StayOption = Annotated[bool, typer.Option("--stay", help="Go on when the page has been closed.")]


def open_page(port: PortOption = 0, browser: BrowserOption = True, stay: StayOption = False) -> None:
    """Open a page in the browser to find a shared pace."""
    from pace_cli.page.serve import serve

    def ready(address: str) -> None:
        """Say where the page is, and show it."""
        typer.echo(address)
        screen.say("the page is at this address, for this computer alone; close it to forget everything")
        if browser:  # a browser for the terminal would hold up the page that it waits for
            Thread(target=webbrowser.open, args=(address,), daemon=True).start()

    serve(port=port, ready=ready, stay=stay)
