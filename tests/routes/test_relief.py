"""Heights come from SRTM and GeoTIFF tiles, smooth along the ways, and stay unknown where nobody measured."""

import struct
import zipfile
import zlib

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pace.errors import FormatError, LimitError, MissingFileError, PaceError
from pace.routes import geotiff as module
from pace.routes.effort import steps
from pace.routes.geotiff import read_geotiff
from pace.routes.network import Network, columns
from pace.routes.relief import read_tiles, with_relief
from pace.routes.tile import Box, Tile, utm
from routes.grids import grid, network

BOX = Box(10.2, 20.2, 10.8, 20.8)
SIDE = 1201


def plane_heights(latitude, longitude):
    """Return heights that rise evenly to the north and the east."""
    return 100 + 1000 * (latitude - 10) + 500 * (longitude - 20)


def srtm(path, *, void=None):
    """Write an SRTM tile of the evenly rising plane."""
    latitude, longitude = np.linspace(11, 10, SIDE)[:, None], np.linspace(20, 21, SIDE)[None]
    heights = np.round(plane_heights(latitude, longitude)).astype(">i2")
    if void is not None:
        heights[void] = -32768
    path.write_bytes(heights.tobytes())
    return path


def geotiff(
    heights,
    *,
    predictor=1,
    compression=8,
    tile=None,
    order="<",
    codes=((1024, 2), (1025, 1), (2048, 4326)),
    place=None,
    cell=0.01,
):
    """Return a GeoTIFF of heights, in strips of three rows or in tiles."""
    high, wide = heights.shape
    size = heights.dtype.itemsize
    kind = {"f": 3, "i": 2, "u": 1}[heights.dtype.kind]
    rows, cols = (tile, tile) if tile else (3, wide)
    blocks = []
    for i in range(0, high, rows):
        for j in range(0, wide, cols):
            part = heights[i : i + rows, j : j + cols]
            if tile:
                part = np.pad(part, ((0, rows - part.shape[0]), (0, cols - part.shape[1])))
            blocks.append(
                packed(part, predictor, order) if compression == 1 else zlib.compress(packed(part, predictor, order))
            )
    keys = [1, 1, 0, len(codes), *(value for code, number in codes for value in (code, 0, 1, number))]
    x, y = place or (20.0, 11.0)
    tags = {
        256: ("I", [wide]), 257: ("I", [high]), 258: ("H", [8 * size]), 259: ("H", [compression]), 277: ("H", [1]),
        317: ("H", [predictor]), 339: ("H", [kind]), 33550: ("d", [cell, cell, 0.0]),
        33922: ("d", [0.0, 0.0, 0.0, x, y, 0.0]), 34735: ("H", keys), 42113: ("s", b"-9999\0"),
    }  # fmt: skip
    names = (324, 325) if tile else (273, 279)
    tags |= {322: ("I", [tile]), 323: ("I", [tile])} if tile else {278: ("I", [rows])}
    tags |= {names[0]: ("I", [0] * len(blocks)), names[1]: ("I", [len(block) for block in blocks])}
    return laid_out(tags, blocks, names[0], order)


def packed(part, predictor, order):
    """Return the bytes of a block with its differences taken."""
    if predictor == 2:
        part = np.diff(part, axis=1, prepend=np.zeros((part.shape[0], 1), part.dtype)).astype(part.dtype)
    if predictor == 3:
        parted = part.astype(">f4").view(np.uint8).reshape(*part.shape, 4).transpose(0, 2, 1).reshape(part.shape[0], -1)
        return np.diff(parted, axis=1, prepend=np.zeros((part.shape[0], 1), np.uint8)).astype(np.uint8).tobytes()
    return part.astype(part.dtype.newbyteorder(order)).tobytes()


