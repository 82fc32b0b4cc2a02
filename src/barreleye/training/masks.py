"""Dropout masks as a function of (seed, step, layer, unit, column): the same on both engines, and on resumption.

A mask needs no cryptography and no long stream, only bits that look independent from one counter to the next, so each
entry hashes its own coordinates with 32-bit integer arithmetic that NumPy and XLA compute alike. XLA fuses it into the
step, which a generator with state could not offer. The mixer is the two-round xor-multiply "lowbias32" found by
C. Wellons' hash-prospector search (2018, public domain).
"""

from typing import Any

from ..nn.arrays import Array, namespace
from ..nn.structure import Network


def dropout_masks(network: Network, seed: Array, t: Any, like: Array) -> dict[int, Array]:
    """D[l] (n[l], m) of 0 and 1, each 1 with probability keep_prob[l], for every layer with dropout.

    seed    uint32 array of shape (1,)
    t       the number of updates already made
    like    X (n[0], m), for the number of columns, the dtype and the kind of array

    An entry depends on its own unit and column only, so that more columns (padding) leave the others as they are.

    >>> import numpy as np
    >>> D = dropout_masks(Network((2, 1000, 1), keep_prob=0.8), np.ones(1, np.uint32), 0, np.zeros((2, 50)))
    >>> round(float(D[1].mean()), 2)
    0.8
    """
    xp = namespace(like)
    m = like.shape[1]
    step = mix(seed ^ mix(xp.asarray(t, dtype=xp.uint32).reshape(1)))
    masks = {}
    for l in network.dropout_layers:
        n = network.n[l]
        units = xp.arange(n, dtype=xp.uint32).reshape(n, 1)
        columns = xp.arange(m, dtype=xp.uint32).reshape(1, m)
        layer = mix(step + xp.asarray(l, dtype=xp.uint32).reshape(1))
        bits = mix(mix(columns * xp.asarray(n, dtype=xp.uint32).reshape(1, 1) + units + layer) ^ step)
        keep: Any = network.keep_prob[l - 1]
        limit = xp.asarray(keep * (2.0**32 - 1)).astype(xp.uint32)
        masks[l] = (bits <= limit).astype(like.dtype)
    return masks


def mix(x: Array) -> Array:
    """A bijection of 32-bit integers that changes about half of the bits when one bit of x changes.

    >>> import numpy as np
    >>> int(mix(np.array([1], np.uint32))[0]) != int(mix(np.array([2], np.uint32))[0])
    True
    """
    xp = namespace(x)

    def word(value: int) -> Array:
        return xp.asarray(value, dtype=xp.uint32)

    x = (x ^ (x >> word(16))) * word(0x7FEB352D)
    x = (x ^ (x >> word(15))) * word(0x846CA68B)
    return x ^ (x >> word(16))
