"""A network is checked when it is made; pieces of it are networks."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pace.errors import InputError
from pace.routes.network import Nearest, Network, columns
from pace.routes.plane import Plane
from routes.grids import grid, network

EMPTY = Network.build(
    node_latitude=[],
    node_longitude=[],
    edge_start=[],
    edge_stop=[],
    point_latitude=[],
    point_longitude=[],
    point_offsets=[0],
)


@given(
    x=st.floats(-20_000, 20_000),
    y=st.floats(-20_000, 20_000),
    latitude=st.floats(-70, 70),
    longitude=st.floats(-180, 179.99),
)
def test_a_plane_and_back_is_the_same_place(x, y, latitude, longitude):
    """Degrees of metres are the metres again, also across the antimeridian."""
    plane = Plane(latitude=latitude, longitude=longitude)
    assert np.allclose(plane.metres(*plane.degrees(x, y)), (x, y), atol=1e-6)


@pytest.mark.parametrize("longitude", [20.0, 179.9995, -180.0])
def test_lengths_are_measured_along_the_lines(longitude):
    """A grid of 100 m has edges of 100 m, wherever it lies."""
    assert np.allclose(grid(4, longitude=longitude).length, 100, rtol=1e-4)


def test_a_piece_of_a_network_keeps_what_is_known_of_it():
    """The lines of the edges kept are the same lines, and nodes without an edge are gone."""
    whole = grid(3)
    keep = np.zeros(len(whole), dtype=bool)
    keep[[0, 9]] = True
    piece = whole.subset(keep)
    assert len(piece) == 2
    assert piece.node_latitude.size == 4
    for new, old in enumerate([0, 9]):
        assert np.array_equal(piece.point_latitude[piece.points_of(new)], whole.point_latitude[whole.points_of(old)])
        assert piece.node_latitude[piece.edge_start[new]] == whole.node_latitude[whole.edge_start[old]]


def test_the_largest_piece_is_that_with_the_greatest_length():
    """Three short edges weigh less than a long one."""
    x = np.array([0.0, 10, 10, 0, 500, 900])
    y = np.array([0.0, 0, 10, 10, 0, 0])
    two = network(x, y, np.array([0, 1, 2, 4]), np.array([1, 2, 3, 5]))
    assert two.largest().length.tolist() == pytest.approx([400], rel=1e-4)


def test_the_nearest_place_lies_on_a_line_and_not_only_at_a_junction():
    """Thirty metres along an edge and five beside it."""
    net = grid(2)
    latitude, longitude = Plane(latitude=10.0, longitude=20.0).degrees(30.0, -5.0)
    found = net.nearest(float(latitude), float(longitude))
    assert (found.along, found.distance) == (pytest.approx(30, abs=0.1), pytest.approx(5, abs=0.01))
    assert found.edge == 0


def test_an_empty_network_has_no_nearest_place():
    """Nothing breaks where there is nothing."""
    assert EMPTY.nearest(0.0, 0.0) == Nearest(-1, 0.0, float("inf"))
    assert len(EMPTY.largest()) == 0


def test_what_is_no_network_is_refused_without_telling_where_it_lies():
    """Indices, offsets and coordinates out of range are one line, without a coordinate."""
    good = {name: values for name, values in columns(grid(3, latitude=48.123)).items() if name != "length"}
    for name, wrong in (
        ("edge_stop", good["edge_stop"] + 5),
        ("point_offsets", good["point_offsets"] + 1),
        ("node_latitude", good["node_latitude"] + 80),
        ("way", good["way"] + 200),
        ("lit", good["lit"][1:]),
        ("colour", good["lit"]),
        ("edge_start", None),
    ):
        with pytest.raises(InputError) as caught:
            Network.build(**{**good, name: wrong})
        assert "48.1" not in str(caught.value)


def test_the_arrays_of_a_network_are_read_only():
    """A value that exists is valid and stays so."""
    with pytest.raises(ValueError, match="read-only"):
        grid(2).length[0] = 1
