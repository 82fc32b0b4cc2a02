"""What scikit-learn's users have asked of its MLP, one test for each wish."""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.datasets import load_breast_cancer, load_iris
from sklearn.exceptions import ConvergenceWarning
from sklearn.metrics import log_loss, roc_auc_score
from sklearn.preprocessing import scale

from barreleye import MLPClassifier, MLPRegressor
from barreleye.nn.activations import Activation
from barreleye.nn.heads import Head, QuantileHead
from barreleye.nn.initializers import Normal
from barreleye.nn.optimizers import Nesterov
from barreleye.nn.quantities import Parameters
from barreleye.nn.schedules import Schedule
from barreleye.nn.structure import Network
from barreleye.training.batches import Table
from barreleye.training.loop import train

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")

X_iris, y_iris = load_iris(return_X_y=True)
X_iris = scale(X_iris)
X_cancer, y_cancer = load_breast_cancer(return_X_y=True)
X_cancer = scale(X_cancer)
ONE_STEP = {"solver": "sgd", "momentum": 0.0, "batch_size": 150, "max_iter": 1, "learning_rate_init": 0.1}


def start(sizes, seed):
    """scikit-learn's starting weights, from the same random numbers."""
    rng = np.random.RandomState(seed)
    coefs, intercepts = [], []
    for n_in, n_out in pairwise(sizes):
        bound = np.sqrt(6 / (n_in + n_out))
        coefs.append(rng.uniform(-bound, bound, (n_in, n_out)))
        intercepts.append(rng.uniform(-bound, bound, n_out))
    return coefs, intercepts


def same(one, other, **tolerance):
    for a, b in zip(one.coefs_ + one.intercepts_, other.coefs_ + other.intercepts_, strict=True):
        np.testing.assert_allclose(a, b, **tolerance)


# Labels and weights


def test_class_weight():
    rare = np.r_[0:50, 50:60]
    X, y = X_iris[rare], y_iris[rare]
    settings = {"hidden_layer_sizes": (5,), "max_iter": 20, "random_state": 0, "learning_rate_init": 0.01}
    by_class = MLPClassifier(**settings, class_weight={0: 1, 1: 5}).fit(X, y)
    same(by_class, MLPClassifier(**settings).fit(X, y, sample_weight=np.where(y == 1, 5.0, 1.0)), rtol=1e-9)
    balanced = MLPClassifier(**settings, alpha=0, class_weight="balanced").fit(X, y)
    same(balanced, MLPClassifier(**settings, alpha=0, class_weight={0: 1, 1: 5}).fit(X, y), rtol=1e-6)
    plain = MLPClassifier(**settings).fit(X, y)
    assert by_class.predict_proba(X)[:, 1].mean() > plain.predict_proba(X)[:, 1].mean() + 0.02


def test_class_weight_balanced_counts_sample_weights():
    y = y_cancer[:100]
    weight = np.random.default_rng(0).integers(1, 4, 100)
    settings = {"hidden_layer_sizes": (4,), "max_iter": 10, "random_state": 0, "class_weight": "balanced"}
    weighted = MLPClassifier(**settings, batch_size=100).fit(X_cancer[:100], y, sample_weight=weight)
    repeated = MLPClassifier(**settings, batch_size=int(weight.sum()))
    same(weighted, repeated.fit(X_cancer[:100].repeat(weight, 0), y.repeat(weight)), rtol=1e-8, atol=1e-12)


def test_multiclass_multioutput():
    y = np.stack([y_iris, (X_iris[:, 0] > 0).astype(int) + 5], axis=1)
    model = MLPClassifier((10,), solver="lbfgs", random_state=0, max_iter=100).fit(X_iris, y)
    assert [classes.tolist() for classes in model.classes_] == [[0, 1, 2], [5, 6]]
    proba = model.predict_proba(X_iris)
    assert [p.shape for p in proba] == [(150, 3), (150, 2)]
    for p in proba:
        np.testing.assert_allclose(p.sum(axis=1), 1)
    assert (model.predict(X_iris) == y).mean(axis=0).min() > 0.95
    J = sum(log_loss(y[:, k], proba[k]) for k in range(2)) + 1e-4 / 300 * sum((W**2).sum() for W in model.coefs_)
    assert model.loss_ == pytest.approx(J)
    assert [np.exp(p).shape for p in model.predict_log_proba(X_iris)] == [(150, 3), (150, 2)]


