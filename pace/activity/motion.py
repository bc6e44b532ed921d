"""How somebody moved, second by second: no places, no dates, only elapsed time, speed, grade and what the body did."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Self

import numpy as np
from numpy.typing import NDArray

from pace.activity.body import (
    BREATHS,
    HEART_RATES,
    cadence_lock,
    steps_per_minute,
    within,
    without_spikes,
    zero_as_missing,
)
from pace.activity.grade import grade
from pace.activity.path import (
    Steps,
    box_mean,
    distance_steps,
    position_steps,
    row_speed,
    usable_device_speed,
)
from pace.activity.timeline import (
    GAP,
    RECORDED,
    Timeline,
    elapsed_ms,
    opens_segment,
    ordered,
    pauses_ms,
    step_states,
    timeline,
)
from pace.activity.track import Note, Track
from pace.arrays import Array, frozen
from pace.errors import NothingUsableError

STILL_SPEED, STILL_S = 0.45, 5
"""m/s and s: standing is slower than this for longer than that. Slow therapy walking is 0.8 m/s."""
LONGEST_HOLD_S = 15.0
"""s; a sensor's value is not carried further than this from where it was read."""
LONG_STEP_S = 10.0
"""s; over a longer step between samples the way covered says more than the speed at its ends."""
RIDE_SPEED, RIDE_S = 7.0, 30
"""m/s and s: few people run half a minute at 7 m/s (400 m in 57 s); everybody who is driven does."""
NO_SPLIT = -1


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Motion:
    """One activity on a grid of elapsed time, n rows. Make it with `Motion.from_track`.

    A row is one second of recorded time (the last before a pause or a gap may be shorter), or a whole pause or gap.

    Attributes
    ----------
    time : (n,) float64, s
        Start of each row since the first sample.
    duration_ms : (n,) int64
        The rows touch: their sum is the elapsed time exactly.
    state : (n,) uint8
        RECORDED, PAUSED or GAP.
    speed : (n,) float64, m/s
        NaN outside recorded rows, finite within.
    grade : (n,) float64, rise/run
    cadence : (n,) float64, steps/min
    heart_rate : (n,) float64, beats/min
    respiration_rate : (n,) float64, breaths/min
        NaN where unknown.
    moving : (n,) bool
    split : (n,) int8
        The device's own opinion: 0 stand, 1 walk, 2 run, -1 none.
    rr, rr_time : (m,) float64, s
        Beat-to-beat intervals and when each was reported, since the first sample.
    speed_source : str
        `device`, `distance` or `position`.
    notes : tuple of Note
    """

    time: Array
    duration_ms: NDArray[np.int64]
    state: NDArray[np.uint8]
    speed: Array
    grade: Array
    cadence: Array
    heart_rate: Array
    respiration_rate: Array
    moving: NDArray[np.bool_]
    split: NDArray[np.int8]
    rr: Array
    rr_time: Array
    speed_source: str
    notes: tuple[Note, ...]

    @classmethod
    def from_track(cls, track: Track) -> Self:
        """Return the motion in a recording.

        Speed is the device's own where it can be believed, else by its distance, else by positions. Between samples
        values are interpolated in time, so irregular recording counts by its true durations.

        Parameters
        ----------
        track : Track

        Raises
        ------
        NothingUsableError
            When fewer than two samples have a time, or nothing tells a speed.
        """
        kept, notes = _usable_samples(track)
        at = elapsed_ms(track.time[kept]) / 1000
        steps = _steps(track, kept, np.diff(at))
        device, device_notes = usable_device_speed(track.speed[kept], steps)
        rows = _rows(track, kept, steps)
        speed = _speed(device, steps, at, rows)
        rows, speed = _filled(rows, speed)
        steps_taken = at_rows(rows, at, zero_as_missing(track.cadence[kept]))
        rows, speed, carried = _without_rides(rows, speed, steps_taken)
        if not np.isfinite(speed).any():
            raise NothingUsableError("a recording must tell a speed, a distance or positions on foot, got none")
        body = _Body.of(track, kept, at, rows, speed)
        return cls(
            time=frozen(rows.start_ms / 1000),
            duration_ms=frozen(rows.duration_ms),
            state=frozen(rows.state),
            speed=frozen(speed),
            grade=frozen(_grade(track, kept, at, rows, speed)),
            cadence=frozen(body.cadence),
            heart_rate=frozen(body.heart_rate),
            respiration_rate=frozen(body.respiration_rate),
            moving=frozen(moving(speed)),
            split=frozen(_split(track, rows, origin=track.time[kept[0]])),
            rr=track.rr,
            rr_time=frozen(track.rr_time - track.time[kept[0]]),
            speed_source="device" if np.isfinite(device).any() else steps.source,
            notes=(*notes, *device_notes, *carried, *body.notes),
        )

    def __len__(self) -> int:
        """Return the number of rows."""
        return self.time.size

    @property
    def recorded(self) -> NDArray[np.bool_]:
        """(n,) rows in which movement is known."""
        return np.asarray(self.state == RECORDED)


