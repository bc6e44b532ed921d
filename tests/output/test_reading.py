"""Every page is calm, plain and kind: reading age about twelve, and no word that measures a person."""

from dataclasses import replace

import pytest

import pace
from corpus import ROOT
from output.plans import MODES, option_of
from output.reading import FORBIDDEN, everything, grade, sentences, syllables, words
from pace.output.html import card_page, html
from pace.together.session import plan

PAGES = [
    *(("everyone", mode, lead) for mode in MODES for lead in ("client", "therapist", "equal")),
    *(("client", mode, "client") for mode in MODES),
]


@pytest.fixture
def page(matched):
    """Return a function that makes a page of a mode for a reader."""

    def make(reader, mode, lead, **rest):
        match = matched(lead=lead, **rest)
        match = replace(match, suggestion=option_of(mode))
        return html(match, copy_for=None if reader == "everyone" else reader)

    return make


@pytest.mark.parametrize(("reader", "mode", "lead"), PAGES)
def test_a_twelve_year_old_can_read_it(page, reader, mode, lead):
    """The Flesch-Kincaid grade of all whole sentences is below that of twelve years, and no sentence is long."""
    said = sentences(page(reader, mode, lead))
    assert len(said) > 25
    assert grade(said) <= 6.0
    assert max(len(words(text)) for text in said) <= 28


@pytest.mark.parametrize(("reader", "mode", "lead"), PAGES)
def test_nobody_is_measured_or_ordered(page, reader, mode, lead):
    """No percentage of compatibility, no comparison of people, no ability, limit or failure; nothing that must be."""
    for recorded in (True, False):
        said = everything(page(reader, mode, lead, recorded=recorded))
        assert [text for text in said if FORBIDDEN.search(text)] == []


def test_real_evidence_reads_as_easily():
    """What recordings, heart rate, words, a hill and a warm day add to a page is as plain, and as kind."""
    people = [pace.profile([ROOT / "sample_activities" / who], label=who) for who in ("therapist", "client")]
    for page in (html(pace.match(people)), html(pace.match(people[::-1], grade=0.06, temperature_c=30), units="mi")):
        said = sentences(page)
        assert grade(said) <= 6.0
        assert max(len(words(text)) for text in said) <= 35
        assert not [text for text in everything(page) if FORBIDDEN.search(text)]


def test_the_card_is_as_plain(matched):
    """The card alone is read on the way: simpler still."""
    match = matched()
    said = sentences(card_page(match, plan(match)))
    assert grade(said) <= 6.0
    assert not any(FORBIDDEN.search(text) for text in said)


def test_the_measure_tells_hard_from_easy():
    """What it calls hard is hard, what it calls easy is easy; known words have their syllables."""
    hard = ["Physiological determinants of cardiorespiratory performance necessitate individualised investigation."]
    assert grade(["We walk and talk. We go home."]) < 3 < 12 < grade(hard)
    counts = {"walk": 1, "running": 2, "sentence": 2, "together": 3, "comfortable": 4, "likely": 2, "moved": 1}
    assert {word: syllables(word) for word in counts} == counts


@pytest.mark.parametrize(
    "text", ["a 92 % match", "the slower runner", "your ability", "you failed", "limits", "rank 2"]
)
def test_the_forbidden_words_are_seen(text):
    """Each kind of word that must not be said is found."""
    assert FORBIDDEN.search(text)
