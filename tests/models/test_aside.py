"""Intervals and sets as large as was promised, and no larger: by their shares in new rows, and as mapie has them."""

import math
import warnings

import numpy as np
import pytest
from mapie.classification import SplitConformalClassifier
from mapie.regression import ConformalizedQuantileRegressor, SplitConformalRegressor
from sklearn.base import BaseEstimator, ClassifierMixin, RegressorMixin

import barreleye
from barreleye.data.frame import frame_of
from barreleye.files.tensors import FileError, read_tensors, write_tensors
from barreleye.models.aside import informed
from barreleye.models.calibration import LEAST_ROWS
from barreleye.models.conformal import coverage_range
from barreleye.models.model import Model
from barreleye.models.preparing import prepare
from barreleye.models.run import Settings

QUANTILES = (0.05, 0.5, 0.95)


def numbers(m, seed=0):
    """y scatters by 2 on the left and in town, by 40 on the right in the country; z is noise."""
    rng = np.random.default_rng(seed)
    x, place = rng.uniform(-2, 2, m), rng.choice(["town", "country", "sea"], m, p=[0.5, 0.48, 0.02])
    wide = np.where((x > 0) | (place == "country"), 40.0, 2.0)
    return {"x": x, "place": place, "y": 100 * np.sin(x) + wide * rng.normal(size=m), "z": 5 * rng.normal(size=m)}


def classes(m, seed=0):
    rng = np.random.default_rng(seed)
    x, place = rng.uniform(-2, 2, m), rng.choice(["town", "country"], m)
    kind = np.array(["low", "middle", "high"])[
        np.digitize(x + np.where(place == "town", 0.1, 1) * rng.normal(size=m), [-1, 1])
    ]
    return {"x": x, "place": place, "kind": kind, "odd": np.where(rng.random(m) < 0.5 + x / 5, "yes", "no")}


def trained(table, targets, members=1, epochs=40, **how):
    ready = prepare(frame_of(table), targets, **how)
    *_, last = Settings(layers=(16,), epochs=epochs, members=members, engine="numpy").train(ready)
    return ready, ready.model(last)


@pytest.fixture(scope="module")
def models():
    """(what is prepared, model) by the way in which the width of an interval is told; and of classes."""
    return {
        "errors": trained(numbers(1500), ["y", "z"]),
        "members": trained(numbers(1500), ["y", "z"], members=3),
        "quantiles": trained(numbers(1500), ["y", "z"], quantiles=QUANTILES),
        "quantiles of members": trained(numbers(1500), ["y", "z"], members=2, epochs=20, quantiles=QUANTILES),
        "classes": trained(classes(1500), ["kind", "odd"]),
        "one of classes": trained(classes(1500), ["kind"], members=2, epochs=20, drop=["odd"]),
    }


WAYS = ("errors", "members", "quantiles", "quantiles of members")


@pytest.mark.parametrize("coverage", [0.5, 0.9])
@pytest.mark.parametrize("way", WAYS)
def test_new_numbers_lie_within_and_a_file_remembers(way, coverage, models, tmp_path):
    models[way][1].save(tmp_path / "m.safetensors")
    model = barreleye.load(tmp_path / "m.safetensors")
    new = numbers(6000, seed=1)
    low, high = model.interval(new, coverage)
    truth = np.column_stack([new["y"], new["z"]])
    within = ((low <= truth) & (truth <= high)).mean(axis=0)
    # Of m rows set aside the coverage varies as Beta(k, m + 1 - k) does: by sqrt(c (1 - c) / m).
    assert within == pytest.approx(coverage, abs=4 * math.sqrt(coverage * (1 - coverage) / len(model.aside.scores)))
    assert ((low <= model.answer(new)) & (model.answer(new) <= high)).all()
    if way == "errors":
        np.testing.assert_allclose((low + high) / 2, model.answer(new))


