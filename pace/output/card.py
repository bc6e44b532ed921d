"""The card that people take along: who leads, what comes when, which signs, what to do when meeting someone.

No number stands on it but minutes and the shared pace, which all have agreed to: every other pace is said in words.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pace.output import words
from pace.output.markup import Markup, tag
from pace.output.words import Fact, duration, sentence, who
from pace.together.naming import listed
from pace.together.option import SITTING
from pace.units import Units

if TYPE_CHECKING:
    from pace.together.match import Match
    from pace.together.session import Session


def card(match: Match, session: Session, *, units: Units = "km", class_: str = "card", heading: str = "h2") -> Markup:
    """Return the card of a match as one part of a page.

    Parameters
    ----------
    match : Match
    session : Session
        The plan of that match.
    units : {"km", "mi"}
    class_ : str
        How it looks: `card`, or `alone card` where it is all of a page.
    heading : str
        Element of its heading; those below are `h3`, or `h2` where it is `h1`.
    """
    rows = [tag("tr", tag("th", fact.name, scope="row"), tag("td", fact.text)) for fact in facts(match, session)]
    below = "h3" if heading == "h2" else "h2"
    caption = tag("caption", "What comes when, in minutes from the start")
    return tag(
        "section",
        tag(heading, "Card for the session", id="card"),
        tag("p", gist(match, session), class_="big"),
        tag("p", agreed(match, units=units)),
        tag("table", caption, tag("tbody", *rows), class_="facts"),
        tag(
            "div",
            tag("div", tag(below, "Who leads"), tag("p", leading(match)), tag(below, "Recording"), tag("p", NOTHING)),
            tag("div", tag(below, "If you meet someone"), *_meeting(match)),
            tag("div", tag(below, "Signs"), *_signs(), tag("p", STOP)),
            class_="pair three",
        ),
        aria_labelledby="card",
        class_=class_,
    )


def gist(match: Match, session: Session) -> str:
    """Return what the session is, in words of effort."""
    option, minutes = match.suggestion, f"{session.minutes:g} minutes"
    if option.mode == SITTING:
        return f"{minutes}: sit together, or stroll with plenty of pauses."
    if option.mode == "run-walk":
        run, walk = option.bouts
        turns = f"run slowly for {duration(run.duration_s)}, then walk for {duration(walk.duration_s)}, and so on"
        return f"{minutes} together: {turns}."
    if option.mode == "walk-and-jog":
        return f"{minutes} side by side: {words.gaits(option)}."
    return f"{minutes}: {words.move_word(option)} together."


def agreed(match: Match, *, units: Units) -> str:
    """Return the effort in words, and the one pace that everybody agreed to."""
    shared = words.shared_pace(match.suggestion, units=units)
    talk = "Slow enough for whole sentences all the time: that counts, and not the watch."
    if not shared:
        return "The talk comes first. Nothing has to be kept up."
    return f"{talk} Your shared pace: {shared}{' over the whole way' if match.suggestion.bouts else ''}."


def facts(match: Match, session: Session) -> tuple[Fact, ...]:
    """Return what comes when: minutes and words, no pace; what lasts no minute is left out."""
    seated = match.suggestion.mode == SITTING
    spans: dict[str, tuple[float, float]] = {}
    for block in session.blocks:
        start = spans.get(block.kind, (block.start_s, 0.0))[0]
        spans[block.kind] = (start, block.start_s + block.duration_s)
    return tuple(
        Fact(name=f"{start}–{end} min", text=_moving(session) if kind == "move" and not seated else WHAT[kind][seated])
        for kind, (start, end) in ((kind, (round(start / 60), round(end / 60))) for kind, (start, end) in spans.items())
        if start < end
    )


WHAT = {
    "settle": ("Arrive. Stroll. Agree on the pace.", "Arrive. Find your place."),
    "move": ("Move and talk.", "Sit and talk, or stroll with pauses."),
    "cool-down": ("Slow down. Let the talk come to rest.", "Let the talk come to rest."),
    "reflect": ("Stand or sit. How was talking at this pace?", "How was talking today?"),
}
"""What each part of a session is for: on the move, and seated."""


def _moving(session: Session) -> str:
    """Return the main part in words: when to check in, and when to turn round."""
    asked = [block for block in session.blocks if block.check_in][:-1]
    minutes = listed([f"{(block.start_s + block.duration_s) / 60:.0f}" for block in asked]) if asked else ""
    check = f" Around minute {minutes}, each says one whole sentence. Does a breath break it? Go slower."
    turn = f" On a way out and back, turn round around minute {session.turn_back_s / 60:.0f}."
    return WHAT["move"][0] + (check if asked else "") + turn


def leading(match: Match) -> str:
    """Return who leads, and what that means for the other."""
    therapist, *clients = [who(person.label) for person in match.people]
    if match.lead == "equal":
        return "You lead together. The gentler wish counts."
    if match.lead == "therapist":
        return sentence(f"{therapist} sets the pace, but never goes beyond what feels easy to {listed(clients)}")
    what = "leads and sets the pace" if len(clients) == 1 else "lead: the gentlest wish counts"
    return f"{sentence(f'{listed(clients)} {what}')} {sentence(f'{therapist} goes along')}"


ANY_TIME = "Anyone may give any sign at any time. No reason is needed."
NOTHING = "No watch and no phone is needed, and nothing has to be recorded. If you would like to, ask first."
STOP = "Pain in the chest, dizzy, or very out of breath? Stop and rest. If it stays, get help."


def _meeting(match: Match) -> list[Markup]:
    """Return what to do when somebody comes along."""
    clients = [who(person.label) for person in match.people[1:]]
    verb = "decides" if len(clients) == 1 else "decide"
    decides = sentence(f"{listed(clients)} {verb}: walk on, nod, or stop and say hello")
    return [
        tag("p", f"Let the talk rest until you are alone again. {decides}"),
        tag("p", "Nobody has to say how you know each other. Agree on this before you start."),
    ]


SIGNS = (
    ("Slower", "flat hand, palm down, move it down", "M5 10H25M15 15V26M10.5 21.5L15 26L19.5 21.5"),
    ("Walk", "two fingers pointing down, like legs", "M15 4V12L8.5 26M15 12L21.5 26"),
    ("Stop", "open hand, held up", "M9 28V15M9 15V7M13 14V4M17 14V4M21 15V7M21 15V22L17 28H9"),
)
"""Each sign: what it asks for, how it is made, and its drawing in a square of 30."""


def _signs() -> list[Markup]:
    """Return the signs, each with its drawing."""
    rows = []
    for name, how, drawing in SIGNS:
        icon = tag("svg", tag("path", d=drawing, class_="icon"), viewBox="0 0 30 30", aria_hidden="true")
        rows.append(tag("li", icon, tag("span", tag("b", name), f": {how}")))
    return [tag("ul", *rows, class_="signs"), tag("p", ANY_TIME)]
