"""What a device makes of an outing: noise, lags, gaps, wrong heart rates and all, as a `Track`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from pace.activity.grid import RUN, STAND, WALK
from pace.activity.track import Spans, Track, Wearer
from pace.arrays import Array, frozen
from pace.simulate.noise import lagged, some_of, stream, wander
from pace.simulate.outing import SPORT_ON_WHEELS, Plan, Truth, truth
from pace.simulate.person import Invented
from pace.simulate.place import Terrain, degrees_of
from pace.units import DEGREES_PER_SEMICIRCLE

START = 1_741_600_000
"""Unix seconds of the default start: a day in March 2025."""
SPLIT_CADENCE, SPLIT_RELEASE = 139.0, 6
"""A watch calls it a run from this cadence on (steps/min) and for so many seconds after it fell below (measured)."""
RUNGS = (0.3, 0.5, 0.7, 0.9, 1.1, 1.3)
"""Long-range scaling exponents of the noises that heart beats are mixed of."""
RUNG_ALPHA1 = (0.449, 0.586, 0.747, 0.925, 1.114, 1.304)
"""What plain DFA in boxes of 4–16 reads of each (mean of 40 noises of 6,000; SE 0.003)."""
LOCK_NOISE = 1.5
"""SD (beats/min) around the cadence while an optical sensor has locked on to it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Device:
    """What a device has and how badly it works.

    Attributes
    ----------
    interval : {"1s", "smart"}
        A sample each second, or only when something changes (3.5 s apart on average).
    speed, cadence, splits : bool
        Whether it records its own speed and distance, steps, and run/walk/stand splits. A device without its own
        speed is one that writes GPX or TCX: pauses show as a new segment, not as stops of the timer, positions have
        seven decimals and cadence counts whole strides.
    heart_rate : {"", "wrist", "strap"}
        The sensor. The wrist is less sure, and only a strap gives beats one by one.
    rr, respiration : bool
        Whether beat-to-beat intervals and the breathing rate are stored (strap only, respectively any sensor).
    gps_noise : float
        SD of the position per axis, m; correlated over half a minute.
    n_spikes, n_tunnels, n_gaps : int
        Jumps of 30–90 m for a few seconds; 20–60 s without position; 20–90 s without any sample.
    n_cadence_drops, n_heart_drops, n_locks : int
        Stretches of 30–240 s with cadence 0, of 20–120 s without heart rate, of 90–240 s with cadence for heart rate.
    artefacts : float
        Share of beats that are missed or counted double.
    """

    interval: Literal["1s", "smart"] = "1s"
    speed: bool = True
    cadence: bool = True
    splits: bool = False
    heart_rate: Literal["", "wrist", "strap"] = "wrist"
    rr: bool = False
    respiration: bool = False
    gps_noise: float = 3.0
    n_spikes: int = 0
    n_tunnels: int = 0
    n_gaps: int = 0
    n_cadence_drops: int = 0
    n_heart_drops: int = 0
    n_locks: int = 0
    artefacts: float = 0.01


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Simulated:
    """A recording with its truth.

    Attributes
    ----------
    track : Track
    truth : Truth
        Once a second.
    at : (n,) int64
        For each sample of the track its row in the truth.
    """

    track: Track
    truth: Truth
    at: NDArray[np.int64]

    @property
    def gait(self) -> NDArray[np.uint8]:
        """True gait (n,) of each sample of the track."""
        return self.truth.gait[self.at]


def recording(person: Invented, *, plan: Plan, seed: int, device: Device = Device(), **options: Any) -> Track:
    """Return the recording of an outing; `simulated` with the truth left out.

    Parameters
    ----------
    person, plan, seed, device, **options : as for `simulated`

    Examples
    --------
    >>> from pace.simulate import people, recording, run_walk
    >>> person = people(1, seed=1)[0]
    >>> len(recording(person, plan=run_walk(person, minutes=30, seed=1), seed=1)) > 1500
    True
    """
    return simulated(person, plan=plan, seed=seed, device=device, **options).track


