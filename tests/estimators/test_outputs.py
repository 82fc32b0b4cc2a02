"""Choice of output activation: what the network answers, the loss that belongs to it, and what makes no sense."""

from dataclasses import dataclass

import numpy as np
import pytest
from sklearn.datasets import load_iris
from sklearn.metrics import log_loss
from sklearn.preprocessing import scale

from barreleye import MLPClassifier, MLPRegressor
from barreleye.nn.heads import Head, HuberHead, IdentityHead, SoftmaxHead, TanhHead

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")

X, y = load_iris(return_X_y=True)
X = scale(X)
TWO = np.where(y == 2, "rare", "usual")
SEVERAL = np.stack([y == 0, y != 1], axis=1).astype(int)
COLUMNS = np.stack([y, (X[:, 0] > 0) + 5], axis=1)
SETTINGS = {"hidden_layer_sizes": (8,), "solver": "lbfgs", "random_state": 0, "max_iter": 150}


def logistic(Z):
    return 1 / (1 + np.exp(-Z))


def softmax(Z):
    e = np.exp(Z - Z.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def one_vs_rest(P):
    return P / P.sum(axis=1, keepdims=True)


# What predict_proba makes of the output layer's Z, as the method's documentation has it
EXPECTED = {
    ("auto", "two"): lambda Z: np.c_[1 - logistic(Z), logistic(Z)],
    ("logistic", "two"): lambda Z: np.c_[1 - logistic(Z), logistic(Z)],
    ("softmax", "two"): softmax,
    ("tanh", "two"): lambda Z: np.c_[1 - np.tanh(Z), 1 + np.tanh(Z)] / 2,
    ("auto", "three"): softmax,
    ("softmax", "three"): softmax,
    ("sigmoid", "three"): lambda Z: one_vs_rest(logistic(Z)),
    ("tanh", "three"): lambda Z: one_vs_rest((1 + np.tanh(Z)) / 2),
    ("auto", "several"): logistic,
    ("logistic", "several"): logistic,
    ("tanh", "several"): lambda Z: (1 + np.tanh(Z)) / 2,
    ("auto", "columns"): lambda Z: [softmax(Z[:, :3]), softmax(Z[:, 3:])],
    ("softmax", "columns"): lambda Z: [softmax(Z[:, :3]), softmax(Z[:, 3:])],
    ("logistic", "columns"): lambda Z: [one_vs_rest(logistic(Z[:, :3])), one_vs_rest(logistic(Z[:, 3:]))],
}
TARGETS = {"two": TWO, "three": y, "several": SEVERAL, "columns": COLUMNS}
NAMES = {"sigmoid": "logistic", ("auto", "two"): "logistic", ("auto", "several"): "logistic", "auto": "softmax"}


@pytest.mark.parametrize(("name", "kind"), EXPECTED)
def test_output_activation_of_a_classifier(name, kind):
    targets = TARGETS[kind]
    model = MLPClassifier(**SETTINGS, output_activation=name).fit(X, targets)
    Z = model.trace(X).Z[2].T
    expected = EXPECTED[name, kind](Z)
    if kind == "columns":
        for mine, theirs in zip(model.predict_proba(X), expected, strict=True):
            np.testing.assert_allclose(mine, theirs, rtol=1e-6, atol=1e-12)
            np.testing.assert_allclose(mine.sum(axis=1), 1)
    else:
        np.testing.assert_allclose(model.predict_proba(X), expected, rtol=1e-6, atol=1e-12)
    assert model.out_activation_ == NAMES.get((name, kind), NAMES.get(name, name))
    assert model.score(X, targets) > 0.93


def test_softmax_for_two_classes_has_two_outputs():
    model = MLPClassifier(**SETTINGS, output_activation="softmax").fit(X, TWO)
    assert (model.n_outputs_, model.coefs_[-1].shape) == (2, (8, 2))
    penalty = 1e-4 / 300 * sum((W**2).sum() for W in model.coefs_)
    assert model.loss_ == pytest.approx(log_loss(TWO, model.predict_proba(X)) + penalty)
    incremental = MLPClassifier((8,), output_activation="softmax").partial_fit(
        X[:3], TWO[:3], classes=["rare", "usual"]
    )
    assert incremental.predict_proba(X).shape == (150, 2)


def test_tanh_learns_the_labels_minus_1_and_plus_1():
    """Its loss at z, y = -1 or +1, is the cross-entropy at 2z: that of the probabilities (1 + tanh z) / 2."""
    model = MLPClassifier(**SETTINGS, output_activation="tanh").fit(X, TWO)
    penalty = 1e-4 / 300 * sum((W**2).sum() for W in model.coefs_)
    assert model.loss_ == pytest.approx(log_loss(TWO, model.predict_proba(X)) + penalty)
    gradients = model.gradients(X, TWO)
    signs = np.where(TWO == "usual", 1, -1)
    np.testing.assert_allclose(gradients.dZ[2][0], np.tanh(model.trace(X).Z[2][0]) - signs)


def test_probabilities_that_are_all_0_are_shared_evenly():
    model = MLPClassifier(**SETTINGS, output_activation="logistic").fit(X, y)
    model.coefs_[-1][:] = 0
    model.intercepts_[-1][:] = -800
    np.testing.assert_array_equal(model.predict_proba(X[:1]), [[1 / 3, 1 / 3, 1 / 3]])


def test_early_stopping_sees_probabilities_whatever_the_output():
    model = MLPClassifier((8,), output_activation="tanh", early_stopping=True, scoring="neg_log_loss", max_iter=30)
    model.set_params(random_state=0, learning_rate_init=0.05).fit(X[::2], y[::2], X_val=X[1::2], y_val=y[1::2])
    assert model.best_validation_score_ == pytest.approx(-log_loss(y[1::2], model.predict_proba(X[1::2])))


@dataclass(frozen=True)
class Hinge(Head):
    """max(0, 1 - y z)^2, squared so that it is smooth; the answer is z between -1 and 1."""

    targets = "signs"
    classifies = True

    def link(self, Z):
        return np.clip(Z, -1, 1)

    def losses(self, Z, Y):
        return np.maximum(0, 1 - Y * Z) ** 2

    def dZ(self, Z, A, Y):
        return -2 * Y * np.maximum(0, 1 - Y * Z)


@pytest.mark.parametrize("head", [Hinge(), TanhHead(), SoftmaxHead()])
def test_a_head_of_ones_own_is_an_output(head):
    for targets in (TWO, y):
        model = MLPClassifier(**SETTINGS, output_activation=head, engine="numpy").fit(X, targets)
        assert model.score(X, targets) > 0.93
        assert model.out_activation_ == {"Hinge": "Hinge", "TanhHead": "tanh"}.get(type(head).__name__, "softmax")
        P = model.predict_proba(X)
        np.testing.assert_allclose(P.sum(axis=1), 1)
        assert P.min() >= 0


@pytest.mark.parametrize(
    ("output", "targets", "message"),
    [
        ("softmax", SEVERAL, "shares one probability among all columns of y.*choose one of 'logistic', 'tanh'"),
        (SoftmaxHead(), SEVERAL, "shares one probability among all columns of y"),
        (SoftmaxHead(), COLUMNS, "shares one probability among all columns of y.*choose one of 'auto'"),
        (IdentityHead(), y, r"IdentityHead\(\) is a head of numbers, which no class is"),
        ("relu", y, "The 'output_activation' parameter of MLPClassifier must be a str among"),
        (3, y, "output_activation"),
    ],
)
def test_outputs_that_no_class_can_have_are_refused(output, targets, message):
    with pytest.raises(ValueError, match=message):
        MLPClassifier(**SETTINGS, output_activation=output).fit(X, targets)


# Numbers

RANGES = {
    "relu": (lambda Z: np.maximum(Z, 0), 1 + X[:, 3] ** 2),
    "softplus": (lambda Z: np.log1p(np.exp(Z)), X[:, 3] ** 2),
    "exp": (np.exp, np.exp(X[:, 3])),
    "sigmoid": (logistic, logistic(X[:, 3])),
    "logistic": (logistic, logistic(X[:, 3])),
    "tanh": (np.tanh, np.tanh(X[:, 3])),
    "identity": (lambda Z: Z, X[:, 3]),
}


@pytest.mark.parametrize("name", RANGES)
def test_output_activation_of_a_regressor(name):
    g, targets = RANGES[name]
    settings = SETTINGS | {"activation": "tanh", "random_state": 1, "alpha": 0}
    model = MLPRegressor(**settings, output_activation=name).fit(X, targets)
    Z = model.trace(X).Z[2][0]
    np.testing.assert_allclose(model.predict(X), g(Z), rtol=1e-9)
    assert model.loss_ == pytest.approx(((targets - g(Z)) ** 2).mean() / 2)
    assert model.out_activation_ == {"sigmoid": "logistic"}.get(name, name)
    assert model.score(X, targets) > 0.97


def test_other_losses_behind_an_output_activation():
    targets = np.exp(X[:, 3])
    model = MLPRegressor("absolute_error", **SETTINGS | {"activation": "tanh"}, alpha=0, output_activation="softplus")
    model.fit(X, targets)
    assert model.loss_ == pytest.approx(np.abs(targets - model.predict(X)).mean())


def test_the_link_that_a_loss_brings_may_be_named():
    targets = np.exp(X[:, 3])
    for loss, link in (("poisson", "exp"), ("huber", "identity")):
        named = MLPRegressor(loss, **SETTINGS, output_activation=link).fit(X, targets)
        np.testing.assert_array_equal(named.predict(X), MLPRegressor(loss, **SETTINGS).fit(X, targets).predict(X))


def test_auto_is_what_scikit_learn_does():
    assert MLPRegressor(**SETTINGS).fit(X, X[:, 3]).out_activation_ == "identity"
    assert MLPRegressor("poisson", **SETTINGS).fit(X, X[:, 3] ** 2).out_activation_ == "exp"


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"loss": "poisson", "output_activation": "softplus"}, "loss='poisson' brings an output activation of its own"),
        ({"loss": HuberHead(2.0), "output_activation": "exp"}, r"loss=HuberHead.* leave output_activation='exp' out"),
        ({"standardize_target": True, "output_activation": "exp"}, "would move the range of output_activation='exp'"),
        ({"output_activation": "exp"}, "y holds -[0-9.]+, but output_activation='exp' takes 0 or above"),
        ({"output_activation": "softmax"}, "The 'output_activation' parameter of MLPRegressor must be a str among"),
    ],
)
def test_outputs_that_no_number_can_have_are_refused(settings, message):
    with pytest.raises(ValueError, match=message):
        MLPRegressor(**SETTINGS, **settings).fit(X, X[:, 3])


@pytest.mark.parametrize("name", ["tanh", "softmax", "logistic"])
@pytest.mark.parametrize("kind", ["two", "three"])
def test_an_output_activation_is_saved(name, kind, tmp_path):
    model = MLPClassifier(**SETTINGS, output_activation=name).fit(X, TARGETS[kind])
    model.save(tmp_path / "model")
    loaded = MLPClassifier.load(tmp_path / "model")
    np.testing.assert_array_equal(loaded.predict_proba(X), model.predict_proba(X))
    assert (loaded.out_activation_, loaded.n_outputs_) == (model.out_activation_, model.n_outputs_)


def test_an_output_activation_of_a_regressor_is_saved(tmp_path):
    model = MLPRegressor(**SETTINGS, output_activation="softplus").fit(X, X[:, 3] ** 2)
    model.save(tmp_path / "model")
    loaded = MLPRegressor.load(tmp_path / "model")
    np.testing.assert_array_equal(loaded.predict(X), model.predict(X))
    assert loaded.out_activation_ == "softplus"
