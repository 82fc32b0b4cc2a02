"""n_members=8 against eight single fits and against one: seconds of MLPClassifier's fit."""

import statistics
import time
import warnings
from typing import Any

import numpy as np

from barreleye import MLPClassifier

from .estimators import data
from .timing import interleave

MEMBERS = 8
CASES = (
    # hidden layers, epochs
    ((64,), 20),
    ((256, 256, 256), 3),
)


def members(rounds: int = 5) -> str:
    """A line for each case and dtype; the ratios are of one round each, one fit after another."""
    lines = [
        f"### n_members={MEMBERS} at (20,000, 30): seconds of a fit, and in single fits",
        "",
        f"| layers | dtype | {MEMBERS} together | one fit | share of {MEMBERS} fits (min - max) | fits (min - max) |",
        "|---|---|---:|---:|---:|---:|",
    ]
    X, y = data(20_000, 30)
    for layers, epochs in CASES:
        for dtype in (np.float32, np.float64):
            lines.append(line(X.astype(dtype), y, layers, epochs, rounds))
    return "\n".join(lines) + "\n"


def line(X: Any, y: Any, layers: tuple[int, ...], epochs: int, rounds: int) -> str:
    """One row of the table."""

    def seconds(n_members: int, seed: int = 0) -> float:
        model = MLPClassifier(
            layers, n_members=n_members, engine="xla", max_iter=epochs, n_iter_no_change=np.inf, random_state=seed
        )
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # it is told to stop before it has converged
            started = time.perf_counter()
            model.fit(X, y)
            return time.perf_counter() - started

    contenders = {
        "together": lambda: seconds(MEMBERS),
        "eight": lambda: sum(seconds(1, seed) for seed in range(MEMBERS)),
    }
    times = interleave(contenders, rounds)
    pairs = list(zip(times["together"], times["eight"], strict=True))

    def spread(ratios: list[float]) -> str:
        return f"{statistics.median(ratios):.2f} ({min(ratios):.2f} - {max(ratios):.2f})"

    median = {name: statistics.median(values) for name, values in times.items()}
    return (
        f"| {layers} | {X.dtype} | {median['together']:.2f} | {median['eight'] / MEMBERS:.2f} | "
        f"{spread([a / b for a, b in pairs])} | {spread([MEMBERS * a / b for a, b in pairs])} |"
    )
