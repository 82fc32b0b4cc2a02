"""Parameters that do not go together, or not with what was fitted before, refused by their names."""

from inspect import signature
from typing import Any

import numpy as np
from sklearn.metrics import check_scoring

from ..nn.optimizers import Optimizer
from ..nn.schedules import SCHEDULES, Schedule
from ..nn.structure import Network
from ..training.members import how_many
from .attributes import parameters_of
from .options import LEARNING_RATES, RATES_OF_SGD, hidden_sizes, yes_or_no
from .outputs import link_name

SPANNING = SCHEDULES.keys() - set(LEARNING_RATES)
"""Learning rates that are named after a schedule over all epochs of one fit."""


def refuse_endless(learning_rate: Any) -> None:
    """Raise AttributeError for partial_fit by a schedule that spans a fit: nobody knows how many calls will follow.

    >>> refuse_endless("cosine")
    Traceback (most recent call last):
        ...
    AttributeError: partial_fit is not available with learning_rate='cosine', which spans the epochs of one fit: pass \
a Schedule of known length, such as barreleye.nn.schedules.Cosine(steps=1000), counted in updates
    """
    if isinstance(learning_rate, str) and learning_rate in SPANNING:
        raise AttributeError(
            f"partial_fit is not available with learning_rate={learning_rate!r}, which spans the epochs of one fit: "
            "pass a Schedule of known length, such as barreleye.nn.schedules.Cosine(steps=1000), counted in updates"
        )


def refuse_what_has_no_effect(options: Any, validation: Any) -> None:
    """Raise ValueError for parameters beyond scikit-learn's that this fit would ignore."""
    if isinstance(options.solver, Optimizer):
        refuse_beside_an_optimizer(options)
    if options.learning_rate in RATES_OF_SGD and options.solver not in ("sgd", "adam", "lbfgs"):
        raise ValueError(
            f"learning_rate={options.learning_rate!r} is for solver='sgd' and has no effect on "
            f"solver={options.solver!r}: name a schedule, such as 'inverse_time' or 'cosine', or leave it out"
        )
    if isinstance(options.solver, str) and options.solver == "lbfgs":
        refuse_beside_lbfgs(options, validation)
    if not hidden_sizes(options.hidden_layer_sizes):
        for name in ("dropout", "batch_norm"):
            value = getattr(options, name)
            if np.any(value):
                raise ValueError(f"{name}={value!r} is for hidden layers, and hidden_layer_sizes=() has none")
    if options.scoring is not None:
        check_scoring(options, options.scoring)


def refuse_beside_an_optimizer(options: Any) -> None:
    """Raise ValueError for numbers of a named solver beside an Optimizer."""
    usual = signature(type(options)).parameters
    for name in ("momentum", "nesterovs_momentum", "beta_1", "beta_2", "epsilon", "weight_decay"):
        value = getattr(options, name)
        if name in usual and value != usual[name].default:
            raise ValueError(
                f"{name}={value!r} has no effect on solver={options.solver!r}, which has numbers of its own: "
                "set them there"
            )


def refuse_beside_lbfgs(options: Any, validation: Any) -> None:
    """Raise ValueError for what L-BFGS cannot heed."""
    rate = options.learning_rate
    asked = {
        "early_stopping": (options.early_stopping, "minimises one cost over all rows"),
        "X_val": (validation is not None, "has no epochs to watch"),
        "learning_rate": (isinstance(rate, Schedule) or rate in SPANNING, "chooses its own step lengths"),
        "clip_norm": (options.clip_norm is not None, "chooses its own step lengths"),
        "weight_decay": (options.weight_decay, "has no steps of its own to decay in"),
        "dropout": (np.any(options.dropout), "needs the same cost at every step"),
    }
    for name, (given, why) in asked.items():
        if given:
            what = f"{name}={getattr(options, name)!r}" if hasattr(options, name) else name
            raise ValueError(
                f"{what} has no effect on solver='lbfgs', which {why}: use solver='adam', or leave {name} out"
            )


def refuse_another_network(model: Any) -> None:
    """Raise ValueError where parameters have changed since the first fit that would make another network."""
    fitted: Network = model._network
    asked = yes_or_no(model.batch_norm)
    changes = {
        "n_members": (model.n_members, how_many(parameters_of(model, fitted)) or 1),
        "hidden_layer_sizes": (hidden_sizes(model.hidden_layer_sizes), fitted.n[1:-1]),
        "batch_norm": ([asked] * (fitted.L - 1) if isinstance(asked, bool) else list(asked), list(fitted.batch_norm)),
        "output_activation": (link_name(model._head), link_name(fitted.head)),
    }
    for name, (now, before) in changes.items():
        if now != before:
            raise ValueError(
                f"{name}={now!r}, but the fit to go on from has {before!r}: set it back, or fit anew with "
                "warm_start=False"
            )
