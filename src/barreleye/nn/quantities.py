"""What a network computes, by name and layer: Parameters, Trace and Gradients. Each prints as a table of shapes."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from .arrays import Array, shapes


class Parameters(NamedTuple):
    """The numbers that training changes, as dicts by layer: W[l] (n[l], n[l-1]) and b[l] (n[l], 1);
    a batch-normalised layer has gamma[l] and beta[l], (n[l], 1), and no b[l].

    The gradients and each part of an optimizer's state have the same form.

    >>> Parameters({1: 2.0}, {1: 3.0}, {}, {}).named()
    {'W[1]': 2.0, 'b[1]': 3.0}
    """

    W: dict[int, Array]
    b: dict[int, Array]
    gamma: dict[int, Array]
    beta: dict[int, Array]

    def map(self, rule: Callable[..., Any], *others: "Parameters") -> "Parameters":
        """rule(p, ...) for each array p, beside the arrays of the same place in others.

        >>> p = Parameters({1: 2.0}, {1: 3.0}, {}, {})
        >>> p.map(lambda x, y: x * y, p).named()
        {'W[1]': 4.0, 'b[1]': 9.0}
        """
        return Parameters(
            *(
                {l: rule(p, *(other[l] for other in rest)) for l, p in mine.items()}
                for mine, *rest in zip(self, *others, strict=True)
            )
        )

    def arrays(self) -> list[Array]:
        """Every array, W first, each field by layer."""
        return [p for field in self for _, p in sorted(field.items())]

    def named(self) -> dict[str, Array]:
        """Every array by its name on paper: {"W[1]": ..., "b[1]": ...}."""
        return {f"{name}[{l}]": p for name, field in self._asdict().items() for l, p in sorted(field.items())}

    def __repr__(self) -> str:
        return shapes(self)

    def __str__(self) -> str:
        return shape_table(self.named())


class Trace(NamedTuple):
    """Everything that one forward pass computed, by layer; A[0] = X. ``print(trace)`` gives the table of shapes.

    D holds the dropout masks (0 or 1); mu, sigma2, Z_norm and Z_tilde those of batch-normalised layers.
    """

    Z: dict[int, Array]
    A: dict[int, Array]
    D: dict[int, Array]
    mu: dict[int, Array]
    sigma2: dict[int, Array]
    Z_norm: dict[int, Array]
    Z_tilde: dict[int, Array]

    @property
    def Y_hat(self) -> Array:
        """The prediction A[L], (n[L], m)."""
        return self.A[len(self.Z)]

    def named(self) -> dict[str, Array]:
        """Every quantity by its name on paper, in the order in which it was computed."""
        order = ("Z", "mu", "sigma2", "Z_norm", "Z_tilde", "D", "A")
        return {f"{q}[{l}]": getattr(self, q)[l] for l in range(len(self.A)) for q in order if l in getattr(self, q)}

    def __repr__(self) -> str:
        return shapes(self)

    def __str__(self) -> str:
        return shape_table(self.named())


class Gradients(NamedTuple):
    """Everything that one backward pass computed, by layer. ``print(gradients)`` gives the table of shapes.

    dW, db, dgamma and dbeta are derivatives of J; dR is the penalties' part of dW. dZ, dA, dG (dA behind the dropout
    mask) and dZ_tilde are derivatives of m J, one column a sample, which is what lets dZ[L] be Y_hat - Y; m is the
    number of samples or the sum of their weights.
    """

    dZ: dict[int, Array]
    dA: dict[int, Array]
    dG: dict[int, Array]
    dZ_tilde: dict[int, Array]
    dR: dict[int, Array]
    dW: dict[int, Array]
    db: dict[int, Array]
    dgamma: dict[int, Array]
    dbeta: dict[int, Array]

    @property
    def parameters(self) -> Parameters:
        """dW, db, dgamma and dbeta in the form of Parameters, as optimizers take them."""
        return Parameters(self.dW, self.db, self.dgamma, self.dbeta)

    def named(self) -> dict[str, Array]:
        """Every quantity by its name on paper, from the last layer to the first, as it was computed."""
        order = ("dA", "dG", "dZ_tilde", "dgamma", "dbeta", "dZ", "dR", "dW", "db")
        layers = range(max(self.dZ), -1, -1)
        return {f"{q}[{l}]": getattr(self, q)[l] for l in layers for q in order if l in getattr(self, q)}

    def __repr__(self) -> str:
        return shapes(self)

    def __str__(self) -> str:
        return shape_table(self.named())


def text_table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Columns aligned to the left, two spaces apart.

    >>> print(text_table(("a", "b"), [("1", "2")]))
    a  b
    -  -
    1  2
    """
    body = [tuple(header), *map(tuple, rows)]
    widths = [max(map(len, column)) for column in zip(*body, strict=True)]
    body.insert(1, tuple("-" * width for width in widths))
    return "\n".join("  ".join(cell.ljust(w) for cell, w in zip(row, widths, strict=True)).rstrip() for row in body)


