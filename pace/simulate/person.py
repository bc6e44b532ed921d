"""Invented people: everything that `pace` has to find out about a person, known here because it was made up."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from pace.activity.grid import RUN, STAND, WALK
from pace.activity.track import Wearer
from pace.arrays import Array
from pace.errors import InputError
from pace.person.about import About, Manner, Said
from pace.simulate.noise import stream

RESTING_VO2 = 3.5
"""Gross oxygen uptake at rest, ml/kg/min (1 MET)."""
KEPT_SHARE = 0.9
"""Share of the maximum uptake that can be held for a few to twenty minutes (Daniels & Gilbert 1979: 0.89–1.0)."""
RUN_ROOM = 0.15
"""m/s; nobody runs for minutes who cannot go this much faster than their slowest run."""
ML_PER_W = 60.0 / 20.9
"""ml O2 per min of 1 W: 20.9 J per ml of oxygen."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Invented:
    """A person with known truth; SI, heart rates in beats/min, cadences in steps/min.

    Attributes
    ----------
    label : str
    age_years, height_m, weight_kg : float
    resting_heart_rate, max_heart_rate : float, beats/min
    manner : {"", "shuffle", "race-walk"}
        What sets their way of moving apart.
    walk_run_threshold : float
        Preferred transition speed on the flat, m/s: the middle of walk-to-run and run-to-walk.
    hysteresis : float
        Walk-to-run minus run-to-walk speed, m/s.
    threshold_sd : float
        SD of the threshold between days, m/s.
    choice_sd : float
        SD of the threshold within a day (mood, company, ground), m/s, with a correlation time of half a minute.
    threshold_per_grade : float
        Fall of the threshold, m/s per unit of uphill grade.
    walk_limit, run_limit : float
        Speeds (m/s, flat) above which they never walk and below which they never run on an average day.
    comfortable_walk, comfortable_run : float
        What they do when nobody asks, m/s on the flat.
    talk_speed : float
        Flat speed in their own gait at the last effort at which speech stays comfortable (LP), m/s.
    talk_share : float
        Share of the heart-rate reserve at that effort.
    run_cost : float
        Running economy: net ml/kg/min of oxygen per m/s.
    walk_economy : float
        Factor on the cost of walking.
    heart_delay, heart_lag : float
        Dead time and time constant of the heart rate, s.
    drift : float
        Rise of the heart rate at constant effort at the talk threshold, beats/min per hour.
    heart_day_sd : float
        SD of the heart rate between days, beats/min.
    alpha1_share : float
        DFA-alpha1 falls through 0.75 at this share of the effort at the talk threshold.
    walk_cadence, run_cadence : float
        At 1.3 m/s walking, and running at 2.5 m/s.
    walk_cadence_slope, run_cadence_slope : float
        steps/min per m/s.
    rating_sd : float
        SD of what they say about talking, m/s.
    """

    label: str
    walk_run_threshold: float
    talk_speed: float
    hysteresis: float = 0.08
    threshold_sd: float = 0.12
    choice_sd: float = 0.08
    threshold_per_grade: float = 1.0
    walk_limit: float
    run_limit: float
    comfortable_walk: float
    comfortable_run: float
    talk_share: float = 0.71
    run_cost: float = 11.3
    walk_economy: float = 1.0
    age_years: float = 45.0
    height_m: float = 1.72
    weight_kg: float = 70.0
    resting_heart_rate: float = 60.0
    max_heart_rate: float = 178.0
    heart_delay: float = 13.0
    heart_lag: float = 53.0
    drift: float = 10.0
    heart_day_sd: float = 3.0
    alpha1_share: float = 1.05
    walk_cadence: float = 115.0
    walk_cadence_slope: float = 26.0
    run_cadence: float = 162.0
    run_cadence_slope: float = 9.0
    rating_sd: float = 0.3
    manner: Manner = ""

    def __post_init__(self) -> None:
        """Refuse people who contradict themselves."""
        habits = self.comfortable_walk < self.walk_run_threshold < self.comfortable_run
        if not (habits and self.run_limit <= self.run_to_walk and self.walk_to_run <= self.walk_limit):
            raise InputError("the threshold must lie inside the person's own limits and habits", got=self)

    @property
    def walk_to_run(self) -> float:
        """Speed at which a quickening walk becomes a run, m/s on the flat."""
        return self.walk_run_threshold + self.hysteresis / 2

    @property
    def run_to_walk(self) -> float:
        """Speed at which a slowing run becomes a walk, m/s on the flat."""
        return self.walk_run_threshold - self.hysteresis / 2

    @property
    def talk_vo2(self) -> float:
        """Gross oxygen uptake at the talk threshold (LP), ml/kg/min."""
        gait = np.array([RUN if self.talk_speed >= self.walk_run_threshold else WALK])
        return float(vo2(self, gait=gait, speed=np.array([self.talk_speed]), grade=np.zeros(1))[0])

    @property
    def max_vo2(self) -> float:
        """Gross oxygen uptake at the maximum heart rate, ml/kg/min: reserves of heart and of uptake go together."""
        return RESTING_VO2 + (self.talk_vo2 - RESTING_VO2) / self.talk_share

    @property
    def top_speed(self) -> float:
        """The fastest flat speed that they hold for minutes, m/s: it takes KEPT_SHARE of their maximum.

        Who has no breath for a run a little faster than the slowest only walks, and not near the threshold.
        """
        most = KEPT_SHARE * self.max_vo2
        running = (most - RESTING_VO2) / self.run_cost
        if running >= self.walk_run_threshold + RUN_ROOM:
            return running
        speed = np.arange(0.5, self.run_limit, 0.01)
        walking = vo2(self, gait=np.full(speed.size, WALK), speed=speed, grade=np.zeros(speed.size))
        return float(speed[walking <= most].max(initial=speed[0]))

    @property
    def talk_heart_rate(self) -> float:
        """Settled heart rate at the talk threshold, beats/min."""
        return self.resting_heart_rate + self.talk_share * (self.max_heart_rate - self.resting_heart_rate)

    @property
    def wearer(self) -> Wearer:
        """What a file says of them when its owner filled everything in."""
        return Wearer(
            height_m=self.height_m,
            weight_kg=self.weight_kg,
            age_years=self.age_years,
            resting_heart_rate=self.resting_heart_rate,
            max_heart_rate=self.max_heart_rate,
        )

    def about(self, *said: Said) -> About:
        """Return everything that they could say of themselves, and what they said.

        Parameters
        ----------
        *said : Said
            Their answers about talking.
        """
        return About(
            said=said,
            height_m=self.height_m,
            age_years=self.age_years,
            resting_heart_rate=self.resting_heart_rate,
            max_heart_rate=self.max_heart_rate,
            manner=self.manner,
        )

    def says(self, speed: float, *, seed: int, blur: float = 0.3) -> Said:
        """Return their answer to "could you talk?" after a while at a pace, honest but noisy.

        Speech is comfortable up to their talk speed of that day, which is what that is, a bit short for `blur` m/s
        beyond it, and fails above.

        Parameters
        ----------
        speed : float, m/s
            On the flat.
        seed : int
        blur : float, m/s
            How far beyond their threshold they are only a bit short of breath.

        References
        ----------
        Quinn & Coons 2011: EQ lies 0.3 m/s above LP, which is the default of `blur`.
        """
        room = self.talk_speed - speed + self.rating_sd * stream(seed, "rating").standard_normal()
        return Said(speed=speed, talk="comfortable" if room > 0 else "short" if room > -blur else "not")