def laid_out(tags, blocks, offsets, order):
    """Return a TIFF file of tags and blocks."""
    sizes = {"H": (3, 2), "I": (4, 4), "d": (12, 8), "s": (2, 1)}
    head = 8 + 2 + 12 * len(tags) + 4
    extra, where = b"", head
    begin = head + sum(n for kind, value in tags.values() if (n := sizes[kind][1] * len(value)) > 4)
    starts = np.cumsum([begin, *map(len, blocks)])[:-1].tolist()
    entries = b""
    for tag in sorted(tags):
        kind, value = tags[tag]
        value = starts if tag == offsets else value
        data = value if kind == "s" else struct.pack(f"{order}{len(value)}{kind}", *value)
        if len(data) > 4:
            extra, data, where = extra + data, struct.pack(order + "I", where), where + len(data)
        entries += struct.pack(order + "HHI", tag, sizes[kind][0], len(value)) + data.ljust(4, b"\0")
    mark = b"II*\0" if order == "<" else b"MM\0*"
    table = struct.pack(order + "H", len(tags)) + entries + b"\0\0\0\0"
    return mark + struct.pack(order + "I", 8) + table + extra + b"".join(blocks)


HEIGHTS = (np.arange(101)[:, None] * 3 + np.arange(101)[None] * 2 + 5).astype(np.float32)


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("tile", [None, 16, 64])
@pytest.mark.parametrize(
    ("compression", "predictor", "kind"), [(1, 1, "i2"), (8, 1, "f4"), (8, 2, "i2"), (32946, 2, "i4"), (8, 3, "f4")]
)
def test_every_way_of_packing_heights_gives_the_same_tile(order, tile, compression, predictor, kind):
    """Strips and tiles, plain and deflated, differenced or not, either byte order."""
    data = geotiff(HEIGHTS.astype(kind), predictor=predictor, compression=compression, tile=tile, order=order)
    found = read_geotiff(data, BOX)
    latitude, longitude = np.array([10.5, 10.3]), np.array([20.5, 20.75])
    row, column = (11 - latitude) / 0.01 - 0.5, (longitude - 20) / 0.01 - 0.5
    assert np.allclose(found.at(latitude, longitude), 3 * row + 2 * column + 5, atol=1e-3)
    assert found.height.shape[0] < 101  # only what is asked about


def test_a_utm_tile_is_asked_in_its_own_metres():
    """A tile of zone 34 tells the height at degrees."""
    x, y = utm(np.array([10.5]), np.array([20.5]), 34)
    place = (float(x[0]) - 5050.0, float(y[0]) + 5050.0)
    data = geotiff(HEIGHTS, codes=((1024, 1), (1025, 1), (3072, 32634)), place=place, cell=100.0)
    found = read_geotiff(data, Box(10.48, 20.48, 10.52, 20.52))
    assert found.at(np.array([10.5]), np.array([20.5])) == pytest.approx(3 * 50 + 2 * 50 + 5, abs=0.01)


@pytest.mark.parametrize(("latitude", "longitude", "zone", "x", "y"), [
    (49.4, 8.7, 32, 478_239.0, 5_471_901.0),
    (-33.9, 18.4, -34, 259_563.9, 6_245_969.8),
])  # fmt: skip
def test_utm_is_that_of_others(latitude, longitude, zone, x, y):
    """Two places worked out by the series of Krüger in another program, to a few metres here."""
    found = utm(np.array([latitude]), np.array([longitude]), zone)
    assert np.hypot(found[0][0] - x, found[1][0] - y) < 2000


def test_heights_that_no_ground_has_are_unknown():
    """A tile of 30 km of height is wrong, not high."""
    heights = HEIGHTS.copy()
    heights[50, 50], heights[52, 50] = 30_000, -12_000
    assert np.isnan(read_geotiff(geotiff(heights), BOX).height).sum() == 2


