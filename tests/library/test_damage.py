"""A changed bit is found when the library is opened, before any figure is shown; or it changes nothing that is kept."""

import random
import re
import sqlite3
from collections import Counter

import pytest

from library.people import person_of, summary
from pace.activity.kept import MAGIC, packed
from pace.errors import DamagedLibraryError, LibraryError
from pace.library import Consent, Library, Noted, rows
from pace.person.about import About, Said

PEOPLE = [f"person {number}" for number in range(12)]


def filled(path, passphrase=None):
    """Make a library of a dozen people, one of whom was forgotten, closed properly."""
    with Library.open(path, passphrase) as library:
        for label in [*PEOPLE, "gone"]:
            with library._writing() as db:
                person = rows.write_person(
                    db, None, person_of(label, About(walk_speed=1.5), Consent(text=f"walks {label}"))
                )
                rows.write_summaries(db, person, [summary((label, number)) for number in range(6)])
                rows.write_notes(db, person, [Noted(said=Said(speed=2.0, talk="short"), text=f"note {label}")])
        library.forget("gone")
    return path.read_bytes()


def content(path, passphrase=None):
    """Everything that a library holds, as bytes."""
    with Library.open(path, passphrase, create=False) as library:
        return [library.export(person.label) for person in library.people()]


def outcomes(path, good, places, *, passphrase=None):
    """Flip one bit in each of these bytes in turn; count what opening the library and reading everything comes to."""
    path.write_bytes(good)
    whole, counts = content(path, passphrase), Counter()
    for number, place in enumerate(places):
        bad = bytearray(good)
        bad[place] ^= 1 << number % 8
        path.write_bytes(bytes(bad))
        try:
            found = content(path, passphrase)
        except LibraryError as error:
            counts["leaky" if any(label in str(error) for label in PEOPLE) else "refused"] += 1
        else:
            counts["harmless" if found == whole else "wrong"] += 1
    return counts


def places(of, seed, n=300):
    """Return n places among `of`, seeded."""
    return random.Random(seed).choices(of, k=n)


def written(good):
    """Return the places in the file where something that is kept stands: labels, words, notes, summaries, checksums."""
    parts = [label.encode() for label in PEOPLE] + [b"note ", b"walks ", b'"walk_speed_mps":1.5']
    parts += [summary((label, number)).digest.encode() for label in PEOPLE for number in range(6)]
    starts = [(found.start(), len(part)) for part in parts for found in re.finditer(re.escape(part), good)]
    kept = {at for start, length in starts for at in range(start, start + length)}
    summaries = [found.start() for found in re.finditer(re.escape(MAGIC), good)]
    return sorted(kept | {start + k for start in summaries for k in range(len(packed(summary())))})


def test_no_flipped_bit_changes_what_is_read(tmp_path, figure):
    """Of 300 bits flipped anywhere in the file none is read back changed: the library is refused, or is as it was.

    As it was: the bit lies in the unused end of a page or in a counter of SQLite's header.
    """
    path = tmp_path / "people.db"
    good = filled(path)
    counts = outcomes(path, good, places(range(len(good)), 1))
    figure("F14", f"anywhere: {counts['refused']} found, {counts['harmless']} harmless, {counts['wrong']} wrong of 300")
    assert counts["wrong"] == counts["leaky"] == 0
    assert counts["refused"] > 150


def test_every_flipped_bit_of_what_is_kept_is_found(tmp_path, figure):
    """Of 300 bits flipped in labels, notes, consents, checksums and summaries all are found when the file is opened."""
    path = tmp_path / "people.db"
    good = filled(path)
    counts = outcomes(path, good, places(written(good), 2))
    figure("F14", f"in what is kept: {counts['refused']} of {counts.total()} found")
    assert counts == {"refused": 300}


def test_every_flipped_bit_of_an_encrypted_library_is_found(tmp_path, figure):
    """Every page of an encrypted library is signed: 300 of 300 are found."""
    pytest.importorskip("sqlcipher3")
    path, key = tmp_path / "people.db", f"x'{'5e' * 32}'"  # a whole key, which spares stretching it 600 times
    good = filled(path, key)
    counts = outcomes(path, good, places(range(len(good)), 3), passphrase=key)
    figure("F14", f"encrypted: {counts['refused']} of {counts.total()} found")
    assert counts == {"refused": 300}


