"""A list of (W, b) and a list of everything that passed by; leaky ReLU 0.1."""
import numpy as np

SLOPE = 0.1


def sigmoid(z):
    return np.exp(-np.logaddexp(0, -z))


def initialize_parameters_deep(dims):
    r = np.random.RandomState(7)
    return [(r.randn(o, i) / np.sqrt(i), np.zeros((o, 1))) for i, o in zip(dims, dims[1:])]


def deep_forward(X, params):
    states = [X]
    zs = []
    a = X
    for i, (W, b) in enumerate(params):
        z = W @ a + b
        a = sigmoid(z) if i == len(params) - 1 else np.maximum(SLOPE * z, z)
        zs.append(z)
        states.append(a)
    return a, [states, zs]


def compute_cost(AL, Y):
    m = Y.shape[1]
    tiny = 1e-8
    cost = -(Y @ np.log(AL + tiny).T + (1 - Y) @ np.log(1 - AL + tiny).T) / m
    return cost  # (1, 1)


def deep_backward(AL, Y, cache, params):
    states, zs = cache
    m = Y.shape[1]
    delta = (AL - Y) / m
    out = []
    for i in range(len(params) - 1, -1, -1):
        W, b = params[i]
        out.insert(0, (delta @ states[i].T, delta.sum(1, keepdims=True)))
        if i:
            delta = (W.T @ delta) * np.where(zs[i - 1] > 0, 1, SLOPE)
    return out


def update_params(params, grads, lr):
    return [(W - lr * dW, b - lr * db) for (W, b), (dW, db) in zip(params, grads)]
