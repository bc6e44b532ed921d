"""Invented plans of every mode, as the terminal and a watch get them."""

from dataclasses import replace
from functools import cache

from hypothesis import strategies as st

from pace.person.about import About, Said
from pace.person.profile import Profile
from pace.together.match import match
from pace.together.option import Bout
from pace.together.session import plan
from pace.together.ways import PATTERNS

MODES = ("walk-together", "run-together", "walk-and-jog", "run-walk", "sit-or-stroll")


def known(label, walk, chat):
    """Return somebody known by a usual walk and a pace at which they chat."""
    return Profile.build(label=label, about=About(walk_speed=walk, said=(Said(speed=chat, talk="comfortable"),)))


@cache
def found():
    """Return a match of two for 90 minutes."""
    return match((known("therapist", 1.5, 2.6), known("client", 1.3, 1.6)), minutes=90)


def planned(mode, *, minutes=50.0, **how):
    """Return a plan of a mode; `how` as `option_of` takes it."""
    return plan(replace(found(), minutes=600.0, suggestion=option_of(mode, **how)), minutes=minutes)


def option_of(mode, *, low=1.3, high=1.5, pattern=(60, 120), labels=("therapist", "client")):
    """Return an option of a mode at a range of speeds (m/s)."""
    gaits = {
        "walk-together": ("walk", "walk"),
        "run-together": ("run", "run"),
        "walk-and-jog": ("run", "walk"),
        "run-walk": ("walk and run",) * 2,
        "sit-or-stroll": ("sit or stroll",) * 2,
    }[mode]
    speeds = (0.0, 0.0) if mode == "sit-or-stroll" else (low, high)
    bouts = (
        Bout(gait="run", speed=high + 0.4, duration_s=float(pattern[0])),
        Bout(gait="walk", speed=low, duration_s=float(pattern[1])),
    )
    return replace(
        found().suggestion,
        mode=mode,
        speed_low=speeds[0],
        speed_best=speeds[1],
        speed_high=speeds[1],
        gait_by_person=dict(zip(labels, gaits, strict=True)),
        bouts=bouts if mode == "run-walk" else (),
    )


sessions = st.builds(
    planned,
    st.sampled_from(MODES),
    minutes=st.floats(5, 90),
    low=st.floats(0.8, 1.6),
    high=st.floats(1.6, 3.5),
    pattern=st.sampled_from(PATTERNS),
)
