"""A read-aloud test at rising paces: which paces suit a person, and what their answers say of the talk threshold."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal, get_args

import numpy as np

from pace.errors import InputError
from pace.person.about import Said, Talk
from pace.person.estimate import Estimate
from pace.person.profile import Profile
from pace.person.talk import own_speed_at_cost

SCHEMA = "pace.talktest/1"
Answer = Literal["comfortable", "unsure", "no"]
ANSWERS: tuple[Answer, ...] = get_args(Answer)
MEANT: dict[Answer, Talk] = {"comfortable": "comfortable", "unsure": "short", "no": "not"}
"""What each answer is as evidence: the last positive, the equivocal and the negative stage of a talk test."""
PASSAGE = (
    "Some days the way is short and the talk is long. We pass a gate, a bench, two old trees, "
    "and nobody has to hurry. Whatever we begin here can wait until we both have breath for it."
)
"""36 words: passages of some 31 words tell the stages better than short ones (Foster 2018 review)."""
STAGE_MINUTES = 3.0
"""Speech turns hard only after more than two minutes at a pace that is too fast (Foster 2008)."""
MOST_STAGES = 7
LEAST_STEP = 0.12
"""m/s; paces that differ by less cannot be kept apart without a device."""
SURELY_EASY = 0.65
"""Of the speed below which the talk threshold hardly lies: where a test begins, so that it warms up too."""
EASIEST = (0.8, 2.4)
"""m/s; it begins no slower than a slow walk and no faster than an easy run."""
FASTEST = 4.5
"""m/s; a read-aloud test goes no faster, whoever runs it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """Three minutes at one pace; at their end the passage is read.

    Attributes
    ----------
    speed : float, m/s
        On the flat.
    gait : str
        `walk` or `run`.
    """

    speed: float
    gait: str


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class TalkTest:
    """A test as far as it went. Make it with `talk_test`.

    It ends with the first `no`, so later stages have no answer.

    Attributes
    ----------
    stages : tuple of Stage
        What was offered.
    answers : tuple of {"comfortable", "unsure", "no"}
        To the first of them.
    said : tuple of Said
        What becomes evidence: the answers about where talking stopped being comfortable.
    before, after : Estimate, m/s
        The talk threshold as a flat speed, without and with the test.
    profile : Profile
        Of the person, the test included.
    next_best : str
        What would help most now, in plain words.
    """

    stages: tuple[Stage, ...]
    answers: tuple[Answer, ...]
    said: tuple[Said, ...]
    before: Estimate
    after: Estimate
    profile: Profile
    next_best: str

    @property
    def comfortable(self) -> float | None:
        """The speed (m/s) of the last stage at which talking was comfortable; None where it was at none."""
        speeds = [stage.speed for stage, answer in zip(self.stages, self.answers, strict=False) if answer == ANSWERS[0]]
        return speeds[-1] if speeds else None

    @property
    def too_fast(self) -> float | None:
        """The speed (m/s) of the first stage after it; None where talking was comfortable to the end."""
        n = len(self.answers) - self.answers[::-1].index(ANSWERS[0]) if ANSWERS[0] in self.answers else 0
        return self.stages[n].speed if n < len(self.answers) else None

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON form, schema `pace.talktest/1`: SI, None where a stage was not reached."""
        answers = (*self.answers, *[None] * (len(self.stages) - len(self.answers)))
        return {
            "schema": SCHEMA,
            "label": self.profile.label,
            "passage": PASSAGE,
            "stage_minutes": STAGE_MINUTES,
            "stages": [
                {"speed_mps": stage.speed, "gait": stage.gait, "answer": answer}
                for stage, answer in zip(self.stages, answers, strict=True)
            ],
            "said": [{"speed_mps": one.speed, "talk": one.talk, "minutes": one.minutes} for one in self.said],
            "talk_speed_before_mps": self.before.to_dict(),
            "talk_speed_mps": self.after.to_dict(),
            "next_best": self.next_best,
        }


def stages(profile: Profile) -> tuple[Stage, ...]:
    """Return rising paces for a person: from one that is surely easy to one at which few like them could still talk.

    Evenly spread over speeds, each pace a whole number of ten seconds per kilometre; at most seven.

    Parameters
    ----------
    profile : Profile

    Examples
    --------
    >>> from pace.person.about import About
    >>> offered = stages(Profile.build(about=About(walk_speed=1.5)))
    >>> len(offered), offered[0].gait, offered[-1].gait
    (7, 'walk', 'run')
    """
    gaits = profile.walk_run()
    change = gaits.threshold.median
    slow, fast = own_speed_at_cost(profile.talk(change=gaits.posterior).effort.quantile([0.05, 0.90]), change).tolist()
    first, last = float(np.clip(SURELY_EASY * slow, *EASIEST)), min(fast, FASTEST)
    n = int(np.clip((last - first) / LEAST_STEP + 1, 2, MOST_STAGES))
    speeds = sorted({1000 / (10 * round(100 / speed)) for speed in np.linspace(first, max(last, first), n).tolist()})
    return tuple(Stage(speed=speed, gait="run" if speed > change else "walk") for speed in speeds)


def talk_test(profile: Profile, answers: Sequence[str], *, offered: tuple[Stage, ...] | None = None) -> TalkTest:
    """Return what a person's answers to the stages of a test say.

    All answers of one day err together, so they do not all count: only those about the turning point become evidence,
    the last stage at which talking was comfortable, the one after it, and the no.

    Parameters
    ----------
    profile : Profile
        What is known of them before.
    answers : sequence of {"comfortable", "unsure", "no"}
        One for each stage reached, in order; what follows the first `no` is left out.
    offered : tuple of Stage, optional
        The stages as they were shown; those of `stages(profile)` when not given.

    Raises
    ------
    InputError
        When an answer is none of the three, or there are more answers than stages.

    References
    ----------
    Foster et al. 2008: speech turns hard only after more than two minutes at a pace that is too fast, so a stage lasts
    three. Longer passages tell the stages better than short ones (Foster et al. 2018).

    Examples
    --------
    >>> found = talk_test(Profile.build(), ["comfortable", "unsure", "no"])
    >>> [one.talk for one in found.said]
    ['comfortable', 'short', 'not']
    >>> talk_test(Profile.build(), []).said
    ()
    """
    offered = stages(profile) if offered is None else offered
    change = profile.walk_run().posterior  # answers about talking do not move it
    given = tuple(map(_checked, answers))
    given = given[: given.index("no") + 1] if "no" in given else given
    if len(given) > len(offered):
        raise InputError(
            f"a test of {len(offered)} stages takes as many answers", expected=len(offered), got=len(given)
        )
    said = _said(offered, given)
    about = replace(profile.about, said=(*profile.about.said, *said))
    after = replace(profile, about=about)
    talking = after.talk(change=change)
    return TalkTest(
        stages=offered,
        answers=given,
        said=said,
        before=profile.talk(change=change).speed,
        after=talking.speed,
        profile=after,
        next_best=talking.next_best,
    )


def _checked(answer: str) -> Answer:
    """Return an answer, refusing what is none."""
    for known in ANSWERS:
        if answer == known:
            return known
    raise InputError(f"an answer is {', '.join(ANSWERS[:-1])} or {ANSWERS[-1]}, got {answer!r}", got=answer)


def _said(offered: tuple[Stage, ...], answers: tuple[Answer, ...]) -> tuple[Said, ...]:
    """Return the answers about where talking stopped being comfortable: those on both sides of it, and the no."""
    last = max((number for number, answer in enumerate(answers) if answer == "comfortable"), default=-1)
    ended = len(answers) - 1 if answers and answers[-1] == "no" else last
    kept = sorted(number for number in {last, last + 1, ended} if 0 <= number < len(answers))
    return tuple(
        Said(speed=offered[number].speed, talk=MEANT[answers[number]], minutes=STAGE_MINUTES) for number in kept
    )
