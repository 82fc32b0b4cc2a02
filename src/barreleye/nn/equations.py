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
