"""Whether a place is one where somebody's recordings keep beginning or ending: most often their home."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from pace.activity.track import Track
from pace.routes.plane import Plane

NEAR_M = 500.0
"""m, as promised (P5 in docs/trust.md); a meeting point nearer to a home gives it away: people choose what is near."""
OFTEN, SHARE = 3, 0.15
"""Recordings that begin or end near a place, at least, and what share of all, for it to be a habit."""


def keeps_starting(tracks: Iterable[Track], place: tuple[float, float]) -> bool:
    """Return whether recordings keep beginning or ending near a place. Where they do is told to nobody.

    Parameters
    ----------
    tracks : iterable of Track
        One person's.
    place : (float, float)
        Latitude and longitude, degrees.

    Examples
    --------
    >>> there = [Track.build(time=[k], latitude=[50.0], longitude=[8.0 + k / 1000]) for k in range(4)]
    >>> keeps_starting(there, (50.0, 8.0)), keeps_starting(there, (50.1, 8.0)), keeps_starting([], (50.0, 8.0))
    (True, False, False)
    """
    here = Plane(latitude=place[0], longitude=place[1])
    ends = [end for track in tracks if (end := _ends(track)) is not None]
    if len(ends) < OFTEN:
        return False
    x, y = here.metres(*np.array(ends).transpose(2, 0, 1))
    often = int((np.hypot(x, y).min(axis=1) <= NEAR_M).sum())
    return often >= OFTEN and often >= SHARE * len(ends)


def _ends(track: Track) -> list[tuple[float, float]] | None:
    """Return the first and the last known position of a track."""
    known = np.flatnonzero(np.isfinite(track.latitude) & np.isfinite(track.longitude))
    if not known.size:
        return None
    return [(float(track.latitude[k]), float(track.longitude[k])) for k in known[[0, -1]]]
