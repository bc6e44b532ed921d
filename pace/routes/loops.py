"""Finding loops: walks of the wanted time, three shortest paths that meet, then parts replaced by better ones.

Notes
-----
Where junctions are few enough, walks of the wanted time are looked for moment by moment (`pace.routes.timed`).
Partial shortest paths: Gemsa, Pajor, Wagner & Zündorf 2013, Efficient computation of jogging routes,
doi:10.1007/978-3-642-38527-8_25. The improvement takes a part out of a round and joins its ends by the best pair of
paths through any junction that makes the round as long as asked for.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pace.arrays import Array
from pace.routes.effort import SETTLING
from pace.routes.ground import Ground, Index, distances
from pace.routes.rounds import BESIDE, OFF_TARGET, Judge, Round, shared, without_spurs
from pace.routes.timed import Timed

NEARLY = 0.047
"""Share of the time asked for by which a round may be off; a route, timed step by step, may be by 0.05."""
MENDED = 0.4
"""Share of the time asked for by which a round may be off and still be brought on time by replacing parts of it."""
HASTE = 0.15
"""Seconds of dislike added to every second of a path, so that one with nothing to dislike is still a short one."""
AVOIDED = 1.5
"""Seconds of dislike added to every second on what another route has taken."""
MOST_SHARED = 0.5
"""Share of a route that may be part of another that is offered with it."""


@dataclass(frozen=True, slots=True, eq=False)
class Tree:
    """Best paths from a junction, or to it if `backward`: weight and seconds (n,), and the arc (n,) next to each."""

    weight: Array
    seconds: Array
    arc: Index
    ends: Index
    backward: bool

    def path(self, node: int) -> list[int]:
        """Return the arcs between the root and a junction, in the order in which they are gone."""
        arcs, ends, found = self.arc, self.ends, []
        while (arc := int(arcs[node])) >= 0:
            found.append(arc)
            node = int(ends[arc])
        return found if self.backward else found[::-1]


@dataclass(frozen=True, slots=True, eq=False)
class Finder:
    """A ground made ready for many searches: its arcs by head, and the cells that its lines pass through."""

    ground: Ground
    turned: Index
    turned_indptr: Index
    weight: Array
    cell: Index
    shape: tuple[int, int]

    @classmethod
    def of(cls, ground: Ground) -> Finder:
        """Return a ground made ready."""
        turned = np.lexsort((ground.tail, ground.head))
        size = BESIDE * 0.7
        column, row = (((v - v.min()) / size).astype(np.int64) + 1 for v in (ground.x, ground.y))
        shape = int(row.max()) + 2, int(column.max()) + 2
        return cls(
            ground=ground,
            turned=turned,
            turned_indptr=np.concatenate(([0], np.cumsum(np.bincount(ground.head, minlength=ground.n)))),
            weight=ground.bad + HASTE * ground.seconds,
            cell=row * shape[1] + column,
            shape=shape,
        )

    def tree(self, root: int, weight: Array, *, backward: bool = False) -> Tree:
        """Return the best paths from a junction, or to it, by the weights (a,) of the arcs."""
        ground = self.ground
        if backward:
            order = self.turned
            found, parent = distances(self.turned_indptr, ground.tail[order], weight[order], root, parents=True)
        else:
            found, parent = distances(ground.indptr, ground.head, weight, root, parents=True)
        return self._tree(found, parent, backward)

    def _tree(self, weight: Array, parent: NDArray[np.int32], backward: bool) -> Tree:
        """Return a tree of the weights and the junction before each."""
        ground = self.ground
        node = np.flatnonzero(parent >= 0)
        arc = np.full(ground.n, -1)
        if backward:
            arc[node] = self.turned[_member(self.turned_indptr, ground.tail[self.turned], parent[node], node)]
        else:
            arc[node] = _member(ground.indptr, ground.head, parent[node], node)
        seconds = np.where(np.isfinite(weight), 0.0, np.inf)
        seconds[node] = ground.seconds[arc[node]]
        up = np.arange(ground.n)
        up[node] = parent[node]
        while True:  # each round doubles how far towards the root a junction has looked
            further = up[up]
            if (further == up).all():
                break
            seconds, up = seconds + seconds[up], further
        return Tree(weight, seconds, arc, ground.head if backward else ground.tail, backward)

    def beside(self, arcs: Index) -> Array:
        """Return the share (a,) of every arc that runs beside some arcs."""
        ground, wide = self.ground, self.shape[1]
        marked = np.zeros(self.shape[0] * wide, dtype=bool)
        cell = self.cell[ground.samples_of(arcs)]
        for step in (-wide - 1, -wide, -wide + 1, -1, 0, 1, wide - 1, wide, wide + 1):
            marked[cell + step] = True
        near = np.add.reduceat(marked[self.cell] * ground.sample_length, ground.samples_at[:-1])
        return np.asarray(near / np.maximum(ground.length, 1e-9))

    def against(self, judge: Judge, arcs: Index) -> Array:
        """Return the weight (a,) of every arc for somebody who goes along some arcs already."""
        taste, ground = judge.taste, self.ground
        weight = self.weight + taste.reuse * ground.seconds * taken(ground, arcs)
        if taste.overlap:
            weight = weight + taste.overlap * ground.seconds * self.beside(arcs)
        return np.asarray(weight)


def _member(indptr: Index, member: Index, row: NDArray[np.int32], wanted: Index) -> Index:
    """Return where in a ragged table each row (q,) holds what is wanted of it; it always does."""
    at, end = indptr[row], indptr[row + 1]
    found = at.copy()
    for step in range(1, int(np.diff(indptr).max())):  # the ways that meet at a junction
        here = np.minimum(at + step, end - 1)
        found = np.where(member[here] == wanted, here, found)
    return found


def taken(ground: Ground, arcs: Index) -> NDArray[np.bool_]:
    """Return which arcs (a,) belong to a chain of which one of some arcs is."""
    chain = np.zeros(ground.chain.size, dtype=bool)
    chain[ground.chain[arcs]] = True
    return np.asarray(chain[ground.chain])


N_FIRST, N_SECOND, MANY_FIRST = 24, 4, 120
"""How many first corners of a round are tried, how many second ones for each, how many first ones in hard places."""
LITTLE = 0.05
"""Share of a round gone twice or beside itself up to which a place counts as an easy one."""
NEAREST, FARTHEST = 0.18, 0.45
"""Shares of the time within which the first corner lies; the second lies at least NEAREST / 2 from both ends."""


def first_rounds(
    finder: Finder,
    judge: Judge,
    rng: np.random.Generator,
    *,
    weight: Array | None = None,
    corners: int = N_FIRST,
    seconds: int = N_SECOND,
) -> list[Round]:
    """Return rounds about as long as asked for, of three best paths each, best first.

    Parameters
    ----------
    finder : Finder
    judge : Judge
    rng : numpy.random.Generator
    weight : (a,) float64, optional
        What each arc weighs, where it is not only what it is disliked for.
    corners, seconds : int
        How many first corners are tried, and second ones for each.
    """
    ground = finder.ground
    base = finder.weight if weight is None else weight
    out = finder.tree(ground.start, base)
    wanted = aimed(judge)
    far = np.flatnonzero((out.seconds >= NEAREST * wanted) & (out.seconds <= FARTHEST * wanted))
    first = far if far.size <= corners else np.sort(rng.choice(far, corners, replace=False))
    walks = []
    for corner in first.tolist():
        leg = out.path(corner)
        after = finder.against(judge, np.array(leg)) + (base - finder.weight)
        on, home = finder.tree(corner, after), finder.tree(ground.start, after, backward=True)
        others = _second_corners(on, home, wanted - float(out.seconds[corner]), wanted, rng, n=seconds)
        walks += [without_spurs(ground, np.array(leg + on.path(other) + home.path(other))) for other in others]
    return judge.best(walks, n=N_JUDGED * seconds // N_SECOND)


N_JUDGED = 40
"""First rounds that are judged in full: those that would be best if none ran beside itself."""


def aimed(judge: Judge) -> float:
    """Return the seconds that a round takes beside what settling in usually adds."""
    quick = max(float(judge.ground.length.sum() / judge.ground.seconds.sum()), 1e-9)
    return float(max(judge.seconds - SETTLING * max(1 - judge.settle / quick, 0.0), judge.seconds / 2))


def _second_corners(on: Tree, home: Tree, left: float, wanted: float, rng: np.random.Generator, *, n: int) -> list[int]:
    """Return junctions by which a way comes home in the time that is left: the best and some of the next best."""
    off = np.abs(on.seconds + home.seconds - left)
    far = np.minimum(on.seconds, home.seconds) >= NEAREST / 2 * wanted
    where = np.flatnonzero(far & (off <= NEARLY * wanted))
    if not where.size:  # few junctions, far between: what is off may be mended
        where = np.flatnonzero(off <= MENDED * wanted)
    if not where.size:
        return []
    score = (on.weight + home.weight)[where] + OFF_TARGET * off[where]
    best = where[np.argsort(score, kind="stable")[: 12 * n]]
    return [int(best[0]), *rng.choice(best[1:], min(n - 1, best.size - 1), replace=False).tolist()]


SHORTEST_PART, LONGEST_PART = 0.08, 0.6
"""Shares of a round's time between which the part lies that is replaced."""


