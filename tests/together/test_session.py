"""A plan is a match laid out in time, to the second."""

import json
import math
from contextlib import suppress
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from pace.errors import InputError
from pace.person.about import About, Said
from pace.person.profile import Profile
from pace.together.match import match
from pace.together.option import Bout
from pace.together.session import Session, plan
from pace.together.ways import PATTERNS


def known(label, walk, chat):
    """Return somebody known by a usual walk and a pace at which they chat."""
    return Profile.build(label=label, about=About(walk_speed=walk, said=(Said(speed=chat, talk="comfortable"),)))


FOUND = match((known("therapist", 1.5, 2.6), known("client", 1.3, 1.6)), minutes=90)


def of(found, **changes):
    """Return a match with another suggestion."""
    return replace(found, suggestion=replace(found.suggestion, **changes))


@given(st.floats(5, 90))
def test_the_parts_add_up_to_the_session(minutes):
    """Blocks follow each other without a gap and end when the session does."""
    blocks = plan(FOUND, minutes=minutes).blocks
    ends, starts = [b.start_s + b.duration_s for b in blocks], [b.start_s for b in blocks]
    assert starts[0] == 0
    assert starts[1:] == pytest.approx(ends[:-1], abs=1e-6)
    assert ends[-1] == pytest.approx(60 * minutes, abs=1e-6)
    assert [blocks[0].kind, blocks[-2].kind, blocks[-1].kind] == ["settle", "cool-down", "reflect"]


@given(st.floats(5, 90), st.floats(0, 1))
def test_they_are_back_on_time(minutes, habit):
    """Whoever turns round when told, and keeps one place in every range, is back within two minutes of the plan."""
    session = plan(FOUND, minutes=minutes)
    out = back = 0.0
    for block in session.blocks[:-1]:
        (step,) = block.steps
        speed = step.speed_low + habit * (step.speed_high - step.speed_low)
        until_turn = min(max(session.turn_back_s - block.start_s, 0.0), block.duration_s)
        out, back = out + speed * until_turn, back + speed * (block.duration_s - until_turn)
    slowest = min(step.speed_low for block in session.blocks[:-1] for step in block.steps)
    assert abs(out - back) / slowest <= 120


def test_every_block_has_a_slower_way():
    """The fallback of each block is slower than the block, and nobody runs in it."""
    for found in (FOUND, of(FOUND, mode="run-together", speed_low=2.0, speed_high=2.2)):
        for block in plan(found).blocks:
            slowest = min(step.speed_low for step in block.steps)
            assert block.fallback.speed_high <= slowest
            assert block.fallback.speed_high < slowest or block.kind != "move"  # from a stroll they may sit down
            assert "run" not in block.fallback.gait_by_person.values()


def test_check_ins_come_at_least_every_quarter_of_an_hour():
    """In every moving block they are asked to say a sentence, and none is longer than 15 minutes."""
    moving = [block for block in plan(FOUND).blocks if block.kind == "move"]
    assert all("sentence" in block.check_in and block.duration_s <= 900 for block in moving)


def test_turns_are_two_steps():
    """Running and walking by turns is planned as a run and a walk, each with its time."""
    bouts = (Bout(gait="run", speed=2.2, duration_s=60.0), Bout(gait="walk", speed=1.3, duration_s=120.0))
    session = plan(of(FOUND, mode="run-walk", bouts=bouts))
    moving = next(block for block in session.blocks if block.kind == "move")
    assert [(step.duration_s, step.speed_high) for step in moving.steps] == [(60.0, 2.2), (120.0, 1.3)]


def test_sitting_is_planned_too():
    """Where the answer is to sit, the plan is to sit, with the reason."""
    seated = next(option for option in FOUND.alternatives if option.mode == "sit-or-stroll")
    session = plan(replace(FOUND, suggestion=seated))
    assert all(step.speed_high == 0 for block in session.blocks for step in block.steps)
    assert session.notes[0].startswith("Talking comes first")


def test_the_json_form_is_plain():
    """`to_dict` is JSON of schema pace.plan/1."""
    again = json.loads(json.dumps(plan(FOUND).to_dict(), allow_nan=False))
    assert again["schema"] == "pace.plan/1"
    assert {"kind", "start_s", "duration_s", "steps", "effort", "check_in", "fallback"} == set(again["blocks"][0])


