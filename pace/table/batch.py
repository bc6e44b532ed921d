"""Many files of many people: read over an executor, one row an activity, each activity once."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pace.activity.grid import GRID_VERSION
from pace.errors import InputError
from pace.formats.inside import Count
from pace.given import several
from pace.person.profile import Profile
from pace.table import people, writers
from pace.table.columns import NAMES, Value
from pace.table.engine import Engine, Item
from pace.table.gathered import Counts, Gathered
from pace.table.journal import InMemory, Journal, Store
from pace.table.people import PersonFrom
from pace.table.pool import WIDE, Given, OwnProcesses, Workers
from pace.table.record import Found, Heading
from pace.table.work import Wanted, lost, work

if TYPE_CHECKING:
    from pace.formats.disk import Path as AnyPath

SCHEMA = "pace.batch/1"
VERSION = 2
"""Raised when a row changes its meaning; the journal of another version is not gone on with."""
Progress = Callable[[int, int], None]
"""Is told how many files have been read, and how many are known of so far."""


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Batch:
    """What a batch gave: counts and, unless the table went to a file, its rows and the profiles.

    Attributes
    ----------
    counts : Counts
    out : path or None
        The table's file, if it went to one.
    """

    counts: Counts
    out: Path | None
    _gathered: Gathered | None = None

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON form, `pace.batch/1`."""
        return {"schema": SCHEMA, "output": None if self.out is None else str(self.out), **self.counts.to_dict()}

    def rows(self) -> Iterator[dict[str, Value]]:
        """Yield the rows in order, as `docs/batch.md` describes them.

        Raises
        ------
        InputError
            When they went to a file.
        """
        return (dict(zip(NAMES, row, strict=True)) for row in self._kept().rows())

    def __arrow_c_stream__(self, requested_schema: Any = None) -> Any:
        """Return the rows as any data frame takes them: `polars.DataFrame(found)`, `pyarrow.table(found)`.

        Parameters
        ----------
        requested_schema : capsule, optional
            What the other side would rather have.

        Raises
        ------
        InputError
            When they went to a file, or pyarrow is missing.
        """
        return writers.arrow_stream(self._kept().rows(), requested_schema)

    def profiles(self) -> dict[str, Profile]:
        """Return the profile of each person, by label: what `pace.profile` makes of the same files.

        Raises
        ------
        InputError
            When the table went to a file: the summaries were not kept.
        """
        return self._kept().profiles()

    def _kept(self) -> Gathered:
        """Return what was kept."""
        if self._gathered is None:
            raise InputError("the rows went to a file: leave out= away to have them here", path=str(self.out))
        return self._gathered


def batch(
    paths: AnyPath | Iterable[AnyPath],
    *,
    out: str | os.PathLike[str] | None = None,
    executor: Executor | None = None,
    jobs: int | None = None,
    person_from: PersonFrom = "folder",
    labels: Sequence[str] = (),
    resume: bool = False,
    progress: Progress | None = None,
) -> Batch:
    """Read many files into one table, a row an activity, over processes or any other executor.

    The table is the same, bit for bit, whatever the executor and the number of workers, and whether the run was
    interrupted and gone on with. Only rows and summaries come back from workers: no place, no time of day.

    Parameters
    ----------
    paths : path or iterable of paths
        Files, folders, archives, exports; paths of this machine or URLs that fsspec opens.
    out : path, optional
        Write the table there, as `.parquet`, `.csv` or `.jsonl`; memory then stays flat in the number of files. A
        journal lies beside it until it is done.
    executor : concurrent.futures.Executor, optional
        Where to read; processes of this machine by default. A Dask cluster: `Client(address).get_executor()`.
    jobs : int, optional
        How many processes; one for each core by default. With an executor: how many pieces it works on at a time.
    person_from : {"folder", "column", "label"}
        Whose a recording is: by the folder (or archive) below each path; by a list (CSV with the columns `file` and
        `person`), the paths then being such lists; or by `labels`, one for each path.
    labels : sequence of str
        For `person_from="label"`; `person 1`, `person 2`, … where there are too few.
    resume : bool
        Go on with what an interrupted run left in the journal of `out`.
    progress : callable, optional
        Called as `progress(files_read, files_known)`.

    Raises
    ------
    InputError
        When what was asked for makes no sense, the output cannot be written, or a journal is in the way.
    PaceError
        When no process can be started, or the executor that was given is broken. In a script, the call must stand below
        `if __name__ == "__main__":`, as with all processes of Python.

    Examples
    --------
    >>> from concurrent.futures import ThreadPoolExecutor
    >>> with ThreadPoolExecutor(1) as threads:
    ...     found = batch("nowhere.fit", executor=threads)
    >>> found.counts.rows, [row["error"] for row in found.rows()]
    (1, ['there is no file or folder of this name: check how it is spelt'])
    """
    given = [paths] if isinstance(paths, (str, os.PathLike)) else list(several(paths, "a batch is given as paths"))
    people.check(given, person_from, labels)
    if jobs is not None and jobs < 1:
        raise InputError("jobs must be 1 or more", got=jobs)
    workers: Workers = OwnProcesses(jobs or cores()) if executor is None else Given(executor, jobs or WIDE)
    workers.check()
    run = _Run(given, person_from, tuple(labels), progress)
    if out is None:
        gathered = run.read(workers, InMemory(), Wanted(summaries=True))
        return Batch(counts=gathered.counts(), out=None, _gathered=gathered)
    return _to_file(run, workers, Path(out), resume=resume)


