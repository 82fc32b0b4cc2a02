"""Every mistake of backward propagation, planted in two solutions and diagnosed."""

import pytest

from barreleye.tutor.classics import of

from .deep_planting import COURSE, found
from .deep_planting import LOOPED as DEEP_LOOPED
from .planting import checked, diagnoses, plants

DELTA, E2 = "dZ2 = A2 - Y", "e2[j, i] = a - y"

OUTPUT = (
    ("output delta reversed", "dZ2", (DELTA, "dZ2 = Y - A2"), (E2, "e2[j, i] = y - a")),
    ("output delta with a plus", "dZ2", (DELTA, "dZ2 = A2 + Y"), (E2, "e2[j, i] = a + y")),
    ("output delta without Y", "dZ2", (DELTA, "dZ2 = A2"), (E2, "e2[j, i] = a")),
    (
        "output delta times slope",
        "dZ2",
        (DELTA, "dZ2 = (A2 - Y) * A2 * (1 - A2)"),
        (E2, "e2[j, i] = (a - y) * (a - a * a)"),
    ),
    (
        "output delta reversed and times slope",
        "dZ2",
        (DELTA, "error = Y - A2\n    dZ2 = error * (A2 * (1 - A2))"),
        (E2, "e2[j, i] = -(a - y) * a * (1 - a)"),
    ),
    (
        "output delta times tanh's slope",
        "dZ2",
        (DELTA, "dZ2 = (A2 - Y) * (1 - A2 ** 2)"),
        (E2, "e2[j, i] = (a - y) * (1 - a * a)"),
    ),
    (
        "output delta over slope",
        "dZ2",
        (DELTA, "dZ2 = -(Y / A2 - (1 - Y) / (1 - A2))"),
        (E2, "e2[j, i] = (a - y) / (a * (1 - a))"),
    ),
    ("output delta doubled", "dZ2", (DELTA, "dZ2 = 2 * (A2 - Y)"), (E2, "e2[j, i] = 2 * (a - y)")),
    ("output delta with 1/m", "dZ2", (DELTA, "dZ2 = (A2 - Y) / m"), (E2, "e2[j, i] = (a - y) / count")),
    ("output delta squared", "dZ2", (DELTA, "dZ2 = (A2 - Y) ** 2"), (E2, "e2[j, i] = (a - y) * (a - y)")),
    ("output delta without its sign", "dZ2", (DELTA, "dZ2 = np.abs(A2 - Y)"), (E2, "e2[j, i] = abs(a - y)")),
    ("output delta from Z", "dZ2", (DELTA, "dZ2 = Z2 - Y"), (E2, "e2[j, i] = s2[j, i] - y")),
    ("output delta with sigmoid again", "dZ2", (DELTA, "dZ2 = sigmoid(A2) - Y"), (E2, "e2[j, i] = squash(a) - y")),
    (
        "output delta from the layer before",
        "dZ2",
        (DELTA, "dZ2 = A1 - Y"),
        (E2, "e2[j, i] = h[j, i] - y + 0 * o[hidden - 1, i]"),
    ),
    ("output delta with the first label", "dZ2", (DELTA, "dZ2 = A2 - Y[0, 0]"), (E2, "e2[j, i] = a - labels[j, 0]")),
    ("output delta from predictions", "dZ2", (DELTA, "dZ2 = (A2 > 0.5) - Y"), (E2, "e2[j, i] = (a > 0.5) - y")),
)


def through_dA(vectorised: str, looped: str) -> tuple:
    """The same way back through dA[2], with this dA[2]."""
    return (
        (DELTA, f"dA2 = {vectorised}\n    dZ2 = dA2 * A2 * (1 - A2)"),
        (E2, f"da_2 = {looped}; e2[j, i] = da_2 * a * (1 - a)"),
    )


