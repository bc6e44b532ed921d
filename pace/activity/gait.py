"""Which gait somebody was in, second by second, as probabilities: standing, walking, running."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal, Self

import numpy as np
from numpy.typing import NDArray

from pace.activity.emission import Line, Signal, Steps
from pace.activity.grid import RUN, WALK
from pace.activity.hidden import posterior
from pace.activity.motion import Motion, zero_if_unknown
from pace.arrays import Array, frozen

Manner = Literal["", "shuffle", "race-walk"]

STAY_S = 60.0
"""s; a gait is kept for a minute in the mean."""
MOST_PER_SECOND = 1.8
"""Nats: the most that one second may say for one gait against another. Leaving a gait and coming back costs
2 ln(2 · 60) = 9.6 nats, so a stay shorter than 5.3 s can never be the better explanation."""
SHORTEST_S = 5
"""s; a shorter stretch of one label is given to the gait before it."""
SPEED_REACH = 4
"""Rows to either side over which speed is averaged before it speaks of gait."""
N_CUTS = 5
"""Candidate speeds at which an activity without cadence may change from walk to run."""
SPEED_BESIDE_CADENCE = 0.1
"""Factor on the evidence of speed where there is cadence: what shares a cadence overlaps in speed."""
WALK_STEPS = Line(speed=1.3, level=116.0, level_sd=7.0, slope=30.0, slope_sd=8.0)
"""Usual walk 117 ± 7, fast 127 (Murtagh 2021); a constant walk ratio rises by 44 per m/s, fast walks by some 25."""
RUN_STEPS = Line(speed=2.5, level=162.0, level_sd=9.0, slope=8.0, slope_sd=3.0)
"""169, 172, 178 at 2.68, 3.16, 3.83 m/s (Leacox); recreational runners slower, 158 ± 9."""
STEPS: dict[Manner, Steps] = {
    "": Steps(walk=WALK_STEPS, run=RUN_STEPS, change=1.85),
    "shuffle": Steps(walk=WALK_STEPS, run=replace(RUN_STEPS, level=167.0, slope=5.0), change=1.7),
    "race-walk": Steps(walk=replace(WALK_STEPS, level=130.0, level_sd=12.0, slope=38.0), run=RUN_STEPS, change=2.2),
}
"""By manner: a shuffler's steps are quick at any speed, a race-walker's a runner's at 2 m/s (design choices)."""
APART = 8.0
"""steps/min; where a person's two gaits differ by less, cadence does not tell them apart."""


def _speed(cut: float) -> Signal:
    """Return speed, m/s, as a signal, given the usual change."""
    return Signal(edges=np.arange(0.6, 4.01, 0.04), cut=cut, cut_sd=0.25, width=0.12, steepness=3.0)


SPEED: dict[Manner, Signal] = {"": _speed(1.75), "shuffle": _speed(1.6), "race-walk": _speed(2.2)}
"""By manner: the usual change lies between the treadmill's 2.0 m/s (Hreljac 2005) and a slow runner's 1.55 afield."""


UPHILL_M_PER_S = 1.0
"""m/s of flat speed that a unit of uphill grade is worth to the choice of gait: 1.8 on treadmills (Brill & Kram 2021,
doi:10.1242/jeb.233056), 0 in the field."""
SPLIT_NATS, SPLIT_RELEASE_S = 1.2, 7
"""Nats per second, and s: what the device's own splits are worth; it lets go of a run 6-7 s late."""
ENOUGH_CADENCE = 0.6
"""Share of moving time that must have a cadence for the gait to be sure."""


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Gait:
    """The gait in each row of a `Motion`.

    Attributes
    ----------
    posterior : (n, 3) float32
        Probability of STAND, WALK, RUN; each row sums to 1. Meaningless in pauses and gaps.
    label : (n,) uint8
        The likeliest, stretches under 5 s smoothed away.
    confidence : str
        `high` where cadence told walk from run, `low` where speed alone did or both gaits have much the same cadence.
    """

    posterior: NDArray[np.float32]
    label: NDArray[np.uint8]
    confidence: str

    @classmethod
    def from_motion(cls, motion: Motion, manner: Manner = "") -> Self:
        """Return the gait by a hidden Markov model whose emissions adapt to the activity.

        Parameters
        ----------
        motion : Motion
        manner : {"", "shuffle", "race-walk"}
            What the person says of themselves: jogs at walking speed with quick short steps; walks at a runner's
            cadence.

        References
        ----------
        Rabiner 1989, doi:10.1109/5.18626, for the model; Murtagh et al. 2021 for cadences. Brill & Kram 2021,
        doi:10.1242/jeb.233056, for what a slope is worth.
        """
        evidence, confidence = _evidence(motion, manner)
        chance = posterior(np.exp(evidence), _transition()).mean(axis=0)
        return cls(posterior=frozen(chance), label=frozen(_label(chance)), confidence=confidence)


