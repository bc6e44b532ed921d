"""The dice of the simulation: named frozen streams, and smooth noise and lags made of them.

`numpy.random.RandomState` is used on purpose: its streams are frozen for good (NEP 19), while those of
`numpy.random.Generator` may change with any NumPy release, and then no sample could be made again byte for byte.
Every aspect of a recording has a stream of its own, so taking the cadence away changes nothing else in it.
"""

from __future__ import annotations

from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from pace.arrays import Array

KERNEL_TAUS = 8.0
"""Length of an exponential kernel in time constants; what is cut off weighs exp(-8) = 0.03 %."""


def stream(seed: int, aspect: str) -> np.random.RandomState:
    """Return the frozen stream of one aspect ("gps", "day", …) of one seed."""
    return np.random.RandomState([seed, crc32(aspect.encode())])


def lagged(signal: Array, tau: float) -> Array:
    """Return the first-order lag (time constant `tau` samples) of a signal (n,) that stood still before."""
    if signal.size == 0:
        return signal
    kernel = _kernel(tau)
    return _convolved(np.concatenate((np.full(kernel.size - 1, signal[0]), signal)), kernel)


def wander(dice: np.random.RandomState, n: int, *, tau: float, sd: float) -> Array:
    """Return n samples of stationary noise of standard deviation `sd` with correlation time `tau` samples."""
    kernel = _kernel(tau)
    scale = sd / float(np.sqrt((kernel**2).sum()))
    return scale * _convolved(dice.standard_normal(n + kernel.size - 1), kernel)


def some_of(dice: np.random.RandomState, n: int, *, count: int, low: int, high: int) -> NDArray[np.bool_]:
    """Return a mask (n,) that is true in `count` stretches of `low` to `high` samples, clear of start and end."""
    mask = np.zeros(n, dtype=bool)
    length = dice.randint(low, high + 1, size=count)
    edges = np.linspace(0.08, 0.96, count + 1) * n
    place = dice.random_sample(count)
    for k in range(count):
        room = max(edges[k + 1] - edges[k] - length[k], 0.0)
        start = int(edges[k] + place[k] * room)
        mask[start : start + length[k]] = True
    return mask


def _kernel(tau: float) -> Array:
    weight: Array = np.exp(-np.arange(int(KERNEL_TAUS * tau) + 1) / tau)
    return weight / float(weight.sum())


def _convolved(padded: Array, kernel: Array) -> Array:
    size = 1 << (padded.size - 1).bit_length()
    product = np.fft.rfft(padded, size) * np.fft.rfft(kernel, size)
    return np.fft.irfft(product, size)[kernel.size - 1 : padded.size]
