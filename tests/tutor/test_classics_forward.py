"""Every mistake of forward propagation, planted in two solutions and diagnosed."""

import pytest

from barreleye.tutor.classics import ACTIVATION, FORMULAS, OUTPUT_SAMPLES, Z, mistakes

from .planting import LOOPED, checked, diagnoses, plants

Z1, Z2, A1, A2 = "np.dot(W1, X) + b1", "np.dot(W2, A1) + b2", "np.tanh(Z1)", "sigmoid(Z2)"
S1, S2, H, O = "s1[j, i] = c1[j, 0]", "s2[j, i] = c2[j, 0]", "math.tanh(s1[j, i])", "squash(s2[j, i])"
T1, T2 = "w1[j, k] * data[k, i]", "w2[j, k] * h[k, i]"
RETURN = "return o, (s1, h, s2, o)"
STORED = "cache = {"
SAMPLES = "for i in range(count):\n        for j in range(hidden):\n            s1"
# A cache with names, by which the layers can be seen one by one.
NAMED = (
    (RETURN, 'return o, {"z1": s1, "a1": h, "z2": s2, "a2": o}'),
    ("s1, h, s2, o = memory", "s1, h, s2, o = memory.values()"),
)


def leaky(a: float) -> tuple[tuple[str, str], ...]:
    """The slope of Leaky ReLU in the vectorised backward pass."""
    return (("(1 - np.power(A1, 2))", f"np.where(Z1 > 0, 1, {a})"),)


def leak(a: float) -> tuple[tuple[str, str], ...]:
    """The same in the looped one."""
    return (("slope = 1 - a * a", f"slope = 1.0 if z > 0 else {a}"),)


relu, rectify = leaky(0), leak(0)

