"""The activations and their derivatives in one line each, on whole arrays."""

import numpy as np


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def tanh(z):
    return np.tanh(z)


def relu(z):
    return np.maximum(0, z)


def leaky_relu(z, alpha=0.01):
    return np.maximum(alpha * z, z)


def softmax(Z):
    return np.exp(Z) / np.sum(np.exp(Z), axis=0, keepdims=True)


def sigmoid_derivative(a):
    return a * (1 - a)


def tanh_derivative(z):
    return 1 - np.tanh(z) ** 2


def relu_derivative(z):
    return np.where(z > 0, 1, 0)


def leaky_relu_derivative(z, alpha=0.01):
    return np.where(z > 0, 1, alpha)


def sigmoid_backward(dA, cache):
    s = sigmoid(cache)
    return dA * s * (1 - s)


def relu_backward(dA, cache):
    return dA * (cache > 0)


def tanh_backward(dA, cache):
    return dA * (1 - np.tanh(cache) ** 2)