def _to_file(run: _Run, workers: Workers, out: Path, *, resume: bool) -> Batch:
    """Read everything, with a journal, and write the table."""
    writers.check_target(out)
    journal = Journal.begun(out, repr((VERSION, GRID_VERSION, NAMES)).encode(), resume=resume)
    finished = False
    try:
        gathered = run.read(workers, journal, Wanted())
        writers.write(out, gathered.rows())
        counts = gathered.counts()
        finished = True
    finally:
        journal.close(finished=finished)
    return Batch(counts=counts, out=out)


def cores() -> int:
    """Return how many cores this process may use."""
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:  # not on this system
        return os.cpu_count() or 1


@dataclass(slots=True)
class _Run:
    """One run over some paths: hands items to the engine and gathers what comes back."""

    paths: Sequence[AnyPath]
    person_from: PersonFrom
    labels: Sequence[str]
    progress: Progress | None
    _done: int = 0
    _known: int = 0

    def read(self, workers: Workers, store: Store, wanted: Wanted) -> Gathered:
        """Read everything."""
        gathered = Gathered(store)
        count = Count()
        if self.progress is not None:
            self._known = sum(1 for _ in people.lying(self.paths, self.person_from, self.labels, Count()))
        engine = Engine(
            workers=workers,
            task=work,
            wanted=wanted,
            known=lambda item: _before(store, item),
            take=lambda item, data, found, anew: self._take(gathered, item, data, found, anew),
            lost=lambda item, reason: Found(outcomes=(lost(item.place.file, reason),)),
        )
        engine.run(self._items(gathered, count))
        gathered.passed_over += count.passed_over
        gathered.say_what_is_empty(list(people.n_given(self.paths, self.person_from)))
        return gathered

    def _items(self, gathered: Gathered, count: Count) -> Iterator[Item]:
        """Yield everything that is to be read, in order."""
        for number, one in enumerate(people.lying(self.paths, self.person_from, self.labels, count)):
            yield Item(place=one.place, key=(number,), person=gathered.number_of(one.person), given=one.given)

    def _take(self, gathered: Gathered, item: Item, data: bytes, found: Heading, anew: bool) -> None:
        """Keep what an item gave and tell how far it is."""
        name = name_of(item)
        at = gathered.store.append(name, data) if anew else gathered.store.known(name)
        gathered.take(item, found, -1 if at is None else at)
        self._done += max(found.n_outcomes, not found.parts)
        self._known += sum(1 if part is None else part[1] - part[0] for _, part, _ in found.parts)
        self._known += max(found.n_outcomes - _size(item), 0) - bool(found.parts)
        if self.progress is not None:
            self.progress(self._done, max(self._known, self._done))


def _size(item: Item) -> int:
    """Return how many files an item was taken for."""
    first, stop = item.place.part or (0, 1)
    return stop - first


def name_of(item: Item) -> bytes:
    """Return what an item is known by in the journal: path, state and part."""
    place = item.place
    origin = (place.origin.path, place.origin.stamp) if place.origin else None
    told = repr((place.path, place.file, place.stamp, place.inside, place.part, origin, str(place.error)))
    return hashlib.blake2b(told.encode("utf-8", "surrogatepass"), digest_size=16).digest()


def _before(store: Store, item: Item) -> bytes | None:
    """Return what an earlier run found of an item, None if it did not get there."""
    at = store.known(name_of(item))
    return None if at is None else store.payload(at)
