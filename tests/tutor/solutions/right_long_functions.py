# 作业三  张同学
# 这里写得比较啰嗦，每一步都检查形状
import numpy as np


def sigmoid_function(zzz):
    jieguo = np.zeros_like(zzz, dtype=np.float64)
    for (i, j), shu in np.ndenumerate(zzz):
        if shu > 0:
            jieguo[i, j] = 1 / (1 + np.exp(-shu))
        else:
            jieguo[i, j] = np.exp(shu) / (np.exp(shu) + 1)
    return jieguo


def initialize_parameters(n_x, n_h, n_y=1):
    np.random.seed(2)
    canshu = {}
    canshu["W1"] = np.random.randn(n_h, n_x) * 0.01
    canshu["b1"] = np.zeros(shape=(n_h, 1))
    canshu["W2"] = np.random.randn(n_y, n_h) * 0.01
    canshu["b2"] = np.zeros(shape=(n_y, 1))
    return canshu


def forward_propagation(X, parameters, verbose=False):
    W1 = parameters["W1"]; b1 = parameters["b1"]
    W2 = parameters["W2"]; b2 = parameters["b2"]
    assert X.shape[0] == W1.shape[1], "输入的行数要等于 n_x"
    Z1 = W1.dot(X)
    Z1 = Z1 + b1
    A1 = (np.exp(2 * np.clip(Z1, -300, 300)) - 1) / (np.exp(2 * np.clip(Z1, -300, 300)) + 1)  # tanh
    Z2 = W2.dot(A1)
    Z2 += b2
    A2 = sigmoid_function(Z2)
    if verbose:
        print("A2 的形状", A2.shape)
    cache = {}
    cache["Z1"] = Z1
    cache["A1"] = A1
    cache["Z2"] = Z2
    cache["A2"] = A2
    cache["W1"] = W1
    cache["W2"] = W2
    return A2, cache


def compute_cost(A2, Y, parameters=None):
    # 样本数
    m = Y.shape[1]
    daijia = 0
    diyi = np.multiply(Y, np.log(A2 + 1e-10))
    dier = np.multiply(np.subtract(1, Y), np.log(np.subtract(1, A2) + 1e-10))
    daijia = np.sum(np.add(diyi, dier))
    daijia = np.divide(daijia, -m)
    daijia = float(np.squeeze(daijia))
    assert isinstance(daijia, float)
    return daijia


def backward_propagation(cache, parameters, X, Y):
    m = X.shape[1]
    dZ2 = np.subtract(cache["A2"], Y)
    dW2 = np.divide(np.dot(dZ2, np.transpose(cache["A1"])), m)
    db2 = np.divide(np.sum(dZ2, axis=1, keepdims=True), m)
    dA1 = np.dot(np.transpose(parameters["W2"]), dZ2)
    daoshu = np.ones_like(cache["A1"]) - np.power(cache["A1"], 2)
    dZ1 = np.multiply(dA1, daoshu)
    dW1 = np.divide(np.dot(dZ1, np.transpose(X)), m)
    db1 = np.divide(np.sum(dZ1, axis=1, keepdims=True), m)
    tidu = {"dZ2": dZ2, "dW2": dW2, "db2": db2, "dA1": dA1, "dZ1": dZ1, "dW1": dW1, "db1": db1}
    for ming in ("W1", "b1", "W2", "b2"):
        assert tidu["d" + ming].shape == parameters[ming].shape
    return tidu


def update_parameters(parameters, grads, learning_rate=1.2):
    xin = {}
    xin["W1"] = parameters["W1"] - learning_rate * grads["dW1"]
    xin["b1"] = parameters["b1"] - learning_rate * grads["db1"]
    xin["W2"] = parameters["W2"] - learning_rate * grads["dW2"]
    xin["b2"] = parameters["b2"] - learning_rate * grads["db2"]
    return xin


def nn_model(X, Y, n_h, num_iterations=10000, print_cost=False):
    n_y = Y.shape[0]
    n_x = X.shape[0]
    parameters = initialize_parameters(n_x, n_h, n_y)
    i = 0
    while i < num_iterations:
        A2, cache = forward_propagation(X, parameters)
        cost = compute_cost(A2, Y)
        grads = backward_propagation(cache, parameters, X, Y)
        parameters = update_parameters(parameters, grads)
        if print_cost and i % 1000 == 0:
            print(i, cost)
        i = i + 1
    return parameters


def predict(parameters, X):
    A2, _ = forward_propagation(X, parameters)
    yuce = A2.copy()
    yuce[yuce > 0.5] = 1
    yuce[yuce <= 0.5] = 0
    return yuce
