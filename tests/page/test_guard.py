"""The local page answers its own browser tab and nobody else."""

from __future__ import annotations

import asyncio

import pytest

from pace_cli.page import app as page
from pace_cli.page import guard
from pace_cli.page.app import app
from page.asking import HOST, OWN, PORT, TOKEN, ask, opened

FILE = b"<gpx></gpx>"


def made():
    return app(token=TOKEN, port=PORT)


def asked(path, **how):
    return asyncio.run(ask(made(), path, **how))


@pytest.mark.parametrize(
    "host", ["evil.example", f"evil.example:{PORT}", "127.0.0.1", "127.0.0.1:1", "", f"127.0.0.1:{PORT}.evil.example"]
)
def test_a_foreign_name_that_points_here_is_refused(host):
    """DNS rebinding: the name in the address bar is another's, whatever secret it knows."""
    answer = asked(f"/{TOKEN}/", headers={**OWN, "host": host})
    assert (answer.status, b"data-page" in answer.body) == (400, False)


def test_two_names_in_one_request_are_refused():
    """What one part of a stack would read and another not is no request of a browser."""
    assert asked(f"/{TOKEN}/", headers=[("host", HOST), ("host", "evil.example")]).status == 400


@pytest.mark.parametrize(
    "path", ["/", "/page.js", "/x/", f"/{TOKEN}x/", f"/{TOKEN[:-1]}/", "/%73ecret/../", f"//{TOKEN}/"]
)
def test_without_the_secret_nothing_is_shown(path):
    """Another program or user of this machine learns nothing, not even a style sheet."""
    assert asked(path).status == 403


def test_with_the_secret_the_page_is_shown_under_a_strict_policy():
    """No script, style or picture from elsewhere, nobody may frame it, and the browser keeps nothing."""
    answer = asked(f"/{TOKEN}/")
    assert answer.status == 200
    own, nothing = "'self'", "'none'"
    rules = dict(rule.strip().split(" ", 1) for rule in answer.headers["content-security-policy"].split(";"))
    assert {name for name, source in rules.items() if source == nothing} == {
        "default-src",
        "form-action",
        "base-uri",
        "frame-ancestors",
    }
    assert {name for name, source in rules.items() if source == own} == {
        "script-src",
        "style-src",
        "connect-src",
        "frame-src",
    }
    assert len(rules) == 9
    assert rules["img-src"] == "data:"
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["cross-origin-opener-policy"] == "same-origin"
    assert answer.headers["cross-origin-resource-policy"] == "same-origin"
    assert b"http" not in answer.body
    assert b"style=" not in answer.body


@pytest.mark.parametrize(
    "headers",
    [
        {"host": HOST},
        {"host": HOST, "origin": "https://evil.example"},
        {"host": HOST, "origin": "null"},
        {"host": HOST, "origin": f"http://127.0.0.1:{PORT + 1}"},
        {"host": HOST, "origin": f"https://{HOST}"},
        {**OWN, "sec-fetch-site": "cross-site"},
        {**OWN, "sec-fetch-site": "same-site"},
    ],
)
def test_what_another_site_posts_is_refused(headers):
    """A form or a script of another site, or of another server on this machine, changes nothing here."""

    async def post():
        one = made()
        here = await opened(one)
        answer = await ask(one, f"{here}/people/0/files?name=a.gpx", method="POST", headers=headers, body=[FILE])
        kept = await ask(one, f"{here}/answer", method="POST", body=[b"{}"])
        return answer.status, "people.0.files" in kept.json["fields"]

    assert asyncio.run(post()) == (403, True)


def posted(**how):
    async def post():
        one = made()
        here = await opened(one)
        return await ask(one, f"{here}/people/0/files?name=a.gpx", method="POST", **how)

    return asyncio.run(post())


@pytest.mark.parametrize("told", [str(guard.MOST_BYTES + 1), "9" * 30, "-1", "ten"])
def test_a_file_that_says_it_is_too_large_is_refused_before_it_is_read(told):
    """Nothing of it is taken in."""
    assert posted(headers={**OWN, "content-length": told}, body=[FILE], stalls=True).status == 413


def test_a_file_that_never_ends_is_refused_once_it_is_too_large(monkeypatch):
    """However it was announced, memory stays bounded."""
    monkeypatch.setattr(page, "MOST_BYTES", 1000)
    answer = posted(body=[b"x" * 100] * 11, stalls=True)
    assert answer.status == 413
    assert "may have" in answer.json["message"]


def test_a_file_that_trickles_is_given_up(monkeypatch):
    """A connection that sends next to nothing does not stay for ever."""
    monkeypatch.setattr(page, "LONGEST_UPLOAD_S", 0.05)
    assert posted(body=[FILE], stalls=True).status == 408


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b"\xff", b"[" * 50_000])
def test_what_is_no_form_is_refused(body):
    """A clear answer, no fault of ours."""

    async def post():
        one = made()
        here = await opened(one)
        return (await ask(one, f"{here}/answer", method="POST", body=[body])).status

    assert asyncio.run(post()) == 400


def test_a_form_has_a_limit():
    """What is typed is short."""

    async def post():
        one = made()
        here = await opened(one)
        return (await ask(one, f"{here}/answer", method="POST", body=[b" " * 70_000])).status

    assert asyncio.run(post()) == 413


def test_only_so_many_pages_are_open_at_once():
    """A loop of reloads does not fill the memory."""

    async def open_many():
        one = made()
        return [(await ask(one, f"/{TOKEN}/")).status for _ in range(page.MOST_SITTINGS + 2)]

    assert asyncio.run(open_many()) == [200] * page.MOST_SITTINGS + [429] * 2


@pytest.mark.parametrize("path", ["/nothing", "/x/report", "/x/people/7/files", "/x/people/-1/files", "/../main.py"])
def test_what_is_not_there_is_said_without_a_fault(path):
    """Gone, absent, or not to be asked like that."""
    assert asked(f"/{TOKEN}{path}").status in (404, 410)


def test_every_answer_keeps_the_policy():
    """A refusal, a fault of whoever asked and what is not there are under it too, and nothing of them is kept."""

    async def answers():
        one = made()
        here = await opened(one)
        return [
            await ask(one, f"/{TOKEN}/", headers={**OWN, "host": "evil.example"}),
            await ask(one, "/x/"),
            await ask(one, f"/{TOKEN}/nothing"),
            await ask(one, f"/{TOKEN}/x/report"),
            await ask(one, f"{here}/report"),
            await ask(one, f"{here}/answer", method="POST", body=[b"{"]),
            await ask(one, f"{here}/answer", method="POST", body=[b"{}"]),
            await ask(one, f"{here}/people/9/files?name=a.gpx", method="POST", body=[FILE]),
        ]

    found = asyncio.run(answers())
    assert [answer.status for answer in found] == [400, 403, 404, 410, 404, 400, 422, 422]
    for answer in found:
        assert answer.headers["content-security-policy"].startswith("default-src 'none'")
        assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("kind", ["websocket", "lifespan"])
def test_only_requests_of_pages_are_answered(kind):
    """Any other line is let go without a word, whatever it says it knows."""
    sent = []

    async def ask_otherwise():
        scope = {"type": kind, "path": f"/{TOKEN}/", "headers": [(b"host", HOST.encode())], "query_string": b""}
        await made()(scope, None, sent.append)

    asyncio.run(ask_otherwise())
    assert sent == []
