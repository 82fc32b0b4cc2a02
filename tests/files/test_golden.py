"""A file of each kind, as an earlier version wrote it, goes on being read.

``python tests/files/test_golden.py`` writes those that are missing: only for a new kind, or for a new FORMAT under a
new name. What is there already is never written again.
"""

from pathlib import Path

import numpy as np

from barreleye.data.names import Category
from barreleye.data.quantities import Number
from barreleye.data.table import Table
from barreleye.data.targets import Targets
from barreleye.estimators import MLPClassifier
from barreleye.files.model_file import load_model, save_model
from barreleye.models.model import Model, load
from barreleye.nn.normalization import Averages
from barreleye.nn.quantities import Parameters
from barreleye.nn.structure import Network
from barreleye.training.checkpoint import save_checkpoint
from barreleye.training.loop import train
from barreleye.training.stopping import EarlyStopping

GOLDEN = Path(__file__).parent / "golden"

X = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
W, b = (
    {1: np.array([[1.0, -1.0], [0.5, 2.0]]), 2: np.array([[3.0, -2.0]])},
    {1: np.array([[0.5], [0.0]]), 2: np.ones((1, 1))},
)
GAMMA, BETA, MU, SIGMA2 = (np.array([[value], [1.0]]) for value in (2.0, -1.0, 0.25, 4.0))
NORMALISED = Network((2, 2, 1), "tanh", batch_norm=True, keep_prob=0.5, L2=0.25)
RUN = {
    "optimizer": "momentum",
    "learning_rate": 0.5,
    "parameters": Parameters(W, b, {}, {}),
    "rules": [EarlyStopping(monitor="cost")],
    "engine": "numpy",
    "steps": 4,
    "every": 2,
}


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def answer(X):
    """What W and b say of rows X, line by line."""
    return sigmoid(np.tanh(X @ W[1].T + b[1].T) @ W[2].T + b[2].T)


def write() -> None:
    """The files that are missing."""
    own = {"details": {"made": "by hand"}, "arrays": {"a": np.arange(3.0)}}
    parameters = Parameters(W, {2: b[2]}, {1: GAMMA}, {1: BETA})
    plain = Network((2, 2, 1), "tanh")
    encoders = {"a": Number(("", ".", ""), 1.0, False), "b": Category(("x", "y"), (), False, False)}
    columns = Table(encoders, np.array([1.0, 0.0]), np.array([0.25, 2.0]))
    targets = Targets(("kind",), (("dog", "猫"),), np.zeros(0), np.ones(0))
    table = Model(columns, plain, Parameters(W, b, {}, {}), None, targets)
    estimator = MLPClassifier((2,), "tanh", solver="sgd", alpha=0.0, max_iter=1, random_state=0, engine="numpy")
    estimator.fit(X, ["no", "yes", "yes", "no"])
    run = next(train(plain, X, [0, 1, 1, 0], **RUN))
    for name, save in {
        "network": lambda path: save_model(path, NORMALISED, parameters, Averages({1: MU}, {1: SIGMA2}), **own),
        "table": table.save,
        "estimator": estimator.save,
        "checkpoint": lambda path: save_checkpoint(path, run),
    }.items():
        if not (path := GOLDEN / f"{name}-1.safetensors").exists():
            save(path)


def test_a_network_with_batch_norm():
    model = load_model(GOLDEN / "network-1.safetensors")
    assert model.network == NORMALISED
    assert model.details == {"made": "by hand"}
    np.testing.assert_array_equal(model.arrays["a"], [0, 1, 2])
    for found, expected in zip(
        [*model.parameters.arrays(), *model.averages.mu.values(), *model.averages.sigma2.values()],
        [W[1], W[2], b[2], GAMMA, BETA, MU, SIGMA2],
        strict=True,
    ):
        np.testing.assert_array_equal(found, expected)


def test_a_network_trained_on_a_table():
    model = load(GOLDEN / "table-1.safetensors")
    x = (np.array([1.0, 9.0, -3.0]) - 1) / 4
    coded = np.column_stack([x, [-2.0, 2.0, 0.0]])
    expected = answer(coded / np.sqrt(1 + (coded / 3) ** 2))
    rows = {"b": ["x", "y", "never"], "a": [1.0, 9.0, -3.0]}
    np.testing.assert_allclose(model.answer(rows)[:, 1:], expected, rtol=1e-12)
    assert model.predict(rows).tolist() == ["猫" if p > 0.5 else "dog" for p in expected[:, 0]]


def test_an_estimator():
    model = MLPClassifier.load(GOLDEN / "estimator-1.safetensors")
    assert (
        model.get_params()
        == MLPClassifier((2,), "tanh", solver="sgd", alpha=0.0, max_iter=1, random_state=0, engine="numpy").get_params()
    )
    hidden = np.tanh(X @ model.coefs_[0] + model.intercepts_[0])
    expected = sigmoid(hidden @ model.coefs_[1] + model.intercepts_[1])
    np.testing.assert_allclose(model.predict_proba(X)[:, 1:], expected, rtol=1e-12)
    assert model.classes_.tolist() == ["no", "yes"]
    assert (model.n_iter_, model.t_) == (1, 4)
    model.partial_fit(X, ["no", "yes", "yes", "no"])


def test_a_checkpoint_goes_on_where_it_was_saved():
    network = Network((2, 2, 1), "tanh")
    *_, whole = train(network, X, [0, 1, 1, 0], **RUN)
    *_, resumed = train(network, X, [0, 1, 1, 0], **RUN, resume=GOLDEN / "checkpoint-1.safetensors")
    assert (resumed.step, resumed.run.state.t) == (4, 4)
    for mine, other in zip(resumed.parameters.arrays(), whole.parameters.arrays(), strict=True):
        np.testing.assert_allclose(mine, other, rtol=1e-9)


if __name__ == "__main__":
    write()
