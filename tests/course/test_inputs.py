import numpy as np
import pytest

from barreleye.course.inputs import as_float, as_labels, samples


def test_labels_as_bytes_become_floats_before_arithmetic():
    assert (-as_float("Y", np.array([1], np.uint8))).tolist() == [-1.0]
    assert as_float("D", np.array([True])).dtype == np.float64


def test_floats_pass_through_as_they_are():
    X = np.ones(2, np.float32)
    assert as_float("X", X) is X


def test_one_label_for_each_sample_is_a_row_and_nothing_else_is():
    assert samples(np.ones((2, 3)), [1, 0, 1])[1].tolist() == [[1.0, 0.0, 1.0]]
    assert as_labels(np.ones((3, 1)), 3).shape == (3, 1)
    assert as_labels(np.ones(4), 3).shape == (4,)


@pytest.mark.parametrize("value", ["1", 1j, None, [None]])
def test_what_is_no_real_number_is_refused_by_name(value):
    with pytest.raises(TypeError, match="W1 must hold real numbers"):
        as_float("W1", value)


@pytest.mark.parametrize(
    ("X", "Y", "hint"),
    [
        (np.ones(3), np.ones((1, 3)), r"x.reshape\(-1, 1\)"),
        (np.ones((2, 3)), np.ones(4), r"Y has shape \(4,\) where \(n_y, m\) = \(n_y, 3\)"),
        (np.ones((3, 2)), np.ones((1, 3)), "pass X.T"),
        (np.ones((2, 3)), np.ones((3, 1)), "pass Y.T"),
        (np.ones((2, 3)), np.ones((1, 4)), "as many in X as in Y"),
        (np.ones((2, 0)), np.ones((1, 0)), "nothing to learn from"),
        (np.array([[1.0, np.nan]]), np.ones((1, 2)), r"X\[0, 1\] is nan"),
        (np.ones((2, 1)), np.array([[np.inf]]), r"Y\[0, 0\] is inf"),
    ],
)
def test_samples_that_do_not_fit_are_refused_with_a_hint(X, Y, hint):
    with pytest.raises(ValueError, match=hint):
        samples(X, Y)
