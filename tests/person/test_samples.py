"""The sample activities: what was invented is found again."""

import json

import pytest

from corpus import ROOT
from pace.person.profile import Profile, profile

SAMPLES = ROOT / "sample_activities"
TRUTH = json.loads((SAMPLES / "truth.json").read_text())["people"]
FOUND = {
    "walk_run_threshold_mps": "threshold",
    "walk_to_run_mps": "walk_to_run",
    "run_to_walk_mps": "run_to_walk",
    "fastest_walk_mps": "fastest_walk",
    "slowest_run_mps": "slowest_run",
}


@pytest.fixture(scope="module", params=["therapist", "client"])
def sample(request):
    return request.param, profile(SAMPLES / request.param, label=request.param)


def test_every_threshold_lies_in_its_interval(sample):
    name, known = sample
    gaits = known.walk_run()
    for key, attribute in FOUND.items():
        estimate = getattr(gaits, attribute)
        assert estimate.low <= TRUTH[name][key] <= estimate.high, key


def test_the_talk_speed_lies_in_its_interval(sample):
    name, known = sample
    speed = known.talk().speed
    assert speed.low <= TRUTH[name]["talk_speed_mps"] <= speed.high


def test_intervals_narrow_as_activities_are_added(sample):
    _, known = sample
    widths = []
    for n in (0, 3, len(known.summaries)):
        some = Profile.build(summaries=known.summaries[:n])
        gaits = some.walk_run()
        talking = some.talk(change=gaits.posterior)
        widths.append((gaits.threshold.high - gaits.threshold.low, talking.speed.high - talking.speed.low))
    assert widths[0][0] > widths[1][0] > widths[2][0]
    assert widths[0][1] > widths[2][1]