FROM_DA = (
    ("dA without minus", "dA2", *through_dA("Y / A2 - (1 - Y) / (1 - A2)", "y / a - (1 - y) / (1 - a)")),
    (
        "dA with one sign for both halves",
        "dA2",
        *through_dA("-(np.divide(Y, A2) + np.divide(1 - Y, 1 - A2))", "-y / a - (1 - y) / (1 - a)"),
    ),
    ("dA of the ones only", "dA2", *through_dA("-Y / A2", "-y / a")),
    ("dA of the zeros only", "dA2", *through_dA("(1 - Y) / (1 - A2)", "(1 - y) / (1 - a)")),
    ("dA with Y and 1 - Y swapped", "dA2", *through_dA("-((1 - Y) / A2 - Y / (1 - A2))", "y / (1 - a) - (1 - y) / a")),
    ("dA is A - Y", "dA2", *through_dA("A2 - Y", "a - y")),
    ("dA is Y - A", "dA2", *through_dA("Y - A2", "-(a - y)")),
    (
        "output dA with 1/m",
        "dA2",
        *through_dA("-1 / m * (Y / A2 - (1 - Y) / (1 - A2))", "((1 - y) / (1 - a) - y / a) / count"),
    ),
)

W2, W1 = "np.dot(dZ2, A1.T) / m", "np.dot(dZ1, X.T) / m"
B2, B1 = "np.sum(dZ2, axis=1, keepdims=True) / m", "np.sum(dZ1, axis=1, keepdims=True) / m"
GW2, GC2 = "e2[j, i] * h[k, i] / count", "gc2[j, 0] += e2[j, i] / count"
GW1, GC1 = "e1[j, i] * data[k, i] / count", "gc1[j, 0] += e1[j, i] / count"
RETURN = "return gw1, gc1, gw2, gc2"
GRADS = (W2, B2, W1, B1)


def over(divisor: str, *lines: str) -> tuple[tuple[str, str], ...]:
    """Lines that divide by m, dividing by something else."""
    return tuple((one, one.replace("/ count", divisor).replace("/ m", divisor)) for one in lines)


