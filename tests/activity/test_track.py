"""A track can be built of what people have at hand, and refuses what is no column in words."""

import numpy as np
import pytest

from pace.activity.summary import Summary
from pace.activity.track import Spans, Track
from pace.errors import InputError

SECONDS = 1.6e9 + np.arange(1200.0)


@pytest.mark.parametrize("unit", ["s", "ms", "us", "ns"])
def test_times_of_a_data_frame_are_seconds(unit):
    """datetime64 of whatever unit is the same as Unix seconds, and a time that is missing is NaN."""
    given = (SECONDS * 1000).astype("datetime64[ms]").astype(f"datetime64[{unit}]")
    given[3] = np.datetime64("NaT", unit)
    found = Track.build(time=given).time
    assert np.isnan(found[3])
    np.testing.assert_array_equal(np.delete(found, 3), np.delete(SECONDS, 3))


@pytest.mark.parametrize("wrong", [{"time": ["a"]}, {"time": [1.0], "speed": ["fast"]}, {"time": [1.0], "rr": [{}]}])
def test_what_is_no_number_is_refused_by_name(wrong):
    """The message names the column, not the value."""
    with pytest.raises(InputError, match=f"{list(wrong)[-1]} must hold numbers"):
        Track.build(**wrong)


@pytest.mark.parametrize("name", ["time", "speed", "latitude", "rr"])
def test_what_no_device_measures_is_missing(name):
    """Infinity and 1e308 become NaN, with a note that counts them; all else stays, and no arithmetic overflows."""
    given = {"time": SECONDS, "latitude": np.zeros(1200), "longitude": np.zeros(1200), "speed": np.full(1200, 2.0)}
    given |= {"rr": np.full(9, 0.8), "rr_time": SECONDS[:9]}
    given[name] = given[name].copy()
    given[name][[2, 5, 7]] = [np.inf, -np.inf, -1e308]
    track = Track.build(**given, sport="running")
    found = getattr(track, name)
    assert np.flatnonzero(np.isnan(found)).tolist() == [2, 5, 7]
    assert [(note.kind, note.count) for note in track.notes] == [("out-of-range", 3)]
    assert np.isfinite(Summary.from_track(track).distance_m)


def test_a_track_shown_tells_no_place_and_no_time():
    """What a log or a notebook prints of it says what it is: neither where nor when nor by whom it was recorded."""
    spans = Spans.build([SECONDS[0], SECONDS[60]], [SECONDS[60], SECONDS[90]], ["walk", "bo"])
    track = Track.build(time=SECONDS, latitude=np.full(1200, 48.2), sport="kim elm", splits=spans)
    assert repr(track) == "<Track: 1200 samples of latitude>"
    assert repr(track.splits) == "<Spans: 2>"
    assert repr(track.pauses) == "<Spans: 0>"
    assert repr(Track.build(time=())) == "<Track: 0 samples of nothing but time>"
