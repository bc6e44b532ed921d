"""The page: self-contained, inert, the same bytes for the same match, and in order for those who cannot see it."""

import re
import xml.etree.ElementTree as ET
from html.parser import HTMLParser
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pace.output.document import policy
from pace.output.html import html
from pace.output.markup import Markup, join, safe, tag

HOSTILE = "<script>alert(1)</script>\x1b[31m\u202e\"'=cmd|calc"


class Page(HTMLParser):
    """What a browser would see of a page: elements with their attributes, ids, headings, visible text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep an element."""
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        """Keep visible text."""
        if not self.elements or self.elements[-1][0] != "style":
            self.text += data

    def all(self, name: str) -> list[dict[str, str | None]]:
        """Return the attributes of every element of this name."""
        return [attributes for tag, attributes in self.elements if tag == name]


def test_the_page_loads_nothing_and_runs_nothing(matched):
    """A strict policy, no script, no link to anywhere, no event handler."""
    text = html(matched())
    page = Page(text)
    (stated,) = [meta["content"] for meta in page.all("meta") if meta.get("http-equiv")]
    assert stated == policy()
    assert re.fullmatch("default-src 'none'; style-src 'sha256-[^' ]+'; base-uri 'none'; form-action 'none'", stated)
    assert [meta["content"] for meta in page.all("meta") if meta.get("name") == "referrer"] == ["no-referrer"]
    assert not any("style" in attributes for _, attributes in page.elements)
    for forbidden in ("script", "link", "img", "iframe", "object", "form", "a", "base"):
        assert page.all(forbidden) == []
    assert not any(name.startswith("on") for _, attributes in page.elements for name in attributes)
    assert not re.search(r"https?:|@import|url\((?!#)", text)


def test_the_same_match_gives_the_same_bytes(matched):
    """No clock, no chance, no order of dictionaries shows in the page."""
    assert html(matched()) == html(matched())


def test_the_page_is_small(matched):
    """A page is well below 400 kB."""
    assert len(html(matched()).encode()) < 100_000


def test_the_page_reads_in_order(matched):
    """Language, one title, one first heading, no level of headings skipped, ids unique, pictures described."""
    page = Page(html(matched()))
    assert page.all("html") == [{"lang": "en"}]
    levels = [int(name[1]) for name, _ in page.elements if re.fullmatch(r"h[1-6]", name)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
    ids = [attributes["id"] for _, attributes in page.elements if "id" in attributes]
    assert len(ids) == len(set(ids))
    for picture in page.all("svg"):
        if picture.get("aria-hidden") == "true":
            continue
        assert picture["role"] == "img"
        assert {picture["aria-labelledby"], picture["aria-describedby"]} <= set(ids)


def test_the_page_is_well_formed(matched):
    """Every element is closed where it belongs."""
    ET.fromstring(html(matched()).removeprefix("<!doctype html>"))  # our own page


def test_the_picture_tells_what_the_table_tells(matched):
    """The shared pace stands in the sentence, in the picture and in the table; hills carry their names."""
    match = matched()
    page = Page(html(match))
    from pace.output.words import shared_pace

    assert page.text.count(shared_pace(match.suggestion)) >= 4
    for label in ("walk", "run", "walk becomes run", "full sentences", "therapist", "client"):
        assert label in page.text


@pytest.mark.parametrize("units", ["km", "mi"])
def test_units_are_kept_throughout(matched, units):
    """A page is in one unit."""
    text = html(matched(), units=units)
    assert ("min/km" in text) == (units == "km")
    assert ("min/mile" in text) == (units == "mi")


@pytest.mark.parametrize("n", [2, 3, 5])
def test_more_people_have_room(matched, n):
    """Each person has a row in the picture and in the table."""
    labels = ["therapist", "client", *(f"client {i}" for i in range(2, n))]
    page = Page(html(matched(*labels)))
    assert all(page.text.count(label) >= 3 for label in labels)


def test_people_without_recordings_have_a_page(matched):
    """Words alone make a page that says so."""
    assert "no recordings" in Page(html(matched(recorded=False))).text


def test_hostile_labels_are_inert(matched):
    """Markup in a label is text, in every place it comes to."""
    text = html(matched(HOSTILE, f"{HOSTILE}2"))
    assert "<script" not in text
    assert not set("\x1b\u202e") & set(text)
    assert "&lt;script&gt;" in text
    ET.fromstring(text.removeprefix("<!doctype html>"))  # our own page


@given(st.text())
def test_no_text_becomes_markup(text):
    """Whatever is put into an element or an attribute comes out as text."""
    built = tag("p", text, title=text)
    root = ET.fromstring(built)  # our own element
    assert root.tag == "p"
    assert len(root) == 0


def test_markup_is_kept_once():
    """What is markup already is not escaped again; nothing is nothing."""
    assert safe(safe("<")) == "&lt;"
    assert join("a", None, Markup("<br/>")) == "a<br/>"
    assert tag("line", x1=1.0, stroke_width=0.125) == '<line x1="1" stroke-width="0.12"/>'


def test_what_hides_or_steers_is_left_out_of_markup():
    """Whatever reaches a page without having been made inert before is made so there."""
    assert safe("a\x1b[31m\u202eb\x00\ufeff<") == "ab&lt;"
    assert tag("p", "\x9b2J", title="\u200fx") == '<p title="x"></p>'
