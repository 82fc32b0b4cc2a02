"""A class with samples as rows, whose backward pass takes the step at once."""

import numpy as np


class NeuralNetwork:
    def __init__(self, input_size, hidden_size, output_size):
        self.weights1 = np.random.randn(input_size, hidden_size) * 0.1
        self.bias1 = np.zeros((1, hidden_size))
        self.weights2 = np.random.randn(hidden_size, output_size) * 0.1
        self.bias2 = np.zeros((1, output_size))

    def sigmoid(self, x):
        return 1 / (1 + np.exp(-np.clip(x, -500, 500)))

    def sigmoid_derivative(self, x):
        return x * (1 - x)

    def forward(self, X):
        self.hidden = self.sigmoid(np.dot(X, self.weights1) + self.bias1)
        self.output = self.sigmoid(np.dot(self.hidden, self.weights2) + self.bias2)
        return self.output

    def backward(self, X, y, learning_rate):
        m = X.shape[0]
        d_output = self.output - y
        d_hidden = d_output @ self.weights2.T * self.sigmoid_derivative(self.hidden)
        self.weights2 -= learning_rate * self.hidden.T @ d_output / m
        self.bias2 -= learning_rate * np.sum(d_output, axis=0, keepdims=True) / m
        self.weights1 -= learning_rate * X.T @ d_hidden / m
        self.bias1 -= learning_rate * np.sum(d_hidden, axis=0, keepdims=True) / m
