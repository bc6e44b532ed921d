"""How true a network merged from recordings is: on known networks with known noise, and on real recordings.

People walk at random along the paths of a known network; their positions are off by 5 m (SD per axis, correlated over
40 s). The network made of the recordings is compared with the paths that were walked: of its length, how much lies
within 10 m of one (precision); of theirs, how much has a line within 10 m (recall); and how many junctions it has. On
real recordings (read in place where they are there) a fifth is held out: how many of its points that lie on ways of
the others have a line within 15 m.

python benchmarks/tracks.py          # about two minutes
python benchmarks/tracks.py --tiny   # one small network, in CI
"""

from __future__ import annotations

import sys
import time
from itertools import pairwise
from pathlib import Path

import numpy as np
from scipy.spatial import cKDTree

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks._figures import Figure, hand_over
from pace.activity.track import Track
from pace.errors import PaceError
from pace.formats import read
from pace.routes.network import Network
from pace.routes.passes import Passes
from pace.routes.plane import Plane
from pace.routes.tracks import _near, _plane, network_from_tracks
from pace.simulate.noise import lagged, stream, wander
from pace.simulate.place import crossings, degrees_of

REAL = Path(__file__).parents[2] / "shared" / "activities"
NOISE_M, TAU_S = 5.0, 40.0
WITHIN = 10.0


def grid(side: int) -> tuple[np.ndarray, list[tuple[int, int]]]:
    """Return the crossings (n, 2), m, of a corner of the invented paths, and which are joined."""
    place = crossings()[:side, :side].reshape(-1, 2)
    number = np.arange(side * side).reshape(side, side)
    pairs = ((number[:-1], number[1:]), (number[:, :-1], number[:, 1:]))
    edges = [edge for a, b in pairs for edge in zip(a.ravel().tolist(), b.ravel().tolist(), strict=True)]
    dice = stream(5, "benchmark")
    return place, [edge for edge in edges if dice.random_sample() > 0.12]


def walked(place: np.ndarray, edges: list[tuple[int, int]], *, length: float, seed: int) -> np.ndarray:
    """Return crossings passed on a way of a length (m) at random, turning back only in dead ends."""
    dice = stream(seed, "walk")
    joined: dict[int, list[int]] = {}
    for a, b in edges:
        joined.setdefault(int(a), []).append(int(b))
        joined.setdefault(int(b), []).append(int(a))
    way = [sorted(joined)[int(dice.randint(len(joined)))]]
    total = 0.0
    while total < length:
        options = [n for n in joined[way[-1]] if len(way) < 2 or n != way[-2]] or joined[way[-1]]
        way.append(options[int(dice.randint(len(options)))])
        total += float(np.hypot(*(place[way[-1]] - place[way[-2]])))
    return np.array(way)


def recorded(corners: np.ndarray, *, seed: int) -> Track:
    """Return the recording of a way along corners (k, 2), m, a sample a second."""
    dice = stream(seed, "noise")
    speed = dice.uniform(1.3, 2.8)
    along = np.concatenate(([0.0], np.cumsum(np.hypot(*np.diff(corners, axis=0).T))))
    at = np.arange(0.0, along[-1], speed)
    off = [lagged(wander(dice, at.size, tau=TAU_S, sd=NOISE_M), 5.0) for _ in range(2)]
    latitude, longitude = degrees_of(*(np.interp(at, along, corners[:, k]) + off[k] for k in (0, 1)))
    return Track.build(time=1.7e9 + np.arange(at.size), latitude=latitude, longitude=longitude, sport="walking")


def figures(network: Network, place: np.ndarray, pairs: set[tuple[int, int]]) -> dict[str, float]:
    """Return precision, recall and the ratio of junctions of a network beside the pieces of paths that were walked."""
    truth = np.concatenate([_dense(place[list(pair)]) for pair in sorted(pairs)])
    plane = Plane(latitude=-5.0, longitude=-5.0)
    lines = np.stack(plane.metres(network.point_latitude, network.point_longitude), axis=1)
    found = np.concatenate([_dense(lines[network.points_of(edge)]) for edge in range(len(network))])
    degree = np.bincount(np.array(sorted(pairs)).ravel())
    seen = np.bincount(np.concatenate((network.edge_start, network.edge_stop)))
    return {
        "precision": float((cKDTree(truth).query(found)[0] <= WITHIN).mean()),
        "recall": float((cKDTree(found).query(truth)[0] <= WITHIN).mean()),
        "junctions": float((seen > 2).sum() / max((degree > 2).sum(), 1)),
    }


def _dense(line: np.ndarray) -> np.ndarray:
    along = np.concatenate(([0.0], np.cumsum(np.hypot(*np.diff(line, axis=0).T))))
    at = np.arange(0.0, along[-1] + 1e-9, 2.0)
    return np.stack([np.interp(at, along, line[:, k]) for k in (0, 1)], axis=1)


