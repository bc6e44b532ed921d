"""One person: a set of activity summaries and a few words, and everything that is worked out from them when asked."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, fields
from typing import Any, Self

import numpy as np

from pace.activity.grid import RUN, SPEED_EDGES, STAND, WALK
from pace.activity.summary import Summary
from pace.activity.track import Track
from pace.activity.twins import Sketch, groups
from pace.arrays import Array, frozen
from pace.errors import InputError, NothingUsableError, PaceError
from pace.given import several
from pace.person.about import About
from pace.person.estimate import Posterior
from pace.person.talk import TalkThreshold, talk
from pace.person.walk_run import WalkRun, walk_run

SCHEMA = "pace.profile/1"
NAMELESS = "person"
"""The label of somebody whom nobody named."""


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Skipped:
    """A file (or a recording in it) that was left out.

    Attributes
    ----------
    file : str
        Its name, relative to what was given.
    reason : str
        Why, in plain words.
    """

    file: str
    reason: str

    def to_dict(self) -> dict[str, str]:
        """Return the JSON form."""
        return {"file": self.file, "reason": self.reason}


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """Where the time went.

    Attributes
    ----------
    elapsed : float, s
        From first to last sample: the sum of the five others.
    walk, run : float, s
    stand : float, s
        Standing while the device recorded.
    paused : float, s
        Device paused.
    gap : float, s
        Nothing recorded though not paused.
    """

    elapsed: float
    walk: float
    run: float
    stand: float
    paused: float
    gap: float

    @property
    def moving(self) -> float:
        """Seconds of walking and running."""
        return self.walk + self.run

    def to_dict(self) -> dict[str, float]:
        """Return the JSON form."""
        return {field.name: getattr(self, field.name) for field in fields(self)}


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class PaceDistribution:
    """Time at each speed by gait.

    Attributes
    ----------
    speed_edges : (141,) float64, m/s
    walk, run, stand : (140,) float64, s
    """

    speed_edges: Array
    walk: Array
    run: Array
    stand: Array

    def to_dict(self) -> dict[str, list[float]]:
        """Return the JSON form."""
        return {
            "speed_edges_mps": np.round(self.speed_edges, 3).tolist(),
            "walk_s": self.walk.tolist(),
            "run_s": self.run.tolist(),
            "stand_s": self.stand.tolist(),
        }


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Profile:
    """What is kept of one person; make it with `profile` or `Profile.build`, join two with `|`.

    Attributes
    ----------
    label : str
        What to call them; `person` when nobody said.
    summaries : tuple of Summary
        One per recording, in the order of their digests; the same recording counts once, in whichever files it is.
    about : About
    skipped : tuple of Skipped
        What was left out, in order.
    repeated : tuple of Summary
        The same recordings again, from files in another format or from another export; they count for nothing.
    """

    label: str
    summaries: tuple[Summary, ...]
    about: About
    skipped: tuple[Skipped, ...]
    repeated: tuple[Summary, ...] = ()

    @classmethod
    def build(
        cls,
        *,
        label: str = "",
        summaries: Iterable[Summary] = (),
        about: About | None = None,
        skipped: Iterable[Skipped] = (),
    ) -> Self:
        """Order the summaries, let each recording count once, and freeze.

        Parameters
        ----------
        label : str
            What to call them.
        summaries : iterable of Summary
            In any order; the same recording any number of times, in any format.
        about : About, optional
            What they said of themselves.
        skipped : iterable of Skipped
            What was left out, and why.
        """
        every = _unique(several(summaries, "a profile is built of summaries (pace.profile reads files)"))
        first = first_of(every)
        return cls(
            label=label or NAMELESS,
            summaries=tuple(one for one, original in zip(every, first, strict=True) if one is original),
            about=about or About(),
            skipped=tuple(sorted(set(skipped))),
            repeated=tuple(one for one, original in zip(every, first, strict=True) if one is not original),
        )

    def __or__(self, other: Profile) -> Profile:
        """Return the union: associative, commutative, idempotent. Where words differ, the lower or first one counts."""
        names = {self.label, other.label} - {NAMELESS}
        return Profile.build(
            label=min(names, default=NAMELESS),
            summaries=(*self.summaries, *self.repeated, *other.summaries, *other.repeated),
            about=_joined(self.about, other.about),
            skipped=(*self.skipped, *other.skipped),
        )

    def walk_run(self, *, level: float = 0.8) -> WalkRun:
        """Return when their walk becomes a run.

        Parameters
        ----------
        level : float
            Probability that the truth lies within the intervals, 0 to 1.

        References
        ----------
        As for `pace.person.walk_run.walk_run`, which does the work.
        """
        return walk_run(self.summaries, self.about, level=level)

    def talk(self, *, level: float = 0.8, change: Posterior | None = None) -> TalkThreshold:
        """Return how fast they can go and still talk.

        Parameters
        ----------
        level : float
            Probability that the truth lies within the intervals, 0 to 1.
        change : Posterior, optional
            Of their walk-run threshold, to spare working it out again.

        References
        ----------
        As for `pace.person.talk.talk`, which does the work.
        """
        return talk(self.summaries, self.about, level=level, change=change)

    def account(self) -> Account:
        """Return where all recorded time went."""
        spent = sum((summary.time_ms.sum(axis=(1, 2)) for summary in self.summaries), np.zeros(3, dtype=np.int64))
        paused = sum(summary.paused_ms for summary in self.summaries)
        gap = sum(summary.gap_ms for summary in self.summaries)
        return Account(
            elapsed=sum(summary.elapsed_ms for summary in self.summaries) / 1000,
            walk=int(spent[WALK]) / 1000,
            run=int(spent[RUN]) / 1000,
            stand=int(spent[STAND]) / 1000,
            paused=paused / 1000,
            gap=gap / 1000,
        )

    def pace_distribution(self) -> PaceDistribution:
        """Return how long they moved at which speed in which gait, over all grades."""
        empty = np.zeros((3, len(SPEED_EDGES) - 1), dtype=np.int64)
        seconds = sum((summary.time_ms.sum(axis=2) for summary in self.summaries), empty) / 1000
        return PaceDistribution(
            speed_edges=frozen(SPEED_EDGES),
            walk=frozen(seconds[WALK]),
            run=frozen(seconds[RUN]),
            stand=frozen(seconds[STAND]),
        )

    def to_dict(self, *, level: float = 0.8) -> dict[str, Any]:
        """Return the JSON form (schema `pace.profile/1`): SI units, None for unknown, no place, no date.

        Parameters
        ----------
        level : float
            Probability that the truth lies within the intervals, 0 to 1.
        """
        gaits, account = self.walk_run(level=level), self.account()
        talking = self.talk(level=level, change=gaits.posterior)
        return {
            "schema": SCHEMA,
            "label": self.label,
            "activities": {
                "used": len(self.summaries),
                "repeated": len(self.repeated),
                "skipped": [left.to_dict() for left in self.skipped],
            },
            "moving_hours": account.moving / 3600,
            "walk_run_threshold_mps": gaits.threshold.to_dict(),
            "walk_to_run_mps": gaits.walk_to_run.to_dict(),
            "run_to_walk_mps": gaits.run_to_walk.to_dict(),
            "fastest_walk_mps": gaits.fastest_walk.to_dict(),
            "slowest_run_mps": gaits.slowest_run.to_dict(),
            "talk_speed_mps": talking.speed.to_dict(),
            "evidence": [row.to_dict() for row in talking.evidence],
            "next_best": talking.next_best,
            "pace_distribution": self.pace_distribution().to_dict(),
            "time_s": account.to_dict(),
        }


def profile(
    paths_or_tracks: Any = (),
    *,
    label: str = "",
    about: About | None = None,
    keep_empty: bool = False,
    reading: Callable[[str], None] | None = None,
) -> Profile:
    """Return the profile of one person out of their files, or tracks already read, or a few words, or all of these.

    Recordings of other sports are left out, files that cannot be read too, each with its reason in `skipped`.

    Parameters
    ----------
    paths_or_tracks : path, Track, Recording, or iterable of these
        Files, folders, `.gz`, `.zip`; or tracks; or what `pace.formats.recordings_in` found in a file's content.
    label : str
        What to call them.
    about : About, optional
        What they say of themselves.
    keep_empty : bool
        Return a profile that holds nothing usable instead of raising.
    reading : callable, optional
        Called with the name of each recording when it has been read.

    Raises
    ------
    InputError
        When what was given is neither paths nor tracks, or `about` is no `About`.
    NothingUsableError
        When no recording is on foot and nothing was said.

    Examples
    --------
    >>> known = profile(about=About(walk_speed=1.6), label="client")
    >>> known.label, known.walk_run().threshold.basis
    ('client', 'what they said')
    """
    about = about or About()
    if not isinstance(about, About):
        raise InputError(f"what somebody says is a pace.About, got {type(about).__name__}", got=type(about).__name__)
    kept = [_summary(name, item, about, reading) for name, item in _recordings(_items(paths_or_tracks))]
    summaries = [row for row in kept if isinstance(row, Summary)]
    skipped = [row for row in kept if isinstance(row, Skipped)]
    if not (summaries or about or keep_empty):
        raise NothingUsableError(_nothing(skipped), got=len(skipped))
    return Profile.build(label=label, summaries=summaries, about=about, skipped=skipped)


def _items(given: Any) -> list[Any]:
    """Return what was given as a list, a single path or track too."""
    from pace.formats import Recording

    if isinstance(given, (str, bytes, os.PathLike, Track, Recording)):
        return [given]
    items = list(several(given, "a person is given as paths or tracks"))
    wrong = next((item for item in items if not isinstance(item, (str, os.PathLike, Track, Recording))), None)
    if wrong is not None:
        raise InputError(f"a person is given as paths or tracks, got {type(wrong).__name__}", got=type(wrong).__name__)
    return items


def _recordings(items: list[Any]) -> Iterable[tuple[str, Track | PaceError]]:
    """Yield each track with the name of its file, or the error that its file gave."""
    from pace.formats import Recording, recordings

    for number, item in enumerate(items, start=1):
        if isinstance(item, Track):
            yield f"track {number}", item
            continue
        for recording in [item] if isinstance(item, Recording) else recordings([item]):
            if recording.error is not None:
                yield recording.file, recording.error
            for track in recording.tracks or ():
                yield recording.file, track


def _summary(
    name: str, item: Track | PaceError, about: About, reading: Callable[[str], None] | None
) -> Summary | Skipped:
    """Return a track's summary, or why it was left out."""
    if reading is not None:
        reading(name)
    if isinstance(item, PaceError):
        return Skipped(file=name, reason=item.message)
    from pace.activity.foot import why_not_on_foot

    try:
        reason = why_not_on_foot(item)
        return Skipped(file=name, reason=reason) if reason else Summary.from_track(item, manner=about.manner)
    except PaceError as error:
        return Skipped(file=name, reason=error.message)


