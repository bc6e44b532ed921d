"""Made-up exports as Strava, Garmin and Apple Health write them, out of some recordings: as folders and as archives."""

from __future__ import annotations

import csv
import gzip
import io
import zipfile
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import numpy as np

from formats.fit_cases import file_id, said
from pace.activity.track import Track
from pace.formats import read
from pace.formats.fit_encode import framed
from pace.formats.gpx import write_gpx

Files = dict[str, bytes]

GERMAN = {"running": "Lauf", "walking": "Spaziergang", "hiking": "Wanderung", "cycling": "Radfahrt", "unknown": "Yoga"}
N_COLUMNS = 94


def zipped(files: Mapping[str, bytes], *, stored: bool = False) -> bytes:
    """Return files as an archive."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(zipfile.ZipInfo(name), data)
    return packed.getvalue()


def laid_out(files: Mapping[str, bytes], folder: Path) -> Path:
    """Write files below a folder and return it."""
    for name, data in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)
    return folder


def nameless(data: bytes) -> bytes:
    """Return a GPX without the word for its sport."""
    head, mark, rest = data.partition(b"<type>")
    return head + rest.partition(b"</type>\n")[2] if mark else data


def strava(files: Mapping[str, bytes], *, words: Mapping[str, str] = GERMAN) -> Files:
    """Return a bulk export: numbered files, FIT and TCX packed, a table in German, and what is nobody's business.

    GPX files name no sport any more: only the table does.
    """
    rows, export = [], {}
    for number, (name, data) in enumerate(files.items(), start=7_000_000_001):
        plain = gzip.decompress(data) if name.endswith(".gz") else data
        suffix = name.removesuffix(".gz").rpartition(".")[2]
        sport = read(plain)[0].sport
        file = f"activities/{number}.{suffix}" + ("" if suffix == "gpx" else ".gz")
        body = nameless(plain) if suffix == "gpx" else b"          " + plain if suffix == "tcx" else plain
        export[file] = body if suffix == "gpx" else gzip.compress(body, mtime=0)
        rows.append((number, words.get(sport, sport), file))
    export["activities.csv"] = _table(rows)
    route = next(data for name, data in export.items() if name.startswith("activities/"))
    others = {"profile.csv": b"name,mail\nAnn,ann@example.org\n", "routes/1.gpx": route, "media/1.jpg": b"x"}
    return export | others | {"messaging.json": b"[]", "followers.csv": b"Follower\n1\n"}


def _table(rows: list[tuple[int, str, str]]) -> bytes:
    """Return `activities.csv` as in Germany: 94 columns, some of one name, decimal commas, line breaks in cells."""
    head = ["Aktivitäts-ID", "Aktivitätsdatum", "Name der Aktivität", "Aktivitätsart", "Aktivitätsbeschreibung"]
    head += ["Verstrichene Zeit", "Distanz", "Maximale Herzfrequenz", "Ausrüstung", "Dateiname", "Gewicht", "Distanz"]
    head += [f"Spalte {place % 40}" for place in range(N_COLUMNS - len(head))]
    text = io.StringIO()
    table = csv.writer(text)
    table.writerow(head)
    for number, sport, file in rows:
        told = [str(number), "01.02.2024, 07:15:00", "Lauf, am See", sport, 'zwei\nZeilen, "so"', "1800", "5,2", "", ""]
        table.writerow([*told, file, "70,5", "5200,1", *[""] * (N_COLUMNS - 12)])
    table.writerow(["8", "", "von Hand", "Lauf", *[""] * (N_COLUMNS - 4)])
    return b"\xef\xbb\xbf" + text.getvalue().encode()


def garmin(files: Mapping[str, bytes], *, others: int = 30) -> Files:
    """Return an export with two archives of uploads, in which most FIT files are no activities."""
    names = list(files)
    uploads: list[Files] = [{}, {}]
    for place, name in enumerate(names):
        plain = gzip.decompress(files[name]) if name.endswith(".gz") else files[name]
        suffix = name.removesuffix(".gz").rpartition(".")[2]
        uploads[place % 2][f"ann.bo@example.org_{1000 + place}.{suffix}"] = plain
    for place in range(others):
        uploads[place % 2][f"ann.bo@example.org_{5000 + place}.fit"] = not_an_activity(kind=(2, 32, 44)[place % 3])
    folder = "DI_CONNECT/DI-Connect-Uploaded-Files"
    export = {f"{folder}/UploadedFiles_0-_Part{part + 1}.zip": zipped(one) for part, one in enumerate(uploads)}
    export["DI_CONNECT/DI-Connect-User/user_profile.json"] = b"{}"
    export["DI_CONNECT/DI-Connect-Wellness/sleep.zip"] = zipped({"1_sleep.fit": not_an_activity(kind=49)})
    return export | {"customer_data/customer.json": b"{}", "IT_LOGIN/login.json": b"{}"}


def not_an_activity(*, kind: int) -> bytes:
    """Return a FIT file that says it is settings, a day of steps or metrics."""
    return framed(said(file_id(kind)))


APPLE_HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE HealthData [
<!ELEMENT HealthData (ExportDate,Me,(Record|Workout)*)>
<!ATTLIST HealthData locale CDATA #REQUIRED>
<!ENTITY bomb "bombbombbomb">
]>
<HealthData locale="de_DE">
 <ExportDate value="2024-02-01 10:00:00 +0100"/>
 <Me HKCharacteristicTypeIdentifierDateOfBirth="1980-01-01"/>
"""
APPLE_KINDS = {"running": "Running", "walking": "Walking", "hiking": "Hiking", "cycling": "Cycling"}


