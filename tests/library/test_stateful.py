"""The library against a plain dictionary, through any sequence of changes, closings and crashes."""

import shutil
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from library.people import ABOUTS, CONSENTS, LABELS, NOTES, SUMMARIES, person_of
from pace.errors import UnknownPersonError
from pace.library import Library, rows
from pace.library.library import _newer
from pace.person.about import About


class Kept(RuleBasedStateMachine):
    """People in a library, and the same people in a dictionary."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="pace-stateful-"))
        self.n = 0
        self.people: dict[str, dict] = {}
        self.library = Library.open(self.path)

    @property
    def path(self) -> Path:
        return self.folder / f"{self.n}.db"

    @rule(label=LABELS, summaries=st.lists(SUMMARIES, max_size=3), about=ABOUTS, consent=st.none() | CONSENTS)
    def add(self, label, summaries, about, consent):
        known = self.people.setdefault(label, {"about": About(), "consent": None, "notes": {}, "digests": set()})
        known["about"] = _newer(known["about"], about)
        known["consent"] = consent or known["consent"]
        known["digests"] |= {summary.digest for summary in summaries}
        with self.library._writing() as db:
            person = rows.write_person(db, rows.number(db, label), person_of(label, known["about"], known["consent"]))
            rows.write_summaries(db, person, summaries)

    @rule(label=LABELS, note=NOTES)
    def note(self, label, note):
        if label not in self.people:
            with pytest.raises(UnknownPersonError):
                self.library.note(label, note)
            return
        new = note.key not in self.people[label]["notes"]
        self.people[label]["notes"][note.key] = note
        assert self.library.note(label, note) == new

    @rule(label=LABELS)
    def forget(self, label):
        if label not in self.people:
            with pytest.raises(UnknownPersonError):
                self.library.forget(label)
            return
        gone, known = self.library.forget(label), self.people.pop(label)
        assert (gone.n_activities, gone.n_notes) == (len(known["digests"]), len(known["notes"]))
        raw = b"".join(path.read_bytes() for path in self.folder.iterdir())
        others = set().union(*(other["digests"] for other in self.people.values()), set())
        assert [digest for digest in known["digests"] - others if digest.encode() in raw] == []

    @precondition(lambda self: self.people)
    @rule(data=st.data())
    def hand_over_and_take_in(self, data):
        label = data.draw(st.sampled_from(sorted(self.people)))
        self.library.merge(self.library.export(label), join=True)

    @rule()
    def reopen(self):
        self.library.close()
        self.library = Library.open(self.path, create=False)

    @rule(data=st.data())
    def crash(self, data):
        """Go on with the files as they lie there, after a change that was begun and never finished."""
        label = data.draw(LABELS)
        db = self.library._db
        db.execute("BEGIN IMMEDIATE")
        rows.write_person(db, rows.number(db, label), person_of(label, About(walk_speed=1.0), None))
        for beside in ("", "-wal"):
            path = Path(f"{self.path}{beside}")
            if path.exists():
                shutil.copy(path, self.folder / f"{self.n + 1}.db{beside}")
        db.execute("ROLLBACK")
        self.library.close()
        for path in self.folder.glob(f"{self.n}.db*"):
            path.unlink()
        self.n += 1
        self.library = Library.open(self.path, create=False)

    @invariant()
    def same(self):
        found = {person.label: person for person in self.library.people()}
        assert set(found) == set(self.people)
        for label, known in self.people.items():
            person = found[label]
            assert (person.about, person.consent) == (known["about"], known["consent"])
            assert {note.key for note in person.notes} == set(known["notes"])
            assert person.n_activities == len(known["digests"])

    def teardown(self):
        self.library.close()
        shutil.rmtree(self.folder)


QUIET = [HealthCheck.too_slow, HealthCheck.data_too_large]


def test_a_library_is_a_dictionary_that_survives():
    """Whatever is done, and however often it crashes, the library holds what a dictionary would."""
    run_state_machine_as_test(
        Kept, settings=settings(max_examples=12, stateful_step_count=15, deadline=None, suppress_health_check=QUIET)
    )


@pytest.mark.heavy
def test_a_library_is_a_dictionary_that_survives_for_long(figure):
    """The same over 10,000 steps."""
    run_state_machine_as_test(
        Kept, settings=settings(max_examples=200, stateful_step_count=50, deadline=None, suppress_health_check=QUIET)
    )
    figure(
        "F16", "the library through 200 lives of up to 50 steps, crashes among them: 0 differences from a dictionary"
    )
