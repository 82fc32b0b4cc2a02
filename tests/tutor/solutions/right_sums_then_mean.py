# backward 只求和，除以 m 放在更新里
import numpy as np


def sigmoid(x):
    return np.where(x < 0, np.exp(np.minimum(x, 0)) / (1 + np.exp(np.minimum(x, 0))), 1 / (1 + np.exp(-np.maximum(x, 0))))


def initialize_parameters(n_x, n_h, n_y):
    np.random.seed(2)
    return {"W1": np.random.randn(n_h, n_x) * 0.1, "b1": np.zeros((n_h, 1)), "W2": np.random.randn(n_y, n_h) * 0.1, "b2": np.zeros((n_y, 1))}


def forward_propagation(X, parameters):
    Z1 = parameters["W1"] @ X + parameters["b1"]
    A1 = np.maximum(Z1, 0.01 * Z1)
    Z2 = parameters["W2"] @ A1 + parameters["b2"]
    A2 = sigmoid(Z2)
    return A2, [Z1, A1, Z2, A2]


def compute_cost(A2, Y):
    A2 = np.clip(A2, 1e-9, 1 - 1e-9)
    return np.dot(Y.ravel(), -np.log(A2).ravel()) / Y.size + np.dot((1 - Y).ravel(), -np.log(1 - A2).ravel()) / Y.size


def backward_promagation(parameters, cache, X, Y):
    (Z1, A1, Z2, A2) = cache
    dZ2 = A2 - Y
    dZ1 = (parameters["W2"].T @ dZ2) * np.where(Z1 < 0, 0.01, 1)
    return {"dW2": dZ2 @ A1.T, "db2": dZ2.sum(1, keepdims=True), "dW1": dZ1 @ X.T, "db1": dZ1.sum(1, keepdims=True)}


def update_parameters(parameters, grads, m, learning_rate=1.2):
    for key in parameters:
        parameters[key] = parameters[key] - learning_rate / m * grads["d" + key]
    return parameters
