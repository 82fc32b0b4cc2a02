"""Short and functional: composed maps, one-letter names, arguments in an order of their own."""
from functools import reduce
import numpy as np

σ = lambda z: np.exp(np.minimum(z, 0)) / (1 + np.exp(-np.abs(z)))


def forward_pass(params, x):
    (U, c), (V, d) = params
    a = np.tanh(U @ x + c)
    return reduce(lambda h, g: g(h), [lambda h: V @ h + d, σ], a), a


def cross_entropy_cost(y, a):
    a = np.asarray(a)
    return -np.sum(np.log(np.where(y > 0.5, a, 1 - a) + 1e-15)) / y.shape[1]


def compute_gradients(x, y, params):
    (U, c), (V, d) = params
    p, a = forward_pass(params, x)
    e = p - y
    t = (V.T @ e) * (1 - a * a)
    avg = lambda q: q.mean(axis=1, keepdims=True)
    n = x.shape[1]
    return (t @ x.T / n, avg(t)), (e @ a.T / n, avg(e))


def gradient_step(eta, grads, params):
    return tuple((w - eta * dw, b - eta * db) for (w, b), (dw, db) in zip(params, grads))


def init_params(n_x, n_h, n_y):
    r = np.random.default_rng(5)
    return (r.normal(0, 0.01, (n_h, n_x)), np.zeros((n_h, 1))), (r.normal(0, 0.01, (n_y, n_h)), np.zeros((n_y, 1)))
