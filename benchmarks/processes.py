"""Two processes of one core each against one process of one core: milliseconds a step of the same batches."""

import os
import time
from collections.abc import Iterator, Sequence

import numpy as np

from barreleye.nn.structure import Network
from barreleye.training.hosts import HERE
from barreleye.training.loop import train
from barreleye.training.progress import Progress

from .timing import Seconds, interleave, table

LAYERS = (784, 512, 256, 10)


def processes(rounds: int = 15, steps: int = 50, batch: int = 1024) -> str:
    """784-512-256-10, Adam, float32, batches of 1,024: the two take turns, each on its own processes."""
    rng = np.random.default_rng(0)
    X = rng.standard_normal((10 * batch, LAYERS[0]), dtype=np.float32)
    Y = np.eye(LAYERS[-1], dtype=np.float32)[rng.integers(0, LAYERS[-1], len(X))]
    usual = os.environ.get("OMP_NUM_THREADS")
    os.environ["OMP_NUM_THREADS"] = "1"  # for the processes that are started

    def begun(hosts: Sequence[str]) -> Iterator[Progress]:
        network = Network(LAYERS, "relu", "softmax")
        return train(network, X, Y, batch_size=batch, steps=(rounds + 2) * steps, every=steps, processes=hosts)

    def step_of(run: Iterator[Progress]) -> Seconds:
        def seconds() -> float:
            started = time.perf_counter()
            next(run)
            return (time.perf_counter() - started) / steps

        return seconds

    try:
        runs = {"one process": begun([HERE]), "two processes": begun([HERE, HERE])}
        for run in runs.values():
            next(run)  # starts and compiles
        times = interleave({name: step_of(run) for name, run in runs.items()}, rounds)
    finally:
        os.environ.pop("OMP_NUM_THREADS")
        if usual is not None:
            os.environ["OMP_NUM_THREADS"] = usual
    for run in runs.values():
        run.close()  # type: ignore[attr-defined]
    title = f"{'-'.join(map(str, LAYERS))}, Adam, batch {batch:,}, float32, one core a process: a step"
    return table(title, times, "two processes", 1e-3, "ms")
