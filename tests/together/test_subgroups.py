"""Where a group cannot move together, the largest parts of it that can are found."""

from dataclasses import replace
from itertools import combinations

from hypothesis import given, settings
from hypothesis import strategies as st

from pace.person.about import About, Said
from pace.person.profile import Profile
from pace.together.match import match
from pace.together.option import SITTING
from pace.together.subgroups import subgroups
from together.strategies import FLAT, chosen, leads, people, person

FIT, UNFIT = person(talk=40.0, doubt=1.0), person(talk=8.0, doubt=0.5)


def test_whoever_cannot_move_and_talk_is_left_out_and_no_one_else():
    """Of two who can and one who cannot, the two stay together with the therapist."""
    assert subgroups((FIT, FIT, UNFIT, FIT), "client", FLAT) == ((0, 1, 3),)


def test_a_therapist_who_cannot_move_has_no_group():
    """Without the therapist there is no session."""
    assert subgroups((UNFIT, FIT, FIT), "equal", FLAT) == ()


@settings(max_examples=12)
@given(st.lists(people, min_size=3, max_size=4), leads)
def test_the_groups_are_those_of_trying_every_one(group, lead):
    """They are all groups of the greatest size, short of everyone, that move when they are asked alone."""
    group = tuple(replace(one, label=str(i)) for i, one in enumerate(group))
    by_size = {}
    for size in range(1, len(group) - 1):
        for others in combinations(range(1, len(group)), size):
            some = (0, *others)
            if chosen([group[i] for i in some], lead=lead)[0].best is not None:
                by_size.setdefault(size, []).append(some)
    assert subgroups(group, lead, FLAT) == tuple(by_size[max(by_size)] if by_size else ())


def known(label, chat, *, talk="comfortable"):
    """Return somebody known by one answer about talking."""
    return Profile.build(label=label, about=About(said=(Said(speed=chat, talk=talk),) * 6, walk_speed=1.3))


def test_a_match_names_them_only_where_all_cannot_move():
    """A group that moves has no smaller groups; one that sits has those that fit, as labels and as a caveat."""
    moving = match([known("therapist", 2.4), known("Ash", 2.0), known("Bo", 2.0)])
    assert moving.suggestion.mode != SITTING
    assert moving.subgroups == ()
    seated = match([known("therapist", 2.4), known("Ash", 2.0), known("Bo", 0.7, talk="not")])
    assert seated.suggestion.mode == SITTING
    assert seated.subgroups == (("therapist", "Ash"),)
    assert seated.to_dict()["subgroups"] == [["therapist", "Ash"]]
    assert any("the therapist and Ash" in caveat for caveat in seated.caveats)
