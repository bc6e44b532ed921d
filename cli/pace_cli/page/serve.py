"""The local page on the loopback address of this machine, for as long as it is open."""

from __future__ import annotations

import secrets
import socket
from collections.abc import Callable

import uvicorn

from pace.errors import InputError
from pace_cli.page.app import app

LOOPBACK = "127.0.0.1"


def serve(*, port: int, ready: Callable[[str], None], stay: bool = False) -> None:
    """Serve the page until it is closed; `ready` is called with its address once it answers.

    Parameters
    ----------
    port : int
        Where to listen; 0 takes one that is free.
    ready : callable
        Gets the address, which holds the secret.
    stay : bool
        Go on when the last page has closed.

    Raises
    ------
    InputError
        When the port is taken.
    """
    with listening(port) as sock:
        token, number = secrets.token_urlsafe(24), sock.getsockname()[1]
        server = Server(ready=lambda: ready(f"http://{LOOPBACK}:{number}/{token}/"))
        end = (lambda: None) if stay else server.end
        server.config.app = app(token=token, port=number, gone=end)
        server.run(sockets=[sock])


def listening(port: int) -> socket.socket:
    """Return a socket that listens on the loopback address alone."""
    sock = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        sock.bind((LOOPBACK, port))
    except OSError as error:
        sock.close()
        raise InputError(f"port {port} cannot be used: {error.strerror}; without --port a free one is taken") from None
    return sock


class Server(uvicorn.Server):
    """A quiet server: no log, no banner, no address of anybody."""

    def __init__(self, *, ready: Callable[[], None]) -> None:
        super().__init__(
            uvicorn.Config(
                app="",
                log_config=None,
                log_level="critical",
                access_log=False,
                server_header=False,
                lifespan="off",
                ws="none",
                http="h11",
                timeout_graceful_shutdown=1,
            )
        )
        self.ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, then tell that it answers."""
        await super().startup(sockets)
        self.ready()

    def end(self) -> None:
        """Stop soon."""
        self.should_exit = True
