"""One fit after another: schedules, the criterion of early stopping; and weights that leave a batch empty."""

import pkgutil
import signal
import warnings

import numpy as np
import pytest
from sklearn.datasets import load_breast_cancer, load_iris
from sklearn.exceptions import ConvergenceWarning
from sklearn.preprocessing import scale

from barreleye.estimators import MLPClassifier, MLPRegressor
from barreleye.nn.schedules import Cosine

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
X, y = load_iris(return_X_y=True)
X = scale(X)
STEPS = {"solver": "sgd", "momentum": 0.0, "batch_size": 50, "shuffle": False, "learning_rate_init": 0.1, "alpha": 0}
SETTINGS = {"hidden_layer_sizes": (4,), "random_state": 0, **STEPS}


@pytest.mark.parametrize("rate", ["cosine", "one_cycle", "coslog4", "exponential", "step", "warmup", "inverse_time"])
def test_a_named_schedule_begins_anew_with_each_warm_start(rate):
    """Gradient descent remembers nothing but its count of steps, so a second fit is a first fit from other weights."""
    settings = {**SETTINGS, "learning_rate": rate, "max_iter": 4, "engine": "numpy"}
    warm = MLPClassifier(**settings, warm_start=True).fit(X, y)
    ended = warm.coefs_[0].copy()
    from_there = MLPClassifier(**settings, warm_start=True).fit(X, y)
    from_there._memory = None
    for model in (warm, from_there):
        model.fit(X, y)
    np.testing.assert_allclose(warm.coefs_[0], from_there.coefs_[0], rtol=1e-9)
    assert np.abs(warm.coefs_[0] - ended).max() > 1e-3


@pytest.mark.parametrize(("first", "then"), [("adam", "sgd"), ("sgd", "adam"), ("lbfgs", "adam"), ("adam", "lbfgs")])
def test_another_solver_begins_with_an_empty_memory(first, then):
    settings = {"hidden_layer_sizes": (4,), "random_state": 0, "max_iter": 3, "warm_start": True, "engine": "numpy"}
    warm = MLPClassifier(**settings, solver=first).fit(X, y)
    fresh = MLPClassifier(**settings, solver=first).fit(X, y)
    fresh._memory = None
    for model in (warm, fresh):
        model.set_params(solver=then).fit(X, y)
    for mine, theirs in zip(warm.coefs_, fresh.coefs_, strict=True):
        np.testing.assert_array_equal(mine, theirs)


def test_a_schedule_of_known_length_goes_on_over_partial_fit_and_warm_starts():
    whole = MLPClassifier(**SETTINGS, learning_rate=Cosine(12), max_iter=4).fit(X, y)
    parts = MLPClassifier(**SETTINGS, learning_rate=Cosine(12))
    for _ in range(4):
        parts.partial_fit(X, y, classes=[0, 1, 2])
    warm = MLPClassifier(**SETTINGS, learning_rate=Cosine(12), warm_start=True, max_iter=2).fit(X, y).fit(X, y)
    for model in (parts, warm):
        np.testing.assert_allclose(model.coefs_[0], whole.coefs_[0], rtol=1e-9)


def test_adamw_without_decay_is_adam():
    settings = {"hidden_layer_sizes": (4,), "random_state": 0, "max_iter": 3, "learning_rate_init": 0.1}
    by_decay = {
        decay: MLPClassifier(**settings, solver="adamw", weight_decay=decay).fit(X, y).coefs_[0]
        for decay in (None, 0.0, 0.01)
    }
    np.testing.assert_array_equal(by_decay[0.0], MLPClassifier(**settings, solver="adam").fit(X, y).coefs_[0])
    np.testing.assert_array_equal(by_decay[None], by_decay[0.01])
    assert np.abs(by_decay[None] - by_decay[0.0]).max() > 1e-4


def test_a_warm_start_may_be_the_first_to_stop_early():
    model = MLPClassifier(**SETTINGS, warm_start=True, max_iter=3).fit(X, y)
    assert model.validation_scores_ is None
    model.set_params(early_stopping=True).fit(X, y)
    assert len(model.validation_scores_) == 3
    assert model.best_validation_score_ == max(model.validation_scores_)