def simulated(
    person: Invented,
    *,
    plan: Plan,
    seed: int,
    device: Device = Device(),
    terrain: Terrain = "flat",
    n_crossings: int = 2,
    n_pauses: int = 0,
    temperature_c: float = 15.0,
    sport: str = "running",
    start: int = START,
    wearer: Wearer | None = None,
) -> Simulated:
    """Return the recording of a person carrying out a plan, and what really happened.

    Parameters
    ----------
    person : Invented
    plan : Plan
        What they mean to do.
    seed : int
        The same three and the same options give the same bytes.
    device : Device
        What records it, and how badly.
    terrain, n_crossings, n_pauses, temperature_c, sport : as for `pace.simulate.truth`
    start : int
        Unix seconds.
    wearer : Wearer, optional
        What the device knows of the person; nothing by default.
    """
    real = truth(
        person,
        plan=plan,
        seed=seed,
        terrain=terrain,
        n_crossings=n_crossings,
        n_pauses=n_pauses,
        temperature_c=temperature_c,
        sport=sport,
    )
    return recorded(
        person, real, seed=seed, device=device, temperature_c=temperature_c, sport=sport, start=start, wearer=wearer
    )


def recorded(
    person: Invented,
    real: Truth,
    *,
    seed: int,
    device: Device = Device(),
    temperature_c: float = 15.0,
    sport: str = "running",
    start: int = START,
    wearer: Wearer | None = None,
) -> Simulated:
    """Return what a device makes of what really happened; the other arguments as in `simulated`."""
    at = _kept(real, device, seed)
    steps = _cadence(person, real, stream(seed, "cadence"), rides=sport == SPORT_ON_WHEELS)
    columns = _position(real, device, seed) | _speed(real, device, seed) | _body(person, real, device, steps, seed)
    columns["temperature"] = np.full(real.elapsed.size, round(temperature_c))
    beats, beat_time = _beats(person, real, device, seed)
    track = Track.build(
        time=start + real.elapsed[at],
        **{name: values[at] for name, values in columns.items()},
        segment_start=(0,) if device.speed else _segment_start(real, at),
        pauses=_spans(real.paused, start, {True: "timer"}) if device.speed else Spans.build(),
        splits=_splits(real, steps, start) if device.splits else Spans.build(),
        rr=beats,
        rr_time=start + beat_time,
        sport=sport,
        wearer=wearer or Wearer(),
    )
    return Simulated(track=track, truth=real, at=frozen(at))


def _kept(real: Truth, device: Device, seed: int) -> NDArray[np.int64]:
    """Return the rows of the truth that become samples: not while paused, not in gaps, fewer when smart."""
    n = real.elapsed.size
    gap = some_of(stream(seed, "gaps"), n, count=device.n_gaps, low=20, high=90)
    kept = ~(real.paused | gap)
    if device.interval == "smart":
        steps = stream(seed, "smart").choice((1, 2, 3, 4, 5, 6, 8), size=n, p=(0.2, 0.2, 0.18, 0.14, 0.12, 0.09, 0.07))
        chosen = np.zeros(n, dtype=bool)
        chosen[np.cumsum(steps)[np.cumsum(steps) < n]] = True
        edge = np.diff(kept.astype(np.int8), prepend=0, append=0)
        kept &= chosen | (edge[:-1] == 1) | (edge[1:] == -1)
    return np.flatnonzero(kept)


