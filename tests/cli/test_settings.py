"""Settings: a file's defaults reach every command that has the option, typed words go before, and slips are named."""

import re
import tomllib

import pytest

from corpus import ROOT
from pace_cli.settings import KEYS, SELF, WORDS

WORDS_OF_CLIENT = ("match", "-", "-", "--client-walk", "10:30/km")


@pytest.fixture
def settings(tmp_path, monkeypatch):
    """Return a function that writes the settings of this test."""
    path = tmp_path / "config.toml"
    monkeypatch.setenv("PACE_CONFIG", str(path))

    def write(text):
        path.write_text(text, encoding="utf-8")
        return path

    return write


def test_what_is_set_is_taken_and_what_is_typed_goes_before(command, settings):
    """Units and minutes come from the file, unless they are typed."""
    settings('units = "mi"\nminutes = 40\n')
    ran = command(*WORDS_OF_CLIENT)
    assert "min/mile" in ran.out
    assert "40 minutes" in ran.out
    typed = command(*WORDS_OF_CLIENT, "--units", "km", "--minutes", "30")
    assert "min/km" in typed.out
    assert "30 minutes" in typed.out


def test_what_is_true_of_the_therapist_spares_their_files(command, settings):
    """With a table of one's own words, one path is the client's; the words count as if they were typed."""
    settings('[therapist]\nwalk = "5 km/h"\nchat = "6:00/km"\n')
    told = command("match", "sample_activities/client")
    settings("")
    typed = ("--therapist-walk", "5 km/h", "--therapist-chat", "6:00/km")
    assert told.code == 0
    assert told.out == command("match", "sample_activities/client", *typed).out


def test_settings_reach_commands_inside_commands(command, settings, tmp_path):
    """`pace plot match` takes them as `pace match` does."""
    settings('units = "mi"\n')
    out = tmp_path / "match.svg"
    assert command("plot", *WORDS_OF_CLIENT, "-o", str(out)).code == 0
    assert "min/mile" in out.read_text(encoding="utf-8")


def test_minutes_of_a_session_are_not_minutes_of_a_note():
    """What means something else under the same name is left alone."""
    from typer.main import get_command

    from pace_cli import settings
    from pace_cli.main import app

    found = settings._by_command({"minutes": 40, "units": "mi"}, get_command(app))
    assert found["match"] == found["plot"]["match"] == {"minutes": 40, "units": "mi"}
    assert found["note"] == {"units": "mi"}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('unit = "mi"', "'unit' is no setting: did you mean 'units'?"),
        ('colour = "red"', "there are units, minutes, lead, library, therapist"),
        ("[therapist]\nheigth = 1.7", "'heigth' is no setting of [therapist]: did you mean 'height'?"),
        ("[client]\nwalk = '10:30'", "'client' is no setting"),
        ("minutes = 3", "minutes: this must be 5 at least"),
        ("minutes = 'long'", "minutes: this must be a number"),
        ("lead = 'nobody'", "lead: 'nobody' is not one of 'client', 'therapist', 'equal'"),
        ("units = true", "units: "),
        ("units = ['km']", "units: "),
        ("[therapist]\nwalk = 'fast'", "[therapist] walk: a pace looks like"),
        ("[therapist]\nage = 'old'", "[therapist] age: "),
        ("therapist = 3", "put [therapist] on a line of its own"),
        ("units = \nminutes = 3", "line 1"),
        ("x = " + "[" * 5000, "TOML"),
        ("# " + "long " * 20_000, "65536 bytes"),
    ],
)
def test_a_slip_is_one_line_that_says_where(command, settings, text, said):
    """The file, the key and what would do, on standard error, exit code 1; help comes all the same."""
    path = settings(text)
    ran = command(*WORDS_OF_CLIENT)
    assert (ran.code, ran.out) == (1, "")
    assert said in ran.err
    assert str(path) in ran.err
    assert ran.err.count("\n") == 1
    assert command("match", "--help").code == 0
    assert command().code == 0


def test_a_file_that_was_named_must_be_there(command, monkeypatch, tmp_path):
    """PACE_CONFIG that leads nowhere is an error; empty it means no settings."""
    monkeypatch.setenv("PACE_CONFIG", str(tmp_path / "none.toml"))
    assert command(*WORDS_OF_CLIENT).code == 1
    monkeypatch.setenv("PACE_CONFIG", "")
    assert command(*WORDS_OF_CLIENT).code == 0


def test_the_usual_place_is_looked_at(command, monkeypatch, tmp_path):
    """Without PACE_CONFIG the file lies in the system's folder for settings; no file is no error."""
    monkeypatch.delenv("PACE_CONFIG")
    monkeypatch.setattr("platformdirs.user_config_path", lambda *_, **__: tmp_path)
    assert "min/km" in command(*WORDS_OF_CLIENT).out
    (tmp_path / "config.toml").write_text('units = "mi"\n', encoding="utf-8")
    assert "min/mile" in command(*WORDS_OF_CLIENT).out


def test_the_page_about_settings_shows_all_of_them(command, settings):
    """The example of `docs/settings.md` holds every key there is, and is taken."""
    page = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
    example = re.search(r"^```toml\n(.*?)^```", page, flags=re.S | re.M)
    assert example is not None
    told = tomllib.loads(example[1])
    assert set(told) == {*KEYS, SELF}
    assert set(told[SELF]) == set(WORDS)
    settings(example[1])
    assert command(*WORDS_OF_CLIENT).code == 0
