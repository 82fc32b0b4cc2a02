"""n_members=k: k networks trained at once and averaged, each what a single fit with its seed would be."""

import pickle
import subprocess
import sys
from itertools import pairwise

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.datasets import load_iris
from sklearn.exceptions import ConvergenceWarning
from sklearn.metrics import log_loss
from sklearn.model_selection import GridSearchCV
from sklearn.preprocessing import scale

from barreleye import MLPClassifier, MLPRegressor
from barreleye.nn.network import predict
from barreleye.nn.quantities import Parameters
from barreleye.nn.structure import Network
from barreleye.training.loop import train
from barreleye.training.xla_programs import programs_traced

pytestmark = pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")

X, y = load_iris(return_X_y=True)
X = scale(X)
K = 3
SETTINGS = {"hidden_layer_sizes": (6,), "learning_rate_init": 0.02, "max_iter": 5, "random_state": 0, "batch_size": 40}


def drawn(sizes, dtype, members=K, seed=0):
    """Each member's starting weights, then its seed, from the one source of random numbers."""
    rng = np.random.RandomState(seed)
    starts = []
    for _ in range(members):
        W, b = {}, {}
        for l, (n_in, n_out) in enumerate(pairwise(sizes), 1):
            bound = np.sqrt(6 / (n_in + n_out))
            W[l] = rng.uniform(-bound, bound, (n_in, n_out)).T.astype(dtype)
            b[l] = rng.uniform(-bound, bound, n_out).reshape(-1, 1).astype(dtype)
        starts.append((W, b))
    return starts, rng.randint(np.iinfo(np.int32).max, size=members).tolist()


@pytest.mark.parametrize("engine", ["numpy", "xla"])
@pytest.mark.parametrize(
    ("options", "dtype"),
    [({}, np.float32), ({}, np.float64), ({"dropout": 0.3}, np.float32), ({"batch_norm": True}, np.float64)],
    ids=str,
)
def test_members_are_single_fits_with_the_same_seeds(options, engine, dtype):
    rows = X.astype(dtype)
    model = MLPClassifier(n_members=K, engine=engine, **SETTINGS, **options).fit(rows, y)
    normalised = bool(options.get("batch_norm"))
    keep_prob = 1 - options.get("dropout", 0)
    network = Network((4, 6, 3), "relu", "softmax", L2=1e-4, keep_prob=keep_prob, batch_norm=normalised)
    starts, seeds = drawn((4, 6, 3), dtype)
    Y_hats, costs = [], []
    for k, ((W, b), seed) in enumerate(zip(starts, seeds, strict=True)):
        gamma = {1: np.ones((6, 1), dtype)} if normalised else {}
        parameters = Parameters(W, {l: b[l] for l in b if l not in gamma}, gamma, {l: b[l] for l in gamma})
        every = {"epochs": 5, "every": 4, "batch_size": 40, "learning_rate": 0.02}
        looks = list(train(network, rows, np.eye(3)[y], parameters=parameters, seed=seed, engine=engine, **every))
        p = looks[-1].parameters
        rtol = 1e-9 if dtype == np.float64 else 1e-3
        for l in (1, 2):
            assert model.coefs_[l - 1].dtype == dtype
            np.testing.assert_allclose(model.coefs_[l - 1][k], p.W[l].T, rtol=rtol, atol=rtol)
            intercept = {**p.b, **p.beta}[l][:, 0]
            np.testing.assert_allclose(model.intercepts_[l - 1][k], intercept, rtol=rtol, atol=rtol)
        if normalised:
            np.testing.assert_allclose(model.batch_norm_scales_[0][k], p.gamma[1][:, 0], rtol=rtol)
            np.testing.assert_allclose(model.batch_norm_variances_[0][k], looks[-1].averages.sigma2[1][:, 0], rtol=rtol)
        Y_hats.append(predict(network, p, rows.T, looks[-1].averages).T)
        costs.append([look.cost for look in looks])
    np.testing.assert_allclose(model.loss_curve_, np.mean(costs, axis=0), rtol=1e-4)
    np.testing.assert_allclose(model.predict_proba(rows), np.mean(Y_hats, axis=0), rtol=1e-3, atol=1e-6)
    np.testing.assert_array_equal(model.predict(rows), np.mean(Y_hats, axis=0).argmax(axis=1))


