"""The course's equations, a line of notation each: the one home of what is computed, printed and taught.

Tests hold ``network.py`` to them, tree by tree, and each activation's code to its formula.

>>> EQUATIONS["dW"].text
'dZ[l] @ A[l - 1].T / m'
>>> EQUATIONS["db"].forms
('1 / m * sum(dZ[l], axis=1)', 'mean(dZ[l], axis=1)')
"""

from collections.abc import Container, Mapping
from dataclasses import dataclass

from .notation import parsed, written


@dataclass(frozen=True)
class Equation:
    """quantity[l] = text; ``forms`` are other right ways to write the right-hand side."""

    name: str
    quantity: str
    text: str
    forms: tuple[str, ...] = ()


def equations(lines: str) -> Mapping[str, Equation]:
    """A line each: ``name: quantity = text | another form | ...``."""
    found = {}
    for row in filter(None, map(str.strip, lines.splitlines())):
        name, _, rest = row.partition(": ")
        quantity, _, texts = rest.partition(" = ")
        text, *forms = [written(parsed(one.strip())) for one in texts.split("|")]
        found[name] = Equation(name, quantity.strip(), text, tuple(forms))
    return found


# g[l] is the layer's activation, slope[l] its derivative there. "out" is the output layer, whose g is the sigmoid;
# "new" what an update makes. In J, 1/m and the minus stand where they may.
EQUATIONS = equations("""
    Z: Z = W[l] @ A[l-1] + b[l]
    A: A = g[l](Z[l])
    J: J = -sum(Y*log(A[l]) + (1-Y)*log(1-A[l])) / m | -(sum(Y*log(A[l])) + sum((1-Y)*log(1-A[l]))) / m \
        | (-sum(Y*log(A[l])) - sum((1-Y)*log(1-A[l]))) / m | -1/m * sum(Y*log(A[l]) + (1-Y)*log(1-A[l])) \
        | -1/m * (sum(Y*log(A[l])) + sum((1-Y)*log(1-A[l])))
    J classes: J = -sum(Y * log(A[l])) / m | sum(-Y * log(A[l])) / m | -1/m * sum(Y * log(A[l]))
    dA out: dA = -(Y/A[l] - (1-Y)/(1-A[l])) | -Y/A[l] + (1-Y)/(1-A[l]) | (A[l]-Y)/(A[l]*(1-A[l]))
    dZ out: dZ = A[l] - Y
    dW: dW = dZ[l] @ A[l-1].T / m | 1/m * (dZ[l] @ A[l-1].T)
    db: db = sum(dZ[l], axis=1) / m | 1/m * sum(dZ[l], axis=1) | mean(dZ[l], axis=1)
    dA: dA = W[l+1].T @ dZ[l+1]
    dZ: dZ = dA[l] * slope[l]
    W new: W_new = W[l] - alpha * dW[l] | W[l] - dW[l] * alpha
    b new: b_new = b[l] - alpha * db[l] | b[l] - db[l] * alpha
    answer: answer = A[l] > 0.5 | Z[l] > 0 | round(A[l]) | where(A[l] > 0.5, 1, 0)
    answer classes: answer = argmax(A[l]) | argmax(Z[l])
""")

