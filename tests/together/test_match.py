"""What `match` answers for people known by a few words, and what it refuses."""

import json
import math

import pytest

from pace.errors import InputError
from pace.person.about import About, Said
from pace.person.profile import Profile
from pace.together.match import match
from pace.together.ways import MODES
from together.strategies import chosen, described, person


def known(label, *, walk=None, chat=None, short=None):
    """Return somebody known by a walking speed, a speed at which they chat and one at which they are short of words."""
    said = [Said(speed=chat, talk="comfortable", minutes=30)] * 3 if chat else []
    said += [Said(speed=short, talk="not", minutes=30)] * 3 if short else []
    return Profile.build(label=label, about=About(walk_speed=walk, said=tuple(said)))


RUNNER = known("therapist", chat=3.0, short=3.6)
WALKER = known("client", walk=1.5, chat=1.7, short=2.2)


def test_a_runner_walks_with_a_client_who_walks():
    """A therapist who runs easily and a client who walks fast are sent for a walk that the client knows."""
    found = match([RUNNER, WALKER])
    best = found.suggestion
    assert best.mode == "walk-together"
    assert 1.2 <= best.speed_low <= best.speed_best <= best.speed_high <= 1.8
    assert best.talk_probability_by_person["client"] >= 0.9
    assert 40 < best.talkable_minutes <= 50
    assert best.fits
    assert best.bouts == ()


def test_two_who_talk_and_run_easily_run():
    """People who mostly run and can talk at it are not sent for a walk."""
    choice, load = chosen([person(talk=48, doubt=2, run=2.6, hours=(2, 60))] * 2)
    assert described(choice)[0] == MODES.index("run-together")
    assert 2.2 < described(choice)[1] < 2.9
    assert (load < 48).all()


def test_every_mode_is_answered_once():
    """The suggestion and the alternatives are the five modes, the ones that fit first, sitting last."""
    found = match([RUNNER, WALKER])
    offered = (found.suggestion, *found.alternatives)
    assert {option.mode for option in offered} == {*MODES, "sit-or-stroll"}
    assert len(offered) == len(MODES) + 1
    moving = [option.fits for option in offered[:-1]]
    assert moving == sorted(moving, reverse=True)
    assert offered[-1].mode == "sit-or-stroll"


def test_nothing_but_two_names_gives_a_careful_answer_that_says_so():
    """With prior knowledge only there is still an answer, and the caveats name both people."""
    found = match([known("therapist"), known("client")])
    assert found.suggestion.mode == "walk-together"
    assert found.caveats[0].startswith("How the therapist and the client can talk on the move is a guess")


@pytest.mark.parametrize(("walk", "said"), [(0.95, False), (0.65, True), (0.42, True)])
def test_whoever_walks_slower_than_any_pace_looked_at_is_told_to_go_at_their_own(walk, said):
    """The slowest shared pace is no wish of theirs: the answer says that theirs goes before."""
    found = match([known("therapist", walk=1.4), known("client", walk=walk)])
    assert any(one.startswith("The usual walk of the client is slower") for one in found.caveats) is said


@pytest.mark.parametrize("conditions", [{"grade": 0.06}, {"temperature_c": 33.0}, {"grade": 0.04, "temperature_c": 28}])
def test_uphill_and_heat_slow_down(conditions):
    """On a slope or in the heat the same people go slower."""
    assert match([RUNNER, WALKER], **conditions).suggestion.speed_best < match([RUNNER, WALKER]).suggestion.speed_best


def test_where_nobody_can_be_promised_to_talk_they_sit():
    """On a steep slope in great heat, somebody who is easily short of words sits: all the minutes are for talk."""
    frail = known("client", walk=0.8, chat=0.5, short=0.9)
    found = match([RUNNER, frail], grade=0.15, temperature_c=40)
    assert found.suggestion.mode == "sit-or-stroll"
    assert found.suggestion.talkable_minutes == 50
    assert not any(option.fits for option in found.alternatives)


