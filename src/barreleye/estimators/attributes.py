"""An estimator's attributes, (n_in, n_out) as scikit-learn has them, and the library's State: both ways.

The attributes are the numbers: there is no second copy, so ``coefs_`` that a user sets by hand are what predicts, what
is saved and what training goes on from. Those of several networks have a leading axis: coefs_[i] is (k, n_in, n_out).
"""

from typing import Any, NamedTuple

import numpy as np

from ..nn.arrays import Array
from ..nn.normalization import Averages
from ..nn.quantities import Parameters
from ..nn.structure import Network
from ..training.progress import Progress
from ..training.step import State


class Memory(NamedTuple):
    """What training remembers beside the numbers: the optimizer's arrays, and the updates made."""

    optimizer: Parameters
    t: int


def attributes_of(state: State) -> dict[str, Any]:
    """A state as attributes: scikit-learn's two, three of batch norm, and the memory of training."""
    p, averages = state.parameters, state.averages
    layers = sorted(p.W)

    def rows(field: dict[int, Array]) -> list[Any]:
        return [np.array(field[l][..., 0]) if l in field else None for l in layers]

    return {
        "coefs_": [np.array(p.W[l].mT, order="C") for l in layers],
        "intercepts_": rows({**p.b, **p.beta}),
        "batch_norm_scales_": rows(p.gamma),
        "batch_norm_means_": rows(averages.mu),
        "batch_norm_variances_": rows(averages.sigma2),
        "_memory": Memory(state.optimizer, int(state.t)),
    }


def attributes_after(progress: Progress) -> dict[str, Any]:
    """The attributes of an estimator as it is after this Progress."""
    return attributes_of(progress.state)


def state_of(model: Any, network: Network, dtype: Any = None) -> State:
    """The State that the attributes tell: ``attributes_of`` backwards."""
    averages = averages_of(model, network, dtype) or Averages({}, {})
    return State(parameters_of(model, network, dtype), model._memory.optimizer, averages, model._memory.t)


def parameters_of(model: Any, network: Network, dtype: Any = None) -> Parameters:
    """An estimator's coefs_ and intercepts_ as the library's Parameters, without a copy.

    Raises ValueError, here as in ``averages_of``, for arrays of other shapes than the network's.
    """
    normalised = network.batch_norm_layers
    layers = range(1, network.L + 1)
    b = {l: _column(model, "intercepts_", network, l, dtype) for l in layers}
    return Parameters(
        {l: _numbers(model, "coefs_", l, (network.n[l - 1], network.n[l]), dtype).mT for l in layers},
        {l: b[l] for l in layers if l not in normalised},
        {l: _column(model, "batch_norm_scales_", network, l, dtype) for l in normalised},
        {l: b[l] for l in normalised},
    )


def averages_of(model: Any, network: Network, dtype: Any = None) -> Averages | None:
    """An estimator's running averages; None for a network without batch norm."""
    layers = network.batch_norm_layers
    if not layers:
        return None
    return Averages(
        {l: _column(model, "batch_norm_means_", network, l, dtype) for l in layers},
        {l: _column(model, "batch_norm_variances_", network, l, dtype) for l in layers},
    )


def _column(model: Any, attribute: str, network: Network, l: int, dtype: Any) -> Array:
    """Layer l's numbers of that attribute as a column (n[l], 1), or one for each member."""
    return _numbers(model, attribute, l, (network.n[l],), dtype)[..., None]


def _numbers(model: Any, attribute: str, l: int, shape: tuple[int, ...], dtype: Any) -> Array:
    """Layer l's floating-point numbers of that attribute, of that shape, or as many of it as there are members."""
    values = np.asarray(getattr(model, attribute)[l - 1], dtype)
    expected = (*np.shape(model.coefs_[0])[:-2], *shape)
    if values.shape != expected:
        raise ValueError(
            f"{attribute}[{l - 1}] has shape {values.shape} where the network's is {expected}: set it back"
        )
    return values if values.dtype.kind == "f" else values.astype(np.float64)
