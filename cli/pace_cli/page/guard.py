"""Who may speak to the local page: this machine's own page and nobody else; how much, and for how long."""

from __future__ import annotations

import asyncio
import hmac
from collections.abc import Awaitable, Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

MOST_BYTES = 512 * 2**20
"""Bytes of one upload: the largest file that is read."""
LONGEST_UPLOAD_S = 300.0
"""s; on one machine half a gigabyte takes a second or two."""
MOST_OF_A_FORM = 64 * 2**10
"""Bytes of what is typed."""

HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    "frame-src 'self'; img-src data:; form-action 'none'; base-uri 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
"""What every answer says: nothing from elsewhere, nothing kept by the browser, nobody else may look in."""

Next = Callable[[Any, Any, Any], Awaitable[None]]


class Guard:
    """Let through only what comes from the page itself: right host, right secret, and no other site's page behind it.

    The secret is the first part of every path, so that no cookie is shared with other servers on this machine.
    """

    def __init__(self, app: Next, *, token: str, port: int) -> None:
        self.app, self.token = app, token
        self.hosts = frozenset({f"127.0.0.1:{port}", f"localhost:{port}"})
        self.origins = frozenset(f"http://{host}" for host in self.hosts)

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Answer what may not pass; hand on the rest without the secret in its path."""
        if scope["type"] != "http":
            return
        refusal = self.refusal(Request(scope))
        if refusal is not None:
            await PlainTextResponse(refusal[1], status_code=refusal[0], headers=HEADERS)(scope, receive, send)
            return
        inside = scope["path"][1 + len(self.token) :] or "/"
        await self.app({**scope, "path": inside, "root_path": ""}, receive, send)

    def refusal(self, request: Request) -> tuple[int, str] | None:
        """Return status and words for a request that may not pass."""
        hosts, origin = request.headers.getlist("host"), request.headers.get("origin")
        if len(hosts) != 1 or hosts[0] not in self.hosts:  # DNS rebinding: a foreign name that points here
            return 400, "this page answers on 127.0.0.1 only"
        given, _, _ = request.url.path[1:].partition("/")
        if not hmac.compare_digest(given.encode(), self.token.encode()):
            return 403, "open the page by the address that pace open printed"
        if origin is not None and origin not in self.origins:
            return 403, "another site may not speak to this page"
        if request.method == "POST" and origin is None:
            return 403, "only the page itself may send something here"
        if request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
            return 403, "another site may not speak to this page"
        return None


class RefusedError(Exception):
    """An upload that is too large or takes too long: status and words."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status, self.message = status, message


async def body(request: Request, *, most: int, seconds: float = LONGEST_UPLOAD_S) -> bytes:
    """Return what a request carries, in memory alone.

    Raises
    ------
    RefusedError
        With 413 once it is larger than `most` bytes, said beforehand or not; with 408 after `seconds`.
    """
    told = request.headers.get("content-length", "0")
    if not told.isdecimal() or int(told) > most:
        raise RefusedError(413, f"one file may have {most // 2**20} MB")
    data = bytearray()
    try:
        async with asyncio.timeout(seconds):
            async for chunk in request.stream():
                data += chunk
                if len(data) > most:
                    raise RefusedError(413, f"one file may have {most // 2**20} MB")
    except TimeoutError:
        raise RefusedError(408, "the file did not arrive in time: try it again") from None
    return bytes(data)


def framed(response: Response) -> Response:
    """Let the page show this answer inside itself: the report brings its own, stricter policy."""
    response.headers["Content-Security-Policy"] = (
        "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; "
        "frame-ancestors 'self'"
    )
    return response
