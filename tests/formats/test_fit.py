"""What a FIT file says, oddity by oddity, each in a file put together by hand."""

from __future__ import annotations

import numpy as np
import pytest

from formats.fit_cases import START_S, activity, file_id, heart_rates, records, said, session, walk
from pace.errors import FormatError, LimitError
from pace.formats import fit, fit_scan, fit_track
from pace.formats.fit import read_fit
from pace.formats.fit_encode import (
    ENUM,
    FLOAT32,
    INT32,
    UINT8,
    UINT16,
    UINT32,
    Entry,
    Message,
    definition,
    entry,
    framed,
    rows,
)
from pace.formats.fit_profile import EPOCH_S, EVENT, FILE_ID, HRV, LAP, RECORD, SESSION, TIMESTAMP
from pace.formats.fit_writer import Dialect, write_fit

UNIX = START_S + EPOCH_S


def kinds(track):
    return [note.kind for note in track.notes]


def one(*body):
    (track,) = read_fit(activity(*body))
    return track


def test_invalid_values_are_missing():
    """The raw value that means nothing becomes NaN, in every base type."""
    track = one(said(records(entry(3, UINT8, [np.nan, 99]), entry(5, UINT32, [np.nan, 7]), n=2)))
    assert np.isnan([track.heart_rate[0], track.distance[0]]).all()
    assert [track.heart_rate[1], track.distance[1]] == [99, 0.07]


def test_enhanced_fields_win_sample_by_sample():
    """Enhanced speed and altitude are taken where they are valid, the plain ones elsewhere."""
    both = records(entry(6, UINT16, [1, 2], scale=1000), entry(73, UINT32, [np.nan, 3], scale=1000), n=2)
    assert one(said(both)).speed.tolist() == [1, 3]


def test_of_an_array_the_first_element_counts():
    """A field that should be a number and holds several gives its first."""
    several = Entry(73, UINT32, np.array([[1500, 9, 9], [2500, 9, 9]], dtype=np.uint32))
    assert one(said(records(several, n=2))).speed.tolist() == [1.5, 2.5]


def test_a_field_narrower_than_its_type_is_read_by_its_bytes():
    """A uint32 said of two bytes is a number of two bytes."""
    narrow = bytes((0x40, 0, 0, 20, 0, 2, 253, 4, 0x86, 5, 2, 0x86))
    row = b"\0" + START_S.to_bytes(4, "little") + (1234).to_bytes(2, "little")
    assert one(narrow + row).distance.tolist() == [12.34]


def test_a_base_type_without_its_order_bit_is_understood():
    """0x04 is read as 0x84, an unsigned number of two bytes."""
    bare = bytes((0x40, 0, 0, 20, 0, 2, 253, 4, 0x06, 7, 2, 0x04))
    assert one(bare + b"\0" + START_S.to_bytes(4, "little") + (250).to_bytes(2, "little")).power.tolist() == [250]


def test_a_field_named_twice_counts_once():
    """Where a definition names a field twice, the first holds."""
    twice = records(entry(3, UINT8, [120]), entry(3, UINT8, [60]), n=1)
    assert one(said(twice)).heart_rate.tolist() == [120]


def test_developer_fields_never_replace_native_ones():
    """An application's own `speed` leaves the device's speed as it was."""
    track = walk(50)
    (read,) = read_fit(write_fit(track, Dialect(developer={"speed": np.full(50, 99.0)})))
    assert np.array_equal(read.speed, track.speed)


def test_a_local_number_may_be_defined_anew():
    """The same local number stands for records, then for something else, then for records again."""
    other = Message(160, (entry(0, UINT32, np.arange(3)),))
    track = one(heart_rates(100, 101), said(other), heart_rates(102, start=START_S + 2))
    assert track.heart_rate.tolist() == [100, 101, 102]
    assert kinds(track) == []


