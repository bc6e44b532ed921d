"""What the command promises: where text goes, how it ends, and that nothing typed or read can steer it."""

import json
import os
import re
import shutil
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from typer.main import get_command

from corpus import ROOT
from pace_cli import screen
from pace_cli.main import app
from pace_cli.people import Words, people

WORDS = ("match", "-", "-", "--therapist-chat", "6:00", "--client-walk", "10:30", "--client-chat", "7:45/km")
COMMANDS = [
    "match",
    "plan",
    "profile",
    "review",
    "inspect",
    "demo",
    "pairs",
    "open",
    "routes",
    "note",
    "talktest",
    "batch",
]
GROUPS = ("person", "plot")
"""Commands that hold others."""
HOSTILE = "<script>alert(1)</script>\x1b[31m\u202egnp\"'=cmd|calc"


# --- help -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help_with_a_sentence(command, name):
    """`pace COMMAND --help` answers on standard output with a sentence and exit code 0."""
    ran = command(name, "--help")
    assert ran.code == 0
    assert f"Usage: pace {name}" in ran.out
    assert re.search(r"[A-Z][a-z ]+\.", ran.out)
    assert ran.err == ""


def test_the_commands_are_these():
    """Whoever adds a command adds its help, its tests and its line in the README."""
    assert [c.name or c.callback.__name__ for c in app.registered_commands if c.callback] == COMMANDS
    assert tuple(group.name for group in app.registered_groups) == GROUPS


def test_every_option_has_help(command):
    """No option is left to be guessed."""
    commands = get_command(app).commands
    assert set(commands) == {*COMMANDS, *GROUPS}
    for group in GROUPS:
        commands |= {f"{group} {name}": made for name, made in commands.pop(group).commands.items()}
    for name, made in commands.items():
        assert [option.name for option in made.params if not option.help] == [], name


def test_pace_alone_shows_help(command):
    """`pace` alone is a question, not a mistake."""
    assert command().out == command("--help").out
    assert command().code == 0


def test_help_fits_a_page_of_eighty_columns(command):
    """Help keeps to 80 columns and shows examples line by line."""
    out = command("--help").out
    assert max(map(len, out.splitlines())) <= 80
    assert re.search(r"^ +pace demo +two invented people", out, flags=re.M)


def test_version(command):
    """`pace --version` prints one line."""
    import pace

    assert command("--version").out == f"pace {pace.__version__}\n"


def test_shell_completion_is_offered():
    """Typer's completion knows the commands."""
    env = {**os.environ, "_PACE_COMPLETE": "complete_bash", "COMP_WORDS": "pace ma", "COMP_CWORD": "1"}
    code = "from pace_cli.main import run; import sys; sys.argv[0] = 'pace'; run()"
    done = subprocess.run([sys.executable, "-c", code], env=env, cwd=ROOT, capture_output=True, text=True)
    assert done.stdout.split() == ["match"]


# --- where text goes and how it ends --------------------------------------------------------------------------------


def test_words_alone_give_an_answer_on_standard_output(command):
    """Two people without a watch get an answer; standard error stays empty."""
    ran = command(*WORDS)
    assert ran.code == 0
    assert "min/km" in ran.out
    assert ran.err == ""


def test_piped_text_is_plain_and_narrow(command):
    """No escape and no trailing space in a pipe, at most 80 columns."""
    lines = command(*WORDS).out.splitlines()
    assert all("\x1b" not in line and line == line.rstrip() and len(line) <= 80 for line in lines)


def test_json_is_one_document_and_nothing_else(command):
    """`--json` prints one document; strict JSON, no NaN."""
    ran = command(*WORDS, "--json")
    document = json.loads(ran.out, parse_constant=lambda word: pytest.fail(f"{word} is no JSON"))
    assert document["schema"] == "pace.match/1"
    assert ran.err == ""


def test_a_missing_file_is_one_line_and_exit_code_1(command):
    """What cannot be found is said in one line on standard error, with its name."""
    ran = command("inspect", "nowhere.fit")
    assert (ran.code, ran.out) == (1, "")
    assert ran.err.count("\n") == 1
    assert "nowhere.fit" in ran.err


