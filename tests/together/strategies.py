"""Invented people as a shared pace sees them: bell-shaped doubt about talk, walk and run, and paces of their own."""

import numpy as np
from hypothesis import strategies as st

from pace.person.estimate import Posterior
from pace.together.choice import choose
from pace.together.ease import Ease, Usual, comfort
from pace.together.terms import Terms
from pace.together.ways import Conditions

EFFORT = np.linspace(0.0, 90.0, 1201)
SPEED = np.linspace(0.5, 3.5, 301)
FLAT = Conditions(minutes=50.0)


def bell(grid, mean, sd):
    """Return a normal distribution on a grid."""
    return Posterior.build(grid, -(((grid - mean) / sd) ** 2) / 2)


def person(
    *, label="a", talk=28.0, doubt=4.0, walk=1.3, run=2.2, fastest=1.7, slowest=1.9, blur=0.15, hours=(5.0, 5.0)
):
    """Return one person: talk threshold and its doubt (ml/kg/min), usual walk and run, and where each ends (m/s)."""
    middle = np.array([walk, max(walk, run)])
    usual = Usual(low=middle - 0.25, middle=middle, high=middle + 0.25, hours=np.array(hours))
    found = comfort(bell(SPEED, fastest, blur), bell(SPEED, slowest, blur), usual)
    return Ease(label=label, comfort=found, effort=bell(EFFORT, talk, doubt))


traits = st.fixed_dictionaries(
    {
        "talk": st.floats(10, 55),
        "doubt": st.floats(0.5, 8),
        "walk": st.floats(0.9, 1.8),
        "run": st.floats(1.8, 3.2),
        "fastest": st.floats(1.2, 2.2),
        "slowest": st.floats(1.4, 2.4),
        "blur": st.floats(0.05, 0.5),
        "hours": st.tuples(st.floats(0, 100), st.floats(0.1, 100)),
    }
)
people = traits.map(lambda drawn: person(**drawn))
leads = st.sampled_from(["client", "therapist", "equal"])


def chosen(group, *, lead="client", conditions=FLAT):
    """Return the choice, and the effort that it asks of each person: 0 where they sit."""
    choice = choose(tuple(group), Terms.of(lead, len(group)), conditions)
    load = np.zeros(len(group)) if choice.best is None else choice.ways.load[:, choice.best]
    return choice, load


def described(choice):
    """Return mode, speed and gaits of a choice."""
    if choice.best is None:
        return "sit", 0.0, ()
    every = choice.ways
    return int(every.mode[choice.best]), float(every.speed[choice.best]), tuple(every.gait[:, choice.best].tolist())
