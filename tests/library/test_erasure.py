"""Who is forgotten is gone from every byte of every file, and an encrypted library shows no byte of anybody."""

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

from corpus import ROOT
from library.people import person_of, summary
from pace.errors import InputError, LibraryError, PassphraseError
from pace.library import Consent, Library, Noted, connection, rows
from pace.person.about import About, Said

MARK = "zebrafinch"
OTHERS = [f"person {number}" for number in range(19)]
PASSPHRASES = [None, "it's ö; --"]


def marked(number):
    return f"{MARK} {number:04d}"


def fill(library, notes=60):
    """Twenty people with many notes and recordings; one of them is marked all over. Return what must vanish."""
    for label in [*OTHERS[:10], MARK, *OTHERS[10:]]:
        text = marked if label == MARK else (lambda number, label=label: f"{label} {number}")
        with library._writing() as db:
            person = rows.write_person(db, None, person_of(label, About(height_m=1.7321), Consent(text=text(9999))))
            rows.write_summaries(db, person, [summary((label, number)) for number in range(20)])
            said = [Said(speed=1 + number / 500, talk="short") for number in range(notes)]
            rows.write_notes(db, person, [Noted(said=one, text=text(number)) for number, one in enumerate(said)])
    for number in range(notes, notes + 20):  # and later, one by one: earlier versions of pages
        library.note(MARK, Noted(said=Said(speed=2, talk="not"), text=marked(number)))
    person = library.person(MARK)
    return [MARK, *(note.key for note in person.notes[::10]), *(summary((MARK, number)).digest for number in range(20))]


def hits(folder, words):
    """Return how often any of these stands in any file of a folder, as text, as bytes of a checksum, or in UTF-16."""
    raw = b"".join(path.read_bytes() for path in sorted(folder.iterdir()) if path.is_file())
    forms = [word.encode() for word in words] + [word.encode("utf-16-le") for word in words]
    forms += [bytes.fromhex(word) for word in words if len(word) == 32]
    return sum(raw.count(form) for form in forms)


@pytest.mark.parametrize("passphrase", PASSPHRASES, ids=["plain", "encrypted"])
def test_no_byte_of_a_forgotten_person_is_left(tmp_path, passphrase, figure):
    """Of over 800 marks none is left in any file: neither while the library is open, nor when it is closed."""
    if passphrase:
        pytest.importorskip("sqlcipher3")
    with Library.open(tmp_path / "people.db", passphrase) as library:
        words = fill(library, notes=400)
        before = hits(tmp_path, words)
        assert before == 0 if passphrase else before > 800
        gone = library.forget(MARK)
        assert (gone.n_activities, gone.n_notes) == (20, 420)
        assert hits(tmp_path, words) == 0
    assert hits(tmp_path, words) == 0
    with Library.open(tmp_path / "people.db", passphrase) as library:
        assert [person.label for person in library.people()] == sorted(OTHERS)
        assert library.person("person 3").n_activities == 20
    figure("P7", f"{'encrypted' if passphrase else 'plain'}: {before:,} marks before, {hits(tmp_path, words)} after")


def test_writing_the_file_anew_is_enough_by_itself(tmp_path, monkeypatch):
    """Where a build of SQLite overwrites nothing that it deletes, forgetting leaves no byte either."""
    careless = [pragma.replace("secure_delete = ON", "secure_delete = OFF") for pragma in connection.CAREFUL]
    monkeypatch.setattr(connection, "CAREFUL", tuple(careless))
    with Library.open(tmp_path / "people.db") as library:
        words = fill(library)
        library.forget(MARK)
        assert hits(tmp_path, words) == 0


@pytest.mark.parametrize("passphrase", PASSPHRASES, ids=["plain", "encrypted"])
def test_every_care_is_taken(tmp_path, passphrase):
    """Deletions are overwritten, sorting is in memory, commits reach the disk, no row is nobody's, no forgery runs."""
    if passphrase:
        pytest.importorskip("sqlcipher3")
    with Library.open(tmp_path / "people.db", passphrase) as library:
        names = ("secure_delete", "temp_store", "synchronous", "fullfsync", "foreign_keys", "journal_mode")
        taken = [library._db.execute(f"PRAGMA {name}").fetchone()[0] for name in names]
        forged = [library._db.execute(f"PRAGMA {name}").fetchone()[0] for name in ("trusted_schema", "cell_size_check")]
    assert taken == [1, 2, 2, 1, 1, "wal"]
    assert forged == [0, 1]


