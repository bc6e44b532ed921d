"""Every guard of the product, disarmed one at a time: is there a test that notices? `just guards` asks them all.

Each mutant is made in a copy of the tree, and only the tests that are named for it run there. What came of it stands in
`guards.json`, tied to the words of the guard, and is shown in `docs/trust.md`.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import multiprocessing
import os
import re
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from queue import SimpleQueue
from random import Random
from typing import NoReturn

import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "tests")]

from trust.guard import Guard  # noqa: E402
from trust.mutants import batch, deciding, keeping, page, reading, routes, showing  # noqa: E402

GUARDS: tuple[Guard, ...] = (
    *reading.GUARDS,
    *keeping.GUARDS,
    *page.GUARDS,
    *showing.GUARDS,
    *batch.GUARDS,
    *routes.GUARDS,
    *deciding.GUARDS,
)
RESULTS = Path(__file__).with_suffix(".json")
LEFT_OUT = (".git", "__pycache__", ".*_cache", ".hypothesis", "dist", "build", "*.egg-info")
"""What no test needs of the tree."""
LONGEST_S = 300
"""For the tests of one mutant; where they take longer the mutant is caught, for a test that hangs is noticed."""
ALL_S = 3600
"""For the tests of all, in an unharmed tree."""
MEMORY = 8 * 2**30
"""Bytes of address space of a process: a mutant without a limit must not take the whole machine."""
CAUGHT, SURVIVED, BROKEN, REDUNDANT = "caught", "survived", "broken", "redundant"
HANGS = "ran out of time"
START = multiprocessing.get_context("forkserver")
START.set_forkserver_preload(["hypothesis", "lxml.etree", "numpy", "pytest"])
_FAILED = re.compile(r"^FAILED (\S+?)(?:\[.*)?(?: - .*)?$", re.MULTILINE)


# --- Running --------------------------------------------------------------------------------------------------------


def copy(place: Path) -> Path:
    """Copy the tree, its modules compiled by content, so that a changed one is never taken for the old."""
    tree = place / "tree"
    shutil.copytree(ROOT, tree, ignore=shutil.ignore_patterns(*LEFT_OUT), symlinks=True)
    compiling = [sys.executable, "-m", "compileall", "-q", "--invalidation-mode", "checked-hash", "pace", "cli"]
    subprocess.run(compiling, cwd=tree, check=True)
    return tree


def run(tree: Path, tests: Sequence[str], *, longest_s: float) -> tuple[int | None, str]:
    """Run tests in a tree; return the exit code, None where they did not end, and what was printed."""
    process = START.Process(target=_inside, args=(tree, tests))
    process.start()
    process.join(longest_s)
    late = process.is_alive()
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid or 0, signal.SIGKILL)  # and what its tests have started
    process.join()
    return None if late else process.exitcode, (tree.parent / "said").read_text(encoding="utf-8", errors="replace")


def _inside(tree: Path, tests: Sequence[str]) -> NoReturn:
    """Run tests, in a new process that has loaded what every test needs, and forgets what it knows of the product.

    There is one fork server in a process: where tests of worker processes ran before, it has loaded the product too.
    """
    os.setsid()
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    os.chdir(tree)
    said, temporary = os.open(tree.parent / "said", os.O_WRONLY | os.O_CREAT | os.O_TRUNC), tree.parent / "tmp"
    os.dup2(said, 1)
    os.dup2(said, 2)
    temporary.mkdir(exist_ok=True)
    paths = [str(tree / part) for part in ("", "cli", "tests")]
    sys.path[:0] = paths
    sys.dont_write_bytecode = True
    os.environ.pop("CI", None)
    os.environ["HYPOTHESIS_PROFILE"] = "guards"
    os.environ |= {"PYTHONPATH": os.pathsep.join(paths), "PYTHONDONTWRITEBYTECODE": "1", "TMPDIR": str(temporary)}
    for name in [name for name in sys.modules if name.partition(".")[0] in ("trust", "pace", "pace_cli")]:
        del sys.modules[name]
    quiet = ("-q", "-x", "--tb=no", "-rf", "-m", "", "-p", "no:cacheprovider", "-p", "no:anyio")
    ready = ("-W", "ignore::pytest.PytestAssertRewriteWarning")  # hypothesis is there already
    os._exit(pytest.main([*quiet, *ready, f"--basetemp={temporary / 'pytest'}", *tests]))


def tried(guard: Guard, tree: Path) -> dict[str, str]:
    """Disarm a guard, run its tests, arm it again; return what came of it."""
    if guard.reason:
        return {"outcome": REDUNDANT, "by": guard.reason}
    path = tree / guard.file
    whole = path.read_bytes()
    path.write_bytes(disarmed(guard, whole.decode()).encode())
    try:
        code, said = run(tree, guard.tests, longest_s=LONGEST_S)
    finally:
        path.write_bytes(whole)
    if code is None:
        return {"outcome": CAUGHT, "by": f"{guard.tests[0]} ({HANGS})"}
    failed = _FAILED.search(said)
    if code == 1 and failed:
        return {"outcome": CAUGHT, "by": failed[1]}
    return {"outcome": SURVIVED if code == 0 else BROKEN, "by": said.strip().rpartition("\n")[2]}


def disarmed(guard: Guard, text: str) -> str:
    """Return the text of a file with a guard disarmed."""
    if text.count(guard.before) != 1:
        raise ValueError(f"{guard.name}: its text must stand once in {guard.file}, got {text.count(guard.before)}")
    return text.replace(guard.before, guard.after)


def asked(guards: Sequence[Guard], jobs: int) -> Iterator[tuple[Guard, dict[str, str]]]:
    """Try guards, several at a time, each in a tree of its own; give each with what came of it."""
    with tempfile.TemporaryDirectory(prefix="pace-guards-") as place, ThreadPoolExecutor(jobs) as pool:
        trees: SimpleQueue[Path] = SimpleQueue()
        for number in range(jobs):
            (Path(place) / str(number)).mkdir()
            trees.put(copy(Path(place) / str(number)))

        def one(guard: Guard) -> dict[str, str]:
            tree = trees.get()
            try:
                return {"of": guard.digest, **tried(guard, tree)}
            finally:
                trees.put(tree)

        yield from zip(guards, pool.map(one, guards), strict=True)


def failing_unharmed(guards: Iterable[Guard]) -> str:
    """Return what the named tests say in an unharmed tree, empty where all pass and none is left out."""
    tests = sorted({test for guard in guards for test in guard.tests})
    if not tests:
        return ""
    with tempfile.TemporaryDirectory(prefix="pace-guards-") as place:
        code, said = run(copy(Path(place)), tests, longest_s=ALL_S)
    last = said.strip().rpartition("\n")[2]
    return "" if code == 0 and "skipped" not in last else said or HANGS


# --- What was found -------------------------------------------------------------------------------------------------


def recorded() -> dict[str, dict[str, str]]:
    """Return what came of each guard, by name, as far as it is of the guard as it is worded now."""
    kept = json.loads(RESULTS.read_text(encoding="utf-8")) if RESULTS.exists() else {}
    return {one.name: kept[one.name] for one in GUARDS if kept.get(one.name, {}).get("of") == one.digest}


def keep(found: dict[str, dict[str, str]]) -> None:
    """Write what was found beside what is known."""
    known = recorded() | found
    ordered = {guard.name: known[guard.name] for guard in GUARDS if guard.name in known}
    RESULTS.write_text(json.dumps(ordered, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def table() -> list[tuple[str, str, str]]:
    """Return each guard, the file that it stands in, and the test that caught its mutant, as Markdown."""
    known = recorded()
    return [(guard.name, guard.file, _told(known.get(guard.name))) for guard in GUARDS]


def _told(result: dict[str, str] | None) -> str:
    """Return what came of a guard in a few words."""
    if result is None:
        return "not run"
    if result["outcome"] == CAUGHT:
        test, _, how = result["by"].removeprefix("tests/").partition(" ")
        return f"`{test}` {how}".strip()
    return f"no test: {result['by']}" if result["outcome"] == REDUNDANT else "**not caught**"


def sample(n: int, seed: str) -> list[Guard]:
    """Return n of the guards that have a test."""
    return Random(seed).sample([guard for guard in GUARDS if not guard.reason], n)


def chosen(options: argparse.Namespace) -> list[Guard]:
    """Return the guards that are asked for."""
    known = recorded()
    every = sample(options.sample, options.seed) if options.sample else GUARDS
    word = options.only.casefold()
    named = [one for one in every if word in f"{one.name} {one.file}".casefold()]
    return [one for one in named if not (options.new and known.get(one.name, {}).get("outcome") in (CAUGHT, REDUNDANT))]


def main() -> int:
    """Try the guards that are asked for, record the outcome, and exit 1 where one is not noticed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", default="", metavar="WORD", help="those with this word in their name or file")
    parser.add_argument("--new", action="store_true", help="those that were not caught yet, as they are worded now")
    parser.add_argument("--sample", type=int, default=0, metavar="N", help="as many, drawn by --seed")
    parser.add_argument("--seed", default="0")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, metavar="N")
    options = parser.parse_args()
    guards = chosen(options)
    if said := failing_unharmed(guards):
        print(f"tests must pass, and none be left out, before a mutant can fail them:\n{said}")  # noqa: T201
        return 1
    missed = 0
    for guard, result in asked(guards, options.jobs):
        print(f"{result['outcome']:>9}  {guard.name}: {result['by']}", flush=True)  # noqa: T201
        keep({guard.name: result})
        missed += result["outcome"] in (SURVIVED, BROKEN)
    print(f"{len(guards)} guards, {missed} not noticed")  # noqa: T201
    return int(missed > 0)


if __name__ == "__main__":
    sys.exit(main())
