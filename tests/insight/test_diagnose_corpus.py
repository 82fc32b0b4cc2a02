"""Planted faults and healthy runs: what a diagnosis finds, what it misses, and that it is silent where nothing is wrong.

Each case is a small run on a real or made-up table, its rows standardised and a third of them held out, unless the
fault is that they are not. A finding counts as right where it names the fault or what follows from it at once.
"""

from functools import cache
from typing import Any, NamedTuple

import numpy as np
import pytest

from barreleye import Network, initialize, load_dataset
from barreleye.insight.diagnose import diagnose
from barreleye.nn.initializers import Normal
from barreleye.training.stopping import EarlyStopping


@cache
def rows(name, m=None, seed=0):
    """Standardised rows X (m, n_x) and targets Y (m, n_y), in an order of their own."""
    options = {"m": m} if m and name not in ("wine", "iris", "breast_cancer", "digits", "diabetes") else {}
    table = load_dataset(name, **options)
    order = np.random.default_rng(seed).permutation(len(table.X))[:m]
    X = table.X[order].astype(float)
    X = (X - X.mean(axis=0)) / np.where(X.std(axis=0) > 0, X.std(axis=0), 1)
    if table.task == "regression":
        y = table.y[order]
        return X, ((y - y.mean()) / y.std()).reshape(-1, 1)
    classes, places = np.unique(table.y[order], return_inverse=True)
    return X, np.eye(len(classes))[places] if len(classes) > 2 else places.reshape(-1, 1).astype(float)


class Case(NamedTuple):
    """A run: a table, layers, an activation, what ``train`` is told, what is done to the rows, and the fault."""

    table: str
    hidden: tuple[int, ...]
    g: Any
    options: dict[str, Any]
    codes: str = ""
    spoil: Any = None
    network: dict[str, Any] = {}  # noqa: RUF012
    m: int | None = 300


def run(case):
    X, Y = rows(case.table, case.m)
    if case.spoil is not None:
        X, Y = case.spoil(X.copy(), Y.copy())
    head = "identity" if case.table == "diabetes" else "softmax" if Y.shape[1] > 1 else "sigmoid"
    network = Network((X.shape[1], *case.hidden, Y.shape[1]), case.g, head, **case.network)
    options = {"engine": "numpy", "steps": 300, "learning_rate": 0.03} | case.options
    if "epochs" in options:
        del options["steps"]
    if callable(options.get("parameters")):
        options["parameters"] = options["parameters"](network)
    cut = 2 * len(X) // 3
    if options.pop("held_out", True):
        options["validation"], X, Y = (X[cut:], Y[cut:]), X[:cut], Y[:cut]
    return diagnose(network, X, Y, **options)


def stretched(factors):
    """Each column times a factor, by turns."""

    def spoil(X, Y):
        return X * np.resize(factors, X.shape[1]), Y

    return spoil


def shifted(X, Y):
    return X + 300.0, Y


def target(scale, shift=0.0):
    return lambda X, Y: (X, Y * scale + shift)


def flipped(share):
    """Labels of the training rows turned into another class."""

    def spoil(X, Y):
        rng, cut = np.random.default_rng(3), 2 * len(Y) // 3
        wrong = rng.choice(cut, int(share * cut), replace=False)
        Y[wrong] = 1 - Y[wrong] if Y.shape[1] == 1 else np.roll(Y[wrong], 1, axis=1)
        return X, Y

    return spoil


def shuffled(X, Y):
    return X, np.random.default_rng(4).permutation(Y)


def rare(share):
    """A class of which few rows are left, near its border with the others."""

    def spoil(X, Y):
        rng = np.random.default_rng(5)
        y = Y[:, -1] > 0.5
        left = np.flatnonzero(~y)
        some = rng.choice(np.flatnonzero(y), max(8, int(share * len(left))), replace=False)
        order = rng.permutation(np.concatenate([left, some]))
        return X[order] + 2.5 * rng.normal(size=X[order].shape), Y[order]

    return spoil


def leaking(X, Y):
    return np.column_stack([X, 2.0 * Y[:, 0] - 1]), Y


def twin(X, Y):
    return np.column_stack([X, 3 - 2 * X[:, 0]]), Y


def noisy(columns):
    """Columns of noise beside the real ones."""
    return lambda X, Y: (np.column_stack([X, np.random.default_rng(6).normal(size=(len(X), columns))]), Y)


def alike(network):
    return initialize(network, 0).map(lambda p: np.full_like(p, 0.1))


def biased(value):
    def start(network):
        p = initialize(network, 0)
        return p._replace(b={l: b + (value if l < network.L else 0) for l, b in p.b.items()})

    return start