@pytest.mark.parametrize("engine", ["numpy", "xla"])
@pytest.mark.parametrize("batch_norm", [False, True])
def test_a_batch_without_weight_changes_nothing(engine, batch_norm):
    """With the middle batch of three weighing nothing, each epoch makes the two steps of the other rows."""
    settings = {**SETTINGS, "alpha": 0.1, "batch_norm": batch_norm, "engine": engine}
    rows = np.random.default_rng(0).permutation(150)
    X_mixed, y_mixed = X[rows], y[rows]
    weights = np.repeat([1.0, 0.0, 1.0], 50)
    weighted = MLPClassifier(**settings, max_iter=3).fit(X_mixed, y_mixed, sample_weight=weights)
    others = MLPClassifier(**settings, max_iter=3).fit(X_mixed[weights > 0], y_mixed[weights > 0])
    assert np.isfinite(weighted.loss_curve_).all()
    np.testing.assert_allclose(weighted.coefs_[0], others.coefs_[0], rtol=1e-7)
    np.testing.assert_allclose(weighted.predict_proba(X), others.predict_proba(X), rtol=1e-7)


@pytest.mark.parametrize("engine", ["numpy", "xla"])
def test_most_batches_without_weight(engine):
    cancer, labels = load_breast_cancer(return_X_y=True)
    weights = np.zeros(len(labels))
    weights[::20] = 1
    model = MLPClassifier((8,), batch_size=10, max_iter=20, learning_rate_init=0.01, random_state=0, engine=engine)
    model.fit(scale(cancer), labels, sample_weight=weights)
    assert np.isfinite(model.loss_curve_).all()
    assert model.score(scale(cancer), labels) > 0.85


def pressing(monkeypatch, place):
    """Ctrl-C is pressed as the function at ``place`` is first called."""
    original = pkgutil.resolve_name(place)

    def pressed(*arguments, **keywords):
        monkeypatch.undo()
        signal.raise_signal(signal.SIGINT)
        return original(*arguments, **keywords)

    monkeypatch.setattr(place, pressed)


@pytest.mark.parametrize("engine", ["numpy", "xla"])
@pytest.mark.parametrize(
    "place", ["base.network_of", "fitting.schedule_of", "fitting.follow", "attributes.History.add"]
)
def test_ctrl_c_at_any_moment_of_a_fit_ends_it_with_a_usable_model(place, engine, monkeypatch):
    X, y = load_iris(return_X_y=True)
    pressing(monkeypatch, f"barreleye.estimators.{place}")
    model = MLPClassifier(max_iter=10**6, n_iter_no_change=10**6, engine=engine, random_state=0)
    with pytest.warns(UserWarning, match=r"training was interrupted at step \d+; its parameters are kept"):
        model.fit(X, y)
    assert model.predict(X).shape == y.shape
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_ctrl_c_after_the_last_step_is_the_program_s_once_the_model_is_whole(monkeypatch):
    X, y = load_iris(return_X_y=True)
    pressing(monkeypatch, "barreleye.estimators.base.attributes_of")
    model = MLPClassifier(max_iter=2, random_state=0)
    with pytest.raises(KeyboardInterrupt), pytest.warns(ConvergenceWarning):
        model.fit(X, y)
    assert model.predict(X).shape == y.shape


@pytest.mark.parametrize(
    ("limit", "why"),
    [({"max_iter": 3}, "it reached max_iter=3"), ({"max_fun": 3}, "its 3 cost evaluations are used up")],
)
def test_l_bfgs_that_runs_out_of_steps_says_of_which(limit, why):
    X, y = load_iris(return_X_y=True)
    with pytest.warns(ConvergenceWarning, match=rf"lbfgs failed to converge after \d iteration\(s\): .*{why}"):
        MLPClassifier((4,), solver="lbfgs", random_state=0, **limit).fit(X, y)


def test_l_bfgs_that_converges_is_told_nothing():
    X, y = load_iris(return_X_y=True)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        MLPClassifier((), alpha=1.0, solver="lbfgs", max_iter=1000, random_state=0).fit(X, y)


def test_l_bfgs_from_a_start_without_a_finite_cost_is_a_warning_that_names_the_layer():
    X, y = load_iris(return_X_y=True)
    model = MLPRegressor(loss="poisson", solver="lbfgs", max_iter=5, random_state=0)
    with pytest.warns(
        ConvergenceWarning, match=r"diverged at step 0: A\[2\] \(layer 2\) is not finite.* smaller weights"
    ):
        model.fit(X * 1e6, y)
    assert all(np.isfinite(p).all() for p in model.coefs_)
