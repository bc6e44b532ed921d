"""Whole arrays and the XML parser: two ways through one document, one result."""

from __future__ import annotations

from contextlib import ExitStack
from unittest.mock import patch

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from corpus import ACTIVITIES, needs_corpus
from formats.documents import gpx_documents, tcx_documents
from pace.activity.track import COLUMNS
from pace.errors import PaceError
from pace.formats.gpx import GPX, read_gpx
from pace.formats.tcx import TCX, read_tcx
from pace.formats.xml_fast import NotPlainError, fast_document
from pace.formats.xml_limits import as_utf8

READERS = {"gpx": read_gpx, "tcx": read_tcx}
DIALECTS = {"gpx": GPX, "tcx": TCX}
FILES = sorted(path for suffix in READERS for path in ACTIVITIES.rglob(f"*.{suffix}")) if ACTIVITIES.is_dir() else []


def outcome(data, kind, path):
    """Return the tracks, or the text of the documented error; any way but the parser's has arrays of few points too."""
    text = "pace.formats.text."
    few = ("pace.formats.xml_read.SMALL", text + "FEW_NUMBERS", text + "FEW_TIMES", text + "FEW_LONG")
    with ExitStack() as stack:
        for name in few if path == "any" else ():
            stack.enter_context(patch(name, 0))
        try:
            return READERS[kind](data, path=path)
        except PaceError as error:
            return str(error)


def is_plain(data, kind):
    """Tell whether a document takes the quick way."""
    try:
        fast_document(as_utf8(data), DIALECTS[kind])
    except NotPlainError:
        return False
    return True


def assert_same(a, b):
    """Compare two results bit for bit."""
    assert type(a) is type(b)
    if isinstance(a, str):
        assert a == b
        return
    assert len(a) == len(b)
    for x, y in zip(a, b, strict=True):
        for name in ("time", "segment_start", *COLUMNS):
            assert np.array_equal(getattr(x, name), getattr(y, name), equal_nan=True), name
        assert np.array_equal(x.laps.start, y.laps.start)
        assert np.array_equal(x.laps.end, y.laps.end)
        assert (x.sport, x.device, x.notes, x.format) == (y.sport, y.device, y.notes, y.format)


@settings(suppress_health_check=[HealthCheck.too_slow], max_examples=80)
@given(data=gpx_documents())
def test_both_ways_read_the_same_of_any_gpx(data):
    """Comments, CDATA, entities, prefixes, quotes, orders, blanks, exponents, UTF-16: none makes a difference."""
    assert_same(outcome(data, "gpx", "any"), outcome(data, "gpx", "tree"))


@settings(suppress_health_check=[HealthCheck.too_slow], max_examples=60)
@given(data=tcx_documents())
def test_both_ways_read_the_same_of_any_tcx(data):
    """The same for laps, tracks and extensions."""
    assert_same(outcome(data, "tcx", "any"), outcome(data, "tcx", "tree"))


@pytest.mark.campaign
@pytest.mark.parametrize("kind", READERS)
def test_both_ways_read_the_same_of_twenty_thousand_documents(kind):
    """The same law, tried harder."""
    documents = {"gpx": gpx_documents, "tcx": tcx_documents}[kind]()

    @settings(suppress_health_check=list(HealthCheck), max_examples=10_000, deadline=None)
    @given(data=documents)
    def law(data):
        assert_same(outcome(data, kind, "any"), outcome(data, kind, "tree"))

    law()


@settings(suppress_health_check=[HealthCheck.too_slow], max_examples=40)
@given(data=gpx_documents(), cut=st.floats(0, 1), noise=st.binary(max_size=40))
def test_both_ways_rescue_the_same(data, cut, noise):
    """A damaged document is rescued to the same points, whichever way reads what is left of it."""
    at = int(cut * len(data))
    damaged = data[:at] + noise + data[at + len(noise) :]
    assert_same(outcome(damaged, "gpx", "any"), outcome(damaged, "gpx", "tree"))


@needs_corpus
@pytest.mark.parametrize("file", FILES, ids=lambda path: f"{path.parent.name}-{path.name}")
def test_both_ways_read_the_same_of_a_real_file(file):
    """Bit for bit."""
    kind, data = file.suffix[1:], file.read_bytes()
    assert_same(outcome(data, kind, "any"), outcome(data, kind, "tree"))


@needs_corpus
def test_nearly_all_real_files_take_the_quick_way(record_property, capsys):
    """What has track points and is well-formed and without comments is plain; the share is shown."""
    readable = [file for file in FILES if not isinstance(outcome(file.read_bytes(), file.suffix[1:], "any"), str)]
    plain = [file for file in readable if is_plain(file.read_bytes(), file.suffix[1:])]
    record_property("plain", f"{len(plain)} of {len(readable)}")
    with capsys.disabled():
        print(f"\nplain: {len(plain)} of {len(readable)} readable real files")  # noqa: T201
    assert len(plain) / len(readable) >= 0.9


def test_a_template_with_one_odd_point_is_not_misread():
    """Points whose tags differ in one byte are told apart."""
    point = '<trkpt lat="1" lon="2"><ele>3</ele><hr>100</hr></trkpt>'
    odd = point.replace("hr>", "hs>")
    data = f"<gpx><trk><trkseg>{point * 20}{odd}{point * 20}</trkseg></trk></gpx>".encode()
    (track,) = read_gpx(data, path="fast")
    assert np.flatnonzero(np.isnan(track.heart_rate)).tolist() == [20]
    assert_same((track,), read_gpx(data, path="tree"))


@pytest.mark.parametrize(
    "odd",
    [
        '<trkpt lat="1" lon="2"><ele>&#51;</ele><hr>100</hr></trkpt>',
        '<trkpt lat="&#49;" lon="2"><ele>3</ele><hr>100</hr></trkpt>',
        '<trkpt lat="1" lon="2"><ele><![CDATA[3]]></ele><hr>100</hr></trkpt>',
        '<trkpt lat="1" lon="2"><ele>3</ele><!-- <hr>90</hr> --><hr>100</hr></trkpt>',
        '<trkpt lat="1" lon="2"><ele>3</ele>]]<hr>100</hr></trkpt>',
    ],
)
def test_what_only_a_parser_understands_is_left_to_it(odd):
    """Entities, CDATA and comments among points: whole arrays do not guess what they stand for."""
    point = '<trkpt lat="1" lon="2"><ele>3</ele><hr>100</hr></trkpt>'
    data = f"<gpx><trk><trkseg>{point * 50}{odd}{point * 50}</trkseg></trk></gpx>".encode()
    assert not is_plain(data, "gpx")
    (track,) = read_gpx(data)
    assert len(track) == 101
    assert set(track.elevation.tolist()) == {3.0}
    assert set(track.heart_rate.tolist()) == {100.0}


@settings(suppress_health_check=[HealthCheck.too_slow], max_examples=40)
@given(data=gpx_documents())
def test_a_small_document_is_read_as_a_large_one(data):
    """Left to themselves, small documents go to the parser; the result is the same."""
    try:
        found = read_gpx(data)
    except PaceError as error:
        found = str(error)
    assert_same(found, outcome(data, "gpx", "any"))
