"""Importance: by whole columns, as dealing out the cells of the table itself has it."""

import numpy as np
import pytest
from sklearn.base import BaseEstimator, RegressorMixin
from sklearn.inspection import permutation_importance
from sklearn.metrics import log_loss, root_mean_squared_error

from barreleye.data.frame import Frame, frame_of, take
from barreleye.models.importance import Rise, importance, told
from barreleye.models.preparing import prepare
from barreleye.models.run import Settings

RNG = np.random.default_rng(0)
M = 400
CITY = RNG.choice(["Oslo", "Turku", "Malmo"], M)
SIZE, NOISE = RNG.normal(size=(2, M))
TABLE = {"city": CITY, "size": SIZE, "noise": NOISE, "same": ["x"] * M}
TARGETS = {
    "classes": np.where((CITY == "Oslo") | (SIZE > 1), "dear", "cheap"),
    "numbers": 1000 * ((CITY == "Oslo") + SIZE),
}


class Asked(RegressorMixin, BaseEstimator):
    """For scikit-learn: a model asked about rows by the place of the row that each of their cells is from."""

    def __init__(self, rows=None, model=None):
        self.rows = rows
        self.model = model

    def fit(self, X, y=None):
        return self

    def predict(self, X):
        cells = {name: take(self.rows[name], X[:, i]) for i, name in enumerate(TABLE)}
        return self.model.answer(Frame(cells, len(X)))


@pytest.mark.parametrize("what", list(TARGETS))
def test_it_is_scikit_learns_of_whole_columns(what):
    ready = prepare(frame_of({**TABLE, "y": TARGETS[what]}), ["y"])
    *_, last = Settings(epochs=30, engine="numpy").train(ready)
    model = ready.model(last)
    rows = ready.frame.take(ready.parts.test)
    y = rows["y"].values if what == "numbers" else np.array(rows["y"].levels)[rows["y"].codes]

    def score(asked, X, y):
        if what == "numbers":
            return -root_mean_squared_error(y, asked.predict(X)[:, 0])
        return -log_loss(y, asked.predict(X), labels=model.targets.classes[0])

    places = np.tile(np.arange(rows.m)[:, None], (1, len(TABLE)))
    theirs = permutation_importance(Asked(rows, model), places, y, scoring=score, n_repeats=40, random_state=1)
    found = importance(ready, model)
    assert list(found)[:2] in (["city", "size"], ["size", "city"])
    assert set(found) == {"city", "size", "noise"}
    for name, rise in found.items():
        i = list(TABLE).index(name)
        own = theirs.importances[i]
        assert rise.mean == pytest.approx(own.mean(), abs=4 * own.std() / np.sqrt(5) + 1e-9)
        assert rise.deviation == pytest.approx(own.std(), rel=0.9, abs=1e-3)
    assert theirs.importances_mean[list(TABLE).index("same")] == 0


@pytest.mark.parametrize(
    ("rises", "said"),
    [
        ({"a": (0.001, 0.01)}, "no column matters by itself"),
        ({"a": (25000.0, 10.0)}, "shuffling the cells of 'a' raises RMSE by 25,000"),
        (
            {str(k): (0.5, 0.01) for k in range(9)},
            "shuffling the cells of '0' raises RMSE by 0.5, of '1' by 0.5, of '2' by 0.5, of '3' by 0.5, "
            "of '4' by 0.5, of '5' by 0.5; of 3 more by less",
        ),
        (
            {"a": (1.0, 0.1), "b": (0.005, 0.0001)},
            "shuffling the cells of 'a' raises RMSE by 1; of 1 other column hardly",
        ),
    ],
)
def test_what_is_told(rises, said):
    assert told({name: Rise(*rise) for name, rise in rises.items()}, "RMSE") == said
