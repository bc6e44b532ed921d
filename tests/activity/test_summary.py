import numpy as np
import pytest
from hypothesis import given, reject
from hypothesis import strategies as st

from activity.strolls import placed, run_walk_speeds, stroll
from naive import best_speed as naive_best_speed
from naive import medians as naive_medians
from pace.activity.foot import why_not_on_foot
from pace.activity.grid import GRADE_EDGES, RUN, SPEED_EDGES, STAND, WALK
from pace.activity.rows import Stretches
from pace.activity.summary import BEST_DURATIONS_S, Summary, digest
from pace.activity.track import Spans, Track
from pace.errors import NothingUsableError
from pace.person.walk_run import walk_run
from pace.simulate import Device, freely, people, recording


def with_steps(speeds: np.ndarray, **columns) -> Track:
    return stroll(speeds, cadence=np.append(np.where(speeds > 2, 160.0, 112.0), 160.0), **columns)


@given(st.lists(st.sampled_from([1.0, 2.0, 7.0, 45.0, 200.0, 0.4]), min_size=2, max_size=60), st.integers(0, 400))
def test_every_millisecond_is_accounted_for(step_s, pause_s):
    """Elapsed is standing, walking, running, paused and gap, exactly."""
    time = 1_700_000_000 + np.concatenate(([0.0], np.cumsum(step_s)))
    speed = 1.5 + np.sin(np.arange(time.size))
    pauses = Spans.build([time[0] + 5.1], [time[0] + 5.1 + pause_s], ["pause"])
    try:
        summary = Summary.from_track(Track.build(time=time, speed=speed, pauses=pauses, sport="running"))
    except NothingUsableError:  # nothing but pauses and gaps
        reject()
    assert summary.elapsed_ms == round(1000 * (time[-1] - time[0]))
    assert summary.elapsed_ms == summary.time_ms.sum() + summary.paused_ms + summary.gap_ms


def test_time_lands_in_its_cell():
    """Two minutes each of a walk at 1.4 and a run at 2.6 m/s, uphill at 7 %, lie in their cells."""
    speeds = run_walk_speeds(n=4)
    height = 0.07 * np.concatenate(([0.0], np.cumsum(speeds)))
    summary = Summary.from_track(with_steps(speeds, elevation=height))
    slope = int(np.digitize(0.07, GRADE_EDGES)) - 1
    for gait, speed in ((WALK, 1.4), (RUN, 2.6)):
        column = int(np.digitize(speed + 0.01, SPEED_EDGES)) - 1
        near = summary.time_ms[gait, column - 1 : column + 1, slope].sum()
        assert abs(near - 480_000) < 20_000
    assert summary.time_ms[STAND].sum() == 0


def test_windows_are_whole_and_moving():
    """Windows are five whole seconds; together they are the moving time but for the ends of stretches."""
    summary = Summary.from_track(with_steps(run_walk_speeds(n=3)))
    assert summary.window_ms.sum() % 5000 == 0
    assert abs(summary.window_ms.sum() - summary.time_ms[1:].sum()) < 5000
    assert summary.window_ms[0].sum() == pytest.approx(360_000, abs=15_000)


def test_bouts_and_changes_are_what_happened():
    """Three walks and three runs of two minutes are six bouts and five changes, at their speeds."""
    speeds = run_walk_speeds(n=3)
    summary = Summary.from_track(with_steps(speeds, heart_rate=np.full(721, 120.0)))
    assert summary.bouts["gait"].tolist() == [WALK, RUN] * 3
    assert np.allclose(summary.bouts["duration_s"], 120, atol=6)
    assert np.allclose(summary.bouts["speed"], [1.4, 2.6] * 3)
    assert np.allclose(summary.bouts["heart_rate"], 120)
    assert summary.changes["to"].tolist() == [RUN, WALK, RUN, WALK, RUN]
    assert np.allclose(summary.changes["speed_before"], [1.4, 2.6, 1.4, 2.6, 1.4], atol=0.35)
    assert np.allclose(summary.changes["speed_after"], [2.6, 1.4, 2.6, 1.4, 2.6], atol=0.35)


def test_a_steady_stretch_s_heart_rate_is_settled():
    """Heart rate that rises for 90 s after a change is left out; a long stretch is cut in tens of minutes."""
    speeds = np.concatenate((np.full(300, 1.4), np.full(1500, 2.6)))
    rising = np.concatenate((np.full(300, 100.0), 150 - 50 * np.exp(-np.arange(1501) / 20)))
    rows = Summary.from_track(with_steps(speeds, heart_rate=rising)).steady
    assert rows["gait"].tolist() == [WALK, RUN, RUN, RUN]
    assert np.allclose(rows["heart_rate"], [100, 150, 150, 150], atol=1)
    assert rows["duration_s"].max() <= 600
    assert rows["start_s"].tolist()[:2] == [0.0, 300.0]


def test_a_hill_of_the_same_speed_is_another_effort():
    """A stretch is not steady where the way begins to climb."""
    speeds = np.full(900, 2.5)
    way = np.concatenate(([0.0], np.cumsum(speeds)))
    height = np.where(way < 1125, 0.0, 0.10 * (way - 1125))
    rows = Summary.from_track(with_steps(speeds, elevation=height)).steady
    assert len(rows) == 2
    assert rows["grade"][0] < 0.02 < 0.08 < rows["grade"][1]


