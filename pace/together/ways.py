"""Every way in which people can move together, one column each: all at one speed, or running and walking by turns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pace.arrays import Array
from pace.person.cost import running_cost, walking_cost
from pace.together.ease import SPEEDS, Ease
from pace.together.speech import drift, heat_margin, talk_probability
from pace.together.terms import Terms

MODES = ("walk-together", "run-together", "walk-and-jog", "run-walk")
"""How people move together, in the order of `Ways.mode`; beside them there is sitting and strolling."""
WALKING, RUNNING, BOTH = 0, 1, 2
"""What `Ways.gait` holds; the first two index the gait axis."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Conditions:
    """How long people move, where, and how warm it is.

    Attributes
    ----------
    minutes : float
    grade : float, rise/run
    temperature_c : float or None
        Air temperature; None where it is not known.
    """

    minutes: float
    grade: float = 0.0
    temperature_c: float | None = None


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Chances:
    """What p people make of each gait at each of SPEEDS: `comfort`, `talk`, `taxed` are (p, 2, 271), `load` (2, 271).

    `talk` is the probability of being able to talk late in the session, `taxed` the same where changing between walk
    and run makes it harder, `load` the effort itself, gross oxygen uptake in ml/kg/min.
    """

    comfort: Array
    talk: Array
    taxed: Array
    load: Array

    def of(self, *people: int) -> Chances:
        """Return the chances of some of the people."""
        rows = list(people)
        return Chances(comfort=self.comfort[rows], talk=self.talk[rows], taxed=self.taxed[rows], load=self.load)


CHANGING = 1.06
"""Effort of running and walking by turns against the same paces held (+6 %; Nolan & Moore 2021, 2 min by 2 min)."""


def loads(grade: float) -> Array:
    """Return the effort (2, 271), ml/kg/min, of walking and of running at SPEEDS on a grade."""
    return np.stack([walking_cost(SPEEDS, grade), running_cost(SPEEDS, grade)])


def chances(people: tuple[Ease, ...], terms: Terms, conditions: Conditions) -> Chances:
    """Return what the people make of each gait at each speed under the terms of who leads."""
    load = loads(conditions.grade)
    late, heat = load * drift(conditions.minutes), heat_margin(conditions.temperature_c)
    margins = (terms.margin + heat).tolist()
    return Chances(
        comfort=np.stack([person.comfort for person in people]),
        talk=np.stack([talk_probability(p.effort, late, margin=m) for p, m in zip(people, margins, strict=True)]),
        taxed=np.stack(
            [talk_probability(p.effort, late * CHANGING, margin=m) for p, m in zip(people, margins, strict=True)]
        ),
        load=load,
    )


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Ways:
    """m ways for p people to move together.

    Attributes
    ----------
    mode : (m,) int, index into MODES
    block : (m,) int
        Ways of one block differ in speed alone.
    turn : (m,) int, index into TURNS; -1 at a steady pace
    speed : (m,) float64, m/s
        Taken over walk and run where they take turns.
    natural : (m,) bool
        Everyone in the gait that suits them better at this speed.
    gait : (p, m) int
    load, talk, comfort : (p, m) float64
    home : (m,) bool
        Everyone is at home in their gait: it suits them better than the other, or well enough.
    stretch : (p, m) float64
        `talk` in the hardest stretch: the run of running and walking by turns.
    """

    mode: NDArray[np.int64]
    block: NDArray[np.int64]
    turn: NDArray[np.int64]
    speed: Array
    natural: NDArray[np.bool_]
    home: NDArray[np.bool_]
    gait: NDArray[np.int64]
    load: Array
    talk: Array
    comfort: Array
    stretch: Array

    def log_worth(self) -> Array:
        """Return the logarithm (p, m) of what each way is worth to each person beyond sitting: talk times comfort."""
        return np.log(np.maximum(self.talk * self.comfort, 1e-300))


def ways(people: Chances) -> Ways:
    """Return every way to move together: walking, running, each in their own gait, and taking turns."""
    natural = natural_gait(people.comfort)
    blocks = [np.full_like(natural, WALKING), np.full_like(natural, RUNNING), *_mixed(natural, people)]
    parts = [_steady(people, gait, natural, block) for block, gait in enumerate(blocks)]
    parts.append(_turns(people, first_block=len(blocks)))
    return Ways(**{name: np.concatenate([part[name] for part in parts], axis=-1) for name in parts[0]})


def natural_gait(comfort: Array) -> NDArray[np.int64]:
    """Return the gait (p, 271) that suits each person better at each speed: a walk, from some speed on a run."""
    runs = (comfort[:, RUNNING] > comfort[:, WALKING]).astype(np.int64)
    return np.maximum.accumulate(runs, axis=1)


