"""Every command of `pace`, as a program of its own, in a practice full of secrets: nothing leaves, stays or shows."""

from __future__ import annotations

import os
import random
import re
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path

import numpy as np
import pytest
import typer

import pace
from robust.damage import mutants
from table.test_batch import Here
from trust.canaries import Secrets
from trust.world import (
    COMMANDS,
    FILE,
    FOLDER,
    INSIDE,
    LIBRARY,
    MEETING,
    NAME,
    RIVER,
    Ran,
    World,
    elsewhere,
    run,
    snapshot,
)

pytestmark = pytest.mark.heavy

EMPTY = ("unshare", "--net", "--map-root-user") if os.name == "posix" and os.getuid() else ("unshare", "--net")
"""What runs a program where there is no network at all, not even this machine's own."""


def no_network() -> tuple[str, ...]:
    """Return what goes before a command for an empty network namespace; nothing where that is not permitted."""
    may = shutil.which("unshare") and subprocess.run([*EMPTY, "true"], capture_output=True).returncode == 0
    return EMPTY if may else ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """A day of work: the world it began with, what each command left, what was noticed of the network."""

    world: World
    ran: list[Ran]
    network: str
    alone: bool


@pytest.fixture(scope="module")
def day(fresh, tmp_path_factory) -> Day:
    """Every command once, without a network and with no mask for files."""
    world, log, before = elsewhere(fresh, tmp_path_factory.mktemp("a")), tmp_path_factory.mktemp("log"), no_network()
    ran = [run(world, command, *before, PACE_TRUST_NETWORK=str(log / "network")) for command in COMMANDS]
    told = (log / "network").read_text() if (log / "network").exists() else ""
    return Day(world=world, ran=ran, network=told, alone=bool(before))


@pytest.fixture(scope="module")
def secrets(fresh) -> Secrets:
    """Return what must not be told."""
    latitude, longitude = map(float, MEETING.split(","))
    return Secrets(fresh.tracks, meeting=(latitude, longitude))


def leaves(app: typer.Typer, before: str = "") -> set[str]:
    """Return every command of an application, with the words before it."""
    names = {
        before + (one.name or one.callback.__name__.rstrip("_").replace("_", "-")) for one in app.registered_commands
    }
    return names.union(*(leaves(group.typer_instance, f"{before}{group.name} ") for group in app.registered_groups))


def test_every_command_is_tried():
    """Whoever adds a command adds it to the day; `open` has a test of its own."""
    from pace_cli.main import app

    tried = {" ".join(command.words[:k]) for command in COMMANDS for k in (1, 2)}
    assert leaves(app) - tried == {"open"}


def test_every_command_ends_as_it_should(day):
    """Answers with 0, what cannot be used with 1, slips with 2: an answer that never came could tell nothing."""
    assert [(ran.command.name, ran.err) for ran in day.ran if ran.code != ran.command.code] == []
    assert [ran.command.name for ran in day.ran if ran.code == 0 and not (ran.out or ran.changed)] == []


# --- P1 ------------------------------------------------------------------------------------------------------------


def test_no_command_uses_the_network(day, figure):
    """In an empty network namespace and under an audit hook: no address looked up, no socket but between processes."""
    assert day.network == ""
    where = "in an empty network namespace and under an audit hook" if day.alone else "under an audit hook"
    figure("P1", f"{len(day.ran)} commands {where}: {len(day.network.splitlines())} uses of the network")


@pytest.mark.parametrize("way", ["socket.create_connection(('127.0.0.1', 9))", "socket.getaddrinfo('example.org', 80)"])
def test_a_use_of_the_network_would_be_noticed(tmp_path, way):
    """The watcher sees a program that connects or looks a name up, also in a process below it."""
    code = f"import socket, subprocess, sys\ntry: {way}\nexcept OSError: pass\n"
    code += "if len(sys.argv) == 1: subprocess.run([sys.executable, '-c', open(0).read() or 'pass', 'x'])"
    env = {"PYTHONPATH": str(INSIDE), "PACE_TRUST_NETWORK": str(tmp_path / "log"), "PATH": os.environ["PATH"]}
    subprocess.run([sys.executable, "-c", code], env=env, input=b"", check=True)
    assert "socket." in (tmp_path / "log").read_text()


