"""The table of a Strava export: which file holds what, whatever language its columns are headed in."""

from __future__ import annotations

import csv
import io
import re
from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from collections import Counter
from collections.abc import Iterable, Sequence

MAX_TABLE = 64 * 2**20
"""Bytes of `activities.csv` that are read; 20,000 activities of 100 columns take some 15 MB."""
_FILE = re.compile(r"activities/[^/\\]+\.(?:fit|gpx|tcx)(?:\.gz)?", re.IGNORECASE)
SPORTS = {
    "running": """
        run|trail run|virtual run|treadmill run|lauf|traillauf|virtueller lauf|course à pied|course|trail|
        course à pied virtuelle|carrera|carrera de montaña|carrera virtual|corsa|trail running|corsa virtuale|corrida|
        corrida em trilha|corrida virtual|hardloopsessie|hardlopen|trailrun|virtuele hardloopsessie|bieg|løb|løp|
        løpetur|löpning|juoksu|běh|забег|бег|трейл|ラン|トレイルラン|跑步|越野跑|달리기""",
    "walking": """
        walk|spaziergang|gehen|marche|caminata|camminata|caminhada|wandeling|spacer|gåtur|promenad|kävely|chůze|ходьба|
        ウォーク|ウォーキング|步行|걷기""",
    "hiking": """
        hike|wanderung|wandern|randonnée|senderismo|excursión|escursione|trilha|hiking|wędrówka|vandretur|tur|vandring|
        vaellus|túra|поход|ハイキング|ハイク|徒步|健行|하이킹""",
    "cycling": """
        ride|virtual ride|e-bike ride|mountain bike ride|gravel ride|e-mountain bike ride|velomobile|handcycle|
        radfahrt|fahrt|radfahren|virtuelle radfahrt|mountainbike-fahrt|gravel-fahrt|e-bike-fahrt|vélo|sortie à vélo|
        sortie vélo|vélo virtuel|vtt|bicicleta|recorrido en bicicleta|vuelta ciclista|ciclismo|ciclismo virtual|
        pedalata|giro in bici|giro|pedalada|rit|fietsrit|virtuele fietsrit|jazda|cykeltur|sykkeltur|cykling|pyöräily|
        jízda|заезд|велозаезд|ライド|骑行|骑车|라이딩""",
    "swimming": """
        swim|schwimmen|natation|natación|nuoto|natação|zwemsessie|zwemmen|pływanie|svømning|svømming|simning|uinti|
        plavání|плавание|заплыв|スイム|水泳|游泳|수영""",
}
"""How Strava calls the sports that matter here in its languages; another word is another sport or an unknown one."""
_SPORT_OF = {word.strip(): sport for sport, words in SPORTS.items() for word in words.split("|")}


def sports(pieces: Iterable[bytes]) -> dict[str, str]:
    r"""Return the sport of each file, `activities/1.fit.gz` → `running`, out of `activities.csv`.

    The columns are found by what is in them: files by their form, sports by known words. Nothing else is looked at.

    Examples
    --------
    >>> sports([b'Nr,Distanz,Art,Datei\n1,"5,2",Lauf,activities/1.fit.gz'])
    {'activities/1.fit.gz': 'running'}
    """
    rows = _rows(b"".join(_limited(pieces)))
    column = _most([[bool(_FILE.fullmatch(cell.strip())) for cell in row] for row in rows])
    if column is None:
        return {}
    filed = [row for row in rows if len(row) > column and _FILE.fullmatch(row[column].strip())]
    sport = _most([[cell.strip().casefold() in _SPORT_OF for cell in row] for row in filed])
    if sport is None:
        return {}
    told = {row[column].strip(): _SPORT_OF.get(row[sport].strip().casefold(), "") for row in filed if len(row) > sport}
    return {file: word for file, word in told.items() if word}


def _limited(pieces: Iterable[bytes]) -> Iterable[bytes]:
    """Yield pieces up to the limit."""
    left = MAX_TABLE
    for piece in pieces:
        yield piece[:left]
        left -= len(piece)
        if left <= 0:
            return


def _rows(data: bytes) -> list[list[str]]:
    """Return the rows of a table, with commas, semicolons or tabs between cells."""
    text = _text(data)
    head = text.partition("\n")[0]
    between = max(",;\t", key=head.count)
    try:
        return list(csv.reader(io.StringIO(text.replace("\0", "")), delimiter=between))
    except csv.Error:
        return []


def _text(data: bytes) -> str:
    """Return a table's text: UTF-8 as Strava writes it, or UTF-16 or Latin-1 as a spreadsheet saves it."""
    if data.startswith((BOM_UTF16_LE, BOM_UTF16_BE)):
        return data.decode("utf-16", errors="replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("latin-1")


def _most(marked: Sequence[Sequence[bool]]) -> int | None:
    """Return the first of the columns with most marks, None if there is no mark at all."""
    count = Counter(place for row in marked for place, mark in enumerate(row) if mark)
    return min(count, key=lambda place: (-count[place], place)) if count else None