def zero_if_unknown(values: Array) -> Array:
    """Return `values` with the missing ones zero."""
    return np.where(np.isnan(values), 0.0, values)


def moving(speed: Array) -> NDArray[np.bool_]:
    """Return which rows (n,) move: known speed, and not within 5 rows or more below 0.45 m/s."""
    slow = speed < STILL_SPEED
    edges = np.flatnonzero(np.diff(slow, prepend=False, append=False))
    starts, ends = edges[::2], edges[1::2]
    long = ends - starts >= STILL_S
    change = np.zeros(speed.size + 1, dtype=np.int64)
    change[starts[long]], change[ends[long]] = 1, -1
    return np.asarray(np.isfinite(speed) & (np.cumsum(change[:-1]) == 0))


def _usable_samples(track: Track) -> tuple[NDArray[np.intp], tuple[Note, ...]]:
    """Return the samples in order, at least a millisecond apart, and notes on the others."""
    kept, notes = ordered(track.time)
    apart = np.diff(elapsed_ms(track.time[kept]), prepend=-1) > 0
    if apart.sum() < 2:
        raise NothingUsableError("a recording must hold two samples with different times", got=int(apart.sum()))
    return kept[apart], notes


def _steps(track: Track, kept: NDArray[np.intp], seconds: Array) -> Steps:
    """Return the way by the device's distance, or by positions if it has none or they go much further."""
    by_place = position_steps(seconds, track.latitude[kept], track.longitude[kept])
    distance = track.distance[kept]
    if np.isfinite(distance).mean() < 0.5:
        return by_place
    by_distance = distance_steps(seconds, distance)
    ways = (steps.length[steps.plausible()].sum() for steps in (by_distance, by_place))
    covered, seen = ways
    return by_place if seen > max(100.0, 3 * covered) else by_distance


def _rows(track: Track, kept: NDArray[np.intp], steps: Steps) -> Timeline:
    """Return the timeline of the kept samples."""
    states = step_states(
        steps.seconds, steps.length, new_segment=opens_segment(track, kept), timer_known=track.format == "fit"
    )
    stamps = track.time[kept]
    return timeline(elapsed_ms(stamps), states, pauses_ms(track.pauses, stamps[0]))


def _speed(device: Array, steps: Steps, at: Array, rows: Timeline) -> Array:
    """Return the speed of each row, NaN outside recorded rows and where nothing tells it."""
    by_way = row_speed(steps, at, rows, half=2 if steps.source == "distance" else 3)
    speed = at_rows(rows, at, device)
    long = np.append(steps.seconds > LONG_STEP_S, False)[np.searchsorted(at, rows.middle, side="right") - 1]
    speed = np.where(np.isfinite(by_way) & (long | np.isnan(speed)), by_way, speed)
    return np.where(rows.state == RECORDED, speed, np.nan)


def _filled(rows: Timeline, speed: Array) -> tuple[Timeline, Array]:
    """Return rows and speed with short unknown stretches interpolated and longer ones declared a gap."""
    filled = np.where(rows.state == RECORDED, at_rows(rows, rows.middle, speed), np.nan)
    lost = (rows.state == RECORDED) & np.isnan(filled)
    state = np.where(lost, GAP, rows.state).astype(np.uint8)
    return replace(rows, state=state), filled


