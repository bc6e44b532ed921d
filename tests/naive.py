"""Plain loops, one beside each vectorised kernel: slow, obvious, and what the kernels are compared with."""

import math

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


def day_likelihood(windows, slopes, steepnesses, days, uphill, speed_edges, lapse):
    """Return the likelihood (slopes, days) of one activity's windows (2, bins, grades), window by window."""
    log = np.zeros((len(slopes), len(steepnesses), len(days)))
    for s, slope in enumerate(slopes):
        for b, steepness in enumerate(steepnesses):
            for d, day in enumerate(days):
                for k in range(windows.shape[1]):
                    for g, grade in enumerate(uphill):
                        speed = (speed_edges[k] + speed_edges[k + 1]) / 2 + slope * grade
                        run = lapse / 2 + (1 - lapse) / (1 + np.exp(-steepness * (speed - day)))
                        log[s, b, d] += windows[0, k, g] * np.log(1 - run) + windows[1, k, g] * np.log(run)
    return np.exp(log - log.max()).mean(axis=1)


def heart_likelihood(at_talk, weight, mean, sd):
    """Return the likelihood of each effort: the mean over draws of a normal density, draw by draw."""
    out = []
    for m, s in zip(mean, sd, strict=True):
        total = 0.0
        for h, w in zip(at_talk, weight, strict=True):
            total += w * np.exp(-(((h - m) / s) ** 2) / 2) / s
        out.append(total / sum(weight))
    return np.array(out)


def normal_equations(x, signal, day, weight, day_sd):
    """Return X'V^-1 X and X'V^-1 y with V written out: 1/weight on the diagonal, day_sd^2 within a day."""
    n = len(signal)
    covariance = np.zeros((n, n))
    for i in range(n):
        for j in range(n):
            covariance[i, j] = (day_sd**2 if day[i] == day[j] else 0.0) + (1 / weight[i] if i == j else 0.0)
    inverse = np.linalg.inv(covariance)
    return x @ inverse @ x.T, x @ inverse @ signal


def fit_messages(data):
    """Return where the messages of each message number begin; one layout a number."""
    sizes, at, found = {}, 0, {}
    while at < len(data):
        if data[at] & 0x40:
            fields = data[at + 5]
            size = 1 + sum(data[at + 7 + 3 * i] for i in range(fields))
            sizes[data[at] & 15] = (int.from_bytes(data[at + 3 : at + 5], "little"), size)
            at += 6 + 3 * fields
        else:
            message, size = sizes[data[at]]
            found.setdefault(message, []).append(at)
            at += size
    return found


def fit_times(own, headers, broken):
    """Return the times of messages with whole times, or with five bits in the header that count on."""
    times, clock = [], np.nan
    for whole, header, lost in zip(own, headers, broken, strict=True):
        if lost:
            clock = np.nan
        if header >= 0x80:
            if not np.isnan(clock):
                clock += (header - int(clock)) % 32
        else:
            clock = whole
        times.append(clock)
    return times


def posterior(likelihood: np.ndarray, transition: np.ndarray) -> np.ndarray:
    """Return the probability (n, k) of each hidden state by forward-backward, row by row."""
    n, k = likelihood.shape
    forward, backward = np.empty((n, k)), np.ones((n, k))
    now = np.full(k, 1 / k)
    for i in range(n):
        now = (now @ transition) * likelihood[i]
        now = now / now.sum()
        forward[i] = now
    for i in range(n - 2, -1, -1):
        after = transition @ (likelihood[i + 1] * backward[i + 1])
        backward[i] = after / after.sum()
    joint = forward * backward
    return joint / joint.sum(axis=1, keepdims=True)


def dfa_alpha1(rr: np.ndarray) -> float:
    """Return DFA-alpha1 of one window by the recipe, box by box: lambda 500, boxes 4-16, from both ends."""
    n = len(rr)
    second = np.diff(np.eye(n), n=2, axis=0)
    trend = np.linalg.solve(np.eye(n) + 500.0**2 * second.T @ second, rr)
    profile = np.cumsum(rr - trend)
    sizes = range(4, 17)
    fluctuation = []
    for size in sizes:
        squares = []
        for series in (profile, profile[::-1]):
            for start in range(0, n - size + 1, size):
                box = series[start : start + size]
                line = np.polyval(np.polyfit(np.arange(size), box, 1), np.arange(size))
                squares.append(np.mean((box - line) ** 2))
        fluctuation.append(np.sqrt(np.mean(squares)))
    return float(np.polyfit(np.log(list(sizes)), np.log(fluctuation), 1)[0])


def moving(speed: np.ndarray) -> list[bool]:
    """Return which seconds move: not within five or more slower than 0.45 m/s."""
    found = []
    for i in range(len(speed)):
        if np.isnan(speed[i]) or speed[i] >= 0.45:
            found.append(bool(speed[i] >= 0.45))
            continue
        first, last = i, i
        while first > 0 and speed[first - 1] < 0.45:
            first -= 1
        while last + 1 < len(speed) and speed[last + 1] < 0.45:
            last += 1
        found.append(last - first + 1 < 5)
    return found


