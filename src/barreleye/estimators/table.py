"""TableClassifier and TableRegressor: a table as it is, texts, dates and gaps included, by scikit-learn's conventions.

They are faces of ``models``: kinds of columns, encoders, training and the saved file are those of the command.
"""

import warnings
from abc import ABCMeta, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from itertools import chain
from numbers import Real
from pathlib import Path
from typing import Any, ClassVar, Self

import numpy as np
from sklearn.base import ClassifierMixin, RegressorMixin, _fit_context
from sklearn.exceptions import ConvergenceWarning
from sklearn.utils import check_array, check_random_state
from sklearn.utils._param_validation import StrOptions
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import (
    _check_sample_weight,
    _check_y,
    check_consistent_length,
    check_is_fitted,
    column_or_1d,
    validate_data,
)

from ..data.frame import Frame, Numbers, frame_of, is_frame
from ..data.read import open_files
from ..data.targets import Targets, Task
from ..files.tensors import FileError, not_whole
from ..models.entry import entered
from ..models.model import Model
from ..models.preparing import Prepared, prepare
from ..models.recipes import RECIPES
from ..models.record import beginning, outcome
from ..models.run import Settings, refitted
from ..models.scores import METRICS
from ..models.survey import surveyed
from ..models.worth import NOTHING
from ..nn.activations import ACTIVATIONS
from ..nn.arrays import Array
from ..nn.heads import QuantilesHead
from ..nn.optimizers import OPTIMIZERS
from ..nn.schedules import SCHEDULES
from ..training.divergence import DivergenceError
from ..training.interruption import listening
from ..training.progress import Progress, remember
from ..words import catalogue
from .class_weights import weights_of
from .filed import estimator_in, facts_of
from .labels import log_of, plain, typed
from .options import ABOVE_0, AT_LEAST_0, BELOW_1, DEVICES, ENGINES, FROM_1, Constructed, hidden_sizes, takes
from .rows import is_dictionaries, refuse_odd_targets

SAY = catalogue("estimators")

QUANTILES = QuantilesHead().quantiles
"""Of head="quantiles": nine numbers in ten lie between the outer ones."""


