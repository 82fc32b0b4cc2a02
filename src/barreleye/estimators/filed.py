"""What a file says of an estimator beside the model in it: its class, its constructor's parameters, its columns."""

import warnings
from collections.abc import Mapping
from pathlib import Path
from reprlib import repr as short
from typing import Any

import numpy as np

from ..files.description import HEADS, describe, described
from ..files.form import misfit
from ..files.model_file import Model as ModelFile
from ..files.model_file import load_model
from ..files.tensors import FileError, damaged, not_whole
from ..models.model import Model, model_in
from ..nn.activations import ACTIVATIONS, Activation
from ..nn.heads import Head
from ..nn.initializers import He, Initializer, LeCun, Normal, Xavier, Zeros
from ..nn.optimizers import OPTIMIZERS, Optimizer
from ..nn.schedules import SCHEDULES, Schedule
from ..words import NOTHING, catalogue

SAY = catalogue("estimators")

PARTS: dict[str, tuple[type[Any], dict[str, type[Any]]]] = {
    "activation": (Activation, ACTIVATIONS),
    "head": (Head, HEADS),
    "optimizer": (Optimizer, OPTIMIZERS),
    "schedule": (Schedule, SCHEDULES),
    "initializer": (Initializer, {"zeros": Zeros, "normal": Normal, "xavier": Xavier, "he": He, "lecun": LeCun}),
}
"""What a constructor's parameter may hold beside plain values: our own parts, by the names of their tables."""

FORM = {"name": str, "parameters": {str: (str, int, bool, None, dict)}, "named": bool}
"""What a file must say of any estimator."""


def facts_of(estimator: Any) -> dict[str, Any]:
    """Its class, its parameters, and whether its columns have names of their own.

    Raises TypeError for a part of the user's own. A RandomState and a function are left out with a warning.
    """
    return {
        "name": type(estimator).__name__,
        "parameters": {name: _stored(name, value) for name, value in estimator.get_params(deep=False).items()},
        "named": hasattr(estimator, "feature_names_in_"),
    }


def estimator_in(path: str | Path, kind: type[Any], form: Mapping[str, Any]) -> tuple[Any, Model, ModelFile]:
    """The estimator of a file, as it was constructed and with its columns; the model, and all that the file holds.

    form: what the file must say of such an estimator beside ``FORM``. Raises FileNotFoundError, or FileError for a
    file that holds none of that kind.
    """
    file, mine = load_model(path), kind.__name__
    facts = file.details.get("estimator", {"name": ""})
    wrong = misfit(facts, {"name": str}, "estimator")
    if not wrong and facts["name"] != mine:
        held = facts["name"][:40]
        other = SAY["error.by_another"].filled(held=held) if held else NOTHING
        raise FileError(SAY["error.other_estimator"].filled(path=path, mine=mine, other=other))
    if wrong := wrong or misfit(facts, {**FORM, **form}, "estimator"):
        raise damaged(path, wrong)
    model = model_in(file, path)
    try:
        estimator = kind(**{name: _restored(value) for name, value in facts["parameters"].items()})
        estimator._validate_params()
    except (TypeError, ValueError, OverflowError) as error:
        raise not_whole(path, "estimator", error) from None
    estimator.n_features_in_ = len(model.table.encoders)
    if facts["named"]:
        estimator.feature_names_in_ = np.array(list(model.table.encoders), dtype=object)
    return estimator, model, file


def _stored(name: str, value: Any) -> Any:
    """A constructor's parameter as a JSON value."""
    for part, (kind, table) in PARTS.items():
        if isinstance(value, kind):
            try:
                return {part: describe(value, table)}
            except TypeError as error:
                raise TypeError(SAY["error.unsaved"].filled(name=name, value=value, error=error)) from None
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
    warnings.warn(f"{name}={value!r} cannot be kept in a file: the loaded estimator has {name}=None", stacklevel=6)
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
    raise ValueError(SAY["error.odd_parameter"].filled(short=short(value)))
