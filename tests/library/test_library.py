"""What is kept of a person, how it is added, renewed, noted, used, handed over and taken in."""

import json
import os
import sqlite3
import stat
import threading
from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import reduce

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import pace
from corpus import ROOT
from library.people import ABOUTS, CONSENTS, NOTES, SUMMARIES, TODAY, person_of, summary
from pace.errors import (
    ConsentError,
    FormatError,
    InputError,
    LibraryError,
    LimitError,
    NothingUsableError,
    PaceError,
    UnknownPersonError,
)
from pace.library import Consent, Library, Noted, connection, labels, person_file, rows, schema
from pace.library.values import Person, short
from pace.person.about import About, Said
from pace_cli.person.shown import print_person

CLIENT = ROOT / "sample_activities" / "client"
COMFORTABLE = Said(speed=2.3, talk="comfortable")


@pytest.fixture
def library(tmp_path):
    with Library.open(tmp_path / "people.db") as opened:
        yield opened


def put(library, label, summaries=(), notes=(), about=None, consent=None):
    """Write a person straight into the rows."""
    with library._writing() as db:
        person = rows.write_person(db, rows.number(db, label), person_of(label, about or About(), consent))
        rows.write_summaries(db, person, summaries)
        rows.write_notes(db, person, notes)


# --- adding and using ------------------------------------------------------------------------------------------------


def test_a_person_kept_is_the_person_read(library):
    """The profile out of the library is the profile out of the files, to the last digit."""
    about = About(walk_speed=1.5, said=(COMFORTABLE,))
    library.add("client", CLIENT, about=about)
    kept, read = library.profile("client").to_dict(), pace.profile(CLIENT, label="client", about=about).to_dict()
    assert kept["activities"].pop("skipped") == []
    read["activities"].pop("skipped")
    assert kept == read


def test_the_same_files_again_change_nothing(library, tmp_path):
    """Adding what is there changes no byte of what is kept, whatever the files are called."""
    first = library.add("client", CLIENT)
    before = library.export("client")
    renamed = tmp_path / "another-name.fit"
    renamed.write_bytes((CLIENT / "01-brisk-walk.fit").read_bytes())
    again = library.add("client", [CLIENT, renamed])
    assert (first.n_new, first.n_known, first.new_person) == (12, 0, True)
    assert (again.n_new, again.n_known, again.new_person) == (0, 12, False)
    assert library.export("client") == before


def test_words_added_later_count_and_earlier_ones_stay(library):
    """A new word takes the place of the old one; what is not said again stays; answers add up."""
    library.add("Robin", about=About(walk_speed=1.4, height_m=1.7, said=(COMFORTABLE,)))
    library.add("Robin", about=About(walk_speed=1.6, said=(replace(COMFORTABLE, talk="short"),)))
    about = library.profile("Robin").about
    assert (about.walk_speed, about.height_m, len(about.said)) == (1.6, 1.7, 2)


def test_a_way_of_moving_said_later_reads_the_files_anew(library):
    """What is said of the manner counts for the files given with it, in place of their earlier reading."""
    walk = CLIENT / "01-brisk-walk.fit"
    library.add("Robin", walk)
    plain = library.export("Robin")
    library.add("Robin", walk, about=About(manner="race-walk"))
    assert library.export("Robin") != plain
    one, other = library.profile("Robin"), pace.profile(walk, about=About(manner="race-walk"))
    assert np.array_equal(one.summaries[0].time_ms, other.summaries[0].time_ms)


def test_a_way_of_moving_that_is_kept_reads_later_files_too(library):
    """Files added later are read with the manner that was said once."""
    library.add("Robin", about=About(manner="race-walk"))
    library.add("Robin", CLIENT / "01-brisk-walk.fit")
    other = pace.profile(CLIENT / "01-brisk-walk.fit", about=About(manner="race-walk"))
    assert np.array_equal(library.profile("Robin").summaries[0].time_ms, other.summaries[0].time_ms)


def test_words_for_today_are_not_kept(library):
    """Words that come with a question count for its answer only."""
    library.add("Robin", about=About(walk_speed=1.4))
    asked = library.profile("Robin", about=About(walk_speed=1.6, said=(COMFORTABLE,))).about
    assert (asked.walk_speed, asked.said) == (1.6, (COMFORTABLE,))
    assert library.profile("Robin").about == About(walk_speed=1.4)


