"""The part of GeoTIFF that terrain tiles use: one band of heights in strips or tiles, plain or deflated."""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from pace.errors import FormatError, LimitError
from pace.routes.tile import Box, Tile, cropped, utm

if TYPE_CHECKING:
    from collections.abc import Iterator

MOST_CELLS = 200_000_000
MOST_TAGS = 512
_SIZES = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 11: 4, 12: 8, 16: 8, 17: 8, 18: 8}
_CODES = {1: "B", 3: "H", 4: "I", 6: "b", 8: "h", 9: "i", 11: "f", 12: "d", 16: "Q", 17: "q", 18: "Q"}
WIDTH, HEIGHT, BITS, COMPRESSION, STRIPS, BANDS, PER_STRIP, STRIP_BYTES = 256, 257, 258, 259, 273, 277, 278, 279
PREDICTOR, TILE_WIDTH, TILE_HEIGHT, TILES, TILE_BYTES, SAMPLE, SCALE, TIE = 317, 322, 323, 324, 325, 339, 33550, 33922
GEO_KEYS, NO_DATA = 34735, 42113
PLAIN, DEFLATES = 1, (8, 32946)
GEOGRAPHIC = frozenset({4326, 4258, 4269, 4283, 6318, 7844})
"""EPSG codes of longitude and latitude; they differ by less than 2 m."""


