"""`docs/json.md` is true: it names every key of every document, and no other."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from corpus import ROOT

PAGE = (ROOT / "docs" / "json.md").read_text(encoding="utf-8")
LABELS = ("therapist", "client")
MEETING = "-4.9806,-4.9821"
"""A crossing of the invented town."""
MEASURED = ("elevation", "distance", "speed", "heart_rate", "cadence", "temperature", "power", "respiration_rate")
WHOLE = {
    frozenset({"low", "median", "high", "level", "basis"}): "estimate",
    frozenset({"kind", "weight", "note"}): "evidence",
}
"""Objects that the page describes once and then names."""


def documented(title: str) -> dict[str, str]:
    """Return key and type of the first table after a title."""
    after = PAGE[PAGE.index(title) :]
    table = re.search(r"(?:^\|.*\n)+", after, flags=re.M)
    assert table
    return dict(re.findall(r"^\| `([^`]+)` \| ([^|]+) \|", table[0], flags=re.M))


def keys(value: Any, path: str = "", stop: tuple[str, ...] = ()) -> set[str]:
    """Return the paths of all leaves; estimates, evidence and what is in `stop` count as leaves."""
    if path in stop:
        return {path}
    if isinstance(value, dict) and frozenset(value) not in WHOLE:
        return set().union(*(keys(item, f"{path}.{name}".lstrip("."), stop) for name, item in value.items()))
    if isinstance(value, list):
        return set().union({f"{path}[]"} if not value else set(), *(keys(item, f"{path}[]", stop) for item in value))
    return {path}


def general(paths: set[str]) -> set[str]:
    """Return paths with labels and column names replaced by what stands for them."""
    some = {re.sub(rf"_(person|min)\.({'|'.join(LABELS)})$", r"_\1.LABEL", path) for path in paths}
    return {re.sub(rf"^columns\.({'|'.join(MEASURED)})\.", "columns.NAME.", path) for path in some}


def agree(found: set[str], title: str) -> None:
    """Assert that the document has the documented keys; a list that is empty stands for all that could be in it."""
    told = set(documented(title))
    empty = tuple(path for path in found if path.endswith("[]") and path not in told)
    assert {path for path in found if path not in empty} <= told
    assert {path for path in told if not path.startswith(empty)} <= found


def test_the_talk_test_document_is_as_documented(command):
    """Every key of `pace.talktest/1` is in its table, and every key of the table in it."""
    document = json.loads(command("talktest", "--answer", "comfortable", "--json").out)
    agree(general(keys(document)), "## `pace.talktest/1`")


def test_the_profile_document_is_as_documented(command, tmp_path: Path):
    """Every key of `pace.profile/1` is in its table, and every key of the table in it."""
    (tmp_path / "bad.fit").write_bytes(b"no activity")
    document = json.loads(command("profile", str(tmp_path), "--walk", "10:30", "--json").out)
    assert document["activities"]["skipped"]
    agree(keys(document), "## `pace.profile/1`")
    for key, kind in documented("## `pace.profile/1`").items():
        if kind.startswith("estimate"):
            assert set(document[key]) == set(documented("An **estimate**"))
    assert set(document["evidence"][0]) == set(documented("An **evidence**"))


def test_the_match_document_is_as_documented(command):
    """Every key of `pace.match/1` and of its options is in the tables, and the other way round."""
    document = json.loads(command("match", "-", "-", "--client-walk", "10:30", "--json").out)
    agree(keys(document, stop=("people[]", "suggestion", "alternatives[]")), "## `pace.match/1`")
    options = [document["suggestion"], *document["alternatives"]]
    modes = re.findall(r"`(\w+(?:-\w+)+)`", re.findall(r"^\\| `mode` .*$", PAGE, flags=re.M)[0])
    assert {option["mode"] for option in options} <= set(modes)
    agree(general(set().union(*map(keys, options)) - {"bouts[]"}), "An **option**")


@pytest.mark.parametrize("words", [(), ("--therapist-chat", "5:00", "--client-chat", "5:30")])
def test_the_plan_document_is_as_documented(command, words):
    """Every key of `pace.plan/1` and of its steps is in the tables, and the other way round."""
    document = json.loads(command("plan", "-", "-", "--client-walk", "10:30", *words, "--json").out)
    agree(keys(document, stop=("blocks[].steps[]", "blocks[].fallback")), "## `pace.plan/1`")
    steps = [step for block in document["blocks"] for step in (*block["steps"], block["fallback"])]
    agree(general(set().union(*map(keys, steps))), "A **step**")


def test_the_review_document_is_as_documented(command, tmp_path: Path):
    """Every key of `pace.review/1` and of its parts is in the tables, and the other way round."""
    from pace.formats.fit_writer import write_fit
    from pace.simulate.outing import run_walk
    from pace.simulate.pair import Apart, pair
    from pace.simulate.samples import CLIENT, THERAPIST

    plan = run_walk(CLIENT, minutes=20, seed=5)
    made = pair(CLIENT, THERAPIST, plan=plan, seed=5, apart=[Apart(start_s=400, metres=40)])
    for name, track in (("one.fit", made.leader), ("two.fit", made.follower)):
        (tmp_path / name).write_bytes(write_fit(track))
    document = json.loads(command("review", *map(str, sorted(tmp_path.iterdir())), "--json").out)
    agree(keys(document, stop=("people[]",)), "## `pace.review/1`")
    agree(set().union(*map(keys, document["people"])), "A **part**")


def test_the_routes_document_is_as_documented(command):
    """Every key of `pace.routes/1`, of its routes and of their sections is in the tables, and the other way round."""
    town = str(ROOT / "sample_activities" / "map.osm")
    words = ["--client-walk", "12:00", "--from", MEETING, "--map", town, "--minutes", "40", "--json"]
    document = json.loads(command("routes", "-", "-", *words).out)
    agree(keys(document, stop=("routes[]",)), "## `pace.routes/1`")
    agree(set().union(*(keys(route, stop=("sections[]",)) for route in document["routes"])), "A **route**")
    sections = [section for route in document["routes"] for section in route["sections"]]
    agree(general(set().union(*map(keys, sections))), "A **section**")


@pytest.mark.parametrize("second", [False, True])
def test_the_inspect_document_is_as_documented(command, sample, second):
    """Every key of `pace.inspect/1` and of its tracks is in the tables, and the other way round."""
    words = ["inspect", str(sample("fit")), "--json", *(["--second-opinion"] if second else [])]
    document = json.loads(command(*words).out)
    found = keys(document, stop=("recordings[].tracks[]",))
    told = {key for key in documented("## `pace.inspect/1`") if second or not key.startswith("second_opinion")}
    assert found == told
    for recording in document["recordings"]:
        for track in recording["tracks"]:
            agree(general(keys(track)), "A **track**")


def test_the_documents_of_people_are_as_documented(command):
    """Every key of `pace.people/1`, `pace.person/1` and of a consent is in its table, and the other way round."""
    assert command("person", "add", "Robin", "--said", "7:10 short", "--consent-until", "2199-01-01").code == 0
    people = json.loads(command("person", "list", "--json").out)
    agree(keys(people, stop=("people[].consent",)), "## `pace.people/1`")
    person = json.loads(command("person", "show", "Robin", "--json").out)
    agree(keys(person, stop=("consent",)), "## `pace.person/1`")
    assert set(person["consent"]) == set(people["people"][0]["consent"]) == set(documented("A **consent**"))
    assert json.loads(command("person", "status", "--json").out) == {"schema": "pace.people/1", "people": []}


def test_a_file_without_a_place_is_a_document_too(command, tmp_path: Path):
    """Positions that cannot be are counted by plain numbers, which JSON can hold."""
    points = "".join(f'<trkpt lat="147" lon="8"><time>2024-01-01T00:00:{s:02d}Z</time></trkpt>' for s in range(60))
    (tmp_path / "a.gpx").write_text(f"<gpx><trk><trkseg>{points}</trkseg></trk></gpx>")
    [recording] = json.loads(command("inspect", str(tmp_path / "a.gpx"), "--json").out)["recordings"]
    counts = {note["kind"]: note["count"] for note in recording["tracks"][0]["notes"]}
    assert counts == {"no-position": 60, "out-of-range": 60}