@dataclass(eq=False, repr=False, kw_only=True)
class BaseTable(Constructed, metaclass=ABCMeta):
    """A network for a table whose columns are numbers, categories, truth values, dates or free text, gaps and all.

    X is a pandas, polars or pyarrow frame, a dictionary of columns, a list of dictionaries, or an array. Each column's
    kind is recognised (``kinds_`` says as what, and why) and coded by what the training rows hold. Later frames must
    have the columns of the fit in their order, and no others, as scikit-learn has it; ``model_.predict`` and lists of
    dictionaries go by the names alone, and pass over others.

    kinds               {column: kind} where the recognised kind is not meant: "number", "category", "date", "truth",
                        "text", "identifier" or "constant"; the columns of an array are called x1, x2, ...
    missing             further texts or numbers that stand for a missing cell, such as -200 or "?"
    recipe              "tuned": RealMLP's, for 256 epochs of three layers of 256 units (``models/recipes.py``);
                        "tabm": TabM-mini's, eight networks with a body in common;
                        "plain": the network that the other parameters describe. None: "plain" where one of them from
                        hidden_layer_sizes to clip_norm is given, else "tuned". Whichever, what is given goes before
    metric              what counts: "log-loss" (None), "accuracy" or "auc" for classes, "rmse" (None) or "mae"
    hidden_layer_sizes, activation    of the network; plain: (64, 32), "relu"
    solver              "adam", "adamw", "gd" (plain), "momentum", "nesterov", "rmsprop" or "lbfgs"
    learning_rate       by schedule: "constant", "cosine", "one_cycle", "coslog4", ...
    learning_rate_init  None: the recipe's; plain: 0.003 for adam and adamw, else the solver's usual one
    alpha               lambda of the penalty lambda / (2m) sum W^2
    batch_size          rows in a step; "auto": the recipe's, in plain 32; None, and for lbfgs always: all of them
    n_iter_no_change    epochs without a better cost before it stops; plain: 30, tuned: all are made
    dropout, batch_norm, clip_norm    as for ``MLPClassifier``
    max_iter            epochs at most; None: 256, in plain 300
    early_stopping      set a fifth of the rows aside: they tell which epoch was best, whose parameters are kept
    n_members           networks trained at once, each with a seed of its own, whose mean answers; "auto": 8 up to 2,000
                        training rows, 4 up to 10,000, else 1, and in plain 1
    refit               train once more on all rows, for as many epochs as were best
    time_budget         seconds that a fit may take, about: fewer members, then fewer epochs
    random_state        of the rows that are set aside, starting weights, shuffles and dropout
    engine, device      as for ``MLPClassifier``

    The probabilities of classes are calibrated on the rows that early_stopping sets aside, if those are 50 or more.

    After a fit: ``model_`` (a ``barreleye.Model``: it answers without scikit-learn, and takes columns in any order),
    ``kinds_``, ``notes_`` (what was decided, in sentences), ``loss_curve_``, ``validation_loss_curve_``, ``n_iter_``,
    ``n_features_in_`` and ``feature_names_in_``. A row of weight 2 is one that is there twice, of weight 0 none.
    """

    kinds: Any = field(default=None, metadata=takes(Mapping, None))
    missing: Any = field(default=(), metadata=takes("array-like", str, Real))
    recipe: str | None = field(default=None, metadata=takes(StrOptions({*RECIPES}), None))
    metric: str | None = field(default=None, metadata=takes(StrOptions({*chain(*METRICS.values())}), None))
    hidden_layer_sizes: Any = field(default=None, metadata=takes("array-like", FROM_1, None))
    activation: str | None = field(default=None, metadata=takes(StrOptions({*ACTIVATIONS}), None))
    solver: str | None = field(default=None, metadata=takes(StrOptions({*OPTIMIZERS, "lbfgs"}), None))
    learning_rate: str | None = field(default=None, metadata=takes(StrOptions({*SCHEDULES}), None))
    learning_rate_init: float | None = field(default=None, metadata=takes(ABOVE_0, None))
    alpha: float | None = field(default=None, metadata=takes(AT_LEAST_0, None))
    batch_size: Any = field(default="auto", metadata=takes(FROM_1, StrOptions({"auto"}), None))
    n_iter_no_change: int | None = field(default=None, metadata=takes(FROM_1, None))
    dropout: float | None = field(default=None, metadata=takes(BELOW_1, None))
    batch_norm: bool | None = field(default=None, metadata=takes("boolean", None))
    clip_norm: float | None = field(default=None, metadata=takes(ABOVE_0, None))
    max_iter: int | None = field(default=None, metadata=takes(FROM_1, None))
    early_stopping: bool = field(default=True, metadata=takes("boolean"))
    n_members: Any = field(default="auto", metadata=takes(FROM_1, StrOptions({"auto"})))
    refit: bool = field(default=False, metadata=takes("boolean"))
    time_budget: float | None = field(default=None, metadata=takes(ABOVE_0, None))
    random_state: Any = field(default=None, metadata=takes("random_state"))
    engine: str = field(default="auto", metadata=takes(ENGINES))
    device: str = field(default="auto", metadata=takes(DEVICES))

    _task: ClassVar[Task]

    @abstractmethod
    def _columns(self, y: Any) -> list[Array]:
        """y's columns as numbers. Of classes, which are kept, their places."""

    def _named(self, targets: Targets) -> Targets:
        """The targets, classes by their own names in place of their numbers."""
        return targets

    def _restore(self, targets: Targets, dtypes: list[str]) -> None:
        """Keep of a file's targets what a fit keeps of y."""

    def _weights(self, y: Any, sample_weight: Array | None) -> Array | None:
        """Weights of rows, times class weights where a classifier has them."""
        return sample_weight

    @_fit_context(prefer_skip_nested_validation=True)
    def fit(self, X: Any, y: Any, sample_weight: Any = None) -> Self:
        """Fit to the rows of a table X and targets y (m,), or (m, n) for several targets at once.

        X may also be the path of a Parquet or CSV file, or of a folder of them, whose rows stay where they are and need
        not fit in the memory; y is the name of its target then, or a list of names, and sample_weight that of a column.

        Raises ValueError where no column is left to learn from, and for a y with one class alone or a gap.
        """
        if y is None:
            raise ValueError(SAY["error.no_y"].filled(name=type(self).__name__))
        seed = int(check_random_state(self.random_state).randint(2**31 - 1))
        settings = self._settings(seed)
        how: dict[str, Any] = {
            "task": self._task,
            "kinds": self.kinds,
            "marks": [str(one) for one in np.atleast_1d(np.asarray(self.missing, object)).tolist()],
            "quantiles": QUANTILES if getattr(self, "head", "") == "quantiles" else (),
            "hold_out": False,
            "validate": bool(self.early_stopping),
            "seed": seed,
            "dtype": settings.dtype,
            **settings.coding,
        }
        with listening(last_word=True):
            prepared = self._surveyed if isinstance(X, str | Path) else self._prepared
            ready = prepared(X, y, sample_weight, **how)
            progresses, again = list[Progress](), list[Progress]()
            settings, name = settings.within(ready), type(self).__name__
            with entered(lambda: beginning(ready, settings, ready.notes, name, "fit")) as ended:
                try:
                    for progress in settings.train(ready):
                        remember(progresses, progress)
                    if self.refit:
                        for progress in settings.again(ready, progresses[-1]):
                            remember(again, progress)
                except DivergenceError as error:
                    warnings.warn(error.said("learning_rate_init"), ConvergenceWarning, stacklevel=3)
                ended(lambda: outcome(ready, settings, progresses, NOTHING, again=again))
        model = refitted(ready.model(progresses[-1]), again)
        self.model_: Model = model if ready.stream else replace(model, targets=self._named(ready.targets))
        # The command's options have other names here.
        notes = [said.replace("--missing ", "missing=").replace("--drop it", "leave it out") for said in ready.notes]
        self.kinds_, self.notes_ = dict(ready.found), notes
        self.n_iter_ = max(1, round(progresses[-1].epoch))
        self.loss_curve_ = [float(one.measured.cost) for one in progresses]
        watched = [one.measured.validation_cost for one in progresses]
        self.validation_loss_curve_ = [float(J) for J in watched if J is not None] or None
        return self

    def _prepared(self, X: Any, y: Any, sample_weight: Any, **how: Any) -> Prepared:
        """The rows of X and y, as scikit-learn checks them; how: arguments of ``prepare``."""
        frame = self._frame(X, reset=True)
        refuse_odd_targets(self, y)
        check_consistent_length(range(frame.m), y)
        targets = self._columns(y)
        if sample_weight is not None:
            sample_weight = _check_sample_weight(sample_weight, targets[0], ensure_non_negative=True)
        weights = self._weights(y, sample_weight)
        names = getattr(y, "columns", None)
        if names is None:
            names = [getattr(y, "name", None) or "y"] if len(targets) == 1 else range(len(targets))
        columns = dict(frame.columns)
        names = [beside(columns, str(name), column) for name, column in zip(names, targets, strict=True)]
        weight = None if weights is None else beside(columns, "weight", weights)
        return prepare(Frame(columns, frame.m), names, weight=weight, **how)

    def _surveyed(self, X: str | Path, y: Any, sample_weight: Any, **how: Any) -> Prepared:
        """The rows of files, ready where they are; y and sample_weight name columns."""
        names = [y] if isinstance(y, str) else list(y)
        for what, name in (*(("y", name) for name in names), ("sample_weight", sample_weight)):
            if not isinstance(name, str) and (what == "y" or name is not None):
                raise TypeError(SAY["error.names_column"].filled(what=what, name=name, X=str(X)))
        class_weight = getattr(self, "class_weight", None)
        if class_weight not in (None, "balanced"):
            raise ValueError(SAY["error.class_weight_of_file"].filled(class_weight=class_weight))
        ready = surveyed(open_files(X), names, weight=sample_weight, balanced=class_weight is not None, **how)
        features = [name for name in ready.frame.names if name not in (*ready.targets.names, sample_weight)]
        self.n_features_in_, self.feature_names_in_ = len(features), np.array(features, object)
        self._restore(ready.targets, [np.array(classes).dtype.str for classes in ready.targets.classes])
        return ready

    def _settings(self, seed: int) -> Settings:
        """The constructor's parameters as a run takes them."""
        batch = self.batch_size
        return Settings(
            layers=None if self.hidden_layer_sizes is None else hidden_sizes(self.hidden_layer_sizes),
            activation=self.activation,
            optimizer=self.solver,
            rate=self.learning_rate_init,
            schedule=self.learning_rate,
            clip=self.clip_norm,
            epochs=whole(self.max_iter),
            batch=None if isinstance(batch, str) else int(batch or 0),
            patience=whole(self.n_iter_no_change) if self.early_stopping else None,
            l2=self.alpha,
            dropout=self.dropout,
            batch_norm=None if self.batch_norm is None else bool(self.batch_norm),
            members=None if isinstance(self.n_members, str) else int(self.n_members),
            seed=seed,
            engine=self.engine,
            device=self.device,
            recipe=self.recipe,
            metric=self.metric,
            time=self.time_budget,
            refit=bool(self.refit),
        )

    def _frame(self, X: Any, reset: bool = False) -> Frame:
        """X as a frame, checked as scikit-learn checks; columns of dictionaries go by their names in any order."""
        least = 3 if reset else 1
        if is_dictionaries(X):
            frame = frame_of(X)
            if reset:
                self.n_features_in_, self.feature_names_in_ = len(frame.names), np.array(frame.names, object)
            return frame
        if not is_frame(X):
            X = X.filled(np.nan) if isinstance(X, np.ma.MaskedArray) and X.dtype.kind == "f" else X
            X = check_array(X, dtype=None, ensure_all_finite=False, ensure_min_samples=least, estimator=self)
        validate_data(self, X, reset=reset, skip_check_array=True)
        frame = frame_of(X, () if reset else tuple(self.model_.table.encoders))
        if frame.m < least:  # a frame's, in check_array's words
            size, name = (frame.m, len(frame.names)), type(self).__name__
            raise ValueError(SAY["error.few_samples"].filled(frame=frame, size=size, least=least, name=name))
        return frame

    def _answered(self, X: Any) -> Any:
        """What the model answers: probabilities, a list of them for several columns of classes, or numbers."""
        check_is_fitted(self)
        return self.model_.answer(self._frame(X))

    def save(self, path: str | Path) -> None:
        """Write the model, which ``barreleye.load`` and ``barreleye predict`` read too, and the parameters beside it.

        A RandomState is left out with a warning.
        """
        check_is_fitted(self)
        classes = getattr(self, "classes_", [])
        dtypes = [column.dtype.str for column in (classes if isinstance(classes, list) else [classes])]
        self.model_.save(path, estimator={**facts_of(self), "dtypes": dtypes})

    @classmethod
    def load(cls, path: str | Path) -> Self:
        """Read what ``save`` wrote. Raises FileNotFoundError, or FileError for a damaged, foreign or newer file."""
        estimator, model, file = estimator_in(path, cls, {"dtypes": [str]})
        if model.targets.task != cls._task:
            raise FileError(SAY["error.other_task"].filled(path=path, model=model, cls=cls.__name__, task=cls._task))
        try:
            estimator._restore(model.targets, file.details["estimator"]["dtypes"])
        except (TypeError, ValueError, OverflowError) as error:
            raise not_whole(path, cls.__name__, error) from None
        estimator.model_ = model
        return estimator

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.allow_nan = tags.input_tags.categorical = tags.input_tags.string = True
        tags.target_tags.multi_output = True
        return tags


