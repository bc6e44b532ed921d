"""Exports of Strava, Garmin and Apple Health: the same people as in a plain folder, and nothing else is opened."""

from __future__ import annotations

import builtins
import io
import os
import time

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import exports as made_up
import pace
from corpus import ROOT
from pace.activity.track import Track
from pace.formats import apple, archive, read, recordings, strava
from pace.formats.gpx import write_gpx
from pace.formats.inside import Count
from pace.formats.places import leaves_of, parts, places
from pace.formats.told import Told

SAMPLES = ROOT / "sample_activities"
CHOSEN = ("client/01*", "client/04*", "client/05*", "client/09*", "therapist/08*", "therapist/10*", "therapist/11*")


@pytest.fixture(scope="module")
def files():
    """Return some sample activities of one person by name."""
    return {path.name: path.read_bytes() for chosen in CHOSEN for path in SAMPLES.glob(chosen)}


@pytest.fixture(scope="module")
def tracks(files):
    """Return the tracks of those with places and heart rate at whole seconds, as a phone would write them."""
    found = {name.partition(".")[0]: read(data)[0] for name, data in files.items() if "10" not in name}
    return {name: route(track) for name, track in found.items() if np.isfinite(track.latitude).sum() > 300}


def route(track: Track) -> Track:
    """Return only what a route and a health export hold."""
    kept = np.isfinite(track.latitude)
    names = ("time", "latitude", "longitude", "elevation", "speed", "heart_rate")
    return Track.build(sport=track.sport, **{name: getattr(track, name)[kept] for name in names})


def lying(export: made_up.Files, folder, *, as_zip: bool, name: str = "export"):
    """Write an export as a folder or as an archive and return its path."""
    if as_zip:
        folder.mkdir(exist_ok=True)
        (folder / f"{name}.zip").write_bytes(made_up.zipped(export))
        return folder / f"{name}.zip"
    return made_up.laid_out(export, folder / name)


def without_files(profile):
    document = profile.to_dict()
    document["activities"]["skipped"] = [one["reason"] for one in document["activities"]["skipped"]]
    return document


def digests(profile):
    return [one.digest for one in profile.summaries]


@pytest.mark.parametrize("as_zip", [False, True], ids=["folder", "zip"])
@pytest.mark.parametrize("kind", ["strava", "garmin"])
def test_an_export_gives_the_profile_of_the_plain_folder(files, tmp_path, kind, as_zip):
    """The same recordings, sports and estimates, whichever way the files came."""
    plain = pace.profile(made_up.laid_out(files, tmp_path / "plain"), label="client")
    export = pace.profile(lying(getattr(made_up, kind)(files), tmp_path, as_zip=as_zip), label="client")
    assert len(plain.summaries) == len(CHOSEN) - 1
    assert digests(export) == digests(plain)
    assert [one.sport for one in export.summaries] == [one.sport for one in plain.summaries]
    assert without_files(export) == without_files(plain)


@pytest.mark.parametrize("as_zip", [False, True], ids=["folder", "zip"])
def test_a_health_export_gives_the_profile_of_the_plain_folder(tracks, tmp_path, as_zip):
    """Routes get back their heart rate and their sport from the document beside them."""
    folder = {f"{name}.gpx": write_gpx([track]) for name, track in tracks.items()}
    plain = pace.profile(made_up.laid_out(folder, tmp_path / "plain"))
    export = pace.profile(lying(made_up.apple(tracks), tmp_path, as_zip=as_zip))
    assert len(plain.summaries) >= 4
    assert digests(export) == digests(plain)
    assert without_files(export) == without_files(plain)


def test_three_exports_of_one_person_are_one_person(files, tracks, tmp_path):
    """Strava, Garmin and Apple Health together hold each activity up to three times; it counts once, at its best."""
    every = [lying(getattr(made_up, kind)(files), tmp_path, as_zip=True, name=kind) for kind in ("strava", "garmin")]
    every.append(lying(made_up.apple(tracks), tmp_path, as_zip=False, name="apple"))
    plain = pace.profile(made_up.laid_out(files, tmp_path / "plain"))
    together = pace.profile(every)
    assert digests(together) == digests(plain)
    again = {one.digest for one in together.repeated}
    assert again == set(digests(pace.profile(every[2]))) - set(digests(plain))
    assert len(again) >= 4


