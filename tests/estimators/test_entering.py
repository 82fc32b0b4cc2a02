"""A fit is a run where a history listens: what is kept of it, and what a fit is without one."""

import signal

import numpy as np
import pytest
import scipy.sparse
from sklearn.datasets import load_iris
from sklearn.exceptions import ConvergenceWarning
from sklearn.model_selection import GridSearchCV

from barreleye import History, MLPClassifier, MLPRegressor, TableClassifier, TableRegressor
from barreleye.data.fingerprint import fingerprint
from barreleye.data.frame import frame_of
from barreleye.estimators import table
from barreleye.estimators.callbacks import Hooks
from barreleye.training.progress import remember

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")

X, y = load_iris(return_X_y=True)
NAMES = np.array(["setosa", "versicolor", "virginica"])[y]
QUICK = {"hidden_layer_sizes": (4,), "max_iter": 3, "random_state": 5, "engine": "numpy"}


@pytest.fixture
def history(tmp_path):
    return History(tmp_path / "history.sqlite")


def kept(history, model, X, y, **how):
    """The record of a fit."""
    with history.recording():
        model.fit(X, y, **how)
    return history.read(history.entries(limit=1)[0].number)


@pytest.mark.parametrize("early_stopping", [False, True])
def test_a_fit_is_kept_with_its_settings_its_curves_and_its_score(early_stopping, history):
    model = MLPClassifier(**QUICK, early_stopping=early_stopping)
    run = kept(history, model, X, NAMES)
    assert (run["kind"], run["source"], run["state"], run["task"]) == ("fit", "MLPClassifier", "done", "classification")
    assert run["settings"].items() >= {"hidden_layer_sizes": [4], "max_iter": 3, "seed": 5, "solver": "adam"}.items()
    assert run["network"] == repr(model._network)
    assert run["rows"] == {"train": 150}
    curves = run["curves"]
    assert (curves["epoch"], curves["cost"]) == ([1, 2, 3], model.loss_curve_)
    if early_stopping:
        assert curves["validation score"] == model.validation_scores_
        assert run["score"] == {"name": "best validation score", "value": model.best_validation_score_}
    else:
        assert run["score"] == {"name": "cost", "value": model.loss_}
    (entry,) = history.entries()
    assert (entry.seed, entry.target, entry.value) == (5, "y", run["score"]["value"])


def test_lbfgs_and_warm_starts_have_whole_curves(history):
    run = kept(history, MLPRegressor(**QUICK, solver="lbfgs", n_members=2), X, X[:, 0])
    assert run["curves"]["epoch"] == list(range(len(run["curves"]["cost"])))
    assert run["task"] == "regression"
    model = MLPClassifier(**QUICK, warm_start=True).fit(X, y)
    run = kept(history, model.set_params(early_stopping=True), X, y)
    assert run["curves"]["epoch"] == [1, 2, 3, 4, 5, 6]
    assert run["curves"]["validation score"] == [None] * 3 + model.validation_scores_


@pytest.mark.parametrize("make", [TableClassifier, TableRegressor])
def test_a_fit_to_a_table_is_kept_as_the_command_keeps_a_run(make, history):
    columns = {"a": X[:, 0], "city": NAMES}
    model = make(**QUICK)
    run = kept(history, model, columns, y if make is TableRegressor else NAMES)
    assert (run["kind"], run["source"], run["state"]) == ("fit", make.__name__, "done")
    assert run["columns"]["city"]["kind"] == "category"
    assert run["settings"].items() >= {"layers": [4], "recipe": "plain"}.items()
    assert run["curves"]["cost"] == model.loss_curve_
    assert run["score"]["name"] == "validation cost"
    assert run["score"]["value"] == min(model.validation_loss_curve_)


def test_what_diverges_is_kept_as_such(history):
    wild = {**QUICK, "learning_rate_init": 1e9, "max_iter": 9}
    for model in (
        MLPRegressor(**wild, solver="sgd"),
        MLPRegressor(**wild, solver="sgd", early_stopping=True),
        TableRegressor(**wild, solver="gd"),
    ):
        assert kept(history, model, X, X[:, 0])["state"] == "diverged"


@pytest.mark.parametrize("make", [MLPClassifier, TableClassifier])
@pytest.mark.filterwarnings("ignore:training was interrupted")
def test_what_ctrl_c_ends_is_kept_as_such(make, history, monkeypatch):
    presses = [signal.SIGINT]  # a second one would end it at once

    def press(*_):
        while presses:
            signal.raise_signal(presses.pop())

    if make is TableClassifier:
        monkeypatch.setattr(table, "remember", lambda *of: (remember(*of), press()))
    else:
        monkeypatch.setattr(Hooks, "epoch_ends", press)
    run = kept(history, make(**{**QUICK, "max_iter": 10**6}), X, NAMES)
    assert run["state"] == "interrupted"


def test_a_fit_that_is_refused_is_no_run_and_one_that_fails_is_one(history):
    with pytest.raises(ValueError, match="0 feature"), history.recording():
        MLPClassifier(**QUICK).fit(X[:, :0], y)
    assert not history.path.exists()
    with pytest.raises(ValueError, match="scoring"), history.recording():
        MLPClassifier(**QUICK, early_stopping=True, scoring=lambda *_: "good").fit(X, y)
    (entry,) = history.entries()
    assert entry.state == "failed"


def test_every_fit_of_a_search_is_a_run(history):
    with history.recording():
        GridSearchCV(MLPClassifier(**QUICK), {"alpha": [0.1, 1.0]}, cv=2).fit(X, y)
    runs = [history.read(one.number) for one in reversed(history.entries())]
    assert [run["settings"]["alpha"] for run in runs[:4]] == [0.1, 0.1, 1.0, 1.0]
    assert [run["rows"]["train"] for run in runs] == [75, 75, 75, 75, 150]
    assert runs[0]["fingerprint"] == runs[2]["fingerprint"] != runs[1]["fingerprint"]


def test_data_are_told_apart_dense_and_sparse_with_weights_and_without(history):
    weights, S = np.ones(len(y)), scipy.sparse.eye_array(len(y), 60_000, format="csr")  # too large to be made dense
    fits = [(X, y, None), (X, y, weights), (X, 2 * y, None), (X + 1, y, None), (S, y, None), (2 * S, y, None)]
    found = [kept(history, MLPClassifier(**QUICK), a, b, sample_weight=w)["fingerprint"] for a, b, w in fits]
    assert len(set(found)) == len(fits)
    assert kept(history, MLPClassifier(**QUICK), X.copy(), y)["fingerprint"] == found[0]
    assert found[0] == fingerprint(frame_of(X), frame_of(y[:, None]))


def test_without_a_history_nothing_is_written_or_hashed(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("BARRELEYE_HISTORY")
    monkeypatch.setattr("barreleye.estimators.entering.fingerprint", None)
    MLPClassifier(**QUICK).fit(X, y)
    TableClassifier(**QUICK).fit(X, NAMES)
    assert list(tmp_path.iterdir()) == []


def test_a_part_of_a_fit_is_no_run(history):
    with history.recording():
        MLPClassifier(**QUICK).partial_fit(X, y, classes=[0, 1, 2])
    assert not history.path.exists()


def test_warnings_still_point_at_the_line_of_the_user(history):
    wild = {"solver": "gd", "learning_rate_init": 1e9}
    for model in (MLPRegressor(**QUICK), TableRegressor(**QUICK, **wild)):
        with history.recording(), pytest.warns(ConvergenceWarning) as caught:
            model.fit(X, X[:, 0])
        assert {one.filename for one in caught if one.category is ConvergenceWarning} == {__file__}
