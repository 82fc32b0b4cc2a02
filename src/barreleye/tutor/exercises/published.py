"""The published exercises beside the network itself: logistic regression, NumPy, regularization, optimization.

Each is a row: its names, its arguments in the published order, what it is given, what it returns, and its lines.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from ...nn.equations import UPDATES
from .formulas import Formula, Values, steps

# What they are given


def logistic(seed: int) -> dict[str, Any]:
    """One unit and its data."""
    rng = np.random.default_rng(seed)
    n, m = ((3, 7), (4, 6))[seed]
    Y = (rng.permutation(m) % 2).reshape(1, m).astype(float)
    return {"w": rng.normal(size=(n, 1)), "b": 0.3, "X": rng.normal(size=(n, m)), "Y": Y, "m": m, "n": n}


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
    return {
        "x": rng.normal(size=((3, 4), (2, 5))[seed]),
        "yhat": rng.uniform(0.1, 0.9, size=5 + seed),
        "y": (rng.permutation(5 + seed) % 2).astype(float),
        "m": 5 + seed,
    }


def network(seed: int) -> dict[str, Any]:
    """A network of three layers, ReLU twice and a sigmoid, of the published sizes; its gradients are any numbers."""
    rng = np.random.default_rng(seed)
    n, m = (4, 5, 3, 1), (9, 8)[seed]
    W = {l: rng.normal(size=(n[l], n[l - 1])) * 0.8 for l in (1, 2, 3)}
    b = {l: rng.normal(size=(n[l], 1)) * 0.8 for l in (1, 2, 3)}
    A: dict[int, Any] = {0: rng.normal(size=(4, m))}
    Z: dict[int, Any] = {}
    D = {l: (rng.random((n[l], m)) < 0.7).astype(float) for l in (1, 2)}
    for l in (1, 2, 3):
        Z[l] = W[l] @ A[l - 1] + b[l]
        A[l] = np.maximum(0, Z[l]) * D[l] / 0.7 if l < 3 else 1 / (1 + np.exp(-Z[l]))
    Y = (rng.permutation(m) % 2).reshape(1, m).astype(float)
    return {"W": W, "b": b, "A": A, "Z": Z, "D": D, "Y": Y, "m": m, "lambd": 0.7, "keep_prob": 0.7}


def plain_network(seed: int) -> dict[str, Any]:
    """The same without dropout."""
    v = network(seed)
    for l in (1, 2, 3):
        v["Z"][l] = v["W"][l] @ v["A"][l - 1] + v["b"][l]
        v["A"][l] = np.maximum(0, v["Z"][l]) if l < 3 else 1 / (1 + np.exp(-v["Z"][l]))
    return v


def checked_network(seed: int) -> dict[str, Any]:
    """A network with gradients that are not its own, and its cost a little to either side of each parameter."""
    v, rng = plain_network(seed), np.random.default_rng(seed + 7)
    given = [(q, l) for l in (1, 2, 3) for q in "Wb"]
    gradients = {f"d{q}{l}": rng.normal(size=v[q][l].shape) for q, l in given}
    v |= {"gradients": gradients, "epsilon": 1e-5, "grad": np.concatenate([one.ravel() for one in gradients.values()])}
    for name, h in (("J_plus", 1e-5), ("J_minus", -1e-5)):
        v[name] = np.array([cost(v, place, i, h) for place in given for i in range(v[place[0]][place[1]].size)])
    return v


def cost(v: Values, place: tuple[str, int], i: int, h: float) -> float:
    """The cost where one number of a parameter is h larger."""
    W, b = ({l: one.copy() for l, one in v[q].items()} for q in "Wb")
    {"W": W, "b": b}[place[0]][place[1]].flat[i] += h
    A = v["A"][0]
    for l in (1, 2):
        A = np.maximum(0, W[l] @ A + b[l])
    Z = W[3] @ A + b[3]
    return float((np.logaddexp(0, Z) - v["Y"] * Z).sum() / v["m"])


def wide_network(seed: int) -> dict[str, Any]:
    """Layers so wide that the share of the units that are kept can be told; A is worked out by the exercise."""
    rng = np.random.default_rng(seed)
    n, m = (3, 40, 30, 1), (60, 50)[seed]
    W = {l: rng.normal(size=(n[l], n[l - 1])) / np.sqrt(n[l - 1]) for l in (1, 2, 3)}
    b = {l: rng.normal(size=(n[l], 1)) for l in (1, 2, 3)}
    return {"W": W, "b": b, "A": {0: rng.normal(size=(3, m))}, "m": m, "keep_prob": (0.7, 0.6)[seed]}


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


def parameters(v: Values, *letters: str, prefix: str = "") -> dict[str, Any]:
    """{"W1": ..., "b1": ...}: these quantities, W first, under the names of W and b with a prefix."""
    layers = sorted(v[letters[0]])
    return {f"{prefix}{q[-1]}{l}": v[q][l] for l in layers for q in letters}


def cache(v: Values, *letters: str) -> tuple[Any, ...]:
    """(Z1, A1, W1, b1, Z2, ...), with the mask between Z and A in the hidden layers where it is named."""
    return tuple(v[q][l] for l in (1, 2, 3) for q in letters if l in v[q])


def of_network(*letters: str) -> Callable[[Values], Mapping[str, Any]]:
    """The arguments of the functions of three layers; the cache holds these letters."""

    def handed(v: Values) -> Mapping[str, Any]:
        given = {"X": v["A"][0], "Y": v["Y"], "A3": v["A"][3], "parameters": parameters(v, "W", "b")}
        rates = {name: v[name] for name in ("lambd", "keep_prob")}
        return {**given, **rates, "cache": cache(v, *letters)}

    return handed


def of_step(v: Values) -> Mapping[str, Any]:
    """The arguments of an update."""
    held = {"v": parameters(v, "vW", "vb", prefix="d"), "s": parameters(v, "sW", "sb", prefix="d")}
    rates = {"learning_rate": v["alpha"], **{name: v[name] for name in ("beta", "beta1", "beta2", "t", "epsilon")}}
    gradients = parameters(v, "dW", "db", prefix="d")
    return {"parameters": parameters(v, "W", "b"), "grads": gradients, **held, **rates}


def by_layer(prefix: str, W: str, b: str, layers: tuple[int, ...] = (1, 2)) -> dict[str, str]:
    """What a dictionary holds: {"W1": the quantity W of layer 1, ...}."""
    return {f"{prefix}{letter}{l}": f"{q}{l}" for l in layers for letter, q in (("W", W), ("b", b))}


GRADIENTS = {
    **by_layer("d", "dW", "db", (1, 2, 3)),
    "dZ3": "dZ3",
    "dZ2": "dZ2",
    "dZ1": "dZ1",
    "dA2": "dA2",
    "dA1": "dA1",
}
NEW, V, S = by_layer("", "Wnew", "bnew"), by_layer("d", "vW", "vb"), by_layer("d", "sW", "sb")
CODE = {
    **{
        "Wnew": 'parameters["W{l}"]',
        "bnew": 'parameters["b{l}"]',
        "W": 'parameters["W{l}"]',
        "b": 'parameters["b{l}"]',
    },
    **{"dW": 'grads["dW{l}"]', "db": 'grads["db{l}"]', "vW": 'v["dW{l}"]', "vb": 'v["db{l}"]', "sW": 's["dW{l}"]'},
    **{"sb": 's["db{l}"]', "cvW": 'v_corrected["dW{l}"]', "cvb": 'v_corrected["db{l}"]'},
    **{"csW": 's_corrected["dW{l}"]', "csb": 's_corrected["db{l}"]'},
}
PLACES = {
    **{"Wnew": r"^parameters\[.*W", "bnew": r"^parameters\[.*b\b", "vW": r"^v\[.*dW", "vb": r"^v\[.*db"},
    **{"sW": r"^s\[.*dW", "sb": r"^s\[.*db", "cvW": r"^v_c\w*\[.*dW", "cvb": r"^v_c\w*\[.*db"},
    **{"csW": r"^s_c\w*\[.*dW", "csb": r"^s_c\w*\[.*db"},
}
CROSS_ENTROPY = "-sum(Y * log({0}) + (1 - Y) * log(1 - {0})) / m"
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


ZEROS = """
    {0}W[l] = 0 * W[l]
    {0}b[l] = 0 * b[l]
