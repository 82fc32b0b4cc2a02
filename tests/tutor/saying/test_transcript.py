"""A learner's lines in the notation: what each computes, of which quantities, at which layer."""

import numpy as np
import pytest

from barreleye.nn.notation import written
from barreleye.tutor.equations import backward_sheet, example, forward_sheet, worked
from barreleye.tutor.saying.transcript import Transcript, transcript

V = worked(backward_sheet(3), worked(forward_sheet(3), example((3, 4, 5, 1), m=7, seed=0)))


def last(body: str, arguments: str = "") -> tuple[Transcript, str]:
    """A function of these lines, and what its last line computes."""
    script = transcript(f"def f({arguments}):\n" + "".join(f"    {line}\n" for line in body.split("\n")))
    tree = script.transcribed(script.lines[-1])
    return script, "" if tree is None else written(tree)


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ("dW2 = np.dot(dZ2, A1.T) / m", "dZ[2] @ A[1].T / m"),
        ("dW2 = 1 / m * np.matmul(dZ2, cache['A1'].transpose())", "1 / m * (dZ[2] @ A[1].T)"),
        ("db = np.sum(dZ, 1, keepdims=True)", "sum(dZ[l], axis=1)"),
        ("db = dZ.mean(axis=1)", "mean(dZ[l], axis=1, keepdims=False)"),
        ("db = np.sum(dZ, axis=1).reshape(-1, 1) / m", "sum(dZ[l], axis=1) / m"),
        ("s = np.square(A1)\nt = 1 - s\ndZ1 = dA1 * t", "dA[1] * (1 - A[1] ** 2)"),
        ("dZ = np.array(dA, copy=True)\ndZ[Z <= 0] = 0", "where(Z[l] <= 0, 0, dA[l])"),
        ("dW1 = dZ1 @ X.T\ndW1 /= m", "dZ[1] @ X.T / m"),
        ("m = X.shape[1]\nn = len(X)\ndW1 = dZ1 @ X.T / n", "dZ[1] @ X.T / shape(X, 0)"),
        ("for l in range(1, L):\n    Z = p['W' + str(l)] @ A + p[f'b{l}']\n    A = np.tanh(Z)", "tanh(Z[l])"),
        ("for l in range(1, L):\n    A = np.tanh(p['W' + str(l)] @ A + p[f'b{l}'])", "tanh(W[l] @ A[l - 1] + b[l])"),
        ("self.grads['b%d' % i] = self.grads['W1'].sum(axis=1)", "sum(dW[1], axis=1, keepdims=False)"),
    ],
)
def test_what_a_line_computes(body, text):
    assert last(body, "X, A, dA, dZ, Z, p")[1] == text


@pytest.mark.parametrize(
    "body",
    [
        "A1 = g(Z1)",
        "Z1 = W1 @ X[:, :1]",
        "if test:\n    s = 1\nelse:\n    s = 2\nZ1 = s * X",
        "for i in range(m):\n    total = total + A[i]",
        "for W, b in layers:\n    A = W @ A + b",
        "A1 = __import__('os').getcwd()",
    ],
)
def test_what_is_not_known_is_not_transcribed(body):
    assert last(body)[1] == ""


def test_the_branch_in_which_a_line_stands_is_the_one_it_reads():
    body = "if deep:\n    s = 1 - A1\nelse:\n    s = 2 * A1\n    dZ1 = s * dA1"
    assert last(body)[1] == "2 * A[1] * dA[1]"


@pytest.mark.parametrize(
    ("body", "name", "right"),
    [
        ("dW2 = dZ2 @ A1.T / m", ("dW", 2), True),
        ("dW2 = dZ2 @ A1.T", ("dW", 2), False),
        ("for k in range(L):\n    g['dW' + str(k + 1)] = d['dZ' + str(k + 1)] @ c[f'A{k}'].T / m", ("dW", 2), True),
        ("for k in range(L):\n    g['dW' + str(k + 1)] = d['dZ' + str(k)] @ c[f'A{k}'].T / m", ("dW", 2), False),
        ("dW2 = unknown(dZ2)", ("dW", 2), None),
    ],
)
def test_numbers_prove(body, name, right):
    script, _ = last(body)
    assert script.right(script.lines[-1], name, V) is right


@pytest.mark.parametrize("power", ["9 ** 9 ** 9 ** 9", "m ** m ** m ** m", "(9 * 9) ** (9 ** 9 * 9 ** 9)"])
def test_no_power_grows_beyond_bounds(power):
    script, _ = last(f"dW1 = {power} * A1")
    made = script.made(script.lines[-1], (1, 1), V)
    assert made is None or not np.isfinite(made).all()


def test_what_is_written_out_does_not_grow_beyond_bounds():
    doubled = "\n".join(f"s{i + 1} = s{i} * s{i}" for i in range(60))
    assert last(f"s0 = 1 - A1\n{doubled}\ndZ1 = s60 * dA1")[1] == ""
    long = "\n".join("s = s + 1" for _ in range(900))
    assert last(f"s = 1 - A1\n{long}\ndZ1 = s * dA1")[1] == ""
