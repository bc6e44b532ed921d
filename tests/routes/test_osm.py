"""An extract of OpenStreetMap becomes a network: what may be walked is in it, what may not is not."""

import bz2
import gzip

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus import ROOT
from pace.errors import FormatError, LimitError, MissingFileError, NothingUsableError, PaceError
from pace.routes import osm
from pace.routes.network import PLACES, SURFACES, WAYS
from pace.routes.osm import content, read_map, scan
from pace.routes.osm_tags import lit, speed_limit, surface, walkable
from pace.routes.plane import Plane

TOWN = ROOT / "sample_activities" / "map.osm"
CORNERS = {1: (0, 0), 2: (100, 0), 3: (200, 0), 4: (200, 100), 5: (100, 100), 6: (0, 100), 7: (100, 200), 8: (50, 150)}
SQUARE = [([1, 2, 3, 4, 5, 6, 1], {"highway": "residential"})]


def document(ways, *, nodes=None, corners=None):
    """Return an OSM document of ways, each a list of node numbers and its tags; `nodes` are the tags of nodes."""
    plane = Plane(latitude=10.0, longitude=20.0)
    lines = ['<?xml version="1.0"?><osm version="0.6">']
    for number, (x, y) in (corners or CORNERS).items():
        latitude, longitude = plane.degrees(x, y)
        tags = "".join(f'<tag k="{k}" v="{v}"/>' for k, v in (nodes or {}).get(number, {}).items())
        lines.append(f'<node id="{number}" version="1" lat="{latitude:.7f}" lon="{longitude:.7f}">{tags}</node>')
    for number, (refs, tags) in enumerate(ways, 1):
        inner = "".join(f'<nd ref="{ref}"/>' for ref in refs)
        inner += "".join(f'<tag k="{k}" v="{v}"/>' for k, v in tags.items())
        lines.append(f'<way id="{number}" version="1">{inner}</way>')
    return "\n".join([*lines, "</osm>"]).encode()


@pytest.fixture
def town(tmp_path):
    """Return a function that reads a document as a map."""

    def read(ways, **kwargs):
        path = tmp_path / "town.osm"
        path.write_bytes(document(ways, **kwargs))
        return read_map(path)

    return read


@pytest.mark.parametrize(
    ("tags", "may"),
    [
        ({"highway": "path"}, True),
        ({"highway": "steps"}, True),
        ({"highway": "cycleway"}, True),
        ({"highway": "cycleway", "foot": "no"}, False),
        ({"highway": "residential", "access": "private"}, False),
        ({"highway": "residential", "access": "private", "foot": "designated"}, True),
        ({"highway": "track", "access": "forestry"}, True),
        ({"highway": "footway", "foot": "use_sidepath"}, False),
        ({"highway": "primary"}, True),
        ({"highway": "primary", "maxspeed": "100"}, False),
        ({"highway": "primary", "maxspeed": "100", "sidewalk": "both"}, True),
        ({"highway": "trunk"}, False),
        ({"highway": "trunk", "foot": "yes"}, True),
        ({"highway": "motorway", "foot": "yes"}, False),
        ({"highway": "construction"}, False),
        ({"highway": "footway", "construction": "yes"}, False),
        ({"highway": "corridor"}, False),
        ({"highway": "footway", "indoor": "yes"}, False),
        ({"highway": "steps", "conveying": "forward"}, False),
        ({"highway": "service", "service": "driveway"}, False),
        ({"highway": "service", "service": "alley"}, True),
        ({"highway": "path", "sac_scale": "alpine_hiking"}, False),
        ({"highway": "path", "sac_scale": "hiking"}, True),
        ({"building": "yes"}, False),
        ({}, False),
    ],
)
def test_who_may_walk_where(tags, may):
    """Access, foot, pavements, building sites, rooms and escalators decide; no tag but highway is required."""
    assert walkable(tags) is may


