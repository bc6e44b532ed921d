"""How high the ground lies: terrain tiles that a person has, and a network with the height of every point."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pace.arrays import Array
from pace.earth import short_way
from pace.errors import FormatError, LimitError, MissingFileError
from pace.routes.geotiff import is_tiff, read_geotiff
from pace.routes.lines import densified, within
from pace.routes.network import Network, columns
from pace.routes.tile import Box, Tile, cropped

MOST_BYTES = 600_000_000
"""Bytes of a terrain file; one degree of SRTM at 30 m has 26 million."""
STEP = 25.0
"""m; no two points of a line with heights lie farther apart, so that no hill is missed."""
SMOOTH, SMOOTH_CELLS = 20.0, 0.5
"""m, and cells: the SD of the smoothing is the greater of both. Kerbs and walls are no hills, and what sets single
cells of a radar's terrain apart is noise: 3 m from one cell of 90 m to the next would be a slope of 3 %."""
FINEST = 8.0
"""m; finer cells are put together first."""


def read_tiles(paths: Iterable[str | Path], box: Box) -> tuple[Tile, ...]:
    """Return the terrain tiles in some files that touch a box: SRTM (`.hgt`, also zipped) and GeoTIFF.

    Parameters
    ----------
    paths : iterable of path
    box : Box
        What the tiles must touch to be read.

    Raises
    ------
    MissingFileError, FormatError, LimitError
        When a file cannot be opened, is something else or damaged, or is too large.
    """
    tiles = (_read_tile(Path(path), box) for path in paths)
    return tuple(smoothed(tile) for tile in tiles if tile is not None)


def _read_tile(path: Path, box: Box) -> Tile | None:
    """Return the part of one tile that touches the box."""
    try:
        size = path.stat().st_size
        if size > MOST_BYTES:
            raise LimitError(
                f"a terrain file may have {MOST_BYTES // 10**6} MB, this has {size // 10**6}", path=str(path)
            )
        data = path.read_bytes()
    except OSError as error:
        raise MissingFileError(f"the terrain file cannot be opened: {error.strerror}", path=str(path)) from None
    if is_tiff(data):
        return read_geotiff(data, box, path=str(path))
    name = path.name
    if data[:4] == b"PK\x03\x04":
        name, data = _unzipped(path, data)
    return _srtm(data, name, box, path=str(path))


def _unzipped(path: Path, data: bytes) -> tuple[str, bytes]:
    """Return the name and the content of the one .hgt in a zip."""
    import io
    import zipfile
    import zlib

    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = [one for one in archive.infolist() if one.filename.lower().endswith(".hgt")]
            if len(members) != 1 or members[0].file_size > MOST_BYTES:
                raise FormatError("a zipped terrain file holds one .hgt, this holds none or several", path=str(path))
            return Path(members[0].filename).name, archive.read(members[0])
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError, OSError) as error:
        raise FormatError("the zipped terrain file is damaged: load it again", path=str(path)) from error


_CORNER = re.compile(r"([NS])(\d{1,2})([EW])(\d{1,3})", re.IGNORECASE)
SRTM_SIZES = (1201, 3601)
SRTM_VOID = -32768


def _srtm(data: bytes, name: str, box: Box, *, path: str) -> Tile | None:
    """Return the part of an SRTM tile that touches the box; its corner is told by its name."""
    side = next((n for n in SRTM_SIZES if len(data) == 2 * n * n), 0)
    corner = _CORNER.match(name)
    if not side or corner is None:
        raise FormatError(
            "a terrain file is GeoTIFF or SRTM (1201 or 3601 heights a side, named like N00E000.hgt), this is neither",
            path=path,
        )
    south = float(corner[2]) * (1 if corner[1].upper() == "N" else -1)
    west = float(corner[4]) * (1 if corner[3].upper() == "E" else -1)
    height = np.frombuffer(data, dtype=">i2").reshape(side, side)
    step = 1 / (side - 1)
    rows, cols = cropped(box, x=west, y=south + 1, dx=step, dy=step, shape=height.shape)
    if rows.stop - rows.start < 2 or cols.stop - cols.start < 2:
        return None
    part = height[rows, cols].astype(np.float32)
    part[part == SRTM_VOID] = np.nan
    return Tile(height=part, x=west + cols.start * step, y=south + 1 - rows.start * step, dx=step, dy=step)


