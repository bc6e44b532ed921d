"""The laws of a shared pace, over invented people of every kind."""

import numpy as np
import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from pace.person.about import About, Said
from pace.person.profile import Profile
from pace.together.choice import _liked, alike, alone, fitting, nash
from pace.together.ease import Ease
from pace.together.match import match
from pace.together.option import options
from pace.together.speech import talk_probability
from pace.together.terms import Terms
from pace.together.ways import Conditions, chances, ways
from pace.units import parse_speed
from together.strategies import FLAT, chosen, described, leads, people, person, traits


@given(st.lists(people, min_size=2, max_size=4), st.randoms(use_true_random=False))
def test_where_nobody_leads_the_order_of_people_changes_nothing(group, random):
    """Under equal lead any order gives the same speeds, gaits and minutes, to the last bit."""
    named = [Ease(label=str(i), comfort=p.comfort, effort=p.effort) for i, p in enumerate(group)]
    mixed = list(named)
    random.shuffle(mixed)
    answers = []
    for order in (named, mixed):
        choice, _ = chosen(order, lead="equal")
        offered = options(tuple(order), Terms.of("equal", len(order)), FLAT, choice)
        answers.append((offered[0].mode, {option.mode: _figures(option) for option in offered}))
    assert answers[0] == answers[1]


def test_of_people_alike_in_comfort_the_same_one_takes_the_other_gait_in_any_order():
    """Where several would mind the other gait equally, the order in which they are named decides nothing."""
    alike = {"talk": 10.0, "doubt": 1.0, "walk": 1.0, "run": 2.0, "fastest": 2.0, "slowest": 2.0, "blur": 0.5}
    group = [person(**alike, hours=(0.0, 1.0), label=str(i)) for i in range(3)]
    group.insert(2, person(**{**alike, "doubt": 2.0}, hours=(0.0, 1.0), label="3"))
    answers = []
    for order in (group, group[::-1], [group[2], *group[:2], group[3]]):
        choice, _ = chosen(order, lead="equal")
        offered = options(tuple(order), Terms.of("equal", 4), FLAT, choice)
        answers.append({option.mode: _figures(option) for option in offered})
    assert answers[0] == answers[1] == answers[2]


def _figures(option):
    """Return what an option says, whoever is named first; two who are alike may change places."""
    return (
        (option.speed_low, option.speed_best, option.speed_high, option.talkable_minutes, option.fits, option.bouts),
        sorted(option.gait_by_person.values()),
        sorted(option.talk_probability_by_person.values()),
        sorted(option.slack_by_person.values()),
    )


@given(people, people, leads)
def test_nobody_leads_a_client_beyond_their_own_pace(therapist, client, lead):
    """A client never works harder with any therapist than they would by themselves."""
    _, load = chosen([therapist, client], lead=lead)
    terms = Terms.of(lead, 2)
    assert load[1] <= alone(chances((therapist, client), terms, FLAT), terms)[0][1]


@given(traits, people, leads, st.floats(0, 30))
def test_a_fitter_therapist_never_raises_the_load_of_a_client_at_their_own_pace(drawn, client, lead, fitter):
    """Once a client goes at the effort that they would choose alone, a fitter therapist does not raise it."""
    terms = Terms.of(lead, 2)
    now, then = (person(**{**drawn, "talk": drawn["talk"] + more}) for more in (0.0, fitter))
    own = alone(chances((now, client), terms, FLAT), terms)[0][1]
    (_, before), (found, after) = chosen([now, client], lead=lead), chosen([then, client], lead=lead)
    assert after[1] <= max(before[1], own)
    takes_turns = found.best is not None and found.ways.turn[found.best] >= 0  # possible only for the fitter: asks less
    if before[1] == own and lead != "therapist" and not takes_turns:
        assert after[1] == own


@given(people, people, leads)
def test_what_is_suggested_is_never_worse_for_everyone(first, second, lead):
    """No other way that fits is worth more to one person and as much to the other."""
    choice, _ = chosen([first, second], lead=lead)
    assume(choice.best is not None)
    worth = choice.ways.log_worth()
    mine = worth[:, [choice.best]]
    fits = choice.fits
    better = fits & (worth > mine + 1e-12).any(axis=0) & (worth >= mine).all(axis=0)
    assert not better.any()


@given(st.lists(people, min_size=3, max_size=4), leads)
def test_in_a_group_nobody_would_all_gain_by_another_shared_speed(group, lead):
    """No other speed that fits, each in their natural gait, is worth more to everyone."""
    choice, _ = chosen(group, lead=lead)
    assume(choice.best is not None)
    worth = choice.ways.log_worth()
    better = choice.fits & choice.ways.natural & (worth > worth[:, [choice.best]]).all(axis=0)
    assert not better.any()


