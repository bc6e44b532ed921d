"""How fast one person can go and still talk: evidence of several kinds, each with its own doubt, made one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np

from pace.activity.summary import Summary
from pace.arrays import Array
from pace.person.about import About, Said
from pace.person.cost import speed_at_cost
from pace.person.estimate import Estimate, Evidence, Posterior
from pace.person.heart import SHARED_SD, TALK_RESERVE_SD, Heart, heart, heart_likelihood
from pace.person.talk_evidence import (
    best_effort,
    best_effort_likelihood,
    breathing_likelihood,
    habit_effort,
    habit_likelihood,
    said_likelihood,
)
from pace.person.walk_run import walk_run

EFFORT = np.linspace(8.0, 70.0, 249)
"""(249,) ml/kg/min gross, candidate talk thresholds."""
PRIOR_MEDIAN, PRIOR_LOG_SCALE = 27.0, 0.26
"""ml/kg/min and its log scale: 0.69 of an adult's aerobic maximum of 39 ± 11; runners' 2.2 ± 0.45 m/s (29.9 ± 5.4)
lies inside, the slow side widened for people who only walk."""
PRIOR_DF = 4
"""Degrees of freedom of its Student t: some people hardly move, some train for years."""
SPEEDS_SHARE = 0.6
"""Exponent of habit and of best effort where both are there; 0.5 would make them one piece of evidence, 1 two."""
MISTAKEN = 0.05
"""Chance that a whole kind of evidence is about something else (another wearer, a treadmill, a bad sensor): with it,
kinds that contradict each other leave a wide answer with both in it instead of a narrow one between."""


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class TalkThreshold:
    """The fastest effort at which a person's speech stays comfortable.

    Attributes
    ----------
    effort : Posterior
        Gross oxygen uptake at the last positive stage of a talk test, ml/kg/min on the scale of `pace.person.cost`.
    speed : Estimate
        The fastest flat speed (m/s) that asks for no more than that effort in the gait that they would use at it.
    evidence : tuple of Evidence
        Each kind and its share of the precision gained.
    next_best : str
        The one piece of evidence that would narrow the answer most.
    """

    effort: Posterior
    speed: Estimate
    evidence: tuple[Evidence, ...]
    next_best: str


def talk(
    summaries: Iterable[Summary],
    about: About | None = None,
    *,
    level: float = 0.8,
    change: Posterior | None = None,
) -> TalkThreshold:
    """Return the talk threshold that activities and words point to, with an interval of probability `level`.

    Parameters
    ----------
    summaries : iterable of Summary
        Any order.
    about : About, optional
    level : float
    change : Posterior, optional
        Where their walk becomes a run, m/s; worked out with `walk_run` when not given.

    References
    ----------
    Quinn & Coons 2011, J Sports Sci 29:1175, Foster et al. 2009, doi:10.1519/JSC.0b013e3181c02bce, and Persinger et al.
    2004, Med Sci Sports Exerc 36:1632: heart rate and oxygen uptake at the stages of a talk test. Each kind of evidence
    has its own sources: `pace.person.heart`, `pace.person.talk_evidence`.

    Examples
    --------
    >>> talk([]).speed.basis
    'prior only'
    >>> said = About(said=(Said(speed=2.4, talk="comfortable"),))
    >>> talk([], said).speed.median > talk([]).speed.median
    True
    """
    about = about or About()
    activities = tuple(sorted(summaries, key=lambda summary: summary.digest))
    body = heart(activities, about)
    change = walk_run(activities, about).posterior if change is None else change
    middle = float(change.quantile(0.5))
    kinds = (*_recorded(activities, body), *_said(about.said, middle))
    effort = Posterior.build(EFFORT, log_prior() + sum((_factor(kind, kinds) for kind in kinds), np.zeros(1)))
    basis = _basis(len(activities) if any(kind.kind != "said" for kind in kinds) else 0, len(about.said))
    return TalkThreshold(
        effort=effort,
        speed=_speed(effort, change, level=level, basis=basis),
        evidence=_weighed(kinds, body),
        next_best=_next_best(effort, body, about, middle),
    )


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class _Kind:
    """One kind of evidence: its name, its likelihood (249,) and a plain note."""

    kind: str
    likelihood: Array
    note: str


def log_prior() -> Array:
    """Return the log prior density (249,) on `EFFORT`: a Student t in its logarithm."""
    away = np.log(EFFORT / PRIOR_MEDIAN) / PRIOR_LOG_SCALE
    return -(PRIOR_DF + 1) / 2 * np.log1p(away**2 / PRIOR_DF) - np.log(EFFORT)


def trusted(likelihood: Array) -> Array:
    """Return the log factor (249,) of a likelihood that may, by a small chance, be about something else.

    Mistaken evidence says nothing: it is as likely under any threshold as evidence of its kind is on average.
    """
    prior = np.exp(log_prior() - log_prior().max())
    average = float(likelihood @ prior / prior.sum())
    factor: Array = np.log((1 - MISTAKEN) * likelihood / max(average, 1e-300) + MISTAKEN)
    return factor


def _factor(kind: _Kind, kinds: tuple[_Kind, ...]) -> Array:
    """Return the log factor (249,) of one kind among all.

    Habit and best effort come from the same speeds, so each counts for less where both are there.
    """
    both = {"habit", "best effort"} <= {other.kind for other in kinds}
    return (SPEEDS_SHARE if both and kind.kind in ("habit", "best effort") else 1.0) * trusted(kind.likelihood)


def _recorded(activities: tuple[Summary, ...], body: Heart) -> tuple[_Kind, ...]:
    """Return the kinds of evidence that the recordings hold; DFA sharpens heart rate, so the two share a likelihood."""
    kinds = []
    if body.line is not None:
        note = f"{body.line.n_stretches} steady stretches with heart rate; highest heart rate {body.limits.source}"
        kinds.append(_Kind(kind="heart rate", likelihood=heart_likelihood(body, EFFORT), note=note))
    asked, ran = best_effort(activities)
    if np.isfinite(asked):
        likelihood = best_effort_likelihood(asked, ran, EFFORT)
        kinds.append(_Kind(kind="best effort", likelihood=likelihood, note="the fastest that was kept up for minutes"))
    usual, runs = habit_effort(activities)
    if np.isfinite(usual):
        note = "how people usually move lets them talk, or nearly"
        kinds.append(_Kind(kind="habit", likelihood=habit_likelihood(usual, runs, EFFORT), note=note))
    breathing, n = breathing_likelihood(activities, EFFORT)
    if n:
        kinds.append(_Kind(kind="breathing", likelihood=breathing, note=f"{n} steady stretches with a breathing rate"))
    return tuple(kinds)


def _said(said: tuple[Said, ...], change: float) -> tuple[_Kind, ...]:
    """Return what was said about talking, as a kind of its own."""
    if not said:
        return ()
    answers = "one answer" if len(said) == 1 else f"{len(said)} answers"
    likelihood = said_likelihood(said, EFFORT, change)
    return (_Kind(kind="said", likelihood=likelihood, note=f"{answers} about talking at a known pace"),)


def _basis(n_activities: int, n_said: int) -> str:
    """Return in plain words what the estimate rests on."""
    files = f"{n_activities} activit{'y' if n_activities == 1 else 'ies'}" if n_activities else ""
    return " and ".join(part for part in (files, "what they said" if n_said else "") if part) or "prior only"


def _speed(effort: Posterior, change: Posterior, *, level: float, basis: str) -> Estimate:
    """Return the interval of the fastest speeds within an effort, over what is known of it and of the change."""
    speed = own_speed_at_cost(effort.draws(200)[:, None], change.draws(40))
    low, median, high = np.quantile(speed, [(1 - level) / 2, 0.5, (1 + level) / 2]).tolist()
    return Estimate(low=low, median=median, high=high, level=level, basis=basis)


def own_speed_at_cost(oxygen: Array, change: Array | float) -> Array:
    """Return the fastest flat speed (m/s) within an uptake for somebody who walks below `change` and runs above it.

    Running just above it costs more than walking just below it; efforts between the two hold the speed at `change`.

    Examples
    --------
    >>> own_speed_at_cost(np.array([13.0, 24.0, 33.5]), 1.8).round(2).tolist()
    [1.38, 1.8, 2.5]
    """
    walk, run = speed_at_cost(oxygen, gait="walk"), speed_at_cost(oxygen, gait="run")
    return np.where(walk < change, walk, np.maximum(change, run))


def _precision(log_density: Array) -> float:
    """Return one over the variance of the log threshold, of an unnormalised log density (249,)."""
    mass = np.exp(log_density - log_density.max())
    mass /= mass.sum()
    value = np.log(EFFORT)
    return 1 / float(mass @ (value - mass @ value) ** 2)


def _weighed(kinds: tuple[_Kind, ...], body: Heart) -> tuple[Evidence, ...]:
    """Return each kind's share: the precision that it alone adds to the prior, of the prior's and all gains."""
    prior = _precision(log_prior())
    gains = {kind.kind: max(0.0, _precision(log_prior() + trusted(kind.likelihood)) - prior) for kind in kinds}
    notes = {kind.kind: kind.note for kind in kinds}
    if body.n_dfa and "heart rate" in gains:
        without = _precision(log_prior() + trusted(heart_likelihood(body, EFFORT, dfa=False))) - prior
        whole = gains["heart rate"]
        gains["heart rate"] = min(max(0.0, without), whole)
        gains["chest strap"] = whole - gains["heart rate"]
        notes["chest strap"] = f"{body.n_dfa} two-minute windows of beat-to-beat intervals"
    total = prior + sum(gains.values())
    rows = [Evidence(kind="prior", weight=prior / total, note="what is known of adults in general")]
    return (*rows, *(Evidence(kind=kind, weight=gain / total, note=notes[kind]) for kind, gain in gains.items()))


def _next_best(effort: Posterior, body: Heart, about: About, change: float) -> str:
    """Return the sentence for the one further piece of evidence that is expected to narrow the threshold most."""
    log = np.log(effort.mass + 1e-300)
    expected = {
        "One answer after a walk or jog (“could you chat?”) would help most.": _variance_after_answer(effort, change),
    }
    if body.line is None:
        reserve = body.limits.most - body.limits.rest
        sd = np.hypot(TALK_RESERVE_SD * reserve, np.hypot(0.71 * body.limits.most_sd, SHARED_SD)) / 2.4
        sentence = "A recording with heart rate, with some minutes at a steady walk or jog, would help most."
        expected[sentence] = _variance_after_measurement(effort, float(sd))
    elif about.max_heart_rate is None:
        now, known = heart_likelihood(body, EFFORT), heart_likelihood(_with_known_limits(body), EFFORT)
        expected["Their highest heart rate, if they have ever measured it, would help most."] = 1 / _precision(
            log - trusted(now) + trusted(known)
        )
    return min(expected, key=lambda sentence: expected[sentence])


def _with_known_limits(body: Heart) -> Heart:
    """Return the heart as it would be if the highest heart rate were measured and found as expected."""
    most = max(body.limits.most, body.highest_seen if np.isfinite(body.highest_seen) else 0.0)
    return replace(body, limits=replace(body.limits, most=most, most_sd=4.0))


def _variance_after_measurement(effort: Posterior, sd: float) -> float:
    """Return the expected variance of the log threshold after a measurement with an error of `sd`, ml/kg/min."""
    log = np.log(effort.mass + 1e-300)
    centres = effort.quantile([0.1, 0.3, 0.5, 0.7, 0.9])[:, None] + sd * np.array([-1.3, 0.0, 1.3])
    after = [1 / _precision(log + trusted(np.exp(-(((EFFORT - at) / sd) ** 2) / 2))) for at in centres.ravel()]
    return float(np.mean(after))


def _variance_after_answer(effort: Posterior, change: float) -> float:
    """Return the expected variance of the log threshold after one answer at its median effort."""
    speed = float(own_speed_at_cost(effort.quantile(0.5), change))
    variance = 0.0
    for talk in ("comfortable", "short", "not"):
        chance = said_likelihood((Said(speed=min(max(speed, 0.3), 9.0), talk=talk),), EFFORT, change)
        share = float(effort.mass @ chance)
        variance += share / _precision(np.log(effort.mass + 1e-300) + trusted(chance))
    return variance
