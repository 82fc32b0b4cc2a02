"""The estimators in scikit-learn's company: pipelines, searches, frames, sparse rows, pickles, no needless JAX."""

import io
import pickle
import subprocess
import sys
from pathlib import Path

import joblib
import numpy as np
import pandas as pd
import polars as pl
import pytest
import scipy.sparse
import sklearn
from sklearn.base import clone
from sklearn.compose import TransformedTargetRegressor
from sklearn.datasets import load_iris, make_classification
from sklearn.ensemble import BaggingClassifier
from sklearn.inspection import permutation_importance
from sklearn.model_selection import GridSearchCV, cross_val_score, cross_validate
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import StandardScaler, scale

import barreleye
from barreleye import MLPClassifier, MLPRegressor
from barreleye.nn.optimizers import Adam
from barreleye.training.xla_programs import programs_traced

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")

X_iris, y_iris = load_iris(return_X_y=True)
X_iris = scale(X_iris)
QUICK = {"hidden_layer_sizes": (8,), "max_iter": 30, "learning_rate_init": 0.03, "random_state": 0}


def test_pipeline_and_clone():
    pipeline = Pipeline([("scale", StandardScaler()), ("mlp", MLPClassifier(**QUICK, solver=Adam(0.8)))])
    twin = clone(pipeline)
    assert twin.get_params()["mlp__solver"] == Adam(0.8)
    assert not hasattr(twin[-1], "coefs_")
    X = load_iris().data
    np.testing.assert_array_equal(twin.fit(X, y_iris).predict(X), pipeline.fit(X, y_iris).predict(X))
    assert twin.score(X, y_iris) > 0.9


def test_grid_search():
    search = GridSearchCV(MLPClassifier(**QUICK), {"alpha": [0.01, 1000.0], "dropout": [0.0, 0.2]}, cv=3)
    search.fit(X_iris, y_iris)
    assert search.best_params_["alpha"] == 0.01
    assert search.best_score_ > 0.9


def test_grid_search_of_twenty_settings_compiles_a_handful_of_programs():
    """100 fits and a refit: the rate, alpha and dropout are numbers to a compiled program, not part of it."""
    X, y = make_classification(100, 7, random_state=0)  # 5 folds of 80 rows
    grid = {"learning_rate_init": [0.001, 0.003, 0.01, 0.03, 0.1], "alpha": [0.1, 1.0], "dropout": [0.1, 0.2]}
    before = programs_traced()
    search = GridSearchCV(MLPClassifier((9,), max_iter=2, engine="xla", random_state=0), grid, cv=5, refit=False)
    search.fit(X, y)
    assert len(search.cv_results_["params"]) == 20
    assert 1 <= programs_traced() - before <= 4


def test_ensembles_importances_and_transformed_targets():
    bagged = BaggingClassifier(MLPClassifier(**QUICK), n_estimators=2, random_state=0).fit(X_iris, y_iris)
    assert bagged.score(X_iris, y_iris) > 0.8
    importance = permutation_importance(bagged, X_iris, y_iris, n_repeats=2, random_state=0).importances_mean
    assert importance[2:].max() > importance[:2].max()  # petals tell more than sepals
    model = TransformedTargetRegressor(MLPRegressor(**QUICK), func=np.log, inverse_func=np.exp)
    assert model.fit(X_iris, np.exp(X_iris[:, 0])).score(X_iris, np.exp(X_iris[:, 0])) > 0.5


def test_sample_weight_by_metadata_routing():
    weight = np.where(y_iris == 2, 0.0, 1.0)  # one class does not count
    weight[100] = 1e-9
    with sklearn.config_context(enable_metadata_routing=True):
        model = MLPClassifier(**QUICK).set_fit_request(sample_weight=True).set_score_request(sample_weight=True)
        routed = make_pipeline(StandardScaler().set_fit_request(sample_weight=False), model)
        scores = cross_validate(routed, X_iris, y_iris, params={"sample_weight": weight}, cv=3)["test_score"]
        with pytest.raises(Exception, match="sample_weight"):
            cross_val_score(
                MLPClassifier(**QUICK), X_iris, y_iris, params={"sample_weight": weight}, error_score="raise"
            )
    assert scores.min() > 0.95
    ignored = model.fit(X_iris, y_iris, sample_weight=weight).predict(X_iris)
    assert (ignored[y_iris == 2] == 2).mean() < 0.1


@pytest.mark.parametrize("library", [pd, pl])
def test_frames(library):
    columns = {name: X_iris[:, i] for i, name in enumerate("abcd")}
    X, y = library.DataFrame(columns), library.Series("kind", np.array(["x", "y", "z"])[y_iris])
    if library is pd:
        y = pd.Series(np.array(["x", "y", "z"])[y_iris], name="kind")
    model = MLPClassifier(**QUICK).fit(X, y)
    assert model.feature_names_in_.tolist() == list("abcd")
    np.testing.assert_array_equal(model.predict(X), MLPClassifier(**QUICK).fit(X_iris, np.asarray(y)).predict(X_iris))
    assert model.trace(X).A[0].shape == (4, 150)
    assert model.score(X, y) > 0.9


@pytest.mark.parametrize("container", ["pandas", "polars"])
def test_set_output(container):
    pipeline = make_pipeline(StandardScaler(), MLPClassifier(**QUICK)).set_output(transform=container)
    X = pd.DataFrame(X_iris, columns=list("abcd"))
    assert pipeline.fit(X, y_iris).score(X, y_iris) > 0.9
    assert pipeline[-1].feature_names_in_.tolist() == list("abcd")


