"""`pace review`, as it is typed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pace.formats.fit_writer import write_fit
from pace.simulate.outing import run_walk
from pace.simulate.pair import Apart, pair
from pace.simulate.samples import CLIENT, THERAPIST


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, str]:
    """Return the therapist's and the client's recording of one session that the client led, clocks 90 s apart."""
    plan = run_walk(CLIENT, minutes=30, seed=5)
    made = pair(CLIENT, THERAPIST, plan=plan, seed=5, clock_s=90.0, apart=[Apart(start_s=600, metres=40)])
    place: Path = tmp_path_factory.mktemp("session")
    for name, track in (("t.fit", made.follower), ("c.fit", made.leader)):
        (place / name).write_bytes(write_fit(track))
    return str(place / "t.fit"), str(place / "c.fit")


def test_two_recordings_are_told_in_plain_words(command, files):
    """Who set the pace, when they were apart, how much was good for talking, and that clocks differed."""
    ran = command("review", *files)
    assert ran.code == 0
    assert "side by side for" in ran.out
    assert "The client led" in ran.out
    assert "Apart from minute" in ran.out
    assert "clocks differ by 90 s" in ran.out or "clocks differ by 89 s" in ran.out or "91 s" in ran.out
    assert max(map(len, ran.out.splitlines())) <= 80
    assert not ran.err


def test_one_recording_and_other_labels(command, files):
    """Alone, and under another name; with miles."""
    ran = command("review", files[1], "--label", "Robin", "--units", "mi")
    assert ran.code == 0
    assert "Robin" in ran.out
    assert "min/mile" in ran.out


def test_history_makes_talk_rest_on_recordings(command, files):
    """What a person's earlier recordings say is used for their minutes of talk."""
    document = json.loads(command("review", *files, "--history", "-", "--history", files[1], "--json").out)
    assert [part["talk_basis"] for part in document["people"]] == ["prior only", "1 activity"]


def test_a_plan_is_laid_beside_what_happened(command, files, tmp_path):
    """The plan that `pace plan --json` printed; what is none is a line."""
    plan = tmp_path / "plan.json"
    plan.write_text(command("plan", "-", "-", "--client-walk", "11:00", "--minutes", "30", "--json").out)
    ran = command("review", *files, "--plan", str(plan))
    assert ran.code == 0
    assert "kept within the planned pace for" in ran.out
    planned = json.loads(command("review", *files, "--plan", str(plan), "--json").out)["people"][1]["planned"]
    assert 1500 < sum(planned.values()) < 1900
    for text in ("", "{}", "[" * 10_000, '{"schema": "pace.plan/1"}'):
        plan.write_text(text)
        ran = command("review", *files, "--plan", str(plan))
        assert (ran.code, ran.err.count("\n")) == (1, 1)
        assert "plan" in ran.err
    assert command("review", *files, "--plan", str(tmp_path / "none.json")).code == 1


def test_a_plan_that_is_large_is_not_taken_into_memory(command, files, tmp_path):
    """A plan has some 50,000 bytes; a file of megabytes is none, whatever it begins with."""
    (tmp_path / "plan.json").write_bytes(b"{}" + b" " * 4_000_000)
    ran = command("review", *files, "--plan", str(tmp_path / "plan.json"))
    assert ran.code == 1
    assert "small document" in ran.err


def test_what_cannot_be_reviewed_is_a_line(command, files, sample):
    """Other sessions and broken files exit with 1, too many files with 2."""
    assert "overlap" in command("review", files[0], str(sample("fit"))).err
    assert command("review", files[0], str(sample("fit"))).code == 1
    assert command("review", *files, files[0]).code == 2
    assert "check how it is spelt" in command("review", "nowhere.fit").err
    assert command("review", "nowhere.fit").code == 1
    assert "this is a folder: name the one or two" in command("review", str(Path(files[0]).parent)).err
