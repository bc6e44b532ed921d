"""The report in a real browser: quiet, without a request, open to assistive technology, and two pages on paper."""

from dataclasses import replace

import pytest

import pace
from browser.conftest import DESKTOP, PHONE
from output.conftest import person
from output.plans import option_of
from pace.output.html import card_page, html
from pace.together.session import plan

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def match():
    """Return a match of two people with recordings."""
    return pace.match([person("therapist", run=2.9, chat=2.9), person("client", walk=1.5, run=2.0, chat=2.0)])


@pytest.fixture(scope="module")
def pages(match):
    """Return every kind of page by its name."""
    hostile = [person(label) for label in ("<script>alert(1)</script>", "</style>]]>\u202e\x1b[31m'\"=cmd")]
    unknown = [pace.profile([], label=label, keep_empty=True) for label in ("Kim", "Ash")]
    return {
        "report": html(match),
        "in miles": html(match, units="mi"),
        "copy": html(match, copy_for="client"),
        "card": card_page(match, plan(match)),
        "by words": html(pace.match(unknown)),
        "hostile names": html(pace.match(hostile)),
        "uphill": html(pace.match(list(match.people), grade=0.2, temperature_c=35)),
        "three": html(pace.match([*match.people, person("Bo", walk=1.4, run=2.2, chat=2.1)])),
        "by turns": html(replace(match, suggestion=option_of("run-walk"))),
    }


NAMES = ("report", "in miles", "copy", "card", "by words", "hostile names", "uphill", "three", "by turns")


SMALLEST = (320, 640)
"""px; the narrowest window in which a page must not scroll sideways (WCAG 2.2, 1.4.10)."""
LOOKS = [
    *((name, DESKTOP, dark) for name in NAMES for dark in (False, True)),
    *((name, PHONE, False) for name in ("report", "copy", "card")),
    *((name, SMALLEST, True) for name in ("report", "hostile names")),
]


@pytest.mark.parametrize(("name", "size", "dark"), LOOKS)
def test_a_page_is_quiet_and_open_to_everyone(browser, axe, pages, written, name, size, dark):
    """Nothing on the console, no request but the file itself, nothing that axe-core minds, no sideways scrolling."""
    path = written(pages[name])
    browser.open(str(path), size=size, dark=dark)
    assert browser.complaints() == []
    assert browser.requests() == [path.as_uri()]
    assert browser.js("return document.documentElement.scrollWidth") <= size[0]
    assert browser.violations(axe) == []


@pytest.mark.parametrize("name", NAMES)
def test_a_page_prints_on_two_sides(browser, pages, written, name):
    """A report is two A4 pages at most, a card is one."""
    browser.open(str(written(pages[name])))
    assert browser.pages() == (1 if name == "card" else 2)


def test_the_style_is_let_in_by_its_digest_alone(browser, match, written):
    """The page is styled under its own policy; a style or a script that somebody adds to the file does nothing."""
    page = html(match)
    added = page.replace("</head>", "<style>body{margin:99px}</style><script>document.title='x'</script></head>")
    browser.open(str(written(page)))
    assert browser.js("return getComputedStyle(document.body).marginTop") == "0px"
    browser.open(str(written(added)))
    assert browser.js("return getComputedStyle(document.body).marginTop") == "0px"
    assert browser.js("return document.title") != "x"
    assert len(browser.complaints()) == 2


@pytest.mark.parametrize(("size", "shown", "hidden"), [(DESKTOP, "wide", "slim"), (PHONE, "slim", "wide")])
def test_one_picture_of_two_is_shown(browser, match, written, size, shown, hidden):
    """A wide window gets the wide picture, a phone the slim one, and screen readers the one that is shown."""
    browser.open(str(written(html(match))), size=size)
    display = "return getComputedStyle(document.querySelector(arguments[0])).display"
    assert browser.js(display, f".{shown}") != "none"
    assert browser.js(display, f".{hidden}") == "none"


@pytest.mark.parametrize("size", [DESKTOP, PHONE])
def test_no_label_of_a_picture_is_cut_off(browser, pages, written, size):
    """Every text of a picture that is shown lies inside it."""
    script = """
    return [...document.querySelectorAll('svg.pic')].filter(svg => svg.getBoundingClientRect().width).flatMap(svg => {
      const frame = svg.getBoundingClientRect();
      return [...svg.querySelectorAll('text')].filter(text => {
        const box = text.getBoundingClientRect();
        return box.left < frame.left - 1 || box.right > frame.right + 1 || box.top < frame.top - 1
          || box.bottom > frame.bottom + 1;
      }).map(text => text.textContent); });
    """
    for name in ("report", "in miles", "copy", "by words", "uphill"):
        browser.open(str(written(pages[name])), size=size)
        assert browser.js(script) == [], name
