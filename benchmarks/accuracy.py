"""How often the intervals hold the truth and how near the medians are, over invented people.

python benchmarks/accuracy.py            # a few minutes; the tables of benchmarks/README.md
python benchmarks/accuracy.py --tiny     # seconds, in the tests
"""

from __future__ import annotations

import sys
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks import _talkers as talkers
from benchmarks._activities import Mover, activities, mover
from benchmarks._peers import bootstrap, pooled_logistic
from pace.activity.summary import Summary
from pace.person.about import About
from pace.person.estimate import Estimate, Posterior
from pace.person.talk import own_speed_at_cost, talk
from pace.person.threshold import THETA
from pace.person.walk_run import walk_run
from pace.simulate import people
from pace.simulate.life import outings
from pace.simulate.recording import Device

SEED = 90731
THRESHOLDS = (1.5, 1.65, 1.8, 2.0, 2.2, 2.4)
SCATTERS = (0.17, 0.23, 0.30)
N_ACTIVITIES = (1, 2, 4, 8, 16)
BANDS = (1.5, 1.8, 2.1)
DEVICES = {
    "watch": Device(heart_rate="strap", rr=True),
    "smart recording": Device(interval="smart"),
    "no cadence": Device(cadence=False),
    "no heart rate": Device(heart_rate=""),
}


@dataclass
class Cell:
    """Results of one cell of a grid: was the truth inside, errors by method, widths."""

    inside: list[bool] = field(default_factory=list)
    width: list[float] = field(default_factory=list)
    error: dict[str, list[float]] = field(default_factory=dict)

    def add(self, found: Estimate, truth: float, **others: float) -> None:
        """Note one person's interval, and the medians of the other methods."""
        self.inside.append(found.low <= truth <= found.high)
        self.width.append(found.high - found.low)
        for name, value in {"pace": found.median, **others}.items():
            self.error.setdefault(name, []).append(value - truth)

    def rmse(self, name: str = "pace") -> float:
        """Return the root mean square error of a method."""
        return float(np.sqrt(np.mean(np.square(self.error[name]))))

    @property
    def coverage(self) -> float:
        """Return the share of intervals with the truth inside."""
        return float(np.mean(self.inside))

    def row(self) -> str:
        """Return the cell as columns of a table."""
        peers = " | ".join(f"{self.rmse(name):.3f}" for name in self.error)
        bias = np.mean(self.error["pace"])
        return f"{len(self.inside)} | {self.coverage:.3f} | {np.mean(self.width):.2f} | {bias:+.3f} | {peers}"


Cells = dict[tuple[object, ...], Cell]


def thresholds(n_people: int) -> Cells:
    """Return cells by threshold and number of activities, gait known: 90 % intervals."""
    cells: Cells = {}
    rng = np.random.default_rng(SEED)
    for threshold in THRESHOLDS:
        for scatter in SCATTERS:
            for _ in range(n_people):
                _one_person(cells, rng, mover(rng, threshold=threshold, scatter=scatter))
    return cells


def _one_person(cells: Cells, rng: np.random.Generator, person: Mover) -> None:
    """Add one person's estimates from 1, 2, 4, 8 and 16 activities to the cells."""
    every = activities(rng, person, max(N_ACTIVITIES))
    for n in N_ACTIVITIES:
        found = walk_run(every[:n], level=0.9).threshold
        peers = _peers(every[:n], rng)
        for key in ((person.threshold, n), ("all", n), ("all", "all")):
            cells.setdefault(key, Cell()).add(found, person.threshold, **peers)


def _peers(given: tuple[Summary, ...], rng: np.random.Generator) -> dict[str, float]:
    """Return what other methods make of the same activities, m/s."""
    return {"fixed 2.0": 2.0, "pooled": pooled_logistic(given), "bootstrap": bootstrap(given, rng)}


def recorded(n_people: int, n_each: int) -> tuple[Cells, Cells]:
    """Return threshold and talk cells by device and number of activities, through whole recordings."""
    walk: Cells = {}
    speak: Cells = {}
    dice = np.random.default_rng(SEED + 2)
    for k, person in enumerate(people(n_people, seed=SEED)):
        said = person.manner if k // 8 % 2 else ""  # every second shuffler and race-walker says so
        about = About(manner=said, height_m=person.height_m)
        band = next(f"{low:.1f}-{low + 0.3:.1f} m/s" for low in BANDS if person.walk_run_threshold < low + 0.3)
        manner = f"{person.manner}, {'said' if said else 'not said'}" if person.manner else "neither"
        for name, device in DEVICES.items():
            made = outings(person, n_each, seed=SEED + k, device=device)
            every = tuple(Summary.from_track(one.track, manner=said) for one in made)
            sort = "without cadence" if name == "no cadence" else "with cadence"
            for n in (n for n in N_ACTIVITIES if n <= n_each):
                found = walk_run(every[:n], about, level=0.9)
                peers = _peers(every[:n], dice)
                can = talk(every[:n], replace(person.about(), manner=said), change=found.posterior).speed
                for key in ((name, n), ("all", n), ("all", "all"), (f"{band} {sort}", n), (f"{manner} {sort}", n)):
                    walk.setdefault(key, Cell()).add(found.threshold, person.walk_run_threshold, **peers)
                for key in ((name, n), ("all", n), ("all", "all")):
                    speak.setdefault(key, Cell()).add(can, person.talk_speed)
    return walk, speak


