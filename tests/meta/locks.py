"""What is locked, read from the locks as pip reads them."""

import re
import tomllib

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from corpus import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
SYSTEMS = ({"sys_platform": "linux", "os_name": "posix"}, {"sys_platform": "win32", "os_name": "nt"})


def text(lock: str) -> str:
    """Return a lock."""
    return (ROOT / "locks" / f"{lock}.txt").read_text(encoding="utf-8")


def entries(lock: str) -> list[tuple[Requirement, list[str]]]:
    """Return what is locked, with the hashes of its files."""
    joined = re.sub(r"\\\n\s*", "", re.sub(r"^\s*#.*\n", "", text(lock), flags=re.M))
    found = []
    for line in joined.splitlines():
        requirement, *hashes = re.split(r"\s*--hash=sha256:", line)
        found.append((Requirement(requirement), hashes))
    return found


def pinned(lock: str, python: str, system: dict[str, str]) -> dict[str, str]:
    """Return the version of each package that is installed by this Python on this system."""
    place = {**system, "python_version": python, "python_full_version": f"{python}.0"}
    chosen = [one for one, _ in entries(lock) if one.marker is None or one.marker.evaluate(place)]
    versions = {canonicalize_name(one.name): str(one.specifier).removeprefix("==") for one in chosen}
    assert len(versions) == len(chosen), "a package is there twice"
    return versions
