"""Every file of a route: read again by others, true to the map, and telling nothing but the way."""

import io
import json
import re
import shutil
import subprocess
from dataclasses import replace
from xml.etree import ElementTree

import fitdecode
import fitparse
import gpxpy
import numpy as np
import pytest
from lxml import etree

from output.names import HOSTILE
from output.test_names import STEERING
from pace import About, Profile, Said, match
from pace.output.route_card import card_document, card_text
from pace.output.route_course import course
from pace.output.route_files import FILES, files
from pace.output.route_geojson import geojson
from pace.output.route_picture import picture
from pace.routes.network import WAYS
from pace.routes.osm import read_map
from pace.routes.route import Direction
from pace.routes.suggest import routes
from pace.simulate.map import map_xml

MEETING = (-4.987, -4.975)
LABELS = ("Zebulon Quartz", "Ottilie Fjord")
SEMICIRCLE = 180 / 2**31


@pytest.fixture(scope="module")
def network(tmp_path_factory):
    path = tmp_path_factory.mktemp("map") / "map.osm"
    path.write_bytes(map_xml())
    return replace(read_map(path), attribution="© OpenStreetMap contributors")


@pytest.fixture(scope="module")
def found(network):
    said = (Said(speed=2.6, talk="comfortable"), Said(speed=1.4, talk="comfortable"))
    people = [
        Profile.build(label=label, about=About(walk_speed=1.4, said=(one,)))
        for label, one in zip(LABELS, said, strict=True)
    ]
    return routes(match(people, minutes=40), network, start=MEETING, options=2)


@pytest.fixture(scope="module")
def route(found):
    return found.routes[0]


@pytest.fixture(scope="module")
def written(route, network):
    return files(route, network)


def off(route, latitude, longitude):
    """Return how far points lie from those of the route, one by one, m."""
    return np.hypot(latitude - route.latitude, np.cos(np.radians(5)) * (longitude - route.longitude)) * 111_195


def test_every_file_is_written_and_the_same_each_time(route, network, written):
    """All kinds, none empty, byte for byte the same."""
    assert tuple(written) == FILES
    assert all(written.values())
    assert files(route, network) == written


def test_gpx_is_read_by_gpxpy_and_lxml(route, written):
    """Route and track hold the line within 0.5 m; the turns stand on the route's points."""
    document = gpxpy.parse(written["gpx"].decode())
    for points in (document.routes[0].points, document.tracks[0].segments[0].points):
        assert off(route, *np.array([(p.latitude, p.longitude) for p in points]).T).max() < 0.5
    told = [point.description for point in document.routes[0].points if point.description]
    assert told[1:-1] == [turn.text for turn in course(route).turns[1:-1]]
    tree = etree.fromstring(written["gpx"])
    nodes = tree.findall(".//{*}trkpt")
    places = np.array([(float(node.get("lat")), float(node.get("lon"))) for node in nodes])
    assert off(route, *places.T).max() < 0.5
    assert [etree.QName(child).localname for child in tree] == ["metadata", "rte", "trk"]


def test_fit_is_read_by_fitdecode_and_fitparse(route, written):
    """A course with the line within 0.5 m, rising seconds, a turn for each direction."""
    places = []
    with fitdecode.FitReader(io.BytesIO(written["fit"]), error_handling=fitdecode.ErrorHandling.RAISE) as reader:
        messages = [frame for frame in reader if isinstance(frame, fitdecode.FitDataMessage)]
    records = [message for message in messages if message.name == "record"]
    places.append([[r.get_value("position_lat"), r.get_value("position_long")] for r in records])
    assert messages[0].get_value("type") == "course"
    turns = [message.get_value("type") for message in messages if message.name == "course_point"]
    assert turns == [turn.kind.lower() for turn in course(route).turns]
    other = list(fitparse.FitFile(io.BytesIO(written["fit"])).get_messages("record"))
    places.append([[r.get_value("position_lat"), r.get_value("position_long")] for r in other])
    for read in places:
        assert off(route, *(np.array(read).T * SEMICIRCLE)).max() < 0.5
    seconds = [record.get_value("timestamp") for record in records]
    assert seconds == sorted(seconds)
    assert (seconds[-1] - seconds[0]).total_seconds() == pytest.approx(60 * route.minutes, abs=1)


def test_tcx_is_read_by_lxml_and_the_standard_library(route, written):
    """A course in the order of the schema with the line within 0.5 m."""
    for root in (etree.fromstring(written["tcx"]), ElementTree.fromstring(written["tcx"])):
        points = root.findall(".//{*}Trackpoint/{*}Position")
        assert off(route, *np.array([[float(child.text) for child in point] for point in points]).T).max() < 0.5
        one = root.find("{*}Courses/{*}Course")
        order = [child.tag.split("}")[1] for child in one]
        assert order == ["Name", "Lap", "Track", *["CoursePoint"] * len(route.directions)]
        assert max(len(name.text) for name in one.findall("{*}CoursePoint/{*}Name")) <= 10


