"""What really happened in a session, from the recordings of one or two people: kind, and without any place or date."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from pace.activity.foot import why_not_on_foot
from pace.activity.grid import RUN, STAND, WALK
from pace.activity.summary import digest
from pace.activity.track import Track
from pace.arrays import Array, frozen
from pace.errors import InputError, NothingUsableError
from pace.given import several
from pace.person.cost import MET, running_cost, walking_cost
from pace.person.profile import Profile
from pace.person.talk import TalkThreshold
from pace.together.beside import Apart, Beside, beside, by_minute, smoothed
from pace.together.clocks import LEAST_SHARED_S, Clocks, compared
from pace.together.leading import Leading, fitted, leading
from pace.together.planned import Planned, planned
from pace.together.seen import Recorded, Seen
from pace.together.speech import DRIFT, DRIFT_AFTER, speaking_margin, talk_probability

SCHEMA = "pace.review/1"
LONGEST_S = 86_400
"""s; a session that lasts longer than a day is a mistake."""
BREATH_LAG_S = 45.0
"""s; breathing follows effort with this time constant (oxygen uptake 30-45 s; heart 57.6 ± 23.6 s, Hunt 2015)."""
STANDING = 1.3 * MET
"""ml/kg/min; standing about."""
SHARE_OF_TALK = 0.5
"""In a review everyone counts as one who speaks half of the time."""


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Part:
    """What one person did; seconds are of the time looked at, NaN is unknown.

    Attributes
    ----------
    label : str
    walk_s, run_s, stand_s, unknown_s : float
    speed : (k,) float64, m/s
        By minute.
    talk : (k,) float64
        Probability of being able to speak in full sentences, by minute.
    talkable_s : float
        Expected time in which they could.
    talk_basis : str
        What that rests on; `prior only` where nothing is known of them.
    planned : Planned or None
        How they went beside a plan, if there was one.
    """

    label: str
    walk_s: float
    run_s: float
    stand_s: float
    unknown_s: float
    speed: Array
    talk: Array
    talkable_s: float
    talk_basis: str
    planned: Planned | None

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON form."""
        return {
            "label": self.label,
            "time_s": {"walk": self.walk_s, "run": self.run_s, "stand": self.stand_s, "unknown": self.unknown_s},
            "talkable_minutes": self.talkable_s / 60,
            "talk_basis": self.talk_basis,
            "planned": None if self.planned is None else self.planned.to_dict(),
            "by_minute": {"speed_mps": _known(self.speed), "talk_probability": _known(self.talk)},
        }


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Review:
    """What happened in a session. Make it with `review`.

    Attributes
    ----------
    minutes : float
        Time looked at: what both recorded, or all of one recording.
    people : tuple of Part
        One or two, in the order given.
    clock_offset_s : float
        How far the second clock is ahead of the first; NaN with one recording.
    clock_source : str
        How that is known: `positions`, `pace`, or `stamps` (believed as they are).
    side_by_side_s, apart_s, unknown_s : float
        They add up to the time looked at.
    separation : (k,) float64, m
        By minute, what the satellites' error adds taken off; NaN where unknown.
    reach_m : float
        What counts as side by side, given that error; NaN where it cannot be told.
    apart : tuple of Apart
        When they drifted apart.
    talkable_together_s : float
        Expected time in which all could speak in full sentences and were side by side (or that is not known).
    leading : Leading
        Who set the pace; `leader` counts people in the order given.
    notes : tuple of str
        What could not be told and why, as plain sentences.
    """

    minutes: float
    people: tuple[Part, ...]
    clock_offset_s: float
    clock_source: str
    side_by_side_s: float
    apart_s: float
    unknown_s: float
    separation: Array
    reach_m: float
    apart: tuple[Apart, ...]
    talkable_together_s: float
    leading: Leading
    notes: tuple[str, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON form, schema `pace.review/1`: SI, None for unknown, no place, no date, no time of day."""
        lead, known = self.leading, np.isfinite(self.leading.lag_s)
        return {
            "schema": SCHEMA,
            "minutes": self.minutes,
            "people": [part.to_dict() for part in self.people],
            "clock": {"offset_s": _number(self.clock_offset_s), "source": self.clock_source or None},
            "beside": {
                "side_by_side_s": self.side_by_side_s,
                "apart_s": self.apart_s,
                "unknown_s": self.unknown_s,
                "reach_m": _number(self.reach_m),
                "separation_m": _known(self.separation),
                "apart": [part.to_dict() for part in self.apart],
            },
            "talkable_together_minutes": self.talkable_together_s / 60,
            "leading": {
                "leader": None if lead.leader is None else self.people[lead.leader].label,
                "first": self.people[0].label if known else None,
                "share_of_first": _number(lead.share),
                "share_low": _number(lead.share_low),
                "share_high": _number(lead.share_high),
                "probability_of_first": _number(lead.sure),
                "lag_s": _number(lead.lag_s),
                "lag_low_s": _number(lead.lag_low_s),
                "lag_high_s": _number(lead.lag_high_s),
                "why_not": lead.why_not or None,
            },
            "notes": list(self.notes),
        }


def review(
    tracks: Sequence[Track],
    *,
    profiles: Sequence[Profile | None] = (),
    session: Any = None,
    labels: Sequence[str] = (),
    clock_offset_s: float = 0.0,
) -> Review:
    """Return what happened in a session of one or two people.

    Two recordings are laid on one clock, by where the two were when they were together, else by how their paces agree.
    Places are used in here and go no further. With the two in the other order the answer is the same, mirrored.

    Parameters
    ----------
    tracks : sequence of Track
        One or two recordings of the same session.
    profiles : sequence of Profile or None
        Of these people, in order; where there is none, how far talk goes rests on what is usual for people.
    session : Session, Match, Option, or anything with `speed_low` and `speed_high` (m/s), optional
        What was planned.
    labels : sequence of str
        What to call them; those of the profiles otherwise.
    clock_offset_s : float
        What is known of how far the second clock is ahead; looked for within a quarter of an hour of that.

    Raises
    ------
    InputError
        With no track or more than two, one track twice, recordings that do not overlap, or one longer than a day.
    NothingUsableError
        When a recording is not on foot, or tells no movement.

    References
    ----------
    Block bootstrap: Künsch 1989, doi:10.1214/aos/1176347265.
    """
    tracks = several(tracks, "a session is given as one or two tracks (pace.read)")
    names = _names(tracks, profiles, labels)
    known = (*profiles, *[None] * (len(tracks) - len(profiles)))
    recorded = tuple(_recorded(*each) for each in zip(tracks, known, names, strict=True))
    if len(tracks) == 1:
        seen = recorded[0].laid(0.5, max(int(recorded[0].seconds), 1))
        return _one(_part(seen, names[0], _talking(known[0]), session))
    content = [digest(track) for track in tracks]
    if content[0] == content[1]:
        raise InputError("the two recordings are one and the same: give one of each person, or one alone")
    if content[0] < content[1]:
        return _two(recorded, names, known, session, clock_offset_s)
    return _mirrored(_two(recorded[::-1], names[::-1], known[::-1], session, -clock_offset_s))


def _names(tracks: tuple[Track, ...], profiles: Sequence[Profile | None], labels: Sequence[str]) -> tuple[str, ...]:
    """Return what to call everyone; refuse what is no review."""
    if not 1 <= len(tracks) <= 2:
        raise InputError(f"a review needs one recording or two of one session, got {len(tracks)}", got=len(tracks))
    for what, given in (("profiles", profiles), ("labels", labels)):
        if len(given) > len(tracks):
            raise InputError(f"{len(given)} {what} for {len(tracks)} recordings: give one for each", got=len(given))
    own = [profile.label if profile else "" for profile in profiles]
    usual = ["person"] if len(tracks) == 1 else ["first", "second"]
    columns = [[*names, *[""] * (len(tracks) - len(names))] for names in (list(labels), own, usual)]
    names = tuple(next(name for name in row if name) for row in zip(*columns, strict=True))
    if len(set(names)) < len(names):
        raise InputError(f"people need different labels, got {names[0]!r} twice: rename one", got=names[0])
    return names


def _recorded(track: Track, known: Profile | None, name: str) -> Recorded:
    """Return a recording ready to be looked at; refuse one that is not on foot or longer than a day."""
    reason = why_not_on_foot(track)
    if reason:
        raise NothingUsableError(
            f"a review needs a recording on foot, that of {name} is left out: {reason}", got=reason
        )
    found = Recorded.from_track(track, known.about.manner if known else "")
    if found.seconds > LONGEST_S:
        raise InputError(
            f"a session lasts a day at most, the recording of {name} lasts {found.seconds / 3600:.0f} h: cut it",
            expected=LONGEST_S,
            got=found.seconds,
        )
    return found


def _one(part: Part) -> Review:
    """Return the review of somebody alone."""
    why = "one recording alone cannot tell who set the pace or how close you were"
    seconds = part.walk_s + part.run_s + part.stand_s + part.unknown_s
    return Review(
        minutes=seconds / 60,
        people=(part,),
        clock_offset_s=np.nan,
        clock_source="",
        side_by_side_s=0.0,
        apart_s=0.0,
        unknown_s=seconds,
        separation=frozen(np.full(part.speed.size, np.nan)),
        reach_m=np.nan,
        apart=(),
        talkable_together_s=part.talkable_s,
        leading=Leading(why_not=why),
        notes=(),
    )


def _two(
    recorded: tuple[Recorded, ...],
    names: tuple[str, ...],
    known: tuple[Profile | None, ...],
    session: Any,
    guess: float,
) -> Review:
    """Return the review of two people."""
    first, second = recorded
    _require_overlap(first, second, guess)
    rough = compared(first, second, guess=guess)
    clocks, fit = fitted(rough, lambda offset: _laid(first, second, offset))
    a, b = _laid(first, second, clocks.offset_s)
    if a.speed.size < LEAST_SHARED_S:
        _refuse(a.speed.size)
    space = beside(a, b)
    lead = leading(a, b, near=space.near, clocks=clocks, fit=fit, recorded=(first, second))
    talking = tuple(map(_talking, known))
    parts = tuple(_part(*each, session) for each in zip((a, b), names, talking, strict=True))
    chances = [_talk(seen, each) for seen, each in zip((a, b), talking, strict=True)]
    together = np.where(np.isnan(space.near), 1.0, space.near) * chances[0] * chances[1]
    return Review(
        minutes=a.speed.size / 60,
        people=parts,
        clock_offset_s=clocks.offset_s,
        clock_source=clocks.source,
        side_by_side_s=float((space.near == 1).sum()),
        apart_s=float((space.near == 0).sum()),
        unknown_s=float(np.isnan(space.near).sum()),
        separation=space.separation,
        reach_m=space.reach_m,
        apart=space.apart,
        talkable_together_s=float(np.nansum(together)),
        leading=lead,
        notes=_notes(clocks, space),
    )


def _require_overlap(first: Recorded, second: Recorded, guess: float) -> None:
    """Refuse recordings of which one began after the other had ended."""
    ahead = second.start - guess - first.start
    if min(first.seconds, ahead + second.seconds) - max(0.0, ahead) <= 0:
        _refuse(0)


def _refuse(seconds: int) -> None:
    raise InputError(
        f"two recordings of one session must overlap by a minute or more, these share {seconds} s: give the two of the "
        "same session, or say by how much one clock is ahead (--clock 3600 for an hour)",
        expected=LEAST_SHARED_S,
        got=seconds,
    )


def _laid(first: Recorded, second: Recorded, offset: float) -> tuple[Seen, Seen]:
    """Return both over the whole seconds that both recorded, the second's clock being `offset` s ahead."""
    ahead = second.start - offset - first.start
    origin = max(0.0, ahead)
    n = max(int(min(first.seconds, ahead + second.seconds) - origin), 0)
    return first.laid(origin + 0.5, n), second.laid(origin + 0.5 - ahead, n)


def _part(seen: Seen, label: str, known: TalkThreshold, session: Any) -> Part:
    """Return what one person did."""
    share, talk = np.nansum(seen.gait, axis=0), _talk(seen, known)
    return Part(
        label=label,
        walk_s=float(share[WALK]),
        run_s=float(share[RUN]),
        stand_s=float(share[STAND]),
        unknown_s=float(np.isnan(seen.gait[:, 0]).sum()),
        speed=frozen(by_minute(seen.speed)),
        talk=frozen(by_minute(talk)),
        talkable_s=float(np.nansum(talk)),
        talk_basis=known.speed.basis,
        planned=planned(session, smoothed(seen.speed, 31)),
    )


def _talking(known: Profile | None) -> TalkThreshold:
    """Return how somebody can talk; as people in general do where nothing is known of them."""
    return (known or Profile.build()).talk()


def _talk(seen: Seen, known: TalkThreshold) -> Array:
    """Return the probability (n,) of being able to speak in full sentences; NaN where nothing was recorded."""
    load = breathed(effort(seen))
    load[int(DRIFT_AFTER * 60) :] *= DRIFT
    chance = talk_probability(known.effort, load, margin=speaking_margin(SHARE_OF_TALK))
    return np.where(np.isnan(seen.speed), np.nan, chance)


def effort(seen: Seen) -> Array:
    """Return the expected gross oxygen uptake (n,), ml/kg/min, over what is known of the gait; NaN where unknown."""
    grade = np.where(np.isnan(seen.grade), 0.0, seen.grade)
    speed = np.where(np.isnan(seen.speed), 0.0, seen.speed)
    costs = np.stack((np.full(speed.size, STANDING), walking_cost(speed, grade), running_cost(speed, grade)), axis=1)
    return np.asarray((seen.gait * costs).sum(axis=1))


def breathed(load: Array) -> Array:
    """Return the effort (n,) that breathing has caught up with; what is unknown counts as standing."""
    filled = np.where(np.isnan(load), STANDING, load)
    size = int(8 * BREATH_LAG_S)
    kernel = np.exp(-np.arange(size) / BREATH_LAG_S)
    padded = np.concatenate((np.full(size - 1, STANDING), filled))
    return np.convolve(padded, kernel / kernel.sum(), mode="valid")


def _notes(clocks: Clocks, space: Beside) -> tuple[str, ...]:
    """Return what could not be told, and what was done about clocks."""
    notes = []
    if clocks.near is None:
        notes.append("One recording or both hold no positions, so how close you were is not known.")
    elif not clocks.near:
        notes.append("By their positions these two were never near each other: are they of the same session?")
    elif np.isnan(space.reach_m):
        notes.append("The positions are too rough to tell whether you were side by side.")
    if abs(clocks.offset_s) > 2:
        notes.append(f"The two clocks differ by {abs(clocks.offset_s):.0f} s; the recordings were brought together.")
    return tuple(notes)


def _mirrored(found: Review) -> Review:
    """Return the same review with the two people in the other order."""
    lead = found.leading
    other: dict[Literal[0, 1], Literal[0, 1]] = {0: 1, 1: 0}
    return Review(
        **{
            **{name: getattr(found, name) for name in Review.__slots__},
            "people": found.people[::-1],
            "clock_offset_s": -found.clock_offset_s,
            "leading": Leading(
                leader=None if lead.leader is None else other[lead.leader],
                share=1 - lead.share,
                share_low=1 - lead.share_high,
                share_high=1 - lead.share_low,
                sure=1 - lead.sure,
                lag_s=-lead.lag_s,
                lag_low_s=-lead.lag_high_s,
                lag_high_s=-lead.lag_low_s,
                why_not=lead.why_not,
            ),
        }
    )


def _number(value: float) -> float | None:
    """Return a number, None for unknown."""
    return float(value) if np.isfinite(value) else None


def _known(values: Array) -> list[float | None]:
    """Return numbers, None for unknown."""
    return [_number(value) for value in values.tolist()]
