"""What a result says in plain words, kind and at reading age twelve: the same for the terminal and the page."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pace.output.plain import inert
from pace.together.naming import listed, named
from pace.together.remedies import worth_asking
from pace.units import METRES_PER_UNIT, Units, pace_s_per_unit, show_pace, show_pace_range

if TYPE_CHECKING:
    from pace.person.estimate import Estimate, Evidence
    from pace.person.profile import Profile
    from pace.person.talk import TalkThreshold
    from pace.person.walk_run import WalkRun
    from pace.together.match import Match
    from pace.together.option import Option

NAMELESS = "person"
"""The label of a profile that nobody named."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """One line of an answer: a short `name` and the `text` beside it."""

    name: str
    text: str


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Known:
    """One person and what was worked out of them, once for all that is said and drawn of them."""

    profile: Profile
    gaits: WalkRun
    talk: TalkThreshold

    @classmethod
    def of(cls, profile: Profile) -> Known:
        """Work out what is known of a person."""
        gaits = profile.walk_run()
        return cls(profile=profile, gaits=gaits, talk=profile.talk(change=gaits.posterior))

    @property
    def label(self) -> str:
        """The person's label."""
        return self.profile.label

    @property
    def doubt(self) -> float:
        """The width (m/s) of what is known of their talking pace."""
        return self.talk.speed.high - self.talk.speed.low


def who(label: str) -> str:
    """Return a label as it stands inside a sentence: a role with its article, a name as it is.

    Examples
    --------
    >>> who("client"), who("client 2"), who("Robin")
    ('the client', 'client 2', 'Robin')
    """
    return named([inert(label, most=40) or "someone"])


def sentence(text: str) -> str:
    """Return text with a capital first letter and a full stop.

    Examples
    --------
    >>> sentence("the client walks")
    'The client walks.'
    """
    text = text.strip()
    return capital(text) + ("" if text[-1:] in ".!?" else ".")


def capital(text: str) -> str:
    """Return text with a capital first letter."""
    return text[:1].upper() + text[1:]


def readable(speed: float, *, units: Units = "km") -> float:
    """Return a speed (m/s) moved to the nearest pace of whole 5 s (10 s from 10 minutes): more would promise too much.

    Examples
    --------
    >>> show_pace(readable(2.178)), show_pace(readable(1.37))
    ('7:40 min/km', '12:10 min/km')
    """
    if speed <= 0:
        return 0.0
    seconds = pace_s_per_unit(speed, units=units)
    step = 5 if seconds < 600 else 10
    return METRES_PER_UNIT[units] / (step * round(seconds / step))


def pace(speed: float, *, units: Units = "km") -> str:
    """Return a speed (m/s) as a pace to read."""
    return show_pace(readable(speed, units=units), units=units)


def pace_range(slow: float, fast: float, *, units: Units = "km") -> str:
    """Return two speeds (m/s) as a range of paces to read, the faster one first."""
    return show_pace_range(readable(slow, units=units), readable(fast, units=units), units=units)


# --- two or more people --------------------------------------------------------------------------------------------


def headline(match: Match, *, units: Units = "km") -> str:
    """Return the answer in one sentence.

    Parameters
    ----------
    match : Match
    units : {"km", "mi"}
        What paces are given per.

    Returns
    -------
    str
        One sentence without any measure of a person.
    """
    option = match.suggestion
    shared = shared_pace(option, units=units)
    if option.mode == "sit-or-stroll":
        return "Sit together for this one, or stroll slowly with plenty of pauses: the talk comes first."
    if option.mode == "run-walk":
        return f"Run a little and walk a little, together: {turns(option, units=units) or shared}."
    if option.mode == "walk-and-jog":
        return sentence(f"you share a pace, each in your own way: {gaits(option, units=units)}, at {shared}")
    return f"You share {move_word(option)}: {shared}."