def test_records_of_several_layouts_come_in_file_order():
    """Two layouts that take turns give one track in the order of the bytes."""
    left, right = records(entry(3, UINT8, [1] * 40), n=40), records(entry(7, UINT16, [2] * 40), n=40)
    a, b = rows(left, local=0), rows(right, local=1)
    turns = b"".join(a[i].tobytes() + b[i].tobytes() for i in range(40))
    track = one(definition(left, local=0) + definition(right, local=1) + turns)
    assert np.isnan(track.power[0::2]).all()
    assert (track.power[1::2] == 2).all()


def test_no_pulse_and_no_position_are_missing():
    """A heart rate of 0 and a position of 0/0, or of one coordinate, mean that nothing was measured."""
    position = (entry(0, INT32, [0, 5, np.nan]), entry(1, INT32, [0, 6, 7]))
    track = one(said(records(entry(3, UINT8, [0, 80, 0]), *position, n=3)))
    assert np.isnan(track.heart_rate).tolist() == [True, False, True]
    assert np.isnan(track.latitude).tolist() == np.isnan(track.longitude).tolist() == [True, False, True]


@pytest.mark.parametrize("code", [-2.0, -0.5, 1.5, 99.0])
def test_a_code_that_no_list_has_means_something_else(code):
    """Sport, what ended a lap, the maker and the kind of file are codes; a file may hold any number in their place."""
    raw = np.array([code], np.float32)
    lap = Message(LAP, (entry(TIMESTAMP, UINT32, START_S + 4), entry(2, UINT32, START_S), Entry(24, FLOAT32, raw)))
    sport = Message(SESSION, (entry(TIMESTAMP, UINT32, START_S + 4), Entry(5, FLOAT32, raw)))
    track = one(said(lap), said(sport, local=1), heart_rates(80, 81, local=2))
    assert (track.sport, track.laps.kind.tolist()) == ("other", ["lap"])
    maker = Message(FILE_ID, (entry(0, ENUM, 4), Entry(1, FLOAT32, raw)))
    (track,) = read_fit(framed(said(maker) + heart_rates(80, 81, local=1)))
    assert track.device == f"maker {code:.0f}"
    with pytest.raises(FormatError, match="foreign"):
        read_fit(framed(said(Message(FILE_ID, (Entry(0, FLOAT32, raw),))) + heart_rates(80, local=1)))


@pytest.mark.parametrize(
    ("field", "name"),
    [
        (entry(0, INT32, [2**30 + 9]), "latitude"),
        (entry(73, UINT32, [60_000]), "speed"),
        (entry(3, UINT8, [251]), "heart_rate"),
        (entry(78, UINT32, [100_000]), "elevation"),
        (entry(5, UINT32, [4_000_000_000]), "distance"),
        (entry(7, UINT16, [9000]), "power"),
        (entry(4, UINT8, [200]), "cadence"),
    ],
)
def test_what_cannot_be_is_left_out_and_told(field, name):
    """An impossible value becomes NaN, with a note that counts it and names no value."""
    track = one(said(records(field, entry(1, INT32, [5]), n=1)), said(session(1, START_S), local=1))
    assert np.isnan(getattr(track, name)).all()
    assert [(note.kind, note.count) for note in track.notes] == [("out-of-range", 1)]


def test_steps_are_counted_on_foot_and_turns_on_wheels():
    """FIT counts strides: on foot cadence is doubled with its fraction, on a bicycle it is not."""
    rows_ = said(records(entry(4, UINT8, [80]), entry(53, UINT8, [0.5], scale=128), n=1))
    assert one(rows_, said(session(1, START_S), local=1)).cadence.tolist() == [161]
    assert one(rows_, said(session(2, START_S), local=1)).cadence.tolist() == [80.5]


def test_times_in_disorder_stay_in_file_order_and_are_told():
    """Backward and doubled times are kept as they are, and counted."""
    stamps = START_S + np.array([0, 1, 1, 5, 3, 6])
    message = Message(RECORD, (entry(TIMESTAMP, UINT32, stamps), entry(3, UINT8, [90] * 6)))
    track = one(said(message))
    assert (track.time - UNIX).tolist() == [0, 1, 1, 5, 3, 6]
    assert {note.kind: note.count for note in track.notes} == {"time-backwards": 1, "time-doubled": 1}


