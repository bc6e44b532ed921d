"""A prepared map is the map again, or an error that says what to do."""

import hashlib

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus import ROOT
from pace.errors import FormatError, LimitError, MissingFileError
from pace.routes.network import columns
from pace.routes.osm import read_map
from pace.routes.prepared import is_prepared, prepared, read_prepared
from routes.grids import grid

TOWN = ROOT / "sample_activities" / "map.osm"
SMALL = prepared(grid(3))


def test_a_map_written_and_read_is_the_same_to_the_last_bit(tmp_path):
    """Every column, every name, whom to thank."""
    network, path = read_map(TOWN), tmp_path / "town.pacemap"
    path.write_bytes(prepared(network))
    again = read_prepared(path)
    for name, values in columns(network).items():
        found = columns(again)[name]
        assert found.dtype == values.dtype
        assert np.array_equal(found, values, equal_nan=values.dtype.kind == "f")
    assert (again.names, again.attribution) == (network.names, network.attribution)
    assert prepared(again) == prepared(network)


def test_a_prepared_map_is_known_by_its_content(tmp_path):
    """The name of the file decides nothing."""
    path = tmp_path / "anything.osm.pbf"
    path.write_bytes(SMALL)
    assert is_prepared(path)
    assert not is_prepared(TOWN)
    with pytest.raises(MissingFileError):
        is_prepared(tmp_path / "none")


@given(at=st.integers(9, len(SMALL) - 1), value=st.integers(1, 255), cut=st.integers(0, 60))
@settings(max_examples=60, deadline=None)
def test_one_changed_byte_is_noticed(tmp_path_factory, at, value, cut):
    """The checksum covers everything behind it, and itself."""
    data = bytearray(SMALL)
    data[at] ^= value
    path = tmp_path_factory.mktemp("prepared") / "town.pacemap"
    path.write_bytes(bytes(data[: len(data) - cut]))
    with pytest.raises(FormatError, match="prepare it again"):
        read_prepared(path)


def test_a_map_of_another_version_says_so(tmp_path):
    """What a later pace wrote is not guessed at."""
    data = SMALL[41:].replace(b'"version": 2', b'"version": 9')
    path = tmp_path / "town.pacemap"
    path.write_bytes(b"pace map\n" + hashlib.sha256(data).digest() + data)
    with pytest.raises(FormatError, match="another version"):
        read_prepared(path)


def test_a_saved_map_that_is_too_large_is_refused(tmp_path, monkeypatch):
    """Before it is read."""
    monkeypatch.setattr("pace.routes.prepared.MOST_BYTES", 100)
    path = tmp_path / "town.pacemap"
    path.write_bytes(SMALL)
    with pytest.raises(LimitError):
        read_prepared(path)


@pytest.mark.parametrize(
    "head",
    [
        b"[]",
        b"{",
        b'{"version": 2}',
        b'{"version": 2, "columns": [["edge_start", "<i4", 999999999]], "names": [], "attribution": ""}',
        b'{"version": 2, "columns": [["edge_start", "no kind", 1]], "names": [], "attribution": ""}',
        b'{"version": 2, "columns": [["nonsense", "<i4", 0]], "names": [], "attribution": ""}',
    ],
)
def test_a_forged_map_is_refused(tmp_path, head):
    """A right checksum makes no right map: the error is ours and says what to do."""
    data = len(head).to_bytes(8, "little") + head
    path = tmp_path / "town.pacemap"
    path.write_bytes(b"pace map\n" + hashlib.sha256(data).digest() + data)
    with pytest.raises(FormatError, match="prepare it again"):
        read_prepared(path)
