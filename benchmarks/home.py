"""Whether somebody who gets ten exported ways of a person can find out where they live.

Homes are drawn at random on streets where people live. A person's recordings begin at home; their ways begin at the
nearest bench, stop or other public place at which `pace routes` does not warn that recordings keep beginning. Ten ways
of different lengths are exported as GPX and read again, and the two attacks of Hassan, Hussain and Bates (USENIX
Security 2018) are run on their ends: the middle of the ends, and the circle that most ends lie on. The better of both
counts. Beside it stand ways that begin at the home's own door, which is what the warning is for, and ways from three
public places in turn, all near the home, which is why one should keep to one.

python benchmarks/home.py          # the invented town, and a real one where it is there; about five minutes
python benchmarks/home.py --tiny   # four homes, in CI
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Sequence
from itertools import combinations
from pathlib import Path

import gpxpy
import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks._figures import Figure, hand_over
from pace import About, Match, Profile, Said, Track, match
from pace.output.route_gpx import gpx
from pace.routes.network import WAYS, Network
from pace.routes.osm import read_map
from pace.routes.plane import Plane
from pace.routes.route import Route
from pace.routes.starts import keeps_starting
from pace.routes.suggest import routes
from pace.simulate.map import map_xml

REAL = Path(__file__).parents[2] / "shared" / "maps" / "heidelberg.osm.pbf"
LIVED_ON = [WAYS.index(name) for name in ("residential", "living street")]
N_WAYS = 10
Place = tuple[float, float]
"""Latitude and longitude, degrees."""
GOAL_MEDIAN, GOAL_LEAST = 250.0, 50.0
"""m; the attack's median error, and what it never comes nearer than."""


def pair(minutes: float) -> Match:
    """Return two people known by words alone, for a session of this length."""
    said = (Said(speed=1.5, talk="comfortable"),)
    people = [Profile.build(label=label, about=About(walk_speed=1.35, said=said)) for label in ("one", "two")]
    return match(people, minutes=minutes)


