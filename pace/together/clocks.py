"""How far two clocks are apart: by where two people were when they were together, else by how their paces agree."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pace.arrays import Array
from pace.together.seen import Recorded, Seen

LONGEST_OFFSET_S = 900
"""s; clocks further apart than a quarter of an hour are looked at only if somebody says by how much."""
LEAST_SHARED_S = 60
"""s; a shorter time together tells nothing."""
NEVER_NEAR_M = 60.0
"""m; two who were further apart than this for most of the time were not out together."""
AGREE = 0.5
"""Least correlation of two speeds by which a clock is moved."""
TRUSTED_S = 10.0
"""s; without places clocks that agree this well are believed: pace alone cannot tell a clock from a slow follower."""
CLOCK_SD_S = 0.7
"""s; how well the clocks of devices that heard satellites agree; whole-second stamps alone cost 0.4 s."""
SLIGHT_S = 3.0
"""s; an offset below this may be chance, and good clocks count beside what the places say."""


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Clocks:
    """Two clocks and how they were compared.

    `offset_s` is how far the second is ahead of the first, `source` is `positions`, `pace` or `stamps` (believed
    as they are). `near` says whether the two were ever near each other; None where no places tell.
    """

    offset_s: float
    source: str
    near: bool | None


def compared(first: Recorded, second: Recorded, *, guess: float = 0.0) -> Clocks:
    """Return how far the second clock is ahead of the first, to the second; `fitted` makes places finer.

    Parameters
    ----------
    guess : float
        What is known of it, s; it is looked for within a quarter of an hour of that.
    """
    a, b = _windows(first, second, guess)
    lags = np.arange(-LONGEST_OFFSET_S, LONGEST_OFFSET_S + 1)
    if first.located and second.located:
        far, shared = lagged_distance(a.place, b.place, LONGEST_OFFSET_S)
        best = lags[np.argmin(np.where(_enough(shared), far, np.inf) + np.abs(lags) / LONGEST_OFFSET_S)]
        best, apart = _middling(a, b, int(best))
        if apart < NEVER_NEAR_M:
            return Clocks(offset_s=guess + best, source="positions", near=True)
    near = False if first.located and second.located else None
    agree, shared = lagged_correlation(a.speed, b.speed, LONGEST_OFFSET_S)
    agree = np.where(_enough(shared), agree, -1.0) - 0.05 * np.abs(lags) / LONGEST_OFFSET_S
    best, height = int(lags[np.argmax(agree)]), float(agree.max())
    if near is False or height < AGREE or abs(best) <= TRUSTED_S:
        return Clocks(offset_s=guess, source="stamps", near=near)
    return Clocks(offset_s=guess + best, source="pace", near=near)


def _enough(shared: Array) -> NDArray[np.bool_]:
    """Return at which lags enough of the time is shared: a minute, and two thirds of what the best lag shares."""
    return np.asarray(shared >= max(LEAST_SHARED_S, 2 / 3 * shared.max()))


def _windows(first: Recorded, second: Recorded, guess: float) -> tuple[Seen, Seen]:
    """Return both on the first one's clock, over all of the time that a quarter of an hour could make shared."""
    ahead = second.start - guess - first.start
    origin = max(0.0, ahead) - LONGEST_OFFSET_S
    end = min(first.seconds, ahead + second.seconds) + LONGEST_OFFSET_S
    n = max(int(end - origin), 1)
    return first.laid(origin + 0.5, n), second.laid(origin + 0.5 - ahead, n)


def lagged_distance(a: Array, b: Array, reach: int) -> tuple[Array, Array]:
    """Return the root mean square distance of a[t] and b[t + lag] for lags -reach … reach, and how many pairs it has.

    Parameters
    ----------
    a, b : (n, 3) float64, m
        NaN where unknown.
    reach : int
        Largest lag, rows.
    """
    here, there = np.isfinite(a[:, 0]), np.isfinite(b[:, 0])
    centre = np.nanmean(a, axis=0)
    a, b = np.where(here[:, None], a - centre, 0.0), np.where(there[:, None], b - centre, 0.0)
    pairs = np.maximum(_products(here.astype(float), there.astype(float), reach), 1e-9)
    square = _products((a**2).sum(axis=1), there.astype(float), reach)
    square += _products(here.astype(float), (b**2).sum(axis=1), reach)
    square -= 2 * sum(_products(one, other, reach) for one, other in zip(a.T, b.T, strict=True))
    return np.sqrt(np.maximum(square, 0.0) / pairs), np.rint(pairs)


def lagged_correlation(a: Array, b: Array, reach: int) -> tuple[Array, Array]:
    """Return the correlation of a[t] and b[t + lag] for lags -reach … reach, and how many pairs it has; a, b (n,)."""
    here, there = np.isfinite(a), np.isfinite(b)
    if not (here.any() and there.any()):
        return np.zeros(2 * reach + 1), np.zeros(2 * reach + 1)
    a, b = np.where(here, a - np.nanmean(a), 0.0), np.where(there, b - np.nanmean(b), 0.0)
    pairs = np.rint(_products(here.astype(float), there.astype(float), reach))
    power = _products(a**2, there.astype(float), reach) * _products(here.astype(float), b**2, reach)
    return _products(a, b, reach) / np.sqrt(np.maximum(power, 1e-6)), pairs


def _products(a: Array, b: Array, reach: int) -> Array:
    """Return the sums over t of a[t] b[t + lag] for lags -reach … reach, by fast Fourier transform."""
    size = 1 << (a.size + reach).bit_length()
    every = np.fft.irfft(np.conj(np.fft.rfft(a, size)) * np.fft.rfft(b, size), size)
    return np.concatenate((every[-reach:], every[: reach + 1]))


def _middling(a: Seen, b: Seen, about: int) -> tuple[int, float]:
    """Return the lag within 20 s of `about` with the least median distance, which drifting apart does not move."""
    far = []
    for lag in range(about - 20, about + 21):  # 41 candidates, not samples
        one, other = (a.place, b.place[lag:]) if lag >= 0 else (a.place[-lag:], b.place)
        n = min(len(one), len(other))
        apart = np.linalg.norm(one[:n] - other[:n], axis=1)
        known = apart[np.isfinite(apart)]
        far.append(float(np.median(known)) if known.size >= LEAST_SHARED_S else np.inf)
    best = int(np.argmin(far))
    return about - 20 + best, far[best]
