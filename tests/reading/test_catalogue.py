"""Every file of the catalogue, through the front door: as many points as it says, whatever the file is called."""

from __future__ import annotations

import csv

import pytest

import pace
from corpus import ACTIVITIES, needs_corpus

BEYOND = {
    "fitparse/strava-android-app-201.10-b1218918.fit": 5330,
    "person-a/001.fit": 349,
    "person-a/002.fit": 4053,
    "gpxpy/track_with_dilution_errors.gpx": 2,
    "gpxpy/gpx1.0_with_all_fields.gpx": 6,
    "gpxpy/gpx1.1_with_all_fields.gpx": 6,
}
"""Where there is more than the catalogue counts: behind damage, in a ZIP archive named `.fit`, and in routes."""
NO_ACTIVITY = {
    "fitparse/Settings.fit", "fitparse/Settings2.fit", "gpxpy/custom_schema_locations.gpx",
    "gpxpy/default_schema_locations.gpx", "gpxpy/gpx1.1_with_extensions.gpx", "gpxpy/gpx_with_garmin_extension.gpx",
    "gpxpy/gpx1.1_with_extensions_without_namespaces.gpx", "gpxpy/unicode.gpx", "gpxpy/unicode2.gpx",
    "gpxpy/unicode_with_bom.gpx", "gpxpy/unicode_with_bom_noencoding.gpx",
}  # fmt: skip
"""Settings, and documents of way points or of nothing."""


def rows():
    """Return file and points of every line of the catalogue."""
    if not ACTIVITIES.is_dir():
        return []
    with (ACTIVITIES / "CATALOGUE.csv").open(encoding="utf-8") as lines:
        return [(row["file"], int(row["points"] or 0)) for row in csv.DictReader(lines)]


@needs_corpus
def test_every_point_of_the_catalogue_is_read():
    """All 238 files: FIT, GPX and TCX, damaged ones, chains, compressed times, archives under other names."""
    found = {}
    for file, _ in rows():
        try:
            found[file] = sum(map(len, pace.read(ACTIVITIES / file)))
        except pace.PaceError:
            found[file] = None
    wanted = {file: None if file in NO_ACTIVITY else BEYOND.get(file, points) for file, points in rows()}
    assert len(found) > 200
    assert found == wanted


@pytest.mark.parametrize(
    ("data", "points"),
    [
        (b"<trk><trkseg>" + b'<trkpt lat="1" lon="2"><ele>3</ele></trkpt>' * 3 + b"</trkseg></trk></gpx>", 3),
        (
            b"<?xml version='1.0'?> <Activities><Activity Sport='Running'><Lap><Track>"
            + b"<Trackpoint><Time>2020-01-01T00:00:00Z</Time></Trackpoint>" * 2
            + b"</Track></Lap></Activity></Activities></TrainingCenterDatabase>",
            2,
        ),
    ],
)
def test_a_document_that_lost_its_beginning_keeps_its_points(data, points):
    """Its first element says what it was; the damage is noted."""
    (track,) = pace.read(data)
    assert len(track) == points
    assert {"damaged", "truncated"} & {note.kind for note in track.notes}