def test_multilabel_partial_fit():
    Y = np.stack([y_iris == 0, y_iris != 1, X_iris[:, 0] > 0], axis=1).astype(int)
    model = MLPClassifier((10,), random_state=0, learning_rate_init=0.05)
    for _ in range(60):
        model.partial_fit(X_iris, Y, classes=[0, 1, 2])
    assert model.predict(X_iris).shape == Y.shape
    assert (model.predict(X_iris) == Y).mean() > 0.9


# The network


@pytest.mark.parametrize("dropout", [0.3, [0.3]])
def test_dropout(dropout):
    """With one row, the weights into a unit that was dropped are left alone, and the others move 1 / (1 - 0.3) more."""
    X = X_iris[:2]
    settings = {**ONE_STEP, "hidden_layer_sizes": (400,), "random_state": 3, "alpha": 0, "activation": "identity"}
    settings["batch_size"] = 1
    coefs, _ = start((4, 400, 1), 3)
    model = MLPClassifier(**settings, dropout=dropout).partial_fit(X[:1], [0], classes=[0, 1])
    plain = MLPClassifier(**settings).partial_fit(X[:1], [0], classes=[0, 1])
    moved = (model.coefs_[0] != coefs[0]).all(axis=0)
    assert 0.6 < moved.mean() < 0.8
    assert (model.coefs_[0] == coefs[0]).all(axis=0).sum() + moved.sum() == 400
    ratio = (model.coefs_[0] - coefs[0])[:, moved] / (plain.coefs_[0] - coefs[0])[:, moved]
    np.testing.assert_allclose(ratio, ratio[0, 0], rtol=1e-6)  # one factor: that of dZ[2], and 1 / 0.7
    assert np.array_equal(model.predict_proba(X), model.predict_proba(X))


FORMULAS = {
    "leaky_relu": lambda z: np.where(z > 0, z, 0.01 * z),
    "mish": lambda z: z * np.tanh(np.log1p(np.exp(z))),
    "elu": lambda z: np.where(z > 0, z, np.exp(z) - 1),
    "silu": lambda z: z / (1 + np.exp(-z)),
    "softplus": lambda z: np.log1p(np.exp(z)),
    "logistic": lambda z: 1 / (1 + np.exp(-z)),
    "tanh": np.tanh,
    "relu": lambda z: np.maximum(z, 0),
}


@pytest.mark.parametrize("name", FORMULAS)
def test_leaky_relu_mish_and_the_rest(name):
    model = MLPClassifier((6,), activation=name, solver="lbfgs", random_state=0, max_iter=60).fit(X_iris, y_iris)
    trace = model.trace(X_iris)
    np.testing.assert_allclose(trace.A[1], FORMULAS[name](trace.Z[1]), rtol=1e-9, atol=1e-12)
    assert model.score(X_iris, y_iris) > 0.95


def test_activation_per_layer():
    model = MLPClassifier((5, 4), activation=["tanh", "relu"], solver="lbfgs", max_iter=20).fit(X_iris, y_iris)
    trace = model.trace(X_iris)
    np.testing.assert_allclose(trace.A[1], np.tanh(trace.Z[1]))
    np.testing.assert_allclose(trace.A[2], np.maximum(trace.Z[2], 0))
    with pytest.raises(ValueError, match=r"3 value\(s\), and hidden_layer_sizes=\(5, 4\) 2 layer"):
        MLPClassifier((5, 4), activation=["tanh"] * 3).fit(X_iris, y_iris)