MEANING = {
    "Z": "W[{l}] A[{k}] + b[{l}]",
    "A": "g[{l}](Z[{l}])",
    "D": "dropout mask of A[{l}]",
    "mu": "mean of Z[{l}] over columns",
    "sigma2": "variance of Z[{l}] over columns",
    "Z_norm": "(Z[{l}] - mu[{l}]) / sqrt(sigma2[{l}] + epsilon)",
    "Z_tilde": "gamma[{l}] Z_norm[{l}] + beta[{l}]",
    "dA": "W[{n}]^T dZ[{n}]",
    "dG": "dA[{l}] * D[{l}] / keep_prob[{l}]",
    "dZ": "dA[{l}] * g'(Z[{l}])",
    "dZ_tilde": "dA[{l}] * g'(Z_tilde[{l}])",
    "dR": "derivative of the penalties by W[{l}]",
    "dW": "(1/m) dZ[{l}] A[{k}]^T",
    "db": "(1/m) sum over columns of dZ[{l}]",
    "dgamma": "(1/m) sum over columns of dZ_tilde[{l}] * Z_norm[{l}]",
    "dbeta": "(1/m) sum over columns of dZ_tilde[{l}]",
    "W": "weights of layer {l}",
    "b": "biases of layer {l}",
    "gamma": "scale of Z_norm[{l}]",
    "beta": "shift of Z_norm[{l}]",
}


def equations(quantities: Mapping[str, Array]) -> dict[str, str]:
    """The equation that made each of the quantities of one pass, by name.

    >>> equations({"Z[1]": 0, "A[1]": 0})
    {'Z[1]': 'W[1] A[0] + b[1]', 'A[1]': 'g[1](Z[1])'}
    """
    last = max(int(name[name.index("[") + 1 : -1]) for name in quantities)

    def meaning(name: str) -> str:
        quantity, index = name[:-1].split("[")
        l = int(index)
        if (quantity, l) == ("A", 0):
            return "X"
        if quantity == "dZ" and l == last and f"dA[{l}]" not in quantities:
            return "derivative of the (weighted) loss by Z[L]: Y_hat - Y for a canonical head"
        if quantity == "Z" and f"Z_norm[{l}]" in quantities:
            return f"W[{l}] A[{l - 1}]"
        if quantity == "A":
            dropped = f" * D[{l}] / keep_prob[{l}]" if f"D[{l}]" in quantities else ""
            return f"g[{l}]({'Z_tilde' if f'Z_tilde[{l}]' in quantities else 'Z'}[{l}]){dropped}"
        if quantity == "dZ" and f"dZ_tilde[{l}]" in quantities:
            return f"dZ_tilde[{l}] back through batch norm"
        text = MEANING[quantity].format(l=l, k=l - 1, n=l + 1)
        if quantity == "dW" and f"dR[{l}]" in quantities:
            text += f" + dR[{l}]"
        return text.replace("dA", "dG") if quantity[:2] == "dZ" and f"dG[{l}]" in quantities else text

    return {name: meaning(name) for name in quantities}


def shape_table(quantities: Mapping[str, Array]) -> str:
    """One line for each quantity: its name, its shape and the equation that made it."""
    made_by = equations(quantities)
    rows = [(name, str(tuple(value.shape)), made_by[name]) for name, value in quantities.items()]
    return text_table(("quantity", "shape", "what it is"), rows)