def test_one_member_is_the_fit_as_it_always_was():
    one = MLPClassifier(**SETTINGS, n_members=1).fit(X, y)
    assert one.coefs_[0].shape == (4, 6)
    (start,), _ = drawn((4, 6, 3), float, members=1)
    still = clone(one).set_params(learning_rate_init=1e-300).fit(X, y)
    np.testing.assert_array_equal(still.coefs_[0], start[0][1].T)


def test_a_fit_is_reproducible_and_its_members_differ():
    one, other = (MLPClassifier(**SETTINGS, n_members=K).fit(X, y) for _ in range(2))
    for a, b in zip(one.coefs_ + one.intercepts_, other.coefs_ + other.intercepts_, strict=True):
        np.testing.assert_array_equal(a, b)
    assert len({W.tobytes() for W in one.coefs_[0]}) == K
    by_name = MLPClassifier(**SETTINGS, n_members=K, init="he_normal").fit(X, y)
    assert len({W.tobytes() for W in by_name.coefs_[0]}) == K


def test_one_program_for_all_members():
    settings = SETTINGS | {"hidden_layer_sizes": (9,), "engine": "xla"}
    before = programs_traced()
    MLPClassifier(**settings, n_members=5).fit(X, y)
    assert programs_traced() == before + 1
    MLPClassifier(**settings | {"random_state": 1}, n_members=5, alpha=0.1).fit(X, y)
    assert programs_traced() == before + 1


# Averages and their spread


def members_of(model, X):
    """Each member's Y_hat of a ReLU network without batch norm, by an independent forward pass in rows."""
    for k in range(K):
        A = np.maximum(X @ model.coefs_[0][k] + model.intercepts_[0][k], 0)
        yield A @ model.coefs_[1][k] + model.intercepts_[1][k]


