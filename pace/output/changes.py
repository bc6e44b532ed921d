"""What a way to move costs everyone in breath, and what would make room for one that does not suit, in plain words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pace.output.plain import inert
from pace.output.words import Fact, duration, everyone, mode_name, pace, readable, sentence, spare
from pace.units import Units, pace_s_per_unit

if TYPE_CHECKING:
    from pace.together.match import Match
    from pace.together.option import Option
    from pace.together.remedies import Change


def not_now(match: Match, *, units: Units = "km") -> tuple[Fact, ...]:
    """Return the ways that do not suit, each with what stands in its way and the pace at which all could talk."""
    return tuple(
        Fact(name=mode_name(option), text=_obstacle(option, units=units))
        for option in match.alternatives
        if not option.fits
    )


def _obstacle(option: Option, *, units: Units) -> str:
    """Return what stands in the way of an option, what it would cost, and what would change that."""
    reason = sentence(inert(option.why, most=400))
    return " ".join([reason, cost(option, units=units), *changed(option, units=units)])


def cost(option: Option, *, units: Units) -> str:
    """Return what a way leaves everyone at the pace at which it was looked at, the run where they take turns."""
    run = next((bout.speed for bout in option.bouts if bout.gait == "run"), None)
    where = f"while running at {pace(run, units=units)}" if run else f"at {pace(option.speed_best, units=units)}"
    return f"Breath to spare {where}: {spare(option)}."


def changed(option: Option, *, units: Units) -> tuple[str, ...]:
    """Return what would make room for a way, a sentence each."""
    n = len(option.gait_by_person)
    return tuple(TELL[change.kind](option, change, n, units) for change in option.would_change)


def _slower(option: Option, change: Change, n: int, units: Units) -> str:
    by = pace_s_per_unit(readable(change.speed, units=units), units=units)
    by -= pace_s_per_unit(readable(option.speed_best, units=units), units=units)
    per = "km" if units == "km" else "mile"
    to = pace(change.speed, units=units)
    text = f"If you slow by {duration(by)} per {per}, to {to}, everyone could talk"
    return f"{text}; see whether that feels natural to {everyone(change.people, n)}." if change.people else f"{text}."


WISHES = {"run-together": "run", "run-walk": "take turns", "walk-and-jog": "go this way", "walk-together": "walk"}


def _wish(option: Option, change: Change, n: int, units: Units) -> str:
    who_wishes = everyone(change.people, n)
    open_at = "it is open to you" if option.bouts else f"{pace(change.speed, units=units)} is open to you"
    return f"If {who_wishes} would rather {WISHES[option.mode]}, {open_at}."


TIMES = {1: "once", 2: "on two days", 3: "on three days"}


def _answers(option: Option, change: Change, n: int, units: Units) -> str:
    asked = pace(change.asked or 0.0, units=units)
    text = f"Should {everyone(change.people, n)} find talking easy for five minutes at {asked}, {TIMES[change.answers]}"
    return f"{text}, {_this(option, change, units)} would do."


def _day(option: Option, change: Change, n: int, units: Units) -> str:
    del n
    where = {"flat": "On the flat", "mild": "On a milder day"}[change.kind]
    return f"{where} {_this(option, change, units)} would do."


def _this(option: Option, change: Change, units: Units) -> str:
    return "this" if option.bouts else pace(change.speed, units=units)


TELL = {"slower": _slower, "wish": _wish, "answers": _answers, "flat": _day, "mild": _day}
