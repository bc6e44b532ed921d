"""The README is true: its blocks are there in the order that a stranger needs, and it names every command."""

import re
import subprocess
import sys

from corpus import ROOT

README = ROOT / "README.md"


def _blocks() -> list[str]:
    return re.findall(r"^```sh\n(.*?)^```", README.read_text(encoding="utf-8"), flags=re.S | re.M)


def test_the_first_block_does_the_main_job_and_the_second_tests():
    """The first two shell blocks install and match the sample people, then install what is missing and test."""
    first, second = _blocks()[:2]
    assert "pip install" in first
    assert "pace match sample_activities/" in first
    assert "pip install" in second
    assert "pytest" in second


def test_the_main_job_of_the_readme_runs():
    """The commands of the first block, but for the installation, answer on standard output with exit code 0."""
    for line in _blocks()[0].splitlines():
        if line.startswith("pace "):
            command = [sys.executable, "-m", "pace_cli", *line.split()[1:]]
            done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
            assert "min/km" in done.stdout


def test_every_command_is_in_the_readme():
    """Whoever reads the README has seen each command once."""
    from pace_cli.main import app

    text = README.read_text(encoding="utf-8")
    names = [c.name or c.callback.__name__ for c in app.registered_commands if c.callback]
    names += [group.name for group in app.registered_groups]
    assert names
    assert [name for name in names if f"pace {name}" not in text] == []


def test_the_answer_shown_is_the_answer_given():
    """What the README shows is what the command prints today."""
    shown = re.search(r"^```text\n(.*?)^```", README.read_text(encoding="utf-8"), flags=re.S | re.M)
    command = [sys.executable, "-m", "pace_cli", "match", "sample_activities/therapist", "sample_activities/client"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert shown is not None
    assert done.stdout == shown[1]


def test_the_way_shown_is_the_way_found(tmp_path, golden):
    """The README's way and its picture are what the command beside them prints and writes today."""
    text = README.read_text(encoding="utf-8")
    typed = re.search(r"^```console\n\$ (pace routes .*?)^```", text, flags=re.S | re.M)
    shown = list(re.finditer(r"^```text\n(.*?)^```", text, flags=re.S | re.M))[1]
    assert typed is not None
    words = typed[1].replace("\\\n", " ").split()[1:]
    words[words.index("-o") + 1] = str(tmp_path / "ways")
    command = [sys.executable, "-m", "pace_cli", *words]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    golden.file(README, text[: shown.start(1)] + done.stdout + text[shown.end(1) :])
    golden.file(ROOT / "docs" / "way.svg", (tmp_path / "ways" / "way-1.svg").read_text(encoding="utf-8"))
