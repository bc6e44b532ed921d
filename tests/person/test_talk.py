"""How fast one person can go and still talk."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import naive
from benchmarks import _talkers as talkers
from benchmarks._ranks import chi_square, ranks
from pace.person.about import About, Said
from pace.person.estimate import Posterior
from pace.person.heart import (
    LINE_SD,
    SHARED_SD,
    TALK_RESERVE,
    TALK_RESERVE_SD,
    Heart,
    HeartLimits,
    heart_likelihood,
    normal_draws,
)
from pace.person.line import Habit, Line, Steady, _normal_equations, line
from pace.person.talk import EFFORT, log_prior, own_speed_at_cost, talk, trusted
from pace.person.talk_evidence import said_likelihood


def width(posterior, level=0.8):
    low, high = posterior.quantile([(1 - level) / 2, (1 + level) / 2])
    return high - low


def fused(*likelihoods):
    """Return the posterior of several kinds of evidence."""
    return Posterior.build(EFFORT, log_prior() + sum((trusted(one) for one in likelihoods), np.zeros(EFFORT.size)))


def bell(centre, sd=2.5):
    return np.exp(-(((EFFORT - centre) / sd) ** 2) / 2)


def person(seed=0, n=6):
    rng = np.random.default_rng(seed)
    somebody = talkers.talker(rng)
    return somebody, talkers.recordings(rng, somebody, n)


def test_nothing_known_says_prior_only():
    known = talk([])
    assert known.speed.basis == "prior only"
    assert [row.kind for row in known.evidence] == ["prior"]
    assert known.evidence[0].weight == pytest.approx(1)


def test_words_alone_are_enough():
    known = talk([], About(said=(Said(speed=2.4, talk="comfortable"),)))
    assert known.speed.basis == "what they said"
    assert known.speed.median > talk([]).speed.median


@given(st.floats(1.0, 3.5))
@settings(deadline=None, max_examples=6)
def test_the_better_the_answer_the_higher_the_threshold(speed):
    medians = [
        talk([], About(said=(Said(speed=speed, talk=word),))).effort.quantile(0.5)
        for word in ("not", "short", "comfortable")
    ]
    assert medians == sorted(medians)


@given(st.floats(0.8, 4.0), st.sampled_from([("comfortable", 1), ("not", -1)]), st.floats(2.0, 60.0))
@settings(max_examples=25)
def test_an_answer_after_a_session_never_pulls_the_wrong_way(speed, answer, minutes):
    """At a pace that was suggested, "comfortable" never lowers the talk threshold and "not" never raises it."""
    word, sign = answer
    told = talk([], About(said=(Said(speed=speed, talk=word, minutes=minutes),)))
    assert sign * (told.effort.quantile(0.5) - talk([]).effort.quantile(0.5)) >= -1e-6


def test_more_answers_narrow():
    said = tuple(
        Said(speed=v, talk=word)
        for v, word in ((2.0, "comfortable"), (2.3, "short"), (2.6, "not"), (2.1, "comfortable"))
    )
    assert (
        width(talk([], About(said=said)).effort) < width(talk([], About(said=said[:1])).effort) < width(talk([]).effort)
    )


def test_a_trial_under_two_minutes_counts_for_less():
    long, short = (
        talk([], About(said=(Said(speed=2.8, talk="comfortable", minutes=minutes),))).effort.quantile(0.5)
        for minutes in (20, 1)
    )
    assert short < long


def test_an_answer_may_be_about_something_else():
    """However far an answer lies from all that is likely, some chance stays that it was about another pace or day."""
    for answer in (Said(speed=8.0, talk="comfortable", minutes=30), Said(speed=0.5, talk="not", minutes=30)):
        likelihood = said_likelihood((answer,), np.array([27.0]), 2.0)
        assert likelihood[0] > 0.01


def test_answers_of_one_person_err_together():
    """Twenty equal answers are not twenty times as sure: what somebody calls comfortable is their own."""
    asked = tuple(Said(speed=v, talk=word, minutes=30) for v, word in ((2.2, "comfortable"), (2.5, "not")))
    assert width(talk([], About(said=asked * 40)).effort) > 1.5


def test_what_is_known_of_people_in_general_is_little():
    """Four in five adults lie within a range so wide that it holds strollers and runners."""
    known = talk([]).speed
    assert known.low < 1.7
    assert known.high > 2.5


def test_weights_are_shares():
    somebody, every = person()
    known = talk(every, About(age_years=somebody.age, said=(Said(speed=2.0, talk="short"),)))
    assert {"prior", "heart rate", "said"} <= {row.kind for row in known.evidence}
    assert sum(row.weight for row in known.evidence) == pytest.approx(1)
    assert all(0 <= row.weight <= 1 for row in known.evidence)


def test_a_measured_highest_heart_rate_narrows():
    somebody, every = person(seed=4, n=10)
    change = Posterior.build(np.linspace(1, 3, 101), np.zeros(101))
    guessed = talk(every, About(), change=change).effort
    known = talk(
        every,
        About(age_years=somebody.age, resting_heart_rate=somebody.rest, max_heart_rate=somebody.most),
        change=change,
    )
    assert width(known.effort) < width(guessed)


def test_the_order_of_activities_changes_nothing():
    _, every = person()
    assert talk(every).speed == talk(every[::-1]).speed


@pytest.mark.parametrize("gap", [16, 20, 24])
def test_conflicting_evidence_widens(gap):
    """Two kinds that contradict each other leave more doubt than either alone."""
    one, other = bell(28 - gap / 2), bell(28 + gap / 2)
    both = width(fused(one, other))
    assert both > width(fused(one))
    assert both > width(fused(other))


@given(st.floats(0, 25), st.floats(0, 25))
@settings(deadline=None)
def test_a_larger_conflict_never_narrows_much(one, other):
    """The width grows with the distance between two kinds of evidence (up to a tenth, where the prior takes over)."""
    near, far = sorted((one, other))
    widths = [width(fused(bell(28 - gap / 2), bell(28 + gap / 2))) for gap in (near, far)]
    assert widths[1] > 0.9 * widths[0]


def test_a_gap_in_cost_holds_the_speed_at_the_change_of_gait():
    """Between brisk walking and slow running there is no speed for the efforts in between."""
    speed = own_speed_at_cost(np.linspace(10, 45, 200), 1.8)
    assert (np.diff(speed) >= 0).all()
    assert (speed == 1.8).sum() > 10


def test_the_next_best_is_one_plain_sentence():
    _, every = person()
    for known in (talk([]), talk(every)):
        assert known.next_best.endswith("would help most.")


def test_the_heart_likelihood_agrees_with_plain_loops():
    limits = HeartLimits(rest=60, rest_sd=5, most=180, most_sd=8, source="")
    seen = Line(
        mean=np.array([60.0, 2.9]),
        covariance=np.diag([4.0, 0.01]),
        lowest=12,
        highest=30,
        n_stretches=9,
        n_activities=3,
    )
    body = Heart(limits=limits, line=seen, highest_seen=172.0, dfa_heart_rate=np.nan, n_dfa=0)
    z = normal_draws(1024, 5)
    rest, most = 60 + 5 * z[0], 180 + 8 * z[1]
    most = np.maximum(most, rest + 40)
    at_talk = rest + (TALK_RESERVE + TALK_RESERVE_SD * z[2]) * (most - rest) + SHARED_SD * z[3]
    weight = 1 / (1 + np.exp(-(most - 172) / 2)) + 1e-6
    effort = np.array([15.0, 25.0, 40.0])
    mean, sd = seen.at(effort)
    expected = naive.heart_likelihood(at_talk, weight, mean, np.hypot(sd, LINE_SD))
    assert heart_likelihood(body, effort) == pytest.approx(expected, rel=1e-9)


def test_the_normal_equations_agree_with_the_covariance_written_out():
    rng = np.random.default_rng(0)
    n, day = 24, np.sort(rng.integers(0, 5, 24))
    x = np.stack((np.ones(n), rng.uniform(10, 35, n), rng.uniform(0, 1, n)))
    weight = rng.uniform(0.01, 0.1, n)
    steady = Steady(effort=x[1], doubt=np.ones(n), hours=x[2], signal=rng.normal(140, 10, n), activity=day)
    precision, score = _normal_equations(x, steady, weight, 4.0)
    slow_precision, slow_score = naive.normal_equations(x, steady.signal, day, weight, 4.0)
    assert precision == pytest.approx(slow_precision, rel=1e-8)
    assert score == pytest.approx(slow_score, rel=1e-8)


def test_a_line_is_found_again_through_outliers_and_days():
    rng = np.random.default_rng(1)
    n = 120
    effort, day = rng.uniform(12, 38, n), np.repeat(np.arange(20), 6)
    signal = 60 + 2.8 * effort + rng.normal(0, 4, 20)[day] + rng.normal(0, 3, n)
    signal[::15] = 165
    habit = Habit(slope=2.4, slope_sd=0.9, drift=12, drift_sd=6, day_sd=4, within_sd=5)
    found = line(Steady(effort=effort, doubt=np.full(n, 0.8), hours=np.zeros(n), signal=signal, activity=day), habit)
    mean, sd = found.at(np.array([28.0]))
    assert mean[0] == pytest.approx(60 + 2.8 * 28, abs=3)
    assert 0.3 < sd[0] < 3


@pytest.mark.heavy
def test_ranks_of_the_truth_are_flat():
    """Simulation-based calibration: truths drawn from the model rank evenly among their posteriors."""
    counts = ranks(500, seed=11)
    assert chi_square(counts) < 21.7, counts.tolist()  # 9 df, p = 0.01