@pytest.mark.parametrize("odd", [1000, 0xFFFF_FF00, START_S + 400 * 86_400])
def test_a_time_that_cannot_be_is_left_out_and_told(odd):
    """A count from the device's start among dates, the next century, or another year: no time, and a note."""
    stamps = [START_S, START_S + 1, odd, START_S + 3]
    track = one(said(Message(RECORD, (entry(TIMESTAMP, UINT32, stamps), entry(3, UINT8, [90] * 4)))))
    assert np.isnan(track.time).tolist() == [False, False, True, False]
    assert "time-impossible" in kinds(track)


def test_times_since_the_start_of_the_device_keep_their_steps():
    """A file that knows no date gives times that differ rightly, and says so."""
    track = one(said(Message(RECORD, (entry(TIMESTAMP, UINT32, [10, 11, 15]), entry(3, UINT8, [90] * 3)))))
    assert np.diff(track.time).tolist() == [1, 4]
    assert kinds(track) == ["time-relative"]


def test_records_without_a_time_are_kept():
    """No time is NaN and a note, not a lost sample."""
    track = one(said(Message(RECORD, (entry(3, UINT8, [90, 91]),))))
    assert np.isnan(track.time).all()
    assert kinds(track) == ["no-time"]


def test_pauses_lie_between_stop_and_start_of_the_timer():
    """Stops of every kind begin a pause, a start ends it; the last stop is the end, not a pause."""
    times = START_S + np.array([0, 10, 20, 30, 31, 45, 90])
    events = (entry(TIMESTAMP, UINT32, times), entry(0, ENUM, [0] * 7), entry(1, ENUM, [0, 4, 0, 1, 9, 0, 4]))
    track = one(heart_rates(90, 91), said(Message(EVENT, events), local=2))
    assert (track.pauses.start - UNIX).tolist() == [10, 30]
    assert (track.pauses.end - UNIX).tolist() == [20, 45]


def test_beats_are_dated_by_the_record_before():
    """Intervals come in order, fillers left out, each with the time of the record that it follows."""
    beats = Message(HRV, (entry(0, UINT16, [[0.8, 0.9, np.nan]], scale=1000),))
    track = one(heart_rates(90), said(beats, local=1), heart_rates(91, start=START_S + 1), said(beats, local=1))
    assert track.rr.tolist() == [0.8, 0.9, 0.8, 0.9]
    assert (track.rr_time - UNIX).tolist() == [0, 0, 1, 1]


def test_each_session_is_a_track_with_its_sport():
    """A multisport file gives one track a session, samples shared out by time."""
    body = heart_rates(*range(90, 110)), said(session(5, START_S), local=1), said(session(1, START_S + 12), local=1)
    swim, run = read_fit(activity(*body))
    assert (swim.sport, len(swim), run.sport, len(run)) == ("swimming", 12, "running", 8)


def test_chained_files_give_their_tracks_in_order():
    """Two files one behind the other are two activities."""
    first, second = read_fit(activity(heart_rates(90)) + activity(heart_rates(91, 92)))
    assert (len(first), len(second)) == (1, 2)


def test_what_is_no_activity_in_a_chain_is_left_out_and_told():
    """Settings behind an activity cost nothing but a note."""
    (track,) = read_fit(activity(heart_rates(90)) + framed(said(file_id(2))))
    assert kinds(track) == ["not-activity"]


@pytest.mark.parametrize(("kind", "word"), [(2, "settings"), (5, "workout"), (6, "course"), (99, "foreign")])
def test_a_file_that_is_no_activity_says_what_it_is(kind, word):
    """The error names the kind of file."""
    with pytest.raises(FormatError, match=word):
        read_fit(framed(said(file_id(kind))))


