"""Depth against width: n-bit parity, x1 XOR x2 XOR ... XOR xn, by networks whose weights are set by hand.

Deep: two ReLU units make an XOR, a tree of XORs has log2(n) layers and 2n - 2 units. Shallow: one hidden layer with a
unit for every odd pattern of bits has 2^(n-1) units. Both are checked on every input.

    python examples/s3_parity_deep_or_shallow.py [FOLDER FOR PICTURES]
"""

import sys
from pathlib import Path

import numpy as np
from matplotlib.figure import Figure

from barreleye.data.builtin import parity
from barreleye.insight.plots import save
from barreleye.nn.network import predict
from barreleye.nn.quantities import Parameters
from barreleye.nn.structure import Network

XOR_IN = np.array([[1.0, 1.0], [1.0, 1.0]])  # both units look at a + b
XOR_BIAS = np.array([[0.0], [-1.0]])  # ... and bend at 0 and at 1
XOR_OUT = np.array([[1.0, -2.0]])  # a XOR b = relu(a + b) - 2 relu(a + b - 1)


def deep(n: int) -> tuple[Network, Parameters]:
    """A tree of XORs for n = 2, 4, 8, ... bits: each layer halves the number of bits."""
    sizes, W, b, l, out = [n], {}, {}, 0, np.eye(n)
    while out.shape[0] > 1:
        l, pairs = l + 1, out.shape[0] // 2
        W[l] = np.kron(np.eye(pairs), XOR_IN) @ out  # the previous layer's XORs are read off by ``out``
        b[l] = np.tile(XOR_BIAS, (pairs, 1))
        out = np.kron(np.eye(pairs), XOR_OUT)
        sizes.append(2 * pairs)
    W[l + 1], b[l + 1] = out, np.zeros((1, 1))
    return Network((*sizes, 1), "relu", "identity"), Parameters(W, b, {}, {})


def shallow(n: int) -> tuple[Network, Parameters]:
    """A unit for each odd pattern p: ones inside p - ones outside p - ones of p + 1, which is 1 at x = p, else <= 0."""
    bits, odd = parity(n)
    patterns = bits[odd == 1]
    W = {1: 2 * patterns - 1, 2: np.ones((1, len(patterns)))}
    b = {1: 1 - patterns.sum(axis=1, keepdims=True), 2: np.zeros((1, 1))}
    return Network((n, len(patterns), 1), "relu", "identity"), Parameters(W, b, {}, {})


def main(folder: Path) -> None:
    print("bits  inputs  deep: layers, units, right   shallow: units, right")
    for n in (2, 4, 8):
        rows, y = parity(n)
        counts = []
        for build in (deep, shallow):
            network, parameters = build(n)
            right = (predict(network, parameters, rows.T)[0] == y).sum()
            counts.append((network.L, sum(network.n[1:-1]), right))
        (L, units, right), (_, wide, wide_right) = counts
        print(f"{n:4} {2**n:7} {L:13} {units:6} {right:6} {wide:16} {wide_right:6}")
    network, parameters = deep(16)
    rows, y = parity(16)
    right = (predict(network, parameters, rows.T)[0] == y).sum()
    print(
        f"{16:4} {2**16:7} {network.L:13} {sum(network.n[1:-1]):6} {right:6} {2**15:16}   (too wide to be worth trying)"
    )
    print("\nExponential width is the price of units that each recognise one pattern, like AND and OR gates.")
    print("ReLU units that all look at the sum x1 + ... + xn need only n in one layer: a zigzag with n kinks.")
    print("Depth wins where no such shortcut is known.")

    bits = np.array([2, 4, 8, 16, 32])
    figure = Figure(figsize=(6.4, 4), layout="constrained")
    axes = figure.add_subplot()
    axes.semilogy(bits, 2.0 ** (bits - 1), "o-", color="#D55E00", label="shallow, a unit for each odd pattern: 2^(n-1)")
    axes.semilogy(bits, 2 * bits - 2, "s--", color="#0072B2", label="deep, a tree of XORs: 2n - 2")
    axes.set(xlabel="bits n", ylabel="hidden units")
    axes.grid(alpha=0.25)
    axes.legend(frameon=False)
    print(save(figure, folder / "s3-parity.png"))


if __name__ == "__main__":
    results = Path(sys.argv[1] if len(sys.argv) > 1 else "barreleye-results")
    results.mkdir(parents=True, exist_ok=True)
    main(results)