def test_a_group_gets_one_pace():
    """Three people get one shared pace and a gait each."""
    found = match([RUNNER, WALKER, known("Robin", walk=1.2, chat=1.3)])
    assert set(found.suggestion.gait_by_person) == {"therapist", "client", "Robin"}
    assert found.suggestion.speed_best <= match([RUNNER, WALKER]).suggestion.speed_best


def test_the_json_form_holds_numbers_and_no_nan():
    """`to_dict` is plain JSON with the keys of schema pace.match/1."""
    found = match([RUNNER, WALKER], temperature_c=20).to_dict()
    again = json.loads(json.dumps(found, allow_nan=False))
    assert again["schema"] == "pace.match/1"
    assert {"people", "minutes", "lead", "suggestion", "alternatives", "caveats"} <= set(again)
    suggestion = again["suggestion"]
    assert {"mode", "speed_mps", "gait_by_person", "talk_probability_by_person", "talkable_minutes", "why"} <= set(
        suggestion
    )
    assert suggestion["speed_mps"]["low"] <= suggestion["speed_mps"]["best"] <= suggestion["speed_mps"]["high"]
    assert [person["label"] for person in again["people"]] == ["therapist", "client"]


@pytest.mark.parametrize(
    ("people", "more", "word"),
    [
        ([RUNNER], {}, "two people"),
        ([], {}, "two people"),
        (["therapist/", "client/"], {}, "pace.profile"),
        ([RUNNER, RUNNER], {}, "different labels"),
        ([RUNNER, WALKER], {"lead": "coach"}, "client, therapist or equal"),
        ([RUNNER, WALKER], {"minutes": 0}, "minutes"),
        ([RUNNER, WALKER], {"minutes": math.nan}, "minutes"),
        ([RUNNER, WALKER], {"grade": 0.5}, "grade"),
        ([RUNNER, WALKER], {"temperature_c": 80}, "temperature"),
    ],
)
def test_what_cannot_be_matched_is_refused_in_words(people, more, word):
    """One person, two of one label, an unknown lead and impossible conditions raise InputError, saying what to do."""
    with pytest.raises(InputError, match=word):
        match(people, **more)


def test_stop_rules_stand_with_every_answer():
    """Whoever leads, whatever the day: when to stop is the last thing that is said."""
    for more in ({}, {"lead": "therapist"}, {"lead": "equal", "grade": 0.1, "temperature_c": 35, "minutes": 120}):
        assert match([RUNNER, WALKER], **more).caveats[-1].startswith("This is no medical advice. Stop and rest if")


def test_heat_hills_and_length_are_named():
    """Each is said where it is so, and nowhere else."""
    plain, hard = (
        match([RUNNER, WALKER]).caveats,
        match([RUNNER, WALKER], grade=0.05, temperature_c=30, minutes=90).caveats,
    )
    for word, here, there in (
        ("flat ground:", 1, 0),
        ("steady slope", 0, 1),
        ("It is warm", 0, 1),
        ("This is long", 0, 1),
    ):
        assert (sum(word in one for one in plain), sum(word in one for one in hard)) == (here, there)


def test_what_is_known_roughly_says_so():
    """An answer or two leave a wide range, and the caveat says whose."""
    rough = Profile.build(label="client", about=About(said=(Said(speed=2.2, talk="comfortable"),)))
    said = match([RUNNER, rough]).caveats
    assert any(one == "How the client can talk on the move is known only roughly: let the talk decide." for one in said)


def test_the_words_are_kind():
    """No option and no caveat speaks of a ranking, a score, a limit or a failure."""
    for lead in ("client", "therapist", "equal"):
        found = match([RUNNER, WALKER], lead=lead, temperature_c=30)
        text = " ".join([option.why for option in _options(found).values()] + list(found.caveats)).lower()
        for word in ("score", "rank", "limit", "fail", "ability", "faster person", "weak", "slow person", "unfit"):
            assert word not in text


def _options(found):
    return {option.mode: option for option in (found.suggestion, *found.alternatives)}
