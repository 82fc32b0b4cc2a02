# 深层神经网络，所有辅助函数都自己写
import numpy as np


def sigmoid(Z):
    # 分两种情况，避免 exp 溢出
    A = np.empty_like(Z, dtype=float)
    pos = Z >= 0
    A[pos] = 1.0 / (1.0 + np.exp(-Z[pos]))
    ez = np.exp(Z[~pos])
    A[~pos] = ez / (1.0 + ez)
    return A, Z


def relu(Z):
    return np.maximum(0, Z), Z


def relu_backward(dA, cache):
    Z = cache
    dZ = np.array(dA, copy=True)
    dZ[Z <= 0] = 0
    return dZ


def initialize_parameters_deep(layer_dims):
    np.random.seed(3)
    parameters = {}
    for l in range(1, len(layer_dims)):
        parameters[f'W{l}'] = np.random.randn(layer_dims[l], layer_dims[l - 1]) * np.sqrt(2 / layer_dims[l - 1])
        parameters[f'b{l}'] = np.zeros((layer_dims[l], 1))
    return parameters


def linear_forward(A, W, b):
    return W.dot(A) + b, (A, W, b)


def linear_activation_forward(A_prev, W, b, activation):
    Z, linear_cache = linear_forward(A_prev, W, b)
    A, activation_cache = {'sigmoid': sigmoid, 'relu': relu}[activation](Z)
    return A, (linear_cache, activation_cache)


def L_model_forward(X, parameters):
    """前向传播：[LINEAR->RELU]*(L-1) -> LINEAR->SIGMOID"""
    caches = []
    A = X
    L = len(parameters) // 2
    for l in range(1, L + 1):
        A, cache = linear_activation_forward(A, parameters[f'W{l}'], parameters[f'b{l}'], 'sigmoid' if l == L else 'relu')
        caches.append(cache)
    return A, caches


def compute_cost(AL, Y):
    eps = 1e-12  # 防止 log(0)
    return -np.mean(Y * np.log(AL + eps) + (1 - Y) * np.log(1 - AL + eps))


def linear_backward(dZ, cache):
    A_prev, W, b = cache
    m = A_prev.shape[1]
    return W.T.dot(dZ), dZ.dot(A_prev.T) / m, dZ.sum(axis=1, keepdims=True) / m


def L_model_backward(AL, Y, caches):
    grads = {}
    L = len(caches)
    dZ = AL - Y  # sigmoid + 交叉熵，直接从 dZ 开始
    for l in range(L, 0, -1):
        linear_cache, Z = caches[l - 1]
        if l < L:
            dZ = relu_backward(dA, Z)
        dA, grads[f'dW{l}'], grads[f'db{l}'] = linear_backward(dZ, linear_cache)
        grads[f'dA{l - 1}'] = dA
    return grads


def update_parameters(parameters, grads, learning_rate):
    new = parameters.copy()
    for key in parameters:
        new[key] = parameters[key] - learning_rate * grads['d' + key]
    return new


def predict(X, y, parameters):
    AL, _ = L_model_forward(X, parameters)
    return (AL > 0.5).astype(int)
