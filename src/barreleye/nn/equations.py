"""The course's equations, a line of notation each: the one home of what is computed, printed and taught.

Tests hold ``network.py`` to them, tree by tree, and each activation's code to its formula.

>>> EQUATIONS["dW"].text
'dZ[l] @ A[l - 1].T / m'
>>> EQUATIONS["db"].forms
('1 / m * sum(dZ[l], axis=1)', 'mean(dZ[l], axis=1)')
"""

from collections.abc import Mapping
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
    mu: mu = mean(Z[l], axis=1)
    sigma2: sigma2 = mean((Z[l] - mu[l]) ** 2, axis=1)
    Z_norm: Z_norm = (Z[l] - mu[l]) / sqrt(sigma2[l] + epsilon)
    Z_tilde: Z_tilde = gamma[l] * Z_norm[l] + beta[l]
    dgamma: dgamma = sum(dZ_tilde[l] * Z_norm[l], axis=1) / m
    dbeta: dbeta = sum(dZ_tilde[l], axis=1) / m
    dZ: dZ = gamma[l] * (dZ_tilde[l] - dbeta[l] - Z_norm[l] * dgamma[l]) / sqrt(sigma2[l] + epsilon)
""")
