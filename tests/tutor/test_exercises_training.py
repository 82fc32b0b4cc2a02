"""A training is judged whatever its form: a script, a function or a class; only named mistakes are told of it."""

import pytest
from rich.console import Console

from barreleye.tutor.checking import check
from barreleye.tutor.report import RIGHT, UNJUDGED, WRONG

SCRIPT = """
import numpy as np

rng = np.random.default_rng(4)
points = rng.normal(size=(12, 3))
goal = (points.sum(axis=1, keepdims=True) > 0).astype(float)
v = rng.normal(size=(3, 5))
c = np.zeros(5)
u = rng.normal(size=(5, 1))
d = np.zeros(1)

for epoch in range(2000):
    h = np.tanh(points @ v + c)
    p = 1 / (1 + np.exp(-(h @ u + d)))
    e = p - goal
    back = e @ u.T * (1 - h ** 2)
    u -= 0.1 * h.T @ e
    d -= 0.1 * e.sum(axis=0)
    v -= 0.1 * points.T @ back
    c -= 0.1 * back.sum(axis=0)
print(np.mean((p > 0.5) == goal))
"""
SOFTMAX = """
import numpy as np

class Model:
    def __init__(self, sizes):
        rng = np.random.default_rng(0)
        self.Ws = [0.1 * rng.normal(size=(b, a)) for a, b in zip(sizes, sizes[1:])]
        self.bs = [np.zeros((b, 1)) for b in sizes[1:]]

    def run(self, x):
        self.a = [x]
        for W, b in zip(self.Ws[:-1], self.bs[:-1]):
            self.a.append(np.maximum(0, W @ self.a[-1] + b))
        s = np.exp(self.Ws[-1] @ self.a[-1] + self.bs[-1])
        self.a.append(s / s.sum(axis=0))

    def learn(self, x, t, rate):
        self.run(x)
        g = (self.a[-1] - t) / x.shape[1]
        for k in reversed(range(len(self.Ws))):
            gW, gb = g @ self.a[k].T, g.sum(axis=1, keepdims=True)
            g = self.Ws[k].T @ g * (self.a[k] > 0)
            self.Ws[k] = self.Ws[k] - rate * gW
            self.bs[k] = self.bs[k] - rate * gb

    def train(self, x, t, epochs=10, rate=0.3, batch=4):
        for _ in range(epochs):
            order = np.random.permutation(x.shape[1])
            for i in range(0, len(order), batch):
                xb, tb = x[:, order[i : i + batch]], t[:, order[i : i + batch]]
                self.learn(xb, tb, rate)

if __name__ == "__main__":
    x = np.random.default_rng(1).normal(size=(3, 20))
    t = np.eye(3)[:, np.arange(20) % 3]
    Model([3, 6, 4, 3]).train(x, t)
"""
RATES = """
import numpy as np

def fit(X, Y, h=4, steps=50):
    rng = np.random.default_rng(3)
    W1, b1, W2, b2 = rng.normal(size=(h, len(X))), np.zeros((h, 1)), rng.normal(size=(1, h)), 0.0
    for _ in range(steps):
        A = np.tanh(W1 @ X + b1)
        E = 2 * (W2 @ A + b2 - Y) / Y.size
        G = W2.T @ E * (1 - A ** 2)
        W2, b2 = W2 - 0.1 * E @ A.T, b2 - 0.1 * E.sum()
        W1, b1 = W1 - 0.1 * G @ X.T, b1 - 0.1 * G.sum(axis=1, keepdims=True)
    return W1, b1, W2, b2

fit(np.random.normal(size=(3, 9)), np.random.normal(size=(1, 9)))
"""


LAYERS = """
import numpy as np

class Affine:
    def __init__(self, n, k, rng):
        self.w, self.b = rng.normal(size=(n, k)), np.zeros(k)

    def __call__(self, x):
        self.x = x
        return x @ self.w + self.b

    def backward(self, g):
        self.gw, self.gb = self.x.T @ g, g.sum(axis=0)
        return g @ self.w.T

class Tanh:
    def __call__(self, x):
        self.y = np.tanh(x)
        return self.y

    def backward(self, g):
        return g * (1 - self.y ** 2)

def loss_slope(scores, labels):
    e = np.exp(scores)
    p = e / e.sum(axis=1, keepdims=True)
    p[np.arange(len(p)), labels] -= 1
    return p / len(p)

rng = np.random.default_rng(0)
data, kinds = rng.normal(size=(30, 2)), np.arange(30) % 3
layers = [Affine(2, 6, rng), Tanh(), Affine(6, 3, rng)]
for start in range(0, 30, 8):
    out = data[start : start + 8]
    for layer in layers:
        out = layer(out)
    g = loss_slope(out, kinds[start : start + 8])
    for layer in reversed(layers):
        g = layer.backward(g)
    for layer in (layers[0], layers[2]):
        layer.w -= 0.1 * layer.gw
        layer.b -= 0.1 * layer.gb
"""


