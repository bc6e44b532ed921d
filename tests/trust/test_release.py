"""What takes long: more mutants, more kills, more files, more ways. For a release, with `just trust --all`."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from corpus import ROOT
from robust.campaign import campaign
from robust.test_campaign import FORMATS, fully_stamped, judged
from trust.test_stops import STOPPED, all_stopped, tables_after_kills

pytestmark = pytest.mark.campaign


@pytest.mark.parametrize("suffix", FORMATS)
def test_twenty_thousand_mutants_do_no_harm(suffix, figure):
    """Twenty thousand damaged files of a format, other than CI's: the goals hold."""
    judged(suffix, campaign(suffix, 20_000, seed=2, wholes=fully_stamped(suffix)), figure)


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="asks /proc for memory")
def test_a_hundred_thousand_files_take_little_memory(figure):
    """Every file another recording of one of a hundred people: under 500 MB, and under 1 kB for each further file.

    The slope is that from a fifth of the files on, writing the table at the end included, so rather too large.
    """
    program = [sys.executable, str(ROOT / "tests" / "trust" / "many.py"), "100000"]
    done = subprocess.run(program, cwd=ROOT, capture_output=True, text=True, check=True)
    used, peak, fifth, worker, seconds = map(float, done.stdout.split())
    slope = (peak - fifth) / 80_000
    figure(
        "F15",
        f"{used:,.0f} files of 100 people: the parent's peak is {peak / 1024:.0f} MB, that of a worker"
        f" {worker / 1024:.0f} MB, {slope:.2f} kB for each further file ({seconds / 60:.0f} min)",
    )
    assert used == 100_000
    assert max(peak, worker) <= 500 * 1024
    assert slope <= 1.0


@pytest.mark.skipif(shutil.which("unshare") is None, reason="needs network namespaces")
def test_the_tests_need_no_network(tmp_path, figure):
    """The quick tests in a network of their own, in which there is this machine and nothing else."""
    inside = "ip link set lo up && exec " + shlex.join([sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"])
    program = ["unshare", "--net", *([] if os.getuid() == 0 else ["--map-root-user"]), "sh", "-c", inside]
    done = subprocess.run(program, cwd=ROOT, capture_output=True, text=True, check=False)
    if "Operation not permitted" in done.stderr:
        pytest.skip("no network namespace can be made here")
    figure("P1", f"the tests without a network: {done.stdout.splitlines()[-1].strip('= ')}")
    assert done.returncode == 0, done.stdout[-3000:]


N_WAYS, N_HOMES = 20, 200


def test_a_home_is_not_found_from_twenty_ways(figure, monkeypatch):
    """Twenty exported ways of each of some people; the better of two attacks on their ends, at one public place.

    No place within 500 m is met at unwarned; a guess made of ends near it may be nearer, but not by a fifth.
    """
    from benchmarks import home

    monkeypatch.setattr(home, "N_WAYS", N_WAYS)
    towns = {"the invented town": home.town()}
    if home.REAL.is_file():
        towns["a real town"] = home.read_map(home.REAL)
    for name, network in towns.items():
        off = home.figures(network, N_HOMES, wanted=["one public place"])["one public place"]
        near, middling = (off <= 50).mean(), (off <= 100).mean()
        shares = f"{near:.0%} within 50 m, {middling:.0%} within 100 m, the nearest {off.min():.0f} m off"
        figure("P5", f"{name}, {off.size} homes, {N_WAYS} ways: {shares}")
        assert off.size > 0.8 * N_HOMES
        assert off.min() > 400
        assert near <= 0.10
        assert middling <= 0.20


def test_ctrl_c_at_three_hundred_moments(fresh, tmp_path_factory, figure):
    """Ctrl-C at many more moments than in CI: at most one line, no output half, nothing left."""
    ends = all_stopped(fresh, tmp_path_factory.mktemp("c"), moments=30)
    assert sum(ends.values()) > 300
    figure("F10", f"Ctrl-C at {sum(ends.values())} moments of {len(STOPPED)} commands: 0 outputs half, 0 tracebacks")


def test_a_batch_killed_a_hundred_times_comes_to_the_same(practice, figure):
    """`pace batch` killed a hundred times, gone on with each time: no file lost, none twice, the same bytes."""
    deaths, tables = tables_after_kills(practice, 100)
    assert deaths >= 100
    figure("F10", f"{deaths} kills of `pace batch`, {tables} tables: 0 lost, 0 doubled, byte for byte the same")


def test_encryption_costs_at_most_a_tenth(figure):
    """Adding, reading and noting in an encrypted library beside a plain one, by turns in one run."""
    pytest.importorskip("sqlcipher3")
    program = [sys.executable, str(ROOT / "benchmarks" / "library.py")]
    done = subprocess.run(program, cwd=ROOT, capture_output=True, text=True, check=True)
    ratio = float(done.stdout.partition("encrypted / plain ")[2].split()[0])
    figure(
        "P8", f"adding, reading and noting take {ratio:.2f} times as long", short="" if ratio <= 1.1 else f"{ratio:.2f}"
    )
    assert ratio < 1.5
