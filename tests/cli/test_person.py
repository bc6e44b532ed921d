"""`pace person …` and labels on the command line: what is typed, what is said, and what never leaves the library."""

import json
import os
import re
import subprocess
import sys
import time
from datetime import date
from pathlib import Path

import pytest

from corpus import ROOT
from pace_cli import library as shelf
from pace_cli.library import Shelf

pty = pytest.importorskip("pty")
CLIENT = str(ROOT / "sample_activities" / "client")
THERAPIST = str(ROOT / "sample_activities" / "therapist")
WALK = str(ROOT / "sample_activities" / "client" / "01-brisk-walk.fit")
UNDER = ["add", "list", "show", "note", "forget", "export", "import", "status"]
RIVER = "quiet river"


@pytest.fixture
def kept(command):
    """Return a function like `command` on a library in which somebody is kept."""
    ran = command("person", "add", RIVER, WALK, "--walk", "10:30")
    assert (ran.code, ran.out) == (0, "quiet river is kept now: 1 new recording.\n")
    return command


@pytest.mark.parametrize("name", UNDER)
def test_every_command_has_help_with_an_example(command, name):
    """`pace person COMMAND --help` answers with a sentence and an example, in 80 columns."""
    ran = command("person", name, "--help")
    assert ran.code == 0
    assert f"Usage: pace person {name}" in ran.out
    assert "Examples" in ran.out
    assert max(map(len, ran.out.splitlines())) <= 80


def test_person_alone_shows_help(command):
    """`pace person` alone is a question, and names every command."""
    assert command("person").out == command("person", "--help").out
    assert all(re.search(rf"│ {name} ", command("person").out) for name in UNDER)


# --- adding, listing, showing ----------------------------------------------------------------------------------------


def test_a_new_library_says_once_that_it_is_plain(command):
    """Where people are kept and that it is not encrypted is said when the file is made, and never again."""
    first = command("person", "add", RIVER, "--walk", "10:30")
    again = command("person", "add", "amber bay", "--walk", "10:30")
    assert os.environ["PACE_LIBRARY"] in first.err
    assert "not encrypted" in first.err
    assert again.err == ""


def test_the_same_files_again_change_nothing(kept):
    """Adding what is there says so, and what is shown stays the same."""
    before = kept("person", "show", RIVER).out
    assert kept("person", "add", RIVER, WALK).out == "quiet river: no new recordings, 1 known already.\n"
    assert kept("person", "show", RIVER).out == before


def test_files_left_out_are_said_and_not_kept(command, tmp_path: Path):
    """A file that tells nothing is named on standard error and costs nothing."""
    (tmp_path / "kumquat.fit").write_bytes(b"nothing")
    ran = command("person", "add", RIVER, WALK, str(tmp_path))
    assert ran.code == 0
    assert "kumquat.fit left out" in ran.err
    assert b"kumquat" not in Path(os.environ["PACE_LIBRARY"]).read_bytes()


def test_damage_among_what_is_added_is_said(command):
    """Whoever adds a file that was cut hears of it, as with every other command; once for one recording."""
    cut = str(ROOT / "sample_activities" / "client" / "09-cut-short.fit")
    ran = command("person", "add", RIVER, WALK, cut)
    assert ran.out == "quiet river is kept now: 2 new recordings.\n"
    assert ran.err.splitlines()[-1].startswith("pace: 1 recording is cut or damaged: what is whole in it counts")
    assert "damaged" not in command("person", "add", RIVER, WALK).err


def test_nobody_yet_is_said_kindly(command):
    """Asking for people where there are none is no mistake, and makes no file."""
    for words in (("list",), ("status",)):
        assert command("person", *words).code == 0
    assert "pace person add" in command("person", "list").out
    assert not Path(os.environ["PACE_LIBRARY"]).exists()


def test_a_list_fits_a_page(command):
    """People stand one below the other in the order of labels, within 80 columns."""
    for label in ("zoe", "amber bay", "m" * 40):
        command("person", "add", label, "--walk", "10:30", "--consent-until", "2199-12-31")
    lines = command("person", "list").out.splitlines()
    assert [line.split("  ")[0] for line in lines if not line.startswith(" ")] == ["amber bay", "m" * 40, "zoe"]
    assert max(map(len, lines)) <= 80