def loud(factor):
    def start(network):
        p = initialize(network, 0)
        return p._replace(W={l: W * (factor if l == network.L else 1) for l, W in p.W.items()})

    return start


GD, ADAM = {"optimizer": "gd"}, {"optimizer": "adam"}
FULL = {"held_out": False}
DEEP = (16, 16, 16, 16, 16)

FAULTS = {
    "one column a thousand times as large": Case("moons", (8,), "tanh", GD | {"learning_rate": 0.3}, "BE101 BE402", stretched([1000, 1])),
    "columns of cells in their own units": Case("wine", (12,), "relu", GD | {"learning_rate": 0.1}, "BE101 BE201 BE301 BE401 BE404", stretched([1, 50, 700])),
    "all columns around 300": Case("circles", (8, 8), "tanh", ADAM | {"learning_rate": 0.01}, "BE101 BE402 BE302 BE303 BE502 BE505", shifted),
    "pixels not divided by 255": Case("digits", (16,), "sigmoid", GD | {"learning_rate": 0.3}, "BE101 BE402", stretched([128])),
    "a target in thousands": Case("diabetes", (8,), "relu", ADAM, "BE102 BE302 BE303 BE502 BE505", target(5000, 20000)),
    "a target of thousandths": Case("diabetes", (16, 8), "tanh", ADAM | {"learning_rate": 0.01}, "BE102 BE201 BE501", target(0.001)),
    "a target far from 0": Case("diabetes", (8,), "tanh", GD | {"learning_rate": 0.01}, "BE102 BE301 BE302 BE303", target(1, 100)),
    "the answer among the columns": Case("moons", (8,), "relu", ADAM, "BE103", leaking),
    "the answer among ten columns": Case("diabetes", (8, 8), "tanh", ADAM | {"learning_rate": 0.01}, "BE103", leaking, m=None),
    "a column twice": Case("iris", (8,), "tanh", ADAM, "BE103", twin, m=None),
    "one in thirty is rare": Case("breast_cancer", (8,), "tanh", ADAM | {"learning_rate": 0.01, "steps": 100}, "BE104 BE303 BE302", rare(0.05), m=None),
    "a rare class in the plane": Case("blobs", (8,), "tanh", ADAM | {"learning_rate": 0.01}, "BE104 BE302 BE303", rare(0.08), m=600),
    "every sixth label wrong": Case("moons", (8,), "tanh", ADAM | {"learning_rate": 0.01}, "BE105 BE504", flipped(0.15), m=450),
    "labels of wines mixed up": Case("breast_cancer", (6,), "tanh", ADAM | {"learning_rate": 0.01, "steps": 150}, "BE105 BE501 BE504", flipped(0.15), m=None),
    "a loud last layer": Case("digits", (32,), "relu", ADAM | {"learning_rate": 0.003, "parameters": loud(20)}, "BE201 BE203 BE301 BE501 BE504", m=400),
    "a loud last layer of three": Case("iris", (16, 16), "tanh", ADAM | {"learning_rate": 0.003, "parameters": loud(50)}, "BE201 BE203 BE301 BE402", m=None),
    "zeros": Case("moons", (8,), "tanh", GD | {"learning_rate": 0.5, "initializer": "zeros"}, "BE202 BE203 BE502 BE505 BE506"),
    "zeros, deep": Case("circles", (8, 8), "relu", ADAM | {"initializer": "zeros"}, "BE202 BE203 BE505 BE405 BE506 BE401 BE301"),
    "all weights a tenth": Case("flower", (8,), "tanh", GD | {"learning_rate": 1.2, "parameters": alike}, "BE202 BE502"),
    "alike in three layers": Case("wine", (8, 8), "sigmoid", ADAM | {"parameters": alike}, "BE202 BE203 BE301", m=None),
    "0.01 x normal, deep ReLU": Case("moons", DEEP, "relu", GD | {"learning_rate": 0.3, "initializer": "normal"}, "BE203 BE403 BE505 BE506 BE301 BE302"),
    "0.01 x normal, deep tanh": Case("spiral", (20, 20, 20, 20), "tanh", GD | {"learning_rate": 0.3, "initializer": "normal"}, "BE203 BE403 BE505 BE506"),
    "0.01 x normal, wine": Case("wine", (16, 16, 16, 16), "relu", ADAM | {"learning_rate": 0.001, "initializer": "normal"}, "BE203 BE403 BE302 BE303 BE505", m=None),
    "normal weights, deep tanh": Case("circles", (32, 32, 32), "tanh", GD | {"learning_rate": 0.1, "initializer": Normal(2.0)}, "BE203 BE201 BE402 BE404 BE501 BE504"),
    "normal weights, deep ReLU": Case("moons", DEEP, "relu", GD | {"learning_rate": 0.01, "initializer": Normal(2.0)}, "BE203 BE201 BE404 BE301 BE401 BE501 BE504"),
    "the rate a hundred times too high": Case("moons", (16,), "relu", ADAM | {"learning_rate": 10.0}, "BE301 BE401 BE304"),
    "the rate too high, deep": Case("digits", (32, 32), "relu", ADAM | {"learning_rate": 1.0}, "BE301 BE401 BE505 BE506", m=400),
    "gradient descent that diverges": Case("diabetes", (16,), "relu", GD | {"learning_rate": 3.0}, "BE301 BE401 BE505"),
    "tanh thrown to its ends": Case("iris", (16, 16), "tanh", GD | {"learning_rate": 30.0}, "BE301 BE402 BE304", m=None),
    "Adam too fast": Case("breast_cancer", (16, 16), "tanh", ADAM | {"learning_rate": 3.0}, "BE301 BE402 BE304 BE501", m=None),
    "swinging across the valley": Case("flower", (8,), "tanh", GD | {"learning_rate": 20.0}, "BE304 BE301 BE402", m=400),
    "batches and a rate too high": Case("breast_cancer", (16,), "relu", ADAM | {"learning_rate": 1.0, "epochs": 20, "batch_size": 32}, "BE301 BE304 BE401 BE501 BE504", m=None),
    "the rate a thousandth": Case("moons", (8,), "tanh", ADAM | {"learning_rate": 3e-5}, "BE302 BE303 BE502"),
    "gradient descent that creeps": Case("wine", (16,), "relu", GD | {"learning_rate": 0.001}, "BE302 BE303", m=None),
    "creeping on numbers": Case("diabetes", (16,), "tanh", GD | {"learning_rate": 0.0003}, "BE302 BE303 BE502"),
    "creeping, deep": Case("digits", (32, 16), "relu", ADAM | {"learning_rate": 1e-4}, "BE302 BE303", m=400),
    "thirty steps": Case("circles", (16,), "tanh", ADAM | {"learning_rate": 0.01, "steps": 40, "every": 1}, "BE302 BE303 BE502"),
    "five epochs": Case("digits", (32,), "relu", ADAM | {"learning_rate": 0.0005, "epochs": 15, "batch_size": 32}, "BE302 BE303"),
    "dead from the start": Case("moons", (16,), "relu", GD | {"learning_rate": 0.3, "parameters": biased(-10.0)}, "BE401 BE203 BE505 BE506 BE405 BE502"),
    "dead second layer": Case("wine", (16, 16), "relu", ADAM | {"learning_rate": 0.01, "parameters": biased(-6.0)}, "BE401 BE203 BE505 BE506 BE405", m=None),
    "saturated from the start": Case("spiral", (16,), "tanh", GD | {"learning_rate": 0.3, "initializer": Normal(30.0)}, "BE402 BE203 BE201 BE502"),
    "sigmoid, saturated": Case("wine", (12,), "sigmoid", GD | {"learning_rate": 0.3, "initializer": Normal(30.0)}, "BE402 BE203 BE201 BE501 BE504", m=None),
    "six sigmoid layers": Case("moons", (16,) * 6, "sigmoid", GD | {"learning_rate": 0.5}, "BE403 BE405 BE502 BE505 BE506"),
    "seven sigmoid layers": Case("wine", (12,) * 7, "sigmoid", ADAM | {"learning_rate": 0.003}, "BE403 BE405 BE505 BE506 BE302 BE303", m=None),
    "far too many steps": Case("moons", (64, 64), "relu", ADAM | {"learning_rate": 0.01, "steps": 500}, "BE501 BE504", flipped(0.15), m=240),
    "learnt by heart": Case("diabetes", (64,), "relu", ADAM | {"learning_rate": 0.01, "steps": 500}, "BE501", m=200),
    "noise learnt by heart": Case("breast_cancer", (32,), "tanh", ADAM | {"learning_rate": 0.01, "steps": 400}, "BE501 BE504", flipped(0.2), m=300),
    "no hidden layer for xor": Case("xor", (), "tanh", ADAM | {"learning_rate": 0.1}, "BE502"),
    "two units for a spiral": Case("spiral", (2,), "tanh", ADAM | {"learning_rate": 0.05}, "BE502"),
    "one unit for xor": Case("xor", (1,), "relu", ADAM | {"learning_rate": 0.05}, "BE502"),
    "labels in another order": Case("moons", (8,), "tanh", ADAM | {"steps": 100}, "BE503 BE501", shuffled),
    "targets in another order": Case("diabetes", (8,), "tanh", ADAM | {"learning_rate": 0.01, "steps": 100}, "BE503 BE501", shuffled),
    "surer than right": Case("moons", (32, 32), "relu", ADAM | {"learning_rate": 0.02, "steps": 400}, "BE504 BE501", flipped(0.2), m=450),
    "a penalty too heavy": Case("wine", (16,), "tanh", ADAM, "BE601 BE505 BE302", network={"L2": 100.0}, m=None),
    "a penalty too heavy for the plane": Case("circles", (16, 16), "relu", ADAM, "BE601 BE505 BE405 BE401 BE301", network={"L2": 60.0}),
    "dropout of nine in ten": Case("digits", (32, 32), "relu", ADAM | {"learning_rate": 0.01}, "BE601 BE302 BE303", network={"keep_prob": 0.1}, m=400),
}