def apple(tracks: Mapping[str, Track], *, noise: int = 3) -> Files:
    """Return a health export: routes without heart rate or sport, and a document that holds these among other things.

    `noise` other records stand before each heart rate, and a heart rate outside any workout too.
    """
    lines, workouts, export = [APPLE_HEAD], [], {}
    for place, (name, track) in enumerate(tracks.items()):
        bare = replace(track, heart_rate=np.full(len(track), np.nan), sport="unknown")
        route = f"workout-routes/route_{place:03d}_{name}.gpx"
        export[f"apple_health_export/{route}"] = write_gpx([bare])
        beats = np.isfinite(track.heart_rate)
        for at, rate in zip(track.time[beats].tolist(), track.heart_rate[beats].tolist(), strict=True):
            lines += [_record("HKQuantityTypeIdentifierStepCount", at, 7)] * noise
            lines.append(_record("HKQuantityTypeIdentifierHeartRate", at, rate, device=True))
        lines.append(_record("HKQuantityTypeIdentifierHeartRate", float(track.time[0]) - 40_000, 200))
        lines.append(_record("HKQuantityTypeIdentifierRestingHeartRate", float(track.time[5]), 50))
        start, end = _date(float(track.time[0])), _date(float(track.time[-1]))
        kind = APPLE_KINDS.get(track.sport, "Yoga")
        workouts.append(
            f' <Workout workoutActivityType="HKWorkoutActivityType{kind}" duration="30" sourceName="Uhr"'
            f' creationDate="{end}" startDate="{start}" endDate="{end}">\n  <WorkoutRoute startDate="{start}">\n'
            f'   <FileReference path="/{route}"/>\n  </WorkoutRoute>\n </Workout>\n'
        )
    export["apple_health_export/export.xml"] = "".join([*lines, *workouts, "</HealthData>\n"]).encode()
    cda = b'<?xml version="1.0"?><ClinicalDocument xmlns="urn:hl7-org:v3"/>'
    return export | {"apple_health_export/export_cda.xml": cda, "apple_health_export/electrocardiograms/e.csv": b"1"}


def _record(kind: str, at: float, value: float, *, device: bool = False) -> str:
    """Return a record; its attributes may hold an escaped bracket."""
    watch = ' device="&lt;&lt;HKDevice: 0x28&gt;, name:Watch&gt;"' if device else ""
    date = _date(at)
    return (
        f' <Record type="{kind}" sourceName="Uhr"{watch} unit="count/min" creationDate="{date}"'
        f' startDate="{date}" endDate="{date}" value="{value:g}"/>\n'
    )


def _date(at: float) -> str:
    """Return a time as Apple writes it, in one of two zones."""
    zone = timezone(timedelta(hours=1 + int(at) % 2, minutes=30))
    return f"{datetime.fromtimestamp(int(at), UTC).astimezone(zone):%Y-%m-%d %H:%M:%S %z}"
