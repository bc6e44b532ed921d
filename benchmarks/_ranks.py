"""Simulation-based calibration: truths drawn from the model itself must rank evenly among their posteriors.

Talts et al. 2018, arXiv:1804.06788. It shows that the inference is worked out rightly, not that the model is right.
"""

from __future__ import annotations

import numpy as np

from pace.person.about import Said
from pace.person.cost import speed_at_cost
from pace.person.estimate import Posterior
from pace.person.heart import LINE_SD, SHARED_SD, TALK_RESERVE, TALK_RESERVE_SD, Heart, HeartLimits, heart_likelihood
from pace.person.line import Line
from pace.person.talk import EFFORT, MISTAKEN, log_prior, trusted
from pace.person.talk_evidence import (
    ANSWER_LAPSE,
    RATER_SD,
    answer_probability,
    best_effort_likelihood,
    said_likelihood,
)


def ranks(n: int, seed: int) -> np.ndarray:
    """Return how many of n true talk thresholds fall into each tenth of their posterior, (10,)."""
    rng = np.random.default_rng(seed)
    return np.histogram([_rank(rng) for _ in range(n)], bins=10, range=(0, 1))[0]


def chi_square(counts: np.ndarray) -> float:
    """Return how far counts are from even; 9 degrees of freedom for ten of them."""
    even = counts.sum() / counts.size
    return float(((counts - even) ** 2 / even).sum())


def _rank(rng: np.random.Generator) -> float:
    """Return the posterior probability below a truth that heart rate, a best effort and an answer tell of."""
    prior = Posterior.build(EFFORT, log_prior())
    truth = float(prior.quantile(rng.random()))
    told = [truth if rng.random() > MISTAKEN else float(prior.quantile(rng.random())) for _ in range(3)]
    likelihoods = (_heart(rng, told[0]), _effort(rng, told[1]), _answer(rng, told[2]))
    posterior = Posterior.build(EFFORT, log_prior() + sum((trusted(one) for one in likelihoods), np.zeros(EFFORT.size)))
    return float(np.interp(truth, EFFORT, np.cumsum(posterior.mass)))


def _heart(rng: np.random.Generator, truth: float) -> np.ndarray:
    """Return what a heart-rate line says that meets the talkable heart rate at the truth, but for its errors."""
    limits = HeartLimits(rest=62, rest_sd=9, most=178, most_sd=9.5, source="")
    rest, most = rng.normal(62, 9), rng.normal(178, 9.5)
    at_talk = (
        rest + rng.normal(TALK_RESERVE, TALK_RESERVE_SD) * (max(most, rest + 40) - rest) + rng.normal(0, SHARED_SD)
    )
    intercept = at_talk - 2.6 * truth + rng.normal(0, LINE_SD)
    seen = Line(
        mean=np.array([intercept, 2.6]),
        covariance=np.zeros((2, 2)),
        lowest=0,
        highest=99,
        n_stretches=9,
        n_activities=9,
    )
    return heart_likelihood(
        Heart(limits=limits, line=seen, highest_seen=np.nan, dfa_heart_rate=np.nan, n_dfa=0), EFFORT
    )


def _effort(rng: np.random.Generator, truth: float) -> np.ndarray:
    """Return what a best effort says that shows less than the maximum, by as much as people hold back."""
    above = 0.08 + rng.normal(0, 0.15) + rng.exponential(0.28)
    return best_effort_likelihood(truth / 0.69 * np.exp(-above), True, EFFORT)


def _answer(rng: np.random.Generator, truth: float) -> np.ndarray:
    """Return what one answer says about a pace near the truth."""
    speed = float(np.clip(speed_at_cost(truth * np.exp(-0.08 + 0.35 * rng.standard_normal())), 0.3, 9))
    words = ("comfortable", "short", "not")
    felt = np.array(truth + rng.normal(0, RATER_SD))
    chance = np.array([float(answer_probability(Said(speed=speed, talk=word), felt, 1.85)) for word in words])
    chance = (1 - ANSWER_LAPSE) * chance / chance.sum() + ANSWER_LAPSE / 3
    return said_likelihood((Said(speed=speed, talk=str(rng.choice(words, p=chance))),), EFFORT, 1.85)