@pytest.mark.skipif(shutil.which("strace") is None, reason="needs strace")
def test_the_system_sees_no_network_either(fresh, tmp_path, figure):
    """What the kernel is asked for: of the families of sockets only the one within the machine, in all processes."""
    world, log = elsewhere(fresh, tmp_path / "a"), tmp_path / "strace"
    words = ("strace", "-f", "-o", str(log), "-e", "trace=%network")
    traced = [one for one in COMMANDS if one.words[0] in ("match", "batch", "person")][:6]
    for number, command in enumerate(traced):
        ran = run(world, command, *words[:3], f"{log}{number}", *words[4:])
        if b"ptrace" in ran.err:
            pytest.skip("strace cannot trace here")
        assert ran.code == command.code
    calls = [line for k in range(len(traced)) for line in Path(f"{log}{k}").read_text().splitlines()]
    foreign = [line for line in calls if "AF_INET" in line or "AF_NETLINK" in line]
    assert foreign == []
    figure("P1", f"{len(traced)} commands under strace: {len(foreign)} of {len(calls)} lines about another machine")


OPENED = """
import json, os, re, signal, subprocess, sys, urllib.request
subprocess.run(["ip", "link", "set", "lo", "up"], check=len(sys.argv) > 1, stderr=subprocess.DEVNULL)
env = {**os.environ, "PACE_TRUST_NETWORK": os.environ["LOG"]}
page = subprocess.Popen([sys.executable, "-m", "pace_cli", "open", "--no-browser"], stdout=subprocess.PIPE, env=env)
address = page.stdout.readline().decode().strip()
opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
here = address + re.search('data-page="([^"]*)"', opener.open(address).read().decode())[1]
def post(path, body):
    asked = urllib.request.Request(here + path, data=body, headers={"Origin": address.rsplit("/", 2)[0]})
    try:
        return opener.open(asked).read().decode()
    except urllib.error.HTTPError as error:
        return error.read().decode()
for person, folder in enumerate(("therapist", "robin")):
    for name in sorted(os.listdir(folder)):
        print(post(f"/people/{person}/files?name={name}", open(f"{folder}/{name}", "rb").read()))
print(post("/answer", json.dumps({"people": [{"label": "A"}, {"label": "B"}], "minutes": "50"}).encode()))
print(opener.open(here + "/report").read().decode())
page.send_signal(signal.SIGINT)
print(page.wait(20), file=sys.stderr)
"""


def test_the_page_is_for_this_computer_alone(fresh, secrets, tmp_path, figure):
    """`pace open` listens on the loopback address, asks nobody for anything, leaves no file and tells no secret."""
    world, before, log = elsewhere(fresh, tmp_path / "a"), no_network(), tmp_path / "network"
    was = snapshot(world)
    done = subprocess.run(
        [*before, sys.executable, "-c", OPENED, *before[:1]],
        cwd=world.desk,
        env=world.environment(LOG=str(log)),
        capture_output=True,
        timeout=120,
        umask=0,
        check=True,
    )
    told = log.read_text().splitlines()
    listening = [line for line in told if line.startswith("socket.bind")]
    assert listening == ["socket.bind ('127.0.0.1', 0)"]
    assert {line.split()[0] for line in told} <= {"socket.bind", "socket.__new__"}
    assert b"comfortable" in done.stdout
    assert b"<svg" in done.stdout
    assert secrets.found(done.stdout) <= {"file"}  # each file's own name goes back to where it was dropped
    assert secrets.found(done.stderr) == set()
    lines = done.stderr.decode().splitlines()
    assert [line[:30] for line in lines] == ["pace: the page is at this addr", "130"], "Ctrl-C ends it"
    assert snapshot(world) == was
    figure("P1", f"`pace open`: {len(listening)} socket, on 127.0.0.1, and {len(told) - len(listening)} of its tabs")


# --- P2, P3 --------------------------------------------------------------------------------------------------------


def test_nothing_is_left_but_what_was_named(day, figure):
    """In the working folder, the home and the temporary folder: the files that were asked for, and no other."""
    left = {ran.command.name: set(ran.changed) - set(ran.command.makes) for ran in day.ran}
    assert {name: files for name, files in left.items() if files} == {}
    assert [ran.command.name for ran in day.ran if set(ran.command.makes) - set(ran.changed)] == []
    figure("P2", f"{len(day.ran)} commands: {sum(map(len, left.values()))} files that were not asked for")


