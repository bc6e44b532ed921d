"""Asking the local page without a network: one request to the ASGI application, one answer."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

TOKEN, PORT = "secret", 8123
HOST = f"127.0.0.1:{PORT}"
OWN = {"host": HOST, "origin": f"http://{HOST}", "sec-fetch-site": "same-origin"}
"""What the page's own browser says of itself."""


@dataclass(frozen=True)
class Answer:
    """Status, headers and body of an answer."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        """The body as JSON."""
        return json.loads(self.body)


async def ask(
    app: Any,
    path: str,
    *,
    method: str = "GET",
    headers: Iterable[tuple[str, str]] | dict[str, str] = OWN,
    body: Iterable[bytes] = (),
    stalls: bool = False,
) -> Answer:
    """Return the answer to a request whose body comes in these pieces, and then never ends if it `stalls`."""
    pieces = [*body]
    pairs = headers.items() if isinstance(headers, dict) else headers
    where = urlsplit(path)
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": method,
        "path": where.path,
        "raw_path": where.path.encode(),
        "query_string": where.query.encode(),
        "root_path": "",
        "scheme": "http",
        "server": ("127.0.0.1", PORT),
        "client": ("127.0.0.1", 1),
        "headers": [(name.lower().encode(), value.encode()) for name, value in pairs],
    }
    status, told, content = 0, {}, b""

    async def receive() -> dict[str, Any]:
        if pieces:
            piece = pieces.pop(0)
            return {"type": "http.request", "body": piece, "more_body": bool(pieces) or stalls}
        if stalls:
            await asyncio.sleep(60)
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: dict[str, Any]) -> None:
        nonlocal status, told, content
        if message["type"] == "http.response.start":
            status, told = message["status"], {name.decode(): value.decode() for name, value in message["headers"]}
        else:
            content += message.get("body", b"")

    await app(scope, receive, send)
    return Answer(status, told, content)


async def opened(app: Any) -> str:
    """Open a page and return where its questions go."""
    shell = await ask(app, f"/{TOKEN}/")
    return f"/{TOKEN}/" + shell.body.decode().partition('data-page="')[2].partition('"')[0]
