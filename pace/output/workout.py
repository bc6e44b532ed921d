"""A plan as a FIT workout that a watch loads: timed steps with ranges of speed, no name and no time of day."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from pace.errors import InputError
from pace.formats.fit_encode import ENUM, TEXT, UINT16, UINT32, Entry, Message, definition, entry, framed, rows
from pace.formats.fit_profile import FILE_ID, SPORTS

if TYPE_CHECKING:
    from pace.together.session import Block, Session, Step

WORKOUT, WORKOUT_STEP = 26, 27
"""Numbers of the two messages in the published FIT format."""
WORKOUT_TYPE: Final = 5
"""`file_id.type` of a workout."""
NO_MAKER: Final = 255
"""The maker number for software in development: the file tells of no device."""
CREATED: Final = 1_000_000_000
"""FIT seconds; stands for the time of making, which no file of ours tells."""
FOR_A_TIME, REPEAT = 0, 6
"""`duration_type` of a timed step, and of going back to an earlier one."""
SPEED, OPEN = 0, 2
"""`target_type` of a range of speeds, and of no target."""
ACTIVE, REST, WARMUP, COOLDOWN = 0, 1, 2, 3
"""`intensity` of a step."""
INTENSITY = {"settle": WARMUP, "move": ACTIVE, "cool-down": COOLDOWN, "reflect": REST}
NAMES = {"settle": "Settle in", "cool-down": "Ease off", "reflect": "Look back"}
"""What a watch shows of each kind of block; the others are named for the gait."""
GAIT_NAMES = {"walk": "Walk and talk", "run": "Run and talk"}
CHECK_IN = "Say one whole sentence each. If a breath breaks it, slow down."


class Timed(NamedTuple):
    """One step on a watch: a name, seconds, the range of speeds (m/s; NaN for none), how hard, what is asked."""

    name: str
    duration_s: float
    speed_low: float
    speed_high: float
    intensity: int
    notes: str = ""


class Again(NamedTuple):
    """Do the steps from place `first` on until each was done `times` times."""

    first: int
    times: int


def workout(session: Session, label: str) -> bytes:
    """Return what one person does in a plan as a FIT workout file.

    Parameters
    ----------
    session : Session
    label : str
        Whose gait and steps; the label itself is not in the file.

    Raises
    ------
    InputError
        When nobody in the plan is called that.
    """
    gaits = {step.gait_by_person.get(label) for block in session.blocks for step in block.steps}
    if None in gaits:
        raise InputError("a workout is for one of the people of the plan: take one of their labels", got=label)
    steps = folded(session, label)
    sport = "running" if any("run" in str(gait) for gait in gaits) else "walking"
    made = (
        Message(
            FILE_ID,
            (
                entry(0, ENUM, WORKOUT_TYPE),
                entry(1, UINT16, NO_MAKER),
                entry(2, UINT16, 0),
                entry(4, UINT32, CREATED),
            ),
        ),
        Message(
            WORKOUT,
            (
                entry(4, ENUM, SPORTS.index(sport)),
                entry(6, UINT16, len(steps)),
                texts(8, [f"Talk pace {round(session.minutes)} min"]),
            ),
        ),
        _messages(steps),
    )
    return framed(b"".join(definition(message, local=0) + rows(message, local=0).tobytes() for message in made))


def workouts(session: Session) -> dict[str, bytes]:
    """Return one workout for each person by label; where all do the same, one for all under the empty label.

    Parameters
    ----------
    session : Session
    """
    people = {label: None for block in session.blocks for step in block.steps for label in step.gait_by_person}
    made = {label: workout(session, label) for label in people}
    return made if len(set(made.values())) > 1 else {"": next(iter(made.values()))}


def folded(session: Session, label: str) -> list[Timed | Again]:
    """Return the steps of one person; what is done several times in a row is told once and repeated."""
    rounds = [one for block in session.blocks for one in _rounds(block, label)]
    told: list[Timed | Again] = []
    for one, alike in groupby(rounds):
        times = len(list(alike))
        first = len(told)
        told += [*one, *([Again(first=first, times=times)] if times > 1 else [])]
    return told


def _rounds(block: Block, label: str) -> list[tuple[Timed, ...]]:
    """Return the steps of a block, as often as they are taken in it."""
    steps = tuple(_timed(block, step, label) for step in block.steps)
    return [steps] * max(round(block.duration_s / sum(step.duration_s for step in steps)), 1)


def _timed(block: Block, step: Step, label: str) -> Timed:
    """Return one step as the watch of one person knows it; a walk between runs is a rest."""
    gait = step.gait_by_person[label]
    between = len(block.steps) > 1 and gait == "walk"
    return Timed(
        name=NAMES.get(block.kind) or GAIT_NAMES.get(gait, "Sit and talk"),
        duration_s=step.duration_s,
        speed_low=step.speed_low if step.speed_high > 0 else np.nan,
        speed_high=step.speed_high if step.speed_high > 0 else np.nan,
        intensity=REST if between else INTENSITY[block.kind],
        notes=CHECK_IN if block.check_in else "",
    )


def _messages(steps: list[Timed | Again]) -> Message:
    """Return the steps as messages of one layout."""
    timed = [step if isinstance(step, Timed) else None for step in steps]
    again = [step if isinstance(step, Again) else None for step in steps]
    low, high = (np.array([getattr(step, name, np.nan) for step in timed]) for name in ("speed_low", "speed_high"))
    paced = np.isfinite(low)
    return Message(
        WORKOUT_STEP,
        (
            entry(254, UINT16, np.arange(len(steps))),
            texts(0, [step.name if step else "" for step in timed]),
            entry(1, ENUM, [FOR_A_TIME if step else REPEAT for step in timed]),
            entry(2, UINT32, [_amount(step) for step in steps]),
            entry(3, ENUM, np.where(paced, SPEED, OPEN)),
            entry(4, UINT32, [step.times if step else 0 for step in again]),
            entry(5, UINT32, low, scale=1000),
            entry(6, UINT32, high, scale=1000),
            entry(7, ENUM, [step.intensity if step else np.nan for step in timed]),
            texts(8, [step.notes if step else "" for step in timed]),
        ),
    )


def _amount(step: Timed | Again) -> float:
    """Return how long a step lasts in ms, or the place to go back to."""
    return 1000 * step.duration_s if isinstance(step, Timed) else step.first


def texts(number: int, words: list[str]) -> Entry:
    """Return a field of texts, each ended by a zero byte."""
    written = [text.encode("ascii", "replace") for text in words]
    return Entry(number, TEXT, np.array(written, dtype=f"S{max(map(len, written)) + 1}"))
