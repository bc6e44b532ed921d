"""Whatever a person is called, a page and a picture show it as text, and nothing of it acts."""

import re
import xml.etree.ElementTree as ET
from dataclasses import replace

import pytest

from output.conftest import person
from output.names import HOSTILE
from output.test_html import Page
from pace import match, review
from pace.output.charts import picture
from pace.output.html import card_page, html
from pace.together.session import plan

STEERING = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")
SECTIONS = "html head meta title style body header main footer section h1 h2 h3 p b div figure figcaption span ul li"
TABLES, DRAWING = "table caption thead tbody tr th td", "svg desc defs pattern path line rect text g"
ELEMENTS = frozenset(f"{SECTIONS} {TABLES} {DRAWING}".split())


@pytest.mark.parametrize("name", HOSTILE)
def test_a_page_shows_a_name_as_text(name):
    """In the report, each copy and the card: no element that we do not make, no handler, nothing that steers."""
    found = match([person(name), person(f"{name} 2", walk=1.5, run=2.0, chat=2.0)])
    found = replace(found, caveats=(*found.caveats, f"About {name}."))
    for text in (html(found), html(found, copy_for=name), card_page(found, plan(found))):
        page = Page(text)
        assert {element for element, _ in page.elements} <= ELEMENTS
        names = {attribute for _, attributes in page.elements for attribute in attributes}
        assert not [attribute for attribute in names if attribute.startswith("on") or attribute in ("src", "href")]
        assert not STEERING.search(text)
        ET.fromstring(text.removeprefix("<!doctype html>"))  # our own page
        assert text.encode()


@pytest.mark.parametrize("name", HOSTILE)
def test_a_picture_shows_a_name_as_text(name, session_of_two):
    """The same of every picture on its own; each is well-formed."""
    people = [person(name), person(f"{name} 2", walk=1.5, run=2.0, chat=2.0)]
    found = match(people)
    looked = review(session_of_two, labels=[name, f"{name} 2"])
    pictures = (picture(found), picture(people[0]), picture(plan(found)), picture(looked))
    for text in pictures:
        root = ET.fromstring(text)  # our own picture
        assert {element.tag.split("}")[1] for element in root.iter()} <= ELEMENTS
        assert not [key for element in root.iter() for key in element.attrib if key.startswith("on") or "href" in key]
        assert not STEERING.search(text)