def is_tiff(data: bytes) -> bool:
    """Return whether bytes begin as TIFF or BigTIFF."""
    return data[:4] in (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")


def read_geotiff(data: bytes, box: Box, *, path: str = "") -> Tile | None:
    """Return the part of a GeoTIFF of heights that touches a box; None where it lies elsewhere.

    Only what is needed of the file is unpacked.

    Raises
    ------
    FormatError
        When it is damaged, is no map of heights in degrees or UTM, or is packed in a way that is not read.
    LimitError
        When it has more than 200 million cells in the box.
    """
    try:
        return _read(data, box, path)
    except (struct.error, IndexError, KeyError, ValueError, zlib.error, OverflowError, TypeError) as error:
        if isinstance(error, (FormatError, LimitError)):
            raise
        raise FormatError("the terrain file is damaged: load it again", path=path) from error


@dataclass(frozen=True, slots=True, eq=False)
class _Layout:
    """How the cells lie in the file: blocks of `rows` by `columns`, `across` in a row of blocks."""

    dtype: np.dtype[Any]
    compression: int
    predictor: int
    rows: int
    columns: int
    across: int
    offsets: tuple[int, ...]
    sizes: tuple[int, ...]


def _read(data: bytes, box: Box, path: str) -> Tile | None:
    tags = _tags(data)
    wide, high = int(tags[WIDTH][0]), int(tags[HEIGHT][0])
    if tags.get(BANDS, (1,))[0] != 1 or SCALE not in tags or TIE not in tags:
        raise FormatError("a terrain file has one band of heights and says where it lies, this does not", path=path)
    zone, middle = _system(tags, path)
    (dx, dy), tie = tags[SCALE][:2], tags[TIE]
    shift = 0.0 if middle else 0.5
    x, y = tie[3] + (shift - tie[0]) * dx, tie[4] - (shift - tie[1]) * dy
    rows, cols = cropped(_boxed(box, zone), x=x, y=y, dx=dx, dy=dy, shape=(high, wide))
    shape = rows.stop - rows.start, cols.stop - cols.start
    if min(shape) < 2:
        return None
    if shape[0] * shape[1] > MOST_CELLS:
        raise LimitError(f"a terrain file may have {MOST_CELLS:,} cells around the map", path=path)
    height = _cells(data, _layout(data, tags, wide, path), rows, cols)
    missing = tags.get(NO_DATA)
    if missing:
        height[height == np.float32(float(missing))] = np.nan
    height[~np.isfinite(height) | (np.abs(height) > 9000)] = np.nan
    return Tile(height=height, x=x + cols.start * dx, y=y - rows.start * dy, dx=dx, dy=dy, zone=zone)


def _tags(data: bytes) -> dict[int, Any]:
    """Return the tags of the first picture; texts as text, numbers as tuples."""
    order = "<" if data[:2] == b"II" else ">"
    big = data[2:4] in (b"+\0", b"\0+")
    start = struct.unpack_from(order + ("Q" if big else "I"), data, 8 if big else 4)[0]
    n = struct.unpack_from(order + ("Q" if big else "H"), data, start)[0]
    if n > MOST_TAGS:
        raise ValueError("tags")
    entry, room = (20, 8) if big else (12, 4)
    found: dict[int, Any] = {}
    for i in range(n):  # tags, not samples
        at = start + (8 if big else 2) + i * entry
        tag, kind = struct.unpack_from(order + "HH", data, at)
        count = struct.unpack_from(order + ("Q" if big else "I"), data, at + 4)[0]
        value = at + entry - room
        size = count * _SIZES.get(kind, 1)
        if size > room:
            value = struct.unpack_from(order + ("Q" if big else "I"), data, value)[0]
        if kind == 2:
            found[tag] = data[value : value + count].split(b"\0")[0].decode("ascii", "replace").strip()
        elif kind in _CODES:
            found[tag] = struct.unpack_from(f"{order}{count}{_CODES[kind]}", data, value)
    return found


def _system(tags: dict[int, Any], path: str) -> tuple[int, bool]:
    """Return the UTM zone (0 for degrees), and whether a position is the middle of a cell and not its corner."""
    keys = tags.get(GEO_KEYS, ())
    told = {keys[i]: keys[i + 3] for i in range(4, len(keys) - 3, 4) if keys[i + 1] == 0}
    middle = told.get(1025) == 2
    code = told.get(3072, 0)
    if told.get(1024) == 2 and told.get(2048, 4326) in GEOGRAPHIC:
        return 0, middle
    for base, south in ((32600, 1), (32700, -1), (25800, 1), (26900, 1)):
        if 1 <= code - base <= 60:
            return south * (code - base), middle
    raise FormatError("a terrain file lies in longitude and latitude (WGS 84) or in UTM, this in neither", path=path)


def _boxed(box: Box, zone: int) -> Box:
    """Return a box of degrees in the system of a tile."""
    if zone == 0:
        return box
    corner = np.array([box.south, box.south, box.north, box.north]), np.array([box.west, box.east] * 2)
    x, y = utm(*corner, zone)
    return Box(float(y.min()), float(x.min()), float(y.max()), float(x.max()))


def _layout(data: bytes, tags: dict[int, Any], wide: int, path: str) -> _Layout:
    """Return how the cells lie in the file.

    Raises
    ------
    FormatError
        When they are packed in a way that is not read.
    """
    compression, predictor = tags.get(COMPRESSION, (1,))[0], tags.get(PREDICTOR, (1,))[0]
    bits, kind = tags.get(BITS, (1,))[0], tags.get(SAMPLE, (1,))[0]
    known = {(1, 8): "u1", (1, 16): "u2", (2, 16): "i2", (1, 32): "u4", (2, 32): "i4", (3, 32): "f4", (3, 64): "f8"}
    if compression not in (PLAIN, *DEFLATES) or predictor not in (1, 2, 3) or (kind, bits) not in known:
        raise FormatError(
            "a terrain file is plain or deflated, this is packed otherwise: "
            "gdal_translate -co COMPRESS=DEFLATE makes one that is read",
            path=path,
        )
    order = "<" if data[:2] == b"II" else ">"
    tiled = TILES in tags
    columns = int(tags[TILE_WIDTH][0]) if tiled else wide
    rows = int(tags[TILE_HEIGHT][0]) if tiled else int(min(tags.get(PER_STRIP, (2**31,))[0], tags[HEIGHT][0]))
    if not 0 < columns * rows <= MOST_CELLS:
        raise ValueError("block")
    return _Layout(
        dtype=np.dtype(order + known[kind, bits]),
        compression=compression,
        predictor=predictor,
        rows=rows,
        columns=columns,
        across=-(-wide // columns),
        offsets=tags[TILES if tiled else STRIPS],
        sizes=tags[TILE_BYTES if tiled else STRIP_BYTES],
    )


def _cells(data: bytes, layout: _Layout, rows: slice, cols: slice) -> NDArray[np.float32]:
    """Return the heights of some rows and columns."""
    found = np.full((rows.stop - rows.start, cols.stop - cols.start), np.nan, dtype=np.float32)
    for i, j in _blocks(layout, rows, cols):
        number = i * layout.across + j
        block = _block(data[layout.offsets[number] :][: layout.sizes[number]], layout)
        top, left = i * layout.rows, j * layout.columns
        down = slice(max(rows.start, top), min(rows.stop, top + block.shape[0]))
        right = slice(max(cols.start, left), min(cols.stop, left + layout.columns))
        part = block[down.start - top : down.stop - top, right.start - left : right.stop - left]
        target = slice(down.start - rows.start, down.stop - rows.start)
        found[target, right.start - cols.start : right.stop - cols.start] = part
    return found


def _blocks(layout: _Layout, rows: slice, cols: slice) -> Iterator[tuple[int, int]]:
    """Yield the row and column of each block that holds any of the cells."""
    for i in range(rows.start // layout.rows, (rows.stop - 1) // layout.rows + 1):
        for j in range(cols.start // layout.columns, (cols.stop - 1) // layout.columns + 1):
            yield i, j


def _block(packed: bytes, layout: _Layout) -> NDArray[Any]:
    """Return the cells (rows, columns) of one block; the last strip may have fewer rows."""
    most = layout.rows * layout.columns * layout.dtype.itemsize
    if layout.compression != PLAIN:
        packed = zlib.decompressobj().decompress(packed, most)
    if not packed:
        return np.full((layout.rows, layout.columns), np.nan)
    width = layout.columns * layout.dtype.itemsize
    packed = packed[: len(packed) // width * width]
    if layout.predictor == 3:
        return _floats(packed, layout)
    cells = np.frombuffer(packed, dtype=layout.dtype).reshape(-1, layout.columns)
    if layout.predictor == 2:
        whole = cells.view(layout.dtype.str.replace("f", "u"))
        return np.cumsum(whole, axis=1, dtype=whole.dtype.newbyteorder("=")).view(layout.dtype.newbyteorder("="))
    return cells


def _floats(packed: bytes, layout: _Layout) -> NDArray[Any]:
    """Return cells of which the bytes were parted by significance and then differenced (Adobe's predictor 3)."""
    size = layout.dtype.itemsize
    row = np.cumsum(np.frombuffer(packed, np.uint8).reshape(-1, size * layout.columns), axis=1, dtype=np.uint8)
    parted = row.reshape(-1, size, layout.columns).transpose(0, 2, 1)
    return np.ascontiguousarray(parted).view(f">f{size}")[..., 0]
