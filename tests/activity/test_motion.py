import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from activity.strolls import placed, run_walk_speeds, stroll
from naive import moving as naive_moving
from pace.activity.motion import Motion, moving
from pace.activity.timeline import GAP, PAUSED
from pace.activity.track import Spans, Track
from pace.errors import NothingUsableError


@given(st.lists(st.sampled_from([0.0, 0.3, 0.44, 0.46, 1.2, np.nan]), max_size=40))
def test_standing_is_slow_for_five_seconds(speeds):
    """Seconds below 0.45 m/s are standing if five or more of them follow each other."""
    assert moving(np.array(speeds, dtype=float)).tolist() == naive_moving(np.array(speeds, dtype=float))


def test_slow_therapy_walking_moves():
    """0.8 m/s is walking, not standing."""
    assert Motion.from_track(stroll(np.full(100, 0.8) + 0.1 * np.sin(np.arange(100)))).moving.all()


@given(st.floats(-1e9, 1e9))
def test_the_time_of_day_changes_nothing(shift):
    """A recording shifted in time has the same motion."""
    track = stroll(run_walk_speeds(n=1))
    shifted = Track.build(time=track.time + round(shift), speed=track.speed, distance=track.distance, sport="running")
    one, other = Motion.from_track(track), Motion.from_track(shifted)
    assert np.array_equal(one.speed, other.speed)
    assert np.array_equal(one.duration_ms, other.duration_ms)


@pytest.mark.parametrize("at", [(0.0, 0.0), (51.0, 7.0), (-33.0, 179.9995), (89.99, 0.0), (10.0, -179.9999)])
def test_the_place_changes_nothing(at):
    """Positions on the equator, at the antimeridian or by the pole give the same speed."""
    motion = Motion.from_track(placed(2.0 * np.arange(120.0), at=at))
    assert motion.speed_source == "position"
    assert np.allclose(motion.speed[5:-5], 2.0, atol=0.03)


def test_device_speed_comes_before_distance_before_positions():
    """Of what is there the device's own speed is used, else its distance, else where it was."""
    speeds = run_walk_speeds(n=1)
    assert Motion.from_track(stroll(speeds)).speed_source == "device"
    assert Motion.from_track(stroll(speeds, speed=None)).speed_source == "distance"
    assert Motion.from_track(placed(np.cumsum(speeds))).speed_source == "position"


@pytest.mark.parametrize("bad", [np.zeros(241), np.full(241, 65.535), np.full(241, np.nan), np.full(241, 0.01)])
def test_a_device_speed_that_cannot_be_is_not_believed(bad):
    """A speed that is constant, impossible or at odds with the distance is left aside."""
    motion = Motion.from_track(stroll(run_walk_speeds(n=1), speed=bad))
    assert motion.speed_source == "distance"
    assert np.allclose(motion.speed[10:110], 1.4)


def test_a_leap_of_the_position_is_no_speed():
    """One position 300 m off leaves the speed as it was."""
    way = 2.0 * np.arange(200.0)
    way[100] += 300
    motion = Motion.from_track(placed(way))
    assert np.allclose(motion.speed[5:-5], 2.0, atol=0.05)


def test_a_tunnel_is_walked_through():
    """A device that repeats its position in a tunnel and leaps at the exit moved all the while."""
    way = 1.5 * np.arange(200.0)
    way[80:120] = way[80]
    motion = Motion.from_track(placed(way))
    assert np.allclose(motion.speed[5:-5], 1.5, atol=0.1)
    assert motion.moving.all()


def test_a_stopped_timer_is_a_pause():
    """Time within the device's pauses is paused, whatever was recorded in it, and has no speed."""
    track = stroll(np.full(300, 1.5) + 0.1 * np.sin(np.arange(300)))
    begin = track.time[100]
    paused = Spans.build([begin + 0.25], [begin + 60.5], ["pause"])
    motion = Motion.from_track(stroll(np.full(300, 1.5) + 0.1 * np.sin(np.arange(300)), pauses=paused))
    assert motion.duration_ms[motion.state == PAUSED].sum() == 60_250
    assert np.isnan(motion.speed[motion.state == PAUSED]).all()
    assert motion.duration_ms.sum() == 300_000


def test_smart_recording_counts_by_true_durations():
    """A sample every one to nine seconds gives the seconds that one every second gives."""
    every = stroll(run_walk_speeds(n=3), cadence=np.append(np.tile(np.repeat([110.0, 160.0], 120), 3), 160.0))
    kept = np.unique(np.concatenate(([0], np.cumsum(np.tile([1, 3, 9, 5, 2], 40)), [720])).clip(max=720))
    columns = {name: getattr(every, name)[kept] for name in ("time", "distance", "speed", "cadence")}
    smart = Motion.from_track(Track.build(**columns, sport="running"))
    full = Motion.from_track(every)
    assert len(smart) == len(full)
    assert abs(smart.speed.mean() - full.speed.mean()) < 0.02
    assert np.abs(smart.speed - full.speed).mean() < 0.06


def test_steps_of_one_leg_are_doubled():
    """Cadence counted in strides is told by steps of an impossible length."""
    speeds = run_walk_speeds(n=2)
    strides = np.append(np.where(speeds > 2, 82.0, 56.0), 82.0)
    motion = Motion.from_track(stroll(speeds, cadence=strides))
    assert motion.cadence.max() == 164
    same = Motion.from_track(stroll(speeds, cadence=2 * strides))
    assert np.array_equal(same.cadence, motion.cadence)
    assert [note.kind for note in motion.notes] == ["cadence-unit"]


