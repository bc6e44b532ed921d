"""GraphHopper's rule for a round trip, written anew: points in a polygon, paths that avoid what was used.

From the start a point is set at a random heading, then another after a turn of 120 degrees, each a quarter of the
distance (give or take up to 10 %) from the one before; each moves to the nearest junction; the shortest paths between
them are joined, edges that were used before counting five times.
"""

from __future__ import annotations

import numpy as np

from pace.routes.loops import Finder
from pace.routes.rounds import Judge, Round

POINTS, AVOID = 3, 5.0


def round_trip(finder: Finder, judge: Judge, distance: float, rng: np.random.Generator) -> Round | None:
    """Return one round trip of about `distance` m, judged as ours are; None where a point has no path."""
    ground = finder.ground
    _, arc = np.unique(ground.tail, return_index=True)
    first = ground.samples_at[arc]
    place = np.stack((ground.x[first], ground.y[first]), axis=1)
    heading, at, stops = rng.uniform(0, 2 * np.pi), ground.start, [ground.start]
    for number in range(POINTS - 1):
        turned = heading + number * 2 * np.pi / POINTS
        far = distance / (POINTS + 1) * (1 + rng.choice((-1, 1)) * rng.uniform(0, 0.1))
        wanted = place[at] + far * np.array([np.sin(turned), np.cos(turned)])
        at = int(np.hypot(*(place - wanted).T).argmin())
        stops.append(at)
    arcs: list[int] = []
    for begin, end in zip(stops, [*stops[1:], ground.start], strict=True):
        used = np.isin(ground.chain, ground.chain[np.array(arcs, dtype=np.int64)])
        tree = finder.tree(begin, ground.seconds * np.where(used, AVOID, 1.0))
        if not np.isfinite(tree.weight[end]):
            return None
        arcs += tree.path(end)
    return judge.judged(np.array(arcs, dtype=np.int64)) if arcs else None
