"""A simulated recording respects its truth, and each fault of a device is there when asked for and only then."""

import numpy as np
import pytest

import naive
from pace.activity.grid import RUN, STAND, WALK
from pace.simulate import Device, freely, outings, people, rising, run, run_walk, simulated, truth, walk
from pace.simulate.noise import lagged, stream, wander
from pace.simulate.outing import gait_of
from pace.simulate.place import degrees_of, elevation, way
from pace.simulate.recording import scaling_noise
from pace.simulate.samples import CLIENT, THERAPIST

COLUMNS = ("latitude", "longitude", "elevation", "distance", "speed", "heart_rate", "cadence")


def outing(person=CLIENT, *, seed=5, minutes=40, **options):
    """Return a run-walk of a person with its truth."""
    return simulated(person, plan=run_walk(person, minutes=minutes, seed=seed), seed=seed, **options)


def test_the_same_dice_give_the_same_recording():
    """Every array is equal bit for bit."""
    first, second = outing(n_pauses=1), outing(n_pauses=1)
    for name in ("time", *COLUMNS):
        np.testing.assert_array_equal(getattr(first.track, name), getattr(second.track, name))


def test_another_seed_is_another_outing():
    """No column stays as it was."""
    first, second = outing(seed=5), outing(seed=6)
    n = min(len(first.track), len(second.track))
    assert all((getattr(first.track, c)[:n] != getattr(second.track, c)[:n]).any() for c in COLUMNS)


@pytest.mark.parametrize("person", people(8, seed=11), ids=lambda p: f"{p.walk_run_threshold:.2f}{p.manner}")
def test_runs_lie_above_the_threshold_of_the_moment_and_walks_below(person):
    """Outside the band of hysteresis the gait is the one that the threshold asks for, without exception."""
    real = simulated(person, plan=freely(person, minutes=40, seed=2), seed=2, terrain="rolling").truth
    half, moving = person.hysteresis / 2, real.gait != STAND
    assert (real.gait[moving & (real.speed > real.threshold + half)] == RUN).all()
    assert (real.gait[moving & (real.speed < real.threshold - half)] == WALK).all()
    assert {WALK, RUN} <= set(real.gait.tolist())


def test_half_of_the_moments_at_the_threshold_are_runs():
    """Over 80 outings on the flat the share of running crosses one half within 0.06 m/s of the preferred transition."""
    speed, gait = [], []
    for seed in range(80):
        real = simulated(CLIENT, plan=freely(CLIENT, minutes=30, seed=seed), seed=seed).truth
        speed.append(real.speed[real.gait != STAND])
        gait.append(real.gait[real.gait != STAND] == RUN)
    v, runs = np.concatenate(speed), np.concatenate(gait)
    edges = np.arange(1.3, 2.05, 0.05)
    share = np.array([runs[(v >= low) & (v < low + 0.05)].mean() for low in edges])
    crossing = np.interp(0.5, share, edges + 0.025)
    assert abs(crossing - CLIENT.walk_run_threshold) < 0.06


def test_the_gait_of_hysteresis_is_that_of_the_plain_loop():
    """The whole-array state machine equals the loop that one would write first."""
    dice = stream(3, "gait")
    for person in people(4, seed=2):
        speed = np.maximum(person.walk_run_threshold + wander(dice, 900, tau=8.0, sd=0.4), 0.0)
        threshold = person.walk_run_threshold + wander(dice, 900, tau=30.0, sd=0.05)
        expected = naive.gait_of(person.hysteresis, speed, threshold)
        np.testing.assert_array_equal(gait_of(person, speed=speed, threshold=threshold), expected)


def test_the_lag_is_that_of_the_plain_loop():
    """A first-order recursion, but for the cut-off of its kernel (0.1 %)."""
    signal = 100 + np.cumsum(stream(1, "lag").standard_normal(500))
    np.testing.assert_allclose(lagged(signal, 20.0), naive.lagged(signal, 20.0), atol=0.1)
    assert lagged(np.empty(0), 5.0).size == 0