def test_a_library_in_another_journal_mode_is_set_right(tmp_path):
    """A copy that another program left without a write-ahead log is as safe as before once it was opened."""
    path = tmp_path / "people.db"
    Library.open(path).close()
    db = sqlite3.connect(path)
    assert db.execute("PRAGMA journal_mode = DELETE").fetchone() == ("delete",)
    db.close()
    with Library.open(path) as library:
        assert library._db.execute("PRAGMA journal_mode").fetchone() == ("wal",)


def test_an_encrypted_library_shows_nothing(tmp_path):
    """No label, no note, no table's name, no word of SQLite stands in any file of an encrypted library."""
    pytest.importorskip("sqlcipher3")
    with Library.open(tmp_path / "people.db", "open sesame") as library:
        words = [*fill(library), "person", "SQLite", "CREATE", "seal", "walk", "pace"]
        assert hits(tmp_path, words) == 0
    assert hits(tmp_path, words) == 0


@pytest.mark.parametrize("passphrase", ["wrong", "Open sesame", "open sesame ", "x"])
def test_a_wrong_passphrase_is_one_line(tmp_path, capfd, passphrase):
    """A wrong passphrase is refused in one line that is ours: the terminal stays clean."""
    pytest.importorskip("sqlcipher3")
    Library.open(tmp_path / "people.db", "open sesame").close()
    with pytest.raises(PassphraseError, match="passphrase is wrong"):
        Library.open(tmp_path / "people.db", passphrase)
    with pytest.raises(PassphraseError, match="needs its passphrase"):
        Library.open(tmp_path / "people.db")
    assert capfd.readouterr() == ("", "")


def test_a_passphrase_typed_on_another_keyboard_is_the_same(tmp_path):
    """A letter typed as one sign or as two opens the same library."""
    pytest.importorskip("sqlcipher3")
    Library.open(tmp_path / "people.db", "f\u00fcr").close()
    Library.open(tmp_path / "people.db", "fu\u0308r").close()


@pytest.mark.parametrize("passphrase", ["", "a\0b", "\ud800"])
def test_what_is_no_passphrase_is_refused(tmp_path, passphrase):
    """An empty passphrase, or one that would be cut, protects nothing."""
    pytest.importorskip("sqlcipher3")
    with pytest.raises(InputError, match="passphrase"):
        Library.open(tmp_path / "people.db", passphrase)
    assert os.listdir(tmp_path) == []


def test_a_passphrase_for_a_plain_library_is_refused(tmp_path):
    """Nobody believes a library encrypted that is not."""
    Library.open(tmp_path / "people.db").close()
    with pytest.raises(PassphraseError, match="not encrypted"):
        Library.open(tmp_path / "people.db", "open sesame")


def test_without_the_extra_it_is_said_what_to_install(tmp_path, monkeypatch):
    """Encryption is one more package, and the message names it."""
    monkeypatch.setitem(sys.modules, "sqlcipher3", None)
    with pytest.raises(LibraryError, match=r"pace-match\[encrypted\]"):
        Library.open(tmp_path / "people.db", "open sesame")
    assert os.listdir(tmp_path) == []


def test_a_sweep_cut_short_is_finished_by_whoever_comes_next(tmp_path, monkeypatch):
    """When forgetting stops after the person is gone, the next opening leaves no byte either."""
    with Library.open(tmp_path / "people.db") as library:
        words = fill(library)
        monkeypatch.setattr(Library, "_sweep", lambda self: None)
        library.forget(MARK)
        assert MARK not in library
        assert hits(tmp_path, words) > 0
        for name in ("people.db", "people.db-wal"):
            shutil.copy(tmp_path / name, tmp_path / f"cut-{name}")
    monkeypatch.undo()
    for path in tmp_path.glob("people.db*"):
        path.unlink()
    (tmp_path / "cut-people.db").rename(tmp_path / "people.db")
    (tmp_path / "cut-people.db-wal").rename(tmp_path / "people.db-wal")
    with Library.open(tmp_path / "people.db") as library:
        assert hits(tmp_path, words) == 0
        assert len(library.people()) == 19


