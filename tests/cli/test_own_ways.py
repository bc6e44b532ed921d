"""`pace routes` with people's own recordings and with files: what is written, what is refused, what is not told."""

import json
import stat

import numpy as np
import pytest
from lxml import etree

from cli.test_documents import MEETING
from corpus import ROOT
from pace import Track, read
from pace.formats.gpx_writer import write_gpx
from pace_cli import own_ways

SAMPLES = ROOT / "sample_activities"
TOWN = str(SAMPLES / "map.osm")
WORDS = ("routes", "-", "-", "--client-walk", "12:00", "--minutes", "40")
CORNER = "-4.9995,-4.988"


@pytest.fixture(scope="module")
def people(tmp_path_factory):
    """Three recordings of each sample person, where they all went."""
    place = tmp_path_factory.mktemp("people")
    for name, kept in (("therapist", ("01", "02", "04")), ("client", ("01", "02", "10"))):
        (place / name).mkdir()
        for path in sorted((SAMPLES / name).iterdir()):
            if path.name[:2] in kept:
                (place / name / path.name).write_bytes(path.read_bytes())
    return place


def test_files_of_every_way_are_written(command, tmp_path):
    """Seven a way, readable by their owner only, named in the document, whose paths tell nothing."""
    folder = tmp_path / "ways"
    told = command(*WORDS, "--map", TOWN, "--from", MEETING, "-o", str(folder), "--json")
    document = json.loads(told.out)
    named = [name for route in document["routes"] for name in route["files"]]
    assert sorted(path.name for path in folder.iterdir()) == sorted(named)
    assert len(named) == 7 * len(document["routes"])
    assert all(stat.S_IMODE(path.stat().st_mode) == 0o600 for path in folder.iterdir())
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert json.loads((folder / "way-1.json").read_text())["schema"] == "pace.route-card/1"
    etree.parse(folder / "way-1.svg")


def test_a_folder_that_cannot_be_made_is_one_line(command, tmp_path):
    """A file in its place, or no folder around it, is refused before anything is read; no other trouble leaves one."""
    (tmp_path / "ways").write_text("")
    for name in ("ways", "no/where"):
        told = command(*WORDS, "--map", TOWN, "--from", MEETING, "-o", str(tmp_path / name))
        assert told.code == 1
        assert "folder" in told.err
    assert command(*WORDS, "--map", TOWN, "--from", "0.0,0.0", "-o", str(tmp_path / "none")).code == 1
    assert not (tmp_path / "none").exists()


def test_ways_can_come_from_recordings(command, people):
    """What both have in common becomes the map; no thanks to anybody else, and no place in the answer."""
    told = command(*WORDS, "--from", CORNER, "--tracks", str(people / "therapist"), "--tracks", str(people / "client"))
    assert told.code == 0
    assert "walk and talk" in told.out
    assert "OpenStreetMap" not in told.out
    assert "-4.9" not in told.out


def test_one_persons_ways_are_not_shown_without_a_word(command, people):
    """One --tracks alone is refused, with what to say if they agree."""
    asked = (*WORDS, "--from", CORNER, "--tracks", str(people / "therapist"))
    refused = command(*asked)
    assert refused.code == 2
    assert "--share-tracks" in refused.err
    assert command(*asked, "--share-tracks").code == 0


def test_ways_of_recordings_are_kept_nowhere(command, people, tmp_path):
    """A map that is kept is one that anybody could have: where people went is not written down."""
    asked = (*WORDS, "--from", CORNER, "--tracks", str(people / "therapist"), "--share-tracks")
    refused = command(*asked, "--save-map", str(tmp_path / "x.pace-map"))
    assert (refused.code, list(tmp_path.glob("*.pace-map"))) == (2, [])
    assert "only a map" in refused.err


def test_with_a_map_recordings_tell_the_ground(command, people):
    """Heights that no terrain file gives come from recordings."""
    tracks = ("--tracks", str(SAMPLES / "therapist"), "--share-tracks")
    bare, known = (
        json.loads(command(*WORDS, "--map", TOWN, "--from", "-4.992,-4.988", "--json", *more).out)
        for more in ((), tracks)
    )
    assert {route["climb_m"] for route in bare["routes"]} == {None}
    grades = [section["grade"] for route in known["routes"] for section in route["sections"]]
    assert any(grade is not None for grade in grades)


