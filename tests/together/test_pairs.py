"""What any two of many people settle on: what two at a time settle on, and laws of the whole table."""

from itertools import permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import pace
from pace.errors import InputError
from pace.person.about import About, Said
from pace.person.profile import Profile
from pace.together.pair_table import MIRRORED, MODE, SIT, SPEED
from pace.together.pairs import Pairs
from pace.together.terms import Terms
from pace.together.ways import Conditions, chances, ways
from together.strategies import FLAT, chosen, leads, people, person

UPHILL = Conditions(minutes=15.0, grade=0.03, temperature_c=25.0)
groups = st.lists(people, min_size=2, max_size=5)


def crowd(n, *, seed=1):
    """Return n very different people."""
    rng = np.random.default_rng(seed)
    return [
        person(
            label=f"person {number}",
            talk=rng.uniform(14, 55),
            doubt=rng.uniform(1, 7),
            walk=rng.uniform(0.9, 1.7),
            run=rng.uniform(1.9, 3.1),
            fastest=rng.uniform(1.3, 2.1),
            slowest=rng.uniform(1.5, 2.3),
            hours=tuple(rng.uniform(0.1, 100, 2)),
        )
        for number in range(n)
    ]


def table(group, lead="equal", conditions=FLAT):
    return Pairs.of(group, lead=lead, conditions=conditions)


@settings(max_examples=15, deadline=None)
@given(groups, leads, st.sampled_from([FLAT, UPHILL]))
def test_any_two_settle_on_what_two_at_a_time_settle_on(group, lead, conditions):
    """Every cell of the table is the way that `choose` finds for the two alone."""
    found = table(group, lead, conditions)
    for i, j in permutations(range(len(group)), 2):
        if lead != "equal" or i < j:
            best = chosen([group[i], group[j]], lead=lead, conditions=conditions)[0].best
            assert found.column[i, j] == (SIT if best is None else best)


