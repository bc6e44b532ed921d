"""Where one person's walk becomes a run."""

import dataclasses

import numpy as np
import pytest

import naive
from benchmarks._activities import PLANS, Mover, activities, summary
from pace.person import clear
from pace.person import threshold as model
from pace.person.about import About
from pace.person.walk_run import walk_run


def somebody(threshold=1.7, n=8, seed=0, **rest):
    rng = np.random.default_rng(seed)
    return activities(rng, Mover(threshold=threshold, scatter=0.15, **rest), n)


def steadily(speed, *, run, n=6, seed=0):
    """Return n activities of one gait about a speed."""
    rng = np.random.default_rng(seed)
    return tuple(
        summary(run=np.full(360, run), speed=speed + 0.1 * rng.standard_normal(360), grade=np.zeros(360), rng=rng)
        for _ in range(n)
    )


def width(estimate):
    return estimate.high - estimate.low


def test_nothing_known_says_prior_only():
    known = walk_run([])
    assert known.threshold.basis == "prior only"
    assert width(known.threshold) > 0.9


@pytest.mark.parametrize("threshold", [1.5, 1.75, 2.0, 2.3])
def test_the_interval_holds_the_truth(threshold):
    known = walk_run(somebody(threshold, n=12), level=0.95)
    assert known.threshold.low < threshold < known.threshold.high


def test_one_activity_with_both_gaits_is_not_yet_a_basis():
    assert walk_run(somebody(n=1)).threshold.basis == "prior only"
    assert walk_run(somebody(n=2)).threshold.basis == "2 activities"


def test_more_activities_narrow_the_interval():
    every = somebody(n=16)
    widths = [width(walk_run(every[:n]).threshold) for n in (0, 2, 4, 16)]
    assert widths == sorted(widths, reverse=True)
    assert widths[-1] < widths[0] / 3


def test_the_order_of_activities_changes_nothing():
    every = somebody()
    assert walk_run(every).threshold == walk_run(every[::-1]).threshold


def test_walking_alone_pushes_the_threshold_up_and_leaves_it_open():
    """Who walks at 2.1 m/s starts to run above it; how far above nobody knows."""
    known, prior = walk_run(steadily(2.1, run=False)), walk_run([])
    assert known.threshold.low > prior.threshold.low + 0.2
    assert known.threshold.high > 2.3
    assert known.threshold.basis == "prior only"


def test_running_alone_pushes_the_threshold_down_and_leaves_it_open():
    known, prior = walk_run(steadily(1.6, run=True)), walk_run([])
    assert known.threshold.high < prior.threshold.high - 0.2
    assert known.threshold.low < 1.4


def test_slow_walking_says_little():
    """Whoever strolls may start to run as late as anybody: only a little less is expected."""
    known, prior = walk_run(steadily(1.0, run=False)), walk_run([])
    assert known.threshold.high > 1.99
    assert 0 < prior.threshold.median - known.threshold.median < 0.25


def test_a_gap_between_walks_and_runs_is_not_halved():
    """People run further above the change than they walk below it: a gap from 1.3 to 2.8 m/s does not mean 2.05."""
    rng = np.random.default_rng(8)
    run = np.arange(360) // 45 % 2 == 1
    speed = np.where(run, 2.8, 1.3) + 0.1 * rng.standard_normal(360)
    every = [summary(run=run, speed=speed, grade=np.zeros(360), rng=rng) for _ in range(8)]
    assert 1.6 < walk_run(every).threshold.median < 2.0


@pytest.mark.parametrize("speed", [2.6, 3.0, 3.4])
def test_a_quick_runner_need_not_be_late_to_run(speed):
    """How fast somebody runs who only runs tells little of where their walk would end."""
    known = walk_run(steadily(speed, run=True))
    assert known.threshold.low < 1.7
    assert known.threshold.median < 2.2


