# 参数是 {'W': [...], 'b': [...]}
import numpy as np

alpha = 0.2


def leaky_relu(z):
    return np.where(z >= 0, z, alpha * z)


def sigmoid(z):
    z = np.clip(z, -500, 500)
    return 1 / (1 + np.exp(-z))


def init_parameters_deep(layers):
    np.random.seed(42)
    theta = {'W': [], 'b': []}
    for i in range(len(layers) - 1):
        theta['W'].append(np.random.randn(layers[i + 1], layers[i]) * np.sqrt(2. / layers[i]))
        theta['b'].append(np.zeros(layers[i + 1]))
    return theta


def forward_propagation_deep(X, theta):
    As, Zs = [X], []
    for W, b in zip(theta['W'][:-1], theta['b'][:-1]):
        Zs.append(np.dot(W, As[-1]) + b[:, None])
        As.append(leaky_relu(Zs[-1]))
    Zs.append(np.dot(theta['W'][-1], As[-1]) + theta['b'][-1][:, None])
    As.append(sigmoid(Zs[-1]))
    return As[-1], {'As': As, 'Zs': Zs}


def compute_cost(AL, Y):
    AL = np.clip(AL, 1e-12, 1. - 1e-12)
    return -np.squeeze(np.sum(Y * np.log(AL) + (1 - Y) * np.log(1 - AL), axis=1) / Y.shape[1])


def backward_propagation_deep(theta, cache, Y):
    As, Zs = cache['As'], cache['Zs']
    m = Y.shape[1]
    L = len(Zs)
    grads = {'dW': [None] * L, 'db': [None] * L}
    dZ = As[-1] - Y
    for l in range(L - 1, -1, -1):
        grads['dW'][l] = np.dot(dZ, As[l].T) / m
        grads['db'][l] = np.sum(dZ, axis=1) / m
        if l > 0:
            dA = np.dot(theta['W'][l].T, dZ)
            dZ = dA * ((Zs[l - 1] >= 0) + alpha * (Zs[l - 1] < 0))
    return grads


def update_parameters(theta, grads, learning_rate):
    L = len(theta['W'])
    return {
        'W': [theta['W'][l] - learning_rate * grads['dW'][l] for l in range(L)],
        'b': [theta['b'][l] - learning_rate * grads['db'][l] for l in range(L)],
    }