def test_pandas_labels_weights_and_validation_frames():
    X, y = pd.DataFrame(X_iris, columns=list("abcd")), pd.Series(y_iris).astype("category")
    model = MLPClassifier(**QUICK, early_stopping=True)
    model.fit(X[::2], y[::2], sample_weight=pd.Series(np.ones(75)), X_val=X[1::2], y_val=y[1::2])
    assert model.score(X, y) > 0.8


@pytest.mark.parametrize("container", [scipy.sparse.csr_array, scipy.sparse.csc_matrix, scipy.sparse.coo_array])
def test_sparse_rows(container):
    X = np.where(np.abs(X_iris) > 0.5, X_iris, 0.0)
    dense, sparse = MLPClassifier(**QUICK).fit(X, y_iris), MLPClassifier(**QUICK).fit(container(X), y_iris)
    np.testing.assert_array_equal(sparse.predict_proba(container(X)), dense.predict_proba(X))
    sparse.partial_fit(container(X), y_iris)
    assert sparse.trace(container(X)).A[0].shape == (4, 150)


def test_large_sparse_rows_fit_as_dense_ones(monkeypatch):
    X = scipy.sparse.random_array((300, 200), density=0.02, format="csr", rng=0)
    y = (np.asarray(X.sum(axis=1)).ravel() > 2).astype(int)
    for settings in ({"early_stopping": True}, {"solver": "lbfgs"}, {"n_members": 2, "batch_size": 50}):
        plain = MLPClassifier(**QUICK, **settings).fit(X.toarray(), y)
        with monkeypatch.context() as patch:
            patch.setattr("barreleye.nn.sparse.SMALL", 0)
            model = MLPClassifier(**QUICK, **settings).fit(X, y)
            np.testing.assert_allclose(model.predict_proba(X), plain.predict_proba(X.toarray()), rtol=1e-6)
            assert isinstance(model.trace(X[:3]).A[0], np.ndarray)
            with pytest.raises(ValueError, match="X has NaN in column 5, first in row 0"):
                model.predict(scipy.sparse.csr_array(([np.nan], ([0], [5])), shape=(9, 200)))


def test_a_pipeline_scales_validation_rows_that_it_is_told_of():
    X = 50 + 10 * X_iris
    validation = {"X_val": X[1::2], "y_val": y_iris[1::2]}
    mlp = MLPClassifier(**QUICK, early_stopping=True)
    named = {f"mlp__{name}": value for name, value in validation.items()}
    with pytest.warns(UserWarning, match=r"validation rows lie far outside X in 4 of 4 columns.*transform_input"):
        Pipeline([("scaler", StandardScaler()), ("mlp", mlp)]).fit(X[::2], y_iris[::2], **named)
    with sklearn.config_context(enable_metadata_routing=True):
        steps = [("scaler", StandardScaler()), ("mlp", mlp.set_fit_request(X_val=True, y_val=True))]
        pipeline = Pipeline(steps, transform_input=["X_val"]).fit(X[::2], y_iris[::2], **validation)
    best = max(pipeline["mlp"].validation_scores_)
    assert pipeline["mlp"].best_validation_score_ == best == pipeline.score(X[1::2], y_iris[1::2])


def pickled(model):
    return pickle.loads(pickle.dumps(model))


def through_joblib(model):
    file = io.BytesIO()
    joblib.dump(model, file)
    file.seek(0)
    return joblib.load(file)


@pytest.mark.parametrize("engine", ["numpy", "xla"])
@pytest.mark.parametrize("copied", [pickled, through_joblib])
def test_a_copy_predicts_and_goes_on_like_the_original(copied, engine):
    model = MLPClassifier(**QUICK, batch_norm=True, dropout=0.1, engine=engine).fit(X_iris, y_iris)
    copy = copied(model)
    np.testing.assert_array_equal(copy.predict_proba(X_iris), model.predict_proba(X_iris))
    for one in (model, copy):
        one.partial_fit(X_iris, y_iris)
    for a, b in zip(model.coefs_, copy.coefs_, strict=True):
        np.testing.assert_array_equal(a, b)


def in_a_new_process(code):
    source = Path(barreleye.__file__).parents[1]
    setting = f"import sys; sys.path.insert(0, {str(source)!r})\n"
    run = subprocess.run([sys.executable, "-c", setting + code], capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr


def test_prediction_runs_without_jax():
    in_a_new_process(
        "import numpy as np\n"
        "from barreleye import MLPClassifier\n"
        "X = np.arange(20.0).reshape(10, 2) / 20; y = [0, 1] * 5\n"
        "model = MLPClassifier((3,), engine='numpy', batch_norm=True, tol=1e9, n_iter_no_change=1).fit(X, y)\n"
        "model.predict(X), model.predict_proba(X), model.score(X, y), model.trace(X), model.gradients(X, y)\n"
        "assert 'jax' not in sys.modules and 'matplotlib' not in sys.modules\n"
    )


def test_a_model_from_the_compiled_engine_predicts_without_jax(tmp_path):
    model = MLPClassifier(**QUICK, engine="xla").fit(X_iris, y_iris)
    (tmp_path / "model.pkl").write_bytes(pickle.dumps(model))
    in_a_new_process(
        "import pickle, pathlib\n"
        f"model = pickle.loads(pathlib.Path({str(tmp_path / 'model.pkl')!r}).read_bytes())\n"
        "model.predict([[0.0] * 4])\n"
        "assert 'jax' not in sys.modules\n"
    )
