"""The structure of a network: sizes, activations, head, and the options of each layer. It holds no weights."""

import math
import os
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby
from typing import Any, TypeVar

from .activations import Activation, activation
from .arrays import Array
from .front import Front
from .heads import Head, SoftmaxGroupsHead
from .heads import head as named_head
from .validation import SAY, count, must, nonnegative, share

Value = TypeVar("Value")


@dataclass(frozen=True, init=False)
class Network:
    """The structure of a fully connected network and the numbers that belong to its layers; no weights.

    n              (n[0], ..., n[L]): the input's size, then the units of each layer
    activations    g[1..L-1], by name or as Activation: one for all hidden layers, or one for each
    head           g[L] and the loss, by name or as Head
    batch_norm     whether layer l < L normalises Z[l] (such a layer has gamma and beta instead of b)
    keep_prob      the share of A[l], l < L, that inverted dropout keeps in training; None or 1: no dropout
    L2, L1         lambda of layer l: J gains lambda/(2m) sum W[l]^2, lambda/m sum |W[l]|; None or 0: none
    parametric     whether layer l < L learns how much of g it takes: A[l] = Z[l] + alpha[l] (g[l](Z[l]) - Z[l])
    ntk            whether W[l] is multiplied by n[l-1]^(-1/2) before it is used (Jacot et al. 2018, arXiv 1806.07572)
    front          what makes A[0], (n[0], m), of X: see ``Front``; None: A[0] is X itself

    The five between ``head`` and ``ntk`` take one value for all layers or a sequence with one for each. Dropout:
    Srivastava et al. (2014).

    Raises TypeError or ValueError that names the argument, its value and the range.

    >>> Network((2, 4, 4, 1), ["relu", "tanh"], "sigmoid", keep_prob=[0.8, 1])
    Network(2 - 4 relu, keep_prob 0.8 - 4 tanh - 1 sigmoid)
    """

    n: tuple[int, ...]
    activations: tuple[Activation, ...]
    head: Head
    batch_norm: tuple[bool, ...]
    keep_prob: tuple[float | None, ...]
    L2: tuple[float | None, ...]
    L1: tuple[float | None, ...]
    parametric: tuple[bool, ...]
    ntk: bool
    front: Front | None

    def __init__(
        self,
        n: Sequence[int],
        activations: str | Activation | Sequence[str | Activation] = "relu",
        head: str | Head = "sigmoid",
        *,
        batch_norm: bool | Sequence[bool] = False,
        keep_prob: float | Sequence[float | None] | None = None,
        L2: float | Sequence[float | None] | None = None,
        L1: float | Sequence[float | None] | None = None,
        parametric: bool | Sequence[bool] = False,
        ntk: bool = False,
        front: Front | None = None,
    ) -> None:
        try:
            listed = () if isinstance(n, str) else tuple(n)
        except TypeError:  # a single number
            listed = ()
        if len(listed) < 2:
            raise ValueError(must("n", n, SAY["expected.sizes"]))
        sizes = tuple(count(f"n[{l}]", size) for l, size in enumerate(listed))
        L = len(sizes) - 1
        hidden, all_layers = range(1, L), range(1, L + 1)
        set_field = object.__setattr__
        set_field(self, "n", sizes)
        set_field(self, "activations", per_layer("activations", activations, hidden, lambda _, g: activation(g)))
        set_field(self, "head", named_head(head))
        if isinstance(self.head, SoftmaxGroupsHead) and sum(self.head.sizes) != sizes[L]:
            raise ValueError(SAY["network.head_size"].filled(head=head, size=sum(self.head.sizes), L=L, n=sizes[L]))
        set_field(self, "batch_norm", per_layer("batch_norm", batch_norm, hidden, yes_or_no))
        set_field(self, "keep_prob", per_layer("keep_prob", keep_prob, hidden, unless(1.0, share)))
        set_field(self, "L2", per_layer("L2", L2, all_layers, unless(0.0, nonnegative)))
        set_field(self, "L1", per_layer("L1", L1, all_layers, unless(0.0, nonnegative)))
        set_field(self, "parametric", per_layer("parametric", parametric, hidden, yes_or_no))
        set_field(self, "ntk", yes_or_no("ntk", ntk))
        set_field(self, "front", front)
        if front is not None and not isinstance(front, Front):
            raise TypeError(must("front", front, SAY["expected.front"]))
        if front is not None and front.n_out != sizes[0]:
            raise ValueError(SAY["network.front_size"].filled(n=sizes[0], front=front))

    @cached_property
    def L(self) -> int:
        """The number of layers, the input not counted."""
        return len(self.n) - 1

    @cached_property
    def n_x(self) -> int:
        """The rows of X: those that the front takes, or n[0]."""
        return self.n[0] if self.front is None else self.front.n_x

    def shapes(self) -> dict[str, tuple[int, ...]]:
        """Of its parameters, by their names on paper: {"W[1]": (n[1], n[0]), ...}.

        >>> Network((2, 3, 1), batch_norm=True).shapes()
        {'W[1]': (3, 2), 'gamma[1]': (3, 1), 'beta[1]': (3, 1), 'W[2]': (1, 3), 'b[2]': (1, 1)}
        """
        n, found = self.n, dict[str, tuple[int, ...]]()
        for l in range(1, self.L + 1):
            found[f"W[{l}]"] = (n[l], n[l - 1])
            names = ["gamma", "beta"] if l in self.batch_norm_layers else ["b"]
            found |= {f"{name}[{l}]": (n[l], 1) for name in names + ["alpha"] * (l in self.parametric_layers)}
        fields = {} if self.front is None else self.front.shapes()
        return found | {f"{name}[{k}]": shape for name, each in fields.items() for k, shape in each.items()}

    @cached_property
    def g(self) -> dict[int, Callable[[Array], Array]]:
        """The activation of each layer: g[1..L-1], and the head's link as g[L]."""
        return dict(enumerate((*self.activations, self.head.link), start=1))

    @cached_property
    def dropout_layers(self) -> tuple[int, ...]:
        """The layers l whose A[l] loses units at random in training."""
        return tuple(l for l, keep in enumerate(self.keep_prob, start=1) if keep is not None)

    @cached_property
    def batch_norm_layers(self) -> tuple[int, ...]:
        """The layers l whose Z[l] is normalised."""
        return tuple(l for l, normalised in enumerate(self.batch_norm, start=1) if normalised)

    @cached_property
    def parametric_layers(self) -> tuple[int, ...]:
        """The layers l that learn how much of g[l] they take."""
        return tuple(l for l, learns in enumerate(self.parametric, start=1) if learns)

    @cached_property
    def layers_with_options(self) -> frozenset[int]:
        """The hidden layers with more between Z[l] and A[l] than g[l]: batch norm, a parametric activation, dropout."""
        return frozenset(self.dropout_layers + self.batch_norm_layers + self.parametric_layers)

    @cached_property
    def penalised_layers(self) -> tuple[int, ...]:
        """The layers l whose W[l] adds to the cost."""
        either = [L2 is not None or L1 is not None for L2, L1 in zip(self.L2, self.L1, strict=True)]
        return tuple(l for l, penalised in enumerate(either, start=1) if penalised)

    def __repr__(self) -> str:
        def name(part: Any, suffix: str = "") -> str:
            text = repr(part).removesuffix("()")
            return text if "(" in text else text.removesuffix(suffix).lower()

        layers = [str(self.n[0])] if self.front is None else [f"{self.n_x} - {self.n[0]}"]
        for l in range(1, self.L):
            text = f"{self.n[l]} {name(self.activations[l - 1])}"
            text += " parametric" * self.parametric[l - 1] + ", batch norm" * self.batch_norm[l - 1]
            keep = self.keep_prob[l - 1]
            layers.append(text if keep is None else f"{text}, keep_prob {keep:g}")
        runs = [(text, len(list(alike))) for text, alike in groupby(layers)]
        layers = [part for text, k in runs for part in ([f"{k} x ({text})"] if k > 2 else [text] * k)]
        penalties = "".join(
            f", {which}={values[0] if len(set(values)) == 1 else values}"
            for which, values in (("L2", self.L2), ("L1", self.L1))
            if any(value is not None for value in values)
        )
        penalties += ", ntk" * self.ntk
        return f"Network({' - '.join(layers)} - {self.n[-1]} {name(self.head, 'Head')}{penalties})"


