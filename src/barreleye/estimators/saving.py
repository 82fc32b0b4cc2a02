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
from typing import Any, TypeVar

import numpy as np

from ..files.description import HEADS, describe, describe_network, described, described_network
from ..files.model_file import check_shapes
from ..files.tensors import FileError, read_tensors, write_tensors
from ..nn.activations import ACTIVATIONS, Activation
from ..nn.heads import Head
from ..nn.initializers import He, Initializer, LeCun, Normal, Xavier, Zeros
from ..nn.optimizers import OPTIMIZERS, Optimizer
from ..nn.schedules import SCHEDULES, Schedule
from ..training.checkpoint import state_of as restored_state
from ..training.checkpoint import state_tensors
from ..training.members import apart, checked_seed
from .attributes import attributes_of, state_of
from .options import optimizer_of
from .outputs import link_name
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
    tensors, description = read_tensors(path, "estimator")
    try:
        if description["estimator"] != kind.__name__:
            raise FileError(f"{path} holds an {description['estimator']}: load it with {description['estimator']}.load")
        model: Any = kind(**{name: _restored(value) for name, value in description["parameters"].items()})
        state = restored_state(tensors, int(description["t"]))
        network = described_network(description["network"])
        for one in apart(state):
            check_shapes(network, one.parameters, one.averages)
        seed = description["seed"]
        model._seed = None if seed is None else checked_seed(seed)
        model.__dict__.update(attributes_of(state))
        model._network, model._rule = network, optimizer_of(model)
        model.n_features_in_ = int(description["n_features"])
        model._constants = tensors["X.constants"]
        if model._constants.shape != (model.n_features_in_,):
            raise FileError(f"{path} has constants of shape {model._constants.shape}, not ({model.n_features_in_},)")
        if description["feature_names"] is not None:
            model.feature_names_in_ = np.array(description["feature_names"], dtype=object)
        for name in NUMBERS:
            text = description["numbers"].get(name)
            value = None if text is None else float(text)
            setattr(model, name, int(value) if value is not None and name in WHOLE_NUMBERS else value)
        for name in CURVES:
            setattr(model, name, tensors[f"curves.{name}"].tolist() if f"curves.{name}" in tensors else None)
        if "y.mean" in tensors:
            model._y_mean, model._y_scale = tensors["y.mean"], tensors["y.scale"]
            model._labels = network.n[-1]
            for name in FITTED:
                setattr(model, name, bool(description["labels"][name]))
        else:
            model._labels = Labels.described(description["labels"])
            model.classes_ = model._labels.classes_
        model.n_layers_, model.n_outputs_, model.out_activation_ = network.L + 1, network.n[-1], link_name(network.head)
    except FileError:
        raise
    except (AttributeError, KeyError, IndexError, OverflowError, TypeError, ValueError) as error:
        raise FileError(f"{path} is not a whole estimator ({error!r}): restore it from a copy") from None
    return model


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
    """The parameter that ``_stored`` stored."""
    if not isinstance(value, dict):
        return value
    ((what, inner),) = value.items()
    if what == "float":
        return float(inner)
    if what in ("tuple", "list"):
        return (tuple if what == "tuple" else list)(_restored(item) for item in inner)
    if what == "dict":
        return {_restored(key): _restored(item) for key, item in inner}
    return described(inner, PARTS[what][1])
