import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from activity.strolls import run_walk_speeds, stroll
from naive import posterior as naive_posterior
from pace.activity.gait import SPEED, Gait
from pace.activity.grid import RUN, STAND, WALK
from pace.activity.hidden import posterior
from pace.activity.motion import Motion
from pace.activity.track import Spans, Track
from pace.simulate import Device, people, run_walk, simulated


def gait_of(track: Track, manner="") -> Gait:
    return Gait.from_motion(Motion.from_track(track), manner)


def steps_for(speeds: np.ndarray, *, walk: float = 112.0, run: float = 160.0, seed: int = 1) -> np.ndarray:
    steps = np.where(speeds > 2, run, walk) + np.random.default_rng(seed).normal(0, 3, speeds.size)
    return np.append(steps, steps[-1])


@given(st.integers(1, 300), st.integers(1, 3), st.integers(0, 2**32 - 1))
def test_blocks_give_what_row_by_row_gives(n, chains, seed):
    """Forward-backward in blocks is forward-backward, exactly, for any length and any number of chains."""
    dice = np.random.default_rng(seed)
    likelihood = np.exp(-1.8 * dice.random((chains, n, 3)))
    likelihood /= likelihood.max(axis=2, keepdims=True)
    transition = dice.random((3, 3)) + 5 * np.eye(3)
    transition /= transition.sum(axis=1, keepdims=True)
    found = posterior(likelihood, transition)
    for chain in range(chains):
        assert np.allclose(found[chain], naive_posterior(likelihood[chain], transition), atol=1e-5)