@given(st.floats(5, 90))
def test_a_plan_comes_back_from_its_json_form(minutes):
    """What `pace plan --json` printed is the same plan again."""
    document = json.loads(json.dumps(plan(FOUND, minutes=minutes).to_dict()))
    assert Session.from_dict(document).to_dict() == document


@given(st.data())
def test_a_damaged_plan_is_refused_in_words(data):
    """Whatever is missing or of another kind in a plan: an InputError."""
    document = place = plan(FOUND, minutes=20).to_dict()
    for _ in range(data.draw(st.integers(0, 3))):
        values = place.values() if isinstance(place, dict) else place
        inner = [value for value in values if value and isinstance(value, (dict, list))]
        place = data.draw(st.sampled_from(inner or [place]))
    key = data.draw(st.sampled_from(sorted(place) if isinstance(place, dict) else range(len(place))))
    place[key] = data.draw(st.sampled_from([None, "x", -1.0, math.nan, [1], {"a": 2}]))
    with suppress(InputError):
        json.dumps(Session.from_dict(document).to_dict(), allow_nan=False)


@pytest.mark.parametrize("number", [-1.0, math.nan, math.inf, 86_401.0, "Ottilie", None])
@pytest.mark.parametrize("name", ["minutes", "turn_back_s", "slower_back"])
def test_a_plan_of_impossible_numbers_is_refused(name, number):
    """A length of time that no day has, or what is no number: refused, and not cited."""
    with pytest.raises(InputError, match="not whole") as refused:
        Session.from_dict(plan(FOUND, minutes=20).to_dict() | {name: number})
    assert "Ottilie" not in str(refused.value)


def test_a_document_that_says_to_be_something_else_is_no_plan():
    """A whole plan under another schema may mean something else by the same names."""
    with pytest.raises(InputError, match=r"schema pace\.plan/1"):
        Session.from_dict(plan(FOUND, minutes=20).to_dict() | {"schema": "pace.plan/2"})


@pytest.mark.parametrize("document", [None, [], 3, "plan", {}, {"schema": "pace.match/1"}, {"schema": "pace.plan/1"}])
def test_what_is_no_plan_is_refused(document):
    """Another document, or none."""
    with pytest.raises(InputError, match="plan"):
        Session.from_dict(document)


@pytest.mark.parametrize(
    ("minutes", "why"),
    [(0, "5 minutes or more"), (4.9, "5 minutes or more"), (91, "5 to 90 minutes"), (float("nan"), "5 minutes")],
)
def test_a_session_that_cannot_be_planned_is_refused(minutes, why):
    """Too short a session, or one longer than the match was made for, raises InputError."""
    with pytest.raises(InputError, match=why):
        plan(FOUND, minutes=minutes)


@example(15.0, (300, 60))
@example(5.0, (300, 60))
@given(st.floats(5, 90), st.sampled_from(PATTERNS))
def test_turns_are_whole(minutes, pattern):
    """A block of turns ends with a walk: it is as long as some whole turns, and a quarter of an hour at most.

    Where there is no time for one turn, they walk.
    """
    bouts = tuple(
        Bout(gait=g, speed=v, duration_s=float(s)) for g, v, s in zip(("run", "walk"), (2.2, 1.3), pattern, strict=True)
    )
    blocks = plan(of(FOUND, mode="run-walk", bouts=bouts), minutes=minutes).blocks
    for block in blocks:
        assert 0 < block.duration_s <= 900
        if block.kind == "move" and len(block.steps) > 1:
            assert block.duration_s % sum(pattern) == 0
        assert len(block.steps) == 2 or block.kind != "move" or sum(pattern) > 60 * 0.6 * minutes - 60
    assert any(block.kind == "move" for block in blocks)
    for before, after in pairwise(blocks):
        assert after.start_s == pytest.approx(before.start_s + before.duration_s, abs=1e-6)
    assert blocks[-1].start_s + blocks[-1].duration_s == pytest.approx(60 * minutes)


def test_no_range_is_a_single_speed():
    """A range leaves room below its fastest speed, so that no watch complains at every step."""
    session = plan(of(FOUND, mode="walk-and-jog", speed_low=1.65, speed_best=1.65, speed_high=1.65))
    for block in session.blocks:
        for step in block.steps:
            assert step.speed_low < step.speed_high or step.speed_high == 0
            assert step.speed_high <= 1.65
        assert block.fallback.speed_low < block.fallback.speed_high or block.fallback.speed_low == 0
