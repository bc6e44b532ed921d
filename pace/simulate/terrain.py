"""The ground of the invented place as a terrain file: a GeoTIFF of heights, as high as in the sample activities."""

from __future__ import annotations

import struct

import numpy as np

from pace.simulate.place import EAST_M, NORTH_M, ORIGIN_LATITUDE, ORIGIN_LONGITUDE, elevation

STEP = 0.0005
"""Degrees between heights: 56 m."""
WEST, NORTH, WIDE, HIGH = -5.006, -4.958, 96, 96
"""Degrees of the first height, and how many there are in a row and a column: all of the invented town."""
SHORT, LONG, DOUBLE = 3, 4, 12
"""Types of values in a TIFF."""
_CODES = {SHORT: "H", LONG: "I", DOUBLE: "d"}


def terrain_tif() -> bytes:
    r"""Return the heights of the invented place, 0.1 m fine, as a GeoTIFF in degrees; the same bytes each time.

    Examples
    --------
    >>> terrain_tif()[:4]
    b'II*\x00'
    """
    longitude, latitude = np.meshgrid(WEST + STEP * np.arange(WIDE), NORTH - STEP * np.arange(HIGH))
    x, y = (longitude - ORIGIN_LONGITUDE) * EAST_M, (latitude - ORIGIN_LATITUDE) * NORTH_M
    heights = np.round(elevation(x, y), 1).astype("<f4").tobytes()
    tags: tuple[tuple[int, int, tuple[float, ...]], ...] = (
        (256, SHORT, (WIDE,)),
        (257, SHORT, (HIGH,)),
        (258, SHORT, (32,)),  # bits
        (259, SHORT, (1,)),  # not packed
        (262, SHORT, (1,)),
        (273, LONG, (8,)),  # where the heights begin
        (277, SHORT, (1,)),
        (278, SHORT, (HIGH,)),
        (279, LONG, (len(heights),)),
        (339, SHORT, (3,)),  # floating point
        (33550, DOUBLE, (STEP, STEP, 0.0)),
        (33922, DOUBLE, (0.0, 0.0, 0.0, WEST, NORTH, 0.0)),
        (34735, SHORT, (1, 1, 0, 3, 1024, 0, 1, 2, 1025, 0, 1, 2, 2048, 0, 1, 4326)),  # degrees, heights at points
    )
    return b"II*\0" + struct.pack("<I", 8 + len(heights)) + heights + _directory(tags, at=8 + len(heights))


def _directory(tags: tuple[tuple[int, int, tuple[float, ...]], ...], *, at: int) -> bytes:
    """Return the list of tags that begins at a byte of the file, long values behind it."""
    entries, behind = b"", b""
    end = at + 2 + 12 * len(tags) + 4
    for number, kind, values in tags:
        packed = struct.pack(f"<{len(values)}{_CODES[kind]}", *values)
        if len(packed) > 4:
            place = struct.pack("<I", end + len(behind))
            behind += packed
        else:
            place = packed.ljust(4, b"\0")
        entries += struct.pack("<HHI", number, kind, len(values)) + place
    return struct.pack("<H", len(tags)) + entries + b"\0" * 4 + behind