def test_everything_written_is_its_owner_s_alone(day, figure):
    """With no mask at all: files 0600, folders 0700."""
    modes = {(name, mode) for ran in day.ran for name, (mode, _) in ran.changed.items()}
    open_ = {(name, oct(mode)) for name, mode in modes if mode & 0o077}
    assert len(modes) > 20
    assert open_ == set()
    figure("P3", f"{len(open_)} of {len(modes)} files and folders that others could read, under umask 000")


# --- P4 ------------------------------------------------------------------------------------------------------------

ALLOWED = (
    ("*", "err", "file entry", "a message names the file that it is about, as whoever made it called it"),
    ("* --json", "out", "file entry", "the same, as `left_out` of the document"),
    ("inspect *", "out", "file entry device", "what a file is called and which device wrote it is what is asked"),
    ("batch *", "desk/table.*", "file entry", "a table names the file of each row"),
    ("routes *", "desk/ways/way-?.*", "start", "the way that was asked for lies where it was asked for"),
    ("routes *", "desk/ways/way-?.tcx", "time", "a course has times: those of a day that is the same for all"),
    ("person add *", LIBRARY, "consent", "kept because it was said"),
    ("* note *", LIBRARY, "note consent", "kept because it was said"),
    ("note *", LIBRARY, "note consent", "kept because it was said"),
    ("talktest *", LIBRARY, "note consent", "kept because it was said"),
    ("person import *", LIBRARY, "note consent", "kept because it was said"),
    ("person forget *", LIBRARY, "note consent", "of the other person, into whom a copy was imported"),
    ("person show *", "out", "note consent", "what is kept of a person is what is asked"),
    ("person export *", "desk/river.json", "note consent", "what is kept of a person is what is asked"),
    ("person add *", "err", "folder", "where people are kept is said once"),
    ("person list --json", "out", "consent", "what somebody agreed to is part of the list"),
    ("person status", "out", "folder", "where people are kept is what is asked"),
)
"""What may be told where: the command, the output, the kinds of secrets, and why."""


def channels(ran: Ran) -> dict[str, bytes]:
    """Return everything that a command told, by where."""
    files = {name: data for name, (_, data) in ran.changed.items()}
    return {"out": ran.out, "err": ran.err, **files, "names": "\n".join(files).replace(FOLDER, "").encode()}


def leaks(ran: Ran, secrets: Secrets, used: set[int] | None = None) -> list[tuple[str, str, set[str]]]:
    """Return what a command told that it must not: its name, where, and the kinds of secrets."""
    told = []
    for where, data in channels(ran).items():
        found = secrets.found(data)
        for number, (name, place, kinds, _) in enumerate(ALLOWED):
            if found & {*kinds.split()} and fnmatch(ran.command.name, name) and fnmatch(where, place):
                found = found - {*kinds.split()}
                (used if used is not None else set()).add(number)
        if found:
            told.append((ran.command.name, where, found))
    return told


def test_no_secret_is_told(day, secrets, figure):
    """Names, addresses, folders, numbers, places, times of day and notes stand in no output, in any spelling."""
    used: set[int] = set()
    found = [leak for ran in day.ran for leak in leaks(ran, secrets, used)]
    looked = sum(len(channels(ran)) for ran in day.ran)
    assert found == []
    assert used == set(range(len(ALLOWED))), "what is allowed is needed"
    figure("P4", f"{len(found)} secrets in {looked} outputs of {len(day.ran)} commands")


def test_a_secret_would_be_found(fresh, secrets):
    """The search finds what it should in the inputs, which hold all of it, however it is spelt and packed."""
    there = {path.name: secrets.found(path.read_bytes()) for path in fresh.desk.rglob("*") if path.is_file()}
    assert {"serial", "name", "words", "place", "time"} <= there[f"{FILE}-1.fit"]
    assert {"name", "words", "place", "time"} <= there[f"{FILE}-2.gpx"]
    assert {"serial", "name", "words", "place", "time", "address", "device"} <= there[f"{FILE}-3.tcx"]
    assert {"name", "words", "place", "time"} <= there[f"{FILE}-6.gpx.gz"]
    assert {"name", "entry", "serial", "place"} <= there["robin.zip"]
    assert {"name", "words", "start"} <= there["town.osm"]
    assert secrets.found("x Zebra\u0066inch".encode("utf-16-be")) == {"name"}
    track, there = fresh.tracks[0], float(fresh.tracks[0].latitude[700])
    for spelt in (f"{there:.4f}", f"{there:.3f}".replace(".", ","), str(round(there * 1e7))):
        assert secrets.found(f"at {spelt}".encode()) == {"place"}
    for pair in (track.latitude[700], track.longitude[700]), (track.longitude[9], track.latitude[9]):
        assert secrets.found(b"xyz" + np.array(pair).tobytes()) == {"place"}
        assert secrets.found(b"x" + (np.array(pair) * 2**31 / 180).astype(">i4").tobytes()) == {"place"}


