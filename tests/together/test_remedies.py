"""What is said to make room for a way does so when it is tried."""

import json
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from pace.person.about import About, Said
from pace.person.profile import Profile
from pace.together.match import match
from pace.together.remedies import TRY_MINUTES, told, worth_asking
from together.strategies import EFFORT, bell


def named(label, chat, times=1, walk=None):
    """Return somebody who says at which pace they chat, some times over."""
    return Profile.build(
        label=label, about=About(walk_speed=walk, said=(Said(speed=chat, talk="comfortable"),) * times)
    )


def offered(found):
    """Return every option by its mode."""
    return {option.mode: option for option in (found.suggestion, *found.alternatives)}


chats = st.floats(1.4, 3.6)


@settings(max_examples=8)
@example(2.0, 1.9, 4, "equal")  # one answer by both, taking turns
@example(2.0, 1.9, 1, "client")  # three
@example(2.4, 2.2, 1, "therapist")  # three, running together
@given(chats, chats, st.integers(1, 4), st.sampled_from(["client", "therapist", "equal"]))
def test_the_answers_that_are_asked_for_are_enough(therapist, client, times, lead):
    """Whoever says as often as asked that they could chat at that pace is offered, or may wish for, that mode."""
    people = [named("therapist", therapist, times), named("client", client, times)]
    for mode, option in offered(match(people, lead=lead)).items():
        for change in option.would_change:
            if change.kind != "answers":
                continue
            more = (Said(speed=change.asked, talk="comfortable", minutes=TRY_MINUTES),) * change.answers
            then = offered(match([answered(one, more, change.people) for one in people], lead=lead))[mode]
            assert then.fits or any(other.kind == "wish" for other in then.would_change)


def answered(person, answers, whose):
    """Return a person with more answers if they are among those who were asked."""
    if person.label not in whose:
        return person
    return replace(person, about=replace(person.about, said=(*person.about.said, *answers)))


@settings(max_examples=8)
@example(2.0, 1.9, 4, "equal")  # slower, running together
@example(1.6, 1.9, 6, "client")  # slower, one walks and one jogs
@example(2.0, 2.2, 4, "client")  # a wish
@given(chats, chats, st.integers(1, 6), st.sampled_from(["client", "equal"]))
def test_slower_is_slower_and_a_wish_is_open(therapist, client, times, lead):
    """Where slowing down would do the pace is a slower one; a wish is for a pace at which everyone can talk."""
    found = match([named("therapist", therapist, times), named("client", client, times)], lead=lead)
    for option in found.alternatives:
        assert not (option.fits and option.would_change)
        for change in option.would_change:
            if change.kind == "slower":
                assert change.speed < option.speed_best
                assert change.speed == option.would_fit_mps
            if change.kind == "wish":
                assert change.speed == option.speed_best
                assert option.talk_probability_by_person["client"] >= 0.9
    json.dumps(found.to_dict(), allow_nan=False)


@pytest.mark.parametrize(("conditions", "kind"), [({"grade": 0.12}, "flat"), ({"temperature_c": 33.0}, "mild")])
def test_another_day_or_another_way_is_said_to_do_where_it_does(conditions, kind):
    """What fits on the flat and in mild air, and not here today, says so, with the pace."""
    people = [named("therapist", 2.6, 6), named("client", 2.3, 6)]
    here, there = offered(match(people, **conditions)), offered(match(people))
    run = here["run-together"]
    assert not run.fits
    assert there["run-together"].fits
    (change,) = (change for change in run.would_change if change.kind == kind)
    assert abs(change.speed - there["run-together"].speed_best) < 0.01


def test_more_answers_are_weighed_as_if_all_had_been_given_at_once():
    """The shortcut agrees with the whole estimate, with and without answers before."""
    more = (Said(speed=2.4, talk="comfortable", minutes=TRY_MINUTES),) * 2
    for person in (named("client", 2.0, 2), Profile.build(label="client", about=About(walk_speed=1.4))):
        short = told(person, person.talk().effort, more, float(person.walk_run().threshold.median))
        whole = replace(person, about=replace(person.about, said=(*person.about.said, *more))).talk().effort
        assert np.allclose(short.mass, whole.mass, atol=1e-9)


def test_the_pace_worth_asking_about_is_a_gentle_one():
    """It lies below the middle of what is known, and nearer to it the more is known."""
    sure, unsure = (worth_asking(bell(EFFORT, 30.0, sd), 1.9) for sd in (1.0, 6.0))
    assert unsure < sure < worth_asking(bell(EFFORT, 31.0, 0.1), 1.9)
