"""The list of true differences between our reading and a second library's, as the tests hold it against real files."""

from __future__ import annotations

import re
from collections import defaultdict
from pathlib import Path

LIST = Path(__file__).with_name("differences.md")
ROW = re.compile(r"^\| ([\w./-]+\.(?:fit|gpx)) \| (\w+) \|", re.MULTILINE)


def listed() -> dict[str, set[str]]:
    """Return the fields that are listed as different, by file."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    for file, field in ROW.findall(LIST.read_text(encoding="utf-8")):
        found[file].add(field)
    return found
