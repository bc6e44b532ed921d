"""The card: whoever takes it along knows who leads, what comes when and which signs there are."""

import re
from dataclasses import replace
from itertools import pairwise

import pytest

from output.plans import MODES, option_of
from output.reading import Spoken
from pace.output.card import card
from pace.output.html import card_page
from pace.output.words import shared_pace
from pace.together.session import plan

PACE = re.compile(r"\d+:\d\d(?:–\d+:\d\d)?(?: min/(?:km|mile))?")


def text_of(markup: str) -> str:
    """Return what is read out of a part of a page."""
    return " ".join(Spoken(markup).blocks)


@pytest.fixture
def card_of(matched):
    """Return a function that gives the text of the card of a mode."""

    def make(mode, units="km", labels=("therapist", "client"), **rest):
        match = replace(matched(*labels, **rest), suggestion=option_of(mode, labels=labels))
        return text_of(card(match, plan(match), units=units)), match

    return make


@pytest.mark.parametrize("units", ["km", "mi"])
@pytest.mark.parametrize("mode", MODES)
def test_no_pace_is_on_it_that_was_not_agreed_to(card_of, mode, units):
    """The only pace is the shared range, once; strolls, turns and slower ways are said in words."""
    text, match = card_of(mode, units)
    shared = shared_pace(match.suggestion, units=units)
    assert PACE.findall(text) == ([shared] if shared else [])


@pytest.mark.parametrize("mode", MODES)
def test_effort_comes_before_the_pace(card_of, mode):
    """What counts is said first: whole sentences."""
    text, match = card_of(mode)
    if match.suggestion.speed_high > 0:
        assert text.index("whole sentences") < text.index(shared_pace(match.suggestion))


@pytest.mark.parametrize("mode", MODES)
def test_everything_to_agree_on_is_there(card_of, mode):
    """Who leads; the signs for slower, walk and stop; meeting someone; that nothing is recorded; when to stop."""
    text, _ = card_of(mode)
    for wanted in ("The client leads", "Slower", "Walk", "Stop", "If you meet someone", "nothing has to be recorded"):
        assert wanted in text
    assert "Stop and rest" in text


@pytest.mark.parametrize(
    ("lead", "labels", "said"),
    [
        ("client", ("Kim", "Ash"), "Ash leads and sets the pace. Kim goes along."),
        ("therapist", ("Kim", "Ash"), "Kim sets the pace, but never goes beyond what feels easy to Ash."),
        ("equal", ("Kim", "Ash"), "You lead together. The gentler wish counts."),
        ("client", ("Kim", "Ash", "Bo"), "Ash and Bo lead: the gentlest wish counts. Kim goes along."),
    ],
)
def test_who_leads_is_named(matched, lead, labels, said):
    """The one who leads is named, and what that means for the other."""
    match = matched(*labels, lead=lead)
    assert said in text_of(card(match, plan(match)))


def test_times_are_those_of_the_plan(card_of):
    """Minutes from arriving to looking back, without a gap, check-ins inside the main part."""
    text, match = card_of("walk-together")
    spans = [tuple(map(int, span)) for span in re.findall(r"(\d+)–(\d+) min\b(?!/)", text)]
    assert spans == [(0, 5), (5, 45), (45, 48), (48, 50)]
    assert "Around minute 15, 25 and 35" in text
    assert f"turn round around minute {plan(match).turn_back_s / 60:.0f}" in text


@pytest.mark.parametrize("minutes", [5, 12, 40])
def test_a_short_session_has_its_times_too(matched, minutes):
    """A plan shorter than the match says its own length, without a gap; what lasts no minute is not told."""
    match = matched()
    text = text_of(card(match, plan(match, minutes=minutes)))
    assert text.startswith(f"Card for the session {minutes} minutes: ")
    spans = [tuple(map(int, span)) for span in re.findall(r"(\d+)–(\d+) min\b(?!/)", text)]
    assert (spans[0][0], spans[-1][1]) == (0, minutes)
    assert all(start < end for start, end in spans)
    assert all(end == start for (_, end), (start, _) in pairwise(spans))


def test_the_card_stands_on_a_page_of_its_own(matched):
    """One first heading, then second ones; nothing of anyone's recordings."""
    match = matched()
    page = card_page(match, plan(match))
    assert re.findall(r"<h(\d)", page) == ["1", "2", "2", "2", "2", "2"]
    assert 'class="hill' not in page
