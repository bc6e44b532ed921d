"""A way that was really gone: what others of a person's recordings say of it, and that nothing explains itself."""

from dataclasses import replace

import numpy as np
import pytest

from corpus import ACTIVITIES, ROOT, needs_corpus
from pace import About, PaceError, Profile, Said, match, profile, read
from pace.errors import NothingUsableError
from pace.formats.gpx_writer import write_gpx
from pace.routes.backtest import explain
from pace.routes.osm import read_map
from pace.simulate import outings, people

WORDS = Profile.build(label="Bo", about=About(walk_speed=1.3, said=(Said(speed=1.8, talk="comfortable"),)))
HEIDELBERG = ROOT.parent / "shared" / "maps" / "heidelberg.osm.pbf"


@pytest.fixture(scope="module")
def runs():
    """Eight runs of one invented person, half of them on hills."""
    person = people(1, seed=4)[0]
    flat = outings(person, 4, seed=11, kinds=("run",), terrain="flat")
    return [one.track for one in (*flat, *outings(person, 4, seed=12, kinds=("run",), terrain="hilly"))]


def test_the_time_of_a_way_is_foretold(runs):
    """By the other runs, on the flat and on hills: within 10 % for most, and in the interval for 6 of 8 at least."""
    met = match([profile(runs, label="Al"), WORDS])
    found = [explain(track, met) for track in runs]
    errors = np.array([one.people[0].error for one in found])
    assert np.median(np.abs(errors)) < 0.07
    assert (np.abs(errors) <= 0.10).sum() >= 6
    inside = [one.people[0].minutes.low <= one.minutes <= one.people[0].minutes.high for one in found]
    assert sum(inside) >= 6


def test_nothing_explains_itself(runs):
    """A recording is left out of what is known, also when it is there in another file and format."""
    track = replace(runs[0], sport="running")
    (again,) = read(write_gpx([track]))
    others = profile(runs[1:], label="Al")
    alone = explain(track, match([others, WORDS])).people[0]
    for known in ([*runs], [*runs[1:], again]):
        told = explain(track, match([profile(known, label="Al"), WORDS])).people[0]
        assert told.own
        assert told.minutes == alone.minutes
    assert not alone.own
    assert alone.error is None


def test_who_never_recorded_gets_no_figure(runs):
    """Words tell nothing of how fast somebody goes alone; the pace together is told all the same."""
    found = explain(runs[0], match([profile(runs, label="Al"), WORDS]))
    assert found.people[1].minutes is None
    assert found.together_minutes > found.minutes
    assert 0 < found.together_talkable_minutes <= found.together_minutes
    assert found.to_dict()["schema"] == "pace.explain/1"


def test_without_heights_the_way_counts_as_level(runs):
    """No climb is told, and a hill that nobody knows costs nothing."""
    bare = replace(runs[-1], elevation=np.full(len(runs[-1]), np.nan))
    met = match([profile(runs[:-1], label="Al"), WORDS])
    level, hilly = explain(bare, met), explain(runs[-1], met)
    assert np.isnan(level.climb_m)
    assert level.to_dict()["climb_m"] is None
    assert level.people[0].minutes.median < hilly.people[0].minutes.median


def test_a_recording_that_tells_nothing_is_refused():
    """Two samples in one place are no way."""
    from pace import Track

    with pytest.raises(NothingUsableError):
        explain(Track.build(time=[0.0]), match([WORDS, replace(WORDS, label="Cy")]))


@needs_corpus
@pytest.mark.heavy
@pytest.mark.skipif(not HEIDELBERG.is_file(), reason="the real map is not on this machine")
def test_real_runs_in_a_real_town_are_foretold():
    """Of those inside the map whose person recorded others too: 3 of 4 within 10 %, all within 25 %."""
    town = read_map(HEIDELBERG)
    known = profile(ACTIVITIES / "person-d", label="D")
    met = match([known, WORDS])
    errors = []
    for path in sorted((ACTIVITIES / "person-d").iterdir()):
        for track in _tracks(path):
            told = explain(track, met) if _inside(track, town) else None
            if told is not None and told.people[0].own:
                errors.append(abs(told.people[0].error))
    assert len(errors) == 4
    assert sum(error <= 0.10 for error in errors) >= 3
    assert max(errors) < 0.25


def _tracks(path):
    try:
        return read(path)
    except PaceError:
        return ()


def _inside(track, town):
    known = np.isfinite(track.latitude)
    if known.sum() < 50:
        return False
    inside = np.ones(int(known.sum()), dtype=bool)
    for place, nodes in ((track.latitude, town.node_latitude), (track.longitude, town.node_longitude)):
        inside &= (place[known] > nodes.min()) & (place[known] < nodes.max())
    return inside.mean() > 0.5
