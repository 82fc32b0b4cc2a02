import re
import signal
import threading
from dataclasses import dataclass
from itertools import count

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from scipy.optimize import minimize
from sklearn.linear_model import LogisticRegression, Ridge

from barreleye.nn.activations import Tanh
from barreleye.nn.structure import Network
from barreleye.training.divergence import DivergenceError
from barreleye.training.lbfgs import LBFGS
from barreleye.training.loop import train
from barreleye.training.numpy_engine import NumpyEngine
from barreleye.training.stopping import Target


def waiting():
    return [thread for thread in threading.enumerate() if "L-BFGS" in thread.name]


@pytest.fixture
def labelled():
    rng = np.random.default_rng(0)
    X = rng.normal(size=(60, 3))
    return X, (X @ [1.0, -2.0, 0.5] + rng.normal(size=60) > 0) * 1.0


@pytest.mark.parametrize("weighted", [False, True])
def test_a_sigmoid_layer_with_l2_is_scikit_learns_logistic_regression(weighted, engine, labelled):
    X, y = labelled
    weights = np.linspace(0.1, 2, 60) if weighted else None
    *_, last = train(
        Network((3, 1), L2=0.5), X, y, weights=weights, optimizer=LBFGS(tolerance=1e-9), steps=200, engine=engine
    )
    model = LogisticRegression(C=1 / 0.5, tol=1e-10, max_iter=1000).fit(X, y, weights)
    np.testing.assert_allclose(last.parameters.W[1], model.coef_, rtol=1e-5)
    np.testing.assert_allclose(last.parameters.b[1], [model.intercept_], rtol=1e-5, atol=1e-7)
    assert last.stopped.startswith("L-BFGS ended: ")  # at 1e-9, by convergence or by the last bit of the cost


def test_an_identity_layer_with_l2_is_scikit_learns_ridge_regression(labelled):
    X, _ = labelled
    Y = X @ np.array([[1.0, 0.5], [2, -1], [3, 0]]) + 4
    *_, last = train(Network((3, 2), head="identity", L2=2.0), X, Y, optimizer=LBFGS(tolerance=1e-10), steps=200)
    model = Ridge(alpha=2.0).fit(X, Y)
    np.testing.assert_allclose(last.parameters.W[1], model.coef_, rtol=1e-6)
    np.testing.assert_allclose(last.parameters.b[1][:, 0], model.intercept_, rtol=1e-6)


def test_each_iterate_is_that_of_scipy_on_the_gradients_that_jax_finds(task, x64):
    """A network with a hidden layer: the cost written out for JAX, and SciPy run directly."""
    t = task("tanh", "sigmoid", L2=0.3)
    names = [(field, l, p.shape) for field, part in t.parameters._asdict().items() for l, p in sorted(part.items())]

    @jax.jit
    @jax.value_and_grad
    def J(x):
        parts, at = {}, 0
        for field, l, shape in names:
            parts[field, l] = x[at : at + np.prod(shape)].reshape(shape)
            at += int(np.prod(shape))
        Z = parts["W", 2] @ jnp.tanh(parts["W", 1] @ t.X.T + parts["b", 1]) + parts["b", 2]
        entropy = (jnp.logaddexp(0, Z) - t.Y.T * Z).sum() / 20
        return entropy + 0.3 / 40 * ((parts["W", 1] ** 2).sum() + (parts["W", 2] ** 2).sum())

    path = []
    minimize(
        lambda x: tuple(np.asarray(part, np.float64) for part in J(x)),
        np.concatenate([t.parameters._asdict()[field][l].ravel() for field, l, _ in names]),
        jac=True,
        method="L-BFGS-B",
        callback=lambda intermediate_result: path.append(float(intermediate_result.fun)),
        options={"maxcor": 10, "maxiter": 12},
    )
    whole = list(train(t.network, t.X, t.Y, optimizer="lbfgs", steps=12, every=1, parameters=t.parameters))
    start = float(J(np.concatenate([t.parameters._asdict()[field][l].ravel() for field, l, _ in names]))[0])
    np.testing.assert_allclose([p.cost for p in whole], [start, *path[:-1]], rtol=1e-7)


def test_how_often_one_looks_changes_nothing(engine, task, assert_same):
    t = task(batch_norm=True)
    options = {"optimizer": "lbfgs", "steps": 9, "engine": engine, "validation": (t.X, t.Y)}
    *_, often = train(t.network, t.X, t.Y, every=2, **options)
    *_, rarely = train(t.network, t.X, t.Y, every=9, **options)
    assert_same(often.state, rarely.state)
    assert often.validation_cost == rarely.validation_cost


def test_it_ends_when_it_has_converged_and_says_why(labelled):
    X, y = labelled
    whole = list(train(Network((3, 1), L2=0.5), X, y, optimizer="lbfgs", steps=500, every=4))
    last = whole[-1]
    assert last.step < 100
    assert last.stopped.startswith("L-BFGS ended: convergence")
    assert last.ending.kind == "converged"
    costs = np.concatenate([p.costs for p in whole])
    assert len(costs) == last.step
    assert (np.diff(costs) <= 0).all()
    assert not waiting()


