import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from pace.activity.timeline import GAP, PAUSED, RECORDED, ordered, step_states, timeline

steps = st.lists(st.integers(1, 90_000), min_size=1, max_size=60)
spans = st.lists(st.tuples(st.integers(-5_000, 900_000), st.integers(1, 200_000)), max_size=6)


@given(steps, spans, st.randoms(use_true_random=False))
def test_every_millisecond_is_counted_once(step_ms, pauses, dice):
    """Rows touch: each starts where the one before ends, and together they are the elapsed time exactly."""
    sample_ms = np.concatenate(([0], np.cumsum(step_ms)))
    states = np.array([dice.choice([RECORDED, RECORDED, PAUSED, GAP]) for _ in step_ms], dtype=np.uint8)
    start = np.array([first for first, _ in pauses], dtype=np.int64)
    end = start + np.array([length for _, length in pauses], dtype=np.int64)
    rows = timeline(sample_ms, states, (start, end))
    assert rows.start_ms[0] == 0
    assert (rows.start_ms[1:] == (rows.start_ms + rows.duration_ms)[:-1]).all()
    assert rows.duration_ms.sum() == sample_ms[-1]
    assert (rows.duration_ms > 0).all()
    assert (rows.duration_ms[rows.state == RECORDED] <= 1000).all()


@given(steps, spans)
def test_a_stopped_timer_is_a_pause_to_the_millisecond(step_ms, pauses):
    """Paused time is the length of the union of the stops within the recording."""
    sample_ms = np.concatenate(([0], np.cumsum(step_ms)))
    start = np.array([first for first, _ in pauses], dtype=np.int64)
    end = start + np.array([length for _, length in pauses], dtype=np.int64)
    rows = timeline(sample_ms, np.zeros(len(step_ms), dtype=np.uint8), (start, end))
    stopped, reached = 0, 0
    for first, last in sorted(zip(start.tolist(), end.tolist(), strict=True)):
        first, last = max(first, reached, 0), min(last, int(sample_ms[-1]))
        stopped += max(last - first, 0)
        reached = max(reached, last)
    assert rows.duration_ms[rows.state == PAUSED].sum() == stopped


@given(st.lists(st.floats(0, 1000) | st.just(np.nan), max_size=40))
def test_kept_samples_rise(stamps):
    """Whatever a clock does, what is kept of it rises."""
    time = np.array(stamps, dtype=float)
    kept, notes = ordered(time)
    assert (np.diff(time[kept]) > 0).all()
    assert sum(note.count for note in notes) == time.size - kept.size


def test_one_stamp_far_ahead_costs_one_sample():
    """A single stamp from the future does not take everything behind it along."""
    time = np.arange(100.0)
    time[10] = 1e9
    kept, _ = ordered(time)
    assert kept.size == 99


def test_a_clock_set_back_costs_the_smaller_side():
    """A clock that is set back late in a recording costs what was recorded twice, not what came before."""
    time = np.concatenate((np.arange(100.0), np.arange(90.0, 120.0)))
    kept, notes = ordered(time)
    assert kept.size == 120
    assert notes[0].count == 10


def test_a_long_silence_is_a_pause_for_who_stays_and_a_gap_for_who_moved_on():
    """Over 30 s without a sample: no distance covered means paused, any other or unknown means a gap."""
    step_s = np.array([1.0, 1, 1, 1, 60, 60, 60])
    step_m = np.array([2.0, 2, 2, 2, 3, 150, np.nan])
    found = step_states(step_s, step_m, new_segment=np.zeros(7, dtype=bool), timer_known=False)
    assert found.tolist() == [RECORDED] * 4 + [PAUSED, GAP, GAP]


def test_standing_is_no_pause_where_the_timer_is_known():
    """A file that tells its pauses and stored nothing for a minute of standing was not paused."""
    found = step_states(
        np.array([1.0, 1, 60]), np.array([2.0, 2, 3]), new_segment=np.zeros(3, dtype=bool), timer_known=True
    )
    assert found.tolist() == [RECORDED, RECORDED, RECORDED]


def test_sparse_recording_is_recorded():
    """A phone that stores a sample every 20 s has no gaps."""
    found = step_states(np.full(9, 40.0), np.full(9, 60.0), new_segment=np.zeros(9, dtype=bool), timer_known=False)
    assert (found == RECORDED).all()