def _transition() -> Array:
    """Return (3, 3): stay for a minute in the mean, then go either way."""
    leave = 1 / STAY_S
    return np.full((3, 3), leave / 2) + np.eye(3) * (1 - 1.5 * leave)


def _evidence(motion: Motion, manner: Manner) -> tuple[Array, str]:
    """Return the log likelihoods (c, n, 3) given each of c equally likely cuts, the largest of a row 0; and confidence.

    Only where speed alone has to tell are there several cuts: where it has to be guessed, the guesses are averaged.
    """
    odds, confidence = _log_odds(motion, manner)
    odds = np.clip(odds + _split_odds(motion.split), -MOST_PER_SECOND, MOST_PER_SECOND)
    evidence = np.stack((np.full(odds.shape, -MOST_PER_SECOND), np.minimum(0, -odds), np.minimum(0, odds)), axis=-1)
    evidence[:, motion.recorded & ~motion.moving] = (0, -MOST_PER_SECOND, -MOST_PER_SECOND)
    evidence[:, ~motion.recorded] = 0
    return evidence, confidence


def _log_odds(motion: Motion, manner: Manner) -> tuple[Array, str]:
    """Return the evidence (c, n) for running against walking in nats per second given each cut, and the confidence."""
    speed, by_speed = flat_speed(motion), SPEED[manner]
    stepping = np.isfinite(motion.cadence) & motion.moving
    seconds = np.where(motion.moving, motion.duration_ms / 1000, 0.0)
    if stepping.sum() < ENOUGH_CADENCE * max(motion.moving.sum(), 1):
        cuts = by_speed.likely_cuts(speed, seconds, n=N_CUTS)
        return by_speed.steepness * (speed - cuts[:, None]), "low"
    steps, apart = STEPS[manner].log_odds(speed, np.where(stepping, motion.cadence, np.nan))
    taught = by_speed.likely_cuts(speed, seconds, n=1)
    pace = by_speed.steepness * (speed - taught[:, None])
    return np.where(stepping, steps + SPEED_BESIDE_CADENCE * pace, pace), "high" if apart >= APART else "low"


def flat_speed(motion: Motion) -> Array:
    """Return the speed (n,) averaged over nine rows and raised uphill; 0 where unknown."""
    speed = zero_if_unknown(motion.speed)
    reach = 2 * SPEED_REACH + 1
    sums = np.cumsum(np.pad(speed, (SPEED_REACH + 1, SPEED_REACH), mode="edge"))
    mean = (sums[reach:] - sums[:-reach]) / reach
    uphill = np.clip(zero_if_unknown(motion.grade), 0, 0.2)
    return np.asarray(mean + UPHILL_M_PER_S * uphill)


def _split_odds(split: NDArray[np.int8]) -> Array:
    """Return the log odds (n,) by the device's splits; the last seconds of a run split say nothing."""
    odds = np.where(split == RUN, SPLIT_NATS, np.where(split == WALK, -SPLIT_NATS, 0.0))
    ahead = np.append(split, np.full(SPLIT_RELEASE_S, -1))[SPLIT_RELEASE_S:]
    return np.where((split == RUN) & (ahead != RUN), 0.0, odds)


def _label(chance: NDArray[np.float32]) -> NDArray[np.uint8]:
    """Return the likeliest gait of each row, stretches shorter than 5 s given to the longer one before them."""
    label: NDArray[np.uint8] = chance.argmax(axis=1).astype(np.uint8)
    starts = np.flatnonzero(np.diff(label, prepend=255))
    length = np.diff(np.append(starts, label.size))
    kept = length >= SHORTEST_S
    if not kept.any():
        return label
    last = np.maximum.accumulate(np.where(kept, np.arange(starts.size), -1))
    source = np.where(last < 0, np.argmax(kept), last)
    smoothed: NDArray[np.uint8] = np.repeat(label[starts[source]], length)
    return smoothed