def _mixed(natural: NDArray[np.int64], people: Chances) -> list[NDArray[np.int64]]:
    """Return the gaits (p, 271) where some walk and some run: both ways round for two, for more as suits them best.

    Where the same gait suits everyone, the one to whom the other matters least takes it; of equals the one who talks
    more easily at all speeds, whatever order people are in.
    """
    n = len(natural)
    if n == 1:
        return []
    if n == 2:
        return [np.repeat([[first], [1 - first]], natural.shape[1], axis=1) for first in (WALKING, RUNNING)]
    gait = natural.copy()
    same = (gait == gait[0]).all(axis=0)
    loss = np.abs(np.diff(np.log(np.maximum(people.comfort, 1e-300)), axis=1)[:, 0])
    order = np.argsort(-people.talk.sum(axis=(1, 2)), kind="stable")
    least = order[loss[order].argmin(axis=0)]
    gait[least[same], np.flatnonzero(same)] = 1 - gait[0, same]
    return [gait]


AT_EASE = 0.5
"""Comfort from which a person is at home in a gait that suits them less; where gaits differ it is asked of everyone."""


def _steady(people: Chances, gait: NDArray[np.int64], natural: NDArray[np.int64], block: int) -> dict[str, Any]:
    """Return the columns of one pace for all, each in the gait (p, 271) given."""
    column, person = np.arange(SPEEDS.size), np.arange(len(gait))[:, None]
    talk, comfort = people.talk[person, gait, column], people.comfort[person, gait, column]
    return {
        "mode": np.full(SPEEDS.size, min(block, 2)),
        "block": np.full(SPEEDS.size, block),
        "turn": np.full(SPEEDS.size, -1),
        "speed": SPEEDS,
        "natural": (gait == natural).all(axis=0),
        "home": ((comfort >= AT_EASE) | (gait == natural) & (block < 2)).all(axis=0),
        "gait": gait,
        "load": people.load[gait, column],
        "talk": talk,
        "comfort": comfort,
        "stretch": talk,
    }


PATTERNS = ((60, 60), (60, 120), (60, 180), (120, 60), (120, 120), (180, 60), (240, 60), (300, 60))
"""s of running, s of walking; no bout under a minute, none so long that it is no longer a change."""
APART = 0.4
"""m/s; running and walking by turns differ at least by this, else there is no reason to change."""
UNREST = 0.05
"""Share of comfort lost per change of gait a minute."""


def _all_turns() -> NDArray[np.void]:
    """Return every run-walk: indices into SPEEDS, seconds of each, the share of running and the resulting speed."""
    indices, figures = ("pattern", "run", "walk"), ("run_s", "walk_s", "share", "speed")
    kinds = [(name, "i8") for name in indices] + [(name, "f8") for name in figures]
    axes = np.arange(20, 111, 10), np.arange(70, 221, 10), np.arange(len(PATTERNS))
    walk, run, pattern = (axis.ravel() for axis in np.meshgrid(*axes, indexing="ij"))
    keep = SPEEDS[run] - SPEEDS[walk] >= APART
    rows = np.zeros(keep.sum(), kinds)
    rows["pattern"], rows["run"], rows["walk"] = pattern[keep], run[keep], walk[keep]
    rows["run_s"], rows["walk_s"] = np.array(PATTERNS, dtype=float)[pattern[keep]].T
    rows["share"] = rows["run_s"] / (rows["run_s"] + rows["walk_s"])
    rows["speed"] = rows["share"] * SPEEDS[rows["run"]] + (1 - rows["share"]) * SPEEDS[rows["walk"]]
    return rows


TURNS = _all_turns()
"""Every way of running and walking by turns: walks of 1.0-1.9 m/s, runs of 1.5-3.0 m/s, PATTERNS."""


def _turns(people: Chances, *, first_block: int) -> dict[str, Any]:
    """Return the columns of running and walking by turns, everyone changing at once."""
    share, n = TURNS["share"], len(people.comfort)
    run, walk = (RUNNING, TURNS["run"]), (WALKING, TURNS["walk"])
    natural = natural_gait(people.comfort)
    at_home = (people.comfort >= AT_EASE) | np.stack([natural == WALKING, natural == RUNNING], axis=1)

    def over_time(values: Array) -> Array:
        """Return the mean (…, t) of values (…, v) at the run's and the walk's speed, by their share of the time."""
        return share * values[..., *run] + (1 - share) * values[..., *walk]

    changes_per_minute = 120 / (TURNS["run_s"] + TURNS["walk_s"])
    return {
        "mode": np.full(share.size, MODES.index("run-walk")),
        "block": first_block + TURNS["pattern"],
        "turn": np.arange(share.size),
        "speed": TURNS["speed"],
        "natural": np.zeros(share.size, dtype=bool),
        "home": at_home[:, *run].all(axis=0) & at_home[:, *walk].all(axis=0),
        "gait": np.full((n, share.size), BOTH),
        "load": np.broadcast_to(over_time(people.load) * CHANGING, (n, share.size)),
        "talk": over_time(people.taxed),
        "comfort": over_time(people.comfort) * (1 - UNREST * changes_per_minute),
        "stretch": np.minimum(people.taxed[:, *run], people.taxed[:, *walk]),
    }
