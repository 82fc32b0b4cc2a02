"""The line in which a quantity is computed, in the spellings that people use."""

import pytest

from barreleye.tutor.running.answers import Function
from barreleye.tutor.saying.places import end_of, place_of

from ..planting import VECTORISED, checked


def line_of(source: str, *names: str) -> str:
    return place_of(Function("f", line=1, where="line 1", source=source), names)[1]


BACKWARD = """def backward_propagation(parameters, cache, X, Y):
    m=X.shape[1]
    A1, A2 = cache["A1"], cache["A2"]
    dZ2=A2-Y
    dW2=np.dot(dZ2,A1.T)/m
    db_2 = dZ2.mean(axis=1)
    dZ1=np.dot(W2.T,dZ2)*(1-A1**2)
    dw1 = np.zeros(W1.shape)
    for i in range(m):
        dw1 += np.outer(dZ1[:, i], X[:, i]) / m
    db1: np.ndarray = np.mean(dZ1, axis=1)
    return dw1, db1, dW2, db_2
"""
DEEP = """def L_model_backward(AL, Y, caches):
    grads = {}
    dAL = -(Y / AL)
    for l in reversed(range(L)):
        dZ = dAL * AL
        grads["dW" + str(l + 1)] = dZ @ A_prev.T / m
        grads[f"db{l + 1}"] = dZ.mean(axis=1)
    return grads
"""


@pytest.mark.parametrize(
    ("source", "name", "line"),
    [
        (BACKWARD, "dZ2", "dZ2=A2-Y"),
        (BACKWARD, "dW2", "dW2=np.dot(dZ2,A1.T)/m"),
        (BACKWARD, "dW1", "dw1 += np.outer(dZ1[:, i], X[:, i]) / m"),
        (BACKWARD, "db2", "db_2 = dZ2.mean(axis=1)"),
        (BACKWARD, "db1", "db1: np.ndarray = np.mean(dZ1, axis=1)"),
        (BACKWARD, "dZ1", "dZ1=np.dot(W2.T,dZ2)*(1-A1**2)"),
        (BACKWARD, "dA1", "dZ1=np.dot(W2.T,dZ2)*(1-A1**2)"),
        (BACKWARD, "dW3", "return dw1, db1, dW2, db_2"),
        (DEEP, "dW2", 'grads["dW" + str(l + 1)] = dZ @ A_prev.T / m'),
        (DEEP, "db1", 'grads[f"db{l + 1}"] = dZ.mean(axis=1)'),
        (DEEP, "dA3", "dAL = -(Y / AL)"),
        ('def f(g):\n    g["dW1"] = 1 + 1\n    g["dW2"] = 2 + 2', "dW2", 'g["dW2"] = 2 + 2'),
        ("def f():\n    dW[2] = a @ b\n    dW[1] = c @ d", "dW1", "dW[1] = c @ d"),
        ("def f():\n    dW[l] = a @ b", "dW1", "dW[l] = a @ b"),
        ("def f():\n    grads['dW'][l] = a @ b", "dW1", "grads['dW'][l] = a @ b"),
        ("def f(p):\n    A1 = np.tanh(W1 @ X + b1)\n    A2 = s(W2 @ A1 + b2)", "Z2", "A2 = s(W2 @ A1 + b2)"),
        ("def f(p):\n    Z1, A1 = one(X), two(X)\n    A2 = s(Z2)", "A2", "A2 = s(Z2)"),
        ("def f(p):\n    W1 = p['W1']\n    W1 -= a * dW1", "W1", "W1 -= a * dW1"),
        ("def f(p):\n    W1 = p['W1']\n    return {'W1': W1 - a * dW1}", "W1", "return {'W1': W1 - a * dW1}"),
        (
            "def f(A2, Y):\n    logs = Y * np.log(A2)\n    cost = -np.sum(logs) / m\n    return cost",
            "J",
            "cost = -np.sum(logs) / m",
        ),
        ("def f(A2, Y):\n    return -np.sum(Y * np.log(A2)) / m", "J", "return -np.sum(Y * np.log(A2)) / m"),
        ("def f(p, X):\n    A2 = g(X)\n    return A2 > 0.5", "predictions", "return A2 > 0.5"),
        ("f = lambda Z: (", "Z1", ""),
        ("def relu_backward(dA, Z):\n    dZ = np.array(dA)\n    dZ[Z <= 0] = 0", "dZ1", "dZ[Z <= 0] = 0"),
        ("def f(Z):\n    return 1 / (1 + np.exp(Z))", "A1", "return 1 / (1 + np.exp(Z))"),
        ("def f(dZ):\n    m = 2\n    dA_prev = W.T @ dZ\n    return dA_prev", "dA0", "dA_prev = W.T @ dZ"),
        ("def f(z):\n    s = 1 / z\n    return s", "A1", "s = 1 / z"),
        ("def f(z):\n    s = 1 / z\n    return s, z", "A1", "s = 1 / z"),
        ("def f(p):\n    g1 = d @ x.T\n    g1 /= m\n    return {'dW1': g1}", "dW1", "g1 /= m"),
        ("def f(p, g):\n    new = []\n    new.append(p - g)\n    return tuple(new)", "W1", "new.append(p - g)"),
        ("def f(p, g):\n    out = {}\n    out[k] = p[k] - g[k]\n    return out", "W1", "out[k] = p[k] - g[k]"),
        ("def f(p):\n    A2 = np.zeros(1)\n    a2 = z2\n    A2[0] = a2", "A2", "a2 = z2"),
        ("def f(W, A):\n    delta = A - Y\n    dW1 = delta @ A.T", "dZ2", "delta = A - Y"),
        ("def f(p):\n    yhat, _ = g(p)\n    return yhat.astype(int)", "predictions", "return yhat.astype(int)"),
        ("def f(X):\n    m = X.shape[0]\n    dW1 = 2 * m", "m", "m = X.shape[0]"),
    ],
)
def test_the_line_that_computes_it(source, name, line):
    assert line_of(source, name) == line


FORWARD = """def L_model_forward(X, parameters):
    for l in range(1, L):
        A, cache = step(A, parameters["W" + str(l)])
    AL, cache = step(A, parameters["W" + str(L)])
    grads["dW" + str(L)] = AL @ A.T
    return AL
"""


def test_the_last_layer_has_its_own_line():
    function = Function("f", line=1, where="line 1", source=FORWARD)
    assert place_of(function, ["A3"], last=3)[0] == "line 4"
    assert place_of(function, ["A2"], last=3)[0] == "line 3"
    assert place_of(function, ["dW3"], last=3)[0] == "line 5"


def test_where_a_function_ends():
    assert end_of(Function("f", line=1, where="line 1", source=BACKWARD))[1] == "return dw1, db1, dW2, db_2"
    assert end_of(Function("f", source="def f(): pass")) == ("", "")


def test_the_first_name_that_has_a_line_is_taken():
    assert line_of(BACKWARD, "dW3", "dW2") == "dW2=np.dot(dZ2,A1.T)/m"


def test_a_finding_points_to_its_line():
    report = checked(VECTORISED, ("np.dot(dZ1, X.T) / m", "np.dot(dZ1, X.T)"))
    ((_, finding),) = report.findings
    assert finding.line == "dW1 = np.dot(dZ1, X.T)"
    assert finding.where == "line 52"