def test_a_damaged_file_is_one_line_and_the_rest_goes_on(command, tmp_path: Path):
    """A file that cannot be read costs the others nothing; words carry the answer if nothing else does."""
    (tmp_path / "bad.fit").write_bytes(b"\x0e\x10\x00\x00garbage")
    (tmp_path / "worse.gpx").write_bytes(b"<gpx><trk>")
    ran = command("profile", str(tmp_path), "--walk", "10:30")
    assert ran.code == 0
    assert [line.split(":")[1].strip() for line in ran.err.splitlines()] == ["bad.fit left out", "worse.gpx left out"]
    assert "Traceback" not in ran.err


def test_nothing_usable_is_exit_code_1(command, tmp_path: Path):
    """When no file of a person could be used and nothing was said, there is no answer."""
    (tmp_path / "bad.fit").write_bytes(b"no activity at all")
    ran = command("profile", str(tmp_path))
    assert (ran.code, ran.out) == (1, "")
    assert "bad.fit" in ran.err
    assert "Traceback" not in ran.err


@pytest.mark.parametrize(
    "words",
    [
        ("match",),
        ("match", "only-one"),
        ("match", "-", "-", "--client-walk", "soon"),
        ("match", "-", "-", "--client-height", "168"),
        ("match", "-", "-", "--lead", "nobody"),
        ("match", "-", "-", "--label", "a", "--label", "b", "--label", "c"),
        ("profile",),
        ("profile", "--said", "7:10/km"),
        ("profile", "--said", "7:10/km easy"),
        ("no-such-command",),
    ],
)
def test_what_is_mistyped_is_exit_code_2(command, words):
    """Mistakes of typing end with 2, an explanation on standard error and nothing on standard output."""
    ran = command(*words)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err
    assert "Traceback" not in ran.err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--lead", "fine"), "'fine' is not one of 'client', 'therapist', 'equal'"),
        (("--minutes", "soon"), "this must be a number"),
        (("--minutes", "1000"), "this must be 600 at most"),
        (("--minutes", "1"), "this must be 5 at least"),
    ],
)
def test_a_refused_value_is_told_in_plain_words(command, words, said):
    """Whoever mistypes a value reads what it must be, in no library's words."""
    told = " ".join(command(*WORDS, *words).err.replace("│", " ").split())
    assert said in told
    assert not re.search("Value error|Input should", told)


def test_whose_file_was_left_out_or_damaged_is_said(command, tmp_path: Path):
    """In a match of two, a line about a file names whose it is; a damaged file that was used is told of."""
    (tmp_path / "bad.fit").write_bytes(b"no activity at all")
    shutil.copy(ROOT / "sample_activities" / "client" / "09-cut-short.fit", tmp_path)
    ran = command("match", "-", str(tmp_path), "--therapist-chat", "6:00")
    assert ran.code == 0
    left, damaged = ran.err.splitlines()
    assert "client: bad.fit left out: " in left
    assert "client: 1 recording is cut or damaged: what is whole in it counts" in damaged


def test_a_file_cut_before_its_sport_shows_turns_and_no_steps(command):
    """Whether 79.5 are steps of both feet or turns is not known where no sport is named."""
    ran = command("inspect", str(ROOT / "sample_activities" / "client" / "09-cut-short.fit"))
    assert "79.5 rev/min" in ran.out
    assert "steps/min" not in ran.out


def test_a_very_long_session_is_called_a_guess(command):
    """Beyond the longest that anybody recorded, or that was studied, nothing is known, and that is said."""
    told = "Nothing is known of you beyond 60 minutes"
    assert told in " ".join(command(*WORDS, "--minutes", "600").out.split())
    assert told not in " ".join(command(*WORDS, "--minutes", "50").out.split())


def test_two_people_of_one_label_are_refused_in_one_line(command):
    """Whoever is called the same cannot be told apart."""
    ran = command(*WORDS, "--label", "a", "--label", "a")
    assert (ran.code, ran.out, ran.err.count("\n")) == (1, "", 1)


def test_an_unforeseen_fault_is_one_line(command, monkeypatch):
    """Even our own mistakes show no traceback unless asked for."""
    monkeypatch.setattr("pace_cli.work.match", lambda *_, **__: 1 / 0)
    ran = command(*WORDS)
    assert (ran.code, ran.err.count("\n")) == (1, 1)
    assert "ZeroDivisionError" in ran.err


