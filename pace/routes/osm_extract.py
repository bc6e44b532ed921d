"""What is kept of an extract of OpenStreetMap while it is read: lines as columns of numbers, nodes that matter."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pace.arrays import Array

ATTRIBUTION = "© OpenStreetMap contributors"
MISSING = 2_147_483_647
"""The coordinate that osmium gives to a node that the extract does not hold."""
PER_DEGREE = 1e7


@dataclass(slots=True)
class Ways:
    """Lines as they are read: points one after another, and one entry a line in every other column."""

    ref: list[int] = field(default_factory=list)
    x: list[int] = field(default_factory=list)
    y: list[int] = field(default_factory=list)
    offsets: list[int] = field(default_factory=lambda: [0])
    columns: dict[str, list[Any]] = field(default_factory=dict)

    def add(self, nodes: Any, **values: Any) -> None:
        """Add one line."""
        for node in nodes:
            self.ref.append(node.ref)
            self.x.append(node.x)
            self.y.append(node.y)
        self.offsets.append(len(self.ref))
        for name, value in values.items():
            self.columns.setdefault(name, []).append(value)


@dataclass(slots=True)
class Extract:
    """What is taken of an extract: ways for people, roads, rings of green, nodes that matter, places beside the way."""

    walks: Ways = field(default_factory=Ways)
    roads: Ways = field(default_factory=Ways)
    rings: Ways = field(default_factory=Ways)
    names: dict[str, int] = field(default_factory=dict)
    crossing: dict[int, float] = field(default_factory=dict)
    blocked: set[int] = field(default_factory=set)
    places: list[tuple[int, int, int]] = field(default_factory=list)
    land: bool = False
    attribution: str = ATTRIBUTION


def degrees(values: list[int]) -> Array:
    """Return degrees of osmium's whole numbers; NaN where the extract does not hold the node."""
    found = np.asarray(values, dtype=np.int64)
    return np.where(found == MISSING, np.nan, found / PER_DEGREE)


def whole(values: list[int]) -> NDArray[np.int64]:
    """Return whole numbers as an array, also of an empty list."""
    return np.asarray(values, dtype=np.int64)
