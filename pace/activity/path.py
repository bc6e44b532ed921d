"""How far it was between samples, and how fast: device speed, device distance or positions, in that order."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pace.activity.timeline import Timeline
from pace.activity.track import Note
from pace.arrays import Array
from pace.earth import in_space

FASTEST_ON_FOOT = 12.5
"""m/s; above it a speed is a spike (Frick & Kosmidis 2017, trackeR, doi:10.18637/jss.v082.i07; sprint record 12.4)."""


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Steps:
    """What lies between neighbouring samples, m - 1 rows: `seconds`, and `metres` (m - 1, 1 or 3).

    `metres` is the way covered: along the path (device distance), or a vector in space (positions); NaN if unknown.
    """

    seconds: Array
    metres: Array
    source: str

    @property
    def length(self) -> Array:
        """(m - 1,) m, NaN where unknown."""
        return np.asarray(np.linalg.norm(self.metres, axis=1))

    def plausible(self) -> NDArray[np.bool_]:
        """Return which steps feet could have made."""
        with np.errstate(invalid="ignore"):
            forward = self.metres[:, 0] >= 0 if self.metres.shape[1] == 1 else True
            return np.asarray(forward & (self.length <= FASTEST_ON_FOOT * self.seconds))


def distance_steps(seconds: Array, distance: Array) -> Steps:
    """Return the steps by the device's own running total; a stretch where it stood still and then leapt is smoothed."""
    return Steps(seconds=seconds, metres=_thawed_steps(seconds, distance[:, None]), source="distance")


def position_steps(seconds: Array, latitude: Array, longitude: Array) -> Steps:
    """Return the steps by positions, as vectors in space: neither the poles nor the antimeridian is special."""
    return Steps(seconds=seconds, metres=_thawed_steps(seconds, in_space(latitude, longitude)), source="position")


def _thawed_steps(seconds: Array, place: Array) -> Array:
    """Return the differences of `place` (m, k), interpolated where it is missing or froze before a leap.

    In a tunnel a device repeats its last position and leaps at the exit; the leap is spread over the time since.
    """
    time = np.concatenate(([0.0], np.cumsum(seconds)))
    known = np.asarray(np.isfinite(place).all(axis=1))
    if known.sum() < 2:
        return np.full((seconds.size, place.shape[1]), np.nan)
    place = _interpolated(time, known, place)
    step = np.diff(place, axis=0)
    still = np.append(False, ~step.any(axis=1)).astype(bool)
    leaps = np.linalg.norm(step, axis=1) > FASTEST_ON_FOOT * seconds
    frozen = np.asarray(still & np.append(leaps, False))
    if not frozen.any():
        return step
    return np.diff(_interpolated(time, ~_whole_runs(still, frozen), place), axis=0)


def _interpolated(time: Array, known: NDArray[np.bool_], place: Array) -> Array:
    """Return `place` with the rows not known interpolated in time; NaN before the first and after the last."""
    if known.all():
        return place
    columns = [np.interp(time, time[known], column[known], left=np.nan, right=np.nan) for column in place.T]
    return np.stack(columns, axis=1)


def _whole_runs(mask: NDArray[np.bool_], ends: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return the runs of `mask` whose last element is marked in `ends`."""
    starts = np.flatnonzero(mask & ~np.concatenate(([False], mask[:-1])))
    number = np.cumsum(mask & ~np.concatenate(([False], mask[:-1]))) - 1
    chosen = np.zeros(starts.size + 1, dtype=bool)
    chosen[number[ends]] = True
    return np.asarray(mask & chosen[number])


def row_speed(steps: Steps, sample_s: Array, rows: Timeline, *, half: int) -> Array:
    """Return the speed (n,) of each row by the way covered; NaN if nothing is known of it.

    Steps that feet could not have made are replaced by the motion before and after them. The mean over `half` rows to
    either side takes out the noise; for positions it is a mean of vectors, so jitter about a spot cancels.
    """
    good = steps.plausible()
    if not good.any():
        return np.full(rows.state.size, np.nan)
    velocity = steps.metres[good] / steps.seconds[good, None]
    middle = sample_s[:-1] + steps.seconds / 2
    columns = [np.interp(middle, middle[good], column) for column in velocity.T]
    way = np.where(good, steps.metres.T, np.stack(columns) * steps.seconds)
    path = np.concatenate((np.zeros((len(way), 1)), np.cumsum(way, axis=1)), axis=1)
    edges = np.stack([np.interp(rows.edges, sample_s, column) for column in path])
    known = sample_s[np.flatnonzero(np.isfinite(steps.length))[[0, -1]] + [0, 1]]
    speed = np.linalg.norm(box_mean(np.diff(edges), rows, half=half), axis=0)
    return np.where((rows.middle >= known[0]) & (rows.middle <= known[1]), speed, np.nan)


def box_mean(total: Array, rows: Timeline, *, half: int) -> Array:
    """Return `total` (…, n) per second, averaged over `half` rows to either side; never across a pause or a gap."""
    first, last = block_limits(rows)
    here = np.arange(rows.state.size)
    low, high = np.maximum(here - half, first), np.minimum(here + half + 1, last)
    sums = np.concatenate((np.zeros((*total.shape[:-1], 1)), np.cumsum(total, axis=-1)), axis=-1)
    seconds = rows.edges[high] - rows.edges[low]
    return np.asarray((sums[..., high] - sums[..., low]) / seconds)


def block_limits(rows: Timeline) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return for each row the first row of the unbroken recorded stretch it lies in, and the one after its last."""
    cut = np.flatnonzero((rows.state[1:] != 0) | (rows.state[:-1] != 0)) + 1
    edges = np.concatenate(([0], cut, [rows.state.size]))
    count = np.diff(edges)
    return np.repeat(edges[:-1], count), np.repeat(edges[1:], count)


def usable_device_speed(speed: Array, steps: Steps) -> tuple[Array, tuple[Note, ...]]:
    """Return the device's speed (m,) with impossible values missing; all missing if it cannot be believed.

    A speed that is there for less than half of the samples, never changes, or accounts for less than a third or more
    than three times of the way covered is not believed.
    """
    with np.errstate(invalid="ignore"):
        kept = np.where((speed >= 0) & (speed <= FASTEST_ON_FOOT), speed, np.nan)
        impossible = int(np.isfinite(speed).sum() - np.isfinite(kept).sum())
    notes = (Note(kind="spike", message="speeds that feet cannot reach were left out", count=impossible),)
    if not np.isfinite(speed).any():
        return kept, ()
    if _believable(kept, steps):
        return kept, notes if impossible else ()
    reason = "the device's speed was not used: it is missing, constant or at odds with the way covered"
    return np.full_like(kept, np.nan), (Note(kind="speed-unusable", message=reason),)


def _believable(speed: Array, steps: Steps) -> bool:
    """Return whether a device's speed is there, varies and agrees roughly with the way covered."""
    known = np.isfinite(speed)
    if known.mean() < 0.5 or np.ptp(speed[known]) < 0.05:
        return False
    mean = (speed[1:] + speed[:-1]) / 2 * steps.seconds
    both = np.isfinite(mean) & steps.plausible()
    by_speed, by_way = mean[both].sum(), steps.length[both].sum()
    return bool(by_way < 100 or by_way / 3 < by_speed < 3 * by_way)
