"""Parameters without an effect, and parameters that would make another network of a fitted one, are refused by name."""

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.datasets import load_iris
from sklearn.neural_network import MLPClassifier as SklearnClassifier
from sklearn.preprocessing import scale

from barreleye.estimators import MLPClassifier, MLPRegressor
from barreleye.nn.optimizers import Adam
from barreleye.nn.schedules import Cosine

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
X, y = load_iris(return_X_y=True)
X = scale(X)
SETTINGS = {"hidden_layer_sizes": (4,), "max_iter": 2, "random_state": 0}


@pytest.mark.parametrize("Estimator", [MLPClassifier, MLPRegressor])
@pytest.mark.parametrize(
    ("parameter", "value", "why"),
    [
        ("weight_decay", 0.1, "has no steps of its own to decay in"),
        ("clip_norm", 1.0, "chooses its own step lengths"),
        ("learning_rate", "cosine", "chooses its own step lengths"),
        ("learning_rate", Cosine(10), "chooses its own step lengths"),
        ("dropout", [0.1], "needs the same cost at every step"),
    ],
)
def test_lbfgs_refuses_what_it_would_ignore(Estimator, parameter, value, why):
    model = Estimator(**SETTINGS, solver="lbfgs", **{parameter: value})
    with pytest.raises(ValueError, match=f"{parameter}=.* has no effect on solver='lbfgs', which {why}"):
        model.fit(X, y)


def test_lbfgs_has_no_epochs_for_a_validation_set():
    with pytest.raises(ValueError, match="X_val has no effect on solver='lbfgs'"):
        MLPClassifier(**SETTINGS, solver="lbfgs").fit(X, y, X_val=X, y_val=y)


@pytest.mark.parametrize(
    "ignored",
    [{"learning_rate": "adaptive"}, {"learning_rate": "invscaling"}, {"batch_size": 7}, {"weight_decay": 0.0}],
)
def test_lbfgs_ignores_what_scikit_learn_ignores(ignored):
    plain = MLPClassifier(**SETTINGS, solver="lbfgs").fit(X, y)
    with_more = MLPClassifier(**SETTINGS, solver="lbfgs", **ignored).fit(X, y)
    np.testing.assert_array_equal(plain.coefs_[0], with_more.coefs_[0])


@pytest.mark.parametrize("rate", ["invscaling", "adaptive"])
@pytest.mark.parametrize("settings", [{}, {"early_stopping": True}])
def test_adam_ignores_the_rates_of_sgd_as_in_scikit_learn(rate, settings):
    """With tol=1 both come to the point where "adaptive" would divide the rate, and end there instead."""
    settings = {**SETTINGS, **settings, "max_iter": 60, "tol": 1.0}
    plain, other = (MLPClassifier(**settings, learning_rate=one).fit(X, y) for one in ("constant", rate))
    theirs = SklearnClassifier(**settings, learning_rate=rate).fit(X, y)
    np.testing.assert_array_equal(other.coefs_[0], plain.coefs_[0])
    assert other.n_iter_ == theirs.n_iter_


@pytest.mark.parametrize("rate", ["invscaling", "adaptive"])
@pytest.mark.parametrize("solver", ["adamw", "rmsprop", Adam()])
def test_solvers_that_scikit_learn_lacks_refuse_the_rates_of_sgd(rate, solver):
    with pytest.raises(ValueError, match=f"learning_rate='{rate}' is for solver='sgd' and has no effect on solver="):
        MLPClassifier(**SETTINGS, solver=solver, learning_rate=rate).fit(X, y)


@pytest.mark.parametrize(
    ("parameter", "value"), [("beta_1", 0.5), ("weight_decay", 0.1), ("momentum", 0.5), ("nesterovs_momentum", False)]
)
def test_an_optimizer_has_numbers_of_its_own(parameter, value):
    with pytest.raises(ValueError, match=rf"{parameter}={value} has no effect on solver=Adam\(.*: set them there"):
        MLPClassifier(**SETTINGS, solver=Adam(), **{parameter: value}).fit(X, y)


@pytest.mark.parametrize("parameter", [{"dropout": 0.1}, {"batch_norm": True}])
def test_what_belongs_to_hidden_layers_needs_one(parameter):
    with pytest.raises(ValueError, match=f"{next(iter(parameter))}=.* is for hidden layers"):
        MLPClassifier(hidden_layer_sizes=(), **parameter).fit(X, y)


def test_a_scoring_that_does_not_exist_is_refused_though_nothing_is_scored():
    with pytest.raises(ValueError, match="'nonsense' is not a valid scoring value"):
        MLPClassifier(**SETTINGS, scoring="nonsense").fit(X, y)


def test_validation_weights_need_validation_rows():
    with pytest.raises(ValueError, match="sample_weight_val weighs the rows of X_val"):
        MLPClassifier(**SETTINGS).fit(X, y, sample_weight_val=np.ones(150))


def test_batch_norm_needs_two_rows_in_a_step():
    with pytest.raises(ValueError, match="batch_size=1 has but one"):
        MLPClassifier(**SETTINGS, batch_norm=True, batch_size=1).fit(X, y)


@pytest.mark.parametrize("init", ["auto", "he_normal"])
def test_more_members_than_the_memory_holds(init):
    with pytest.raises(MemoryError, match=r"1,000,000,000,000 networks n=\(4, 4, 3\) .* or fewer networks"):
        MLPClassifier(**SETTINGS, init=init, n_members=10**12).fit(X, y)


@pytest.mark.parametrize(
    ("parameter", "value", "before"),
    [
        ("hidden_layer_sizes", (5,), r"\(4,\)"),
        ("hidden_layer_sizes", (4, 4), r"\(4,\)"),
        ("batch_norm", True, r"\[False\]"),
        ("output_activation", "logistic", "'softmax'"),
        ("n_members", 2, "1"),
    ],
)
def test_a_warm_start_keeps_its_network(parameter, value, before):
    model = MLPClassifier(**SETTINGS, warm_start=True).fit(X, y)
    coefs = model.coefs_[0].copy()
    model.set_params(**{parameter: value})
    for go_on in (model.fit, model.partial_fit):
        with pytest.raises(ValueError, match=f"{parameter}=.*, but the fit to go on from has {before}: set it back"):
            go_on(X, y)
    np.testing.assert_array_equal(model.coefs_[0], coefs)
    assert clone(model).fit(X, y).n_iter_ == 2


def test_a_warm_start_may_take_another_loss_of_the_same_output():
    model = MLPRegressor(**SETTINGS, warm_start=True).fit(X, y)
    assert len(model.set_params(loss="huber").fit(X, y).loss_curve_) == 4
    with pytest.raises(ValueError, match="output_activation='exp', but the fit to go on from has 'identity'"):
        model.set_params(loss="poisson").fit(X, y)


@pytest.mark.parametrize("rate", ["cosine", "one_cycle", "coslog4", "exponential", "step", "warmup", "inverse_time"])
def test_partial_fit_has_no_last_step(rate):
    model = MLPClassifier(**SETTINGS, learning_rate=rate)
    assert not hasattr(model, "partial_fit")
    with pytest.raises(AttributeError) as refused:
        model.partial_fit(X, y, classes=[0, 1, 2])
    assert f"learning_rate='{rate}', which spans the epochs of one fit" in str(refused.value.__cause__)