@pytest.mark.parametrize("way", ["members", "quantiles"])
def test_intervals_are_as_wide_as_the_numbers_scatter(way, models):
    new = {"x": [-1.0, 1.0], "place": ["town", "country"]}
    low, high = models[way][1].interval(new)
    if way == "quantiles":
        assert (high - low)[1, 0] > 2 * (high - low)[0, 0]
    assert np.ptp(models["errors"][1].interval(new), axis=0)[:, 0].std() < 1e-9 < (high - low)[:, 0].std()


@pytest.mark.parametrize("way", WAYS)
def test_each_group_is_covered_for_itself(way, models):
    model, new = models[way][1], numbers(12000, seed=2)
    with pytest.warns(UserWarning, match="too few rows with 'sea' in 'place' were set aside for coverage 0.9"):
        low, high = model.interval(new, 0.9, by="place")
    plain = model.interval(new, 0.9)
    for name in ("town", "country"):
        own, codes = new["place"] == name, model.aside.groups["place"]
        m = int((codes.codes == codes.levels.index(name)).sum())
        within = ((low[:, 0] <= new["y"]) & (new["y"] <= high[:, 0]))[own].mean()
        assert within == pytest.approx(0.9, abs=4 * math.sqrt(0.09 / m))
    sea = new["place"] == "sea"
    np.testing.assert_array_equal(low[sea], plain[0][sea])


@pytest.mark.parametrize("coverage", [0.6, 0.9])
def test_the_right_class_is_in_the_set_as_often_as_promised(coverage, models):
    new = classes(6000, seed=1)
    model = models["classes"][1]
    for by in (None, "place"):
        sets = model.set(new, coverage, by)
        for held, P, name, labels in zip(sets, model.answer(new), ("kind", "odd"), model.targets.classes, strict=True):
            own = held[np.arange(6000), [labels.index(label) for label in new[name].tolist()]]
            m = len(model.aside.scores) // (1 if by is None else 2)
            near = 4 * math.sqrt(coverage * (1 - coverage) / m)
            least = coverage - near
            assert own.mean() >= least
            assert all(own[new["place"] == place].mean() >= least for place in ("town", "country") if by)
            assert held[np.arange(6000), P.argmax(axis=1)].all()
    kind = model.set(new, 0.9, "place")[0].sum(axis=1)
    assert kind[new["place"] == "country"].mean() > 1.3 * kind[new["place"] == "town"].mean()


def test_a_network_that_says_nothing_finite_promises_nothing():
    ready, model = trained(numbers(400), ["y", "z"], epochs=1)
    broken = Model(model.table, model.network, model.parameters.map(lambda p: p * 1e200), None, model.targets)
    with np.errstate(all="ignore"):
        told = informed(broken, ready.X[:100], ready.frame.take(slice(100)))
    assert told.aside.scores.size == 0


def test_a_file_remembers_sets_and_groups(models, tmp_path):
    for way in ("classes", "one of classes"):
        model = models[way][1]
        model.save(tmp_path / "m.safetensors")
        loaded = barreleye.load(tmp_path / "m.safetensors")
        for by in (None, "place"):
            one, other = model.set(classes(50), 0.8, by), loaded.set(classes(50), 0.8, by)
            np.testing.assert_array_equal(np.hstack(one), np.hstack(other))
    assert models["one of classes"][1].set(classes(50)).shape == (50, 3)


def test_what_has_no_interval_or_set_is_said(models):
    assert models["errors"][1].coverage_range(0.8) == coverage_range(240, 0.8)
    with pytest.raises(ValueError, match="an interval is for numbers, and the model answers with classes"):
        models["classes"][1].interval({"x": [1.0], "place": ["town"]})
    with pytest.raises(ValueError, match="a set is for classes, and the model answers with numbers"):
        models["errors"][1].set({"x": [1.0], "place": ["town"]})
    for by, said in (
        ("x", "by='x' does not part the rows .* those that do are 'place'"),
        ("y", "by='y' is no column that the model knows"),
    ):
        with pytest.raises(ValueError, match=said):
            models["errors"][1].interval({"x": [1.0], "place": ["town"]}, by=by)


