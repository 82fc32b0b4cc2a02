"""Fitted estimators as safe files: parameters by name and JSON values, numbers as safetensors, no pickle.

>>> import tempfile
>>> from barreleye.estimators import MLPClassifier
>>> model = MLPClassifier((4,), solver="lbfgs", random_state=0).fit([[0.0], [1.0], [2.0]], ["low", "low", "high"])
>>> with tempfile.TemporaryDirectory() as folder:
...     model.save(f"{folder}/model.safetensors")
...     print(MLPClassifier.load(f"{folder}/model.safetensors").predict([[2.5]]))
['high']
"""

import warnings
from pathlib import Path
from reprlib import repr as short
from typing import Any, TypeVar

import numpy as np
from sklearn.base import is_classifier

from ..files.description import HEADS, describe, describe_network, described, described_network
from ..files.form import misfit, steps
from ..files.model_file import check_arrays
from ..files.tensors import RESTORE, FileError, read_tensors, warn_of_non_finite, write_tensors
from ..nn.activations import ACTIVATIONS, Activation
from ..nn.heads import Head
from ..nn.initializers import He, Initializer, LeCun, Normal, Xavier, Zeros
from ..nn.optimizers import OPTIMIZERS, Optimizer
from ..nn.schedules import SCHEDULES, Schedule
from ..training.checkpoint import members_of, state_tensors
from ..training.checkpoint import state_of as restored_state
from ..training.members import checked_seed, each
from .attributes import attributes_of, state_of
from .options import optimizer_of
from .outputs import head_for_labels, link_name, units
from .targets import Labels

Estimator = TypeVar("Estimator")

PARTS: dict[str, tuple[type[Any], dict[str, type[Any]]]] = {
    "activation": (Activation, ACTIVATIONS),
    "head": (Head, HEADS),
    "optimizer": (Optimizer, OPTIMIZERS),
    "schedule": (Schedule, SCHEDULES),
    "initializer": (Initializer, {"zeros": Zeros, "normal": Normal, "xavier": Xavier, "he": He, "lecun": LeCun}),
}
"""What a constructor's parameter may hold beside plain values: our own parts, by the names of their tables."""

CURVES = ("loss_curve_", "validation_loss_curve_", "validation_scores_")
FITTED = ("_one_column", "_standardized")
WHOLE_NUMBERS = ("n_iter_", "t_", "_no_improvement_count")
NUMBERS = (*WHOLE_NUMBERS, "loss_", "best_loss_", "best_validation_score_", "_factor")

FORM = {
    "estimator": str,
    "parameters": {str: (str, int, bool, None, dict)},
    "network": {},
    "t": int,
    "seed": (None, int, [int]),
    "n_features": int,
    "feature_names": (None, [str]),
    "numbers": {str: str},
    "labels": {},
}
"""What the description must be before an estimator is made of it."""


def save(model: Any, path: str | Path) -> None:
    """Write a fitted MLPClassifier or MLPRegressor."""
    from sklearn.utils.validation import check_is_fitted

    check_is_fitted(model)
    state = state_of(model, model._network)
    tensors = {**state_tensors(state), "X.constants": model._constants}
    curves = {name: getattr(model, name) for name in CURVES}
    tensors |= {f"curves.{name}": np.asarray(curve, float) for name, curve in curves.items() if curve is not None}
    if hasattr(model, "_y_mean"):
        tensors |= {"y.mean": model._y_mean, "y.scale": model._y_scale}
    numbers = {name: getattr(model, name, None) for name in NUMBERS}
    names = getattr(model, "feature_names_in_", None)
    labels = model._labels
    description = {
        "estimator": type(model).__name__,
        "parameters": {name: _stored(name, value) for name, value in model.get_params(deep=False).items()},
        "network": describe_network(model._network),
        "t": state.t,
        "seed": model._seed,
        "n_features": int(model.n_features_in_),
        "feature_names": None if names is None else [str(name) for name in names],
        "numbers": {name: repr(float(value)) for name, value in numbers.items() if value is not None},
        "labels": labels.describe() if isinstance(labels, Labels) else {name: getattr(model, name) for name in FITTED},
    }
    write_tensors(path, "estimator", tensors, description)


def load(kind: type[Estimator], path: str | Path) -> Estimator:
    """Read a file that ``save`` wrote for an estimator of that kind."""
    tensors, description = read_tensors(path, "estimator", FORM)
    if description["estimator"] != kind.__name__:
        held = description["estimator"][:40]
        raise FileError(f"{path} holds an {held}: load it with {held}.load")
    try:
        model: Any = kind(**{name: _restored(value) for name, value in description["parameters"].items()})
        model._validate_params()
        _restore_fit(model, tensors, description)
    except (TypeError, ValueError, OverflowError) as error:  # what each part says of numbers that it cannot have
        raise FileError(f"{path} is not a whole estimator ({error}): {RESTORE}") from None
    warn_of_non_finite(
        path, {name: tensor for name, tensor in tensors.items() if not name.startswith(("curves.", "X."))}
    )
    return model


