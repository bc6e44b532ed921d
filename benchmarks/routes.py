"""Routes on real maps: on time, within everyone's limits, different from each other, quick, beside GraphHopper's rule.

Five maps, 200 seeded starts on each, pairs of different fitness, 30 to 60 minutes. Every route is looked at again by
geometry of its own (`_walked.py`), from its line and its sections alone. On the same ground GraphHopper's rule for
round trips (`_round_trip.py`) makes as many tries as we show routes and is judged by the same taste.

python benchmarks/routes.py                           # all maps, about ten minutes
python benchmarks/routes.py --map monaco --starts 50  # a part
python benchmarks/routes.py --proven 14               # loops of 12 to 25 minutes beside proven optima, ten minutes
python benchmarks/routes.py --tiny                    # the invented town, in the tests
"""

from __future__ import annotations

import argparse
import json
import math
import resource
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks import _walked
from benchmarks._figures import Figure, hand_over, size
from benchmarks._proven import GAP, PLAIN, proven
from benchmarks._round_trip import round_trip
from pace.errors import NothingUsableError
from pace.person.about import About, Said
from pace.person.profile import Profile
from pace.routes.effort import GRADE_DOUBT, GRADE_UNKNOWN, ability
from pace.routes.ground import ground, reach
from pace.routes.loops import Finder, different
from pace.routes.network import Network
from pace.routes.osm import read_map
from pace.routes.relief import read_tiles, with_relief
from pace.routes.rounds import Judge
from pace.routes.suggest import STEPS, routes
from pace.routes.taste import Taste
from pace.routes.tile import Box
from pace.together.match import Match, match

SEED = 20261127
ROOT = Path(__file__).parents[1]
MAPS = ROOT.parent / "shared" / "maps"
FILES = {
    "heidelberg": ("heidelberg.osm.pbf",),
    "bayreuth": ("north-bayreuth.osm.gz", "N49E011.hgt.zip", "N50E011.hgt.zip"),
    "monaco": ("monaco.osm.pbf", "N43E007.hgt.zip"),
    "dreieich": ("dreieich.osm.pbf",),
    "helsinki": ("Helsinki.osm.pbf",),
}
READ_S = {"heidelberg": 3.0}
"""Seconds of processor time in which a city's map is read, at most."""
MINUTES = (30.0, 40.0, 50.0, 60.0)
PAIRS: tuple[tuple[dict[str, float], str], ...] = (
    ({"walk": 1.0}, ""),
    ({"walk": 1.3}, ""),
    ({"chat": 2.4}, "run-walk"),
    ({"chat": 2.9}, ""),
    ({"chat": 2.9}, "run-walk"),
)
"""What is known of each client, and how they move where it is not as suggested: walkers, runners, and both by turns."""


def pairs(minutes: float) -> list[Match]:
    """Return the pairs of different fitness for a session."""
    found = []
    for words, mode in PAIRS:
        said = (Said(speed=words["chat"], talk="comfortable"),) * 3 if "chat" in words else ()
        client = Profile.build(label="client", about=About(walk_speed=words.get("walk"), said=said))
        fit = (Said(speed=3.0, talk="comfortable"),) * 3
        person = match([Profile.build(label="therapist", about=About(said=fit)), client], minutes=minutes)
        (suggestion,) = [one for one in person.alternatives if one.mode == mode] or [person.suggestion]
        found.append(replace(person, suggestion=suggestion))
    return found


def load(name: str) -> Network:
    """Return one of the maps, with heights where there are tiles."""
    if name == "town":
        return read_map(ROOT / "sample_activities" / "map.osm")
    first, *tiles = FILES[name]
    network = read_map(MAPS / first)
    return with_relief(network, read_tiles([MAPS / tile for tile in tiles], Box.of(network))) if tiles else network


def starts(network: Network, n: int, rng: np.random.Generator) -> list[tuple[float, float]]:
    """Return n places where three ways or more meet, each as likely as any other."""
    degree = np.bincount(np.concatenate((network.edge_start, network.edge_stop)))
    node = rng.choice(np.flatnonzero(degree >= 3), n)
    return list(zip(network.node_latitude[node].tolist(), network.node_longitude[node].tolist(), strict=True))


