"""What is found out about the two sample people is true of them, and surer the more there is to go by."""

from pathlib import Path

import pytest

from pace.person.profile import Profile, profile
from pace.simulate.samples import PEOPLE, SAMPLES, truths

FOUND = ("walk_run_threshold_mps", "fastest_walk_mps", "slowest_run_mps", "talk_speed_mps")


FOLDER = Path(__file__).parents[2] / "sample_activities"


@pytest.fixture(scope="module")
def found():
    """Return what the first 2, the first 5 and all sample files of each person give."""
    files = {person.label: [FOLDER / s.path for s in SAMPLES if s.person is person] for person in PEOPLE}
    return {(label, n): profile(own[:n], label=label).to_dict() for label, own in files.items() for n in (2, 5, None)}


@pytest.mark.parametrize("name", FOUND)
@pytest.mark.parametrize("person", PEOPLE, ids=lambda person: person.label)
def test_the_truth_lies_in_the_interval(person, name, found):
    """All activities of a person: each figure of `truth.json` that a profile gives lies in its 80 % interval."""
    interval, truth = found[person.label, None][name], truths()["people"][person.label][name]
    assert interval["level"] == 0.8
    assert interval["low"] <= truth <= interval["high"]


@pytest.mark.parametrize("person", PEOPLE, ids=lambda person: person.label)
def test_the_threshold_is_surer_with_more_activities(person, found):
    """Two, five, all: the interval of the walk-run threshold narrows each time."""
    widths = [_width(found[person.label, n]["walk_run_threshold_mps"]) for n in (2, 5, None)]
    assert widths[0] > widths[1] > widths[2]


@pytest.mark.parametrize("person", PEOPLE, ids=lambda person: person.label)
def test_the_talk_speed_is_surer_with_activities_than_without(person, found):
    """Most of its doubt is about the person and not about the day, so that more of the same adds little."""
    nothing = Profile.build(label="nobody", summaries=()).to_dict()["talk_speed_mps"]
    assert _width(found[person.label, None]["talk_speed_mps"]) < 0.9 * _width(nothing)


def _width(interval):
    return interval["high"] - interval["low"]


def test_the_ride_is_left_out_and_nothing_else(found):
    """One recording of the therapist is a ride; every other one counts."""
    activities = {label: found[label, None]["activities"] for label in ("therapist", "client")}
    assert [len(each["skipped"]) for each in activities.values()] == [1, 0]
    assert [each["used"] for each in activities.values()] == [11, 12]


@pytest.mark.heavy
@pytest.mark.parametrize("name", ["walk_run_threshold_mps", "talk_speed_mps"])
def test_the_truth_lies_in_most_intervals_of_other_dice(name):
    """Twenty times the same outings with other dice: 80 % intervals hold the truth at least 26 times in 40.

    An interval that covers as it says fails this once in a hundred.
    """
    hits = 0
    for person in PEOPLE:
        truth = truths()["people"][person.label][name]
        for salt in range(1, 21):
            own = [s.simulated(salt=salt).track for s in SAMPLES if s.person is person]
            interval = profile(own, label=person.label).to_dict()[name]
            hits += interval["low"] <= truth <= interval["high"]
    assert hits >= 26
