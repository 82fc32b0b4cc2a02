"""A network of any depth as a class that keeps all by name in dictionaries."""

import numpy as np


class DeepNet:
    def __init__(self, layer_dims, learning_rate=0.01):
        self.layer_dims = layer_dims
        self.learning_rate = learning_rate
        self.params = {}
        self.cache = {}
        self.grads = {}
        self.initialize_parameters()

    def initialize_parameters(self):
        for l in range(1, len(self.layer_dims)):
            self.params["W" + str(l)] = np.random.randn(self.layer_dims[l], self.layer_dims[l - 1]) / np.sqrt(self.layer_dims[l - 1])
            self.params["b" + str(l)] = np.zeros((self.layer_dims[l], 1))

    def _sigmoid(self, Z):
        return 1 / (1 + np.exp(-np.clip(Z, -500, 500)))

    def forward(self, X):
        L = len(self.layer_dims) - 1
        self.cache["A0"] = X
        for l in range(1, L + 1):
            Z = np.dot(self.params[f"W{l}"], self.cache[f"A{l - 1}"]) + self.params[f"b{l}"]
            self.cache[f"Z{l}"] = Z
            self.cache[f"A{l}"] = self._sigmoid(Z) if l == L else np.tanh(Z)
        return self.cache[f"A{L}"]

    def backward(self, Y):
        L = len(self.layer_dims) - 1
        m = Y.shape[1]
        dZ = self.cache[f"A{L}"] - Y
        for l in range(L, 0, -1):
            self.grads[f"dW{l}"] = np.dot(dZ, self.cache[f"A{l - 1}"].T) / m
            self.grads[f"db{l}"] = np.sum(dZ, axis=1, keepdims=True) / m
            if l > 1:
                dZ = np.dot(self.params[f"W{l}"].T, dZ) * (1 - self.cache[f"A{l - 1}"] ** 2)

    def update_parameters(self):
        for l in range(1, len(self.layer_dims)):
            self.params[f"W{l}"] -= self.learning_rate * self.grads[f"dW{l}"]
            self.params[f"b{l}"] -= self.learning_rate * self.grads[f"db{l}"]
