"""TableClassifier and TableRegressor in scikit-learn's company: any frame, its tools, and one file with the command."""

import numpy as np
import pandas as pd
import polars
import pyarrow
import pytest
from sklearn.calibration import CalibratedClassifierCV
from sklearn.exceptions import ConvergenceWarning
from sklearn.inspection import permutation_importance
from sklearn.model_selection import GridSearchCV, cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer

import barreleye as be
from barreleye import TableClassifier, TableRegressor
from barreleye.files.tensors import FileError
from barreleye.models.model import each_member
from barreleye.nn.network import predict

QUICK = {"hidden_layer_sizes": (8,), "max_iter": 60, "learning_rate_init": 0.02, "random_state": 0}
M = 120


@pytest.fixture(scope="module")
def X():
    rng = np.random.default_rng(0)
    frame = pd.DataFrame(
        {
            "size": rng.normal(80, 20, M),
            "city": rng.choice(["Oslo", "Turku", "Malmo"], M),
            "since": pd.date_range("2020-01-01", periods=M)[rng.permutation(M)],
            "garden": rng.choice([True, False], M),
        }
    )
    frame.loc[::9, "size"] = np.nan
    frame.loc[::7, "city"] = None
    return frame


@pytest.fixture(scope="module")
def y(X):
    return np.where((X["city"] == "Oslo") | X["garden"], "dear", "cheap")


@pytest.fixture(scope="module")
def price(X):
    return 1000.0 * X["size"].fillna(80) + 50_000 * X["garden"]


@pytest.fixture(scope="module")
def fitted(X, y):
    return TableClassifier(**QUICK).fit(X, y)


def test_each_column_is_read_by_its_kind_and_the_classes_are_learnt(fitted, X, y):
    assert {name: what.kind for name, what in fitted.kinds_.items()} == {
        "size": "number",
        "city": "category",
        "since": "date",
        "garden": "truth",
    }
    assert fitted.score(X, y) > 0.95
    assert fitted.classes_.tolist() == ["cheap", "dear"]
    np.testing.assert_allclose(fitted.predict_proba(X).sum(axis=1), 1)
    np.testing.assert_array_equal(fitted.predict_log_proba(X), np.log(fitted.predict_proba(X)))
    assert len(fitted.loss_curve_) == len(fitted.validation_loss_curve_) == fitted.n_iter_


@pytest.mark.parametrize(
    "as_others",
    [polars.from_pandas, pyarrow.Table.from_pandas, lambda X: X.to_dict("records"), lambda X: X.to_dict("list")],
)
def test_any_frame_is_the_same_table(fitted, X, y, as_others):
    other = as_others(X.astype({"city": object}).where(X.notna(), None) if as_others.__name__ == "<lambda>" else X)
    np.testing.assert_allclose(TableClassifier(**QUICK).fit(other, y).predict_proba(other), fitted.predict_proba(X))


def test_numbers_come_in_their_own_units(X, price):
    model = TableRegressor(**QUICK).fit(X, price)
    assert model.score(X, price) > 0.9
    both = TableRegressor(**QUICK).fit(X, np.column_stack([price, -price]))
    assert both.predict(X).shape == (M, 2)


def test_several_columns_of_classes(X, y):
    several = np.column_stack([y, np.where(X["garden"], "yes", "no")])
    model = TableClassifier(**QUICK).fit(X, several)
    assert [P.shape for P in model.predict_proba(X)] == [(M, 2), (M, 2)]
    assert model.predict(X).shape == several.shape
    assert model.score(X, several) > 0.9


def test_kinds_and_marks_of_ones_own(X, y):
    coded = X.assign(size=X["size"].fillna(-1).round(-1))
    model = TableClassifier(**QUICK, kinds={"size": "category"}, missing=-1).fit(coded, y)
    assert model.kinds_["size"].kind == "category"
    given = model.predict_proba(coded.assign(size=None))[coded["size"] == -1]
    np.testing.assert_allclose(given, model.predict_proba(coded)[coded["size"] == -1])


def test_a_class_whose_rows_all_weigh_nothing_is_not_there(X, y):
    three = np.where(np.arange(M) % 10 == 0, "odd", y)
    model = TableClassifier(**QUICK).fit(X, three, sample_weight=(three != "odd") * 1.0)
    assert model.classes_.tolist() == ["cheap", "dear"]
    np.testing.assert_array_equal(
        model.predict(X), TableClassifier(**QUICK).fit(X[three != "odd"], y[three != "odd"]).predict(X)
    )


