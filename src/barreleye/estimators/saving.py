"""Fitted estimators as files of ``models.model``: a model of plain numbers, with the estimator's parameters beside it.

>>> import tempfile
>>> import barreleye
>>> from barreleye.estimators import MLPClassifier
>>> model = MLPClassifier((4,), solver="lbfgs", random_state=0).fit([[0.0], [1.0], [2.0]], ["low", "low", "high"])
>>> with tempfile.TemporaryDirectory() as folder:
...     model.save(f"{folder}/model.safetensors")
...     print(MLPClassifier.load(f"{folder}/model.safetensors").predict([[2.5]]))
...     print(barreleye.load(f"{folder}/model.safetensors").predict({"x1": [2.5]}))
['high']
['high']
"""

import re
import warnings
from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path
from reprlib import repr as short
from typing import Any, TypeVar

import numpy as np
from sklearn.base import is_classifier
from sklearn.utils.validation import check_is_fitted

from ..data.table import Table
from ..data.targets import Targets
from ..files.description import HEADS, describe, described
from ..files.form import misfit, steps
from ..files.model_file import flatten, load_model, members_of
from ..files.tensors import RESTORE, FileError
from ..models.model import Model, model_in
from ..nn.activations import ACTIVATIONS, Activation
from ..nn.arrays import Array
from ..nn.heads import Head
from ..nn.initializers import He, Initializer, LeCun, Normal, Xavier, Zeros
from ..nn.normalization import Averages
from ..nn.optimizers import OPTIMIZERS, Optimizer
from ..nn.schedules import SCHEDULES, Schedule
from ..training.checkpoint import state_of, state_tensors
from ..training.members import checked_seed, each
from ..training.step import State
from .attributes import Fitted, History, Memory, attributes_of, fitted_of
from .options import optimizer_of
from .outputs import head_for_labels
from .targets import Labels, Learnt, Numbers, plain

Estimator = TypeVar("Estimator")

PARTS: dict[str, tuple[type[Any], dict[str, type[Any]]]] = {
    "activation": (Activation, ACTIVATIONS),
    "head": (Head, HEADS),
    "optimizer": (Optimizer, OPTIMIZERS),
    "schedule": (Schedule, SCHEDULES),
    "initializer": (Initializer, {"zeros": Zeros, "normal": Normal, "xavier": Xavier, "he": He, "lecun": LeCun}),
}
"""What a constructor's parameter may hold beside plain values: our own parts, by the names of their tables."""

CURVES = ("loss_curve", "validation_loss_curve", "validation_scores")
WHOLE_NUMBERS = ("n_iter", "t")
DTYPES = re.compile(r"[<>|](b1|[iu][1248]|f[248]|O|U\d+|[mM]8\[\d{0,9}(Y|M|W|D|h|m|s|ms|us|ns|ps|fs|as)\])")

FORM = {
    "parameters": {str: (str, int, bool, None, dict)},
    "named": bool,
    "seed": (None, int, [int]),
    "updates": int,
    "numbers": {str: str},
    "dtypes": [str],
}
"""What a file must say of an estimator before one is made of it."""


def save(estimator: Any, path: str | Path) -> None:
    """Write a fitted MLPClassifier or MLPRegressor."""
    check_is_fitted(estimator)
    fitted = fitted_of(estimator)
    memory, learnt, named = fitted.memory or Memory(), fitted.learnt, hasattr(estimator, "feature_names_in_")
    n_x = fitted.network.n[0]
    names = [str(name) for name in estimator.feature_names_in_] if named else [f"x{i + 1}" for i in range(n_x)]
    slots = fitted.parameters.map(lambda _: ()) if memory.optimizer is None else memory.optimizer
    trained = state_tensors(State(fitted.parameters, slots, Averages({}, {}), memory.t))
    history = {one.name: getattr(fitted.history, one.name) for one in fields(History)} | memory.of_the_rule
    arrays = {name: array for name, array in trained.items() if name.startswith("optimizer")}
    arrays |= {name: np.asarray(history[name], float) for name in CURVES if history[name] is not None}
    about = {
        "name": type(estimator).__name__,
        "parameters": {name: _stored(name, value) for name, value in estimator.get_params(deep=False).items()},
        "named": named,
        "seed": fitted.seed,
        "updates": memory.t,
        "numbers": {k: repr(float(v)) for k, v in history.items() if k not in CURVES and v is not None},
        "dtypes": [column.dtype.str for column in learnt.columns] if isinstance(learnt, Labels) else [],
    }
    model = Model(Table.plain(names), fitted.network, fitted.parameters, fitted.averages, learnt.targets)
    arrays = {f"estimator.{name}": array for name, array in {**arrays, "constants": fitted.constants}.items()}
    model.save(path, arrays, estimator=about)


