"""Side by side with scikit-learn's MLPClassifier and MLPRegressor: parameters, attributes, first steps, quality."""

import inspect
import warnings

import numpy as np
import pytest
import sklearn.neural_network as theirs
from sklearn.datasets import load_breast_cancer, load_diabetes, load_iris
from sklearn.model_selection import cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler, scale

from barreleye import estimators as ours

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")

NAMES = ("MLPClassifier", "MLPRegressor")
X_iris, y_iris = load_iris(return_X_y=True)
X_iris = scale(X_iris)


def both(name, **settings):
    return getattr(theirs, name)(**settings), getattr(ours, name)(**settings)


@pytest.mark.parametrize("name", NAMES)
def test_parameters_have_scikit_learns_names_order_and_defaults(name):
    their, our = both(name)
    assert their.get_params().items() <= our.get_params().items()
    # Those that may be passed by position come first and in the same order.
    positional = [
        [p.name for p in inspect.signature(type(model)).parameters.values() if p.kind is p.POSITIONAL_OR_KEYWORD]
        for model in (their, our)
    ]
    assert positional[0] == positional[1]
    methods = {m for m in dir(their) if not m.startswith("_") and callable(getattr(their, m))}
    assert methods - set(dir(our)) == set()


def kind(value):
    """What can be said of an attribute without its numbers."""
    if isinstance(value, np.ndarray):
        return ("array", value.shape, value.dtype)
    if isinstance(value, list):
        return ("list", [kind(v) for v in value] if value and isinstance(value[0], np.ndarray) else None)
    return "number" if isinstance(value, int | float) and not isinstance(value, bool) else type(value)


@pytest.mark.parametrize(
    ("solver", "early_stopping"), [("adam", False), ("adam", True), ("sgd", False), ("sgd", True), ("lbfgs", False)]
)
@pytest.mark.parametrize("name", NAMES)
def test_fitted_attributes_have_scikit_learns_names_shapes_and_types(name, solver, early_stopping):
    models = both(
        name, hidden_layer_sizes=(6, 5), solver=solver, early_stopping=early_stopping, max_iter=3, random_state=0
    )
    for model in models:
        model.fit(X_iris, y_iris)
    public = [a for a in vars(models[0]) if a.endswith("_") and not a.startswith("_")]
    assert len(public) >= 9
    for attribute in public:
        their, our = (getattr(model, attribute) for model in models)
        assert kind(our) == kind(their), attribute
    for attribute in ("n_iter_", "t_", "n_layers_", "n_outputs_", "out_activation_", "n_features_in_"):
        if not (solver == "lbfgs" and attribute == "t_"):  # scikit-learn leaves t_ at 0 there
            assert getattr(models[1], attribute) == getattr(models[0], attribute), attribute


@pytest.mark.parametrize("activation", ["relu", "logistic"])
@pytest.mark.parametrize("name", NAMES)
def test_starting_weights_are_scikit_learns(name, activation):
    """A step with the smallest rate leaves them as they were."""
    settings = {"hidden_layer_sizes": (6, 5), "activation": activation, "random_state": 7, "learning_rate_init": 1e-300}
    their, our = (model.fit(X_iris, y_iris) for model in both(name, **settings, solver="sgd", max_iter=1))
    for a, b in zip(their.coefs_ + their.intercepts_, our.coefs_ + our.intercepts_, strict=True):
        np.testing.assert_array_equal(b, a)


@pytest.mark.parametrize("activation", ["relu", "logistic", "tanh", "identity"])
@pytest.mark.parametrize("name", NAMES)
def test_full_batch_gradient_descent_takes_scikit_learns_steps(name, activation):
    """With all rows in a batch their order does not matter; momentum, Nesterov, L2 and both losses are the same."""
    for momentum, nesterov in ((0.0, False), (0.9, False), (0.9, True)):
        models = both(
            name, hidden_layer_sizes=(6,), activation=activation, solver="sgd", momentum=momentum, batch_size=150,
            nesterovs_momentum=nesterov, max_iter=5, random_state=0, alpha=0.5, learning_rate_init=0.05,
        )  # fmt: skip
        their, our = (model.fit(X_iris, y_iris) for model in models)
        for a, b in zip(their.coefs_ + their.intercepts_, our.coefs_ + our.intercepts_, strict=True):
            np.testing.assert_allclose(b, a, rtol=1e-9, atol=1e-12)
        np.testing.assert_allclose(our.loss_curve_, their.loss_curve_)
        assert our.best_loss_ == pytest.approx(their.best_loss_)


def test_full_batch_adam_takes_scikit_learns_steps_but_for_epsilon():
    models = both("MLPClassifier", hidden_layer_sizes=(6,), batch_size=150, max_iter=8, random_state=0)
    their, our = (model.fit(X_iris, y_iris) for model in models)
    for a, b in zip(their.coefs_, our.coefs_, strict=True):
        np.testing.assert_allclose(b, a, rtol=1e-3, atol=1e-5)
    np.testing.assert_allclose(our.loss_curve_, their.loss_curve_, rtol=1e-5)


@pytest.mark.parametrize("name", NAMES)
def test_lbfgs_ends_where_scikit_learn_does(name):
    models = both(name, hidden_layer_sizes=(6,), activation="tanh", solver="lbfgs", alpha=1.0, random_state=0, tol=1e-6)
    their, our = (model.set_params(max_iter=2000).fit(X_iris, y_iris) for model in models)
    assert our.loss_ == pytest.approx(their.loss_, rel=1e-3)
    np.testing.assert_allclose(our.predict(X_iris), their.predict(X_iris), atol=0.02)


@pytest.mark.parametrize(
    ("name", "load", "noise"), [("MLPClassifier", load_breast_cancer, 0.02), ("MLPRegressor", load_diabetes, 0.05)]
)
def test_quality_is_scikit_learns_within_noise(name, load, noise):
    X, y = load(return_X_y=True)
    y = y if name == "MLPClassifier" else scale(y)
    means = []
    for model in both(name, hidden_layer_sizes=(30,), max_iter=40, learning_rate_init=0.01, random_state=0):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            means.append(cross_val_score(make_pipeline(StandardScaler(), model), X, y, cv=3).mean())
    assert abs(means[1] - means[0]) < noise
