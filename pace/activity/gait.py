"""Which gait somebody was in, second by second, as probabilities: standing, walking, running."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Self

import numpy as np
from numpy.typing import NDArray

from pace.activity.emission import CADENCE_EDGES, SPEED_EDGES, Bell, Pair, centres, histogram
from pace.activity.hidden import posterior
from pace.activity.motion import Motion
from pace.arrays import Array, frozen

STAND, WALK, RUN = 0, 1, 2
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
SPEED_TEMPER, SPEED_BESIDE_CADENCE = 0.35, 0.15
"""Factors on the evidence of speed alone, and beside cadence: seconds resemble each other, and people overlap."""
UPHILL_M_PER_S = 1.0
"""m/s of flat speed that a unit of uphill grade is worth to the choice of gait: 1.8 on treadmills (Brill & Kram 2021,
doi:10.1242/jeb.233056), 0 in the field."""
SPLIT_NATS, SPLIT_RELEASE_S = 0.6, 7
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
        `high` where cadence told walk from run, `low` where speed alone did.
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
        """
        evidence, confidence = _evidence(motion, manner)
        chance = posterior(np.exp(evidence), _transition())
        return cls(posterior=frozen(chance), label=frozen(_label(chance)), confidence=confidence)


def _transition() -> Array:
    """Return (3, 3): stay for a minute in the mean, then go either way."""
    leave = 1 / STAY_S
    return np.full((3, 3), leave / 2) + np.eye(3) * (1 - 1.5 * leave)


def _evidence(motion: Motion, manner: Manner) -> tuple[Array, str]:
    """Return the log likelihood (n, 3), the largest of a row 0, none below -MOST_PER_SECOND; and the confidence."""
    odds, confidence = _log_odds(motion, manner)
    odds = np.clip(odds, -MOST_PER_SECOND, MOST_PER_SECOND)
    evidence = np.stack((np.full(odds.size, -MOST_PER_SECOND), np.minimum(0, -odds), np.minimum(0, odds)), axis=1)
    evidence[motion.recorded & ~motion.moving] = (0, -MOST_PER_SECOND, -MOST_PER_SECOND)
    evidence[~motion.recorded] = 0
    return evidence, confidence


def _log_odds(motion: Motion, manner: Manner) -> tuple[Array, str]:
    """Return the evidence (n,) for running against walking in nats per second, and the confidence."""
    speed = flat_speed(motion)
    stepping = np.isfinite(motion.cadence) & motion.moving
    seconds = np.where(motion.moving, motion.duration_ms / 1000, 0.0)
    trusted = manner != "race-walk" and stepping.sum() >= ENOUGH_CADENCE * max(motion.moving.sum(), 1)
    if trusted:
        by_cadence = _cadence_odds(motion.cadence, seconds)
        by_speed = _taught_speed_odds(speed, by_cadence, seconds, manner)
        odds = np.where(stepping, by_cadence + SPEED_BESIDE_CADENCE * by_speed, SPEED_TEMPER * by_speed)
    else:
        odds = SPEED_TEMPER * _speed_odds(speed, seconds, manner)
    return odds + _split_odds(motion.split), "high" if trusted else "low"


def flat_speed(motion: Motion) -> Array:
    """Return the speed (n,) averaged over nine rows and raised uphill; 0 where unknown."""
    speed = np.nan_to_num(motion.speed)
    reach = 2 * SPEED_REACH + 1
    sums = np.cumsum(np.pad(speed, (SPEED_REACH + 1, SPEED_REACH), mode="edge"))
    mean = (sums[reach:] - sums[:-reach]) / reach
    uphill = np.clip(np.nan_to_num(motion.grade), 0, 0.2)
    return np.asarray(mean + UPHILL_M_PER_S * uphill)


def _cadence_odds(cadence: Array, seconds: Array) -> Array:
    """Return the log odds (n,) of running by cadence; 0 where it is missing."""
    pair = Pair(walk=Bell.of(110, 10), run=Bell.of(158, 9), apart=20)
    pair = pair.adapted(centres(CADENCE_EDGES), histogram(cadence, CADENCE_EDGES, seconds))
    return np.nan_to_num(pair.log_odds(cadence))


def _speed_pair(manner: Manner) -> Pair:
    """Return walk and run as bells on the logarithm of speed, before anything of the person is known."""
    walk, run = {"": (1.3, 2.5), "shuffle": (1.1, 1.8), "race-walk": (1.9, 3.0)}[manner]
    return Pair(walk=Bell.of(np.log(walk), 0.20), run=Bell.of(np.log(run), 0.22, 3.0), apart=0.25)


def _speed_odds(speed: Array, seconds: Array, manner: Manner) -> Array:
    """Return the log odds (n,) of running by speed alone, adapted to the activity's own speeds."""
    pair = _speed_pair(manner)
    pair = pair.adapted(np.log(centres(SPEED_EDGES)), histogram(speed, SPEED_EDGES, seconds))
    return pair.log_odds(np.log(np.maximum(speed, 0.1)))


def _taught_speed_odds(speed: Array, by_cadence: Array, seconds: Array, manner: Manner) -> Array:
    """Return the log odds (n,) of running by speed where cadence has taught the speeds of this activity's gaits."""
    walking, running = (
        histogram(speed, SPEED_EDGES, np.where(sign * by_cadence > 1, seconds, 0)) / 20 for sign in (-1, 1)
    )
    pair = _speed_pair(manner).drawn_to(np.log(centres(SPEED_EDGES)), walking, running)
    return pair.log_odds(np.log(np.maximum(speed, 0.1)))


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
