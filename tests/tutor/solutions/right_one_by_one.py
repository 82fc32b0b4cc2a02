# 每个参数单独传，梯度也单独返回；没有 cache，反向传播里重新算一遍前向
import numpy as np


def f(x):
    return np.where(x >= 0, 1 / (1 + np.exp(-np.abs(x))), np.exp(-np.abs(x)) / (1 + np.exp(-np.abs(x))))


def init_weights(n_x, n_h, n_y):
    np.random.seed(0)
    W1 = np.random.randn(n_h, n_x) * 0.01
    b1 = np.zeros((n_h, 1))
    W2 = np.random.randn(n_y, n_h) * 0.01
    b2 = np.zeros((n_y, 1))
    return W1, b1, W2, b2


def forward(X, W1, b1, W2, b2):
    return f(np.matmul(W2, f(np.matmul(W1, X) + b1)) + b2)


def loss(Y_hat, Y):
    Y_hat = np.clip(Y_hat, 1e-12, 1 - 1e-12)
    return np.average(np.where(Y == 1, -np.log(Y_hat), -np.log(1 - Y_hat)))


def back_prop(X, Y, W1, b1, W2, b2):
    a1 = f(np.matmul(W1, X) + b1)
    a2 = f(np.matmul(W2, a1) + b2)
    e2 = (a2 - Y)
    e1 = np.matmul(W2.T, e2) * a1 * (1 - a1)
    n = X.shape[1]
    return np.matmul(e1, X.T) / n, e1.mean(axis=1).reshape(-1, 1), np.matmul(e2, a1.T) / n, e2.mean(axis=1).reshape(-1, 1)


def update(W1, b1, W2, b2, dW1, db1, dW2, db2, alpha=0.1):
    return W1 - alpha * dW1, b1 - alpha * db1, W2 - alpha * dW2, b2 - alpha * db2


def predict(X, W1, b1, W2, b2):
    return np.round(forward(X, W1, b1, W2, b2))
