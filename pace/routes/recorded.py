"""Which ways of a map are in people's recordings."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from pace.arrays import frozen
from pace.routes.lines import sampled
from pace.routes.network import Network

BESIDE = 15.0
"""m; how near a way of a map the line of a recorded way lies where it is the same: the error of both."""
MOST = 0.6
"""Share of a way that must be recorded for it to count."""
STEP = 5.0
"""m between the points that are asked."""


def with_recorded(network: Network, other: Network) -> Network:
    """Return a network of a map that knows which of its ways are in recordings: `support` is 1 there, else 0.

    Parameters
    ----------
    network, other : Network
        The second is one of recordings (`network_from_tracks`): of what everyone has in common, unless all have agreed
        to more, so that nobody is led where another alone goes, nor kept from there.
    """
    from scipy.spatial import cKDTree

    plane = network.plane()
    lines, recorded = (
        sampled(*plane.metres(one.point_latitude, one.point_longitude), one.point_offsets, step=STEP)
        for one in (network, other)
    )
    place = np.stack((recorded.x, recorded.y), axis=1)
    off = cKDTree(place).query(np.stack((lines.x, lines.y), axis=1), distance_upper_bound=BESIDE)[0]
    covered = np.bincount(lines.line, weights=lines.length * np.isfinite(off), minlength=len(network))
    whole = np.bincount(lines.line, weights=lines.length, minlength=len(network))
    return replace(network, support=frozen((covered >= MOST * np.maximum(whole, 1e-9)).astype(np.int32)))
