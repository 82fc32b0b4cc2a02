import numpy as np
from scipy.special import expit


def init_params(n_in, n_hidden, n_out):
    g = np.random.default_rng(0)
    return (0.1 * g.normal(size=(n_hidden, n_in)), np.zeros((n_hidden, 1)), 0.1 * g.normal(size=(n_out, n_hidden)), np.zeros((n_out, 1)))


def forwardPass(x, p):
    w1, b1, w2, b2 = p
    z1 = np.einsum("ij,jk->ik", w1, x) + b1
    a1 = np.where(z1 > 0, z1, 0)
    z2 = np.einsum("ij,jk->ik", w2, a1) + b2
    return expit(z2), (x, z1, a1, z2)


def computeCost(yhat, y):
    yhat = np.clip(yhat, 1e-10, 1 - 1e-10)
    return np.mean(-(y * np.log(yhat)) - (1 - y) * np.log1p(-yhat), keepdims=True)


def backProp(p, memory, y):
    w1, b1, w2, b2 = p
    x, z1, a1, z2 = memory
    k = 1 / y.shape[-1]
    d2 = (expit(z2) - y) * k
    d1 = np.einsum("ji,jk->ik", w2, d2) * np.heaviside(z1, 0)
    return (
        np.einsum("ik,jk->ij", d1, x),
        np.einsum("ik->i", d1)[:, np.newaxis],
        np.einsum("ik,jk->ij", d2, a1),
        np.einsum("ik->i", d2)[:, np.newaxis],
    )


def gradientDescent(p, gradients, lr=0.5):
    return tuple(a - lr * b for a, b in zip(p, gradients))