@pytest.mark.parametrize("n", [0, 1])
def test_usual_speeds_agree_with_plain_loops(n, monkeypatch):
    monkeypatch.setattr(clear, "WALK_AT", clear.WALK_AT[3::6])
    monkeypatch.setattr(clear, "RUN_AT", clear.RUN_AT[3::6])
    monkeypatch.setattr(clear, "_log_mixture", clear._log_mixture.__wrapped__)
    windows = model._windows(somebody(n=2)).sum(axis=3)
    guessed = np.arange(2) < n
    theta = model.THETA[20:100:8]
    quick = clear.log_clear(windows, guessed=guessed, mislabelled=0.1, theta=theta)
    slow = naive.log_clear(windows, guessed, 0.1, theta, clear)
    assert quick - quick.max() == pytest.approx(slow - slow.max(), abs=2e-3)


def test_a_person_five_percent_faster_has_thresholds_about_five_percent_higher():
    rng = np.random.default_rng(3)
    speed = 1.7 + 0.4 * np.sin(np.arange(600) / 25) + 0.05 * rng.standard_normal(600)
    found = [
        walk_run(
            [
                summary(run=speed > 1.7, speed=speed * f, grade=np.zeros(600), rng=np.random.default_rng(k))
                for k in range(12)
            ]
        )
        for f in (1.0, 1.05)
    ]
    assert found[1].threshold.median / found[0].threshold.median == pytest.approx(1.05, abs=0.015)
    assert found[1].fastest_walk.median / found[0].fastest_walk.median > 1.01


def test_walk_to_run_lies_above_run_to_walk():
    for plan in PLANS:
        known = walk_run(somebody(plan=plan, hysteresis=0.15))
        assert known.run_to_walk.median <= known.threshold.median <= known.walk_to_run.median


def test_quantiles_of_every_estimate_are_in_order():
    known = walk_run(somebody())
    for name in ("threshold", "walk_to_run", "run_to_walk", "fastest_walk", "slowest_run", "grade_slope"):
        estimate = getattr(known, name)
        assert estimate.low <= estimate.median <= estimate.high, name


def test_the_threshold_falls_uphill_and_stays_downhill():
    known = walk_run(somebody(slope=1.8, hills=0.05, n=16))
    assert known.at_grade(0.08).median < known.threshold.median
    assert known.at_grade(-0.08).median == pytest.approx(known.threshold.median, abs=0.02)
    assert width(known.at_grade(0.1)) >= width(known.threshold)


def test_tall_people_change_later():
    short, tall = (walk_run([], About(height_m=height)).threshold.median for height in (1.55, 1.95))
    assert 0.05 < tall - short < 0.25


def test_a_brisk_usual_walk_rules_slow_thresholds_out():
    known = walk_run([], About(walk_speed=1.8))
    assert known.threshold.low > 1.75
    assert known.threshold.basis == "what they said"
    assert known.fastest_walk.low > 1.75


def test_manners_are_believed():
    slow, usual, fast = (walk_run([], About(manner=manner)).threshold.median for manner in ("shuffle", "", "race-walk"))
    assert slow < usual < fast


def test_labels_from_speed_alone_count_for_less():
    every = somebody(n=8)
    guessed = [dataclasses.replace(one, gait_confidence="low") for one in every]
    assert width(walk_run(guessed).threshold) > 1.5 * width(walk_run(every).threshold)


def test_a_night_of_wrong_labels_does_not_carry_the_estimate_away():
    """One activity of twelve labelled the wrong way round moves the median by less than 0.05 m/s."""
    every = somebody(n=12, seed=5)
    wrong = dataclasses.replace(every[0], window_ms=every[0].window_ms[::-1].copy())
    moved = walk_run((wrong, *every[1:])).threshold.median - walk_run(every[1:]).threshold.median
    assert abs(moved) < 0.05


def test_the_days_likelihood_agrees_with_plain_loops():
    windows = model._windows(somebody(n=2))
    slow = naive.day_likelihood(
        windows[1], model.SLOPE, model.STEEPNESS, model.DAY[::8], model.UPHILL, np.arange(81) * 0.05, model.LAPSE
    )
    quick = model._day_likelihood(windows)[1][:, ::8]
    ratio = quick / slow
    assert ratio == pytest.approx(np.full_like(ratio, ratio.max()), rel=2e-3)
