"""The command on real recordings, read in place: an answer for every pair, a reason for every file left out."""

import json
import re

import pytest

from corpus import ACTIVITIES, needs_corpus

pytestmark = [needs_corpus, pytest.mark.heavy]


def test_a_match_of_real_people_has_an_answer(command, tmp_path):
    """A mode and a range of speeds, the threshold of a slow run-walker where it lies, a page of sane size."""
    page = tmp_path / "answer.html"
    ran = command("match", str(ACTIVITIES / "person-b"), str(ACTIVITIES / "person-a"), "--html", str(page), "--json")
    assert ran.code == 0
    assert "Traceback" not in ran.err
    document = json.loads(ran.out, parse_constant=pytest.fail)
    speeds = document["suggestion"]["speed_mps"]
    assert speeds["low"] <= speeds["best"] <= speeds["high"]
    assert 1.4 < document["people"][1]["walk_run_threshold_mps"]["median"] < 1.85
    assert page.stat().st_size < 400_000
    assert all(skipped["reason"] for person in document["people"] for skipped in person["activities"]["skipped"])
    assert not re.search(r"latitude|longitude|\b20[012]\d-\d\d-\d\d", ran.out + page.read_text(encoding="utf-8"))


def test_files_beside_an_answer_are_reported_on_standard_error(command):
    """Every file that cannot be read is named with its reason, and the others make an answer all the same."""
    ran = command("profile", str(ACTIVITIES / "person-c"), str(ACTIVITIES / "person-d"), "--json")
    document = json.loads(ran.out)
    assert ran.code == 0
    assert document["activities"]["used"] > 0
    named = sum(skipped["file"] in ran.err for skipped in document["activities"]["skipped"])
    counted = sum(map(int, re.findall(r"^pace: (\d+) recordings left out", ran.err, flags=re.M)))
    assert named + counted >= len(document["activities"]["skipped"])


@pytest.mark.parametrize("folder", ["fitdecode", "fitparse", "gpxpy", "opentracks", "fitparse-rs"])
def test_every_odd_file_is_inspected_or_refused_in_one_line(command, folder):
    """No file brings out a traceback; what cannot be read is one line and exit code 1."""
    for path in sorted((ACTIVITIES / folder).rglob("*")):
        if path.suffix.lower() in (".fit", ".gpx", ".tcx", ".zip", ".gz"):
            ran = command("inspect", str(path), "--json")
            assert "fault of pace" not in ran.err, path.name
            assert (ran.code, ran.err.count("\n")) in ((0, 0), (1, 1)), path.name
            if ran.code == 0:
                json.loads(ran.out, parse_constant=pytest.fail)