def test_nothing_usable_adds_nobody(library, tmp_path):
    """Files that all tell nothing make nobody."""
    (tmp_path / "x.fit").write_bytes(b"nothing")
    with pytest.raises(NothingUsableError):
        library.add("Robin", tmp_path / "x.fit")
    assert library.people() == ()


def test_reading_is_told_file_by_file(library):
    """Whoever waits is told of every file."""
    seen = []
    library.add("client", CLIENT, reading=seen.append)
    assert len(seen) == 12


def test_an_unknown_label_is_said(library):
    """Nobody of that label is an error of its own, wherever a label is asked for."""
    for ask in (library.person, library.profile, library.export, library.forget):
        with pytest.raises(UnknownPersonError, match="pace person list"):
            ask("nobody")
    with pytest.raises(UnknownPersonError):
        library.note("nobody", Noted(said=COMFORTABLE))
    assert "nobody" not in library


def test_labels_that_differ_by_capitals_are_one_too_many(library):
    """Two people are never told apart by a capital letter."""
    library.add("Robin", about=About(walk_speed=1.4))
    with pytest.raises(InputError, match="capital"):
        library.add("robin", about=About(walk_speed=1.4))


# --- notes and consent -----------------------------------------------------------------------------------------------


def test_a_note_counts_as_evidence(library):
    """What somebody said after a session moves their talk threshold as `--said` does."""
    library.add("client", CLIENT)
    before = library.profile("client").talk().speed
    assert library.note("client", Noted(said=Said(speed=2.6, talk="comfortable", minutes=40), day=TODAY, text="hills"))
    after = library.profile("client").talk().speed
    assert after.median > before.median
    said = About(said=(Said(speed=2.6, talk="comfortable", minutes=40),))
    assert after == pace.profile(CLIENT, about=said).talk().speed


def test_the_same_note_on_the_same_day_counts_once(library):
    """Enter pressed twice is one answer; the same answer on another day is another."""
    library.add("Robin", about=About(walk_speed=1.4))
    note = Noted(said=COMFORTABLE, day=TODAY)
    assert [library.note("Robin", note), library.note("Robin", note)] == [True, False]
    assert library.note("Robin", replace(note, day=TODAY + timedelta(1)))
    assert len(library.profile("Robin").about.said) == 2


@given(st.integers(-3, 3))
def test_consent_holds_until_its_last_day(new_folder, days):
    """On the last day a person is used, on the next they are not, and the reason is said."""
    with Library.open(new_folder() / "people.db") as library:
        library.add("Robin", about=About(walk_speed=1.4), consent=Consent(text="walks", until=TODAY))
        day = TODAY + timedelta(days)
        assert library.person("Robin").ended(day) == (days > 0)
        if days <= 0:
            assert library.profile("Robin", today=day).label == "Robin"
            return
        with pytest.raises(ConsentError, match=r"ended on 2026-03-01.*person add.*person forget"):
            library.profile("Robin", today=day)


def test_consent_with_an_end_asks_for_the_day(library):
    """The core never looks at a clock, and never uses somebody because nobody told it the day."""
    library.add("Robin", about=About(walk_speed=1.4), consent=Consent(until=TODAY))
    with pytest.raises(InputError, match="which day"):
        library.profile("Robin")


def test_nothing_is_added_to_somebody_whose_consent_has_ended(library):
    """Neither recordings nor answers, until they agree anew."""
    library.add("Robin", about=About(walk_speed=1.4), consent=Consent(until=TODAY))
    after = TODAY + timedelta(1)
    with pytest.raises(ConsentError):
        library.add("Robin", about=About(height_m=1.7), today=after)
    with pytest.raises(ConsentError):
        library.note("Robin", Noted(said=COMFORTABLE), today=after)
    assert library.person("Robin").about.height_m is None
    library.add("Robin", about=About(height_m=1.7), consent=Consent(given=after), today=after)
    assert library.note("Robin", Noted(said=COMFORTABLE), today=after)


def test_consent_can_be_renewed(library):
    """A new consent takes the place of the old; adding without one leaves it."""
    library.add("Robin", about=About(walk_speed=1.4), consent=Consent(text="a", until=date(2026, 1, 1)))
    library.add("Robin", consent=Consent(text="b", until=date(2027, 1, 1)))
    library.add("Robin", about=About(walk_speed=1.5))
    assert library.person("Robin").consent == Consent(text="b", until=date(2027, 1, 1))


