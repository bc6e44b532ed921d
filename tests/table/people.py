"""Small recordings of invented people in folders, quick to read, for the tests of this folder."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np

from pace.activity.track import Track
from robust.material import invented, written


def short(seed: int, *, n: int = 240) -> Track:
    """Return a recording of some minutes that no other seed gives."""
    track = invented(n, seed=seed)
    return replace(track, time=track.time + 86_400.0 * seed)


def laid_out(folder: Path, *, people: int = 3, each: int = 4, n: int = 240) -> Path:
    """Write a folder for each of some people and return the folder of folders."""
    for person in range(people):
        (folder / f"person-{person}").mkdir(parents=True, exist_ok=True)
        for k in range(each):
            suffix = ("fit", "gpx", "tcx")[k % 3]
            data = written(suffix, short(100 * person + k, n=n))
            (folder / f"person-{person}" / f"{k:03d}.{suffix}").write_bytes(data)
    return folder


def long_way(seed: int, *, n: int = 1500) -> Track:
    """Return a recording long and uneven enough to be known in another file."""
    rng = np.random.default_rng(seed)
    track = short(seed, n=n)
    speed = np.repeat(rng.uniform(1.2, 3.5, n // 30 + 1), 30)[:n]
    distance = np.cumsum(speed).round(2)
    return replace(track, speed=speed, distance=distance, latitude=10 + distance / 111_000)
