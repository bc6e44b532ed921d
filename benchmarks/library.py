"""How long the library takes: opening (with every check), reading a person, adding, forgetting; plain and encrypted.

python benchmarks/library.py            # some ten seconds
python benchmarks/library.py --tiny     # a second

Both hold the same people, worked on by turns in one run. The figure is the ratio of the everyday work (adding,
reading, noting): encryption may cost a tenth. Opening (a passphrase is stretched 256,000 times, and every page is
decrypted to be checked) and forgetting (every page is written anew) are shown by themselves.
"""

from __future__ import annotations

import hashlib
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks._figures import Figure, hand_over, size
from pace.activity.summary import Summary
from pace.library import Library, Noted, rows
from pace.library.values import Person
from pace.person.about import About, Said
from pace.person.profile import profile

SAMPLES = Path(__file__).parents[1] / "sample_activities" / "client"
MOST_SLOWER = 1.10
EVERYDAY = ("add", "read", "note")
PASSPHRASE = "open sesame"


def summaries(n: int) -> list[Summary]:
    """Return n summaries of real size, each known as another recording."""
    base = profile(SAMPLES).summaries
    return [replace(base[k % len(base)], digest=hashlib.md5(str(k).encode()).hexdigest()) for k in range(n)]


def fill(library: Library, label: str, found: list[Summary]) -> None:
    """Add a person in one transaction."""
    with library._writing() as db:
        person = Person(label=label, about=About(walk_speed=1.5), consent=None, notes=(), n_activities=0)
        rows.write_summaries(db, rows.write_person(db, None, person), found)


def seconds(act: Callable[[], object]) -> float:
    """Return the processor time of an act."""
    start = time.process_time()
    act()
    return time.process_time() - start


def work(library: Library, found: list[Summary]) -> dict[str, float]:
    """Return the processor time of what is done with an open library; it is as before when this returns."""
    note = Noted(said=Said(speed=2.0, talk="short"))
    read: list[tuple[Summary, ...]] = []

    def summaries_of_one() -> None:
        with library._reading() as db:
            read.append(rows.summaries(db, rows.find(db, "person 0"))[0])

    took = {
        "add": seconds(lambda: fill(library, "new", found)),
        "read": min(seconds(summaries_of_one) for _ in range(3)),
        "note": seconds(lambda: library.note("new", note)),
        "forget": seconds(lambda: library.forget("new")),
    }
    assert {one.digest for one in read[0]} == {one.digest for one in found}
    assert "new" not in library
    return took


def opened(path: Path, passphrase: str | None) -> Library:
    """Open a library."""
    return Library.open(path, passphrase)


def run(n_people: int, n_each: int, rounds: int) -> None:
    """Fill both libraries alike, work on them by turns, print the times and hold the ratio."""
    found, best = summaries(n_each), {}
    with TemporaryDirectory() as folder:
        for name, passphrase in (("plain", None), ("encrypted", PASSPHRASE)):
            with opened(Path(folder) / name, passphrase) as library:
                for number in range(n_people):
                    fill(library, f"person {number}", found)
        for _ in range(rounds):
            for name, passphrase in (("plain", None), ("encrypted", PASSPHRASE)):
                path = Path(folder) / name
                took = {"open": seconds(lambda path=path, key=passphrase: opened(path, key).close())}  # type: ignore[misc]
                with opened(path, passphrase) as library:
                    took |= work(library, found)
                best[name] = {act: min(spent, best.get(name, took)[act]) for act, spent in took.items()}
        sizes = {name: (Path(folder) / name).stat().st_size for name in best}
    show(best, sizes, n_people * n_each)


def show(best: dict[str, dict[str, float]], sizes: dict[str, int], n: int) -> None:
    """Print both side by side and hold what encryption may cost beyond opening."""
    print(f"{n} recordings, {sizes['plain'] / 1e6:.1f} MB plain, {sizes['encrypted'] / 1e6:.1f} MB encrypted; CPU ms")
    for act, plain in best["plain"].items():
        print(f"  {act:8}{1000 * plain:10.2f}{1000 * best['encrypted'][act]:10.2f}")
    total = {name: sum(times[act] for act in EVERYDAY) for name, times in best.items()}
    ratio = total["encrypted"] / total["plain"]
    hand_over(
        *(
            Figure(
                name=f"{', '.join(acts)} encrypted, {n} recordings",
                unit="ms",
                ours=sum(1e3 * best["encrypted"][act] for act in acts),
                peer="plain SQLite",
                theirs=sum(1e3 * best["plain"][act] for act in acts),
                least=least,
            )
            for acts, least in ((EVERYDAY, 1 / MOST_SLOWER), (("open",), None), (("forget",), None))
        )
    )
    print(f"  {', '.join(EVERYDAY)}: encrypted / plain {ratio:.2f} (goal {MOST_SLOWER})")


if __name__ == "__main__":
    try:
        import sqlcipher3  # noqa: F401
    except ImportError:
        sys.exit("the benchmark of the library needs pace-match[encrypted]")
    run(*{"tiny": (2, 20, 1), "middle": (5, 100, 3), "full": (20, 300, 5)}[size()])
