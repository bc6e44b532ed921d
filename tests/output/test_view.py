"""One person's copy: nothing in it depends on what is known of anyone else, and nobody else is named."""

import re
from dataclasses import replace

import pytest

import pace
from output.conftest import person
from output.reading import Spoken
from pace.errors import InputError
from pace.output.charts import picture
from pace.output.html import card_page, html
from pace.output.view import View, roles_for
from pace.person.about import About
from pace.person.profile import Profile
from pace.together.session import plan


@pytest.mark.parametrize("whose", [0, 1])
@pytest.mark.parametrize("units", ["km", "mi"])
def test_a_copy_is_the_same_whatever_is_known_of_the_other(matched, whose, units):
    """With the same ways to move, a copy is the same bytes whoever the other is: none of their data can be in it."""
    match = matched("Kim", "Ash")
    labels = [one.label for one in match.people]
    pages = set()
    for chance, other in ((0.1, person("x", walk=1.0, run=1.8, chat=1.5)), (0.99, person("x", recorded=False))):
        people = list(match.people)
        people[1 - whose] = replace(other, label=labels[1 - whose])
        options = [told_of(labels[1 - whose], option, chance) for option in (match.suggestion, *match.alternatives)]
        changed = replace(match, people=tuple(people), suggestion=options[0], alternatives=tuple(options[1:]))
        pages.add(html(changed, units=units, copy_for=labels[whose]))
        assert card_page(changed, plan(changed), copy_for=labels[whose]) == card_page(
            match, plan(match), copy_for=labels[whose]
        )
    assert len(pages) == 1


def told_of(label, option, chance):
    """Return an option that says something else of one person: their chance, their breath, reasons about them."""
    return replace(
        option,
        talk_probability_by_person=option.talk_probability_by_person | {label: chance},
        slack_by_person=option.slack_by_person | {label: 40 * chance},
        why=f"{label} {chance}",
        fits=True,
        would_fit_mps=chance,
    )


@pytest.mark.parametrize("labels", [("Kim", "Ash"), ("Kim", "Ash", "Bo"), ("Kim", "therapist", "Bo", "client 3")])
def test_nobody_else_is_named_in_a_copy(matched, labels):
    """Another client's name, above all, is in no client's copy; nor what a reason or a caveat says of them."""
    match = matched(*labels)
    for label in labels:
        for page in (html(match, copy_for=label), card_page(match, plan(match), copy_for=label)):
            text = " ".join(Spoken(page).blocks)
            roles = ("therapist", "client", "client 2", "client 3")
            assert [other for other in labels if other != label and other not in roles and other in text] == []
            assert label in page
    assert "Not for now" in html(match)
    assert "Not for now" not in html(match, copy_for=labels[0])


def test_a_copy_is_made_of_values_that_name_nobody_else(matched):
    """Whatever a page may show of a match one day: in a copy no field of it names another one."""
    match = matched("Kim", "Ash", "Bo")
    told = replace(match.suggestion, why="Kim is tired", would_change=("Bo could walk.",))
    match = replace(match, suggestion=told, alternatives=(told,), caveats=("Kim strolls.",), subgroups=(("Kim", "Bo"),))
    view = View.of(match, "Ash")
    assert "Kim" in repr(match)
    assert not re.search("Kim|Bo", repr(view))


def test_a_copy_holds_ones_own_picture_alone(matched):
    """One face with its two hills, drawn twice (page and phone), and a row of one's own in the table."""
    match = matched("Kim", "Ash")
    whole, own = html(match), html(match, copy_for="Ash")
    assert whole.count('class="hill') == 2 * own.count('class="hill') == 8
    assert '<th scope="row">Ash</th>' in own


def test_roles_never_clash_with_the_reader():
    """Whoever is called as somebody else's role is still told apart."""
    assert roles_for(["Kim", "therapist"], "therapist") == {"Kim": "other person 1", "therapist": "therapist"}
    called = roles_for(["client 2", "Ash", "Bo"], "client 2")
    assert len(set(called.values())) == 3


def test_a_copy_for_nobody_is_refused(matched):
    """A label that is not there raises InputError that says which are."""
    with pytest.raises(InputError, match="Kim and Ash"):
        html(matched("Kim", "Ash"), copy_for="Bo")
    assert View.of(matched("Kim", "Ash")).own is None


def test_nothing_of_the_body_is_shown():
    """Age, height and heart rate work behind the answer; none of them is on a page or in a picture."""
    body = About(age_years=59.0, height_m=1.637, resting_heart_rate=57.0, max_heart_rate=183.0, walk_speed=1.4)
    match = pace.match([Profile.build(label="Kim", about=body), Profile.build(label="Ash", about=body)])
    pages = [html(match), html(match, copy_for="Ash"), card_page(match, plan(match)), picture(match)]
    for page in (*pages, picture(match.people[0])):
        text = " ".join(Spoken(page).blocks)
        assert not re.search(r"\b(59|57|183|163\.7|1\.6\d*)\b|beats|bpm|years|height|weight", text)
