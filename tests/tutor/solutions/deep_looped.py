"""Deep and shallow networks in one person's own style: loops, lists, one function for the whole way back."""

import math

import numpy as np


def my_relu(z):
    a = np.zeros(z.shape)
    for i in range(z.shape[0]):
        for j in range(z.shape[1]):
            a[i, j] = z[i, j] if z[i, j] > 0 else 0.0
    return a


def logistic(z):
    a = np.empty(z.shape)
    for i in range(z.shape[0]):
        for j in range(z.shape[1]):
            a[i, j] = 1.0 / (1.0 + math.exp(-z[i, j]))
    return a


def my_tanh(z):
    e, f = np.exp(z), np.exp(-z)
    return (e - f) / (e + f)


def lrelu(z, alpha=0.1):
    return np.where(z > 0, z, alpha * z)


def my_softmax(z):
    out = np.zeros_like(z)
    for j in range(z.shape[1]):
        e = np.exp(z[:, j] - z[:, j].max())
        out[:, j] = e / e.sum()
    return out


def d_sigmoid(z):
    a = 1.0 / (1.0 + np.exp(-z))
    return a * (1.0 - a)


def d_tanh(a):
    return 1.0 - a**2


def d_relu(z):
    return (z > 0).astype(float)


def d_leaky_relu(z, alpha=0.1):
    return np.where(z > 0, 1.0, alpha)


def get_layer_sizes(data, labels):
    inputs, samples = data.shape
    outputs = len(labels)
    return inputs, 5, outputs


def init_params(n_in, n_hidden, n_out, seed=7):
    rng = np.random.RandomState(seed)
    w1 = rng.normal(0.0, 1.0, (n_hidden, n_in)) * np.sqrt(2.0 / n_in)
    w2 = rng.normal(0.0, 1.0, (n_out, n_hidden)) * np.sqrt(1.0 / n_hidden)
    return {"W1": w1, "b1": np.zeros([n_hidden, 1]), "W2": w2, "b2": np.zeros([n_out, 1])}


def init_params_deep(dims):
    rng = np.random.RandomState(7)
    theta = {}
    for k, (n_in, n_out) in enumerate(zip(dims, dims[1:]), start=1):
        theta[f"W{k}"] = rng.normal(size=(n_out, n_in)) * np.sqrt(2.0 / n_in)
        theta[f"b{k}"] = np.zeros((n_out, 1))
    return theta


def affine_forward(a_prev, w, b):
    units, samples = w.shape[0], a_prev.shape[1]
    z = np.zeros((units, samples))
    for i in range(samples):
        z[:, i] = w @ a_prev[:, i] + b[:, 0]
    return z, {"input": a_prev, "weights": w, "bias": b}


def layer_forward(a_prev, w, b, act):
    z, _ = affine_forward(a_prev, w, b)
    if act == "relu":
        return my_relu(z), (a_prev, w, b, z)
    elif act == "sigmoid":
        return logistic(z), (a_prev, w, b, z)
    raise ValueError(act)


def deep_forward(x, theta):
    depth = len(theta) // 2
    tape = [{"A": x}]
    a = x
    for k in range(1, depth + 1):
        z = theta[f"W{k}"] @ a + theta[f"b{k}"]
        a = my_relu(z) if k < depth else logistic(z)
        tape.append({"Z": z, "A": a, "W": theta[f"W{k}"]})
    return a, tape


def calc_cost(y_hat, y):
    total = 0.0
    for i in range(y.shape[1]):
        total -= float(y[0, i] * np.log(y_hat[0, i]) + (1 - y[0, i]) * np.log(1 - y_hat[0, i]))
    return total / y.shape[1]


def layer_backward(d_a, tape, act):
    a_prev, w, b, z = tape
    samples = a_prev.shape[1]
    d_w, d_b = np.zeros(w.shape), np.zeros(b.shape)
    d_z = d_a * d_relu(z) if act == "relu" else d_a * d_sigmoid(z)
    for i in range(samples):
        d_w += np.outer(d_z[:, i], a_prev[:, i]) / samples
        d_b[:, 0] += d_z[:, i] / samples
    return w.T @ d_z, d_w, d_b


def deep_backward(y_hat, y, tape):
    depth, samples = len(tape) - 1, y.shape[1]
    slopes = {}
    delta = y_hat - y
    for k in range(depth, 0, -1):
        slopes[f"dW{k}"] = sum(np.outer(delta[:, i], tape[k - 1]["A"][:, i]) for i in range(samples)) / samples
        slopes[f"db{k}"] = delta.mean(axis=1).reshape(-1, 1)
        if k > 1:
            back = tape[k]["W"].T @ delta
            delta = back * (tape[k - 1]["Z"] > 0)
    return slopes


def gradient_step(theta, slopes, lr=0.1):
    moved = {}
    for name, value in theta.items():
        moved[name] = value - lr * slopes["d" + name]
    return moved


def train_deep(x, y, dims, lr=0.1, iterations=1000):
    theta = init_params_deep(dims)
    history = []
    step = 0
    while step < iterations:
        y_hat, tape = deep_forward(x, theta)
        history.append(calc_cost(y_hat, y))
        slopes = deep_backward(y_hat, y, tape)
        theta = gradient_step(theta, slopes, lr)
        step += 1
    return {"parameters": theta, "costs": history}


def train(x, y, hidden=4, epochs=2000, eta=0.5):
    n_in, samples = x.shape
    p = init_params(n_in, hidden, y.shape[0])
    w1, b1, w2, b2 = p["W1"], p["b1"], p["W2"], p["b2"]
    for epoch in range(epochs):
        h = np.tanh(w1 @ x + b1)
        out = 1.0 / (1.0 + np.exp(-(w2 @ h + b2)))
        d2 = out - y
        d1 = (w2.T @ d2) * (1.0 - h * h)
        gw2 = d2 @ h.T / samples
        gw1 = d1 @ x.T / samples
        gb2 = d2.sum(axis=1, keepdims=True) / samples
        gb1 = d1.sum(axis=1, keepdims=True) / samples
        w2 = w2 - eta * gw2
        w1 = w1 - eta * gw1
        b2 = b2 - eta * gb2
        b1 = b1 - eta * gb1
    return w1, b1, w2, b2
