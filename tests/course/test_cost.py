"""The cost from A alone: the textbook's sum in 50 digits, A of exactly 0 and 1, and a tanh in a sigmoid's place."""

import mpmath
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from barreleye.course import compute_cost

outputs = st.lists(st.tuples(st.floats(1e-12, 1 - 1e-12), st.sampled_from([0, 1, 0.25])), min_size=1, max_size=8)


def textbook(A, Y):
    with mpmath.workdps(50):
        exact = [(mpmath.mpf(a), mpmath.mpf(y)) for a, y in zip(A, Y, strict=True)]
        return float(-sum(y * mpmath.log(a) + (1 - y) * mpmath.log(1 - a) for a, y in exact) / len(exact))


@settings(max_examples=50, deadline=None)
@given(outputs)
def test_the_cost_is_the_textbooks_sum(pairs):
    A, Y = zip(*pairs, strict=True)
    assert compute_cost([A], [Y]) == pytest.approx(textbook(A, Y), rel=1e-12)


@settings(max_examples=50, deadline=None)
@given(outputs)
def test_a_tanh_output_has_the_cost_of_its_probability(pairs):
    P, Y = zip(*pairs, strict=True)
    A = 2 * np.array(P) - 1
    assert compute_cost([A], [Y], output="tanh") == pytest.approx(textbook((1 + A) / 2, Y), rel=1e-6)


def test_parameters_may_be_passed_as_in_the_classic_signature_and_change_nothing():
    A2, Y = [[0.8, 0.1]], [[1, 0]]
    assert compute_cost(A2, Y, {"W1": [[3.0]], "b1": [[1.0]]}) == compute_cost(A2, Y) == compute_cost(A2, Y, None)


def test_outputs_of_exactly_0_and_1_cost_nothing_where_the_label_agrees():
    assert compute_cost([[0.0, 1.0]], [[0, 1]]) == 0
    assert compute_cost([[-1.0, 1.0]], [[0, 1]], output="tanh") == 0
    assert compute_cost([[0.0, 0.5]], [[0, 1]]) == pytest.approx(np.log(2) / 2, rel=1e-15)


@pytest.mark.parametrize(("A", "y"), [(0.0, 1), (1.0, 0), (1.0, 0.5)])
def test_a_cost_that_is_infinite_is_said_to_be(A, y):
    with pytest.warns(RuntimeWarning, match=r"A2\[0, 1\] is exactly .* computed from Z"):
        assert compute_cost([[0.5, A]], [[1, y]]) == float("inf")


def test_float32_outputs_and_their_limits_are_safe():
    A = np.array([[0.0, 1.0, 0.5]], np.float32)
    assert compute_cost(A, [[0, 1, 1]]) == pytest.approx(np.log(2) / 3, rel=1e-6)
    with pytest.warns(RuntimeWarning, match="infinite"):
        assert compute_cost(A, [[1, 1, 1]]) == float("inf")


def test_labels_stored_as_bytes_are_safe():
    A, Y = [[0.2, 0.9]], np.array([[0, 1]], np.uint8)
    assert compute_cost(A, Y) == compute_cost(A, Y.astype(float))
    assert compute_cost(A, Y, output="tanh") == compute_cost(A, Y.astype(float), output="tanh")


def test_a_tanh_output_in_a_sigmoids_place_is_explained():
    with pytest.raises(ValueError, match=r"A2\[0, 1\] = -0.3 .*labels -1 and \+1 .*output=\"tanh\".*TanhHead"):
        compute_cost([[0.5, -0.3]], [[1, 0]])


def test_a_z_in_the_place_of_a_is_recognised():
    with pytest.raises(ValueError, match="is it Z, before g"):
        compute_cost([[0.5, 7.0]], [[1, 0]])
    with pytest.raises(ValueError, match="no output of tanh"):
        compute_cost([[0.5, -1.5]], [[1, 0]], output="tanh")


def test_labels_in_one_dimension_are_a_row():
    assert compute_cost([[0.5, 0.2]], [1, 0]) == compute_cost([[0.5, 0.2]], [[1, 0]])


def test_nan_is_named():
    with pytest.raises(ValueError, match=r"A2\[0, 1\] = nan is NaN"):
        compute_cost([[0.5, np.nan]], [[1, 0]])


def test_wrong_shapes_and_names_are_refused():
    with pytest.raises(ValueError, match=r"Y has shape \(3,\)"):
        compute_cost([[0.5, 0.5]], [1, 0, 1])
    with pytest.raises(ValueError, match=r"A2.reshape\(1, 2\)"):
        compute_cost([0.5, 0.5], [1, 0])
    with pytest.raises(ValueError, match=r"Y has shape \(1, 1\)"):
        compute_cost([[0.5, 0.5]], [[1]])
    with pytest.raises(ValueError, match="output='relu' is unknown"):
        compute_cost([[0.5]], [[1]], output="relu")


def test_labels_already_mapped_for_tanh_are_refused():
    with pytest.raises(ValueError, match="pass labels 0 and 1"):
        compute_cost([[0.5, -0.5]], [[1, -1]], output="tanh")