WEIGHTS = (
    (
        "gradients without 1/m",
        "dW2",
        over("", *GRADS),
        (RETURN, "return tuple(count * g for g in (gw1, gc1, gw2, gc2))"),
    ),
    ("dW without 1/m", "dW1", over("", W1), over("", GW1)),
    ("db without 1/m", "db1", over("", B1), over("", GC1)),
    ("gradients with 1/(2m)", "dW2", over("/ (2 * m)", *GRADS), (RETURN, "return gw1 / 2, gc1 / 2, gw2 / 2, gc2 / 2")),
    ("dW with 1/(2m)", "dW2", over("/ (2 * m)", W2), over("/ count / 2", GW2)),
    ("db with 1/(2m)", "db1", over("/ 2 / m", B1), over("/ (2 * count)", GC1)),
    ("gradients with 1/(m - 1)", "dW2", over("/ (m - 1)", *GRADS), over("/ (count - 1)", GW1, GC1, GW2, GC2)),
    ("dW with 1/(m - 1)", "dW1", over("/ (m - 1)", W1), over("/ (count - 1)", GW1)),
    ("db with 1/(m - 1)", "db2", over("/ (m - 1)", B2), over("/ (count - 1)", GC2)),
    ("gradients divided by n_x", "dW2", over("/ X.shape[0]", *GRADS), over("/ inputs", GW1, GC1, GW2, GC2)),
    ("dW divided by n_x", "dW2", over("/ X.shape[0]", W2, W1), over("/ inputs", GW1, GW2)),
    ("db divided by n_x", "db1", over("/ X.shape[0]", B1), over("/ inputs", GC1)),
    (
        "gradients divided by n[l-1]",
        "dW2",
        (*over("/ A1.shape[0]", W2, B2), *over("/ X.shape[0]", W1, B1)),
        (*over("/ hidden", GW2, GC2), *over("/ inputs", GW1, GC1)),
    ),
    ("dW divided by n[l-1]", "dW2", over("/ len(A1)", W2), over("/ hidden", GW2)),
    ("db divided by n[l-1]", "db2", over("/ len(A1)", B2), over("/ hidden", GC2)),
    (
        "gradients divided by n[l]",
        "dW1",
        over("/ dZ1.shape[0]", W1, B1),
        over("/ hidden", GW1, GC1),
    ),
    ("dW divided by n[l]", "dW1", over("/ len(dZ1)", W1), over("/ hidden", GW1)),
    ("db divided by n[l]", "db1", over("/ dZ1.shape[0]", B1), over("/ hidden", GC1)),
    ("gradients with 1 // m", "dW2", over("* (1 // m)", *GRADS), over("* (1 // count)", GW1, GC1, GW2, GC2)),
    ("dW with 1 // m", "dW1", over("* (1 // m)", W1), over("* (1 // count)", GW1)),
    ("db with 1 // m", "db2", over("* (1 // m)", B2), over("* (1 // count)", GC2)),
    ("dW with 1/m twice", "dW1", over("/ m / m", W1), over("/ count ** 2", GW1)),
    ("db with 1/m twice", "db1", (B1, "np.mean(dZ1, axis=1, keepdims=True) / m"), over("/ count / count", GC1)),
    ("dW with a minus", "dW2", (W2, f"-{W2}"), (GW2, f"-{GW2}")),
    ("db with a minus", "db2", (B2, f"-{B2}"), (GC2, GC2.replace("+=", "-="))),
    ("dW without transpose", "dW1", (W1, "np.dot(dZ1, X) / m"), (GW1, "e1[j, i] * data[i, k] / count")),
    ("dW transposed", "dW2", (W2, "np.dot(A1, dZ2.T) / m"), (RETURN, "return gw1, gc1, gw2.T, gc2")),
    (
        "dW with the wrong factor transposed",
        "dW1",
        (W1, "np.dot(dZ1.T, X) / m"),
        (GW1, "e1[i, j] * data[i, k] / count"),
    ),
    ("dW with the factors swapped", "dW1", (W1, "np.dot(X.T, dZ1) / m"), (GW1, "data[i, j] * e1[i, k] / count")),
    ("dW elementwise", "dW2", (W2, "dZ2 * A1 / m"), (RETURN, "return gw1, gc1, e2 * h / count, gc2")),
    ("dW summed to one number", "dW2", (W2, "np.sum(dZ2 * A1) / m"), (RETURN, "return gw1, gc1, np.sum(gw2), gc2")),
    (
        "dW elementwise with a transpose",
        "dW1",
        (W1, "dZ1 * X.T / m"),
        (RETURN, "return e1 * data.T / count, gc1, gw2, gc2"),
    ),
    (
        "dW from A of its own layer",
        "dW1",
        (W1, "np.dot(dZ1, A1.T) / m"),
        (RETURN, "return e1 @ h.T / count, gc1, gw2, gc2"),
    ),
    ("dW from X", "dW2", (W2, "np.dot(dZ2, X.T) / m"), (RETURN, "return gw1, gc1, e2 @ data.T / count, gc2")),
    ("dW from Z", "dW2", (W2, "np.dot(dZ2, Z1.T) / m"), (GW2, "e2[j, i] * s1[k, i] / count")),
    (
        "dW from dA",
        "dW1",
        (W1, "np.dot(dA1, X.T) / m"),
        (GW1, "sum(w2[q, j] * e2[q, i] for q in range(out)) * data[k, i] / count"),
    ),
    (
        "dW from dZ of the next layer",
        "dW1",
        (W1, "np.dot(dZ2, X.T) / m"),
        (RETURN, "return e2 @ data.T / count, gc1, gw2, gc2"),
    ),
)