@pytest.mark.parametrize("where", ["pace_cli.work.match", "pace_cli.main.app"])
def test_ctrl_c_is_exit_code_130(command, monkeypatch, where):
    """Ctrl-C ends without a word, at work and before or after it."""

    def interrupted(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr(where, interrupted)
    try:
        ran = command(*WORDS)
    except KeyboardInterrupt:
        pytest.fail("the interrupt came through")
    assert (ran.code, ran.err) == (130, "")


UNSENT = "import pace_cli.work; pace_cli.work.match = lambda *_, **__: sys.stdout.write('a word');"


@pytest.mark.parametrize("first", ["", UNSENT], ids=["while printing", "when all is printed"])
def test_a_reader_that_goes_away_is_no_fault(first):
    """`pace … | head -0` says nothing on standard error, whether it is noticed early or at the very end."""
    code = f"import sys; {first} sys.argv = ['pace', *{list(WORDS)!r}]; from pace_cli.main import run; run()"
    pace = subprocess.Popen(
        [sys.executable, "-c", code],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=ROOT,
        env=os.environ | {"PYTHONUNBUFFERED": ""},
    )
    assert pace.stdout is not None
    pace.stdout.close()
    assert pace.stderr is not None
    assert pace.stderr.read() == b""
    pace.stderr.close()
    assert pace.wait() == 1


# --- names from outside ---------------------------------------------------------------------------------------------


def test_a_hostile_label_is_inert_in_the_terminal(command):
    """No escape, no direction mark, no markup of ours comes out of a label."""
    ran = command(*WORDS, "--label", f"[red]{HOSTILE}", "--label", "Bo")
    assert ran.code == 0
    assert not set("\x1b\u202e") & set(ran.out + ran.err)
    assert "[red]" in ran.out


def test_a_hostile_label_is_inert_in_json(command):
    """JSON keeps every character, written so that no terminal obeys it."""
    ran = command(*WORDS, "--json", "--label", f"{HOSTILE}\x9b2J")
    assert not set("\x1b\u202e\x9b") & set(ran.out)
    assert json.loads(ran.out)["people"][0]["label"] == f"{HOSTILE}\x9b2J"


def test_a_hostile_file_name_is_inert(command, tmp_path: Path):
    """A file's name cannot steer the terminal that reports it."""
    (tmp_path / "\x1b[31m\u202egnp.fit").write_bytes(b"no activity")
    ran = command("profile", str(tmp_path), "--walk", "10:30")
    assert "gnp.fit" in ran.err
    assert not set("\x1b\u202e") & set(ran.out + ran.err)


def test_hostile_words_in_a_file_are_inert(command, tmp_path: Path):
    """What a file calls its sport is text from outside too."""
    point = '<trkpt lat="1" lon="1"><time>2001-01-01T00:00:0{}Z</time></trkpt>'
    points = "".join(point.format(i) for i in range(5))
    sport = "&lt;script&gt;\u202e\x9b2J=cmd"
    file = tmp_path / "odd.gpx"
    file.write_text(f"<gpx><trk><type>{sport}</type><trkseg>{points}</trkseg></trk></gpx>", encoding="utf-8")
    for words in ([], ["--json"]):
        ran = command("inspect", str(file), *words)
        assert ran.code == 0
        assert not set("\x1b\x9b\u202e") & set(ran.out + ran.err)


def test_what_is_said_is_inert(capfd):
    """Whatever an error cites is one line that steers nothing."""
    screen.say("the file \x1b[31mred\x1b[0m\u202e.fit\nis no recording" + "x" * 999)
    said = capfd.readouterr().err
    assert said.startswith("pace: the file red.fit is no recording")
    assert said.count("\n") == 1
    assert len(said) < 500


def test_a_document_with_a_nan_is_not_printed():
    """NaN is no JSON: a document that holds one is a fault of ours and not of whoever reads it."""
    with pytest.raises(ValueError, match="JSON"):
        screen.print_json({"speed": float("nan")})


def test_a_terminal_that_lacks_a_letter_shows_a_question_mark():
    """An old terminal gets the answer too."""
    env = {**os.environ, "PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0", "COLUMNS": "80"}
    run = [sys.executable, "-m", "pace_cli", "person", "note", "Zoë", "--pace", "x", "--talk", "short"]
    ran = subprocess.run(run, env=env, cwd=ROOT / "cli", capture_output=True, check=False)
    assert ran.returncode == 2
    run = [sys.executable, "-m", "pace_cli", *WORDS, "--label", "Zoë", "--label", "Bo"]
    ran = subprocess.run(run, env=env, cwd=ROOT / "cli", capture_output=True, check=False)
    assert (ran.returncode, ran.stderr) == (0, b"")
    assert b"Zo?" in ran.stdout


# --- who is meant ---------------------------------------------------------------------------------------------------

SAID = Words(option="--client-", walk="10:30")
TOLD = Words(option="--therapist-", walk="10:30")
NOTHING = Words()


@pytest.mark.parametrize(
    ("paths", "therapist", "client", "meant"),
    [
        (["a", "b"], NOTHING, NOTHING, ["a", "b"]),
        (["a", "b"], TOLD, SAID, ["a", "b"]),
        (["a"], NOTHING, SAID, ["a", None]),
        (["a"], TOLD, NOTHING, [None, "a"]),
        (["a"], TOLD, SAID, ["a", None]),
        ([], TOLD, SAID, [None, None]),
        (["-", "b"], NOTHING, NOTHING, [None, "b"]),
        (["a", "b", "-"], NOTHING, NOTHING, ["a", "b", None]),
    ],
)
def test_who_has_words_needs_no_path(paths, therapist, client, meant):
    """Paths go to whoever has no words, the therapist first."""
    assert [person.path for person in people(paths, therapist=therapist, client=client)] == meant


def test_labels_are_roles_unless_given():
    """A folder may carry a name, so it is never the label."""
    found = people(["Alice Smith/", "Bob/", "-"], therapist=NOTHING, client=NOTHING, labels=["me"])
    assert [person.label for person in found] == ["me", "client", "client 2"]


# --- the page on disk -----------------------------------------------------------------------------------------------


def test_the_page_is_written_whole_and_private(command, tmp_path: Path):
    """`--html` writes a file that only its owner can read, beside nothing else; the answer still comes."""
    page = tmp_path / "answer.html"
    ran = command(*WORDS, "--html", str(page), "--json")
    assert json.loads(ran.out)["schema"] == "pace.match/1"
    assert [path.name for path in tmp_path.iterdir()] == ["answer.html"]
    assert stat.S_IMODE(page.stat().st_mode) == 0o600
    assert page.read_text(encoding="utf-8").startswith("<!doctype html>")


def test_a_missing_folder_is_said_before_any_work(command, tmp_path: Path, monkeypatch):
    """Where the page cannot go is said in one line, and nothing is read first."""
    monkeypatch.setattr("pace_cli.people.Person.profile", lambda *_: pytest.fail("work was done"))
    ran = command(*WORDS, "--html", str(tmp_path / "none" / "answer.html"))
    assert (ran.code, ran.out, ran.err.count("\n")) == (1, "", 1)


def test_only_plain_files_are_replaced(command, tmp_path: Path):
    """A folder or a pipe in the page's place is left alone (a device too, but none is risked for it)."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    for place in (tmp_path, pipe):
        assert command(*WORDS, "--html", str(place)).code == 1
    assert stat.S_ISFIFO(pipe.stat().st_mode)


def test_a_failed_write_leaves_the_old_page(tmp_path: Path, monkeypatch):
    """A page is replaced as a whole or not at all."""
    page = tmp_path / "answer.html"
    page.write_text("old")

    def refused(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", refused)
    with pytest.raises(Exception, match="No space left"):
        screen.write(page, "new")
    assert [path.read_text() for path in tmp_path.iterdir()] == ["old"]


def test_a_written_file_reaches_the_disk_before_it_has_its_name(tmp_path: Path, monkeypatch):
    """A power cut leaves the old file or the new one, never a name without content."""
    done: list[str] = []
    for name in ("fsync", "replace"):
        really = getattr(os, name)
        monkeypatch.setattr(os, name, lambda *given, name=name, really=really: (done.append(name), really(*given)))
    screen.write(tmp_path / "answer.html", "x")
    assert done == ["fsync", "replace"]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_a_full_disk_is_no_fault_of_the_program():
    """An answer for which there is no room is one line and exit code 1."""
    with open("/dev/full", "w", encoding="utf-8") as full:
        ran = subprocess.run(
            [sys.executable, "-m", "pace_cli", "--help"], stdout=full, stderr=subprocess.PIPE, text=True, check=False
        )
    assert (ran.returncode, ran.stderr) == (1, "pace: there is no room left on the disk for the answer\n")