def test_a_moment_is_kept_as_its_day(library, tmp_path):
    """Whoever gives a moment instead of a day leaves no time of day behind."""
    moment = datetime(2026, 3, 1, 15, 37, 41)
    library.add("Robin", about=About(walk_speed=1.4), consent=Consent(given=moment, until=moment), today=moment)
    library.note("Robin", Noted(said=COMFORTABLE, day=moment), today=moment)
    person = library.person("Robin")
    assert person.consent == Consent(given=TODAY, until=TODAY)
    assert [note.day for note in person.notes] == [TODAY]
    assert library.profile("Robin", today=moment).label == "Robin"
    library.close()
    assert b"15:37" not in (tmp_path / "people.db").read_bytes()


@given(CONSENTS, CONSENTS, CONSENTS)
def test_consents_join_lawfully(a, b, c):
    """Of two consents one counts, whatever the order; a later day beats an earlier."""
    assert (a | b) == (b | a)
    assert ((a | b) | c) == (a | (b | c))
    assert (a | a) == a
    assert (a | b).given == max(a.given, b.given)


# --- handing over and taking in --------------------------------------------------------------------------------------


@settings(max_examples=15)  # each waits for the disk several times
@given(st.lists(SUMMARIES, max_size=4), st.lists(NOTES, max_size=3), ABOUTS, st.none() | CONSENTS)
def test_a_person_survives_as_a_file(new_folder, summaries, notes, about, consent):
    """What is exported and taken in elsewhere is the same person, byte for byte; taken in twice too."""
    place = new_folder()
    with Library.open(place / "a.db") as one, Library.open(place / "b.db") as other:
        put(one, "Robin", summaries, notes, about, consent)
        data = one.export("Robin")
        other.merge(data)
        assert other.export("Robin") == data
        other.merge(data, join=True)
        assert other.export("Robin") == data
        assert other.person("Robin") == one.person("Robin")


@settings(max_examples=8)
@given(
    st.lists(
        st.tuples(st.lists(SUMMARIES, min_size=1, max_size=3), st.lists(NOTES, max_size=2), ABOUTS),
        min_size=3,
        max_size=3,
    )
)
def test_taking_in_is_a_union(new_folder, parts):
    """Taking in is idempotent, and neither order nor grouping matters."""
    place = new_folder()
    files = []
    for number, (summaries, notes, about) in enumerate(parts):
        with Library.open(place / f"{number}.db") as library:
            put(library, "Robin", summaries, notes, about)
            files.append(library.export("Robin"))
    results = set()
    for name, order in (("x", (0, 1, 2)), ("y", (2, 0, 1)), ("z", (1, 1, 2, 0, 2))):
        with Library.open(place / f"{name}.db") as library:
            for which in order:
                library.merge(files[which], join=True)
            results.add(library.export("Robin"))
    assert len(results) == 1


def test_two_people_of_one_label_are_not_mixed(library, tmp_path):
    """A label that is there already is joined only if a recording is in both, or if it is said."""
    put(library, "Robin", [summary(1), summary(2)])
    with Library.open(tmp_path / "other.db") as other:
        put(other, "Robin", [summary(3)])
        stranger = other.export("Robin")
        put(other, "Robin", [summary(2)])
        same = other.export("Robin")
    with pytest.raises(InputError, match="--join"):
        library.merge(stranger)
    assert library.person("Robin").n_activities == 2
    added = library.merge(same)
    assert (added.n_new, added.n_known) == (1, 1)
    assert library.merge(stranger, label="amber bay").new_person


def test_every_changed_byte_of_a_person_file_is_seen(library):
    """No byte of a handed-over file can change unseen, and none can be missing."""
    put(library, "Robin", [summary(1)], [Noted(said=COMFORTABLE, text="fine")], consent=Consent(text="walks"))
    data = library.export("Robin")
    rng = np.random.default_rng(1)
    for at in rng.integers(0, len(data), 400).tolist():
        changed = bytearray(data)
        changed[at] ^= 1 << int(rng.integers(8))
        with pytest.raises(FormatError):
            person_file.read(bytes(changed))
        with pytest.raises(FormatError):
            person_file.read(data[:at])


@given(
    st.binary(max_size=200) | st.sampled_from([b"[]", b"{}", b"1", b"[" * 100_000, b'{"schema":"pace.person-file/1"}'])
)
def test_any_bytes_are_refused_as_documented(data):
    """A file of something else is refused by an error of ours."""
    with pytest.raises(FormatError):
        person_file.read(data)