def test_a_terrain_file_that_claims_much_is_refused(monkeypatch):
    """Tags, cells, blocks and packed bytes are held against a limit or against the file before memory is taken."""
    good = bytearray(geotiff(HEIGHTS))
    n = struct.unpack_from("<H", good, 8)[0]
    many = bytearray(good + struct.pack("<H", 600) + good[10 : 10 + 12 * n] + bytes((600 - n) * 12))
    many[4:8] = struct.pack("<I", len(good))
    long = bytearray(good)
    at = 10 + 12 * sorted((256, 257, 258, 259, 277, 317, 339, 33550, 33922, 34735, 42113, 278, 273, 279)).index(34735)
    long[at + 4 : at + 8] = struct.pack("<I", 2**31)
    for data in (bytes(many), bytes(long)):
        with pytest.raises(FormatError, match="damaged"):
            read_geotiff(data, BOX)
    with monkeypatch.context() as patch:
        patch.setattr(module, "MOST_CELLS", 1000)
        with pytest.raises(LimitError, match="1,000 cells"):
            read_geotiff(bytes(good), BOX)
        patch.setattr(module, "MOST_CELLS", 64 * 64 + 1)
        assert read_geotiff(geotiff(HEIGHTS, tile=64), Box(10.5, 20.5, 10.52, 20.52)) is not None
        patch.setattr(module, "MOST_CELLS", 64 * 64 - 1)
        with pytest.raises(FormatError, match="damaged"):
            read_geotiff(geotiff(HEIGHTS, tile=64), Box(10.5, 20.5, 10.52, 20.52))


def test_a_block_of_a_terrain_file_unpacks_to_what_it_claims():
    """A few kilobytes of zeros do not become a gigabyte."""
    import tracemalloc

    bomb = zlib.compress(bytes(64 * 2**20))
    data = geotiff(HEIGHTS, tile=128)
    block = zlib.compress(packed(np.pad(HEIGHTS, ((0, 27), (0, 27))), 1, "<"))
    assert data.endswith(block)
    data = data[: -len(block)] + bomb
    data = data.replace(struct.pack("<I", len(block)), struct.pack("<I", len(bomb)))
    tracemalloc.start()
    found = read_geotiff(data, BOX)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert found is not None
    assert peak < 16 * 2**20


def test_no_data_stays_unknown():
    """What a tile marks as missing, and nonsense, is NaN."""
    heights = HEIGHTS.copy()
    heights[50, 50], heights[52, 50] = -9999, 1e30
    found = read_geotiff(geotiff(heights), BOX)
    assert np.isnan(found.height).sum() == 2


@given(cut=st.integers(1, 3000), flips=st.lists(st.tuples(st.integers(0, 3000), st.integers(0, 255)), max_size=5))
@settings(max_examples=150, deadline=None)
def test_a_damaged_geotiff_is_an_error_of_ours_or_still_a_tile(cut, flips):
    """Cut short and changed bytes never end in anything but a documented error."""
    data = bytearray(geotiff(HEIGHTS, tile=64))
    for at, value in flips:
        data[at % len(data)] = value
    try:
        found = read_geotiff(bytes(data[: max(len(data) - cut % len(data), 0)]), BOX)
    except PaceError:
        found = None
    assert found is None or found.height.dtype == np.float32


def test_srtm_tells_heights_to_the_metre_and_voids_are_unknown(tmp_path):
    """Plain and zipped, whole metres smoothed; a void in the middle of the tile is NaN there and nowhere else."""
    plain = srtm(tmp_path / "N10E020.hgt", void=(600, 600))
    with zipfile.ZipFile(tmp_path / "N10E020.hgt.zip", "w") as archive:
        archive.write(plain, "N10E020.hgt")
    for path in (plain, tmp_path / "N10E020.hgt.zip"):
        (tile,) = read_tiles([path], BOX)
        latitude, longitude = np.array([10.3, 10.41]), np.array([20.3, 20.77])
        assert np.allclose(tile.at(latitude, longitude), plane_heights(latitude, longitude), atol=1.0)
        assert np.isnan(tile.at(np.array([10.5]), np.array([20.5]))).all()
        assert np.isnan(tile.at(np.array([12.0]), np.array([20.5]))).all()


@pytest.mark.parametrize(("name", "content"), [
    ("N10E020.hgt", b"short"), ("heights.hgt", b"\0" * 2 * SIDE * SIDE), ("N10E020.zip", b"PK\x03\x04broken"),
    ("x.tif", b"II*\0"), ("rows.txt", b"1 2 3"),
])  # fmt: skip
def test_what_is_no_terrain_is_named(tmp_path, name, content):
    """Files of another kind, without a corner in their name, or damaged."""
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(FormatError) as caught:
        read_tiles([path], BOX)
    assert name in str(caught.value)


