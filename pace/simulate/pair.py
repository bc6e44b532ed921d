"""Two people out together: who leads, how late the other follows, how far apart they are, as two devices see it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from pace.activity.track import Track
from pace.arrays import Array, frozen
from pace.simulate.noise import lagged, stream, wander
from pace.simulate.outing import Plan, Truth, gait_of, truth
from pace.simulate.person import Invented, vo2
from pace.simulate.place import Terrain
from pace.simulate.recording import START, Device, recorded

BESIDE_M = 1.5
"""m; how far to the side of each other people walk."""
CATCH_UP_S = 60.0
"""s; whoever follows makes up within about a minute for what a lag costs in distance."""
OWN_WAY_M = 0.4
"""m; SD of how far the follower is ahead or behind of their own accord."""
PART_SPEED = 0.4
"""m/s; how much faster than the other somebody goes who drifts away or catches up."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Apart:
    """A stretch in which the two are not side by side: from `start_s` on, up to `metres` apart, for `seconds` at it."""

    start_s: float
    metres: float
    seconds: float = 60.0


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Pair:
    """Two recordings of one session and what is true of them.

    Attributes
    ----------
    leader, follower : Track
    lag_s : float
        How much later the follower changes pace.
    clock_s : float
        How far the follower's clock is ahead of the leader's.
    separation : (n,) float64, m
        True distance between the two in each second of the leader's clock.
    """

    leader: Track
    follower: Track
    lag_s: float
    clock_s: float
    separation: Array


def pair(
    leader: Invented,
    follower: Invented,
    *,
    plan: Plan,
    seed: int,
    lag_s: float = 2.0,
    clock_s: float = 0.0,
    late_s: int = 0,
    apart: Iterable[Apart] = (),
    devices: tuple[Device, Device] = (Device(), Device()),
    terrain: Terrain = "flat",
    n_crossings: int = 2,
    start: int = START,
) -> Pair:
    """Return two recordings of a session in which one sets the pace and the other follows.

    Parameters
    ----------
    leader, follower, plan, seed
        Who, what the leader means to do, and the dice.
    lag_s : float
        Seconds after which the follower does what the leader does.
    clock_s : float
        Seconds by which the follower's clock is ahead.
    late_s : int
        How much later the follower presses start.
    apart : iterable of Apart
        When they are not side by side; the follower falls behind.
    devices : two Device
        The leader's and the follower's; their errors are independent.
    terrain, n_crossings, start
        As in `pace.simulate.recording.simulated`; they wait at crossings together.
    """
    led = truth(leader, plan=plan, seed=seed, terrain=terrain, n_crossings=n_crossings)
    followed = _followed(follower, led, lag_s=lag_s, behind=_behind(led, apart), seed=seed)
    tracks = [
        recorded(person, real, seed=own, device=device, start=start).track
        for person, real, own, device in zip(
            (leader, follower), (led, followed), (seed, 2**31 + seed), devices, strict=True
        )
    ]
    return Pair(
        leader=tracks[0],
        follower=_shifted(tracks[1], by=clock_s, late=late_s),
        lag_s=lag_s,
        clock_s=clock_s,
        separation=frozen(np.hypot(led.x - followed.x, led.y - followed.y)),
    )


def _behind(led: Truth, apart: Iterable[Apart]) -> Array:
    """Return how far (n,) behind the follower is let fall: up a ramp, some time there, and down again."""
    behind = np.zeros(led.elapsed.size)
    for part in apart:
        ramp = part.metres / PART_SPEED
        corners = part.start_s + np.cumsum([0.0, ramp, part.seconds, ramp])
        behind += np.interp(led.elapsed, corners, [0.0, part.metres, part.metres, 0.0])
    return lagged(behind, 5.0)


def _followed(person: Invented, led: Truth, *, lag_s: float, behind: Array, seed: int) -> Truth:
    """Return what the follower does: the leader's way, later, beside it, and with some unevenness of their own."""
    along = np.cumsum(led.speed)
    usual = np.interp(led.elapsed - lag_s, led.elapsed, lagged(led.speed, CATCH_UP_S))
    own = lagged(wander(stream(seed, "follower"), along.size, tau=20.0, sd=OWN_WAY_M), 4.0)
    late = np.interp(led.elapsed - lag_s, led.elapsed, along) + lag_s * usual
    mine = np.clip(np.maximum.accumulate(late + own * (usual > 0.3) - behind), along[0], along[-1])
    moved = np.append(True, np.diff(along) > 0)
    way = {name: np.interp(mine, along[moved], getattr(led, name)[moved]) for name in ("x", "y", "elevation", "grade")}
    side = np.stack((-np.gradient(way["y"]), np.gradient(way["x"])))
    side = np.stack([lagged(part, 10.0) for part in side])
    side *= BESIDE_M / np.maximum(np.hypot(*side), 1e-6)
    speed = np.diff(mine, prepend=mine[0])
    gait = gait_of(person, speed=lagged(speed, 2.0), threshold=np.full(speed.size, person.walk_run_threshold))
    need = vo2(person, gait=gait, speed=speed, grade=way["grade"])
    share = lagged(need, person.heart_lag) / person.talk_vo2
    heart = person.resting_heart_rate + share * (person.talk_heart_rate - person.resting_heart_rate)
    return Truth(
        elapsed=led.elapsed,
        x=frozen(way["x"] + side[0]),
        y=frozen(way["y"] + side[1]),
        elevation=frozen(way["elevation"]),
        speed=frozen(speed),
        grade=frozen(way["grade"]),
        gait=frozen(gait),
        paused=led.paused,
        vo2=frozen(need),
        heart_rate=frozen(heart),
        threshold=frozen(np.full(speed.size, person.walk_run_threshold)),
    )


def _shifted(track: Track, *, by: float, late: int) -> Track:
    """Return a recording that began `late` s later, by a clock that is `by` s ahead."""
    kept = track.time >= track.time[0] + late
    columns = ("latitude", "longitude", "elevation", "distance", "speed", "heart_rate", "cadence", "temperature")
    return Track.build(
        time=track.time[kept] + by, sport=track.sport, **{name: getattr(track, name)[kept] for name in columns}
    )
