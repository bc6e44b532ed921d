"""What makes a way better or worse to talk on, in one currency: seconds of talk that it is worth giving for it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pace.arrays import Array
from pace.routes.effort import Ability, Efforts
from pace.routes.network import WAYS, Network


@dataclass(frozen=True, slots=True, kw_only=True)
class Taste:
    """How much each thing weighs: seconds of dislike for a second on such a way (or for each turn).

    Lost talk counts fully; then comes quiet, then green, then a way that is simple to follow. What is not known of an
    edge counts as the middle (0.5) of what it could be.

    Attributes
    ----------
    noise, bare, encounters, rough, stairs, dark : float
        Seconds for a second on a way that is as loud, as far from anything green, as full of people, as uneven, as
        steep or as unlit as can be.
    strange, known : float
        Seconds for a second on a way of the map that is in no recording, and on one that is.
    reuse, overlap : float
        Seconds for a second on a way that is gone twice, and beside another part of the route.
    turn_s : float
        Seconds for each turn.
    """

    noise: float = 0.5
    bare: float = 0.2
    encounters: float = 0.1
    rough: float = 0.05
    stairs: float = 0.5
    dark: float = 0.0
    strange: float = 0.0
    known: float = 0.0
    reuse: float = 1.2
    overlap: float = 1.2
    turn_s: float = 6.0


DUSK = Taste(dark=0.6)
"""What counts when it is dark: ways that are lit."""
FAMILIAR, NEW = {"strange": 0.8}, {"known": 0.8}
"""What counts more than quiet for those who wish for ways that are in their recordings, or for ways that are not."""


def dislike(network: Network, effort: Efforts, able: Ability, taste: Taste) -> Array:
    """Return the seconds of dislike (2, m) of each edge in both directions; infinite where it is too hard."""
    share = (
        taste.noise * _known(network.noise)
        + taste.bare * (1 - _known(network.green))
        + taste.encounters * _known(network.encounters)
        + taste.rough * (network.surface == 3)
        + taste.stairs * (network.way == WAYS.index("steps"))
        + taste.dark * _dark(network)
        + taste.strange * (network.support == 0)
        + taste.known * (network.support > 0)
    )
    return np.asarray(effort.lost + effort.seconds * share + network.crossing_s)


def _known(values: NDArray[np.float32]) -> Array:
    """Return values with the middle of what they could be where they are unknown."""
    found = np.asarray(values, dtype=np.float64)
    return np.where(np.isnan(found), 0.5, found)


UNLIT = frozenset({"path", "track", "bridleway", "footway", "steps"})
"""Kinds of way that are mostly dark where nobody said."""


def _dark(network: Network) -> Array:
    """Return how likely each edge is dark at night."""
    untold = np.array([0.8 if kind in UNLIT else 0.3 for kind in WAYS])[network.way]
    return np.select([network.lit == 1, network.lit == 0], [0.0, 1.0], untold)