def test_a_cell_that_cannot_be_read_is_named(models):
    with pytest.raises(ValueError, match="row 1: 'x' holds 'many', where a number is needed"):
        models["errors"][1].interval({"x": ["1", "many"], "place": ["town", "town"]})


@pytest.mark.parametrize(
    "change",
    [
        lambda tensors, d: tensors.update({"arrays.errors": tensors["arrays.errors"][:, :1].repeat(3, axis=1)}),
        lambda tensors, d: tensors.update({"arrays.beta": np.ones(1)}),
        lambda tensors, d: tensors.update({"arrays.beta": np.ones(2)}),  # without members
        lambda tensors, d: tensors.update({"arrays.groups.0": tensors["arrays.groups.0"][1:]}),
        lambda tensors, d: tensors.update({"arrays.groups.0": tensors["arrays.groups.0"] + 3}),
        lambda tensors, d: d["details"].update(groups=[["place", ["town", "country", "sea"]], ["more", []]]),
        lambda tensors, d: d["details"].update(quantiles=[0.1, 0.5]),
        lambda tensors, d: d["details"].update(quantiles=["a"]),
    ],
)
def test_a_file_whose_rows_set_aside_do_not_fit_is_refused(change, models, tmp_path):
    models["errors"][1].save(tmp_path / "m.safetensors")
    tensors, description = read_tensors(tmp_path / "m.safetensors", "model")
    tensors = dict(tensors)
    change(tensors, description)
    kept = {name: value for name, value in description.items() if name not in ("format", "kind")}
    write_tensors(tmp_path / "other.safetensors", "model", tensors, kept)
    with pytest.raises(FileError, match="not one trained on a table"):
        barreleye.load(tmp_path / "other.safetensors")


def test_a_row_counts_once_whatever_its_weight_and_probabilities_wait_for_enough_rows():
    ready, model = trained(classes(400), ["kind"], epochs=5, drop=["odd"])
    bare = Model(model.table, model.network, model.parameters, model.averages, model.targets)
    few = ready.parts.validation[: LEAST_ROWS - 1]
    told = informed(bare, ready.X[few], ready.frame.take(few), np.arange(len(few)) * 1.0)
    assert told.calibrations == ()
    P, y = told.answer(ready.frame.take(few)), ready.targets.indices(ready.frame.take(few))
    np.testing.assert_allclose(told.aside.scores[:, 0], 1 - P[np.arange(len(few)), y])
    assert informed(bare, ready.X[:0], ready.frame.take(slice(0))) is bare


# mapie, an independent implementation


class Told(RegressorMixin, ClassifierMixin, BaseEstimator):
    """For mapie: a fitted estimator that answers rows, which are their places, with what it was told."""

    def __init__(self, answers=None, classes=None):
        self.answers = answers
        self.classes = classes

    def fit(self, X, y):
        return self

    def __sklearn_is_fitted__(self):
        return True

    @property
    def classes_(self):
        return self.classes

    @property
    def n_features_in_(self):
        return 1

    def predict(self, X):
        answers = self.answers[np.asarray(X)[:, 0].astype(int)]
        return answers if answers.ndim == 1 else self.classes[answers.argmax(axis=1)]

    def predict_proba(self, X):
        return self.answers[np.asarray(X)[:, 0].astype(int)]


def asked(ready, new):
    """The rows set aside with the new ones below them, and their places for mapie."""
    aside = ready.frame.take(ready.parts.validation)
    rows = {name: np.concatenate([column_of(aside, name), new[name]]) for name in ("x", "place")}
    places = np.arange(aside.m + len(new["x"]))[:, None]
    return aside, rows, places[: aside.m], places[aside.m :]


def column_of(frame, name):
    cells = frame[name]
    return cells.values if hasattr(cells, "values") else np.array(cells.levels, object)[cells.codes]


