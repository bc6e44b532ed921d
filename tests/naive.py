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


def talk_chance(effort, asked):
    """Return the probability that a talk threshold, (values, masses) on an even grid, lies above an effort."""
    values, masses = effort
    half, chance = (values[1] - values[0]) / 2, 0.0
    for value, mass in zip(values, masses, strict=True):
        chance += mass * min(max((value + half - asked) / (2 * half), 0.0), 1.0)
    return chance


class Together:
    """Two people at one shared steady pace, by plain loops: no taking turns, no grade, no heat, no client's guarantee.

    `comfort[person][gait][speed]`; `effort[person]` is (values, masses) of the talk threshold; `loads[gait][speed]`.
    """

    def __init__(self, comfort, effort, loads, *, lead):
        margin = {"client": (0.0, 3.5), "therapist": (3.5, 0.0), "equal": (1.75, 1.75)}[lead]
        self.need = {"client": (0.8, 0.9), "therapist": (0.9, 0.9), "equal": (0.9, 0.9)}[lead]
        self.weight = {"client": (0.35, 0.65), "therapist": (0.65, 0.35), "equal": (0.5, 0.5)}[lead]
        self.own = (0, 1) if lead == "equal" else (1,)
        self.comfort, self.loads, self.n = comfort, loads, len(loads[0])
        self.chance = [
            [[talk_chance(effort[p], 1.03 * load + margin[p]) for load in loads[gait]] for gait in (0, 1)]
            for p in (0, 1)
        ]
        self.runs = [[], []]
        for p in (0, 1):
            for k in range(self.n):
                before = self.runs[p][k - 1] if k else False
                self.runs[p].append(before or comfort[p][1][k] > comfort[p][0][k])

    def fine(self, p, gait, k, same):
        """Return whether one person can talk and is at home in a gait; where gaits differ comfort must be 0.5."""
        home = self.comfort[p][gait][k] >= 0.5 or (same and self.runs[p][k] == (gait == 1))
        return home and self.chance[p][gait][k] >= self.need[p]

    def cap(self, p):
        """Return the effort that one person would choose alone."""
        best, load = -1.0, 0.0
        for gait in (0, 1):
            for k in range(self.n):
                worth = self.chance[p][gait][k] * self.comfort[p][gait][k]
                if self.fine(p, gait, k, True) and worth > best:
                    best, load = worth, self.loads[gait][k]
        return load

    def best(self):
        """Return (score, gaits, speed index) of the best way, or None."""
        caps, found = [self.cap(p) if p in self.own else float("inf") for p in (0, 1)], None
        for gaits in ((0, 0), (1, 1), (0, 1), (1, 0)):
            for k in range(self.n):
                if not all(self.fine(p, gaits[p], k, gaits[0] == gaits[1]) for p in (0, 1)):
                    continue
                if any(self.loads[gaits[p]][k] > caps[p] for p in (0, 1)):
                    continue
                worth = [self.chance[p][gaits[p]][k] * self.comfort[p][gaits[p]][k] for p in (0, 1)]
                score = worth[0] ** self.weight[0] * worth[1] ** self.weight[1]
                if found is None or score > found[0]:
                    found = (score, gaits, k)
        return found