def test_a_meeting_point_near_a_home_is_warned_of(command, people):
    """Where recordings keep beginning, it is said that they do; not whose they are, and not where."""
    (track,) = read(SAMPLES / "client" / "01-brisk-walk.fit")
    first = np.flatnonzero(np.isfinite(track.latitude))[0]
    home = f"{track.latitude[first]:.4f},{track.longitude[first]:.4f}"
    asked = ("routes", str(people / "therapist"), str(people / "client"), "--map", TOWN, "--from")
    near = command(*asked, home)
    assert "recordings keep beginning or ending near this meeting point" in near.err
    assert "client" not in near.err.split("recordings keep")[1]
    assert home.split(",")[0] not in near.err


@pytest.mark.parametrize("share", [False, True])
def test_the_command_shares_only_what_everybody_walked(monkeypatch, share):
    """Unless it is said that all agree."""
    monkeypatch.setattr(own_ways, "tracks_of", lambda path: [])
    monkeypatch.setattr("pace.routes.tracks.network_from_tracks", lambda people, **how: how["shared"])
    assert own_ways.network_of(["a/", "b/"], (0.0, 0.0), share=share) is not share


def test_a_way_that_was_gone_is_explained(command, people):
    """In words and as a document: what it was, what was to be expected, and nothing of where."""
    asked = ("routes", str(people / "therapist"), str(people / "client"), "--explain")
    one = str(people / "therapist" / "04-brisk-walk.fit")
    words, document = command(*asked, one), json.loads(command(*asked, one, "--json").out)
    assert words.out.startswith("A way of ")
    assert "Together" in words.out
    assert document["schema"] == "pace.explain/1"
    assert [person["own"] for person in document["people"]] == [True, False]
    assert "-4.9" not in words.out


@pytest.mark.parametrize("more", [("--explain", str(SAMPLES)), ("--explain", "nowhere.fit")])
def test_one_recording_is_explained_at_a_time(command, people, more):
    """A folder of many, and a file that is not there, are one line."""
    told = command("routes", str(people / "therapist"), str(people / "client"), *more)
    assert told.code == 1
    assert "Traceback" not in told.err


def test_familiar_ways_can_be_wished_for(command, tmp_path):
    """With --familiar more of the way was recorded by both than with --new; it is said, and no place is."""
    asked = (*WORDS, "--map", TOWN, "--from", MEETING, "--options", "1")
    command(*asked, "-o", str(tmp_path / "ways"))
    line = json.loads((tmp_path / "ways" / "way-1.geojson").read_text())["features"][0]["geometry"]["coordinates"]
    place = np.array(line)[:, :2].T
    along = np.concatenate(([0.0], np.cumsum(np.hypot(*np.diff(place)) * 111_000)))
    longitude, latitude = (np.interp(np.arange(0, along[-1], 1.4), along, axis) for axis in place)
    gone = Track.build(time=np.arange(latitude.size), latitude=latitude, longitude=longitude, sport="walking")
    tracks = []
    for name in ("one", "two"):
        (tmp_path / f"{name}.gpx").write_bytes(write_gpx([gone]))
        tracks += ["--tracks", str(tmp_path / f"{name}.gpx")]
    old, new = (
        json.loads(command(*asked, *tracks, wish, "--json").out)["routes"][0] for wish in ("--familiar", "--new")
    )
    assert old["familiar"] > 0.8
    assert new["familiar"] < 0.3
    said = command(*asked, *tracks, "--familiar").out
    assert "recorded before" in said
    assert "-4.9" not in said


@pytest.mark.parametrize("wish", ["--familiar", "--new"])
def test_what_is_familiar_needs_a_map_and_recordings(command, people, wish):
    """Without either it is a usage error."""
    tracks = ("--tracks", str(people / "therapist"), "--tracks", str(people / "client"))
    for sources in (("--map", TOWN), tracks):
        refused = command(*WORDS, "--from", CORNER, *sources, wish)
        assert refused.code == 2
        assert "--map and --tracks" in refused.err


def test_recordings_of_one_person_alone_are_no_familiar_ways(command, people):
    """One --tracks is refused for this, too, until they agree."""
    asked = (*WORDS, "--map", TOWN, "--from", CORNER, "--tracks", str(people / "therapist"), "--familiar")
    assert command(*asked).code == 2
    assert command(*asked, "--share-tracks").code == 0
