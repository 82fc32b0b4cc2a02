"""Tables of a folder: TableClassifier and TableRegressor beside scikit-learn's scaled MLP and its boosted trees.

Each is fitted on 80 % of the rows and judged on the others, over several seeds: of the split, and of what is random in
each of them. Peers get the columns that they can take: numbers, categories, and a date as days. Means over tables are
shifted geometric, exp(mean log(error + shift)), so that no table with large or tiny errors decides alone.
"""

import re
import sys
import time
import warnings
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from threadpoolctl import threadpool_limits

from barreleye.data import targets as of_targets
from barreleye.data.frame import Frame, Texts, as_texts
from barreleye.data.quantities import Date, Number
from barreleye.data.read import read
from barreleye.data.split import parts_of
from barreleye.data.table import look

SHIFT = 0.01
"""That errors and nRMSE are shifted by (RealMLP's choice; Holzmueller et al. 2024, arXiv 2407.04491, section 3)."""
TEST_SHARE = 0.2


class Task(NamedTuple):
    """A table to learn: columns and target of all rows, y as places of classes or as numbers."""

    name: str
    frame: Frame
    target: str
    y: np.ndarray
    classes: bool


Peer = Callable[[Task, np.ndarray, np.ndarray, int], np.ndarray]
"""(task, training rows, test rows, seed) -> probabilities (m, K), or numbers (m,)."""


def tables(folder: str | None, only: Sequence[str] = (), rows: int | None = None, seeds: int = 3) -> str:
    """Error and log-loss, or nRMSE, of each contender on each table, and their shifted geometric means."""
    if folder is None:
        sys.exit(
            "python -m benchmarks tables needs --folder: CSV files and a README.md or index.csv that names targets"
        )
    found: dict[tuple[str, str], dict[str, list[float]]] = {}
    lines = [f"### The tables of {folder}, {seeds} seeds", "", "| table | rows | measure | " + " | ".join(PEERS) + " |"]
    lines.append("|---|---:|---|" + "---:|" * len(PEERS))
    for name, target in targets_in(Path(folder)).items():
        if only and name not in only:
            continue
        task = task_of(Path(folder, f"{name}.csv"), target, rows)
        results = {peer: [judged(task, run, seed) for seed in range(seeds)] for peer, run in PEERS.items()}
        for measure in ("error", "log-loss") if task.classes else ("nRMSE",):
            cells = []
            for peer, each in results.items():
                values = [one[measure] for one in each if isinstance(one, dict)]
                failed = next((one for one in each if isinstance(one, str)), None)
                if failed is None:
                    found.setdefault((measure, peer), {})[name] = values
                cells.append(f"{np.mean(values):.4f} ± {np.std(values):.4f}" if failed is None else f"failed: {failed}")
            lines.append(f"| {name} | {len(task.y):,} | {measure} | " + " | ".join(cells) + " |")
        spent = (
            f"{np.mean([o['seconds'] for o in each if isinstance(o, dict)] or [np.nan]):.1f}"
            for each in results.values()
        )
        lines.append("| | | seconds | " + " | ".join(spent) + " |")
        print(lines[-2], file=sys.stderr, flush=True)
    return "\n".join([*lines, *summary(found), ""])


def summary(found: dict[tuple[str, str], dict[str, list[float]]]) -> list[str]:
    """The shifted geometric means over the tables on which no contender failed."""
    lines = []
    for measure in ("error", "log-loss", "nRMSE"):
        each = {peer: found.get((measure, peer), {}) for peer in PEERS}
        common = set.intersection(*(set(one) for one in each.values()))
        if common:
            means = [
                np.exp(np.mean([np.log(np.mean(one[n]) + SHIFT) for n in common])) - SHIFT for one in each.values()
            ]
            cells = " | ".join(f"**{mean:.4f}**" for mean in means)
            lines.append(f"| shifted geometric mean | {len(common)} tables | {measure} | {cells} |")
    return lines


def targets_in(folder: Path) -> dict[str, str]:
    """{table: target} by the folder's index.csv (name,target), or by its README.md: a row "| names | targets | ..."."""
    if (folder / "index.csv").exists():
        rows = [line.split(",") for line in (folder / "index.csv").read_text(encoding="utf-8").splitlines()[1:]]
        return {row[0].removesuffix(".csv"): row[1] for row in rows}
    found: dict[str, str] = {}
    for line in (folder / "README.md").read_text(encoding="utf-8").splitlines():
        cells = [re.split(r",\s*", cell.strip()) for cell in line.strip("|").split("|")]
        if line.startswith("|") and len(cells) > 1:
            names, targets = cells[0], cells[1] * len(cells[0]) if len(cells[1]) == 1 else cells[1]
            found |= {n: t for n, t in zip(names, targets, strict=False) if (folder / f"{n}.csv").exists()}
    return found


def task_of(path: Path, target: str, rows: int | None) -> Task:
    """The rows of a file that have a target, at most so many of them, drawn at random."""
    frame = read(path)[0]
    frame = frame.take(~of_targets.lacking(frame[target]))
    if rows and rows < frame.m:
        frame = frame.take(np.sort(np.random.default_rng(0).permutation(frame.m)[:rows]))
    fitted, _ = of_targets.fit(Frame({target: frame[target]}, frame.m))
    y = fitted.indices(frame) if fitted.classes else of_targets.numbers_of(frame[target], target)
    return Task(path.stem, frame.without([target]), target, y, bool(fitted.classes))


