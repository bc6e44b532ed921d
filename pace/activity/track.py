"""What one recording holds, sample by sample, whatever the file it came from: the only value with places and dates."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from pace import frames
from pace.arrays import Array, column, frozen, numbers, unknown
from pace.errors import InputError

ON_FOOT = frozenset({"running", "walking", "hiking"})
"""Sports that tell something about a person's walk and run."""
COLUMNS = (
    "latitude",
    "longitude",
    "elevation",
    "distance",
    "speed",
    "heart_rate",
    "cadence",
    "temperature",
    "power",
    "respiration_rate",
)
"""The sample columns beside `time`, in the order in which they are shown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """One thing that was odd in a file and what was done about it; never a place, a name or a date.

    Attributes
    ----------
    kind : str
        One word for the machine: `truncated`, `damaged`, `checksum`, `out-of-range`, `time-backwards`,
        `time-impossible`, `no-time`, `no-position`, …
    message : str
        One sentence for a person.
    offset : int or None
        Byte offset in the file.
    count : int or None
        Number of samples (or values) concerned.
    """

    kind: str
    message: str
    offset: int | None = None
    count: int | None = None

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON form."""
        return {"kind": self.kind, "message": self.message, "offset": self.offset, "count": self.count}


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Spans:
    """Stretches of time, one row each.

    Attributes
    ----------
    start, end : (k,) float64, s since 1970-01-01 UTC
    kind : (k,) str
    """

    start: Array
    end: Array
    kind: NDArray[np.str_]

    @classmethod
    def build(cls, start: Any = (), end: Any = (), kind: Any = ()) -> Self:
        """Check that the three columns are of one length and freeze them.

        Parameters
        ----------
        start, end : (k,) array_like, s since 1970-01-01 UTC
        kind : (k,) array_like of str
        """
        kinds = np.asarray(kind, dtype=np.str_)
        n = len(kinds)
        return cls(start=column(start, n, "start"), end=column(end, n, "end"), kind=frozen(kinds))

    def __len__(self) -> int:
        """Return the number of stretches."""
        return len(self.kind)

    def __repr__(self) -> str:
        """Return how many there are, and no time of day and no word of a file's own."""
        return f"<Spans: {len(self)}>"


NO_SPANS = Spans.build()
ONE_SEGMENT = frozen(np.zeros(1, np.int64))
"""The starts of the only segment."""


def _stamps(time: Any) -> Array:
    """Return Unix seconds of numbers or of datetime64 of whatever unit, NaN where one is missing."""
    given = np.asarray(time)
    if given.dtype.kind != "M":
        return numbers(given, "time")
    seconds: Array = (given - np.datetime64(0, "s")) / np.timedelta64(1, "s")
    return seconds


def _segments(starts: Any, n: int) -> NDArray[np.int64]:
    """Check that segments start at 0 and in order within n samples; none where there is no sample."""
    if n and len(starts) == 1 and starts[0] == 0:
        return ONE_SEGMENT
    starts = np.asarray(starts, dtype=np.int64)[: None if n else 0]
    if n and (starts.size == 0 or starts[0] != 0 or starts[-1] >= n or (np.diff(starts) <= 0).any()):
        raise InputError("segments must start at 0 and in order within the track", got=starts.tolist()[:8])
    return frozen(starts)


MOST = 1e12
"""No device measures more, in whatever unit: as a time 30,000 years. Sums and squares of what is left are finite."""