def looked_at(found: Any, person: Match) -> list[dict[str, Any]]:
    """Return what is found of each route shown."""
    limits = _walked.limits(person)
    return [
        {
            "shape": route.shape,
            "error": route.minutes / found.minutes - 1,
            "length_error": float(_walked.metres(route.latitude, route.longitude).sum()) / route.distance_m - 1,
            "sections": sum(section.minutes for section in route.sections) / route.minutes - 1,
            "closed": _walked.closed(route),
            "twice": _walked.twice(route),
            "beside": _walked.beside(route),
            "spur": _walked.longest_spur(route),
            "hard": _walked.too_hard(route, limits, bouts=person.suggestion.bouts),
            "turns": any("walk and run" in section.gait_by_person.values() for section in route.sections),
        }
        for route in found.routes
    ]


def compared(
    network: Network, person: Match, start: tuple[float, float], minutes: float, n: int, seed: int
) -> dict[str, Any]:
    """Return the length error, dislike and time of GraphHopper's rule, n tries, beside those of ours from here."""
    known = not bool(np.isnan(network.point_elevation).all())
    able = ability(person, doubt=GRADE_DOUBT if known else GRADE_UNKNOWN)
    around, _ = reach(network, able, *start, radius=able.flat * 60 * minutes / 2 * 1.05 + 1000)
    here = ground(around, able, Taste(), seconds=60 * minutes * 1.05)
    if here is None:
        return {"tries": []}
    finder = Finder.of(here)
    judge = Judge(ground=here, taste=Taste(), seconds=60 * minutes, settle=able.settle)
    rng = np.random.default_rng(seed)
    began = time.process_time()
    quick = float(here.length.sum() / here.seconds.sum())
    tries = [round_trip(finder, judge, quick * 60 * minutes, rng) for _ in range(n)]
    took = time.process_time() - began
    return {
        "seconds": took,
        "tries": [(one.seconds / judge.seconds - 1, one.score / judge.seconds) for one in tries if one is not None],
    }