def judged(task: Task, run: Peer, seed: int) -> dict[str, float] | str:
    """The measures of one contender on one split; what went wrong, where it failed."""
    parts = parts_of(len(task.y), classes=task.y if task.classes else None, validation=False, seed=seed)
    y, started = task.y[parts.test], time.perf_counter()
    try:
        # One thread each: on a busy machine those of the trees wait for one another without end.
        with warnings.catch_warnings(), threadpool_limits(1):
            warnings.simplefilter("ignore")
            answer = run(task, parts.train, parts.test, seed)
    except Exception as error:  # a table that a peer cannot take is a finding, and no end of the others
        return f"{type(error).__name__}: {str(error)[:60]}".replace("|", "/").replace("\n", " ")
    seconds = time.perf_counter() - started
    if not task.classes:
        return {"nRMSE": float(np.sqrt(np.mean((y - answer) ** 2)) / task.y.std()), "seconds": seconds}
    chance = np.clip(answer[np.arange(len(y)), y], 1e-15, 1)
    return {
        "error": float((answer.argmax(axis=1) != y).mean()),
        "log-loss": float(-np.log(chance).mean()),
        "seconds": seconds,
    }


def ours(task: Task, train: np.ndarray, test: np.ndarray, seed: int) -> np.ndarray:
    """TableClassifier or TableRegressor, as it comes."""
    from barreleye import TableClassifier, TableRegressor

    def rows(part: np.ndarray) -> dict[str, np.ndarray]:
        chosen = task.frame.take(part)
        return {n: np.array([*c.levels, None])[c.codes] if isinstance(c, Texts) else c.values for n, c in chosen}

    if not task.classes:
        return np.asarray(TableRegressor(random_state=seed).fit(rows(train), task.y[train]).predict(rows(test)))
    model = TableClassifier(random_state=seed).fit(rows(train), task.y[train])
    return in_places(model, model.predict_proba(rows(test)), task)


def in_places(model: Any, P: np.ndarray, task: Task) -> np.ndarray:
    """Probabilities (m, K) of all the task's classes, of a model that may have met fewer."""
    full = np.zeros((len(P), int(task.y.max()) + 1))
    full[:, model.classes_] = P
    return full


def columns_of(task: Task) -> tuple[list[np.ndarray], list[np.ndarray]]:
    """A peer's columns: numbers (NaN: missing), and categories as codes (NaN: missing)."""
    numbers, categories = list[np.ndarray](), list[np.ndarray]()
    for name, found in look(task.frame).items():
        cells = task.frame[name]
        if found.kind == "number":
            numbers.append(Number.fit(cells).numbers(cells))
        elif found.kind == "date":
            numbers.append(Date.fit(cells, found.how).days(cells))
        elif found.kind in ("category", "truth", "text"):
            codes = as_texts(cells).codes.astype(np.float64)
            categories.append(np.where(codes < 0, np.nan, codes))
    return numbers, categories


def mlp(task: Task, train: np.ndarray, test: np.ndarray, seed: int) -> np.ndarray:
    """scikit-learn's MLP (256, 256, 256) with early stopping: imputed, standardised, one-hot; a scaled target."""
    from sklearn.compose import TransformedTargetRegressor, make_column_transformer
    from sklearn.impute import SimpleImputer
    from sklearn.neural_network import MLPClassifier, MLPRegressor
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import OneHotEncoder, StandardScaler

    numbers, categories = columns_of(task)
    X, n = np.column_stack([*numbers, *categories]), len(numbers)
    coded = make_column_transformer(
        (make_pipeline(SimpleImputer(strategy="median"), StandardScaler()), list(range(n))),
        (OneHotEncoder(handle_unknown="ignore"), list(range(n, X.shape[1]))),
        sparse_threshold=0,
    )
    how: dict[str, Any] = {"hidden_layer_sizes": (256, 256, 256), "early_stopping": True, "random_state": seed}
    if task.classes:
        model = make_pipeline(coded, MLPClassifier(**how)).fit(X[train], task.y[train])
        return in_places(model, model.predict_proba(X[test]), task)
    scaled = TransformedTargetRegressor(MLPRegressor(**how), transformer=StandardScaler())
    return np.asarray(make_pipeline(coded, scaled).fit(X[train], task.y[train]).predict(X[test]))


def trees(task: Task, train: np.ndarray, test: np.ndarray, seed: int) -> np.ndarray:
    """scikit-learn's HistGradientBoosting as it comes, categories as categories."""
    from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor

    numbers, categories = columns_of(task)
    categories = [np.where(codes < 255, codes, np.nan) for codes in categories]
    X, n = np.column_stack([*numbers, *categories]), len(numbers)
    how: dict[str, Any] = {"categorical_features": list(range(n, X.shape[1])), "random_state": seed}
    if task.classes:
        model = HistGradientBoostingClassifier(**how).fit(X[train], task.y[train])
        return in_places(model, model.predict_proba(X[test]), task)
    return np.asarray(HistGradientBoostingRegressor(**how).fit(X[train], task.y[train]).predict(X[test]))


PEERS: dict[str, Peer] = {"barreleye": ours, "MLP (256, 256, 256)": mlp, "HistGradientBoosting": trees}