@pytest.mark.parametrize("kind", ["strava", "garmin", "apple"])
def test_nothing_else_of_an_export_is_opened(files, tracks, tmp_path, kind, monkeypatch):
    """Whatever lies beside the activities stays closed: routes, mails, sleep, messages."""
    export = made_up.apple(tracks) if kind == "apple" else getattr(made_up, kind)(files)
    folder = lying(export, tmp_path, as_zip=False)
    seen, really = [], builtins.open

    def watched(path, *rest, **more):
        seen.append(os.path.relpath(path, folder))
        return really(path, *rest, **more)

    monkeypatch.setattr(builtins, "open", watched)
    assert all(found.tracks for found in recordings([folder]) if found.error is None)
    allowed = {
        "strava": lambda name: name == "activities.csv" or name.startswith("activities/"),
        "garmin": lambda name: "UploadedFiles" in name,
        "apple": lambda name: "workout-routes/" in name or name.endswith((".xml",)),
    }[kind]
    inside = [name for name in seen if not name.startswith("..") and not os.path.isabs(name)]
    assert inside
    assert [name for name in inside if not allowed(name)] == []


@pytest.mark.parametrize("kind", ["strava", "garmin", "apple"])
def test_nothing_else_of_a_packed_export_is_opened(files, tracks, tmp_path, kind, monkeypatch):
    """The same in an archive: a planned route is no recording, and a night's archive stays packed."""
    export = made_up.apple(tracks) if kind == "apple" else getattr(made_up, kind)(files)
    opened, really = [], archive.member
    monkeypatch.setattr(
        archive, "member", lambda *given, **how: (opened.append(given[1].name), really(*given, **how))[1]
    )
    found = list(recordings([lying(export, tmp_path, as_zip=True)]))
    assert len(found) == len(tracks if kind == "apple" else files)
    allowed = {"strava": "activities/", "garmin": "example.org_", "apple": "workout-routes/"}[kind]
    assert [name for name in opened if allowed not in name and "UploadedFiles" not in name] == []


def test_what_is_no_activity_is_passed_over_and_counted(files, tmp_path):
    """Days of steps, settings, documents, a night: none is an error, all are counted; no address shows."""
    walk = recordings([lying(made_up.garmin(files), tmp_path, as_zip=True)])
    found = list(walk)
    assert [one.file for one in found if one.error] == []
    assert len(found) == len(files)
    assert walk.passed_over == 30 + 4
    assert [one.file for one in found if "@" in one.file] == []


def test_an_archive_of_uploads_by_itself_is_known(files, tmp_path):
    """One of Garmin's inner archives, given alone, is read like the whole."""
    inner = next(data for name, data in made_up.garmin(files).items() if name.endswith("Part1.zip"))
    (tmp_path / "UploadedFiles_0-_Part1.zip").write_bytes(inner)
    walk = recordings([tmp_path / "UploadedFiles_0-_Part1.zip"])
    assert all(one.tracks for one in walk)
    assert walk.passed_over == 15


def test_exports_are_known_inside_other_folders(files, tracks, tmp_path):
    """Two exports in one folder of downloads are each read as what they are, with the way to them as a name."""
    lying(made_up.strava(files), tmp_path, as_zip=False, name="export_1")
    lying(made_up.apple(tracks), tmp_path, as_zip=True, name="health")
    walk = recordings([tmp_path])
    names = [one.file for one in walk]
    assert sum(name.startswith("export_1/activities/") for name in names) == len(files)
    assert sum(name.startswith("health.zip › apple_health_export/workout-routes/") for name in names) == len(tracks)
    assert len(names) == len(files) + len(tracks)


@pytest.mark.parametrize("kind", ["strava", "garmin"])
def test_the_parts_of_an_archive_are_the_whole(files, tmp_path, kind):
    """Cut into parts of any size, archives in archives too, an export gives the same files in the same order."""
    path = lying(getattr(made_up, kind)(files), tmp_path, as_zip=True)

    def cut(place, most, count):
        pieces = parts(place, most=most, count=count)
        if not pieces:
            return [leaf.file for leaf in leaves_of(place, count)]
        return [file for piece in pieces for file in cut(piece, most, count)]

    (place,) = places(path, Count())
    for most in (1, 3, 100):
        count, whole = Count(), recordings([path])
        assert cut(place, most, count) == [one.file for one in whole]
        assert count.passed_over == whole.passed_over


# --- Tables -------------------------------------------------------------------------------------------------------