def checked(tmp_path, code, *changes):
    for old, new in changes:
        assert code.count(old) == 1, old
        code = code.replace(old, new)
    path = tmp_path / "homework.py"
    path.write_text(code, "utf-8")
    return [one for one in check(path, console=Console(quiet=True)).functions if one.exercise == "training"]


@pytest.mark.parametrize(
    ("code", "name", "words"),
    [
        (SCRIPT, "for epoch in range(2000)", "2 layers with hidden activation Tanh, and of the cross-entropy"),
        (SOFTMAX, "Model.train", "3 layers with hidden activation ReLU, and of the cross-entropy"),
        (LAYERS, "for start in range(0, 30, 8)", "2 layers with hidden activation Tanh, and of the cross-entropy"),
        (RATES, "fit", "2 layers with hidden activation Tanh, and of the squared error"),
    ],
)
def test_a_right_training_is_right_and_how_it_is_meant_is_said(code, name, words, tmp_path):
    (report,) = checked(tmp_path, code)
    assert (report.name, report.verdict) == (name, RIGHT)
    assert words in report.remarks[0].en


@pytest.mark.parametrize(
    ("code", "old", "new", "mistake"),
    [
        (SCRIPT, "e = p - goal", "e = goal - p", "uphill"),
        (SCRIPT, "(1 - h ** 2)", "(1 - h) ** 2", "slope (1 - A) squared"),
        (SCRIPT, "u -= 0.1 * h.T @ e", "u += 0.1 * h.T @ e", "W update adds"),
        (SCRIPT, "c -= 0.1 * back.sum(axis=0)", "c += 0.1 * back.sum(axis=0)", "b update adds"),
        (SCRIPT, "h = np.tanh(points @ v + c)", "h = 1 / (1 + np.exp(-(points @ v + c)))", "slope of tanh"),
        (SOFTMAX, "g = self.Ws[k].T @ g * (self.a[k] > 0)", "g = self.Ws[k].T @ g", "ReLU mask that lets all through"),
        (LAYERS, "g * (1 - self.y ** 2)", "g * (1 - self.y)", "slope 1 - A"),
        (LAYERS, "labels] -= 1", "labels] += 1", "output delta with a plus"),
        (LAYERS, "e / e.sum(axis=1, keepdims=True)", "e / e.sum(axis=0, keepdims=True)", "softmax over the samples"),
        (RATES, "W2.T @ E * (1 - A ** 2)", "W2.T @ E * (1 - A)", "slope 1 - A"),
        (RATES, "b2 - 0.1 * E.sum()", "b2 + 0.1 * E.sum()", "b update adds"),
    ],
)
def test_a_mistake_is_named_at_its_line(code, old, new, mistake, tmp_path):
    (report,) = checked(tmp_path, code, (old, new))
    assert report.verdict == WRONG
    (finding,) = report.findings
    assert finding.mistake == mistake
    if mistake not in ("slope of tanh", "output delta with a plus"):  # there the numbers show in another line
        assert new in finding.line


@pytest.mark.parametrize(
    ("code", "old", "new"),
    [
        (SCRIPT, "e = p - goal", "e = (p - goal) * 12 ** 0.5 / (1 + p)"),
        (SCRIPT, "back = e @ u.T", "back = e ** 3 @ u.T"),
        (SCRIPT, "u -= 0.1 * h.T @ e", "u -= 0.1 * np.sign(h.T @ e)"),
        (RATES, "E = 2 * (W2 @ A + b2 - Y) / Y.size", "E = np.sign(W2 @ A + b2 - Y)"),
        (SCRIPT, "for epoch in range(2000):", "for epoch in range(2000):\n    points = np.loadtxt('points.csv')"),
    ],
)
def test_what_has_no_name_is_left_alone(code, old, new, tmp_path):
    assert all(one.verdict == UNJUDGED for one in checked(tmp_path, code, (old, new)))


@pytest.mark.parametrize(
    "changes",
    [
        [("e = p - goal", "e = (p - goal) / 12")],
        [("e = p - goal", "e = (p - goal) * p * (1 - p)")],
        [("u -= 0.1 * h.T @ e", "u -= 0.1 * (h.T @ e + 0.01 * u)"),
         ("v -= 0.1 * points.T @ back", "v -= 0.1 * (points.T @ back + 0.01 * v)")],
        [("e = p - goal", "e = goal - p"), ("u -=", "u +="), ("d -=", "d +="), ("v -=", "v +="), ("c -=", "c +=")],
        [("np.tanh(points @ v + c)", "points @ v + c"), (" * (1 - h ** 2)", "")],
    ],
)  # fmt: skip
def test_other_ways_to_mean_it_are_right(changes, tmp_path):
    (report,) = checked(tmp_path, SCRIPT, *changes)
    assert report.verdict == RIGHT
