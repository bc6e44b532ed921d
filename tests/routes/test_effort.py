"""How fast people go on a grade: never beyond what lets everyone talk, never bolder for being less sure."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pace.person.about import About, Said
from pace.person.profile import Profile
from pace.routes.effort import GRADES, ability, efforts
from pace.together.match import match
from routes.grids import hilly


def person(label, *, walk=None, chat=None, times=3):
    """Return somebody known by a walking speed and a speed at which they chat."""
    said = (Said(speed=chat, talk="comfortable"),) * times if chat else ()
    return Profile.build(label=label, about=About(walk_speed=walk, said=said))


def able(therapist, client, **options):
    """Return what two people are able to."""
    return ability(match([therapist, client], minutes=50), **options)


chats = st.floats(1.6, 3.4)


@given(therapist=chats, client=chats)
@settings(max_examples=8, deadline=None)
def test_nobody_is_asked_for_more_than_lets_them_talk(therapist, client):
    """On every grade that is open the effort of each person stays below the limit that the match holds them to."""
    people = match([person("therapist", chat=therapist), person("client", chat=client)], minutes=50)
    found = ability(people)
    open_ = np.isfinite(found.speed)
    late = found.limit[:, None] / 1.03
    assert (found.load[:, open_] <= np.broadcast_to(late, found.load.shape)[:, open_] + 1e-6).all()
    assert (found.speed[open_] <= max(people.suggestion.speed_best, 1.35)).all()


@given(client=chats, fitness=st.floats(2.8, 3.2), more=st.floats(0.0, 0.4))
@settings(max_examples=8, deadline=None)
def test_no_therapist_brings_a_client_above_their_own_limit(client, fitness, more):
    """However fit the therapist, what is asked of the client on any grade stays below the client's own limit."""
    for chat in (fitness, fitness + more):
        found = able(person("therapist", chat=chat), person("client", chat=client))
        assert np.nanmax(found.load[1]) <= found.limit[1] / 1.03 + 1e-6


@given(client=chats, less=st.integers(0, 2), doubt=st.floats(0.0, 0.05), more=st.floats(0.0, 0.05))
@settings(max_examples=10, deadline=None)
def test_more_doubt_is_never_faster(client, less, doubt, more):
    """The less is known of the ground, the slower, on every grade."""
    pair = person("therapist", chat=3.0), person("client", chat=client, times=3 - less)
    sure, unsure = able(*pair, doubt=doubt), able(*pair, doubt=doubt + more)
    assert (np.nan_to_num(unsure.speed) <= np.nan_to_num(sure.speed) + 1e-9).all()


def test_where_a_jog_is_too_hard_everybody_walks():
    """Runners walk up a steep hill; where even that is too hard for somebody the way is closed."""
    found = able(person("therapist", chat=3.2), person("client", chat=2.9))
    steep, steepest = np.searchsorted(GRADES, [0.0799, 0.2999])
    assert found.jogging[np.searchsorted(GRADES, -1e-9)]
    assert not found.jogging[steep]
    assert 0.5 < found.speed[steep] < 1.4
    assert np.isnan(able(person("therapist", chat=3.2), person("client", walk=1.3)).speed[steepest])


def test_an_edge_up_takes_longer_than_down():
    """The time of an edge depends on the direction in which it is gone, and is that of its length and grade."""
    found = able(person("therapist", chat=2.8), person("client", walk=1.3))
    net = hilly(0.08, n=4)
    took = efforts(net, found)
    rise = net.point_elevation[net.point_offsets[1:] - 1] - net.point_elevation[net.point_offsets[:-1]]
    up = np.argmax(rise)
    assert took.seconds[0, up] > took.seconds[1, up]
    grade = rise[up] / net.length[up]
    assert took.seconds[0, up] == pytest.approx(net.length[up] / np.interp(grade, GRADES, found.speed), rel=1e-3)
