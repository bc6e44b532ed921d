"""What an export tells of a recording beside the file itself: its sport, and heart rates that lie elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from pace.activity.track import Track
from pace.arrays import Array, frozen

NEAR_S = 5.0
"""s; a heart rate further from any sample than this belongs to none."""
NAMELESS = frozenset({"unknown", "other"})
"""What a file says that names no sport."""


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Span:
    """A workout by the clock: from `start` to `end`, Unix seconds, of one sport."""

    start: float
    end: float
    sport: str


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Told:
    """What is known of the recordings in one file from elsewhere in its export.

    Attributes
    ----------
    sport : str
        What to call a recording whose file names no sport.
    spans : sequence of Span
        Workouts in order, where the sport goes by the clock.
    heart_time, heart_rate : (m,) float64, s and beats/min
        In order of time; for recordings without a heart rate of their own.
    only_activities : bool
        Whether FIT files that are no activity are to be passed over in silence.
    """

    sport: str = "unknown"
    spans: Sequence[Span] = ()
    heart_time: Array = field(default_factory=lambda: frozen(np.empty(0)))
    heart_rate: Array = field(default_factory=lambda: frozen(np.empty(0)))
    only_activities: bool = False

    def on(self, track: Track) -> Track:
        """Return a recording with what was missing in it; what the file says itself stays."""
        sport = track.sport if track.sport not in NAMELESS else self._sport(track)
        heart = track.heart_rate if np.isfinite(track.heart_rate).any() else self._heart_rate(track)
        if sport == track.sport and heart is track.heart_rate:
            return track
        return replace(track, sport=sport, heart_rate=heart)

    def _sport(self, track: Track) -> str:
        """Return the sport that was told, by file or by the workout at the middle of the recording."""
        known = track.time[np.isfinite(track.time)]
        if self.spans and known.size:
            middle = (known.min() + known.max()) / 2
            around = [span.sport for span in self.spans if span.start <= middle <= span.end]
            return around[-1] if around else track.sport
        return self.sport if self.sport != "unknown" else track.sport

    def _heart_rate(self, track: Track) -> Array:
        """Return each heart rate told at the sample nearest to it, if one is near; between them nothing is made up."""
        known = np.flatnonzero(np.isfinite(track.time))
        order = known[np.argsort(track.time[known], kind="stable")]
        time = track.time[order]
        if not (time.size and self.heart_time.size):
            return track.heart_rate
        first, last = np.searchsorted(self.heart_time, (time[0] - NEAR_S, time[-1] + NEAR_S))
        at, rate = self.heart_time[first:last], self.heart_rate[first:last]
        after = np.clip(np.searchsorted(time, at), 1, max(time.size - 1, 1))
        nearest = np.where(at - time[after - 1] <= time[after % time.size] - at, after - 1, after % time.size)
        near = np.abs(time[nearest] - at) <= NEAR_S
        heart = np.full(len(track), np.nan)
        heart[order[nearest[near]]] = rate[near]
        return frozen(heart) if near.any() else track.heart_rate


NOTHING_TOLD = Told()
