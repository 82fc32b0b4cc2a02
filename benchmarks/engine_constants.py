"""The constants behind engine="auto", read anew on this machine."""

import subprocess
import sys
import time
from typing import Any

import numpy as np

from barreleye.nn.structure import Network
from barreleye.training import engine_choice
from barreleye.training.step import Recipe

from .peers import barreleye_step

NETWORKS = (
    ((2, 4, 1), 400),
    ((13, 64, 32, 3), 32),
    ((30, 100, 1), 200),
    ((64, 128, 128, 10), 64),
    ((784, 512, 256, 10), 128),
)


def engines() -> str:
    """Estimated and measured seconds a step on both engines, for networks from tiny to wide."""
    rng = np.random.default_rng(0)
    lines = [
        '### engine="auto": estimated and measured microseconds a step',
        "",
        "| network | batch | NumPy, estimated | NumPy | XLA, estimated | XLA |",
        "|---|---:|---:|---:|---:|---:|",
    ]
    for n, m in NETWORKS:
        for dtype in (np.float64, np.float32):
            X = rng.standard_normal((m, n[0])).astype(dtype)
            Y = np.eye(n[-1])[rng.integers(0, n[-1], m)] if n[-1] > 1 else rng.integers(0, 2, (m, 1))
            network = Network(n, "relu", "softmax" if n[-1] > 1 else "sigmoid")
            estimates = engine_choice.estimate_seconds(Recipe(network), m, 10**6, dtype)
            measured = []
            for engine in ("numpy", "xla"):
                steps = 20 if n[0] == 784 else 200
                run = barreleye_step(network, X, Y, steps=steps, engine=engine)
                run()
                measured.append(min(run() for _ in range(5)))
            cells: list[Any] = [estimates[0], measured[0] * 1e6, estimates[1], measured[1] * 1e6]
            shape = f"{'-'.join(map(str, n))}, {np.dtype(dtype)}"
            lines.append(f"| {shape} | {m} | " + " | ".join(f"{value:.3g}" for value in cells) + " |")
    started = time.perf_counter()
    subprocess.run([sys.executable, "-c", "import jax.numpy"], check=True)
    with_jax = time.perf_counter() - started
    started = time.perf_counter()
    subprocess.run([sys.executable, "-c", "import numpy"], check=True)
    lines += ["", f"Importing JAX takes {with_jax - (time.perf_counter() - started):.2f} s."]
    return "\n".join(lines) + "\n"
