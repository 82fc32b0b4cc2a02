"""Who learns a table beside TableClassifier and TableRegressor, each as its own documentation has it.

All are told the same of the columns: which are numbers, dates, names and texts, and which say nothing and are left out.
Those that take frames get pandas frames of them, with what is missing in its place. Each works in one thread.

    barreleye    TableClassifier, TableRegressor
    mlp          scikit-learn's MLP (256, 256, 256): imputed, standardised, one-hot
    trees        scikit-learn's HistGradientBoosting
    catboost     CatBoost: texts as cat_features, missing ones as texts of their own; dates as days
    skrub        skrub's tabular_pipeline, whose default is HistGradientBoosting for both tasks: dates and texts as well
    realmlp      pytabkit's RealMLP-TD: numbers imputed, with a column that says where; dates as days
"""

from collections.abc import Callable
from dataclasses import replace
from importlib.util import find_spec
from typing import Any, NamedTuple

import numpy as np

from barreleye.data.frame import Frame, Texts, as_texts
from barreleye.data.quantities import Date, Number
from barreleye.data.table import look

COVERAGE = 0.9


class Task(NamedTuple):
    """A table to learn: columns and target of all rows, y as places of classes or as numbers."""

    name: str
    frame: Frame
    target: str
    y: np.ndarray
    classes: bool


class Answers(NamedTuple):
    """To the test rows: probabilities (m, K), or numbers (m,).

    ends            between which numbers lie, as far as that is told: a share of ``COVERAGE`` of them, as they promise
    uncalibrated    the probabilities before they were calibrated, where they were
    """

    values: np.ndarray
    ends: tuple[np.ndarray, np.ndarray] | None = None
    uncalibrated: np.ndarray | None = None


class Peer(NamedTuple):
    """A contender: what tables call it, the package that it needs, and how it answers.

    run    (task, training rows, test rows, seed) -> answers
    """

    title: str
    package: str
    run: Callable[[Task, np.ndarray, np.ndarray, int], Answers]

    @property
    def installed(self) -> bool:
        return find_spec(self.package) is not None


def ours(task: Task, train: np.ndarray, test: np.ndarray, seed: int, **options: Any) -> Answers:
    """TableClassifier or TableRegressor, as it comes but for the options."""
    from barreleye import TableClassifier, TableRegressor

    if task.classes:
        model = TableClassifier(random_state=seed, **options).fit(rows_of(task, train), task.y[train])
        raw = replace(model.model_, calibrations=()).answer(rows_of(task, test)) if model.model_.calibrations else None
        answer = in_places(model, model.predict_proba(rows_of(task, test)), task)
        return Answers(answer, uncalibrated=None if raw is None else in_places(model, raw, task))
    model = TableRegressor(random_state=seed, **options).fit(rows_of(task, train), task.y[train])
    try:
        ends = model.predict_interval(rows_of(task, test), coverage=COVERAGE)
    except ValueError:  # the table has too few rows for such a promise
        ends = None
    return Answers(np.asarray(model.predict(rows_of(task, test))), ends)


def rows_of(task: Task, part: np.ndarray) -> dict[str, np.ndarray]:
    """The columns of some rows, as people have them."""
    chosen = task.frame.take(part)
    return {n: np.array([*c.levels, None])[c.codes] if isinstance(c, Texts) else c.values for n, c in chosen}


def in_places(model: Any, P: np.ndarray, task: Task) -> np.ndarray:
    """Probabilities (m, K) of all the task's classes, of a model that may have met fewer."""
    full = np.zeros((len(P), int(task.y.max()) + 1))
    full[:, model.classes_] = P
    return full


def columns_of(task: Task) -> tuple[dict[str, np.ndarray], dict[str, np.ndarray], dict[str, Texts]]:
    """By name the numbers and the dates as days since 1970 (NaN: missing), and the texts of all other columns.

    Columns that say nothing, the same or a name of its own in every row, are none of them.
    """
    numbers, days, texts = dict[str, np.ndarray](), dict[str, np.ndarray](), dict[str, Texts]()
    for name, found in look(task.frame).items():
        cells = task.frame[name]
        if found.kind == "number":
            numbers[name] = Number.fit(cells).numbers(cells)
        elif found.kind == "date":
            days[name] = Date.fit(cells, found.how).days(cells)
        elif found.kind in ("category", "truth", "text"):
            texts[name] = as_texts(cells)
    return numbers, days, texts


def arrays_of(task: Task) -> tuple[list[np.ndarray], list[np.ndarray]]:
    """For peers that take numbers alone: numbers and days, and the texts as codes (NaN: missing)."""
    numbers, days, texts = columns_of(task)
    codes = [np.where(cells.codes < 0, np.nan, cells.codes.astype(np.float64)) for cells in texts.values()]
    return [*numbers.values(), *days.values()], codes


def frame_of(task: Task, moments: bool = False) -> Any:
    """A pandas frame of the columns: numbers, dates as days or as moments, and texts; NaN, NaT and None are missing."""
    import pandas as pd

    numbers, days, texts = columns_of(task)
    dates = {name: pd.to_datetime(values, unit="D") for name, values in days.items()} if moments else days
    named = {n: pd.array(np.array([*c.levels, None], object)[c.codes], dtype="str") for n, c in texts.items()}
    columns = {**numbers, **dates, **named}
    return pd.DataFrame({name: columns[name] for name in task.frame.names if name in columns})