def shared_pace(option: Option, *, units: Units = "km") -> str:
    """Return the range of paces that an option leaves open; nothing where people sit."""
    return pace_range(option.speed_low, option.speed_high, units=units) if option.speed_low > 0 else ""


def turns(option: Option, *, units: Units = "km") -> str:
    """Return the run and the walk of taking turns; nothing for other ways."""
    parts = [(bout.gait, duration(bout.duration_s), pace(bout.speed, units=units)) for bout in option.bouts]
    return ", then ".join(f"{gait} {time} at {speed}" for gait, time, speed in parts)


BRISK_WALK = 1.45
"""m/s; people asked to walk briskly chose 1.47 m/s against 1.31 m/s as usual (Murtagh 2021)."""
GENTLE_WALK = 1.1
"""m/s; below the usual walking speed of most adults."""
EASY_RUN = 2.4
"""m/s (about 7 min/km); what is called jogging below and running above."""


def gait_word(gait: str, speed: float) -> str:
    """Return what somebody does in this gait at this speed (m/s), as a verb phrase.

    Examples
    --------
    >>> gait_word("walk", 1.6), gait_word("run", 2.0)
    ('walks briskly', 'runs slowly')
    """
    if gait == "walk":
        return "walks briskly" if speed >= BRISK_WALK else "walks" if speed >= GENTLE_WALK else "walks gently"
    if gait == "run":
        return "runs slowly" if speed < EASY_RUN else "runs easily"
    return {"walk and run": "runs and walks by turns"}.get(gait, "sits or strolls")


def move_word(option: Option) -> str:
    """Return the shared movement as a noun phrase: `a comfortable walk`, `a brisk walk`, `a slow run`."""
    if option.mode == "walk-together":
        speed = option.speed_best
        kind = "brisk" if speed >= BRISK_WALK else "comfortable" if speed >= GENTLE_WALK else "gentle"
        return f"a {kind} walk"
    return "a slow run" if option.speed_best < EASY_RUN else "an easy run"


def gaits(option: Option, *, units: Units = "km") -> str:
    """Return who walks and who runs, as part of a sentence."""
    del units
    verbs = {label: gait_word(gait, option.speed_best) for label, gait in option.gait_by_person.items()}
    if len(set(verbs.values())) > 1:
        return listed([f"{who(label)} {verb}" for label, verb in verbs.items()])
    verb = next(iter(verbs.values()), "walks")
    first, *rest = verb.split(" ")
    plural = {"walks": "walk", "runs": "run", "sits": "sit"}.get(first, first)
    words = " ".join([plural, *rest]).replace("and walks", "and walk").replace("or strolls", "or stroll")
    return f"{'both of you' if len(verbs) == 2 else 'all of you'} {words}"


SURE_TALK = 0.9
"""Probability from which full sentences are said to be fine: what is asked of the client's side of a suggestion."""
LIKELY_TALK = 0.75
"""Probability from which full sentences are said to be fine most of the time."""


def effort(option: Option, *, only: Sequence[str] = ()) -> str:
    """Return the effort in words: who should manage full sentences, and what to do when one does not.

    `only` are the labels of those of whom it is told; everyone if empty.
    """
    told = only or tuple(option.talk_probability_by_person)
    chances = {label: chance for label, chance in option.talk_probability_by_person.items() if label in told}
    everyone = {1: who(next(iter(chances))), 2: "both"}.get(len(chances), "everyone")
    if all(chance >= SURE_TALK for chance in chances.values()):
        return sentence(f"{everyone} should manage full sentences")
    if all(chance >= LIKELY_TALK for chance in chances.values()):
        return sentence(f"{everyone} should manage full sentences most of the time; ease off when one breaks")
    short = [who(label) for label, chance in chances.items() if chance < LIKELY_TALK]
    return sentence(f"{listed(short)} may need to pause inside a sentence: ease off as soon as that happens")


SPARE = ((7.0, 0.9, "plenty"), (3.5, 0.8, "some"), (0.0, 0.0, "little"))
"""ml/kg/min (two METs, one) between the effort of a way and the talk threshold, the least probability of being able to
talk, and the word for having both; else `none`."""


