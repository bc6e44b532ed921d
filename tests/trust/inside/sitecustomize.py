"""What watches or disturbs a program from within: every Python loads it that has this folder in PYTHONPATH.

PACE_TRUST_NETWORK=FILE   each use of the network is written down there, by every process
PACE_TRUST_CRASH=FOLDER   the first file of this folder that is opened raises an error that tells all it knows
PACE_TRUST_COUNT=FILE     how many events there were is written there at the end
PACE_TRUST_STOP=N         Ctrl-C at the Nth event
LOCPATH=FOLDER            the language of the environment is really used, as by a program that embeds this one
"""

import atexit
import locale
import os
import signal
import sys
from itertools import count
from pathlib import Path

LOCAL = {1, 16}
"""Families of sockets that reach no network: AF_UNIX, AF_NETLINK."""


def network(file):
    """Write down each use of the network."""

    def hook(event, words):
        if not event.startswith("socket.") or (event == "socket.__new__" and int(words[1]) in LOCAL):
            return
        if words and getattr(words[0], "family", None) is not None and int(words[0].family) in LOCAL:
            return
        told = [str(word) for word in words[1 if event.count(".") == 1 and hasattr(words[0], "family") else 0 :]]
        handle = os.open(file, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        os.write(handle, f"{event} {' '.join(told)}\n".encode())
        os.close(handle)

    return hook


def crash(folder):
    """Raise an error nobody foresaw, with a whole path and a secret in its text, where a file of a folder is opened."""

    def hook(event, words):
        if event == "open" and isinstance(words[0], (str, bytes, os.PathLike)):
            path = os.path.abspath(os.fsdecode(words[0]))
            if path.startswith(folder) and not os.path.basename(path).startswith(".pace-"):
                raise RuntimeError(f"{path} {os.environ.get('PACE_TRUST_SECRET')}")

    return hook


def stop(at, report):
    """Count events from where `pace` itself begins, and press Ctrl-C at one of them."""
    numbers, own = count(1), os.getpid()
    loaded = False

    def write():
        if own == os.getpid():
            Path(report).write_text(str(next(numbers)))

    def hook(event, words):
        nonlocal loaded
        loaded = loaded or (event == "import" and words[0] == "pace_cli.main")
        if loaded and own == os.getpid() and next(numbers) == at:
            os.kill(own, signal.SIGINT)

    if report:
        atexit.register(write)

    return hook


for name, make in {
    "PACE_TRUST_NETWORK": network,
    "PACE_TRUST_CRASH": crash,
}.items():
    if name in os.environ:
        sys.addaudithook(make(os.environ[name]))
if "LOCPATH" in os.environ:
    locale.setlocale(locale.LC_ALL, "")
if "PACE_TRUST_STOP" in os.environ or "PACE_TRUST_COUNT" in os.environ:
    at, report = int(os.environ.pop("PACE_TRUST_STOP", 0)), os.environ.pop("PACE_TRUST_COUNT", "")
    sys.addaudithook(stop(at, report))