def test_what_is_kept_is_shown(kept):
    """Words, consent and answers stand in what `show` prints."""
    kept("person", "add", RIVER, "--height", "1.7", "--consent", "walks", "--consent-on", "2026-01-02")
    kept(
        "note", RIVER, "--pace", "7:10", "--talk", "short", "--minutes", "40", "--text", "uphill", "--day", "2026-02-03"
    )
    out = kept("person", "show", RIVER).out
    for part in (
        RIVER,
        "1, kept as summaries",
        "10:30 min/km",
        "1.7 m",
        "walks, since 2026-01-02 without an end.",
        "2026-02-03",
    ):
        assert part in out
    assert "7:10 min/km, 40 min, short sentences: uphill" in out
    assert "10.5" not in out
    assert "16:50 min/mile" in kept("person", "show", RIVER, "--units", "mi").out


# --- labels ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("label", ["bo@example.org", "+49 170 1234567", "a/b", ""])
def test_what_leads_to_a_person_is_refused_with_a_suggestion(command, label):
    """A refused label comes with one that would do; nothing is made."""
    ran = command("person", "add", label, WALK)
    assert ran.code == 2
    assert re.search(r"for example: \w+\s*│?\n?\W*\w+", ran.err)
    assert not Path(os.environ["PACE_LIBRARY"]).exists()


def test_what_looks_like_a_name_is_warned_of_kindly(command):
    """A full name is taken, with a word on what would be safer."""
    ran = command("person", "add", "Robin Berg", WALK)
    assert ran.code == 0
    assert "looks like somebody's full name; a pseudonym such as" in ran.err


def test_a_label_that_was_forgotten_is_missed(command):
    """Files without a label before them are no label."""
    ran = command("person", "add", "run.zip", WALK)
    assert ran.code == 2
    assert "the label comes first" in " ".join(ran.err.replace("│", " ").split())


def test_a_label_that_is_a_folder_too_is_said(command, tmp_path: Path, monkeypatch):
    """Whoever takes the name of a folder for a label is told how to mean the person."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "client").mkdir()
    assert "@client means the person" in command("person", "add", "client", WALK).err


def test_a_suggestion_can_be_used_at_once(command):
    """`--suggest` prints a label that is taken as it is, and adds nobody."""
    label = command("person", "add", "--suggest").out.strip()
    assert not Path(os.environ["PACE_LIBRARY"]).exists()
    assert command("person", "add", label, "--walk", "10:30").code == 0


def test_a_label_stands_wherever_files_do(kept):
    """match, plan, pairs, profile and review take a label; what they say is what they say of the files."""
    words = ["--walk", "10:30"]
    of_files = json.loads(kept("profile", WALK, *words, "--name", RIVER, "--json").out)
    assert json.loads(kept("profile", RIVER, "--json").out) == of_files
    by_label = kept("match", THERAPIST, RIVER, "--json")
    by_files = kept(
        "match", THERAPIST, WALK, "--client-walk", "10:30", "--label", "therapist", "--label", RIVER, "--json"
    )
    assert by_label.out == by_files.out
    assert kept("plan", THERAPIST, RIVER).code == 0
    assert "quiet river" in kept("pairs", THERAPIST, RIVER).out
    assert kept("pairs", RIVER, "--therapist", THERAPIST).code == 0
    assert kept("review", WALK, "--history", RIVER).code == 0


def test_a_label_and_words_of_today_go_together(kept):
    """Words typed with a label count for this answer and are not kept."""
    before = kept("person", "show", RIVER).out
    ran = kept("match", THERAPIST, RIVER, "--client-chat", "6:00", "--json")
    said = json.loads(ran.out)["people"][1]
    assert "what they said" in said["talk_speed_mps"]["basis"]
    assert kept("person", "show", RIVER).out == before


def test_a_label_and_new_files_make_one_person(kept):
    """`pace profile LABEL FILE` looks at both together, and keeps nothing of it."""
    both = json.loads(kept("profile", RIVER, str(Path(CLIENT) / "05-jog.gpx"), "--json").out)
    assert both["label"] == RIVER
    assert both["activities"]["used"] == 2
    assert "1, kept as summaries" in kept("person", "show", RIVER).out


def test_a_file_goes_before_a_label_and_it_is_said(kept, tmp_path: Path, monkeypatch):
    """Where a folder has the name of somebody, the folder is meant; `@` says that the person is."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / RIVER).mkdir()
    (tmp_path / RIVER / "x.gpx").write_bytes((Path(CLIENT) / "05-jog.gpx").read_bytes())
    ran = kept("profile", RIVER, "--json")
    assert f"the files are used (@{RIVER})" in ran.err
    assert json.loads(ran.out)["label"] == "person"
    by_sign = kept("profile", f"@{RIVER}", "--json")
    assert by_sign.err == ""
    assert json.loads(by_sign.out)["label"] == RIVER


