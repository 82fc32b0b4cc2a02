"""The exercises beside the network itself: logistic regression, NumPy, regularization, gradient checks, optimization.

Each is a row: its name, its arguments in the published order, what it is given, what it returns, and its lines.
"""

import re
from collections.abc import Mapping
from typing import Any

import numpy as np

from ...nn.activations import ReLU
from ...nn.equations import UPDATES
from ..equations import Work, cost_sheet, example, forward_sheet
from ..equations import worked as worked_by
from .formulas import Formula, steps, worked
from .published import Values

# What they are given


def logistic(seed: int) -> dict[str, Any]:
    """One unit and its data."""
    rng = np.random.default_rng(seed)
    n, m = ((3, 7), (4, 6))[seed]
    Y = (rng.permutation(m) % 2).reshape(1, m).astype(float)
    return {"w": rng.normal(size=(n, 1)), "b": 0.3, "X": rng.normal(size=(n, m)), "Y": Y, "m": m, "dim": n}


def descent(w: Any, b: Any, v: Values, rate: float, steps: int) -> tuple[Any, Any]:
    """w and b after so many steps of gradient descent."""
    for _ in range(steps):
        dZ = 1 / (1 + np.exp(-(w.T @ v["X"] + b))) - v["Y"]
        w, b = w - rate * v["X"] @ dZ.T / v["m"], b - rate * dZ.sum() / v["m"]
    return w, b


def line(seed: int) -> dict[str, Any]:
    """The one number of the first gradient check."""
    return {"x": (2.0, -3.0)[seed], "theta": (4.0, 1.5)[seed]}


def vectors(seed: int) -> dict[str, Any]:
    """Rows of numbers, and answers with their labels."""
    rng = np.random.default_rng(seed)
    x, yhat = rng.normal(size=((3, 4), (2, 5))[seed]), rng.uniform(0.1, 0.9, size=5 + seed)
    return {"x": x, "yhat": yhat, "y": (rng.permutation(5 + seed) % 2).astype(float), "m": 5 + seed}


def image(seed: int) -> dict[str, Any]:
    """Pixels in three colours, and the same as a column."""
    pixels = np.random.default_rng(seed).normal(size=(2 + seed, 3, 2))
    return {"image": pixels, "x": pixels.reshape(-1, 1)}


def decay(seed: int, epochs: tuple[int, int] = (3, 7)) -> dict[str, Any]:
    """A learning rate, and how it falls."""
    return {"alpha0": 0.5, "epoch": epochs[seed], "decay": (1.0, 0.3)[seed], "interval": 100}


def plain_work(seed: int) -> Work:
    """A network of three layers, ReLU twice and a sigmoid, of the published sizes."""
    return example((4, 5, 3, 1), (9, 8)[seed], seed, ReLU())


def network(seed: int) -> dict[str, Any]:
    v = plain_work(seed)
    return {q: getattr(v, q) for q in ("W", "b", "Z", "A", "Y", "m")} | {"lambd": 0.7}


def masked_network(seed: int) -> dict[str, Any]:
    """The same with dropout."""
    v, rng = network(seed), np.random.default_rng(seed)
    v["D"] = {l: (rng.random(v["Z"][l].shape) < 0.7).astype(float) for l in (1, 2)}
    return worked(steps(DROPOUT), {**v, "keep_prob": 0.7}) or {}


def wide_network(seed: int) -> dict[str, Any]:
    """Layers so wide that the share of the units that are kept can be told; A is worked out by the exercise."""
    rng = np.random.default_rng(seed)
    n, m = (3, 40, 30, 1), (60, 50)[seed]
    W = {l: rng.normal(size=(n[l], n[l - 1])) / np.sqrt(n[l - 1]) for l in (1, 2, 3)}
    b = {l: rng.normal(size=(n[l], 1)) for l in (1, 2, 3)}
    return {"W": W, "b": b, "A": {0: rng.normal(size=(3, m))}, "m": m, "keep_prob": (0.7, 0.6)[seed]}