def test_it_works_in_scikit_learns_tools(X, y, price):
    assert cross_val_score(TableClassifier(**QUICK), X, y, cv=3).mean() > 0.9
    search = GridSearchCV(TableClassifier(**QUICK), {"hidden_layer_sizes": [(), (8,)]}, cv=2).fit(X, y)
    assert search.best_params_ == {"hidden_layer_sizes": (8,)}
    weighted = make_pipeline(FunctionTransformer(lambda rows: rows.drop(columns="since")), TableRegressor(**QUICK))
    assert weighted.fit(X, price, tableregressor__sample_weight=np.ones(M)).score(X, price) > 0.9
    calibrated = CalibratedClassifierCV(TableClassifier(**QUICK), cv=2).fit(X, y, sample_weight=np.ones(M))
    assert calibrated.score(X, y) > 0.9
    found = permutation_importance(TableClassifier(**QUICK).fit(X, y), X, y, n_repeats=2, random_state=0)
    assert set(np.argsort(-found.importances_mean)[:2]) == {1, 3}


def test_a_saved_estimator_comes_back_and_is_a_model_too(fitted, X, y, tmp_path):
    path = tmp_path / "m.safetensors"
    fitted.save(path)
    loaded = TableClassifier.load(path)
    assert loaded.get_params() == fitted.get_params()
    assert loaded.classes_.tolist() == fitted.classes_.tolist()
    np.testing.assert_array_equal(loaded.predict_proba(X), fitted.predict_proba(X))
    with pytest.raises(ValueError, match="feature names"):
        loaded.predict(X[["city", "size", "since", "garden"]])
    shuffled = X[["city", "garden", "since", "size"]].assign(more=1)
    np.testing.assert_array_equal(be.load(path).predict(shuffled), fitted.predict(X))
    with pytest.raises(FileError, match="was not saved by a TableRegressor"):
        TableRegressor.load(path)


def test_what_no_file_can_hold_is_left_out_and_said(X, y, tmp_path):
    model = TableClassifier(**{**QUICK, "random_state": np.random.RandomState(0)}).fit(X, y)
    with pytest.warns(UserWarning, match="random_state=RandomState.* cannot be kept in a file"):
        model.save(tmp_path / "m.safetensors")
    assert TableClassifier.load(tmp_path / "m.safetensors").random_state is None


@pytest.mark.parametrize("kind", ["datetime64[D]", "int16", "bool", "float64"])
def test_classes_of_any_type_come_back_as_they_were(X, y, tmp_path, kind):
    classes = np.where(y == "dear", 1, 0).astype(kind)
    weights = dict.fromkeys(np.unique(classes).tolist(), 2.0)
    model = TableClassifier(**QUICK, class_weight=None if kind.startswith("date") else weights).fit(X, classes)
    model.save(tmp_path / "m")
    loaded = TableClassifier.load(tmp_path / "m")
    assert loaded.classes_.dtype == classes.dtype
    np.testing.assert_array_equal(loaded.predict(X), model.predict(X))
    assert loaded.get_params() == model.get_params()


@pytest.mark.parametrize(
    ("y", "said"),
    [
        (["a"] * M, "y holds one class only, 'a'"),
        ([None] + ["a"] * (M - 1), "y has None, first in row 0"),
    ],
)
def test_targets_that_cannot_be_learnt_are_named(X, y, said):
    with pytest.raises(ValueError, match=said):
        TableClassifier(**QUICK).fit(X, np.array(y, object))


def test_the_mean_of_several_networks_answers(X, y, tmp_path):
    model = TableClassifier(**QUICK, n_members=3).fit(X, y)
    several = model.model_
    assert several.parameters.W[1].shape[0] == 3
    rows = several.table(X)
    each = [predict(several.network, p, rows.T).T for p, _ in each_member(several.parameters, several.averages)]
    assert np.ptp(each, axis=0).max() > 0.01
    np.testing.assert_allclose(several.outputs(X), np.mean(each, axis=0))
    model.save(tmp_path / "m.safetensors")
    np.testing.assert_array_equal(
        TableClassifier.load(tmp_path / "m.safetensors").predict_proba(X), model.predict_proba(X)
    )


@pytest.mark.parametrize("how", [{}, {"n_members": 2}, {"head": "quantiles"}])
def test_numbers_have_intervals_and_a_file_keeps_them(how, tmp_path):
    rng = np.random.default_rng(0)
    rows, new = ({"x": rng.uniform(-2, 2, m), "place": np.array(["a", "b"])[np.arange(m) % 2]} for m in (900, 3000))
    y, z = (100 * t["x"] + np.where(t["place"] == "a", 5, 80) * rng.normal(size=len(t["x"])) for t in (rows, new))
    model = TableRegressor(**{**QUICK, **how}).fit(rows, y)
    low, high = model.predict_interval(new, 0.8, by="place")
    assert low.shape == (3000,)
    inside = (low <= z) & (z <= high)
    for place in "ab":  # by the 90 rows of each that were set aside
        assert inside[new["place"] == place].mean() == pytest.approx(0.8, abs=4 * np.sqrt(0.16 / 90))
    assert (low <= model.predict(new)).all()
    assert model.score(new, z) > 0.7
    model.save(tmp_path / "m.safetensors")
    loaded = TableRegressor.load(tmp_path / "m.safetensors")
    assert loaded.get_params() == model.get_params()
    np.testing.assert_array_equal(loaded.predict_interval(new, 0.8, by="place"), (low, high))


