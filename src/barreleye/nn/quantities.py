"""What a network computes, by name and layer: Parameters, Trace and Gradients. Each prints as a table of shapes."""

from abc import abstractmethod
from collections.abc import Callable, Iterable, Mapping, Sequence
from operator import attrgetter
from typing import Any, NamedTuple

from .arrays import Array, shapes
from .equations import made_by
from .notation import layer_index, paper
from .validation import SAY


class _Quantities:
    """What Parameters, Trace and Gradients are beside their fields, each a dict by layer."""

    __slots__ = ()

    def __new__(cls: Any, *fields: dict[int, Array], **named: dict[int, Array]) -> Any:
        """Fields that are not given are dicts of their own, so that none is shared."""
        if not fields and not named:  # at every step: the way that is short
            return tuple.__new__(cls, [{} for _ in cls._fields])
        values = dict(zip(cls._fields, fields, strict=False)) | named
        if unknown := [*(name for name in named if name not in cls._fields), *fields[len(cls._fields) :]]:
            raise TypeError(SAY["network.field"].filled(cls=cls, value=unknown[0], fields=", ".join(cls._fields)))
        return tuple.__new__(cls, [values.get(name, {}) for name in cls._fields])

    @abstractmethod
    def named(self) -> dict[str, Array]:
        """Every quantity by its name on paper."""

    def __repr__(self) -> str:
        return shapes(self)

    def __str__(self) -> str:
        return shape_table(self.named())


class _ParameterFields(NamedTuple):
    W: dict[int, Array]
    b: dict[int, Array]
    gamma: dict[int, Array]
    beta: dict[int, Array]
    alpha: dict[int, Array]
    s: dict[int, Array]
    omega: dict[int, Array]
    phase: dict[int, Array]
    V: dict[int, Array]
    v: dict[int, Array]
    E: dict[int, Array]


class Parameters(_Quantities, _ParameterFields):
    """The numbers that training changes, as dicts by layer: W[l] (n[l], n[l-1]) and b[l] (n[l], 1);
    a batch-normalised layer has gamma[l] and beta[l], (n[l], 1), and no b[l]; one with a parametric activation has
    alpha[l], (n[l], 1). What stands before layer 1 (front.py) has s[0] and, by its parts, omega, phase, V, v and E.

    Fields that are not given are empty. The gradients and each part of an optimizer's state have the same form, and
    whatever handles them (optimizers, files, members, checkpoints) goes by ``_fields``: a new one is a line above.

    >>> Parameters({1: 2.0}, {1: 3.0}).named()
    {'W[1]': 2.0, 'b[1]': 3.0}
    """

    __slots__ = ()

    def map(self, rule: Callable[..., Any], *others: "Parameters") -> "Parameters":
        """rule(p, ...) for each array p, beside the arrays of the same place in others.

        >>> p = Parameters({1: 2.0}, {1: 3.0})
        >>> p.map(lambda x, y: x * y, p).named()
        {'W[1]': 4.0, 'b[1]': 9.0}
        """
        return Parameters(
            *(
                {l: rule(p, *(other[l] for other in rest)) for l, p in mine.items()}
                for mine, *rest in zip(self, *others, strict=True)
            )
        )

    def by_place(self, rule: Callable[[str, int, Any], Any]) -> "Parameters":
        """rule(field, l, p) for each array p.

        >>> Parameters({1: 2.0}, {1: 3.0}).by_place(lambda field, l, p: p if field == "W" else 0).named()
        {'W[1]': 2.0, 'b[1]': 0}
        """
        each = self._asdict().items()
        return Parameters(**{name: {l: rule(name, l, p) for l, p in field.items()} for name, field in each})

    def arrays(self) -> list[Array]:
        """Every array, W first, each field by layer."""
        return [p for field in self for _, p in sorted(field.items())]

    def named(self) -> dict[str, Array]:
        """Every array by its name on paper: {"W[1]": ..., "b[1]": ...}."""
        return {f"{name}[{l}]": p for name, field in self._asdict().items() for l, p in sorted(field.items())}


class _TraceFields(NamedTuple):
    Z: dict[int, Array]
    A: dict[int, Array]
    D: dict[int, Array]
    mu: dict[int, Array]
    sigma2: dict[int, Array]
    Z_norm: dict[int, Array]
    Z_tilde: dict[int, Array]
    X: dict[int, Array]
    H: dict[int, Array]
    F: dict[int, Array]
    P: dict[int, Array]
    G: dict[int, Array]


class Trace(_Quantities, _TraceFields):
    """Everything that one forward pass computed, by layer; A[0] = X. ``print(trace)`` gives the table of shapes.

    D holds the dropout masks (0 or 1); mu, sigma2, Z_norm and Z_tilde those of batch-normalised layers; G[l] the
    activation of a layer where a parametric one makes A[l] of it; P[l] = W[l] A[l-1], where the network divides it by
    sqrt(n[l-1]). Where something stands before layer 1, X[0] is what went in, and H and F are of its parts.
    """

    __slots__ = ()

    @property
    def Y_hat(self) -> Array:
        """The prediction A[L], (n[L], m)."""
        return self.A[len(self.Z)]

    def named(self) -> dict[str, Array]:
        """Every quantity by its name on paper, in the order in which it was computed."""
        front = _named(self, ("X", "H", "F"), range(max(self.F, default=0) + 1))
        order = ("P", "Z", "mu", "sigma2", "Z_norm", "Z_tilde", "G", "D", "A")
        return front | _named(self, order, range(len(self.A)))


