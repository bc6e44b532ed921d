"""Rounds on a ground: whole walks along arcs that meet, judged as a plain loop would judge them."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pace.routes.effort import ability
from pace.routes.ground import Reach, ground, reach, split
from pace.routes.loops import Finder, different, first_rounds, improved
from pace.routes.network import Network, columns
from pace.routes.rounds import Judge, n_turns, overlap, repeated, shared, without_spurs
from pace.routes.taste import Taste
from routes.grids import START, grid, network
from routes.test_suggest import RUNNERS, WALKERS

ABLE = ability(WALKERS)


def uneven(n=15, *, seed=0, step=130.0):
    """Return a grid whose junctions are moved about, with some edges gone and some edges in three parts."""
    rng = np.random.default_rng(seed)
    whole = grid(n, step=step)
    x, y = whole.plane().metres(whole.node_latitude, whole.node_longitude)
    x, y = x + rng.normal(0, step / 5, x.size), y + rng.normal(0, step / 5, y.size)
    keep = rng.uniform(size=len(whole)) < 0.85
    noise = rng.uniform(0, 1, int(keep.sum()))
    place = {"latitude": 10.0, "longitude": 20.0}
    found = network(x - x.min(), y - y.min(), whole.edge_start[keep], whole.edge_stop[keep], noise=noise, **place)
    for edge in rng.integers(0, len(found), 30).tolist():
        found = split(found, edge, float(found.length[edge]) / 3)[0]
    return found.largest()


def search(net, *, minutes=40.0, able=ABLE, at=(900.0, 900.0), taste=None):
    """Return a finder and a judge for a start in a network."""
    here, _ = reach(net, able, *START(*at), radius=5000.0)
    found = ground(here, able, taste or Taste(), seconds=60 * minutes * 1.05)
    judge = Judge(ground=found, taste=taste or Taste(), seconds=60 * minutes, settle=able.settle)
    return here, Finder.of(found), judge


@given(seed=st.integers(0, 30), minutes=st.floats(15, 70))
@settings(max_examples=6, deadline=None)
def test_a_round_is_a_walk_from_the_start_to_the_start(seed, minutes):
    """Each arc begins where the one before ended, on the ground and on the network, and none is gone straight back."""
    here, finder, judge = search(uneven(seed=seed), minutes=minutes)
    for one in different(finder, judge, np.random.default_rng(seed), n=3, steps=8):
        g = finder.ground
        assert g.tail[one.arcs[0]] == g.head[one.arcs[-1]] == g.start
        assert (g.head[one.arcs[:-1]] == g.tail[one.arcs[1:]]).all()
        assert not (g.back[one.arcs[:-1]] == one.arcs[1:]).any()
        edges, forward = g.edges_of(one.arcs)
        begin = np.where(forward, here.network.edge_start[edges], here.network.edge_stop[edges])
        end = np.where(forward, here.network.edge_stop[edges], here.network.edge_start[edges])
        assert (begin[1:] == end[:-1]).all()
        assert begin[0] == end[-1] == here.start
        assert here.network.length[edges].sum() == pytest.approx(g.length[one.arcs].sum())


@given(seed=st.integers(0, 30))
@settings(max_examples=6, deadline=None)
def test_the_ground_has_the_shortest_times_of_its_network(seed):
    """Passing over junctions of two edges and leaving dead ends out changes no shortest time between what is left."""
    here, finder, _ = search(uneven(seed=seed), minutes=60)
    tree = finder.tree(finder.ground.start, finder.ground.seconds)
    naive = plain_times(here)
    reached = {}
    for arc in range(finder.ground.tail.size):
        edges, forward = finder.ground.edges_of([arc])
        node = here.network.edge_stop[edges[-1]] if forward[-1] else here.network.edge_start[edges[-1]]
        reached[int(finder.ground.head[arc])] = int(node)
    for junction, node in reached.items():
        assert tree.weight[junction] == pytest.approx(naive[node])
        assert tree.seconds[junction] == pytest.approx(tree.weight[junction])


def plain_times(here: Reach):
    """Return the shortest time from the start to every node, by going over all edges until nothing changes."""
    net, took = here.network, here.efforts.seconds
    best = np.full(net.node_latitude.size, np.inf)
    best[here.start] = 0.0
    while True:
        before = best.copy()
        for row, (tail, head) in enumerate(((net.edge_start, net.edge_stop), (net.edge_stop, net.edge_start))):
            np.minimum.at(best, head, best[tail] + took[row])
        if (best == before).all():
            return best


@given(seed=st.integers(0, 30))
@settings(max_examples=4, deadline=None)
def test_a_tree_leads_along_its_own_weights(seed):
    """The arcs to a junction, and from it home, add up to the weight and the seconds that the trees tell."""
    _, finder, _ = search(uneven(seed=seed))
    ground_ = finder.ground
    for backward in (False, True):
        tree = finder.tree(ground_.start, finder.weight, backward=backward)
        for node in range(0, ground_.n, 7):
            if np.isfinite(tree.weight[node]):
                path = np.array(tree.path(node), dtype=np.int64)
                assert finder.weight[path].sum() == pytest.approx(tree.weight[node])
                assert ground_.seconds[path].sum() == pytest.approx(tree.seconds[node])


def test_trying_more_never_makes_a_round_worse():
    """The score after more replacements is at most that after fewer."""
    _, finder, judge = search(uneven())
    one = first_rounds(finder, judge, np.random.default_rng(0))[0]
    scores = [improved(finder, judge, one, np.random.default_rng(1), steps=n).score for n in (0, 5, 20, 60)]
    assert scores == sorted(scores, reverse=True)
    assert scores[-1] < scores[0]


def test_a_round_is_judged_as_a_plain_loop_would():
    """Seconds again, turns and the way without spurs, counted arc by arc."""
    _, finder, judge = search(uneven(seed=3))
    g = finder.ground
    one = different(finder, judge, np.random.default_rng(0), n=1, steps=0)[0]
    seen, again, turns = set(), 0.0, 0
    for arc, following in zip(one.arcs.tolist(), [*one.arcs.tolist()[1:], None], strict=True):
        again += g.seconds[arc] if g.chain[arc] in seen else 0.0
        seen.add(g.chain[arc])
        if following is not None:
            turns += float(g.arriving[arc] @ g.leaving[following]) < np.cos(np.radians(50))
    assert one.again == pytest.approx(again)
    assert one.turns == turns == n_turns(g, one.arcs)


def test_a_spur_is_cut_off_and_a_walk_without_one_is_left_alone():
    """Out and straight back is nothing, however deep it is nested."""
    _, finder, _ = search(uneven())
    g = finder.ground
    there = [arc for arc in range(g.tail.size) if g.back[arc] >= 0][:3]
    arcs = np.array([there[0], there[1], int(g.back[there[1]]), there[2]])
    assert without_spurs(g, arcs).tolist() == [there[0], there[2]]
    assert without_spurs(g, np.array(there)).tolist() == there


@pytest.mark.parametrize(("gap", "share"), [(10.0, 1.0), (60.0, 0.0)])
def test_a_way_back_beside_the_way_out_overlaps_it(gap, share):
    """Two long parallel lines ten metres apart run beside each other, sixty metres apart they do not."""
    at = np.arange(0, 1000, 10.0)
    x, y = np.concatenate((at, at[::-1])), np.concatenate((np.zeros(100), np.full(100, gap)))
    assert overlap(x, y, np.full(200, 10.0)) == pytest.approx(share, abs=0.16)


@given(x=st.lists(st.floats(0, 400), min_size=4, max_size=60), seed=st.integers(0, 99))
@settings(max_examples=30, deadline=None)
def test_overlap_is_what_a_plain_loop_finds(x, seed):
    """Each point against each other, one at a time."""
    rng = np.random.default_rng(seed)
    x, y, length = np.array(x), rng.uniform(0, 400, len(x)), rng.uniform(5, 60, len(x))
    along, whole, near = np.cumsum(length) - length / 2, length.sum(), 0.0
    for i in range(x.size):
        for j in range(x.size):
            gap = abs(along[i] - along[j])
            if min(gap, whole - gap) >= 150 and np.hypot(x[i] - x[j], y[i] - y[j]) <= 25:
                near += length[i]
                break
    assert overlap(x, y, length) == pytest.approx(near / whole)


def test_chains_gone_before_are_counted_once_each_time():
    """The first time is not again."""
    assert repeated(np.array([1, 2, 1, 1])).tolist() == [False, False, True, True]


def test_a_walk_shares_all_with_itself_and_with_its_way_back():
    """Sharing is of the ways, whatever their direction."""
    _, finder, judge = search(uneven())
    one = different(finder, judge, np.random.default_rng(0), n=1, steps=0)[0]
    assert shared(finder.ground, one.arcs, one.arcs) == 1
    assert shared(finder.ground, one.arcs, finder.ground.back[one.arcs][::-1]) == 1


def test_a_start_between_junctions_becomes_one():
    """An edge that is cut keeps its length, its line and what is known of it."""
    net = uneven()
    cut, node = split(net, 5, float(net.length[5]) * 0.4)
    assert len(cut) == len(net) + 1
    assert cut.length[[5, -1]].sum() == pytest.approx(net.length[5])
    assert cut.length[5] == pytest.approx(0.4 * net.length[5])
    assert {int(cut.edge_stop[5]), int(cut.edge_start[-1])} == {node}
    measured = Network.build(**{k: v for k, v in columns(cut).items() if k != "length"}).length
    assert np.allclose(measured, cut.length, rtol=2e-3)


def test_runners_get_rounds_too():
    """The same search on a larger ground."""
    _, finder, judge = search(uneven(25, step=160.0), able=ability(RUNNERS), at=(1900.0, 1900.0))
    rounds = different(finder, judge, np.random.default_rng(0), n=3, steps=5)
    assert len(rounds) == 3
    assert all(judge.on_time(one, within=0.05) for one in rounds)
