"""How a line that writes into the caller's arrays would leave them alone."""

import pytest

from barreleye.tutor.fragility.writing import writes

CASES = [
    ("def f(dA, cache):\n    dZ = dA\n    dZ[cache <= 0] = 0", [("dA",)], 3, "dZ = dA.copy()", "another name"),
    (
        "def f(dA):\n    dZ = np.array(dA, copy=False)\n    dZ[0] = 0",
        [("dA",)],
        3,
        "dZ = np.array(dA, copy=True)",
        "another",
    ),
    ("def f(z):\n    z[z > 0] = 1\n    return z", [("z",)], 2, "z = z.copy()", "another name"),
    ("def f(p, g):\n    W1 = p['W1']\n    W1 -= lr * g", [("p", "W1")], 3, "W1 = W1 - lr * g", "-="),
    ("def f(p, g):\n    p['W1'] -= lr * g", [("p", "W1")], 2, "p['W1'] = p['W1'] - lr * g", "-="),
    (
        "def f(p, g):\n    # -= is in place\n    for l in r:\n        p['W' + str(l)] -= lr * g['dW' + str(l)]",
        [("p", "W1"), ("p", "W2")],
        4,
        "p['W' + str(l)] = p['W' + str(l)] - lr * g['dW' + str(l)]",
        "-=",
    ),
    ("def f(X):\n    X /= a + b", [("X",)], 2, "X = X / (a + b)", "/="),
    (
        "def f(ps, gs):\n    for p, g in zip(ps, gs):\n        p -= g",
        [("ps", 0)],
        3,
        "ps = [p - g for (p, g) in zip(ps, gs)]",
        "-=",
    ),
    ("def f(cache):\n    z, a = cache\n    d = z * 2\n    d *= 3\n    a *= 0", [("cache", 1)], 5, "a = a * 0", "*="),
]


@pytest.mark.parametrize(("source", "written", "number", "solution", "hint"), CASES)
def test_the_line_and_what_would_do(source, written, number, solution, hint):
    (found,) = writes(source, written)
    assert (found.number, found.solution) == (number, solution)
    assert hint in found.hint.en


def test_what_only_puts_another_array_under_a_name_writes_nothing():
    assert writes("def f(p, g):\n    W1 = p['W1']\n    W1 = W1 - g", [("p", "W1")]) == []


def test_every_array_that_is_written_has_its_line():
    source = "def f(p, g):\n    W1 = p['W1']\n    b1 = p['b1']\n    W1 -= g\n    b1 -= g"
    assert [one.solution for one in writes(source, [("p", "W1"), ("p", "b1")])] == ["W1 = W1 - g", "b1 = b1 - g"]
