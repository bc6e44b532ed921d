"""Pictures on their own: whole documents that any program draws, the same bytes every time, safe for any eyes."""

import itertools
import re
import struct
import xml.etree.ElementTree as ET

import numpy as np
import pytest

from output.plans import MODES, planned
from pace import review
from pace.output.charts import picture, png
from pace.output.pace_picture import PLAIN
from pace.output.palette import COLOURS, RULES, style


@pytest.fixture
def pictures(matched, session_of_two):
    """Return a function that draws every kind of picture."""

    def draw(**how):
        found = matched()
        return {
            "match": picture(found, **how),
            "profile": picture(found.people[1], **how),
            "plan": picture(planned("walk-together"), **how),
            "review": picture(review(session_of_two), **how),
        }

    return draw


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("units", ["km", "mi"])
def test_a_picture_is_a_document_of_its_own(pictures, units, theme):
    """It is well-formed, has its size, paper and words, needs no variable, and asks for nothing from anywhere."""
    for text in pictures(units=units, theme=theme).values():
        root = ET.fromstring(text)  # our own picture
        assert root.tag == "{http://www.w3.org/2000/svg}svg"
        assert float(root.attrib["width"]) > 700
        assert root.find("{*}title").text
        assert root.find("{*}desc").text
        assert COLOURS[theme]["page"] in root.find("{*}style").text
        assert "var(" not in text
        assert not re.search(r"https?://(?!www\.w3\.org/2000/svg\")|@import|url\((?!#)|<script", text)
        assert ("min/km" in text) == (units == "km")


def test_the_same_input_is_the_same_bytes(pictures):
    """Drawn twice, every picture is the same."""
    assert pictures() == pictures()


def test_a_match_speaks_the_field_s_terms_or_plain_words(matched):
    """Thresholds with intervals and an axis in m/s for papers; everyday words for people."""
    field, plain = picture(matched()), picture(matched(), wording=PLAIN)
    for term in ("walk–run threshold", "talk threshold", "conversational pace", "m/s"):
        assert term in field
        assert term not in re.sub(r"<desc.*?</desc>", "", plain)
    for words in ("walk becomes run", "full sentences up to", "shared pace"):
        assert words in plain


@pytest.mark.parametrize("mode", MODES)
def test_a_plan_shows_every_block(mode):
    """Walks are hatched, runs are filled, standing is empty; there is a mark for each check-in."""
    session = planned(mode)
    text = picture(session)
    moving = [block for block in session.blocks if block.kind == "move"]
    asked = sum(bool(block.check_in) for block in moving)
    assert text.count("l5 9h-10Z") == asked + bool(asked)
    assert ("-hatch)" in text) == (mode != "sit-or-stroll")
    assert ("block running" in text) == (mode in ("run-together", "walk-and-jog", "run-walk"))
    assert ("turn round" in text) == (session.turn_back_s > 0)


def test_boxes_of_a_plan_lie_at_their_time_and_pace():
    """Side by side without a gap, none outside the frame."""
    text = picture(planned("walk-together"))
    boxes = [
        tuple(map(float, found))
        for found in re.findall(
            r'<rect x="([\d.]+)" y="([\d.]+)" width="([\d.]+)" height="([\d.]+)" class="block', text
        )
    ]
    assert boxes[0][0] == 52.0
    assert boxes[-1][0] + boxes[-1][2] == pytest.approx(712.0, abs=0.05)
    for (left, _, width, _), (following, *_) in itertools.pairwise(boxes):
        assert left + width == pytest.approx(following, abs=0.05)


def luminance(colour):
    """Return the relative luminance of a colour (WCAG 2)."""
    share = np.array(rgb(colour))
    return float(np.where(share <= 0.04045, share / 12.92, ((share + 0.055) / 1.055) ** 2.4) @ [0.2126, 0.7152, 0.0722])


def rgb(colour):
    """Return red, green and blue of `#rrggbb` or `#rgb`, 0 to 1."""
    digits = colour.lstrip("#")
    digits = "".join(c * 2 for c in digits) if len(digits) == 3 else digits
    return [int(digits[i : i + 2], 16) / 255 for i in (0, 2, 4)]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_colour_is_seen_on_its_page(theme):
    """A contrast of 4.5 for all that is drawn or written, 3 not needed for the axis lines alone."""
    page = luminance(COLOURS[theme]["page"])
    for name in ("ink", "soft", "walk", "run", "band"):
        light, dark = sorted((luminance(COLOURS[theme][name]), page), reverse=True)
        assert (light + 0.05) / (dark + 0.05) >= 4.5, name


BLINDNESS = {
    "protanopia": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    "deuteranopia": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.01182, 0.04294, 0.968881]],
    "tritanopia": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.3039]],
}
"""What people without one kind of cone see (Machado 2009, severity 1)."""


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("kind", BLINDNESS)
def test_walk_and_run_are_told_apart_by_any_eyes(theme, kind):
    """The two colours that meet stay apart; and what shares a colour never shares its pattern or dash."""
    seen = [np.array(BLINDNESS[kind]) @ rgb(COLOURS[theme][name]) for name in ("walk", "run")]
    assert np.linalg.norm(seen[0] - seen[1]) > 0.25
    dashes = re.findall(r"\.pic \.(?:run-together|walk-and-jog|run-walk).*?stroke-dasharray: ([\d ]+)", RULES)
    assert len(set(dashes)) == 3


def test_a_picture_carries_the_rules_that_it_needs(pictures):
    """The style of each class that is drawn, and of none that is not."""
    for text in pictures().values():
        drawn = {name for words in re.findall(r'class="([^"]+)"', text) for name in words.split()}
        ruled = set(re.findall(r"\.([a-z][\w-]*)", re.search(r"<style>(.*?)</style>", text, flags=re.S)[1]))
        assert not ruled - drawn - {"walk-together", "first", "run-together", "second"}
        assert {"pic", "paper", "halo"} & drawn <= ruled
    assert style("light", []).count(".pic") == 1


def test_a_png_is_the_same_on_every_machine(pictures):
    """Twice the same bytes, and the same without the machine's own letters: none of them was used."""
    resvg_py, font_lato = pytest.importorskip("resvg_py"), pytest.importorskip("font_lato")
    for name, drawn in pictures().items():
        data = png(drawn)
        assert data == png(drawn)
        files = [font_lato.font_files["Lato"], font_lato.font_files["LatoBold"]]
        how = {"zoom": 2, "font_files": files, "font_family": "Lato", "sans_serif_family": "Lato"}
        assert data == bytes(resvg_py.svg_to_bytes(svg_string=drawn, skip_system_fonts=True, **how)), name
        assert data.startswith(b"\x89PNG")
        width, height = struct.unpack(">II", data[16:24])
        root = ET.fromstring(drawn)  # our own picture
        assert (width, height) == (
            2 * float(root.attrib["width"]),
            pytest.approx(2 * float(root.attrib["height"]), abs=1),
        )


def test_nothing_of_a_review_lies_outside_its_frame(session_of_two):
    """Lines and bars end where the session ends, at a part of a minute too."""
    for text in (picture(review(session_of_two)), picture(review(session_of_two[:1]))):
        bars = re.findall(r'<rect x="([\d.]+)" y="[\d.]+" width="([\d.]+)" height="[\d.]+" class="talk"', text)
        assert bars
        assert max(float(left) + float(width) for left, width in bars) <= 712.05
        lines = re.findall(r'<path d="(M[^"]+)" class="curve', text)
        assert max(float(x) for line in lines for x in re.findall(r"[ML]([\d.]+) ", line)) <= 712.05