HEALTHY = {
    "moons": Case("moons", (16,), "tanh", ADAM),
    "moons, deep": Case("moons", (16, 16, 16), "relu", ADAM | {"learning_rate": 0.01}),
    "circles": Case("circles", (16,), "relu", ADAM),
    "flower, as the course": Case("flower", (4,), "tanh", GD | FULL | {"learning_rate": 1.2, "steps": 3000}, m=400),
    "flower, Adam": Case("flower", (16, 8), "tanh", ADAM, m=400),
    "xor": Case("xor", (8,), "tanh", ADAM),
    "blobs": Case("blobs", (16,), "relu", ADAM),
    "quantiles": Case("quantiles", (16,), "tanh", ADAM),
    "spiral": Case("spiral", (32, 16), "tanh", ADAM),
    "wine": Case("wine", (16,), "relu", ADAM | {"learning_rate": 0.01, "steps": 100}, m=None),
    "wine, sigmoid": Case("wine", (16,), "sigmoid", ADAM, m=None),
    "wine, batches": Case("wine", (16,), "relu", ADAM | {"learning_rate": 0.005, "batch_size": 16, "epochs": 20}, m=None),
    "iris": Case("iris", (8,), "tanh", ADAM | {"learning_rate": 0.02}, m=None),
    "breast cancer": Case("breast_cancer", (16,), "relu", ADAM | {"learning_rate": 0.01, "rules": [EarlyStopping(20)]}, m=None),
    "breast cancer, L2": Case("breast_cancer", (16,), "tanh", ADAM | {"learning_rate": 0.01, "steps": 100}, network={"L2": 1.0}, m=None),
    "digits": Case("digits", (32,), "relu", ADAM | {"learning_rate": 0.01, "steps": 100}, m=500),
    "digits, batches and dropout": Case("digits", (48,), "relu", ADAM | {"learning_rate": 0.005, "batch_size": 32, "epochs": 15}, network={"keep_prob": 0.8}, m=500),
    "digits, batch norm": Case("digits", (32, 32), "relu", ADAM | {"learning_rate": 0.01, "batch_size": 64, "epochs": 15}, network={"batch_norm": True}, m=500),
    "diabetes, early stopping": Case("diabetes", (16,), "relu", ADAM | {"learning_rate": 0.01, "rules": [EarlyStopping(10)]}, m=None),
    "diabetes, tanh": Case("diabetes", (8,), "tanh", ADAM | {"learning_rate": 0.01, "steps": 120, "rules": [EarlyStopping(None)]}, m=None),
    "diabetes, momentum": Case("diabetes", (8,), "relu", {"optimizer": "momentum", "rules": [EarlyStopping(20)]}, m=None),
    "moons, cosine": Case("moons", (16, 16), "relu", ADAM | {"schedule": "cosine"}),
    "circles, Nesterov": Case("circles", (16,), "tanh", {"optimizer": "nesterov", "learning_rate": 0.3}),
    "spiral, batch norm": Case("spiral", (32, 32), "relu", ADAM | {"learning_rate": 0.01}, network={"batch_norm": True}),
    "moons, L-BFGS": Case("moons", (8,), "tanh", {"optimizer": "lbfgs", "learning_rate": None, "steps": 60}, network={"L2": 0.3}),
    "xor, SELU": Case("xor", (16, 16), "selu", ADAM | {"learning_rate": 0.01}),
    "moons, noisy labels stopped in time": Case("moons", (16,), "tanh", ADAM | {"rules": [EarlyStopping(10)]}, spoil=flipped(0.05)),
}
