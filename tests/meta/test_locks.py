"""The locks hold what `pyproject.toml` asks for, each file by its hash, for every supported Python."""

import re

import pytest
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

from meta.locks import PROJECT, SYSTEMS, entries, pinned, text

DEPENDENCIES, EXTRAS = PROJECT["project"]["dependencies"], PROJECT["project"]["optional-dependencies"]
OWN = PROJECT["project"]["name"]
ASKED = {
    "build": PROJECT["dependency-groups"]["build"],
    "pace": DEPENDENCIES,
    "dev": [*DEPENDENCIES, *(one for extra in EXTRAS.values() for one in extra)],
}
PYTHONS = re.findall(r"Python :: (3\.\d+)\b", "\n".join(PROJECT["project"]["classifiers"]))
PLACES = [(python, system) for python in PYTHONS for system in SYSTEMS]


def unmet(asked: list[str], versions: dict[str, str]) -> list[str]:
    """Return what is asked for and not locked, or locked in a version that will not do."""
    wanted = {one: Requirement(one) for one in asked}
    locked = {one: versions.get(canonicalize_name(wanted[one].name)) for one in asked if wanted[one].name != OWN}
    return [one for one, version in locked.items() if version is None or version not in wanted[one].specifier]


@pytest.mark.parametrize(("python", "system"), PLACES)
@pytest.mark.parametrize("lock", list(ASKED))
def test_a_lock_satisfies_what_is_asked_for(lock, python, system):
    """Every dependency, whoever changes it last, is locked in a version that will do: else `just lock`."""
    assert unmet(ASKED[lock], pinned(lock, python, system)) == []


def test_what_is_not_locked_is_told():
    """The check above sees a package that is missing, and one that is too old."""
    versions = {"numpy": "1.26.4"}
    assert unmet(["numpy>=1.26", "numpy>=2", "scipy", f"{OWN}[test]"], versions) == ["numpy>=2", "scipy"]


@pytest.mark.parametrize("lock", list(ASKED))
def test_every_file_is_known_by_its_hash(lock):
    """Each entry names one version and what its files are, so nothing else can be installed in its place."""
    found = entries(lock)
    assert len(found) >= len(ASKED[lock])
    for requirement, hashes in found:
        assert str(requirement.specifier).startswith("==")
        assert hashes
        assert all(re.fullmatch(r"[0-9a-f]{64}", one) for one in hashes)


@pytest.mark.parametrize("lock", list(ASKED))
def test_a_lock_names_no_address(lock):
    """Where files come from is the business of whoever installs: no index, folder or machine stands in a lock."""
    assert re.findall(r"://|^-|/\w+/|@", text(lock), flags=re.M) == []


def test_all_locks_agree():
    """What runs is what is tested: no package is locked in two versions for the same place."""
    for python, system in PLACES:
        dev = pinned("dev", python, system)
        for lock in ("build", "pace"):
            ours = pinned(lock, python, system)
            assert {name: dev.get(name, version) for name, version in ours.items()} == ours


def test_the_pythons_tried_are_the_pythons_allowed():
    """There is a Python to look at, and each may install pace."""
    assert len(PYTHONS) >= 3
    assert all(SpecifierSet(PROJECT["project"]["requires-python"]).contains(one) for one in PYTHONS)
