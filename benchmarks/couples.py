"""Whether a shared pace comes true: invented couples who meet ten times and say after each session how talking felt.

Each couple goes as `match` suggests to them, says how it felt (their true talk threshold and the day's noise), and
comes again; what they said is all that changes. With `--tries` they also try a few minutes at the pace about which an
answer tells most, and say how that felt. The people are those of `pace.simulate`, drawn from no prior of `pace`.

Truth is judged on the scale of each person's own body: their oxygen uptake at the gait and speed of the session,
against that at their talk speed.

python benchmarks/couples.py          # some minutes; the tables of benchmarks/README.md
python benchmarks/couples.py --tries
python benchmarks/couples.py --tiny   # seconds, in the tests
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks._figures import Figure, hand_over
from pace.activity.grid import RUN, WALK
from pace.activity.summary import Summary
from pace.person.about import Said
from pace.person.cost import running_cost, walking_cost
from pace.person.estimate import Posterior
from pace.person.profile import Profile
from pace.person.talk import EFFORT
from pace.simulate import Invented, people, vo2
from pace.simulate.life import outings
from pace.together.choice import Choice, choose
from pace.together.ease import SPEEDS, Ease, ease
from pace.together.remedies import TRY_MINUTES, worth_asking
from pace.together.speech import DRIFT
from pace.together.talkable import talkable_minutes
from pace.together.terms import Terms
from pace.together.ways import BOTH, CHANGING, TURNS, Conditions

SEED = 2026
N_ACTIVITIES = (0, 1, 3, 8)
SESSIONS = 10
FLAT = Conditions(minutes=50.0)
CLIENT_LEADS = Terms.of("client", 2)
PROMISED, GOAL_MINUTES = 0.10, 2.0
"""Share of sessions in which the client's talk may fall short, and median regret after three notes."""


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Body:
    """One invented person: the truth, their recordings as summaries, and how they are to go with when all is known."""

    truth: Invented
    summaries: tuple[Summary, ...]
    known: Ease
    any_day: Ease

    @classmethod
    def of(cls, truth: Invented, *, seed: int) -> Body:
        """Return a person with their recordings.

        All-knowing is who knows the talk threshold, and the paces that suit them from all recordings. `any_day` is the
        same with the day's noise: what the talkable minutes of a session are judged by.
        """
        tracks = (outing.track for outing in outings(truth, max(N_ACTIVITIES), seed=seed))
        summaries = tuple(Summary.from_track(track, manner=truth.manner) for track in tracks)
        recorded = ease(Profile.build(label=truth.label, summaries=summaries, about=truth.about()))
        threshold, per_speed = standard_effort(truth)
        sure, unsure = around(threshold, 0.2), around(threshold, truth.rating_sd * per_speed)
        return cls(
            truth=truth,
            summaries=summaries,
            known=Ease(label=truth.label, comfort=recorded.comfort, effort=sure),
            any_day=Ease(label=truth.label, comfort=recorded.comfort, effort=unsure),
        )

    def profile(self, n: int, said: Sequence[Said]) -> Profile:
        """Return what is known of them with n recordings and some answers."""
        return Profile.build(label=self.truth.label, summaries=self.summaries[:n], about=self.truth.about(*said))


def standard_effort(truth: Invented) -> tuple[float, float]:
    """Return the talk threshold on the scale of `pace.person.cost`, and its rise per m/s, in their own gait."""
    cost = running_cost if truth.talk_speed >= truth.walk_run_threshold else walking_cost
    low, middle, high = (float(cost(truth.talk_speed + step)) for step in (-0.05, 0.0, 0.05))
    return middle, (high - low) / 0.1


def around(mean: float, sd: float) -> Posterior:
    """Return a normal distribution over efforts."""
    return Posterior.build(EFFORT, -(((EFFORT - mean) / sd) ** 2) / 2)


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """How one session went.

    `short` marks the client's talk less than promised (the margin for speaking counted), `out_of_words` a client who is
    beyond their talk threshold even without it; `regret` talkable minutes lost; `error` the median of the client's
    estimated talk threshold minus the truth (ml/kg/min). `gap` is the shared speed minus the all-knowing one (m/s), and
    `to_learn` minus the one that is chosen with the same recordings when how everyone can talk is known: what answers
    can close. Who sits goes at 0 m/s. `same` marks the all-knowing's mode; `sits` and `would_sit`: they, and the
    all-knowing, stay where they are.
    """

    n_activities: int
    notes: int
    short: bool
    out_of_words: bool
    regret: float
    error: float
    gap: float
    to_learn: float
    same: bool
    sits: bool
    would_sit: bool