def checked_network(seed: int) -> dict[str, Any]:
    """A network with gradients that are not its own, and its cost a little to either side of each parameter."""
    work, rng, h = plain_work(seed), np.random.default_rng(seed + 7), 1e-5
    given = [(q, l, i) for l in (1, 2, 3) for q in "Wb" for i in range(getattr(work, q)[l].size)]
    gradients = {f"d{q}{l}": rng.normal(size=getattr(work, q)[l].shape) for l in (1, 2, 3) for q in "Wb"}

    def cost(q: str, l: int, i: int, h: float) -> float:
        v = work.copy()
        moved = getattr(v, q)[l] = getattr(v, q)[l].copy()
        moved.flat[i] += h
        return float(worked_by((*forward_sheet(3), *cost_sheet(3)), v).J[3])

    return {
        **network(seed),
        **{"gradients": gradients, "grad": np.concatenate([one.ravel() for one in gradients.values()]), "epsilon": h},
        **{name: np.array([cost(*one, s) for one in given]) for name, s in (("J_plus", h), ("J_minus", -h))},
    }


def moments(seed: int) -> dict[str, Any]:
    """Parameters of two layers, their gradients, and averages of an earlier step."""
    rng = np.random.default_rng(seed)
    n = ((3, 4, 2), (2, 3, 4))[seed]
    shapes = {"W": {l: (n[l], n[l - 1]) for l in (1, 2)}, "b": {l: (n[l], 1) for l in (1, 2)}}

    def drawn(letter: str) -> dict[int, Any]:
        return {l: rng.normal(size=shape) for l, shape in shapes[letter].items()}

    v: dict[str, Any] = {q: drawn(q[-1]) for q in ("W", "b", "dW", "db", "vW", "vb")}
    v |= {q: {l: one**2 + 0.1 for l, one in drawn(q[-1]).items()} for q in ("sW", "sb")}
    return v | {"alpha": 0.07, "beta": 0.8, "beta1": 0.85, "beta2": 0.95, "t": 3 + seed, "epsilon": 1e-8}


# What each argument is


def arguments(v: Values) -> Values:
    """All that an exercise may ask for, by the published names: the quantities, and what they are held in."""
    held = {**v, **{published: v[own] for own, published in CALLED.items() if own in v}}
    if "A" in v:
        held |= {"X": v["A"][0], "A3": v["A"].get(3)}
        held["cache"] = tuple(v[q][l] for l in (1, 2, 3) for q in "ZDAWb" if l in v.get(q, {}))
    for name, W, b, prefix in HELD:
        if isinstance(v.get(W), dict):
            held[name] = {f"{prefix}{q[-1]}{l}": v[q][l] for l in v[W] for q in (W, b)}
    return held


HELD = (
    ("parameters", "W", "b", ""),
    ("grads", "dW", "db", "d"),
    ("v", "vW", "vb", "d"),
    ("s", "sW", "sb", "d"),
)
"""The dictionaries of published names, such as v["dW1"], and what they hold."""
CALLED = {
    "alpha": "learning_rate",
    "alpha0": "learning_rate0",
    "decay": "decay_rate",
    "epoch": "epoch_num",
    "interval": "time_interval",
}
"""What the names of the lines are in code."""


def by_layer(prefix: str, W: str, b: str, layers: tuple[int, ...] = (1, 2)) -> dict[str, str]:
    """What a dictionary holds: {"W1": the quantity W of layer 1, ...}."""
    return {f"{prefix}{letter}{l}": f"{q}{l}" for l in layers for letter, q in (("W", W), ("b", b))}


GRADIENTS = {**by_layer("d", "dW", "db", (1, 2, 3)), **{name: name for name in ("dZ3", "dZ2", "dZ1", "dA2", "dA1")}}
NEW, V, S = by_layer("", "Wnew", "bnew"), by_layer("d", "vW", "vb"), by_layer("d", "sW", "sb")
ENTRIES = {
    **{"Wnew": "parameters W", "bnew": "parameters b", "dW": "grads dW", "db": "grads db"},
    **{"vW": "v dW", "vb": "v db", "sW": "s dW", "sb": "s db", "cvW": "v_corrected dW", "cvb": "v_corrected db"},
    **{"csW": "s_corrected dW", "csb": "s_corrected db", "W": "parameters W", "b": "parameters b"},
}
"""The quantities of an update as entries of dictionaries."""
CODE = {q: '{}["{}{{l}}"]'.format(*entry.split()) for q, entry in ENTRIES.items()} | CALLED
PLACES = {q: r"^{}\[.*[\"']{}".format(*entry.replace("_corrected", r"_c\w*").split()) for q, entry in ENTRIES.items()}

