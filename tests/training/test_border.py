import numpy as np
import pytest
import scipy.sparse
from hypothesis import given, settings
from hypothesis import strategies as st

from barreleye.nn.heads import HEADS, head
from barreleye.nn.rows import LARGEST, check_features, data_dtype, numbers
from barreleye.nn.structure import Network
from barreleye.training.border import check_rows, check_targets

NETWORK = Network((3, 1))
X, Y = np.arange(12.0).reshape(4, 3), np.array([0, 1, 1, 0])


def with_entry(value, row=2, column=1):
    changed = X.copy()
    changed[row, column] = value
    return changed


def refused(error, message, X=X, Y=Y, weights=None, network=NETWORK, **options):
    with pytest.raises(error, match=message):
        check_rows(network, X, Y, weights, **options)


# What is refused


@pytest.mark.parametrize(("value", "kind"), [(np.nan, "NaN"), (np.inf, "infinity"), (-np.inf, "infinity")])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_a_number_that_is_none_is_named_by_column_and_row(value, kind, dtype):
    refused(ValueError, f"X has {kind} in column 1, first in row 2", with_entry(value).astype(dtype))
    refused(ValueError, f"X has {kind} in column 'age', first in row 2", with_entry(value), names=["id", "age", "size"])


def test_the_first_bad_column_and_its_first_row_are_named():
    bad = with_entry(np.nan, 3, 1)
    bad[1, 2] = bad[2, 1] = np.nan
    refused(ValueError, "X has NaN in column 1, first in row 2: remove or fill in missing values first", bad)
    refused(ValueError, "X has infinity in column 0, first in row 0: remove or clip it first", with_entry(np.inf, 0, 0))


def test_missing_labels_are_named_too():
    refused(ValueError, "Y has NaN, first in row 1", Y=[0, np.nan, 1, 1])
    refused(ValueError, "Y has None, first in row 1", Y=[0, None, 1, 1])


def test_lengths_that_differ_are_both_told():
    refused(ValueError, "Y has 3 rows and X has 4: each sample needs one of both", Y=Y[:3])
    refused(ValueError, "weights has 3 rows and X has 4", weights=[1, 2, 3])


@pytest.mark.parametrize(
    ("shape", "hint"),
    [
        ((12,), r"X has 1 dimensions.*for one feature pass X.reshape\(-1, 1\), for one sample X.reshape\(1, -1\)"),
        ((2, 2, 3), r"X has 3 dimensions, shape \(2, 2, 3\), where rows \(m, n_x\) are expected"),
        ((), "X has 0 dimensions"),
        ((0, 3), r"X has shape \(0, 3\): there is no row in it"),
        ((4, 0), r"X has shape \(4, 0\): there is no column in it"),
    ],
)
def test_an_x_that_is_no_table_gets_a_hint(shape, hint):
    refused(ValueError, hint, np.zeros(shape))


def test_another_number_of_features_is_told_with_both_numbers():
    refused(ValueError, r"X has 2 columns where the network has n\[0\] = 3 inputs$", X[:, :2])
    refused(
        ValueError, r"X has 4 columns where the network has n\[0\] = 3 inputs; samples are rows here, so pass X.T", X.T
    )
    assert check_features(X[:, :2], None, np.float64).shape == (4, 2)


def test_rows_of_different_lengths_are_no_table():
    refused(ValueError, "X is not a table of numbers", [[1, 2, 3], [1, 2]], [0, 1])


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_numbers_too_large_to_multiply_are_refused_with_the_cure(dtype):
    message = rf"X reaches .* in column 1, first in row 2, too large to multiply in {np.dtype(dtype)}: standardise"
    refused(ValueError, message, with_entry(-2 * LARGEST[np.dtype(dtype)]), dtype=dtype)
    refused(
        ValueError,
        "X reaches 1.0e.300 in column 1, first in row 2, too large to multiply in float64",
        with_entry(1e300),
    )
    check_rows(NETWORK, with_entry(0.99 * LARGEST[np.dtype(dtype)]), Y, dtype=dtype)


def test_numbers_too_large_for_float32_are_refused_without_a_warning():
    refused(
        ValueError, r"X reaches 1.0e\+200 in column 1, .* float32: standardise", with_entry(1e200), dtype=np.float32
    )


def test_targets_too_large_to_square_are_told_from_a_rate_too_high():
    network = Network((3, 1), head="identity")
    refused(
        ValueError, r"Y reaches 1.0e\+300, first in row 3, too large to square", Y=[0, 1, 1, 1e300], network=network
    )


@pytest.mark.parametrize(
    ("weights", "message"),
    [
        ([1, -0.5, 1, 1], "weights must be 0 or above, and not all 0; the smallest is -0.5"),
        ([0, 0, 0, 0], "weights must be 0 or above, and not all 0; the smallest is 0"),
        ([1, np.nan, 1, 1], "weights has NaN, first in row 1"),
        ([1, np.inf, 1, 1], "weights has infinity, first in row 1"),
    ],
)
def test_weights_that_cannot_weigh_are_refused(weights, message):
    refused(ValueError, message, weights=weights)


