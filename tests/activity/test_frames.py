"""Samples go to data frames and come back; what is no track is refused in words."""

import numpy as np
import pytest

from pace.activity.track import COLUMNS, Track
from pace.errors import InputError
from pace.simulate import people, recording, walk

pyarrow = pytest.importorskip("pyarrow")
PERSON = people(1, seed=3)[0]
TRACK = recording(PERSON, plan=walk(PERSON, minutes=5, seed=1), seed=1)


def by_pandas(track):
    """Return a track as a pandas data frame."""
    pytest.importorskip("pandas", minversion="2.2")
    return pyarrow.table(track).to_pandas()


def by_pandas_index(track):
    """Return a track as a pandas data frame with the times as its index, as people like them."""
    return by_pandas(track).set_index("time")


def by_polars(track):
    """Return a track as a polars data frame."""
    return pytest.importorskip("polars").DataFrame(track)


@pytest.mark.parametrize("framed", [pyarrow.table, by_pandas, by_pandas_index, by_polars])
def test_samples_survive_a_data_frame(framed):
    """Every column comes back, to the microsecond in time and bit for bit else, missing values included."""
    again = Track.from_frame(framed(TRACK), sport=TRACK.sport)
    np.testing.assert_allclose(again.time, TRACK.time, rtol=0, atol=1e-6)
    for name in COLUMNS:
        np.testing.assert_array_equal(getattr(again, name), getattr(TRACK, name))


def test_times_are_utc_and_missing_values_null():
    """A data frame knows the clock of its times, and nothing stands for what is missing but null."""
    table = pyarrow.table(Track.build(time=[0.0, np.nan, 1.5], speed=[2.0, np.nan, 3.0]))
    assert str(table.schema.field("time").type) == "timestamp[us, tz=UTC]"
    assert table["time"].null_count == table["speed"].null_count == 1
    assert table["power"].null_count == 3


def test_local_times_are_turned_into_utc():
    """A column of another zone is the same moments."""
    stamps = pyarrow.array([1_700_000_000, 1_700_000_001], type=pyarrow.timestamp("s", tz="Europe/Berlin"))
    assert Track.from_frame(pyarrow.table({"time": stamps})).time.tolist() == [1_700_000_000, 1_700_000_001]


@pytest.mark.parametrize(
    ("columns", "said"),
    [
        ({"speed": [1.0]}, "got no column 'time'"),
        ({"time": [1.0], "lat": [0.0], "lon": [0.0]}, "no column 'lat', 'lon' in a track: rename or drop it"),
        ({"time": [1.0], "speed": ["fast"]}, "speed must hold numbers"),
    ],
)
def test_what_is_no_track_is_refused(columns, said):
    """The message names the column."""
    with pytest.raises(InputError, match=said):
        Track.from_frame(pyarrow.table(columns))


@pytest.mark.parametrize("given", [None, {"time": [1.0]}, [1.0]])
def test_what_is_no_data_frame_is_refused(given):
    """A dict is for `Track.build`."""
    with pytest.raises(InputError, match="a data frame is one of"):
        Track.from_frame(given)
