"""Heights from recordings: what each barometer is off by is solved where recordings cross, then ways get one height."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.spatial import cKDTree

from pace.arrays import Array, frozen
from pace.routes.network import Network
from pace.routes.passes import Passes

PLACE = 12.0
"""m; recordings that come within one square of this side were equally high there."""
DRIFT_M = 4.0
"""m; how far a barometer drifts over DRIFT_WAY (SD a priori: weather, some m in an hour)."""
DRIFT_WAY = 5_000.0
"""m of way to one DRIFT_M: about an hour of walking."""
SHY = 1e-4
"""Weight of shifts being small beside drifts being small: it only decides what nothing else decides, the mean."""
STRAY = 3.0
"""m; heights that differ more count less and less (Huber 1964, doi:10.1214/aoms/1177703732)."""
ROUNDS = 3
"""Solutions; after each, strays weigh less."""
SOFT = 15.0
"""m; SD of the Gaussian over the ground that heights are averaged with."""
FAR = 40.0
"""m; beyond this from any recording a height is unknown."""
NEIGHBOURS = 24


def levelled(passes: Passes, place: Array) -> Array:
    """Return the heights (n,) of the points of passes, each recording shifted and tilted to agree with the others.

    The heights of recordings that never meet others stay as they were recorded; the mean shift is nil, so heights are
    as true as the mean of the devices.

    Parameters
    ----------
    passes : Passes
    place : (n, 2) float64, m
        Where the points come to lie on the merged ways.
    """
    known = np.isfinite(passes.elevation)
    if not known.any():
        return passes.elevation
    recording = np.unique(passes.recording[known], return_inverse=True)[1]
    spot = np.unique(np.floor(place[known] / PLACE).astype(np.int64), axis=0, return_inverse=True)[1].reshape(-1)
    meeting, of, count = np.unique(np.stack((spot, recording)), axis=1, return_inverse=True, return_counts=True)
    height, way = (
        np.bincount(of.reshape(-1), weights=values[known]) / count for values in (passes.elevation, passes.along)
    )
    shifts = _solved(_design(meeting[1], way), meeting[0], height)
    out = np.full(passes.elevation.size, np.nan)
    out[known] = passes.elevation[known] - _design(recording, passes.along[known]) @ shifts
    return out


def _design(recording: NDArray[np.int64], along: Array) -> csr_array:
    """Return what a shift and a drift of each recording do to each height, (n, 2 r)."""
    rows = np.arange(recording.size)
    values = np.concatenate((np.ones(rows.size), along / DRIFT_WAY))
    columns = np.concatenate((2 * recording, 2 * recording + 1))
    return csr_array((values, (np.tile(rows, 2), columns)), shape=(rows.size, 2 * (int(recording.max()) + 1)))


def _solved(design: csr_array, spot: NDArray[np.int64], height: Array) -> Array:
    """Return the shifts and drifts (2 r,) that leave the least scatter at the spots; small ones are preferred.

    The heights of the spots are unknown too; they are eliminated, which leaves two unknowns a recording.
    """
    n = design.shape[1]
    rows = np.arange(spot.size)
    at = csr_array((np.ones(spot.size), (rows, spot)), shape=(spot.size, int(spot.max()) + 1))
    shy = np.diag(np.tile([SHY, 1.0], n // 2)) * (STRAY / DRIFT_M) ** 2
    weight = np.ones(spot.size)
    solution = np.zeros(n)
    for _ in range(ROUNDS):
        share = 1.0 / (at.T @ weight)
        mixed = (at.T @ (design * weight[:, None])).T  # (2 r, spots)
        normal = (design.T @ (design * weight[:, None]) - mixed @ (mixed * share[None]).T).toarray()
        right = design.T @ (weight * height) - mixed @ (share * (at.T @ (weight * height)))
        solution = np.linalg.solve(normal + shy, right)
        rest = height - design @ solution
        off = np.abs(rest - (share * (at.T @ (weight * rest)))[spot])
        weight = np.minimum(1.0, STRAY / np.maximum(off, 1e-9))
    return np.asarray(solution)


def heights_at(place: Array, height: Array, where: Array) -> Array:
    """Return the height (k,) at places `where` (k, 2), m: the mean of the known heights (n,) around, near ones most."""
    known = np.isfinite(height)
    if not known.any() or not len(where):
        return np.full(len(where), np.nan)
    square, of = np.unique(np.floor(place[known] / (SOFT / 3)).astype(np.int64), axis=0, return_inverse=True)
    count = np.bincount(of.reshape(-1))
    mean = np.bincount(of.reshape(-1), weights=height[known]) / count
    tree = cKDTree((square + 0.5) * (SOFT / 3))
    distance, index = tree.query(where, k=min(NEIGHBOURS, len(square)), distance_upper_bound=FAR)
    distance, index = distance.reshape(len(where), -1), index.reshape(len(where), -1)
    weight = np.exp(-(distance**2) / (2 * SOFT**2)) * np.append(count, 0)[index]
    total = weight.sum(axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(total > 0, (weight * np.append(mean, 0.0)[index]).sum(axis=1) / total, np.nan)


def with_heights_of(network: Network, other: Network) -> Network:
    """Return a network whose unknown heights are those of another network where its lines are near.

    Parameters
    ----------
    network, other : Network
        The second is one of recordings; what it knows within FAR m fills what the first does not know.
    """
    plane = network.plane()
    place = np.stack(plane.metres(other.point_latitude, other.point_longitude), axis=1)
    unknown = np.isnan(network.point_elevation)
    where = np.stack(plane.metres(network.point_latitude[unknown], network.point_longitude[unknown]), axis=1)
    height = network.point_elevation.copy()
    height[unknown] = heights_at(place, other.point_elevation, where)
    return replace(network, point_elevation=frozen(height))