def _nothing(skipped: list[Skipped]) -> str:
    """Return why there is nothing to go by, in one line."""
    if not skipped:
        return "a person needs at least one activity on foot or a few words about their pace, got neither"
    return f"no activity on foot among what was given: {len(skipped)} left out, the first because: {skipped[0].reason}"


def _unique(summaries: Iterable[Summary]) -> tuple[Summary, ...]:
    """Return the summaries in the order of their digests, each digest once, whatever order they came in."""
    kept: dict[str, Summary] = {}
    for summary in summaries:
        other = kept.get(summary.digest, summary)
        same = other is summary or _content(other) <= _content(summary)
        kept[summary.digest] = other if same else summary
    return tuple(kept[digest] for digest in sorted(kept))


def first_of(summaries: Sequence[Summary]) -> list[Summary]:
    """Return for each recording of one person the one that counts for it: itself, or what tells more of the same."""
    first = firsts([telling(one) for one in summaries], [one.sketch for one in summaries])
    return [summaries[place] for place in first]


def firsts(tells: Sequence[tuple[Any, ...]], sketches: Sequence[Sketch]) -> list[int]:
    """Return for each recording the number of the one that counts for it: of one activity the one that tells most.

    Parameters
    ----------
    tells : sequence of n tuples
        `telling` of each.
    sketches : sequence of n (k,) uint16
        What the same activity is known by.
    """
    order = sorted(range(len(tells)), key=lambda place: tells[place])
    first = groups([sketches[place] for place in order])
    found = dict(zip(order, (order[place] for place in first), strict=True))
    return [found[place] for place in range(len(tells))]


def telling(summary: Summary) -> tuple[Any, ...]:
    """Return what orders recordings of one activity, so that it does not matter in which order they come.

    First the one in which cadence told the gaits, then that with more heart rate, more beats, the longer one;
    at last the lower digest.
    """
    beats = np.count_nonzero(np.isfinite(summary.steady["heart_rate"]))
    spent = summary.time_ms.sum()
    return int(summary.gait_confidence != "high"), -int(beats), -len(summary.rr_windows), -int(spent), summary.digest


def _content(summary: Summary) -> tuple[str, bytes]:
    """Return what orders two summaries of one recording (made with different manners)."""
    return summary.gait_confidence, summary.time_ms.tobytes()


def _joined(one: About, other: About) -> About:
    """Return what two say of one person: all answers, and of two differing values the lower (or first) one."""
    said = {(answer.speed, answer.talk, answer.minutes or 0.0): answer for answer in (*one.said, *other.said)}
    values: dict[str, Any] = {"said": tuple(said[key] for key in sorted(said))}
    for field in fields(About):
        known = [value for value in (getattr(one, field.name), getattr(other, field.name)) if value]
        if known and field.name != "said":
            values[field.name] = min(known)
    return About(**values)
