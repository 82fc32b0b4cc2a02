"""What is worked out: a network with all that its two passes computed, and the steps that come of it."""

from collections.abc import Mapping
from dataclasses import dataclass

from ...nn.arrays import Array
from ...nn.heads import QuantilesHead
from ...nn.network import cost, forward
from ...nn.quantities import Gradients, Parameters, Trace
from ...nn.structure import Network
from .formulas import Values


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

    def dP(self, l: int) -> Array:
        """The derivative of m J by W[l] A[l-1]: dZ[l], where nothing divides that product."""
        return (self.gradients.dP or self.gradients.dZ)[l]

    def Z(self, l: int) -> Array:
        """What g[l] is of."""
        return (self.trace.Z_tilde if l in self.trace.Z_tilde else self.trace.Z)[l]

    def penalties(self, l: int) -> list[tuple[str, float]]:
        """The penalties of layer l and their lambdas, such as [("L2", 0.5)]."""
        both = (("L2", self.network.L2[l - 1]), ("L1", self.network.L1[l - 1]))
        return [(which, strength) for which, strength in both if strength is not None]

    def J(self, p: Parameters) -> float:
        """The cost at other parameters."""
        trace = forward(self.network, p, self.X, weights=self.weights)
        return float(cost(self.network, p, trace, self.Y, self.weights))

    def values(self, l: int, unit: int | None = None) -> Values:
        """What g[l] and the loss are of in the sample shown, and in the unit shown unless another is named."""
        trace, at, head = self.trace, (self.units[l] if unit is None else unit, self.sample), self.network.head
        values = Values(self.Z(l)[at], (trace.G if l in trace.G else trace.A)[l][at])
        if l < self.network.L:
            return values
        q = head.of_outputs(trace.Z[l])[at[0], 0] if isinstance(head, QuantilesHead) else 0.0
        return values._replace(y=head.smoothed(self.Y)[at], q=q)


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
    equation: str
    shapes: str
    worked: str
    part: str
    layer: int
    entry: tuple[int, ...]
    value: float
    difference: float | None = None
    agrees: bool | None = None
    at_kink: bool = False


@dataclass(frozen=True)
class Work:
    """How one quantity is worked out.

    shapes      of what meets and of what comes out
    numbers     the arithmetic of the entry shown
    equation    None: the one that the quantity is listed with by ``print(trace)`` and ``print(gradients)``
    where       what a letter of the equation means; "": it says all itself
    entry       the place shown of what belongs to a part before layer 1; None: that of the unit and the sample shown
    """

    shapes: str
    numbers: str
    equation: str | None = None
    where: str = ""
    entry: tuple[int, ...] | None = None
