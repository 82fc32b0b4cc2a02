"""Parameters that scikit-learn's constraints would name badly or not at all: what to pass instead is said here."""

from collections.abc import Sized
from typing import Any

from sklearn.utils._param_validation import InvalidParameterError

from ..nn.activations import Activation
from ..training.lbfgs import LBFGS
from .options import hidden_sizes

BY_LAYER = ("activation", "dropout", "batch_norm")
"""Parameters that take a list with one value for each hidden layer."""


def refuse_odd_parameters(options: Any) -> None:
    """Raise InvalidParameterError, a ValueError and a TypeError, for a class, a misplaced object or a list too short.

    >>> from barreleye import MLPClassifier
    >>> refuse_odd_parameters(MLPClassifier((8, 4), dropout=[0.1]))
    Traceback (most recent call last):
        ...
    sklearn.utils._param_validation.InvalidParameterError: dropout=[0.1] has 1 value(s), and hidden_layer_sizes=(8, 4) \
2 layer(s): pass one for each, or a single one for all
    """
    values = options.get_params(deep=False)
    for name, value in values.items():
        if isinstance(value, type):
            raise InvalidParameterError(f"{name}={value.__name__} is a class: pass an instance, {value.__name__}()")
    if isinstance(options.solver, LBFGS):
        raise InvalidParameterError(
            f"solver={options.solver!r}: pass solver='lbfgs', with its numbers as tol, max_fun and max_iter"
        )
    if isinstance(options.n_members, bool):
        raise InvalidParameterError(f"n_members={options.n_members} is no number of networks: pass 1, 2, ...")
    for name in BY_LAYER:
        value = values[name]
        if isinstance(value, Sized) and not isinstance(value, str | Activation):
            sizes = hidden_sizes(options.hidden_layer_sizes)
            if len(value) != len(sizes):
                raise InvalidParameterError(
                    f"{name}={value!r} has {len(value)} value(s), and "
                    f"hidden_layer_sizes={options.hidden_layer_sizes!r} {len(sizes)} layer(s): pass one for each, or a "
                    "single one for all"
                )
    if isinstance(options.activation, list | tuple):
        for g in options.activation:
            if not isinstance(g, str | Activation):
                raise InvalidParameterError(
                    f"activation={options.activation!r} holds {g!r}: name an activation for each layer, or pass an "
                    "instance of Activation"
                )
