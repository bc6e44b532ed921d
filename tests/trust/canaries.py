"""Secrets as they could stand in an output: words in several alphabets, places as text or numbers, times and dates."""

from __future__ import annotations

import base64
import io
import re
import struct
import zlib
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cached_property

import numpy as np

from pace.activity.track import Track
from trust.world import CONSENT, DEVICE, ENTRY, FILE, FOLDER, MAIL, NAME, NOTE, SERIAL, WORDS

EPOCHS = (0, 631_065_600, 978_307_200)
"""s: that of Unix, of FIT, and of Apple (2001)."""
TEXTS = {
    "name": NAME,
    "address": MAIL,
    "folder": FOLDER,
    "file": FILE,
    "entry": ENTRY,
    "note": NOTE,
    "consent": CONSENT,
    "words": WORDS,
    "device": DEVICE,
}
TIME_OF_DAY = re.compile(rb"(?<![\d:])(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?![\d:])")
BASE64 = re.compile(rb"[A-Za-z0-9+/]{40,}={0,2}")


class Secrets:
    """What must not be told of some recordings: `found(data)` yields the kinds of secrets that stand in some bytes."""

    def __init__(self, tracks: tuple[Track, ...], *, meeting: tuple[float, float]) -> None:
        self.latitude = np.concatenate([track.latitude[~np.isnan(track.latitude)] for track in tracks])
        self.longitude = np.concatenate([track.longitude[~np.isnan(track.longitude)] for track in tracks])
        self.meeting = meeting
        self.stamps = sorted({float(track.time[k]) for track in tracks for k in (0, -1)})

    @cached_property
    def words(self) -> dict[str, list[bytes]]:
        """Texts that tell, in small letters, by kind."""
        times = [datetime.fromtimestamp(stamp, UTC) for stamp in self.stamps]
        shown = ("%Y-%m-%d", "%Y%m%d", "%d.%m.%Y", "%m/%d/%Y", "%d %b %Y", "%b %d, %Y", "T%H%M%S")
        dates = {f"{time:{form}}".lower() for time in times for form in shown}
        whole = [str(int(stamp) - epoch) for stamp in self.stamps for epoch in EPOCHS]
        semi = {str(round(value * 2**31 / 180)) for value in (*self.latitude[:400], *self.longitude[:400])}
        kinds = {kind: [word] for kind, word in TEXTS.items()}
        kinds |= {"serial": [str(SERIAL), f"{SERIAL:x}"], "time": [*dates, *whole], "place": sorted(semi)}
        return {kind: [word.lower().encode() for word in words] for kind, words in kinds.items()}

    @cached_property
    def numbers(self) -> dict[str, list[bytes]]:
        """Numbers that tell, as bytes in either order."""
        times = [struct.pack(f"{o}I", int(stamp) - epoch) for stamp in self.stamps for epoch in EPOCHS for o in "<>"]
        times += [
            struct.pack(f"{o}{k}", v) for s in self.stamps for o in "<>" for k, v in (("d", s), ("q", int(s * 1000)))
        ]
        ends = [value for place in (self.latitude, self.longitude) for value in (place[0], place[-1])]
        semi = [round(value * 2**31 / 180) for value in ends]
        places = [struct.pack(f"{o}i", value) for value in semi for o in "<>"]
        places += [struct.pack(f"{o}{kind}", value) for value in ends for o in "<>" for kind in "df"]
        return {"serial": [struct.pack(f"{o}I", SERIAL) for o in "<>"], "time": times, "place": places}

    @cached_property
    def degrees(self) -> re.Pattern[bytes]:
        """Degrees of the recordings, to 100 m or finer, with a point or a comma, and in ten millionths."""
        return re.compile(b"|".join(_near(values) for values in (self.latitude, self.longitude)))

    @cached_property
    def start(self) -> re.Pattern[bytes]:
        """Degrees near the meeting point, to 100 m or finer."""
        return re.compile(b"|".join(_near(np.array([value - 0.002, value + 0.002])) for value in self.meeting))

    def found(self, data: bytes) -> set[str]:
        """Return the kinds of secrets that stand in some bytes, however they are packed there."""
        return {kind for form in _forms(data) for kind in self._in(form)}

    def _in(self, data: bytes) -> Iterator[str]:
        small = data.lower()
        texts = [small] + [small[k::2] for k in (0, 1) if b"\0" in small]  # UTF-16 of either order is every other byte
        for kind, words in self.words.items():
            if any(word in text for text in texts for word in words):
                yield kind
        for kind, words in self.numbers.items():
            if any(word in data for word in words):
                yield kind
        if any(self.degrees.search(text) for text in texts) or _pairs(data, self.latitude, self.longitude):
            yield "place"
        if any(self.start.search(text) for text in texts):
            yield "start"
        if any(TIME_OF_DAY.search(text) for text in texts):
            yield "time"


def _near(values: np.ndarray) -> bytes:
    """Return a pattern for numbers of three decimals or more within a range, and for ten millionths of a degree."""
    steps = range(int(np.floor(values.min() * 1000)), int(np.floor(values.max() * 1000)) + 1)
    texts = sorted({f"{abs(step):04d}" for step in steps} | {f"{abs(step + 1):04d}" for step in steps})
    forms = [rf"{text[:-3]}[.,]{text[-3:]}" for text in texts] + [rf"{int(text)}\d{{4}}(?!\d)" for text in texts]
    return rb"(?<![\d.])(?:" + "|".join(forms).encode() + rb")"


def _pairs(data: bytes, latitude: np.ndarray, longitude: np.ndarray) -> bool:
    """Tell whether two neighbouring numbers anywhere are a latitude and a longitude of the recordings."""
    for kind, scale in (("i4", 2**31 / 180), ("i4", 1e7), ("f4", 1), ("f8", 1)):
        lows = np.array([latitude.min(), longitude.min()]) * scale
        highs = np.array([latitude.max(), longitude.max()]) * scale
        size = int(kind[1])
        for order in "<>":
            for offset in range(min(size, len(data))):
                values = np.frombuffer(data, f"{order}{kind}", (len(data) - offset) // size, offset)
                with np.errstate(invalid="ignore"):
                    within = [(values >= low) & (values <= high) for low, high in zip(lows, highs, strict=True)]
                if any((within[a][:-1] & within[b][1:]).any() for a, b in ((0, 1), (1, 0))):
                    return True
    return False


def _forms(data: bytes) -> Iterator[bytes]:
    """Yield some bytes as they are, and what is packed in them: base64, deflate, tables of Parquet."""
    yield data
    for found in BASE64.findall(data):
        yield base64.b64decode(found[: len(found) // 4 * 4])
    for at in (found.start() for found in re.finditer(rb"\x78[\x01\x5e\x9c\xda]|\x1f\x8b\x08", data)):
        plain = _inflated(data[at:])
        if len(plain) > 100:
            yield plain
    if data[:4] == b"PAR1":
        import pyarrow.csv
        import pyarrow.parquet

        text = io.BytesIO()
        pyarrow.csv.write_csv(pyarrow.parquet.read_table(io.BytesIO(data)), text)
        yield text.getvalue()


def _inflated(data: bytes) -> bytes:
    try:
        return zlib.decompressobj(47).decompress(data, 10_000_000)
    except zlib.error:
        return b""