def _beyond(columns: dict[str, Array], missing: Array) -> Note | None:
    """Take what cannot have been measured for missing, in place; return the note of it."""
    count = 0
    for name, values in columns.items():
        if values is not missing and (far := np.abs(values) > MOST).any():
            count += int(far.sum())
            columns[name] = frozen(np.where(far, np.nan, values))
    return Note(kind="out-of-range", message="values that no device measures", count=count) if count else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Wearer:
    """What a file says of the body that wore the device; NaN where it says nothing. No name, no date of birth.

    Attributes
    ----------
    height_m, weight_kg, age_years : float
    resting_heart_rate, max_heart_rate : float, beats/min
    """

    height_m: float = np.nan
    weight_kg: float = np.nan
    age_years: float = np.nan
    resting_heart_rate: float = np.nan
    max_heart_rate: float = np.nan


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Track:
    """One recording as arrays of one length n; SI; NaN where missing. Build it with `Track.build`.

    Attributes
    ----------
    time : (n,) float64, s since 1970-01-01 UTC
    latitude, longitude : (n,) float64, degrees (WGS 84)
    elevation, distance : (n,) float64, m; distance is the device's own running total
    speed : (n,) float64, m/s, the device's own
    heart_rate : (n,) float64, beats/min
    cadence : (n,) float64, steps/min with both feet (on foot), rev/min otherwise
    temperature : (n,) float64, °C
    power : (n,) float64, W
    respiration_rate : (n,) float64, breaths/min
    segment_start : (s,) int64, index of the first sample of each segment; the first is 0
    pauses, laps, splits : Spans
        Timer stopped; laps; the device's own run/walk/stand splits (`kind` is `run`, `walk` or `stand`).
    rr, rr_time : (m,) float64, s
        Beat-to-beat intervals in the order recorded, and the Unix time at which each was reported.
    sport : str
        `running`, `walking`, `hiking`, `cycling`, `swimming`, another sport's word, or `unknown`.
    format : str
        `fit`, `gpx` or `tcx`.
    device : str or None
        Maker and product; never a serial number.
    wearer : Wearer
    notes : tuple of Note
        What was odd and what was done about it.
    """

    time: Array
    latitude: Array
    longitude: Array
    elevation: Array
    distance: Array
    speed: Array
    heart_rate: Array
    cadence: Array
    temperature: Array
    power: Array
    respiration_rate: Array
    segment_start: NDArray[np.int64]
    pauses: Spans = NO_SPANS
    laps: Spans = NO_SPANS
    splits: Spans = NO_SPANS
    rr: Array
    rr_time: Array
    sport: str = "unknown"
    format: str = ""
    device: str | None = None
    wearer: Wearer = Wearer()
    notes: tuple[Note, ...] = ()

    @classmethod
    def build(cls, *, time: Any, segment_start: Any = (0,), rr: Any = (), rr_time: Any = (), **rest: Any) -> Self:
        """Check lengths, fill missing columns with NaN and freeze; any column may be left out or None.

        A value that no device measures, infinity among them, counts as missing and is noted.

        Parameters
        ----------
        time : (n,) array_like, s since 1970-01-01 UTC
            Or datetime64, as a data frame has it: UTC.
        segment_start : (s,) array_like of int
            Index of the first sample of each segment.
        rr, rr_time : (m,) array_like, s
            Beat-to-beat intervals, and the Unix time at which each was reported.
        **rest : array_like or value
            The other attributes of the class by name.

        Raises
        ------
        InputError
            When a column's length differs from that of `time` or it holds no numbers, or segments do not start in
            order within it.

        Examples
        --------
        >>> len(Track.build(time=np.array(["2001-01-01T10:00:00", "2001-01-01T10:00:01"], dtype="datetime64[ns]")))
        2
        """
        stamps = _stamps(time)
        n = stamps.size
        missing = unknown(n)  # one for all: nobody can write to it
        columns: dict[str, Any] = dict.fromkeys(COLUMNS, missing)
        for name in rest.keys() & columns.keys():
            if (values := rest.pop(name)) is not None:
                columns[name] = column(values, n, name)
        beats = numbers(rr, "rr")
        columns |= {"time": column(stamps, n, "time"), "rr": frozen(beats)}
        columns["rr_time"] = column(rr_time if beats.size else (), beats.size, "rr_time")
        if odd := _beyond(columns, missing):
            rest["notes"] = (*rest.get("notes", ()), odd)
        return cls(segment_start=_segments(segment_start, n), **columns, **rest)

    @classmethod
    def from_frame(cls, frame: Any, **rest: Any) -> Self:
        """Return the samples of a data frame: of pandas, polars, pyarrow, or anything that speaks Arrow's C stream.

        Parameters
        ----------
        frame : data frame
            With a column `time` (UTC timestamps, or s since 1970-01-01 UTC) and any of the sample columns of this
            class, by their names and in their units. Missing values are null or NaN.
        **rest : array_like or value
            What is not in the frame, as in `build`: its sport, segments, beats.

        Raises
        ------
        InputError
            When there is no `time`, a column is none of a track, or one holds no numbers; when pyarrow is missing.
        """
        given = frames.columns(frame)
        odd = [name for name in given if name not in ("time", *COLUMNS)]
        if odd or "time" not in given:
            known = ", ".join(COLUMNS)
            found = f"there is no column {', '.join(map(repr, odd))} in a track" if odd else "got no column 'time'"
            raise InputError(f"samples have a time and any of {known}; {found}: rename or drop it", got=list(given))
        return cls.build(**given, **rest)

    def __arrow_c_stream__(self, requested_schema: Any = None) -> Any:
        """Return the samples as any data frame takes them: `polars.DataFrame(track)`, `pyarrow.table(track)`.

        Parameters
        ----------
        requested_schema : capsule, optional
            What the other side would rather have.

        Raises
        ------
        InputError
            When pyarrow is missing.
        """
        return frames.stream(self.time, {name: getattr(self, name) for name in COLUMNS}, requested_schema)

    def __len__(self) -> int:
        """Return the number of samples."""
        return self.time.size

    def __repr__(self) -> str:
        """Return what it holds, and nothing of where, when or whose, no word of a file's own: it may end in a log."""
        there = [name for name in COLUMNS if np.isfinite(getattr(self, name)).any()]
        return f"<Track: {len(self)} samples of {', '.join(there) or 'nothing but time'}>"