def _segment_start(real: Truth, at: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the first sample, and the first after each pause."""
    pauses_before = np.cumsum(np.diff(real.paused.astype(np.int8), prepend=0) == 1)[at]
    return np.flatnonzero(np.diff(pauses_before, prepend=-1) > 0)


def _position(real: Truth, device: Device, seed: int) -> dict[str, Array]:
    """Return latitude, longitude and elevation (n,): correlated noise, spikes, tunnels; a slow barometer."""
    n, dice = real.elapsed.size, stream(seed, "gps")
    off = np.stack([lagged(wander(dice, n, tau=40.0, sd=device.gps_noise), 5.0) for _ in range(2)])
    spike = some_of(stream(seed, "spikes"), n, count=device.n_spikes, low=2, high=4)
    off[:, spike] += (dice.uniform(30.0, 90.0) * np.array([0.8, -0.6]))[:, None]
    latitude, longitude = degrees_of(real.x + off[0], real.y + off[1])
    barometer = 3.0 * dice.standard_normal() + lagged(wander(dice, n, tau=240.0, sd=2.0), 10.0)
    unit = DEGREES_PER_SEMICIRCLE if device.speed else 1e-7
    tunnel = some_of(stream(seed, "tunnels"), n, count=device.n_tunnels, low=20, high=60)
    return {
        "latitude": np.where(tunnel, np.nan, _to(latitude, unit)),
        "longitude": np.where(tunnel, np.nan, _to(longitude, unit)),
        "elevation": _to(real.elevation + barometer, 0.2),
    }


def _speed(real: Truth, device: Device, seed: int) -> dict[str, Array]:
    """Return the device's speed and running distance (n,): 3.5 s late, off by about 1 %, uneven by 0.06 m/s."""
    if not device.speed:
        return {}
    n, dice = real.elapsed.size, stream(seed, "device speed")
    scale = 1.0 + 0.01 * dice.standard_normal()
    shown = scale * lagged(real.speed, 3.5) + wander(dice, n, tau=5.0, sd=0.06) * (real.speed > 0)
    shown = np.where(shown < 0.1, 0.0, shown)
    return {"speed": _to(shown, 0.001), "distance": _to(np.cumsum(np.where(real.paused, 0.0, shown)), 0.01)}


def _cadence(person: Invented, real: Truth, dice: np.random.RandomState, *, rides: bool) -> Array:
    """Return steps/min (n,), or rev/min of the pedals: by gait and speed, averaged over 3 s, 0 when still."""
    n = real.elapsed.size
    walking = person.walk_cadence + person.walk_cadence_slope * (real.speed - 1.3)
    running = person.run_cadence + person.run_cadence_slope * (real.speed - 2.5)
    steps = np.where(real.gait == RUN, running, np.where(real.gait == WALK, walking, 0.0))
    if rides:
        steps = np.where(real.speed > 0, 76.0, 0.0)
    noise = wander(dice, n, tau=20.0, sd=1.5) + wander(dice, n, tau=2.0, sd=1.5)
    return np.where(real.speed > 0, np.maximum(lagged(steps, 1.5) + noise, 0.0), 0.0)


def _body(person: Invented, real: Truth, device: Device, steps: Array, seed: int) -> dict[str, Array]:
    """Return cadence, heart rate and breathing rate (n,) as far as the device has them, with their faults."""
    n, dice = real.elapsed.size, stream(seed, "body")
    drop = some_of(stream(seed, "cadence drops"), n, count=device.n_cadence_drops, low=30, high=240)
    columns = {}
    if device.cadence:
        columns["cadence"] = _to(np.where(drop, 0.0, steps), 1.0 if device.speed else 2.0)
    if device.heart_rate:
        unsure = {"wrist": 2.0, "strap": 0.4}[device.heart_rate]
        shown = real.heart_rate + wander(dice, n, tau=12.0, sd=unsure)
        lock = some_of(stream(seed, "locks"), n, count=device.n_locks, low=90, high=240)
        shown = np.where(lock, steps + wander(dice, n, tau=5.0, sd=LOCK_NOISE), shown)
        lost = some_of(stream(seed, "heart drops"), n, count=device.n_heart_drops, low=20, high=120)
        columns["heart_rate"] = np.where(lost | (shown < 40), np.nan, _to(shown, 1.0))
    if device.respiration:
        share = lagged(real.vo2 / person.talk_vo2, 40.0)
        columns["respiration_rate"] = _to(12.0 + 20.0 * share**1.5 + wander(dice, n, tau=15.0, sd=1.5), 0.5)
    return columns


def _beats(person: Invented, real: Truth, device: Device, seed: int) -> tuple[Array, Array]:
    """Return the intervals (m,) between heart beats and when each ended (m,), in s from the start.

    The rhythm is noise of a known scaling exponent that falls linearly with effort, through 0.75 at the person's
    `alpha1_share` of the talk threshold; the beats follow the heart rate of the moment.
    """
    if not device.rr:
        return np.empty(0), np.empty(0)
    dice = stream(seed, "beats")
    beats_by = np.cumsum(real.heart_rate / 60.0)
    when = np.interp(np.arange(1.0, beats_by[-1]), beats_by, real.elapsed + 1.0)
    share = np.interp(when, real.elapsed, lagged(real.vo2, 30.0)) / (person.talk_vo2 * person.alpha1_share)
    exponent = np.clip(0.75 - 1.0 * (share - 1.0), 0.45, 1.3)
    spread = 0.004 + 0.020 * np.clip(1.3 - share, 0.0, 1.0) ** 2
    rr = 60.0 / np.interp(when, real.elapsed, real.heart_rate) * (1.0 + spread * scaling_noise(dice, exponent))
    wrong = dice.random_sample(when.size) < device.artefacts
    rr = np.where(wrong, rr * np.where(dice.random_sample(when.size) < 0.5, 0.5, 1.9), rr)
    seen = ~real.paused[np.minimum(when.astype(np.int64), real.paused.size - 1)]
    return _to(rr[seen], 0.001), np.floor(when[seen])


def scaling_noise(dice: np.random.RandomState, exponent: Array) -> Array:
    """Return unit noise (m,) whose DFA exponent follows `exponent` (m,): between six noises of one set of phases.

    Each has a power spectrum 1/f^(2a − 1) with a = 0.3 … 1.3, flat below one in 64 beats: boxes of 4–16 beats do not
    see it, and a heart does not wander without end. In so small boxes DFA reads more than a, so what each is mixed
    by is the exponent that plain DFA really finds (RUNG_ALPHA1).
    """
    m = exponent.size
    size = 1 << max(m - 1, 1).bit_length()
    spectrum = np.fft.rfft(dice.standard_normal(size))
    frequency = np.maximum(np.arange(spectrum.size) / size, 1 / 64)
    noises = np.stack([np.fft.irfft(spectrum * frequency ** (0.5 - rung), size)[:m] for rung in RUNGS])
    fast = np.diff(noises, axis=1).std(axis=1, keepdims=True)
    place = np.clip(np.interp(exponent, RUNG_ALPHA1, np.arange(6.0)), 0.0, 4.999)
    low, part = place.astype(np.int64), place % 1.0
    row = np.arange(m)
    mixed = (noises / fast)[low, row] * (1 - part) + (noises / fast)[low + 1, row] * part
    return np.asarray(mixed)


def _splits(real: Truth, steps: Array, start: int) -> Spans:
    """Return run, walk and stand splits as a watch makes them: by cadence, slow to let go of a run."""
    second = np.arange(steps.size)
    last_quick = np.maximum.accumulate(np.where(steps >= SPLIT_CADENCE, second, -SPLIT_RELEASE - 1))
    label = np.where(second - last_quick <= SPLIT_RELEASE, RUN, np.where(lagged(real.speed, 2.0) > 0.3, WALK, STAND))
    label = np.where(real.paused, -1, label)
    return _spans(label, start, {RUN: "run", WALK: "walk", STAND: "stand"})


def _spans(label: NDArray[Any], start: int, names: dict[Any, str]) -> Spans:
    """Return the stretches of equal label whose label has a name, as Unix seconds."""
    edge = np.flatnonzero(np.diff(label.astype(np.int64))) + 1
    first, last = np.concatenate(([0], edge)), np.concatenate((edge, [label.size - 1]))
    rows = [(s + start, e + start, names[label[s]]) for s, e in zip(first, last, strict=True) if label[s] in names]
    return Spans.build(*zip(*rows, strict=True)) if rows else Spans.build()


def _to(values: Array, step: float) -> Array:
    """Return values rounded to whole steps, so that the last bit of another processor's sine never reaches a file."""
    whole = np.round(values / step) + 0.0
    per_unit = round(1.0 / step)
    return whole / per_unit if step < 1.0 and abs(per_unit * step - 1.0) < 1e-9 else whole * step