def _restore_fit(model: Any, tensors: dict[str, np.ndarray], description: dict[str, Any]) -> None:
    """Set what a fit had set. Raises TypeError, ValueError or OverflowError where the parts are not of one fit."""
    state = restored_state(tensors, steps("t", description["t"]))
    network = described_network(description["network"])
    members = members_of(state.parameters)
    check_arrays(network, state.parameters, state.averages, members=members)
    seed, names = description["seed"], description["feature_names"]
    model._seed = None if seed is None else checked_seed(seed)
    if members != ((len(each(model._seed)),) if isinstance(model._seed, tuple) else ()):
        raise ValueError(f"a seed of {seed} for the members {members}")
    if description["n_features"] != network.n[0] or len(names or range(network.n[0])) != network.n[0]:
        raise ValueError(f"{description['n_features']} features, {len(names or ())} of them named, of {network.n[0]}")
    model.__dict__.update(attributes_of(state))
    model._network, model._rule = network, optimizer_of(model)
    model._constants = tensors.get("X.constants", np.zeros(0))
    if model._constants.shape != (network.n[0],):
        raise ValueError(f"constants of shape {model._constants.shape} for {network.n[0]} features")
    model.n_features_in_ = network.n[0]
    if names is not None:
        model.feature_names_in_ = np.array(names, dtype=object)
    for name in NUMBERS:
        text = description["numbers"].get(name)
        value = None if text is None else float(text)
        setattr(model, name, steps(name, int(value)) if value is not None and name in WHOLE_NUMBERS else value)
    for name in CURVES:
        curve = tensors.get(f"curves.{name}")
        if curve is not None and curve.ndim != 1:
            raise ValueError(f"{name} of shape {curve.shape}")
        setattr(model, name, None if curve is None else curve.tolist())
    if is_classifier(model):
        model._labels = Labels.described(description["labels"])
        model.classes_ = model._labels.classes_
        head_for_labels(network.head, model._labels)
        needed = units(network.head, model._labels)
    else:
        if wrong := misfit(description["labels"], dict.fromkeys(FITTED, bool)):
            raise ValueError(wrong)
        for name in FITTED:
            setattr(model, name, description["labels"][name])
        model._labels = network.n[-1]
        model._y_mean, model._y_scale = (tensors.get(f"y.{name}", np.zeros(())) for name in ("mean", "scale"))
        if {model._y_mean.shape, model._y_scale.shape} != {(network.n[-1],)} or not (model._y_scale != 0).all():
            raise ValueError(f"a mean and a scale of y of shapes {model._y_mean.shape}, {model._y_scale.shape}")
        needed = 1 if model._one_column else network.n[-1]
    if needed != network.n[-1]:
        raise ValueError(f"targets of {needed} columns for {network.n[-1]} outputs")
    model.n_layers_, model.n_outputs_, model.out_activation_ = network.L + 1, network.n[-1], link_name(network.head)


def _stored(name: str, value: Any) -> Any:
    """A constructor's parameter as a JSON value."""
    for part, (kind, table) in PARTS.items():
        if isinstance(value, kind):
            try:
                return {part: describe(value, table)}
            except TypeError as error:
                raise TypeError(f"{name}={value!r} cannot be saved: {error}") from None
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, float):
        return {"float": repr(value)}
    if isinstance(value, str | int | bool) or value is None:
        return value
    if isinstance(value, list | tuple | np.ndarray):
        return {"tuple" if isinstance(value, tuple) else "list": [_stored(name, item) for item in value]}
    if isinstance(value, dict):
        return {"dict": [[_stored(name, key), _stored(name, item)] for key, item in value.items()]}
    warnings.warn(f"{name}={value!r} cannot be kept in a file: the loaded estimator has {name}=None", stacklevel=5)
    return None


def _restored(value: Any) -> Any:
    """The parameter that ``_stored`` stored; TypeError or ValueError for anything else."""
    match value:
        case None | str() | int():
            return value
        case {"float": str(text)}:
            return float(text)
        case {"tuple": list(items)}:
            return tuple(map(_restored, items))
        case {"list": list(items)}:
            return list(map(_restored, items))
        case {"dict": list(pairs)} if not misfit(pairs, [list]):
            return {_restored(key): _restored(item) for key, item in pairs}
    for part, (_, table) in PARTS.items():
        if not misfit(value, {part: {}}):
            return described(value[part], table)
    raise ValueError(f"a parameter that is {short(value)}")
