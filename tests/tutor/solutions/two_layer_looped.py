"""One hidden layer, number by number: a tuple of weights, loops over samples and units, no matrix product."""
import math

import numpy as np


def squash(t):
    return 1.0 / (1.0 + math.exp(-max(t, -500.0)))


def init_params(nx, nh, ny):
    rng = np.random.default_rng(1)
    return rng.normal(size=(nh, nx)) * 0.1, np.zeros((nh, 1)), rng.normal(size=(ny, nh)) * 0.1, np.zeros((ny, 1))


def forward_prop(data, params):
    w1, c1, w2, c2 = params
    count = data.shape[1]
    hidden, out = len(w1), len(w2)
    s1, h = np.zeros((hidden, count)), np.zeros((hidden, count))
    s2, o = np.zeros((out, count)), np.zeros((out, count))
    for i in range(count):
        for j in range(hidden):
            s1[j, i] = c1[j, 0]
            for k in range(len(data)):
                s1[j, i] += w1[j, k] * data[k, i]
            h[j, i] = math.tanh(s1[j, i])
        for j in range(out):
            s2[j, i] = c2[j, 0]
            for k in range(hidden):
                s2[j, i] += w2[j, k] * h[k, i]
            o[j, i] = squash(s2[j, i])
    return o, (s1, h, s2, o)


def cost_function(yhat, labels):
    count = labels.shape[1]
    total = 0.0
    for i in range(count):
        y, a = labels[0, i], min(max(yhat[0, i], 1e-15), 1 - 1e-15)
        total += -(y * math.log(a) + (1 - y) * math.log(1 - a))
    return total / count


def back_prop(params, memory, data, labels):
    w1, c1, w2, c2 = params
    s1, h, s2, o = memory
    inputs, count = data.shape
    hidden, out = len(w1), len(w2)
    gw1, gc1 = np.zeros(w1.shape), np.zeros(c1.shape)
    gw2, gc2 = np.zeros(w2.shape), np.zeros(c2.shape)
    e1, e2 = np.zeros(h.shape), np.zeros(o.shape)
    for i in range(count):
        for j in range(out):
            a, y = o[j, i], labels[j, i]
            e2[j, i] = a - y
        for j in range(hidden):
            a, z = h[j, i], s1[j, i]
            back = 0.0
            for k in range(out):
                back += w2[k, j] * e2[k, i]
            slope = 1 - a * a
            e1[j, i] = back * slope
    for i in range(count):
        for j in range(out):
            for k in range(hidden):
                gw2[j, k] += e2[j, i] * h[k, i] / count
            gc2[j, 0] += e2[j, i] / count
        for j in range(hidden):
            for k in range(inputs):
                gw1[j, k] += e1[j, i] * data[k, i] / count
            gc1[j, 0] += e1[j, i] / count
    return gw1, gc1, gw2, gc2


def update_params(params, grads, lr=0.5):
    new = []
    for p, g in zip(params, grads):
        q = np.zeros(p.shape)
        for j in range(p.shape[0]):
            for k in range(p.shape[1]):
                q[j, k] = p[j, k] - lr * g[j, k]
        new.append(q)
    return tuple(new)


def predict(params, data):
    o, _ = forward_prop(data, params)
    answers = np.zeros(o.shape)
    for i in range(o.shape[1]):
        for j in range(o.shape[0]):
            if o[j, i] > 0.5:
                answers[j, i] = 1
    return answers
