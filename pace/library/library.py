"""The library: people added once and come back to, until they are forgotten."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import fields, replace
from datetime import date
from pathlib import Path
from typing import Any, Self

from pace.errors import ConsentError, InputError, LibraryError, NothingUsableError
from pace.library import connection, labels, person_file, rows, schema, seal
from pace.library.connection import quiet
from pace.library.values import Added, Consent, Forgotten, Noted, Person, split
from pace.person.about import About
from pace.person.profile import Profile, Skipped, profile


class Library:
    """People kept in one file; open it with `Library.open`, and close it (or use it in a `with` statement).

    Kept of a person are a label, summaries of their recordings (no place, no time of day), what they said and what
    they agreed to. The whole file is checked when it is opened. Several programs may use one file at a time: each
    change is made whole or not at all, and waits for those of others.

    Attributes
    ----------
    path : Path
    encrypted : bool
    created : bool
        Whether opening made the file.
    writable : bool
        False on a read-only disk, where people can be used and nothing can be changed.
    unswept : bool
        Whether the file still holds traces of somebody forgotten, because the disk was full or somebody kept reading.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder, Library.open(f"{folder}/people.db") as library:
    ...     added = library.add("quiet river", about=About(walk_speed=1.5))
    ...     library.profile("quiet river").walk_run().threshold.basis
    'what they said'
    """

    __slots__ = ("_connection", "_db", "_waiting", "created", "encrypted", "path", "unswept", "writable")

    def __init__(self, path: Path, passphrase: str | None, *, created: bool, waiting: Callable[[], None]) -> None:
        self.path, self.created, self.encrypted, self._waiting = path, created, passphrase is not None, waiting
        self._connection = connection.connect(path, passphrase)
        self._db, self.writable = self._connection.db, self._connection.writable
        try:
            self._check()
        except BaseException:
            self._connection.close()
            raise

    @classmethod
    def open(
        cls,
        path: str | os.PathLike[str],
        passphrase: str | None = None,
        *,
        create: bool = True,
        waiting: Callable[[], None] = quiet,
    ) -> Self:
        """Open a library and check all of it.

        Parameters
        ----------
        path : path
            The file; its folder must exist.
        passphrase : str, optional
            Of an encrypted library, or of one to be made (needs the extra `pace-match[encrypted]`).
        create : bool
            Make the file if there is none.
        waiting : callable
            Called once whenever another program has to be waited for; for half a minute at most.

        Raises
        ------
        LibraryError
            When it cannot be opened or made: `DamagedLibraryError` when it is not what was written, `PassphraseError`
            when the passphrase is missing, wrong or not needed.
        """
        place = Path(path).resolve()
        missing = not connection.exists(place)
        if missing and not create:
            raise LibraryError("there is no library here: `pace person add` makes one", path=place.name)
        if missing:
            connection.make(place, passphrase)
        return cls(place, passphrase, created=missing, waiting=waiting)

    def close(self) -> None:
        """Close the file; the last program to do so leaves nothing beside it."""
        with connection.told(self.path):
            self._connection.close()

    def __enter__(self) -> Self:
        """Return the library itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the file."""
        self.close()

    # --- Reading --------------------------------------------------------------------------------------------------

    def people(self) -> tuple[Person, ...]:
        """Return everybody, in the order of labels."""
        with self._reading() as db:
            return tuple(rows.read(db, rows.find(db, label)) for label in rows.labels(db))

    def person(self, label: str) -> Person:
        """Return what is kept of one person, their recordings counted.

        Parameters
        ----------
        label : str

        Raises
        ------
        UnknownPersonError
            When nobody has this label.
        """
        with self._reading() as db:
            return rows.read(db, rows.find(db, labels.plain(label)))

    def __contains__(self, label: object) -> bool:
        """Return whether somebody has this label."""
        with self._reading() as db:
            return rows.number(db, labels.plain(str(label))) is not None

    def profile(self, label: str, *, about: About | None = None, today: date | None = None) -> Profile:
        """Return the profile of a person: of their summaries, and of all they said.

        Parameters
        ----------
        label : str
        about : About, optional
            What else is said of them now: answers count too, other words in place of those that are kept.
        today : date, optional
            Needed where consent has an end: `pace` never looks at the clock by itself.

        Raises
        ------
        UnknownPersonError
            When nobody has this label.
        ConsentError
            When their consent has ended.
        InputError
            When it has an end and nobody says which day it is.
        """
        with self._reading() as db:
            number = rows.find(db, labels.plain(label))
            person = rows.read(db, number)
            _require_consent(person, today)
            said = (*(note.said for note in person.notes), *(about.said if about else ()))
            words = replace(_newer(person.about, about or About()), said=said)
            found, n_old = rows.summaries(db, number)
            return Profile.build(label=person.label, summaries=found, about=words, skipped=_outdated(n_old))

    def export(self, label: str) -> bytes:
        """Return all that is kept of a person as the bytes of one file (see `pace.library.person_file`).

        Parameters
        ----------
        label : str

        Raises
        ------
        UnknownPersonError
            When nobody has this label.
        """
        with self._reading() as db:
            number = rows.find(db, labels.plain(label))
            return person_file.written(rows.read(db, number), rows.summaries(db, number)[0])

    # --- Writing --------------------------------------------------------------------------------------------------

    def add(
        self,
        label: str,
        paths_or_tracks: Any = (),
        *,
        about: About | None = None,
        consent: Consent | None = None,
        today: date | None = None,
        reading: Callable[[str], None] | None = None,
    ) -> Added:
        """Add recordings and words to a person, who is new if nobody has this label.

        The same recording twice counts once, whatever its file is called. New words replace earlier ones, answers
        about talking and recordings are added to those that are there; a new consent takes the place of the old.

        Parameters
        ----------
        label : str
            A pseudonym.
        paths_or_tracks : path, Track, or iterable of these
            As `pace.profile` takes them.
        about : About, optional
        consent : Consent, optional
        today : date, optional
            If given, nothing is added to somebody whose consent has ended.
        reading : callable, optional
            Called with the name of each file when it has been read.

        Raises
        ------
        InputError
            When the label is none (see `pace.library.labels.checked`) or differs from another by capital letters only.
        ConsentError
            When their consent has ended.
        NothingUsableError
            When nothing usable was given at all.
        LibraryError
            When nothing can be written.
        """
        label = labels.checked(label)
        self._require_writable()
        words, said = split(about or About())
        with self._reading() as db:  # what would be refused is refused before files are read
            known = _renewed(db, label, words, consent, today)
        found = profile(
            paths_or_tracks, about=replace(words, manner=known.about.manner), keep_empty=True, reading=reading
        )
        summaries = (*found.summaries, *found.repeated)
        if not (summaries or about or consent):
            first = f"; the first was left out because: {found.skipped[0].reason}" if found.skipped else ""
            raise NothingUsableError(f"nothing was added: no recording on foot among what was given, no words{first}")
        with self._writing() as db:
            before = _number(db, label)
            number = rows.write_person(db, before, _renewed(db, label, words, consent, today))
            n_new = rows.write_summaries(db, number, summaries)
            n_notes = rows.write_notes(db, number, said)
        return Added(
            label=label,
            n_new=n_new,
            n_known=len(summaries) - n_new,
            n_notes=n_notes,
            skipped=found.skipped,
            n_damaged=sum(one.damaged for one in found.summaries),
            new_person=before is None,
        )

    def note(self, label: str, noted: Noted, *, today: date | None = None) -> bool:
        """Keep what a person said after a session.

        Parameters
        ----------
        label : str
        noted : Noted
        today : date, optional
            If given, nothing is added to somebody whose consent has ended.

        Returns
        -------
        bool
            False where just this is kept already.

        Raises
        ------
        UnknownPersonError
            When nobody has this label.
        ConsentError
            When `today` is given and their consent has ended.
        """
        with self._writing() as db:
            number = rows.find(db, labels.plain(label))
            if today is not None:
                _require_consent(rows.read(db, number), today)
            return rows.write_notes(db, number, [noted]) > 0

    def forget(self, label: str) -> Forgotten:
        """Erase a person: no byte of theirs is left in any file of the library when this returns.

        Should it be cut short after the person is gone, whoever opens the library next sweeps up.

        Parameters
        ----------
        label : str

        Raises
        ------
        UnknownPersonError
            When nobody has this label.
        LibraryError
            When the person is gone but the sweep has to wait for the next opening: the disk is full, or another program
            keeps reading.
        """
        with self._writing() as db:
            number = rows.find(db, labels.plain(label))
            gone = Forgotten(
                label=label,
                n_activities=rows.count(db, "activity", number),
                n_notes=rows.count(db, "note", number),
            )
            rows.delete(db, number)
            db.execute("INSERT OR REPLACE INTO library (name, value) VALUES (?, x'01')", (seal.SWEEP,))
        self.unswept = True
        try:
            self._sweep()
        except LibraryError as error:
            raise LibraryError(
                f"the person is gone, but the file still holds traces of them ({error.message.partition(':')[0]}): "
                "they are swept out when the library is opened next",
                path=self.path.name,
            ) from None
        return gone

    def merge(self, data: bytes, *, label: str = "", join: bool = False) -> Added:
        """Take in a person out of the bytes of a file that `export` wrote.

        Where the label is there already, the two become one if they have a recording in common (or with `join`): the
        union of recordings and notes; of two differing words the lower or first, as in `Profile`; the later consent.

        Parameters
        ----------
        data : bytes
        label : str
            What to call them here, if not as in the file.
        join : bool
            Say that they are one person even if no recording shows it.

        Raises
        ------
        FormatError
            When the bytes are no such file.
        InputError
            When somebody else seems to have the label.
        """
        given = person_file.read(data)
        label = labels.checked(label or given.label)
        with self._writing() as db:
            number = _number(db, label)
            mine = Profile.build(label=label, summaries=() if number is None else rows.summaries(db, number)[0])
            kept = None if number is None else rows.read(db, number)
            theirs = Profile.build(label=label, summaries=given.summaries, about=given.about)
            if kept is not None and not (join or _common(mine, theirs)):
                raise InputError(
                    "somebody has this label already, and no recording shows that they are the same person: "
                    "say --join if they are, or give another label with --as"
                )
            both = theirs if kept is None else replace(mine, about=kept.about) | theirs
            consent = _later(None if kept is None else kept.consent, given.consent)
            person = replace(kept or _nobody(label), about=both.about, consent=consent)
            number_now = rows.write_person(db, number, person)
            n_new = rows.write_summaries(db, number_now, (*both.summaries, *both.repeated))
            n_notes = rows.write_notes(db, number_now, given.notes)
        return Added(
            label=label,
            n_new=n_new,
            n_known=len(given.summaries) - n_new,
            n_notes=n_notes,
            new_person=number is None,
        )

    # --- Within ---------------------------------------------------------------------------------------------------

    def _check(self) -> None:
        """Check all of the file, bring it up to the present layout, and finish a sweep that was cut short."""
        with self._reading() as db:
            old = schema.found(db) < schema.version()
            seal.check(db)
            (waiting,) = db.execute("SELECT count(*) FROM library WHERE name = ?", (seal.SWEEP,)).fetchone()
        if old:
            with self._writing() as db:
                schema.migrate(db)
        self.unswept = waiting > 0
        if self.unswept and self.writable:
            with suppress(LibraryError):  # a full disk: people can be used all the same
                self._sweep()

    def _sweep(self) -> None:
        """Leave no byte of what was deleted: overwrite it where it lies, write the file anew, empty the journal.

        Deleted rows are zeros in the file after the first checkpoint; VACUUM drops their pages and those of earlier
        versions of them; the last checkpoint empties the write-ahead log.
        """
        with connection.told(self.path):
            self._checkpoint()
            connection.patiently(self._db, lambda: self._db.execute("VACUUM").fetchall(), self._waiting)
            self._checkpoint()
        with self._writing() as db:
            db.execute("DELETE FROM library WHERE name = ?", (seal.SWEEP,))
        self.unswept = False

    def _checkpoint(self) -> None:
        """Write all that is in the log into the file and empty the log; wait for those who still read it."""

        def act() -> None:
            """Do it once; say so if somebody is in the way."""
            (busy, _, _) = self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
            if busy:
                raise connection.Waiting

        connection.patiently(self._db, act, self._waiting)

    @contextmanager
    def _reading(self) -> Iterator[Any]:
        """Give the rows as they are at one moment, whatever others write."""

        def begin() -> None:
            """Begin, and look once, so that the moment is this one."""
            self._db.execute("BEGIN")
            self._db.execute("SELECT count(*) FROM sqlite_master").fetchone()

        with connection.told(self.path):
            connection.patiently(self._db, begin, self._waiting)
            try:
                yield self._db
            finally:
                self._roll_back()

    @contextmanager
    def _writing(self) -> Iterator[Any]:
        """Change rows as a whole or not at all; nobody else writes meanwhile."""
        self._require_writable()
        with connection.told(self.path):
            connection.patiently(self._db, lambda: self._db.execute("BEGIN IMMEDIATE"), self._waiting)
            try:
                yield self._db
                seal.renew(self._db)
                self._db.execute("COMMIT")
            finally:
                self._roll_back()

    def _roll_back(self) -> None:
        """End a transaction that is still open."""
        if self._db.in_transaction:
            self._db.execute("ROLLBACK")

    def _require_writable(self) -> None:
        """Refuse to change what lies on a read-only disk."""
        if not self.writable:
            raise LibraryError(
                "the library lies where nothing can be written: it can be used, not changed", path=self.path.name
            )


def _require_consent(person: Person, today: date | None) -> None:
    """Refuse a person whose consent has ended."""
    until = None if person.consent is None else person.consent.until
    if until is None:
        return
    if today is None:
        raise InputError("their consent has an end: say which day it is (today=date.today())")
    if person.ended(today):
        raise ConsentError(
            f"the consent of {person.label} ended on {until}, so they are not used: "
            "`pace person add` renews it, `pace person forget` erases them"
        )


def _renewed(db: Any, label: str, words: About, consent: Consent | None, today: date | None) -> Person:
    """Return a person with what was newly said in place of what was known; somebody new if nobody has the label."""
    number = _number(db, label)
    kept = _nobody(label) if number is None else rows.read(db, number)
    person = replace(kept, about=_newer(kept.about, words), consent=consent or kept.consent)
    if today is not None:
        _require_consent(person, today)
    return person


def _nobody(label: str) -> Person:
    """Return somebody of whom nothing is known yet."""
    return Person(label=label, about=About(), consent=None, notes=(), n_activities=0)


def _outdated(n: int) -> tuple[Skipped, ...]:
    """Return that some recordings were kept by another version, if there are any."""
    many = f"{n} recording{' was' if n == 1 else 's were'} kept by another version of pace: add the files again"
    return (Skipped(file="library", reason=many),) if n else ()


def _number(db: Any, label: str) -> int | None:
    """Return the number of the person of this label, None if nobody has one like it."""
    twins = [other for other in rows.labels(db) if other.casefold() == label.casefold()]
    if twins and label not in twins:
        raise InputError("somebody has a label that differs by capital letters only: type it the same way")
    return rows.number(db, label)


def _newer(known: About, said: About) -> About:
    """Return what is known with what was newly said in its place."""
    told = {field.name: getattr(said, field.name) for field in fields(About) if getattr(said, field.name)}
    return replace(known, **told)


def _later(one: Consent | None, other: Consent | None) -> Consent | None:
    """Return the later of two consents, if there are any."""
    return one | other if one and other else one or other


def _common(one: Profile, other: Profile) -> bool:
    """Tell whether two people have a recording in common."""
    return not _digests(one).isdisjoint(_digests(other))


def _digests(person: Profile) -> set[str]:
    """Return the digests of all recordings of a person."""
    return {summary.digest for summary in (*person.summaries, *person.repeated)}
