"""The course's activations: values, slopes, and the traps of the textbook formulas."""

import mpmath
import numpy as np
import pytest

from barreleye import course

Z = np.array([-1000.0, -30.0, -1.0, -1e-3, 0.0, 0.5, 20.0, 1000.0])

EXACT = {
    "sigmoid": lambda z: 1 / (1 + mpmath.exp(-z)),
    "tanh": mpmath.tanh,
    "relu": lambda z: max(z, 0),
    "leaky_relu": lambda z: z if z > 0 else mpmath.mpf("0.01") * z,
}


@pytest.mark.parametrize("name", EXACT)
def test_values_are_the_mathematical_ones(name):
    exact = [float(EXACT[name](mpmath.mpf(float(z)))) for z in Z]
    np.testing.assert_allclose(getattr(course, name)(Z), exact, rtol=4e-16, atol=0)


@pytest.mark.parametrize("name", EXACT)
def test_derivatives_are_those_at_z(name):
    smooth = Z[(Z != 0) & (abs(Z) < 100)]
    exact = [float(mpmath.diff(EXACT[name], mpmath.mpf(float(z)))) for z in smooth]
    np.testing.assert_allclose(getattr(course, f"{name}_derivative")(smooth), exact, rtol=1e-12, atol=1e-15)


def test_the_slope_at_the_kink_is_the_tutorials():
    assert course.relu_derivative([0.0])[0] == 0
    assert course.leaky_relu_derivative([0.0], 0.2)[0] == 1


def test_leaky_slope_is_the_second_argument():
    assert course.leaky_relu([-10.0], 0.3)[0] == -3
    assert course.leaky_relu_derivative([-10.0], 0.3)[0] == 0.3


def test_tanh_derivative_is_not_one_minus_a_squared_wrongly_bracketed():
    a = np.tanh(0.7)
    assert course.tanh_derivative([0.7])[0] == pytest.approx(1 - a**2, rel=1e-15)
    assert course.tanh_derivative([0.7])[0] != pytest.approx((1 - a) ** 2, rel=0.1)


def test_whole_numbers_and_float32_are_welcome():
    assert course.relu(np.array([-1, 2], np.int8)).tolist() == [0.0, 2.0]
    assert course.sigmoid(np.zeros(2, np.float32)).dtype == np.float32
    assert course.sigmoid(0.0) == 0.5


def test_text_is_refused_by_name():
    with pytest.raises(TypeError, match="Z must hold real numbers"):
        course.sigmoid("1")


def test_softmax_rows_sum_to_one_and_do_not_overflow():
    A = course.softmax([[1e4, 0.0, -1e4], [1.0, 1.0, 1.0]])
    np.testing.assert_allclose(A, [[1, 0, 0], [1 / 3] * 3], rtol=1e-15)
    with pytest.raises(ValueError, match=r"where \(m, K\) is expected"):
        course.softmax([1.0, 2.0])
