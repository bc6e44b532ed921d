"""What comes out of compressed files and archives, honest, damaged and hostile."""

from __future__ import annotations

import bz2
import gzip
import struct
import zipfile
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pace.errors import FormatError, LimitError
from pace.formats import archive, unpack
from pace.formats.archive import entries, member, stream
from pace.formats.inside import Count, Layer, leaves
from pace.formats.unpack import Budget, InMemory, OnDisk, gunzip
from robust.hostile import LINK, Raw, by_hand, plain, zeros, zipped

TEXT = b"".join(b"%d,%d\n" % (i, i * i) for i in range(20_000))


def contents(data: bytes) -> dict[str, bytes]:
    source = InMemory(data)
    return {entry.name: member(source, entry)[0] for entry in entries(source)[0]}


def gz(packed: bytes, content: bytes, flags: int = 0, extra: bytes = b"") -> bytes:
    head = b"\x1f\x8b\x08" + bytes([flags]) + bytes(6) + extra
    return head + packed + struct.pack("<LL", zlib.crc32(content), len(content) & 0xFFFFFFFF)


@given(parts=st.lists(st.binary(max_size=5000), min_size=1, max_size=4), level=st.integers(0, 9))
@settings(max_examples=60, deadline=None)
def test_gzip_members_are_joined_whatever_their_level(parts, level):
    """Several gzip members, one behind another, are one file, as RFC 1952 has it."""
    data = b"".join(gzip.compress(part, level, mtime=0) for part in parts)
    assert gunzip(data) == (b"".join(parts), ())


@given(cut=st.integers(12, 5000))
@settings(max_examples=60, deadline=None)
def test_a_cut_gzip_gives_a_prefix_and_says_so(cut):
    """What comes out of a cut file is the beginning of the whole, never something else, and there is a note."""
    whole = gzip.compress(TEXT, mtime=0)
    cut = min(cut, len(whole) - 1)
    data, notes = gunzip(whole[:cut])
    assert TEXT.startswith(data)
    assert [note.kind for note in notes] == ["truncated"]


def test_a_cut_gzip_gives_nearly_all_that_was_packed_before_the_cut():
    """Nothing but the last, unfinished bits is lost (the standard library's one-shot call loses everything)."""
    whole = gzip.compress(TEXT, mtime=0)
    for share in (0.25, 0.5, 0.9):
        cut = int(len(whole) * share)
        best = zlib.decompressobj(31).decompress(whole[:cut])
        assert len(gunzip(whole[:cut])[0]) >= 0.99 * len(best)


def test_a_damaged_gzip_gives_what_stands_before_the_damage():
    """Bytes that make no sense end the output there; a checksum or a note tells of those that do make sense."""
    whole = gzip.compress(TEXT, mtime=0)
    half = len(whole) // 2
    data, notes = gunzip(whole[:half] + b"\xff" * 64 + whole[half + 64 :])
    before = zlib.decompressobj(31).decompress(whole[:half])
    assert data[: len(before)] == before
    assert notes


def test_every_wrong_byte_of_a_gzip_is_noticed():
    """Whatever byte is changed, the result is the same, or an error, or a note says that something is wrong."""
    whole = gzip.compress(TEXT[:400], mtime=0)
    for i in range(len(whole)):
        damaged = whole[:i] + bytes([whole[i] ^ 0x5A]) + whole[i + 1 :]
        try:
            data, notes = gunzip(damaged)
        except FormatError:
            continue
        assert data == TEXT[:400] or notes, i


def test_the_parts_of_a_gzip_header_are_skipped():
    """Extra field, name, comment and header checksum, in the order of RFC 1952, are no content."""
    packed = zlib.compressobj(9, zlib.DEFLATED, -15)
    body = packed.compress(b"hello") + packed.flush()
    extra = struct.pack("<H", 3) + b"abc" + b"name\0" + b"comment\0" + b"\1\2"
    assert gunzip(gz(body, b"hello", 4 | 8 | 16 | 2, extra)) == (b"hello", ())


def test_padding_is_not_odd_but_garbage_is():
    """Zeros behind the end are padding; anything else is left out and said."""
    whole = gzip.compress(b"x", mtime=0)
    assert gunzip(whole + bytes(512)) == (b"x", ())
    assert [note.kind for note in gunzip(whole + b"tail")[1]] == ["trailing"]


@pytest.mark.parametrize("data", [b"", b"\x1f", b"\x1f\x8b", b"\x1f\x8b\x08\0\0", b"\x1f\x8b\x07" + bytes(30), b"PK"])
def test_no_gzip_is_an_error(data):
    """A file without a whole gzip header is refused."""
    with pytest.raises(FormatError):
        gunzip(data)


