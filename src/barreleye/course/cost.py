"""The cost as a function of the output A, and the outputs that it may come from: sigmoid, and tanh done right.

The library computes losses from Z, where log(0) cannot happen. These functions are only given A, so they go back to
Z = g^-1(A) first. A tanh output belongs to labels -1 and +1 and to another loss: see ``barreleye.nn.heads.TanhHead``.
"""

import warnings
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..nn.arrays import Array
from ..nn.heads import Head, SigmoidHead, TanhHead
from ..nn.network import cost
from ..nn.quantities import Parameters, Trace
from ..nn.structure import Network
from ..nn.validation import choose, misshapen
from ..words import NOTHING, catalogue
from .inputs import as_float, as_labels

SAY = catalogue("course")


@dataclass(frozen=True)
class Output:
    """An output layer for labels 0 and 1: its head, the A that stands for label 0 (1 stands for itself), and Z of A."""

    head: Head
    zero: float
    Z: Callable[[Array], Array]

    @property
    def threshold(self) -> float:
        """Predict 1 where A is above: halfway between the two labels."""
        return (self.zero + 1) / 2

    def labels(self, Y: Any, m: int) -> Array:
        """Labels 0 and 1 of m samples as the head takes them: 2Y - 1 for tanh."""
        Y = as_labels(Y, m)
        if self.zero == 0:
            return Y
        if Y.size and Y.min() < 0:
            raise ValueError(SAY["error.labels_of_tanh"].filled(Y=Y.min()))
        return self.zero + (1 - self.zero) * Y


def logit(A: Array) -> Array:
    """log(A / (1 - A)), the Z of which A is the sigmoid.

    >>> logit(np.array([0.5]))
    array([0.])
    """
    return np.log(A) - np.log1p(-A)


OUTPUTS: dict[str, Output] = {
    "sigmoid": Output(SigmoidHead(), 0.0, logit),
    "tanh": Output(TanhHead(), -1.0, np.arctanh),
}


def compute_cost(A2: Any, Y: Any, parameters: Any = None, *, output: str = "sigmoid") -> float:
    """J = -(1/m) sum over samples of [Y log A2 + (1 - Y) log(1 - A2)], for A2 and Y of one shape, (n_y, m).

    parameters    not used: editions of the planar exercise pass them, and this cost has no penalty
    output        what A2 is: "sigmoid", or "tanh" with P = (1 + A2)/2 in its place. Y holds 0 and 1 in both cases

    Where A2 is exactly 0 or 1 and the label agrees, the loss is 0. Where it does not agree the cost is infinite, and a
    RuntimeWarning says where. ``nn_model`` and ``L_layer_model`` compute it from Z and have no such case.

    Raises ValueError for different shapes, and for an A2 out of range: a tanh output in a sigmoid's place.

    >>> round(compute_cost([[0.8, 0.9, 0.4]], [[1, 1, 0]]), 6)
    0.279777
    """
    kind = choose("output", output, OUTPUTS)
    A = as_float("A2", A2)
    if A.ndim != 2 or A.size == 0:
        hint = SAY["hint.reshape"].filled(how=f"A2.reshape(1, {A.size})") if A.ndim == 1 else NOTHING
        raise ValueError(misshapen("A2", A, "(n_y, m)", hint))
    return cost_of_output(A, Y, kind, Network((1, A.shape[0]), head=kind.head), Parameters({}, {}, {}, {}))


def compute_cost_of_AL(AL: Any, Y: Any) -> float:
    """``compute_cost`` by the keywords that it has in the helper modules of deep networks.

    >>> round(compute_cost_of_AL(AL=[[0.8, 0.9]], Y=[[1, 1]]), 4)
    0.1643
    """
    return compute_cost(AL, Y)


def compute_cost_of_a3(a3: Any, Y: Any) -> float:
    """``compute_cost`` by the keywords that it has in the helper modules of the second course.

    >>> round(compute_cost_of_a3(a3=[[0.8, 0.9]], Y=[[1, 1]]), 4)
    0.1643
    """
    return compute_cost(a3, Y)


def cost_of_output(A: Array, Y: Any, kind: Output, network: Network, parameters: Parameters) -> float:
    """The network's cost, penalties included, from its output A[L] alone."""
    if (bad := out_of_range(A, kind)).any():
        i, j = np.argwhere(bad)[0]
        raise ValueError(f"A2[{i}, {j}] = {A[i, j]:g} {likely_mistake(A[bad], kind)}")
    Y = kind.labels(Y, A.shape[1])
    with np.errstate(divide="ignore"):
        Z = kind.Z(A)
    # A = 0 and A = 1 stand for any Z far out. 1e30 will do: where the label agrees its loss is exactly 0.
    Z_finite = np.clip(Z, -1e30, 1e30)
    # Of A[0] the cost only asks for the number of samples, which is the same in every layer.
    J = cost(network, parameters, Trace({network.L: Z_finite}, {0: A}, {}, {}, {}, {}, {}), Y)
    infinite = np.isinf(Z) & (A != Y)
    if not infinite.any():
        return float(J)
    i, j = (int(k) for k in np.argwhere(infinite)[0])
    warnings.warn(
        f"the cost is infinite: A2[{i}, {j}] is exactly {A[i, j]:g} and its label is {Y[i, j]:g}. The output has "
        "rounded to its limit; a cost computed from Z, as in nn_model, L_layer_model and barreleye.nn, stays finite",
        RuntimeWarning,
        stacklevel=3,
    )
    return float("inf")


def warn_of_range(A: Array, kind: Output, name: str = "A2") -> None:
    """A RuntimeWarning where a backward pass starts from an A[L] that no forward pass can have made."""
    if (bad := out_of_range(A, kind)).any():
        # No number in it: in a loop Python then shows it once.
        why = f"{name} {likely_mistake(A[bad], kind)} The gradients are computed from {name} all the same"
        warnings.warn(why, RuntimeWarning, stacklevel=3)


def out_of_range(A: Array, kind: Output) -> Array:
    """Where A is no output of that kind.

    >>> out_of_range(np.array([[0.5, 7.0]]), OUTPUTS["sigmoid"])
    array([[False,  True]])
    """
    return ~((kind.zero <= A) & (A <= 1))


def likely_mistake(bad: Array, kind: Output) -> str:
    """What is wrong with numbers that are no output of that kind."""
    if np.isnan(bad).any():
        return "is NaN: something before it overflowed, or the data hold NaN."
    outside = f"lies outside {kind.zero:g}..1"
    if kind.zero < 0 or bad.min() < -1 or bad.max() > 1:
        return f"{outside}: it is no output of {'tanh' if kind.zero < 0 else 'a sigmoid'}; is it Z, before g?"
    return (
        f"{outside}: it is no probability, and log A2 or log(1 - A2) has no value there. Is it the output of tanh? "
        "Cross-entropy on labels 0 and 1 needs a sigmoid output. The naive mixture gives a NaN cost, though its update "
        "A2 - Y may still learn something. A correct tanh output has labels -1 and +1 and takes the logistic of 2Z: "
        'pass output="tanh" here and to nn_model, or see barreleye.nn.heads.TanhHead.'
    )
