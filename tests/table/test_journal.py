"""A journal is believed up to the last whole record, whatever it was cut or damaged by."""

import errno
import os
import stat
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pace.errors import FormatError, InputError
from pace.table.journal import Journal
from pace.table.record import Found, Outcome, decoded, encoded

HEADING = b"version 1"
records = st.lists(st.binary(max_size=60), max_size=6)


def name(number):
    return number.to_bytes(16, "big")


def written(folder, payloads):
    """Write a journal of some records, as a run leaves it that was killed."""
    journal = Journal.begun(folder / "t.csv", HEADING, resume=True)
    for number, payload in enumerate(payloads):
        journal.append(name(number), payload)
    journal.close(finished=False)
    return journal.path


def known(folder, n):
    """Return the records that a run going on finds."""
    journal = Journal.begun(folder / "t.csv", HEADING, resume=True)
    found = [journal.known(name(number)) for number in range(n)]
    told = [None if at is None else journal.payload(at) for at in found]
    journal.close(finished=False)
    return told


def test_what_was_written_is_known(tmp_path):
    """Every record of an earlier run is there, more can be added, and the owner alone can read them."""
    os.umask(0)
    path = written(tmp_path, [b"a", b"", b"ccc"])
    os.umask(0o022)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert known(tmp_path, 4) == [b"a", b"", b"ccc", None]


@given(records.filter(bool), st.data())
def test_a_cut_anywhere_costs_only_what_was_cut(tmp_path_factory, payloads, data):
    """A journal cut at any byte gives the records before it, and goes on from there."""
    folder = tmp_path_factory.mktemp("journal")
    path = written(folder, payloads)
    whole = path.read_bytes()
    cut = data.draw(st.integers(0, len(whole)))
    path.write_bytes(whole[:cut])
    told = known(folder, len(payloads))
    n = sum(one is not None for one in told)
    assert told == [*payloads[:n], *[None] * (len(payloads) - n)]
    sizes = [len(payload) + 36 for payload in payloads]
    start = len(whole) - sum(sizes)
    assert n == sum(start + sum(sizes[: k + 1]) <= cut for k in range(len(sizes)))
    journal = Journal.begun(folder / "t.csv", HEADING, resume=True)
    journal.append(name(n), b"again")
    journal.close(finished=False)
    assert known(folder, n + 1) == [*payloads[:n], b"again"]


