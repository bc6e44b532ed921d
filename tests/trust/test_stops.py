"""The real program stopped and hindered: Ctrl-C and kill -9 at any moment, a full, read-only or vanished disk."""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import pytest

from library.test_trouble import mounted
from pace.table.journal import SUFFIX
from trust.world import COMMANDS, FOLDER, LIBRARY, RIVER, Ran, Typed, World, elsewhere, run, snapshot

pytestmark = pytest.mark.heavy

OLD = b"what was here before\n"
WRITING = tuple(one for one in COMMANDS if one.code == 0 and one.makes[:1] and one.makes[0].startswith("desk/"))
"""The commands that write files which somebody named."""
MADE_FROM_FILES = tuple(one for one in WRITING if RIVER not in one.words)
STOPPED = (
    *(one for one in MADE_FROM_FILES if one.words[0] in ("match", "plan", "routes", "plot")),
    *(one for one in COMMANDS if one.words[0] in ("review", "pairs") and "--json" in one.words),
    *(one for one in COMMANDS if one.words[:2] == ("batch", "robin") or (one.words[1] == "add" and RIVER in one.words)),
)


def old_outputs(world: World, command: Typed) -> None:
    """Put an older file in the place of each that a command writes."""
    for name in command.makes:
        path = world.place / FOLDER / name
        if path.suffix and name.startswith("desk/"):
            path.parent.mkdir(exist_ok=True, mode=0o700)
            path.write_bytes(OLD)


# --- Ctrl-C --------------------------------------------------------------------------------------------------------


def stopped(fresh: World, place: Path, command: Typed, *, moments: int) -> Iterator[tuple[Ran, Ran, World]]:
    """Run a command undisturbed, then stopped at so many moments; yield both and the world of the second.

    A moment is an event within the program from where it begins to its very end: a file that it opens, one that it
    renames or deletes, a module that it loads, a process that it starts.
    """
    count = place / "count"
    world = elsewhere(fresh, place / "whole")
    old_outputs(world, command)
    whole = run(world, command, PACE_TRUST_COUNT=str(count))
    assert whole.code == 0, whole.err
    dice, n = random.Random(command.name), int(count.read_text())
    for at in sorted(dice.sample(range(1, n), moments)):
        world = elsewhere(fresh, place / str(at))
        old_outputs(world, command)
        yield whole, run(world, command, PACE_TRUST_STOP=str(at)), world
        shutil.rmtree(place / str(at))


def judged(whole: Ran, ran: Ran, world: World) -> str:
    """Hold what Ctrl-C left against what is promised; return how it ended."""
    assert b"Traceback" not in ran.err
    assert b"Exception ignored" not in ran.err
    said = [line for line in ran.err.splitlines() if line not in whole.err.splitlines()]
    assert len(said) <= 1, ran.err
    assert ran.code in (0, 130, -signal.SIGINT), (ran.code, ran.err)  # a shell tells the last as 130 too
    for name, (_, data) in ran.changed.items():
        if name.endswith(SUFFIX) or name == LIBRARY or not data:
            continue
        assert data == whole.changed[name][1], f"{name} is neither old nor whole"
    names = {name for name in ran.changed if not name.endswith(SUFFIX)}
    assert names <= set(whole.changed), "nothing else is left"
    if ran.code == 0:
        assert ran.out == whole.out
    return "stopped" if ran.code else "was done"


def gone_on_with(whole: Ran, ran: Ran, world: World) -> None:
    """Type the command again after Ctrl-C: it comes to what it would have come to."""
    command = ran.command
    if command.words[0] == "batch":
        assert run(world, replace(command, words=(*command.words, "--resume"))).code == 0
        assert snapshot(world)["desk/" + Path(command.makes[0]).name] == whole.changed[command.makes[0]]
        assert not list(world.desk.glob(f"*{SUFFIX}"))
    elif command.words[0] == "person":
        assert run(world, command).code == 0
        assert b"quiet river" in run(world, Typed(words=("person", "list"))).out