BIASES = (
    ("db summed over units too", "db1", (B1, "np.sum(dZ1) / m"), (RETURN, "return gw1, gc1.sum(), gw2, gc2")),
    ("db averaged over units too", "db1", (B1, "np.mean(dZ1)"), (RETURN, "return gw1, gc1.mean(), gw2, gc2")),
    ("db without keepdims", "db1", (B1, "np.sum(dZ1, axis=1) / m"), (RETURN, "return gw1, gc1[:, 0], gw2, gc2")),
    (
        "db without keepdims, as a row",
        "db1",
        (B1, "np.sum(dZ1, axis=1).reshape(1, -1) / m"),
        (RETURN, "return gw1, gc1.T, gw2, gc2"),
    ),
    (
        "db summed along the wrong axis",
        "db1",
        (B1, "np.sum(dZ1, axis=0, keepdims=True) / m"),
        (RETURN, "return gw1, e1.sum(0, keepdims=True) / count, gw2, gc2"),
    ),
    (
        "db summed along the wrong axis without keepdims",
        "db1",
        (B1, "np.sum(dZ1, axis=0) / m"),
        (RETURN, "return gw1, sum(e1) / count, gw2, gc2"),
    ),
    ("db not summed", "db1", (B1, "dZ1 / m"), (RETURN, "return gw1, e1 / count, gw2, gc2")),
    ("db is dZ", "db2", (B2, "dZ2"), (RETURN, "return gw1, gc1, gw2, e2")),
    (
        "db averaged along the wrong axis",
        "db1",
        (B1, "np.mean(dZ1, axis=0, keepdims=True)"),
        (RETURN, "return gw1, e1.mean(0, keepdims=True), gw2, gc2"),
    ),
    (
        "db averaged along the wrong axis without keepdims",
        "db1",
        (B1, "np.mean(dZ1, axis=0)"),
        (RETURN, "return gw1, sum(e1) / hidden, gw2, gc2"),
    ),
    (
        "db from dA",
        "db1",
        (B1, "np.sum(dA1, axis=1, keepdims=True) / m"),
        (GC1, "gc1[j, 0] += sum(w2[q, j] * e2[q, i] for q in range(out)) / count"),
    ),
    ("db from dZ of the next layer", "db1", (B1, B2), (RETURN, "return gw1, gc2, gw2, gc2")),
    (
        "db from dW",
        "db1",
        (B1, "np.sum(dW1, axis=1, keepdims=True)"),
        (RETURN, "return gw1, gw1.sum(1, keepdims=True), gw2, gc2"),
    ),
    ("db from A", "db2", (B2, "np.sum(A2, axis=1, keepdims=True) / m"), (GC2, "gc2[j, 0] += o[j, i] / count")),
)

BACK, SENT = "np.dot(W2.T, dZ2)", "back += w2[k, j] * e2[k, i]"

PRODUCT = (
    ("dA without transpose", "dA1", (BACK, "np.dot(W2, dZ2)"), (SENT, "back += w2[j, k] * e2[k, i]")),
    (
        "dA with the factors swapped",
        "dA1",
        (BACK, "np.dot(dZ2.T, W2)"),
        (SENT, "back += (o - labels)[k, j] * w2[k, i]"),
    ),
    (
        "dA with W of its own layer",
        "dA1",
        (BACK, "np.dot(W1.T, dZ2)"),
        (SENT, "back += w1[k, j] * e2[k, i] + 0 * w1[j, i]"),
    ),
    (
        "dA with dW for W",
        "dA1",
        (BACK, "np.dot(dW2.T, dZ2)"),
        (SENT, "back += sum((o - labels)[k] * h[j]) / count * e2[k, i]"),
    ),
    ("dA from A", "dA1", (BACK, "np.dot(W2.T, A2)"), (SENT, "back += w2[k, j] * o[k, i]")),
    ("dA without W", "dA1", (BACK, "dZ2"), (SENT, "back += e2[k, i]")),
    ("hidden dA with 1/m", "dA1", (BACK, f"{BACK} / m"), (SENT, "back += w2[k, j] * e2[k, i] / count")),
)

MASK, SLOPE = "dA1 * (1 - np.power(A1, 2))", "slope = 1 - a * a"
ACTIVATE, ACT = "A1 = np.tanh(Z1)", "h[j, i] = math.tanh(s1[j, i])"
SIGMOID, SQUASH = (ACTIVATE, "A1 = sigmoid(Z1)"), (ACT, "h[j, i] = squash(s1[j, i])")
RELU, RECTIFY = (ACTIVATE, "A1 = np.maximum(0, Z1)"), (ACT, "h[j, i] = max(0.0, s1[j, i])")
LEAKY, LEAK = (ACTIVATE, "A1 = np.maximum(0.1 * Z1, Z1)"), (ACT, "h[j, i] = max(0.1 * s1[j, i], s1[j, i])")


