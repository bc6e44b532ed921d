"""Ways that are offered begin and end at the meeting point, take the time asked for, and let everyone talk."""

import json
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pace.errors import InputError, NothingUsableError
from pace.person.about import About, Said
from pace.person.profile import Profile
from pace.routes.network import WAYS, Network, columns
from pace.routes.plane import Plane
from pace.routes.suggest import routes, shared
from pace.routes.walk import directions
from pace.together.match import match
from routes.grids import START, grid, hilly, network, ring


def person(label, *, walk=None, chat=None):
    """Return somebody known by a walking speed and a speed at which they chat."""
    said = (Said(speed=chat, talk="comfortable"),) * 3 if chat else ()
    return Profile.build(label=label, about=About(walk_speed=walk, said=said))


WALKERS = match([person("therapist", chat=2.8), person("client", walk=1.3)], minutes=40)
RUNNERS = match([person("therapist", chat=3.2), person("client", chat=2.9)], minutes=40)
TOWN = grid(21, step=120.0)
MIDDLE = START(1200.0, 1200.0)


def test_the_two_kinds_of_people_here_walk_and_run():
    """What follows is about people who walk and people who run."""
    assert WALKERS.suggestion.mode == "walk-together"
    assert RUNNERS.suggestion.mode == "run-together"


@pytest.mark.parametrize("who", [WALKERS, RUNNERS])
@given(x=st.floats(300, 2100), y=st.floats(300, 2100), minutes=st.floats(20, 60), seed=st.integers(0, 5))
@settings(max_examples=4, deadline=None)
def test_a_route_begins_where_it_ends_and_takes_the_time_asked_for(who, x, y, minutes, seed):
    """Start and end are one point, the time is within 5 %, and the sections add up to the whole."""
    found = routes(who, TOWN, start=START(x, y), minutes=minutes, seed=seed, steps=5)
    assert found.routes
    for route in found.routes:
        assert (route.latitude[0], route.longitude[0]) == (route.latitude[-1], route.longitude[-1])
        assert route.minutes == pytest.approx(minutes, rel=0.05)
        assert sum(section.minutes for section in route.sections) == pytest.approx(route.minutes)
        assert sum(section.distance_m for section in route.sections) == pytest.approx(route.distance_m)
        assert 0 < route.talkable_minutes <= route.minutes


def test_in_a_town_there_are_three_loops_that_differ():
    """No two of three loops share more than half, and none has much of its way twice."""
    found = routes(WALKERS, TOWN, start=MIDDLE)
    assert [route.shape for route in found.routes] == ["loop"] * 3
    for i, one in enumerate(found.routes):
        assert one.edge_reuse < 0.05
        for other in found.routes[:i]:
            common = np.intersect1d(one.edges, other.edges).size
            assert common <= 0.5 * min(np.unique(one.edges).size, np.unique(other.edges).size) + 1


def test_the_same_seed_gives_the_same_routes():
    """Twice the same question has twice the same answer."""
    one, other = (routes(WALKERS, TOWN, start=MIDDLE, seed=3) for _ in range(2))
    assert json.dumps(one.to_dict()) == json.dumps(other.to_dict())
    assert all(np.array_equal(a.latitude, b.latitude) for a, b in zip(one.routes, other.routes, strict=True))


def test_routes_and_maps_shown_tell_no_place():
    """What a log or a notebook prints of them says what they are like and not where."""
    found = routes(WALKERS, TOWN, start=MIDDLE, options=1)
    (route,) = found.routes
    assert repr(route) == f"<Route: loop, {route.distance_m:.0f} m, 40 min>"
    assert repr(found).count(repr(route)) == 1
    assert repr(TOWN) == "<Network: 441 nodes, 840 edges, 100.8 km>"


@pytest.mark.parametrize("turn", [0.4, 2.0])
def test_a_map_turned_or_moved_gives_the_same_routes(turn):
    """Where the map lies and how it is turned changes no time and no distance."""
    here = routes(WALKERS, TOWN, start=MIDDLE, steps=10)
    place = {"latitude": -33.0, "longitude": 179.99, "turn": turn}
    there = routes(WALKERS, grid(21, step=120.0, **place), start=START(1200.0, 1200.0, **place), steps=10)
    assert [route.minutes for route in there.routes] == pytest.approx([r.minutes for r in here.routes], rel=2e-3)
    assert [route.distance_m for route in there.routes] == pytest.approx([r.distance_m for r in here.routes], rel=2e-3)


