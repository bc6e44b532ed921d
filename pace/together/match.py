"""How two or more people can move together and talk: the friendly face of this room."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, get_args

from pace.activity.grid import RUN, WALK
from pace.errors import InputError
from pace.given import number, several
from pace.person.profile import Profile
from pace.together.choice import choose
from pace.together.ease import ease, strolls
from pace.together.option import Option, options
from pace.together.reasons import caveats, fitting_groups
from pace.together.subgroups import subgroups
from pace.together.terms import Lead, Terms
from pace.together.ways import Conditions

SCHEMA = "pace.match/1"
PROFILES = "people are matched by their profiles (pace.profile)"


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Match:
    """How these people can move together. Make it with `match`.

    Attributes
    ----------
    people : tuple of Profile
        The first is the therapist.
    minutes : float
    lead : str
    grade : float, rise/run
    temperature_c : float or None
    suggestion : Option
    alternatives : tuple of Option
        The best of every other mode, those that fit first, sitting last.
    caveats : tuple of str
        What to keep in mind, as plain sentences.
    subgroups : tuple of tuple of str
        Where three or more people cannot all move together and talk: the labels of the largest groups, therapist
        included, that could; else empty.
    """

    people: tuple[Profile, ...]
    minutes: float
    lead: Lead
    grade: float
    temperature_c: float | None
    suggestion: Option
    alternatives: tuple[Option, ...]
    caveats: tuple[str, ...]
    subgroups: tuple[tuple[str, ...], ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON form, schema `pace.match/1`."""
        return {
            "schema": SCHEMA,
            "people": [person.to_dict() for person in self.people],
            "minutes": self.minutes,
            "lead": self.lead,
            "grade": self.grade,
            "temperature_c": self.temperature_c,
            "suggestion": self.suggestion.to_dict(),
            "alternatives": [option.to_dict() for option in self.alternatives],
            "caveats": list(self.caveats),
            "subgroups": [list(group) for group in self.subgroups],
        }


def match(
    profiles: Sequence[Profile],
    *,
    minutes: float = 50.0,
    lead: Lead = "client",
    grade: float = 0.0,
    temperature_c: float | None = None,
) -> Match:
    """Return how two or more people can move together and talk.

    Talk comes first: every client can talk with probability 0.9 and a therapist who follows with 0.8, or the answer is
    to sit or stroll. Nobody whose own pace counts (every client; everyone, where nobody leads) works harder than they
    would alone. Among what is left, the weighted Nash product of talk times comfort decides, the one who leads weighing
    0.65. More than two people go by the gentlest of what the pairs among them settle on.

    Parameters
    ----------
    profiles : sequence of Profile
        Two or more with different labels; the first is the therapist, the others are clients.
    minutes : float
        Length of the session.
    lead : {"client", "therapist", "equal"}
        Whose wishes weigh more and who speaks more; with `equal` the order of people changes nothing.
    grade : float, rise/run
        Of the ground.
    temperature_c : float, optional
        Air temperature; what is above 18 °C lowers the effort at which people can talk.

    Raises
    ------
    InputError
        With fewer than two people, with two of one label, or with a value out of its range.

    References
    ----------
    Nash 1950, The bargaining problem, Econometrica 18:155. Foster et al. 2009, doi:10.1519/JSC.0b013e3181c02bce: who
    speaks most stays a stage below the last at which speech is comfortable. Margins and probabilities:
    `pace.together.speech`, `pace.together.terms`.
    """
    people = several(profiles, PROFILES)
    check(people, minutes=minutes, lead=lead, grade=grade, temperature_c=temperature_c)
    conditions = Conditions(minutes=float(minutes), grade=float(grade), temperature_c=temperature_c)
    terms, eases = Terms.of(lead, len(people)), tuple(ease(person, grade=float(grade)) for person in people)
    choice = choose(eases, terms, conditions)
    first, *others = options(eases, terms, conditions, choice, people)
    groups = subgroups(eases, lead, conditions) if choice.best is None and len(people) > 2 else ()
    talk = {one.label: one.talk for one in eases if one.talk is not None}
    slow = [person.label for person in people if strolls(person)]
    said = caveats(
        talk,
        grade=conditions.grade,
        temperature_c=temperature_c,
        minutes=conditions.minutes,
        slow=slow,
        longest=min(map(_longest, people)),
    )
    smaller = tuple(tuple(people[i].label for i in group) for group in groups)
    return Match(
        people=people,
        minutes=conditions.minutes,
        lead=lead,
        grade=conditions.grade,
        temperature_c=temperature_c,
        suggestion=first,
        alternatives=tuple(others),
        caveats=(*fitting_groups(smaller), *said),
        subgroups=smaller,
    )


HELD = 60.0
"""min; for so long people held an effort at which speech is comfortable (Foster 2025)."""


def _longest(person: Profile) -> float:
    """Return for how many minutes there is something to go by: their longest recording, or what was studied."""
    moved = (float(one.time_ms[[WALK, RUN]].sum()) / 60_000 for one in person.summaries)
    return max([HELD, *moved])


def check(people: tuple[Profile, ...], *, minutes: float, lead: str, grade: float, temperature_c: float | None) -> None:
    """Refuse what cannot be matched, saying what to do."""
    wrong = next((type(one).__name__ for one in people if not isinstance(one, Profile)), None)
    if wrong:
        raise InputError(f"{PROFILES}, got {wrong}", expected=Profile, got=wrong)
    labels = [person.label for person in people]
    if len(people) < 2:
        raise InputError(f"a match needs two people or more, got {len(people)}", expected=2, got=len(people))
    if len(set(labels)) < len(labels):
        twice = next(label for label in labels if labels.count(label) > 1)
        raise InputError(f"people need different labels, got {twice!r} twice: rename one", got=twice)
    if lead not in get_args(Lead):
        raise InputError(f"lead is client, therapist or equal, got {lead!r}", expected=get_args(Lead), got=lead)
    for name, value, low, high in (
        ("minutes", minutes, 5, 600),
        ("grade (rise/run)", grade, -0.3, 0.3),
        ("temperature (°C)", 0.0 if temperature_c is None else temperature_c, -40, 50),
    ):
        if not (math.isfinite(number(value, name)) and low <= value <= high):
            raise InputError(
                f"{name} must lie between {low} and {high}, got {value:g}", expected=(low, high), got=value
            )
