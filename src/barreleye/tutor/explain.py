"""The worked backward pass: every equation with its shapes, its numbers, and the finite difference that checks it."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from rich.console import Console

from ..course.inputs import as_float, samples
from ..course.parameters import from_dict
from ..nn.arrays import Array
from ..nn.network import backward, forward, initialize
from ..nn.quantities import Gradients, Parameters, Trace
from ..nn.shapes import check_weights, check_X
from ..nn.structure import Network
from ..nn.validation import choose, count, misshapen
from ..training.border import check_targets
from ..words import LANGUAGES, NOTHING, catalogue, language
from .explanation.page import Explanation
from .explanation.passes import Passes
from .explanation.steps import steps

SAY = catalogue("tutor_errors")


def explain(
    network: Network,
    parameters: Parameters | Mapping[str, Any],
    X: Any,
    Y: Any,
    *,
    sample: int | None = None,
    unit: int | Mapping[int, int] | None = None,
    weights: Any = None,
    lang: str | None = None,
    console: Console | None = None,
) -> Explanation:
    """Print a forward and a backward pass, worked out: what was computed, from which numbers, and whether it is right.

    Each equation comes with its shapes and, for one sample and one unit of each layer, its sum written out. Beside each
    derivative by a parameter (dW, db, dgamma, dE, ...) stands the central finite difference of the cost, which trusts
    no derivation. Of what stands before layer 1 each part is shown in one row: that of the input shown, or its first.

    parameters   as from ``initialize``, or the course's dictionary {"W1": ..., "b1": ...}
    X            (n_x, m), samples as columns; lists will do
    Y            (n[L], m); labels of any number type, and booleans
    sample       the column shown, 0 to m - 1; None: the first in which most layers have a unit with A and dZ not 0
    unit         the unit shown of every hidden layer; or {l: unit} by layer, 0 being the input A[0], L the output; of a
                 layer that is not named, the first unit with A and dZ not 0 in that sample
    weights      sample weights (1, m) or (m,); None: all 1
    lang         "en" or "zh"; None: the language of the locale
    console      the rich Console to print on; None: the terminal

    Dropout is off, as in prediction; batch norm takes the statistics of these samples, as in training. All is computed
    in float64. Returns the page as an Explanation, which holds every step: its equation, numbers, and verdict.

    Raises TypeError or ValueError for shapes that do not fit, labels that the head does not take, and a sample, unit or
    language that there is not.

    >>> from barreleye.nn.network import initialize
    >>> network = Network((2, 3, 1), "tanh")
    >>> X, Y = [[0.5, -1.0], [1.0, 0.25]], [[1, 0]]
    >>> found = explain(network, initialize(network, 0), X, Y, unit=1, console=Console(quiet=True))
    >>> found
    Explanation(13 steps; 4 of 4 derivatives agree)
    >>> found["dW[2]"].equation, found["dW[2]"].shapes
    ('dW[2] = (1/m) dZ[2] A[1]ᵀ', '(1, 2) (2, 3) → (1, 3)')
    """
    lang = choose("lang", lang or language(), {name: name for name in LANGUAGES})
    if not isinstance(network, Network):
        raise TypeError(SAY["raised.no_network"].filled(network=type(network).__name__))
    p = checked_parameters(network, parameters)
    X, Y, weights = checked_data(network, X, Y, weights)
    given = {} if unit is None else shown_units(network, unit)
    if sample is not None:
        sample = checked_index("sample", sample, X.shape[1], "the samples")
    trace = forward(network, p, X, weights=weights)
    gradients = backward(network, p, trace, Y, weights)
    passes = Passes(network, p, Y, weights, trace, gradients, *telling(trace, gradients, sample, given))
    explanation = Explanation(passes, tuple(steps(passes)), lang)
    (console or Console()).print(explanation)
    return explanation


def telling(
    trace: Trace, gradients: Gradients, sample: int | None, units: Mapping[int, int]
) -> tuple[int, dict[int, int]]:
    """The sample and {l: unit} to show, as far as they are not given: those whose numbers are not 0.

    A unit that ReLU has switched off passes nothing on, and a page about it would be a page of zeros.
    """
    lively = {l: np.asarray(A != 0) for l, A in trace.A.items()}
    for l, dZ in gradients.dZ.items():
        lively[l] &= np.asarray(dZ != 0)
    rows = {l: at[[units[l]]] if l in units else at for l, at in lively.items()}
    if sample is None:
        sample = int(np.sum([at.any(axis=0) for at in rows.values()], axis=0).argmax())
    return sample, {l: units.get(l, int(at[:, sample].argmax())) for l, at in sorted(lively.items())}


def checked_parameters(network: Network, parameters: Parameters | Mapping[str, Any]) -> Parameters:
    """The parameters as float64; ValueError where an array is missing, has another shape, or is not finite."""
    ours = initialize(network)
    if isinstance(parameters, Mapping):
        for l, W in ours.W.items():  # before the biases are held against a W of another shape
            check_shape(network, f"W{l}", np.shape(parameters.get(f"W{l}", W)), W.shape)
    given = from_dict(parameters) if isinstance(parameters, Mapping) else parameters
    if not isinstance(given, Parameters):
        kind = type(given).__name__
        raise TypeError(SAY["raised.no_parameters"].filled(kind=kind))
    named = given.named()
    for name, p in ours.named().items():
        array = as_float(name, choose("parameter", name, named))
        check_shape(network, name, array.shape, p.shape)
        if not np.isfinite(array).all():
            raise ValueError(SAY["raised.no_number"].filled(name=name))
    return ours.map(lambda _, p: np.array(p, np.float64), given)


def check_shape(network: Network, name: str, shape: tuple[int, ...], expected: tuple[int, ...]) -> None:
    if shape != expected:
        hint = SAY["raised.transpose"].filled(name=name) if shape == expected[::-1] and name[0] == "W" else NOTHING
        raise ValueError(
            SAY["raised.other_shape"].filled(name=name, shape=shape, expected=expected, network=network, hint=hint)
        )


def checked_data(network: Network, X: Any, Y: Any, weights: Any) -> tuple[Array, Array, Array | None]:
    """X (n_x, m), Y (n[L], m) and weights (1, m) or None as float64; ValueError that says what to do."""
    X, Y = as_float("X", X), as_float("Y", Y)
    if X.ndim == 2 and X.shape[1] == 0:
        raise ValueError(SAY["raised.no_sample"].filled(X=X))
    check_X(network, X)
    if Y.ndim == 1 and network.n[-1] == 1:
        Y = Y.reshape(1, -1)
    X, Y = (array.astype(np.float64) for array in samples(X, Y))
    if Y.shape[0] != network.n[-1]:
        hint = SAY["raised.one_hot"] if network.head.targets == "distributions" else NOTHING
        raise ValueError(misshapen("Y", Y, f"(n[L], m) = ({network.n[-1]}, {X.shape[1]})", hint))
    rows = "transposed " if network.head.targets == "distributions" else ""  # the error counts its rows
    check_targets(network.head, Y.T, network.n[-1], X.shape[1], np.float64, what=rows)
    if weights is None:
        return X, Y, None
    weights = as_float("weights", weights).astype(np.float64)
    weights = check_weights(X, weights.reshape(1, -1) if weights.ndim == 1 else weights)
    if not np.isfinite(weights).all() or weights.min() < 0 or not weights.any():
        raise ValueError(SAY["raised.odd_weights"])
    return X, Y, weights


def shown_units(network: Network, unit: int | Mapping[int, int]) -> dict[int, int]:
    """{l: the unit asked for} of the layers that are named; ValueError with the range of the layer it exceeds."""
    if isinstance(unit, Mapping):
        for l in unit:
            checked_index("unit's layer", l, network.L + 1, SAY["raised.of_layers"])
        chosen = dict(unit)
    else:
        chosen = dict.fromkeys(range(1, network.L), unit)
        if not chosen:
            raise ValueError(SAY["raised.no_hidden"].filled(unit=unit))
    of = {l: SAY["raised.of_units"].filled(l=l) for l in chosen} | {0: SAY["raised.of_inputs"]}
    return {l: checked_index("unit", u, network.n[l], of[l]) for l, u in chosen.items()}


def checked_index(what: str, value: Any, n: int, of: str) -> int:
    """``value`` as an index of n things; TypeError or ValueError with the range.

    >>> checked_index("sample", 7, 7, "the samples")
    Traceback (most recent call last):
        ...
    ValueError: sample=7 is out of range: the samples are 0 to 6
    """
    index = count(what, value, 0)
    if index >= n:
        raise ValueError(SAY["raised.out_of_range"].filled(what=what, index=index, of=of, n=n - 1))
    return index
