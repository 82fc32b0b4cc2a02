import numpy as np


# 偏置写成行向量 (1, n)，相加时转置
def initialize_parameters(n_x, n_h, n_y, scale=0.01):
    np.random.seed(2)
    parameters = dict(W1=np.random.randn(n_h, n_x) * scale, b1=np.zeros((1, n_h)),
                      W2=np.random.randn(n_y, n_h) * scale, b2=np.zeros((1, n_y)))
    return parameters


def forward_prop(parameters, X, *args, **kwargs):
    Z1 = (X.T.dot(parameters['W1'].T) + parameters['b1']).T
    A1 = np.tanh(Z1)
    Z2 = (A1.T.dot(parameters['W2'].T) + parameters['b2']).T
    return {'A1': A1, 'A2': 1. / (1. + np.exp(-np.clip(Z2, -700, 700)))}


def calculate_cost(Y, Y_hat, eps=1e-15):
    Y_hat = np.clip(Y_hat, eps, 1 - eps)
    n = Y.shape[1]
    total = 0.
    for yi, pi in zip(Y.flatten(), Y_hat.flatten()):
        total += yi * np.log(pi) + (1 - yi) * np.log(1 - pi)
    return np.array([[-total / n]])


def backward_pass(X, Y, cache, parameters):
    m = Y.shape[1]
    dZ2 = (cache['A2'] - Y).T
    dZ1 = dZ2.dot(parameters['W2']) * (1 - np.square(cache['A1'].T))
    return {
        'W1': dZ1.T.dot(X.T) / m, 'b1': np.mean(dZ1, axis=0, keepdims=True),
        'W2': dZ2.T.dot(cache['A1'].T) / m, 'b2': np.mean(dZ2, axis=0, keepdims=True),
    }


def update_params(grads, parameters, learning_rate=1.2):
    return {k: v - learning_rate * grads[k] for k, v in parameters.items()}


def predict(X, parameters):
    return [[int(p > 0.5) for p in row] for row in forward_prop(parameters, X)['A2']]