def all_stopped(fresh: World, place: Path, *, moments: int) -> dict[str, int]:
    """Stop every long command at so many moments each; count how they ended."""
    ends = {"stopped": 0, "was done": 0}
    for number, command in enumerate(STOPPED):
        for whole, ran, world in stopped(fresh, place / str(number), command, moments=moments):
            ends[judged(whole, ran, world)] += 1
            if command.words[0] in ("batch", "person"):
                gone_on_with(whole, ran, world)
    return ends


def test_ctrl_c_in_any_phase_is_quiet_and_costs_nothing(fresh, tmp_path_factory, figure):
    """At most one line, exit code 130, old outputs untouched or new ones whole, nothing else left; it can be redone."""
    ends = all_stopped(fresh, tmp_path_factory.mktemp("c"), moments=3)  # a socket's path may not be long
    assert ends["stopped"] > 15
    figure("F10", f"Ctrl-C at {sum(ends.values())} moments of {len(STOPPED)} commands: 0 outputs half, 0 tracebacks")


# --- kill -9 -------------------------------------------------------------------------------------------------------


def begun(world: World, out: str, *more: str) -> subprocess.Popen[bytes]:
    """Start `pace batch` as a program of its own, at the head of a group of processes."""
    words = ["batch", "people", "-o", out, "--jobs", "2", "--resume", "--quiet", *more]
    program = [sys.executable, "-m", "pace_cli", *words]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    return subprocess.Popen(program, cwd=world.desk, env=world.environment(), start_new_session=True, **pipes)


def killed(world: World, out: str, dice: random.Random, whole: int, longest: float) -> bool:
    """Kill a run at a random moment, told by its journal or the clock, alone or with its workers; tell if it died."""
    journal, at = world.desk / f"{out}{SUFFIX}", dice.uniform(0, 1.1) * whole
    end = time.monotonic() + (dice.uniform(0, 1) * longest if dice.random() < 0.3 else 10 * longest)
    with begun(world, out) as program:
        while program.poll() is None and time.monotonic() < end:
            if journal.exists() and journal.stat().st_size > at:
                break
            time.sleep(0.002)
        died = program.poll() is None
        if died:
            (os.killpg if dice.random() < 0.5 else os.kill)(program.pid, signal.SIGKILL)
        program.communicate(timeout=120)
        assert died or program.returncode == 0
        assert not died or program.returncode in (0, -signal.SIGKILL)
        died = program.returncode != 0
    assert (world.desk / out).exists() != died
    return died


def undisturbed(world: World) -> tuple[bytes, int, float]:
    """Return the table of an undisturbed run, how large its journal became, and how long it took."""
    largest, at = 0, time.monotonic()
    with begun(world, "whole.jsonl") as program:
        while program.poll() is None:
            journal = world.desk / f"whole.jsonl{SUFFIX}"
            if journal.exists():
                largest = max(largest, journal.stat().st_size)
            time.sleep(0.005)
        assert program.returncode == 0
    return (world.desk / "whole.jsonl").read_bytes(), largest, time.monotonic() - at


def tables_after_kills(world: World, kills: int) -> tuple[int, int]:
    """Kill runs, up to five times each, until so many were killed; return how often, and of how many tables."""
    whole, size, longest = undisturbed(world)
    deaths, tables, dice = 0, 0, random.Random(kills)
    while deaths < kills:
        out = f"{tables}.jsonl"
        for _ in range(5):
            if not killed(world, out, dice, size, longest):
                break
            deaths += 1
        else:
            with begun(world, out) as program:
                assert program.wait(300) == 0
        assert (world.desk / out).read_bytes() == whole
        tables += 1
    assert not [path for path in world.desk.rglob("*") if path.name.endswith(SUFFIX) or path.name.startswith(".pace-")]
    return deaths, tables


def test_a_batch_killed_and_resumed_comes_to_the_same(practice, figure):
    """The command killed at random moments, alone or with its workers, and gone on with: byte for byte the same."""
    deaths, tables = tables_after_kills(practice, 8)
    figure("F10", f"{deaths} kills of `pace batch`, {tables} tables: 0 lost, 0 doubled, byte for byte the same")


