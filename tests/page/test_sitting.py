"""What a page knows while it is open, and that it is gone afterwards."""

from __future__ import annotations

import asyncio
import json
import re
import time
from pathlib import Path

import pytest

from corpus import ROOT
from pace_cli.page import app as page
from pace_cli.page.app import app
from pace_cli.page.sitting import MOST_PEOPLE, FormError, Sitting
from page.asking import PORT, TOKEN, ask, opened

SAMPLES = ROOT / "sample_activities"
WORDS = {"people": [{"label": "Ash", "walk": "10:30"}, {"label": "Bo", "walk": "5 km/h", "chat": "9:00"}]}


def wrong(given, sitting=None):
    with pytest.raises(FormError) as error:
        (sitting or Sitting()).answer(given)
    return error.value.by_field


def test_a_few_words_of_each_are_answer_enough():
    """A report is made, with both names in it."""
    sitting = Sitting()
    sentence = sitting.answer(WORDS)
    assert "min/km" in sentence
    assert "Ash" in sitting.report
    assert sentence in sitting.report


def test_files_and_words_give_what_the_command_gives():
    """The page reads the same recordings to the same profile as `pace.profile` does."""
    import pace

    sitting = Sitting()
    for path in sorted((SAMPLES / "client").iterdir()):
        sitting.add(1, path.name, path.read_bytes())
    known = pace.profile(SAMPLES / "client")
    assert [one.digest for one in sitting.people[1].summaries] == [one.digest for one in known.summaries]


def test_a_file_that_cannot_be_used_says_why_and_costs_nothing():
    """The reason goes back to where the file was dropped; the name is made harmless."""
    found = Sitting().add(0, "<b>\x1b[31mnotes\u202e.txt", b"no recording")
    assert found["used"] == 0
    assert found["left_out"][0]["file"] == "<b>notes.txt"
    assert found["left_out"][0]["reason"].startswith("an activity file must be FIT, GPX or TCX")


def test_nobody_is_left_without_anything():
    """Each person of whom nothing is known is told at their own place."""
    assert set(wrong({})) == {"people.0.files", "people.1.files"}
    sitting = Sitting()
    sitting.add(0, "a.txt", b"no")
    assert wrong({}, sitting)["people.0.files"].startswith("None of these files tells")


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("walk", "quickly"),
        ("walk", "2:00"),
        ("chat", "0"),
        ("short", "99"),
        ("not", "1e9"),
        ("age", "-3"),
        ("age", "٤٥"),
        ("age", "4_5"),
        ("height_cm", "1.68"),
        ("height_cm", "nan"),
        ("hr_rest", "inf"),
        ("hr_max", "20"),
    ],
)
def test_what_cannot_be_meant_is_told_at_its_field(field, typed):
    """One message, at the field that caused it, and the others are not blamed."""
    people = [{"label": "a", "walk": "11:00"}, {"label": "b", "walk": "11:00", field: typed}]
    assert set(wrong({"people": people})) == {f"people.1.{field}"}


@pytest.mark.parametrize(
    ("field", "typed"), [("minutes", "4"), ("minutes", "x"), ("grade", "45"), ("temperature", "99")]
)
def test_a_session_that_cannot_be_meant_is_told_at_its_field(field, typed):
    """As for people."""
    assert set(wrong({**WORDS, field: typed})) == {field}


def test_two_people_of_one_name_are_asked_apart():
    """A report needs to tell them apart."""
    people = [{"label": "Ash", "walk": "10:00"}, {"label": "Ash", "walk": "11:00"}]
    assert set(wrong({"people": people})) == {"people.1.label"}


@pytest.mark.parametrize(
    "given", [{"people": "x"}, {"people": [1, None]}, {"people": [{}] * 50}, {"people": [{"label": []}, {}]}]
)
def test_nonsense_is_told_as_missing_words(given):
    """Whatever arrives, the answer is about fields."""
    assert all(name.startswith("people.") for name in wrong(given))


def test_decimal_commas_and_miles_are_understood():
    """As people write them."""
    people = [{"walk": "17:00"}, {"walk": "16:30", "height_cm": "168,5"}]
    assert "min/mile" in Sitting().answer({"people": people, "units": "mi"})


async def until(holds):
    """Wait for what must come to hold soon."""
    async with asyncio.timeout(30):
        while not holds():
            await asyncio.sleep(0.01)


def test_a_closed_page_is_forgotten_and_the_last_one_ends_the_program(monkeypatch):
    """Without its line of life for a while, a page is gone, and so is what it knew."""
    monkeypatch.setattr(page, "GRACE_S", 1.0)

    async def close():
        ended = []
        one = app(token=TOKEN, port=PORT, gone=lambda: ended.append(True))
        here = await opened(one)
        before = (await ask(one, f"{here}/people/0/clear", method="POST")).status
        await until(lambda: ended)
        return before, (await ask(one, f"{here}/people/0/clear", method="POST")).status

    assert asyncio.run(close()) == (200, 410)