def vo2(person: Invented, *, gait: np.ndarray, speed: Array, grade: Array) -> Array:
    """Return the gross oxygen uptake of a person by gait, speed and grade.

    Walking by LCDA with the person's economy, running linear in speed with the person's own slope, hills by the
    factor of equal heart rate. Written out here and not taken from the estimators, so that an error there shows.

    Parameters
    ----------
    person : Invented
    gait : (n,) uint8
        STAND, WALK or RUN.
    speed : (n,) float64, m/s
    grade : (n,) float64, rise/run

    Returns
    -------
    (n,) float64, ml/kg/min

    References
    ----------
    Looney et al. 2019, 10.1249/mss.0000000000002002 (LCDA, level). Hill factor: `hill_factor`.
    """
    walking = ML_PER_W * person.walk_economy * (1.44 + 1.94 * speed**0.43 + 0.24 * speed**4)
    running = RESTING_VO2 + person.run_cost * speed
    moving = RESTING_VO2 + (np.where(gait == RUN, running, walking) - RESTING_VO2) * hill_factor(grade)
    return np.where(gait == STAND, 1.3 * RESTING_VO2, moving)


def hill_factor(grade: Array) -> Array:
    """Return how many times the effort of the flat a grade (rise/run) takes at the same speed; shape kept.

    The quadratic that follows the equal-heart-rate curve of large running data within 0.08 up to 30 %; no credit is
    given for going down steeper than 10 %.
    """
    slope = np.clip(grade, -0.0956, 0.30)
    return 1.0 + 2.896 * slope + 15.14 * slope**2


