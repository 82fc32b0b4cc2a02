"""Searches: 60 trials in 3 folds beside scikit-learn's RandomizedSearchCV, and many networks at once beside one.

scikit-learn takes both cores, with one BLAS thread for each; the network, its batches, epochs, folds and the ranges are
the same: (64,) ReLU, Adam, batches of 200, 50 epochs. Each side is timed whole, from the table to the best setting. The
first search of a process compiles its program, so both are told: with nothing compiled, and once more.
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
    lines += ["| rows | scikit-learn, s | barreleye, first, s | ratio | barreleye, again, s | ratio |"]
    lines += ["|---:|---:|---:|---:|---:|---:|"]
    for m in (5000, 500):
        theirs = min(in_process("theirs", m) for _ in range(2))
        first, again = in_process("ours", m), in_process("again", m)
        cells = [f"{theirs:.2f}", f"{first:.2f}", f"{theirs / first:.1f}", f"{again:.2f}", f"{theirs / again:.1f}"]
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


def in_process(name: str, m: int) -> float:
    """What that function says in a process of its own, with one BLAS thread, and nothing compiled yet."""
    program = f"from benchmarks.search import {name}; print({name}({m}))"
    with tempfile.TemporaryDirectory() as folder:
        environment = {**os.environ, "OPENBLAS_NUM_THREADS": "1", "BARRELEYE_COMPILATION_CACHE": folder}
        done = subprocess.run(
            [sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True
        )
    return float(done.stdout)
