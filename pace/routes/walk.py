"""A walk along edges as a route: its line, its time and talk step by step, its sections, its turns in words."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from pace.arrays import Array, frozen
from pace.routes.effort import GRADES, SETTLING, Ability, settled, step_seconds
from pace.routes.ground import SAMPLE, Index, Reach, heading, spread
from pace.routes.lines import sampled
from pace.routes.network import PLACES, WAYS, Network
from pace.routes.plane import Plane
from pace.routes.rounds import overlap, repeated
from pace.routes.route import Beside, Direction, Route, Section
from pace.together.speech import DRIFT_AFTER

Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Paced:
    """The steps of a walk in order, each (k,): edge in the walk, m, rise/run, s, s of waiting, talk, gait.

    `talk` is the probability that everyone can talk, `most` the fastest speed (m/s) at which they can in their gait;
    `jogging` tells where people go as suggested, `stairs` where they are, `arriving` what is gone in the first minutes.
    """

    place: Index
    length: Array
    grade: Array
    seconds: Array
    waiting: Array
    talk: Array
    most: Array
    jogging: Mask
    stairs: Mask
    arriving: Mask

    @property
    def speed(self) -> Array:
        """The speed on each step, m/s, waiting left out."""
        moving = self.seconds - self.waiting
        return np.divide(self.length, moving, out=np.zeros(moving.size), where=moving > 0)


def paced(reach: Reach, able: Ability, edges: Index, forward: Mask) -> Paced:
    """Return a walk step by step: the speed and the talk on each, the first minutes at a stroll."""
    network, here = reach.network, reach.steps
    first, last = network.point_offsets[edges], network.point_offsets[edges + 1] - 1
    counts = last - first
    place = np.repeat(np.arange(edges.size), counts)
    ahead = np.arange(place.size) - np.repeat(np.cumsum(counts) - counts, counts)
    rows = np.where(forward[place], first[place] + ahead, last[place] - 1 - ahead)
    length, grade = here.length[rows], np.where(forward[place], 1.0, -1.0) * here.grade[rows]
    stairs = (network.way == WAYS.index("steps"))[edges][place]
    moving, talk = step_seconds(able, length, grade, stairs)
    waiting = np.zeros(place.size)
    waiting[np.cumsum(counts) - 1] = network.crossing_s[edges]
    seconds = settled(able, moving + waiting, length, waiting)
    return _talked(able, place, length, grade, stairs, seconds, waiting, talk)


def _talked(
    able: Ability,
    place: Index,
    length: Array,
    grade: Array,
    stairs: Mask,
    seconds: Array,
    waiting: Array,
    talk: Array,
) -> Paced:
    """Return the steps with their talk by the time of day of a session: arriving, before drift, late, and waiting."""
    ends = np.cumsum(seconds)
    known = np.nan_to_num(grade)
    early = np.interp(known, GRADES, np.nan_to_num(able.talk_early))
    talk = np.where(~stairs & (ends < 60 * DRIFT_AFTER), early, talk)
    arriving = ends - seconds / 2 < SETTLING
    talk = np.where(arriving & ~stairs, np.maximum(talk, able.settle_talk), talk)
    share = np.divide(waiting, seconds, out=np.zeros(seconds.size), where=seconds > 0)
    jogging = np.interp(known, GRADES, able.jogging.astype(float)) > 0.5
    return Paced(
        place=place,
        length=length,
        grade=grade,
        seconds=seconds,
        waiting=waiting,
        talk=share + (1 - share) * talk,
        most=np.interp(known, GRADES, able.most),
        jogging=jogging & ~arriving & ~stairs,
        stairs=stairs,
        arriving=arriving,
    )


def route(reach: Reach, able: Ability, edges: Index, forward: Mask, *, shape: str) -> Route:
    """Return a closed walk along edges as a route."""
    network = reach.network
    steps = paced(reach, able, edges, forward)
    rows = line(network, edges, forward)
    length = float(steps.length.sum())
    x, y = network.plane().metres(network.point_latitude[rows], network.point_longitude[rows])
    samples = sampled(x, y, np.array([0, rows.size]), step=SAMPLE)
    weight = network.length[edges]
    return Route(
        shape=shape,
        latitude=frozen(network.point_latitude[rows]),
        longitude=frozen(network.point_longitude[rows]),
        elevation=frozen(network.point_elevation[rows]),
        edges=frozen(reach.origin[edges]),
        forward=frozen(forward),
        sections=sections(network, able, steps, edges),
        minutes=float(steps.seconds.sum()) / 60,
        distance_m=length,
        climb_m=climb(network.point_elevation[rows]),
        talkable_minutes=float((steps.seconds * steps.talk).sum()) / 60,
        edge_reuse=float(weight[repeated(edges)].sum() / weight.sum()),
        overlap=overlap(samples.x, samples.y, samples.length),
        noise=_mean(network.noise[edges], weight),
        green=_mean(network.green[edges], weight),
        familiar=_familiar(network, edges, weight),
        directions=directions(network, edges, forward),
        places=beside(network, rows),
        attribution=network.attribution,
    )


def line(network: Network, edges: Index, forward: Mask) -> Index:
    """Return the points of a walk in order, each junction once."""
    rows = spread(network.point_offsets, edges)
    counts = np.diff(network.point_offsets)[edges]
    turned = np.repeat(network.point_offsets[edges] + network.point_offsets[edges + 1] - 1, counts) - rows
    rows = np.where(np.repeat(forward, counts), rows, turned)
    keep = np.ones(rows.size, dtype=bool)
    keep[(np.cumsum(counts) - counts)[1:]] = False
    return np.asarray(rows[keep])


HYSTERESIS = 3.0
"""m; rises and falls smaller than this are noise of the ground's model and no climb."""