FORGET = """
import sys
from pace.library import Library
with Library.open(sys.argv[1]) as library:
    print("begin", flush=True)
    library.forget(sys.argv[2])
    print("end", flush=True)
"""


@pytest.mark.heavy
def test_forgetting_survives_being_killed(tmp_path):
    """Killed at any moment of forgetting, a person is there whole, or gone to the last byte after the next opening."""
    good = tmp_path / "good.db"
    with Library.open(good) as library:
        words = fill(library)
    gone = 0
    for number in range(30):
        folder = tmp_path / f"kill-{number}"
        folder.mkdir()
        shutil.copy(good, folder / "people.db")
        worker = subprocess.Popen(
            [sys.executable, "-c", FORGET, folder / "people.db", MARK], cwd=ROOT, stdout=subprocess.PIPE
        )
        with worker:
            worker.stdout.readline()
            time.sleep(0.002 * number)
            worker.send_signal(signal.SIGKILL)
        with Library.open(folder / "people.db") as library:
            labels = {person.label for person in library.people()}
            assert labels >= set(OTHERS)
            if MARK in labels:
                assert library.person(MARK).n_activities == 20
                continue
        gone += 1
        assert hits(folder, words) == 0
        shutil.rmtree(folder)
    assert gone


@pytest.mark.skipif(shutil.which("strace") is None, reason="needs strace to see which files are made")
def test_nothing_is_written_anywhere_else(tmp_path):
    """Adding, noting and forgetting make no file outside the library's folder: nothing is sorted in a temporary one."""
    code = (
        "import sys\nfrom library.test_erasure import fill, MARK\nfrom pace.library import Library\n"
        "with Library.open(sys.argv[1]) as library:\n    fill(library)\n    library.forget(MARK)\n"
    )
    log = tmp_path / "log"
    traced = ["strace", "-f", "-o", log, "-e", "trace=openat,open,creat,mkdir,rename,link"]
    env = {"PYTHONPATH": f"{ROOT / 'tests'}:{ROOT}", "PATH": "/usr/bin:/bin", "PYTHONDONTWRITEBYTECODE": "1"}
    (tmp_path / "place").mkdir()
    done = subprocess.run(
        [*traced, sys.executable, "-c", code, tmp_path / "place" / "people.db"], env=env, capture_output=True, text=True
    )
    if "ptrace" in done.stderr:
        pytest.skip("strace cannot trace here")
    assert done.returncode == 0, done.stderr
    made = [line for line in log.read_text().splitlines() if "O_CREAT" in line or "mkdir(" in line or "rename(" in line]
    assert made
    assert [line for line in made if str(tmp_path / "place") not in line] == []


def test_a_reader_that_does_not_end_is_said(tmp_path, monkeypatch):
    """While somebody keeps reading, the person is gone at once, and it is said that the sweep has to wait."""
    monkeypatch.setattr("pace.library.connection.TRIES", 2)
    path = tmp_path / "people.db"
    with Library.open(path) as library, Library.open(path) as reader:
        words = fill(library)
        waits = []
        library._waiting = lambda: waits.append(1)
        with reader._reading():
            with pytest.raises(LibraryError, match=r"gone, but .*another program.*opened next"):
                library.forget(MARK)
            assert waits
        assert MARK not in reader
    with Library.open(path):
        assert hits(tmp_path, words) == 0


def test_files_of_a_place_are_those_of_the_library(tmp_path):
    """Beside the library lies nothing when it is closed: no journal, no half-made file."""
    with Library.open(tmp_path / "people.db") as library:
        fill(library)
        library.forget(MARK)
    assert [path.name for path in Path(tmp_path).iterdir()] == ["people.db"]