def test_a_folder_is_used_whatever_becomes_of_the_library(kept, tmp_path: Path, monkeypatch):
    """A damaged library is no matter to whoever gives files."""
    Path(os.environ["PACE_LIBRARY"]).write_bytes(b"SQLite format 3\0 and nothing more")
    monkeypatch.chdir(ROOT / "sample_activities")
    asked = kept("profile", "client")
    assert (asked.code, "librar" in asked.err) == (0, False)
    assert kept("profile", RIVER).code == 1


def test_a_word_that_is_neither_says_so(kept):
    """A slip in a label is told apart from a slip in a path."""
    ran = kept("match", THERAPIST, "quiet rivre")
    assert ran.code == 1
    assert "quiet rivre is no file or folder here, and nobody in the library has that label" in ran.err
    assert "label" not in kept("match", THERAPIST, "nowhere.fit").err
    ran = kept("profile", "@nobody")
    assert (ran.code, ran.out) == (1, "")
    assert "pace person list" in ran.err


def test_two_labels_are_no_profile(kept):
    """A profile is of one person."""
    kept("person", "add", "amber bay", "--walk", "10:30")
    assert kept("profile", RIVER, "amber bay").code == 2


# --- notes and consent -----------------------------------------------------------------------------------------------


def test_a_note_becomes_evidence(kept):
    """`pace note` and `pace person note` are one command; what they note counts in the profile."""
    assert (
        kept("note", RIVER, "--pace", "7:10", "--talk", "comfortable").out == "Noted for quiet river: 1 answer now.\n"
    )
    assert "noted already" in kept("person", "note", RIVER, "--pace", "7:10", "--talk", "comfortable").out
    assert "2 answers" in kept("note", RIVER, "--pace", "7:10", "--talk", "comfortable", "--no-day").out
    assert "answers about talking at a known pace" in kept("profile", RIVER).out
    assert str(date.today()) in kept("person", "show", RIVER).out


@pytest.mark.parametrize(
    "words",
    [
        ("--pace", "fast", "--talk", "short"),
        ("--pace", "7:10", "--talk", "loud"),
        ("--pace", "7:10"),
        ("--pace", "7:10", "--talk", "short", "--day", "yesterday"),
        ("--pace", "7:10", "--talk", "short", "--day", "2026-01-01", "--no-day"),
        ("--pace", "7:10", "--talk", "short", "--text", "x" * 501),
    ],
)
def test_a_slip_in_a_note_is_exit_code_2(kept, words):
    """What is mistyped is not noted."""
    assert kept("note", RIVER, *words).code == 2
    assert "Answers" not in kept("person", "show", RIVER).out


def test_whose_consent_has_ended_is_not_used(kept, monkeypatch):
    """Every command says why and ends with 1; `status` lists them; a new consent lets them back in."""
    last = "2030-03-31"
    kept("person", "add", RIVER, "--consent", "walks", "--consent-until", last)
    assert kept("profile", RIVER).code == 0
    monkeypatch.setattr(shelf, "today", lambda: date(2030, 4, 1))
    both = [(name, THERAPIST, RIVER) for name in ("match", "plan", "pairs")]
    note = ("note", RIVER, "--pace", "7:10", "--talk", "short")
    for words in (*both, ("profile", RIVER), ("person", "add", RIVER, WALK), note):
        ran = kept(*words)
        assert (ran.code, ran.out) == (1, ""), words
        assert f"the consent of quiet river ended on {last}" in ran.err
    status = kept("person", "status")
    assert status.code == 0
    assert f"consent ended on {last}, 1 day ago" in status.out
    assert "pace person forget 'quiet river'" in status.out
    assert json.loads(kept("person", "status", "--json").out)["people"][0]["consent"]["ended"] is True
    assert "not used" in kept("person", "list").out
    kept("person", "add", RIVER, "--consent-until", "2030-04-01")
    assert kept("profile", RIVER).code == 0
    assert "Nobody is overdue" in kept("person", "status").out


