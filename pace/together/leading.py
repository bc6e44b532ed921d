"""Who changed the pace first: which of two speeds runs ahead of the other, and how sure that is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from pace.arrays import Array
from pace.together.beside import heading, smoothed
from pace.together.clocks import CLOCK_SD_S, SLIGHT_S, Clocks
from pace.together.seen import Recorded, Seen

BLOCK_S = 120
"""s; satellites' errors and moods last under a minute, so stretches of two are nearly independent."""
LEAST_BLOCKS = 5
"""Ten minutes side by side; with less nothing is said."""
CHANGE_ROWS = 5
"""Rows of the means before and after, whose difference is a change of pace."""
REACH_S = 12
"""s; people who follow later than that are not following."""
N_DRAWS = 400
SURE = 0.8
"""Probability from which somebody is said to have led."""
LEVEL = 0.8
ERROR_MEMORY_S = 40.0
"""s; a satellite position's error lasts about that long: what changes faster is movement."""
HALF_STEP_M = 0.3
"""m; SD of how far ahead of the other somebody likes to walk."""
DEVICE_DELAY_S, DEVICE_DELAY_SD_S = 4.5, 1.2
"""s; a device's own speed comes 3.6-5.8 s after its positions (six recordings of three devices, two makers)."""
SAME_DEVICE_SD_S = 0.3
"""s; how much the delays of two devices of one kind differ."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Leading:
    """Who set the pace.

    Attributes
    ----------
    leader : int or None
        0 or 1; None where neither clearly did, or where nothing can be said.
    share, share_low, share_high : float
        Share of the changes of pace that the first made first, and the ends of its interval.
    sure : float
        Probability that the first is ahead of the second on the whole.
    lag_s, lag_low_s, lag_high_s : float
        How much later the second changes pace; below zero, the first does.
    why_not : str
        Why nothing can be said; empty otherwise.
    """

    leader: Literal[0, 1] | None = None
    share: float = np.nan
    share_low: float = np.nan
    share_high: float = np.nan
    sure: float = np.nan
    lag_s: float = np.nan
    lag_low_s: float = np.nan
    lag_high_s: float = np.nan
    why_not: str = ""


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Fit:
    """Draws (N_DRAWS,) of how far a clock is off what was taken for it, s."""

    draws: Array


def fitted(clocks: Clocks, lay: Callable[[float], tuple[Seen, Seen]]) -> tuple[Clocks, Fit]:
    """Return the offset of clocks by places to a fraction of a second, with draws of its error.

    Parameters
    ----------
    clocks : Clocks
        To the second.
    lay : function
        Gives both people on one clock, for an offset.
    """
    if clocks.source != "positions":
        return clocks, Fit(draws=CLOCK_SD_S * _dice(1).standard_normal(N_DRAWS))
    offset = clocks.offset_s
    for _ in range(3):  # a curved way needs a second look
        squares, products, speed = along_sums(*lay(offset))
        if not squares.size:
            return clocks, Fit(draws=CLOCK_SD_S * _dice(1).standard_normal(N_DRAWS))
        offset -= float(np.clip(_along(squares.sum(axis=0), products.sum(axis=0)) / speed, -10, 10))
    squares, products, speed = along_sums(*lay(offset))
    counts = draws_of_blocks(len(squares))
    error = _along(np.tensordot(counts, squares, 1), counts @ products) / speed
    error = error + HALF_STEP_M / speed * _dice(2).standard_normal(N_DRAWS)
    trust = CLOCK_SD_S**2 / (CLOCK_SD_S**2 + float(error.var())) if abs(offset) < SLIGHT_S else 1.0
    believed = Clocks(offset_s=offset * trust, source=clocks.source, near=clocks.near)
    return believed, Fit(draws=np.sqrt(trust) * error)


def along_sums(a: Seen, b: Seen) -> tuple[Array, Array, float]:
    """Return the normal equations by block, (k, 2, 2) and (k, 2), of how far b is ahead of a and beside it; and speed.

    A clock that is wrong shifts one person along the way: the shift turns with the way at every bend, the error of the
    satellites does not. Both sides are taken as changes against a slowly forgetting past, which makes that error white
    (Prais-Winsten), so that bends and the mean distance each count for what they are worth.
    """
    between, ahead = b.place - a.place, heading(a, b)
    up = np.nanmean(a.place, axis=0)
    side = np.cross(up / np.linalg.norm(up), ahead)
    keep = np.exp(-1 / ERROR_MEMORY_S)
    rows = np.stack((ahead, side), axis=1)
    rows, target = rows[1:] - keep * rows[:-1], between[1:] - keep * between[:-1]
    close = _close(between)[1:]
    jump = np.linalg.norm(target, axis=1)
    used = close & np.isfinite(rows).all(axis=(1, 2)) & np.isfinite(jump)
    if used.sum() < LEAST_BLOCKS * BLOCK_S:
        return np.empty((0, 2, 2)), np.empty((0, 2)), 1.0
    used &= jump <= 5 * np.median(jump[used])
    rows, target = np.where(used[:, None, None], rows, 0.0), np.where(used[:, None], target, 0.0)
    squares, products = np.einsum("tik,tjk->tij", rows, rows), np.einsum("tik,tk->ti", rows, target)
    speed = np.linalg.norm(np.gradient(np.apply_along_axis(smoothed, 0, a.place, 7), axis=0), axis=1)[1:][used]
    return blocks(squares), blocks(products), max(float(np.nanmean(speed)), GOING_LEAST)


DRIFTED_M, PARTING_S = 12.0, 40
"""m and s: further apart than this they are not together, nor so long before and after: one drops or catches up."""


def _close(between: Array) -> NDArray[np.bool_]:
    """Return which seconds (n,) count as together, given how far one is from the other (n, 3)."""
    far = np.linalg.norm(np.apply_along_axis(smoothed, 0, between, 31), axis=1) > DRIFTED_M
    around = np.convolve(far, np.ones(2 * PARTING_S + 1))[PARTING_S : PARTING_S + far.size]
    return np.asarray(around < 0.5)


GOING_LEAST = 0.5
"""m/s; least mean speed by which a distance is made a time."""


def _along(squares: Array, products: Array) -> Array:
    """Return the first unknown (…) of normal equations (…, 2, 2), (…, 2)."""
    det = squares[..., 0, 0] * squares[..., 1, 1] - squares[..., 0, 1] ** 2
    top = products[..., 0] * squares[..., 1, 1] - products[..., 1] * squares[..., 0, 1]
    return np.asarray(top / np.maximum(det, 1e-12))


def leading(a: Seen, b: Seen, *, near: Array, clocks: Clocks, fit: Fit, recorded: tuple[Recorded, Recorded]) -> Leading:
    """Return who changed pace first, over the time in which they were side by side or it is not known.

    Changes of the two speeds are correlated at lags of up to 12 s, in blocks of two minutes. Draws of whole blocks
    (bootstrap) give the doubt of the lag; the doubts of the clocks and of the devices' delays are added to each draw.
    """
    if clocks.source == "pace":
        return Leading(why_not="the clocks differ and no places tell by how much, so nobody can be said to be first")
    by_lag = blocks(lagged_products(change(a.speed), change(b.speed), near != 0, REACH_S))
    by_lag = by_lag[by_lag[:, REACH_S] > 0]
    if len(by_lag) < LEAST_BLOCKS:
        return Leading(why_not="less than ten minutes together with changes of pace is too little to say")
    counts = draws_of_blocks(len(by_lag))
    behind = peak(counts @ by_lag)
    known = _delay(a, b, recorded) - fit.draws
    lag = behind - known
    own = peak(by_lag)
    weight = by_lag.max(axis=1)
    ahead = 1 / (1 + np.exp(-(own[None, :] - known[:, None]) / 0.25))
    share = ((counts * weight) * ahead).sum(axis=1) / (counts * weight).sum(axis=1)
    low, middle, high = np.quantile(lag, [(1 - LEVEL) / 2, 0.5, (1 + LEVEL) / 2]).tolist()
    share_low, share_middle, share_high = np.quantile(share, [(1 - LEVEL) / 2, 0.5, (1 + LEVEL) / 2]).tolist()
    sure = float((lag > 0).mean())
    leader: Literal[0, 1] | None = (
        0 if sure >= SURE and share_low > 0.5 else 1 if sure <= 1 - SURE and share_high < 0.5 else None
    )
    return Leading(
        leader=leader,
        share=share_middle,
        share_low=share_low,
        share_high=share_high,
        sure=sure,
        lag_s=middle,
        lag_low_s=low,
        lag_high_s=high,
    )


def change(speed: Array) -> Array:
    """Return by how much the speed changes about each second (n,): five rows after it against five before; NaN kept."""
    mean = smoothed(speed, CHANGE_ROWS)
    half = (CHANGE_ROWS + 1) // 2
    out = np.full(speed.size, np.nan)
    if speed.size > 2 * half:
        out[half:-half] = mean[2 * half :] - mean[: -2 * half]
    return out


def lagged_products(a: Array, b: Array, use: Any, reach: int) -> Array:
    """Return a[t] b[t + lag] for lags -reach … reach, (n, 2 reach + 1); 0 where either is unknown or not to be used."""
    one = np.where(use & np.isfinite(a), a, 0.0)
    other = np.pad(np.where(use & np.isfinite(b), b, 0.0), reach)
    return np.asarray(one[:, None] * np.lib.stride_tricks.sliding_window_view(other, 2 * reach + 1))


def blocks(values: Array) -> Array:
    """Return the sums (k, …) over whole blocks of two minutes of values (n, …)."""
    k = len(values) // BLOCK_S
    return np.asarray(values[: k * BLOCK_S].reshape(k, BLOCK_S, *values.shape[1:]).sum(axis=1))


def draws_of_blocks(k: int) -> Array:
    """Return how often each of k blocks is drawn in each of N_DRAWS draws with replacement, (N_DRAWS, k)."""
    return _dice(0).multinomial(k, np.full(k, 1 / k), size=N_DRAWS).astype(np.float64)


def peak(by_lag: Array) -> Array:
    """Return the lag (…) of the highest of values (…, 2 reach + 1), between rows by the parabola through three."""
    reach = by_lag.shape[-1] // 2
    top = np.clip(by_lag.argmax(axis=-1), 1, 2 * reach - 1)
    left, at, right = (np.take_along_axis(by_lag, (top + i)[..., None], -1)[..., 0] for i in (-1, 0, 1))
    bend = left - 2 * at + right
    beside = np.where(bend < 0, np.clip((left - right) / 2 / np.where(bend < 0, bend, 1.0), -1, 1), 0.0)
    return np.asarray(top - reach + beside)


def _delay(a: Seen, b: Seen, recorded: tuple[Recorded, Recorded]) -> Array:
    """Return draws (N_DRAWS,) of how much later the second device tells its speed than the first.

    Devices of one kind are alike. Of others each device's own speed is held against its own positions, and what is
    usual counts beside that.
    """
    noise = _dice(3).standard_normal((2, N_DRAWS))
    kinds = {(one.device, one.motion.speed_source) for one in recorded}
    if len(kinds) == 1:
        return np.asarray(SAME_DEVICE_SD_S * noise[0])
    each = [_own_delay(seen, one) for seen, one in zip((a, b), recorded, strict=True)]
    return np.asarray(each[1][0] - each[0][0] + each[1][1] * noise[1] - each[0][1] * noise[0])


def _own_delay(seen: Seen, recorded: Recorded) -> tuple[float, float]:
    """Return how much later than its positions a device tells its speed, s, and the SD of that."""
    usual = 0.0 if recorded.motion.speed_source == "position" else DEVICE_DELAY_S
    doubt = SAME_DEVICE_SD_S if recorded.motion.speed_source == "position" else DEVICE_DELAY_SD_S
    if not recorded.located or usual == 0.0:
        return usual, doubt
    step = np.gradient(np.apply_along_axis(smoothed, 0, seen.place, CHANGE_ROWS), axis=0)
    by_place = np.linalg.norm(step, axis=1)
    by_lag = blocks(lagged_products(change(by_place), change(seen.speed), True, REACH_S))
    if len(by_lag) < LEAST_BLOCKS:
        return usual, doubt
    found = peak(draws_of_blocks(len(by_lag)) @ by_lag)
    weight = doubt**2 / (doubt**2 + float(found.var()))
    return usual + weight * (float(np.median(found)) - usual), doubt * float(np.sqrt(1 - weight))


def _dice(number: int) -> np.random.RandomState:
    """Return frozen dice: the same recordings give the same answer."""
    return np.random.RandomState(number)
