"""One hidden layer, sample by sample, with tanh's slope written (1 - A)^2: `barreleye check` on this file names it."""

import numpy as np


def initialize_parameters(n_x, n_h, n_y):
    rng = np.random.default_rng(5)
    return rng.normal(size=(n_h, n_x)) * 0.1, np.zeros((n_h, 1)), rng.normal(size=(n_y, n_h)) * 0.1, np.zeros((n_y, 1))


def sigmoid(z):
    return np.where(z >= 0, 1, np.exp(-abs(z))) / (1 + np.exp(-abs(z)))


def forward_propagation(X, parameters):
    W1, b1, W2, b2 = parameters
    A1 = np.tanh(W1 @ X + b1)
    A2 = sigmoid(W2 @ A1 + b2)
    return A2, A1


def backward_propagation(parameters, cache, X, Y):
    W1, b1, W2, b2 = parameters
    A2, A1 = forward_propagation(X, parameters)
    m = X.shape[1]
    dW1, db1, dW2, db2 = np.zeros_like(W1), np.zeros_like(b1), np.zeros_like(W2), np.zeros_like(b2)
    for i in range(m):
        x, a1 = X[:, i : i + 1], A1[:, i : i + 1]
        dz2 = A2[:, i : i + 1] - Y[:, i : i + 1]
        dW2 += dz2 @ a1.T / m
        db2 += dz2 / m
        dz1 = W2.T @ dz2 * (1 - a1) ** 2
        dW1 += dz1 @ x.T / m
        db1 += dz1 / m
    return dW1, db1, dW2, db2
