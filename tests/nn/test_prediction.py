"""Predictions in blocks: those of all rows at once, in the memory of one block."""

import tracemalloc

import numpy as np
import pytest
import scipy.sparse

from barreleye.nn import prediction
from barreleye.nn.network import Network, initialize, predict
from barreleye.nn.normalization import Averages
from barreleye.nn.prediction import blocks, predict_rows


@pytest.mark.parametrize(("m", "size"), [(1, 5), (5, 5), (11, 5), (10, 1)])
def test_blocks_cover_every_row_once(m, size):
    parts = blocks(m, size)
    assert np.concatenate([np.arange(m)[part] for part in parts]).tolist() == list(range(m))
    assert max(part.stop - part.start for part in parts) <= size


@pytest.mark.parametrize("m", [1, 99, 100, 101, 250])
@pytest.mark.parametrize("batch_norm", [False, True])
def test_blocks_answer_as_all_rows_at_once(m, batch_norm, monkeypatch):
    monkeypatch.setattr(prediction, "rows_at_once", lambda network, itemsize: 100)
    rng = np.random.default_rng(0)
    network = Network((3, 7, 2), "relu", "identity", batch_norm=batch_norm)
    parameters, X = initialize(network, rng), rng.normal(size=(m, 3))
    averages = Averages({1: rng.normal(size=(7, 1))}, {1: rng.random((7, 1)) + 0.5}) if batch_norm else None
    answer = predict_rows(network, parameters, X, averages, lambda rows: 2 * rows)
    np.testing.assert_allclose(answer, predict(network, parameters, 2 * X.T, averages).T, rtol=1e-12)
    sparse = predict_rows(network, parameters, scipy.sparse.csr_array(X), averages)
    np.testing.assert_allclose(sparse, predict(network, parameters, X.T, averages).T, rtol=1e-12)


def test_memory_does_not_grow_with_the_rows():
    network = Network((2, 200, 1))
    parameters, X = initialize(network), np.zeros((200_000, 2), np.float32)  # a layer of all rows: 320 MB
    tracemalloc.start()
    predict_rows(network, parameters, X)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 40e6
