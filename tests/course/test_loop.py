import numpy as np
import pytest

from barreleye import course
from barreleye.course.loop import Divergence

X, Y = course.load_planar_dataset()


def test_divergence_names_the_iteration_and_keeps_the_last_finite_parameters():
    start = course.initialize_parameters(2, 4, 1)
    # The penalty multiplies W by 1 - 1e6 / 400 in every iteration: 1e308 is soon reached.
    with pytest.raises(Divergence, match=r"iteration \d+: .*learning_rate=1e\+06 .* try 100000") as caught:
        course.L_layer_model(X, Y, [2, 4, 1], 1e6, 500, parameters=start, lambd=1.0)
    assert isinstance(caught.value, FloatingPointError)
    assert list(caught.value.parameters) == list(start)
    assert all(np.isfinite(array).all() for array in caught.value.parameters.values())


def test_divergence_in_mini_batches_is_caught_too():
    with pytest.raises(Divergence, match="iteration"):
        course.model(X, Y, [2, 1], "gd", learning_rate=1e308, num_epochs=50, print_cost=False)


def test_an_update_that_breaks_the_parameters_under_a_finite_cost_is_caught_at_once():
    with pytest.raises(Divergence, match=r"iteration 0: W\[1\] \(layer 1\)"):
        course.L_layer_model([[1e120]], [[0]], [1, 1], 1e200, 3, initialization="zeros")


@pytest.mark.parametrize("learning_rate", [0, -1, float("nan"), True, "0.1"])
def test_a_rate_that_is_no_positive_number_is_refused(learning_rate):
    with pytest.raises((TypeError, ValueError), match="learning_rate"):
        course.nn_model(X, Y, 4, 1, learning_rate)


def test_no_iterations_return_the_start():
    parameters = course.nn_model(X, Y, 4, num_iterations=0)
    assert all((parameters[k] == v).all() for k, v in course.initialize_parameters(2, 4, 1).items())
    with pytest.raises(ValueError, match="num_iterations=-1"):
        course.nn_model(X, Y, 4, num_iterations=-1)