# Their lines

CROSS_ENTROPY = "-sum(Y * log({0}) + (1 - Y) * log(1 - {0})) / m"
FORWARD = """
    1 2:
    Z[l] = W[l] @ A[l-1] + b[l]
    A[l] = relu(Z[l]) {mask}
    3:
    Z[l] = W[l] @ A[l-1] + b[l]
    A[l] = sigmoid(Z[l])
"""
BACK = """
    3:
    dZ[l] = A[l] - Y
    dW[l] = dZ[l] @ A[l-1].T / m {penalty}
    db[l] = sum(dZ[l], axis=1) / m
    2 1:
    dA[l] = W[l+1].T @ dZ[l+1] {mask}
    dZ[l] = dA[l] * (A[l] > 0) | dA[l] * (Z[l] > 0)
    dW[l] = dZ[l] @ A[l-1].T / m {penalty}
    db[l] = sum(dZ[l], axis=1) / m
"""
DROPOUT = FORWARD.format(mask="* D[l] / keep_prob")
ZEROS = """
    {0}W[l] = 0 * W[l]
    {0}b[l] = 0 * b[l]
"""


def formula(key: str, takes: str, given: Any, gives: Any, lines: str, **more: Any) -> Formula:
    """A row; what it returns is one thing, or a tuple of several."""
    return Formula(key, takes, given, arguments, gives if isinstance(gives, tuple) else (gives,), lines, **more)


def optimizer(key: str, takes: str, *gives: Mapping[str, str], names: str) -> Formula:
    """An update of the parameters: the optimizer's lines for p, as lines for W and for b."""
    rows = [lifted(row, letter) for row in UPDATES[key.rpartition("_")[2]] for letter in "Wb"]
    return formula(key, takes, moments, gives, "\n".join(["1 2:", *rows]), shown=CODE, at=PLACES, names=names)


def lifted(row: str, letter: str) -> str:
    """A line of an optimizer for W[l] or b[l]; the new parameters are Wnew and bnew.

    >>> lifted("p = p - alpha * v", "W")
    'Wnew[l] = W[l] - alpha * vW[l]'
    """
    own = {"p": letter, "dp": f"d{letter}"} | {q: q + letter for q in ("v", "s", "cv", "cs")}
    left, _, right = row.partition(" = ")
    text = re.sub(r"\b(d?p|c?[vs])\b", lambda q: f"{own[q[0]]}[l]", right)
    return f"{letter + 'new' if left == 'p' else own[left]}[l] = {text}"


def held(letters: str, but: str = "") -> tuple[str, ...]:
    """A cache of three layers: ("Z1", "A1", ...) for these letters, without some."""
    return tuple(name for l in (1, 2, 3) for q in letters if (name := f"{q}{l}") != but)


