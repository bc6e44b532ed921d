"""`pace plan`: a timetable on standard output, and workouts for a watch beside it."""

import stat

import pytest

from pace.together import match as matching
from pace_cli.work import targets

WORDS = ("plan", "-", "-", "--client-walk", "10:30", "--client-chat", "7:45/km")


def test_a_plan_is_kind_text_of_eighty_columns(command):
    """The answer, the timetable, when to turn round and what to keep in mind; no line is longer than a page."""
    ran = command(*WORDS, "--minutes", "45")
    assert ran.code == 0
    assert max(map(len, ran.out.splitlines())) <= 80
    for part in (
        "0:00–5:00",
        "Check in at",
        "turn round about",
        "–45:00",
        "nobody needs a reason",
        "no medical advice",
    ):
        assert part in ran.out


def test_it_takes_every_option_of_a_match(command):
    """The two commands share their options."""
    from typer.main import get_command

    from pace_cli.main import app

    commands = get_command(app).commands
    of_match, of_plan = ({p.name for p in commands[name].params} for name in ("match", "plan"))
    assert of_match == of_plan - {"fit"}
    ran = command(*WORDS, "--lead", "equal", "--grade", "1", "--temperature", "26", "--units", "mi", "--label", "Ash")
    assert "min/mile" in ran.out
    assert "It is warm" in ran.out


def test_the_workout_is_written_whole_and_for_its_owner_only(command, tmp_path):
    """`--fit` writes one file where all do the same, readable by its owner only, and says where on standard error."""
    path = tmp_path / "workout.fit"
    ran = command(*WORDS, "--fit", str(path))
    assert ran.code == 0
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [one.name for one in tmp_path.iterdir()] == ["workout.fit"]
    assert path.read_bytes()[8:12] == b".FIT"
    assert ran.err == f"pace: the workout is in {path}\n"


def test_one_workout_for_each_where_gaits_differ(command, tmp_path, monkeypatch):
    """Where one walks and one jogs there are two files, named for the labels."""
    original = matching.options

    def apart(*given):
        found = original(*given)
        return sorted(found, key=lambda option: option.mode != "walk-and-jog")

    monkeypatch.setattr(matching, "options", apart)
    ran = command(*WORDS, "--label", "Bo B", "--label", "../Ash", "--fit", str(tmp_path / "w.fit"))
    assert ran.code == 0
    assert sorted(one.name for one in tmp_path.iterdir()) == ["w-Ash.fit", "w-Bo-B.fit"]


def test_a_workout_that_cannot_be_written_is_refused_before_the_work(command, tmp_path):
    """A folder that is missing is one line and exit code 1."""
    ran = command(*WORDS, "--fit", str(tmp_path / "none" / "w.fit"))
    assert (ran.code, ran.out, ran.err.count("\n")) == (1, "", 1)
    assert "folder" in ran.err


def test_five_minutes_are_planned_and_fewer_are_not(command):
    """Less than five minutes are refused as a slip in what was typed; five have a plan."""
    assert command(*WORDS, "--minutes", "4").code == 2
    assert "Together" in command(*WORDS, "--minutes", "5").out


@pytest.mark.parametrize("labels", [["a", "A"], ["..", "/"], ["x" * 500, "y"], ["a b", "a-b"]])
def test_no_label_leads_a_file_astray(tmp_path, labels):
    """Files stay in their folder, have names of their own, and none that a disk refuses."""
    paths = targets(tmp_path / "workout.fit", labels)
    assert {path.parent for path in paths} == {tmp_path}
    assert len({path.name.casefold() for path in paths}) == len(labels)
    assert all(len(path.name) < 100 for path in paths)


def test_the_plan_is_also_a_card_to_print(command, tmp_path):
    """`--html` writes the card, readable by its owner only; a copy calls the other by their role."""
    card = tmp_path / "card.html"
    ran = command(*WORDS, "--label", "Kim", "--label", "Ash", "--html", str(card), "--for", "Ash")
    assert ran.code == 0
    assert f"the card is in {card}" in ran.err
    assert stat.S_IMODE(card.stat().st_mode) == 0o600
    text = card.read_text(encoding="utf-8")
    assert "Ash leads and sets the pace" in text
    assert "Kim" not in text


def test_a_copy_needs_a_page_and_a_person(command, tmp_path):
    """Without `--html`, or for somebody who is not there, `--for` is a usage error that says what would do."""
    alone = command(*WORDS, "--for", "client")
    nobody = command(*WORDS, "--for", "Bo", "--html", str(tmp_path / "card.html"))
    assert (alone.code, nobody.code) == (2, 2)
    assert "--html" in alone.err
    assert "'Bo' is none of those matched: 'therapist'" in nobody.err
    assert list(tmp_path.iterdir()) == []
