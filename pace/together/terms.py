"""Who leads: what that asks of everyone's talk, whose wishes weigh what, and whose own pace nobody may exceed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from pace.arrays import Array
from pace.together.speech import speaking_margin

Lead = Literal["client", "therapist", "equal"]

MOST, LEAST, HALF = 0.65, 0.35, 0.5
"""Share of the talk, and weight of the wishes, of the one who leads, of the other, and where nobody leads."""
SURE, LIKELY = 0.9, 0.8
"""Least probability of being able to talk: of every client and whoever leads, and of a therapist who follows."""


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Terms:
    """What a lead means for p people, the first of whom is the therapist; arrays are (p,).

    `margin` is in ml/kg/min below the talk threshold, `need` the least probability of being able to talk, `weight` sums
    to one, `own` marks whose own best pace is never exceeded.
    """

    lead: Lead
    margin: Array
    need: Array
    weight: Array
    own: NDArray[np.bool_]

    @classmethod
    def of(cls, lead: Lead, n: int) -> Terms:
        """Return the terms for n people.

        Every client counts as the one who speaks, so a client's margin does not shrink as others join.

        Examples
        --------
        >>> Terms.of("client", 3).weight.round(3).tolist()
        [0.35, 0.325, 0.325]
        """
        first, rest = {"client": (LEAST, MOST), "therapist": (MOST, LEAST), "equal": (HALF, HALF)}[lead]
        equal = lead == "equal"
        weight = np.full(n, 1 / n) if equal else np.array([first] + [rest / (n - 1)] * (n - 1))
        return cls(
            lead=lead,
            margin=np.array([speaking_margin(first)] + [speaking_margin(rest)] * (n - 1)),
            need=np.array([LIKELY if lead == "client" else SURE] + [SURE] * (n - 1)),
            weight=weight,
            own=np.array([equal] + [True] * (n - 1)),
        )

    def pairs(self) -> list[tuple[int, int]]:
        """Return which two people settle on a pace with each other: the therapist and each client, or everyone."""
        n = self.weight.size
        return [(i, j) for i in range(n if self.lead == "equal" else 1) for j in range(i + 1, n)]