def test_a_day_is_typed_as_one(command):
    """A day that is none is a slip, and nobody is added."""
    ran = command("person", "add", RIVER, WALK, "--consent-until", "soon")
    assert ran.code == 2
    assert "2026-11-02" in ran.err
    assert command("person", "add", RIVER).code == 2
    assert command("person", "add").code == 2


# --- forgetting, handing over ----------------------------------------------------------------------------------------


def test_forgetting_asks_nothing_and_says_what_was_erased(kept):
    """The exact label is the question; another one erases nobody."""
    kept("note", RIVER, "--pace", "7:10", "--talk", "short", "--text", "zebrafinch")
    assert kept("person", "forget", "Quiet River").code == 1
    ran = kept("person", "forget", RIVER)
    assert ran.out == "quiet river is forgotten.\n1 recording and 1 answer erased, with label, words and consent.\n"
    raw = b"".join(path.read_bytes() for path in Path(os.environ["PACE_LIBRARY"]).parent.iterdir())
    assert [word for word in (b"zebrafinch", b"quiet river") if word in raw] == []


def test_a_person_can_be_handed_over(kept, tmp_path: Path):
    """Exported, forgotten and imported, somebody is as before; the file is private and said not to be encrypted."""
    before = kept("person", "show", RIVER).out
    file = tmp_path / "river.json"
    ran = kept("person", "export", RIVER, str(file))
    assert (ran.code, ran.out) == (0, "")
    assert "not encrypted" in ran.err
    kept("person", "forget", RIVER)
    assert kept("person", "import", str(file)).out == "quiet river is kept now: 1 new recording.\n"
    assert kept("person", "show", RIVER).out == before
    assert kept("person", "import", str(file), "--as", "amber bay").code == 0
    assert kept("person", "import", WALK).code == 1
    assert kept("person", "import", str(tmp_path / "nowhere.json")).code == 1


def test_what_is_noted_appears_nowhere_else(kept, tmp_path: Path):
    """Label, note and consent stand in the library, in `show`, in an export: in no other answer, page or file name."""
    kept("person", "add", "zebrafinch", WALK, "--consent", "kumquat")
    kept("note", "zebrafinch", "--pace", "7:10", "--talk", "short", "--text", "rhubarb")
    answers = [
        kept(
            "match",
            THERAPIST,
            "zebrafinch",
            "--label",
            "A",
            "--label",
            "B",
            "--html",
            str(tmp_path / "a.html"),
            "--json",
        ),
        kept("plan", THERAPIST, "zebrafinch", "--label", "A", "--label", "B", "--fit", str(tmp_path / "w.fit")),
        kept("profile", "zebrafinch", "--name", "B"),
        kept("match", THERAPIST, "zebrafinch", "--client-age", "2"),
    ]
    shown = "".join(answer.out + answer.err for answer in answers) + (tmp_path / "a.html").read_text()
    shown += "".join(path.name for path in tmp_path.iterdir()) + "".join(
        map(str, map(Path.read_bytes, tmp_path.iterdir()))
    )
    assert [word for word in ("zebrafinch", "kumquat", "rhubarb") if word in shown] == []
    assert "rhubarb" in kept("person", "show", "zebrafinch").out


def test_a_hostile_note_is_inert(kept):
    """What is noted steers no terminal."""
    kept("note", RIVER, "--pace", "7:10", "--talk", "short", "--text", "\x1b]0;x\x07a\x1b[31mb\u202ec")
    out = kept("person", "show", RIVER).out
    assert "\x1b" not in out
    assert "\u202e" not in out
    assert "abc" in out


# --- encryption ------------------------------------------------------------------------------------------------------


def test_a_passphrase_of_the_environment_encrypts(command, monkeypatch):
    """With PACE_PASSPHRASE a new library is encrypted; without it, or with another, one line and exit code 1."""
    pytest.importorskip("sqlcipher3")
    monkeypatch.setenv("PACE_PASSPHRASE", "open sesame")
    assert "it is encrypted" in command("person", "add", RIVER, WALK).err
    shelf._from_environment.cache_clear()
    assert "encrypted, checked and whole" in command("person", "status").out
    assert command("profile", RIVER).code == 0
    assert not Path(os.environ["PACE_LIBRARY"]).read_bytes().startswith(b"SQLite")
    for given in ("wrong", None):
        shelf._from_environment.cache_clear()
        monkeypatch.setenv("PACE_PASSPHRASE", given) if given else monkeypatch.delenv("PACE_PASSPHRASE")
        ran = command("person", "list")
        assert (ran.code, ran.out, ran.err.count("\n")) == (1, "", 1)
        assert "passphrase" in ran.err
    assert command("profile", WALK).code == 0


