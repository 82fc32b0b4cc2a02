"""The catalogue as a whole: every diagnosis is unique, two mistakes are told apart, and three are not guessed at."""

from collections import defaultdict

import numpy as np
import pytest

from barreleye.nn.activations import LeakyReLU, ReLU, Sigmoid, Tanh
from barreleye.tutor.classics import ACTIVATION, FORMULAS, OUTPUT_SAMPLES, Z, mistakes, of
from barreleye.tutor.equations import EQUATIONS, backward_sheet, cost_sheet, example, forward_sheet, update_sheet
from barreleye.tutor.search import attempted, slips_of, unchanged

from .planting import LOOPED, VECTORISED, checked, diagnoses, said_of

OWN = (*mistakes(ACTIVATION + FORMULAS + Z + OUTPUT_SAMPLES), *of(*{*EQUATIONS} - {"Z", "A"}))
TWO = (((3, 4, 1), 7), ((2, 5, 1), 6))
THREE = (((5, 4, 3, 1), 7), ((2, 3, 4, 1), 6))
SQUARE = (((4, 4, 4), 4),) * 3  # with ReLU, all units may be off in a sample


def layers(*quantities: str):
    return lambda L: [(quantity, l) for quantity in quantities for l in range(1, L + 1)]


SHEETS = {
    "forward, all seen": (forward_sheet, layers("Z", "A")),
    "forward, only A[L] seen": (forward_sheet, lambda L: [("A", L)]),
    "cost": (cost_sheet, lambda L: [("J", L)]),
    "backward": (backward_sheet, layers("dW", "db")),
    "backward through dA": (lambda L: backward_sheet(L, from_dA=True), layers("dW", "db")),
    "backward, dZ seen": (backward_sheet, layers("dW", "db", "dZ")),
    "update": (update_sheet, layers("W_new", "b_new")),
}

# What no numbers can tell apart, by the names; each claim is true of both.
ALIKE = (
    *({f"{q} without 1/m", f"{q} divided by n[l]"} for q in ("gradients", "dW", "db")),  # one output unit
    # In layer 1 the input is X; a sum over the only unit is no sum.
    {"gradients divided by n_x", "gradients divided by n[l-1]"},
    {"dW divided by n_x", "dW divided by n[l-1]"},
    {"db divided by n_x", "db divided by n[l-1]"},
    {"db not summed", "db summed along the wrong axis"},
    {"db averaged along the wrong axis", "db is dZ"},
    {"db averaged along the wrong axis", "db summed along the wrong axis"},  # as many units as samples
    {"db averaged along the wrong axis without keepdims", "db summed along the wrong axis without keepdims"},
)
UNSEEN = (
    # Where only A[L] is seen: Z[l+1] from Z[l], or A[l] that is Z[l]; tanh is odd; a constant hides what is below it.
    {"Z from Z", "A without activation"},
    {"Z minus b", "minus tanh"},
    {"tanh with a minus below"},
)


def numbers(work, observed) -> tuple:
    """What is observed, to seven digits, with its shapes: equal for equal numbers."""
    arrays = [np.asarray(getattr(work, quantity)[l], float) for quantity, l in observed]
    return tuple((array.shape, tuple(f"{x:.7g}" for x in array.ravel())) for array in arrays)


def examples(shapes, hidden):
    """The examples, with gradients for the update that no backward pass made."""
    for seed, (n, m) in enumerate(shapes):
        v = example(n, m, seed, hidden)
        rng = np.random.default_rng(seed)
        v.dW = {l: rng.normal(size=W.shape) for l, W in v.W.items()}
        v.db = {l: rng.normal(size=b.shape) for l, b in v.b.items()}
        yield v


@pytest.mark.parametrize("sheet", SHEETS)
@pytest.mark.parametrize("shapes", [TWO, THREE, SQUARE], ids=["two layers", "three layers", "square"])
@pytest.mark.parametrize("hidden", [Tanh(), Sigmoid(), ReLU(), LeakyReLU(0.1)], ids=lambda g: type(g).__name__)
def test_no_two_slips_give_the_same_numbers_and_none_the_right_ones(sheet, shapes, hidden):
    lines_of, observed_of = SHEETS[sheet]
    L = len(shapes[0][0]) - 1
    lines, observed = lines_of(L), observed_of(L)
    seen = defaultdict(set)
    for slip in [None, *slips_of(lines, OWN)]:
        name, edits = (slip.mistake.name, slip.edits(lines)) if slip else ("right", {})
        works = [attempted(lines, v, edits) for v in examples(shapes, hidden)]
        if None not in works and not (slip and any(unchanged(slip, lines, work) for work in works)):
            seen[tuple(numbers(work, observed) for work in works)].add((name, tuple(sorted(edits))))
    assert len(seen) > 1
    allowed = ALIKE + (UNSEEN if "only" in sheet else ())
    same = [{name for name, _ in slips} for slips in seen.values() if len(slips) > 1]
    assert [names for names in same if names not in allowed] == []


def test_names_are_unique():
    assert len({mistake.name for mistake in OWN}) == len(OWN)


@pytest.mark.parametrize("mistake", OWN, ids=lambda mistake: mistake.name)
def test_texts_can_be_filled_in_and_end(mistake):
    said_of(mistake)


@pytest.mark.parametrize("solution", [VECTORISED, LOOPED])
def test_what_is_right_is_right(solution):
    report = checked(solution)
    assert report.verdict == "right"
    assert {function.exercise for function in report.functions} >= {"forward", "cost", "backward", "update", "predict"}