def test_a_terrain_file_that_is_not_there(tmp_path):
    """A missing file is a missing file."""
    with pytest.raises(MissingFileError):
        read_tiles([tmp_path / "N10E020.hgt"], BOX)


def slope(latitude, longitude, cell=0.0008):
    """Return a tile that rises evenly around a place."""
    y, x = np.meshgrid(latitude + 0.05 - np.arange(126) * cell, longitude - 0.05 + np.arange(126) * cell, indexing="ij")
    return Tile(height=plane_heights(y, x).astype(np.float32), x=longitude - 0.05, y=latitude + 0.05, dx=cell, dy=cell)


def test_a_network_on_a_plane_has_its_grades():
    """On an even slope every way has the height of the ground and its grade, and no two points are far apart."""
    net = with_relief(grid(4, step=300.0), [slope(10.0, 20.0)])
    inner = with_relief(grid(4, step=300.0, latitude=10.001, longitude=20.001), [slope(10.0, 20.0)])
    known = steps(inner)
    assert np.max(known.length[known.real]) <= 26
    north = np.isclose(known.grade, 1000 / 111_195, atol=6e-4)
    east = np.isclose(known.grade, 500 / 109_500, atol=6e-4)
    middle = known.real & (np.abs(known.grade) > 0)
    assert (north | east)[middle].mean() > 0.75  # near a junction the slopes of its ways are averaged
    assert np.allclose(net.length, grid(4, step=300.0).length)


def test_a_bridge_runs_evenly_over_a_valley():
    """The ground under a bridge of two parts says nothing of it, nor of the node in its midst."""
    x, y = np.array([0.0, 200, 400, 600, 800]), np.zeros(5)
    span = [False, True, True, False]
    flat = network(x, y, np.arange(4), np.arange(1, 5), span=span, latitude=10.0, longitude=20.0)
    cell, columns_ = 0.0002, 60
    east = (20.0 - 0.002 + np.arange(columns_) * cell - 20.0) * 109_500
    heights = np.tile(np.where((east > 260) & (east < 540), 50.0, 100.0), (20, 1)).astype(np.float32)
    net = with_relief(flat, [Tile(height=heights, x=20.0 - 0.002, y=10.002, dx=cell, dy=cell)])
    assert np.abs(net.point_elevation - 100).max() < 3
    on_bridge = np.concatenate([net.point_elevation[net.points_of(edge)] for edge in (1, 2)])
    assert np.ptp(on_bridge) < 3


def test_where_nothing_is_known_nothing_is_said():
    """Without a tile, and far from where one ends, heights stay unknown; a short gap is bridged."""
    bare = grid(3, step=300.0)
    assert np.isnan(with_relief(bare, []).point_elevation).all()
    gap = slope(10.0, 20.0)
    heights = gap.height.copy()
    heights[:63] = np.nan
    net = with_relief(grid(9, step=300.0), [Tile(height=heights, x=gap.x, y=gap.y, dx=gap.dx, dy=gap.dy)])
    far = net.point_latitude > 10.0 + 900 / 111_195
    assert np.isnan(net.point_elevation[far]).all()
    assert np.isfinite(net.point_elevation[net.point_latitude < 10.0]).all()


def test_heights_meet_at_junctions():
    """All lines that meet have one height there."""
    net = with_relief(grid(4, step=150.0), [slope(10.0, 20.0)])
    first, last = net.point_offsets[:-1], net.point_offsets[1:] - 1
    node = np.concatenate((net.edge_start, net.edge_stop))
    height = np.concatenate((net.point_elevation[first], net.point_elevation[last]))
    for one in range(net.node_latitude.size):
        assert np.ptp(height[node == one]) == 0


def test_relief_of_no_network_is_none():
    """An empty network stays empty."""
    none = {name: values[:0] for name, values in columns(grid(2)).items() if name != "point_offsets"}
    assert len(with_relief(Network.build(**none, point_offsets=[0]), [])) == 0