def test_a_bend_of_one_street_is_not_called_another():
    """At a junction where the street itself bends one stays on it; into another one turns."""
    x, y = np.array([0.0, 100.0, 100.0, 0.0, 200.0, 200.0]), np.array([0.0, 0.0, 100.0, 100.0, 0.0, 100.0])
    names = {"name": np.array([0, 0, 1, 1, 1]), "names": ("Long Lane", "Short Lane")}
    found = network(x, y, np.array([0, 1, 2, 1, 2]), np.array([1, 2, 3, 4, 5]), **names)
    said = [one.text for one in directions(found, np.array([0, 1, 2]), np.ones(3, dtype=bool))]
    assert said[1:3] == ["Turn left, staying on Long Lane", "Turn left into Short Lane"]


def test_a_street_without_a_circle_is_gone_out_and_back():
    """One long street: out and back, said so, and home on time."""
    street = network(np.arange(30) * 150.0, np.zeros(30), np.arange(29), np.arange(1, 30))
    found = routes(WALKERS, street, start=START(2000.0, 10.0))
    assert found.routes
    assert {route.shape for route in found.routes} == {"out-and-back"}
    for route in found.routes:
        assert route.minutes == pytest.approx(40, rel=0.02)
        assert route.edge_reuse == pytest.approx(0.5, abs=0.01)
    assert any("allows" in line for line in found.caveats)


def test_a_small_ring_is_gone_several_times():
    """A round of 600 m is gone as often as the time allows, in whole rounds."""
    found = routes(WALKERS, ring(600.0), start=START(0.0, 0.0))
    assert found.routes
    assert found.routes[0].shape == "laps"
    assert found.routes[0].minutes == pytest.approx(40, rel=0.05)


def test_rounds_on_a_running_track_are_called_so():
    """Where there is nothing but a track, that is what is offered."""
    net = ring(400.0)
    track = Network.build(**{**columns(net), "way": np.full(len(net), WAYS.index("running track"))})
    found = routes(RUNNERS, track, start=START(0.0, 0.0), minutes=30)
    assert found.routes[0].shape == "track"
    assert found.routes[0].minutes == pytest.approx(30, rel=0.05)


def test_at_dusk_lit_ways_are_taken():
    """Of two halves of a town the lit one is walked in the dark; where nobody noted light, that is said."""
    plane = Plane(latitude=10.0, longitude=20.0)
    middle = TOWN.point_offsets[:-1]
    x, _ = plane.metres(TOWN.point_latitude[middle], TOWN.point_longitude[middle])
    half = Network.build(**{**columns(TOWN), "lit": (x >= 1200).astype(np.int8)})
    ways = routes(WALKERS, half, start=MIDDLE, dusk=True, options=1).routes[0]
    assert half.length[ways.edges][half.lit[ways.edges] == 1].sum() > 0.8 * ways.distance_m
    assert any("lit" in line for line in routes(WALKERS, TOWN, start=MIDDLE, dusk=True, options=1).caveats)


def test_quiet_ways_are_preferred():
    """Of two halves of a town, one beside traffic and one not, the quiet one is walked."""
    plane = Plane(latitude=10.0, longitude=20.0)
    middle = TOWN.point_offsets[:-1]
    x, _ = plane.metres(TOWN.point_latitude[middle], TOWN.point_longitude[middle])
    half = Network.build(**{**columns(TOWN), "noise": np.where(x >= 1200, 0.0, 1.0)})
    assert routes(WALKERS, half, start=MIDDLE, options=1).routes[0].noise < 0.2


def test_a_start_off_the_map_is_refused_in_words():
    """How far off it is said, where it is not."""
    with pytest.raises(NothingUsableError, match=r"a start must lie on the map, this lies \d+\.\d km") as caught:
        routes(WALKERS, TOWN, start=START(5000.0, 5000.0))
    assert "10.0" not in str(caught.value)