def test_it_ends_with_its_cost_evaluations(labelled):
    *_, last = train(Network((3, 1)), *labelled, optimizer=LBFGS(evaluations=3), steps=50)
    assert re.fullmatch(r"L-BFGS ended: its 3 cost evaluations are used up, .* is \d\.\de-\d\d", last.stopped)
    assert last.ending.kind == "spent"


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_a_line_search_without_a_lower_cost_is_told_in_words(dtype, labelled, monkeypatch):
    """SciPy's own word for it is "ABNORMAL: ". After some iterations, each cost is found higher than the one before."""
    asked, calls = NumpyEngine.value_and_gradient, count(-4)

    def rising(*arguments):
        J, *rest = asked(*arguments)
        return J + max(0, next(calls)), *rest

    monkeypatch.setattr(NumpyEngine, "value_and_gradient", rising)
    X, y = labelled
    *_, last = train(Network((3, 1)), X.astype(dtype), y, optimizer=LBFGS(line_search=2), steps=50, engine="numpy")
    assert last.step < 5
    assert last.stopped.startswith(f"L-BFGS ended: no step lowers the cost any further in {dtype}, the largest entry")
    assert last.ending.kind == "stuck"


def test_batch_norm_keeps_the_statistics_of_its_iterate(task):
    t = task(batch_norm=True)
    *_, last = train(t.network, t.X, t.Y, optimizer="lbfgs", steps=5)
    Z = last.parameters.W[1] @ t.X.T
    np.testing.assert_allclose(last.averages.mu[1], Z.mean(axis=1, keepdims=True), rtol=1e-10)
    np.testing.assert_allclose(last.averages.sigma2[1], Z.var(axis=1, keepdims=True), rtol=1e-10)


# The thread in which SciPy runs


@pytest.mark.parametrize("leave", ["break", "close", "forget", "target", "all steps"])
def test_its_thread_ends_with_the_run(leave, task):
    t = task()
    rules = [Target("cost", target=9.0)] if leave == "target" else []
    run = train(t.network, t.X, t.Y, optimizer="lbfgs", steps=4, every=1, rules=rules)
    next(run)
    if leave in ("break", "close"):
        assert len(waiting()) == 1
    if leave == "break":
        for _ in run:
            break
        run = None
    elif leave == "close":
        run.close()
    elif leave == "forget":
        del run
    else:
        list(run)
    assert not waiting()


def test_no_thread_is_left_by_a_run_that_nobody_began(task):
    t = task()
    train(t.network, t.X, t.Y, optimizer="lbfgs")
    assert not waiting()


@dataclass(frozen=True)
class Fails(Tanh):
    calls = 0

    def __call__(self, Z):
        type(self).calls += 1
        if self.calls > 5:
            raise self.error
        return super().__call__(Z)


@pytest.mark.parametrize("error", [ZeroDivisionError("here"), MemoryError("there")], ids=repr)
def test_an_error_in_the_thread_reaches_the_caller(error, task, monkeypatch):
    monkeypatch.setattr(Fails, "error", error, raising=False)
    monkeypatch.setattr(Fails, "calls", 0)
    t = task(Fails())
    with pytest.raises(type(error), match=str(error)):
        list(train(t.network, t.X, t.Y, optimizer="lbfgs", steps=50, every=1, engine="numpy"))
    assert not waiting()


def test_ctrl_c_ends_the_run_with_the_iteration_that_is_under_way(task, monkeypatch):
    t = task()
    calls = count(1)
    asked = NumpyEngine.value_and_gradient

    def pressed(*arguments):
        if next(calls) == 9:
            signal.raise_signal(signal.SIGINT)
        return asked(*arguments)

    monkeypatch.setattr(NumpyEngine, "value_and_gradient", pressed)
    with pytest.warns(UserWarning, match="training was interrupted at step"):
        *_, last = train(t.network, t.X, t.Y, optimizer="lbfgs", steps=50, every=50, engine="numpy")
    assert last.stopped == "interrupted by Ctrl-C"
    assert 0 < last.step == len(last.costs) < 50
    assert not waiting()


def test_a_start_without_a_finite_cost_is_refused(task):
    t = task("relu", "identity")
    with pytest.raises(DivergenceError, match=r"diverged at step 0: Z\[2\] .* start from smaller weights"):
        list(train(t.network, t.X, t.Y, optimizer="lbfgs", parameters=t.parameters.map(lambda p: p * 1e200)))
    assert not waiting()


# Going on from a saved state


def test_a_resumed_run_walks_the_same_path(engine, task, assert_same):
    t = task(batch_norm=True)
    options = {"optimizer": "lbfgs", "steps": 10, "every": 2, "engine": engine}
    whole = list(train(t.network, t.X, t.Y, **options))
    *_, resumed = train(t.network, t.X, t.Y, resume=whole[1], **options)
    assert_same(resumed.state, whole[-1].state)
    assert resumed.cost == whole[-1].cost


def test_with_other_data_it_refuses_rather_than_hangs(labelled):
    X, y = labelled
    *_, long = train(Network((3, 1)), X, y, optimizer="lbfgs", steps=8)
    assert long.step == 8
    with pytest.raises(ValueError, match="the run to resume began with hash of X"):
        train(Network((3, 1)), 0 * X, 0 * y + 0.5, optimizer="lbfgs", steps=50, resume=long)
    assert not waiting()


@pytest.mark.parametrize(
    ("settings", "error"),
    [({"memory": 0}, ValueError), ({"tolerance": -1}, ValueError), ({"line_search": 1.5}, TypeError)],
)
def test_settings_are_checked(settings, error):
    with pytest.raises(error, match=f"{next(iter(settings))}="):
        LBFGS(**settings)
