"""Answers that do not hold what they should: nothing at all, too few layers, one name too low."""

import numpy as np
import pytest

from barreleye.tutor.checking import check

from .planting import checked


def no_return(A2, Y):
    np.mean(A2 - Y)


def prints(A2, Y):
    print(np.mean(A2 - Y))


def sometimes(A2, Y):
    if Y.shape[1] == 1:
        return np.mean(A2 - Y)


@pytest.mark.parametrize(
    ("body", "said", "zh"),
    [(no_return, "missing", "缺少"), (prints, "prints", "打印"), (sometimes, "not reached", "没有执行")],
)
def test_what_returns_nothing(body, said, zh):
    def compute_cost(A2, Y):
        return None

    body.__name__ = "compute_cost"
    ((_, finding),) = check(body).findings
    assert finding.mistake == "returns nothing"
    assert said in finding.claim.en
    assert zh in finding.claim.zh
    assert "compute_cost(...)" in finding.hint.en


@pytest.mark.parametrize(
    ("loop", "mended"),
    [
        ("reversed(range(1, L - 1))", "for l in reversed(range(L - 1)):"),
        ("range(L - 2, 0, -1)", "for l in range(L - 2, -1, -1):"),
    ],
)
def test_a_backward_loop_that_stops_early(loop, mended):
    report = checked("deep_course", ("for l in reversed(range(L - 1)):", f"for l in {loop}:"))
    finding = next(one for _, one in report.findings if one.verdict == "wrong")
    assert finding.mistake == "loop over too few layers"
    assert "leaves out layer 1: with 3 layers" in finding.claim.en
    assert finding.line == f"for l in {loop}:"
    assert finding.solution == mended


OTHERS = {
    "def cost(x): return np.array(x > 0, dtype=int)": "unjudged",
    "def cost_prime(y, a): return ((1 - y) / (1 - a) - y / a) / np.size(y)": "unjudged",
    "def loss(y, a): return -(y * np.log(a) + (1 - y) * np.log(1 - a))": "right",
    "def cost(a, y, m): return -(y * np.log(a) + (1 - y) * np.log(1 - a)) / m": "wrong",
    "def predict(A_final): return np.argmax(A_final, axis=0)": "unjudged",
    "def cost(X, y, thetas):\n    h = X.dot(thetas)\n    return np.sum((h - y) ** 2) / (2 * len(y))": "unjudged",
    "def cost(A2, Y): return -np.sum(Y.T @ np.log(A2) + (1 - Y).T @ np.log(1 - A2)) / Y.shape[1]": "wrong",
}


@pytest.mark.parametrize(("code", "verdict"), OTHERS.items())
def test_a_function_that_was_taken_for_another_one_is_not_accused(code, verdict, checked):
    assert checked(f"import numpy as np\n{code}").verdict == verdict
