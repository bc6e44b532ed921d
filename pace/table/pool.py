"""Executors: the own processes of a batch, or any executor that was given; what is lost with a worker is tried again.

This module loads nothing heavy: a new process imports it first, and limits the threads of NumPy before that is loaded.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import tempfile
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import BrokenExecutor, Executor, Future, ProcessPoolExecutor
from contextlib import contextmanager
from typing import Any, Protocol

from pace.errors import PaceError

THREADS = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")
"""Each process is one of many: a library that starts a thread for every core would only stand in the way."""
QUEUED = 3
"""Pieces of work that are handed out for each worker, so that none waits for the next one."""
WIDE = 64
"""Pieces of work that are handed out to an executor of unknown width."""
LONGEST_FOLDER = 70
"""Bytes of the temporary folder's name: a socket below it may have 103 in all (on macOS; 107 on Linux), and
`multiprocessing` adds 32."""

UNGUARDED = (
    "In a script, pace.batch must be called below `if __name__ == '__main__':`, for every process loads the script"
)

Task = Callable[[Sequence[Any], Any], list[bytes]]


class Workers(Protocol):
    """Something that work can be handed to."""

    window: int

    def check(self) -> None:
        """Refuse to begin where nothing could be handed out."""
        ...

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

    def check(self) -> None:
        """Refuse to begin in a process that is itself only being started.

        Raises
        ------
        PaceError
        """
        if getattr(multiprocessing.current_process(), "_inheriting", False):
            raise PaceError(UNGUARDED)

    def submit(self, task: Task, items: Sequence[Any], wanted: Any) -> Future[list[bytes]]:
        """Hand out a piece of work."""
        return self._begun(task, items, wanted)

    def _begun(self, task: Callable[..., Any], *given: Any) -> Future[Any]:
        """Hand out a piece of work to processes, of which one may have to be started."""
        pool = self._started()  # starts what tracks semaphores, which lets Ctrl-C through again when it is there
        with _ctrl_c_later():
            return pool.submit(task, *given)

    def _started(self) -> ProcessPoolExecutor:
        """Return the processes, started if they are not yet."""
        if self._pool is None:
            self._pool = ProcessPoolExecutor(self.jobs, mp_context=_context(), initializer=begin)
        return self._pool

    def renew(self) -> None:
        """Let a broken pool go and start another.

        Raises
        ------
        PaceError
            When no process can be started.
        """
        self.close(now=True)
        try:
            self._begun(int).result()
        except (BrokenExecutor, RuntimeError, OSError, EOFError):
            raise PaceError(f"no process could be started to read in. {UNGUARDED}") from None

    def close(self, *, now: bool) -> None:
        """Let the processes go; `now` ends them in the middle of what they do, and waits for that end.

        Otherwise one that only begins would miss what this process takes away when it ends, and say so at length; and
        the thread that minds them would close its pipe while this process, at its end, wakes it by that.
        """
        pool, self._pool = self._pool, None
        if pool is None:
            return
        processes = list((getattr(pool, "_processes", None) or {}).values()) if now else []
        for process in processes:
            process.terminate()
        pool.shutdown(wait=True, cancel_futures=True)


class Given:
    """An executor of the caller's; it is not closed."""

    def __init__(self, executor: Executor, window: int) -> None:
        self._executor, self.window = executor, window

    def check(self) -> None:
        """Take it as it is."""

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


def _context() -> Any:
    """Return how processes are started: as copies of one that has loaded everything, where the system can do that.

    Never as copies of this one: it may have threads. That other one is reached by a socket in the temporary folder.
    """
    if "forkserver" not in multiprocessing.get_all_start_methods() or not _has_room_for_a_socket():
        return multiprocessing.get_context("spawn")
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["__main__", "pace.table.ready"])
    return context


def _has_room_for_a_socket() -> bool:
    """Tell whether there is a temporary folder, and of a name short enough."""
    try:
        return len(os.fsencode(tempfile.gettempdir())) <= LONGEST_FOLDER
    except OSError:
        return False


@contextmanager
def _ctrl_c_later() -> Iterator[None]:
    """Let Ctrl-C wait until a process is started that may have to be: one half started is known to nobody.

    A terminal sends it to the new processes too, which ignore it from their first moment on, as they inherit that.
    """
    before = signal.getsignal(signal.SIGINT)
    if threading.current_thread() is not threading.main_thread() or not callable(before):
        yield
        return
    pressed: list[int] = []
    signal.signal(signal.SIGINT, lambda *_: pressed.append(1))
    try:
        with _ignored_by_children():
            yield
    finally:
        signal.signal(signal.SIGINT, before)
        if pressed:
            signal.raise_signal(signal.SIGINT)


@contextmanager
def _ignored_by_children() -> Iterator[None]:
    """Block Ctrl-C for this thread and every process that it starts; other threads still take it for this process."""
    if not hasattr(signal, "pthread_sigmask"):  # not on this system
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def one_thread_each() -> None:
    """Limit the threads of NumPy and the like, if that is not done already; of use before they are loaded."""
    for name in THREADS:
        os.environ.setdefault(name, "1")


def begin() -> None:
    """Make a new process ready: one thread for numbers, Ctrl-C left to the parent, an end when the parent has gone."""
    one_thread_each()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_end_with, args=(parent,), daemon=True).start()


def _end_with(parent: Any) -> None:
    """Wait for the end of the parent and end this process too: nobody is left to take what it makes."""
    parent.join()
    os._exit(1)