@pytest.mark.skipif(shutil.which("gpsbabel") is None, reason="gpsbabel is not on this machine")
@pytest.mark.parametrize(("kind", "format_"), [("tcx", "gtrnctr"), ("fit", "garmin_fit"), ("gpx", "gpx")])
def test_gpsbabel_reads_what_was_written(route, written, tmp_path, kind, format_):
    """A program that many use to move courses about finds the same line."""
    (tmp_path / "in").write_bytes(written[kind])
    command = ["gpsbabel", "-t", "-i", format_, "-f", str(tmp_path / "in"), "-o", "gpx", "-F", str(tmp_path / "out")]
    subprocess.run(command, check=True, capture_output=True)
    points = gpxpy.parse((tmp_path / "out").read_text()).tracks[0].segments[0].points
    assert off(route, *np.array([(p.latitude, p.longitude) for p in points]).T).max() < 0.5


def test_geojson_is_the_same_line(route, written):
    """The first feature is the line, longitude first; turns and places follow."""
    document = json.loads(written["geojson"])
    line = document["features"][0]["geometry"]
    assert line["type"] == "LineString"
    longitude, latitude = np.array(line["coordinates"]).T
    assert off(route, latitude, longitude).max() < 0.5
    assert {feature["properties"].get("kind") for feature in document["features"][1:]} >= {"turn"}
    assert document["attribution"] == "© OpenStreetMap contributors"


def test_a_way_across_the_antimeridian_is_cut_there(route):
    """GeoJSON gets two parts, both within 180°; the FIT course stays on the side that it is on."""
    moved = replace(route, longitude=(route.longitude + 180 - MEETING[1] + 180) % 360 - 180)
    line = json.loads(geojson(moved))["features"][0]["geometry"]
    assert line["type"] == "MultiLineString"
    for part in line["coordinates"]:
        assert len({np.sign(longitude) for longitude, _ in part}) == 1


def test_exports_tell_of_nobody_and_of_no_time(route, network, found):
    """No label, no heart, no device, no height, no date but the one that is the same for all; nothing off the map."""
    other = files(found.routes[1], network)
    for kind, data in files(route, network).items():
        text = data.decode("utf-8", "replace")
        words = ["heart", "HeartRate", "serial", "UnitId", "device", "<ele>", "Altitude", 'creator="Garmin']
        words += [] if kind in ("txt", "json") else [word for label in LABELS for word in (label, *label.split())]
        assert [word for word in words if word in text] == []
        dates = set(re.findall(r"\d{4}-\d\d-\d\dT\d\d", text))
        assert dates <= set(re.findall(r"\d{4}-\d\d-\d\dT\d\d", other[kind].decode("utf-8", "replace")))
    with fitdecode.FitReader(io.BytesIO(files(route, network)["fit"])) as reader:
        fields = {f"{m.name}.{f.name}" for m in reader if isinstance(m, fitdecode.FitDataMessage) for f in m.fields}
    assert {field.split(".")[0] for field in fields} == {"file_id", "course", "lap", "event", "record", "course_point"}
    assert not any(
        word in field for field in fields for word in ("serial", "heart", "altitude", "garmin", "swc", "nec")
    )


def test_only_the_card_says_who(written):
    """The card has the labels where people do different things; the files for devices have none."""
    document = json.loads(written["json"])
    assert set(document["sections"][0]["gait_by_person"]) == set(LABELS)


def test_the_picture_loads_nothing_and_says_whom_to_thank(route, network, written):
    """One SVG document, no address in it but its namespace, the thanks, a title and a description."""
    text = written["svg"].decode()
    root = etree.fromstring(written["svg"])
    assert etree.QName(root).localname == "svg"
    assert re.findall(r"https?://[^\s\"']+", text) == ["http://www.w3.org/2000/svg"]
    assert "href" not in text
    assert "script" not in text
    assert "© OpenStreetMap contributors" in text
    numbers = [node.text for node in root.iterfind(".//{*}text[@class='small']")]
    assert numbers == [str(n) for n in range(1, len(route.directions) - 1)]
    dark = picture(route, network, theme="dark", units="mi")
    assert "mile" in dark
    assert "#14181e" in dark


def test_no_line_of_the_picture_is_cut_short(route, network):
    """The whole way is drawn, point by point, however long it is."""
    root = etree.fromstring(picture(route, network).encode())
    drawn = root.find(".//{*}path[@class='way']").get("d")
    assert len(re.findall("[ML]", drawn)) == course(route).distance.size


