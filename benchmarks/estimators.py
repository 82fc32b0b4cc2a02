"""MLPClassifier against scikit-learn's at the same settings: seconds of a fit, and held-out accuracy beside them."""

import statistics
import time
import warnings
from typing import Any

import numpy as np
import sklearn.neural_network
from sklearn.datasets import load_breast_cancer, make_classification
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import StandardScaler

import barreleye

CASES = (
    # rows, features, hidden layers, epochs (None: until it has converged)
    (569, 30, (100,), None),
    (20_000, 30, (100,), 100),
    (20_000, 30, (256, 256, 256), 20),
    (20_000, 784, (512, 512), 10),
)


def estimators(seeds: int = 5) -> str:
    """A line for each case and dtype: medians over the seeds, both classifiers in turn, the first fit apart."""
    lines = [
        "### MLPClassifier beside scikit-learn's: seconds of a fit, held-out accuracy",
        "",
        "| rows, features, layers | dtype | ours | first fit | theirs | times ours (min - max) | accuracy | theirs |",
        "|---|---|---:|---:|---:|---:|---:|---:|",
    ]
    for m, n_x, layers, epochs in CASES:
        for dtype in (np.float32, np.float64):
            lines.append(line(m, n_x, layers, epochs, dtype, seeds))
    return "\n".join(lines) + "\n"


def line(m: int, n_x: int, layers: tuple[int, ...], epochs: int | None, dtype: Any, seeds: int) -> str:
    """One row of the table."""
    X, y = data(m, n_x)
    rows = train_test_split(X.astype(dtype), y, test_size=0.2, random_state=0, stratify=y)
    options: dict[str, Any] = {"max_iter": 200} if epochs is None else {"max_iter": epochs, "n_iter_no_change": 10**6}
    first, _ = fit(barreleye.MLPClassifier, rows, layers, options, 0)
    ours, theirs = [], []
    for seed in range(seeds):
        ours.append(fit(barreleye.MLPClassifier, rows, layers, options, seed))
        theirs.append(fit(sklearn.neural_network.MLPClassifier, rows, layers, options, seed))
    ratios = [b[0] / a[0] for a, b in zip(ours, theirs, strict=True)]
    seconds = [statistics.median(run[0] for run in runs) for runs in (ours, theirs)]
    scores = [
        f"{np.mean([run[1] for run in runs]):.3f} ± {np.std([run[1] for run in runs]):.3f}" for runs in (ours, theirs)
    ]
    return (
        f"| {m:,}, {n_x}, {layers} | {np.dtype(dtype)} | {seconds[0]:.2f} | {first:.2f} | {seconds[1]:.2f} | "
        f"{statistics.median(ratios):.2f} ({min(ratios):.2f} - {max(ratios):.2f}) | {scores[0]} | {scores[1]} |"
    )


def data(m: int, n_x: int) -> tuple[Any, Any]:
    """Breast cancer for 569 rows, else points in ten classes, standardised."""
    if m == 569:
        X, y = load_breast_cancer(return_X_y=True)
    else:
        informative = min(n_x, 30)
        X, y = make_classification(
            m, n_x, n_informative=informative, n_redundant=0, n_classes=10, class_sep=1.5, random_state=0
        )
    return StandardScaler().fit_transform(X), y


def fit(kind: Any, rows: Any, layers: tuple[int, ...], options: dict[str, Any], seed: int) -> tuple[float, float]:
    """Seconds of one fit, and its accuracy on the held-out rows."""
    X, X_test, y, y_test = rows
    model = kind(layers, random_state=seed, **options)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it is told to stop before it has converged
        started = time.perf_counter()
        model.fit(X, y)
        seconds = time.perf_counter() - started
    return seconds, model.score(X_test, y_test)
