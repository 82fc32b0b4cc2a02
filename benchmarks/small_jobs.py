"""Small jobs, where overhead is everything: predicting one row, and a whole command from cold."""

import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from barreleye.nn.network import initialize, predict
from barreleye.nn.structure import Network

from .timing import interleave, table


def one_row(rounds: int = 7, calls: int = 2_000) -> str:
    """Predicting one row on NumPy with a 30-100-1 network: microseconds a call."""
    network = Network((30, 100, 1), "relu", "sigmoid")
    parameters = initialize(network, 0)
    x = np.random.default_rng(0).standard_normal((30, 1))

    def ours() -> float:
        started = time.perf_counter()
        for _ in range(calls):
            predict(network, parameters, x)
        return (time.perf_counter() - started) / calls

    def scikit_learn() -> float:
        from sklearn.neural_network import MLPClassifier

        model = MLPClassifier((100,), max_iter=1).fit(np.r_[x.T, -x.T], [0, 1])
        started = time.perf_counter()
        for _ in range(calls // 10):
            model.predict_proba(x.T)
        return (time.perf_counter() - started) / (calls // 10)

    import warnings

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # scikit-learn's one iteration has not converged
        times = interleave({"barreleye, NumPy": ours, "scikit-learn": scikit_learn}, rounds)
    return table("One row through 30-100-1", times, "barreleye, NumPy", 1e-6, "µs")


def cold_command(rounds: int = 3) -> str:
    """`barreleye train wine` in a new process without a compilation cache: seconds, and peak memory."""
    peak = 0

    def run(*options: str) -> float:
        nonlocal peak
        with tempfile.TemporaryDirectory() as folder:
            train = [sys.executable, "-m", "barreleye.cli", "train", "wine"]
            command = [*train, "--out", str(Path(folder) / "out"), *options]
            started = time.perf_counter()
            subprocess.run(command, check=True, capture_output=True, env={**os.environ, "XDG_CACHE_HOME": folder})
            seconds = time.perf_counter() - started
        peak = max(peak, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
        return seconds

    times = interleave({"train wine": run, "train wine --engine xla": lambda: run("--engine", "xla")}, rounds)
    text = table("`barreleye train wine` from cold", times, "train wine", 1.0, "s")
    return (
        text + f"\nTarget: `train wine` in 2 s on an idle machine. Peak memory of the larger: {peak / 1024:.0f} MiB\n"
    )
