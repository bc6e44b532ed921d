"""`pace talktest`, as it is typed."""

import io
import json
import sys

import pytest


@pytest.fixture
def typed(monkeypatch):
    """Return a function that pipes lines into the command."""

    def pipe(*lines):
        monkeypatch.setattr(sys, "stdin", io.StringIO("".join(f"{line}\n" for line in lines)))

    return pipe


def test_answers_as_options_give_a_talk_pace(command):
    """Answers in order, the passage and the stop rules before, the likely range and how to carry on after."""
    ran = command("talktest", "--walk", "10:30", "--answer", "comfortable", "--answer", "unsure", "--answer", "no")
    assert ran.code == 0
    for words in ("Stop and rest at once", "pain or pressure in the chest", "gate, a bench", "1.  Walk at", "--said"):
        assert words in ran.out
    assert "Today talking was comfortable up to" in ran.out
    assert "speaks for whole sentences up to about" in ran.out
    assert ran.err == ""


def test_whoever_talked_to_the_end_hears_how_far_it_should_go(command):
    """Nothing of today speaks against what is known: it is said as it is."""
    ran = command("talktest", *["--answer", "comfortable"] * 7)
    assert "whole sentences should come easily" in ran.out
    assert "comfortable to the end" in ran.out


def test_what_it_prints_can_be_typed(command):
    """The options that carry the answers on are understood by a profile, minutes and all."""
    ran = command("talktest", "--answer", "comfortable", "--answer", "unsure")
    said = [part for part in ran.out.split("'") if part.endswith("3min")]
    assert len(said) == 2
    carried = json.loads(command("profile", "--said", said[0], "--said", said[1], "--json").out)
    test = json.loads(command("talktest", "--answer", "comfortable", "--answer", "unsure", "--json").out)
    assert carried["talk_speed_mps"]["median"] == pytest.approx(test["talk_speed_mps"]["median"], abs=0.01)


def test_answers_can_be_piped_and_the_first_no_ends_it(command, typed):
    """One a line, in full or by its first letter; lines after a no are not read."""
    typed("c", "Unsure", "n", "comfortable")
    document = json.loads(command("talktest", "--json").out)
    assert [stage["answer"] for stage in document["stages"]][:4] == ["comfortable", "unsure", "no", None]
    assert [one["talk"] for one in document["said"]] == ["comfortable", "short", "not"]
    assert sys.stdin.read() == "comfortable\n"


@pytest.mark.parametrize("lines", [(), ("stop",), ("q",)])
def test_stopping_is_always_possible(command, typed, lines):
    """Without an answer nothing is learnt, and that is no error."""
    typed(*lines)
    ran = command("talktest")
    assert ran.code == 0
    assert "No answer yet" in ran.out


def test_what_is_no_answer_is_asked_again_and_then_refused(command, typed):
    """Two slips are forgiven, the third is an error in one line."""
    typed("hm", "well", "c", "stop")
    ran = command("talktest")
    assert (ran.code, ran.err.count("an answer is")) == (0, 2)
    typed("hm", "well", "perhaps")
    ran = command("talktest")
    assert ran.code == 1
    assert "got something else each time" in ran.err


def test_whoever_sits_there_is_asked_until_they_answer(command, monkeypatch):
    """At a terminal no slip costs the answers that were walked for."""
    there = io.StringIO("c\nhm\nwell\nperhaps\nso\nu\nstop\n")
    there.isatty = lambda: True
    monkeypatch.setattr(sys, "stdin", there)
    ran = command("talktest")
    assert (ran.code, ran.err.count("an answer is")) == (0, 4)
    assert "Today talking was comfortable up to" in ran.out


def test_todays_answers_go_before_earlier_ones(command):
    """Whoever could not talk today at a pace is not told that they can: today's comfortable pace is what is named."""
    earlier = [word for _ in range(4) for word in ("--said", "6:00/km comfortable")]
    ran = command("talktest", *earlier, "--answer", "comfortable", "--answer", "no")
    assert "Today talking was comfortable up to" in ran.out
    assert "That is faster than today: go by today" in " ".join(ran.out.split())
    assert "should come easily" not in ran.out


def test_files_that_tell_nothing_are_an_error(command, tmp_path):
    ran = command("talktest", str(tmp_path / "nothing"), "--answer", "no")
    assert (ran.code, ran.out) == (1, "")


def test_more_answers_than_stages_are_a_slip(command):
    ran = command("talktest", *["--answer", "comfortable"] * 9)
    assert ran.code == 2
    assert "--answer" in ran.err


def test_answers_are_kept_with_a_person(command):
    """With --person the answers are in the library afterwards, as notes."""
    assert command("person", "add", "quiet river", "--walk", "10:30").code == 0
    ran = command("talktest", "--person", "quiet river", "--answer", "comfortable", "--answer", "no")
    assert ran.code == 0
    assert "kept with quiet river" in ran.out
    kept = json.loads(command("person", "show", "quiet river", "--json").out)
    assert json.dumps(kept).count("read aloud") == 2


def test_a_person_who_is_not_there_is_one_line(command):
    ran = command("talktest", "--person", "nobody here", "--answer", "no")
    assert ran.code == 1
    assert ran.err.count("\n") == 1
