"""What a plan says in plain words: when, what, at which pace, what to ask, and what to do instead."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Any

from pace.output import words
from pace.output.words import Fact, duration, pace_range, sentence, who
from pace.together.naming import listed
from pace.together.session import STROLL
from pace.units import Units

if TYPE_CHECKING:
    from pace.together.match import Match
    from pace.together.session import Block, Session, Step

NAMES = {"settle": "Settle in", "move": "Together", "cool-down": "Ease off", "reflect": "Look back"}


def timetable(session: Session, *, units: Units = "km") -> tuple[Fact, ...]:
    """Return the blocks of a plan in order, each beside its minutes, what to ask at its end below it.

    A block like the one before it is the same again, so that what matters is read.

    Parameters
    ----------
    session : Session
    units : {"km", "mi"}
        What paces are given per.
    """
    facts: list[Fact] = []
    hours = session.minutes >= HOURS_FROM
    for _, run in groupby(session.blocks, key=_content):
        first, *again = run
        facts += _facts(first, units, hours)
        many = len(again) > MOST_AGAIN
        facts += [_many_again(again, hours)] if many else [_again(block, hours) for block in again]
    return tuple(facts)


MOST_AGAIN = 8
"""Blocks like the one before that are told one by one; more are told together."""


def _facts(block: Block, units: Units, hours: bool) -> list[Fact]:
    """Return a block, and what to ask at its end with what to do if the answer is no."""
    told = [Fact(name=_when(block, block, hours), text=_told(block, units))]
    if not block.check_in:
        return told
    end, slower = clock(block.start_s + block.duration_s, hours=hours), _step(block.fallback, units)
    return [*told, Fact(name="", text=f"Check in at {end}. {block.check_in.rstrip('.')}: {slower}.")]


def _again(block: Block, hours: bool) -> Fact:
    """Return a block that is like the one before."""
    check_in = ", with the same check-in at its end" if block.check_in else ""
    return Fact(name=_when(block, block, hours), text=f"The same again{check_in}.")


def _many_again(blocks: list[Block], hours: bool) -> Fact:
    """Return many blocks that are like the one before."""
    every = round(blocks[0].duration_s / 60)
    check_in = ", and the same check-in" if blocks[0].check_in else ""
    return Fact(name=_when(blocks[0], blocks[-1], hours), text=f"The same again every {every} minutes{check_in}.")


def _when(first: Block, last: Block, hours: bool) -> str:
    return f"{clock(first.start_s, hours=hours)}–{clock(last.start_s + last.duration_s, hours=hours)}"


def headline(match: Match, session: Session) -> str:
    """Return what a plan is about in one sentence; its paces stand in the timetable."""
    option = match.suggestion
    if option.mode == "sit-or-stroll":
        return words.headline(match)
    if session.mode != option.mode:
        return f"{session.minutes:g} minutes together: a walk."
    what = {"run-walk": "running a little and walking a little by turns", "walk-and-jog": words.gaits(option)}
    return f"{session.minutes:g} minutes together: {what.get(option.mode) or words.move_word(option)}."


def notes(session: Session) -> tuple[str, ...]:
    """Return what to keep in mind on the way: when to turn round, and that anyone may ask for less."""
    turn = f"On a way out and back, turn round about {_about(session.turn_back_s)} in."
    return (turn, *session.notes) if session.turn_back_s > 0 else session.notes


def _about(seconds: float) -> str:
    """Return a time to be remembered on the way.

    Examples
    --------
    >>> _about(130), _about(1450), _about(17900), _about(18050)
    ('2 minutes', '24 minutes', '4 hours and 58 minutes', '5 hours')
    """
    minutes = round(seconds / 60)
    if minutes < HOURS_FROM:
        return f"{minutes} minute{'' if minutes == 1 else 's'}"
    hours, rest = divmod(minutes, 60)
    return f"{hours} hour{'' if hours == 1 else 's'}" + (f" and {rest} minutes" if rest > 1 else "")


HOURS_FROM = 100.0
"""min; times of longer sessions are told with hours."""


def clock(seconds: float, *, hours: bool = False) -> str:
    """Return elapsed time as minutes and seconds, or with `hours`.

    Examples
    --------
    >>> clock(3005), clock(3005, hours=True)
    ('50:05', '0:50:05')
    """
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes // 60}:{minutes % 60:02d}:{rest:02d}" if hours else f"{minutes}:{rest:02d}"


def _content(block: Block) -> tuple[Any, ...]:
    """Return all of a block but its times."""
    steps = (*block.steps, block.fallback)
    return block.kind, block.effort, *((step.speed_low, step.speed_high, step.gait_by_person) for step in steps)


def _told(block: Block, units: Units) -> str:
    """Return what is done in a block, and what it is for; where nobody moves, only the latter."""
    many = len(block.steps) > 1
    parts = [_step(step, units) + (f" for {duration(step.duration_s)}" if many else "") for step in block.steps]
    moves = any(step.speed_high > 0 for step in block.steps)
    what = ", then ".join(parts) + (", and so on" if many else "")
    return " ".join([f"{NAMES[block.kind]}.", *([sentence(what)] if moves else []), block.effort])


def _step(step: Step, units: Units) -> str:
    """Return who does what at which pace.

    Everyone's gait is named where they differ.
    """
    gaits = step.gait_by_person
    if len(set(gaits.values())) > 1:
        what = listed([f"{who(label)} {gait}s" for label, gait in gaits.items()])
    else:
        gait = next(iter(gaits.values()))
        what = "stroll" if gait == "walk" and step.speed_high <= STROLL[1] else gait
    return f"{what} at {pace_range(step.speed_low, step.speed_high, units=units)}" if step.speed_high > 0 else what
