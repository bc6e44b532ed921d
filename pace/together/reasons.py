"""Why a way to move together is offered or not, in plain kind words without figures."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

import numpy as np
from numpy.typing import NDArray

from pace.together.choice import Choice
from pace.together.naming import named
from pace.together.remedies import slower
from pace.together.terms import LIKELY, Terms
from pace.together.ways import AT_EASE, MODES

if TYPE_CHECKING:
    from pace.person.estimate import Estimate


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Obstacles:
    """What keeps whom from one way; each mask (p,) bool: too little talk, more than their own pace, an awkward gait.

    `would_fit` is the speed (m/s) to which they would have to slow down to talk, natural or not; None if that is not
    what is missing, or no speed would do.
    """

    talk: NDArray[np.bool_]
    own: NDArray[np.bool_]
    awkward: NDArray[np.bool_]
    would_fit: float | None

    @classmethod
    def of(cls, choice: Choice, terms: Terms, column: int) -> Self:
        """Return what stands in the way of one column."""
        every = choice.ways
        comfort = every.comfort[:, column]
        slow = slower(every, terms, column)
        talk = (every.talk[:, column] < terms.need) | (every.stretch[:, column] < LIKELY)
        return cls(
            talk=talk,
            own=every.load[:, column] > choice.cap,
            awkward=(comfort < AT_EASE) & ~every.home[column],
            would_fit=float(every.speed[slow]) if talk.any() and slow is not None else None,
        )


PRAISE = (
    "Everyone should be able to talk, and walking suits you all at this pace.",
    "Everyone should be able to talk, and an easy run suits you all at this pace.",
    "Everyone should be able to talk, and each of you moves in the gait that feels natural at this pace.",
    "Everyone should be able to talk, and each walk gives time to catch your breath and the thread.",
)
"""What speaks for each of MODES where it fits."""
SITTING_CHOSEN = (
    "Talking comes first, and while moving it cannot be promised yet. Sit, or stroll with pauses, "
    "and ask how talking feels: one answer helps a lot."
)
SITTING_OPEN = "This is open to you at any time: everyone can talk, and nothing has to be kept up."


def why(labels: Sequence[str], choice: Choice, column: int, at: Obstacles) -> str:
    """Return what speaks for a way, or what stands first in its way and what would change that."""
    if choice.fits[column]:
        return PRAISE[choice.ways.mode[column]]
    if at.talk.any():
        return f"Whole sentences cannot be promised for {_those(labels, at.talk)} yet{_cure(choice, column, at)}."
    parts = []
    if at.own.any():
        parts.append(
            f"everyone could talk, but something gentler suits {_those(labels, at.own)} better, as far as is known"
        )
    if at.awkward.any():
        parts.append(f"the gait would not feel natural to {_those(labels, at.awkward)} at this pace")
    text = "; ".join(parts)
    return f"{text[:1].upper()}{text[1:]}."


def _cure(choice: Choice, column: int, at: Obstacles) -> str:
    """Return what slowing down would do for talk."""
    if at.would_fit:
        return ""
    walking = MODES[choice.ways.mode[column]] == "walk-together"
    return ", even at a stroll" if walking else ", and slower would hardly feel natural"


def _those(labels: Sequence[str], mask: NDArray[np.bool_]) -> str:
    """Return who is marked, inside a sentence."""
    if mask.all():
        return "either of you" if len(labels) == 2 else "all of you"
    return named([label for label, marked in zip(labels, mask.tolist(), strict=True) if marked])


MOST_NAMED = 3
"""Groups that are named; more would be a list and no help."""


def fitting_groups(groups: Sequence[Sequence[str]]) -> tuple[str, ...]:
    """Return which smaller groups could move together and talk, as one sentence; nothing if there are none."""
    if not groups:
        return ()
    some = "; or ".join(named(group) for group in groups[:MOST_NAMED])
    return (f"Not all of you can be sure to talk on the move at one pace today, but this smaller group can: {some}.",)


WIDE = 0.8
"""m/s; a talking pace that is known no better than this is called a wide guess."""
STEEP, WARM = 0.02, 25.0
"""rise/run and °C from which hills and heat are named."""
LONG = 75.0
"""min; efforts at which speech is comfortable were held for 60 min (Foster 2025), no study had anyone go on longer."""


def caveats(
    talk: Mapping[str, Estimate],
    *,
    grade: float,
    temperature_c: float | None,
    minutes: float = 0.0,
    slow: Sequence[str] = (),
    longest: float = math.inf,
) -> tuple[str, ...]:
    """Return what to keep in mind with an answer, as plain sentences.

    `talk` is each person's talk speed by label; `slow` names whose own walk is slower than every speed looked at;
    `longest` is for how many minutes there is something to go by for everybody.
    """
    guessed = [label for label, speed in talk.items() if speed.basis == "prior only"]
    wide = [label for label, speed in talk.items() if label not in guessed and speed.high - speed.low > WIDE]
    said = []
    if slow:
        said.append(
            f"The usual walk of {named(slow)} is slower than any pace looked at here: should you walk, go at that."
        )
    if guessed:
        said.append(
            f"How {named(guessed)} can talk on the move is a guess from people in general: start slower and ask."
        )
    if wide:
        said.append(f"How {named(wide)} can talk on the move is known only roughly: let the talk decide.")
    if abs(grade) <= STEEP:
        said.append("This is for flat ground: uphill, slow down until talking is easy again.")
    else:
        said.append("This is for a steady slope: the same path on the flat allows for more, a steeper one for less.")
    if temperature_c is not None and temperature_c >= WARM:
        said.append("It is warm: take shade and water, and slow down earlier than usual.")
    if minutes > LONG:
        said.append("This is long: plan rests with water, and slow down when the same pace begins to feel harder.")
    if minutes > max(longest, LONG):
        said.append(f"Nothing is known of you beyond {longest:.0f} minutes on the move: what comes after is a guess.")
    said.append(
        "This is no medical advice. Stop and rest if anyone feels pain in the chest, dizzy or unusually out of breath."
    )
    return tuple(said)
