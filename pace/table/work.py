"""What a worker does: read a place, sum up every recording in it, and send back bytes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pace.activity.foot import known_sport, why_not_on_foot
from pace.activity.kept import packed
from pace.activity.summary import Summary, digest
from pace.activity.track import Track
from pace.errors import PaceError
from pace.formats.inside import Count
from pace.formats.places import Place, leaves_of, parts
from pace.formats.source import Recording, recording
from pace.person.profile import telling
from pace.table.columns import WORKED_OUT, Value, worked_out
from pace.table.record import Found, Outcome, encoded

MOST_AT_ONCE = 32
"""Members of an archive that are read as one piece of work."""
NOTHING = (None,) * len(WORKED_OUT)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What is to come back beside the rows: whole summaries, to make profiles of them."""

    summaries: bool = False


def work(places: Sequence[Place], wanted: Wanted) -> list[bytes]:
    """Return what each place gave; whatever happens in one costs the others nothing."""
    return [encoded(read_place(place, wanted)) for place in places]


def read_place(place: Place, wanted: Wanted) -> Found:
    """Read one place; an archive with much in it gives its parts instead."""
    count = Count()
    try:
        cut = parts(place, most=MOST_AT_ONCE, count=count)
        if cut:
            return Found(parts=tuple((one.inside, one.part, one.allowed) for one in cut), passed_over=count.passed_over)
        outcomes = tuple(
            outcome
            for leaf in leaves_of(place, count)
            for outcome in _outcomes(recording(leaf, strict=False, checksum="warn"), wanted)
        )
    except Exception as error:
        return Found(outcomes=(lost(place.file, fault(error)),), passed_over=count.passed_over)
    return Found(outcomes=outcomes, passed_over=count.passed_over)


def fault(error: Exception) -> str:
    """Return what to say of an error that nobody foresaw; its own words might tell a place."""
    if isinstance(error, MemoryError):
        return "there was not enough memory to read it"
    return f"a fault of pace itself ({type(error).__name__}): please report it"


def lost(file: str, reason: str, *, format: str | None = None, number: int = 1) -> Outcome:  # noqa: A002
    """Return the row of a file that could not be read."""
    return Outcome(values=(file, number, format, None, None, None, reason, *NOTHING))


def _outcomes(found: Recording, wanted: Wanted) -> Iterator[Outcome]:
    """Yield what each recording of a file gave."""
    if found.error is not None:
        yield lost(found.file, found.error.message)
    for number, track in enumerate(found.tracks, start=1):
        try:
            yield _summed_up(found.file, number, track, wanted)
        except PaceError as error:
            yield _left_out(found.file, number, track, error.message)
        except Exception as error:
            yield lost(found.file, fault(error), format=track.format, number=number)


def _summed_up(file: str, number: int, track: Track, wanted: Wanted) -> Outcome:
    """Return the row of a recording."""
    if reason := why_not_on_foot(track):
        return _left_out(file, number, track, reason)
    one = Summary.from_track(track)
    filed: tuple[Value, ...] = (file, number, track.format, one.digest, one.sport, None, None)
    return Outcome(
        values=(*filed, *worked_out(one)),
        telling=telling(one),
        sketch=one.sketch,
        summary=packed(one) if wanted.summaries else b"",
    )


def _left_out(file: str, number: int, track: Track, reason: str) -> Outcome:
    """Return the row of a recording that tells nothing of walking and running."""
    filed = (file, number, track.format, digest(track), known_sport(track.sport), reason, None)
    return Outcome(values=(*filed, *NOTHING))