def test_a_gigabyte_of_zeros_is_refused_early():
    """The ratio is judged while unpacking, on what was fed so far, so a bomb stops near the floor, not at its size."""
    budget = Budget(1 << 20)
    with pytest.raises(LimitError, match="200 times"):
        gunzip(gz(zeros(1024), b""), budget=budget)
    assert budget.total - budget.left < unpack.RATIO_FLOOR + unpack.MAX_RATIO * unpack.CHUNK


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_every_usual_packing_is_known(method):
    """Stored, deflate, bzip2 and LZMA give back what was packed."""
    assert contents(zipped([("a", TEXT), ("b", b""), ("c", b"x")], method)) == {"a": TEXT, "b": b"", "c": b"x"}


@given(
    members=st.dictionaries(st.text("abcäж/", min_size=1, max_size=8), st.binary(max_size=300), max_size=6),
    before=st.binary(max_size=40).filter(lambda b: b"PK" not in b),
)
@settings(max_examples=60, deadline=None)
def test_the_standard_library_and_we_read_the_same(members, before):
    """Names and contents agree with `zipfile`, also where something stands before the archive."""
    data = before + zipped(list(members.items()))
    assert contents(data) == members


def test_an_archive_on_disk_is_read_where_it_lies(tmp_path):
    """A large export is never loaded whole: an open file gives the same entries."""
    path = tmp_path / "a.zip"
    path.write_bytes(zipped([("a", TEXT), ("b", b"x")]))
    with path.open("rb", buffering=0) as file:
        source = OnDisk(file, path.stat().st_size)
        assert {entry.name: member(source, entry)[0] for entry in entries(source)[0]} == {"a": TEXT, "b": b"x"}


def test_large_archives_have_a_larger_end_record(tmp_path, monkeypatch):
    """ZIP64 fields are read where the plain ones are all ones."""
    monkeypatch.setattr(zipfile, "ZIP64_LIMIT", 10)
    monkeypatch.setattr(zipfile, "ZIP_FILECOUNT_LIMIT", 1)
    data = zipped([("a", TEXT), ("b", b"x" * 100)], zipfile.ZIP_STORED)
    assert b"PK\x06\x06" in data
    assert contents(data) == {"a": TEXT, "b": b"x" * 100}


def test_an_entry_written_as_a_stream_is_read_without_a_directory():
    """Where sizes stand behind the data and the directory is cut off, the end of the packed data tells."""

    class Pipe:
        def __init__(self):
            self.data = b""

        def write(self, data):
            self.data += bytes(data)
            return len(data)

        def flush(self):
            pass

    pipe = Pipe()
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED) as out:  # type: ignore[arg-type]
        out.writestr("a", TEXT)
        out.writestr("b", b"hello")
    cut = pipe.data[: pipe.data.index(b"PK\x01\x02")]
    assert contents(cut) == {"a": TEXT, "b": b"hello"}


def test_no_byte_of_an_archive_is_unpacked_twice():
    """Entries that share their bytes are refused but for the first: overlapping cannot multiply."""
    first = plain("a", TEXT)
    same = [Raw(name=f"{i}", packed=first.packed, size=first.size, crc=first.crc, offset=0) for i in range(5)]
    source = InMemory(by_hand([first, *same]))
    found, _ = entries(source)
    assert member(source, found[0])[0] == TEXT
    for entry in found[1:]:
        with pytest.raises(FormatError, match="shares"):
            member(source, entry)


def test_one_budget_covers_all_that_is_nested():
    """What entries unpack to is counted together; at the end of the budget there is an error."""
    source = InMemory(zipped([("a", TEXT), ("b", TEXT)]))
    budget = Budget(source.size)
    found, _ = entries(source, budget=budget)
    budget.left = len(TEXT) + 10
    member(source, found[0], budget=budget)
    with pytest.raises(LimitError, match="unpack to"):
        member(source, found[1], budget=budget)
    assert budget.spent


def test_a_stored_entry_without_room_is_refused():
    """An entry that is stored may not be larger than a file may be, whatever it claims."""
    budget = Budget(100)
    with pytest.raises(LimitError):
        archive._stored(InMemory(b""), 0, unpack.MAX_FILE + 1, budget)