@pytest.mark.parametrize("several", [False, True])
def test_classes_have_sets(several, tmp_path):
    rng = np.random.default_rng(0)
    x = rng.normal(size=600)
    y = np.digitize(x + 0.5 * rng.normal(size=600), [-0.5, 0.5])
    y = np.column_stack([y, x > 0]) if several else y
    model = TableClassifier(**QUICK).fit({"x": x}, y)
    model.save(tmp_path / "m.safetensors")
    sets = TableClassifier.load(tmp_path / "m.safetensors").predict_set({"x": x}, coverage=0.8)
    for held, own, classes in zip(sets if several else [sets], np.atleast_2d(y.T), [3, 2], strict=False):
        assert held.shape == (600, classes)
        assert held.dtype == bool
        assert held[np.arange(600), own].mean() > 0.7
    with pytest.raises(ValueError, match=r"coverage=0.995 is more than 120 rows set aside can promise: at most 0.991"):
        model.predict_set({"x": x}, 0.995)


def test_without_rows_set_aside_nothing_is_promised(X, price):
    model = TableRegressor(**QUICK, early_stopping=False).fit(X, price)
    with pytest.raises(ValueError, match="no row was set aside, so no coverage can be promised"):
        model.predict_interval(X)


def test_two_columns_of_a_frame_keep_their_names(X, y):
    both = pd.DataFrame({"name": y, "garden": np.where(X["garden"], "yes", "no")})
    assert TableClassifier(**QUICK).fit(X, both).model_.targets.names == ("name", "garden_")
    assert TableClassifier(**QUICK).fit(X, polars.from_pandas(both)).model_.targets.names == ("name", "garden_")
    with pytest.warns(UserWarning, match="column-vector"):
        assert TableClassifier(**QUICK).fit(X, both[["name"]]).model_.targets.names == ("name",)


@pytest.mark.parametrize("rows", [slice(0, 0), slice(0, 2)])
@pytest.mark.parametrize("form", [lambda X: X, lambda X: X.to_numpy(object), polars.from_pandas])
def test_too_few_rows_are_refused_in_scikit_learns_words(X, y, rows, form):
    with pytest.raises(ValueError, match=r"sample\(s\) \(shape=\(\d, 4\)\) while a minimum of 3 is required"):
        TableClassifier(**QUICK).fit(form(X[rows]), y[rows])
    with pytest.raises(ValueError, match="inconsistent numbers of samples"):
        TableClassifier(**QUICK).fit(X, y[:0])


def test_what_is_said_is_not_said_for_the_command(X, y):
    noted = X.assign(size=np.where(np.arange(M) % 9 == 0, -200.0, X["size"]), again=y)
    notes = TableClassifier(**QUICK).fit(noted, y).notes_
    assert any("missing=-200" in note for note in notes)
    assert any("If not, leave it out" in note for note in notes)
    assert not any("--" in note or "whole numbers" in note for note in notes)
    with pytest.raises(ValueError, match="Negative values in data passed to `sample_weight`"):
        TableRegressor(**QUICK).fit(X, np.arange(M), sample_weight=np.arange(M) - 1.0)


def test_frames_have_the_columns_of_the_fit_and_the_model_passes_over_others(fitted, X):
    more = X.assign(more=1)
    with pytest.raises(ValueError, match="unseen at fit time"):
        fitted.predict(more)
    np.testing.assert_array_equal(fitted.model_.predict(more), fitted.predict(X))
    np.testing.assert_array_equal(fitted.predict(more.to_dict("records")), fitted.predict(X))


def test_a_fit_that_diverges_keeps_what_it_had_and_names_its_own_parameter(X, price):
    with pytest.warns(ConvergenceWarning, match=r"Try learning_rate_init="):
        model = TableRegressor(solver="gd", learning_rate_init=1e3, random_state=0).fit(X, price)
    assert np.isfinite(model.predict(X)).all()


def test_targets_of_several_types_and_arrays_after_a_frame(X, y):
    targets = pd.DataFrame({"dear": y, "garden": X["garden"]})
    model = TableClassifier(**QUICK).fit(X, targets)
    assert [classes.tolist() for classes in model.classes_] == [["cheap", "dear"], [False, True]]
    assert model.score(X, targets) == np.mean((model.predict(X) == targets.to_numpy()).all(axis=1)) > 0.9
    one = TableRegressor(**QUICK).fit(X[["size"]], X["size"].fillna(0))
    with pytest.warns(UserWarning, match="does not have valid feature names"):
        np.testing.assert_array_equal(one.predict(X[["size"]].to_numpy()), one.predict(X[["size"]]))