def test_wandering_noise_has_the_spread_and_memory_asked_for():
    """SD within 5 %, and the correlation one time constant apart is 1/e within 0.05."""
    noise = wander(stream(1, "x"), 200_000, tau=20.0, sd=3.0)
    assert noise.std() == pytest.approx(3.0, rel=0.05)
    assert np.corrcoef(noise[:-20], noise[20:])[0, 1] == pytest.approx(np.exp(-1), abs=0.05)


def test_time_increases_and_distance_never_falls():
    """Also with everything going wrong at once."""
    device = Device(n_spikes=3, n_tunnels=2, n_gaps=2, n_cadence_drops=2, n_heart_drops=2, n_locks=1, splits=True)
    for interval in ("1s", "smart"):
        track = outing(n_pauses=2, device=Device(**{**_fields(device), "interval": interval})).track
        assert (np.diff(track.time) >= 1).all()
        assert (np.diff(track.distance) >= 0).all()


def _fields(device):
    return {name: getattr(device, name) for name in device.__slots__}


def test_no_sample_lies_inside_a_pause():
    """The timer is stopped: nothing is recorded, and the spans say since when."""
    got = outing(n_pauses=3, device=Device(splits=True))
    track = got.track
    assert len(track.pauses) == 3
    for start, end in zip(track.pauses.start, track.pauses.end, strict=True):
        assert not ((track.time >= start) & (track.time < end)).any()
        assert end in track.time
    assert (track.pauses.end - track.pauses.start).sum() == got.truth.paused.sum()


def test_without_a_timer_each_pause_starts_a_segment():
    """GPX knows no pauses: the same stops are the borders of segments."""
    timed, plain = (outing(n_pauses=3, device=Device(speed=speed)).track for speed in (True, False))
    assert len(plain.pauses) == 0
    assert plain.time[plain.segment_start[1:]].tolist() == timed.pauses.end.tolist()


def test_smart_recording_keeps_the_true_duration():
    """Fewer samples, the same first and last second, and the same values where both have one."""
    dense, smart = outing(n_pauses=1), outing(n_pauses=1, device=Device(interval="smart"))
    assert 3.0 < len(dense.track) / len(smart.track) < 4.0
    assert dense.track.time[[0, -1]].tolist() == smart.track.time[[0, -1]].tolist()
    both = np.isin(dense.track.time, smart.track.time)
    for name in COLUMNS:
        np.testing.assert_array_equal(getattr(dense.track, name)[both], getattr(smart.track, name))


def test_the_heart_follows_effort_after_dead_time_and_lag():
    """After a step from standing to a run the heart rate moves first after 13 s and has gone 63 % after 13 s + lag."""
    person, plan = _calm(THERAPIST), (_bout(300, 0.0), _bout(900, 2.7))
    heart = np.mean([truth(person, plan=plan, seed=s, n_crossings=0).heart_rate for s in range(12)], axis=0)
    before, after = heart[250:300].mean(), heart[700:900].mean()
    gone = (heart - before) / (after - before)
    assert abs(gone[300:312]).max() < 0.03
    reached = int(np.argmax(gone[300:] > 0.632))
    assert person.heart_delay + person.heart_lag + 2.5 == pytest.approx(reached, abs=5)


def test_the_device_shows_a_speed_some_seconds_late():
    """Its speed fits the true one best when that is moved by two to five seconds."""
    got = outing(n_crossings=4)
    shown, real = got.track.speed, got.truth.speed
    misfit = [np.square(shown[10:] - real[10 - k : real.size - k]).mean() for k in range(9)]
    assert 2 <= int(np.argmin(misfit)) <= 5


def _calm(person):
    from dataclasses import replace

    return replace(person, drift=0.0, heart_day_sd=0.0, threshold_sd=0.0)