def improved(
    finder: Finder, judge: Judge, one: Round, rng: np.random.Generator, *, steps: int, avoid: Array | None = None
) -> Round:
    """Return a round that is no worse, after trying to replace a part of it `steps` times.

    `avoid` (a,) is added to the weight of arcs and to the score of rounds that take them.
    """
    extra = np.zeros(finder.ground.tail.size) if avoid is None else avoid

    def cost(found: Round) -> float:
        """Return the score of a round, and what it costs to be where it should not."""
        return found.score + float(extra[found.arcs].sum())

    best, least = one, cost(one)
    for step in range(steps):
        for other in _replaced(finder, judge, best, rng, extra, shaken=bool(step % 2)):
            found = cost(other)
            on_time = judge.on_time(other, within=NEARLY) or not judge.on_time(best, within=NEARLY)
            if found < least - 1e-6 and on_time:
                best, least = other, found
    return best


def _replaced(
    finder: Finder, judge: Judge, one: Round, rng: np.random.Generator, extra: Array, *, shaken: bool
) -> list[Round]:
    """Return a round with a part replaced, in up to N_VIA ways; by somewhat other weights if `shaken`."""
    ground, arcs = finder.ground, one.arcs
    first, last = _part(ground, arcs, rng)
    rest = np.concatenate((arcs[:first], arcs[last:]))
    weight = finder.against(judge, rest) + extra
    if shaken:
        weight = weight * rng.uniform(*SHAKEN, weight.size)
    on = finder.tree(int(ground.tail[arcs[first]]), weight)
    home = finder.tree(int(ground.head[arcs[last - 1]]), weight, backward=True)
    need = float(ground.seconds[arcs[first:last]].sum()) + judge.seconds - one.seconds
    off = np.abs(on.seconds + home.seconds - need)
    score = on.weight + home.weight - HASTE * (on.seconds + home.seconds) + OFF_TARGET * off
    spur = (on.arc >= 0) & (home.arc >= 0) & (ground.back[on.arc] == home.arc)
    score = np.where(spur | ~np.isfinite(score), np.inf, score)
    rounds = []
    for via in np.argpartition(score, min(N_VIA, score.size - 1))[:N_VIA].tolist():
        if np.isfinite(score[via]):
            part = np.array(on.path(via) + home.path(via), dtype=np.int64)
            found = judge.round(np.concatenate((arcs[:first], part, arcs[last:])))
            if found is not None:
                rounds.append(found)
    return rounds