@given(
    tags=st.dictionaries(
        st.sampled_from(["highway", "foot", "access", "maxspeed", "lanes", "surface", "lit", "sidewalk", "name"]),
        st.one_of(st.text(max_size=12), st.sampled_from(["footway", "primary", "yes", "no", "50", "none", "walk"])),
    )
)
def test_no_tag_breaks_the_rules(tags):
    """Whatever somebody typed into a map gives an answer."""
    assert walkable(tags) in (True, False)
    assert 0 <= surface(tags) < len(SURFACES)
    assert lit(tags) in (-1, 0, 1)
    assert 0 <= speed_limit(tags, otherwise=50.0) < 20_000


def test_ways_are_cut_where_they_meet_and_only_there(town):
    """Junctions are where lines meet, end or close, and the middle of the longer of two ways between the same two."""
    net = town([*SQUARE, ([2, 5, 7], {"highway": "path", "name": "Middle"})])
    assert net.node_latitude.size == 5  # corner 1 closes the square; 2, 5 and 7 are on the path; 4 halves the way round
    assert net.length.sum() == pytest.approx(600 + 200, rel=1e-3)
    assert net.names == ("Middle",)
    assert sorted(WAYS[kind] for kind in net.way) == [*["path"] * 2, *["residential"] * 4]


def test_no_edge_is_a_circle_and_no_two_join_the_same_nodes(town):
    """A ring gets nodes in its middle, so that a search can tell its two sides apart."""
    net = town(SQUARE)
    ends = np.sort(np.stack((net.edge_start, net.edge_stop)), axis=0)
    assert (ends[0] != ends[1]).all()
    assert np.unique(ends, axis=1).shape[1] == len(net) >= 3
    assert net.length.sum() == pytest.approx(600, rel=1e-3)


def test_a_locked_gate_cuts_a_way(town):
    """Who cannot pass a node does not get from one side to the other."""
    net = town(
        [([1, 2, 3], {"highway": "path"}), ([3, 4], {"highway": "path"})],
        nodes={2: {"barrier": "gate", "access": "private"}},
    )
    assert net.length.sum() == pytest.approx(100, rel=1e-3)
    open_ = town([([1, 2, 3], {"highway": "path"})], nodes={2: {"barrier": "gate"}})
    assert open_.length.sum() == pytest.approx(200, rel=1e-3)


def test_a_way_that_leaves_the_map_ends_at_its_border(town):
    """Nodes that the extract does not hold are no places."""
    net = town([([1, 2, 99, 3, 4], {"highway": "path"}), ([4, 5, 2], {"highway": "path"})])
    assert net.length.sum() == pytest.approx(100 + 100 + 100 + 100, rel=1e-3)


def test_crossing_a_road_takes_time_and_walking_along_it_does_not(town):
    """Half of the waiting lies on each path that meets a crossing; the road itself has none but at signals."""
    ways = [
        ([1, 2, 3], {"highway": "secondary"}),
        ([7, 5, 2], {"highway": "footway"}),
        ([2, 8], {"highway": "footway"}),
    ]
    plain = town(ways, nodes={2: {"highway": "crossing"}})
    waits = {WAYS[kind]: wait for kind, wait in zip(plain.way.tolist(), plain.crossing_s.tolist(), strict=True)}
    assert waits == {"main road": 0.0, "footway": 2.0}
    signals = town(ways, nodes={2: {"highway": "traffic_signals"}})
    assert signals.crossing_s.tolist() == [10.0] * 4
    assert town(ways).crossing_s.max() == 6.0  # a main road without any crossing


def test_it_is_loud_by_the_road_and_quiet_away_from_it(town):
    """Noise falls with distance from traffic, and with the size of the road."""
    corners = {1: (-600, 0), 2: (600, 0), 3: (-600, 60), 4: (600, 60), 5: (-600, 420), 6: (600, 420)}
    paths = [
        ([3, 4], {"highway": "path"}),
        ([5, 6], {"highway": "path"}),
        ([3, 5], {"highway": "path"}),
        ([1, 3], {"highway": "path"}),
    ]

    def noise(road):
        net = town([([1, 2], road), *paths], corners=corners)
        long_ = net.length > 1000
        return net.noise[long_][np.argsort(net.point_latitude[net.point_offsets[:-1]][long_])]

    loud, quiet = noise({"highway": "primary"}), noise({"highway": "residential"})
    assert (np.diff(loud) < -0.1).all()
    assert (quiet < loud).all()