def test_a_forged_file_breaks_no_rule(library):
    """A file with a right checksum and wrong content is refused too."""
    good = {
        "schema": person_file.SCHEMA,
        "label": "Robin",
        "about": {
            "walk_speed_mps": 1.5,
            "height_m": None,
            "age_years": None,
            "resting_heart_rate": None,
            "max_heart_rate": None,
            "manner": "",
        },
        "consent": None,
        "notes": [],
        "activities": [],
    }
    wrong = [
        {"label": "bo@example.org"},
        {"label": 7},
        {"about": {}},
        {"about": good["about"] | {"walk_speed_mps": 99}},
        {"about": good["about"] | {"walk_speed_mps": "fast"}},
        {"consent": {"text": "", "given": "today", "until": None}},
        {"notes": [{"speed_mps": 2, "talk": "loud", "minutes": None, "day": None, "text": ""}]},
        {"notes": [1]},
        {"activities": ["AAAA"]},
        {"activities": 3},
    ]
    for change in [{}, *wrong]:
        document = good | change
        data = person_file.compact({**document, "check": person_file._check(document)}) + b"\n"
        if change:
            with pytest.raises(FormatError):
                library.merge(data)
        else:
            library.merge(data)
    assert [person.label for person in library.people()] == ["Robin"]


def test_a_person_file_has_one_spelling(library):
    """A blank, an escape or a line end more is another file, whatever its checksum says."""
    put(library, "Robin", [summary(1)])
    data = library.export("Robin")
    person_file.read(data)
    for other in (data.replace(b'","', b'", "', 1), data.replace(b"Robin", b"\\u0052obin"), data + b"\n", data.strip()):
        with pytest.raises(FormatError, match="damaged"):
            person_file.read(other)


def test_a_person_file_that_is_too_large_is_refused(monkeypatch):
    """Before anything of it is looked at."""
    monkeypatch.setattr(person_file, "MAX_BYTES", 10)
    with pytest.raises(LimitError):
        person_file.read(b"x" * 11)


def leaves(value, path=()):
    """Yield the path of every leaf of a document."""
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    yield from (leaf for key, item in items for leaf in leaves(item, (*path, key)))
    if not isinstance(value, (dict, list)):
        yield path


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5) | st.just(10**400),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=3), inner, max_size=2),
    max_leaves=4,
)


@given(st.data())
def test_any_forged_value_is_refused_or_can_be_shown(new_folder, data):
    """Whatever stands in a signed file instead of a value: it is refused, or what is taken in can be used and shown."""
    with Library.open(new_folder() / "people.db") as library:
        put(library, "Robin", [summary(1)], [Noted(said=COMFORTABLE, day=TODAY)], consent=Consent(until=TODAY))
        document = json.loads(library.export("Robin"))
        library.forget("Robin")
        del document["check"]
        *above, last = data.draw(st.sampled_from(sorted(leaves(document), key=str)))
        holder = reduce(lambda inner, key: inner[key], above, document)
        holder[last] = data.draw(JSON)
        try:
            library.merge(person_file.compact({**document, "check": person_file._check(document)}) + b"\n")
        except (FormatError, InputError):
            assert library.people() == ()
            return
        (person,) = library.people()
        assert print_person(person, TODAY, units="km") is None
        assert library.profile(person.label, today=date(1, 1, 1)).walk_run()


# --- labels ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "label",
    [
        "bo@example.org",
        "+49 170 1234567",
        "0170-123456",
        "1990-01-31",
        "",
        " ",
        "-x",
        "@x",
        "a/b",
        "a\\b",
        "x" * 41,
        "..",
        "\u202e",
        "a:b",
        "*",
        "run.FIT",
        "export.zip",
    ],
)
def test_what_leads_to_a_person_is_no_label(library, label):
    """Addresses, numbers, paths and what does not show are refused."""
    with pytest.raises(InputError):
        library.add(label, about=About(walk_speed=1.4))


@given(st.text(max_size=60))
def test_a_label_is_refused_or_steady(text):
    """A label that is taken is taken again as it is, and shows what it is."""
    try:
        label = labels.checked(text)
    except InputError:
        return
    assert labels.checked(label) == label == label.strip()
    assert label.isprintable()