def efforts(truth: Invented, choice: Choice, place: int) -> float:
    """Return the oxygen uptake (ml/kg/min) that the chosen way late in a session asks of a body."""
    column = choice.best
    assert column is not None
    gait, speed = int(choice.ways.gait[place, column]), float(choice.ways.speed[column])

    def asked(gait: int, speed: float) -> float:
        return float(vo2(truth, gait=np.array([gait]), speed=np.array([speed]), grade=np.zeros(1))[0])

    if gait != BOTH:
        return DRIFT * asked((WALK, RUN)[gait], speed)
    turn = TURNS[choice.ways.turn[column]]
    run, walk = asked(RUN, float(SPEEDS[turn["run"]])), asked(WALK, float(SPEEDS[turn["walk"]]))
    return DRIFT * CHANGING * float(turn["share"] * run + (1 - turn["share"]) * walk)


def minutes(couple: tuple[Body, Body], choice: Choice) -> float:
    """Return the expected minutes on the move in which both can truly talk, on any day; 0 where they sit."""
    if choice.best is None:
        return 0.0
    return talkable_minutes(tuple(one.any_day for one in couple), CLIENT_LEADS, FLAT, choice.ways, choice.best)


def regret(couple: tuple[Body, Body], choice: Choice, best: Choice) -> float:
    """Return the talkable minutes lost against the all-knowing; to sit where both could move loses all of them."""
    most = minutes(couple, best)
    if best.best is None:  # then sitting is right, and every minute of it is for talk
        return 0.0 if choice.best is None else FLAT.minutes - minutes(couple, choice)
    return max(most - minutes(couple, choice), 0.0)


def speed(choice: Choice) -> float:
    """Return the shared speed, m/s; 0 where people sit."""
    return 0.0 if choice.best is None else float(choice.ways.speed[choice.best])


def mode(choice: Choice) -> int:
    """Return the mode as a place in MODES; -1 where people sit."""
    return -1 if choice.best is None else int(choice.ways.mode[choice.best])


def judged(
    couple: tuple[Body, Body], eases: tuple[Ease, Ease], choice: Choice, best: Choice, *, n: int, notes: int
) -> Session:
    """Return how a session went."""
    client, moves = couple[1].truth, choice.best is not None
    asked = efforts(client, choice, 1) if moves else 0.0
    told = tuple(replace(one, effort=body.known.effort) for one, body in zip(eases, couple, strict=True))
    return Session(
        n_activities=n,
        notes=notes,
        short=asked + float(CLIENT_LEADS.margin[1]) > client.talk_vo2 and moves,
        out_of_words=asked > client.talk_vo2,
        regret=regret(couple, choice, best),
        error=float(eases[1].effort.quantile(0.5)) - standard_effort(client)[0],
        gap=speed(choice) - speed(best),
        to_learn=speed(choice) - speed(choose(told, CLIENT_LEADS, FLAT)),
        same=mode(choice) == mode(best),
        sits=not moves,
        would_sit=best.best is None,
    )


SIT_ASKED = 0.8
"""m/s; who sits or strolls is asked about the slowest stroll."""


def sessions(couple: tuple[Body, Body], n: int, *, seed: int, tries: bool = False) -> Iterator[Session]:
    """Yield ten sessions of a couple of whose client n recordings are known, and of whose therapist all.

    With `tries` everyone also says how some minutes felt at the pace that is worth asking about.
    """
    best = choose(tuple(one.known for one in couple), CLIENT_LEADS, FLAT)
    said: tuple[list[Said], list[Said]] = ([], [])
    for notes in range(SESSIONS):
        profiles = couple[0].profile(max(N_ACTIVITIES), said[0]), couple[1].profile(n, said[1])
        eases = ease(profiles[0]), ease(profiles[1])
        choice = choose(eases, CLIENT_LEADS, FLAT)
        yield judged(couple, eases, choice, best, n=n, notes=notes)
        for place, one in enumerate(couple):
            dice = seed + 100 * notes + place
            said[place].append(replace(one.truth.says(speed(choice) or SIT_ASKED, seed=dice), minutes=FLAT.minutes))
            if tries:
                asked = worth_asking(eases[place].effort, profiles[place].walk_run().threshold.median)
                said[place].append(replace(one.truth.says(asked, seed=dice + 50), minutes=TRY_MINUTES))