def test_green_is_what_grows_around_and_unknown_where_nobody_mapped_land(town):
    """A path in a wood is green, one outside is not, and without any land use nothing is said."""
    paths = [([1, 3], {"highway": "path"}), ([3, 4], {"highway": "path"}), ([4, 7], {"highway": "path"})]
    corners = {
        1: (0, 0),
        3: (400, 0),
        4: (400, 900),
        7: (0, 900),
        11: (-200, -200),
        12: (600, -200),
        13: (600, 200),
        14: (-200, 200),
    }
    assert np.isnan(town(paths, corners=corners).green).all()
    net = town([*paths, ([11, 12, 13, 14, 11], {"natural": "wood"})], corners=corners)
    south, north = net.green[[0, 2]]
    assert (south, north) == (pytest.approx(1, abs=0.01), pytest.approx(0, abs=0.01))


def test_benches_and_stops_are_kept(town):
    """What is useful beside the way is known by its kind."""
    net = town(SQUARE, nodes={7: {"amenity": "bench"}, 8: {"highway": "bus_stop"}})
    assert [PLACES[kind] for kind in net.place_kind] == ["bench", "stop"]


def test_every_packing_of_a_map_is_the_same_map(tmp_path):
    """Plain, gzip and bzip2, under any name, give the same network."""
    data = TOWN.read_bytes()
    nets = []
    for number, packed in enumerate((data, gzip.compress(data), bz2.compress(data))):
        path = tmp_path / f"map-{number}"
        path.write_bytes(packed)
        nets.append(read_map(path))
    for net in nets[1:]:
        assert np.array_equal(net.point_latitude, nets[0].point_latitude)
        assert np.array_equal(net.noise, nets[0].noise)
    assert nets[0].attribution == "an invented place"


def test_a_map_of_nothing_to_walk_on_says_so(tmp_path):
    """A building and a motorway are no way."""
    path = tmp_path / "town.osm"
    path.write_bytes(document([([1, 2], {"highway": "motorway"}), ([3, 4, 5, 3], {"building": "yes"})]))
    with pytest.raises(NothingUsableError, match="no way that people can walk on"):
        read_map(path)


def test_what_cannot_be_opened_or_is_too_large_is_refused(tmp_path, monkeypatch):
    """A folder, a missing file, a country."""
    for path in (tmp_path, tmp_path / "none.osm"):
        with pytest.raises(MissingFileError):
            content(path)
    monkeypatch.setattr(osm, "MOST_BYTES", 100)
    with pytest.raises(LimitError, match="cut out the area"):
        content(TOWN)
    monkeypatch.undo()
    monkeypatch.setattr(osm, "MOST_POINTS", 10)
    with pytest.raises(LimitError, match="cut out a smaller area"):
        scan(TOWN)


@given(cut=st.integers(0, 4000), flips=st.lists(st.tuples(st.integers(0, 4000), st.integers(0, 255)), max_size=4))
@settings(max_examples=40, deadline=None)
def test_a_damaged_map_is_an_error_of_ours_or_still_a_map(tmp_path_factory, cut, flips):
    """Cut short and changed bytes never end in anything but a documented error."""
    data = bytearray(document([*SQUARE, ([2, 5, 7], {"highway": "path"})]))
    for at, value in flips:
        data[at % len(data)] = value
    path = tmp_path_factory.mktemp("damaged") / "town.osm"
    path.write_bytes(bytes(data[: len(data) - cut % len(data)]))
    told = ""
    try:
        read_map(path)
    except PaceError as error:
        told = str(error)
    assert not told or "town.osm" in told
    assert "10.0" not in told


def test_a_change_file_is_no_map(tmp_path):
    """What only tells of changes is refused by name."""
    path = tmp_path / "day.osc"
    path.write_bytes(b'<?xml version="1.0"?><osmChange version="0.6"></osmChange>')
    with pytest.raises(FormatError, match=r"OpenStreetMap extract .* \(.*day\.osc\)"):
        read_map(path)
