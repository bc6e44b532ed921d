"""`pace routes` from the command line: an answer in words, one document, a map kept ready, and kind refusals."""

import json

import pytest

from cli.test_documents import MEETING
from corpus import ROOT

TOWN = str(ROOT / "sample_activities" / "map.osm")
PEOPLE = ("routes", "-", "-", "--client-walk", "12:00", "--map", TOWN, "--minutes", "40")


def test_the_answer_is_in_words_and_names_no_place(command):
    """Three ways, how long each is and what it is like; not a street, not a coordinate."""
    out = command(*PEOPLE, "--from", MEETING).out
    assert out.startswith("Three ways to walk and talk, 40 minutes each, back where you started.")
    assert out.count("A loop") == 3
    assert "Map: an invented place" in out
    for place in ("-4.98", " Street", " Lane", " Path"):
        assert place not in out


def test_a_map_that_was_saved_gives_the_same_ways(command, tmp_path):
    """Saving a map changes nothing but the time that it takes to read it."""
    kept = tmp_path / "town.pacemap"
    told = command("routes", "--map", TOWN, "--save-map", str(kept))
    assert (told.code, told.out) == (0, "")
    asked = ("--from", MEETING, "--json")
    plain = command(*PEOPLE, *asked).out
    assert command(*(str(kept) if word == TOWN else word for word in PEOPLE), *asked).out == plain
    assert json.loads(plain)["schema"] == "pace.routes/1"


@pytest.mark.parametrize("where", ["48.1234", "48.1234;11.5", "north,south", "98.1234,11.5", ""])
def test_what_is_no_place_is_refused_and_not_repeated(command, where):
    """A slip at --from is a usage error that does not say where somebody wanted to start."""
    told = command(*PEOPLE, "--from", where)
    assert told.code == 2
    assert "48.1234" not in told.err
    assert "LAT,LON" in told.err


@pytest.mark.parametrize("missing", [("--from", MEETING), ("--map", TOWN)])
def test_ways_need_a_map_and_a_place(command, missing):
    """One of both is not enough, and what is missing is named."""
    told = command("routes", "-", "-", "--client-walk", "12:00", *missing)
    assert told.code == 2
    assert ("--map" if missing[0] == "--from" else "--from") in told.err


def test_a_start_off_the_map_is_one_line(command):
    """How far off it is, not where."""
    told = command(*PEOPLE, "--from", "0.0,0.0")
    assert told.code == 1
    assert "a start must lie on the map" in told.err
    assert "Traceback" not in told.err


def test_how_steep_it_is_the_map_tells(command):
    """--grade is for flat questions."""
    assert command(*PEOPLE, "--from", MEETING, "--grade", "4").code == 2


@pytest.mark.parametrize(
    "content", [b"", b"no map at all", b"\x1f\x8b broken", b"\x00\x00\x00\x0d\x0a\x09OSMHeader" + b"\xff" * 40]
)
def test_what_is_no_map_is_one_line(command, tmp_path, content):
    """Empty, foreign and damaged files are named and refused."""
    file = tmp_path / "town.osm.pbf"
    file.write_bytes(content)
    told = command("routes", "-", "-", "--client-walk", "12:00", "--from", MEETING, "--map", str(file))
    assert told.code == 1
    assert "town.osm.pbf" in told.err
    assert "Traceback" not in told.err


@pytest.mark.parametrize("direction", ["clockwise", "anticlockwise"])
def test_the_direction_can_be_wished_for(command, direction):
    """It is kept, and said, in words and as a document."""
    asked = (*PEOPLE, "--from", MEETING, "--direction", direction, "--options", "1")
    assert f", {direction}" in command(*asked).out
    assert json.loads(command(*asked, "--json").out)["routes"][0]["direction"] == direction