N_VIA = 3
"""Junctions tried for each part that is replaced."""


def _part(ground: Ground, arcs: Index, rng: np.random.Generator) -> tuple[int, int]:
    """Return where a part of a round that is to be replaced begins and ends, as places in its arcs."""
    ends = np.cumsum(ground.seconds[arcs])
    whole = float(ends[-1])
    length = rng.uniform(SHORTEST_PART, LONGEST_PART) * whole
    begin = rng.uniform(0, whole - length)
    first = int(np.searchsorted(ends, begin, side="right"))
    last = int(np.searchsorted(ends, begin + length, side="left")) + 1
    return min(first, arcs.size - 1), min(max(last, first + 1), arcs.size)


def other_way(ground: Ground, one: Round, judge: Judge) -> Round | None:
    """Return the same round the other way; None where an arc of it is closed."""
    back = ground.back[one.arcs][::-1]
    return None if (back < 0).any() else judge.round(back)


def different(finder: Finder, judge: Judge, rng: np.random.Generator, *, n: int, steps: int) -> list[Round]:
    """Return up to n rounds on time, best first, no two of which share more than half.

    Each is the best of a few of many first rounds, improved, the other way round if that is better. From the second on,
    what the others have taken is avoided. Without `steps`, what is found first is all.
    """
    ground = finder.ground
    timed = Timed.of(ground, judge.taste) if steps and ground.tail.size <= MOST_ARCS else None
    none = np.zeros(ground.tail.size)
    pool = _pool(finder, judge, timed, rng, none)
    if timed is not None:  # what is best by somewhat other weights may still be better as a whole
        for _ in range(round(min(SMALL / ground.n, MOST_SHAKEN))):
            pool += _timed_rounds(timed, judge, ground.bad * rng.uniform(*SHAKEN, none.size))
    pool.sort(key=lambda one: one.score)
    best = _candidates(ground, judge, pool, [], n=1)
    if not best or best[0].again + best[0].beside > LITTLE * best[0].seconds:
        pool += first_rounds(finder, judge, rng, corners=MANY_FIRST)
    chosen: list[Round] = []
    while len(chosen) < n:
        avoid = sum((AVOIDED * ground.seconds * taken(ground, other.arcs) for other in chosen), none)
        if chosen:
            pool += _pool(finder, judge, timed, rng, avoid)
        found = _improved_best(finder, judge, pool, chosen, rng, steps=steps, avoid=avoid)
        if found is None:  # look once more, and harder away from what is taken
            pool += _pool(finder, judge, timed, rng, 2 * avoid)
            pool += first_rounds(finder, judge, rng, weight=finder.weight + 2 * avoid, corners=MANY_FIRST)
            found = _improved_best(finder, judge, pool, chosen, rng, steps=steps, avoid=avoid)
        if found is None:
            break
        chosen.append(found)
    return sorted(chosen, key=lambda one: one.score)