@pytest.mark.parametrize("data", [b"", b"\0" * 40, b"PK\3\4" + b"x" * 40, b"\x0e\x20", b"\x0e\x20\0\0\0\0\0\0.FIT"])
def test_bytes_that_are_no_fit_file_are_refused(data):
    """Nothing, noise, another format, half a header: a FormatError."""
    with pytest.raises(FormatError):
        read_fit(data)


def test_a_checksum_that_does_not_fit_follows_the_policy():
    """Warn notes it, refuse raises, ignore says nothing; the samples are the same."""
    data = activity(heart_rates(90, 91))
    wrong = data[:-2] + bytes((data[-2] ^ 1, data[-1]))
    (track,) = read_fit(wrong)
    assert (len(track), kinds(track)) == (2, ["checksum"])
    assert kinds(read_fit(wrong, checksum="ignore")[0]) == []
    for policy in ({"checksum": "refuse"}, {"strict": True}):
        with pytest.raises(FormatError, match="checksum") as caught:
            read_fit(wrong, **policy)
        assert caught.value.offset == len(data) - 2


def test_a_file_without_a_checksum_is_read_and_told():
    """A file that ends with its last message is whole but for two bytes."""
    (track,) = read_fit(framed(said(file_id()) + heart_rates(90, 91), checksum=False))
    assert (len(track), kinds(track)) == (2, ["checksum"])


def test_headers_of_twelve_bytes_and_without_a_length_are_read():
    """The short header is legal; a length of 0 is what a device leaves that never closed its file."""
    body = said(file_id()) + heart_rates(*range(90, 120))
    assert len(read_fit(framed(body, short_header=True))[0]) == 30
    whole = framed(body)
    (track,) = read_fit(whole[:4] + b"\0\0\0\0" + whole[8:])
    assert len(track) == 30


def test_a_memoryview_is_as_good_as_bytes():
    """Whatever holds the bytes, they are read."""
    assert len(read_fit(memoryview(activity(heart_rates(90))))[0]) == 1


def test_limits_have_their_own_error(monkeypatch):
    """Too many bytes, samples or chained files are refused, each with a reason."""
    data = activity(heart_rates(*range(90, 100)))
    for limit, value, given in (("MAX_BYTES", 10, data), ("MAX_RECORDS", 5, data), ("MAX_FILES", 2, data * 3)):
        with monkeypatch.context() as patch:
            patch.setattr(fit, limit, value)
            with pytest.raises(LimitError):
                read_fit(given)


def test_what_is_many_in_a_file_has_limits(monkeypatch):
    """Different definitions and sessions are counted too."""
    monkeypatch.setattr(fit_scan, "MAX_LAYOUTS", 2)
    with pytest.raises(LimitError, match="definitions"):
        read_fit(activity(heart_rates(90), heart_rates(91, 92), said(session(1, START_S), local=1)))
    monkeypatch.undo()
    monkeypatch.setattr(fit_track, "MAX_SESSIONS", 1)
    with pytest.raises(LimitError, match="sessions"):
        read_fit(activity(heart_rates(90), said(session(1, START_S)), said(session(1, START_S + 50))))


def test_with_an_impossible_latitude_goes_the_longitude():
    """Half a position says nothing of a place, and half of one may still tell where."""
    wild = Entry(0, INT32, np.array([2**30 + 2**29, 2**20], dtype=np.int32))  # 135 degrees north
    track = one(said(records(wild, Entry(1, INT32, np.array([2**20, 2**20], dtype=np.int32)), n=2)))
    assert np.isnan(track.latitude).tolist() == np.isnan(track.longitude).tolist() == [True, False]


def test_notes_hold_no_place_and_no_date():
    """What is told of a damaged file counts and measures, and says nothing of where or when."""
    data = write_fit(walk(300))
    for note in read_fit(data[:5000] + b"\xaa" * 300 + data[5300:])[0].notes:
        assert "°" not in note.message
        assert not any(len(word) > 7 for word in note.message.split() if word.isdigit())
