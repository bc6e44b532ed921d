"""Walks of a wanted time: closed, on time, never straight back, and the best that a plain search of all walks finds."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pace.routes.loops import NEARLY, aimed, different
from pace.routes.taste import Taste
from pace.routes.timed import Timed
from routes.test_loops import search, uneven

PLAIN = Taste(overlap=0.0)


@given(seed=st.integers(0, 30), minutes=st.floats(12, 60))
@settings(max_examples=8, deadline=None)
def test_a_timed_walk_is_closed_on_time_and_never_straight_back(seed, minutes):
    """Each arc begins where the one before ended, no arc undoes the one before, and the time is the one wanted."""
    _, finder, judge = search(uneven(seed=seed), minutes=minutes)
    g, seconds = finder.ground, 60 * minutes
    walks = Timed.of(g, judge.taste).walks(g.bad, seconds=seconds, within=0.05 * seconds, n=20)
    assert walks
    for arcs in walks:
        assert g.tail[arcs[0]] == g.head[arcs[-1]] == g.start
        assert (g.head[arcs[:-1]] == g.tail[arcs[1:]]).all()
        assert not (g.back[arcs[:-1]] == arcs[1:]).any()
        assert g.seconds[arcs].sum() == pytest.approx(seconds, rel=0.05)


@pytest.mark.parametrize("seed", range(4))
def test_on_a_small_ground_the_best_of_all_walks_is_found(seed):
    """Every closed walk there is, one after another: the least dislike is what the search comes to, within 2 %."""
    _, finder, judge = search(uneven(5, seed=seed, step=140.0), minutes=22, at=(280.0, 280.0), taste=PLAIN)
    least = min(judge.judged(np.array(arcs)).score for arcs in every_walk(finder.ground, judge))
    (found,) = different(finder, judge, np.random.default_rng(0), n=1, steps=20)
    assert least <= found.score * (1 + 1e-9)
    assert found.score <= 1.02 * least


@pytest.mark.parametrize("seed", range(4))
def test_what_is_gone_again_is_paid_for_on_the_way(seed):
    """The first of the timed walks alone is near the best of all, so it does not go round the nicest corner twice."""
    _, finder, judge = search(uneven(5, seed=seed, step=140.0), minutes=22, at=(280.0, 280.0), taste=PLAIN)
    least = min(judge.judged(np.array(arcs)).score for arcs in every_walk(finder.ground, judge))
    walks = Timed.of(finder.ground, PLAIN).walks(
        finder.ground.bad, seconds=aimed(judge), within=NEARLY * judge.seconds, n=5
    )
    assert min(judge.judged(arcs).score for arcs in walks) <= 1.02 * least


def every_walk(g, judge):
    """Yield every closed walk from the start that is on time and never goes straight back."""
    home = np.full(g.n, np.inf)
    home[g.start] = 0.0
    for _ in range(g.n):
        np.minimum.at(home, g.tail, home[g.head] + g.seconds)
    left = [(arc, None) for arc in np.flatnonzero(g.tail == g.start).tolist()]
    most = judge.seconds * (1 + NEARLY)
    while left:
        arc, before = left.pop()
        walk = (arc, before, g.seconds[arc] + (before[2] if before else 0.0))
        if walk[2] + home[g.head[arc]] > most:
            continue
        left += [(on, walk) for on in range(g.indptr[g.head[arc]], g.indptr[g.head[arc] + 1]) if on != g.back[arc]]
        if (
            g.head[arc] == g.start
            and (arcs := unfolded(walk))
            and judge.on_time(judge.judged(np.array(arcs), beside=False), within=NEARLY)
        ):
            yield arcs


def unfolded(walk):
    """Return the arcs of a walk that is told from its end."""
    arcs = []
    while walk:
        arcs.append(walk[0])
        walk = walk[1]
    return arcs[::-1]


def test_what_runs_beside_itself_is_paid_for_on_the_way():
    """With a dislike of paths beside each other the timed walks have less of it than without."""
    _, finder, judge = search(uneven(25, seed=2, step=20.0), minutes=20, at=(240.0, 240.0))
    beside = []
    for taste in (judge.taste, PLAIN):
        walks = Timed.of(finder.ground, taste).walks(finder.ground.bad, seconds=aimed(judge), within=60.0, n=5)
        beside.append(sum(judge.judged(arcs).beside for arcs in walks))
    assert beside[0] < 0.5 * beside[1]
