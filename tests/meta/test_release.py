"""What `.ci/release` made is what its page promises; CI names the folder in PACE_DIST."""

import json
import os
import re
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

import pace
from corpus import ROOT
from meta.locks import SYSTEMS, pinned

pytestmark = [
    pytest.mark.heavy,
    pytest.mark.skipif("PACE_DIST" not in os.environ, reason="nothing was released: PACE_DIST names no folder"),
]
STEM = f"pace_match-{pace.__version__}"


@pytest.fixture
def dist() -> Path:
    """Return the folder of the release."""
    return Path(os.environ["PACE_DIST"])


@pytest.fixture
def sbom(dist):
    """Return the software bill of materials."""
    return json.loads((dist / f"{STEM}.cdx.json").read_text(encoding="utf-8"))


def test_a_release_is_whole(dist):
    """There are an sdist, a wheel, a bill of materials and the sums, and nothing else."""
    expected = {f"{STEM}.tar.gz", f"{STEM}-py3-none-any.whl", f"{STEM}.cdx.json", "SHA256SUMS"}
    assert {path.name for path in dist.iterdir()} == expected


def test_the_bill_of_materials_names_all_that_runs(sbom):
    """Every package that the lock brings to this Python is in it, in that version, and nothing that is not locked."""
    python = f"{sys.version_info.major}.{sys.version_info.minor}"
    locked = pinned("pace", python, SYSTEMS[sys.platform == "win32"])
    found = {re.sub(r"[-_.]+", "-", one["name"]).lower(): one["version"] for one in sbom["components"]}
    assert found == locked
    assert all(one["purl"].startswith("pkg:pypi/") for one in sbom["components"])


def test_the_bill_of_materials_is_of_this_version(sbom):
    """It says what it is of, and what that leans on directly."""
    root = sbom["metadata"]["component"]
    assert (root["name"], root["version"]) == ("pace-match", pace.__version__)
    (edges,) = [one["dependsOn"] for one in sbom["dependencies"] if one["ref"] == root["bom-ref"]]
    assert {"numpy", "scipy", "typer"} <= {edge.partition("==")[0] for edge in edges}


def test_nothing_of_the_machine_is_released(dist):
    """No folder of the machine that built it stands in any file of a release."""
    held = {
        "sdist": b"".join(_files(dist / f"{STEM}.tar.gz")),
        "wheel": b"".join(_files(dist / f"{STEM}-py3-none-any.whl")),
        "bill of materials": (dist / f"{STEM}.cdx.json").read_bytes(),
    }
    places = [str(place).encode() for place in (ROOT, Path.home(), dist, sys.prefix)]
    assert [(name, place) for name, data in held.items() for place in places if place + b"/" in data] == []


def _files(path: Path) -> list[bytes]:
    """Return what the files of a wheel or an sdist hold."""
    if path.suffix == ".whl":
        with zipfile.ZipFile(path) as wheel:
            return [wheel.read(name) for name in wheel.namelist()]
    with tarfile.open(path) as sdist:
        return [sdist.extractfile(one).read() for one in sdist if one.isfile()]