def test_the_card_has_every_turn_in_its_order(route):
    """Turns and paces in the order of the way, at most 78 columns, the same in text and document."""
    text, document = card_text(route), card_document(route)
    assert document["schema"] == "pace.route-card/1"
    minutes = [turn["at_minutes"] for turn in document["turns"]]
    assert minutes == sorted(minutes)
    assert minutes[-1] == pytest.approx(route.minutes, abs=0.2)
    assert [turn["number"] for turn in document["turns"]] == [None, *range(1, len(minutes) - 1), None]
    at = [text.index(turn["text"].split()[0], 0) for turn in document["turns"]]
    assert all(position >= 0 for position in at)
    assert max(map(len, text.splitlines())) <= 78
    assert json.loads(json.dumps(document, allow_nan=False)) == document


@pytest.mark.parametrize("name", HOSTILE)
def test_a_street_of_any_name_stays_a_name(route, network, name):
    """What a map calls a street is never markup, and every file can still be read."""
    turns = [replace(turn, name=name) for turn in route.directions[:-1]]
    called = replace(route, directions=(*turns, Direction(at_m=9, turn=name)), attribution=name)
    renamed = replace(network, names=tuple(name for _ in network.names))
    made = files(called, renamed)
    for kind in ("gpx", "tcx", "svg"):
        root = etree.fromstring(made[kind])
        assert not root.findall(".//{*}script")
        assert not root.xpath("//@onload | //@onclick")
    json.loads(made["geojson"])
    json.loads(made["json"])
    assert "\x1b" not in made["txt"].decode()
    with fitdecode.FitReader(io.BytesIO(made["fit"]), error_handling=fitdecode.ErrorHandling.RAISE) as reader:
        assert sum(1 for _ in reader) > 10


def test_the_card_tells_hills_in_a_few_lines(route):
    """However often the pace changes, at most seven lines tell it; nobody is asked for more than a section allows."""
    first = route.sections[0]
    hilly = tuple(
        replace(first, start_m=50.0 * k, distance_m=50.0, minutes=0.6, speed=1.4 - 0.1 * (k % 4), grade=0.02 * (k % 4))
        for k in range(40)
    )
    text = card_text(replace(route, sections=hilly, distance_m=2000.0, minutes=24.0))
    paces = text.split("The pace\n")[1].split("\n\n")[0].splitlines()
    assert 1 <= len(paces) <= 7
    assert "slower where it rises" in text
    assert "15:10" in text or "15:08" in text or "15:09" in text


def test_no_file_of_a_way_tells_when_it_was_made(written):
    """The date that a format wants is the same for everybody and every day: 10^9 s after the epoch of FIT."""
    assert set(re.findall(rb"\d{4}-\d\d-\d\d", written["tcx"])) == {b"2021-09-08"}
    with fitdecode.FitReader(io.BytesIO(written["fit"])) as reader:
        messages = [frame for frame in reader if isinstance(frame, fitdecode.FitDataMessage)]
    assert messages[0].get_value("time_created").isoformat() == "2021-09-08T01:46:40+00:00"
    for kind in ("gpx", "geojson", "svg", "txt", "json"):
        assert re.findall(rb"20\d\d-\d\d", written[kind]) == []


@pytest.mark.parametrize("name", HOSTILE)
def test_a_name_of_a_map_is_inert_in_every_file(route, network, name):
    """Whatever shows a course later gets no escape and no mark that turns writing round."""
    called = replace(route, directions=tuple(replace(turn, turn=name) for turn in route.directions), attribution=name)
    made = files(called, replace(network, names=tuple(name for _ in network.names)))
    with fitdecode.FitReader(io.BytesIO(made["fit"])) as reader:
        messages = [frame for frame in reader if isinstance(frame, fitdecode.FitDataMessage)]
    words = [message.get_value("name") for message in messages if message.name == "course_point"]
    places = json.loads(made["geojson"])
    words += [str(feature["properties"].get("text", "")) for feature in places["features"]]
    words += [str(places.get("attribution", "")), made["gpx"].decode(), made["tcx"].decode(), made["svg"].decode()]
    assert not any(STEERING.search(text.replace("\n", " ")) for text in words)


def test_of_peoples_own_ways_only_the_way_itself_is_drawn(route, network):
    """Where recordings are the map, a picture shows nobody where else somebody goes."""
    ground = ("green", "lane", "trail", "road")
    drawn = []
    for way in (network.way, np.full_like(network.way, WAYS.index("recorded"))):
        own = replace(network, way=way)
        root = etree.fromstring(picture(route, own).encode())
        drawn.append([len(root.findall(f".//{{*}}path[@class='{name}']")) for name in ground])
        assert root.find(".//{*}path[@class='way']") is not None
    assert sum(drawn[0]) > 0
    assert drawn[1] == [0] * 4