def spare(option: Option, *, only: Sequence[str] = ()) -> str:
    """Return how much breath a way leaves everyone beyond talking: `plenty for the therapist, some for the client`.

    `only` are the labels of those of whom it is told; everyone if empty.
    """
    by_word: dict[str, list[str]] = {}
    for label in only or option.slack_by_person:
        slack, chance = option.slack_by_person[label], option.talk_probability_by_person[label]
        word = next((word for least, likely, word in SPARE if slack >= least and chance >= likely), "none")
        by_word.setdefault(word, []).append(label)
    n = len(option.slack_by_person)
    told = ", ".join(f"{word} for {everyone(labels, n)}" for word, labels in by_word.items())
    return told.replace("none for both", "none for either").replace("none for all", "none for any")


def everyone(labels: Sequence[str], n: int) -> str:
    """Return some of n people inside a sentence.

    Examples
    --------
    >>> everyone(["client"], 2), everyone(["therapist", "client"], 2)
    ('the client', 'both of you')
    """
    if len(labels) == n:
        return "both of you" if n == 2 else "all of you"
    return listed([who(label) for label in labels])


def talk_time(match: Match) -> str:
    """Return the talkable minutes of the session."""
    minutes, whole = round(match.suggestion.talkable_minutes), round(match.minutes)
    if minutes == whole:
        return f"All {whole} minutes."
    return f"About {minutes} of {whole} minutes." if minutes else f"None of the {whole} minutes can be promised."


NARROW, WIDE = 0.45, 0.8
"""m/s; width of the interval of the talking speed: with several answers about talking, and with heart rate alone."""


def sureness(people: Sequence[Known], option: Option) -> str:
    """Return how sure an answer is, from the widest doubt about anyone's talking pace."""
    if option.mode == "sit-or-stroll":
        return "Not enough is known yet to promise easy talk on the move."
    guessed = [who(person.label) for person in people if person.talk.speed.basis == "prior only"]
    if guessed:
        return sentence(
            f"a first guess: for {listed(guessed)} it rests on what is usual for people, so start slower and listen"
        )
    width = max(person.doubt for person in people)
    if width >= WIDE:
        return "Sure enough to begin: start at the slow end and listen. Whether more would do is not known yet."
    return "Quite sure." if width <= NARROW else "Fairly sure: start at the slow end and let talk decide."


def surer(match: Match, people: Sequence[Known], *, units: Units = "km") -> str:
    """Return the one thing that would help most, for the person whose doubt stands most in the way of what is not open.

    Where that is an answer about talking, also the pace about which to ask.
    """
    closed = [option.talk_probability_by_person for option in match.alternatives if not option.fits]
    short = {person.label: sum(1 - chance[person.label] for chance in closed) for person in people}
    least = max(people, key=lambda person: (person.doubt * short[person.label], person.doubt))
    advice = inert(least.talk.next_best, most=400)
    at = pace(worth_trying(match, least), units=units)
    advice = advice.replace("after a walk or jog", f"after five minutes or more at about {at}")
    return sentence(f"for {who(least.label)}: {advice[:1].lower()}{advice[1:]}")


def worth_trying(match: Match, person: Known) -> float:
    """Return the speed (m/s) about which to ask a person: no faster than what an answer could open to them."""
    worth = worth_asking(person.talk.effort, person.gaits.threshold.median)
    closed = [
        max([option.speed_best, *(bout.speed for bout in option.bouts)])
        for option in match.alternatives
        if not option.fits
    ]
    return min(worth, max([match.suggestion.speed_high, *closed]) or worth)


