"""Whose data a reader sees: everyone's, or, in one person's copy, theirs alone with all others called by their role."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pace.errors import InputError
from pace.output.words import Known
from pace.together.ease import strolls
from pace.together.naming import ROLES, listed
from pace.together.reasons import caveats

if TYPE_CHECKING:
    from pace.together.match import Match
    from pace.together.option import Option


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class View:
    """A match as one reader may see it. Make it with `View.of`.

    Attributes
    ----------
    match : Match
        With everyone's labels, or with the labels of others replaced by their roles.
    shown : tuple of Known
        What is known of those whose data the reader may see.
    own : Known or None
        Whose copy it is; None where everyone may see everything.
    caveats : tuple of str
        What to keep in mind, about those who are shown.
    """

    match: Match
    shown: tuple[Known, ...]
    own: Known | None
    caveats: tuple[str, ...]

    @classmethod
    def of(cls, match: Match, copy_for: str | None = None) -> View:
        """Return the view of everyone, or of the person of this label alone.

        Raises
        ------
        InputError
            When nobody of the match has that label.
        """
        if copy_for is None:
            people = tuple(Known.of(person) for person in match.people)
            return cls(match=match, shown=people, own=None, caveats=match.caveats)
        labels = [person.label for person in match.people]
        if copy_for not in labels:
            one = f"a copy is for one of the people matched, {listed(labels)}"
            raise InputError(f"{one}; got {copy_for!r}", expected=labels, got=copy_for)
        renamed = relabelled(match, roles_for(labels, copy_for))
        own = Known.of(renamed.people[labels.index(copy_for)])
        talk = {own.label: own.talk.speed}
        slow = [own.label] if strolls(renamed.people[labels.index(copy_for)]) else []
        said = caveats(talk, grade=match.grade, temperature_c=match.temperature_c, minutes=match.minutes, slow=slow)
        return cls(match=renamed, shown=(own,), own=own, caveats=said)


def roles_for(labels: list[str], kept: str) -> dict[str, str]:
    """Return what everyone is called in the copy of one person: that label as it is, the others by their role.

    Examples
    --------
    >>> roles_for(["Kim", "Ash", "Bo"], "Ash")
    {'Kim': 'therapist', 'Ash': 'Ash', 'Bo': 'client 2'}
    """
    called: dict[str, str] = {}
    for i, label in enumerate(labels):
        role = ROLES[0] if i == 0 else ROLES[1] if len(labels) == 2 else f"{ROLES[1]} {i}"
        called[label] = label if label == kept else role if role != kept else f"other person {i + 1}"
    return called


def relabelled(match: Match, called: dict[str, str]) -> Match:
    """Return a match in which people are called otherwise; sentences that name people are left out."""
    return replace(
        match,
        people=tuple(replace(person, label=called[person.label]) for person in match.people),
        suggestion=_renamed(match.suggestion, called),
        alternatives=tuple(_renamed(option, called) for option in match.alternatives),
        caveats=(),
        subgroups=(),
    )


def _renamed(option: Option, called: dict[str, str]) -> Option:
    """Return an option whose people are called otherwise, without the reasons, which may name them."""
    return replace(
        option,
        gait_by_person={called[label]: gait for label, gait in option.gait_by_person.items()},
        talk_probability_by_person={called[k]: chance for k, chance in option.talk_probability_by_person.items()},
        slack_by_person={called[label]: slack for label, slack in option.slack_by_person.items()},
        why="",
        would_change=(),
    )