PAIRS = (
    (
        VECTORISED,
        (("dZ2 = A2 - Y", "dZ2 = Y - A2"), ("np.dot(dZ1, X.T) / m", "np.dot(dZ1, X.T)")),
        [("backward", "output delta reversed", "dZ2"), ("backward", "dW without 1/m", "dW1")],
    ),
    (
        VECTORISED,
        (("np.sum(dZ1, axis=1, keepdims=True) / m", "np.sum(dZ1) / m"), ("(1 - np.power(A1, 2))", "(1 - A1) ** 2")),
        [("backward", "db summed over units too", "db1"), ("backward", "slope (1 - A) squared", "dZ1")],
    ),
    (
        VECTORISED,
        (("np.dot(W1, X) + b1", "np.dot(W1, X)"), ("sigmoid(Z2)", "np.tanh(Z2)")),
        [("forward", "tanh output", "A2"), ("forward", "Z without b", "Z1")],
    ),
    (
        VECTORISED,
        (
            ("W1 = W1 - learning_rate * dW1", "W1 = W1 + learning_rate * dW1"),
            ("b2 = b2 - learning_rate * db2", "b2 = b2 - db2"),
        ),
        [("update", "W update adds", "W1"), ("update", "b update without learning rate", "b2")],
    ),
    (
        VECTORISED,
        (
            ("np.dot(W2, A1) + b2", "np.dot(W2, A1)"),
            ("-np.sum(logprobs) / m", "np.sum(logprobs) / m"),
            ("A2 > 0.5", "A2 < 0.5"),
        ),
        [
            ("forward", "Z without b", "Z2"),
            ("cost", "cost without minus", "J"),
            ("predict", "prediction reversed", "predictions"),
        ],
    ),
    (
        LOOPED,
        (("e2[j, i] * h[k, i] / count", "e2[j, i] * h[k, i]"), ("slope = 1 - a * a", "slope = 1 - a")),
        [("backward", "dW without 1/m", "dW2"), ("backward", "slope 1 - A", "dZ1")],
    ),
    (
        LOOPED,
        (("s1[j, i] = c1[j, 0]", "s1[j, i] = 0.0"), ("squash(s2[j, i])", "math.tanh(s2[j, i])")),
        [("forward", "tanh output", "A2"), ("forward", "Z without b", "Z1")],
    ),
    (  # one of them that nobody listed
        VECTORISED,
        (("dZ2 = A2 - Y", "dZ2 = Y - A2"), ("np.dot(dZ1, X.T) / m", "np.dot(dZ1, X.T) / (m + 1)")),
        [("backward", "dW = dZ[l] @ A[l - 1].T / (m + 1)", "dW1"), ("backward", "output delta reversed", "dZ2")],
    ),
    (  # the same slip in two lines
        VECTORISED,
        (
            ("np.dot(dZ2, A1.T) / m", "np.dot(dZ2, A1.T) / (m + 1)"),
            ("np.sum(dZ2, axis=1, keepdims=True) / m", "np.sum(dZ2, axis=1, keepdims=True) / (m + 1)"),
        ),
        [("backward", "dW = dZ[l] @ A[l - 1].T / (m + 1), db alike", "dW2")],
    ),
    (
        LOOPED,
        (("math.tanh(s1[j, i])", "s1[j, i]"), ("p[j, k] - lr * g[j, k]", "p[j, k] + lr * g[j, k]")),
        [("forward", "A without activation", "A1"), ("update", "update adds", "W1")],
    ),
)


@pytest.mark.parametrize(("solution", "edits", "expected"), PAIRS)
def test_mistakes_made_together_are_all_found(solution, edits, expected):
    assert sorted(diagnoses(checked(solution, *edits))) == sorted(expected)


STRANGE = (
    (
        "backward",
        (
            ("dZ2 = A2 - Y", "dZ2 = Y - A2"),
            ("np.dot(dZ1, X.T) / m", "np.dot(dZ1, X.T)"),
            ("(1 - np.power(A1, 2))", "(1 - A1)"),
        ),
    ),
    ("backward", (("dZ2 = A2 - Y", "dZ2 = A2 - 0.9 * Y"),)),
    ("backward", (("(1 - np.power(A1, 2))", "np.cos(A1)"),)),
    ("forward", (("np.tanh(Z1)", "np.sin(Z1)"),)),
    (
        "forward",
        (
            ("np.dot(W1, X) + b1", "np.dot(W1, X) - b1"),
            ("np.dot(W2, A1) + b2", "np.dot(W2, A1)"),
            ("sigmoid(Z2)", "np.exp(Z2)"),
        ),
    ),
    ("cost", (("np.sum(logprobs) / m", "np.sum(logprobs) / (m + 3)"),)),
    ("update", (("W1 = W1 - learning_rate * dW1", "W1 = W1 - learning_rate * np.sin(dW1)"),)),
    ("predict", (("A2 > 0.5", "np.sin(9 * A2) > 0.4"),)),
)


@pytest.mark.parametrize(("exercise", "edits"), STRANGE)
def test_it_never_guesses(exercise, edits, seconds):
    report = checked(VECTORISED, *edits)
    assert next(function for function in report.functions if function.exercise == exercise).verdict == "wrong"
    assert {finding.mistake for _, finding in report.findings} == {None}
    assert seconds() < 5
