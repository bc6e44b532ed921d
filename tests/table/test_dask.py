"""A Dask cluster gives, byte for byte, what one process gives, with workers killed in the middle too."""

from __future__ import annotations

import os
import signal
import threading
from contextlib import contextmanager

import pytest

import pace
from pace.person.profile import profile
from pace.table.journal import SUFFIX
from table.people import laid_out
from table.test_batch import Here

pytestmark = [
    pytest.mark.heavy,
    pytest.mark.filterwarnings("ignore"),  # what a cluster says while its workers are killed
]


@contextmanager
def cluster(n=2):
    """Give a client of n worker processes with a nanny each, which starts another when one dies."""
    distributed = pytest.importorskip("distributed")
    with (
        distributed.LocalCluster(n_workers=n, threads_per_worker=1, dashboard_address=None, processes=True) as local,
        distributed.Client(local, set_as_default=False) as client,
    ):
        yield client


def killing(client, *, every, times, stop):
    """Kill a worker now and then, until told to stop; return the thread that does."""
    killed = []

    def run():
        while not stop.wait(every) and len(killed) < times:
            workers = client.run(os.getpid)
            for pid in list(workers.values())[:1]:
                os.kill(pid, signal.SIGKILL)
                killed.append(pid)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    return thread, killed


def test_a_cluster_with_workers_killed_gives_the_same(tmp_path):
    """Rows and profiles are those of the sequential run, though workers die while they read."""
    folder = laid_out(tmp_path / "people", people=4, each=40, n=400)
    pace.batch(folder, executor=Here(), out=tmp_path / "expected.jsonl")
    expected = (tmp_path / "expected.jsonl").read_bytes()
    with cluster() as client, client.get_executor(pure=False, retries=0) as executor:
        stop = threading.Event()
        thread, killed = killing(client, every=0.7, times=3, stop=stop)
        found = pace.batch(folder, executor=executor, jobs=4, out=tmp_path / "cluster.jsonl")
        profiles = pace.batch(folder, executor=executor, jobs=4).profiles()
        stop.set()
        thread.join(20)
    assert killed
    assert (tmp_path / "cluster.jsonl").read_bytes() == expected
    assert found.counts.errors == {}
    for name, known in profiles.items():
        alone = profile(folder / name, label=name)
        assert [one.digest for one in known.summaries] == [one.digest for one in alone.summaries]
        assert known.to_dict()["walk_run_threshold_mps"] == alone.to_dict()["walk_run_threshold_mps"]
    assert not (tmp_path / f"cluster.jsonl{SUFFIX}").exists()
