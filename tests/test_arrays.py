"""Arrays inside values are read-only; the caller's own stay writable."""

import numpy as np
import pytest

from pace.activity.track import Spans, Track
from pace.arrays import column, frozen
from pace.errors import InputError
from pace.person.about import About, Said
from pace.person.estimate import Posterior


def test_a_frozen_view_leaves_the_callers_array_writable():
    """Only the view refuses to be written."""
    mine = np.zeros(3)
    view = frozen(mine)
    mine[0] = 1
    assert view[0] == 1
    with pytest.raises(ValueError, match="read-only"):
        view[0] = 2


def test_a_column_that_is_missing_is_nan_and_one_of_another_length_is_refused():
    """A track's columns have one length."""
    assert np.isnan(column(None, 4, "speed")).all()
    with pytest.raises(InputError, match=r"speed must have shape \(2,\)"):
        column([1, 2, 3], 2, "speed")
    with pytest.raises(InputError, match="heart_rate"):
        Track.build(time=[0, 1], heart_rate=[1])


def test_a_track_may_be_empty_and_segments_must_lie_in_it():
    """No sample, no segment; segments start at 0 and rise."""
    assert len(Track.build(time=[])) == 0
    assert Track.build(time=[]).segment_start.size == 0
    with pytest.raises(InputError, match="segments"):
        Track.build(time=[0, 1], segment_start=[0, 2])
    with pytest.raises(InputError, match="segments"):
        Track.build(time=[0, 1], segment_start=[1])


def test_spans_have_columns_of_one_length():
    """A stretch has a start, an end and a kind."""
    assert len(Spans.build([0.0], [1.0], ["run"])) == 1
    with pytest.raises(InputError, match="start"):
        Spans.build([0.0, 1.0], [1.0], ["run"])


@pytest.mark.parametrize(
    "words",
    [
        {"height_m": 17.0},
        {"age_years": 200},
        {"max_heart_rate": 20},
        {"walk_speed": 9.0},
        {"resting_heart_rate": 100, "max_heart_rate": 110},
    ],
)
def test_what_no_body_can_be_is_refused(words):
    """A slip of the keyboard is caught where it is typed."""
    with pytest.raises(InputError):
        About(**words)


def test_an_answer_is_one_of_three():
    """Comfortable, short or not; at a speed that is one."""
    with pytest.raises(InputError, match="comfortable"):
        Said(speed=2.0, talk="maybe")  # type: ignore[arg-type]
    with pytest.raises(InputError, match="speed"):
        Said(speed=20.0, talk="short")
    assert not About()
    assert About(said=(Said(speed=2.0, talk="short"),))


def test_draws_of_a_posterior_have_its_quantiles():
    """Stratified draws are the quantiles themselves: no dice, no seed."""
    grid = np.linspace(-6, 6, 2401)
    normal = Posterior.build(grid, -(grid**2) / 2)
    draws = normal.draws(2001)
    assert draws.std() == pytest.approx(1.0, abs=2e-3)
    assert np.median(draws) == pytest.approx(0.0, abs=1e-6)
    estimate = normal.estimate(level=0.8, basis="prior only")
    assert (estimate.low, estimate.high) == pytest.approx((-1.28155, 1.28155), abs=2e-3)
    assert estimate.to_dict()["basis"] == "prior only"