@given(
    st.permutations(range(8)),
    st.sampled_from([",", ";", "\t"]),
    st.sampled_from(["utf-8-sig", "utf-8", "latin-1", "utf-16"]),
    st.integers(0, 90),
)
def test_columns_are_found_by_what_is_in_them(order, between, encoding, more):
    """Whatever the columns are called, however many there are and in which order, file and sport are found."""
    head = ["Name", "Name", "Distanz", "Größe", "Datei", "Art", "Notiz", "Distanz"]
    rows = [
        ["Lauf am See", "x", '"5,2"', "1", f"activities/{n}.fit.gz", sport, '"a\nb"', '"5200,0"']
        for n, sport in enumerate(["Lauf", "Spaziergang", "Radfahrt", "Yoga", "Course à pied"])
    ]
    table = "\r\n".join(between.join([*(row[k] for k in order), *[""] * more]) for row in [head, *rows])
    assert strava.sports([table.encode(encoding)]) == {
        "activities/0.fit.gz": "running",
        "activities/1.fit.gz": "walking",
        "activities/2.fit.gz": "cycling",
        "activities/4.fit.gz": "running",
    }


@given(st.binary(max_size=400))
def test_any_table_is_survived(data):
    """Whatever lies under the name of the table, something or nothing comes of it."""
    assert isinstance(strava.sports([data]), dict)


# --- Health -------------------------------------------------------------------------------------------------------


@given(st.integers(1, 200), st.data())
def test_tags_do_not_depend_on_the_pieces(size, data):
    """However a document is cut into pieces, the same tags are found."""
    words = ["<a ", 'k="1"', "/>", " ", 'k="2"', "<", ">", "\n", "text"]
    text = "".join(data.draw(st.lists(st.sampled_from(words), max_size=60))).encode()
    whole = list(apple.tags([text], b'k="1"'))
    assert list(apple.tags([text[i : i + size] for i in range(0, len(text), size)], b'k="1"')) == whole


def test_a_health_export_is_gone_through_in_constant_memory(tracks):
    """A document of 300 MB is searched with a peak of a few pieces; nothing in it is expanded."""
    import tracemalloc

    track = next(iter(tracks.values()))
    document = made_up.apple({"one": track})["apple_health_export/export.xml"]
    head, body = document.split(b" <Record", 1)
    filler = (b' <Record type="HKQuantityTypeIdentifierStepCount" value="7" unit="count" x="&bomb;"/>\n' * 3000)[
        : 1 << 18
    ]
    filler = filler[: filler.rindex(b"\n") + 1]

    def pieces():
        yield head
        for _ in range(1200):
            yield filler
        yield b" <Record" + body

    tracemalloc.start()
    told = apple.told(pieces)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 8e6
    assert told.heart_rate.size == np.isfinite(track.heart_rate).sum()


def test_a_cut_or_hostile_document_costs_only_itself():
    """A document that ends in the middle, or is one endless tag, gives what is whole in it and takes no memory."""
    assert apple.told(lambda: [b"<HealthData><Workout workoutActivityType="]).spans == ()
    assert list(apple.tags([b"<" + b"a" * 100_000] * 50, b"aaaa")) == []
    assert not apple.is_health(io.BytesIO(b"<gpx>"))


@pytest.mark.parametrize("kind", ["strava", "apple"])
def test_a_bomb_for_a_table_costs_only_the_table(files, tracks, tmp_path, kind):
    """A table of 60 MB of zeros in 60 kB: the activities are read as if it said nothing."""
    export = made_up.apple(tracks) if kind == "apple" else made_up.strava(files)
    table = next(name for name in export if name.endswith(("activities.csv", "export.xml")))
    export[table] = export[table][:200] + bytes(60 * 2**20)
    begun = time.process_time()
    found = list(recordings([lying(export, tmp_path, as_zip=True)]))
    assert time.process_time() - begun < 10
    assert len(found) == len(tracks if kind == "apple" else files)
    assert all(one.tracks for one in found)


def test_only_what_is_missing_is_filled_in():
    """A heart rate and a sport of the file's own stay; what was told goes to the nearest sample and no further."""
    told = Told(
        sport="walking",
        heart_time=np.array([10.2, 15.0, 102.0, 200.0]),
        heart_rate=np.array([100.0, 110.0, 120.0, 130.0]),
    )
    time = np.arange(0.0, 100.0)
    filled = told.on(Track.build(time=time))
    assert filled.sport == "walking"
    assert np.flatnonzero(np.isfinite(filled.heart_rate)).tolist() == [10, 15, 99]
    assert filled.heart_rate[[10, 15, 99]].tolist() == [100, 110, 120]
    paused = told.on(Track.build(time=np.concatenate((time[:5], time[40:]))))
    assert np.flatnonzero(np.isfinite(paused.heart_rate)).tolist() == [64]
    own = Track.build(time=time, heart_rate=np.full(100, 80.0), sport="running")
    assert told.on(own) is own


