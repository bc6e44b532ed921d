"""Which way round and how familiar a way shall be is a wish: kept where it can be, telling of nobody's own ways."""

import numpy as np
import pytest

from pace.errors import InputError
from pace.routes.network import Network, columns
from pace.routes.recorded import with_recorded
from pace.routes.suggest import routes
from pace.routes.tracks import network_from_tracks
from routes.grids import START, grid
from routes.test_suggest import MIDDLE, TOWN, WALKERS
from routes.test_tracks import HERE, track

NORTH = [(100.0, 100.0), (100.0, 700.0), (700.0, 700.0), (700.0, 100.0), (100.0, 100.0)]
EAST = [(700.0, 100.0), (1300.0, 100.0), (1300.0, 700.0), (700.0, 700.0), (700.0, 100.0)]
MAP = grid(15, step=100.0, latitude=-5.0, longitude=-5.0)


def winding(route):
    """Return how often a way goes round the middle of its points' middles, to the left, by adding up its turning."""
    east = np.diff(route.longitude) * np.cos(np.radians(route.latitude[:-1]))
    heading = np.arctan2(np.diff(route.latitude), east)
    bend = np.diff(np.append(heading, heading[0]))
    return float(((bend + np.pi) % (2 * np.pi) - np.pi).sum() / (2 * np.pi))


@pytest.mark.parametrize(("direction", "side"), [("clockwise", -1), ("anticlockwise", 1)])
def test_loops_go_round_as_wished(direction, side):
    """Every loop turns that way as a whole, takes the time asked for, and says which way it goes."""
    found = routes(WALKERS, TOWN, start=MIDDLE, direction=direction, steps=5)
    assert len(found.routes) == 3
    for route in found.routes:
        assert route.direction == direction
        assert round(winding(route)) == side
        assert route.minutes == pytest.approx(40, rel=0.05)
        assert route.to_dict()["direction"] == direction


def test_a_wish_changes_the_direction_and_not_the_way():
    """The ways are the same ones, gone the other way round."""
    one, other = (routes(WALKERS, TOWN, start=MIDDLE, direction=d, steps=5) for d in ("clockwise", "anticlockwise"))
    for a, b in zip(one.routes, other.routes, strict=True):
        assert set(a.edges.tolist()) == set(b.edges.tolist())


def test_no_other_direction_is_known():
    """A word that is none is refused."""
    with pytest.raises(InputError, match="clockwise or anticlockwise"):
        routes(WALKERS, TOWN, start=MIDDLE, direction="north")


def known(people, **how):
    """Return the map with what is recorded told."""
    return with_recorded(MAP, network_from_tracks(people, around=(HERE.latitude, HERE.longitude), **how))


def middles(network):
    """Return the middle (m, 2) of every edge, m."""
    first = network.point_offsets[:-1]
    x, y = HERE.metres(network.point_latitude, network.point_longitude)
    return np.stack(((x[first] + x[first + 1]) / 2, (y[first] + y[first + 1]) / 2), axis=1)


def on(corners, network):
    """Return which edges (m,) lie on the straight lines between corners."""
    found = np.zeros(len(network), dtype=bool)
    for a, b in zip(np.array(corners[:-1]), np.array(corners[1:]), strict=True):
        low, high = np.minimum(a, b) - 1, np.maximum(a, b) + 1
        found |= ((middles(network) >= low) & (middles(network) <= high)).all(axis=1)
    return found


def test_familiar_are_the_ways_that_were_recorded():
    """Of the edges along the recordings nearly all count, of the others nearly none."""
    net = known([[track(NORTH, seed=k) for k in range(3)]])
    there = on(NORTH, net)
    assert (net.support[there] == 1).mean() > 0.9
    assert (net.support[~there] == 0).mean() > 0.97


def test_ways_of_one_person_alone_are_not_familiar_to_both():
    """What only one of two recorded counts as new, until all have agreed; so no way tells of it."""
    people = [
        [track(NORTH, seed=k) for k in range(3)],
        [track(corners, seed=5 + k) for corners in (NORTH, EAST) for k in range(3)],
    ]
    own = on(EAST, MAP) & ~on(NORTH, MAP)
    assert (known(people).support[own] == 0).mean() > 0.9
    assert (known(people, shared=False).support[own] == 1).mean() > 0.9


def test_familiar_ways_are_preferred_and_new_ones_too():
    """Of two halves of a town, one of them recorded, the one that is wished for is walked."""
    x, _ = HERE.metres(MAP.point_latitude[MAP.point_offsets[:-1]], MAP.point_longitude[MAP.point_offsets[:-1]])
    half = Network.build(**{**columns(MAP), "support": (x > 650).astype(np.int32)})
    start = START(700.0, 700.0, latitude=-5.0, longitude=-5.0)
    shares = {
        wish: routes(WALKERS, half, start=start, minutes=30, options=1, familiar=wish).routes[0].familiar
        for wish in (True, False)
    }
    assert shares[True] > 0.9
    assert shares[False] < 0.1


def test_where_nothing_may_be_known_that_is_said():
    """Without a recording that may be used, nothing is familiar, and the wish is answered in words."""
    found = routes(WALKERS, TOWN, start=MIDDLE, familiar=True, options=1, steps=0)
    assert any("all ways count as new" in line for line in found.caveats)
    assert found.routes[0].to_dict()["familiar"] is None