def couples(n: int) -> list[tuple[Body, Body]]:
    """Return n couples of invented people."""
    everyone = [Body.of(truth, seed=SEED + number) for number, truth in enumerate(people(2 * n, seed=SEED))]
    return [(everyone[i], everyone[i + n]) for i in range(n)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """What some sessions come to, as a row of a table: shares, medians, and means where a median would hide the few."""

    n: int
    short: float
    out_of_words: float
    regret: float
    regret_mean: float
    error: float
    to_learn: float
    to_learn_mean: float
    away: float
    away_mean: float
    same: float
    sits: float
    would_sit: float

    @classmethod
    def of(cls, some: Sequence[Session]) -> Row:
        """Return shares, and what is lost."""
        lost = [session.regret for session in some]
        away, to_learn = (np.abs([getattr(session, name) for session in some]) for name in ("gap", "to_learn"))
        return cls(
            n=len(some),
            short=float(np.mean([session.short for session in some])),
            out_of_words=float(np.mean([session.out_of_words for session in some])),
            regret=float(np.median(lost)),
            regret_mean=float(np.mean(lost)),
            error=float(np.median(np.abs([session.error for session in some]))),
            to_learn=float(np.median(to_learn)),
            to_learn_mean=float(np.mean(to_learn)),
            away=float(np.median(away)),
            away_mean=float(np.mean(away)),
            same=float(np.mean([session.same for session in some])),
            sits=float(np.mean([session.sits for session in some])),
            would_sit=float(np.mean([session.would_sit for session in some])),
        )

    def line(self, *names: object) -> str:
        """Return the row as Markdown."""
        head = " | ".join(str(name) for name in names)
        shares = f"{self.short:.3f} | {self.out_of_words:.3f} | {self.regret:.2f}, {self.regret_mean:.1f}"
        learn, away = f"{self.to_learn:.3f}, {self.to_learn_mean:.3f}", f"{self.away:.3f}, {self.away_mean:.3f}"
        rest = f"{self.same:.2f} | {self.sits:.2f} | {self.would_sit:.2f}"
        return f"| {head} | {self.n} | {shares} | {self.error:.1f} | {learn} | {away} | {rest} |"


HEAD = (
    "| recordings | notes | sessions | less than promised | out of words | regret | threshold off"
    " | pace to learn | pace away | same mode | sit | all-knowing sits |"
    "\n|---|---|---|---|---|---|---|---|---|---|---|---|"
)
"""Of the regret (min) and of the two distances (m/s): median, mean."""


def print_table(held: Sequence[Session]) -> None:
    """Print every number of recordings with every number of notes, and all together."""
    print(HEAD)
    for n in sorted({session.n_activities for session in held}):
        for notes in range(SESSIONS):
            print(Row.of([s for s in held if (s.n_activities, s.notes) == (n, notes)]).line(n, notes))
    for notes in range(SESSIONS):
        print(Row.of([s for s in held if s.notes == notes]).line("all", notes))
    print(Row.of(held).line("all", "all"))


def main() -> None:
    """Print the tables, and what is kept of the two promises."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tiny", action="store_true", help="two couples")
    parser.add_argument("--tries", action="store_true", help="some minutes at the pace worth asking about as well")
    parser.add_argument("--couples", type=int, default=40, help="how many, unless tiny")
    asked = parser.parse_args()
    tiny = asked.tiny
    some = couples(2 if tiny else asked.couples)
    counts = (1,) if tiny else N_ACTIVITIES
    held = [
        session
        for k, couple in enumerate(some)
        for n in counts
        for session in sessions(couple, n, seed=10_000 * (k + 1), tries=asked.tries)
    ]
    assert len(held) == len(some) * len(counts) * SESSIONS
    assert all(np.isfinite(s.regret) and 0 <= s.regret <= FLAT.minutes for s in held)
    print_table(held)
    everything, after = Row.of(held), Row.of([s for s in held if s.notes >= 3])
    for name, unit, got, goal in (
        ("sessions in which the client's talk is less than promised", "of all", everything.short, PROMISED),
        ("median regret after three notes", "min", after.regret, GOAL_MINUTES),
    ):
        hand_over(Figure(name=name, unit=unit, ours=got, high=goal))
        print(f"{name}, {unit}: {got:.3f}, promised at most {goal:g}: {'kept' if got <= goal else 'MISSED'}")
    start, end = (Row.of([s for s in held if s.notes == notes]) for notes in (0, SESSIONS - 1))
    for name, unit in (("error", "ml/kg/min"), ("to_learn_mean", "m/s"), ("away_mean", "m/s")):
        first, last = getattr(start, name), getattr(end, name)
        print(f"{name}: {first:.3f} {unit} at first, {last:.3f} at last: {'nearer' if last < first else 'NOT nearer'}")


if __name__ == "__main__":
    main()
