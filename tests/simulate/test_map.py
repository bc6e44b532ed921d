"""The invented town: small, whole, in the open ocean, and holding whatever a walk may meet."""

from collections import Counter
from itertools import pairwise

import numpy as np
import pytest
from lxml import etree
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from pace.routes.osm import read_map
from pace.routes.relief import read_tiles, with_relief
from pace.routes.tile import Box
from pace.simulate.map import map_xml
from pace.simulate.place import EAST_M, NORTH_M, elevation
from pace.simulate.terrain import terrain_tif


@pytest.fixture(scope="module")
def town():
    return etree.fromstring(map_xml())


def tags(element):
    return {tag.get("k"): tag.get("v") for tag in element.iterfind("tag")}


def test_the_map_is_small_and_the_same_each_time():
    """Under 400 kB, byte for byte the same."""
    assert map_xml() == map_xml()
    assert len(map_xml()) < 400_000


def test_the_town_lies_in_the_open_ocean(town):
    """Within 5 km of 5° S 5° W, about 4 km on a side."""
    place = np.array([(float(node.get("lat")), float(node.get("lon"))) for node in town.iterfind("node")])
    assert np.abs(place + 5).max() < 0.05
    assert (np.ptp(place, axis=0) > 0.03).all()


def test_every_way_can_be_reached_on_foot(town):
    """All ways for feet hang together, and every point that a way names is there."""
    known = {node.get("id") for node in town.iterfind("node")}
    steps = []
    for way in town.iterfind("way"):
        points = [nd.get("ref") for nd in way.iterfind("nd")]
        assert known.issuperset(points)
        if tags(way).get("highway", "motorway") != "motorway":
            steps += pairwise(map(int, points))
    ends = np.unique(np.array(steps), return_inverse=True)[1].reshape(-1, 2)
    graph = coo_array((np.ones(len(ends)), ends.T), shape=(ends.max() + 1,) * 2)
    assert connected_components(graph, directed=False)[0] == 1


def test_the_town_has_what_a_walk_may_meet(town):
    """Quiet and loud ways, stairs, bridges, signals, lit and unlit ways, a locked gate, places to sit and to meet."""
    found = Counter(item for element in town for item in tags(element).items())
    for item in (
        *(("highway", kind) for kind in ("secondary", "residential", "footway", "path", "track", "steps", "motorway")),
        *(("amenity", kind) for kind in ("bench", "toilets", "shelter", "school")),
        ("bridge", "yes"),
        ("crossing", "traffic_signals"),
        ("lit", "no"),
        ("lit", "yes"),
        ("access", "private"),
        ("leisure", "park"),
        ("leisure", "track"),
        ("natural", "water"),
    ):
        assert found[item]


def test_the_ground_is_as_high_as_in_the_outings(tmp_path):
    """Every point of the map has a height near that of the outings, but for what smoothing takes off hills."""
    for name, data in (("map.osm", map_xml()), ("ground.tif", terrain_tif())):
        (tmp_path / name).write_bytes(data)
    network = read_map(tmp_path / "map.osm")
    network = with_relief(network, read_tiles([str(tmp_path / "ground.tif")], Box.of(network)))
    off = network.point_elevation - elevation(
        (network.point_longitude + 5) * EAST_M, (network.point_latitude + 5) * NORTH_M
    )
    assert np.abs(off).max() < 8.0  # of 90 m between valley and hill
    assert np.median(np.abs(off)) < 0.8
