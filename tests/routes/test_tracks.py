"""Recordings become a path network: true to the ways walked, no gap bridged, heights made to agree, nothing told."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.ndimage import label
from scipy.spatial import cKDTree

from benchmarks.tracks import held_out, simulated
from corpus import needs_corpus
from pace import Track
from pace.errors import NothingUsableError
from pace.routes.levels import with_heights_of
from pace.routes.network import WAYS
from pace.routes.passes import Passes
from pace.routes.plane import Plane
from pace.routes.skeleton import Squares, chains
from pace.routes.tracks import network_from_tracks
from pace.simulate.noise import lagged, stream, wander

HERE = Plane(latitude=-5.0, longitude=-5.0)


def track(corners, *, seed=0, noise=2.0, plane=HERE, lift=0.0, slope=0.0, sport="walking", hole=None):
    """Return a walk along corners (m) at 1.5 m/s; `hole` is a stretch of the way (m) of which nothing is recorded."""
    dice = stream(seed, "track")
    corners = np.array(corners, dtype=float)
    along = np.concatenate(([0.0], np.cumsum(np.hypot(*np.diff(corners, axis=0).T))))
    at = np.arange(0.0, along[-1], 1.5)
    off = [lagged(wander(dice, at.size, tau=40.0, sd=noise), 5.0) for _ in range(2)] if noise else (0.0, 0.0)
    x, y = (np.interp(at, along, corners[:, k]) + off[k] for k in (0, 1))
    keep = np.ones(at.size, bool) if hole is None else (at < hole[0]) | (at > hole[1])
    latitude, longitude = plane.degrees(x[keep], y[keep])
    height = lift + slope * x[keep]
    time = 1.7e9 + np.arange(at.size)[keep]
    return Track.build(time=time, latitude=latitude, longitude=longitude, elevation=height, sport=sport)


def lines(network, plane=HERE):
    return np.stack(plane.metres(network.point_latitude, network.point_longitude), axis=1)


@pytest.mark.parametrize("seed", range(2))
def test_a_network_of_noisy_walks_is_true_to_the_paths(seed):
    """5 m of noise, four passes a path: what is there is true, what was walked is there, crossings are right."""
    row = simulated(side=7, n=12, minutes=45, seed=seed)
    assert row["precision"] >= 0.97
    assert row["recall"] >= 0.95
    assert 0.8 <= row["junctions"] <= 1.2


@needs_corpus
@pytest.mark.heavy
def test_a_real_persons_network_holds_what_was_held_out():
    """Of held-out points on ways of the others 98 % lie within 15 m of a line; what can be reached hangs together."""
    rows = held_out("person-a", folds=5)
    weight = [row["points"] for row in rows]
    assert np.average([row["within"] for row in rows], weights=weight) >= 0.98
    assert np.mean([row["reachable"] for row in rows]) >= 0.9


def test_a_crossing_is_one_junction():
    """Two streets that cross make one junction with four edges, however often they were walked."""
    tracks = [track([(-300, 0), (300, 0)], seed=k) for k in range(4)]
    tracks += [track([(0, -300), (0, 300)], seed=9 + k) for k in range(4)]
    network = network_from_tracks([tracks])
    assert np.bincount(np.concatenate((network.edge_start, network.edge_stop))).tolist().count(4) == 1
    assert len(network) == 4
    assert network.support.tolist() == [4] * 4
    assert {WAYS[way] for way in network.way} == {"recorded"}
    assert np.abs(lines(network)).min(axis=1).max() < 5


def test_a_gap_that_nobody_crossed_is_not_bridged():
    """Neither between two recordings that end before each other, nor within one that was interrupted."""
    apart = [track([(-400, 0), (-40, 0)], seed=1), track([(40, 0), (400, 0)], seed=2)]
    for tracks in (apart, [track([(-400, 0), (400, 0)], seed=3, hole=(360, 440))]):
        network = network_from_tracks([tracks])
        assert network.components().max() == 1
        assert np.abs(lines(network)[:, 0]).min() > 25


def test_a_spike_makes_no_way():
    """A leap of 400 m and back leaves no line behind."""
    made = track([(-300, 0), (300, 0)], seed=4)
    latitude = np.array(made.latitude)
    latitude[200:203] += 0.004
    spiked = Track.build(time=made.time, latitude=latitude, longitude=made.longitude, sport="walking")
    assert np.abs(lines(network_from_tracks([[spiked]]))[:, 1]).max() < 15


def test_a_spike_makes_no_hole():
    """Behind a leap and back the same pass goes on."""
    made = track([(-300, 0), (300, 0)], seed=4)
    latitude = np.array(made.latitude)
    latitude[200:203] += 0.004
    spiked = Track.build(time=made.time, latitude=latitude, longitude=made.longitude, sport="walking")
    assert np.unique(Passes.of([[spiked]], HERE).piece).tolist() == [0]


def test_only_what_everybody_walked_is_shared():
    """Where one of two people never was, there is no line; with everyone's consent there is."""
    one = [track([(-400, 0), (0, 0), (0, 400)], seed=k) for k in range(2)]
    other = [track([(-400, 0), (0, 0), (400, -300)], seed=5 + k) for k in range(2)]
    plane = Plane(latitude=-5.0, longitude=-5.0)
    shared = lines(network_from_tracks([one, other]))
    for tracks in (one, other):
        own = Passes.of([tracks], plane)
        assert cKDTree(np.stack((own.x, own.y), axis=1)).query(shared)[0].max() < 15
    assert shared[:, 0].min() < -390
    everything = lines(network_from_tracks([one, other], shared=False))
    assert everything[:, 1].max() > 390
    assert everything[:, 0].max() > 390