@given(traits, people, leads, st.floats(1, 4), st.booleans())
def test_more_doubt_is_never_bolder(drawn, other, lead, wider, client):
    """The less is known of a person's talk threshold, the less is asked of them: never more, with the same middle."""
    assume(drawn["talk"] > 3 * drawn["doubt"] * wider)
    sure, unsure = (person(**{**drawn, "doubt": drawn["doubt"] * factor}) for factor in (1.0, wider))
    row = int(client)
    pairs = [[other, p] if client else [p, other] for p in (sure, unsure)]
    (one, before), (two, after) = (chosen(pair, lead=lead) for pair in pairs)
    assert after[row] <= before[row]
    if described(one)[0] == described(two)[0] and described(one)[2] == described(two)[2]:
        assert described(two)[1] <= described(one)[1]


@given(st.lists(people, min_size=3, max_size=5), leads)
def test_adding_a_person_never_raises_anyones_load(group, lead):
    """Whoever joins makes it no harder for those who are there."""
    _, before = chosen(group[:-1], lead=lead)
    _, after = chosen(group, lead=lead)
    assert (after[:-1] <= before).all()


QUICK = {"talk": 18.9, "doubt": 4.3, "walk": 1.75, "run": 2.81, "fastest": 1.65, "slowest": 1.79, "blur": 0.29}
STROLLER = {"talk": 42.2, "doubt": 2.7, "walk": 0.9, "run": 3.0, "fastest": 1.59, "slowest": 1.79, "blur": 0.13}


@given(people, people)
@example(person(**QUICK, hours=(12, 44)), person(**STROLLER, hours=(9, 23)))
def test_a_client_who_leads_is_never_worse_off_than_where_nobody_leads(therapist, client):
    """What the client gets under their own lead is worth as much to them, or they would not be able to talk else."""
    led, _ = chosen([therapist, client], lead="client")
    even, _ = chosen([therapist, client], lead="equal")
    assume(even.best is not None)
    theirs = led.ways.log_worth()[1]
    if led.ways.talk[1, even.best] < 0.9 or led.ways.stretch[1, even.best] < 0.8:
        return
    if led.ways.load[1, even.best] > led.cap[1]:
        return
    assert led.best is not None
    assert theirs[led.best] >= theirs[even.best]


@given(people, people, leads, st.floats(0.2, 1.0), st.floats(0.2, 1.0))
def test_the_scale_of_anyones_comfort_changes_nothing(first, second, lead, one, two):
    """Whether one person calls everything pleasant and another little changes no speed within a shared gait."""
    scaled = [Ease(label=p.label, comfort=p.comfort * f, effort=p.effort) for p, f in ((first, one), (second, two))]
    plain, _ = chosen([first, second], lead=lead)
    other, _ = chosen(scaled, lead=lead)
    mode, speed, gait = described(plain)
    if mode in (0, 1) and (plain.ways.natural[plain.best]):
        assert described(other) == (mode, speed, gait)


@given(people, people, leads, st.floats(-10, 45), st.floats(0, 10), st.floats(0, 0.1))
def test_heat_and_time_never_make_it_harder(first, second, lead, temperature, hotter, grade):
    """Warmer air never asks more of anybody."""
    cool, warm = (Conditions(minutes=50.0, grade=grade, temperature_c=temperature + more) for more in (0.0, hotter))
    (_, before), (_, after) = (chosen([first, second], lead=lead, conditions=c) for c in (cool, warm))
    assert (after <= before).any()


@given(st.lists(people, min_size=2, max_size=4), leads)
def test_every_promise_is_kept_over_the_whole_range(group, lead):
    """Each speed of the range lets every client talk with probability 0.9, others with 0.8; all keep to their own."""
    choice, _ = chosen(group, lead=lead)
    assume(choice.best is not None)
    range_ = alike(choice.ways, choice.within, choice.score, choice.best)
    need = Terms.of(lead, len(group)).need
    assert (need[1:] == 0.9).all()
    assert (choice.ways.talk[:, range_] >= need[:, None]).all()
    assert (choice.ways.load[:, range_] <= choice.ceiling[:, None]).all()
    assert np.isin(choice.best, range_)


@given(st.lists(people, min_size=3, max_size=5), st.permutations(range(5)))
def test_the_product_is_the_same_in_any_order(group, order):
    """The weighted Nash product of equals does not depend on the order of people, bit for bit."""
    order, terms = [i for i in order if i < len(group)], Terms.of("equal", len(group))
    straight, turned = (ways(chances(tuple(g), terms, FLAT)) for g in (group, [group[i] for i in order]))
    steady = straight.mode < 2
    assert (nash(straight, terms.weight)[steady] == nash(turned, terms.weight)[steady]).all()


