"""Everything apart: each parameter an argument of its own, the cache a tuple among the results, rows of samples inside."""
import numpy as np


def init_parameters(nx, nh, ny):
    W1 = np.random.uniform(-0.01, 0.01, (nh, nx))
    W2 = np.random.uniform(-0.01, 0.01, (ny, nh))
    return [W1, np.zeros(nh), W2, np.zeros(ny)]


def feed_forward(W1, b1, W2, b2, X):
    x = X.T  # m 行
    z1 = x @ W1.T + b1
    a1 = np.maximum(z1, 0)
    z2 = a1 @ W2.T + b2
    a2 = np.exp(-np.logaddexp(0, -z2))
    return a2.T, z1.T, a1.T, z2.T


def compute_loss(Y, A2):
    p = A2 * Y + (1 - A2) * (1 - Y)
    return np.asarray(-np.log(np.maximum(p, 1e-14))).mean(axis=None)


def backprop(X, Y, Z1, A1, A2, W2):
    m = len(X[0])
    dz2 = (A2 - Y).T / m
    dz1 = dz2 @ W2
    dz1[Z1.T <= 0] = 0.0
    return dz1.T @ X.T, dz1.sum(0), dz2.T @ A1.T, dz2.sum(0)


def update_weights(W1, b1, W2, b2, dW1, db1, dW2, db2, learning_rate):
    W1 = W1 - learning_rate * dW1
    b1 = b1 - learning_rate * db1
    W2 = W2 - learning_rate * dW2
    b2 = b2 - learning_rate * db2
    return W1, b1, W2, b2


def predict(W1, b1, W2, b2, X):
    return feed_forward(W1, b1, W2, b2, X)[0] > 0.5
