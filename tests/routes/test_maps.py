"""Real extracts, where this machine has them: read whole, quickly and in little memory; as loud as others found."""

import csv
import json
import subprocess
import sys

import numpy as np
import pytest
from scipy.stats import spearmanr

from corpus import ROOT
from pace.routes.osm import read_map, scan
from pace.routes.osm_edges import cut, network

MAPS = ROOT.parent / "shared" / "maps"
pytestmark = pytest.mark.skipif(not MAPS.is_dir(), reason="the real maps are not on this machine")
KILOMETRES = {
    "dreieich.osm.pbf": (50, 75),
    "Helsinki.osm.pbf": (80, 110),
    "monaco.osm.pbf": (400, 480),
    "north-bayreuth.osm.gz": (480, 560),
}


@pytest.mark.parametrize("name", KILOMETRES)
def test_a_real_map_becomes_one_network(name):
    """All of it hangs together, every edge has a line of its length, and what is said of edges is said of all."""
    net = read_map(MAPS / name)
    low, high = KILOMETRES[name]
    assert low <= net.length.sum() / 1000 <= high
    assert np.unique(net.components()).size == 1
    assert np.isfinite(net.noise).all()
    assert (net.length >= 0).all()
    ends = np.sort(np.stack((net.edge_start, net.edge_stop)), axis=0)
    assert np.unique(ends, axis=1).shape[1] == len(net)


def test_noise_by_distance_to_traffic_ranks_ways_as_a_noise_map_does():
    """Spearman of 0.80 or more on the east of Heidelberg; no constant was chosen by it, and the west is told apart."""
    with (MAPS / "heidelberg" / "noise_data_hd.csv").open() as file:
        told = {int(way): float(level) for way, level in csv.reader(file)}
    extract = scan(MAPS / "heidelberg.osm.pbf")
    line = cut(extract.walks, extract.blocked).line
    net, way = network(extract), np.array(extract.walks.columns["id"])[line]
    east = net.point_longitude[net.point_offsets[:-1]]
    ways, row = np.unique(way, return_inverse=True)
    length = np.bincount(row, weights=net.length)
    noise = np.bincount(row, weights=net.length * net.noise) / length
    where = np.bincount(row, weights=net.length * east) / length
    level = np.array([told.get(one, np.nan) for one in ways.tolist()])
    known = np.isfinite(level)
    half = np.median(where[known])
    held_out, other = known & (where >= half), known & (where < half)
    assert held_out.sum() > 5000
    assert spearmanr(noise[held_out], level[held_out])[0] >= 0.80
    assert spearmanr(noise[other], level[other])[0] >= 0.75


FRESH = r"""
import json, re, sys, time
began = time.process_time()
from pace.routes.osm import read_map
from pace.routes.prepared import is_prepared, read_prepared, prepared
path = sys.argv[1]
found = read_prepared(path) if is_prepared(path) else read_map(path)
took = time.process_time() - began
peak = int(re.search(r"VmHWM:\s+(\d+)", open("/proc/self/status").read())[1]) / 1e3
if len(sys.argv) > 2:
    open(sys.argv[2], "wb").write(prepared(found))
print(json.dumps([took, peak]))
"""


@pytest.mark.heavy
def test_a_city_is_read_in_little_memory_and_again_in_a_fraction_of_the_time(tmp_path):
    """Heidelberg in fresh processes: 200 MB, and as a prepared map at most a quarter of the CPU, imports included."""

    def fresh(*words):
        done = subprocess.run(
            [sys.executable, "-c", FRESH, *words], cwd=ROOT, capture_output=True, text=True, check=True
        )
        return json.loads(done.stdout)

    kept = str(tmp_path / "heidelberg.pacemap")
    took, peak = fresh(str(MAPS / "heidelberg.osm.pbf"), kept)
    again, less = fresh(kept)
    assert max(peak, less) <= 200
    assert again <= took / 4
