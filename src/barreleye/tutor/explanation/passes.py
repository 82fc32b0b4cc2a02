"""What is worked out: a network with all that its two passes computed, and the steps that come of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np

from ...nn.activations import Activation
from ...nn.arrays import Array
from ...nn.heads import ActivatedHead, Head, QuantilesHead
from ...nn.network import cost, forward
from ...nn.normalization import EPSILON
from ...nn.notation import Tree
from ...nn.quantities import Gradients, Parameters, Trace
from ...nn.structure import Network
from ...words import NOTHING, Text


@dataclass(frozen=True, eq=False)
class Passes:
    """A network, its data, and everything that its two passes computed; ``sample`` and ``units`` are what is shown.

    units    {l: the unit shown of layer l}, layer 0 being the input, A[0]
    """

    network: Network
    parameters: Parameters
    Y: Array
    weights: Array | None
    trace: Trace
    gradients: Gradients
    sample: int
    units: Mapping[int, int]

    @property
    def m(self) -> float:
        """What 1/m divides by: the number of samples, or the sum of their weights."""
        return float(self.Y.shape[1] if self.weights is None else self.weights.sum())

    @property
    def X(self) -> Array:
        """What went in: A[0], where no front made it."""
        return self.trace.X.get(0, self.trace.A[0])

    @cached_property
    def computed(self) -> frozenset[str]:
        """The names of all that was computed."""
        return frozenset([*self.trace.named(), *self.gradients.named()])

    def penalties(self, l: int) -> list[str]:
        """The penalties of layer l, "L2" and "L1"."""
        both = {"L2": self.network.L2[l - 1], "L1": self.network.L1[l - 1]}
        return [which for which, strength in both.items() if strength is not None]

    def J(self, p: Parameters) -> float:
        """The cost at other parameters."""
        trace = forward(self.network, p, self.X, weights=self.weights)
        return float(cost(self.network, p, trace, self.Y, self.weights))

    def numbers(self, l: int) -> dict[str, Any]:
        """What the names of an equation at layer l are, as ``notation.value`` takes them."""
        network, trace, head = self.network, self.trace, self.network.head
        Z, A = trace.Z[network.L], trace.A[network.L]
        last = head.g if isinstance(head, ActivatedHead) else None
        quantities = {**self.parameters._asdict(), **trace._asdict(), **self.gradients._asdict()}
        return quantities | {
            **{"l": l, "m": self.m, "n": dict(enumerate(network.n)), "epsilon": EPSILON, "w": self.weights},
            **{"L2": network.L2[l - 1], "L1": network.L1[l - 1], "Y": self.Y, "Y_smooth": head.smoothed(self.Y)},
            **{"loss": np.asarray(head.loss(Z, self.Y)), "dloss": np.asarray(head.dZ(Z, A, self.Y))},
            "q": head.of_outputs(Z) if isinstance(head, QuantilesHead) else None,
            "g": network.g,
            "dg": {k: g.derivative for k, g in enumerate((*network.activations, last), start=1) if g is not None},
        }


@dataclass(frozen=True)
class Step:
    """One equation of the two passes, worked out for one entry.

    name          "dW[1]"
    equation      "dW[1] = (1/m) dZ[1] A[0]ᵀ"
    shapes        "(4, 7) (7, 2) → (4, 2)"
    worked        "dW[1][0, 1] = 1/7·(0.1·0.5 + … + 0.2·0.3) = 0.0123"
    part, layer   "forward", "cost" or "backward", and the layer l: 0 for all that stands before layer 1
    entry         the place in the array that is worked out, such as (0, 1)
    value         its number
    difference    the central finite difference of J there; None where J has a kink, and for what is no parameter's
    agrees        whether value and difference agree; None where there is no difference
    at_kink       whether J has a kink there, so that it has two slopes and no derivative
    """

    name: str
    equation: Text
    shapes: str
    worked: str
    part: str
    layer: int
    entry: tuple[int, ...]
    value: float
    difference: float | None = None
    agrees: bool | None = None
    at_kink: bool = False


class Work(NamedTuple):
    """How one quantity is worked out.

    text        of its equation, and ``v`` what the names in it are
    at          the entry of it that is worked out; () of what is one number
    equation    as it is said; None: the text on paper
    where       what a letter of it means
    shapes      of what meets; None: those of the arrays in the text
    entry       the place of the number in the whole array, where v holds a part of it
    g           what g[l] is in the text
    front       whether it stands before layer 1, where g′ is shown as its number
    """

    text: str | Tree
    v: Mapping[str, Any]
    at: tuple[int, ...]
    equation: Text | None = None
    where: Text = NOTHING
    shapes: str | None = None
    entry: tuple[int, ...] | None = None
    g: Activation | Head | None = None
    front: bool = False