def test_every_suggestion_is_a_label():
    """Every pair of words can be a label, and looks like nobody's name."""
    every = [f"{first} {second}" for first in labels.FIRST for second in labels.SECOND]
    assert len(set(every)) == 1024
    assert all(labels.checked(one) == one and not labels.looks_like_a_name(one) for one in every)
    assert labels.suggestion(every, lambda words: words[0]) == "person 1025"


def test_long_texts_are_refused():
    """A note is a reminder."""
    assert short("a\nb\x1b[31m") == "a b"
    with pytest.raises(InputError, match="500"):
        Noted(said=COMFORTABLE, text="x" * 501)
    with pytest.raises(InputError, match="after"):
        Consent(given=TODAY, until=TODAY - timedelta(1))


# --- the file --------------------------------------------------------------------------------------------------------


def test_nothing_is_made_where_nothing_is_wanted(tmp_path):
    """Asking for what is not there makes no file."""
    with pytest.raises(LibraryError, match="pace person add"):
        Library.open(tmp_path / "people.db", create=False)
    with pytest.raises(LibraryError, match="folder"):
        Library.open(tmp_path / "nowhere" / "people.db")
    assert os.listdir(tmp_path) == []


@pytest.mark.skipif(os.name != "posix", reason="modes are POSIX")
def test_files_are_their_owner_s_only(tmp_path):
    """With no mask at all, every file is 0600 from its first byte, those beside it too."""
    old = os.umask(0)
    try:
        with Library.open(tmp_path / "people.db") as library:
            put(library, "Robin", [summary(1)])
            modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in tmp_path.iterdir()}
    finally:
        os.umask(old)
    assert set(modes) == {"people.db", "people.db-wal", "people.db-shm"}
    assert set(modes.values()) == {0o600}
    assert [path.name for path in tmp_path.iterdir()] == ["people.db"]


@pytest.mark.skipif(os.name != "posix", reason="modes are POSIX")
def test_a_library_that_is_being_made_is_its_owner_s_only(tmp_path, monkeypatch):
    """Before it is whole, too, whatever the mask."""
    modes, really = set(), schema.create

    def watched(db):
        modes.update(stat.S_IMODE(path.stat().st_mode) for path in tmp_path.iterdir())
        really(db)

    monkeypatch.setattr(schema, "create", watched)
    old = os.umask(0)
    try:
        Library.open(tmp_path / "people.db").close()
    finally:
        os.umask(old)
    assert modes == {0o600}


@pytest.mark.skipif(os.name != "posix", reason="modes are POSIX")
def test_rights_that_others_got_are_taken_back(tmp_path):
    """A library that somebody copied with a wide mask is narrowed when it is opened."""
    Library.open(tmp_path / "people.db").close()
    os.chmod(tmp_path / "people.db", 0o644)
    Library.open(tmp_path / "people.db").close()
    assert stat.S_IMODE((tmp_path / "people.db").stat().st_mode) == 0o600


def test_the_file_is_never_half_made(tmp_path, monkeypatch):
    """Until a new library is whole it has another name; a failure leaves nothing."""
    seen = []
    monkeypatch.setattr(
        schema, "create", lambda db: seen.append(os.listdir(tmp_path)) or (_ for _ in ()).throw(OSError(28, "full"))
    )
    with pytest.raises(LibraryError):
        Library.open(tmp_path / "people.db")
    assert seen
    assert "people.db" not in seen[0]
    assert os.listdir(tmp_path) == []


@pytest.mark.parametrize("links", [True, False], ids=["links", "no links"])
def test_a_library_made_meanwhile_is_left_alone(tmp_path, monkeypatch, links):
    """Between making a library and giving it its name somebody else may have made one: theirs stays, whole."""
    path, really = tmp_path / "people.db", connection._fill
    monkeypatch.setattr(connection, "_fill", lambda *given: (really(*given), path.write_bytes(b"theirs")))
    if not links:
        refused = lambda *_: (_ for _ in ()).throw(OSError(95, "Operation not supported"))  # noqa: E731
        monkeypatch.setattr(os, "link", refused)
    connection.make(path, None)
    assert path.read_bytes() == b"theirs"
    assert os.listdir(tmp_path) == ["people.db"]