def simulated(*, side: int, n: int, minutes: float, seed: int = 0) -> dict[str, float]:
    """Return the figures of one network, with how often its paths were walked and the CPU time of the merging."""
    place, edges = grid(side)
    ways = [walked(place, edges, length=minutes * 60 * 2, seed=100 * seed + k) for k in range(n)]
    tracks = [recorded(place[way], seed=100 * seed + k) for k, way in enumerate(ways)]
    steps = [tuple(sorted(pair)) for way in ways for pair in pairwise(way.tolist())]
    begun = time.process_time()
    network = network_from_tracks([tracks])
    spent = time.process_time() - begun
    return figures(network, place, set(steps)) | {"passes": len(steps) / len(set(steps)), "cpu_s": spent}


def held_out(person: str, *, folds: int) -> list[dict[str, float]]:
    """Return for each fold of a real person's recordings how the network of the others holds the fold's points.

    `points` of the fold lie within 15 m of a pass of the others that runs their way; `within` is the share of them with
    a line within 15 m; `main` is the share of the largest component in the network, `reachable` the same without the
    components farther than 100 m from it: places from which nobody walked to the others.
    """
    tracks = [track for path in sorted((REAL / person).iterdir()) for track in _readable(path)]
    plane = _plane(tracks, None)
    near = [_near(track, plane) for track in tracks]
    rows = []
    for fold in range(folds):
        rest = [track for k, track in enumerate(near) if k % folds != fold]
        begun = time.process_time()
        network = network_from_tracks([rest], around=(plane.latitude, plane.longitude))
        spent = time.process_time() - begun
        points = _on_ways(Passes.of([near[fold::folds]], plane), Passes.of([rest], plane))
        lines = np.stack(plane.metres(network.point_latitude, network.point_longitude), axis=1)
        dense = np.concatenate([_dense(lines[network.points_of(edge)]) for edge in range(len(network))])
        within = float((cKDTree(dense).query(points)[0] <= 15.0).mean())
        rows.append({"points": len(points), "within": within, "cpu_s": spent} | _pieces(network, lines))
    return rows


def _readable(path: Path) -> list[Track]:
    try:
        return list(read(path))
    except PaceError:
        return []


def _on_ways(held: Passes, rest: Passes) -> np.ndarray:
    """Return the held-out points (k, 2), m, that have a pass of the rest within 15 m, parallel to theirs within 22°."""
    own, others = (np.stack((passes.x, passes.y), axis=1) for passes in (held, rest))
    found = cKDTree(own).sparse_distance_matrix(cKDTree(others), 15.0, output_type="ndarray")
    parallel = (held.direction()[found["i"]] * rest.direction()[found["j"]]).sum(axis=1) > 0.7
    return own[np.unique(found["i"][parallel])]


def _pieces(network: Network, lines: np.ndarray) -> dict[str, float]:
    """Return the share of the largest component in all, and in what lies within 100 m of it."""
    piece = network.components()[network.edge_start]
    total = np.bincount(piece, weights=network.length)
    at = np.repeat(piece, np.diff(network.point_offsets))
    main = cKDTree(lines[at == total.argmax()])
    near = [total[k] for k in range(total.size) if total[k] and main.query(lines[at == k])[0].min() <= 100.0]
    return {"main": float(total.max() / total.sum()), "reachable": float(total.max() / sum(near))}


def main(*, tiny: bool) -> None:
    """Print the figures and hold them to what is promised."""
    sizes = [(5, 6, 40)] if tiny else [(5, 6, 40), (7, 5, 45), (7, 12, 45), (9, 40, 50), (13, 80, 50)]
    print("paths  recordings passes precision recall junctions  CPU s")
    for side, n, minutes in sizes:
        rows = [simulated(side=side, n=n, minutes=minutes, seed=seed) for seed in range(1 if tiny else 3)]
        row = {name: float(np.mean([one[name] for one in rows])) for name in rows[0]}
        print(
            f"{side:>3}x{side:<2} {n:>9} {row['passes']:>7.1f} {row['precision']:>8.3f} {row['recall']:>7.3f}"
            f" {row['junctions']:>8.2f} {row['cpu_s']:>7.1f}"
        )
        hand_over(
            *(
                Figure(
                    name=f"{name} of ways from {n} recordings, {side} × {side} paths", unit="", ours=row[name], low=low
                )
                for name, low in (("precision", 0.97), ("recall", 0.95))
            )
        )
        assert row["precision"] >= 0.97
        assert row["recall"] >= 0.95
        assert row["passes"] < 4 or 0.8 <= row["junctions"] <= 1.2 or tiny
    if tiny or not (REAL / "person-a").is_dir():
        return
    print("held out  points within 15 m  main  reachable  CPU s")
    rows = held_out("person-a", folds=5)
    for fold, row in enumerate(rows):
        print(
            f"{fold:>8} {row['points']:>7} {row['within']:>11.3f} {row['main']:>5.2f} {row['reachable']:>10.2f}"
            f" {row['cpu_s']:>6.1f}"
        )
    mean = np.average([row["within"] for row in rows], weights=[row["points"] for row in rows])
    print(f"all: {mean:.4f}")
    hand_over(Figure(name="held-out points within 15 m of a way", unit="", ours=float(mean), low=0.98))
    assert mean >= 0.98


if __name__ == "__main__":
    main(tiny="--tiny" in sys.argv)