"""


def optimizer(key: str, names: str, takes: str, *gives: Any) -> Formula:
    """An update of the parameters: the optimizer's lines for p, as lines for W and for b."""
    rows = [lifted(row, letter) for row in UPDATES[key.rpartition("_")[2]] for letter in "Wb"]
    program = steps("\n".join(["1 2:", *rows]))
    return Formula(key, (*names.split(),), (*takes.split(),), moments, of_step, gives, program, CODE, PLACES)


def lifted(row: str, letter: str) -> str:
    """A line of an optimizer for W[l] or b[l]; the new parameters are Wnew and bnew.

    >>> lifted("p = p - alpha * v", "W")
    'Wnew[l] = W[l] - alpha * vW[l]'
    """
    own = {"p": letter, "dp": f"d{letter}"} | {q: q + letter for q in ("v", "s", "cv", "cs")}
    left, _, right = row.partition(" = ")
    text = re.sub(r"\b(d?p|c?[vs])\b", lambda q: f"{own[q[0]]}[l]", right)
    return f"{letter + 'new' if left == 'p' else own[left]}[l] = {text}"


FORMULAS: tuple[Formula, ...] = (
    Formula(
        "propagate",
        ("propagate",),
        ("w", "b", "X", "Y"),
        logistic,
        lambda v: v,
        ({"dw": "dw", "db": "db"}, "cost"),
        steps(f"""
            A = sigmoid(w.T @ X + b)
            cost = {CROSS_ENTROPY.format("A")}
            dw = X @ (A - Y).T / m
            db = sum(A - Y) / m
        """),
    ),
    Formula(
        "initialize_with_zeros",
        ("initialize_with_zeros",),
        ("dim",),
        logistic,
        lambda v: {"dim": v["n"]},
        ("w", "b"),
        steps("w = 0 * w\nb = 0 * b"),
    ),
    Formula(
        "predict_logistic",
        ("predict",),
        ("w", "b", "X"),
        logistic,
        lambda v: v,
        ("predictions",),
        steps("A = sigmoid(w.T @ X + b)\npredictions = A > 0.5"),
        at={"predictions": r"(?i)pred"},
    ),
    Formula("L1", ("L1",), ("yhat", "y"), vectors, lambda v: v, ("loss",), steps("loss = sum(abs(y - yhat))")),
    Formula("L2", ("L2",), ("yhat", "y"), vectors, lambda v: v, ("loss",), steps("loss = sum((y - yhat) ** 2)")),
    Formula(
        "normalize_rows",
        ("normalizeRows", "normalize_rows"),
        ("x",),
        vectors,
        lambda v: v,
        ("x_new",),
        steps("x_new = x / sqrt(sum(x ** 2, axis=1))"),
        {"x_new": "x"},
        {"x_new": r"^x$"},
    ),
    Formula(
        "cost_with_regularization",
        ("compute_cost_with_regularization",),
        ("A3", "Y", "parameters", "lambd"),
        plain_network,
        of_network("Z", "A", "W", "b"),
        ("cost",),
        steps(f"""
            cross_entropy = {CROSS_ENTROPY.format("A[3]")}
            penalty = lambd / (2 * m) * (sum(W[1] ** 2) + sum(W[2] ** 2) + sum(W[3] ** 2)) \
                | (sum(W[1] ** 2) + sum(W[2] ** 2) + sum(W[3] ** 2)) * lambd / (2 * m) \
                | 1 / m * lambd / 2 * (sum(W[1] ** 2) + sum(W[2] ** 2) + sum(W[3] ** 2))
            cost = cross_entropy + penalty
        """),
        at={"cross_entropy": "cross", "penalty": "(?i)L2|reg|penalty"},
    ),
    Formula(
        "backward_with_regularization",
        ("backward_propagation_with_regularization",),
        ("X", "Y", "cache", "lambd"),
        plain_network,
        of_network("Z", "A", "W", "b"),
        (GRADIENTS,),
        steps(BACK.format(penalty="+ lambd / m * W[l]", mask="")),
    ),
    Formula(
        "backward_n",
        ("backward_propagation_n",),
        ("X", "Y", "cache"),
        plain_network,
        of_network("Z", "A", "W", "b"),
        (GRADIENTS,),
        steps(BACK.format(penalty="", mask="")),
        planted=(("dW", 2, "2 * (dZ[l] @ A[l - 1].T / m)"), ("db", 1, "4 * (sum(dZ[l], axis=1) / m)")),
    ),
    Formula(
        "forward_n",
        ("forward_propagation_n",),
        ("X", "Y", "parameters"),
        plain_network,
        of_network("Z", "A", "W", "b"),
        ("cost", tuple(f"{q}{l}" for l in (1, 2, 3) for q in ("Z", "A", "W", "b"))),
        steps(f"""
            1 2:
            Z[l] = W[l] @ A[l-1] + b[l]
            A[l] = relu(Z[l])
            3:
            Z[l] = W[l] @ A[l-1] + b[l]
            A[l] = sigmoid(Z[l])
            :
            cost = {CROSS_ENTROPY.format("A[3]")}
        """),
    ),
    Formula(
        "forward_with_dropout",
        ("forward_propagation_with_dropout",),
        ("X", "parameters", "keep_prob"),
        wide_network,
        lambda v: {"X": v["A"][0], "parameters": parameters(v, "W", "b"), "keep_prob": v["keep_prob"]},
        ("A3", tuple(f"{q}{l}" for l in (1, 2, 3) for q in ("Z", "D", "A", "W", "b") if l < 3 or q != "D")),
        steps("""
            1 2:
            Z[l] = W[l] @ A[l-1] + b[l]
            A[l] = relu(Z[l]) * D[l] / keep_prob
            3:
            Z[l] = W[l] @ A[l-1] + b[l]
            A[l] = sigmoid(Z[l])
        """),
        settles=("D",),
    ),
    Formula(
        "backward_with_dropout",
        ("backward_propagation_with_dropout",),
        ("X", "Y", "cache", "keep_prob"),
        network,
        of_network("Z", "D", "A", "W", "b"),
        (GRADIENTS,),
        steps(BACK.format(penalty="", mask="* D[l] / keep_prob")),
    ),
    optimizer(
        "update_with_gd",
        "update_parameters_with_gd",
        "parameters grads learning_rate",
        NEW,
    ),
    optimizer(
        "update_with_momentum",
        "update_parameters_with_momentum",
        "parameters grads v beta learning_rate",
        NEW,
        V,
    ),
    optimizer(
        "update_with_rmsprop",
        "update_parameters_with_rmsprop update_parameters_with_RMSProp",
        "parameters grads s beta learning_rate epsilon",
        NEW,
        S,
    ),
    optimizer(
        "update_with_adam",
        "update_parameters_with_adam",
        "parameters grads v s t learning_rate beta1 beta2 epsilon",
        NEW,
        V,
        S,
    ),
    *(
        Formula(name, (name,), ("parameters",), moments, of_step, gives, steps(f"1 2:\n{zeros}"), CODE, PLACES)
        for name, gives, zeros in (
            ("initialize_velocity", (V,), ZEROS.format("v")),
            ("initialize_adam", (V, S), ZEROS.format("v") + ZEROS.format("s")),
        )
    ),
    Formula(
        "update_lr",
        ("update_lr",),
        ("learning_rate0", "epoch_num", "decay_rate"),
        lambda seed: {"alpha0": 0.5, "epoch": (3, 7)[seed], "decay": (1.0, 0.3)[seed]},
        lambda v: {"learning_rate0": v["alpha0"], "epoch_num": v["epoch"], "decay_rate": v["decay"]},
        ("alpha",),
        steps("alpha = alpha0 / (1 + decay * epoch) | 1 / (1 + decay * epoch) * alpha0"),
        {"alpha": "learning_rate", "alpha0": "learning_rate0", "decay": "decay_rate", "epoch": "epoch_num"},
        {"alpha": "rate"},
    ),
    Formula(
        "schedule_lr_decay",
        ("schedule_lr_decay",),
        ("learning_rate0", "epoch_num", "decay_rate", "time_interval"),
        lambda seed: {"alpha0": 0.5, "epoch": (170, 930)[seed], "decay": (1.0, 0.3)[seed], "interval": 100},
        lambda v: {
            **{"learning_rate0": v["alpha0"], "epoch_num": v["epoch"], "decay_rate": v["decay"]},
            "time_interval": v["interval"],
        },
        ("alpha",),
        steps("alpha = alpha0 / (1 + decay * (epoch // interval))"),
        {"alpha": "learning_rate", "alpha0": "learning_rate0", "decay": "decay_rate", "epoch": "epoch_num"}
        | {"interval": "time_interval"},
        {"alpha": "rate"},
    ),
    Formula(
        "image2vector",
        ("image2vector",),
        ("image",),
        lambda seed: {"image": (x := np.random.default_rng(seed).normal(size=(2 + seed, 3, 2))), "x": x.reshape(-1, 1)},
        lambda v: v,
        ("v",),
        steps("v = x"),
    ),
    *(
        Formula(
            f"{way}_1", (f"{way}_propagation",), ("x", "theta"), line, lambda v: v, (left,), steps(f"{left} = {text}")
        )
        for way, left, text in (("forward", "J", "theta * x"), ("backward", "dtheta", "x"))
    ),
    Formula(
        "gradient_check_n",
        ("gradient_check_n",),
        ("parameters", "gradients", "X", "Y", "epsilon"),
        checked_network,
        lambda v: {**of_network("Z", "A", "W", "b")(v), "gradients": v["gradients"], "epsilon": v["epsilon"]},
        ("difference",),
        steps("""
            gradapprox = (J_plus - J_minus) / (2 * epsilon)
            numerator = sqrt(sum((grad - gradapprox) ** 2))
            denominator = sqrt(sum(grad ** 2)) + sqrt(sum(gradapprox ** 2))
            difference = numerator / denominator
        """),
        firm=False,
    ),
)