def test_the_name_of_a_new_library_reaches_the_disk(tmp_path, monkeypatch):
    """After a power cut a library that was made is there: its folder was written through, once it has its name."""
    synced, really = [], os.fsync

    def watched(handle):
        if stat.S_ISDIR(os.fstat(handle).st_mode):
            synced.append(os.path.exists(tmp_path / "people.db"))
        really(handle)

    monkeypatch.setattr(os, "fsync", watched)
    Library.open(tmp_path / "people.db").close()
    assert synced == [True]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_what_is_no_plain_file_is_not_opened(tmp_path):
    """A pipe would be waited for without end."""
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(LibraryError, match="plain file"):
        Library.open(tmp_path / "pipe")


def test_a_file_of_something_else_is_left_alone(tmp_path):
    """Neither a text, nor another program's database, nor an empty file, nor a folder is taken for a library."""
    (tmp_path / "text").write_bytes(b"hello " * 1000)
    (tmp_path / "empty").write_bytes(b"")
    (tmp_path / "folder").mkdir()
    other = sqlite3.connect(tmp_path / "other")
    other.execute("CREATE TABLE person (label TEXT)")
    other.close()
    before = (tmp_path / "other").read_bytes()
    for name in ("text", "empty", "folder", "other"):
        with pytest.raises(LibraryError):
            Library.open(tmp_path / name)
    assert (tmp_path / "other").read_bytes() == before
    with pytest.raises(LibraryError, match="is empty"):
        Library.open(tmp_path / "empty")


def test_a_newer_library_says_to_upgrade(tmp_path):
    """A layout of the future is not touched."""
    Library.open(tmp_path / "people.db").close()
    db = sqlite3.connect(tmp_path / "people.db")
    db.execute(f"PRAGMA user_version = {schema.version() + 1}")
    db.close()
    with pytest.raises(LibraryError, match="upgrade"):
        Library.open(tmp_path / "people.db")


def test_nothing_but_what_is_promised_is_kept(library, tmp_path):
    """No file name, no path, no reason for leaving a file out stands in the library."""
    marked = tmp_path / "zanzibar-quay"
    marked.mkdir()
    (marked / "kumquat-lane.fit").write_bytes((CLIENT / "01-brisk-walk.fit").read_bytes())
    (marked / "rhubarb-court.fit").write_bytes(b"no recording")
    assert library.add("Robin", marked).skipped
    library.close()
    raw = b"".join(path.read_bytes() for path in tmp_path.iterdir() if path.is_file())
    assert b"Robin" in raw
    assert [word for word in (b"zanzibar", b"kumquat", b"rhubarb", b"no recording", b".fit") if word in raw] == []


def test_the_columns_are_those_that_the_documentation_lists(library):
    """Nobody adds a column without saying so in docs/library.md."""
    text = (ROOT / "docs" / "library.md").read_text(encoding="utf-8")
    for table in ("person", "activity", "note", "library"):
        columns = [row[1] for row in library._db.execute(f"PRAGMA table_info({table})")]
        assert columns
        assert [name for name in columns if f"`{table}.{name}`" not in text] == []


def test_people_come_in_the_order_of_labels(library):
    """A list of people is no ranking."""
    for label in ("b", "a", "c"):
        put(library, label, [summary(label)])
    assert [person.label for person in library.people()] == ["a", "b", "c"]
    assert isinstance(library.people()[0], Person)
    assert "a" in library


def test_a_closed_library_and_another_thread_are_said(tmp_path):
    """What is wrong with the program that uses it is not told as damage."""
    library = Library.open(tmp_path / "people.db")
    caught = []

    def look():
        try:
            library.people()
        except LibraryError as error:
            caught.append(error)

    thread = threading.Thread(target=look)
    thread.start()
    thread.join()
    library.close()
    look()
    assert ["by the thread that opened it" in str(error) for error in caught] == [True, True]


def test_a_library_open_here_is_opened_by_the_database_alone(tmp_path, monkeypatch):
    """Closing another handle of the file would drop the locks of this process, so no other is made."""
    path = tmp_path / "people.db"
    Library.open(path).close()
    with Library.open(path), monkeypatch.context() as forbidden:
        forbidden.setattr("builtins.open", lambda *_, **__: pytest.fail("a second handle"))
        with Library.open(path) as again:
            again.add("Robin", about=About(walk_speed=1.4))
        assert not connection.encrypted(path)
    assert not connection._OPEN
    assert not connection._HEADS


def test_errors_have_one_root():
    """Whoever catches `PaceError` catches every refusal of the library."""
    assert issubclass(LibraryError, PaceError)
    assert issubclass(ConsentError, PaceError)
