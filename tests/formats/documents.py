"""Invented GPX and TCX documents, from plain to perverse, all well-formed: what both ways of reading must agree on."""

from __future__ import annotations

from dataclasses import dataclass

from hypothesis import strategies as st

NUMBERS = st.one_of(
    st.integers(-200, 300).map(str),
    st.floats(-200, 200).map(lambda v: f"{v:.7f}"),
    st.floats(-200, 200).map(repr),
    st.floats(-1, 1).map(lambda v: f"{v:.28f}"),
    st.floats(0, 1e5).map(lambda v: f"{v:e}"),
    st.sampled_from(["", "0", "-0.0", "+7", ".5", "5.", ".", "-", "1_0", "١٢", "nan", "inf", "1e999", "1.2.3", "0x1",
                     " 4 ",
                     "\n4\n", "00000000000012.5", "9007199254740993", "12345678901234567890.5", "1,5", "180.0000001"]),
)  # fmt: skip
TIMES = st.one_of(
    st.integers(0, 86399).map(lambda s: f"2021-03-14T{s // 3600:02d}:{s // 60 % 60:02d}:{s % 60:02d}Z"),
    st.integers(0, 59).map(lambda s: f"2021-03-14T10:00:{s:02d}.123Z"),
    st.sampled_from([
        "", "2016-12-31T23:59:60Z", "2021-03-14T24:00:00Z", "2021-03-14T10:00Z", "20210314T100000Z",
        "2021-03-14T10:00:00,5Z", "2021-03-14T10:00:00+01:00", "2021-03-14T10:00:00.25-03:30",
        "2021-03-14T10:00:00+0100",
        "2021-03-14T10:00:00", "2021-03-14T10:00:00.5", "2021-03-14 10:00:00", "2021-03-14T10:00:00z",
        "2021-02-30T10:00:00Z",
        "7518-01-01T00:00:00Z", "1901-01-01T00:00:00Z", "0000-01-01T00:00:00Z", "2021-03-14", "yesterday",
        "2021-03-14T10:00:00.1234567890123456789Z",
        "2021-03-14T25:00:00Z", "2021-03-14T10:61:00Z", " 2021-03-14T10:00:00Z ", "2021-03-14T10:00:00+99:00",
        "1615716000",
    ]),
)  # fmt: skip
WORDS = st.sampled_from(["Run", "Walk", "9", "cycling", "", "ä ö", "a&amp;b", "<![CDATA[run]]>", "&#82;un", "x" * 40])


@dataclass(frozen=True)
class Style:
    """How a document is written."""

    prefix: str
    extension: str
    quote: str
    swapped: bool
    indent: str
    odd: str
    encoding: str
    bom: bool


STYLES = st.builds(
    Style,
    prefix=st.sampled_from(["", "", "", "g:", "topografix.v1:"]),
    extension=st.sampled_from(["ns3:", "gpxtpx:", "gpxdata:", ""]),
    quote=st.sampled_from(['"', '"', "'"]),
    swapped=st.booleans(),
    indent=st.sampled_from(["", "\n", "\n  ", "\r\n\t", " "]),
    odd=st.sampled_from(["", "", "", "", "comment", "cdata", "entity", "self-closing", "attribute", "twice", "pi"]),
    encoding=st.sampled_from(["", "UTF-8", "UTF-8", "iso-8859-1", "windows-1252", "utf-16", "ascii"]),
    bom=st.booleans(),
)


def _leaf(name: str, text: str | None, style: Style, draw: st.DrawFn) -> str:
    """Return an element, now and then written in an odd way."""
    if text is None:
        return ""
    odd = style.odd if draw(st.integers(0, 5)) == 0 else ""
    if odd == "comment":
        text = f"<!-- <trkpt> -->{text}"
    elif odd == "cdata" and "]" not in text:
        text = f"<![CDATA[{text}]]>"
    elif odd == "entity" and text:
        text = f"&#{ord(text[0])};{text[1:]}"
    elif odd == "pi":
        text = f"{text}<?odd <trkpt/> ?>"
    elif odd == "self-closing":
        return f"<{name}/>"
    elif odd == "attribute":
        return f"<{name} a='1>0'>{text}</{name}>"
    elif odd == "twice":
        return f"<{name}>{text}</{name}><{name}>1</{name}>"
    return f"<{name}>{text}</{name}>"


def _encoded(text: str, style: Style) -> bytes:
    """Return the bytes of a document."""
    encoding = style.encoding or "utf-8"
    declaration = f'<?xml version="1.0" encoding="{style.encoding}"?>' if style.encoding else ""
    data = (declaration + text).encode(encoding, "xmlcharrefreplace")
    return b"\xef\xbb\xbf" + data if style.bom and encoding.lower() == "utf-8" else data


