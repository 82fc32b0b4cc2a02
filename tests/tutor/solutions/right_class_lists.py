"""A network of any depth as a class that keeps its layers in lists."""

import numpy as np


class MLP:
    def __init__(self, layer_sizes):
        self.L = len(layer_sizes) - 1
        self.weights = [np.random.randn(layer_sizes[i + 1], layer_sizes[i]) * np.sqrt(2 / layer_sizes[i]) for i in range(self.L)]
        self.biases = [np.zeros((layer_sizes[i + 1], 1)) for i in range(self.L)]

    @staticmethod
    def relu(z):
        return np.maximum(0, z)

    @staticmethod
    def sigmoid(z):
        return 1 / (1 + np.exp(-np.clip(z, -500, 500)))

    def forward(self, X):
        self.activations = [X]
        self.zs = []
        A = X
        for l in range(self.L):
            Z = self.weights[l] @ A + self.biases[l]
            A = self.sigmoid(Z) if l == self.L - 1 else self.relu(Z)
            self.zs.append(Z)
            self.activations.append(A)
        return A

    def backward(self, Y):
        m = Y.shape[1]
        dZ = self.activations[-1] - Y
        dW, db = [None] * self.L, [None] * self.L
        for l in reversed(range(self.L)):
            dW[l] = dZ @ self.activations[l].T / m
            db[l] = dZ.sum(axis=1, keepdims=True) / m
            if l > 0:
                dZ = self.weights[l].T @ dZ * (self.zs[l - 1] > 0)
        return dW, db

    def update(self, dW, db, lr):
        for l in range(self.L):
            self.weights[l] = self.weights[l] - lr * dW[l]
            self.biases[l] = self.biases[l] - lr * db[l]
