"""Training: the planar network, the cats' network, and a wide one with Adam."""

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from barreleye.data.builtin import load_dataset
from barreleye.nn.structure import Network

from . import plain_numpy
from .peers import bare_products_step, barreleye_step, sklearn_step, starting_dict, torch_step
from .timing import interleave, table

Contenders = dict[str, Callable[[], float] | None]


def planar(rounds: int = 5, steps: int = 10_000) -> str:
    """Planar 2-4-1, full batch, every cost recorded: microseconds a step."""
    flower = load_dataset("flower")
    network = Network((2, 4, 1), "tanh", "sigmoid")
    parts = []
    for dtype in (np.float64, np.float32):
        X, Y = flower.X.astype(dtype), flower.y.astype(dtype).reshape(-1, 1)
        gd: dict[str, Any] = {"optimizer": "gd", "learning_rate": 1.2}
        start = {name: p.astype(dtype) for name, p in starting_dict(network).items()}
        columns = np.ascontiguousarray(X.T), np.ascontiguousarray(Y.T)
        contenders: Contenders = {
            "barreleye, XLA": barreleye_step(network, X, Y, steps=steps, **gd),
            "barreleye, NumPy": barreleye_step(network, X, Y, steps=steps // 10, engine="numpy", **gd),
            "tutorials' NumPy loop": partial(plain_numpy.two_layer_step, *columns, start, 1.2, steps),
            "scikit-learn": sklearn_step(
                (4,),
                X,
                Y.ravel(),
                batch_size=400,
                epochs=steps // 5,
                activation="tanh",
                solver="sgd",
                momentum=0.0,
                learning_rate_init=1.2,
                alpha=0.0,
            ),
            "PyTorch eager": torch_step(
                (2, 4, 1), X, Y, batch_size=400, steps=steps // 5, hidden="tanh", optimizer="sgd", rate=1.2
            ),
        }
        title = f"Planar 2-4-1, m = 400, full batch, {np.dtype(dtype)}: a step"
        parts.append(table(title, interleave(present(contenders), rounds), "barreleye, XLA", 1e-6, "µs"))
    return "\n".join(parts)


def cats(rounds: int = 5, steps: int = 100) -> str:
    """12288-20-7-5-1, m = 209, full batch, on random pictures: milliseconds a step."""
    n = (12288, 20, 7, 5, 1)
    network = Network(n, "relu", "sigmoid")
    rng = np.random.default_rng(0)
    parts = []
    for dtype in (np.float64, np.float32):
        X = rng.random((209, n[0])).astype(dtype)
        Y = (rng.random((209, 1)) < 0.35).astype(dtype)
        start = {name: p.astype(dtype) for name, p in starting_dict(network).items()}
        columns = X.T, Y.T  # as the tutorial's reshape(m, -1).T leaves them
        gd: dict[str, Any] = {"optimizer": "gd", "learning_rate": 0.0075}
        contenders: Contenders = {
            "barreleye, XLA": barreleye_step(network, X, Y, steps=steps, **gd),
            "barreleye, NumPy": barreleye_step(network, X, Y, steps=steps, engine="numpy", **gd),
            "tutorials' NumPy loop": partial(plain_numpy.deep_step, *columns, start, 0.0075, steps),
            "PyTorch eager": torch_step(
                n, X, Y, batch_size=209, steps=steps, hidden="relu", optimizer="sgd", rate=0.0075
            ),
            "bare matrix products": bare_products_step(n, 209, dtype),
        }
        title = f"{'-'.join(map(str, n))}, m = 209, full batch, {np.dtype(dtype)}: a step"
        parts.append(table(title, interleave(present(contenders), rounds), "barreleye, XLA", 1e-3, "ms"))
    return "\n".join(parts)


def wide(rounds: int = 5, m: int = 12_800) -> str:
    """784-512-256-10, Adam, float32, batches of 128 and 1,024: milliseconds a step."""
    n = (784, 512, 256, 10)
    network = Network(n, "relu", "softmax")
    rng = np.random.default_rng(0)
    X = rng.standard_normal((m, n[0]), dtype=np.float32)
    labels = rng.integers(0, n[-1], m)
    Y = np.eye(n[-1], dtype=np.float32)[labels]
    parts = []
    for batch in (128, 1024):
        steps = m // batch
        contenders: Contenders = {
            "barreleye, XLA": barreleye_step(network, X, Y, steps=steps, batch_size=batch, optimizer="adam"),
            "scikit-learn": sklearn_step(n[1:-1], X, labels, batch_size=batch, epochs=1, alpha=0.0),
            "PyTorch eager": torch_step(
                n, X, Y, batch_size=batch, steps=steps, hidden="relu", optimizer="adam", rate=1e-3
            ),
            "bare matrix products": bare_products_step(n, batch, np.float32),
        }
        title = f"{'-'.join(map(str, n))}, Adam, batch {batch}, float32: a step"
        parts.append(table(title, interleave(present(contenders), rounds), "barreleye, XLA", 1e-3, "ms"))
    return "\n".join(parts)


def present(contenders: Contenders) -> dict[str, Callable[[], float]]:
    """The contenders that are installed."""
    return {name: run for name, run in contenders.items() if run is not None}