@pytest.mark.parametrize("kind", ["strava", "apple"])
def test_a_table_is_read_once_however_many_parts_an_archive_has(files, tracks, tmp_path, kind, monkeypatch):
    """Workers open an archive part by part; what its table says they know from the first time, until it changes."""
    from pace.formats import exports

    export = made_up.apple(tracks) if kind == "apple" else made_up.strava(files)
    path = lying(export, tmp_path, as_zip=True, name=kind)
    read_tables = []
    really = getattr(exports, kind), "told" if kind == "apple" else "sports"
    told = getattr(*really)
    monkeypatch.setattr(*really, lambda given: read_tables.append(1) or told(given))
    for _ in range(2):
        (place,) = places(path, Count())
        pieces = parts(place, most=1, count=Count())
        assert len(pieces) == len(tracks if kind == "apple" else files)
        for piece in pieces:
            assert all(leaf.error is None for leaf in leaves_of(piece, Count()))
        os.utime(path, (1, 1))
    assert len(read_tables) == 2


@pytest.mark.parametrize("as_zip", [False, True], ids=["folder", "zip"])
def test_no_address_of_an_export_is_shown(files, tmp_path, as_zip):
    """Garmin puts an e-mail address before each file's name; it is in no name that is shown, packed or lying about."""
    export = made_up.garmin(files) | {"DI_CONNECT/DI-Connect-Uploaded-Files/ann.bo@example.org_7.fit": b"x"}
    found = [one.file for one in recordings([lying(export, tmp_path, as_zip=as_zip)])]
    assert len(found) == len(files) + 1
    assert [name for name in found if "@" in name] == []


def test_of_a_table_so_much_is_read(monkeypatch):
    """Rows behind the limit are as if they were not there, and no more is taken in than the limit."""
    monkeypatch.setattr(strava, "MAX_TABLE", 60)
    taken = []

    def pieces():
        yield b"Name,Sport,File\n1,Run,activities/1.fit\n2,Run,activities/2.fit\n"
        for _ in range(9):
            taken.append(1)
            yield b"3,Run,activities/3.fit\n"

    assert strava.sports(pieces()) == {"activities/1.fit": "running"}
    assert taken == []


def test_of_a_health_export_so_much_is_searched(monkeypatch):
    """Bytes, workouts and heart rates are counted; a heart rate or a length that cannot be is left out."""
    day = "2024-02-01"

    def workout(hour, hours=1, on=day):
        times = f'startDate="{on} {hour:02d}:00:00 +0100" endDate="{on} {hour + hours:02d}:00:00 +0100"'
        return f'<Workout workoutActivityType="HKWorkoutActivityTypeRunning" {times}>'.encode()

    def beat(minute, rate):
        at = f"{day} 10:{minute:02d}:00 +0100"
        kind = 'type="HKQuantityTypeIdentifierHeartRate"'
        return f'<Record {kind} startDate="{at}" endDate="{at}" value="{rate}"/>'.encode()

    long = workout(2).replace(b'endDate="2024-02-01', b'endDate="2024-02-09')
    document = [beat(1, 100), beat(2, 3), beat(3, 900), beat(4, 110), beat(5, 120), long, workout(10), workout(12)]
    told = apple.told(lambda: document)
    assert (told.heart_rate.tolist(), len(told.spans)) == ([100, 110, 120], 2)
    with monkeypatch.context() as patch:
        patch.setattr(apple, "MAX_WORKOUTS", 1)
        patch.setattr(apple, "MAX_HEART_RATES", 2)
        few = apple.told(lambda: document)
        assert (few.heart_rate.tolist(), len(few.spans)) == ([100, 110], 1)
    monkeypatch.setattr(apple, "MAX_DOCUMENT", 1000)
    long = iter([b"<a/>" * 100] * 1000)
    assert list(apple.tags(long, b"nowhere")) == []
    assert len(list(long)) > 900
    monkeypatch.undo()
    assert _longest(b"<" + b"a" * 70_000) < 2 * apple.MAX_TAG


def _longest(piece: bytes) -> int:
    """Return the most memory (bytes) that a tag takes which never ends, beside what one piece takes."""
    import tracemalloc

    tracemalloc.start()
    list(apple.tags([piece, *[b"a" * 70_000] * 50], b"nowhere"))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak // 4