def load(kind: type[Estimator], path: str | Path) -> Estimator:
    """Read a file that ``save`` wrote for an estimator of that kind."""
    file = load_model(path)
    if "estimator" not in file.details:
        raise FileError(f"{path} holds a model, and no estimator: barreleye.load reads it")
    about = file.details["estimator"]
    if wrong := misfit(about, {"name": str}, "estimator"):
        raise FileError(f"{path} has a damaged description ({wrong}): {RESTORE}")
    if about["name"] != kind.__name__:
        held = about["name"][:40]
        raise FileError(f"{path} was saved by a {held}: load it with {held}.load")
    if wrong := misfit(about, FORM, "estimator"):
        raise FileError(f"{path} has a damaged description ({wrong}): {RESTORE}")
    model = model_in(file, path)
    own = {name.removeprefix("estimator."): array for name, array in file.arrays.items()}
    try:
        estimator: Any = kind(**{name: _restored(value) for name, value in about["parameters"].items()})
        estimator._validate_params()
        fitted = _fit_of(model, own, about, optimizer_of(estimator), is_classifier(estimator))
    except (TypeError, ValueError, OverflowError) as error:  # what each part says of numbers that it cannot have
        raise FileError(f"{path} is not a whole estimator ({error}): {RESTORE}") from None
    estimator.__dict__.update(attributes_of(fitted))
    estimator.n_features_in_ = model.network.n[0]
    if about["named"]:
        estimator.feature_names_in_ = np.array(model.table.inputs, dtype=object)
    return estimator


def _fit_of(model: Model, arrays: Mapping[str, Array], about: dict[str, Any], rule: Any, classifies: bool) -> Fitted:
    """What a fit had made. Raises TypeError, ValueError or OverflowError where the parts are not of one fit."""
    network, t = model.network, steps("updates", about["updates"])
    tensors = {**flatten("parameters", model.parameters), **flatten("averages", model.averages or Averages({}, {}))}
    state = state_of({**tensors, **{n: a for n, a in arrays.items() if n.startswith("optimizer")}}, t)
    members = members_of(model.parameters)
    seed = None if about["seed"] is None else checked_seed(about["seed"])
    if members != ((len(each(seed)),) if isinstance(seed, tuple) else ()):
        raise ValueError(f"a seed of {seed} for the members {members}")
    constants = arrays.get("constants", np.zeros(0))
    if constants.shape != (network.n[0],) or len(model.table.inputs) != network.n[0]:
        raise ValueError(
            f"constants of shape {constants.shape}, columns {model.table.inputs}, and {network.n[0]} inputs"
        )
    numbers: dict[str, Any] = {name: float(text) for name, text in about["numbers"].items()}
    numbers |= {name: steps(name, int(numbers.get(name, 0))) for name in WHOLE_NUMBERS}
    since, factor = numbers.pop("since", 0.0), numbers.pop("factor", 1.0)
    for name in CURVES:
        if (curve := arrays.get(name)) is not None:
            if curve.ndim != 1:
                raise ValueError(f"{name} of shape {curve.shape}")
            numbers[name] = curve.tolist()
    slots = state.optimizer if any(len(one) for one in state.optimizer.arrays()) else None
    memory = Memory(slots, t, since, factor)
    learnt = learnt_of(model.targets, about["dtypes"], network.head, classifies)
    history = History(**numbers)
    return Fitted(learnt, constants, network, rule, seed, model.parameters, model.averages, memory, history)


def learnt_of(targets: Targets, dtypes: list[str], head: Head, classifies: bool) -> Learnt:
    """Labels or numbers of which those are the targets. Raises TypeError or ValueError where there are none.

    Text takes the room of its longest class, whatever the dtype says.
    """
    if classifies != bool(targets.classes) or len(dtypes) != len(targets.classes):
        raise ValueError(f"{len(targets.classes)} columns of classes, and {len(dtypes)} dtypes")
    if not classifies:
        return Numbers(len(targets.names), targets.mean, targets.scale)
    head_for_labels(head, targets)
    columns = []
    for classes, dtype in zip(targets.classes, dtypes, strict=True):
        if not DTYPES.fullmatch(dtype):
            raise ValueError(f"classes of dtype {dtype[:40]!r}")
        column = np.array(classes, dtype="U" if dtype[1] == "U" else dtype)
        if tuple(plain(column)) != classes or not np.array_equal(np.unique(column), column):
            raise ValueError(f"classes that are not {short(classes)}, sorted, of dtype {dtype[:40]}")
        columns.append(column)
    kind = "multilabel-indicator" if targets.yes_or_no else "multiclass-multioutput"
    if len(columns) == 1:
        kind = "binary" if len(columns[0]) == 2 else "multiclass"
    labels = Labels(kind, tuple(columns)).behind(head, "")
    if (labels.coding, labels.targets.widths) != (targets.coding, targets.widths):
        raise ValueError(f"targets coded as {targets.coding} for {head!r}")
    return labels


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