def smoothed(tile: Tile) -> Tile:
    """Return a tile smoothed over SMOOTH m and SMOOTH_CELLS cells, cells finer than FINEST put together before."""
    n = int(FINEST // tile.cell())
    if n > 1:
        tile = _coarser(tile, n)
    from scipy.ndimage import gaussian_filter

    sd = max(SMOOTH / tile.cell(), SMOOTH_CELLS)
    known = ~np.isnan(tile.height)
    total = gaussian_filter(np.where(known, tile.height, 0), sd, mode="nearest", truncate=3)
    weight = gaussian_filter(known.astype(np.float32), sd, mode="nearest", truncate=3)
    with np.errstate(invalid="ignore", divide="ignore"):
        height = np.where(known, total / weight, np.nan).astype(np.float32)
    return Tile(height=height, x=tile.x, y=tile.y, dx=tile.dx, dy=tile.dy, zone=tile.zone)


def _coarser(tile: Tile, n: int) -> Tile:
    """Return a tile of means of n by n cells; unknown where any is."""
    rows, cols = (size // n * n for size in tile.height.shape)
    height = tile.height[:rows, :cols].reshape(rows // n, n, cols // n, n).mean(axis=(1, 3))
    shift = (n - 1) / 2
    return Tile(
        height=height,
        x=tile.x + shift * tile.dx,
        y=tile.y - shift * tile.dy,
        dx=tile.dx * n,
        dy=tile.dy * n,
        zone=tile.zone,
    )


def with_relief(network: Network, tiles: Sequence[Tile]) -> Network:
    """Return a network with the height of every point of its lines, and points dense enough to see every hill.

    Where several tiles know a place the first one tells. Bridges and tunnels run evenly from end to end: the ground
    below or above says nothing of them.

    Parameters
    ----------
    network : Network
    tiles : sequence of Tile
        In the order in which they are believed.
    """
    if not len(network):
        return network
    x, y = network.plane().metres(network.point_latitude, network.point_longitude)
    near = network.point_longitude[:1]
    wide = near + short_way(network.point_longitude - near)
    dense, offsets = densified(
        (network.point_latitude, wide), np.hypot(np.diff(x), np.diff(y)), network.point_offsets, step=STEP
    )
    latitude, longitude = dense[0], short_way(dense[1])
    height = np.full(latitude.size, np.nan)
    for tile in tiles:
        height = np.where(np.isnan(height), tile.at(latitude, longitude), height)
    over = max([SMOOTH, *(SMOOTH_CELLS * tile.cell() for tile in tiles)])
    column = {
        **columns(network),
        "point_latitude": latitude,
        "point_longitude": longitude,
        "point_offsets": offsets,
        "point_elevation": laid(network, latitude, longitude, offsets, height, over=over),
    }
    return Network.build(names=network.names, attribution=network.attribution, **column)


LONGEST_GAP = 200.0
"""m along the ways; farther than this from where the ground is known, it stays unknown."""


def laid(
    network: Network, latitude: Array, longitude: Array, offsets: NDArray[np.int64], height: Array, *, over: float
) -> Array:
    """Return the height (k,) of the ways as they are built over the ground: smooth along each, and over junctions.

    What lies beside a way on a slope is no hill on it, so heights are averaged along the ways over `over` m (SD) and
    not across them. Bridges, tunnels and gaps of the ground take no height from below; they run evenly between what
    is known at their ends.

    Notes
    -----
    The heights z minimise the sum of m (z - ground)^2 + t (dz/ds)^2 along all ways, m the length that a point stands
    for (0 where nothing is known): one sparse, positive system. Away from junctions that is an average with weights
    exp(-s / sqrt(t)), whose SD is sqrt(2 t).
    """
    from scipy.sparse import coo_array, diags_array
    from scipy.sparse.linalg import spsolve

    known = ~np.isnan(height) & ~np.repeat(network.span, np.diff(offsets))
    if not known.any():
        return height
    knot, n = _knots(network, offsets)
    step = np.flatnonzero(within(offsets))
    x, y = network.plane().metres(latitude, longitude)
    length = np.maximum(np.hypot(x[step + 1] - x[step], y[step + 1] - y[step]), 0.1)
    ends = np.concatenate((knot[step], knot[step + 1])), np.concatenate((knot[step + 1], knot[step]))
    mass = np.bincount(
        ends[0], weights=np.tile(length / 2, 2) * np.concatenate((known[step], known[step + 1])), minlength=n
    )
    ground = np.zeros(n)
    ground[knot[known]] = height[known]
    stiff = np.tile(over**2 / 2 / length, 2)
    total = np.bincount(ends[0], weights=stiff, minlength=n)
    linked = coo_array((stiff, ends), shape=(n, n)).tocsr()
    far = _gaps(coo_array((np.tile(length, 2), ends), shape=(n, n)).tocsr(), mass > 0)
    loose = ~np.isfinite(far)
    system = diags_array(mass + total + loose) - linked
    found = np.asarray(spsolve(system.tocsc(), mass * ground))
    found[far > LONGEST_GAP] = np.nan
    return np.asarray(found[knot])


def _knots(network: Network, offsets: NDArray[np.int64]) -> tuple[NDArray[np.int64], int]:
    """Return the number (k,) of each point, the same for all that lie on one junction, and how many there are."""
    n = network.node_latitude.size
    knot = np.arange(offsets[-1]) + n
    knot[offsets[:-1]], knot[offsets[1:] - 1] = network.edge_start, network.edge_stop
    used, knot = np.unique(knot, return_inverse=True)
    return knot, used.size


def _gaps(length: Any, known: NDArray[np.bool_]) -> Array:
    """Return how far (n,) each point is along the ways from one whose ground is known, m; infinite beyond 1 km."""
    from scipy.sparse.csgraph import dijkstra

    if known.all():
        return np.zeros(known.size)
    return np.asarray(dijkstra(length, indices=np.flatnonzero(known), min_only=True, limit=1000.0))
