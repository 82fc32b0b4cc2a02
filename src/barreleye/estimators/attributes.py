"""An estimator's attributes, (n_in, n_out) as scikit-learn has them, and the library's Parameters: both ways.

The attributes are what counts: a user may set ``coefs_`` and the next prediction uses it. Those of several networks
have a leading axis: coefs_[i] is (n_members, n_in, n_out).
"""

from typing import Any

import numpy as np

from ..nn.arrays import Array
from ..nn.normalization import Averages
from ..nn.quantities import Parameters
from ..nn.structure import Network
from ..training.progress import Progress
from ..training.step import State


def attributes_of(state: State) -> dict[str, Any]:
    """A state's parameters and running averages as attributes: scikit-learn's two, and three of batch norm."""
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
    }


def attributes_after(progress: Progress) -> dict[str, Any]:
    """The attributes of an estimator as it is after this Progress."""
    return attributes_of(progress.state)


def parameters_of(model: Any, network: Network, dtype: Any = None) -> Parameters:
    """An estimator's coefs_ and intercepts_ as the library's Parameters, without a copy."""
    normalised = network.batch_norm_layers
    layers = range(1, network.L + 1)
    W = {l: np.asarray(model.coefs_[l - 1], dtype).mT for l in layers}
    b = {l: _column(model, "intercepts_", l, dtype) for l in layers}
    return Parameters(
        W,
        {l: b[l] for l in layers if l not in normalised},
        {l: _column(model, "batch_norm_scales_", l, dtype) for l in normalised},
        {l: b[l] for l in normalised},
    )


def averages_of(model: Any, network: Network, dtype: Any = None) -> Averages | None:
    """An estimator's running averages; None for a network without batch norm."""
    layers = network.batch_norm_layers
    if not layers:
        return None
    return Averages(
        {l: _column(model, "batch_norm_means_", l, dtype) for l in layers},
        {l: _column(model, "batch_norm_variances_", l, dtype) for l in layers},
    )


def _column(model: Any, attribute: str, l: int, dtype: Any) -> Array:
    """Layer l's numbers of that attribute as a column (n[l], 1), or one for each member."""
    members = np.shape(model.coefs_[l - 1])[:-2]
    return np.asarray(getattr(model, attribute)[l - 1], dtype).reshape(*members, -1, 1)
