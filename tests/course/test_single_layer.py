import numpy as np
import pytest

from barreleye import course

rng = np.random.default_rng(5)
A_PREV, W, B = rng.standard_normal((3, 6)), rng.standard_normal((2, 3)), rng.standard_normal((2, 1))


@pytest.mark.parametrize("activation", ["sigmoid", "relu", "tanh", "leaky_relu"])
def test_the_backward_pass_is_the_derivative_of_the_forward_pass(activation):
    """Of the mean over samples of <A, R> for a random R, so that dA = R."""
    R = rng.standard_normal((2, 6))

    def J(A_prev, W, b):
        return (course.linear_activation_forward(A_prev, W, b, activation)[0] * R).sum() / 6

    _, cache = course.linear_activation_forward(A_PREV, W, B, activation)
    dA_prev, dW, db = course.linear_activation_backward(R, cache, activation)
    inputs = (A_PREV, W, B)
    for k, gradient in enumerate((dA_prev / 6, dW, db)):  # dA is a derivative of m J, one column a sample
        for index in np.ndindex(inputs[k].shape):
            above, below = ([array.copy() for array in inputs] for _ in range(2))
            above[k][index] += 1e-6
            below[k][index] -= 1e-6
            assert gradient[index] == pytest.approx((J(*above) - J(*below)) / 2e-6, abs=1e-8)


def test_the_caches_are_the_exercises_tuples():
    Z, (A, W_, b) = course.linear_forward(A_PREV, W, B)
    assert A is A_PREV
    assert W_ is W
    assert b is B
    _, (linear, Z_) = course.linear_activation_forward(A_PREV, W, B, "relu")
    assert len(linear) == 3
    np.testing.assert_array_equal(Z, Z_)


def test_the_helpers_leave_da_as_it_is():
    dA, Z = np.array([[5.0, 5.0]]), np.array([[-1.0, 1.0]])
    assert course.relu_backward(dA, Z).tolist() == [[0.0, 5.0]]
    assert dA.tolist() == [[5.0, 5.0]]
    assert course.sigmoid_backward(dA, np.zeros((1, 2))).tolist() == [[1.25, 1.25]]


def test_shapes_that_would_broadcast_are_refused():
    with pytest.raises(ValueError, match=r"pass b1.reshape\(2, 1\)"):
        course.linear_forward(A_PREV, W, B.ravel())
    with pytest.raises(ValueError, match="X has shape"):
        course.linear_forward(A_PREV[:2], W, B)
    with pytest.raises(ValueError, match=r"dZ has shape \(1, 6\) where W has shape \(2, 3\)"):
        course.linear_backward(np.ones((1, 6)), (A_PREV, W, B))
    with pytest.raises(ValueError, match=r"dA has shape \(2, 1\) where Z.shape = \(2, 6\)"):
        course.relu_backward(np.ones((2, 1)), np.ones((2, 6)))
    with pytest.raises(ValueError, match="did you mean 'relu'"):
        course.linear_activation_forward(A_PREV, W, B, "rleu")