def answer(match: Match, people: Sequence[Known], *, units: Units = "km") -> tuple[Fact, ...]:
    """Return what stands below the headline: effort, gaits, time to talk, how sure, what would make it surer.

    `people` are those of whom it may be told: everyone of the match, or one in their own copy.
    """
    option, told = match.suggestion, [person.label for person in people]
    shared, by_turns = shared_pace(option, units=units), turns(option, units=units)
    paces = ("Pace", f"{shared} over the whole way" if by_turns else shared), ("By turns", sentence(by_turns))
    return (
        *(Fact(name=name, text=text) for name, text in paces if text),
        Fact(name="Effort", text=effort(option, only=told)),
        *((Fact(name="Breath to spare", text=sentence(spare(option, only=told))),) if option.speed_best > 0 else ()),
        Fact(name="Who does what", text=sentence(gaits(option, units=units))),
        Fact(name="Time to talk", text=talk_time(match)),
        Fact(name="How sure", text=sureness(people, option)),
        Fact(name="To be surer", text=surer(match, people, units=units)),
    )


def alternatives(match: Match, *, units: Units = "km", only: Sequence[str] = ()) -> tuple[Fact, ...]:
    """Return the other ways that would do, best first, each with its pace, its minutes and the breath that it leaves.

    `only` are the labels of those of whom the last is told; everyone if empty.
    """
    return tuple(
        Fact(name=mode_name(option), text=_offer(option, units=units, only=only))
        for option in match.alternatives
        if option.fits
    )


def _offer(option: Option, *, units: Units, only: Sequence[str]) -> str:
    """Return what another way would be: its pace, its turns, its minutes, its breath to spare."""
    parts = (shared_pace(option, units=units), turns(option, units=units))
    offer = ", ".join([*filter(None, parts), f"{round(option.talkable_minutes)} minutes to talk"])
    return f"{offer}; breath to spare: {spare(option, only=only)}" if option.speed_best > 0 else offer


def mode_name(option: Option) -> str:
    """Return what to call a way to move, beside its pace."""
    many = option.mode == "walk-and-jog" and len(option.gait_by_person) > 2
    return "Some walk, some jog" if many else MODES[option.mode]


MODES = {
    "walk-together": "Walk together",
    "run-together": "Run together",
    "walk-and-jog": "One walks, one jogs",
    "run-walk": "Run and walk by turns",
    "sit-or-stroll": "Sit or stroll",
}


# --- one person ----------------------------------------------------------------------------------------------------


def between(estimate: Estimate, *, units: Units = "km") -> str:
    """Return an estimate with its doubt: the middle, and the range that is likely to hold the truth."""
    middle = show_pace(readable(estimate.median, units=units), units=units, unit=False)
    return f"about {middle}, likely {pace_range(estimate.low, estimate.high, units=units)}"


def likely(level: float) -> str:
    """Return what `likely` means at this level.

    Examples
    --------
    >>> likely(0.8)
    '“Likely” means right about 8 times in 10.'
    """
    return f"“Likely” means right about {round(level * 10)} times in 10."


def profile_headline(person: Known, *, units: Units = "km") -> str:
    """Return one person's answer in one sentence."""
    talk, change = person.talk.speed, person.gaits.threshold
    named = "" if person.label == NAMELESS else f"{inert(person.label, most=40)}: "
    return sentence(
        f"{named}full sentences up to about {pace(talk.median, units=units)}; "
        f"walking turns into running near {pace(change.median, units=units)}"
    )


def profile_facts(person: Known, *, units: Units = "km") -> tuple[Fact, ...]:
    """Return one person's speeds, each with its interval and what it rests on."""
    rows = (
        ("Fastest easy walk", person.gaits.fastest_walk),
        ("Slowest easy run", person.gaits.slowest_run),
        ("Walk becomes run", person.gaits.threshold),
        ("Full sentences up to", person.talk.speed),
    )
    return tuple(Fact(name=name, text=f"{between(value, units=units)} ({basis(value.basis)})") for name, value in rows)


def basis(text: str) -> str:
    """Return what an estimate rests on; `prior only` in words that a person knows.

    Examples
    --------
    >>> basis("prior only")
    'what is usual for people'
    """
    return "what is usual for people" if text == "prior only" else text


