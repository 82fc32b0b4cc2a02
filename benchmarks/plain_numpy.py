"""The seed line: networks as the tutorials write them, a Python loop of NumPy calls over dicts of W1, b1, ..."""

import time
from typing import Any

import numpy as np

Parameters = dict[str, Any]


def two_layer_step(X: Any, Y: Any, parameters: Parameters, learning_rate: float, steps: int) -> float:
    """Seconds a step, over ``steps`` of them, of the planar network, tanh then sigmoid, the cost kept at each."""
    p = {name: value.copy() for name, value in parameters.items()}
    m = X.shape[1]
    costs = []
    started = time.perf_counter()
    for _ in range(steps):
        Z1 = np.dot(p["W1"], X) + p["b1"]
        A1 = np.tanh(Z1)
        Z2 = np.dot(p["W2"], A1) + p["b2"]
        A2 = 1 / (1 + np.exp(-Z2))
        logprobs = np.multiply(np.log(A2), Y) + np.multiply(np.log(1 - A2), 1 - Y)
        costs.append(-np.sum(logprobs) / m)
        dZ2 = A2 - Y
        dW2 = np.dot(dZ2, A1.T) / m
        db2 = np.sum(dZ2, axis=1, keepdims=True) / m
        dZ1 = np.dot(p["W2"].T, dZ2) * (1 - np.power(A1, 2))
        dW1 = np.dot(dZ1, X.T) / m
        db1 = np.sum(dZ1, axis=1, keepdims=True) / m
        p = {
            "W1": p["W1"] - learning_rate * dW1,
            "b1": p["b1"] - learning_rate * db1,
            "W2": p["W2"] - learning_rate * dW2,
            "b2": p["b2"] - learning_rate * db2,
        }
    return (time.perf_counter() - started) / steps


def deep_step(X: Any, Y: Any, parameters: Parameters, learning_rate: float, steps: int) -> float:
    """Seconds a step, over ``steps`` of them, of an L-layer network, ReLU then sigmoid, the cost kept at each."""
    p = {name: value.copy() for name, value in parameters.items()}
    L, m = len(p) // 2, X.shape[1]
    costs = []
    started = time.perf_counter()
    for _ in range(steps):
        A, caches = X, []
        for l in range(1, L + 1):
            Z = np.dot(p[f"W{l}"], A) + p[f"b{l}"]
            caches.append((A, Z))
            A = np.maximum(0, Z) if l < L else 1 / (1 + np.exp(-Z))
        costs.append(-np.sum(Y * np.log(A) + (1 - Y) * np.log(1 - A)) / m)
        dZ = A - Y
        for l in range(L, 0, -1):
            A_prev, _ = caches[l - 1]
            dW = np.dot(dZ, A_prev.T) / m
            db = np.sum(dZ, axis=1, keepdims=True) / m
            dA_prev = np.dot(p[f"W{l}"].T, dZ)  # for l = 1 too, as the tutorials' linear_backward does
            if l > 1:
                dZ = dA_prev * (caches[l - 2][1] > 0)
            p[f"W{l}"] = p[f"W{l}"] - learning_rate * dW
            p[f"b{l}"] = p[f"b{l}"] - learning_rate * db
    return (time.perf_counter() - started) / steps
