"""Parameters that cannot be meant, refused by their names: odd ones, those without effect, another network's."""

from collections.abc import Sized
from dataclasses import fields
from typing import Any

import numpy as np
from sklearn.metrics import check_scoring
from sklearn.utils._param_validation import InvalidParameterError

from ..nn.activations import Activation
from ..nn.optimizers import Optimizer
from ..nn.schedules import SCHEDULES, Schedule
from ..nn.structure import Network
from ..training.lbfgs import LBFGS
from ..training.members import how_many
from ..words import catalogue
from .attributes import Fitted
from .options import LEARNING_RATES, RATES_OF_SGD, Options, hidden_sizes
from .outputs import link_name

SAY = catalogue("estimators")

BY_LAYER = ("activation", "dropout", "batch_norm")
"""Parameters that take a list with one value for each hidden layer."""

SPANNING = SCHEDULES.keys() - set(LEARNING_RATES)
"""Learning rates that are named after a schedule over all epochs of one fit."""


def refuse_odd_parameters(options: Options) -> None:
    """Raise InvalidParameterError, a ValueError and a TypeError, for a class, a misplaced object or a list too short.

    >>> from barreleye import MLPClassifier
    >>> refuse_odd_parameters(MLPClassifier((8, 4), dropout=[0.1]))
    Traceback (most recent call last):
        ...
    sklearn.utils._param_validation.InvalidParameterError: dropout=[0.1] has 1 value(s), and hidden_layer_sizes=(8, 4) \
2 layer(s): pass one for each, or a single one for all
    """
    for name, value in options.get_params(deep=False).items():
        if isinstance(value, type):
            raise InvalidParameterError(SAY["error.class_given"].filled(name=name, value=value.__name__))
    if isinstance(options.solver, LBFGS):
        raise InvalidParameterError(SAY["error.lbfgs_object"].filled(options=options))
    if isinstance(options.n_members, bool):
        raise InvalidParameterError(SAY["error.members"].filled(options=options))
    for name in BY_LAYER:
        value = getattr(options, name)
        if isinstance(value, Sized) and not isinstance(value, str | Activation):
            sizes = hidden_sizes(options.hidden_layer_sizes)
            if len(value) != len(sizes):
                raise InvalidParameterError(
                    SAY["error.by_layer"].filled(
                        name=name, value=value, here=len(value), options=options, layers=len(sizes)
                    )
                )
    if isinstance(options.activation, list | tuple):
        for g in options.activation:
            if not isinstance(g, str | Activation):
                raise InvalidParameterError(SAY["error.activations"].filled(options=options, g=g))


def refuse_endless(learning_rate: Any) -> None:
    """Raise AttributeError for partial_fit by a schedule that spans a fit: nobody knows how many calls will follow.

    >>> refuse_endless("cosine")
    Traceback (most recent call last):
        ...
    AttributeError: partial_fit is not available with learning_rate='cosine', which spans the epochs of one fit: pass \
a Schedule of known length, such as barreleye.nn.schedules.Cosine(steps=1000), counted in updates
    """
    if isinstance(learning_rate, str) and learning_rate in SPANNING:
        raise AttributeError(SAY["error.endless"].filled(learning_rate=learning_rate))


def refuse_what_has_no_effect(options: Options, validation: Any) -> None:
    """Raise ValueError for parameters beyond scikit-learn's that this fit would ignore."""
    if isinstance(options.solver, Optimizer):
        refuse_beside_an_optimizer(options)
    if options.learning_rate in RATES_OF_SGD and options.solver not in ("sgd", "adam", "lbfgs"):
        raise ValueError(SAY["error.rate_of_sgd"].filled(options=options))
    if isinstance(options.solver, str) and options.solver == "lbfgs":
        refuse_beside_lbfgs(options, validation)
    if not hidden_sizes(options.hidden_layer_sizes):
        for name in ("dropout", "batch_norm"):
            value = getattr(options, name)
            if np.any(value):
                raise ValueError(SAY["error.no_hidden"].filled(name=name, value=value))
    if options.scoring is not None:
        check_scoring(options, options.scoring)


def refuse_beside_an_optimizer(options: Options) -> None:
    """Raise ValueError for numbers of a named solver beside an Optimizer."""
    usual = {one.name: one.default for one in fields(options)}
    for name in ("momentum", "nesterovs_momentum", "beta_1", "beta_2", "epsilon", "weight_decay"):
        value = getattr(options, name)
        if value != usual[name]:
            raise ValueError(SAY["error.beside_optimizer"].filled(name=name, value=value, options=options))


def refuse_beside_lbfgs(options: Options, validation: Any) -> None:
    """Raise ValueError for what L-BFGS cannot heed."""
    rate = options.learning_rate
    asked = {
        "early_stopping": (options.early_stopping, "one_cost"),
        "X_val": (validation is not None, "no_epochs"),
        "learning_rate": (isinstance(rate, Schedule) or rate in SPANNING, "own_steps"),
        "clip_norm": (options.clip_norm is not None, "own_steps"),
        "weight_decay": (options.weight_decay, "no_decay"),
        "dropout": (np.any(options.dropout), "same_cost"),
    }
    for name, (given, why) in asked.items():
        if given:
            what = f"{name}={getattr(options, name)!r}" if hasattr(options, name) else name
            raise ValueError(SAY["error.beside_lbfgs"].filled(what=what, why=SAY[f"lbfgs.{why}"], name=name))


def refuse_another_network(options: Options, network: Network, before: Fitted) -> None:
    """Raise ValueError where parameters have changed since the first fit that would make another network."""
    fitted = before.network
    changes = {
        "n_members": (options.n_members, how_many(before.parameters) or 1),
        "hidden_layer_sizes": (network.n[1:-1], fitted.n[1:-1]),
        "batch_norm": (list(network.batch_norm), list(fitted.batch_norm)),
        "output_activation": (link_name(network.head), link_name(fitted.head)),
    }
    for name, (now, was) in changes.items():
        if now != was:
            raise ValueError(SAY["error.another"].filled(name=name, now=now, was=was))
