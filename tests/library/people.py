"""Invented summaries and people for the tests of the library: quick to make, each of another recording."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import date
from functools import cache

from hypothesis import strategies as st

from activity.strolls import run_walk_speeds, stroll
from pace.activity.summary import Summary
from pace.library.values import Consent, Noted, Person
from pace.person.about import About, Said

TODAY = date(2026, 3, 1)
LABELS = st.sampled_from(["quiet river", "Robin", "Client 7", "ö", "amber bay"])
DAYS = st.none() | st.dates(date(2020, 1, 1), date(2030, 1, 1))
TEXTS = st.text(max_size=20)
CONSENTS = st.builds(
    Consent,
    text=TEXTS,
    given=st.dates(date(2020, 1, 1), date(2025, 1, 1)),
    until=st.none() | st.dates(date(2025, 1, 1)),
)
SAID = st.builds(
    Said,
    speed=st.floats(0.5, 5),
    talk=st.sampled_from(["comfortable", "short", "not"]),
    minutes=st.none() | st.floats(1, 200),
)
NOTES = st.builds(Noted, said=SAID, day=DAYS, text=TEXTS)
ABOUTS = st.builds(About, walk_speed=st.none() | st.floats(1, 2), height_m=st.none() | st.floats(1.5, 2))


@cache
def _one() -> Summary:
    """Return one summary, of a walk of a quarter of an hour."""
    return Summary.from_track(stroll(run_walk_speeds(n=2)))


def summary(name: object = 0) -> Summary:
    """Return the summary of an invented recording that is known by `name`."""
    return replace(_one(), digest=hashlib.md5(str(name).encode()).hexdigest())


def person_of(label: str, about: About, consent: Consent | None = None) -> Person:
    """Return somebody as they are written into a row."""
    return Person(label=label, about=about, consent=consent, notes=(), n_activities=0)


SUMMARIES = st.builds(summary, st.integers(0, 9))
