"""A track can be built of what people have at hand, and refuses what is no column in words."""

import numpy as np
import pytest

from pace.activity.track import Track
from pace.errors import InputError

SECONDS = 1.6e9 + np.arange(1200.0)


@pytest.mark.parametrize("unit", ["s", "ms", "us", "ns"])
def test_times_of_a_data_frame_are_seconds(unit):
    """datetime64 of whatever unit is the same as Unix seconds, and a time that is missing is NaN."""
    given = (SECONDS * 1000).astype("datetime64[ms]").astype(f"datetime64[{unit}]")
    given[3] = np.datetime64("NaT")
    found = Track.build(time=given).time
    assert np.isnan(found[3])
    np.testing.assert_array_equal(np.delete(found, 3), np.delete(SECONDS, 3))


@pytest.mark.parametrize("wrong", [{"time": ["a"]}, {"time": [1.0], "speed": ["fast"]}, {"time": [1.0], "rr": [{}]}])
def test_what_is_no_number_is_refused_by_name(wrong):
    """The message names the column, not the value."""
    with pytest.raises(InputError, match=f"{list(wrong)[-1]} must hold numbers"):
        Track.build(**wrong)
