"""Derivatives by themselves: of Z, or of A where the argument says so."""

OF_A = """
import numpy as np
def linear_activation_forward(A_prev, W, b, activation):
    Z = W @ A_prev + b
    return (1 / (1 + np.exp(-Z)) if activation == "sigmoid" else np.maximum(0, Z)), {"A_prev": A_prev, "W": W, "Z": Z}
def sigmoid_backward(dA, A): return dA * A * (1 - A)
def relu_grad(a): return np.sign(a)
"""


def test_a_derivative_with_an_argument_called_A_takes_A(checked):
    assert checked(OF_A).verdict == "right", str(checked(OF_A))
    sigmoid_of_Z = ("(dA, A): return dA * A * (1 - A)", "(dA, Z): return dA * Z * (1 - Z)")
    report = checked(OF_A, sigmoid_of_Z, ("relu_grad(a): return np.sign(a)", "relu_grad(z): return np.sign(z)"))
    assert [one.verdict for one in report.functions].count("wrong") == 2