def slope(vectorised: str, looped: str, *activations: tuple[str, str]) -> tuple:
    """Another slope; tanh is hidden, or another activation, in the vectorised and in the looped forward pass."""
    here, there = activations or ((), ())
    edits = (MASK, f"dA1 * ({vectorised})"), (SLOPE, f"slope = {looped}")
    return tuple((one, change) if change else one for one, change in zip(edits, (here, there), strict=True))


HIDDEN = (
    ("slope missing", "dZ1", (MASK, "dA1"), (SLOPE, "slope = 1.0")),
    ("slope (1 - A) squared", "dZ1", *slope("np.power(1 - A1, 2)", "(1 - a) * (1 - a)")),
    ("slope 1 - A", "dZ1", *slope("1 - A1", "1 - a")),
    ("slope 1 + A squared", "dZ1", *slope("1 + A1 ** 2", "1 + a * a")),
    ("slope A squared", "dZ1", *slope("A1 ** 2", "a * a")),
    ("slope A(1 + A)", "dZ1", *slope("A1 * (1 + A1)", "a + a * a", SIGMOID, SQUASH)),
    ("slope is A", "dZ1", *slope("A1", "a", RELU, RECTIFY)),
    ("slope is Z", "dZ1", *slope("Z1", "z", RELU, RECTIFY)),
    ("slope with Z for A", "dZ1", *slope("1 - np.power(Z1, 2)", "z * (1 - z)", (ACTIVATE, ACTIVATE), SQUASH)),
    (
        "slope taken at A",
        "dZ1",
        *slope("1 - np.tanh(A1) ** 2", "squash(a) * (1 - squash(a))", (ACTIVATE, ACTIVATE), SQUASH),
    ),
    ("slope of sigmoid", "dZ1", *slope("A1 * (1 - A1)", "a * (1 - a)", RELU, (ACT, ACT))),
    ("slope of tanh", "dZ1", *slope("1 - A1 ** 2", "1 - a * a", LEAKY, SQUASH)),
    ("slope of ReLU", "dZ1", *slope("Z1 > 0", "z > 0", SIGMOID, (ACT, ACT))),
    (
        "slope of sigmoid at Z",
        "dZ1",
        *slope("sigmoid(Z1) * (1 - sigmoid(Z1))", "squash(z) - squash(z) ** 2", RELU, LEAK),
    ),
    ("slope of tanh at Z", "dZ1", *slope("1 - np.tanh(Z1) ** 2", "1 - math.tanh(z) ** 2", RELU, SQUASH)),
    ("slope 1 - 2 A", "dZ1", *slope("1 - 2 * A1", "1 - a * 2")),
    ("slope -2 A", "dZ1", *slope("-2 * A1", "-2 * a")),
    ("slope 1 - tanh of the square", "dZ1", *slope("1 - np.tanh(Z1 ** 2)", "1 - math.tanh(z * z)")),
    ("slope A - 2 A", "dZ1", *slope("A1 - A1 * 2", "a - a * 2", SIGMOID, SQUASH)),
    ("slope with one A too many", "dZ1", *slope("A1 ** 2 * (1 - A1)", "a * (a - a * a)", SIGMOID, SQUASH)),
    ("slope with one 1 - A too many", "dZ1", *slope("A1 * (1 - A1) ** 2", "(1 - a) * (a - a * a)", SIGMOID, SQUASH)),
    ("1 - A squared without brackets", "dZ1", (MASK, "dA1 * 1 - A1 ** 2"), ("back * slope", "back - a * a")),
    (
        "A(1 - A) without brackets",
        "dZ1",
        ((MASK, "dA1 * A1 * 1 - A1"), SIGMOID),
        (("back * slope", "back * a * 1 - a"), SQUASH),
    ),
    ("ReLU mask that lets all through", "dZ1", *slope("A1 >= 0", "a >= 0", RELU, RECTIFY)),
    ("leak with a minus", "dZ1", *slope("np.where(Z1 > 0, 1, -0.1)", "1 if z > 0 else -0.1", LEAKY, LEAK)),
    ("slope with a minus", "dZ1", *slope("np.power(A1, 2) - 1", "a * a - 1")),
    ("slope twice", "dZ1", *slope("(1 - A1 ** 2) ** 2", "(1 - a * a) * (1 - a * a)")),
    ("slope divides", "dZ1", *slope("1 / (1 - A1 ** 2)", "1 / (1 - a * a)")),
    ("slope added", "dZ1", (MASK, "dA1 + (1 - A1 ** 2)"), ("back * slope", "back + slope")),
    ("slope alone", "dZ1", (MASK, "1 - A1 ** 2"), ("back * slope", "slope")),
    (
        "slope by matrix product",
        "dZ1",
        (MASK, "np.dot(dA1, 1 - A1 ** 2)"),
        ("back * slope", "sum(w2[:, j] @ (o - labels)[:, q] * (1 - h[q, i] ** 2) for q in range(count))"),
    ),
    ("slope of the next layer", "dZ1", *slope("1 - A2 ** 2", "1 - o[0, i] ** 2")),
    ("hidden delta like the output's", "dZ1", (MASK, "A1 - Y"), ("back * slope", "a - labels[0, i]")),
    ("ReLU mask reversed", "dZ1", *slope("Z1 <= 0", "z < 0", RELU, RECTIFY)),
    ("ReLU mask from dA", "dZ1", *slope("dA1 > 0", "back > 0", RELU, RECTIFY)),
    ("leaky slope on ReLU", "dZ1", *slope("np.where(Z1 > 0, 1, 0.01)", "1 if z > 0 else 0.01", RELU, RECTIFY)),
    ("leak forgotten", "dZ1", *slope("Z1 > 0", "z > 0", LEAKY, LEAK)),
    ("leak reversed", "dZ1", *slope("np.where(Z1 < 0, 1, 0.1)", "0.1 if z > 0 else 1", LEAKY, LEAK)),
    ("leak everywhere", "dZ1", *slope("0.1", "0.1", LEAKY, LEAK)),
)