def _without_rides(rows: Timeline, speed: Array, cadence: Array) -> tuple[Timeline, Array, tuple[Note, ...]]:
    """Return rows and speed with what is faster than feet can keep up declared a gap, and a note on it.

    A mean of over 7 m/s for half a minute is a lift in a car (or a bicycle); so is what is up to a minute away from
    it and moves at over 2.5 m/s without a step.
    """
    known = zero_if_unknown(speed)
    riding = box_mean(known * rows.duration_ms / 1000, rows, half=RIDE_S // 2) > RIDE_SPEED
    if not riding.any():
        return rows, speed, ()
    near = np.convolve(riding, np.ones(2 * 60 + 1), mode="same")[: riding.size] > 0.5 if riding.size > 121 else riding
    riding |= near & (known > 2.5) & np.isnan(cadence)
    riding &= rows.state == RECORDED
    state = np.where(riding, GAP, rows.state).astype(np.uint8)
    note = Note(kind="too-fast", message="seconds faster than feet can keep up were left out", count=int(riding.sum()))
    carried = replace(rows, state=state)
    return carried, np.where(riding, np.nan, speed), (note,)


def at_rows(rows: Timeline, at: Array, values: Array) -> Array:
    """Return sample values (m,) at times `at` interpolated at the rows' middles, NaN over 15 s from the nearest one."""
    known = np.isfinite(values)
    if not known.any():
        return np.full(rows.state.size, np.nan)
    where, middle = at[known], rows.middle
    found = np.interp(middle, where, values[known])
    long = np.flatnonzero(np.diff(where) > 2 * LONGEST_HOLD_S)  # rarely any: cheaper than a search for every row
    edges = np.stack((where[long] + LONGEST_HOLD_S, where[long + 1] - LONGEST_HOLD_S), axis=1).ravel()
    edges = np.concatenate(([where[0] - LONGEST_HOLD_S], edges, [where[-1] + LONGEST_HOLD_S]))
    low, high = np.searchsorted(middle, edges[::2]), np.searchsorted(middle, edges[1::2], side="right")
    change = np.zeros(middle.size + 1, dtype=np.int8)
    change[low] += 1
    np.subtract.at(change, high, 1)
    return np.where(np.cumsum(change[:-1]) > 0, found, np.nan)


def _grade(track: Track, kept: NDArray[np.intp], at: Array, rows: Timeline, speed: Array) -> Array:
    """Return the grade of each recorded row."""
    way = np.where(np.isfinite(speed), speed, 0.0) * rows.duration_ms / 1000
    elevation = at_rows(rows, at, track.elevation[kept])
    steepness = grade(elevation, way, breaks=rows.state != RECORDED)
    return np.where(rows.state == RECORDED, steepness, np.nan)


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class _Body:
    """The body's signals on the rows."""

    cadence: Array
    heart_rate: Array
    respiration_rate: Array
    notes: tuple[Note, ...]

    @classmethod
    def of(cls, track: Track, kept: NDArray[np.intp], at: Array, rows: Timeline, speed: Array) -> Self:
        """Return them cleaned; heart rate that is really cadence is left out."""
        recorded = rows.state == RECORDED
        steps, notes = steps_per_minute(at_rows(rows, at, zero_as_missing(track.cadence[kept])), speed)
        heart = without_spikes(at_rows(rows, at, within(track.heart_rate[kept], HEART_RATES)))
        locked = cadence_lock(heart, steps)
        if locked.any():
            message = "seconds in which the heart rate followed the steps were left out"
            notes = (*notes, Note(kind="cadence-lock", message=message, count=int(locked.sum())))
        breaths = at_rows(rows, at, within(track.respiration_rate[kept], BREATHS))
        return cls(
            cadence=np.where(recorded, steps, np.nan),
            heart_rate=np.where(recorded & ~locked, heart, np.nan),
            respiration_rate=np.where(recorded, breaths, np.nan),
            notes=notes,
        )


def _split(track: Track, rows: Timeline, *, origin: float) -> NDArray[np.int8]:
    """Return the device's own label of each row, NO_SPLIT where it has none."""
    code = {"stand": 0, "walk": 1, "run": 2}
    kinds = np.array([code.get(kind, NO_SPLIT) for kind in track.splits.kind.tolist()], dtype=np.int8)
    order = np.argsort(track.splits.start, kind="stable")
    order = order[(kinds[order] != NO_SPLIT) & (track.splits.end > track.splits.start)[order]]
    if not order.size:
        return np.full(rows.state.size, NO_SPLIT, dtype=np.int8)
    start, end = track.splits.start[order] - origin, track.splits.end[order] - origin
    last = np.searchsorted(start, rows.middle, side="right") - 1
    inside = (last >= 0) & (rows.middle < end[last]) & (rows.state == RECORDED)
    return np.where(inside, kinds[order][last], NO_SPLIT).astype(np.int8)
