# 不用向量化，一个样本一个样本、一个神经元一个神经元地算
import math
import numpy as np


def sig(t):
    if t >= 0:
        return 1 / (1 + math.exp(-t))
    return math.exp(t) / (1 + math.exp(t))


def initialize_parameters(n_x, n_h, n_y):
    rng = np.random.RandomState(2)
    return {"W1": rng.randn(n_h, n_x) * 0.01, "b1": np.zeros(n_h), "W2": rng.randn(n_y, n_h) * 0.01, "b2": np.zeros(n_y)}


def forward_propagation(X, parameters):
    W1, b1, W2, b2 = parameters["W1"], parameters["b1"], parameters["W2"], parameters["b2"]
    n, m = X.shape
    h = W1.shape[0]
    o = W2.shape[0]
    Z1 = np.zeros((h, m)); A1 = np.zeros((h, m))
    Z2 = np.zeros((o, m)); A2 = np.zeros((o, m))
    for i in range(m):                # 第 i 个样本
        for j in range(h):            # 第 j 个隐藏单元
            s = 0
            for k in range(n):
                s = s + W1[j][k] * X[k][i]
            s += b1[j]
            Z1[j][i] = s
            A1[j][i] = math.tanh(s)
        for j in range(o):
            s = 0
            for k in range(h):
                s += W2[j, k] * A1[k, i]
            Z2[j, i] = s + b2[j]
            A2[j, i] = sig(s + b2[j])
    return A2, {"Z1": Z1, "A1": A1, "Z2": Z2, "A2": A2}


def compute_cost(A2, Y):
    J = 0
    m = Y.shape[1]
    for i in range(m):
        a = min(max(float(A2[0, i]), 1e-15), 1 - 1e-15)
        if Y[0, i] == 1:
            J -= math.log(a)
        else:
            J -= math.log(1 - a)
    return J / m


def backward_propagation(parameters, cache, X, Y):
    W2 = parameters["W2"]
    A1, A2 = cache["A1"], cache["A2"]
    n, m = X.shape
    h, o = A1.shape[0], A2.shape[0]
    dW1 = np.zeros((h, n)); db1 = np.zeros(h)
    dW2 = np.zeros((o, h)); db2 = np.zeros(o)
    for i in range(m):
        dz2 = [A2[j, i] - Y[j, i] for j in range(o)]
        for j in range(o):
            for k in range(h):
                dW2[j, k] += dz2[j] * A1[k, i]
            db2[j] += dz2[j]
        for k in range(h):
            back = 0
            for j in range(o):
                back += W2[j, k] * dz2[j]
            dz1 = back * (1 - A1[k, i] ** 2)
            for q in range(n):
                dW1[k, q] += dz1 * X[q, i]
            db1[k] += dz1
    dW1 /= m; db1 /= m; dW2 /= m; db2 /= m     # 最后再求平均
    return {"dW1": dW1, "db1": db1, "dW2": dW2, "db2": db2}


def update_parameters(parameters, grads, learning_rate=1.2):
    out = {}
    for k in ("W1", "b1", "W2", "b2"):
        out[k] = np.array([p - learning_rate * g for p, g in zip(parameters[k], grads["d" + k])])
    return out


def predict(parameters, X):
    A2, _ = forward_propagation(X, parameters)
    P = np.zeros(A2.shape)
    for i in range(A2.shape[1]):
        P[0, i] = 1 if A2[0, i] > 0.5 else 0
    return P