def town() -> Network:
    """Return the invented town."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "map.osm")
        path.write_bytes(map_xml())
        return read_map(path)


def homes(network: Network, n: int, *, seed: int) -> list[Place]:
    """Return n homes on streets where people live."""
    dice = np.random.default_rng(seed)
    edges = np.flatnonzero(np.isin(network.way, LIVED_ON) & (network.length > 60))
    picked = dice.choice(edges, n, p=network.length[edges] / network.length[edges].sum())
    points = [int(dice.choice(network.points_of(int(edge)))) for edge in picked]
    return [(float(network.point_latitude[k]), float(network.point_longitude[k])) for k in points]


def lived(home: Place, *, seed: int) -> list[Track]:
    """Return recordings that begin at a home, as devices see it."""
    dice, plane = np.random.default_rng(seed), Plane(latitude=home[0], longitude=home[1])
    made = []
    for _ in range(8):
        way = np.cumsum(dice.normal(scale=8.0, size=(2, 200)), axis=1) + dice.normal(scale=5.0, size=(2, 1))
        latitude, longitude = plane.degrees(*way)
        made.append(Track.build(time=np.arange(200.0), latitude=latitude, longitude=longitude))
    return made


def meeting_points(network: Network, home: Place, n: int, *, seed: int) -> list[Place]:
    """Return the n nearest public places at which nobody is warned."""
    x, y = Plane(latitude=home[0], longitude=home[1]).metres(network.place_latitude, network.place_longitude)
    recorded = lived(home, seed=seed)
    places = zip(network.place_latitude.tolist(), network.place_longitude.tolist(), strict=True)
    near = [place for _, place in sorted(zip(np.hypot(x, y).tolist(), places, strict=True))]
    found = [place for place in near if not keeps_starting(recorded, place)]
    return found[:n]


def ends(network: Network, starts: list[Place], matches: list[Match], home: Place) -> np.ndarray:
    """Return the ends (2 k, 2) of exported ways, read from their files: m about the home, for judging only."""
    ways: list[Route] = []
    for k in range(N_WAYS):
        if len(ways) < N_WAYS:
            ways += routes(matches[k % len(matches)], network, start=starts[k % len(starts)], seed=k).routes
    read = []
    for way in ways[:N_WAYS]:
        points = gpxpy.parse(gpx(way).decode()).tracks[0].segments[0].points
        read += [(points[j].latitude, points[j].longitude) for j in (0, -1)]
    place = Plane(latitude=home[0], longitude=home[1])
    return np.stack(place.metres(*np.array(read).T), axis=1) if read else np.zeros((0, 2))


def attacked(points: np.ndarray) -> float:
    """Return how far from the home (the origin), m, the better of the two attacks ends."""
    middle = np.median(points, axis=0)
    guesses = [middle]
    spots = np.unique(points.round(1), axis=0)
    best = 0
    for three in list(combinations(range(len(spots)), 3))[:400]:
        centre = _centre(spots[list(three)])
        if centre is None:
            continue
        off = np.abs(np.hypot(*(points - centre).T) - np.hypot(*(spots[three[0]] - centre)))
        if (on := int((off < 15).sum())) > best:
            best, guess = on, centre
            guesses = [middle, guess]
    return float(min(np.hypot(*guess) for guess in guesses))


def _centre(spots: np.ndarray) -> np.ndarray | None:
    """Return the middle of the circle through three points; None if they lie on a line."""
    a, b = 2 * (spots[1:] - spots[0])
    if abs(a[0] * b[1] - a[1] * b[0]) < 1.0:
        return None
    right = (spots[1:] ** 2).sum(axis=1) - (spots[0] ** 2).sum()
    return np.asarray(np.linalg.solve(np.stack((a, b)), right))


WHERE = ("one public place", "three in turn", "the home itself")
"""Where ways begin."""


def figures(network: Network, n: int, *, seed: int = 0, wanted: Sequence[str] = WHERE) -> dict[str, np.ndarray]:
    """Return the attack's errors (n,) by where ways begin, of those that are wanted."""
    matches = [pair(minutes) for minutes in (30.0, 40.0, 50.0)]
    errors: dict[str, list[float]] = {name: [] for name in wanted}
    for number, home in enumerate(homes(network, n, seed=seed)):
        public = meeting_points(network, home, 3, seed=number)
        for name, starts in zip(WHERE, (public[:1], public, [home]), strict=True):
            if name in wanted and starts and len(points := ends(network, starts, matches, home)):
                errors[name].append(attacked(points))
    return {name: np.array(values) for name, values in errors.items()}


def main() -> None:
    """Print the figures of each town and hold them to what is promised."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tiny", action="store_true")
    tiny = parser.parse_args().tiny
    towns = {"the invented town": town()}
    if not tiny and REAL.is_file():
        towns["a real town"] = read_map(REAL)
    for name, network in towns.items():
        for where, errors in figures(network, 4 if tiny else 30).items():
            near = f"within 50 m {(errors <= 50).mean():4.0%}  within 100 m {(errors <= 100).mean():4.0%}"
            middle = f"median error {np.median(errors):5.0f} m  least {errors.min():5.0f} m"
            print(f"{name:18} {where:17} homes {errors.size:3}  {middle}  {near}")
            if where == "one public place":
                middle_m, least_m = float(np.median(errors)), float(errors.min())
                hand_over(
                    Figure(name=f"an attack's median error, {name}", unit="m", ours=middle_m, low=GOAL_MEDIAN),
                    Figure(name=f"an attack's least error, {name}", unit="m", ours=least_m, low=GOAL_LEAST),
                )
                assert np.median(errors) >= GOAL_MEDIAN
                assert errors.min() > GOAL_LEAST


if __name__ == "__main__":
    main()
