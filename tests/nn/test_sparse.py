"""Sparse rows in the equations: the same numbers as dense ones, and nothing made dense that would be large."""

import numpy as np
import pytest
import scipy.sparse

from barreleye.nn import sparse
from barreleye.nn.network import Network, backward, cost, forward, initialize


@pytest.mark.parametrize("container", [scipy.sparse.csr_array, scipy.sparse.csc_matrix, scipy.sparse.coo_array])
def test_what_would_be_large_stays_sparse(container):
    few = container(scipy.sparse.random_array((3000, 4000), density=0.001, rng=0))
    kept = sparse.dense_if_it_may_be(few)
    assert isinstance(kept, scipy.sparse.csr_array)
    np.testing.assert_array_equal(kept[:5].toarray(), few.tocsr()[:5].toarray())
    full = container(scipy.sparse.random_array((3000, 4000), density=0.3, rng=0))  # 43 MB, and 96 MB dense
    assert isinstance(sparse.dense_if_it_may_be(full), np.ndarray)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_a_step_on_sparse_columns_computes_what_one_on_dense_ones_does(dtype):
    rng = np.random.default_rng(1)
    rows = scipy.sparse.random_array((30, 40), density=0.1, format="csr", rng=rng, dtype=dtype)
    network = Network((40, 5, 1), "tanh", L2=0.1)
    parameters = initialize(network, rng, dtype=dtype)
    Y, weights = rng.integers(0, 2, (1, 30)).astype(dtype), rng.random((1, 30)).astype(dtype)
    results = []
    for X in (rows.T, rows.toarray().T):
        trace = forward(network, parameters, X)
        gradients = backward(network, parameters, trace, Y, weights, input_gradient=True)
        results.append([cost(network, parameters, trace, Y, weights), *gradients.parameters.arrays(), gradients.dA[0]])
    for mine, plain in zip(*results, strict=True):
        assert isinstance(mine, np.ndarray | np.generic)
        assert mine.dtype == dtype
        np.testing.assert_allclose(mine, plain, rtol=1e-5, atol=1e-6)