@pytest.mark.parametrize(
    ("name", "bad", "message"),
    [
        ("sigmoid", 2, r"Y holds 2, but SigmoidHead\(\) takes labels 0 and 1, or probabilities between"),
        ("sigmoid", -1, "Y holds -1, but SigmoidHead"),
        ("tanh", 2, r"Y holds 2, but TanhHead\(\) takes labels -1 and \+1: map labels 0 and 1 by 2 Y - 1"),
        ("poisson", -1, r"Y holds -1, but PoissonHead\(\) takes counts or rates, 0 or above"),
    ],
)
def test_labels_the_head_has_no_loss_for_are_refused(name, bad, message):
    refused(ValueError, message, Y=[0, 1, 1, bad], network=Network((3, 1), head=name))


@pytest.mark.parametrize("name", [name for name in HEADS if head(name).targets == "numbers"])
def test_heads_of_numbers_take_any_number(name):
    assert check_targets(head(name), [-1e9, 1e9], 1, 2, np.float64).shape == (2, 1)


def test_distributions_sum_to_1_row_by_row():
    network = Network((3, 2), head="softmax")
    good = np.array([[0.5, 0.5], [1, 0], [0, 1], [0.25, 0.75]])
    assert check_rows(network, X, good).Y.shape == (4, 2)
    good[2] = [0.5, 0.2]
    refused(
        ValueError, r"Y row 2 sums to 0.7, but SoftmaxHead\(\) takes .*, whose rows sum to 1", Y=good, network=network
    )
    hint = r"Y has shape \(4,\) where \(m, n\[L\]\) = \(4, 2\) is expected; one-hot encode class labels"
    refused(ValueError, hint, network=network)


@pytest.mark.parametrize("shape", [(4, 2), (2, 2, 1), (1, 4)])
def test_another_width_of_y_is_told_with_both_shapes(shape):
    refused(ValueError, r"Y has shape .* where \(m, n\[L\]\) = \(4, 1\) is expected", Y=np.zeros(shape))


def test_the_argument_is_named_with_its_prefix():
    refused(ValueError, "validation X has NaN", with_entry(np.nan), what="validation ")
    refused(ValueError, "validation Y holds 5", Y=[5, 0, 0, 0], what="validation ")


# What is taken


def test_the_dtype_follows_the_data():
    for kind, expected in [
        (np.float32, np.float32),
        (np.float64, np.float64),
        (np.int32, np.float64),
        (np.float16, np.float64),
    ]:
        assert data_dtype(X.astype(kind)) == expected
        rows = check_rows(NETWORK, X.astype(kind), Y, [1, 2, 3, 4])
        assert {part.dtype for part in rows} == {np.dtype(expected)}
    assert data_dtype([[True]]) == np.float64


@settings(max_examples=30, deadline=None)
@given(st.sampled_from(["C", "F"]), st.sampled_from([np.float32, np.float64, np.int64, bool, object]), st.booleans())
def test_rows_come_out_in_c_order_with_the_values_they_had(order, dtype, as_column):
    given_X = np.asarray(X % 2, dtype=dtype, order=order)
    rows = check_rows(NETWORK, given_X, Y.reshape(-1, 1) if as_column else Y.tolist())
    assert rows.X.flags.c_contiguous
    assert rows.Y.flags.c_contiguous
    np.testing.assert_array_equal(rows.X, X % 2)
    np.testing.assert_array_equal(rows.Y[:, 0], Y)
    assert rows.weights is None


def test_arrays_that_fit_already_are_not_copied():
    assert np.shares_memory(check_rows(NETWORK, X, Y).X, X)


def test_constant_columns_are_safe():
    check_rows(NETWORK, np.zeros((4, 3)), Y)


def test_numbers_keeps_the_shape():
    assert numbers("x", 5, np.float64).shape == ()
    assert numbers("x", [[1, 2]], np.float32).dtype == np.float32


# Sparse rows whose dense copy would be large


def few(m=300, n=200):
    """0.1 % filled."""
    return scipy.sparse.random_array((m, n), density=0.001, format="csr", rng=0)


@pytest.fixture
def nothing_is_small(monkeypatch):
    monkeypatch.setattr("barreleye.nn.sparse.SMALL", 0)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_sparse_rows_stay_sparse_in_the_dtype_and_the_callers_are_left_alone(dtype, nothing_is_small):
    theirs = few()
    X = check_features(theirs, 200, dtype)
    assert (type(X), X.dtype, theirs.dtype) == (scipy.sparse.csr_array, dtype, np.float64)
    np.testing.assert_allclose(X.toarray(), theirs.toarray(), rtol=1e-6)


@pytest.mark.parametrize(
    ("value", "what"),
    [
        (np.nan, "X has NaN in column 3, first in row 7"),
        (np.inf, "X has infinity in column 3, first in row 7"),
        (1e200, r"X reaches 1\.0e\+200 in column 3"),
    ],
)
def test_what_is_wrong_in_sparse_rows_is_named(value, what, nothing_is_small):
    X = few().tolil()
    X[7, 3], X[9, 3], X[2, 11] = value, value, value
    with pytest.raises(ValueError, match=what):
        check_features(X.tocsr(), 200, np.float64)
    with pytest.raises(ValueError, match="X has 200 columns where the network has"):
        check_features(few(), 5, np.float64)
    with pytest.raises(ValueError, match="complex"):
        check_features(few() * 1j, 200, np.float64)


def test_a_network_is_one():
    with pytest.raises(TypeError, match=r"network='net' must be a Network, such as Network\(\(2, 4, 1\)\)"):
        check_rows("net", [[1.0, 2.0]], [1])