def measured(name: str, n: int, *, steps: int, peer: bool, options: int = 3) -> dict[str, Any]:
    """Return all that is measured on one map."""
    began = time.process_time()
    network = load(name)
    loading = time.process_time() - began
    rng = np.random.default_rng([SEED, sum(name.encode())])
    people = {minutes: pairs(minutes) for minutes in MINUTES}
    rows: list[dict[str, Any]] = []
    for number, start in enumerate(starts(network, n, rng)):
        minutes = MINUTES[number % len(MINUTES)]
        person = people[minutes][number // len(MINUTES) % len(PAIRS)]
        row: dict[str, Any] = {"minutes": minutes, "number": number}
        began = time.process_time()
        try:
            found = routes(person, network, start=start, minutes=minutes, options=options, seed=number, steps=steps)
        except NothingUsableError as error:
            rows.append({**row, "words": str(error)})
            continue
        row["seconds"] = time.process_time() - began
        row["routes"] = looked_at(found, person)
        row["shared"] = _walked.sharing(found.routes)
        row["words"] = list(found.caveats)
        if peer:
            row["peer"] = compared(network, person, start, minutes, options, number)
            row["score"] = scored(network, person, start, minutes, number, steps)
        rows.append(row)
    return {"map": name, "loading": loading, "rows": rows}


def scored(
    network: Network, person: Match, start: tuple[float, float], minutes: float, seed: int, steps: int
) -> float | None:
    """Return the dislike of our best loop per second of the session, None where there is none."""
    known = not bool(np.isnan(network.point_elevation).all())
    able = ability(person, doubt=GRADE_DOUBT if known else GRADE_UNKNOWN)
    around, _ = reach(network, able, *start, radius=able.flat * 60 * minutes / 2 * 1.05 + 1000)
    here = ground(around, able, Taste(), seconds=60 * minutes * 1.05)
    if here is None:
        return None
    judge = Judge(ground=here, taste=Taste(), seconds=60 * minutes, settle=able.settle)
    rounds = different(Finder.of(here), judge, np.random.default_rng(seed), n=1, steps=steps)
    return rounds[0].score / judge.seconds if rounds else None


PROVEN_MINUTES = {"dreieich": (15.0, 20.0, 25.0), "heidelberg": (12.0, 15.0), "bayreuth": (20.0, 25.0), "town": (20.0,)}
"""Maps and minutes on which the least dislike can be proven within a minute."""
PROVEN_SIZE = 150
"""Junctions of a ground up to which that is tried."""


def beside_proven(name: str, n: int, *, steps: int, seconds: float = 60.0) -> list[dict[str, Any]]:
    """Return our score over the least there is, for n starts on a map; overlap and turns count nothing for both."""
    network, taste = load(name), Taste(**PLAIN)
    known = not bool(np.isnan(network.point_elevation).all())
    rng = np.random.default_rng([SEED, 7, sum(name.encode())])
    rows: list[dict[str, Any]] = []
    number = -1
    while len(rows) < n:
        number += 1
        (start,) = starts(network, 1, rng)
        minutes = PROVEN_MINUTES[name][number % len(PROVEN_MINUTES[name])]
        able = ability(pairs(minutes)[1], doubt=GRADE_DOUBT if known else GRADE_UNKNOWN)
        around, _ = reach(network, able, *start, radius=able.flat * 60 * minutes / 2 * 1.05 + 1000)
        here = ground(around, able, taste, seconds=60 * minutes * 1.05)
        if here is None or not 20 <= here.n <= PROVEN_SIZE:
            continue
        judge, finder = Judge(ground=here, taste=taste, seconds=60 * minutes, settle=math.inf), Finder.of(here)
        found = different(finder, judge, np.random.default_rng(number), n=1, steps=steps)
        score = found[0].score if found else math.inf
        proof = proven(finder, judge, seconds=seconds)
        rows.append({"minutes": minutes, "n": here.n, "score": score, "proof": proof.score, "gap": proof.gap})
    return rows


def show_proven(rows: list[dict[str, Any]]) -> None:
    """Print and assert how near to the least dislike the loops are; where there is none, none may be found."""
    none = [row for row in rows if row["proof"] == math.inf]
    sure = [row for row in rows if row["gap"] <= 5 * GAP and math.isfinite(row["proof"])]
    ratio = np.array([row["score"] / row["proof"] for row in sure])
    print(f"  proven instances   {ratio.size} of {len(rows)}, and {len(none)} without any walk on time")
    median, most = np.quantile(ratio, (0.5, 0.9), method="higher")
    print(f"  over the optimum   median {median:.3f}, p90 {most:.3f}, worst {ratio.max():.3f}")
    assert not any(math.isfinite(row["score"]) for row in none), "a walk cannot be where there is none"
    assert ratio.min() >= 0.99, "a walk cannot be better than the best"
    assert most <= 1.05
    assert ratio.max() <= 1.15


def summed_up(found: dict[str, Any]) -> dict[str, Any]:
    """Return the figures of one map."""
    rows = [row for row in found["rows"] if row.get("routes")]
    every = [route for row in rows for route in row["routes"]]
    loops = [row["routes"][0] for row in rows if row["routes"][0]["shape"] == "loop"]
    with_loop = [row for row in rows if any(route["shape"] == "loop" for route in row["routes"])]
    error = np.array([abs(route["error"]) for route in every])
    took = np.array([row["seconds"] for row in rows])
    figures: dict[str, Any] = {
        "map": found["map"],
        "loading": found["loading"],
        "starts": len(found["rows"]),
        "answered": len(rows),
        "with a loop": len(with_loop),
        "routes": len(every),
        "error mean": error.mean(),
        "error worst": error.max(),
        "too hard": sum(bool(route["hard"]) for route in every),
        "run and walk by turns": sum(route["turns"] for route in every),
        "not closed": sum(not route["closed"] for route in every),
        "re-use mean": np.mean([route["twice"] for route in loops] or [0]),
        "re-use p90": np.quantile([route["twice"] for route in loops] or [0], 0.9),
        "re-use p95": np.quantile([route["twice"] for route in loops] or [0], 0.95),
        "overlap mean": np.mean([route["beside"] for route in loops] or [0]),
        "spurs over 20 m": sum(route["spur"] > 20 for route in every if route["shape"] == "loop"),
        "three apart": np.mean([len(row["routes"]) >= 3 and row["shared"] <= 0.505 for row in with_loop] or [1]),
        "p50 s": np.quantile(took, 0.5),
        "p95 s": np.quantile(took, 0.95),
    }
    figures |= beside_peer(rows)
    return figures


def beside_peer(rows: list[dict[str, Any]]) -> dict[str, Any]:
    """Return the figures of GraphHopper's rule and ours where both were measured."""
    rows = [row for row in rows if row.get("peer", {}).get("tries") and row.get("score") is not None]
    if not rows:
        return {}
    tries = [one for row in rows for one in row["peer"]["tries"]]
    error = np.abs([error for error, _ in tries])
    return {
        "peer error": error.mean(),
        "peer within 5 %": (error <= 0.05).mean(),
        "peer dislike": np.mean([score for _, score in tries]),
        "our dislike": np.mean([row["score"] for row in rows]),
        "peer s": np.mean([row["peer"]["seconds"] for row in rows]),
    }


def of_map(figures: dict[str, Any]) -> list[Figure]:
    """Return what is handed over of one map; a peer's try is one route, so ours is a third of a query."""
    where, read_s = f"{figures['map']}, {figures['starts']} starts", READ_S.get(figures["map"])
    found = [
        Figure(name=f"routes, {figures['map']}: reading the map", unit="s", ours=figures["loading"], high=read_s),
        Figure(name=f"routes, {where}: 95 % of queries within", unit="s", ours=figures["p95 s"], high=1.0),
        Figure(name=f"routes, {where}: worst time off", unit="%", ours=100 * figures["error worst"], high=5.0),
        Figure(name=f"routes, {where}: gone twice", unit="%", ours=100 * figures["re-use mean"], high=2.0),
    ]
    if "peer s" not in figures:
        return found
    rule = {"peer": "GraphHopper's rule"}
    off, dislike, seconds = (
        {"ours": ours, "theirs": theirs}
        for ours, theirs in (
            (100 * figures["error mean"], 100 * figures["peer error"]),
            (figures["our dislike"], figures["peer dislike"]),
            (1e3 * figures["p50 s"], 1e3 * figures["peer s"]),
        )
    )
    return [
        *found,
        Figure(name=f"routes, {where}: time off", unit="%", **off, **rule, high=1.5),
        Figure(name=f"routes, {where}: dislike a second", unit="", **dislike, **rule),
        Figure(name=f"routes, {where}: a query", unit="ms", **seconds, **rule),
    ]


def shown(figures: dict[str, Any]) -> str:
    """Return figures as lines."""
    return "\n".join(
        f"  {name:18s} {value:.4g}" if isinstance(value, float) else f"  {name:18s} {value}"
        for name, value in figures.items()
    )


def main() -> None:
    """Measure, show and assert."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tiny", action="store_true")
    parser.add_argument("--middle", action="store_true")
    parser.add_argument("--map", action="append", choices=[*FILES, "town"])
    parser.add_argument("--starts", type=int, default=200)
    parser.add_argument("--steps", type=int, default=STEPS)
    parser.add_argument("--no-peer", action="store_true")
    parser.add_argument("--proven", type=int, metavar="N", help="starts on each map beside proven optima")
    parser.add_argument("--json", type=Path)
    asked = parser.parse_args()
    what = size()
    if asked.proven or asked.tiny:
        names = ["town"] if asked.tiny else asked.map or [name for name in PROVEN_MINUTES if name != "town"]
        n = 2 if asked.tiny else asked.proven
        show_proven([row for name in names for row in beside_proven(name, n, steps=asked.steps)])
        if not asked.tiny:
            return
    names = asked.map or (list(FILES) if what == "full" and MAPS.is_dir() else ["town"])
    n = {"tiny": 6, "middle": 8, "full": asked.starts}[what]
    everything = []
    for name in names:
        found = measured(name, n, steps=asked.steps, peer=not asked.no_peer)
        everything.append(found)
        figures = summed_up(found)
        print(shown(figures), flush=True)
        hand_over(*of_map(figures))
        assert figures["error worst"] <= 0.05
        assert figures["not closed"] == 0
        assert figures["too hard"] == 0
    print(f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3:.0f} MB")
    if asked.json:
        asked.json.write_text(json.dumps(everything, default=float))


if __name__ == "__main__":
    main()