@given(st.integers(61, 500), st.integers(0, 99))
def test_best_speed_is_the_best_minute(n, seed):
    """The fastest minute is the fastest of all minutes."""
    speeds = np.random.default_rng(seed).uniform(1, 4, n)
    summary = Summary.from_track(stroll(speeds))
    way = np.asarray(speeds)
    assert BEST_DURATIONS_S[0] == 60
    sampled = np.append(way, way[-1])
    assert summary.best_speed[0] == pytest.approx(naive_best_speed((sampled[1:] + sampled[:-1]) / 2, 60), rel=1e-6)
    assert np.isnan(summary.best_speed[2:]).all()


@given(st.lists(st.lists(st.sampled_from([1.0, 2.0, 3.5, np.nan]), min_size=1, max_size=7), min_size=1, max_size=6))
def test_medians_are_medians(stretches):
    """The median of each stretch is that of its sorted known values."""
    stop = np.cumsum([len(stretch) for stretch in stretches])
    start = np.concatenate(([0], stop[:-1]))
    values = np.array([value for stretch in stretches for value in stretch])
    found = Stretches(start=start, stop=stop).medians(values)
    assert np.allclose(found, naive_medians(values, start, stop), equal_nan=True)


def test_heart_rate_is_high_when_held():
    """Ten seconds at 190 are no high heart rate, thirty at 170 are."""
    heart = np.full(721, 130.0)
    heart[100:110], heart[300:340] = 138, 139
    assert Summary.from_track(with_steps(run_walk_speeds(n=3), heart_rate=heart)).heart_rate_high == pytest.approx(139)


def test_the_digest_is_of_the_content():
    """The same samples have the same digest wherever and whenever they were recorded; other samples another."""
    speeds = run_walk_speeds(n=1)
    track, other = stroll(speeds), stroll(speeds + 0.01)
    later = Track.build(time=track.time + 86_400, speed=track.speed, distance=track.distance, sport="running")
    assert digest(track) == digest(later)
    assert digest(track) != digest(other)
    assert len(digest(track)) == 32


@given(st.integers(-80, 80), st.integers(-170, 170))
def test_the_digest_holds_no_place(north, east):
    """The same way on another continent has the same digest, so nobody finds a place by trying places out."""
    way = np.round(np.cumsum(np.random.default_rng(1).uniform(0, 4e-5, (2, 300)), axis=1), 7)
    time = np.arange(300.0)
    here, there = (
        Track.build(time=time, latitude=way[0] + lat, longitude=way[1] + lon) for lat, lon in ((0, 0), (north, east))
    )
    assert digest(here) == digest(there)


@given(st.floats(-60, 60), st.floats(-180, 180))
def test_the_place_changes_nothing_that_is_kept(latitude, longitude):
    """Moved over the globe, a recording keeps its summary."""
    way = np.cumsum(run_walk_speeds(n=2))
    here, there = (Summary.from_track(placed(way, at=at)) for at in ((0.0, 0.0), (latitude, longitude)))
    assert there.distance_m == pytest.approx(here.distance_m, rel=0.01)
    assert np.allclose(there.time_ms.sum(axis=(1, 2)), here.time_ms.sum(axis=(1, 2)), atol=8000)


@pytest.mark.parametrize(
    ("track", "reason"),
    [
        (stroll(np.full(300, 7.0), sport="cycling"), "a ride"),
        (stroll(np.full(300, 1.0), sport="swimming"), "a swim"),
        (stroll(np.full(300, 1.0), sport="alpine_skiing"), "alpine skiing"),
        (stroll(np.full(300, 9.0) + 0.1 * np.sin(np.arange(300)), sport="running"), "moves too fast for feet"),
        (stroll(np.full(900, 5.2) + np.sin(np.arange(900)), sport="unknown"), "moves like a ride, and names no sport"),
        (stroll(np.full(900, 5.2) + np.sin(np.arange(900)), sport="Tour"), "moves like a ride, and names no sport"),
        (stroll(np.full(900, 1.4), sport="with a friend"), None),
        (stroll(np.full(40, 1.4), sport="walking"), "too short: it moves for less than a minute"),
        (Track.build(time=[0.0], sport="running"), "nothing tells when or how fast it moved"),
        (stroll(np.full(900, 2.5), sport="running"), None),
        (stroll(np.full(900, 0.8), sport="unknown"), None),
    ],
)
def test_what_is_not_on_foot_is_named(track, reason):
    """A ride, a swim, a drive recorded as a run, a button pressed by mistake: each has its plain reason."""
    assert why_not_on_foot(track) == reason


def test_a_summary_knows_as_well():
    """Of a summary the reason is the same."""
    assert why_not_on_foot(Summary.from_track(stroll(run_walk_speeds(n=2)))) is None
    assert why_not_on_foot(Summary.from_track(stroll(run_walk_speeds(n=2), sport="cycling"))) == "a ride"


@pytest.mark.heavy
@pytest.mark.parametrize("cadence", [True, False])
def test_smart_recording_moves_the_threshold_by_less_than_three_centimetres(cadence):
    """The walk-run threshold of a person is the same, within 0.03 m/s, from samples each second or now and then."""
    for k, person in enumerate(people(4, seed=21)):
        by_interval = [
            walk_run(
                Summary.from_track(
                    recording(
                        person,
                        plan=freely(person, minutes=30, seed=100 * k + i),
                        seed=100 * k + i,
                        device=Device(interval=interval, cadence=cadence),
                    ),
                    manner=person.manner,
                )
                for i in range(3)
            ).threshold.median
            for interval in ("1s", "smart")
        ]
        assert abs(by_interval[0] - by_interval[1]) < 0.03
