"""The real recordings: every one is summarised without a warning, and the watch's own run and walk are found again."""

import csv
import json
from collections import Counter
from dataclasses import replace
from datetime import datetime

import numpy as np
import pytest

from corpus import ACTIVITIES, needs_corpus
from pace.activity.foot import why_not_on_foot
from pace.activity.gait import Gait
from pace.activity.grid import RUN, WALK
from pace.activity.motion import NO_SPLIT, Motion
from pace.activity.summary import Summary
from pace.activity.track import Track
from pace.errors import NothingUsableError
from pace.formats.source import recordings

TRIM_S = 8
"""s on either side of a change between splits that are not compared: the watch holds on to a run."""
TOLERANCE = 5
"""Samples within which a change point counts as found: what the benchmark of the run log uses."""


def tracks(folder: str) -> list[Track]:
    found = [recording.tracks or () for recording in recordings([ACTIVITIES / folder])]
    return [track for several in found for track in several]


@needs_corpus
@pytest.mark.heavy
def test_every_real_recording_is_accounted_for():
    """Each readable file gives a summary whose times add up to the millisecond, or its reason; never a warning."""
    outcome: Counter[str] = Counter()
    for track in tracks("."):
        with np.errstate(all="raise", under="ignore"):
            try:
                reason = why_not_on_foot(track)
                summary = Summary.from_track(track)
            except NothingUsableError:
                outcome["refused"] += 1
                continue
        outcome["left out" if reason else "used"] += 1
        assert summary.elapsed_ms == summary.time_ms.sum() + summary.paused_ms + summary.gap_ms
        assert (summary.bouts["duration_s"] >= 30).all()
        assert np.isfinite(summary.bouts["speed"]).all()
    assert outcome["used"] > 100


def labelled(*, cadence: bool) -> tuple[np.ndarray, np.ndarray]:
    """Return the watch's label and ours for all seconds well inside its splits, the splits kept from the model."""
    theirs, ours = [], []
    for track in tracks("person-a"):
        if not len(track.splits):
            continue
        motion = Motion.from_track(track)
        hidden = {} if cadence else {"cadence": np.full(len(motion), np.nan)}
        alone = replace(motion, split=np.full(len(motion), NO_SPLIT, dtype=np.int8), **hidden)
        changed = np.convolve(np.diff(motion.split, prepend=motion.split[0]) != 0, np.ones(2 * TRIM_S), mode="same") > 0
        inside = (motion.split > 0) & motion.moving & ~changed
        theirs.append(motion.split[inside])
        ours.append(Gait.from_motion(alone).label[inside])
    return np.concatenate(theirs), np.concatenate(ours)


@needs_corpus
@pytest.mark.heavy
@pytest.mark.parametrize(("cadence", "at_least"), [(True, 0.97), (False, 0.93)])
def test_the_watch_s_walk_and_run_are_found_again(cadence, at_least):
    """Balanced accuracy against a watch's splits, which only follow cadence and are no truth: 0.97; 0.93 by speed."""
    theirs, ours = labelled(cadence=cadence)
    hit = [(ours[theirs == gait] == gait).mean() for gait in (WALK, RUN)]
    print(f"balanced accuracy {np.mean(hit):.4f} (walk {hit[0]:.4f}, run {hit[1]:.4f}), cadence {cadence}")  # noqa: T201
    assert np.mean(hit) >= at_least


def f1(found: set[int], marked: set[int]) -> float:
    """Return F1 of change points within five samples, each marked one found once; the start counts as one."""
    left, hits = set(found) | {0}, 0
    for point in sorted(marked | {0}):
        near = [other for other in left if abs(other - point) <= TOLERANCE]
        if near:
            left.remove(min(near, key=lambda other: abs(other - point)))
            hits += 1
    return 2 * hits / (len(found | {0}) + len(marked | {0}))


@needs_corpus
def test_changes_of_gait_lie_where_people_mark_them():
    """The run log's changes are found as well as its annotators find each other's."""
    folder = ACTIVITIES / "tcpd-run-log"
    rows = list(csv.DictReader((folder / "stats.csv").read_text(encoding="utf-8").splitlines()))
    time = np.array([datetime.fromisoformat(row["Time"]).timestamp() for row in rows])
    speed = 1609.344 / 60 / np.array([float(row["Pace"]) for row in rows])
    motion = Motion.from_track(Track.build(time=time, speed=speed))
    running = Gait.from_motion(motion).label == RUN
    at = motion.time[np.flatnonzero(np.diff(running)) + 1]
    found = set(np.searchsorted(time - time[0], at).tolist())
    marked = json.loads((folder / "annotations.run_log.json").read_text(encoding="utf-8"))["run_log"]
    by_annotator = {name: f1(found, set(points)) for name, points in marked.items()}
    print({name: round(value, 3) for name, value in by_annotator.items()})  # noqa: T201
    for name, points in marked.items():
        others = [f1(set(other), set(points)) for label, other in marked.items() if label != name]
        assert by_annotator[name] >= min(others)
    assert np.median(list(by_annotator.values())) >= 0.9


@needs_corpus
@pytest.mark.heavy
def test_beat_to_beat_intervals_speak_or_refuse():
    """Each recording with intervals gives exponents of a heart at work, or tells its share of artefacts."""
    with_beats = [track for track in tracks("person-a") if track.rr.size > 1000]
    assert len(with_beats) >= 15
    for track in with_beats:
        rows = Summary.from_track(track).rr_windows
        clean = np.isfinite(rows["alpha1"])
        assert len(rows) > 50
        assert (rows["artefacts"][~clean] > 0.06).all()
        assert not clean.any() or 0.2 < np.median(rows["alpha1"][clean]) < 1.8