def with_keep_prob(network: Network, keep_prob: Iterable[Any]) -> Network:
    """The network with other shares that dropout keeps, for the same layers; they may be traced numbers.

    >>> with_keep_prob(Network((1, 2, 1), keep_prob=0.5), [0.75])
    Network(1 - 2 relu, keep_prob 0.75 - 1 sigmoid)
    """
    other = object.__new__(Network)
    other.__dict__.update(network.__dict__, keep_prob=tuple(keep_prob))
    return other


def per_layer(what: str, value: Any, layers: range, checked: Callable[[str, Any], Value]) -> tuple[Value, ...]:
    """One checked value for each of the layers, from one value for all of them or a sequence with one for each.

    >>> per_layer("batch_norm", False, range(1, 3), lambda what, value: value)
    (False, False)
    """
    if isinstance(value, str) or not isinstance(value, Iterable):
        return tuple(checked(what, value) for _ in layers)
    values = tuple(value)
    if len(values) != len(layers):
        covered = SAY["network.layers"].filled(first=layers[0], last=layers[-1]) if layers else SAY["network.no_layer"]
        shown = {"here": len(values), "needed": len(layers), "covered": covered}
        raise ValueError(SAY["network.per_layer"].filled(what=what, value=value, **shown))
    return tuple(checked(f"{what} of layer {l}", v) for l, v in zip(layers, values, strict=True))


def unless(off: float, checked: Callable[[str, Any], float]) -> Callable[[str, Any], float | None]:
    """A check that maps the value which means "not used" to None: what is off is left out of the equations."""

    def check(what: str, value: Any) -> float | None:
        x = None if value is None else checked(what, value)
        return None if x == off else x

    return check


def yes_or_no(what: str, value: Any) -> bool:
    if value is True or value is False:
        return bool(value)
    raise TypeError(must(what, value, SAY["expected.truth"]))


def refuse_what_cannot_fit(network: Network, itemsize: int, networks: int = 1) -> None:
    """Raise MemoryError when the parameters alone, of so many networks, would not fit in this machine's memory."""
    n = network.n
    largest = max(range(1, network.L + 1), key=lambda l: n[l] * n[l - 1])
    needed = networks * itemsize * sum(map(math.prod, network.shapes().values()))
    try:
        memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, ValueError, OSError):  # not a POSIX system: let the allocation speak
        return
    if needed > memory:
        shown = {"n": n, "l": largest, "rows": n[largest], "columns": n[largest - 1], "networks": networks}
        text = SAY["network.memory_of_several" if networks > 1 else "network.memory"]
        raise MemoryError(text.filled(needed=needed / 2**30, memory=memory / 2**30, **shown))