@dataclass(eq=False, repr=False, kw_only=True)
class TableClassifier(ClassifierMixin, BaseTable):
    """Classes from the columns of a table.

    class_weight    None, "balanced" or {class: weight}
    classes_        the sorted classes, a list of them for several columns of y

    >>> X = {"city": ["Oslo", "Turku", None, "Oslo"] * 10, "since": [f"{day}.3.2024" for day in range(1, 21)] * 2}
    >>> y = ["yes", "no", "no", "yes"] * 10
    >>> model = TableClassifier(random_state=0).fit(X, y)
    >>> {name: what.kind for name, what in model.kinds_.items()}
    {'city': 'category', 'since': 'date'}
    >>> model.score(X, y), model.predict({"since": ["1.4.2024"], "city": ["Oslo"]}).tolist()
    (1.0, ['yes'])
    """

    class_weight: Any = field(default=None, metadata=takes(StrOptions({"balanced"}), dict, list, None))

    _task: ClassVar[Task] = "classification"

    def predict(self, X: Any) -> Any:
        """The likeliest class of each row, (m,); of several columns of classes (m, n)."""
        P = self.predict_proba(X)
        if not isinstance(P, list):
            return self.classes_[P.argmax(axis=1)]
        answers = [classes[p.argmax(axis=1)] for classes, p in zip(self.classes_, P, strict=True)]
        mixed = len({answer.dtype.kind for answer in answers}) > 1
        return np.column_stack([answer.astype(object) for answer in answers] if mixed else answers)

    def predict_proba(self, X: Any) -> Any:
        """The probability of each class of ``classes_``, (m, K); a list of them for several columns of classes."""
        return self._answered(X)

    def predict_log_proba(self, X: Any) -> Any:
        """The logarithm of ``predict_proba``."""
        return log_of(self.predict_proba(X))

    def predict_set(self, X: Any, coverage: float = 0.9, by: str | None = None) -> Any:
        """Which of ``classes_`` (m, K) hold the right one together, with a probability of ``coverage`` at least.

        The likeliest class is in each set. Split conformal prediction by the rows that early stopping set aside. A list
        for several columns of classes. by: the name of a column of few values, for each of which it holds. ValueError
        without enough rows.
        """
        check_is_fitted(self)
        return self.model_.set(self._frame(X), coverage, by)

    def score(self, X: Any, y: Any, sample_weight: Any = None) -> float:
        """Accuracy: the share of rows whose class is right, in every column."""
        refuse_odd_targets(self, y)
        y_hat = self.predict(X)
        check_consistent_length(y, y_hat)
        right = (np.asarray(y).reshape(y_hat.shape) == y_hat).reshape(len(y_hat), -1).all(axis=1)
        return float(np.average(right, weights=sample_weight))

    def _columns(self, y: Any) -> list[Array]:
        columns = columns_in(y)
        for column in columns:
            check_classification_targets(column)
        found = [np.unique(column, return_inverse=True) for column in columns]
        for classes, _ in found:
            if len(classes) < 2:
                raise ValueError(SAY["error.one_class_of_y"].filled(classes=str(classes[0])))
        self.classes_ = found[0][0] if len(found) == 1 else [classes for classes, _ in found]
        return [places.astype(np.float64) for _, places in found]

    def _named(self, targets: Targets) -> Targets:
        classes = self.classes_ if isinstance(self.classes_, list) else [self.classes_]
        kept = [c[np.array(places, int)] for c, places in zip(classes, targets.classes, strict=True)]
        self.classes_ = kept[0] if len(kept) == 1 else kept  # a class that has no row of some weight is not there
        return replace(targets, classes=tuple(tuple(plain(column)) for column in kept))

    def _restore(self, targets: Targets, dtypes: list[str]) -> None:
        classes = [typed(column, dtype) for column, dtype in zip(targets.classes, dtypes, strict=True)]
        self.classes_ = classes[0] if len(classes) == 1 else classes

    def _weights(self, y: Any, sample_weight: Array | None) -> Array | None:
        weights: Array | None = weights_of(self.class_weight, y, sample_weight, np.float64)
        return weights


