"""Everything that is installed beside `pace` may be used and handed on freely, and a page says under what."""

import pytest
from packaging.utils import canonicalize_name

from corpus import ROOT
from meta.licences import allowed, licence
from meta.locks import entries

PAGE = ROOT / "docs" / "dependencies.md"
HEAD = """# What `pace` stands on

Every package that is installed with `pace`, with its extras, and to develop it, as `locks/` names them, and the
licence that its own metadata declare. Written by `pytest tests/meta/test_licences.py --renew-golden`; a test refuses a
licence that is not among those of `tests/meta/licences.py`. A wheel may hold libraries of others, such as the Fortran
run-time in SciPy's: their texts lie in its folder `*.dist-info`.

"""
PARTS = {
    "pace": "Installed with `pace`",
    "dev": "Extras, tests, benchmarks, documentation and release",
    "build": "Builds the wheel",
}


def named(lock: str) -> list[str]:
    """Return the packages of a lock."""
    return sorted({canonicalize_name(one.name) for one, _ in entries(lock)})


def kept() -> dict[str, str]:
    """Return what the page says of each package."""
    rows = [line.strip("| ").split(" | ") for line in PAGE.read_text(encoding="utf-8").splitlines() if " | " in line]
    return dict(row for row in rows if len(row) == 2)


def found(name: str) -> str:
    """Return the licence of a package; one of an extra that is not installed here, as CI has found it."""
    return licence(name) or kept().get(name, "not known")


def test_every_licence_is_allowed():
    """No package, of whatever use, comes under terms that would bind `pace` or those who use it."""
    names = sorted({name for lock in PARTS for name in named(lock)})
    assert len(names) > 50
    assert {name: found(name) for name in names if not allowed(found(name))} == {}


def test_the_page_names_every_package(golden):
    """The table is what is locked and what the packages say."""
    text, told = HEAD, set()
    for lock, title in PARTS.items():
        rows = [f"| {name} | {found(name)} |" for name in named(lock) if name not in told]
        told |= set(named(lock))
        text += "\n".join([f"## {title}\n", "| package | licence |", "|---|---|", *rows]) + "\n\n"
    golden.file(PAGE, text.strip() + "\n")


def test_what_is_not_allowed_is_told():
    """A licence that binds is refused, alone or beside another; of two to choose from, one will do."""
    told = {
        "MIT": True,
        "BSD-3-Clause AND 0BSD AND MIT": True,
        "GPL-3.0-only OR MIT": True,
        "GPL-3.0-or-later": False,
        "MIT AND LGPL-2.1-only": False,
        "not known": False,
        "": False,
    }
    assert {one: allowed(one) for one in told} == told


@pytest.mark.parametrize(
    ("said", "expression"),
    [
        (
            "License-Expression: MIT AND GPL-3.0-only\nClassifier: License :: OSI Approved :: MIT License",
            "MIT AND GPL-3.0-only",
        ),
        ("License: GPLv3\nClassifier: License :: OSI Approved :: MIT License", "GPLv3"),
        ("License: see LICENSE\nClassifier: License :: OSI Approved :: MIT License", "MIT"),
        ("License: Apache License, Version 2.0", "Apache-2.0"),
        ("Summary: says nothing", "not known"),
    ],
)
def test_what_a_package_says_is_read(said, expression, tmp_path, monkeypatch):
    """An expression counts alone, then a word, then a classifier; none of them hides a licence that binds."""
    folder = tmp_path / "invented-1.0.dist-info"
    folder.mkdir()
    (folder / "METADATA").write_text(f"Metadata-Version: 2.4\nName: invented\nVersion: 1.0\n{said}\n", encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    assert licence("invented") == expression