SHARES = ((0.5, "mostly"), (0.2, "partly"), (0.05, "a little"), (0.0, "hardly"))
"""Least share of the precision, and the word for it."""


def evidence(pieces: Iterable[Evidence]) -> tuple[Fact, ...]:
    """Return what an estimate rests on, weightiest first, with how much in one word."""
    ordered = sorted(pieces, key=lambda piece: -piece.weight)
    return tuple(
        Fact(name=next(word for least, word in SHARES if piece.weight >= least), text=sentence(inert(piece.note)))
        for piece in ordered
        if piece.note
    )


def grouped(facts: Iterable[Fact]) -> tuple[Fact, ...]:
    """Return facts of one name as one fact, in the order in which names first come.

    Examples
    --------
    >>> [fact.text for fact in grouped([Fact(name="a", text="Two words."), Fact(name="a", text="More.")])]
    ['Two words; more.']
    """
    told: dict[str, list[str]] = {}
    for fact in facts:
        text = fact.text.rstrip(".")
        told.setdefault(fact.name, []).append(text[:1].lower() + text[1:])
    return tuple(Fact(name=capital(name), text=sentence("; ".join(texts))) for name, texts in told.items())


def duration(seconds: float) -> str:
    """Return a length of time as people say it.

    Examples
    --------
    >>> duration(50), duration(90), duration(1000), duration(4000), duration(40 * 3600)
    ('50 s', '1 min 30 s', '17 min', '1 h 07 min', '40 h')
    """
    if seconds < 599.5:
        parts = zip(divmod(round(seconds), 60), ("min", "s"), strict=True)
        return " ".join(f"{count} {unit}" for count, unit in parts if count) or "0 s"
    minutes = round(seconds / 60)
    if minutes < 60:
        return f"{minutes} min"
    return f"{minutes // 60} h {minutes % 60:02d} min" if minutes < 20 * 60 else f"{round(seconds / 3600)} h"


def recordings(profile: Profile) -> str:
    """Return how many recordings were used and how many were left out."""
    used, left = len(profile.summaries), len(profile.skipped)
    if not used:
        return "No recordings: this rests on words alone." + (f" Left out: {left}." if left else "")
    many = f"{used} recording{'' if used == 1 else 's'} of walking and running"
    again = len(profile.repeated)
    told = [f"{again} more {'is' if again == 1 else 'are'} the same again"] if again else []
    return "; ".join([many, *told, *([f"{left} left out"] if left else [])]) + "."


def account(profile: Profile) -> tuple[Fact, ...]:
    """Return where the recorded time went, and how many recordings were used."""
    spent = profile.account()
    parts = (
        ("Walking", spent.walk),
        ("Running", spent.run),
        ("Standing", spent.stand),
        ("Paused", spent.paused),
        ("Gaps", spent.gap),
        ("In all", spent.elapsed),
    )
    rows = tuple(Fact(name=name, text=duration(value)) for name, value in parts if value >= 1)
    return (Fact(name="Used", text=recordings(profile)), *rows)


def damaged(n: int) -> list[str]:
    """Return in one line that n of the recordings that count were cut or damaged; nothing if none was."""
    if not n:
        return []
    what, them = ("1 recording is cut or damaged", "it") if n == 1 else (f"{n} recordings are cut or damaged", "them")
    return [f"{what}: what is whole in {them} counts (pace inspect FOLDER shows which and how)"]


FEW = 3
"""Files of another sport that are named one by one; more are counted."""


def left_out(profile: Profile) -> list[str]:
    """Return which files were left out and why, one line each; many of one other sport share a line."""
    from pace.activity.foot import WORDS

    counts = Counter(skipped.reason for skipped in profile.skipped)
    many = {reason for reason in WORDS.values() if counts[reason] > FEW}
    counted = [f"{counts[reason]} recordings left out: {reason}" for reason in sorted(many)]
    return [*(f"{one.file} left out: {one.reason}" for one in profile.skipped if one.reason not in many), *counted]