def people(n: int, *, seed: int) -> tuple[Invented, ...]:
    """Return n people spread evenly over a wide grid, not drawn from any prior that `pace` uses.

    Thresholds are stratified over 1.5–2.4 m/s and talk speeds, independently, over 1.4–3.2 m/s: every nth of each
    range is met once. Hysteresis 0.02–0.16 m/s, day SD 0.08–0.30 m/s, heights 1.50–1.95 m, maximum heart rates
    208 − 0.7 age with SD 10, resting 48–78, LP at 0.71 ± 0.07 of the reserve, economies as the literature spreads.
    One in eight is a shuffle-jogger and one in eight a race-walker. Those whose talk speed lies well below their
    threshold have too little breath to run at all (`top_speed`): they only walk, as many clients do.

    Parameters
    ----------
    n : int
        How many.
    seed : int
        The same seed gives the same people.
    """
    dice = stream(seed, "people")
    threshold = 1.5 + 0.9 * (dice.permutation(n) + dice.random_sample(n)) / max(n, 1)
    talk = 1.4 + 1.8 * (dice.permutation(n) + dice.random_sample(n)) / max(n, 1)
    manners: tuple[Manner, ...] = ("", "", "", "shuffle", "", "", "", "race-walk")
    return tuple(_drawn(dice, k, float(threshold[k]), float(talk[k]), manners[k % 8]) for k in range(n))


def _drawn(dice: np.random.RandomState, k: int, threshold: float, talk: float, manner: Manner) -> Invented:
    """Return one person around a threshold and a talk speed; the order of the draws is part of the frozen stream."""
    spread = dice.uniform(size=16).tolist()
    age = 22.0 + 50.0 * spread[0]
    habit = talk * (0.88 + 0.22 * spread[1])
    racing, shuffling = manner == "race-walk", manner == "shuffle"
    return Invented(
        label=f"person {k + 1}",
        walk_run_threshold=threshold,
        talk_speed=talk,
        hysteresis=0.02 + 0.14 * spread[2],
        threshold_sd=0.08 + 0.22 * spread[3],
        choice_sd=0.05 + 0.10 * spread[4],
        threshold_per_grade=2.0 * spread[5],
        walk_limit=threshold + 0.12 + 0.15 * spread[6],
        run_limit=threshold - 0.12 - 0.15 * spread[7],
        comfortable_walk=threshold - 0.25 - 0.30 * spread[8],
        comfortable_run=float(max(habit, threshold + 0.25 + 0.25 * spread[9])),
        talk_share=float(np.clip(0.71 + 0.07 * dice.standard_normal(), 0.5, 0.9)),
        run_cost=10.2 + 2.2 * spread[10],
        walk_economy=0.90 + 0.20 * spread[11],
        age_years=float(round(age)),
        height_m=1.50 + 0.45 * spread[12],
        resting_heart_rate=48.0 + 30.0 * spread[13],
        max_heart_rate=float(np.clip(208.0 - 0.7 * age + 10.0 * dice.standard_normal(), 140.0, 215.0)),
        heart_lag=float(np.clip(55.0 + 12.0 * dice.standard_normal(), 30.0, 90.0)),
        drift=5.0 + 15.0 * spread[14],
        alpha1_share=float(np.clip(1.05 + 0.15 * dice.standard_normal(), 0.7, 1.5)),
        walk_cadence=float(np.clip(115.0 + 5.0 * dice.standard_normal(), 104.0, 126.0)) + 12.0 * racing,
        walk_cadence_slope=40.0 if racing else 26.0,
        run_cadence=float(np.clip(161.0 + 6.0 * dice.standard_normal(), 148.0, 176.0)) + 8.0 * shuffling,
        run_cadence_slope=3.0 if shuffling else 4.0 + 10.0 * spread[15],
        manner=manner,
    )
