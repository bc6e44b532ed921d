"""What the local page can be asked, and that a page which closes is forgotten."""

from __future__ import annotations

import asyncio
import json
import secrets
from collections.abc import AsyncIterator, Callable
from importlib.resources import files
from typing import Any

from anyio import CapacityLimiter, to_thread
from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import HTMLResponse, JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from pace.errors import InputError
from pace_cli.page.guard import HEADERS, LONGEST_UPLOAD_S, MOST_BYTES, MOST_OF_A_FORM, Guard, RefusedError, body, framed
from pace_cli.page.shell import shell
from pace_cli.page.sitting import FormError, Sitting

MOST_SITTINGS = 8
"""Pages that are open at once."""
BEAT_S = 2.0
"""s between two signs of life to an open page; a closed one is noticed by the next."""
MOST_AT_ONCE = 1
"""Files that are read at a time: one after the other they hold the least memory."""
GRACE_S = 5.0
"""s that a page may be without its line of life: while it loads, or loads again."""


class Sittings:
    """The open pages by their names; `gone` is called when the last of them has closed."""

    def __init__(self, gone: Callable[[], None]) -> None:
        self.open: dict[str, Sitting] = {}
        self.lines: dict[str, int] = {}
        self.gone = gone
        self.tasks: set[asyncio.Task[None]] = set()

    def begin(self) -> str:
        """Return the name of a new page.

        Raises
        ------
        RefusedError
            When too many are open.
        """
        if len(self.open) >= MOST_SITTINGS:
            raise RefusedError(429, "the page is open too often: close one first")
        name = secrets.token_urlsafe(9)
        self.open[name], self.lines[name] = Sitting(), 0
        self.watch(name)
        return name

    def of(self, request: Request) -> Sitting:
        """Return the page that a request belongs to.

        Raises
        ------
        RefusedError
            When it has been closed and forgotten.
        """
        found = self.open.get(request.path_params["page"])
        if found is None:
            raise RefusedError(410, "this page was closed and forgotten: load it again")
        return found

    def watch(self, name: str) -> None:
        """Forget a page that is without its line of life for too long."""
        task = asyncio.get_running_loop().create_task(self.forget_later(name))
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)

    async def forget_later(self, name: str) -> None:
        """Wait for a page's line of life, and forget the page if there is none."""
        await asyncio.sleep(GRACE_S)
        if self.lines.get(name) == 0:
            self.forget(name)

    def forget(self, name: str) -> None:
        """Forget a page; tell when it was the last."""
        self.open.pop(name, None)
        self.lines.pop(name, None)
        if not self.open:
            self.gone()

    async def life(self, name: str) -> AsyncIterator[bytes]:
        """Send a sign of life as long as the page listens; then give it the time to load again."""
        self.lines[name] += 1
        try:
            while name in self.open:
                yield b"\n"
                await asyncio.sleep(BEAT_S)
        finally:
            if name in self.lines:
                self.lines[name] -= 1
                self.watch(name)


