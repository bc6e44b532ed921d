"""Matches to be shown: people known by words alone, and people with invented hills, made without any file."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from pace import About, Match, Profile, Said, match
from pace.activity.grid import SPEED_EDGES
from pace.activity.summary import Summary
from pace.activity.track import Wearer
from pace.person.estimate import Posterior
from pace.together.option import Option

EMPTY = dict.fromkeys(("bouts", "changes", "steady", "rr_windows"))


def summary(walk: float, run: float) -> Summary:
    """Return an hour of walking and an hour of running around two speeds (m/s), and nothing else."""
    from pace.activity import summary as rows

    middle = (SPEED_EDGES[1:] + SPEED_EDGES[:-1]) / 2
    time_ms = np.zeros((3, middle.size, 7), dtype=np.int64)
    for gait, speed in ((1, walk), (2, run)):
        time_ms[gait, :, 3] = 3_600_000 * Posterior.build(middle, -0.5 * ((middle - speed) / 0.15) ** 2).mass
    return Summary(
        digest=f"{walk:.3f}{run:.3f}",
        sport="running",
        gait_confidence="high",
        elapsed_ms=int(time_ms.sum()),
        paused_ms=0,
        gap_ms=0,
        distance_m=9000.0,
        time_ms=time_ms,
        window_ms=time_ms[1:],
        bouts=np.zeros(0, rows.BOUT),
        changes=np.zeros(0, rows.CHANGE),
        steady=np.zeros(0, rows.STEADY),
        rr_windows=np.zeros(0, rows.RR_WINDOW),
        best_speed=np.full(len(getattr(rows, "BEST_DURATIONS_S", range(9))), np.nan),
        heart_rate_high=np.nan,
        wearer=Wearer(),
        notes=(),
    )


def person(label: str, *, walk: float = 1.4, run: float = 2.6, chat: float = 2.4, recorded: bool = True) -> Profile:
    """Return somebody who walks, runs and chats at these speeds (m/s)."""
    return Profile.build(
        label=label,
        summaries=[summary(walk, run)] if recorded else [],
        about=About(said=(Said(speed=chat, talk="comfortable"), Said(speed=chat + 0.3, talk="short"))),
    )


@pytest.fixture(scope="session")
def matched() -> Callable[..., Match]:
    """Return a function that matches people of these labels, the first with a faster run than the others."""

    @cache
    def make(*labels: str, recorded: bool = True, **rest: object) -> Match:
        first, *others = labels or ("therapist", "client")
        people = [person(first, run=2.9, chat=2.9, recorded=recorded)]
        people += [person(label, walk=1.5, run=2.0, chat=2.0, recorded=recorded) for label in others]
        return match(people, **rest)  # type: ignore[arg-type]

    return make


@pytest.fixture
def suggesting(matched) -> Callable[..., Match]:
    """Return a function that makes a match whose suggestion is changed in the fields given."""

    def make(**fields: object) -> Match:
        found = matched()
        suggestion: Option = replace(found.suggestion, **fields)
        return replace(found, suggestion=suggestion)

    return make


@pytest.fixture(scope="session")
def session_of_two() -> list[object]:
    """Return two recordings of one invented session, apart for a while."""
    from pace.simulate.outing import run_walk
    from pace.simulate.pair import Apart, pair
    from pace.simulate.samples import CLIENT, THERAPIST

    plan = run_walk(CLIENT, minutes=20, seed=5)
    made = pair(CLIENT, THERAPIST, plan=plan, seed=5, apart=[Apart(start_s=400, metres=60)])
    return [made.leader, made.follower]
