"""Searches: 60 trials in 3 folds beside scikit-learn's RandomizedSearchCV, and many networks at once beside one.

scikit-learn takes both cores, with one BLAS thread for each; the network, its batches, epochs, folds and the ranges are
the same: (64,) ReLU, Adam, batches of 200, 50 epochs. Each side is timed whole, from the table to the best setting. The
first search of a machine compiles its program, which its later processes load, so all are told: with nothing compiled,
in another process, and once more in the same. Beside them stand the bare products of all steps, which nothing can beat
that computes the same numbers.
"""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from typing import Any

import numpy as np

from .timing import machine

TRIALS, FOLDS, EPOCHS, BATCH = 60, 3, 50, 200
NETWORKS, STEPS = 200, 500


def search() -> str:
    """Seconds of the searches, and microseconds of a step a network."""
    lines = ["### Searching", "", machine(), ""]
    lines += ["| rows | scikit-learn, s | barreleye, first | in another process | once more | bare products |"]
    lines += ["|---:|---:|---:|---:|---:|---:|"]
    for m in (5000, 500):
        with tempfile.TemporaryDirectory() as folder:
            theirs = min(in_process("theirs", m, folder) for _ in range(2))
            ours = [in_process(name, m, folder) for name in ("ours", "ours", "again", "bare")]
        cells = [f"{theirs:.2f}", *(f"{seconds:.2f} s, {theirs / seconds:.1f} x" for seconds in ours)]
        lines.append(f"| {m:,} | " + " | ".join(cells) + " |")
    alone, together = at_once()
    ratio = together / alone
    lines += ["", f"{NETWORKS} planar networks at different rates at once: {together:.2f} µs a network and step, "]
    lines[-1] += f"one alone {alone:.2f} µs: {ratio:.2f} of it."
    return "\n".join([*lines, ""])


def data(m: int) -> tuple[np.ndarray, np.ndarray]:
    """A table of 30 columns and two classes."""
    rng = np.random.default_rng(0)
    X = rng.normal(size=(m, 30))
    return X, (X[:, 0] * X[:, 1] + X[:, 2] + 0.3 * rng.normal(size=m) > 0).astype(int)


def theirs(m: int) -> float:
    """Seconds of scikit-learn's search."""
    from scipy.stats import loguniform
    from sklearn.model_selection import RandomizedSearchCV
    from sklearn.neural_network import MLPClassifier

    X, y = data(m)
    model = MLPClassifier((64,), max_iter=EPOCHS, n_iter_no_change=10**6, tol=0.0, random_state=0)
    space = {"learning_rate_init": loguniform(1e-3, 1e-1), "alpha": loguniform(1e-3, 10.0)}
    started = time.perf_counter()
    RandomizedSearchCV(
        model, space, n_iter=TRIALS, cv=FOLDS, n_jobs=2, random_state=0, refit=False, scoring="neg_log_loss"
    ).fit(X, y)
    return time.perf_counter() - started


def ours(m: int) -> float:
    """Seconds of the same search here."""
    from barreleye.data.frame import frame_of
    from barreleye.models.preparing import prepare
    from barreleye.models.run import Settings
    from barreleye.search.study import Study

    X, y = data(m)
    settings = Settings(recipe="plain", layers=(64,), epochs=EPOCHS, batch=BATCH, patience=0)
    space = {"rate": [1e-3, 1e-1, "log"], "l2": [1e-3, 10.0, "log"]}
    started = time.perf_counter()
    columns = {f"x{j}": X[:, j] for j in range(X.shape[1])} | {"y": y}
    ready = prepare(frame_of(columns), ["y"], hold_out=False, **settings.coding)
    study = Study(ready, settings, space, sampler="random", pruner="none", trials=TRIALS, folds=FOLDS)
    assert len(list(study.run())) == TRIALS
    return time.perf_counter() - started


def again(m: int) -> float:
    """Seconds of the search when its program is compiled."""
    ours(m)
    return ours(m)


def bare(m: int) -> float:
    """Seconds of the matrix products alone of all steps, on two cores that share them without loss."""
    rng, steps = np.random.default_rng(0), TRIALS * FOLDS * EPOCHS * -(-m * (FOLDS - 1) // FOLDS // BATCH)
    W1, W2, X, dZ1 = (rng.normal(size=shape) for shape in ((64, 30), (1, 64), (30, BATCH), (64, BATCH)))
    dZ2 = rng.normal(size=(1, BATCH))
    started = time.perf_counter()
    for _ in range(steps // 10):
        A1 = W1 @ X
        for pair in ((W2, A1), (dZ2, A1.T), (W2.T, dZ2), (dZ1, X.T)):
            np.matmul(*pair)
    return 10 * (time.perf_counter() - started) / 2


def at_once() -> tuple[float, float]:
    """Microseconds of a step on XLA: of one planar network, and of each of many at rates of their own."""
    from barreleye.data.builtin import load_dataset
    from barreleye.nn.structure import Network
    from barreleye.training.plan import planned
    from barreleye.training.run import Plan
    from barreleye.training.together import Together

    flower = load_dataset("flower")

    def plans(n: int, steps: int) -> list[Plan]:
        network, rates = Network((2, 4, 1), "tanh", "sigmoid"), np.geomspace(0.01, 1.2, n)
        how: dict[str, Any] = {"optimizer": "gd", "steps": steps, "every": steps, "engine": "xla"}
        return [planned(network, flower.X, flower.y, learning_rate=float(rate), **how) for rate in rates]

    def seconds(run: Callable[[int], None]) -> float:
        """Of the steps alone: the difference between many and few."""
        run(1)
        times = []
        for steps in (2 * STEPS, STEPS):
            started = time.perf_counter()
            run(steps)
            times.append(time.perf_counter() - started)
        return times[0] - times[1]

    def together(steps: int) -> None:
        for _ in Together(plans(NETWORKS, steps)):
            pass

    def alone(steps: int) -> None:
        for _ in plans(1, 20 * steps)[0].progress():
            pass

    one = min(seconds(alone) for _ in range(5)) / STEPS / 20
    many = min(seconds(together) for _ in range(5)) / STEPS / NETWORKS
    return 1e6 * one, 1e6 * many


def in_process(name: str, m: int, compiled: str) -> float:
    """What that function says in a process of its own, with one BLAS thread, and what is compiled in that folder."""
    program = f"from benchmarks.search import {name}; print({name}({m}))"
    environment = {**os.environ, "OPENBLAS_NUM_THREADS": "1", "BARRELEYE_COMPILATION_CACHE": compiled}
    done = subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True)
    return float(done.stdout)