def test_a_crowd_of_very_different_people_settles_as_two_at_a_time_do():
    """Over several tiles of the table, some pairs of every mode that comes out agree with two at a time."""
    group, checked = crowd(200), set()
    found = table(group)
    upper = np.triu(np.ones((200, 200), dtype=bool), 1)
    for mode in np.unique(found.mode).tolist():
        places = np.argwhere((found.mode == mode) & upper)
        for i, j in places[:: max(len(places) // 8, 1)].tolist():
            choice, _ = chosen([group[i], group[j]], lead="equal")
            assert found.column[i, j] == (SIT if choice.best is None else choice.best)
        checked.add(mode)
    assert {"walk-together", "run-together", "sit-or-stroll"} <= checked


def test_the_table_says_what_match_says():
    """Mode, speed and talkable minutes of each pair of profiles are those of `match`, whoever leads."""
    group = [
        Profile.build(label=name, about=About(walk_speed=walk, said=(Said(speed=chat, talk="comfortable"),) * 2))
        for name, walk, chat in (("Ash", 1.3, 1.6), ("Bo", 1.5, 2.9), ("Cam", 1.1, 1.2))
    ]
    for lead in ("client", "therapist", "equal"):
        found = pace.pairs(group, lead=lead, minutes=40, temperature_c=22)
        for i, j in permutations(range(3), 2):
            best = pace.match([group[i], group[j]], lead=lead, minutes=40, temperature_c=22).suggestion
            assert found.mode[i, j] == best.mode
            assert found.speed[i, j] == pytest.approx(best.speed_best)
            assert found.talkable_minutes[i, j] == pytest.approx(best.talkable_minutes, abs=1e-4)


def test_the_ways_stand_where_two_people_have_them():
    """The table's list of ways is that of `ways` for two, and changing places twice changes nothing."""
    every = ways(chances(tuple(crowd(2)), Terms.of("equal", 2), FLAT))
    assert np.array_equal(every.mode, MODE)
    assert np.array_equal(every.speed, SPEED)
    assert np.array_equal(MIRRORED[MIRRORED], np.arange(MODE.size))


@settings(max_examples=10, deadline=None)
@given(groups)
def test_where_nobody_leads_both_halves_are_alike(group):
    """Mode and speed are symmetric under equal lead, minutes to the last digit of float32."""
    found = table(group)
    assert np.array_equal(found.mode, found.mode.T)
    assert np.array_equal(found.speed, found.speed.T)
    np.testing.assert_allclose(found.talkable_minutes, found.talkable_minutes.T, rtol=3e-7)


@settings(max_examples=10, deadline=None)
@given(groups, people, leads)
def test_what_two_settle_on_does_not_depend_on_the_others(group, newcomer, lead):
    """Another person adds a row and a column and changes no other cell; nor does the order of people."""
    small, large = table(group, lead), table([newcomer, *group], lead)
    assert np.array_equal(small.column, large.column[1:, 1:])
    assert np.array_equal(small.talkable_minutes, large.talkable_minutes[1:, 1:], equal_nan=True)


def test_threads_change_nothing():
    """Two threads give the same table as one, to the last bit."""
    group = crowd(150)
    one = table(group, "client")
    two = Pairs.of(group, lead="client", conditions=FLAT, workers=2)
    assert np.array_equal(one.column, two.column)
    assert np.array_equal(one.talkable_minutes, two.talkable_minutes, equal_nan=True)


@pytest.mark.parametrize("split", [(1, 3), (2, 2), (3, 1), (2, 4), (3, 3)])
@pytest.mark.parametrize("seed", [3, 4])
def test_the_assignment_is_the_best_of_all(split, seed):
    """No other way of sending every client to somebody gives more minutes to talk on the move."""
    n, m = split
    found = table(crowd(n + m, seed=seed), "client")
    given_ = found.assign(range(n), range(n, n + m))
    each = -(-m // n)
    seats = [therapist for therapist in range(n) for _ in range(each)]
    minutes = found.moving_minutes()
    best = max(
        sum(float(minutes[seat, client]) for seat, client in zip(order, range(n, n + m), strict=False))
        for order in permutations(seats, min(m, len(seats)))
    )
    assert given_.moving_minutes == pytest.approx(best, abs=1e-4)
    assert {client for _, client in given_.together} == set(range(n, n + m))


def test_one_client_each_leaves_the_others_without():
    """With `most=1` nobody gets two, and who is left over is said."""
    given_ = table(crowd(5), "client").assign([0, 1], [2, 3, 4], most=1)
    assert len(given_.together) == 2
    assert len(given_.without) == 1


@pytest.mark.parametrize(("therapists", "clients"), [([], [1]), ([0], []), ([0], [0]), ([0, 0], [1]), ([0], [9])])
def test_an_assignment_of_nobody_or_of_one_person_twice_is_refused(therapists, clients):
    """The error says what must hold."""
    with pytest.raises(InputError, match=r"assignment needs|places 0 to 2"):
        table(crowd(3)).assign(therapists, clients)


@settings(max_examples=10, deadline=None)
@given(groups, st.integers(1, 6))
def test_the_nearest_are_those_with_most_minutes_to_talk_on_the_move(group, k):
    """A full sort of each row gives the same partners; nobody is their own, and -1 stands where none is left."""
    found = table(group)
    nearest, minutes = found.nearest(k), found.moving_minutes()
    for i, row in enumerate(nearest.tolist()):
        expected = [j for j in sorted(range(len(group)), key=lambda j: (-minutes[i, j], j)) if minutes[i, j] > 0][:k]
        assert row == expected + [-1] * (k - len(expected))
        assert i not in row


def test_sitting_counts_as_no_minutes_on_the_move():
    """Two who cannot move and talk together have all minutes to talk, and none of them on the move."""
    frail = person(talk=9, doubt=0.5)
    found = table([frail, person(talk=40)])
    assert found.mode[0, 1] == "sit-or-stroll"
    assert found.talkable_minutes[0, 1] == 50
    assert found.moving_minutes()[0, 1] == 0


@pytest.mark.parametrize("n", [0, 1])
def test_fewer_than_two_people_are_refused(n):
    """As `match` refuses them."""
    with pytest.raises(InputError, match="two people"):
        pace.pairs([Profile.build(label="a")] * n)