TABLE = (
    ("Z without b", "Z1", (Z1, "np.dot(W1, X)"), (S1, "s1[j, i] = 0.0")),
    ("Z minus b", "Z2", (Z2, "np.dot(W2, A1) - b2"), (S2, "s2[j, i] = -c2[j, 0]")),
    (
        "Z times b",
        "Z1",
        (Z1, "np.dot(W1, X) * b1"),
        ((S1, "s1[j, i] = 0.0"), (f"h[j, i] = {H}", f"s1[j, i] *= c1[j, 0]; h[j, i] = {H}")),
    ),
    (
        "Z with the bias of the layer before",
        "Z2",
        (Z2, "np.dot(W2, A1) + b1"),
        (RETURN, f"s2 = s2 - c2 + c1; o = 1 / (1 + np.exp(-s2)); {RETURN}"),
    ),
    ("Z with the bias of the next layer", "Z1", (Z1, "np.dot(W1, X) + b2"), (S1, "s1[j, i] = c2[0, 0]")),
    ("Z with the bias as a row", "Z1", (Z1, "np.dot(W1, X) + b1.T"), (S1, "s1[j, i] = c1[i, 0]")),
    ("Z from Z", "Z2", (Z2, "np.dot(W2, Z1) + b2"), ((T2, "w2[j, k] * s1[k, i]"), *NAMED)),
    ("Z from X again", "Z2", (Z2, "np.dot(W2, X) + b2"), (T2, "w2[j, k] * data[k, i]")),
    ("Z with W transposed", "Z1", (Z1, "np.dot(W1.T, X) + b1"), (T1, "w1[k, j] * data[k, i]")),
    (
        "Z elementwise",
        "Z1",
        (Z1, "W1 * X + b1"),
        (f"s1[j, i] += {T1}", "s1[j, i] = c1[j, 0] + w1[j, i] * data[j, i]"),
    ),
    (
        "Z of the first sample for all",
        "Z1",
        (Z1, "np.dot(W1, X[:, :1]) + b1 + np.zeros((1, X.shape[1]))"),
        (T1, "w1[j, k] * data[k, 0]"),
    ),
    ("Z with the factors swapped", "Z1", (Z1, "np.dot(X, W1) + b1"), (T1, "data[j, k] * w1[k, i]")),
    ("Z with A transposed", "Z1", (Z1, "np.dot(W1, X.T) + b1"), (T1, "w1[j, k] * data[i, k]")),
    ("Z with W of the layer before", "Z2", (Z2, "np.dot(W1, A1) + b2"), (T2, "w1[j, k] * h[k, i]")),
    ("Z with W of the next layer", "Z1", (Z1, "np.dot(W2, X) + b1"), (T1, "w2[j, k] * data[k, i]")),
    (
        "Z with W and b of the next layer",
        "Z1",
        (Z1, "np.dot(W2, X) + b2"),
        ((T1, "w2[j, k] * data[k, i]"), (S1, "s1[j, i] = c2[j, 0]")),
    ),
    ("A without activation", "A1", (A1, "Z1"), (H, "s1[j, i]")),
    ("output without sigmoid", "A2", (A2, "Z2"), (O, "s2[j, i]")),
    ("tanh output", "A2", (A2, "np.tanh(Z2)"), (O, "math.tanh(s2[j, i])")),
    ("ReLU output", "A2", (A2, "np.maximum(0, Z2)"), (O, "max(0.0, s2[j, i])")),
    ("step for g", "A1", (A1, "(Z1 > 0) * 1.0"), (H, "1.0 if s1[j, i] > 0 else 0.0")),
    (
        "softmax over one unit",
        "A2",
        (A2, "np.exp(Z2) / np.sum(np.exp(Z2), axis=0)"),
        (O, "math.exp(s2[j, i]) / sum(math.exp(t) for t in s2[:, i])"),
    ),
    (
        "softmax over samples",
        "A2",
        (A2, "np.exp(Z2) / np.sum(np.exp(Z2))"),
        (RETURN, f"o = np.exp(s2) / np.exp(s2).sum(axis=1); {RETURN}"),
    ),
    ("sigmoid of minus Z", "A2", (A2, "1 / (1 + np.exp(Z2))"), (O, "1 - squash(s2[j, i])")),
    ("sigmoid with 1 - exp(-Z)", "A2", (A2, "1 / (1 - np.exp(-Z2))"), (O, "1 / (1 - math.exp(-s2[j, i]))")),
    ("sigmoid without its quotient", "A2", (A2, "1 / 1 + np.exp(-Z2)"), (O, "1 + math.exp(-s2[j, i])")),
    ("exp for sigmoid", "A2", (A2, "np.exp(Z2)"), (O, "math.exp(s2[j, i])")),
    ("exp of minus Z for sigmoid", "A2", (A2, "np.exp(-Z2)"), (O, "math.exp(-s2[j, i])")),
    ("activation twice", "A2", (A2, "sigmoid(sigmoid(Z2))"), (O, "squash(squash(s2[j, i]))")),
    ("derivative for g", "A1", (A1, "1 - np.tanh(Z1) ** 2"), (H, "1 / math.cosh(s1[j, i]) ** 2")),
    ("g of the Z before", "A2", (A2, "sigmoid(Z1)"), (RETURN, "return 1 / (1 + np.exp(-s1)), (s1, h, s2, o)")),
    ("g of the A before", "A2", (A2, "sigmoid(A1)"), (RETURN, "return 1 / (1 + np.exp(-h)), (s1, h, s2, o)")),
    (
        "tanh upside down",
        "A1",
        (A1, "(np.exp(Z1) + np.exp(-Z1)) / (np.exp(Z1) - np.exp(-Z1))"),
        (H, "1 / math.tanh(s1[j, i])"),
    ),
    (
        "minus tanh",
        "A1",
        (A1, "(np.exp(-Z1) - np.exp(Z1)) / (np.exp(Z1) + np.exp(-Z1))"),
        (H, "math.tanh(-s1[j, i])"),
    ),
    ("tanh with a minus below", "A1", (A1, "(np.exp(Z1) - 1) / (np.exp(Z1) - 1)"), (H, "1.0")),
    ("ReLU with a floor of 1", "A1", ((A1, "np.maximum(1, Z1)"), *relu), ((H, "max(1.0, s1[j, i])"), *rectify)),
    ("ReLU with minimum", "A1", ((A1, "np.minimum(0, Z1)"), *relu), ((H, "min(0.0, s1[j, i])"), *rectify)),
    ("absolute value for ReLU", "A1", ((A1, "np.abs(Z1)"), *relu), ((H, "abs(s1[j, i])"), *rectify)),
    (
        "Leaky ReLU with minimum",
        "A1",
        ((A1, "np.minimum(0.01 * Z1, Z1)"), *leaky(0.01)),
        ((H, "min(0.1 * s1[j, i], s1[j, i])"), *leak(0.1)),
    ),
    (
        "output without the last sample",
        "A2",
        (STORED, f"A2[:, -1] = 0\n    {STORED}"),
        (O, f"{O} if i < count - 1 else 0.0"),
    ),
    (
        "output without the first sample",
        "A2",
        (STORED, f"A2[:, 0] = 0\n    {STORED}"),
        (O, f"{O} if i else 0.0"),
    ),
    (
        "output of the first sample alone",
        "A2",
        (STORED, f"A2[:, 1:] = 0\n    {STORED}"),
        (O, f"0.0 if i else {O}"),
    ),
    (
        "output of the last sample alone",
        "A2",
        (STORED, f"A2[:, :-1] = 0\n    {STORED}"),
        (SAMPLES, SAMPLES.replace("\n", "\n        o = np.zeros((out, count))\n", 1)),
    ),
    (
        "output of the last sample in the first column",
        "A2",
        (STORED, f"A2 = A2[:, -1:] * (np.arange(X.shape[1]) == 0)\n    {STORED}"),
        (f"o[j, i] = {O}", f"o[j, 0] = {O}"),
    ),
    (
        "Leaky ReLU with a floor",
        "A1",
        ((A1, "np.maximum(0.01, Z1)"), *leaky(0.01)),
        ((H, "max(0.2, s1[j, i])"), *leak(0.2)),
    ),
)


def test_every_mistake_is_planted():
    assert {row[0] for row in TABLE} == {one.name for one in mistakes(ACTIVATION + FORMULAS + Z + OUTPUT_SAMPLES)}


@pytest.mark.parametrize(("name", "quantity", "solution", "edits"), plants(TABLE))
def test_planted(name, quantity, solution, edits):
    assert diagnoses(checked(solution, *edits)) == [("forward", name, quantity)]


IN_THE_LOOP = {
    "output without the last sample": (SAMPLES, SAMPLES.replace("count", "count - 1", 1)),
    "output without the first sample": (SAMPLES, SAMPLES.replace("count", "1, count", 1)),
    "output of the first sample alone": (f"    {RETURN}", f"        {RETURN}"),
}


@pytest.mark.parametrize("name", IN_THE_LOOP)
def test_samples_that_the_loop_leaves_out_of_the_cache_too(name):
    findings = checked(LOOPED, IN_THE_LOOP[name]).findings
    assert [(one.exercise, found.mistake) for one, found in findings if found.verdict == "wrong"] == [("forward", name)]
