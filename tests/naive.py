"""Plain loops, one beside each vectorised kernel: slow, obvious, and what the kernels are compared with."""

import numpy as np


def gait_of(hysteresis, speed, threshold):
    """Return 0, 1 or 2 (stand, walk, run): keep the gait inside the band of hysteresis, step by step."""
    gait, state = [], 1
    for v, limit in zip(speed, threshold, strict=True):
        if v > limit + hysteresis / 2:
            state = 2
        elif v < limit - hysteresis / 2:
            state = 1
        gait.append(0 if v < 0.25 else state)
    return np.array(gait)


def lagged(signal, tau):
    """Return the first-order lag of a signal that stood at its first value before."""
    keep, state, out = np.exp(-1 / tau), signal[0], []
    for value in signal:
        state = keep * state + (1 - keep) * value
        out.append(state)
    return np.array(out)


def dfa(series, smallest, largest):
    """Return the exponent of detrended fluctuations in boxes of `smallest` to `largest` values."""
    walk = np.cumsum(series - np.mean(series))
    sizes, spread = range(smallest, largest + 1), []
    for size in sizes:
        left = []
        for start in range(0, len(walk) - size + 1, size):
            box = walk[start : start + size]
            line = np.polyfit(np.arange(size), box, 1)
            left.append(np.mean((box - np.polyval(line, np.arange(size))) ** 2))
        spread.append(np.sqrt(np.mean(left)))
    return np.polyfit(np.log(list(sizes)), np.log(spread), 1)[0]
