"""A match laid out in time: settling in, blocks with a pace and an effort in words, check-ins, and back on time."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any, Self

from pace.errors import InputError
from pace.together.match import Match
from pace.together.naming import listed
from pace.together.option import SITTING, Option
from pace.together.reasons import SITTING_CHOSEN
from pace.together.speech import DRIFT_AFTER, WARM

SCHEMA = "pace.plan/1"
DAY_S = 86_400.0
"""s; no session and no part of one lasts longer."""
SETTLE_S, COOL_S, REFLECT_S = 300.0, 180.0, 120.0
"""s; settling in and reflecting frame the hour (practice: predictability helps, Cooley 2020); so does slowing down."""
BLOCK_S = 600.0
"""s; about the time between two check-ins: errors about talking show within minutes (Foster 2008)."""
SHORTEST_MIN = 5.0
"""min; the shortest session that is matched."""
WHOLE_FRAME_S, EVEN_S = 1500.0, 30.0
"""s; in a shorter session than the first the frame takes its share of the time, each part in steps of the second."""
EASIER = 0.85
"""Share of a block's slowest speed at which its fallback goes."""
BAND = 0.97
"""A range of speeds reaches down to this share of its fastest or further: nobody can hold a single speed."""
EASY_WALK = (1.1, 1.35)
"""m/s; what people who run and talk fall back to: about the usual walk of adults (1.31 m/s, Murtagh 2021)."""
STROLL = (0.8, 1.1)
"""m/s; a pace at which everybody arrives."""
CHECK_IN = "Say one whole sentence each. If a breath breaks it, take the slower pace."


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One gait at one range of speeds for some time. Everyone does it at once.

    Attributes
    ----------
    duration_s : float
    speed_low, speed_high : float, m/s
        0 where people sit.
    gait_by_person : dict of str to str
        By label.
    """

    duration_s: float
    speed_low: float
    speed_high: float
    gait_by_person: dict[str, str]

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON form."""
        return {
            "duration_s": self.duration_s,
            "speed_mps": {"low": self.speed_low, "high": self.speed_high},
            "gait_by_person": dict(self.gait_by_person),
        }

    @classmethod
    def from_dict(cls, kept: dict[str, Any]) -> Self:
        """Return what `to_dict` gave.

        Parameters
        ----------
        kept : dict
        """
        return cls(
            duration_s=_time(kept["duration_s"]),
            speed_low=_time(kept["speed_mps"]["low"]),
            speed_high=_time(kept["speed_mps"]["high"]),
            gait_by_person={str(label): str(gait) for label, gait in kept["gait_by_person"].items()},
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """One part of a session.

    Attributes
    ----------
    kind : str
        `settle`, `move`, `cool-down` or `reflect`.
    start_s, duration_s : float, s
    steps : tuple of Step
        One, or the two that are taken by turns for the whole block.
    effort : str
        The effort in plain words.
    check_in : str
        What to ask at its end; empty where nothing is asked.
    fallback : Step
        What to do instead as soon as talking is not easy: slower, for as long as is left of the block.
    """

    kind: str
    start_s: float
    duration_s: float
    steps: tuple[Step, ...]
    effort: str
    check_in: str
    fallback: Step

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON form."""
        return {
            "kind": self.kind,
            "start_s": self.start_s,
            "duration_s": self.duration_s,
            "steps": [step.to_dict() for step in self.steps],
            "effort": self.effort,
            "check_in": self.check_in or None,
            "fallback": self.fallback.to_dict(),
        }

    @classmethod
    def from_dict(cls, kept: dict[str, Any]) -> Self:
        """Return what `to_dict` gave.

        Parameters
        ----------
        kept : dict
        """
        return cls(
            kind=str(kept["kind"]),
            start_s=_time(kept["start_s"]),
            duration_s=_time(kept["duration_s"]),
            steps=tuple(Step.from_dict(step) for step in kept["steps"]),
            effort=str(kept["effort"]),
            check_in=str(kept["check_in"] or ""),
            fallback=Step.from_dict(kept["fallback"]),
        )


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Session:
    """A timed plan. Make it with `plan`.

    Attributes
    ----------
    minutes : float
    mode : str
        As of `Option`.
    blocks : tuple of Block
        In order of time.
    turn_back_s : float
        When to turn round on a way out and back, so that everyone is back when the cool-down ends.
    slower_back : float
        By what share of the time the way back may take longer than planned and still be within two minutes.
    notes : tuple of str
        Plain sentences.
    """

    minutes: float
    mode: str
    blocks: tuple[Block, ...]
    turn_back_s: float
    slower_back: float
    notes: tuple[str, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON form, schema `pace.plan/1`."""
        return {
            "schema": SCHEMA,
            "minutes": self.minutes,
            "mode": self.mode,
            "blocks": [block.to_dict() for block in self.blocks],
            "turn_back_s": self.turn_back_s,
            "slower_back": self.slower_back,
            "notes": list(self.notes),
        }

    @classmethod
    def from_dict(cls, kept: Any) -> Self:
        """Return the plan of a document of schema `pace.plan/1`, as `to_dict` gave it.

        Parameters
        ----------
        kept : dict

        Raises
        ------
        InputError
            When it is no such document, or something in it is missing or no length of time or speed.
        """
        if not (isinstance(kept, dict) and kept.get("schema") == SCHEMA):
            raise InputError(
                f"a plan is a document of schema {SCHEMA}, as `pace plan --json` prints it", got=type(kept)
            )
        try:
            return cls(
                minutes=_time(kept["minutes"]),
                mode=str(kept["mode"]),
                blocks=tuple(Block.from_dict(block) for block in kept["blocks"]),
                turn_back_s=_time(kept["turn_back_s"]),
                slower_back=_time(kept["slower_back"]),
                notes=tuple(map(str, kept["notes"])),
            )
        except KeyError as error:
            raise InputError(f"this plan is not whole, {error} is missing: make it anew") from None
        except (TypeError, ValueError, AttributeError):
            raise InputError("this plan is not whole, something in it is of another kind: make it anew") from None


def _time(value: Any) -> float:
    """Return a number from a document: a length of time or a speed, 0 up to what a day holds."""
    number = float(value)
    if not 0 <= number <= DAY_S:
        raise ValueError("no length of time or speed")
    return number


def plan(match: Match, *, minutes: float | None = None) -> Session:
    """Return a timed plan of a match: everything adds up to the session's length, to the second.

    Parameters
    ----------
    match : Match
        Its suggestion is what is planned; drift and heat are already in its pace.
    minutes : float, optional
        Length of the session; the match's own if not given. A longer session than the match was made for is refused,
        for its pace might not last.

    Raises
    ------
    InputError
        When there are fewer than 5 minutes, or more than the match was made for.

    References
    ----------
    Settling in and looking back frame the time, for what can be foreseen helps (Cooley et al. 2020,
    doi:10.1016/j.cpr.2020.101841); a check-in comes every few minutes (Foster et al. 2008).
    """
    length = match.minutes if minutes is None else float(minutes)
    check(length, most=match.minutes)
    seconds = 60 * length
    settle, cool, reflect = _frame(seconds)
    moving = seconds - settle - cool - reflect
    option = _steady(match.suggestion) if _turn_s(match.suggestion) > moving else match.suggestion
    lengths = _lengths(option, moving)
    spare = (moving - sum(lengths)) / 2
    blocks = [_gentle("settle", 0.0, settle + spare, option)]
    for duration in lengths:
        blocks.append(_block(option, _end(blocks), duration))
    blocks.append(_gentle("cool-down", _end(blocks), seconds - reflect - _end(blocks), option))
    blocks.append(_gentle("reflect", seconds - reflect, reflect, option))
    turn = _turn(blocks)
    return Session(
        minutes=length,
        mode=option.mode,
        blocks=tuple(blocks),
        turn_back_s=turn,
        slower_back=ON_TIME_S / (seconds - reflect - turn),
        notes=(SITTING_CHOSEN,) if option.mode == SITTING else (ASKING, *_allowed(length, match.temperature_c)),
    )


def _frame(seconds: float) -> tuple[float, float, float]:
    """Return how long to settle, to cool down and to reflect, s: less of a short session.

    Examples
    --------
    >>> _frame(3000), _frame(300)
    ((300.0, 180.0, 120.0), (60.0, 30.0, 30.0))
    """
    share = min(1.0, seconds / WHOLE_FRAME_S)
    settle, cool, reflect = (max(round(share * part / EVEN_S), 1) * EVEN_S for part in (SETTLE_S, COOL_S, REFLECT_S))
    return settle, cool, reflect


def _turn_s(option: Option) -> float:
    """Return how long one run and one walk take together, s; 0 where they do not take turns."""
    return sum(bout.duration_s for bout in option.bouts)


def _steady(option: Option) -> Option:
    """Return the walk of an option in which they take turns: there is no time for one turn."""
    walk = min(bout.speed for bout in option.bouts)
    gaits = dict.fromkeys(option.gait_by_person, "walk")
    return replace(
        option,
        mode="walk-together",
        speed_low=BAND * walk,
        speed_best=walk,
        speed_high=walk,
        gait_by_person=gaits,
        bouts=(),
    )


def _allowed(minutes: float, temperature_c: float | None) -> tuple[str, ...]:
    """Return what the pace of a plan allows for already."""
    late = ["the same effort feeling harder later on"] if minutes > DRIFT_AFTER else []
    warm = ["the warmth"] if temperature_c is not None and temperature_c > WARM else []
    return (f"The pace already allows for {listed([*late, *warm])}.",) if late or warm else ()


def check(minutes: float, *, most: float = math.inf) -> None:
    """Refuse a length that cannot be planned, saying what to do."""
    if not (math.isfinite(minutes) and minutes >= SHORTEST_MIN):
        raise InputError(
            f"a plan needs {SHORTEST_MIN:g} minutes or more, got {minutes:g}: for less there is nothing to plan",
            expected=SHORTEST_MIN,
            got=minutes,
        )
    if minutes > most:
        raise InputError(
            f"a plan of this match lasts {SHORTEST_MIN:g} to {most:g} minutes, got {minutes:g}: "
            "match the people for that many minutes first",
            expected=(SHORTEST_MIN, most),
            got=minutes,
        )


def _lengths(option: Option, moving: float) -> list[float]:
    """Return the length (s) of each block of `moving` seconds: near BLOCK_S, and whole turns where they take turns.

    What whole turns leave over is for the settling before and the easing off behind.
    """
    turn = _turn_s(option)
    if not turn:
        n = max(round(moving / BLOCK_S), 1)
        ends = [EVEN_S * round(moving * i / n / EVEN_S) for i in range(n)] + [moving]
        return [stop - start for start, stop in pairwise(ends)]
    turns = max(int(moving // turn), 1)
    n = min(max(round(turns * turn / BLOCK_S), 1), turns)
    return [turn * ((i + 1) * turns // n - i * turns // n) for i in range(n)]


def _end(blocks: Sequence[Block]) -> float:
    return blocks[-1].start_s + blocks[-1].duration_s


ASKING = "Anyone may ask for the slower pace at any time; nobody needs a reason."


def _block(option: Option, start: float, duration: float) -> Block:
    """Return one block of the suggestion itself, with its check-in and its slower fallback."""
    steps = _steps(option, duration)
    sitting = option.mode == SITTING
    effort = "Sitting, or strolling with pauses." if sitting else "Whole sentences should be easy for everyone."
    return Block(
        kind="move",
        start_s=start,
        duration_s=duration,
        steps=steps,
        effort=effort,
        check_in="" if sitting else CHECK_IN,
        fallback=_slower(option, duration, slowest=min(step.speed_low for step in steps)),
    )


def _steps(option: Option, duration: float) -> tuple[Step, ...]:
    """Return the step of a steady block, or the run and the walk of a block of turns."""
    if not option.bouts:
        low = min(option.speed_low, BAND * option.speed_high)
        return (_step(duration, low, option.speed_high, option.gait_by_person),)
    return tuple(
        _step(bout.duration_s, BAND * bout.speed, bout.speed, dict.fromkeys(option.gait_by_person, bout.gait))
        for bout in option.bouts
    )


def _slower(option: Option, duration: float, *, slowest: float) -> Step:
    """Return what a block falls back to: those who ran walk, those who walked walk more slowly than `slowest` (m/s)."""
    walking = dict.fromkeys(option.gait_by_person, "walk")
    if option.mode == SITTING:
        return _step(duration, 0.0, 0.0, option.gait_by_person)
    if option.mode == "walk-together":
        return _step(duration, EASIER**2 * slowest, EASIER * slowest, walking)
    fast = min(EASY_WALK[1], slowest)
    return _step(duration, min(EASY_WALK[0], BAND * fast), fast, walking)


EFFORTS = {
    "settle": ("Arrive, and agree on the pace.", "Arrive, and find a place that suits you."),
    "cool-down": ("Slower and slower: let the talk come to rest.", "Let the talk come to rest."),
    "reflect": ("Standing or sitting: how was talking at this pace?", "How was talking today?"),
}
"""What each gentle block is for, in words: on the move, and seated."""


def _gentle(kind: str, start: float, duration: float, option: Option) -> Block:
    """Return a block at a stroll, never faster than the suggestion; nobody moves while they look back."""
    seated = option.mode == SITTING
    still = kind == "reflect" or seated
    low, high = (0.0, 0.0) if still else (min(speed, option.speed_low) for speed in STROLL)
    gaits = dict.fromkeys(option.gait_by_person, "sit or stroll" if still else "walk")
    step = _step(duration, low, high, gaits)
    return Block(
        kind=kind,
        start_s=start,
        duration_s=duration,
        steps=(step,),
        effort=EFFORTS[kind][seated],
        check_in="",
        fallback=_step(duration, 0.0, low, dict.fromkeys(gaits, "sit or stroll")),
    )


def _step(duration: float, low: float, high: float, gait_by_person: dict[str, str]) -> Step:
    return Step(duration_s=duration, speed_low=low, speed_high=high, gait_by_person=dict(gait_by_person))


ON_TIME_S = 120.0
"""s; back on time means within two minutes."""


def _turn(blocks: Sequence[Block]) -> float:
    """Return when half of the distance is done at the middle of every range, s from the start."""
    way = [block.duration_s * sum(_speeds(block)) / 2 for block in blocks]
    left = sum(way) / 2
    for block, distance in zip(blocks, way, strict=True):
        if left <= distance > 0:
            return block.start_s + block.duration_s * left / distance
        left -= distance
    return 0.0


def _speeds(block: Block) -> tuple[float, float]:
    """Return the slowest and fastest mean speed of a block, over the turns if there are any."""
    time = sum(step.duration_s for step in block.steps)
    low = sum(step.duration_s * step.speed_low for step in block.steps) / time
    return low, sum(step.duration_s * step.speed_high for step in block.steps) / time