def _pool(finder: Finder, judge: Judge, timed: Timed | None, rng: np.random.Generator, avoid: Array) -> list[Round]:
    """Return rounds that may be improved; `avoid` (a,) is added to the weight of arcs."""
    weight, corners = finder.weight + avoid, N_FIRST if timed is None else N_BESIDE_TIMED
    found = first_rounds(finder, judge, rng, weight=weight, corners=corners)
    return found if timed is None else found + _timed_rounds(timed, judge, timed.ground.bad + avoid)


def _timed_rounds(timed: Timed, judge: Judge, weight: Array) -> list[Round]:
    """Return the best rounds of the time asked for, by the weights (a,) of arcs."""
    walks = timed.walks(weight, seconds=aimed(judge), within=NEARLY * judge.seconds, n=N_JUDGED)
    return judge.best(walks, n=N_TIMED)


MOST_ARCS = 3000
"""Arcs of a ground up to which walks of the wanted time are looked for; beyond, they take longer than the rest."""
N_TIMED, N_BESIDE_TIMED = 10, 6
"""How many of them are judged in full, and how many first corners of other rounds are tried beside them."""
SMALL, MOST_SHAKEN = 600, 8
"""Junctions of a ground on which they are looked for once more, and how many times more at most on smaller ones."""
SHAKEN = (0.3, 1.7)
"""Least and most by which weights are multiplied to find other rounds."""
N_STARTS = 8
"""First rounds that are improved for a quarter of the steps each, before the best of them is for the rest."""


def _improved_best(
    finder: Finder,
    judge: Judge,
    pool: list[Round],
    chosen: list[Round],
    rng: np.random.Generator,
    *,
    steps: int,
    avoid: Array,
) -> Round | None:
    """Return the best round that comes of a few of the pool, apart from those chosen; None if there is none."""
    ground = finder.ground

    def cost(one: Round) -> float:
        """Return the score of a round, and what it costs to be where those chosen are."""
        return one.score + float(avoid[one.arcs].sum())

    order = sorted(pool, key=cost)
    starts = _candidates(ground, judge, order, chosen, n=N_STARTS)
    starts = starts or _candidates(ground, judge, order, chosen, n=N_STARTS, within=MENDED)
    if not starts:
        return None
    short = steps // (2 * N_STARTS)
    found = [improved(finder, judge, one, rng, steps=short, avoid=avoid) for one in starts]
    best = min(found, key=cost)
    rounds = [improved(finder, judge, best, rng, steps=steps - short * len(starts), avoid=avoid), *found, *starts]
    fits = (one for one in rounds if judge.on_time(one, within=NEARLY) and _apart(ground, one, chosen))
    return min((_either_way(ground, judge, one) for one in fits), key=cost, default=None)


def _candidates(
    ground: Ground, judge: Judge, pool: list[Round], chosen: list[Round], *, n: int, within: float = NEARLY
) -> list[Round]:
    """Return the first n rounds on time that share little with those chosen, and not nearly all with each other."""
    found: list[Round] = []
    for one in pool:
        if judge.on_time(one, within=within) and _apart(ground, one, chosen):
            if all(shared(ground, one.arcs, other.arcs) <= NEARLY_ALL for other in found):
                found.append(one)
            if len(found) == n:
                break
    return found


NEARLY_ALL = 0.92
"""Share from which two rounds are the same for the search."""


def _apart(ground: Ground, one: Round, chosen: list[Round]) -> bool:
    """Return whether a round shares at most half with each of those chosen."""
    return all(shared(ground, one.arcs, other.arcs) <= MOST_SHARED for other in chosen)


def _either_way(ground: Ground, judge: Judge, one: Round) -> Round:
    """Return a round or the same the other way, whichever is better."""
    other = other_way(ground, one, judge)
    return one if other is None or other.score >= one.score else other
