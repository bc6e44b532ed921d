"""A library of any earlier layout opens, and becomes one of the present layout whole or not at all."""

import sqlite3
from datetime import date

import pytest

from corpus import ROOT
from library import schema_1
from library.people import summary
from pace.activity import kept
from pace.activity.kept import packed
from pace.errors import LibraryError
from pace.library import Consent, Library, Noted, rows, schema, seal
from pace.library.values import about_to_dict
from pace.person.about import About, Said


@pytest.fixture
def old(tmp_path):
    """Return the path of a library of schema 1."""
    one = summary("first")
    schema_1.build(tmp_path / "people.db", one.digest, packed(one))
    return tmp_path / "people.db"


def test_a_library_of_schema_1_opens(old):
    """What was kept by the first version is read by this one, and can be added to."""
    with Library.open(old, create=False) as library:
        (person,) = library.people()
        assert person.label == "quiet river"
        assert person.about == About(walk_speed=1.5, height_m=1.7, age_years=41)
        assert person.consent == Consent(text="walks together", given=date(2026, 3, 1), until=date(2027, 3, 31))
        said = Said(speed=2.3, talk="comfortable", minutes=40)
        assert person.notes == (Noted(said=said, day=date(2026, 4, 1), text="by the lake"),)
        known = library.profile("quiet river", today=date(2026, 5, 1))
        assert [one.digest for one in known.summaries] == [summary("first").digest]
        library.note("quiet river", Noted(said=said))
    with Library.open(old, create=False) as library:
        assert len(library.person("quiet river").notes) == 2


def test_a_new_library_is_of_the_present_schema(old, tmp_path):
    """What is made today is laid out like what was migrated, table by table."""
    with Library.open(old) as migrated, Library.open(tmp_path / "new.db") as made:
        assert schema.described(migrated._db) == schema.described(made._db)
        assert schema.found(made._db) == schema.version()


def add_colour(db):
    """Be a migration that somebody may write one day."""
    db.execute("ALTER TABLE library ADD COLUMN colour TEXT")


def test_a_migration_keeps_everything(old, monkeypatch):
    """An old file is brought up to date when it is opened, once, and holds what it held."""
    with Library.open(old) as library:
        before = library.export("quiet river")
    monkeypatch.setattr(schema, "MIGRATIONS", (add_colour,))
    for _ in range(2):
        with Library.open(old) as library:
            assert schema.found(library._db) == 2
            assert library.export("quiet river") == before
    monkeypatch.undo()
    with pytest.raises(LibraryError, match="upgrade"):
        Library.open(old)


def test_a_migration_that_fails_changes_nothing(old, monkeypatch):
    """A migration cut short leaves the old file as it was."""

    def half(db):
        db.execute("DELETE FROM note")
        raise KeyboardInterrupt

    monkeypatch.setattr(schema, "MIGRATIONS", (add_colour, half))
    with pytest.raises(KeyboardInterrupt):
        Library.open(old)
    monkeypatch.undo()
    with Library.open(old) as library:
        assert len(library.person("quiet river").notes) == 1


def test_a_new_library_runs_every_migration(tmp_path, monkeypatch):
    """A file made by a later version is of its schema from the start."""
    monkeypatch.setattr(schema, "MIGRATIONS", (add_colour,))
    with Library.open(tmp_path / "people.db") as library:
        assert schema.found(library._db) == 2
        assert "colour" in "".join(schema.described(library._db))


def test_recordings_kept_by_another_version_are_said_and_can_be_added_again(tmp_path, monkeypatch):
    """What a later version cannot read of a recording is left out and said, until its file is added again."""
    walk = ROOT / "sample_activities" / "client" / "01-brisk-walk.fit"
    with Library.open(tmp_path / "people.db") as library:
        library.add("Robin", walk)
        monkeypatch.setattr(kept, "FORMAT", kept.FORMAT + 1)
        found = library.profile("Robin")
        assert found.summaries == ()
        assert "1 recording was kept by another version" in found.skipped[0].reason
        assert library.add("Robin", walk).n_known == 1
        assert len(library.profile("Robin").summaries) == 1


def test_a_seal_tells_values_apart():
    """Values that only look alike, or that could be cut elsewhere, have different checksums."""
    alike = [("t", "ab", "c"), ("t", "a", "bc"), ("ta", "b", "c"), ("t", b"ab", "c"), ("t", "ab"), ("t", 1), ("t", "1")]
    assert len({seal.of(*values) for values in alike}) == len(alike)


def test_foreign_keys_are_strict(tmp_path):
    """No row can belong to nobody."""
    with Library.open(tmp_path / "people.db") as library, pytest.raises(sqlite3.IntegrityError):
        rows.write_summaries(library._db, 7, [summary()])


def test_every_word_about_a_person_is_kept(tmp_path):
    """Nothing that `About` holds is dropped on the way to the disk."""
    said = About(
        walk_speed=1.4, height_m=1.7, age_years=40, resting_heart_rate=60, max_heart_rate=180, manner="shuffle"
    )
    with Library.open(tmp_path / "people.db") as library:
        library.add("Robin", about=said)
        assert library.person("Robin").about == said
    assert len(about_to_dict(said)) == len(About.__dataclass_fields__) - 1