def _bout(seconds, speed):
    from pace.simulate import Bout

    return Bout(seconds=seconds, speed=speed)


def test_the_heart_drifts_up_over_an_hour_of_even_work():
    """10–20 beats/min per hour in a temperate place; here the person's own figure within 4."""
    plan = (_bout(4500, THERAPIST.talk_speed),)
    heart = simulated(THERAPIST, plan=plan, seed=4, n_crossings=0).truth.heart_rate
    rise = heart[4200:4500].mean() - heart[600:900].mean()
    assert rise == pytest.approx(THERAPIST.drift, abs=4)


def test_a_fault_changes_its_own_column_only():
    """Every aspect has its own dice: spikes move no heart, and a dropped cadence moves no position."""
    clean = outing().track
    for fault, touched in (
        ({"n_spikes": 3}, {"latitude", "longitude"}),
        ({"n_tunnels": 2}, {"latitude", "longitude"}),
        ({"n_cadence_drops": 3}, {"cadence"}),
        ({"n_heart_drops": 2}, {"heart_rate"}),
        ({"n_locks": 2}, {"heart_rate"}),
        ({"gps_noise": 9.0}, {"latitude", "longitude"}),
    ):
        track = outing(device=Device(**fault)).track
        differing = {c for c in COLUMNS if not np.array_equal(getattr(track, c), getattr(clean, c), equal_nan=True)}
        assert differing == touched, fault


def test_a_locked_sensor_shows_the_cadence():
    """While locked the heart rate lies within 10 of the steps; that happens for at least three minutes in all."""
    clean, locked = outing(), outing(device=Device(n_locks=2))
    at = locked.track.heart_rate != clean.track.heart_rate
    assert at.sum() >= 170
    moving = at & (locked.gait != STAND)
    assert np.median(np.abs(locked.track.heart_rate - locked.track.cadence)[moving]) < 4


def test_a_gap_leaves_time_without_samples():
    """The clock goes on; the rows are missing."""
    assert np.diff(outing(device=Device(n_gaps=2)).track.time).max() >= 20


def test_cadence_tells_walk_from_run_for_most_people_but_not_for_race_walkers():
    """Walks are near 105–130 steps/min, runs near 145–175."""
    got = outing(THERAPIST)
    assert 100 < np.median(got.track.cadence[got.gait == WALK]) < 130
    assert 145 < np.median(got.track.cadence[got.gait == RUN]) < 175
    racer = next(p for p in people(8, seed=1) if p.manner == "race-walk")
    walks = simulated(racer, plan=walk(racer, minutes=20, seed=1, briskness=1.15), seed=1)
    ordinary = simulated(THERAPIST, plan=walk(THERAPIST, minutes=20, seed=1), seed=1)
    assert np.median(walks.track.cadence) > np.median(ordinary.track.cadence) + 10


def test_splits_follow_cadence_and_let_go_late():
    """Runs by the splits are the seconds at 139 steps/min or more, and up to six after."""
    got = outing(device=Device(splits=True), n_crossings=0)
    track = got.track
    inside = np.zeros(len(track), dtype=bool)
    for start, end, kind in zip(track.splits.start, track.splits.end, track.splits.kind, strict=True):
        inside |= (kind == "run") & (track.time >= start) & (track.time < end)
    assert inside[track.cadence >= 140].all()
    assert not inside[_quiet(track.cadence, 8)].any()
    assert (inside & (track.cadence < 138)).sum() > 3 * (np.diff(inside.astype(int)) == -1).sum()
    assert (track.splits.start[1:] >= track.splits.end[:-1]).all()


def _quiet(cadence, seconds):
    slow = cadence < 138
    return np.array([k >= seconds and slow[k - seconds : k + 1].all() for k in range(cadence.size)])


def test_alpha1_falls_with_effort_through_three_quarters_at_the_right_share():
    """Mixed noise reads what it should in boxes of 4–16 beats, within 0.05."""
    for wanted in (0.5, 0.75, 1.2):
        got = np.mean([naive.dfa(scaling_noise(stream(s, "x"), np.full(1500, wanted)), 4, 16) for s in range(3)])
        assert got == pytest.approx(wanted, abs=0.05)


