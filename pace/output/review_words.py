"""What a review says in plain words: kind, without any ranking, places or times of day."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from pace.output.words import NAMELESS, Fact, duration, pace, sentence, who
from pace.together.naming import listed
from pace.units import Units

if TYPE_CHECKING:
    from pace.together.leading import Leading
    from pace.together.review import Part, Review

GOING = 0.5
"""m/s; a minute slower than this was a stop."""
MOST_SHOWN = 4
"""Stretches apart that are told one by one."""


def review_headline(found: Review) -> str:
    """Return the review in one sentence."""
    minutes = round(found.minutes)
    talk = round(found.talkable_together_s / 60)
    if len(found.people) == 1:
        return f"{minutes} minutes, of which about {talk} were likely good for talking."
    if found.unknown_s > found.minutes * 30:
        return f"{minutes} minutes of the same session; about {talk} were likely good for talking, for both of you."
    beside = round(found.side_by_side_s / 60)
    return (
        f"You were side by side for {beside} of {minutes} minutes; about {talk} were likely good for talking together."
    )


def review_facts(found: Review, *, units: Units = "km") -> tuple[Fact, ...]:
    """Return what stands below the headline: who set the pace, when they were apart, and each person's part."""
    names = [part.label for part in found.people]
    rows = []
    if len(names) == 2:
        rows = [("Who set the pace", setter(found.leading, names)), ("Side by side", closeness(found))]
    rows += [("Pace", usual(found, units=units))]
    rows += [(named(part.label, first=True), told(part)) for part in found.people]
    rows += [("Plan", beside_plan(found.people)), ("About talk", grounds(found.people))]
    return tuple(Fact(name=name, text=text) for name, text in rows if text)


def named(label: str, *, first: bool = False) -> str:
    """Return what somebody is called inside a sentence, or as its `first` word; `you` where nobody said."""
    name = "you" if label == NAMELESS else who(label)
    return name[:1].upper() + name[1:] if first else name


def usual(found: Review, *, units: Units = "km") -> str:
    """Return the mean pace of the minutes on the move: one for both, who moved together."""
    speed = np.concatenate([part.speed for part in found.people])
    going = speed[np.isfinite(speed) & (speed > GOING)]
    return f"About {pace(float(going.mean()), units=units)} on average while you moved." if going.size else ""


def setter(leading: Leading, names: list[str]) -> str:
    """Return who set the pace, with its doubt."""
    if leading.why_not:
        return sentence(f"not known: {leading.why_not}")
    first = leading.sure > 0.5 if leading.leader is None else leading.leader == 0
    share, low, high = leading.share, leading.share_low, leading.share_high
    if not first:
        share, low, high = 1 - share, 1 - high, 1 - low
    who_led, range_ = named(names[0 if first else 1]), f"{100 * low:.0f} to {100 * high:.0f}\N{NO-BREAK SPACE}%"
    if leading.leader is not None:
        text = f"{who_led} led {100 * share:.0f}\N{NO-BREAK SPACE}% of the changes of pace (likely {range_})"
    elif abs(leading.sure - 0.5) < LEANS:
        text = "neither of you clearly: you found the pace together"
    else:
        text = f"neither of you clearly: if anyone, {who_led} (likely {range_} of the changes of pace)"
    return sentence(text)


LEANS = 0.2
"""How far from evens the probability of having led is before the likelier one is told; of 100 invented sessions with a
lag of a second or more the likelier one had led in 99."""


def closeness(found: Review) -> str:
    """Return when they were not side by side: elapsed minutes, never a place, and not who was ahead."""
    if not np.isfinite(found.reach_m):
        return ""
    if not found.apart:
        return f"The whole time, as far as the recordings can tell (to about {found.reach_m:.0f} m)."
    longest = sorted(
        sorted(found.apart, key=lambda part: part.start_s - part.end_s)[:MOST_SHOWN], key=lambda p: p.start_s
    )
    parts = [
        f"from minute {part.start_s / 60:.0f} for {duration(round((part.end_s - part.start_s) / 10) * 10)} "
        f"(up to {part.metres:.0f} m)"
        for part in longest
    ]
    more = len(found.apart) - len(longest)
    rest = f", and {more} shorter time{'s' if more > 1 else ''}" if more else ""
    return f"Apart {listed(parts)}{rest}. Closer than {found.reach_m:.0f} m counts as together."


def told(part: Part) -> str:
    """Return what one person did."""
    times = [
        f"{round(seconds / 60)} min {verb}"
        for seconds, verb in ((part.walk_s, "walking"), (part.run_s, "running"), (part.stand_s, "standing"))
        if seconds >= 30
    ]
    talk = f"Full sentences were likely easy in about {round(part.talkable_s / 60)} minutes."
    return f"{sentence(listed(times))} {talk}" if times else "Hardly any movement was recorded."


def beside_plan(people: tuple[Part, ...]) -> str:
    """Return how the session went beside the plan; nothing without one."""
    rows = [(part.label, part.planned) for part in people if part.planned is not None]
    parts = [
        f"{named(label)} kept within the planned pace for {round(row.within_s / 60)} min, "
        f"gentler for {round(row.gentler_s / 60)} and quicker for {round(row.quicker_s / 60)}"
        for label, row in rows
    ]
    return sentence("; ".join(parts)) if parts else ""


def grounds(people: tuple[Part, ...]) -> str:
    """Return what the talkable minutes rest on, where that is not the person's own recordings or words."""
    guessed = [named(part.label) for part in people if part.talk_basis == "prior only"]
    if not guessed:
        return "From what each of you showed or said before. You know best how it felt."
    return sentence(
        f"for {listed(guessed)} this is a first guess from what is usual for people: earlier recordings (--history) "
        "make it better. You know best how it felt"
    )