@given(records.filter(bool), st.data())
def test_a_flipped_bit_is_seen(tmp_path_factory, payloads, data):
    """A damaged record, and what stands behind it, is read again rather than believed."""
    folder = tmp_path_factory.mktemp("journal")
    path = written(folder, payloads)
    whole = bytearray(path.read_bytes())
    start = len(whole) - sum(len(payload) + 36 for payload in payloads)
    bit = data.draw(st.integers(8 * start, 8 * len(whole) - 1))
    whole[bit // 8] ^= 1 << bit % 8
    path.write_bytes(bytes(whole))
    told = known(folder, len(payloads))
    n = sum(one is not None for one in told)
    assert n < len(payloads)
    assert told[:n] == payloads[:n]


def test_one_that_is_in_the_way_is_not_overwritten(tmp_path):
    """Without being told to go on, a run leaves the journal of another alone and says what can be done."""
    path = written(tmp_path, [b"a"])
    with pytest.raises(InputError, match="--resume, or delete it"):
        Journal.begun(tmp_path / "t.csv", HEADING, resume=False)
    assert path.exists()


def test_two_runs_do_not_write_to_one_journal(tmp_path):
    """A second run at work on the same output is told to wait, and the first is not disturbed."""
    first = Journal.begun(tmp_path / "t.csv", HEADING, resume=False)
    with pytest.raises(InputError, match="another run is at work"):
        Journal.begun(tmp_path / "t.csv", HEADING, resume=True)
    first.append(name(0), b"a")
    first.close(finished=False)
    assert known(tmp_path, 1) == [b"a"]


def test_one_of_another_version_is_refused(tmp_path):
    """Records of other columns are of no use."""
    written(tmp_path, [b"a"])
    with pytest.raises(InputError, match="another version"):
        Journal.begun(tmp_path / "t.csv", b"version 2", resume=True)


def test_a_full_disk_is_one_line(tmp_path, monkeypatch):
    """What is in the journal stays; the message says how to go on."""
    journal = Journal.begun(tmp_path / "t.csv", HEADING, resume=False)
    journal.append(name(0), b"a")

    class Full:
        def seek(self, at):
            return at

        def write(self, data):
            raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(journal, "_file", Full())
        with pytest.raises(InputError, match="No space left on device; go on later with --resume"):
            journal.append(name(1), b"b")
    journal.close(finished=False)
    assert known(tmp_path, 2) == [b"a", None]


outcomes = st.builds(
    Outcome,
    values=st.lists(st.none() | st.text(max_size=5) | st.integers() | st.floats(allow_nan=False, allow_infinity=False),
                    max_size=5).map(tuple),
    summary=st.binary(max_size=9),
)  # fmt: skip


@given(st.builds(
    Found,
    outcomes=st.lists(outcomes, max_size=4).map(tuple),
    parts=st.lists(st.tuples(st.lists(st.integers(0, 99), max_size=3).map(tuple),
                             st.none() | st.tuples(st.integers(0, 99), st.integers(0, 99)),
                             st.none() | st.integers(0, 2**40)), max_size=3).map(tuple),
    passed_over=st.integers(0, 2**31),
))  # fmt: skip
def test_records_survive(found):
    """What comes back from a worker is what it sent, and is the same bytes again."""
    data = encoded(found)
    again = decoded(data)
    assert encoded(again) == data
    assert (again.parts, again.passed_over) == (found.parts, found.passed_over)
    assert [(one.values, one.summary) for one in again.outcomes] == [
        (one.values, one.summary) for one in found.outcomes
    ]


@given(st.binary(max_size=200))
def test_any_bytes_are_no_record_or_one(data):
    """Foreign bytes are refused as documented."""
    with suppress(FormatError):
        decoded(data)


def test_a_record_that_claims_gigabytes_is_not_read(tmp_path, monkeypatch):
    """A damaged length takes no memory: what stands behind it is read again."""
    path = written(tmp_path, [b"a", b"b"])
    whole = bytearray(path.read_bytes())
    whole[-37:-33] = b"\xff" * 4
    path.write_bytes(bytes(whole))
    asked, really = [], Journal._at
    monkeypatch.setattr(Journal, "_at", lambda self, start, size: (asked.append(size), really(self, start, size))[1])
    assert known(tmp_path, 2) == [b"a", None]
    assert max(asked) < 1000


def test_what_is_behind_the_last_whole_record_is_cut_off(tmp_path):
    """A new record does not stand before the rest of an old one, which would be believed or hide those behind it."""
    path = written(tmp_path, [b"a", b"bb" * 50])
    whole = path.read_bytes()
    path.write_bytes(whole[:-1])
    journal = Journal.begun(tmp_path / "t.csv", HEADING, resume=True)
    journal.close(finished=False)
    assert path.read_bytes() == whole[: len(whole) - 36 - 100]


def test_records_reach_the_disk_now_and_then(tmp_path, monkeypatch):
    """A power cut costs a few hundred records at most."""
    synced = []
    monkeypatch.setattr(os, "fsync", synced.append)
    journal = Journal.begun(tmp_path / "t.csv", HEADING, resume=False)
    for number in range(1000):
        journal.append(name(number), b"x")
    journal.close(finished=False)
    assert len(synced) >= 3


def test_a_disk_that_takes_a_part_gets_the_rest(tmp_path):
    """A system may write fewer bytes than it was given: the others follow."""
    journal = Journal.begun(tmp_path / "t.csv", HEADING, resume=False)
    really = journal._file

    class Slow:
        def seek(self, at):
            return really.seek(at)

        def write(self, data):
            return really.write(data[:7])

    journal._file = Slow()
    journal.append(name(0), b"all of it" * 9)
    journal._file = really
    journal.close(finished=False)
    assert known(tmp_path, 1) == [b"all of it" * 9]
