"""The command `pace pairs`: every pair, who goes with whom, and the document as documented."""

import json

import pytest

from cli.test_documents import agree, documented, keys


@pytest.fixture(scope="module")
def three(tmp_path_factory):
    """Return the folders of three invented people."""
    from pace.simulate.samples import sample_files

    place = tmp_path_factory.mktemp("people")
    for person in ("therapist", "client", "other"):
        (place / person).mkdir()
    for name, data in sample_files().items():
        if name.endswith(("01-brisk-walk.fit", "01-easy-run.fit")) or "/01-" in name:
            (place / name).write_bytes(data)
            if name.startswith("client"):
                (place / "other" / "run.fit").write_bytes(data)
    return [str(place / person) for person in ("therapist", "client", "other")]


def test_every_pair_is_shown_once_by_labels_that_name_nobody(command, three):
    """Labels are person 1, 2, 3 unless said otherwise; never a file's name."""
    out = command("pairs", *three, "--label", "Ash").out
    for pair in ("Ash and person 2", "Ash and person 3", "person 2 and person 3"):
        assert out.count(pair) == 1
    assert "client" not in out


def test_a_hill_and_a_warm_day_slow_everybody_down(command, three):
    """The same people settle on less uphill in the heat."""
    here, there = (
        json.loads(command("pairs", *three, *words, "--json").out)
        for words in ((), ("--grade", "5", "--temperature", "30"))
    )
    assert (there["grade"], there["temperature_c"]) == (0.05, 30)
    for level, uphill in zip(here["pairs"], there["pairs"], strict=True):
        assert uphill["speed_mps"] < level["speed_mps"]


def test_an_assignment_says_who_goes_with_whom(command, three):
    """Given that the first is the therapist, both others go with them; the same if the therapist is named."""
    first = command("pairs", *three, "--assign", "1")
    named = command("pairs", *three[1:], "--therapist", three[0])
    assert first.code == named.code == 0
    assert first.out == named.out
    assert "person 1 and person 3" in first.out


def test_the_pairs_document_is_as_documented(command, three):
    """Every key of `pace.pairs/1` is in its tables, and every key of the tables in it."""
    document = json.loads(command("pairs", *three, "--assign", "1", "--json").out)
    agree(keys(document, stop=("pairs[]", "assignment")), "## `pace.pairs/1`")
    assert set(document["pairs"][0]) == set(documented("A **pair**"))
    agree(keys(document["assignment"], stop=("together[]",)), "An **assignment**")
    assert json.loads(command("pairs", *three, "--json").out)["assignment"] is None


@pytest.mark.parametrize("words", [("--assign", "3"), ("--assign", "1", "--therapist", "x"), ("--label", "a") * 4])
def test_what_makes_no_sense_is_a_slip_in_what_was_typed(command, three, words):
    """As many therapists as people, two ways of naming them, more labels than people: exit code 2."""
    assert command("pairs", *three, *words).code == 2


def test_one_person_makes_no_pair(command, three):
    """Exit code 2, and no traceback."""
    assert command("pairs", three[0]).code == 2