@st.composite
def gpx_documents(draw: st.DrawFn) -> bytes:
    """Return a GPX document of some tracks, segments and points."""
    style = draw(STYLES)
    p, x, gap = style.prefix, style.extension, style.indent
    declared = "".join(f' xmlns:{name[:-1]}="urn:{name[:-1]}"' for name in {p, x} if name)
    shape = draw(st.lists(st.lists(st.integers(0, 9), max_size=3), max_size=3))
    parts = []
    for segments in shape:
        body = "".join(
            f"{gap}<{p}trkseg>" + "".join(gap + _gpx_point(draw, style) for _ in range(n)) + f"{gap}</{p}trkseg>"
            for n in segments
        )
        sport = _leaf(f"{p}type", draw(st.none() | WORDS), style, draw)
        parts.append(f"{gap}<{p}trk>{gap}{sport}{body}</{p}trk>")
    if draw(st.integers(0, 6)) == 0:
        parts.append(f'{gap}<{p}rte><{p}rtept lat="1" lon="2"/></{p}rte>')
    return _encoded(f"<{p}gpx{declared}>{''.join(parts)}{gap}</{p}gpx>", style)


def _gpx_point(draw: st.DrawFn, style: Style) -> str:
    """Return one point."""
    p, x, q, gap = style.prefix, style.extension, style.quote, style.indent
    names = ("lon", "lat") if style.swapped else ("lat", "lon")
    own = " ".join(f"{name}={q}{draw(NUMBERS)}{q}" for name in names)
    if style.odd == "self-closing" and draw(st.booleans()):
        return f"<{p}trkpt {own}/>"
    children = [
        _leaf(f"{p}ele", draw(st.none() | NUMBERS), style, draw),
        _leaf(f"{p}time", draw(TIMES), style, draw),
    ]
    if draw(st.integers(0, 3)):
        inner = "".join(
            gap + _leaf(x + name, draw(NUMBERS), style, draw)
            for name in draw(st.lists(st.sampled_from(["hr", "cad", "atemp", "speed", "power", "other"]), max_size=3))
        )
        children.append(f"<{p}extensions><{x}TrackPointExtension>{inner}</{x}TrackPointExtension></{p}extensions>")
    return f"<{p}trkpt {own}>" + gap + gap.join(children) + f"{gap}</{p}trkpt>"


@st.composite
def tcx_documents(draw: st.DrawFn) -> bytes:
    """Return a TCX document of some activities, laps, tracks and points."""
    style = draw(STYLES)
    gap, x = style.indent, style.extension
    declared = f' xmlns:{x[:-1]}="urn:x" xmlns:xsi="urn:xsi"' if x else ' xmlns:xsi="urn:xsi"'
    parts = []
    for laps in draw(st.lists(st.lists(st.integers(0, 9), max_size=3), max_size=2)):
        body = "".join(
            f'{gap}<Lap StartTime="{draw(TIMES)}">{_leaf("TotalTimeSeconds", draw(NUMBERS), style, draw)}<Track>'
            + "".join(gap + _tcx_point(draw, style) for _ in range(n))
            + f"</Track>{gap}</Lap>"
            for n in laps
        )
        sport = draw(st.sampled_from(["Running", "Biking", "Other", "Walking"]))
        parts.append(f'<Activity Sport="{sport}">{body}<Creator><Name>Watch</Name></Creator></Activity>')
    return _encoded(f"<TrainingCenterDatabase{declared}>{''.join(parts)}{gap}</TrainingCenterDatabase>", style)


def _tcx_point(draw: st.DrawFn, style: Style) -> str:
    """Return one point."""
    gap, x = style.indent, style.extension
    leaves = [_leaf("Time", draw(TIMES), style, draw)]
    if draw(st.booleans()):
        latitude = _leaf("LatitudeDegrees", draw(NUMBERS), style, draw)
        leaves.append(f"<Position>{gap}{latitude}<LongitudeDegrees>{draw(NUMBERS)}</LongitudeDegrees></Position>")
    leaves += [
        _leaf(name, draw(st.none() | NUMBERS), style, draw) for name in ("AltitudeMeters", "DistanceMeters", "Cadence")
    ]
    if draw(st.booleans()):
        kind = draw(st.sampled_from(["", ' xsi:type="HeartRateInBeatsPerMinute_t"']))
        leaves.append(f"<HeartRateBpm{kind}>{_leaf('Value', draw(NUMBERS), style, draw)}</HeartRateBpm>")
    if draw(st.booleans()):
        inner = _leaf(x + "Speed", draw(NUMBERS), style, draw) + _leaf(x + "Watts", draw(NUMBERS), style, draw)
        leaves.append(f"<Extensions><{x}TPX>{gap}{inner}</{x}TPX></Extensions>")
    return "<Trackpoint>" + gap.join(leaves) + "</Trackpoint>"
