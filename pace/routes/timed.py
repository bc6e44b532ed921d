"""Closed walks of a wanted time: the best one that has come along each arc by each moment, moment after moment.

Notes
-----
A label for each arc and moment holds the least weight of a walk from the start that has just come along the arc then,
the seconds that it really took, and the marks of all chains that it went along, so that what is gone again or beside
itself is paid for. Only the best walk for an arc and a moment is kept, which makes this quick and not exact: one that
costs more so far and less in the end is lost. Labels in the order of time: Desrochers & Soumis 1988, A generalized
permanent labelling algorithm for the shortest path problem with time windows, INFOR 26(3).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from pace.arrays import Array
from pace.routes.ground import Ground, Index, distances, spread
from pace.routes.rounds import BESIDE, OFF_TARGET, TURN
from pace.routes.taste import Taste

MARKS = 63
"""Chains to one whole number of marks."""
MOMENTS, LEAST_MOMENTS, WORK = 200, 80, 120_000
"""Moments of a walk; on larger grounds fewer, so that labels stay about as many, but no fewer than this."""
HALF = 0.5
"""Share of a chain that must run beside another for it to count as beside it."""


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Timed:
    """A ground made ready for walks of a wanted time. Make it with `Timed.of`.

    Attributes
    ----------
    ground : Ground
    arc, on, at : (p,) int, (p,) int, (a + 1,) int
        The arcs that may follow each arc, straight back never: arc i is `arc[at[i]:at[i + 1]]` and has `on` there.
    turn : (p,) float64, s
        What the turn from one into the other costs.
    again, beside : (a,) float64, s
        What an arc costs more where its chain was gone before, and where one beside it was.
    own, near : (a, w) int64
        Marks of the arc's chain, and of the chains that it runs beside.
    """

    ground: Ground
    arc: Index
    on: Index
    at: Index
    turn: Array
    again: Array
    beside: Array
    own: Index
    near: Index

    @classmethod
    def of(cls, ground: Ground, taste: Taste) -> Timed:
        """Return a ground made ready."""
        size = np.diff(ground.indptr)[ground.head]
        before, on = np.repeat(np.arange(size.size), size), spread(ground.indptr, ground.head)
        ahead = ground.back[before] != on
        before, on = before[ahead], on[ahead]
        cosine = (ground.arriving[before] * ground.leaving[on]).sum(axis=1)
        n = int(ground.chain.max()) + 1
        every = np.arange(n)
        beside = _beside(ground, n) if taste.overlap else (every[:0], every[:0])
        return cls(
            ground=ground,
            arc=before,
            on=on,
            at=np.concatenate(([0], np.cumsum(np.bincount(before, minlength=size.size)))),
            turn=taste.turn_s * (cosine < TURN),
            again=taste.reuse * ground.seconds,
            beside=2 * taste.overlap * ground.seconds,  # both are beside the other
            own=_marks(every, every, n)[ground.chain],
            near=_marks(*beside, n)[ground.chain],
        )

    def walks(self, weight: Array, *, seconds: float, within: float, n: int) -> list[Index]:
        """Return up to n closed walks from the start, the least disliked first.

        Parameters
        ----------
        weight : (a,) float64, s
            What each arc is disliked for the first time.
        seconds, within : float
            The time wanted, and how far off it a walk may be.
        n : int

        Returns
        -------
        list of (j,) int
            The arcs of each in order.
        """
        moments = int(np.clip(WORK / self.again.size, LEAST_MOMENTS, MOMENTS))
        labels = _Labels.begun(self, weight, most=seconds + within, unit=seconds / moments)
        for moment in range(len(labels.weight)):
            labels.go_on(self, weight, moment)
        return labels.home(self.ground, seconds, within, n)


def _marks(row: Index, chain: Index, n: int) -> Index:
    """Return marks (n, w) of chains, for each of which it is told in whose row."""
    marks = np.zeros((n, n // MARKS + 1), dtype=np.int64)
    np.bitwise_or.at(marks, (row, chain // MARKS), np.int64(1) << (chain % MARKS))
    return marks


def _beside(ground: Ground, n: int) -> tuple[Index, Index]:
    """Return the chains that run beside another for the greater part, and the other; those that meet are left out."""
    from scipy.spatial import cKDTree

    arc = np.unique(ground.chain, return_index=True)[1]
    rows = ground.samples_of(arc)
    chain = np.repeat(np.arange(n), np.diff(ground.samples_at)[arc])
    one, two = cKDTree(np.stack((ground.x[rows], ground.y[rows]), axis=1)).query_pairs(BESIDE, output_type="ndarray").T
    both = np.stack((np.append(one, two), chain[np.append(two, one)]))
    sample, other = np.unique(both[:, chain[both[0]] != both[1]], axis=1)
    pair, row = np.unique(chain[sample] * n + other, return_inverse=True)
    length = np.bincount(row, weights=ground.sample_length[rows][sample], minlength=pair.size)
    one, two = np.divmod(pair, n)
    ends = np.stack((ground.tail[arc], ground.head[arc]))
    meet = (ends[:, None, one] == ends[None, :, two]).any(axis=(0, 1))
    long = (length >= HALF * ground.length[arc][one]) & ~meet
    return one[long], two[long]


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class _Labels:
    """Walks under way, a label for each moment and arc, (moments, a): `before` is the label before, -1 at the start.

    `marks` (kept * a, w) are those of the `kept` latest moments; no arc takes longer than that.
    """

    weight: Array
    seconds: Array
    before: Index
    marks: Index
    home_in: Array
    most: float
    unit: float
    kept: int

    @classmethod
    def begun(cls, timed: Timed, weight: Array, *, most: float, unit: float) -> _Labels:
        """Return the labels of the arcs from the start."""
        ground, a = timed.ground, timed.again.size
        turned = np.lexsort((ground.tail, ground.head))
        indptr = np.concatenate(([0], np.cumsum(np.bincount(ground.head, minlength=ground.n))))
        home_in = distances(indptr, ground.tail[turned], ground.seconds[turned], ground.start)[ground.head]
        shape, kept = (int(most / unit) + 2, a), int(ground.seconds.max() / unit) + 2
        labels = cls(
            weight=np.full(shape, np.inf),
            seconds=np.zeros(shape),
            before=np.full(shape, -1),
            marks=np.zeros((kept * a, timed.own.shape[1]), dtype=np.int64),
            home_in=home_in,
            most=most,
            unit=unit,
            kept=kept,
        )
        arc = np.flatnonzero((ground.tail == ground.start) & (ground.seconds + home_in <= most))
        moment = labels.moment(ground.seconds[arc])
        labels.weight[moment, arc], labels.seconds[moment, arc] = weight[arc], ground.seconds[arc]
        labels.marks[moment % kept * a + arc] = timed.own[arc]
        return labels

    def moment(self, seconds: Array) -> Index:
        """Return the moments that seconds are nearest to."""
        return np.asarray(np.rint(seconds / self.unit).astype(np.int64))

    def go_on(self, timed: Timed, weight: Array, moment: int) -> None:
        """Let the walks of a moment go on by one arc, and those that arrive within the same moment by another."""
        alive, n = np.flatnonzero(np.isfinite(self.weight[moment])), timed.again.size
        least, came, before = self.weight.ravel(), self.seconds.ravel(), self.before.ravel()  # views: by label
        here = slice(moment * n, (moment + 1) * n)
        while alive.size:
            row = spread(timed.at, alive)
            took = came[here][timed.arc[row]] + timed.ground.seconds[timed.on[row]]
            fits = np.flatnonzero(took + self.home_in[timed.on[row]] <= self.most)
            row, took = row[fits], took[fits]
            arc, on = timed.arc[row], timed.on[row]
            cost = least[here][arc] + weight[on] + timed.turn[row]
            then = np.maximum(self.moment(took), moment)
            label = then * n + on
            less = np.flatnonzero(cost < least[label])
            took, cost = took[less], cost[less]
            arc, on, then, label = (values[less] for values in (arc, on, then, label))
            marks = self.marks[moment % self.kept * n + arc]
            cost += timed.again[on] * ((marks & timed.own[on]) != 0).any(axis=1)
            cost += timed.beside[on] * ((marks & timed.near[on]) != 0).any(axis=1)
            better = np.flatnonzero(cost < least[label] - 1e-9)
            better = better[np.argsort(-cost[better], kind="stable")]  # of several for one label the last stays
            on, then, label = on[better], then[better], label[better]
            least[label], came[label], before[label] = cost[better], took[better], moment * n + arc[better]
            self.marks[then % self.kept * n + on] = marks[better] | timed.own[on]
            alive = on[then == moment]
            alive = np.unique(alive) if alive.size else alive

    def home(self, ground: Ground, seconds: float, within: float, n: int) -> list[Index]:
        """Return up to n walks that are back at the start on time, the best first."""
        last = np.flatnonzero(ground.head == ground.start)
        off = np.abs(self.seconds[:, last] - seconds)
        score = np.where(off <= within, self.weight[:, last] + OFF_TARGET * off, np.inf)
        best = np.argsort(score, axis=None, kind="stable")[:n]
        best = best[np.isfinite(score.ravel()[best])]
        moment, arc = best // last.size, last[best % last.size]
        return [self._walk(label) for label in (moment * self.before.shape[1] + arc).tolist()]

    def _walk(self, label: int) -> Index:
        """Return the arcs of a walk whose last label is told."""
        before, walk = self.before.ravel(), []
        while label >= 0:
            walk.append(label % self.before.shape[1])
            label = int(before[label])
        return np.array(walk[::-1], dtype=np.int64)
