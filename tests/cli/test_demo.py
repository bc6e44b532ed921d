"""The whole way, on the invented people that come with `pace`: kept as text and as numbers, read when renewed."""

import json
import re
import sys
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest

from pace.output import second_opinion
from pace_cli import work


@pytest.fixture(scope="module", autouse=True)
def _people_once() -> Iterator[None]:
    """Invent and read the people once for all tests here; that they are the same each time is tested beside them."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(work, "invented", cache(lambda labels, make=work.invented: make(labels)))
        yield


def rounded(value: Any) -> Any:
    """Return a document with four figures a number: what differs beyond is another machine's rounding."""
    if isinstance(value, dict):
        return {key: rounded(item) for key, item in value.items()}
    if isinstance(value, list):
        return [rounded(item) for item in value]
    return float(f"{value:.4g}") if isinstance(value, float) else value


def without_distribution(document: dict[str, Any]) -> dict[str, Any]:
    """Return a match without its long lists."""
    for person in document["people"]:
        del person["pace_distribution"]
    return document


def test_the_demo_answers_as_it_did(command, golden):
    """The words of the demo are kept; a change is read before it is committed."""
    ran = command("demo")
    assert ran.code == 0
    golden.text("demo.txt", ran.out)
    golden.text("demo.stderr.txt", ran.err)


def test_the_demo_ends_with_what_to_type_next(command):
    """The last lines say what to type for one's own files."""
    assert "pace match YOUR_FOLDER THEIR_FOLDER" in "".join(command("demo").out.splitlines(keepends=True)[-2:])


def test_the_demo_document_is_as_it_was(command, golden):
    """The numbers of the demo are kept, to four figures."""
    document = json.loads(command("demo", "--json").out)
    golden.text("demo.json", json.dumps(rounded(without_distribution(document)), indent=1, ensure_ascii=False) + "\n")


def test_the_demo_page_is_the_same_each_time(command, tmp_path):
    """The same recordings make the same page, byte for byte."""
    pages = []
    for name in ("one.html", "two.html"):
        assert command("demo", "--html", str(tmp_path / name)).code == 0
        pages.append((tmp_path / name).read_bytes())
    assert pages[0] == pages[1]


def test_inspection_tells_no_place_and_no_date(command, sample):
    """What a file holds is told in counts and ranges: no coordinate, no date, no time of day."""
    for suffix in ("fit", "gpx"):
        for words in ([], ["--json"]):
            out = command("inspect", str(sample(suffix)), *words).out
            assert not re.search(r"\b(19|20)\d\d-\d\d|\d\d:\d\d:\d\d|-?5\.0\d{3,}", out)
            assert "hours" not in out


@pytest.mark.parametrize("suffix", ["gpx", "tcx"])
def test_inspection_tells_no_word_of_a_file_s_own(command, sample, tmp_path, suffix):
    """A sport that is none of those known is called another: free text can hold a name or a place."""
    named, n = re.subn(rb"(?<=<type>)\w+|(?<=Sport=\")\w+", b"Kim Elm", sample(suffix).read_bytes())
    (tmp_path / f"one.{suffix}").write_bytes(named)
    told = command("inspect", str(tmp_path), "--json").out
    assert n == 1
    assert "kim" not in told.lower()
    assert json.loads(told)["recordings"][0]["tracks"][0]["sport"] == "other"


def test_inspection_tells_heights_from_the_lowest(command, sample):
    """How high above the sea somebody was could tell where: the range begins at nought."""
    for suffix in ("fit", "gpx"):
        told = json.loads(command("inspect", str(sample(suffix)), "--json").out)
        height = told["recordings"][0]["tracks"][0]["columns"]["elevation"]
        assert height["low"] == 0 < height["high"] < 300


def test_a_second_opinion_agrees(command, sample):
    """Other libraries find the same points and the same duration in a FIT and a GPX file."""
    for suffix, others in (("fit", {"fitdecode", "fitparse"}), ("gpx", {"gpxpy"}), ("tcx", set())):
        for library in others:
            pytest.importorskip(library)
        document = json.loads(command("inspect", str(sample(suffix)), "--second-opinion", "--json").out)
        ours, *theirs = document["second_opinion"]
        assert {row["library"] for row in theirs} == others
        assert all((row["points"], row["duration_s"]) == (ours["points"], ours["duration_s"]) for row in theirs)


def test_without_the_other_libraries_the_command_says_what_to_install(command, sample, monkeypatch):
    """Whoever lacks the other libraries reads what to install."""
    monkeypatch.setitem(sys.modules, "fitdecode", None)
    assert "pip install 'pace-match[check]'" in command("inspect", str(sample("fit")), "--second-opinion").out


def test_other_libraries_are_given_no_large_file(sample, monkeypatch):
    """They take minutes and gigabytes over it: a file beyond the limit is ours alone."""
    monkeypatch.setattr(second_opinion, "MAX_SIZE", 100)
    _, *theirs = second_opinion.opinions(sample("fit"), ours=[])
    assert theirs
    assert all(row["problem"] and row["points"] is None for row in theirs)


def test_what_other_libraries_raise_is_theirs():
    """Whatever goes wrong in one of them is told in a word, and nothing of it that might cite the file."""

    def broken(module, data):
        raise RuntimeError("49.41")

    row = second_opinion._opinion("json", broken, b"x")
    assert row["problem"] == "gives up (RuntimeError)"