@dataclass(frozen=True)
class Bent(Activation):
    """(z + sqrt(z^2 + 4)) / 2."""

    def __call__(self, Z):
        return (Z + (Z * Z + 4) ** 0.5) / 2

    def derivative(self, Z, A):
        return (1 + Z / (Z * Z + 4) ** 0.5) / 2


def test_custom_activation():
    model = MLPClassifier((6,), activation=Bent(), solver="lbfgs", random_state=0).fit(X_iris, y_iris)
    trace = model.trace(X_iris)
    np.testing.assert_allclose(trace.A[1], (trace.Z[1] + np.sqrt(trace.Z[1] ** 2 + 4)) / 2)
    assert model.score(X_iris, y_iris) > 0.95


def test_absolute_error():
    """Of a constant model, the absolute error's best answer is the median, the squared error's the mean."""
    y = np.random.default_rng(0).exponential(size=501)
    X = np.zeros((501, 1))
    settings = {"hidden_layer_sizes": (2,), "max_iter": 600, "learning_rate_init": 0.01, "batch_size": 501, "alpha": 0}
    settings |= {"random_state": 0, "n_iter_no_change": np.inf, "learning_rate": "cosine"}
    median = MLPRegressor("absolute_error", **settings).fit(X, y)
    assert median.predict(X[:1])[0] == pytest.approx(np.median(y), abs=0.02)
    assert median.loss_ == pytest.approx(np.abs(y - median.predict(X)).mean(), rel=1e-3)
    mean = MLPRegressor(**settings).fit(X, y)
    assert mean.predict(X[:1])[0] == pytest.approx(y.mean(), abs=0.02)
    upper = MLPRegressor(QuantileHead(0.9), **settings).fit(X, y)
    assert (y < upper.predict(X[:1])[0]).mean() == pytest.approx(0.9, abs=0.02)


@dataclass(frozen=True)
class LogCosh(Head):
    def link(self, Z):
        return Z

    def losses(self, Z, Y):
        return np.log(np.cosh(Z - Y))

    def dZ(self, Z, A, Y):
        return np.tanh(Z - Y)


def test_custom_loss_as_a_head():
    y = X_iris[:, 3]
    model = MLPRegressor(LogCosh(), (8,), solver="lbfgs", random_state=0, engine="numpy", alpha=0).fit(X_iris[:, :3], y)
    assert model.score(X_iris[:, :3], y) > 0.9
    assert model.loss_ == pytest.approx(np.log(np.cosh(model.predict(X_iris[:, :3]) - y)).mean())


def test_batch_norm():
    model = MLPClassifier((6, 5), batch_norm=[True, False], max_iter=60, random_state=0, learning_rate_init=0.02)
    model.fit(X_iris, y_iris)
    gamma, mu, sigma2 = model.batch_norm_scales_[0], model.batch_norm_means_[0], model.batch_norm_variances_[0]
    assert model.batch_norm_scales_[1] is None
    Z = (X_iris @ model.coefs_[0] - mu) / np.sqrt(sigma2 + 1e-5)
    A = np.maximum(gamma * Z + model.intercepts_[0], 0)
    A = np.maximum(A @ model.coefs_[1] + model.intercepts_[1], 0)
    Z = A @ model.coefs_[2] + model.intercepts_[2]
    P = np.exp(Z) / np.exp(Z).sum(axis=1, keepdims=True)
    np.testing.assert_allclose(model.predict_proba(X_iris), P, rtol=1e-3, atol=1e-6)
    np.testing.assert_allclose(model.predict_proba(X_iris[:1]), model.predict_proba(X_iris)[:1])
    assert model.score(X_iris, y_iris) > 0.9