def test_a_page_that_listens_is_kept_until_it_stops(monkeypatch):
    """Its line of life holds it; when the line breaks, it is forgotten."""
    monkeypatch.setattr(page, "GRACE_S", 0.2)
    monkeypatch.setattr(page, "BEAT_S", 0.02)

    async def listen():
        ended = []
        one = app(token=TOKEN, port=PORT, gone=lambda: ended.append(True))
        here = await opened(one)
        line = asyncio.get_running_loop().create_task(ask(one, f"{here}/alive", stalls=True))
        await asyncio.sleep(1.0)
        kept = not ended
        line.cancel()
        await until(lambda: ended)
        return kept

    assert asyncio.run(listen())


def test_forgetting_at_once_needs_no_closing():
    """The button on the page."""

    async def forget():
        ended = []
        one = app(token=TOKEN, port=PORT, gone=lambda: ended.append(True))
        here = await opened(one)
        await ask(one, f"{here}/forget", method="POST")
        return (await ask(one, f"{here}/report")).status, ended

    assert asyncio.run(forget()) == (410, [True])


def test_a_page_has_room_for_a_small_group():
    """Therapist and clients, up to the limit, and nobody beyond."""
    assert Sitting().add(MOST_PEOPLE - 1, "a.txt", b"no")["used"] == 0
    with pytest.raises(ValueError, match="up to"):
        Sitting().add(MOST_PEOPLE, "a.txt", b"no")


def test_the_page_is_part_of_the_package():
    """Document, style and script lie beside the code that serves them."""
    place = Path(page.__file__).parent
    assert {path.name for path in place.iterdir()} >= {"page.html", "page.css", "page.js"}


def test_the_page_makes_no_markup_of_what_comes_back():
    """Names and reasons are set as text, and the report is shown where no script of it could run."""
    place = Path(page.__file__).parent
    script = (place / "page.js").read_text(encoding="utf-8")
    assert [
        word for word in ("innerHTML", "outerHTML", "insertAdjacent", "document.write", "eval(") if word in script
    ] == []
    assert re.findall("<iframe[^>]*>", (place / "page.html").read_text(encoding="utf-8")) == [
        '<iframe id="report" title="The report" sandbox="allow-same-origin">'
    ]


def test_the_report_is_shown_under_a_stricter_policy():
    """It loads nothing, runs nothing, sends nothing, and is framed by the page alone."""

    async def report():
        one = app(token=TOKEN, port=PORT)
        here = await opened(one)
        await ask(one, f"{here}/answer", method="POST", body=[json.dumps(WORDS).encode()])
        return await ask(one, f"{here}/report")

    answer = asyncio.run(report())
    assert b"Ash" in answer.body
    assert {rule.strip() for rule in answer.headers["content-security-policy"].split(";")} == {
        "default-src 'none'",
        "style-src 'unsafe-inline'",
        "img-src data:",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'self'",
    }


def test_each_page_knows_its_own_people_alone():
    """What is dropped on one page is nothing that another page can ask about."""

    async def two():
        one = app(token=TOKEN, port=PORT)
        here, there = await opened(one), await opened(one)
        recording = next((SAMPLES / "client").glob("01*")).read_bytes()
        await ask(one, f"{there}/people/0/files?name=a.fit", method="POST", body=[recording])
        asked = [await ask(one, f"{where}/answer", method="POST", body=[b"{}"]) for where in (here, there)]
        return [set(answer.json["fields"]) for answer in asked]

    assert asyncio.run(two()) == [{"people.0.files", "people.1.files"}, {"people.1.files"}]


def test_files_are_read_one_at_a_time(monkeypatch):
    """However many arrive at once, the memory of one is enough."""
    under_way, most = [], []

    def slow(self, person, name, data):
        under_way.append(name)
        most.append(len(under_way))
        time.sleep(0.05)
        under_way.remove(name)
        return {}

    monkeypatch.setattr(Sitting, "add", slow)

    async def four():
        one = app(token=TOKEN, port=PORT)
        here = await opened(one)
        questions = [ask(one, f"{here}/people/0/files?name={i}.gpx", method="POST", body=[b"x"]) for i in range(4)]
        await asyncio.gather(*questions)

    asyncio.run(four())
    assert most == [1] * 4


def test_a_page_takes_so_many_files(monkeypatch):
    """A loop that posts does not go on for ever."""
    monkeypatch.setattr("pace_cli.page.sitting.MOST_FILES", 2)
    sitting = Sitting()
    for _ in range(2):
        sitting.add(0, "a.txt", b"no")
    with pytest.raises(ValueError, match="one page takes 2 files"):
        sitting.add(0, "a.txt", b"no")


def test_a_fault_tells_nothing_of_what_it_was_about():
    """An error that nobody foresaw may cite a place or a name: only its kind is told."""
    told = asyncio.run(page.fault(None, RuntimeError("49.41,8.69 of Ottilie")))
    assert told.status_code == 500
    assert b"RuntimeError" in told.body
    assert [word for word in (b"49", b"Ottilie") if word in told.body] == []
