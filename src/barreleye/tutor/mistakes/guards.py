"""Where a mistake can be made: each guard gives v back, or raises ValueError where the mistake cannot be made."""

from ...nn.activations import Activation
from ..equations import Work


def of(kind: type[Activation] | tuple[type[Activation], ...], v: Work, l: int) -> Work:
    """v, where layer l has this kind of activation, or one of these."""
    if not isinstance(v.g[l], kind):
        raise ValueError(f"layer {l} has {v.g[l]!r}")
    return v


def output(v: Work, l: int) -> Work:
    """v, where l is the output layer."""
    if l != v.L:
        raise ValueError(f"layer {l} is hidden")
    return v


def hidden(v: Work, l: int) -> Work:
    """v, where l is a hidden layer."""
    if l == v.L:
        raise ValueError(f"layer {l} is the output")
    return v


def first(v: Work, l: int) -> Work:
    """v, where l is the first layer, whose input is X."""
    if l != 1:
        raise ValueError(f"A[{l - 1}] is not X")
    return v


def from_second(v: Work, l: int) -> Work:
    """v, where l is not the first layer, whose input is X anyway."""
    if l == 1:
        raise ValueError("A[0] is X")
    return v


def units(v: Work, l: int) -> Work:
    """v, where layer l has several units: a sum over the only one changes nothing."""
    if v.W[l].shape[0] == 1:
        raise ValueError(f"layer {l} has one unit")
    return v


def other(wrong: int, right: int) -> int:
    """The wrong number, where it is not the right one by chance."""
    if wrong == right:
        raise ValueError(f"both are {right}")
    return wrong