def test_bzip2_that_breaks_half_way_is_marked():
    """A damaged entry gives a note or an error, never a wrong content in silence."""
    packed = bytearray(bz2.compress(TEXT))
    packed[len(packed) // 2] ^= 255
    source = InMemory(by_hand([Raw(name="a", packed=bytes(packed), size=len(TEXT), crc=zlib.crc32(TEXT), method=12)]))
    with pytest.raises(FormatError):
        member(source, entries(source)[0][0])


def test_an_entry_ends_where_the_next_begins():
    """An entry that claims bytes of the next one gets none of them, so that nothing is unpacked twice."""
    first = Raw(name="a", packed=TEXT[:50], size=500, crc=0, method=0, claimed=500)
    source = InMemory(by_hand([first, Raw(name="b", packed=TEXT[:900], size=900, crc=0, method=0)]))
    assert member(source, entries(source)[0][0])[0] == TEXT[:50]


def test_an_encrypted_entry_says_so():
    """What to do about it is in the message; nothing is guessed from the noise."""
    source = InMemory(by_hand([plain("a", TEXT, flags=1)]))
    with pytest.raises(FormatError, match="encrypted"):
        member(source, entries(source)[0][0])


def test_lzma_may_ask_for_so_much_memory():
    """Four gigabytes of working memory are refused before they are taken."""
    greedy = Raw(name="a", packed=b"\x09\x04\x05\0\x5d\xff\xff\xff\x7f" + bytes(60), size=9, method=14)
    source = InMemory(by_hand([greedy]))
    with pytest.raises(LimitError, match="64 MB of memory"):
        member(source, entries(source)[0][0])


def test_a_wrong_checksum_of_an_entry_is_noted():
    """The content is kept, and that it may not be what was packed is said."""
    packed = plain("a", TEXT)
    source = InMemory(by_hand([Raw(name="a", packed=packed.packed, size=packed.size, crc=7)]))
    data, notes = member(source, entries(source)[0][0])
    assert (data, [note.kind for note in notes]) == (TEXT, ["checksum"])


def test_a_link_in_an_archive_is_passed_over():
    """A link leads out of the archive: it is counted and not followed, nor read as a file."""
    link = plain("a.gpx", b"/etc/passwd", system=3, mode=LINK)
    walk = recordings_and_count(by_hand([link, plain("b.gpx", document())]))
    assert walk == (["b.gpx"], 1)


def test_behind_a_spent_budget_nothing_more_is_opened(monkeypatch):
    """One error says that the archive holds too much; thousands of later entries say nothing."""
    monkeypatch.setattr(unpack, "TOTAL_FLOOR", 10 * len(TEXT))
    monkeypatch.setattr(unpack, "MAX_RATIO", 1)
    data = by_hand([plain(f"{i}.gpx", TEXT * 2) for i in range(40)])
    monkeypatch.setattr(unpack, "MAX_TOTAL", 10 * len(TEXT))
    monkeypatch.setattr(unpack, "RATIO_FLOOR", 2**40)
    files, _ = recordings_and_count(data)
    assert len(files) == 6


def test_a_bomb_that_is_streamed_ends_at_the_ratio():
    """A table of a gigabyte of zeros in a megabyte gives no more than so many times what was fed."""
    packed = zeros(1024)
    source = InMemory(by_hand([Raw(name="a", packed=packed, size=1 << 30)]))
    got = sum(map(len, stream(source, entries(source)[0][0])))
    assert got <= unpack.MAX_RATIO * len(packed) / 2


def recordings_and_count(data: bytes) -> tuple[list[str], int]:
    """Return the names of what is found in an archive, and how many files were passed over."""
    count = Count()
    return [leaf.file for leaf in leaves(Layer(source=InMemory(data), file=""), count=count)], count.passed_over


def document() -> bytes:
    """Return a small GPX."""
    return b'<gpx><trk><trkseg><trkpt lat="1" lon="2"/></trkseg></trk></gpx>'


def test_what_a_file_unpacks_to_is_counted_while_it_is_unpacked(monkeypatch):
    """A file that is too large is given up at the limit, not when all of it is in memory."""
    monkeypatch.setattr(unpack, "MAX_FILE", 1000)
    budget = Budget(1 << 20)
    with pytest.raises(LimitError, match="may unpack to"):
        gunzip(gzip.compress(TEXT * 100, mtime=0), budget=budget)
    assert budget.left == budget.total


def test_entries_are_counted(monkeypatch):
    """Those of nested archives too; the error names the limit."""
    monkeypatch.setattr(unpack, "MAX_ENTRIES", 3)
    assert len(entries(InMemory(zipped([(f"{i}", b"") for i in range(3)])))[0]) == 3
    with pytest.raises(LimitError, match="3 entries"):
        entries(InMemory(zipped([(f"{i}", b"") for i in range(4)])))
