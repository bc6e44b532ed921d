"""What is said, and what is never said."""

import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pace.output import changes, words
from pace.output.plain import inert
from pace.together.remedies import Change

FORBIDDEN = re.compile(
    r"\b(score|rank\w*|compatib\w*|ability|limit\w*|fail\w*|target|goal|fitter|unfit|too slow|too fast|"
    r"(faster|slower|better|worse|stronger|weaker) (person|one|runner|partner)|performance|invalid)\b|%",
    flags=re.I,
)
MODES = {
    "walk-together": ("walk", "walk"),
    "run-together": ("run", "run"),
    "walk-and-jog": ("walk", "run"),
    "run-walk": ("walk and run", "walk and run"),
    "sit-or-stroll": ("sit or stroll", "sit or stroll"),
}


def everything(match, units="km") -> str:
    """Return all sentences about a match."""
    people = [words.Known.of(person) for person in match.people]
    facts = [
        *words.answer(match, people, units=units),
        *words.alternatives(match, units=units),
        *changes.not_now(match),
    ]
    return "\n".join([words.headline(match, units=units), *(f"{fact.name}: {fact.text}" for fact in facts)])


@pytest.mark.parametrize("mode", MODES)
def test_every_mode_has_its_sentence(suggesting, mode):
    """Whatever the answer, it is one sentence that begins with a capital and ends with a full stop."""
    gaits = dict(zip(("therapist", "client"), MODES[mode], strict=True))
    speed = 0.0 if mode == "sit-or-stroll" else 1.9
    match = suggesting(mode=mode, gait_by_person=gaits, speed_low=speed, speed_best=speed, speed_high=speed)
    headline = words.headline(match)
    assert re.fullmatch(r"[A-Z][^.!?]*\.", headline)
    assert ("min/km" in headline) == (mode != "sit-or-stroll")
    assert words.headline(match) != words.headline(match, units="mi") or mode == "sit-or-stroll"
    assert not FORBIDDEN.search(everything(match))


def test_nobody_is_measured(matched):
    """No score, no percentage, no ranking, no word that judges a person."""
    for lead in ("client", "therapist", "equal"):
        for recorded in (True, False):
            assert not FORBIDDEN.search(everything(matched(lead=lead, recorded=recorded)))


@pytest.mark.parametrize(
    ("chances", "said"),
    [
        ((0.97, 0.93), "Both should manage full sentences."),
        ((0.97, 0.80), "Both should manage full sentences most of the time; ease off when one breaks."),
        ((0.97, 0.40), "The client may need to pause inside a sentence: ease off as soon as that happens."),
    ],
)
def test_effort_is_said_in_words(suggesting, chances, said):
    """The effort is what it means for talking, not a number."""
    match = suggesting(talk_probability_by_person=dict(zip(("therapist", "client"), chances, strict=True)))
    assert words.effort(match.suggestion) == said


@pytest.mark.parametrize(("minutes", "said"), [(50, "All 50 minutes."), (41.4, "About 41 of 50 minutes.")])
def test_talkable_minutes_are_of_the_session(suggesting, minutes, said):
    """Minutes to talk stand beside the minutes of the session."""
    assert words.talk_time(suggesting(talkable_minutes=minutes)) == said


def test_who_walks_and_who_runs_is_named(suggesting):
    """In two gaits each person is named with theirs; in one, both are."""
    apart = suggesting(gait_by_person={"therapist": "walk", "client": "run"}, speed_best=1.8)
    assert words.gaits(apart.suggestion) == "the therapist walks briskly and the client runs slowly"
    together = suggesting(gait_by_person={"therapist": "walk", "client": "walk"}, speed_best=1.3)
    assert words.gaits(together.suggestion) == "both of you walk"


def test_people_in_general_are_named_as_such():
    """`prior only` is no phrase for a person."""
    assert words.basis("prior only") == "what is usual for people"


def test_a_first_guess_says_so():
    """With nothing known of somebody the answer says that it is a guess and names whom it is about."""
    import pace

    nobody = [pace.profile([], label=label, keep_empty=True) for label in ("therapist", "client")]
    said = words.sureness([words.Known.of(person) for person in nobody], pace.match(nobody).suggestion)
    assert said.startswith("A first guess: for the therapist and the client")