def test_choice_of_initialization():
    off = {"learning_rate": Off(), "max_iter": 1, "random_state": 0}
    zero = MLPClassifier((5,), init="zeros", **off).fit(X_iris, y_iris)
    assert not any(W.any() for W in zero.coefs_)
    he = MLPClassifier((2000,), init="he_normal", **off).fit(X_iris, y_iris)
    assert he.coefs_[0].var() == pytest.approx(2 / 4, rel=0.1)
    small = MLPClassifier((2000,), init=Normal(0.03), **off).fit(X_iris, y_iris)
    assert small.coefs_[0].std() == pytest.approx(0.03, rel=0.1)


# The steps


@dataclass(frozen=True)
class Off(Schedule):
    """A learning rate of 0."""

    def __call__(self, t):
        return t * 0.0


@pytest.mark.parametrize("solver", ["adam", "adamw", "sgd", "rmsprop"])
def test_schedules_for_every_solver(solver):
    model = MLPClassifier((5,), solver=solver, learning_rate=Off(), max_iter=3, random_state=1).fit(X_iris, y_iris)
    for W, unchanged in zip(model.coefs_, start((4, 5, 3), 1)[0], strict=True):
        np.testing.assert_array_equal(W, unchanged)
    settings = {"hidden_layer_sizes": (5,), "solver": solver, "max_iter": 20, "random_state": 1}
    plain = MLPClassifier(**settings).fit(X_iris, y_iris)
    for schedule in ("cosine", "exponential", "one_cycle"):
        other = MLPClassifier(**settings, learning_rate=schedule).fit(X_iris, y_iris)
        assert not np.allclose(other.coefs_[0], plain.coefs_[0], rtol=1e-6), schedule


@pytest.mark.parametrize("weight_decay", [0.0, 0.3])
def test_weight_decay_beside_alpha(weight_decay):
    """W := W - rate (dW + alpha/m W) - rate weight_decay W; b := b - rate db. alpha is the lambda of alpha/(2m) W^2."""
    alpha, m = 6.0, 150
    model = MLPClassifier(
        (5,), activation="identity", alpha=alpha, weight_decay=weight_decay, random_state=2, **ONE_STEP
    )
    coefs, intercepts = start((4, 5, 3), 2)
    model.fit(X_iris, y_iris)
    Z = (X_iris @ coefs[0] + intercepts[0]) @ coefs[1] + intercepts[1]
    P = np.exp(Z) / np.exp(Z).sum(axis=1, keepdims=True)
    dZ = (P - np.eye(3)[y_iris]) / m
    dW1 = X_iris.T @ (dZ @ coefs[1].T) + alpha / m * coefs[0]
    np.testing.assert_allclose(model.coefs_[0], coefs[0] - 0.1 * (dW1 + weight_decay * coefs[0]), rtol=1e-9)
    np.testing.assert_allclose(model.intercepts_[1], intercepts[1] - 0.1 * dZ.sum(axis=0), rtol=1e-9)


def test_clipping():
    """One step of plain gradient descent is as long as the rate times the limit, and has the gradient's direction."""
    coefs, intercepts = start((4, 5, 3), 2)

    def change(**settings):
        model = MLPClassifier((5,), random_state=2, **ONE_STEP, **settings).fit(X_iris, y_iris)
        pairs = zip(model.coefs_ + model.intercepts_, coefs + intercepts, strict=True)
        return np.concatenate([(new - old).ravel() for new, old in pairs])

    free, clipped = change(), change(clip_norm=1e-3)
    assert np.linalg.norm(free) > 1e-3
    assert np.linalg.norm(clipped) == pytest.approx(0.1 * 1e-3)
    np.testing.assert_allclose(clipped / np.linalg.norm(clipped), free / np.linalg.norm(free), rtol=1e-6, atol=1e-9)


def test_divergence_keeps_the_last_finite_parameters():
    settings = {"activation": "identity", "solver": "sgd", "learning_rate_init": 10.0, "random_state": 0}
    model = MLPRegressor(hidden_layer_sizes=(20,), **settings)
    with pytest.warns(ConvergenceWarning, match=r"diverged at step \d+: .* is not finite.*Try learning_rate_init="):
        model.fit(X_cancer, y_cancer)
    assert all(np.isfinite(p).all() for p in model.coefs_ + model.intercepts_)
    assert np.isnan(model.loss_curve_[-1])
    assert np.isfinite(model.loss_curve_[:-1]).all()


