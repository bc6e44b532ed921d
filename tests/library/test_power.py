"""A power cut at any moment: the library opens, what was acknowledged is there, what was under way whole or not."""

import hashlib
import random
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from corpus import ROOT
from library.people import person_of, summary
from library.trace import Disk, steps
from pace.library import Library, Noted, rows
from pace.person.about import About, Said

SECTOR = 512


def put(library, label, n, text="x"):
    """Add a person with n recordings, or n more to one, and a note, in one transaction."""
    with library._writing() as db:
        person = rows.write_person(db, rows.number(db, label), person_of(label, About(walk_speed=1.5), None))
        rows.write_summaries(db, person, [summary((label, text, number)) for number in range(n)])
        rows.write_notes(db, person, [Noted(said=Said(speed=2.0, talk="short"), text=text)])


def content(path):
    """Everybody in a library, as one checksum."""
    with Library.open(path, create=False) as library:
        every = b"".join(library.export(person.label) for person in library.people())
    return hashlib.sha256(every).hexdigest()


@pytest.fixture
def before_after(tmp_path):
    """Return the files of a library while a transaction is in its journal only; what it held before and holds after."""
    path = tmp_path / "people.db"
    with Library.open(path) as library:
        put(library, "Robin", 4)
    before = content(path)
    with Library.open(path) as library:
        put(library, "amber bay", 3)
        file, log = path.read_bytes(), Path(f"{path}-wal").read_bytes()
    return file, log, path.read_bytes(), before, content(path)


def recovered(place, file, log):
    """Return what a library holds that is opened with these files, as after a power cut."""
    path = place / "cut.db"
    for beside in ("", "-wal", "-shm"):
        Path(f"{path}{beside}").unlink(missing_ok=True)
    path.write_bytes(file)
    Path(f"{path}-wal").write_bytes(log)
    return content(path)


def cut_everywhere(tmp_path, before_after, places):
    """Cut the journal at these places; return how often the transaction was there and how often not."""
    file, log, _, before, after = before_after
    found = [recovered(tmp_path, file, log[:place]) for place in places]
    assert set(found) <= {before, after}
    assert found == sorted(found, key=[before, after].index), "once it is there it stays there"
    return found.count(before), found.count(after)


def test_a_journal_cut_near_every_frame_is_whole_or_nothing(tmp_path, before_after):
    """Cut at, before and behind every frame and in every sector, the transaction is there whole or not at all."""
    log = before_after[1]
    frames = [at + near for at in range(32, len(log) + 1, 4120) for near in (-1, 0, 1)]
    every = sorted({at for at in [*frames, *range(0, len(log), SECTOR // 4), len(log)] if at <= len(log)})
    without, there = cut_everywhere(tmp_path, before_after, every)
    assert without > 20
    assert there >= 1


@pytest.mark.heavy
def test_a_journal_cut_at_every_byte_is_whole_or_nothing(tmp_path, before_after):
    """The same at every single offset of the transaction."""
    log = before_after[1]
    without, there = cut_everywhere(tmp_path, before_after, range(len(log) + 1))
    assert (without, there) == (len(log), 1)


def test_a_journal_with_torn_sectors_is_whole_or_nothing(tmp_path, before_after):
    """Sectors of the journal that never reached the disk, in any pattern, cost the transaction, never the library."""
    file, log, _, before, after = before_after
    rng = random.Random(1)
    for _ in range(60):
        torn = bytearray(log)
        for at in rng.sample(range(0, len(log), SECTOR), rng.randint(1, 6)):
            torn[at : at + SECTOR] = bytes(len(torn[at : at + SECTOR]))
        assert recovered(tmp_path, file, bytes(torn)) in (before, after)


def test_a_file_half_written_back_is_mended_from_the_journal(tmp_path, before_after):
    """While the journal is written back into the file any sector may be old or new: the journal still has all."""
    old, log, new, _, after = before_after
    rng = random.Random(2)
    for _ in range(60):
        mixed = bytearray(new)
        for at in range(0, len(new), SECTOR):
            if rng.random() < 0.5:
                mixed[at : at + SECTOR] = old[at : at + SECTOR].ljust(len(mixed[at : at + SECTOR]), b"\0")
        size = rng.choice([len(new), max(len(old), rng.randrange(len(new)))])
        assert recovered(tmp_path, bytes(mixed[:size]), log) == after


WORK = """
import hashlib, sys
from library.people import person_of, summary
from library.test_power import put
from pace.library import Library, Noted
from pace.person.about import Said

path = sys.argv[1]
def acknowledge(library):
    every = b"".join(library.export(person.label) for person in library.people())
    sys.stdout.write(f"ack {hashlib.sha256(every).hexdigest()}\\n")
    sys.stdout.flush()

for round in range(4):
    with Library.open(path) as library:
        acknowledge(library)
        for label in ("Robin", "amber bay", "ö"):
            put(library, label, 3, f"{round}")
            acknowledge(library)
        library.note("Robin", Noted(said=Said(speed=2.5, talk="not"), text=f"{round}"))
        acknowledge(library)
        library.forget("amber bay" if round % 2 else "ö")
        acknowledge(library)
"""


@pytest.mark.heavy
@pytest.mark.skipif(shutil.which("strace") is None, reason="needs strace to see what reaches the disk")
def test_a_power_cut_at_a_thousand_moments_loses_nothing(tmp_path, figure):
    """Nothing acknowledged is lost, nothing is half there, the library always opens: 1,000 cuts of every kind.

    Every write and every sync of a real run is recorded. At a cut, of what was written to a file since its last sync
    any part may be missing: all, none, some writes, some sectors. (That a name given or taken is on the disk at once is
    a limit of this model.)
    """
    work = tmp_path / "work"
    work.mkdir()
    path, trace = work / "people.db", tmp_path / "trace"
    command = ["strace", "-f", "-y", "-xx", "-s", "200000", "-o", trace]
    command += ["-e", "trace=openat,write,pwrite64,fsync,fdatasync,ftruncate,unlink,link,rename"]
    env = {"PYTHONPATH": f"{ROOT / 'tests'}:{ROOT}", "PATH": "/usr/bin:/bin"}
    done = subprocess.run([*command, sys.executable, "-c", WORK, path], env=env, capture_output=True, text=True)
    if "ptrace" in done.stderr or done.returncode:
        pytest.skip(f"strace cannot trace here: {done.stderr[-200:]}")
    history = list(steps(trace.read_text(), work))
    rng = random.Random(3)
    moments = sorted(rng.randrange(first_link(history), len(history)) for _ in range(1000))
    states = [step[1] for step in history if step[0] == "ack"]
    disk, at, acked = Disk(), 0, -1
    for number, moment in enumerate(moments):
        for step in history[at:moment]:
            acked += step[0] == "ack"
            disk.take(step)
        at = moment
        place = tmp_path / "cut"
        shutil.rmtree(place, ignore_errors=True)
        place.mkdir()
        disk.crash(place, rng, ("dropped", "some", "torn", "kept")[number % 4])
        assert content(place / "people.db") in states[max(acked, 0) : acked + 2]
    figure("F9", f"{len(moments):,} power cuts among {len(history):,} writes and syncs: 0 corrupt, 0 lost, 0 half")


def first_link(history):
    """Return the step that gave the library its name."""
    return next(number for number, step in enumerate(history) if step[0] == "link") + 1
