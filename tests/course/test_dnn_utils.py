import numpy as np
import pytest

from barreleye import course
from barreleye.course import dnn_utils

Z = np.array([[-2.0, -0.5, 0.0], [0.5, 1.0, 3.0]])
FORWARD = {"sigmoid": lambda Z: 1 / (1 + np.exp(-Z)), "relu": lambda Z: np.maximum(0, Z)}
SLOPE = {"sigmoid": lambda Z: np.exp(-Z) / (1 + np.exp(-Z)) ** 2, "relu": lambda Z: Z > 0}


def test_the_names_are_those_of_the_helper_module():
    assert set(dnn_utils.__all__) == {"sigmoid", "sigmoid_backward", "relu", "relu_backward"}


@pytest.mark.parametrize("name", FORWARD)
def test_the_value_comes_with_the_cache_that_the_backward_step_takes(name):
    A, cache = getattr(dnn_utils, name)(Z)
    np.testing.assert_allclose(A, FORWARD[name](Z), rtol=1e-15)
    assert (cache == Z).all()
    dA = np.arange(1.0, 7.0).reshape(2, 3)
    np.testing.assert_allclose(getattr(dnn_utils, f"{name}_backward")(dA, cache), dA * SLOPE[name](Z), rtol=1e-14)


@pytest.mark.parametrize("name", FORWARD)
def test_the_packages_own_function_returns_a_alone(name):
    assert (getattr(course, name)(Z) == getattr(dnn_utils, name)(Z)[0]).all()