def test_divergence_with_early_stopping_ends_with_a_nan_score():
    settings = {"activation": "identity", "solver": "sgd", "learning_rate_init": 10.0, "random_state": 0}
    model = MLPRegressor(hidden_layer_sizes=(20,), early_stopping=True, **settings)
    with pytest.warns(ConvergenceWarning, match="diverged"):
        model.fit(X_cancer, y_cancer)
    assert np.isnan(model.validation_scores_[-1])
    assert np.isfinite(model.predict(X_cancer)).all()


def test_rmsprop_nesterov_and_adamw():
    """RMSProp's first step is rate g / (sqrt((1 - beta_2) g^2) + eps): about rate / sqrt(1 - beta_2) for any g."""
    settings = {
        "hidden_layer_sizes": (5,),
        "random_state": 2,
        "alpha": 0,
        "batch_size": 150,
        "learning_rate_init": 0.01,
    }
    coefs, _ = start((4, 5, 3), 2)
    rmsprop = MLPClassifier(**settings, solver="rmsprop", beta_2=0.99, max_iter=1).fit(X_iris, y_iris)
    np.testing.assert_allclose(np.abs(rmsprop.coefs_[1] - coefs[1]), 0.01 / np.sqrt(1 - 0.99), rtol=1e-4)
    settings["max_iter"] = 5
    adamw = MLPClassifier(**settings, solver="adamw").fit(X_iris, y_iris)
    same(adamw, MLPClassifier(**settings, solver="adam", weight_decay=0.01).fit(X_iris, y_iris), rtol=1e-12)
    by_name = MLPClassifier(**settings, solver="sgd", momentum=0.8).fit(X_iris, y_iris)
    same(by_name, MLPClassifier(**settings, solver=Nesterov(0.8)).fit(X_iris, y_iris), rtol=1e-12)


def test_warm_start_keeps_adams_state():
    """Three epochs and then four are seven, in the same steps as the library's own loop makes them."""
    settings = {"hidden_layer_sizes": (5,), "random_state": 0, "batch_size": 50, "shuffle": False}
    warm = MLPClassifier(**settings, warm_start=True, max_iter=3).fit(X_iris, y_iris)
    warm.set_params(max_iter=4).fit(X_iris, y_iris)
    coefs, intercepts = start((4, 5, 3), 0)
    parameters = Parameters(
        {l: W.T for l, W in enumerate(coefs, 1)}, {l: b.reshape(-1, 1) for l, b in enumerate(intercepts, 1)}, {}, {}
    )
    network = Network((4, 5, 3), "relu", "softmax", L2=1e-4)
    *_, last = train(network, X_iris, np.eye(3)[y_iris], parameters=parameters, batch_size=50, shuffle=False, epochs=7)
    for l in (1, 2):
        np.testing.assert_allclose(warm.coefs_[l - 1], last.parameters.W[l].T, rtol=1e-9)
    same(warm, MLPClassifier(**settings, max_iter=7).fit(X_iris, y_iris), rtol=1e-9)
    assert len(warm.loss_curve_) == 7


def test_partial_fit_keeps_adams_state():
    settings = {"hidden_layer_sizes": (5,), "random_state": 0, "batch_size": 50, "shuffle": False}
    model = MLPClassifier(**settings)
    for _ in range(7):
        model.partial_fit(X_iris, y_iris, classes=[0, 1, 2])
    same(model, MLPClassifier(**settings, max_iter=7).fit(X_iris, y_iris), rtol=1e-9)