def talking(n_people: int) -> Cells:
    """Return talk cells by what evidence is there: 80 % intervals of the speed, people drawn as the literature says."""
    cells: Cells = {}
    rng = np.random.default_rng(SEED + 1)
    for _ in range(n_people):
        person = talkers.talker(rng)
        every = talkers.recordings(rng, person, int(rng.choice([1, 2, 4, 8, 12])))
        about, said = talkers.words(rng, person), talkers.answers(rng, person, 4)
        change = Posterior.build(THETA, -(((THETA - person.change) / 0.02) ** 2) / 2)
        truth = float(own_speed_at_cost(np.array(person.threshold), person.change))
        for kind, (given, words) in _cases(every, about, said).items():
            cells.setdefault((kind,), Cell()).add(talk(given, words, change=change).speed, truth)
    return cells


def _cases(every: tuple[Summary, ...], about: About, said: tuple) -> dict[str, tuple[tuple[Summary, ...], About]]:
    """Return each kind of evidence alone, and all together."""
    alone = {kind: (talkers.only(every, kind), about) for kind in ("heart rate", "chest strap", "best effort", "habit")}
    return {
        "prior only": ((), About()),
        **alone,
        "one answer": ((), About(said=said[:1])),
        "four answers": ((), About(said=said)),
        "all but answers": (every, about),
        "all and one answer": (every, talkers.with_said(about, said[:1])),
        "all and four answers": (every, talkers.with_said(about, said)),
    }


def show(title: str, cells: Cells, names: str) -> None:
    """Print cells as a table in Markdown."""
    peers = " | ".join(f"RMSE {name}" for name in next(iter(cells.values())).error)
    print(f"\n### {title}\n\n| {names} | people | coverage | width | bias | {peers} |")
    print("|" + "---|" * (names.count("|") + 5 + peers.count("|") + 1))
    for key in sorted(cells, key=lambda key: [(isinstance(part, str), part) for part in key]):
        print(f"| {' | '.join(str(part) for part in key)} | {cells[key].row()} |")


def main(*, tiny: bool = False) -> None:
    """Print all tables and check what they must show; `tiny` only checks that they can be made."""
    gaits = thresholds(1 if tiny else 24)
    show("Walk-run threshold, gait known: 90 % intervals, m/s", gaits, "threshold | activities")
    walk, speak = recorded(2 if tiny else 40, 2 if tiny else 16)
    show("Walk-run threshold through recordings: 90 % intervals, m/s", walk, "device | activities")
    show("Talk speed through recordings: 80 % intervals, m/s", speak, "device | activities")
    voices = talking(4 if tiny else 300)
    show("Talk speed by kind of evidence: 80 % intervals, m/s", voices, "evidence")
    if not tiny:
        _check(gaits, walk, speak, voices)


def _check(gaits: Cells, walk: Cells, speak: Cells, voices: Cells) -> None:
    """Fail when a table falls short of what it must show; the README says what the figures were."""
    assert 0.87 <= walk[("all", "all")].coverage <= 0.93, "coverage through recordings"
    assert min(cell.coverage for cell in (*gaits.values(), *_large(walk).values())) >= 0.80, "a cell is under-covered"
    assert all(
        cell.rmse() < min(cell.rmse("pooled"), cell.rmse("bootstrap"))
        for (_, n), cell in _large(walk).items()
        if n != 1
    ), "a peer is nearer"
    assert all(cell.rmse() < cell.rmse("fixed 2.0") for (at, n), cell in gaits.items() if n != 1 and at != 2.0)
    assert all(cell.coverage >= 0.75 for cell in voices.values()), "talk coverage by kind"
    assert 0.75 <= speak[("all", "all")].coverage <= 0.85, "talk coverage through recordings"
    assert voices[("all but answers",)].rmse() < voices[("prior only",)].rmse()


def _large(cells: Cells) -> Cells:
    """Return the cells of 20 people or more: the share of four people says nothing."""
    return {key: cell for key, cell in cells.items() if len(cell.inside) >= 20}


if __name__ == "__main__":
    main(tiny="--tiny" in sys.argv)