def softmax(Z):
    e = np.exp(Z - Z.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


@pytest.mark.parametrize("standardize", [False, True])
@pytest.mark.parametrize("columns", [1, 2])
def test_the_spread_of_a_regressor_is_in_the_units_of_y(columns, standardize):
    targets = (1e4 * X[:, :columns] + 500) if standardize else X[:, :columns]
    targets = targets.ravel() if columns == 1 else targets
    model = MLPRegressor(**SETTINGS, n_members=K, standardize_target=standardize).fit(X, targets)
    scaling = targets.std(axis=0) if standardize else 1
    offset = targets.mean(axis=0) if standardize else 0
    each = np.stack([(Z.ravel() if columns == 1 else Z) * scaling + offset for Z in members_of(model, X)])
    mean, std = model.predict(X, return_std=True)
    assert mean.shape == std.shape == targets.shape
    np.testing.assert_allclose(mean, each.mean(axis=0), rtol=1e-9, atol=1e-9)
    np.testing.assert_allclose(std, each.std(axis=0), rtol=1e-9, atol=1e-9)
    np.testing.assert_array_equal(model.predict(X), mean)
    assert std.min() > 0


def test_the_spread_of_a_classifier_is_that_of_the_label_s_probability():
    model = MLPClassifier(**SETTINGS, n_members=K).fit(X, y)
    P = np.stack([softmax(Z) for Z in members_of(model, X)])
    proba, proba_std = model.predict_proba(X, return_std=True)
    np.testing.assert_allclose(proba, P.mean(axis=0))
    np.testing.assert_allclose(proba_std, P.std(axis=0), rtol=1e-9)
    labels, std = model.predict(X, return_std=True)
    np.testing.assert_array_equal(labels, P.mean(axis=0).argmax(axis=1))
    np.testing.assert_allclose(std, P.std(axis=0)[np.arange(150), labels], rtol=1e-9)


def test_the_spread_of_two_classes():
    model = MLPClassifier(**SETTINGS, n_members=K).fit(X, np.where(y == 1, "yes", "no"))
    P = np.stack([1 / (1 + np.exp(-Z[:, 0])) for Z in members_of(model, X)])
    labels, std = model.predict(X, return_std=True)
    np.testing.assert_array_equal(labels, np.where(P.mean(axis=0) > 0.5, "yes", "no"))
    np.testing.assert_allclose(std, P.std(axis=0), rtol=1e-9)
    proba, proba_std = model.predict_proba(X, return_std=True)
    np.testing.assert_allclose(proba[:, 1], P.mean(axis=0))
    np.testing.assert_allclose(proba_std, np.stack([std, std], axis=1), rtol=1e-9)


def test_the_spread_of_several_labels_and_of_several_columns_of_classes():
    several = np.stack([y == 0, y != 1], axis=1).astype(int)
    model = MLPClassifier(**SETTINGS, n_members=K).fit(X, several)
    P = np.stack([1 / (1 + np.exp(-Z)) for Z in members_of(model, X)])
    np.testing.assert_allclose(model.predict(X, return_std=True)[1], P.std(axis=0), rtol=1e-9)

    columns = np.stack([y, (X[:, 0] > 0) + 5], axis=1)
    model = MLPClassifier(**SETTINGS, n_members=K).fit(X, columns)
    labels, std = model.predict(X, return_std=True)
    assert labels.shape == std.shape == (150, 2)
    proba, proba_std = model.predict_proba(X, return_std=True)
    for k in range(2):
        groups = [softmax(Z[:, :3] if k == 0 else Z[:, 3:]) for Z in members_of(model, X)]
        np.testing.assert_allclose(proba[k], np.mean(groups, axis=0))
        np.testing.assert_allclose(proba_std[k], np.std(groups, axis=0), rtol=1e-9)
        chosen = proba[k].argmax(axis=1)
        np.testing.assert_allclose(std[:, k], proba_std[k][np.arange(150), chosen], rtol=1e-9)


@pytest.mark.parametrize("Estimator", [MLPClassifier, MLPRegressor])
def test_one_network_has_no_spread(Estimator):
    model = Estimator(**SETTINGS).fit(X, y)
    with pytest.raises(ValueError, match="return_std=True is the spread of several networks, and n_members=1"):
        model.predict(X, return_std=True)
    if Estimator is MLPClassifier:
        with pytest.raises(ValueError, match="n_members=1"):
            model.predict_proba(X, return_std=True)


def test_trace_and_gradients_are_of_one_member():
    model = MLPClassifier(**SETTINGS, n_members=K).fit(X, y)
    for k, Z in enumerate(members_of(model, X)):
        np.testing.assert_allclose(model.trace(X, member=k).Z[2].T, Z, rtol=1e-9, atol=1e-12)
        dZ = model.gradients(X, y, member=k).dZ[2].T
        np.testing.assert_allclose(dZ, softmax(Z) - np.eye(3)[y], rtol=1e-9, atol=1e-12)
    np.testing.assert_array_equal(model.trace(X).Z[1], model.trace(X, member=0).Z[1])
    for absent in (3, -1):
        with pytest.raises(ValueError, match=f"member={absent} is not there: the fit has 3, counted from 0"):
            model.trace(X, member=absent)
    with pytest.raises(ValueError, match="the fit has 1"):
        MLPClassifier(**SETTINGS).fit(X, y).gradients(X, y, member=1)


# Going on, stopping, storing


def test_partial_fit_and_warm_start_go_on_with_every_member():
    settings = SETTINGS | {"n_members": K, "shuffle": False}
    whole = MLPClassifier(**settings | {"max_iter": 6}).fit(X, y)
    by_parts = MLPClassifier(**settings)
    for _ in range(6):
        by_parts.partial_fit(X, y, classes=[0, 1, 2])
    warm = MLPClassifier(**settings | {"max_iter": 2}, warm_start=True).fit(X, y)
    warm.set_params(max_iter=4).fit(X, y)
    for a, b, c in zip(whole.coefs_, by_parts.coefs_, warm.coefs_, strict=True):
        np.testing.assert_allclose(b, a, rtol=1e-9)
        np.testing.assert_allclose(c, a, rtol=1e-9)
    with pytest.raises(ValueError, match="n_members=5, but the fit to go on from has 3"):
        warm.set_params(n_members=5).fit(X, y)
    with pytest.raises(ValueError, match="n_members=1, but the fit to go on from has 3"):
        by_parts.set_params(n_members=1).partial_fit(X, y)


def test_early_stopping_watches_the_ensemble():
    model = MLPClassifier(
        **SETTINGS | {"max_iter": 200, "learning_rate_init": 0.3, "tol": 0},
        n_members=K,
        early_stopping=True,
        scoring="neg_log_loss",
        n_iter_no_change=3,
    )
    model.fit(X[::2], y[::2], X_val=X[1::2], y_val=y[1::2])
    assert model.n_iter_ < 200
    assert model.validation_scores_[-1] < model.best_validation_score_ == max(model.validation_scores_)
    assert -log_loss(y[1::2], model.predict_proba(X[1::2])) == pytest.approx(model.best_validation_score_)


def test_lbfgs_fits_the_members_one_after_another():
    model = MLPRegressor(**SETTINGS | {"solver": "lbfgs", "max_iter": 40}, n_members=K).fit(X[:, :3], X[:, 3])
    starts, _ = drawn((3, 6, 1), float)
    network, steps = Network((3, 6, 1), "relu", "identity", L2=1e-4), []
    for k, (W, b) in enumerate(starts):
        single = MLPRegressor(**SETTINGS | {"solver": "lbfgs", "max_iter": 40}, warm_start=True).fit(X[:, :3], X[:, 3])
        single.coefs_ = [W[1].T, W[2].T]
        single.intercepts_ = [b[1][:, 0], b[2][:, 0]]
        single.fit(X[:, :3], X[:, 3])
        np.testing.assert_allclose(model.coefs_[0][k], single.coefs_[0], rtol=1e-6, atol=1e-8)
        steps.append(single.n_iter_)
    assert network.n == model._network.n
    assert model.n_iter_ == max(steps)
    assert len(model.loss_curve_) == max(steps) + 1
    assert model.predict(X[:, :3], return_std=True)[1].max() > 0


def test_a_member_that_diverges_leaves_all_of_them_finite():
    model = MLPRegressor(
        **SETTINGS | {"solver": "sgd", "learning_rate_init": 1e3, "activation": "identity"}, n_members=K
    )
    with pytest.warns(ConvergenceWarning, match="training diverged at step"):
        model.fit(X, y)
    assert np.isfinite(model.predict(X)).all()
    assert model.coefs_[0].shape == (K, 4, 6)


@pytest.mark.parametrize("Estimator", [MLPClassifier, MLPRegressor])
def test_members_are_saved_pickled_and_cloned(Estimator, tmp_path):
    model = Estimator(**SETTINGS, n_members=K, batch_norm=True).fit(X, y)
    model.save(tmp_path / "model.safetensors")
    for copy in (Estimator.load(tmp_path / "model.safetensors"), pickle.loads(pickle.dumps(model))):
        for mine, theirs in zip(copy.predict(X, return_std=True), model.predict(X, return_std=True), strict=True):
            np.testing.assert_array_equal(mine, theirs)
        going_on = pickle.loads(pickle.dumps(model)).partial_fit(X, y)
        np.testing.assert_array_equal(copy.partial_fit(X, y).coefs_[0], going_on.coefs_[0])
    assert clone(model).n_members == K


def test_members_in_a_search():
    grid = {"n_members": [1, 2], "alpha": [1e-4, 1.0]}
    search = GridSearchCV(MLPClassifier(**SETTINGS | {"max_iter": 20}), grid, cv=2).fit(X, y)
    assert search.best_score_ > 0.8


@pytest.mark.parametrize("k", [0, -1, 2.5, "3", None])
def test_a_number_of_members_is_a_whole_number(k):
    with pytest.raises(ValueError, match="n_members"):
        MLPClassifier(n_members=k).fit(X, y)


def test_members_predict_on_numpy_alone(tmp_path):
    MLPClassifier(**SETTINGS, n_members=K).fit(X, y).save(tmp_path / "model")
    script = (
        "import sys; from barreleye import MLPClassifier\n"
        f"MLPClassifier.load({str(tmp_path / 'model')!r}).predict([[0, 0, 0, 0]], return_std=True)\n"
        "print('jax' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
