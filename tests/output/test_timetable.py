"""A plan in words: when, what, what to ask and what to do instead, nothing twice."""

import re
from dataclasses import replace

import pytest
from hypothesis import given

from output.plans import MODES, found, option_of, planned, sessions
from output.test_words import FORBIDDEN
from pace.output.timetable import clock, headline, notes, timetable


def text(session, **how):
    """Return the whole timetable as one text."""
    return "\n".join(f"{fact.name}  {fact.text}" for fact in timetable(session, **how))


@given(session=sessions)
def test_every_block_has_its_minutes(session):
    """Each block stands beside its minutes, in order, from 0:00 to the end; of a long session many stand together."""
    shown = [fact.name for fact in timetable(session) if fact.name]
    hours = session.minutes >= 100
    starts, ends = zip(*(name.split("–") for name in shown), strict=True)
    assert starts[1:] == ends[:-1]
    assert [starts[0], ends[-1]] == [clock(at, hours=hours) for at in (0, 60 * session.minutes)]
    if session.minutes <= 90:
        assert len(shown) == len(session.blocks)


def test_a_whole_day_is_told_in_a_few_lines():
    """Sixty times the same are not sixty lines, and the times of a long day are told with hours."""
    told = [fact.name for fact in timetable(planned("walk-together", minutes=600.0)) if fact.name]
    assert len(told) < 8
    assert told[-1] == "9:58:00–10:00:00"


@given(session=sessions)
def test_no_pace_is_shown_where_nobody_moves(session):
    """A pace of nothing is never written, and no range is upside down."""
    told = text(session)
    assert "– min" not in told
    assert ".." not in told
    assert ("min/km" in told) == (session.mode != "sit-or-stroll")
    for first, last in re.findall(r"(\d+:\d\d)–(\d+:\d\d) min/km", told):
        assert [int(x) for x in first.split(":")] < [int(x) for x in last.split(":")]


def test_what_was_said_is_not_said_again():
    """The first block tells its pace, its check-in and the slower way; the blocks after it are the same again."""
    told = text(planned("walk-together"))
    assert told.count("Say one whole sentence each") == 1
    assert told.count("The same again, with the same check-in") == 3


def test_the_units_are_those_asked_for():
    """Paces are given per mile where miles are asked for."""
    assert "min/mile" in text(planned("walk-together"), units="mi")
    assert "min/km" not in text(planned("walk-together"), units="mi")


@pytest.mark.parametrize("mode", MODES)
def test_nobody_is_measured(mode):
    """No score, no percentage, no ranking, no target, no word that judges a person."""
    session = planned(mode)
    assert not FORBIDDEN.search(text(session) + " ".join(notes(session)))


def test_who_does_what_is_said_where_gaits_differ():
    """One who walks beside one who jogs: both are named."""
    assert "The therapist runs and the client walks at" in text(planned("walk-and-jog"))


def test_turns_are_told_with_their_times():
    """Running and walking by turns says how long each lasts."""
    assert re.search(
        r"Run at [\d:–]+ min/km for 1 min, then walk at [\d:–]+ min/km for 2 min", text(planned("run-walk"))
    )


@pytest.mark.parametrize("mode", MODES)
def test_the_headline_promises_no_pace(mode):
    """The first sentence says how long and in which way; paces stand in the timetable alone."""
    said = headline(replace(found(), suggestion=option_of(mode)), planned(mode))
    assert "min/" not in said
    assert said.startswith("Sit together" if mode == "sit-or-stroll" else "50 minutes together: ")
    assert ".." not in said


def test_the_notes_say_when_to_turn_round():
    """Whoever moves is told when to turn round and that anyone may ask for less; whoever sits is not."""
    assert "turn round about 24 minutes in" in notes(planned("walk-together"))[0]
    assert not any("turn" in note for note in notes(planned("sit-or-stroll")))
