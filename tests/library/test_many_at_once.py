"""Several programs on one library: nothing is lost, nobody is told that it is locked, waiting is told."""

import subprocess
import sys
import threading
import time

import pytest

from corpus import ROOT
from library.people import person_of, summary
from pace.errors import LibraryError
from pace.library import Library, Noted, rows
from pace.person.about import About, Said

WORKER = """
import sys
from library.people import person_of, summary
from pace.library import Library, Noted, rows
from pace.person.about import About, Said
path, who, n = sys.argv[1], sys.argv[2], int(sys.argv[3])
done = 0
for number in range(n):
    with Library.open(path) as library:  # as a command does
        if number % 10 == 9:
            with library._writing() as db:
                rows.write_person(db, None, person_of(f"{who} {number}", About(walk_speed=1.0), None))
            library.forget(f"{who} {number}")
        elif number % 3:
            library.note("Robin", Noted(said=Said(speed=2.0, talk="short"), text=f"{who} {number}"))
        else:
            with library._writing() as db:
                rows.write_summaries(db, rows.find(db, "Robin"), [summary((who, number))])
    done += 1
print(done)
"""
MATCHER = """
import sys
import pace
from pace.library import Library
path, n = sys.argv[1], int(sys.argv[2])
done, counts = 0, []
for _ in range(n):
    with Library.open(path) as library:
        counts.append((library.person("Robin").n_activities, len(library.profile("Robin").about.said)))
    done += 1
with Library.open(path) as library:
    found = pace.match([library.profile("Robin"), library.profile("amber bay")])
assert counts == sorted(counts), "what was there once is there ever after"
print(done, found.suggestion.mode)
"""


def started(code, *words):
    env = {"PYTHONPATH": f"{ROOT / 'tests'}:{ROOT}", "PATH": "/usr/bin:/bin", "OPENBLAS_NUM_THREADS": "1"}
    command = [sys.executable, "-c", code, *map(str, words)]
    return subprocess.Popen(command, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def all_at_once(path, *, operations, looks):
    """Let two programs change a library and a third match from it; return what they could not do and what is there."""
    with Library.open(path) as library:
        for label in ("Robin", "amber bay"):
            library.add(label, ROOT / "sample_activities" / "client" / "01-brisk-walk.fit")
    workers = [started(WORKER, path, who, operations) for who in ("a", "b")] + [started(MATCHER, path, looks)]
    ends = [worker.communicate(timeout=500) for worker in workers]
    assert [end[1] for end in ends] == [""] * 3
    assert [end[0].split()[0] for end in ends] == [str(operations)] * 2 + [str(looks)]
    with Library.open(path) as library:
        return [person.label for person in library.people()], library.person("Robin"), library.profile("Robin")


def expected(operations):
    """Return how many recordings and notes two programs must have added."""
    kinds = ["forget" if number % 10 == 9 else "note" if number % 3 else "add" for number in range(operations)]
    return 1 + 2 * kinds.count("add"), 2 * kinds.count("note")


def test_two_add_while_a_third_matches(tmp_path, figure):
    """Of 80 changes by two programs at once none is lost, and nobody is told off, while a third looks."""
    labels, robin, _ = all_at_once(tmp_path / "people.db", operations=40, looks=20)
    assert labels == ["Robin", "amber bay"]
    assert (robin.n_activities, len(robin.notes)) == expected(40)
    figure("F12", "80 changes by two programs while a third looks: 0 lost, 0 errors")


@pytest.mark.heavy
def test_two_add_a_thousand_times_while_a_third_matches(tmp_path, figure):
    """The same over 1,000 changes, forgetting among them."""
    labels, robin, _ = all_at_once(tmp_path / "people.db", operations=500, looks=200)
    assert labels == ["Robin", "amber bay"]
    assert (robin.n_activities, len(robin.notes)) == expected(500)
    figure("F12", "1,000 changes by two programs while a third looks: 0 lost, 0 errors")


def test_two_that_make_a_library_at_once_make_one(tmp_path):
    """Whoever comes second finds the library of the first, whole."""
    code = (
        "import sys; from pace.library import Library; from pace.person.about import About\n"
        "with Library.open(sys.argv[1]) as library: library.add(sys.argv[2], about=About(walk_speed=1.4))\n"
    )
    workers = [started(code, tmp_path / "people.db", f"person {number}") for number in range(4)]
    assert [worker.communicate(timeout=100)[1] for worker in workers] == [""] * 4
    with Library.open(tmp_path / "people.db") as library:
        assert len(library.people()) == 4
    assert [path.name for path in tmp_path.iterdir()] == ["people.db"]


def test_waiting_is_told_once_and_then_works(tmp_path):
    """Whoever has to wait is told so once, and goes on when the other is done."""
    path = tmp_path / "people.db"
    told, ready = [], threading.Event()

    def holder():
        with Library.open(path) as library, library._writing() as db:
            rows.write_person(db, None, person_of("Robin", About(walk_speed=1.4), None))
            ready.set()
            time.sleep(2.5)

    Library.open(path).close()
    other = threading.Thread(target=holder)
    other.start()
    ready.wait()
    with Library.open(path, waiting=lambda: told.append(1)) as library:
        library.add("amber bay", about=About(walk_speed=1.4))
        other.join()
        assert [person.label for person in library.people()] == ["Robin", "amber bay"]
    assert told == [1]


def test_waiting_has_an_end(tmp_path, monkeypatch):
    """After half a minute (here two seconds) it is said what stands in the way, and nothing was changed."""
    monkeypatch.setattr("pace.library.connection.TRIES", 2)
    with Library.open(tmp_path / "people.db") as one, Library.open(tmp_path / "people.db") as other:
        with one._writing() as db:
            rows.write_person(db, None, person_of("Robin", About(walk_speed=1.4), None))
            with pytest.raises(LibraryError, match="half a minute"):
                other.add("amber bay", about=About(walk_speed=1.4))
        assert [person.label for person in other.people()] == ["Robin"]


def test_readers_see_one_moment(tmp_path):
    """Whoever reads sees the library as it was when they began, however much is written meanwhile."""
    with Library.open(tmp_path / "people.db") as writer, Library.open(tmp_path / "people.db") as reader:
        writer.add("Robin", about=About(walk_speed=1.4))
        with reader._reading() as db:
            person = rows.find(db, "Robin")
            writer.note("Robin", Noted(said=Said(speed=2.0, talk="short")))
            with writer._writing() as other:
                rows.write_summaries(other, person, [summary(1)])
            assert (rows.count(db, "note", person), rows.count(db, "activity", person)) == (0, 0)
        assert reader.person("Robin").n_activities == 1