@given(st.floats(0.31, 8.9), st.sampled_from(["km", "mi"]))
def test_a_readable_pace_is_near_the_exact_one(speed, units):
    """Rounding for people moves a pace by 5 s at most, and to a whole 5 s."""
    exact = words.pace_s_per_unit(speed, units=units)
    shown = words.pace_s_per_unit(words.readable(speed, units=units), units=units)
    assert abs(shown - exact) <= (2.5 if exact < 600 else 5.0) + 1e-6
    assert round(shown) % 5 == 0


@given(st.text())
def test_inert_text_is_one_harmless_line(text):
    """Whatever comes in: one line, printable, not longer than asked for."""
    shown = inert(text, most=50)
    assert len(shown) <= 50
    assert shown.isprintable()


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b[2J\x1b[1;31mred\x1b[0m", "red"),
        ("\x9b2Jc1", "c1"),
        ("\x1b]0;title\x07after", "after"),
        ("\x1b]8;;http://x\x1b\\link\x1b]8;;\x1b\\", "link"),
        ("\u202egnp.exe", "gnp.exe"),
        ("a\u200bb\ufeffc", "abc"),
        ("tab\tand\nline", "tab and line"),
        ("Zoë 李 🙂", "Zoë 李 🙂"),
    ],
)
def test_escapes_go_and_names_stay(text, shown):
    """Terminal sequences, directions and hidden characters go; people's names in any script stay."""
    assert inert(text) == shown


SLOWER = Change(kind="slower", speed=1.9, people=("client",))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (SLOWER, "If you slow by 50 s per km, to 8:45 min/km, everyone could talk; see whether that feels natural to"),
        (replace(SLOWER, people=()), "If you slow by 50 s per km, to 8:45 min/km, everyone could talk."),
        (replace(SLOWER, kind="wish", speed=2.1), "If the client would rather run, 7:55 min/km is open to you."),
        (
            Change(kind="answers", speed=2.1, people=("client", "therapist"), asked=2.5, answers=2),
            "Should both of you find talking easy for five minutes at 6:40 min/km, on two days, 7:55 min/km would do.",
        ),
        (Change(kind="flat", speed=2.5), "On the flat 6:40 min/km would do."),
        (Change(kind="mild", speed=2.5), "On a milder day 6:40 min/km would do."),
    ],
)
def test_what_stands_in_the_way_comes_with_what_would_change_it(suggesting, change, said):
    """What a way leaves everyone, what stands in its way, and what would make room for it, with paces."""
    gaits = {"therapist": "run", "client": "run"}
    found = suggesting(mode="run-together", gait_by_person=gaits, speed_low=2.1, speed_best=2.1, speed_high=2.1)
    closed = replace(found.suggestion, fits=False, why="Not yet.", would_change=(change,))
    (fact,) = changes.not_now(replace(found, alternatives=(closed,)))
    assert fact.text.startswith("Not yet. Breath to spare at 7:55 min/km: plenty for both of you. ")
    assert said in fact.text
    in_miles = changes.not_now(replace(found, alternatives=(closed,)), units="mi")[0].text
    assert "km" not in in_miles
    assert "min/mile" in in_miles


def test_breath_to_spare_is_told_of_everyone(suggesting):
    """Nobody is said to have plenty who may not be able to talk."""
    found = suggesting(mode="run-together", speed_best=2.1).suggestion
    for slack, chance, word in ((9.0, 0.95, "plenty"), (9.0, 0.6, "little"), (4.0, 0.85, "some"), (-1.0, 0.3, "none")):
        by_person = {"slack_by_person": {"therapist": 20.0, "client": slack}}
        likely = {"talk_probability_by_person": {"therapist": 1.0, "client": chance}}
        told = words.spare(replace(found, **by_person, **likely))
        assert told == (
            "plenty for both of you" if word == "plenty" else f"plenty for the therapist, {word} for the client"
        )


def test_nobody_is_asked_to_try_a_pace_that_opens_nothing(matched):
    """The pace about which to ask is no faster than the fastest way that is open or could be opened."""
    found = matched()
    fastest = max(bout for option in (found.suggestion, *found.alternatives) for bout in _speeds(option))
    for person in found.people:
        assert words.worth_trying(found, words.Known.of(person)) <= fastest


def _speeds(option):
    return [option.speed_best, option.speed_high, *(bout.speed for bout in option.bouts)]