def test_a_start_in_a_lake_is_moved_to_the_shore_and_said():
    """Up to a kilometre away the nearest way is taken."""
    found = routes(WALKERS, TOWN, start=START(-400.0, 1200.0))
    assert found.start_offset_m == pytest.approx(400, rel=1e-3)
    assert any("400 m" in line for line in found.caveats)


@pytest.mark.parametrize(
    "wrong",
    [
        {"start": (91.0, 0.0)},
        {"start": (math.nan, 0.0)},
        {"start": (10.0, 20.0, 5.0)},
        {"minutes": 5},
        {"options": 0},
        {"options": 99},
        {"seed": -1},
    ],
)
def test_what_cannot_be_asked_is_refused(wrong):
    """A start off the globe or of three numbers, no time, no options, a seed below 0."""
    with pytest.raises(InputError):
        routes(WALKERS, TOWN, **{"start": MIDDLE, **wrong})


def test_an_edge_of_no_length_leads_nowhere():
    """A map may hold an edge that ends where it starts; where there is nothing else, that is said."""
    nothing = network(np.zeros(1), np.zeros(1), np.zeros(1, dtype=int), np.zeros(1, dtype=int))
    found = routes(WALKERS, nothing, start=START(0.0, 0.0))
    assert found.routes == ()
    assert "no way leads anywhere" in found.caveats[0]


@pytest.mark.parametrize("seed", [0, 1, 24])
def test_on_a_steep_road_no_way_misses_the_time_asked_for(seed):
    """Where the way back takes another time than the way there and each aim misses, nothing is offered that is off."""
    rng = np.random.default_rng(seed)
    y = np.cumsum(rng.uniform(50, 400, 6))
    height = np.repeat(np.cumsum(rng.normal(0, 0.1, 6) * np.gradient(y)), 2)[1:-1]
    road = network(np.zeros(6), y, np.arange(5), np.arange(1, 6))
    road = Network.build(**{**columns(road), "point_elevation": height})
    offered = [
        route.minutes
        for who in (WALKERS, RUNNERS)
        for start in y
        for route in routes(who, road, start=START(0.0, float(start)), minutes=12, steps=5).routes
    ]
    assert len(offered) > 5
    assert max(abs(minutes - 12) for minutes in offered) <= 0.6 + 1e-9


def test_hills_take_longer_and_the_climb_is_told():
    """On a ridge the way is shorter in the same time, and every section has its grade."""
    flat, hills = (routes(WALKERS, net, start=MIDDLE, options=1).routes[0] for net in (hilly(0.0), hilly(0.08)))
    assert hills.distance_m < flat.distance_m
    assert hills.climb_m > 20 > flat.climb_m
    assert all(math.isfinite(section.grade) for section in hills.sections)


def test_unknown_ground_is_said_and_not_taken_for_flat():
    """Without heights the same people go no faster than with a flat terrain, and are told why."""
    known = routes(RUNNERS, hilly(0.0), start=MIDDLE, options=1)
    unknown = routes(RUNNERS, TOWN, start=MIDDLE, options=1)
    assert unknown.routes[0].distance_m < known.routes[0].distance_m
    assert any("not known" in line for line in unknown.caveats)
    assert not any("not known" in line for line in known.caveats)
    assert unknown.routes[0].to_dict()["climb_m"] is None


@pytest.mark.parametrize("turn", [600.0, 660.0])
def test_what_two_ways_share_is_measured_along_their_lines(turn):
    """Out and back to different places of one street: the shorter way is part of the longer one, to the metre."""
    street = network(np.arange(11) * 150.0, np.zeros(11), np.arange(10), np.arange(1, 11))
    long, short = (
        routes(WALKERS, street, start=START(0.0, 0.0), minutes=minutes, options=1).routes[0]
        for minutes in (30, turn / 40)
    )
    whole = min(long.distance_m, short.distance_m) / 2
    assert long.distance_m > short.distance_m
    assert shared(short, long) == pytest.approx(1 - (whole % 150.0) / whole, abs=0.01)
    assert shared(long, long) == 1
