"""How work is handed out and taken back: some pieces under way at a time, parts of archives next, lost ones alone."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, wait
from dataclasses import dataclass, field, replace
from typing import Any

from pace.errors import PaceError
from pace.formats.places import Place
from pace.table.pool import Task, Workers
from pace.table.record import Found, Heading, encoded, heading

MOST_PLACES, MOST_BYTES = 8, 2**20
"""Files, and bytes of them, that are read as one piece of work."""
GONE = "the process that read this file came to an end, twice: it may need too much memory"

Key = tuple[int, ...]
"""Where a place stands in the order: its number, and inside an archive the number there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """A place to read, where it stands in the order, and whose it is."""

    place: Place
    key: Key
    person: int = 0
    given: int = 0


@dataclass(slots=True)
class Engine:
    """Reads items over some workers.

    Attributes
    ----------
    task, wanted
        What workers do: called with places and `wanted`, it returns the bytes of a record for each.
    known : callable
        Returns the bytes of a record that an earlier run left of an item, or None.
    take : callable
        Is given each item with its record, the heading of that, and whether it is new; in any order.
    lost : callable
        Returns what stands for an item over which workers die, given the reason.
    """

    workers: Workers
    task: Task
    wanted: Any
    known: Callable[[Item], bytes | None]
    take: Callable[[Item, bytes, Heading, bool], None]
    lost: Callable[[Item, str], Found]
    _parts: deque[Item] = field(default_factory=deque)
    _under_way: dict[Future[list[bytes]], tuple[Item, ...]] = field(default_factory=dict)
    _suspects: deque[Item] = field(default_factory=deque)

    def run(self, items: Iterator[Item]) -> None:
        """Read all items."""
        finished = False
        try:
            while True:
                self._hand_out(items)
                if not self._under_way and not self._suspects:
                    break
                if self._under_way:
                    self._take_back()
                else:
                    self._try_again()
            finished = True
        finally:
            self.workers.close(now=not finished)

    def _hand_out(self, items: Iterator[Item]) -> None:
        """Keep the workers busy; nothing new while lost work waits to be tried alone."""
        while not self._suspects and len(self._under_way) < self.workers.window:
            chunk = self._chunk(items)
            if not chunk:
                return
            self._submit(chunk)

    def _chunk(self, items: Iterator[Item]) -> tuple[Item, ...]:
        """Return the next items that are not known yet, a few files at most; known ones are taken at once.

        None are returned only when none are left: that ends the run.
        """
        chunk: list[Item] = []
        size = 0
        while len(chunk) < MOST_PLACES and size < MOST_BYTES:
            item = self._parts.popleft() if self._parts else next(items, None)
            if item is None:
                break
            before = self.known(item)
            if before is not None:
                self._taken(item, before, anew=False)
                continue
            chunk.append(item)
            of_archive = item.place.part is not None or item.place.inside
            size += MOST_BYTES if of_archive else item.place.stamp[0]  # a part of an archive is enough by itself
        return tuple(chunk)

    def _submit(self, chunk: tuple[Item, ...]) -> None:
        """Hand out a piece of work; a pool that has just broken makes it lost work."""
        try:
            future = self.workers.submit(self.task, [item.place for item in chunk], self.wanted)
        except PaceError:
            raise
        except (RuntimeError, OSError, EOFError):  # BrokenExecutor is the first
            self._suspects.extend(chunk)
            return
        self._under_way[future] = chunk

    def _take_back(self) -> None:
        """Wait for some work to be done and take it; what was lost with a worker is to be tried again alone."""
        done, _ = wait(self._under_way, return_when=FIRST_COMPLETED)
        for future in done:
            chunk = self._under_way.pop(future)
            found = _result(future)
            if found is None:
                self._suspects.extend(chunk)
                continue
            for item, data in zip(chunk, found, strict=True):
                self._taken(item, data, anew=True)

    def _try_again(self) -> None:
        """Read lost items one at a time with nothing else under way; one whose worker dies twice more is set aside."""
        self.workers.renew()
        while self._suspects:
            item = self._suspects.popleft()
            found = self._alone(item) or self._alone(item)
            self._taken(item, found or encoded(_one_by_one(item.place) or self.lost(item, GONE)), anew=True)

    def _alone(self, item: Item) -> bytes | None:
        """Read one item; None if the worker dies over it."""
        try:
            found = _result(self.workers.submit(self.task, [item.place], self.wanted))
        except (RuntimeError, OSError, EOFError):
            found = None
        if found is None:
            self.workers.renew()
            return None
        return found[0]

    def _taken(self, item: Item, data: bytes, *, anew: bool) -> None:
        """Pass on what an item gave, and put its parts, if it has some, next in line."""
        found = heading(data)
        self.take(item, data, found, anew)
        for inside, part, allowed in reversed(found.parts):
            place = replace(item.place, inside=inside, part=part, allowed=allowed)
            number = inside[-1] if part is None else part[0]
            self._parts.appendleft(replace(item, place=place, key=(*item.key, number)))


def _one_by_one(place: Place) -> Found | None:
    """Return the members of a part of an archive as parts of their own, so that only one of them is lost."""
    first, stop = place.part or (0, 0)
    if stop - first <= 1:
        return None
    return Found(parts=tuple((place.inside, (number, number + 1), place.allowed) for number in range(first, stop)))


def _result(future: Future[list[bytes]]) -> list[bytes] | None:
    """Return what a piece of work gave; None if it was lost, which no error of reading is: those are outcomes."""
    try:
        return future.result()
    except PaceError:
        raise
    except Exception:
        return None