SUMS = "    for i in range({}):\n        for j in range(out):\n            for k in range(hidden):"
ADDED = (GW2, GC2, GW1, GC1)
INSIDE = "            gc1[j, 0] += e1[j, i] / count\n"
AS_SUMS = tuple((one, one.replace(" / count", "")) for one in (GW2, GC2, GW1))


def of_samples(part: str, mean: str = " / m") -> tuple[tuple[str, str], ...]:
    """The vectorised gradients from a part of the samples."""
    return (
        (W2, f"np.dot(dZ2[:, {part}], A1[:, {part}].T){mean}"),
        (B2, f"np.sum(dZ2[:, {part}], axis=1, keepdims=True){mean}"),
        (W1, f"np.dot(dZ1[:, {part}], X[:, {part}].T){mean}"),
        (B1, f"np.sum(dZ1[:, {part}], axis=1, keepdims=True){mean}"),
    )


def in_loop(line: str) -> tuple[tuple[str, str], ...]:
    """The looped gradients as sums, with a line at the end of the loop over the samples."""
    return (*AS_SUMS, (INSIDE, f"            gc1[j, 0] += e1[j, i]\n        {line}\n"))


def overwriting(*lines: str, mean: str = " / count") -> tuple[tuple[str, str], ...]:
    """Lines of the loop with = for +=."""
    whole = {GW1: f"gw1[j, k] += {GW1}", GW2: f"gw2[j, k] += {GW2}"}
    found = [whole.get(line, line) for line in lines]
    return tuple((line, line.replace("+=", "=").replace(" / count", mean)) for line in found)