def climb(elevation: Array) -> float:
    """Return the metres climbed along a line, HYSTERESIS at a time; NaN where the ground is unknown.

    Examples
    --------
    >>> climb(np.array([100.0, 101.0, 100.0, 110.0, 108.0, 109.0, 100.0]))
    10.0
    """
    if not elevation.size or np.isnan(elevation).any():
        return float("nan")
    total, low = 0.0, float(elevation[0])
    high = low
    for height in elevation.tolist():  # each decision rests on the one before
        if height > high:
            high = height
        if high - low >= HYSTERESIS and high - height >= HYSTERESIS:
            total, low, high = total + high - low, height, height
        elif height < low:
            low = high = height
    return total + (high - low if high - low >= HYSTERESIS else 0.0)


def _familiar(network: Network, edges: Index, weight: Array) -> float:
    """Return the share of a walk on ways of a map that are in recordings; NaN where nobody looked."""
    support = np.where(network.way[edges] == WAYS.index("recorded"), -1, network.support[edges])
    return _mean(np.where(support < 0, np.nan, support > 0).astype(np.float32), weight)


def _mean(values: NDArray[np.float32], weight: Array) -> float:
    """Return the mean by length of what is known; NaN where nothing is."""
    known = ~np.isnan(values)
    return float(np.average(values[known], weights=weight[known])) if known.any() else float("nan")


BAND = np.log(1.03)
"""Log ratio; speeds this near to each other are one."""
ALIKE = 1.2
"""Ratio of speeds; within it a section may be told as one pace, if that lets everyone talk all along."""
A_MOMENT, A_WHILE = 25.0, 90.0
"""s; for so long a section's pace may be above what lets everyone talk, and unlike what comes naturally there."""


def sections(network: Network, able: Ability, steps: Paced, edges: Index) -> tuple[Section, ...]:
    """Return the parts of a walk that are taken at one pace in one gait, as long as they can be.

    No pace that is told is above what lets everyone talk for more than a moment, though it is the mean of its section.
    """
    band = np.round(np.log(np.maximum(steps.speed, 1e-3)) / BAND).astype(np.int64)
    kind = np.stack((steps.jogging, steps.stairs, steps.arriving, band))
    real = steps.length > 0
    change = np.flatnonzero(np.any(np.diff(kind[:, real], axis=1), axis=0)) + 1
    bounds = [0, *np.flatnonzero(real)[change].tolist(), steps.length.size]
    kept = [0]
    for at, stop in pairwise(bounds[1:]):  # sections, not steps
        if (kind[:3, at] != kind[:3, kept[-1]]).any() or not _one_pace(steps, slice(kept[-1], stop)):
            kept.append(at)
    return tuple(_section(network, able, steps, edges, slice(a, b)) for a, b in pairwise([*kept, bounds[-1]]))


def _one_pace(steps: Paced, rows: slice) -> bool:
    """Return whether steps can be told as one pace."""
    moving = steps.seconds[rows] - steps.waiting[rows]
    whole = float(moving.sum())
    if whole <= 0:
        return True
    mean, speed = float(steps.length[rows].sum()) / whole, steps.speed[rows]
    took = steps.length[rows] / mean
    too_fast = longest_run((mean > steps.most[rows]) & ~steps.stairs[rows], took)
    unlike = longest_run((speed > 0) & (np.maximum(speed / mean, mean / np.maximum(speed, 1e-9)) > ALIKE), took)
    return too_fast <= A_MOMENT and unlike <= A_WHILE


def longest_run(holds: Mask, took: Array) -> float:
    """Return the longest time without a break in which something holds.

    Examples
    --------
    >>> longest_run(np.array([True, True, False, True]), np.array([1.0, 2.0, 9.0, 2.5]))
    3.0
    """
    before = np.concatenate(([0.0], np.cumsum(np.where(holds, took, 0.0))))
    since = np.maximum.accumulate(np.where(holds, 0.0, before[1:]))
    return float(np.max(before[1:] - since, initial=0.0))


