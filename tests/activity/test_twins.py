"""One activity in two files is known again; two activities are never taken for one."""

import itertools
from dataclasses import replace

import numpy as np
import pytest
from geographiclib.geodesic import Geodesic

from activity.strolls import placed
from corpus import ACTIVITIES, needs_corpus
from pace.activity.track import Track
from pace.activity.twins import COMMONEST, IN_A_ROW, LEG_S, MOST_MARKS, UNKNOWN, _numbers, groups, legs, sketch
from pace.formats import read, recordings
from pace.simulate import people, recording, run_walk, walk
from pace.simulate.recording import Device
from robust.material import written

START = 1_700_000_000.0


def outing(seed: int) -> Track:
    """Return an invented recording of half an hour, by one of eight people."""
    person = people(8, seed=5)[seed % 8]
    plan = (run_walk if seed % 2 else walk)(person, minutes=30, seed=seed)
    return recording(person, plan=plan, seed=seed, device=Device(interval="smart" if seed % 3 == 0 else "1s"))


def cut(track: Track, first: int, last: int) -> Track:
    """Return the samples from `first` to `last`, as an export leaves them that hides a home."""
    names = [*("time", "latitude", "longitude", "elevation", "distance", "speed", "heart_rate", "cadence")]
    return Track.build(sport=track.sport, **{name: getattr(track, name)[first:last] for name in names})


def marks(track: Track):
    """Return what is kept of a recording to know it again."""
    return sketch(legs(track))


