"""Executors: the own processes of a batch, or any executor that was given; what is lost with a worker is tried again.

This module loads nothing heavy: a new process imports it first, and limits the threads of NumPy before that is loaded.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import BrokenExecutor, Executor, Future, ProcessPoolExecutor
from typing import Any, Protocol

from pace.errors import PaceError

THREADS = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")
"""Each process is one of many: a library that starts a thread for every core would only stand in the way."""
QUEUED = 3
"""Pieces of work that are handed out for each worker, so that none waits for the next one."""
WIDE = 64
"""Pieces of work that are handed out to an executor of unknown width."""

Task = Callable[[Sequence[Any], Any], list[bytes]]


class Workers(Protocol):
    """Something that work can be handed to."""

    window: int

    def submit(self, task: Task, items: Sequence[Any], wanted: Any) -> Future[list[bytes]]:
        """Hand out a piece of work."""
        ...

    def renew(self) -> None:
        """Be ready again after a worker has died."""
        ...

    def close(self, *, now: bool) -> None:
        """Let the workers go; `now` without waiting for what they do."""
        ...


class OwnProcesses:
    """Processes of this machine, started when first needed and anew when one has died."""

    def __init__(self, jobs: int) -> None:
        self.jobs, self.window = jobs, QUEUED * jobs
        self._pool: ProcessPoolExecutor | None = None

    def submit(self, task: Task, items: Sequence[Any], wanted: Any) -> Future[list[bytes]]:
        """Hand out a piece of work."""
        if self._pool is None:
            context = multiprocessing.get_context("spawn")
            self._pool = ProcessPoolExecutor(self.jobs, mp_context=context, initializer=begin)
        return self._pool.submit(task, items, wanted)

    def renew(self) -> None:
        """Let a broken pool go; the next piece of work starts another."""
        self.close(now=True)

    def close(self, *, now: bool) -> None:
        """Let the processes go; `now` ends them in the middle of what they do."""
        pool, self._pool = self._pool, None
        if pool is None:
            return
        processes = list((getattr(pool, "_processes", None) or {}).values()) if now else []
        pool.shutdown(wait=not now, cancel_futures=True)
        for process in processes:
            process.terminate()


class Given:
    """An executor of the caller's; it is not closed."""

    def __init__(self, executor: Executor, window: int) -> None:
        self._executor, self.window = executor, window

    def submit(self, task: Task, items: Sequence[Any], wanted: Any) -> Future[list[bytes]]:
        """Hand out a piece of work."""
        return self._executor.submit(task, items, wanted)

    def renew(self) -> None:
        """Try whether it still takes work.

        Raises
        ------
        PaceError
            When it is broken for good.
        """
        try:
            self._executor.submit(int).result()
        except (BrokenExecutor, RuntimeError):
            raise PaceError("the executor that was given is broken: go on with a new one and resume=True") from None

    def close(self, *, now: bool) -> None:
        """Leave it to the caller."""


def begin() -> None:
    """Make a new process ready: one thread for numbers, Ctrl-C left to the parent, an end when the parent has gone."""
    for name in THREADS:
        os.environ.setdefault(name, "1")
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_end_with, args=(parent,), daemon=True).start()


def _end_with(parent: Any) -> None:
    """Wait for the end of the parent and end this process too: nobody is left to take what it makes."""
    parent.join()
    os._exit(1)