class _GradientFields(NamedTuple):
    dZ: dict[int, Array]
    dA: dict[int, Array]
    dG: dict[int, Array]
    dZ_tilde: dict[int, Array]
    dR: dict[int, Array]
    dW: dict[int, Array]
    db: dict[int, Array]
    dgamma: dict[int, Array]
    dbeta: dict[int, Array]
    dalpha: dict[int, Array]
    ds: dict[int, Array]
    domega: dict[int, Array]
    dphase: dict[int, Array]
    dV: dict[int, Array]
    dv: dict[int, Array]
    dE: dict[int, Array]
    dP: dict[int, Array]
    dF: dict[int, Array]
    dH: dict[int, Array]
    dX: dict[int, Array]


class Gradients(_Quantities, _GradientFields):
    """Everything that one backward pass computed, by layer. ``print(gradients)`` gives the table of shapes.

    The derivatives of J by parameters are called d and the parameter's name; dR is the penalties' part of dW. dZ, dA,
    dG (dA behind the dropout mask), dZ_tilde, dF, dH and dX are derivatives of m J, one column a sample, which is what
    lets dZ[L] be Y_hat - Y; m is the number of samples or the sum of their weights.
    """

    __slots__ = ()

    @property
    def parameters(self) -> Parameters:
        """dW, db and all derivatives by parameters in the form of Parameters, as optimizers take them."""
        return Parameters._make(_BY_PARAMETERS(self))

    def named(self) -> dict[str, Array]:
        """Every quantity by its name on paper, from the last layer to the first, as it was computed."""
        order = ("dA", "dG", "dalpha", "dZ_tilde", "dgamma", "dbeta", "dZ", "dP", "dR", "dW", "db", "ds")
        front = ("dF", "dv", "dV", "dH", "dphase", "domega", "dE", "dX")
        layers = _named(self, order, range(max(self.dZ), -1, -1))
        return layers | _named(self, front, range(max(self.dF, default=0), -1, -1))


_BY_PARAMETERS = attrgetter(*(f"d{name}" for name in Parameters._fields))


def _named(quantities: Any, order: Sequence[str], places: Iterable[int]) -> dict[str, Array]:
    """{"Z[1]": ...} of the fields that hold something, place by place, each in that order."""
    return {f"{q}[{l}]": getattr(quantities, q)[l] for l in places for q in order if l in getattr(quantities, q)}


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
    "X": "what goes in",
    "H": "wave(omega[{l}] X + phase[{l}]), for each row of X that part {l} takes",
    "F": "what part {l} makes of its rows of X",
    "D": "dropout mask of A[{l}]",
    "dR": "derivative of the penalties by W[{l}]",
    "ds": "(1/m) sum over columns of dA[0] * F",
    "dF": "part {l}'s rows of s[0] * dA[0]",
    "dv": "(1/m) sum over columns of dF[{l}]",
    "dV": "(1/m) dF[{l}] H[{l}]^T",
    "dH": "V[{l}]^T dF[{l}]",
    "dphase": "(1/m) sum over columns of dH[{l}] * wave'",
    "domega": "(1/m) sum over columns of dH[{l}] * wave' * X",
    "dE": "(1/m) sum of dF[{l}] over the columns of each level",
    "dX": "derivative by what went in",
    "W": "weights of layer {l}",
    "b": "biases of layer {l}",
    "gamma": "scale of Z_norm[{l}]",
    "beta": "shift of Z_norm[{l}]",
    "alpha": "share of g[{l}] in A[{l}]",
    "s": "scale of each row of A[0]",
    "omega": "frequency or slope of each wave of part {l}",
    "phase": "phase or offset of each wave of part {l}",
    "V": "weights of part {l}'s waves",
    "v": "biases of part {l}'s waves",
    "E": "a row for each level of part {l}'s column; row 0: missing, or none of them",
}
"""What no equation of a layer makes."""
PLAIN = {"−": "-", "∗": "*", "ᵀ": "^T", "²": "^2", "√": "sqrt", "′": "'", "Σᵢ": "sum over columns of", "⁽ⁱ⁾": ""}
"""The signs of an equation in ASCII, for any terminal."""


def equations(quantities: Mapping[str, Array]) -> dict[str, str]:
    """The equation that made each of the quantities of one pass, by name.

    >>> equations({"Z[1]": 0, "A[1]": 0})
    {'Z[1]': 'W[1] A[0] + b[1]', 'A[1]': 'g[1](Z[1])'}
    """
    last = max((int(name[3:-1]) for name in quantities if name.startswith("dZ[")), default=0)

    def meaning(name: str) -> str:
        quantity, index = name[:-1].split("[")
        l = int(index)
        if (quantity, l) == ("A", 0):
            return "s[0] * F, the parts below each other" if "F[1]" in quantities else "X"
        if quantity == "dZ" and l == last and f"dA[{l}]" not in quantities:
            return "derivative of the (weighted) loss by Z[L]: Y_hat - Y for a canonical head"
        if quantity in MEANING:
            return MEANING[quantity].format(l=l)
        printed = paper(made_by(name, quantities), layer_index(l)).en
        for sign, plain in PLAIN.items():
            printed = printed.replace(sign, plain)
        return printed

    return {name: meaning(name) for name in quantities}


def shape_table(quantities: Mapping[str, Array]) -> str:
    """One line for each quantity: its name, its shape and the equation that made it."""
    made_by = equations(quantities)
    rows = [(name, str(tuple(value.shape)), made_by[name]) for name, value in quantities.items()]
    return text_table(("quantity", "shape", "what it is"), rows)