def test_adam_stays_in_float32():
    model = MLPClassifier((5,), max_iter=3, random_state=0).fit(X_iris.astype(np.float32), y_iris)
    memory = [slot for slots in model._memory.optimizer.arrays() for slot in slots]
    assert len(memory) == 8
    assert {p.dtype for p in [*memory, *model.coefs_, *model.intercepts_]} == {np.dtype(np.float32)}
    assert model.predict_proba(X_iris.astype(np.float32)).dtype == np.float32


def test_partial_fit_with_an_integer_seed_does_not_repeat_its_shuffle(monkeypatch):
    orders = []
    original = Table.order
    monkeypatch.setattr(Table, "order", lambda self, epoch: orders.append(original(self, epoch)) or orders[-1])
    model = MLPClassifier((5,), random_state=0, batch_size=50, engine="numpy")
    for _ in range(3):
        model.partial_fit(X_iris, y_iris, classes=[0, 1, 2])
    assert len({tuple(order) for order in orders}) == 3


# Validation and early stopping


def test_validation_loss_curve():
    model = MLPClassifier((5,), max_iter=15, random_state=0, alpha=0)
    model.fit(X_iris[::2], y_iris[::2], X_val=X_iris[1::2], y_val=y_iris[1::2])
    assert len(model.validation_loss_curve_) == len(model.loss_curve_) == 15
    expected = log_loss(y_iris[1::2], model.predict_proba(X_iris[1::2]))
    assert model.validation_loss_curve_[-1] == pytest.approx(expected)
    assert MLPClassifier((5,), max_iter=2).fit(X_iris, y_iris).validation_loss_curve_ is None
    stopping = MLPClassifier((5,), max_iter=5, early_stopping=True, random_state=0).fit(X_iris, y_iris)
    assert len(stopping.validation_loss_curve_) == 5


@pytest.mark.parametrize(
    ("scoring", "judge"),
    [
        ("roc_auc", lambda y, P: roc_auc_score(y, P[:, 1])),
        ("neg_log_loss", lambda y, P: -log_loss(y, P)),
        (None, lambda y, P: (P.argmax(axis=1) == y).mean()),
    ],
)
def test_own_validation_set_and_any_metric_with_the_best_epoch_restored(scoring, judge):
    X_val, y_val = X_cancer[400:], y_cancer[400:]
    model = MLPClassifier((8,), early_stopping=True, scoring=scoring, learning_rate_init=0.1, random_state=0, tol=0)
    model.fit(X_cancer[:400], y_cancer[:400], X_val=X_val, y_val=y_val)
    assert model.t_ == 400 * model.n_iter_  # every row of X was trained on
    assert model.best_validation_score_ == max(model.validation_scores_)
    assert model.validation_scores_[-1] < model.best_validation_score_  # so that something was restored
    assert judge(y_val, model.predict_proba(X_val)) == pytest.approx(model.best_validation_score_)


def test_own_validation_set_may_have_weights():
    weight = np.random.default_rng(0).random(75)
    model = MLPClassifier((5,), max_iter=4, random_state=0, early_stopping=True)
    model.fit(X_iris[::2], y_iris[::2], X_val=X_iris[1::2], y_val=y_iris[1::2], sample_weight_val=weight)
    best = np.average(model.predict(X_iris[1::2]) == y_iris[1::2], weights=weight)
    assert model.best_validation_score_ == pytest.approx(best)
    with pytest.raises(ValueError, match="belong together"):
        model.fit(X_iris, y_iris, X_val=X_iris)


@pytest.mark.parametrize("Estimator", [MLPClassifier, MLPRegressor])
def test_partial_fit_with_early_stopping(Estimator):
    model = Estimator(hidden_layer_sizes=(5,), early_stopping=True, random_state=0)
    classes = {"classes": [0, 1, 2]} if Estimator is MLPClassifier else {}
    with pytest.raises(ValueError, match="pass X_val and y_val"):
        clone(model).partial_fit(X_iris, y_iris, **classes)
    for _ in range(5):
        model.partial_fit(X_iris[::2], y_iris[::2], X_val=X_iris[1::2], y_val=y_iris[1::2], **classes)
    assert len(model.validation_scores_) == len(model.validation_loss_curve_) == 5
    assert model.best_validation_score_ == max(model.validation_scores_)
    assert model.validation_scores_[-1] == pytest.approx(model.score(X_iris[1::2], y_iris[1::2]))


