"""What a plan says in plain words: when, what, at which pace, what to ask, and what to do instead."""

from __future__ import annotations

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
    before = None
    for block in session.blocks:
        again = before is not None and _content(before) == _content(block)
        facts += _again(block) if again else _facts(block, units)
        before = block
    return tuple(facts)


def _facts(block: Block, units: Units) -> list[Fact]:
    """Return a block, and what to ask at its end with what to do if the answer is no."""
    told = [Fact(name=_when(block), text=_told(block, units))]
    if not block.check_in:
        return told
    end, slower = clock(block.start_s + block.duration_s), _step(block.fallback, units)
    return [*told, Fact(name="", text=f"Check in at {end}. {block.check_in.rstrip('.')}: {slower}.")]


def _again(block: Block) -> list[Fact]:
    """Return a block that is like the one before."""
    check_in = ", with the same check-in at its end" if block.check_in else ""
    return [Fact(name=_when(block), text=f"The same again{check_in}.")]


def _when(block: Block) -> str:
    return f"{clock(block.start_s)}–{clock(block.start_s + block.duration_s)}"


def headline(match: Match, session: Session) -> str:
    """Return what a plan is about in one sentence; its paces stand in the timetable."""
    option = match.suggestion
    if option.mode == "sit-or-stroll":
        return words.headline(match)
    what = {"run-walk": "running a little and walking a little by turns", "walk-and-jog": words.gaits(option)}
    return f"{session.minutes:g} minutes together: {what.get(option.mode) or words.move_word(option)}."


def notes(session: Session) -> tuple[str, ...]:
    """Return what to keep in mind on the way: when to turn round, and that anyone may ask for less."""
    turn = f"On a way out and back, turn round about {round(session.turn_back_s / 60)} minutes in."
    return (turn, *session.notes) if session.turn_back_s > 0 else session.notes


def clock(seconds: float) -> str:
    """Return elapsed time as minutes and seconds.

    Examples
    --------
    >>> clock(3005)
    '50:05'
    """
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes}:{rest:02d}"


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