FORMULAS: tuple[Formula, ...] = (
    formula(
        "propagate",
        "w b X Y",
        logistic,
        ({"dw": "dw", "db": "db"}, "cost"),
        f"""
            A = sigmoid(w.T @ X + b)
            cost = {CROSS_ENTROPY.format("A")}
            dw = X @ (A - Y).T / m
            db = sum(A - Y) / m
        """,
    ),
    formula("initialize_with_zeros", "dim", logistic, ("w", "b"), "w = 0 * w\nb = 0 * b"),
    formula(
        "predict_logistic",
        "w b X",
        logistic,
        "predictions",
        "A = sigmoid(w.T @ X + b)\npredictions = A > 0.5",
        names="predict",
        at={"predictions": r"(?i)pred"},
    ),
    formula("L1", "yhat y", vectors, "loss", "loss = sum(abs(y - yhat))"),
    formula("L2", "yhat y", vectors, "loss", "loss = sum((y - yhat) ** 2)"),
    formula(
        "normalize_rows",
        "x",
        vectors,
        "x_new",
        "x_new = x / sqrt(sum(x ** 2, axis=1))",
        names="normalizeRows normalize_rows",
        shown={"x_new": "x"},
        at={"x_new": r"^x$"},
    ),
    formula(
        "cost_with_regularization",
        "A3 Y parameters lambd",
        network,
        "cost",
        f"""
            cross_entropy = {CROSS_ENTROPY.format("A[3]")}
            penalty = lambd / (2 * m) * (sum(W[1] ** 2) + sum(W[2] ** 2) + sum(W[3] ** 2)) \
                | (sum(W[1] ** 2) + sum(W[2] ** 2) + sum(W[3] ** 2)) * lambd / (2 * m) \
                | 1 / m * lambd / 2 * (sum(W[1] ** 2) + sum(W[2] ** 2) + sum(W[3] ** 2))
            cost = cross_entropy + penalty
        """,
        names="compute_cost_with_regularization",
        at={"cross_entropy": "cross", "penalty": "(?i)L2|reg|penalty"},
    ),
    formula(
        "backward_with_regularization",
        "X Y cache lambd",
        network,
        GRADIENTS,
        BACK.format(penalty="+ lambd / m * W[l]", mask=""),
        names="backward_propagation_with_regularization",
    ),
    formula(
        "backward_n",
        "X Y cache",
        network,
        GRADIENTS,
        BACK.format(penalty="", mask=""),
        names="backward_propagation_n",
        planted=(("dW", 2, "2 * (dZ[l] @ A[l - 1].T / m)"), ("db", 1, "4 * (sum(dZ[l], axis=1) / m)")),
    ),
    formula(
        "forward_n",
        "X Y parameters",
        network,
        ("cost", held("ZAWb")),
        FORWARD.format(mask="") + f":\ncost = {CROSS_ENTROPY.format('A[3]')}",
        names="forward_propagation_n",
    ),
    formula(
        "forward_with_dropout",
        "X parameters keep_prob",
        wide_network,
        ("A3", held("ZDAWb", but="D3")),
        DROPOUT,
        names="forward_propagation_with_dropout",
        settles=("D",),
    ),
    formula(
        "backward_with_dropout",
        "X Y cache keep_prob",
        masked_network,
        GRADIENTS,
        BACK.format(penalty="", mask="* D[l] / keep_prob"),
        names="backward_propagation_with_dropout",
    ),
    optimizer("update_with_gd", "parameters grads learning_rate", NEW, names="update_parameters_with_gd"),
    optimizer(
        "update_with_momentum",
        "parameters grads v beta learning_rate",
        *(NEW, V),
        names="update_parameters_with_momentum",
    ),
    optimizer(
        "update_with_rmsprop",
        "parameters grads s beta learning_rate epsilon",
        *(NEW, S),
        names="update_parameters_with_rmsprop",
    ),
    optimizer(
        "update_with_adam",
        "parameters grads v s t learning_rate beta1 beta2 epsilon",
        *(NEW, V, S),
        names="update_parameters_with_adam",
    ),
    *(
        formula(name, "parameters", moments, gives, f"1 2:\n{zeros}", shown=CODE, at=PLACES)
        for name, gives, zeros in (
            ("initialize_velocity", V, ZEROS.format("v")),
            ("initialize_adam", (V, S), ZEROS.format("v") + ZEROS.format("s")),
        )
    ),
    formula(
        "update_lr",
        "learning_rate0 epoch_num decay_rate",
        decay,
        "alpha",
        "alpha = alpha0 / (1 + decay * epoch) | 1 / (1 + decay * epoch) * alpha0",
        shown=CALLED,
        at={"alpha": "rate"},
    ),
    formula(
        "schedule_lr_decay",
        "learning_rate0 epoch_num decay_rate time_interval",
        lambda seed: decay(seed, (170, 930)),
        "alpha",
        "alpha = alpha0 / (1 + decay * (epoch // interval))",
        shown=CALLED,
        at={"alpha": "rate"},
    ),
    formula("image2vector", "image", image, "v", "v = x"),
    formula("forward_1", "x theta", line, "J", "J = theta * x", names="forward_propagation"),
    formula("backward_1", "x theta", line, "dtheta", "dtheta = x", names="backward_propagation"),
    formula(
        "gradient_check_n",
        "parameters gradients X Y epsilon",
        checked_network,
        "difference",
        """
            gradapprox = (J_plus - J_minus) / (2 * epsilon)
            numerator = sqrt(sum((grad - gradapprox) ** 2))
            denominator = sqrt(sum(grad ** 2)) + sqrt(sum(gradapprox ** 2))
            difference = numerator / denominator
        """,
        firm=False,
    ),
)