def test_no_cadence_while_moving_is_missing():
    """Zero steps at 1.4 m/s were not counted; they were not not made."""
    motion = Motion.from_track(stroll(run_walk_speeds(n=1), cadence=np.zeros(241)))
    assert np.isnan(motion.cadence).all()


def test_a_heart_beats_between_30_and_230_and_does_not_leap():
    """Zeros, 255 and single spikes are missing."""
    heart = np.full(241, 120.0)
    heart[50], heart[100], heart[150] = 0, 255, 180
    motion = Motion.from_track(stroll(run_walk_speeds(n=1), heart_rate=heart))
    assert np.nanmax(np.abs(motion.heart_rate - 120)) < 12


def test_a_heart_that_beats_too_fast_or_too_slowly_for_minutes_is_none():
    """A sensor that shows 15 or 240 for a while is no leap, and no heart."""
    heart = np.full(241, 120.0)
    heart[60:100], heart[150:190] = 15, 240
    motion = Motion.from_track(stroll(run_walk_speeds(n=1), heart_rate=heart))
    known = motion.heart_rate[np.isfinite(motion.heart_rate)]
    assert known.size > 150
    assert np.abs(known - 120).max() < 12


def test_a_sensors_value_is_not_carried_far():
    """A heart rate that was read once a minute is known for a quarter of a minute around each, and not between."""
    heart = np.full(241, np.nan)
    heart[::120] = 120
    motion = Motion.from_track(stroll(run_walk_speeds(n=1), heart_rate=heart))
    known = np.isfinite(motion.heart_rate)
    assert known[5]
    assert not known[25:95].any()
    assert known[115]


def test_cadence_taken_for_heart_rate_is_left_out():
    """Minutes in which the heart rate follows every change of the steps are no heart rate."""
    speeds = run_walk_speeds(n=5)
    dice = np.random.default_rng(4)
    steps = np.append(np.where(speeds > 2, 158.0, 112.0), 158.0) + dice.normal(0, 3, 1201)
    heart = 125 + 10 * np.sin(np.arange(1201) / 90) + dice.normal(0, 0.5, 1201)
    heart[400:900] = steps[400:900]
    motion = Motion.from_track(stroll(speeds, cadence=steps, heart_rate=heart))
    assert np.isnan(motion.heart_rate[420:880]).mean() > 0.95
    assert np.isfinite(motion.heart_rate[:270]).mean() > 0.99
    assert "cadence-lock" in [note.kind for note in motion.notes]


def test_grade_is_rise_over_run():
    """A ramp of 8 % is 8 %, noise of a metre or not; beyond 30 % nothing is believed."""
    dice = np.random.default_rng(1)
    way = 1.5 * np.arange(601.0)
    for slope, expected in ((0.08, 0.08), (-0.05, -0.05), (0.9, 0.30)):
        height = 100 + slope * way + dice.normal(0, 0.5, 601)
        motion = Motion.from_track(stroll(np.full(600, 1.5) + 0.1 * np.sin(np.arange(600)), elevation=height))
        assert np.allclose(motion.grade[60:-60], expected, atol=0.02)


@pytest.mark.parametrize("height", [None, np.full(241, 80.0)])
def test_no_elevation_is_no_grade(height):
    """Without elevation, or with one number throughout, the grade is unknown."""
    assert np.isnan(Motion.from_track(stroll(run_walk_speeds(n=1), elevation=height)).grade).all()


def test_a_lift_in_a_car_is_no_run():
    """What is faster than feet can keep up is a gap, with a note."""
    speeds = np.concatenate((np.full(200, 1.4), np.full(120, 11.0), np.full(200, 1.4)))
    motion = Motion.from_track(stroll(speeds))
    assert motion.duration_ms[motion.state == GAP].sum() >= 110_000
    assert np.nanmax(motion.speed) < 8
    assert "too-fast" in [note.kind for note in motion.notes]


@pytest.mark.parametrize(
    "columns",
    [
        {"time": []},
        {"time": [5.0]},
        {"time": [np.nan] * 4, "speed": [1.0] * 4},
        {"time": [0.0, 1, 2], "heart_rate": [90.0, 91, 92]},
        {"time": [7.0, 7, 7], "speed": [1.0, 2, 1]},
    ],
)
def test_without_time_or_speed_there_is_nothing_to_use(columns):
    """A recording without times, or with nothing that tells a speed, is refused with a reason."""
    with pytest.raises(NothingUsableError, match="must"):
        Motion.from_track(Track.build(**columns))


wild = st.floats(allow_nan=True, allow_infinity=True) | st.floats(-10, 300)


@given(
    st.lists(st.tuples(wild, wild, wild, wild, wild, wild), min_size=0, max_size=30), st.sampled_from(["fit", "gpx"])
)
def test_any_numbers_give_a_motion_or_a_reason(samples, form):
    """Whatever a file holds, the answer is a motion that accounts for its time, or a deliberate error."""
    table = np.array(samples, dtype=float).reshape(-1, 6)
    time = np.where(np.isfinite(table[:, 0]), np.clip(table[:, 0], 0, 1e6), np.nan)
    names = ("speed", "distance", "latitude", "longitude", "cadence")
    track = Track.build(time=time, format=form, **{name: table[:, i + 1] for i, name in enumerate(names)})
    with np.errstate(all="ignore"):
        try:
            motion = Motion.from_track(track)
        except NothingUsableError:
            return
    assert (motion.duration_ms > 0).all()
    assert np.array_equal(np.isfinite(motion.speed), motion.recorded)
