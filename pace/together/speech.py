"""Whether somebody can talk: from the effort of moving, how much they speak, the heat and the length of the session."""

from __future__ import annotations

import numpy as np

from pace.arrays import Array
from pace.person.cost import MET
from pace.person.estimate import Posterior


def speaking_margin(share: float) -> float:
    """Return how far below the talk threshold a person who speaks this share of the time should stay, ml/kg/min.

    None for the one who mostly listens (share 0.35), 1 MET for the one who mostly speaks (0.65): one stage below the
    last at which speech is comfortable, which people kept up for an hour.

    References
    ----------
    Foster et al. 2025: one stage below the last positive one, and that stage itself, were held for 60 min. That the
    margin grows with the share of speech is a design choice: how much it grows is not published.

    Examples
    --------
    >>> speaking_margin(0.65), speaking_margin(0.35)
    (3.5, 0.0)
    """
    return float(MET * np.clip((share - 0.35) / 0.30, 0, 1))


BEATS_PER_DEGREE = 1.0
"""beats/min per °C above 18 °C (Jenkins 2023, PMC10103870, cycling at 18-36 °C)."""
WARM = 18.0
"""°C"""
BEATS_PER_OXYGEN = 24.2 / 12
"""beats/min per ml/kg/min: 24.2 per m/s (Hunt 2015, doi:10.1186/s12938-015-0112-7) over 12 ml/kg/min per m/s (ACSM)."""


def heat_margin(temperature_c: float | None) -> float:
    """Return by how much heat lowers the effort at which people still talk, ml/kg/min; unknown counts as mild.

    Examples
    --------
    >>> round(heat_margin(28), 2), heat_margin(10), heat_margin(None)
    (4.96, 0.0, 0.0)
    """
    return 0.0 if temperature_c is None else max(temperature_c - WARM, 0.0) * BEATS_PER_DEGREE / BEATS_PER_OXYGEN


DRIFT_AFTER = 20.0
"""min; from here on the same speed counts as harder."""
DRIFT = 1.03
"""An effort after DRIFT_AFTER minutes against the same one before."""


def drift(minutes: float) -> float:
    """Return by what an effort is multiplied late in a session of this length."""
    return DRIFT if minutes > DRIFT_AFTER else 1.0


def talk_probability(effort: Posterior, load: Array, *, margin: float = 0.0) -> Array:
    """Return the probability that a person can talk at `load` (ml/kg/min, any shape): that `effort` exceeds it.

    Exact for the posterior, linear inside its grid cells, the limit of infinitely many draws.
    """
    half = (effort.value[1] - effort.value[0]) / 2
    edges = np.concatenate(([effort.value[0] - half], effort.value + half))
    below = np.concatenate(([0.0], np.minimum(np.cumsum(effort.mass), 1.0)))
    return 1 - np.interp(load + margin, edges, below, right=1.0)