# Optimizers: the lines for one array p and its gradient dp, whatever array it is; v and s are the averages of before.
UPDATES: Mapping[str, tuple[str, ...]] = {
    "gd": ("p = p - alpha * dp",),
    "momentum": ("v = beta * v + (1 - beta) * dp", "p = p - alpha * v"),
    "rmsprop": ("s = beta * s + (1 - beta) * dp ** 2", "p = p - alpha * (dp / (sqrt(s) + epsilon))"),
    "adam": (
        *("v = beta1 * v + (1 - beta1) * dp", "s = beta2 * s + (1 - beta2) * dp ** 2"),
        *("cv = v / (1 - beta1 ** t)", "cs = s / (1 - beta2 ** t)"),
        "p = p - alpha * (cv / (sqrt(cs) + epsilon))",
    ),
}
# Batch norm of Z, forward and back
BATCH_NORM = equations("""
    mu: mu = sum(Z[l], axis=1) / m
    sigma2: sigma2 = sum((Z[l] - mu[l]) ** 2, axis=1) / m
    Z_norm: Z_norm = (Z[l] - mu[l]) / sqrt(sigma2[l] + epsilon)
    Z_tilde: Z_tilde = gamma[l] * Z_norm[l] + beta[l]
    dgamma: dgamma = sum(dZ_tilde[l] * Z_norm[l], axis=1) / m
    dbeta: dbeta = sum(dZ_tilde[l], axis=1) / m
    dZ: dZ = gamma[l] * (dZ_tilde[l] - (dbeta[l] + Z_norm[l] * dgamma[l])) / sqrt(sigma2[l] + epsilon)
""")
# Penalties of layer l, and what they add to dW
PENALTIES: Mapping[str, tuple[str, str]] = {
    "L2": ("L2 / (2 * m) * sum(W[l] ** 2)", "L2 / m * W[l]"),
    "L1": ("L1 / m * sum(abs(W[l]))", "L1 / m * sign(W[l])"),
}


def made_by(name: str, there: Container[str], *, weighted: bool = False) -> str:
    """The right-hand side that makes a quantity of a layer, such as "Z[2]", in a pass that computes all of ``there``.

    What is there says what the layer is: with P it divides by sqrt(n[l - 1]), with Z_norm or dZ_tilde it has batch
    norm, with G or dalpha a parametric activation, with D or dG dropout. ``weighted``: the samples have weights, w.
    Raises KeyError for what no layer makes.

    >>> made_by("Z[2]", {"Z[2]", "Z_norm[2]"}), made_by("A[2]", {"Z[2]", "D[2]"})
    ('W[l] @ A[l - 1]', 'g[l](Z[l]) * D[l] / keep_prob[l]')
    """
    quantity, _, index = name[:-1].partition("[")
    l = int(index)

    def has(other: str, at: int = l) -> bool:
        return f"{other}[{at}]" in there

    normalised, mixed = has("Z_norm") or has("dZ_tilde"), has("G") or has("dalpha")
    product, _, bias = EQUATIONS["Z"].text.rpartition(" + ")
    z, dA = "Z_tilde[l]" if normalised else "Z[l]", "dG[l]" if has("dG") else "dA[l]"
    slope, w = f"dg[l]({z}, {'G' if mixed else 'A'}[l])", "w * " if weighted else ""
    through = f"{dA} * (1 + alpha[l] * ({slope} - 1))" if mixed else f"{dA} * {slope}"
    a = f"{z} + alpha[l] * (G[l] - {z})" if has("G") else f"g[l]({z})"
    dW = EQUATIONS["dW"].text.replace("dZ", "dP" if has("dP") else "dZ")
    texts = {
        **{one: BATCH_NORM[one].text for one in ("Z_norm", "Z_tilde", "dgamma", "dbeta")},
        **{one: BATCH_NORM[one].text.replace("sum(", f"sum({w}") for one in ("mu", "sigma2")},
        "P": product,
        "Z": ("P[l] / sqrt(n[l - 1])" if has("P") else product) + ("" if normalised else f" + {bias}"),
        "G": f"g[l]({z})",
        "A": a if not has("D") else f"({a}) * D[l] / keep_prob[l]" if mixed else f"{a} * D[l] / keep_prob[l]",
        "dG": "dA[l] * D[l] / keep_prob[l]",
        "dalpha": f"sum({dA} * (G[l] - {z}), axis=1) / m",
        "dZ_tilde": through,
        "dZ": BATCH_NORM["dZ"].text.replace("(dbeta", f"{w}(dbeta") if normalised else through,
        "dP": "dZ[l] / sqrt(n[l - 1])",
        "dW": f"{dW} + dR[l]" if has("dR") else dW,
        "db": EQUATIONS["db"].text,
        "dA": EQUATIONS["dA"].text.replace("dZ", "dP" if has("dP", l + 1) else "dZ"),
    }
    return texts[quantity]