def test_early_stopping_splits_in_proportion():
    """scikit-learn stratifies two classes only; here a rare third one has its share of the validation part too."""
    rare = np.r_[0:50, 50:100, 100:110]
    seen = []

    def scorer(estimator, X, y):
        seen.append(np.bincount(y, minlength=3))
        return (estimator.predict(X) == y).mean()

    for seed in range(5):
        model = MLPClassifier((3,), early_stopping=True, scoring=scorer, validation_fraction=0.2, max_iter=1)
        model.set_params(random_state=seed).fit(X_iris[rare], y_iris[rare])
    assert [part.tolist() for part in seen] == [[10, 10, 2]] * 5


def test_early_stopping_with_lbfgs_is_refused():
    for Estimator in (MLPClassifier, MLPRegressor):
        with pytest.raises(ValueError, match="no effect on solver='lbfgs'"):
            Estimator(solver="lbfgs", early_stopping=True).fit(X_iris, y_iris)


# What a network computes


def J_of(model, X, y, weight):
    """The cost, by an independent forward pass in rows."""
    A = X
    for l, (W, b) in enumerate(zip(model.coefs_, model.intercepts_, strict=True), 1):
        Z = A @ W + b
        A = np.tanh(Z) if l < len(model.coefs_) else Z
    P = np.exp(A) / np.exp(A).sum(axis=1, keepdims=True)
    penalty = model.alpha / (2 * weight.sum()) * sum((W**2).sum() for W in model.coefs_)
    return np.average(-np.log(P[np.arange(len(y)), y]), weights=weight) + penalty


def test_public_hidden_activations_and_gradients():
    model = MLPClassifier((4, 3), activation="tanh", alpha=2.0, random_state=0, max_iter=3, class_weight={0: 3.0})
    model.fit(X_iris, y_iris)
    X, y = X_iris[::10], y_iris[::10]
    trace = model.trace(X)
    np.testing.assert_allclose(trace.A[1].T, np.tanh(X @ model.coefs_[0] + model.intercepts_[0]))
    np.testing.assert_allclose(trace.Y_hat.T, model.predict_proba(X))
    weight = np.linspace(1, 2, len(X))
    gradients = model.gradients(X, y, weight)
    weight = weight * np.where(y == 0, 3.0, 1.0)
    eps = 1e-6
    for l in (1, 2, 3):
        pairs = (model.coefs_[l - 1], gradients.dW[l].T), (model.intercepts_[l - 1], gradients.db[l].T)
        for array, derivative in pairs:
            flat, numeric = array.flat, np.zeros(array.size)
            for i in range(array.size):
                here = flat[i]
                flat[i] = here + eps
                above = J_of(model, X, y, weight)
                flat[i] = here - eps
                numeric[i] = (above - J_of(model, X, y, weight)) / (2 * eps)
                flat[i] = here
            np.testing.assert_allclose(derivative.ravel(), numeric, rtol=1e-5, atol=1e-8)
    numeric = np.zeros(4)
    for i in range(4):
        step = eps * np.eye(1, len(X) * 4, i).reshape(len(X), 4)
        numeric[i] = (J_of(model, X + step, y, weight) - J_of(model, X - step, y, weight)) / (2 * eps)
    np.testing.assert_allclose(gradients.dA[0][:, 0] / weight.sum(), numeric, rtol=1e-5, atol=1e-8)
    assert "dW[3]" in str(gradients)


# Every output standardised on request


