"""What a terminal gets: eighty columns in any script, colour only where it is wanted, and names that do nothing."""

import os
import pty
import re
import select
import subprocess
import sys
from contextlib import nullcontext

import pytest
from rich.cells import cell_len

from corpus import ROOT
from output.names import HOSTILE
from output.test_names import STEERING

WORDS = ("match", "-", "-", "--therapist-chat", "6:00", "--client-walk", "10:30", "--client-chat", "7:45/km")
COLOUR = re.compile(r"\x1b\[[\d;]*m")


@pytest.mark.parametrize("name", HOSTILE)
def test_a_name_steers_no_terminal(command, tmp_path, name):
    """In every answer, and in every error: one line's worth of text, no escape, no other direction."""
    for words in (
        (*WORDS, "--label", name, "--label", f"{name} 2"),
        ("plan", *WORDS[1:], "--label", name, "--label", f"{name} 2"),
        ("profile", "--walk", "10:30", "--name", name),
        (*WORDS, "--label", name, "--for", f"{name} 3", "--html", str(tmp_path / "x.html")),
        (*WORDS, "--label", name, "--label", name),
    ):
        ran = command(*words)
        assert not STEERING.search((ran.out + ran.err).replace("\n", " "))
        assert max(map(cell_len, ran.out.splitlines()), default=0) <= 80


@pytest.mark.parametrize("label", ["李小龙 " * 8, "x" * 300, "Zoë 🙂 " * 9])
@pytest.mark.parametrize("units", ["km", "mi"])
def test_wide_letters_and_long_names_fit_eighty_columns(command, label, units):
    """A letter that takes two columns counts as two, in sentences, tables and the picture."""
    recorded = ("match", str(ROOT / "sample_activities" / "client"), "-", "--client-walk", "10:30/km")
    ran = command(*recorded, "--units", units, "--label", label, "--label", f"{label}2")
    assert ran.code == 0
    assert max(map(cell_len, ran.out.splitlines())) <= 80


def shown(**environment: str) -> str:
    """Return what the command writes to a terminal."""
    outer, inner = pty.openpty()
    env = {key: value for key, value in os.environ.items() if key not in ("NO_COLOR", "FORCE_COLOR")}
    env |= {"TERM": "xterm-256color", "COLUMNS": "80", **environment}
    run = [sys.executable, "-m", "pace_cli", *WORDS]
    process = subprocess.Popen(run, env=env, cwd=ROOT / "cli", stdout=inner, stderr=subprocess.DEVNULL)
    os.close(inner)
    text = b""
    while select.select([outer], [], [], 60)[0]:
        try:
            text += os.read(outer, 4096)
        except OSError:  # the other end is closed
            break
    assert process.wait() == 0
    os.close(outer)
    return text.decode()


def test_what_is_told_on_the_way_fits_a_terminal(command, tmp_path, monkeypatch):
    """A long line is broken between words where somebody looks, and stays one line for whoever searches a pipe."""
    (tmp_path / "empty.fit").touch()
    words = ("match", str(tmp_path), "-", "--therapist-chat", "6:00", "--client-walk", "10:30")
    piped = command(*words).err
    monkeypatch.setattr("pace_cli.screen.busy", lambda _: nullcontext())
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    looked_at = command(*words).err
    assert (len(piped.splitlines()), len(looked_at.splitlines())) == (1, 2)
    assert max(map(len, looked_at.splitlines())) <= 80 < len(piped)
    assert looked_at.split() == piped.split()


def test_colour_is_for_terminals_that_want_it():
    """A terminal gets bold and dim, none with NO_COLOR gets either; the words are the same."""
    plain = shown(NO_COLOR="1")
    assert not COLOUR.search(plain)
    assert COLOUR.search(shown())
    assert COLOUR.sub("", shown()) == plain


def test_a_pipe_gets_text_alone(command):
    """Where nobody looks there is no escape at all, whatever the terminal could do."""
    assert "\x1b" not in command(*WORDS).out


def test_a_name_is_shown_letter_by_letter(command):
    """What looks like a code for a colour or a little picture is a name."""
    ran = command(*WORDS, "--label", ":smile: [red]Bo", "--label", "[link=x]y")
    assert ran.code == 0
    assert ":smile: [red]Bo" in ran.out
    assert "[link=x]y" in ran.out
