"""Training on sparse rows: what training on dense ones does, by either engine, without a dense copy of all of them."""

import tracemalloc
import warnings

import numpy as np
import pytest
import scipy.sparse

from barreleye import Network, train
from barreleye.nn import sparse

M, N = 60, 90
ROWS = scipy.sparse.random_array((M, N), density=0.03, format="csr", rng=0)
Y = (np.asarray(ROWS.sum(axis=1)).ravel() > 1.2).astype(float)
WEIGHTS = np.random.default_rng(1).random(M)


@pytest.fixture(autouse=True)
def nothing_is_small(monkeypatch):
    monkeypatch.setattr(sparse, "SMALL", 0)


def last(X, **settings):
    network = Network((N, 6, 1), "tanh", L2=0.1, **settings.pop("network", {}))
    held_out = (X[:11], Y[:11])
    *_, progress = train(network, X, Y, weights=WEIGHTS, validation=held_out, **settings)
    return progress


@pytest.mark.parametrize(
    "settings",
    [
        {"batch_size": 16, "epochs": 3},
        {"batch_size": 16, "epochs": 3, "seed": (3, 4)},
        {"batch_size": 16, "epochs": 2, "network": {"batch_norm": True, "keep_prob": 0.8}},
        {"steps": 5},
        {"steps": 5, "optimizer": "lbfgs"},
    ],
    ids=["batches", "two networks", "batch norm and dropout", "full", "lbfgs"],
)
@pytest.mark.filterwarnings("ignore:full batches on XLA need X dense")
def test_sparse_rows_train_as_dense_ones(settings, engine, monkeypatch):
    monkeypatch.setattr("barreleye.training.xla_engine.STREAM_BYTES", 3 * 16 * N * 8)  # three steps at a time
    assert sparse.is_sparse(sparse.dense_if_it_may_be(ROWS))
    mine = last(ROWS, **settings, engine=engine)
    plain = last(ROWS.toarray(), **settings, engine="numpy")
    for name, p in plain.parameters.named().items():
        np.testing.assert_allclose(mine.parameters.named()[name], p, rtol=1e-7, atol=1e-9, err_msg=name)
    assert mine.validation_cost == pytest.approx(plain.validation_cost, rel=1e-7)


def test_auto_is_numpy_which_multiplies_them_as_they_are():
    progress = next(train(Network((N, 6, 1)), ROWS, Y, batch_size=16, epochs=100_000))
    assert (progress.engine, progress.engine_reason) == ("numpy", "it multiplies sparse rows as they are")


def test_full_batches_on_xla_say_what_memory_they_need():
    with pytest.warns(UserWarning, match="full batches on XLA need X dense, 4e-05 GiB: take mini-batches"):
        train(Network((N, 1)), ROWS, Y, steps=2, engine="xla")


def test_divergence_on_sparse_rows_is_explained():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with pytest.raises(FloatingPointError, match=r"diverged at step \d+: [^A]"):
            for _ in train(
                Network((N, 6, 1), "relu", "identity"), 1e3 * ROWS, 1e3 * Y, optimizer="gd", learning_rate=9
            ):
                pass


def test_memory_stays_far_below_that_of_dense_rows():
    rows = scipy.sparse.random_array((4000, 20_000), density=0.0005, format="csr", rng=0)  # dense: 640 MB
    tracemalloc.start()
    for _ in train(Network((20_000, 4, 1)), rows, np.arange(4000) % 2, batch_size=100, epochs=1, engine="numpy"):
        pass
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 40e6