def test_the_order_of_people_changes_nothing():
    """Whoever is named first, the same lines are shared."""
    people = [[track([(-400, 0), (0, 0), (0, 400)])], [track([(-400, 0), (0, 0), (400, 0)], seed=3)]]
    one, other = (lines(network_from_tracks(order, around=(-5.0, -5.0))) for order in (people, people[::-1]))
    np.testing.assert_allclose(np.sort(one, axis=0), np.sort(other, axis=0), atol=0.01)


def test_somebody_without_recordings_shares_nothing():
    """Where one of the people has recorded nothing on foot, nobody's ways are shown, rather than everybody else's."""
    with pytest.raises(NothingUsableError):
        network_from_tracks([[track([(0, 0), (400, 0)])], []])


def test_a_device_without_a_fix_is_nowhere():
    """Positions of 0, 0 draw no way from Africa, nor a place in the sea into the middle."""
    sea = Plane(latitude=0.0, longitude=0.0)
    made = track([(-300, 100), (300, 100)], plane=sea)
    lost = replace(
        made,
        latitude=np.where(np.arange(len(made)) % 50 < 20, 0.0, made.latitude),
        longitude=np.where(np.arange(len(made)) % 50 < 20, 0.0, made.longitude),
    )
    found = lines(network_from_tracks([[lost]], around=(0.0, 0.0)), sea)
    assert np.hypot(*found.T).min() > 80


def test_recordings_far_from_the_place_are_left_out():
    """A holiday on another island is another network, and makes this one no larger."""
    near = track([(-300, 0), (300, 0)])
    far = track([(40_000, 0), (40_600, 0)])
    found = lines(network_from_tracks([[near, far]], around=(-5.0, -5.0)))
    assert np.abs(found).max() < 400


def test_rides_say_nothing_of_where_people_walk():
    """A ride is no pass, and many rides far away do not move the place around which people's ways are looked for."""
    far = [track([(k * 100, 90_000), (k * 100 + 900, 90_000)], sport="cycling") for k in range(9)]
    walk = track([(-300, 0), (300, 0)])
    assert Passes.of([far], HERE).x.size == 0
    assert np.ptp(lines(network_from_tracks([[*far, walk]]))[:, 0]) > 500


def test_what_nobody_shares_is_refused_in_words():
    """Two people without a common way, rides alone, nothing at all: an error that tells no place."""
    away = [track([(3000, 3000), (3400, 3000)])]
    for people in ([[track([(0, 0), (400, 0)])], away], [[track([(0, 0), (400, 0)], sport="cycling")]], [[]], [[], []]):
        with pytest.raises(NothingUsableError) as refused:
            network_from_tracks(people)
        assert not any(letter.isdigit() for letter in str(refused.value))


def test_walking_a_way_again_only_adds_support():
    """The same recordings twice give the same lines with twice the support."""
    tracks = [track([(-300, 0), (0, 0), (0, 300)], seed=k) for k in range(3)]
    once, twice = network_from_tracks([tracks]), network_from_tracks([tracks + tracks])
    np.testing.assert_allclose(lines(once), lines(twice), atol=1e-6)
    np.testing.assert_array_equal(2 * once.support, twice.support)


def test_the_antimeridian_is_no_place_like_another():
    """A network across 180° is the network elsewhere, moved."""
    there = Plane(latitude=-5.0, longitude=180.0)
    lengths = []
    for plane in (HERE, there):
        tracks = [track([(-300, 0), (300, 0)], plane=plane), track([(0, 0), (0, 300)], seed=1, plane=plane)]
        lengths.append(network_from_tracks([tracks], around=(plane.latitude, plane.longitude)).length)
    np.testing.assert_allclose(*lengths, rtol=1e-6)