def naive(track: Track) -> list[float]:
    """Return the straight lines by a plain loop, NaN for unknown: the twin of `legs` for whole seconds."""
    place = dict(zip(track.time.tolist(), zip(track.latitude, track.longitude, strict=True), strict=True))
    first, last = int(-(-track.time[0] // LEG_S) * LEG_S), int(track.time[-1] // LEG_S * LEG_S)
    found = []
    for at in range(first, last, int(LEG_S)):
        if at not in place or at + LEG_S not in place:
            found.append(np.nan)
            continue
        (a, b), (c, d) = place[at], place[at + LEG_S]
        found.append(Geodesic.WGS84.Inverse(a, b, c, d, Geodesic.DISTANCE)["s12"])
    return found


@pytest.mark.parametrize("at", [(0.0, 0.0), (60.0, 179.995), (-89.0, -179.999)], ids=["equator", "date line", "pole"])
def test_legs_are_what_a_plain_loop_finds(at):
    """Metre for metre, across the date line and near a pole too."""
    rng = np.random.default_rng(1)
    track = placed(np.cumsum(rng.uniform(1, 4, 900)), at=at)
    assert legs(track) == pytest.approx(naive(track), abs=0.5001)


def test_legs_hold_no_clock_and_no_place():
    """The same way on another day and continent, at the same seconds of the minute, gives the same legs."""
    metres = np.cumsum(np.random.default_rng(2).uniform(1, 4, 900))
    here = placed(metres, at=(0.0, 0.0))
    there = placed(metres, at=(0.0, 100.0), time=START + 86_400 * 40 + 60 * 17 + np.arange(900.0))
    assert legs(here).tolist() == legs(there).tolist()


def test_what_is_not_known_is_marked():
    """A hole in the recording is no straight line; a recording without times or of one sample has no legs."""
    time = START + np.concatenate((np.arange(200.0), np.arange(300.0, 500.0)))
    track = placed(np.arange(400.0), time=time)
    assert (legs(track) == UNKNOWN).sum() in (6, 7)
    assert legs(Track.build(time=[np.nan, np.nan])).size == 0
    assert legs(Track.build(time=[START])).size == 0
    assert groups([]).tolist() == []


@pytest.mark.parametrize("seed", range(8))
def test_one_activity_is_known_in_every_format(seed):
    """FIT, GPX and TCX of one recording, whole or with a hidden beginning and end, are one; others stay apart."""
    track = outing(seed)
    copies = [read(written(suffix, track))[0] for suffix in ("fit", "gpx", "tcx")]
    copies.append(read(written("gpx", cut(track, 97, len(track) - 61)))[0])
    others = [outing(seed + 8 * k) for k in range(1, 4)]
    found = groups([marks(one) for one in [*copies, *others]])
    assert found.tolist() == [0, 0, 0, 0, 4, 5, 6]


def test_order_changes_only_the_numbers():
    """Which recordings belong together does not depend on the order in which they are given."""
    tracks = [outing(seed) for seed in range(5)]
    every = [marks(track) for track in tracks] + [marks(read(written("gpx", track))[0]) for track in tracks[:3]]
    pairs = {frozenset((0, 5)), frozenset((1, 6)), frozenset((2, 7))}
    for order in itertools.islice(itertools.permutations(range(8)), 0, 40_000, 1999):
        first = groups([every[place] for place in order])
        together = {frozenset((order[i], order[first[i]])) for i in range(8) if first[i] != i}
        assert together == pairs


def test_two_devices_are_two_recordings():
    """What a phone and a watch recorded of one run differs by the errors of their positions: nothing is guessed."""
    track = outing(3)
    wander = np.cumsum(np.random.default_rng(3).normal(0, 3e-6, (2, len(track))), axis=1)
    other = replace(track, latitude=track.latitude + wander[0], longitude=track.longitude + wander[1])
    assert groups([marks(track), marks(other)]).tolist() == [0, 1]


def ranks(known, kept, *, error_m, draws=500_000):
    """Return at which place of likelihood each one's kept marks come for whoever has their legs with an error.

    The best that can be done with a recording of another device: draw what the legs may have been, make marks of them,
    and ask how likely each kept mark is among these.
    """
    rng = np.random.default_rng(4)
    for number, mine in enumerate(known):
        rows = np.lib.stride_tricks.sliding_window_view(mine, IN_A_ROW)
        rows = rows[(rows != UNKNOWN).all(axis=1)]
        drawn = rng.normal(rows, error_m, (draws // len(rows), *rows.shape)).round().clip(0).astype(np.int16)
        numbers = _numbers(drawn.reshape(-1, IN_A_ROW))
        lowest = numbers[numbers <= np.quantile(numbers, min(1.0, MOST_MARKS / len(rows)))]
        seen = np.bincount(lowest.astype(np.uint16), minlength=2**16) + 0.5
        likely = [np.log(seen[marks]).mean() for marks in kept]
        yield sum(other > likely[number] for other in likely)


def test_marks_tell_little_to_another_device():
    """Who recorded an outing with errors of 1.2 m in 20 s finds it among 24 by the legs, hardly by the marks."""
    given = [legs(outing(seed)) for seed in range(24)]
    kept = [sketch(mine) for mine in given]
    rng = np.random.default_rng(5)
    known = [rng.normal(mine, 1.2).round().astype(np.int16) for mine in given]
    assert all(np.argmin([_apart(mine, other) for other in given]) == number for number, mine in enumerate(known))
    places = list(ranks(known[:12], kept, error_m=1.2))
    assert sum(place == 0 for place in places) <= 3
    assert np.mean(places) >= 23 / 4


def _apart(one, other):
    """Return how far legs are from another's, m, where both are known."""
    n = min(one.size, other.size)
    return np.median(np.abs(one[:n].astype(int) - other[:n]))


def test_an_even_pace_is_nobodys_mark():
    """Two hours on a treadmill at one speed are two: nothing tells them apart, and nothing makes them one."""
    track = Track.build(time=START + np.arange(3600.0), distance=2.5 * np.arange(3600.0))
    later = replace(track, time=track.time + 86_400)
    assert groups([marks(track), marks(later)]).tolist() == [0, 1]


def test_a_few_marks_in_common_are_none():
    """Four minutes that two outings have in common make three marks of them, and that is too little to be one."""
    first, second, shared = (np.random.default_rng(seed).integers(20, 80, n) for seed, n in ((1, 20), (2, 20), (3, 12)))
    one, other = (sketch(np.concatenate(parts).astype(np.int16)) for parts in ((first, shared), (shared, second)))
    assert np.intersect1d(one, other).size == 3
    assert groups([one, other]).tolist() == [0, 1]


def test_what_everybody_has_is_nobodys_mark():
    """Marks that stand in more recordings than one could have copies of tell nothing, and cost nothing."""
    same = sketch(np.random.default_rng(1).integers(20, 80, 60).astype(np.int16))
    assert groups([same] * (COMMONEST + 1)).tolist() == list(range(COMMONEST + 1))
    assert groups([same] * COMMONEST).tolist() == [0] * COMMONEST


def test_marks_are_few_and_short():
    """Kept of a recording of hours are 24 numbers of 16 bits; of what is not known nothing is kept."""
    kept = sketch(np.random.default_rng(1).integers(20, 80, 3000).astype(np.int16))
    assert 20 < kept.size <= 24
    assert kept.dtype == np.uint16
    assert sketch(np.full(60, UNKNOWN, dtype=np.int16)).size == 0


def test_a_programme_of_every_week_is_an_activity_of_every_week():
    """On a treadmill the same minutes at the same speeds come again; six weeks of it are six activities."""
    speed = np.repeat([1.5, 2.6, 1.6, 3.1, 1.4, 2.8, 1.5, 3.4, 1.3], 300)
    distance = np.concatenate(([0.0], np.cumsum(speed)))
    weeks = [START + 604_800.0 * week + np.arange(distance.size) for week in range(6)]
    tracks = [Track.build(time=time, distance=distance, cadence=np.full(distance.size, 150.0)) for time in weeks]
    assert groups([marks(track) for track in tracks]).tolist() == [0, 1, 2, 3, 4, 5]


@needs_corpus
def test_no_two_real_activities_are_taken_for_one():
    """In the real files exactly those are one that begin at the same second: copies, and GPX and TCX of one run."""
    tracks = [track for found in recordings([ACTIVITIES]) for track in found.tracks if len(track)]
    first = groups([marks(track) for track in tracks])
    begun = [float(np.nanmin(track.time)) if np.isfinite(track.time).any() else np.nan for track in tracks]
    merged = [(place, int(first[place])) for place in range(len(tracks)) if first[place] != place]
    assert len(merged) >= 8
    assert {frozenset((tracks[a].format, tracks[b].format)) for a, b in merged} >= {frozenset(("gpx", "tcx"))}
    assert [pair for pair in merged if begun[pair[0]] != begun[pair[1]]] == []


@needs_corpus
def test_every_real_fit_file_is_known_as_gpx_and_as_tcx():
    """Of the real recordings with ten minutes of places, those written to another format are found again."""
    found = missed = 0
    for given in itertools.islice(recordings([ACTIVITIES / "person-a", ACTIVITIES / "person-b"]), 60):
        for track in given.tracks:
            mine = legs(track)
            if np.isfinite(track.latitude).mean() < 0.9 or (mine != UNKNOWN).sum() < 30:
                continue
            for suffix in ("gpx", "tcx"):
                again = groups([sketch(mine), marks(read(written(suffix, track))[0])])
                found, missed = found + (again[1] == 0), missed + (again[1] != 0)
    assert found >= 60
    assert missed <= 0.02 * found
