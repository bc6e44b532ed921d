"""The page as it is served: on this machine alone, behind a secret of its own, without a word about anybody."""

from __future__ import annotations

import http.client
import os
import re
import subprocess
import sys
from urllib.parse import urlsplit

from corpus import ROOT
from pace_cli.page import serve


def test_the_page_listens_on_the_loopback_address_alone():
    """No other machine reaches it, in whatever network this one is."""
    with serve.listening(0) as sock:
        assert sock.getsockname()[0] == "127.0.0.1"


def test_the_secret_is_long_and_another_each_time(monkeypatch):
    """Nobody guesses it: 24 bytes of chance, new for each page."""
    monkeypatch.setattr(serve.Server, "run", lambda self, sockets: self.ready())
    addresses: list[str] = []
    for _ in range(2):
        serve.serve(port=0, ready=addresses.append)
    secrets = [re.fullmatch(r"http://127\.0\.0\.1:\d+/([\w-]{32})/", address)[1] for address in addresses]
    assert len(set(secrets)) == 2


def test_the_server_is_quiet():
    """Of whoever asks, of the secret and of what is served nothing is printed, and no answer says what answers."""
    program = subprocess.Popen(
        [sys.executable, "-m", "pace_cli", "open", "--no-browser"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join((str(ROOT), str(ROOT / "cli")))},
    )
    with program:
        address = program.stdout.readline().strip()
        where = urlsplit(address)
        line = http.client.HTTPConnection(where.hostname, where.port, timeout=30)
        for path in (where.path, "/", f"{where.path}nothing"):
            line.request("GET", path)
            answer = line.getresponse()
            answer.read()
            assert answer.getheader("server") is None
        line.close()
        program.terminate()
        rest, told = program.communicate(timeout=60)
    assert rest == ""
    assert told.splitlines() == [
        "pace: the page is at this address, for this computer alone; close it to forget everything"
    ]