def test_a_passphrase_of_a_file_descriptor_encrypts(command, monkeypatch):
    """The first line of the file descriptor named is the passphrase; one that is not open is said."""
    pytest.importorskip("sqlcipher3")
    for text, code in (("open sesame\n", 0), ("open sesame", 0), ("wrong\n", 1)):
        read, write = os.pipe()
        os.write(write, text.encode())
        os.close(write)
        monkeypatch.setenv("PACE_PASSPHRASE_FD", str(read))
        shelf._from_environment.cache_clear()
        assert command("person", "add", RIVER, "--walk", "10:30").code == code
        os.close(read)
    monkeypatch.setenv("PACE_PASSPHRASE_FD", "987")
    shelf._from_environment.cache_clear()
    assert "file descriptor" in command("person", "list").err


def typed(words, answers, path):
    """Run the command at a terminal and type answers; return its exit code and what the terminal showed."""
    ours, theirs = pty.openpty()
    env = {"PYTHONPATH": f"{ROOT / 'cli'}:{ROOT}", "PATH": "/usr/bin:/bin", "PACE_LIBRARY": str(path), "TERM": "dumb"}
    run = [sys.executable, "-m", "pace_cli", *words]
    worker = subprocess.Popen(run, env=env, stdin=theirs, stdout=theirs, stderr=theirs, start_new_session=True)
    os.close(theirs)
    shown = b""
    for answer in [*answers, None]:
        until = time.monotonic() + 60
        while time.monotonic() < until and not (answer and shown.rstrip().endswith(b":")):
            try:
                more = os.read(ours, 4096)
            except OSError:
                break
            if not more:
                break
            shown += more
        if answer:
            shown += b"|"
            os.write(ours, answer.encode() + b"\n")
    os.close(ours)
    return worker.wait(), shown.decode()


def test_a_passphrase_can_be_typed(tmp_path: Path):
    """At a terminal a new passphrase is asked for twice, later once, and is never shown."""
    pytest.importorskip("sqlcipher3")
    path = tmp_path / "people.db"
    add = ["person", "add", RIVER, "--walk", "10:30"]
    code, shown = typed([*add, "--passphrase"], ["open sesame", "open sesam"], path)
    assert code == 1
    assert "differ" in shown
    assert not path.exists()
    code, shown = typed([*add, "--passphrase"], ["open sesame", "open sesame"], path)
    assert code == 0
    assert "it is encrypted" in shown
    assert "sesame" not in shown
    code, shown = typed(["person", "list"], ["open sesame"], path)
    assert code == 0
    assert RIVER in shown
    code, shown = typed(["person", "list"], ["wrong"], path)
    assert code == 1
    assert "passphrase is wrong" in shown


# --- who a word means ------------------------------------------------------------------------------------------------


def test_without_a_library_every_word_is_a_path(command):
    """Whoever keeps nobody is asked nothing and told nothing of labels."""
    assert Shelf(path=Path("nowhere.db")).label("robin") is None
    assert "library" not in command("match", THERAPIST, "robin").err


def test_counting_shows_how_many_files_were_read(monkeypatch):
    """On a terminal the number of files read so far is shown while somebody is added."""
    from pace_cli import screen

    ours, theirs = pty.openpty()
    with os.fdopen(theirs, "w", encoding="utf-8") as terminal:
        monkeypatch.setattr(sys, "stderr", terminal)
        with screen.counting("reading recordings") as reading:
            for number in range(300):
                reading(str(number))
            time.sleep(0.2)
    shown = os.read(ours, 100_000).decode()
    os.close(ours)
    assert "reading recordings: 300" in shown


def test_a_library_in_the_settings_may_lie_below_home(command, tmp_path, monkeypatch):
    """`~` is for a shell, and no shell looks at what stands in the settings."""
    monkeypatch.setenv("HOME", str(tmp_path))
    assert command("person", "add", "quiet river", "--walk", "10:30", "--library", "~/kept.db").code == 0
    assert (tmp_path / "kept.db").exists()
