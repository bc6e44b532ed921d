"""Small files that want much time or memory, and what reading each costs; run with `--size MB`, `--only NAME`."""

from __future__ import annotations

import argparse
import json
import resource
import struct
import sys
import time
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

MEMORY = 150 * 2**20
PER_BYTE = 40
"""Bytes that reading may need beyond what the process had, and for each byte of the file."""
SECONDS = 5.0


def fit(body: bytes, *, claimed: int | None = None) -> bytes:
    """Put a FIT header and a checksum that is not checked (0) round messages."""
    size = len(body) if claimed is None else claimed
    return struct.pack("<BBHL4sH", 14, 0x20, 2100, size, b".FIT", 0) + body + b"\0\0"


def definition(number: int, *fields: tuple[int, int, int], local: int = 0, developer: int = 0) -> bytes:
    """Return a definition message; with `developer`, so many developer fields of one byte."""
    head = struct.pack("<BBBHB", 0x40 | local | (0x20 if developer else 0), 0, 0, number, len(fields))
    more = bytes([developer]) + bytes([0, 1, 0]) * developer if developer else b""
    return head + b"".join(map(bytes, fields)) + more


FILE_ID = definition(0, (0, 1, 0)) + b"\0\4"


def fit_bombs(n: int) -> Iterator[tuple[str, bytes]]:
    """Yield FIT files of about `n` bytes."""
    record = definition(20, (253, 4, 0x86), (3, 1, 2))
    stamped = b"".join(struct.pack("<BLB", 0, 900_000_000 + i, 99) for i in range(n // 6))
    yield "two-byte-records.fit", fit(FILE_ID + definition(20, (3, 1, 2)) + b"\0\x63" * (n // 2))
    yield "empty-messages.fit", fit(FILE_ID + definition(20) + b"\0" * n)
    yield "empty-unknown-messages.fit", fit(FILE_ID + definition(60_000) + b"\0" * n)
    yield "definitions-only.fit", fit(FILE_ID + definition(20, (253, 4, 0x86)) * (n // 9))
    yield "definition-for-each.fit", fit(FILE_ID + (record + struct.pack("<BLB", 0, 900_000_000, 99)) * (n // 18))
    yield (
        "two-layouts-in-turn.fit",
        fit(
            FILE_ID
            + definition(20, (3, 1, 2))
            + definition(21, (0, 1, 0), local=1)
            + b"\0\x63\1\1\0\x63\0\x63\1\1" * (n // 10)
        ),
    )
    wide = definition(20, *[(i, 255, 13) for i in range(250)])
    yield "widest-messages.fit", fit(FILE_ID + wide + bytes(1 + 255 * 250) * (n // 63_751))
    yield "developer-fields.fit", fit(FILE_ID + definition(20, (3, 1, 2), developer=255) + bytes(257) * (n // 257))
    yield "claims-4GB.fit", fit(FILE_ID + record + stamped, claimed=0xFFFFFFFF)
    yield "claims-nothing.fit", fit(FILE_ID + record + stamped, claimed=0)
    yield "chain-of-thousands.fit", fit(FILE_ID + record + stamped[:60]) * (n // 105)
    yield "chain-of-empty.fit", fit(b"") * (n // 16)
    yield "noise-behind-a-header.fit", fit(bytes((i * i * 31 + i // 7) & 255 for i in range(n)))
    yield "ones.fit", fit(b"\xff" * n)
    yield (
        "compressed-stamps.fit",
        fit(FILE_ID + record + stamped[:6] + definition(20, (3, 1, 2)) + b"\x9f\x63" * (n // 2)),
    )
    yield "headers-in-headers.fit", (struct.pack("<BBHL4sH", 14, 32, 0, 16, b".FIT", 0)) * (n // 14)
    yield "one-array-field.fit", fit(FILE_ID + definition(78, (0, 254, 0x84)) + (b"\0" + b"\1\2" * 127) * (n // 255))
    yield (
        "sessions.fit",
        fit(FILE_ID + record + stamped[:600] + definition(18, (253, 4, 0x86)) + (b"\0" * 5) * (n // 5)),
    )


HEAD = '<?xml version="1.0"?><gpx version="1.1" xmlns="http://www.topografix.com/GPX/1/1">'
TAIL = "</gpx>"
POINT = '<trkpt lat="1" lon="2"><ele>3</ele><time>2020-01-01T00:00:00Z</time></trkpt>'


def gpx(body: str) -> bytes:
    """Put a GPX document round a body."""
    return (HEAD + body + TAIL).encode()


def track(body: str) -> bytes:
    """Put a GPX document with a track round points."""
    return gpx(f"<trk><trkseg>{body}</trkseg></trk>")


def xml_bombs(n: int) -> Iterator[tuple[str, bytes]]:
    """Yield GPX and TCX files of about `n` bytes."""
    yield from _entities(n)
    yield from _markup(n)
    yield from _values(n)
    yield "tcx-deep.tcx", b"<TrainingCenterDatabase>" + b"<Activities>" * (n // 12)
    points = "<Trackpoint><Time>2020-01-01T00:00:00Z</Time></Trackpoint>"
    head = '<TrainingCenterDatabase><Activities><Activity Sport="Running"><Lap><Track>'
    yield "tcx-unclosed.tcx", (head + points[:-13] * (n // 45)).encode()
    yield "tcx-laps.tcx", (head[:-12] + f"<Lap><Track>{points}</Track></Lap>" * (n // 90)).encode()
    yield "tcx-open-only.tcx", b"<TrainingCenterDatabase>" + b"<Trackpoint>" * (n // 12)


def _entities(n: int) -> Iterator[tuple[str, bytes]]:
    """Yield entities that grow, that reach out, that repeat."""
    laughs = "".join(f'<!ENTITY l{i} "{f"&l{i - 1};" * 10}">' for i in range(1, 10))
    yield "laughs.gpx", f'<!DOCTYPE gpx [<!ENTITY l0 "ha">{laughs}]><gpx><name>&l9;</name>{POINT}</gpx>'.encode()
    yield "quadratic.gpx", f'<!DOCTYPE gpx [<!ENTITY a "{"a" * (n // 2)}">]><gpx>{"&a;" * (n // 6)}</gpx>'.encode()
    yield "outside.gpx", b'<!DOCTYPE gpx [<!ENTITY x SYSTEM "file:///etc/passwd">]><gpx><name>&x;</name></gpx>'
    yield "outside-dtd.gpx", b'<!DOCTYPE gpx SYSTEM "http://127.0.0.1:9/x.dtd"><gpx></gpx>'
    yield "long-doctype.gpx", b"<!DOCTYPE gpx [" + b"<!ELEMENT a ANY>" * (n // 16) + b"]><gpx/>"
    yield "character-references.gpx", track(f'<trkpt lat="{"&#49;" * (n // 5)}" lon="1"/>')


def _markup(n: int) -> Iterator[tuple[str, bytes]]:
    """Yield markup that is deep, wide, long or never ends."""
    yield "deep.gpx", gpx("<a>" * (n // 7) + "</a>" * (n // 7))
    yield "deep-unclosed.gpx", gpx("<extensions>" * (n // 12))
    yield "deep-in-a-point.gpx", track(POINT[:-8] + "<extensions>" * (n // 12))
    yield "long-attribute.gpx", gpx(f'<trk name="{"a" * n}"/>')
    yield "long-latitude.gpx", track(f'<trkpt lat="{"1" * n}" lon="2"/>')
    yield "many-attributes.gpx", gpx("<trk " + " ".join(f'a{i}="1"' for i in range(n // 10)) + "/>")
    yield "many-prefixes.gpx", ("<gpx " + " ".join(f'xmlns:a{i}="u"' for i in range(n // 15)) + "></gpx>").encode()
    yield "unclosed-prefixes.gpx", ("<gpx " + "xmlns:a=" * (n // 8)).encode()
    yield "long-comment.gpx", gpx("<!--" + "a" * n + "-->" + POINT)
    yield "unclosed-comments.gpx", gpx("<!-- " * (n // 5))
    yield "comments-before.gpx", ("<!-- -->" * (n // 8)).encode() + gpx("")
    yield "instructions-before.gpx", ("<?a?>" * (n // 5)).encode() + gpx("")
    yield "unclosed-cdata.gpx", gpx("<![CDATA[" * (n // 9))
    yield "long-cdata.gpx", gpx("<name><![CDATA[" + "]" * n + "]]></name>")
    yield "brackets.gpx", gpx("<" * n)
    yield "closing-brackets.gpx", gpx(">" * n)
    yield "open-points.gpx", track("<trkpt " * (n // 7))
    yield "unclosed-points.gpx", track('<trkpt lat="1" lon="2">' * (n // 23))
    yield "closing-points.gpx", track("</trkpt>" * (n // 8))
    yield "blanks.gpx", b" " * n + gpx("")
    yield "blanks-in-a-tag.gpx", track("<trkpt" + " " * n + 'lat="1" lon="2"/>')
    yield "zeros.gpx", gpx("\0" * n)
    yield "long-name.gpx", gpx("<" + "a" * n + "/>")
    yield "unending-name.gpx", gpx("<a:" * (n // 3))
    yield "ampersands.gpx", gpx("<name>" + "&" * n + "</name>")
    yield "quotes.gpx", track('<trkpt lat="' * (n // 12))


def _values(n: int) -> Iterator[tuple[str, bytes]]:
    """Yield values that are long and elements that are many."""
    yield "tracks.gpx", gpx("<trk/>" * (n // 6))
    yield "segments.gpx", gpx("<trk>" + "<trkseg/>" * (n // 9) + "</trk>")
    yield "segments-of-one.gpx", gpx("<trk>" + f"<trkseg>{POINT}</trkseg>" * (n // 96) + "</trk>")
    yield "tracks-of-one.gpx", gpx(f"<trk><trkseg>{POINT}</trkseg></trk>" * (n // 107))
    yield "empty-points.gpx", track("<trkpt/>" * (n // 8))
    yield "waypoints.gpx", gpx('<wpt lat="1" lon="2"/>' * (n // 22))
    yield "routes.gpx", gpx('<rte><rtept lat="1" lon="2"/></rte>' * (n // 35))
    yield "long-number.gpx", track(POINT.replace("3", "3." + "0" * n))
    yield "long-exponent.gpx", track(POINT.replace("3", "3e" + "9" * n))
    yield "long-time.gpx", track(POINT.replace("Z", "." + "0" * n + "Z"))
    yield "many-numbers.gpx", track(POINT.replace("</ele>", "</ele>" + "<ele>3</ele>" * (n // 12)))
    yield "same-second.gpx", track(POINT * (n // 78))
    yield "utf16.gpx", track(POINT * (n // 156)).decode().encode("utf-16")


def cost(data: bytes) -> dict[str, object]:
    """Read bytes and return what it took: seconds of CPU, growth of memory, how it ended."""
    import pace

    before = _reset_peak()
    start = time.process_time()
    try:
        outcome = f"{len(pace.read(data))} tracks"
    except pace.PaceError as error:
        outcome = f"{type(error).__name__}: {error.message}"
    except Exception as error:  # the very thing that is looked for
        outcome = f"UNDOCUMENTED {type(error).__name__}: {error}"
    seconds = time.process_time() - start
    return {"bytes": len(data), "seconds": round(seconds, 3), "peak": _peak() - before, "outcome": outcome[:200]}


def _reset_peak() -> int:
    """Set the peak of memory back to what is in use, where the system can, and return it."""
    try:
        Path("/proc/self/clear_refs").write_text("5")
    except OSError:
        return 0
    return _peak()


def _peak() -> int:
    """Return the peak of memory in bytes."""
    try:
        status = Path("/proc/self/status").read_text()
        return 1024 * int(status.partition("VmHWM:")[2].split()[0])
    except (OSError, IndexError):
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def breaches(report: dict[str, object]) -> list[str]:
    """Say which limits reading a file broke."""
    size, seconds, peak = (float(str(report[name])) for name in ("bytes", "seconds", "peak"))
    checks = {
        f"{seconds} s": seconds > SECONDS,
        f"{peak / 2**20:.0f} MB": peak > MEMORY + PER_BYTE * size,
        str(report["outcome"]): str(report["outcome"]).startswith("UNDOCUMENTED"),
    }
    return [what for what, broken in checks.items() if broken]


def main() -> int:
    """Read every bomb; print a line of JSON for each and exit 1 where a limit was broken."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", type=float, default=1.0, help="megabytes of each bomb")
    parser.add_argument("--only", default="", help="bombs whose name contains this")
    options = parser.parse_args()
    n = int(options.size * 2**20)
    broken = 0
    for source in (fit_bombs(n), xml_bombs(n)):
        for name, data in source:
            if options.only in name:
                report = {"name": name, **cost(data)}
                report["breaches"] = breaches(report)
                broken += len(report["breaches"]) > 0
                print(json.dumps(report), flush=True)  # noqa: T201
    return int(broken > 0)


if __name__ == "__main__":
    sys.exit(main())