@dataclass(eq=False, repr=False, kw_only=True)
class TableRegressor(RegressorMixin, BaseTable):
    """Numbers from the columns of a table, in their own units.

    >>> X = {"size": [30.0, 45, None, 80, 120] * 20, "view": ["sea", "yard", "sea", "yard", "sea"] * 20}
    >>> y = [300.0, 350, 500, 550, 900] * 20
    >>> model = TableRegressor(max_iter=60, random_state=0).fit(X, y)
    >>> model.score(X, y) > 0.95, model.predict({"view": ["sea"], "size": [120.0]}).shape
    (True, (1,))

    head    "identity": the mean, by the squared error; "quantiles": the median, by the pinball losses of the quantiles
            0.05, 0.5 and 0.95, which make ``predict_interval`` as wide in each row as the numbers scatter there
    """

    head: str = field(default="identity", metadata=takes(StrOptions({"identity", "quantiles"})))

    _task: ClassVar[Task] = "regression"

    def predict(self, X: Any) -> Any:
        """The number of each row (m,), or (m, n) for several targets."""
        answer = self._answered(X)
        return answer[:, 0] if answer.shape[1] == 1 else answer

    def predict_interval(self, X: Any, coverage: float = 0.9, by: str | None = None) -> tuple[Array, Array]:
        """From where to where the number of each row lies with a probability of ``coverage`` at least, (m,) or (m, n).

        Split conformal prediction by the rows that early stopping set aside: by their errors; with several members by
        errors divided by the members' deviation in the row; with head="quantiles" by how far they lie beyond the
        quantiles. by: the name of a column of few values, for each of which it holds. ValueError without enough rows.
        """
        check_is_fitted(self)
        low, high = self.model_.interval(self._frame(X), coverage, by)
        return (low[:, 0], high[:, 0]) if low.shape[1] == 1 else (low, high)

    def _columns(self, y: Any) -> list[Array]:
        y = _check_y(y, multi_output=True, y_numeric=True, estimator=self)
        return [column.astype(np.float64) for column in columns_in(y)]


def whole(value: Any) -> int | None:
    """A whole number, if there is one."""
    return None if value is None else int(value)


def columns_in(y: Any) -> list[Array]:
    """The columns of y; with scikit-learn's warning, one for a single column that stands upright."""
    if hasattr(y, "columns") and len(y.columns) > 1:  # each of a type of its own
        return [np.asarray(y[name]) for name in y.columns]
    y = np.asarray(y)
    return list(y.T) if y.ndim == 2 and y.shape[1] > 1 else [column_or_1d(y, warn=True)]


def beside(columns: dict[str, Any], name: str, values: Array) -> str:
    """Put a column of numbers beside others, by that name or one like it that is free; and say by which."""
    while name in columns:
        name += "_"
    columns[name] = Numbers(values)
    return name
