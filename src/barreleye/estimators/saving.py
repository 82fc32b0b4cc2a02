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

from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.base import is_classifier
from sklearn.utils.validation import check_is_fitted

from ..data.table import Table
from ..data.targets import Targets
from ..files.form import steps
from ..files.model_file import flatten, members_of
from ..files.tensors import not_whole
from ..models.model import Model
from ..nn.arrays import Array
from ..nn.heads import Head
from ..nn.normalization import Averages
from ..nn.optimizers import OPTIMIZERS
from ..nn.validation import unfit
from ..training.checkpoint import state_of, state_tensors
from ..training.lbfgs import LBFGS
from ..training.members import checked_seed, each
from ..training.step import State
from .attributes import Fitted, History, Memory, attributes_of, fitted_of
from .filed import estimator_in, facts_of
from .labels import Labels, typed
from .outputs import head_for_labels
from .targets import Learnt, Numbers

CURVES = ("loss_curve", "validation_loss_curve", "validation_scores")
WHOLE_NUMBERS = ("n_iter", "t")

RULES: dict[str, Any] = {kind.__name__: kind for kind in (*OPTIMIZERS.values(), LBFGS)}

FORM = {"seed": (None, int, [int]), "solver": (None, str), "updates": int, "numbers": {str: str}, "dtypes": [str]}
"""What a file must say of a fit before one is made of it."""


def save(estimator: Any, path: str | Path) -> None:
    """Write a fitted MLPClassifier or MLPRegressor."""
    check_is_fitted(estimator)
    fitted = fitted_of(estimator)
    memory, learnt, named = fitted.memory, fitted.learnt, hasattr(estimator, "feature_names_in_")
    n_x = fitted.network.n_x
    names = [str(name) for name in estimator.feature_names_in_] if named else [f"x{i + 1}" for i in range(n_x)]
    history = {one.name: getattr(fitted.history, one.name) for one in fields(History)}
    arrays = {}
    if memory is not None:
        history |= {"since": memory.since, "factor": memory.factor}
        trained = state_tensors(State(fitted.parameters, memory.optimizer, Averages({}, {}), memory.t))
        arrays = {name: array for name, array in trained.items() if name.startswith("optimizer")}
    arrays |= {name: np.asarray(history[name], float) for name in CURVES if history[name] is not None}
    about = {
        **facts_of(estimator),
        "seed": fitted.seed,
        "solver": memory and memory.rule.__name__,
        "updates": memory.t if memory else 0,
        "numbers": {k: repr(float(v)) for k, v in history.items() if k not in CURVES and v is not None},
        "dtypes": [column.dtype.str for column in learnt.columns] if isinstance(learnt, Labels) else [],
    }
    model = Model(Table.plain(names), fitted.network, fitted.parameters, fitted.averages, learnt.targets)
    arrays = {f"estimator.{name}": array for name, array in {**arrays, "constants": fitted.constants}.items()}
    model.save(path, arrays, estimator=about)


def load(kind: type[Any], path: str | Path) -> Any:
    """Read a file that ``save`` wrote for an estimator of that kind."""
    estimator, model, file = estimator_in(path, kind, FORM)
    own, about = {n.removeprefix("estimator."): a for n, a in file.arrays.items()}, file.details["estimator"]
    try:
        fitted = _fit_of(model, own, about, is_classifier(estimator))
    except (TypeError, ValueError, OverflowError) as error:  # what each part says of numbers that it cannot have
        raise not_whole(path, "estimator", error) from None
    estimator.__dict__.update(attributes_of(fitted))
    return estimator


def _fit_of(model: Model, arrays: Mapping[str, Array], about: dict[str, Any], classifies: bool) -> Fitted:
    """What a fit had made. Raises TypeError, ValueError or OverflowError where the parts are not of one fit."""
    network, t = model.network, steps("updates", about["updates"])
    tensors = {**flatten("parameters", model.parameters), **flatten("averages", model.averages or Averages({}, {}))}
    state = state_of({**tensors, **{n: a for n, a in arrays.items() if n.startswith("optimizer")}}, t)
    members = members_of(model.parameters)
    seed = None if about["seed"] is None else checked_seed(about["seed"])
    if members != ((len(each(seed)),) if isinstance(seed, tuple) else ()):
        raise ValueError(unfit("seed", seed))
    constants = arrays.get("constants", np.zeros(0))
    if constants.shape != (network.n_x,) or len(model.table.inputs) != network.n_x:
        raise ValueError(unfit("constants.shape", constants.shape))
    numbers: dict[str, Any] = {name: float(text) for name, text in about["numbers"].items()}
    numbers |= {name: steps(name, int(numbers.get(name, 0))) for name in WHOLE_NUMBERS}
    since, factor = numbers.pop("since", 0.0), numbers.pop("factor", 1.0)
    for name in CURVES:
        if (curve := arrays.get(name)) is not None:
            if curve.ndim != 1:
                raise ValueError(unfit(name, curve.shape))
            numbers[name] = curve.tolist()
    rule = RULES.get(about["solver"])
    needed = 0 if rule in (None, LBFGS) else len(rule().init(np.zeros(1)))
    if any(len(slots) != needed for slots in state.optimizer.arrays()):
        raise ValueError(unfit("solver", about["solver"]))
    memory = None if rule is None else Memory(rule, state.optimizer, t, since, factor)
    learnt = learnt_of(model.targets, about["dtypes"], network.head, classifies)
    history = History(**numbers)
    return Fitted(learnt, constants, network, seed, model.parameters, model.averages, memory, history)


def learnt_of(targets: Targets, dtypes: list[str], head: Head, classifies: bool) -> Learnt:
    """Labels or numbers of which those are the targets. Raises TypeError or ValueError where there are none."""
    if classifies != bool(targets.classes) or len(dtypes) != len(targets.classes):
        raise ValueError(unfit("dtypes", dtypes))
    if not classifies:
        return Numbers(len(targets.names), targets.mean, targets.scale)
    head_for_labels(head, targets)
    columns = [typed(classes, dtype) for classes, dtype in zip(targets.classes, dtypes, strict=True)]
    kind = "multilabel-indicator" if targets.yes_or_no else "multiclass-multioutput"
    if len(columns) == 1:
        kind = "binary" if len(columns[0]) == 2 else "multiclass"
    labels = Labels(kind, tuple(columns)).behind(head, "")
    if (labels.coding, labels.targets.widths) != (targets.coding, targets.widths):
        raise ValueError(unfit("coding", targets.coding))
    return labels
