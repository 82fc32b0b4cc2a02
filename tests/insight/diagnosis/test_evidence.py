"""What the rules read, beside what others compute: the constant, the linear model, costs that can be compared."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import entropy
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.metrics import log_loss

import barreleye as be
from barreleye.insight.diagnose import trained
from barreleye.insight.diagnosis.evidence import Evidence, classes_of
from barreleye.insight.diagnosis.job import Job
from barreleye.training.stopping import EarlyStopping

RNG = np.random.default_rng(0)
X = RNG.normal(size=(200, 3)) * [1, 5, 100] + [0, 10, 1000]
LOGITS = X @ [1.0, 0.1, -0.01] + 9


def evidence(Y, head, n_y=1, **options):
    network = be.Network((3, 4, n_y), "tanh", head, **options.pop("network", {}))
    job = Job.of(network, X, Y, engine="numpy", **({} if "epochs" in options else {"steps": 12}) | options)
    return Evidence(job, trained(job))


def test_of_classes():
    y = (RNG.random(200) < 1 / (1 + np.exp(-LOGITS))) * 1.0
    found = evidence(y, "sigmoid")
    assert found.base == pytest.approx(entropy([y.mean(), 1 - y.mean()]), rel=1e-6)
    assert found.blank == pytest.approx(np.log(2))
    fitted = LogisticRegression(C=1e9, max_iter=10_000).fit((X - X.mean(0)) / X.std(0), y)
    straight = log_loss(y, fitted.predict_proba((X - X.mean(0)) / X.std(0)))
    assert found.linear_loss == pytest.approx(straight, rel=1e-3)


def test_of_three_classes():
    places = RNG.integers(0, 3, 200)
    found = evidence(np.eye(3)[places], "softmax", 3)
    assert found.base == pytest.approx(entropy(np.bincount(places) / 200), rel=1e-6)
    assert (found.classes == places).all()


def test_of_numbers():
    y = LOGITS + RNG.normal(size=200)
    found = evidence(y, "identity")
    assert found.base == pytest.approx(y.var() / 2)
    assert found.blank == pytest.approx((y**2).mean() / 2)
    residual = y - LinearRegression().fit(X, y).predict(X)
    assert found.linear_loss == pytest.approx((residual**2).mean() / 2, rel=1e-3)
    assert found.classes is None


def test_signs_are_classes_and_several_questions_are_none():
    assert classes_of(be.Network((3, 1), head="tanh"), np.array([[-1.0], [1.0]])).tolist() == [0, 1]
    assert classes_of(be.Network((3, 2), head="sigmoid"), np.eye(2)) is None


def test_weights_count():
    y, weights = np.arange(200) % 2, np.where(np.arange(200) % 2, 3.0, 1.0)
    assert evidence(y, "sigmoid", weights=weights).base == pytest.approx(entropy([0.25, 0.75]), rel=1e-6)


def test_costs_of_a_rate_in_cycles_are_compared_where_it_is_low():
    y = (LOGITS > 0) * 1.0
    found = evidence(y, "sigmoid", epochs=60, batch_size=50, schedule="coslog4")
    steps = [one.step for one in found.history if one.measured.cost in found.costs]
    assert 4 <= len(found.costs) < 20
    for share in (1, 3, 7, 15):  # where coslog4 comes down to 0
        assert any(abs(step / 240 - share / 15) < 0.02 for step in steps)
    for schedule in ("constant", "cosine", "warmup", "one_cycle"):
        assert len(evidence(y, "sigmoid", epochs=60, batch_size=50, schedule=schedule).costs) == 60
    assert not evidence(y, "sigmoid", schedule="cosine").steady


def test_what_is_kept_is_what_a_rule_restored():
    y = (RNG.random(200) < 0.5) * 1.0
    options = {"validation": (X[:20], 1 - y[:20]), "learning_rate": 0.1, "steps": 60, "rules": [EarlyStopping(None)]}
    found = evidence(y, "sigmoid", **options)
    assert found.last.restored is not None
    np.testing.assert_array_equal(found.end.parameters.W[1], found.last.restored.parameters.W[1])


def test_the_first_of_several_networks_is_looked_at():
    y = (LOGITS > 0) * 1.0
    together, alone = evidence(y, "sigmoid", seed=(3, 4)), evidence(y, "sigmoid", seed=3)
    assert together.end.loss == pytest.approx(alone.end.loss)
    assert together.start.loss == pytest.approx(alone.start.loss)


def test_the_highest_cost_is_of_steps_that_took_all_rows():
    y = (LOGITS > 0) * 1.0
    assert evidence(y, "sigmoid", batch_size=20).peak == 0
    found = evidence(y, "sigmoid")
    assert found.peak == max(max(one.costs) for one in found.history)


def test_batch_norm_ends_with_its_averages():
    found = evidence((LOGITS > 0) * 1.0, "sigmoid", network={"batch_norm": True})
    assert found.end.averages is not None
    given = be.predict(found.network, found.end.parameters, found.job.X.T, found.end.averages)
    np.testing.assert_allclose(found.end.trace.Y_hat, given)
    assert replace(found, names=("a",)).name(0) == "a"
    assert replace(found, names=("a",)).name(2) == "2"