def test_standardize_target():
    """The units of y do not matter: predictions for a y + b are those for y, mapped."""
    X, y = X_cancer[:, 2:], X_cancer[:, :2]
    settings = {"hidden_layer_sizes": (5,), "max_iter": 20, "random_state": 0, "standardize_target": True}
    settings["learning_rate_init"] = 0.02
    a, b = np.array([1e4, 1e-3]), np.array([-5e5, 7.0])
    small = MLPRegressor(**settings).fit(X, y)
    large = MLPRegressor(**settings).fit(X, a * y + b)
    np.testing.assert_allclose((large.predict(X) - b) / a, small.predict(X), rtol=1e-6, atol=1e-8)
    assert large.score(X, a * y + b) > 0.8
    one = MLPRegressor(**settings).fit(X, 1e6 + 1e5 * y[:, 0])
    assert one.predict(X).shape == (569,)
    assert one.score(X, 1e6 + 1e5 * y[:, 0]) > 0.8


def test_standardize_target_counts_sample_weights():
    X, y = X_cancer[:60, 1:], 100 * X_cancer[:60, 0]
    weight = np.random.default_rng(0).integers(0, 4, 60)
    settings = {"hidden_layer_sizes": (4,), "max_iter": 10, "random_state": 0, "standardize_target": True}
    weighted = MLPRegressor(**settings).fit(X, y, sample_weight=weight)
    repeated = MLPRegressor(**settings).fit(X.repeat(weight, 0), y.repeat(weight))
    np.testing.assert_allclose(weighted.predict(X), repeated.predict(X), rtol=1e-8)


def test_standardize_target_of_a_constant_output():
    y = np.stack([np.full(150, 3.0), X_iris[:, 0]], axis=1)
    model = MLPRegressor(hidden_layer_sizes=(5,), standardize_target=True, solver="lbfgs", random_state=0)
    assert np.abs(model.fit(X_iris, y).predict(X_iris)[:, 0] - 3).max() < 0.2


# The public behaviour of what scikit-learn tests through private attributes


def test_learning_rate_goes_on_over_warm_starts():
    """The rate of invscaling is rate / (samples seen + 1)^power_t; the second fit begins with 150 samples seen."""
    model = MLPClassifier(
        (5,), learning_rate="invscaling", power_t=0.25, warm_start=True, random_state=0, **ONE_STEP
    ).fit(X_iris, y_iris)
    for seen in (150, 300):
        before, dW = model.coefs_[0].copy(), model.gradients(X_iris, y_iris).dW[1].T
        model.fit(X_iris, y_iris)
        np.testing.assert_allclose(before - model.coefs_[0], 0.1 / (seen + 1) ** 0.25 * dW, rtol=1e-6, atol=1e-12)


def test_adaptive_rate_falls_until_it_is_tiny(capsys):
    model = MLPClassifier(
        (3,), tol=0.5, max_iter=3000, solver="sgd", learning_rate="adaptive", verbose=True, n_iter_no_change=3
    )
    model.fit([[3, 2], [1, 6]], [1, 0])
    assert "Learning rate too small. Stopping." in capsys.readouterr().out
    # 0.001 is divided by 5 five times; six times in all, more than 3 epochs bring nothing.
    assert 6 * 4 <= model.n_iter_ <= 6 * 4 + 2


def test_early_stopping_needs_two_rows_of_each_class():
    with pytest.raises(ValueError, match=r"least populated classes in y have only 1 member.*\['rare'\]"):
        MLPClassifier(early_stopping=True).fit([[1, 2], [2, 3], [3, 4], [4, 5]], ["a", "a", "a", "rare"])


@pytest.mark.filterwarnings("error::UserWarning")
@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
@pytest.mark.parametrize("Estimator", [MLPClassifier, MLPRegressor])
def test_early_stopping_keeps_feature_names(Estimator):
    pd = pytest.importorskip("pandas")
    frame = pd.DataFrame(X_iris, columns=list("abcd"))
    model = Estimator(hidden_layer_sizes=(3,), max_iter=2, early_stopping=True).fit(frame, pd.Series(y_iris))
    assert model.feature_names_in_.tolist() == list("abcd")