def _section(network: Network, able: Ability, steps: Paced, edges: Index, rows: slice) -> Section:
    """Return one section of the steps `rows`."""
    length, seconds = steps.length[rows], float(steps.seconds[rows].sum())
    moving, whole = seconds - float(steps.waiting[rows].sum()), float(length.sum())
    jogging = bool(steps.jogging[rows][0])
    gaits = able.gaits if jogging else dict.fromkeys(able.gaits, "walk")
    grade = steps.grade[rows]
    known = ~np.isnan(grade) & (length > 0)
    return Section(
        start_m=float(steps.length[: rows.start].sum()),
        distance_m=whole,
        minutes=seconds / 60,
        gait_by_person=dict(gaits),
        speed=whole / moving if moving else 0.0,
        grade=float(np.average(grade[known], weights=length[known])) if known.any() else float("nan"),
        name=_longest_name(network, edges[steps.place[rows]], length),
        walk_instead=not jogging and not bool(steps.arriving[rows][0]) and set(able.gaits.values()) != {"walk"},
        stairs=bool(steps.stairs[rows][0]),
    )


def _longest_name(network: Network, edges: Index, length: Array) -> str:
    """Return the name that most of a stretch has; empty where most of it has none."""
    name = network.name[edges]
    total = np.bincount(name + 1, weights=length)
    most = int(total.argmax())
    return network.names[most - 1] if most else ""


SLIGHT, SQUARE, SHARP = 25.0, 60.0, 130.0
"""Degrees of a change of direction from which one bears, turns and turns sharply."""


def directions(network: Network, edges: Index, forward: Mask) -> tuple[Direction, ...]:
    """Return where one has to turn: at junctions where the way bends, or goes on under another name."""
    x, y = network.plane().metres(network.point_latitude, network.point_longitude)
    leaving, coming = heading(network, edges, forward, x, y), -heading(network, edges, ~forward, x, y)
    n = network.node_latitude.size
    degree = np.bincount(np.concatenate((network.edge_start, network.edge_stop)), minlength=n)
    node = np.where(forward, network.edge_start[edges], network.edge_stop[edges])
    before = coming[:-1]
    cross = before[:, 0] * leaving[1:, 1] - before[:, 1] * leaving[1:, 0]
    angle = np.degrees(np.arctan2(cross, (before * leaving[1:]).sum(axis=1)))
    along = np.cumsum(network.length[edges])[:-1]
    renamed = (network.name[edges[1:]] != network.name[edges[:-1]]) & (network.name[edges[1:]] >= 0)
    told = (degree[node[1:]] > 2) & ((np.abs(angle) > SLIGHT) | renamed) | (np.abs(angle) > 170)
    rows = np.flatnonzero(told)
    turns = [_direction(network, edges[row : row + 2], float(angle[row]), float(along[row])) for row in rows.tolist()]
    start = Direction(at_m=0.0, turn="Set out", name=_name(network, int(edges[0])))
    return (start, *turns, Direction(at_m=float(network.length[edges].sum()), turn="Back at the meeting point"))


def _direction(network: Network, edges: Index, angle: float, at: float) -> Direction:
    """Return the turn from one edge into the next, of two, in words; positive angles turn left."""
    before, edge = edges.tolist()
    size, name = abs(angle), _name(network, edge)
    side = "left" if angle > 0 else "right"
    turn = f"Turn sharp {side}" if size > SHARP else f"Turn {side}" if size > SQUARE else f"Bear {side}"
    if size > 170:
        turn = "Turn round"
    elif size <= SLIGHT:
        turn = "Go straight on"
    if not name and size <= 170:
        turn += f" onto the {ONTO.get(WAYS[network.way[edge]], 'path')}"
    return Direction(at_m=at, turn=turn, name=name if size <= 170 else "", stays=name == _name(network, before))


ONTO = {
    "steps": "stairs",
    "track": "track",
    "residential": "road",
    "service": "road",
    "street": "road",
    "main road": "road",
    "running track": "running track",
}
"""What a way without a name is called in a direction; `path` if it is not here."""


def _name(network: Network, edge: int) -> str:
    """Return the name of an edge, empty if it has none."""
    return network.names[network.name[edge]] if network.name[edge] >= 0 else ""


IN_SIGHT = 40.0
"""m from the way within which a place is told."""


def beside(network: Network, rows: Index) -> tuple[Beside, ...]:
    """Return what is useful beside a line of points, in the order in which one comes by."""
    from scipy.spatial import cKDTree

    if not network.place_kind.size:
        return ()
    plane = Plane.about(network.point_latitude[rows], network.point_longitude[rows])
    x, y = plane.metres(network.point_latitude[rows], network.point_longitude[rows])
    samples = sampled(x, y, np.array([0, rows.size]), step=SAMPLE)
    along = np.cumsum(samples.length)
    places = np.stack(plane.metres(network.place_latitude, network.place_longitude), axis=1)
    off, nearest = cKDTree(np.stack((samples.x, samples.y), axis=1)).query(places, distance_upper_bound=IN_SIGHT)
    found = np.flatnonzero(np.isfinite(off))
    order = found[np.argsort(along[nearest[found]], kind="stable")]
    return tuple(Beside(at_m=float(along[nearest[i]]), kind=PLACES[network.place_kind[i]]) for i in order.tolist())