@settings(max_examples=15)
@given(st.floats(5.0, 12.0), st.floats(4.0, 6.5))
def test_the_unit_in_which_people_speak_changes_nothing(chat, walk):
    """Kilometres and miles, paces and speeds, said of one person give one answer."""
    answers = []
    for chatting, walking in (
        (f"{chat} km/h", f"{walk} km/h"),
        (f"{chat / 1.609344} mph", f"{walk / 1.609344} mph"),
        (f"{chat / 3.6} m/s", f"{walk / 3.6} m/s"),
    ):
        said = Said(speed=parse_speed(chatting), talk="comfortable")
        client = Profile.build(label="client", about=About(walk_speed=parse_speed(walking), said=(said,)))
        found = match([Profile.build(label="therapist"), client]).suggestion
        answers.append((found.mode, round(found.speed_best, 6), round(found.talkable_minutes, 6)))
    assert answers[0] == answers[1] == answers[2]


@given(people, people)
def test_a_therapist_who_follows_can_talk_too(therapist, client):
    """Whoever leads, the other can talk as well: with probability 0.8 where a therapist follows, else 0.9."""
    for lead, least in (("client", 0.8), ("therapist", 0.9), ("equal", 0.9)):
        choice, _ = chosen([therapist, client], lead=lead)
        assert (choice.ways.talk[0, choice.fits] >= least).all()
        assert choice.best is None or choice.fits[choice.best]


@given(st.lists(people, min_size=2, max_size=4), leads)
def test_nobody_moves_in_a_gait_in_which_they_are_not_at_home(group, lead):
    """Whatever else speaks for it: a gait that does not suit somebody is no way for all."""
    choice, _ = chosen(group, lead=lead)
    assert choice.ways.home[choice.fits].all()
    assert choice.best is None or choice.ways.home[choice.best]


@given(st.lists(people, min_size=3, max_size=4), leads)
def test_a_group_asks_nobody_for_more_than_any_pair_would(group, lead):
    """The most that may be asked of each is the least of all that they settle on with anyone of their pairs."""
    choice, _ = chosen(group, lead=lead)
    for pair in Terms.of(lead, len(group)).pairs():
        _, load = chosen([group[i] for i in pair], lead=lead)
        assert (choice.cap[list(pair)] <= load).all()


def test_talk_holds_in_the_hardest_stretch_too():
    """A run in which nobody can talk is not made good by the walk behind it."""
    able = {"talk": 38.0, "doubt": 3.0, "slowest": 1.6}
    every = ways(chances((person(**able), person(**able, label="b")), Terms.of("client", 2), FLAT))
    fits = fitting(every, np.array([0.0, 0.0]), np.full(2, np.inf))
    turns = fits & (every.turn >= 0)
    assert turns.any()
    assert (every.stretch[:, turns] >= 0.8).all()
    assert (every.stretch[:, every.home & (every.turn >= 0)] < 0.8).any()


def test_late_minutes_count_as_harder():
    """From twenty minutes on the same speed takes breath from everybody."""
    terms, two = Terms.of("client", 2), (person(), person(label="b"))
    short, long = (chances(two, terms, Conditions(minutes=minutes)) for minutes in (20.0, 21.0))
    assert (long.talk <= short.talk).all()
    assert (long.talk < short.talk).any()


def test_whoever_speaks_most_has_breath_to_spare():
    """The margin below the talk threshold is one MET for whoever leads the talk, and none for whoever listens."""
    assert Terms.of("client", 3).margin.tolist() == pytest.approx([0.0, 3.5, 3.5])
    assert Terms.of("therapist", 2).margin.tolist() == pytest.approx([3.5, 0.0])
    assert Terms.of("equal", 2).margin.tolist() == pytest.approx([1.75, 1.75])


def test_beyond_what_is_known_nobody_can_talk():
    """An effort above every threshold that is thought possible lets nobody talk, however far above."""
    effort = person().effort
    loads = np.array([effort.value[-1] + 1, 1000.0])
    assert talk_probability(effort, loads).tolist() == [0.0, 0.0]
    assert talk_probability(effort, np.array([0.0]))[0] == pytest.approx(1.0)


@given(st.lists(people, min_size=3, max_size=4), leads)
def test_in_a_group_nobody_goes_faster_than_they_like_in_their_gait(group, lead):
    """Unless another way is worth more to all, nobody is faster than at the speed that they like best in that gait."""
    choice, _ = chosen(group, lead=lead)
    assume(choice.best is not None)
    worth, best = choice.ways.log_worth(), choice.best
    liked = choice.fits & choice.ways.natural & _liked(choice.ways)
    assume(liked.any())
    gentle = np.flatnonzero(liked)[choice.ways.speed[liked].argmax()]
    assert best == gentle or (worth[:, best] > worth[:, gentle]).all()
