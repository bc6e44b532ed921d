"""Completion as it is typed: in a real bash and a real zsh, commands, options and choices come up."""

from __future__ import annotations

import os
import pty
import select
import shutil
import subprocess
import sysconfig
import time
from pathlib import Path

import pytest

SCRIPTS = Path(sysconfig.get_path("scripts"))
ENV = {**os.environ, "PATH": f"{SCRIPTS}:{os.environ['PATH']}", "TERM": "dumb", "PS1": "> ", "COLUMNS": "80"}
LONGEST_S = 30.0

pytestmark = pytest.mark.skipif(not (SCRIPTS / "pace").exists(), reason="`pace` is not installed as a command")

TYPED = [
    (("pace", "ma"), "match"),
    (("pace", "plot", "pro"), "profile"),
    (("pace", "match", "--min"), "--minutes"),
    (("pace", "match", "--lead", "th"), "therapist"),
]


def shell(name: str) -> str:
    """Return a shell; the test is left out where there is none."""
    found = shutil.which(name)
    if found is None:
        pytest.skip(f"no {name} on this machine")
    return found


@pytest.mark.parametrize(("words", "completed"), TYPED)
def test_bash_completes(words, completed):
    """The function that bash calls offers what can follow."""
    script = """
    source <(_PACE_COMPLETE=source_bash pace)
    COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1))
    "$(complete -p pace | sed 's/.*-F \\([^ ]*\\).*/\\1/')" pace
    printf '%s\\n' "${COMPREPLY[@]}"
    """
    run = [shell("bash"), "--norc", "-c", script, "bash", *words]
    done = subprocess.run(run, env=ENV, capture_output=True, text=True, timeout=LONGEST_S)
    assert done.stdout.split() == [completed], done.stderr


class Terminal:
    """An interactive shell in a terminal of its own."""

    def __init__(self, *command: str) -> None:
        self.tty, inside = pty.openpty()
        ends = {"stdin": inside, "stdout": inside, "stderr": inside}
        self.process = subprocess.Popen(command, env=ENV, start_new_session=True, **ends)
        os.close(inside)

    def typed(self, text: str) -> None:
        """Type a text."""
        os.write(self.tty, text.encode())

    def until(self, wanted: str) -> str:
        """Return what is shown until a text comes up, or for as long as a patient person would wait."""
        shown, end = "", time.monotonic() + LONGEST_S
        while wanted not in shown and time.monotonic() < end:
            if select.select([self.tty], [], [], 0.2)[0]:
                try:
                    shown += os.read(self.tty, 4096).decode(errors="replace")
                except OSError:
                    break
        return shown

    def close(self) -> None:
        """End the shell."""
        self.process.kill()
        self.process.wait()
        os.close(self.tty)


def test_zsh_completes():
    """A tab in an interactive zsh writes the rest of the word."""
    terminal = Terminal(shell("zsh"), "-f", "-i")
    try:
        terminal.typed("autoload -U compinit && compinit -u -D && source <(_PACE_COMPLETE=source_zsh pace)\n")
        terminal.typed("echo rea''dy\n")
        assert "ready" in terminal.until("ready")
        for words, completed in TYPED:
            terminal.typed(f"{' '.join(words)}\t")
            rest = completed.removeprefix(words[-1])
            assert rest in terminal.until(rest).replace("\r", "").replace("\n", ""), words
            terminal.typed("\x15echo cl''ear\n")
            terminal.until("clear")
    finally:
        terminal.close()