class Page:
    """What the page can ask, one method a question; `MOST_AT_ONCE` files are read at a time."""

    def __init__(self, sittings: Sittings) -> None:
        self.sittings, self.reading = sittings, CapacityLimiter(MOST_AT_ONCE)

    async def shell(self, _request: Request) -> Response:
        """Open a page."""
        return HTMLResponse(shell(self.sittings.begin()), headers=HEADERS)

    async def asset(self, request: Request) -> Response:
        """Send the page's style or script."""
        name = request.url.path.rpartition("/")[2]
        kind = "text/css" if name.endswith(".css") else "text/javascript"
        return Response((files("pace_cli.page") / name).read_bytes(), media_type=kind, headers=HEADERS)

    async def add(self, request: Request) -> Response:
        """Read one file of a person."""
        sitting = self.sittings.of(request)
        data = await body(request, most=MOST_BYTES, seconds=LONGEST_UPLOAD_S)
        person, name = request.path_params["person"], request.query_params.get("name", "")
        found = await to_thread.run_sync(sitting.add, person, name, data, limiter=self.reading)
        return JSONResponse(found, headers=HEADERS)

    async def clear(self, request: Request) -> Response:
        """Forget the recordings of a person."""
        self.sittings.of(request).clear(request.path_params["person"])
        return JSONResponse({}, headers=HEADERS)

    async def answer(self, request: Request) -> Response:
        """Match the people of a page."""
        sitting = self.sittings.of(request)
        given = form(await body(request, most=MOST_OF_A_FORM))
        sentence = await to_thread.run_sync(sitting.answer, given, limiter=self.reading)
        return JSONResponse({"sentence": sentence}, headers=HEADERS)

    async def report(self, request: Request) -> Response:
        """Send the report, to be shown or to be saved."""
        text = self.sittings.of(request).report
        if not text:
            raise RefusedError(404, "there is no answer yet")
        response = framed(HTMLResponse(text, headers=HEADERS))
        if "save" in request.query_params:
            response.headers["Content-Disposition"] = 'attachment; filename="a-pace-to-talk-at.html"'
        return response

    async def alive(self, request: Request) -> Response:
        """Begin a page's line of life."""
        self.sittings.of(request)
        life = self.sittings.life(request.path_params["page"])
        return StreamingResponse(life, media_type="text/plain", headers=HEADERS)

    async def forget(self, request: Request) -> Response:
        """Forget a page at once."""
        self.sittings.of(request)
        self.sittings.forget(request.path_params["page"])
        return JSONResponse({}, headers=HEADERS)

    def routes(self) -> list[Route]:
        """Return what answers at which path."""
        return [
            Route("/", self.shell),
            Route("/page.css", self.asset),
            Route("/page.js", self.asset),
            Route("/{page}/people/{person:int}/files", self.add, methods=["POST"]),
            Route("/{page}/people/{person:int}/clear", self.clear, methods=["POST"]),
            Route("/{page}/answer", self.answer, methods=["POST"]),
            Route("/{page}/report", self.report),
            Route("/{page}/alive", self.alive),
            Route("/{page}/forget", self.forget, methods=["POST"]),
        ]


def app(*, token: str, port: int, gone: Callable[[], None] = lambda: None) -> Guard:
    """Return the page as an ASGI application behind its guard.

    Parameters
    ----------
    token : str
        The secret that every address begins with.
    port : int
        Where it will be served, on the loopback address.
    gone : callable
        Called when the last open page has closed.
    """
    answers: dict[Any, Any] = {RefusedError: refused, FormError: mistyped, InputError: unusable}
    answers |= {ClientDisconnect: left, 404: absent, 405: absent, Exception: fault}
    inner = Starlette(routes=Page(Sittings(gone)).routes(), exception_handlers=answers)
    return Guard(inner, token=token, port=port)


def form(data: bytes) -> dict[str, Any]:
    """Return what was typed.

    Raises
    ------
    RefusedError
        When it is no JSON object.
    """
    try:
        given = json.loads(data)
    except (ValueError, RecursionError):
        given = None
    if not isinstance(given, dict):
        raise RefusedError(400, "what was typed must arrive as one JSON object")
    return given


async def refused(_request: Request, error: Exception) -> Response:
    """Answer what is too large, too late or gone."""
    status = error.status if isinstance(error, RefusedError) else 400
    return JSONResponse({"message": str(error)}, status_code=status, headers=HEADERS)


async def mistyped(_request: Request, error: Exception) -> Response:
    """Answer with a message for each field."""
    fields = error.by_field if isinstance(error, FormError) else {}
    return JSONResponse({"fields": fields}, status_code=422, headers=HEADERS)


async def unusable(_request: Request, error: Exception) -> Response:
    """Answer what cannot be meant."""
    message = error.message if isinstance(error, InputError) else ""
    return JSONResponse({"message": message}, status_code=422, headers=HEADERS)


async def left(_request: Request, _error: Exception) -> Response:
    """Answer nobody: the browser went away in the middle of a file."""
    return Response(status_code=400, headers=HEADERS)


async def absent(_request: Request, _error: Exception) -> Response:
    """Answer what is not there."""
    return JSONResponse({"message": "there is nothing here"}, status_code=404, headers=HEADERS)


async def fault(_request: Request, error: Exception) -> Response:
    """Answer what nobody foresaw without telling anything of it."""
    message = f"a fault of pace itself ({type(error).__name__}): please report it"
    return JSONResponse({"message": message}, status_code=500, headers=HEADERS)