def test_barometers_are_made_to_agree():
    """Shifts of 40 m between devices are solved where they meet; the slope that all saw is left."""
    shifts = (0.0, 25.0, -15.0, 0.0)
    ways = ([(-400, 0), (0, 0)], [(-400, 0), (400, 0)], [(-100, 0), (400, 0)], [(0, 0), (400, 0)])
    tracks = [
        track(way, seed=k, lift=100 + up, slope=0.05) for k, (way, up) in enumerate(zip(ways, shifts, strict=True))
    ]
    network = network_from_tracks([tracks])
    off = network.point_elevation - 0.05 * lines(network)[:, 0]
    assert np.ptp(off) < 3.0


def test_without_heights_the_ground_is_unknown():
    """No elevation in any recording: NaN, and not flat."""
    made = track([(-300, 0), (300, 0)])
    bare = Track.build(time=made.time, latitude=made.latitude, longitude=made.longitude, sport="walking")
    assert np.isnan(network_from_tracks([[bare]]).point_elevation).all()


@settings(max_examples=60, deadline=None)
@given(arrays(bool, (14, 14), elements=st.booleans()))
def test_thinning_keeps_what_hangs_together(picture):
    """As many pieces and as many holes as before, whatever is drawn; and nothing that could still go."""
    picture[[0, -1]] = picture[:, [0, -1]] = False
    if not picture.any():
        return
    squares = Squares(at=np.argwhere(picture).astype(np.int64))
    thin = np.zeros_like(picture)
    thin[tuple(squares.at[squares.thinned()].T)] = True
    assert (thin <= picture).all()
    for image in (picture, thin):
        image[0, 0] = False
    whole = np.ones((3, 3))
    assert label(thin, whole)[1] == label(picture, whole)[1]
    assert label(~thin)[1] == label(~picture)[1]


@settings(max_examples=60, deadline=None)
@given(arrays(bool, (14, 14), elements=st.booleans()))
def test_every_square_of_a_thin_line_is_in_its_graph(picture):
    """Each square lies in one chain or one cluster, chains end at clusters that exist, their order has no leap."""
    if not picture.any():
        return
    squares = Squares(at=np.argwhere(picture).astype(np.int64))
    alive = squares.thinned()
    graph = chains(squares, alive)
    in_cluster = np.flatnonzero(graph.cluster >= 0)
    assert sorted([*graph.square, *in_cluster]) == np.flatnonzero(alive).tolist()
    assert set(graph.start) | set(graph.stop) <= {-1, *graph.cluster}
    step = np.abs(np.diff(squares.at[graph.square], axis=0)).max(axis=1)
    assert (step[np.diff(graph.chain) == 0] == 1).all()


def test_heights_of_recordings_fill_what_a_map_does_not_know():
    """Only near the recordings, only where nothing was known, and nothing else of the map changes."""
    recorded = network_from_tracks([[track([(-300, 0), (300, 0)], lift=100, slope=0.05)]])
    town = network_from_tracks([[track([(-200, 3), (200, 3)], noise=0.5), track([(0, 0), (0, 300)], noise=0.5)]])
    bare = replace(town, point_elevation=np.full(town.point_elevation.size, np.nan))
    filled = with_heights_of(bare, recorded)
    x, y = lines(filled).T
    near = np.abs(y) < 15
    assert np.abs(filled.point_elevation[near] - (100 + 0.05 * x[near])).max() < 1.5
    assert np.isnan(filled.point_elevation[y > 60]).all()
    np.testing.assert_array_equal(filled.point_latitude, town.point_latitude)
    known = replace(town, point_elevation=np.full(town.point_elevation.size, 7.0))
    assert (with_heights_of(known, recorded).point_elevation == 7.0).all()


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_whatever_was_recorded_gives_a_network_or_words(seed):
    """Holes, leaps, times that run backwards, one spot for ever: a valid network, or a reason."""
    dice = np.random.default_rng(seed)
    tracks = []
    for _ in range(3):
        n = int(dice.choice([2, 60, 600]))
        x, y = np.cumsum(dice.normal(0.5, 1.5, size=(2, n)), axis=1)
        x[dice.random(n) < 0.02] += 500
        latitude, longitude = HERE.degrees(x, y * dice.choice([0, 1]))
        latitude[dice.random(n) < 0.1] = np.nan
        time = 1.7e9 + np.cumsum(dice.choice([1.0, 1.0, 1.0, 40.0, -3.0], size=n))
        elevation = np.where(dice.random(n) < 0.3, np.nan, dice.normal(scale=30, size=n))
        tracks.append(Track.build(time=time, latitude=latitude, longitude=longitude, elevation=elevation))
    try:
        network = network_from_tracks([tracks[:2], tracks[2:]], shared=bool(seed % 2))
    except NothingUsableError:
        return
    assert len(network)
    assert (network.length > 0).all()