def workers(pid: int) -> list[int]:
    """Return the workers of a program's pool: they start no others, and are not what keeps count of semaphores."""

    def below(one: int) -> list[int]:
        try:
            children = Path(f"/proc/{one}/task/{one}/children").read_text().split()
            own = [] if b"resource_tracker" in Path(f"/proc/{one}/cmdline").read_bytes() else [one]
        except OSError:
            return []
        return [last for child in children for last in below(int(child))] or own

    return [one for one in below(pid) if one != pid]


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="asks /proc")
def test_a_killed_worker_costs_nothing(practice, figure):
    """A worker killed from outside: what it held is read again, the table is the same, nothing hangs."""
    whole, size, _ = undisturbed(practice)
    lost = 0
    for number in range(3):
        out = f"{number}.jsonl"
        journal = practice.desk / f"{out}{SUFFIX}"
        with begun(practice, out) as program:
            while program.poll() is None and not (journal.exists() and journal.stat().st_size > number * size / 4):
                time.sleep(0.002)
            for pid in workers(program.pid)[:1]:
                os.kill(pid, signal.SIGKILL)
                lost += 1
            program.communicate(timeout=120)
            assert program.returncode == 0
        assert (practice.desk / out).read_bytes() == whole
    assert lost >= 2
    figure("F13", f"{lost} workers of `pace batch` killed: 0 files lost, the same table byte for byte")


# --- Disks ---------------------------------------------------------------------------------------------------------


def onto(command: Typed, folder: str) -> Typed:
    """Return a command that writes into another folder."""
    named = {Path(name).name for name in command.makes}
    words = tuple(f"{folder}/{word}" if word in named else word for word in command.words)
    makes = tuple(name.replace("desk/", f"desk/{folder}/", 1) for name in command.makes)
    assert words != command.words
    return replace(command, words=words, makes=makes)


def refused(ran: Ran) -> None:
    """Hold a command that could not write against what is promised."""
    lines = [line for line in ran.err.splitlines() if b"left out" not in line and b"cut or damaged" not in line]
    assert ran.code == 1, (ran.command.name, ran.code, ran.err)
    assert b"Traceback" not in ran.err
    assert b"fault of pace" not in ran.err, ran.err
    assert len(lines) == 1, (ran.command.name, ran.err)
    others = {name for name in ran.changed if not name.endswith(SUFFIX) and name != "desk/disk/ways"}
    assert others == set(), ran.command.name


@pytest.mark.skipif(shutil.which("mount") is None, reason="needs mount")
@pytest.mark.parametrize("trouble", ["full", "read-only"])
def test_a_disk_that_takes_nothing_is_one_line(fresh, tmp_path, trouble, figure):
    """Every command that writes a file, where nothing can be written: one line, exit code 1, the old file as it was."""
    world = elsewhere(fresh, tmp_path / "a")
    with ExitStack() as stack:
        disk = stack.enter_context(mounted(world.desk / "disk", "-o", "size=400k"))
        commands = [onto(one, "disk") for one in MADE_FROM_FILES]
        for command in commands:
            old_outputs(world, command)
        if trouble == "full":
            with open(disk / "filler", "wb") as filler:
                filler.write(bytes(os.statvfs(disk).f_bavail * os.statvfs(disk).f_frsize))
        else:
            subprocess.run(["mount", "-o", "remount,ro", disk], check=True)
        for command in commands:
            refused(run(world, command))
            (disk / f"{command.makes[0]}{SUFFIX}").unlink(missing_ok=True) if trouble == "full" else None
    figure("F11", f"{len(commands)} commands onto a {trouble} disk: one line each, 0 old files changed")


def test_a_folder_that_is_not_there_is_one_line(fresh, tmp_path, figure):
    """Every command that writes a file, into a folder that has vanished: one line, and nothing anywhere else."""
    world = elsewhere(fresh, tmp_path / "a")
    commands = [onto(one, "gone") for one in MADE_FROM_FILES]
    for command in commands:
        refused(run(world, command))
    figure("F11", f"{len(commands)} commands into a folder that is not there: one line each")