def best_speed(way: np.ndarray, seconds: int) -> float:
    """Return the fastest mean speed over so many whole seconds, metres per second given one by one; NaN if shorter."""
    best = np.nan
    for start in range(len(way) - seconds + 1):
        best = np.fmax(best, sum(way[start : start + seconds]) / seconds)
    return float(best)


def medians(values: np.ndarray, start: list[int], stop: list[int]) -> list[float]:
    """Return the median of the known values in each stretch."""
    found = []
    for first, last in zip(start, stop, strict=True):
        known = sorted(value for value in values[first:last] if not np.isnan(value))
        middle = len(known) // 2
        even = len(known) % 2 == 0
        found.append(np.nan if not known else (known[middle - 1] + known[middle]) / 2 if even else known[middle])
    return found


def lagged_products(a, b, reach):
    """Return the sum over t of a[t] b[t + lag] for each lag, over what is known of both."""
    found = []
    for lag in range(-reach, reach + 1):
        total = 0.0
        for t in range(len(a)):
            if 0 <= t + lag < len(b) and not (np.isnan(a[t]) or np.isnan(b[t + lag])):
                total += a[t] * b[t + lag]
        found.append(total)
    return np.array(found)


def lagged_distance(a, b, reach):
    """Return the root mean square distance of places a[t] and b[t + lag], and of how many pairs, for each lag."""
    far, pairs = [], []
    for lag in range(-reach, reach + 1):
        squares = []
        for t in range(len(a)):
            if 0 <= t + lag < len(b) and not (np.isnan(a[t]).any() or np.isnan(b[t + lag]).any()):
                squares.append(sum((x - y) ** 2 for x, y in zip(a[t], b[t + lag], strict=True)))
        far.append(np.sqrt(np.mean(squares)) if squares else 0.0)
        pairs.append(len(squares))
    return np.array(far), np.array(pairs)


def mean_of_known(values, rows):
    """Return the mean of the known values within `rows` rows about each; NaN where fewer than half are known."""
    found = []
    for i in range(len(values)):
        window = values[max(0, i - rows // 2) : i + rows // 2 + 1]
        known = [value for value in window if not np.isnan(value)]
        found.append(sum(known) / len(known) if 2 * len(known) >= len(window) and known else np.nan)
    return np.array(found)


def log_clear(windows, guessed, mislabelled, theta, model):
    """Return what usual speeds say of thresholds: every pair of a usual walk and a usual run, one after the other."""
    pairs = [(w, r) for w in model.WALK_AT for r in model.RUN_AT]
    right = [log_usual(windows, guessed, pair, model) for pair in pairs]
    wrong = [log_usual(windows, [True] * len(windows), pair, model) for pair in pairs]
    top = max(right + wrong)
    usual = [
        (1 - mislabelled) * math.exp(r - top) + mislabelled * math.exp(w - top)
        for r, w in zip(right, wrong, strict=True)
    ]
    found = [
        sum(
            chance
            * distance_density(centre - walk, model.WALK_BELOW, model.WALK_BELOW_LOG_SD, model.ANY_DISTANCE)
            * distance_density(run - centre, model.RUN_ABOVE, model.RUN_ABOVE_LOG_SD, model.ANY_DISTANCE)
            for (walk, run), chance in zip(pairs, usual, strict=True)
        )
        for centre in theta
    ]
    blurred = []
    for centre in theta:
        weight = [math.exp(-(((centre - other) * math.sqrt(len(windows)) / model.DAY_SD) ** 2) / 2) for other in theta]
        blurred.append(math.log(sum(w * f for w, f in zip(weight, found, strict=True)) / sum(weight)))
    return np.array(blurred)


def log_usual(windows, guessed, pair, model):
    """Return the log likelihood of one usual walk and run: where gaits are guessed, a mean over shares walked."""
    told, either = 0.0, [0.0] * len(model.WALKED)
    for activity, guess in zip(windows, guessed, strict=True):
        for column in range(activity.shape[1]):
            spent = activity[:, column] * model.SPEEDS_SHOWN / activity.sum()
            walk, run = (
                normal((column + 0.5) * 0.05 - at, sd)
                for at, sd in zip(pair, (model.WALK_SD, model.RUN_SD), strict=True)
            )
            if guess:
                either = [
                    log + spent.sum() * math.log(share * walk + (1 - share) * run + model.FAR)
                    for log, share in zip(either, model.WALKED, strict=True)
                ]
            else:
                told += spent[0] * math.log(walk + model.FAR) + spent[1] * math.log(run + model.FAR)
    return told + math.log(sum(math.exp(log - max(either)) for log in either) / len(either)) + max(either)


def normal(away, sd):
    """Return the normal density."""
    return math.exp(-((away / sd) ** 2) / 2) / (sd * math.sqrt(2 * math.pi))


def distance_density(metres, median, log_sd, floor):
    """Return a log-normal density and a little for any distance."""
    beyond = max(metres, 1e-3)
    return normal(math.log(beyond / median), log_sd) / beyond + floor
