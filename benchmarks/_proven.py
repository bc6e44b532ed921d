"""The best loop there is, proven: a mixed-integer program over the arcs of a small ground, solved by HiGHS.

Every arc is taken up to MOST times; what arrives at a junction leaves it, and not only by the way it came; the walk
passes the start; the time may be off the one asked for at a price, as in the search; each time that a chain is taken
again, either way, pays for being gone twice. A clock of the time that is left runs along every arc taken and starts
anew at the start alone, so that no walk falls apart into several. What depends on pairs of parts, running beside
oneself and turning, is left out of both the program and the search that it is held against. Whatever the search may
return is a solution here, so what is proven is never more than the least there is.
"""

from __future__ import annotations

import time
from typing import Any, NamedTuple

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import coo_array

from pace.routes.loops import NEARLY, Finder
from pace.routes.rounds import OFF_TARGET, Judge

PLAIN = {"overlap": 0.0, "turn_s": 0.0}
"""The weights that are nothing here."""
MOST = 3
"""How often a walk may take one arc."""
IMPOSSIBLE = 2
"""What SciPy's `milp` says where there is no solution."""


class Proof(NamedTuple):
    """The least dislike (s) that was found, the share by which the least there is may be lower, the seconds it took.

    `score` is infinite where it is proven that no walk is on time; NaN where the time was too short to find one.
    """

    score: float
    gap: float
    took: float


def proven(finder: Finder, judge: Judge, *, seconds: float = 60.0) -> Proof:
    """Return the least score of a closed walk through the start.

    Columns: arcs; how often chains are taken again; seconds too many and too few; the time left when an arc is begun.
    """
    ground, began, wanted = judge.ground, time.monotonic(), judge.seconds
    a, chains = ground.tail.size, int(ground.chain.max()) + 1
    again = np.full(chains, np.inf)
    np.minimum.at(again, ground.chain, judge.taste.reuse * ground.seconds)
    cost = np.concatenate((ground.bad, again, [OFF_TARGET, OFF_TARGET], np.zeros(a)))
    whole = np.concatenate((np.ones(a + chains), np.zeros(2 + a)))
    often = np.concatenate((np.full(a, MOST), np.full(chains, 2 * MOST)))
    most = np.concatenate((often, [NEARLY * wanted] * 2, np.full(a, np.inf)))
    options = {"time_limit": seconds, "mip_rel_gap": GAP}
    found = milp(
        cost, integrality=whole, bounds=Bounds(0, most), constraints=_rules(finder, wanted, chains), options=options
    )
    took = time.monotonic() - began
    if found.x is None:
        return Proof(np.inf if found.status == IMPOSSIBLE else np.nan, 0.0, took)
    return Proof(float(found.fun), float(found.mip_gap or 0.0), took)


GAP = 0.002
"""Share of the score by which the least there is may still be lower where it counts as proven."""


def _rules(finder: Finder, wanted: float, chains: int) -> list[LinearConstraint]:
    """Return the rules that hold for every closed walk without spurs, and for nothing that falls apart."""
    ground = finder.ground
    a, width = ground.tail.size, 2 * ground.tail.size + chains + 2
    arc, left, one = np.arange(a), np.arange(a) + a + chains + 2, np.ones(a)
    out = finder.tree(ground.start, ground.seconds).weight[ground.tail]
    home = finder.tree(ground.start, ground.seconds, backward=True).weight[ground.head]

    def table(parts: list[tuple[Any, Any, Any]], rows: int) -> Any:
        value, row, column = (np.concatenate(each) for each in zip(*parts, strict=True))
        return coo_array((value, (row, column)), shape=(rows, width)).tocsr()

    flow = table([(one, ground.head, arc), (-one, ground.tail, arc)], ground.n)
    twice = table([(one, ground.chain, arc), (-np.ones(chains), np.arange(chains), np.arange(chains) + a)], chains)
    span = np.concatenate((ground.seconds, np.zeros(chains), [-1.0, 1.0], np.zeros(a)))
    leave = np.concatenate((ground.tail == ground.start, np.zeros(chains + 2 + a)))
    clock = table([(one, ground.head, left), (-ground.seconds, ground.head, arc), (-one, ground.tail, left)], ground.n)[
        np.arange(ground.n) != ground.start
    ]
    upper = table([(one, arc, left), (out - wanted * (1 + NEARLY), arc, arc)], a)
    lower = table([(one, arc, left), (-(ground.seconds + home), arc, arc)], a)
    return [
        LinearConstraint(flow, 0, 0),
        LinearConstraint(_no_spur(finder, table), -np.inf, 0),
        LinearConstraint(twice, -np.inf, 1),
        LinearConstraint(span[None], wanted, wanted),
        LinearConstraint(leave[None].astype(float), 1, np.inf),
        LinearConstraint(clock, 0, 0),
        LinearConstraint(upper, -np.inf, 0),
        LinearConstraint(lower, 0, np.inf),
    ]


def _no_spur(finder: Finder, table: Any) -> Any:
    """Return the rule that an arc goes on by other arcs than the one straight back, but at the start."""
    ground = finder.ground
    rows = np.flatnonzero((ground.back >= 0) & (ground.head != ground.start))
    size = np.diff(ground.indptr)[ground.head[rows]]
    row = np.repeat(np.arange(rows.size), size)
    on = np.arange(size.sum()) - np.repeat(np.cumsum(size) - size, size) + ground.indptr[ground.head[rows]][row]
    other = on != ground.back[rows][row]
    return table(
        [(np.ones(rows.size), np.arange(rows.size), rows), (-np.ones(other.sum()), row[other], on[other])], rows.size
    )