DIVIDE = "gw1, gc1, gw2, gc2 = (g / count for g in (gw1, gc1, gw2, gc2))"
POWERS = "m ** np.arange(m, 0.0, -1)"
SAMPLES = (
    ("gradients from the last sample alone", "dW2", of_samples("-1:"), overwriting(*ADDED)),
    (
        "gradients from the last sample alone, without 1/m",
        "dW2",
        of_samples("-1:", ""),
        overwriting(*ADDED, mean=""),
    ),
    (
        "gradients from the first sample alone",
        "dW2",
        of_samples(":1"),
        in_loop("return tuple(g / count for g in (gw1, gc1, gw2, gc2))"),
    ),
    ("gradients from the first sample alone, without 1/m", "dW2", of_samples(":1", ""), in_loop(RETURN)),
    (
        "gradients without the last sample",
        "dW2",
        of_samples(":-1"),
        (SUMS.format("count"), SUMS.format("count - 1")),
    ),
    ("gradients without the first sample", "dW2", of_samples("1:"), (SUMS.format("count"), SUMS.format("1, count"))),
    (
        "gradients divided by m in the loop",
        "dW2",
        (
            (W2, f"np.dot(dZ2 / {POWERS}, A1.T)"),
            (B2, f"np.sum(dZ2 / {POWERS}, axis=1, keepdims=True)"),
            (W1, f"np.dot(dZ1 / {POWERS}, X.T)"),
            (B1, f"np.sum(dZ1 / {POWERS}, axis=1, keepdims=True)"),
        ),
        in_loop(DIVIDE),
    ),
    ("dW from the last sample alone", "dW1", of_samples("-1:")[2], overwriting(GW1)),
    ("dW from the last sample alone, without 1/m", "dW2", of_samples("-1:", "")[0], overwriting(GW2, mean="")),
    ("db from the last sample alone", "db1", of_samples("-1:")[3], overwriting(GC1)),
    ("db from the last sample alone, without 1/m", "db2", of_samples("-1:", "")[1], overwriting(GC2, mean="")),
)

TABLE = (*SAMPLES, *OUTPUT, *FROM_DA, *WEIGHTS, *BIASES, *PRODUCT, *HIDDEN)

# These take several output units, or a third layer.
SENT_BACK, BACK_SENT = 'grads["dA" + str(l)] = dA_prev_temp', 'back = tape[k]["W"].T @ delta'
ERROR = '(grads["dA" + str(l + 1)] * (current_cache[1] > 0))'
DEEPER = (
    (
        "dA elementwise",
        (COURSE, (SENT_BACK, f'grads["dA" + str(l)] = current_cache[0][1].T * {ERROR}'), "dA1"),
        (DEEP_LOOPED, (BACK_SENT, 'back = tape[k]["W"].T * delta'), "dA2"),
    ),
    (
        "dA from dA",
        (COURSE, (SENT_BACK, 'grads["dA" + str(l)] = np.dot(current_cache[0][1].T, grads["dA" + str(l + 1)])'), "dA1"),
        (DEEP_LOOPED, (BACK_SENT, 'back = tape[k]["W"].T @ (back if k < depth else delta)'), "dA1"),
    ),
    (
        "dA of the output in every layer",
        (COURSE, ('linear_activation_backward(grads["dA" + str(l + 1)]', "linear_activation_backward(dAL"), "dZ2"),
        (DEEP_LOOPED, (BACK_SENT, "back = -(y / y_hat - (1 - y) / (1 - y_hat))"), "dZ2"),
    ),
    (
        "cache of the layer before",
        (COURSE, ("        current_cache = caches[l]\n", "        current_cache = caches[l - 1]\n"), "dZ2"),
        (
            DEEP_LOOPED,
            (
                ('tape[k - 1]["A"]', 'tape[(k if k == depth else k - 1 or depth) - 1]["A"]'),
                ('tape[k]["W"]', 'tape[k if k == depth else k - 1]["W"]'),
                ('tape[k - 1]["Z"]', 'tape[k - 2 or depth]["Z"]'),
            ),
            "dZ2",
        ),
    ),
)


def test_every_mistake_is_planted():
    assert {row[0] for row in (*TABLE, *DEEPER)} == {
        mistake.name for mistake in of("dZ out", "dA out", "dW", "db", "dA", "dZ")
    }


@pytest.mark.parametrize(("name", "place"), [(name, place) for name, *places in DEEPER for place in places])
def test_planted_deeper(name, place):
    solution, edit, quantity = place
    edits = edit if isinstance(edit[0], tuple) else (edit,)
    assert found(solution, *edits)[:1] == [("backward_deep", name, quantity)]


@pytest.mark.parametrize(("name", "quantity", "solution", "edits"), plants(TABLE))
def test_planted(name, quantity, solution, edits):
    assert diagnoses(checked(solution, *edits)) == [("backward", name, quantity)]