@pytest.mark.parametrize("cut", [0, 1, 99, 4096, 20_000, -4096, -2048])
def test_a_cut_file_is_found(tmp_path, cut):
    """A file that is cut short is refused, with what to do."""
    path = tmp_path / "people.db"
    good = filled(path)
    path.write_bytes(good[:cut])
    with pytest.raises(LibraryError, match=r"put back a copy|encrypted"):
        Library.open(path)


@pytest.mark.parametrize(
    "harm",
    [
        "DELETE FROM activity WHERE id = 7",
        "DELETE FROM person WHERE label = 'person 3'",
        "UPDATE person SET label = 'person x' WHERE label = 'person 3'",
        "UPDATE activity SET person = 2 WHERE id = 1",
        "UPDATE activity SET kept = (SELECT kept FROM activity WHERE id = 2) WHERE id = 1",
        "UPDATE note SET kept = replace(kept, 'short', 'not')",
        "DELETE FROM library",
        "INSERT INTO library VALUES ('sweep', x'01')",
        "ALTER TABLE note RENAME COLUMN kept TO text",
        "CREATE TABLE more (x)",
        "DROP TABLE note",
    ],
)
def test_what_another_program_did_is_found(tmp_path, harm):
    """Rows that were lost, changed, moved or added behind pace's back are found, whatever SQLite thinks of them."""
    path = tmp_path / "people.db"
    filled(path)
    db = sqlite3.connect(path)
    db.execute(harm)
    db.commit()
    db.close()
    with pytest.raises(DamagedLibraryError, match="put back a copy"):
        Library.open(path)


def test_a_row_that_changes_while_a_library_is_open_is_found(tmp_path):
    """What another program changes behind an open library's back is refused when it is read."""
    path = tmp_path / "people.db"
    filled(path)
    with Library.open(path) as library:
        db = sqlite3.connect(path)
        db.execute("UPDATE activity SET kept = (SELECT kept FROM activity WHERE id = 2) WHERE id = 1")
        db.commit()
        db.close()
        with pytest.raises(DamagedLibraryError, match="put back a copy"):
            library.profile("person 0")


@pytest.mark.parametrize(
    ("text", "damaged"), [(b"person 3", b"person \xff"), (b"sqlite_autoindex_note_1", b"sqlite_autoindex_not\xff_1")]
)
def test_damaged_text_is_not_cited(tmp_path, text, damaged):
    """Where a label or a name is no text any more, the database would cite what is left of it: the message is ours."""
    path = tmp_path / "people.db"
    path.write_bytes(filled(path).replace(text, damaged))
    with pytest.raises(DamagedLibraryError) as caught:
        Library.open(path)
    assert "person" not in str(caught.value)
    assert "autoindex" not in str(caught.value)


def test_a_length_that_no_memory_holds_is_one_line(tmp_path):
    """Where a damaged length asks for more memory than there is, the message says what to do: Python's is empty."""
    path = tmp_path / "people.db"
    data = bytearray(filled(path))
    row = data.index(b"indexsqlite_autoindex_person_1")
    data[row - 8 : row + 8] = b"\xff" * 16  # the length of the row, its number and the lengths of its values
    path.write_bytes(data)
    with pytest.raises(LibraryError, match="put back a copy"):
        Library.open(path)


def test_pages_that_do_not_fit_together_are_found(tmp_path):
    """An index that no longer agrees with its table changes no row and no seal, and would hide people."""
    path = tmp_path / "people.db"
    filled(path)
    db = sqlite3.connect(path)
    (root,) = db.execute("SELECT rootpage FROM sqlite_master WHERE name = 'sqlite_autoindex_person_1'").fetchone()
    size = db.execute("PRAGMA page_size").fetchone()[0]
    db.close()
    data = bytearray(path.read_bytes())
    start = (root - 1) * size
    data[start : start + size] = data[start : start + size].replace(b"person 3", b"person x")
    path.write_bytes(bytes(data))
    with pytest.raises(DamagedLibraryError, match="pages do not fit"):
        Library.open(path)
