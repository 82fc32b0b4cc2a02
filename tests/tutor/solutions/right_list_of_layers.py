"""Each layer a dictionary; the tape is an object of a class of its own."""
import numpy as np


class Tape:
    def __init__(self):
        self.steps = []

    def remember(self, **what):
        self.steps.append(what)


def act(z, last):
    return 0.5 * (1 + np.tanh(z / 2)) if last else np.tanh(z)


def initialize_parameters_deep(layer_dims):
    np.random.seed(1)
    return [
        {"W": np.random.randn(n, p) * 0.1, "b": np.zeros((n, 1))}
        for p, n in zip(layer_dims[:-1], layer_dims[1:])
    ]


def L_model_forward(X, parameters):
    tape = Tape()
    a = X
    for k, layer in enumerate(parameters):
        z = layer["W"].dot(a) + layer["b"]
        tape.remember(inp=a, z=z)
        a = act(z, k + 1 == len(parameters))
    return a, tape


def compute_cost(AL, Y):
    m = AL.shape[1]
    with np.errstate(divide="ignore"):
        p = np.log(np.maximum(AL, 1e-300))
        q = np.log(np.maximum(1 - AL, 1e-300))
    return float(-(Y * p + (1 - Y) * q).sum() / m)


def L_model_backward(AL, Y, tape, parameters):
    m = Y.shape[1]
    grads = []
    d = AL - Y
    for k in reversed(range(len(parameters))):
        step = tape.steps[k]
        grads.append({"dW": d.dot(step["inp"].T) / m, "db": d.mean(axis=1, keepdims=True)})
        if k > 0:
            d = parameters[k]["W"].T.dot(d) * (1 - np.tanh(tape.steps[k - 1]["z"]) ** 2)
    grads.reverse()
    return grads


def update_parameters(parameters, grads, learning_rate=0.1):
    return [
        {"W": layer["W"] - learning_rate * g["dW"], "b": layer["b"] - learning_rate * g["db"]}
        for layer, g in zip(parameters, grads)
    ]