def test_beats_add_up_to_the_moving_time():
    """Intervals without artefacts sum to the time that the strap saw, pauses left out, within 1 %."""
    got = outing(n_pauses=1, device=Device(heart_rate="strap", rr=True, artefacts=0.0))
    assert got.track.rr.sum() == pytest.approx((~got.truth.paused).sum(), rel=0.01)
    assert (np.diff(got.track.rr_time) >= 0).all()
    assert outing().track.rr.size == 0


def test_position_noise_is_as_large_as_asked():
    """The distance from the true place has an RMS per axis near the SD asked for, over ten outings."""
    off = []
    for seed in range(10):
        got = outing(seed=seed, device=Device(gps_noise=4.0))
        latitude, _ = degrees_of(got.truth.x, got.truth.y)
        off.append((got.track.latitude - latitude[got.at]) * 111_195)
    assert np.concatenate(off).std() == pytest.approx(4.0, rel=0.25)


def test_hills_are_hilly_and_the_plain_is_flat():
    """Typical grades: under 1.5 % in the plain, over 4 % in the hills, nowhere over 30 %."""
    grades = {t: way(terrain=t, length=6000.0, seed=2).grade for t in ("flat", "rolling", "hilly")}
    assert np.abs(grades["flat"]).mean() < 0.015 < 0.04 < np.abs(grades["hilly"]).mean()
    assert max(np.abs(g).max() for g in grades.values()) < 0.30


def test_the_way_lies_on_its_ground():
    """Elevation is a function of the place, and consecutive points are at most one step apart."""
    path = way(terrain="hilly", length=3000.0, seed=9)
    np.testing.assert_array_equal(path.elevation, elevation(path.x, path.y))
    assert path.along[-1] >= 3000
    assert np.hypot(np.diff(path.x), np.diff(path.y)).max() < 4.01


def test_uphill_is_slower_and_walked_more():
    """At the same will, speed falls with the grade, and so does the threshold."""
    got = simulated(CLIENT, plan=run(CLIENT, minutes=40, seed=3), seed=3, terrain="hilly").truth
    moving = got.gait != STAND
    assert got.speed[moving & (got.grade > 0.05)].mean() < got.speed[moving & (np.abs(got.grade) < 0.02)].mean()
    assert got.threshold[got.grade > 0.08].mean() < got.threshold[np.abs(got.grade) < 0.02].mean() - 0.03


def test_a_ride_is_no_walk():
    """On wheels the gait is not on foot and the speed beyond feet."""
    got = simulated(THERAPIST, plan=walk(THERAPIST, minutes=20, seed=1), seed=1, sport="cycling")
    assert (got.truth.gait == STAND).all()
    assert np.median(got.track.speed) > 4
    assert got.track.sport == "cycling"


def test_steps_rise_to_the_top():
    """The last step of a rising plan is the speed asked for."""
    assert rising(CLIENT, minutes=30, top=2.4)[-1].speed == 2.4
    assert len(rising(CLIENT, minutes=30, top=2.4)) == 10


def test_a_longer_life_begins_like_a_shorter_one():
    """Outings are drawn one by one: adding some changes none."""
    short, long = outings(CLIENT, 2, seed=4), outings(CLIENT, 3, seed=4)
    assert [x.track.speed.sum() for x in short] == [x.track.speed.sum() for x in long[:2]]
    assert len({x.track.speed.sum() for x in long}) == 3


def test_a_life_of_walks_holds_hardly_a_run():
    """Somebody who only goes for walks runs less than 5 % of the time."""
    gait = np.concatenate([x.truth.gait for x in outings(THERAPIST, 6, seed=2, kinds=("walk",), terrain="flat")])
    assert (gait == RUN).mean() < 0.05
