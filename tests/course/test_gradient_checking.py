import numpy as np
import pytest

from barreleye import course

rng = np.random.default_rng(0)
X, Y = rng.standard_normal((4, 6)), rng.integers(0, 2, (1, 6))
PARAMETERS = course.initialize_parameters_deep([4, 5, 3, 1], initialization="he", seed=5)
_, CACHE = course.forward_propagation_n(X, Y, PARAMETERS)
GRADS = course.backward_propagation_n(X, Y, CACHE)


def test_the_right_gradient_passes_and_says_so(capsys):
    assert course.gradient_check_n(PARAMETERS, GRADS, X, Y, print_msg=True) < 2e-7
    assert capsys.readouterr().out.startswith("The gradient is correct!")


@pytest.mark.parametrize("name", ["dW1", "db1", "dW2", "db2", "dW3", "db3"])
@pytest.mark.parametrize("mistake", [lambda d: 2 * d, lambda d: -d, lambda d: d + 0.01, lambda d: d * 1.001])
def test_every_planted_mistake_is_caught(name, mistake, capsys):
    assert course.gradient_check_n(PARAMETERS, {**GRADS, name: mistake(GRADS[name])}, X, Y, print_msg=True) > 2e-7
    assert capsys.readouterr().out.startswith("There is a mistake in the backward propagation!")


def test_a_bias_gradient_summed_over_units_is_caught():
    summed = np.full_like(GRADS["db1"], GRADS["db1"].sum())
    assert course.gradient_check_n(PARAMETERS, {**GRADS, "db1": summed}, X, Y) > 1e-2


def test_one_dimension():
    assert course.gradient_check(2.0, 4.0) < 1e-7
    assert course.gradient_check(-3, 0.5) < 1e-7


def test_vectors_there_and_back():
    theta, keys = course.dictionary_to_vector(PARAMETERS)
    assert theta.shape == (47, 1)
    assert keys[:21] == ["W1"] * 20 + ["b1"]
    back = course.vector_to_dictionary(theta)
    assert list(back) == list(PARAMETERS)
    assert all((back[name] == PARAMETERS[name]).all() for name in back)
    grads = course.gradients_to_vector(GRADS)
    assert (grads[:20].reshape(5, 4) == GRADS["dW1"]).all()
    assert grads.shape == theta.shape


def test_wrong_lengths_shapes_and_names_are_refused():
    with pytest.raises(ValueError, match="theta has 46 numbers"):
        course.vector_to_dictionary(np.ones((46, 1)))
    with pytest.raises(ValueError, match="dW3 is missing"):
        course.gradient_check_n(PARAMETERS, {k: v for k, v in GRADS.items() if k not in ("dW3", "db3")}, X, Y)
    with pytest.raises(ValueError, match="epsilon"):
        course.gradient_check_n(PARAMETERS, GRADS, X, Y, epsilon=0)
