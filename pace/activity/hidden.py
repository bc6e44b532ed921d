"""How likely each hidden state is in each second, given all the evidence before and after it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from pace.arrays import Array

LONGEST_BLOCK = 128
"""Rows; evidence is bounded (`bounded`), so a product over so many neither under- nor overflows in float64."""


def posterior(likelihood: Array, transition: Array) -> NDArray[np.float32]:
    """Return the probability (c, n, k) of each state in each row: forward-backward, exactly, without a loop over rows.

    The rows are cut into blocks. What a block does to whatever enters it is a k × k matrix; those of all blocks are
    multiplied up at once, row by row of the blocks, then chained from block to block by doubling, and then every block
    is run from its true start. The loops are about half as long as the square root of n.

    Parameters
    ----------
    likelihood : (c, n, k) float64
        Of each row's evidence given the state, in c chains; the largest of a row is 1 and none is below exp(-4).
    transition : (k, k) float64
        Probability of the column's state after the row's.

    References
    ----------
    Rabiner 1989, doi:10.1109/5.18626 (forward-backward); Särkkä & García-Fernández 2021,
    doi:10.1109/TAC.2020.2976316 (filtering is associative, so it can be cut into blocks).
    """
    n_chains, n, k = likelihood.shape
    length = int(np.clip(np.sqrt(n) / 2, 1, LONGEST_BLOCK))
    n_blocks = -(-n // length)
    padded = np.ones((n_chains, n_blocks * length, k))
    padded[:, :n] = likelihood
    by_step = np.ascontiguousarray(padded.reshape(n_chains * n_blocks, length, k).swapaxes(0, 1))
    matrices = _block_matrices(by_step, transition).reshape(n_chains, n_blocks, k, k)
    before, after = (ends.reshape(-1, k) for ends in _block_ends(matrices))
    joint = _forward(by_step, transition, before) * _backward(by_step, transition, after)
    joint = joint.swapaxes(0, 1).reshape(n_chains, -1, k)[:, :n]
    chance: NDArray[np.float32] = (joint / joint.sum(axis=2, keepdims=True)).astype(np.float32)
    return chance


def _block_matrices(by_step: Array, transition: Array) -> Array:
    """Return (b, k, k): what each block makes of a distribution (a row vector) that enters it."""
    _, n_blocks, k = by_step.shape
    matrices = np.tile(np.eye(k), (n_blocks, 1, 1))
    for likelihood in by_step:  # steps within a block, all blocks at once
        matrices = (matrices.reshape(-1, k) @ transition).reshape(-1, k, k) * likelihood[:, None, :]
    scaled: Array = matrices / matrices.max(axis=(1, 2), keepdims=True)
    return scaled


def _block_ends(matrices: Array) -> tuple[Array, Array]:
    """Return what enters each block from before, and what the rows after it say of its end: (c, b, k) twice."""
    up_to, from_on = _products(matrices), _products(matrices[:, ::-1].swapaxes(2, 3))[:, ::-1].swapaxes(2, 3)
    before, after = np.ones(matrices.shape[:3]), np.ones(matrices.shape[:3])
    before[:, 1:] = up_to[:, :-1].sum(axis=2)  # from an even start
    after[:, :-1] = from_on[:, 1:].sum(axis=3)
    return before, after


def _products(matrices: Array) -> Array:
    """Return the products of all matrices up to each one, (c, b, k, k), each scaled to a maximum of 1, by doubling."""
    found = matrices.copy()
    reach = 1
    while reach < found.shape[1]:  # doublings, not samples
        longer = found[:, :-reach] @ found[:, reach:]
        found[:, reach:] = longer / longer.max(axis=(2, 3), keepdims=True)
        reach *= 2
    return found


def _forward(by_step: Array, transition: Array, before: Array) -> Array:
    """Return the forward probabilities, in the shape of `by_step`, up to a factor per block."""
    found = np.empty_like(by_step)
    for i, likelihood in enumerate(by_step):
        before = (before @ transition) * likelihood
        found[i] = before
    return found


def _backward(by_step: Array, transition: Array, after: Array) -> Array:
    """Return the backward probabilities, in the shape of `by_step`, up to a factor per block."""
    found = np.empty_like(by_step)
    for i in range(len(by_step) - 1, -1, -1):
        found[i] = after
        after = (by_step[i] * after) @ transition.T
    return found
