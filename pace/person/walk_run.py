"""When one person's walk becomes a run: the threshold, both directions of change, the fastest walk, the slowest jog."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from pace.activity.grid import RUN, WALK
from pace.activity.summary import Summary
from pace.arrays import Array
from pace.person.about import About
from pace.person.estimate import Estimate, Posterior
from pace.person.sustained import FASTEST_WALK, SLOWEST_RUN, Sustained, sustained
from pace.person.threshold import THETA, has_both_gaits, threshold

HYSTERESIS = np.linspace(0.0, 0.5, 51)
"""(51,) m/s, candidate gaps between the walk-to-run and the run-to-walk speed."""


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class WalkRun:
    """What is known of a person's walk and run, on the flat; m/s.

    Attributes
    ----------
    threshold, posterior : Estimate, Posterior
        The speed at which they are as likely to walk as to run.
    walk_to_run, run_to_walk : Estimate
        Where they change, speeding up and slowing down; the first is the higher.
    preferred_transition : Estimate
        Midway between the two, as treadmill studies define it: here the threshold itself.
    fastest_walk, slowest_run : Estimate
        The fastest walk and the slowest run that they keep up for a minute or more.
    fastest_walk_posterior, slowest_run_posterior : Posterior
    grade_slope : Estimate
        By how much the threshold falls per unit of uphill grade, m/s.
    n_activities, n_with_both_gaits : int
    """

    threshold: Estimate
    posterior: Posterior
    walk_to_run: Estimate
    run_to_walk: Estimate
    preferred_transition: Estimate
    fastest_walk: Estimate
    slowest_run: Estimate
    fastest_walk_posterior: Posterior
    slowest_run_posterior: Posterior
    grade_slope: Estimate
    n_activities: int
    n_with_both_gaits: int

    def at_grade(self, grade: float) -> Estimate:
        """Return the threshold on a grade; downhill it is taken to be that of the flat.

        Parameters
        ----------
        grade : float, rise/run
        """
        up = max(grade, 0.0)
        slope = self.grade_slope
        sd = (slope.high - slope.low) / (2 * _z(slope.level)) * up
        moved = _shifted(self.posterior, mean=-slope.median * up, sd=sd)
        return moved.estimate(level=self.threshold.level, basis=self.threshold.basis)


def walk_run(summaries: Iterable[Summary], about: About | None = None, *, level: float = 0.8) -> WalkRun:
    """Return when a person's walk becomes a run, with intervals that hold the truth with probability `level`.

    A hierarchical model over the activities (`pace.person.threshold`). Below two activities with both gaits the basis
    is `prior only` (or `what they said`) and the interval wide; walking alone pushes it up, running alone down.

    Parameters
    ----------
    summaries : iterable of Summary
        Any order.
    about : About, optional
        Height shifts the prior, a usual walking speed pushes it up, a manner (`shuffle`, `race-walk`) moves and widens.
    level : float
        Probability of the intervals.

    References
    ----------
    Hreljac 2005, J Sports Sci Med 4:446: people change gait at 1.99 m/s on treadmills; slower people change slower,
    hence the wide prior. Kram et al. 1997, doi:10.1242/jeb.200.4.821: equal Froude number, hence the weak shift by
    height. The model: `pace.person.threshold`.

    Examples
    --------
    >>> known = walk_run([])
    >>> known.threshold.basis, round(known.threshold.median, 1)
    ('prior only', 1.9)
    """
    about = about or About()
    activities = tuple(sorted(summaries, key=lambda summary: summary.digest))
    found = threshold(activities, log_prior=_log_prior(about))
    n_both = sum(map(has_both_gaits, activities))
    basis = _basis(n_both, about)
    gap = _hysteresis(activities).quantile([(1 - level) / 2, 0.5, (1 + level) / 2])
    gap_sd = (gap[2] - gap[0]) / (2 * _z(level))
    up, down = (_shifted(found.theta, mean=sign * gap[1] / 2, sd=gap_sd / 2) for sign in (1, -1))
    middle = found.theta.estimate(level=level, basis=basis)
    walk, run = (_limits(kind, activities, about, found.theta, n_both) for kind in (FASTEST_WALK, SLOWEST_RUN))
    slope_sd = _z(level) * found.slope_sd
    return WalkRun(
        threshold=middle,
        posterior=found.theta,
        walk_to_run=up.estimate(level=level, basis=basis),
        run_to_walk=down.estimate(level=level, basis=basis),
        preferred_transition=middle,
        fastest_walk=walk.posterior.estimate(level=level, basis=walk.basis),
        slowest_run=run.posterior.estimate(level=level, basis=run.basis),
        fastest_walk_posterior=walk.posterior,
        slowest_run_posterior=run.posterior,
        grade_slope=Estimate(
            low=found.slope_mean - slope_sd,
            median=found.slope_mean,
            high=found.slope_mean + slope_sd,
            level=level,
            basis=basis,
        ),
        n_activities=len(activities),
        n_with_both_gaits=n_both,
    )


def _limits(kind: Sustained, activities: tuple[Summary, ...], about: About, theta: Posterior, n_both: int) -> _Limit:
    """Return the posterior of the fastest walk or the slowest run and what it rests on."""
    posterior, n = sustained(kind, activities, theta=theta, two_sided=n_both >= 2, usual_walk=about.walk_speed)
    said = "what they said" if about.walk_speed is not None and kind is FASTEST_WALK else "prior only"
    return _Limit(posterior=posterior, basis=_counted(n) if n else said)


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class _Limit:
    posterior: Posterior
    basis: str


def _counted(n: int) -> str:
    return f"{n} activit{'y' if n == 1 else 'ies'}"


def _basis(n_both: int, about: About) -> str:
    """Return in plain words what the threshold rests on."""
    if n_both >= 2:
        return _counted(n_both)
    said = about.walk_speed is not None or about.height_m is not None or about.manner
    return "what they said" if said else "prior only"


def _log_prior(about: About) -> Array:
    """Return the log prior density (121,) of the threshold on `THETA`.

    Centre 1.85 m/s, SD 0.40, heavy-tailed: between treadmill studies of fit young adults (1.99; Hreljac 2005) and slow
    runners in the field (1.54-1.63), wide because people at 1.5 and 2.4 were under-covered with 0.30.
    """
    centre, sd = {"": (1.85, 0.40), "shuffle": (1.7, 0.45), "race-walk": (2.1, 0.45)}[about.manner]
    if about.height_m is not None:
        leg = 0.53 * about.height_m  # the leg-length convention of gait studies
        centre *= 1 + 0.5 * (np.sqrt(leg / 0.9) - 1)  # equal Froude number (Kram 1997): a weak predictor, half weight
    log = -4 * np.log1p(((THETA - centre) / sd) ** 2 / 7)  # Student t, 7 df
    if about.walk_speed is not None:  # nobody's usual walk is much above where they start to run
        log = log - np.logaddexp(0, -(THETA - about.walk_speed) / 0.08)
    return np.asarray(log)


def _hysteresis(activities: tuple[Summary, ...]) -> Posterior:
    """Return by how much the walk-to-run speed lies above the run-to-walk speed, from the speeds at the changes.

    Prior: half-normal about 0.10 m/s, SD 0.10; an activity's two medians differ by it with an error of 0.25 m/s per
    pair of changes and no less than 0.20, for a device shows speed seconds late and so both changes nearer each other.
    """
    log = -(((HYSTERESIS - 0.10) / 0.10) ** 2) / 2
    for summary in activities:
        to = summary.changes["to"]
        ups, downs = (summary.changes["speed"][to == gait] for gait in (RUN, WALK))
        if ups.size and downs.size:
            gap = float(np.nanmedian(ups) - np.nanmedian(downs))
            sd = np.hypot(0.20, 0.25 / np.sqrt(min(ups.size, downs.size)))
            log = log - np.log1p(((HYSTERESIS - gap) / sd) ** 2 / 4) * 2.5  # Student t, 4 df
    return Posterior.build(HYSTERESIS, log)


def _shifted(posterior: Posterior, *, mean: float, sd: float) -> Posterior:
    """Return the distribution of the value plus an independent normal shift."""
    value = posterior.value
    kernel = np.exp(-(((value[:, None] - value - mean) / max(sd, 0.01)) ** 2) / 2)
    density = (kernel / kernel.sum(axis=0)) @ posterior.mass
    return Posterior.build(value, np.log(density + 1e-300))


def _z(level: float) -> float:
    """Return the half-width, in SD, of a normal's central interval."""
    from statistics import NormalDist

    return NormalDist().inv_cdf((1 + level) / 2)
