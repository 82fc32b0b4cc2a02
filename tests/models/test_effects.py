"""Partial dependence, as scikit-learn has it, by whole columns."""

import numpy as np
import pytest
from sklearn.base import BaseEstimator, RegressorMixin
from sklearn.inspection import partial_dependence

from barreleye.data.frame import frame_of
from barreleye.models.effects import COLUMNS, Effect, effects, told
from barreleye.models.preparing import prepare
from barreleye.models.run import Settings

RNG = np.random.default_rng(0)
M = 300
CITY = [["Oslo", "Turku", None][i % 3] for i in range(M)]
SIZE, AGE = RNG.normal(size=(2, M))
TABLE = {
    "city": CITY,
    "size": [f"${1000 + 500 * x:,.2f}" for x in SIZE],
    "age": np.where(AGE > 1, np.nan, AGE),
    "day": [f"2020-{1 + i % 12:02d}-{1 + i % 28:02d}" for i in range(M)],
    "rainy": [["yes", "no"][i % 2] for i in range(M)],
    "said": [f"the {i} fox jumps over {i * 7 % 13} lazy dogs" for i in range(M)],
}
NAMES = list(TABLE)
WORTH = SIZE + np.array([{"Oslo": 1, "Turku": 0, None: -1}[c] for c in CITY])
TARGETS = {
    "numbers": {"y": WORTH, "z": AGE},
    "two classes": {"y": np.where(WORTH > 0, "dear", "cheap")},
    "three": {"y": np.array(["a", "b", "c"])[np.digitize(WORTH, [-1, 1])], "z": TABLE["rainy"]},
}


class Asked(RegressorMixin, BaseEstimator):
    """For scikit-learn: a model that is asked about rows by the place of the row that each of their cells is from."""

    def __init__(self, frame=None, model=None, k=0):
        self.frame = frame
        self.model = model
        self.k = k

    def fit(self, X, y=None):
        self.fitted_ = True
        return self

    def predict(self, X):
        places = X.astype(int)
        rows = {name: np.array(TABLE[name], object)[self.frame[places[:, i]]] for i, name in enumerate(NAMES)}
        said = self.model.answer({name: [None if x != x else x for x in column] for name, column in rows.items()})
        return (said[0] if isinstance(said, list) else said)[:, self.k]


@pytest.mark.parametrize("what", list(TARGETS))
def test_it_is_scikit_learns(what):
    table = {
        name: column
        for name, column in TABLE.items()
        if name != "rainy" or "z" not in TARGETS[what] or what == "numbers"
    }
    ready = prepare(frame_of({**table, **TARGETS[what]}), list(TARGETS[what]))
    *_, last = Settings(layers=(8,), epochs=8, engine="numpy").train(ready)
    model, part = ready.model(last), ready.judged
    columns = [name for name in NAMES if name in table]
    found = effects(ready, model, columns)
    assert list(found) == [name for name in columns if name != "said"]
    k = {"numbers": 0, "two classes": 1, "three": 0}[what]
    assert (
        found["city"].names == {"numbers": ("y",), "two classes": ("P(dear)",), "three": ("P(a)", "P(b)", "P(c)")}[what]
    )
    X = np.tile(np.arange(len(part))[:, None], (1, len(NAMES))).astype(float)
    for name in ("city", "size", "day"):
        cells = ready.frame.take(part)[name]
        texts = [cells.levels[code] if code >= 0 else "" for code in cells.codes]
        if name == "city":
            grid = [texts.index(str(at)) for at in found[name].at]
        else:
            number = (
                (lambda t: float(t[1:].replace(",", ""))) if name == "size" else lambda t: np.datetime64(t).astype(int)
            )
            grid = [[number(t) for t in texts].index(at) for at in found[name].at]
        i = NAMES.index(name)
        right = partial_dependence(
            Asked(part, model, k).fit(X), X, [i], custom_values={i: np.array(grid, float)}, kind="average"
        )
        np.testing.assert_allclose(found[name].answers[:, 0 if what != "three" else k], right["average"][0], rtol=1e-6)


def test_numbers_run_over_their_quantiles_and_names_over_the_commonest():
    cities = [f"c{int(k)}" for k in RNG.geometric(0.15, M)]
    ready = prepare(frame_of({"city": cities, "age": np.where(AGE > 1, np.nan, AGE), "y": WORTH}), ["y"])
    *_, last = Settings(layers=(), epochs=1, engine="numpy").train(ready)
    found = effects(ready, ready.model(last), ["age", "city"])
    part = ready.judged
    here = ready.frame.take(part)["age"].values
    low, high = np.nanquantile(here, [0.05, 0.95], method="inverted_cdf")
    assert (found["age"].at[0], found["age"].at[-1]) == (low, high)
    own = np.array(cities)[part].tolist()
    times = [own.count(name) for name in found["city"].at]
    assert len(times) == 12
    assert min(times) >= max(own.count(name) for name in set(own) - set(found["city"].at))


def test_five_columns_are_enough_and_one_value_is_none():
    table = {f"x{i}": RNG.normal(size=M) for i in range(7)}
    ready = prepare(frame_of({**table, "y": WORTH}), ["y"])
    *_, last = Settings(layers=(), epochs=1, engine="numpy").train(ready)
    assert list(effects(ready, ready.model(last), table)) == [f"x{i}" for i in range(COLUMNS)]
    ready.frame.columns["x0"].values[ready.judged] = 1.0
    assert list(effects(ready, ready.model(last), table)) == [f"x{i}" for i in range(1, COLUMNS + 1)]


def test_of_several_classes_the_one_that_moves_most_is_told():
    effect = Effect("truth", ("no", "yes"), np.array([[0.5, 0.3, 0.2], [0.4, 0.0, 0.6]]), ("P(a)", "P(b)", "P(c)"))
    several = dict.fromkeys(("rain", "wind", "snow", "fog"), effect)
    said = told(several)
    assert said.startswith("the mean answer lies between 0.2 and 0.6 along 'rain' for P(c), 0.2 and 0.6 along 'wind'")
    assert "fog" not in said