@pytest.mark.parametrize("coverage", [0.55, 0.9])
def test_intervals_by_errors_are_those_of_mapie(coverage, models):
    ready, model = models["errors"]
    aside, rows, own, others = asked(ready, numbers(300, seed=3))
    mapie = SplitConformalRegressor(Told(model.answer(rows)[:, 0]), confidence_level=coverage, prefit=True)
    _, ends = mapie.conformalize(own, aside["y"].values).predict_interval(others)
    low, high = model.interval({name: column[aside.m :] for name, column in rows.items()}, coverage)
    np.testing.assert_allclose(ends[:, :, 0], np.column_stack([low[:, 0], high[:, 0]]), rtol=1e-9)


@pytest.mark.parametrize("coverage", [0.6, 0.9])
def test_intervals_by_members_are_those_of_mapie_on_divided_numbers(coverage, models):
    """Of y / (spread + beta) the absolute errors are the scores: mapie's interval of that, times the same."""
    ready, model = models["members"]
    aside, rows, own, others = asked(ready, numbers(300, seed=3))
    frame = model.table.frame(rows)
    each = [
        Model(model.table, model.network, model.parameters.map(lambda p, i=i: p[i]), None, model.targets).answer(frame)[
            :, 0
        ]
        for i in range(3)
    ]
    errors = np.abs(np.mean(each, axis=0)[: aside.m] - aside["y"].values)
    scale = np.std(each, axis=0) + np.median(errors)
    mapie = SplitConformalRegressor(Told(np.mean(each, axis=0) / scale), confidence_level=coverage, prefit=True)
    _, ends = mapie.conformalize(own, aside["y"].values / scale[: aside.m]).predict_interval(others)
    low, high = model.interval({name: column[aside.m :] for name, column in rows.items()}, coverage)
    right = ends[:, :, 0] * scale[aside.m :, None]
    np.testing.assert_allclose(np.column_stack([low[:, 0], high[:, 0]]), right, rtol=1e-6)


def test_intervals_between_quantiles_are_those_of_mapie(models):
    ready, model = models["quantiles"]
    aside, rows, own, others = asked(ready, numbers(300, seed=3))
    outputs = model.outputs(rows)
    low, middle, high = (model.targets.quantile(outputs, place)[:, 0] for place in range(3))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        mapie = ConformalizedQuantileRegressor([Told(low), Told(high), Told(middle)], confidence_level=0.9, prefit=True)
        mapie.conformalize(own, aside["y"].values)
        _, ends = mapie.predict_interval(others, symmetric_correction=True)
    new = {name: column[aside.m :] for name, column in rows.items()}
    found = np.column_stack([end[:, 0] for end in model.interval(new, 0.9)])
    np.testing.assert_allclose(found, ends[:, :, 0], rtol=1e-9)
    np.testing.assert_allclose(model.predict(new)[:, 0], middle[aside.m :])


@pytest.mark.parametrize("coverage", [0.6, 0.9])
def test_sets_are_those_of_mapie(coverage, models):
    ready, model = models["one of classes"]
    aside, rows, own, others = asked(ready, classes(300, seed=3))
    labels = np.array(model.targets.classes[0])
    told = Told(model.answer(rows), labels)
    mapie = SplitConformalClassifier(told, confidence_level=coverage, conformity_score="lac", prefit=True)
    likeliest, held = mapie.conformalize(own, column_of(aside, "kind").astype(str)).predict_set(others)
    right = held[:, :, 0] | (labels == likeliest[:, None])  # mapie's may be empty
    new = {name: column[aside.m :] for name, column in rows.items()}
    np.testing.assert_array_equal(model.set(new, coverage), right)
    assert 1 <= right.sum(axis=1).mean() < 3


def test_the_range_is_what_many_draws_of_rows_show():
    """Of uniform scores the limit is itself the coverage."""
    rng = np.random.default_rng(0)
    m, c = 60, 0.9
    limits = np.sort(rng.random((20000, m)), axis=1)[:, math.ceil((m + 1) * c) - 1]
    np.testing.assert_allclose(coverage_range(m, c), np.quantile(limits, [0.05, 0.95]), atol=2e-3)
