"""Who of a group could move together and talk where not everybody can: the largest parts of it, therapist included."""

from __future__ import annotations

from itertools import combinations, islice

from pace.together.choice import choose
from pace.together.ease import Ease
from pace.together.terms import Lead, Terms
from pace.together.ways import Conditions

MOST_TRIED = 200
"""Subsets of one size that are looked at; those of up to ten people are fewer at every size."""


def subgroups(people: tuple[Ease, ...], lead: Lead, conditions: Conditions) -> tuple[tuple[int, ...], ...]:
    """Return the largest groups, as places in `people`, that could move together; the therapist (0) is in each.

    Whoever cannot move with the therapist alone is in none. Among the others the sizes are tried from the largest
    down, at most MOST_TRIED groups of each, and all that fit of the first size with any are returned.
    """

    def moves(*group: int) -> bool:
        """Tell whether these people can move together and talk."""
        terms = Terms.of(lead, len(group))
        return choose(tuple(people[i] for i in group), terms, conditions).best is not None

    able = [i for i in range(1, len(people)) if moves(0, i)]
    for size in range(min(len(able), len(people) - 2), 0, -1):
        found = [(0, *others) for others in islice(combinations(able, size), MOST_TRIED) if moves(0, *others)]
        if found:
            return tuple(found)
    return ()