def damaged(world: World) -> None:
    """Damage every input in a way of its own: cut, turned over, emptied, overwritten; and break the settings."""
    dice = random.Random(7)
    for path in sorted(path for path in world.desk.rglob("*") if path.is_file()):
        data = bytearray(path.read_bytes())
        at = dice.randrange(len(data) // 4, len(data) // 2)
        data[at : at + 300] = dice.choice((b"", bytes(300), dice.randbytes(300), b"<" * 40 + NAME.encode()))
        path.write_bytes(data[: dice.choice((len(data), 3 * len(data) // 4))])


def test_damaged_inputs_tell_nothing_either(fresh, secrets, tmp_path, figure):
    """Errors about damaged recordings, archives, maps, settings and libraries name files and what must hold."""
    world = elsewhere(fresh, tmp_path / "a")
    add = next(one for one in COMMANDS if one.words[:2] == ("person", "add") and "robin" in one.words)
    assert run(world, add).code == 0
    damaged(world)
    library = world.place / FOLDER / LIBRARY
    data = bytearray(library.read_bytes())
    data[len(data) // 2] ^= 1
    library.write_bytes(data)
    ran = [run(world, one) for one in COMMANDS]
    broken = {"PACE_CONFIG": "broken.toml"}
    ran += [run(world, one, **broken) for one in COMMANDS[::5]]
    found = [leak for one in ran for leak in leaks(one, secrets)]
    assert found == []
    assert not [one.command.name for one in ran if b"Traceback" in one.err or b"fault of pace" in one.err]
    assert sum(one.code == 1 for one in ran) > len(ran) / 4
    figure("P4", f"{len(found)} secrets told of damaged inputs by {len(ran)} commands")


def test_no_error_of_a_reader_tells_a_secret(fresh, secrets, figure):
    """What is said of damaged recordings and archives, as an error or as a note, holds nothing out of them."""
    said, n = [], 0
    inputs = {f"robin/{FILE}-1.fit": 300, f"robin/{FILE}-2.gpx": 100, f"robin/{FILE}-3.tcx": 40, "robin.zip": 40}
    for name, most in inputs.items():
        for mutant in mutants((fresh.desk / name).read_bytes(), most, xml=name[-3:] in ("gpx", "tcx"), seed=3):
            n += 1
            try:
                said += [note.message for track in pace.read(mutant.data) for note in track.notes]
            except pace.PaceError as error:
                said.append(str(error))
    assert len(said) > 300
    assert secrets.found("\n".join(said).encode()) == set()
    figure("P4", f"0 secrets in {len(said):,} errors and notes about {n:,} damaged files")


def test_a_journal_tells_nothing(fresh, secrets, tmp_path, monkeypatch):
    """What a batch that was stopped leaves behind names files, and tells no more than its table would."""
    monkeypatch.setattr("pace.table.engine.MOST_PLACES", 1)

    def stopping(done: int, _: int) -> None:
        if done >= 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        pace.batch([fresh.desk / "robin"], out=tmp_path / "t.csv", executor=Here(), progress=stopping)
    (journal,) = tmp_path.iterdir()
    assert len(journal.read_bytes()) > 1000
    assert secrets.found(journal.read_bytes()) <= {"file"}


def test_a_crash_tells_nothing_and_leaves_nothing(fresh, secrets, tmp_path, figure):
    """An error nobody foresaw, with a whole path and a place in its text, is one line without either."""
    world = elsewhere(fresh, tmp_path / "a")
    crash = {"PACE_TRUST_CRASH": str(world.desk), "PACE_TRUST_SECRET": f"{NAME} 51.98765"}
    was, ran = snapshot(world), []
    for command in COMMANDS:
        if command.code == 0 and not {"--suggest", "demo"} & {*command.words} and RIVER not in command.words:
            ran.append(run(world, command, **crash))
    fell = [one for one in ran if b"fault of pace itself" in one.err]
    assert len(fell) > len(ran) / 2
    assert [leak for one in ran for leak in leaks(one, secrets)] == []
    assert [one.command.name for one in fell if one.code != 1 or one.out or len(one.err.splitlines()) != 1] == []
    assert [one.command.name for one in ran if b"Traceback" in one.err] == []
    assert {name for name in snapshot(world) if name not in was and not name.startswith("desk/table")} == set()
    figure("P4", f"0 secrets told by {len(fell)} commands that crashed in the middle")


# --- N4 ------------------------------------------------------------------------------------------------------------

CLOCK = r"""
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdlib.h>
#include <sys/time.h>
#include <time.h>
static long leap(void) {
    static int calls = 0;
    const char *by = getenv("LEAP");
    return by ? atol(by) + (++calls % 2 ? 3600 : -3600) : 0;
}
int clock_gettime(clockid_t id, struct timespec *at) {
    int (*real)(clockid_t, struct timespec *) = dlsym(RTLD_NEXT, "clock_gettime");
    int told = real(id, at);
    if (id == CLOCK_REALTIME) at->tv_sec += leap();
    return told;
}
time_t time(time_t *to) {
    struct timespec at;
    clock_gettime(CLOCK_REALTIME, &at);
    return to ? (*to = at.tv_sec) : at.tv_sec;
}
int gettimeofday(struct timeval *to, void *zone) {
    struct timespec at;
    clock_gettime(CLOCK_REALTIME, &at);
    to->tv_sec = at.tv_sec;
    to->tv_usec = at.tv_nsec / 1000;
    return 0;
}
"""
"""A clock that is wrong and leaps an hour forth or back each time somebody looks at it."""
PLACES = {
    "tr_TR.UTF-8": {"TZ": "Pacific/Apia", "LEAP": str(60 * 365 * 86_400), "PYTHONHASHSEED": "1"},
    "de_DE.UTF-8": {"TZ": "America/St_Johns", "LEAP": str(-40 * 365 * 86_400), "PYTHONHASHSEED": "2"},
}
SAME = tuple(one for one in COMMANDS if "--suggest" not in one.words)
"""A suggested label is drawn anew each time, as it should be."""


@pytest.fixture(scope="module")
def abroad(fresh, tmp_path_factory) -> dict[str, list[Ran]]:
    """Every command in two other languages, time zones and decades, with a clock that leaps."""
    place = tmp_path_factory.mktemp("abroad")
    (place / "clock.c").write_text(CLOCK)
    clock = place / "clock.so"
    made = subprocess.run(["cc", "-shared", "-fPIC", "-o", clock, place / "clock.c", "-ldl"], capture_output=True)
    assert made.returncode == 0, made.stderr
    for language in PLACES:
        name, _, letters = language.partition(".")
        subprocess.run(["localedef", "-i", name, "-f", letters, place / language], check=True)

    def work(language: str) -> list[Ran]:
        world = elsewhere(fresh, tmp_path_factory.mktemp("b"))
        there = {"LC_ALL": language, "LOCPATH": str(place), "LD_PRELOAD": str(clock), **PLACES[language]}
        return [run(world, command, **there) for command in COMMANDS]

    with ThreadPoolExecutor(2) as both:
        return dict(zip(PLACES, both.map(work, PLACES), strict=True))


def told(ran: Ran) -> dict[str, bytes]:
    """Return what a command told, without the place of the world; of a library nothing, for it holds days."""
    return {
        where: re.sub(rb"/\S*/" + FOLDER.encode(), b"", data)
        for where, data in channels(ran).items()
        if where != LIBRARY
    }


@pytest.mark.skipif(not (shutil.which("cc") and shutil.which("localedef")), reason="needs a compiler and languages")
def test_language_zone_and_clock_change_no_byte(day, abroad, figure):
    """Turkish in Apia in sixty years, German in St John's forty years ago: the same bytes, but for today's day."""
    here = {ran.command.name: told(ran) for ran in day.ran if ran.command in SAME}
    for language, ran in abroad.items():
        there = {one.command.name: told(one) for one in ran if one.command in SAME}
        assert [(language, name) for name in here if here[name] != there[name]] == []
    figure("N4", f"{len(here)} commands, {len(abroad)} languages, time zones and decades: 0 bytes differ")