def test_a_long_recording_neither_under_nor_overflows():
    """Thirty hours at once are as sure as half an hour."""
    likelihood = np.exp(-1.8 * (np.arange(108_000)[:, None] // 300 % 3 != np.arange(3)))
    found = posterior(likelihood[None], np.full((3, 3), 1 / 120) + np.eye(3) * 0.975)
    assert np.isfinite(found).all()
    assert (found.argmax(axis=2)[0] == np.arange(108_000) // 300 % 3).mean() > 0.999


def test_walk_run_and_stand_are_told_apart():
    """With cadence the gait is sure, and right but for the seconds of the change."""
    speeds = run_walk_speeds(n=4)
    speeds[500:530] = 0.0
    steps = steps_for(speeds)
    steps[500:530] = 0
    gait = gait_of(stroll(speeds, cadence=steps))
    truth = np.where(speeds < 0.5, STAND, np.where(speeds > 2, RUN, WALK))
    assert gait.confidence == "high"
    assert (gait.label == truth).mean() > 0.98
    assert np.allclose(gait.posterior.sum(axis=1), 1, atol=1e-5)


def test_without_cadence_the_speeds_of_the_activity_decide_and_the_gait_is_not_sure():
    """A walk at 1.4 and a run at 2.1 are told apart; so are 1.9 and 2.8; the confidence is low."""
    for walk, run in ((1.4, 2.1), (1.9, 2.8)):
        speeds = run_walk_speeds(n=5, walk=walk, run=run)
        gait = gait_of(stroll(speeds))
        assert gait.confidence == "low"
        assert (gait.label == np.where(speeds == run, RUN, WALK)).mean() > 0.95


def test_a_walker_only_walks_and_a_runner_only_runs():
    """Someone with one gait is not split in two because they were slower for a while."""
    wave = np.sin(np.arange(1800) / 120)
    assert (gait_of(stroll(1.3 + 0.15 * wave)).label == WALK).mean() > 0.99
    assert (gait_of(stroll(2.9 + 0.4 * wave)).label == RUN).mean() > 0.99
    assert (gait_of(stroll(2.9 + 0.4 * wave, cadence=np.full(1801, 168.0))).label == RUN).mean() > 0.99
    assert (gait_of(stroll(1.3 + 0.15 * wave, cadence=np.full(1801, 114.0))).label == WALK).mean() > 0.99


def test_in_doubt_the_posterior_says_so():
    """Half an hour at one speed between walking and running, without cadence, is neither surely."""
    chance = gait_of(stroll(1.85 + 0.05 * np.sin(np.arange(1800) / 30))).posterior.mean(axis=0)
    assert 0.1 < chance[RUN] < 0.95


def test_a_stride_of_two_seconds_is_no_bout():
    """A gait is kept for 5 s or more: dashes of three seconds make no bouts."""
    speeds = np.full(600, 1.4)
    speeds[::60] = speeds[1::60] = speeds[2::60] = 3.0
    assert (gait_of(stroll(speeds, cadence=steps_for(speeds))).label == WALK).all()


def test_labels_last_five_seconds():
    """However the signals jump about, no label lasts less than five seconds."""
    dice = np.random.default_rng(2)
    speeds = dice.choice([0.2, 1.3, 2.4], 900)
    label = gait_of(stroll(speeds, cadence=steps_for(speeds))).label
    edges = np.flatnonzero(np.diff(label)) + 1
    assert np.diff(np.concatenate(([0], edges, [label.size])))[1:].min() >= 5


def test_cadence_is_missed_for_a_while():
    """Where cadence drops out within an activity that has it, speed fills in."""
    speeds = run_walk_speeds(n=5)
    steps = steps_for(speeds)
    steps[300:500] = 0
    gait = gait_of(stroll(speeds, cadence=steps))
    assert gait.confidence == "high"
    assert (gait.label == np.where(speeds > 2, RUN, WALK)).mean() > 0.97


def test_a_race_walker_is_believed():
    """Who says that they race-walk walks at 165 steps/min and 2 m/s, and runs at 3.2."""
    speeds = run_walk_speeds(n=4, walk=2.0, run=3.2)
    track = stroll(speeds, cadence=steps_for(speeds - 0.5, walk=165, run=172))
    truth = np.where(speeds > 2.5, RUN, WALK)
    assert (gait_of(track, "race-walk").label == truth).mean() > 0.9
    assert (gait_of(track).label == truth).mean() < 0.7


def test_a_shuffler_is_believed():
    """Who says that they shuffle jogs at 1.65 m/s, even where no cadence tells."""
    speeds = 1.68 + 0.03 * np.sin(np.arange(1500) / 40)
    plain, believed = (gait_of(stroll(speeds), manner).posterior[:, RUN].mean() for manner in ("", "shuffle"))
    assert believed > plain + 0.1


def test_the_device_s_splits_are_one_voice_among_others():
    """Splits tip the scales where speed leaves doubt, and do not overrule a clear cadence."""
    speeds = 1.78 + 0.05 * np.sin(np.arange(1200) / 30)
    start = 1_700_000_000.0
    splits = Spans.build([start, start + 600], [start + 600, start + 1200], ["walk", "run"])
    told = gait_of(stroll(speeds, splits=splits)).posterior[:, RUN]
    assert told[:580].mean() < 0.2
    assert told[620:].mean() > 0.8
    clear = gait_of(stroll(speeds, splits=splits, cadence=np.full(1201, 165.0)))
    assert (clear.label == RUN).all()


@given(st.floats(0.9, 1.8))
def test_the_cut_moves_with_the_valley(shift):
    """Walks and runs both faster by some factor move the candidate cuts the same way."""
    dice = np.random.default_rng(3)
    speeds = np.concatenate((dice.normal(1.2, 0.1, 900), dice.normal(2.0, 0.15, 900)))
    seconds = np.ones(speeds.size)
    low, high = (SPEED[""].likely_cuts(speeds * scale, seconds, n=3) for scale in (1.0, min(shift, 1.35)))
    assert (high - low > -1e-9).all() if shift >= 1 else (high - low < 1e-9).all()


def test_cuts_are_a_distribution():
    """The candidate cuts' probabilities add up to one, also of nothing at all."""
    for values in (np.array([]), np.full(10, np.nan), np.full(100, 1.3)):
        _, weight = SPEED[""].cuts(values, np.ones(values.size))
        assert abs(weight.sum() - 1) < 1e-9


@pytest.mark.parametrize("interval", ["1s", "smart"])
def test_invented_people_s_gait_is_found(interval):
    """Of run-walks whose truth is known, over 95 % of moving seconds are right, smart recording or not."""
    right = []
    for k, person in enumerate(p for p in people(8, seed=11) if not p.manner and p.talk_speed > p.walk_run_threshold):
        device = Device(interval=interval)
        made = simulated(person, plan=run_walk(person, minutes=20, seed=k), seed=k, device=device)
        motion = Motion.from_track(made.track)
        truth = np.interp(motion.time + 0.5, made.truth.elapsed, made.truth.gait).round()
        moving = motion.moving & (truth != STAND)
        right.append((Gait.from_motion(motion).label == truth)[moving].mean())
    assert len(right) >= 3
    assert np.mean(right) > 0.95


def test_a_quick_walk_s_steps_are_not_taken_for_a_run():
    """Two gaits at 139 and 164 steps/min are told apart though a device would call both runs, nearly."""
    dice = np.random.default_rng(4)
    running = np.arange(2400) // 200 % 2 == 1
    speeds = np.where(running, 2.7, 2.15) + 0.05 * dice.standard_normal(2400)
    steps = np.where(running, 164.0, 139.0) + 2 * dice.standard_normal(2400)
    found = gait_of(stroll(speeds, cadence=np.append(steps, steps[-1])))
    assert found.confidence == "high"
    assert ((found.label == RUN) == running).mean() > 0.95