def mlp(task: Task, train: np.ndarray, test: np.ndarray, seed: int) -> Answers:
    """scikit-learn's MLP (256, 256, 256) with early stopping: imputed, standardised, one-hot; a scaled target."""
    from sklearn.compose import TransformedTargetRegressor, make_column_transformer
    from sklearn.impute import SimpleImputer
    from sklearn.neural_network import MLPClassifier, MLPRegressor
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import OneHotEncoder, StandardScaler

    numbers, categories = arrays_of(task)
    X, n = np.column_stack([*numbers, *categories]), len(numbers)
    coded = make_column_transformer(
        (make_pipeline(SimpleImputer(strategy="median"), StandardScaler()), list(range(n))),
        (OneHotEncoder(handle_unknown="ignore"), list(range(n, X.shape[1]))),
        sparse_threshold=0,
    )
    how: dict[str, Any] = {"hidden_layer_sizes": (256, 256, 256), "early_stopping": True, "random_state": seed}
    if task.classes:
        model = make_pipeline(coded, MLPClassifier(**how)).fit(X[train], task.y[train])
        return Answers(in_places(model, model.predict_proba(X[test]), task))
    scaled = TransformedTargetRegressor(MLPRegressor(**how), transformer=StandardScaler())
    return Answers(np.asarray(make_pipeline(coded, scaled).fit(X[train], task.y[train]).predict(X[test])))


def trees(task: Task, train: np.ndarray, test: np.ndarray, seed: int) -> Answers:
    """scikit-learn's HistGradientBoosting as it comes, categories as categories."""
    from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor

    numbers, categories = arrays_of(task)
    categories = [np.where(codes < 255, codes, np.nan) for codes in categories]
    X, n = np.column_stack([*numbers, *categories]), len(numbers)
    how: dict[str, Any] = {"categorical_features": list(range(n, X.shape[1])), "random_state": seed}
    if task.classes:
        model = HistGradientBoostingClassifier(**how).fit(X[train], task.y[train])
        return Answers(in_places(model, model.predict_proba(X[test]), task))
    return Answers(np.asarray(HistGradientBoostingRegressor(**how).fit(X[train], task.y[train]).predict(X[test])))


def catboost(task: Task, train: np.ndarray, test: np.ndarray, seed: int) -> Answers:
    """CatBoost as it comes. It takes NaN as a number, but a missing category must be a text."""
    from catboost import CatBoostClassifier, CatBoostRegressor

    X, names = frame_of(task), list(columns_of(task)[2])
    X[names] = X[names].fillna("")
    how: dict[str, Any] = {"cat_features": names, "random_seed": seed, "thread_count": 1}
    how |= {"verbose": False, "allow_writing_files": False}
    return learnt(CatBoostClassifier(**how) if task.classes else CatBoostRegressor(**how), X, task, train, test)


def skrub(task: Task, train: np.ndarray, test: np.ndarray, seed: int) -> Answers:
    """skrub's pipeline for any table, with its default of either task, HistGradientBoosting."""
    from skrub import tabular_pipeline

    model = tabular_pipeline("classification" if task.classes else "regression")
    model.set_params(**{f"{model.steps[-1][0]}__random_state": seed})
    return learnt(model, frame_of(task, moments=True), task, train, test)


def realmlp(task: Task, train: np.ndarray, test: np.ndarray, seed: int) -> Answers:
    """pytabkit's RealMLP-TD as it comes. It refuses NaN: the mean stands there, and a category beside it says so.

    That is how TabArena has it (github.com/autogluon/tabarena).
    """
    from pytabkit import RealMLP_TD_Classifier, RealMLP_TD_Regressor

    X = frame_of(task)
    for name in [*X.columns[X.isna().any()].intersection(list(X.select_dtypes("number")))]:
        gone = X[name].isna()
        X[f"{name} missing"] = gone.map({True: "yes", False: "no"})
        X[name] = X[name].fillna(X[name].iloc[train].mean())
    how: dict[str, Any] = {"random_state": seed, "device": "cpu", "n_threads": 1}
    return learnt(RealMLP_TD_Classifier(**how) if task.classes else RealMLP_TD_Regressor(**how), X, task, train, test)


def learnt(model: Any, X: Any, task: Task, train: np.ndarray, test: np.ndarray) -> Answers:
    """The answers of a model of scikit-learn's manner to the test rows of a frame, fitted on its training rows."""
    model.fit(X.iloc[train], task.y[train])
    if task.classes:
        return Answers(in_places(model, model.predict_proba(X.iloc[test]), task))
    return Answers(np.asarray(model.predict(X.iloc[test])))


OURS, YARDSTICK = "barreleye", "mlp"
PEERS: dict[str, Peer] = {
    OURS: Peer("barreleye", "barreleye", ours),
    YARDSTICK: Peer("MLP (256, 256, 256)", "sklearn", mlp),
    "trees": Peer("HistGradientBoosting", "sklearn", trees),
    "catboost": Peer("CatBoost", "catboost", catboost),
    "skrub": Peer("skrub", "skrub", skrub),
    "realmlp": Peer("RealMLP-TD", "pytabkit", realmlp),
}
"""By name; the first always takes part, and the second is what the others are compared with."""
