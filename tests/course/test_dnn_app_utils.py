"""The pieces of the exercise on applying a deep network, put together as its reader puts them together."""

import numpy as np
import pytest

from barreleye import course
from barreleye.course import dnn_app_utils

rng = np.random.default_rng(6)
X = rng.standard_normal((5, 40))
Y = (X[:1] > X[1:2]).astype(np.uint8)


def test_the_names_are_those_of_the_helper_module_but_for_its_pictures():
    assert set(dnn_app_utils.__all__) == {
        *(
            "sigmoid",
            "relu",
            "sigmoid_backward",
            "relu_backward",
            "initialize_parameters",
            "initialize_parameters_deep",
        ),
        *("linear_forward", "linear_activation_forward", "L_model_forward", "compute_cost", "linear_backward"),
        *("linear_activation_backward", "L_model_backward", "update_parameters", "predict"),
    }


def test_both_initialisations_draw_from_seed_1():
    rs = np.random.RandomState(1)
    parameters = dnn_app_utils.initialize_parameters(3, 4, 1)
    assert (parameters["W1"] == rs.randn(4, 3) * 0.01).all()
    assert (parameters["W2"] == rs.randn(1, 4) * 0.01).all()
    rs = np.random.RandomState(1)
    parameters = dnn_app_utils.initialize_parameters_deep([5, 4, 3])
    np.testing.assert_allclose(parameters["W1"], rs.randn(4, 5) / np.sqrt(5), rtol=1e-15)
    np.testing.assert_allclose(parameters["W2"], rs.randn(3, 4) / np.sqrt(4), rtol=1e-15)
    assert not parameters["b1"].any()


def test_the_two_layer_model_that_the_exercise_asks_for(capsys):
    parameters, grads, costs = dnn_app_utils.initialize_parameters(5, 7, 1), {}, []
    for _ in range(300):
        A1, cache1 = dnn_app_utils.linear_activation_forward(X, parameters["W1"], parameters["b1"], "relu")
        A2, cache2 = dnn_app_utils.linear_activation_forward(A1, parameters["W2"], parameters["b2"], "sigmoid")
        costs.append(dnn_app_utils.compute_cost(A2, Y))
        dA2 = -(np.divide(Y, A2) - np.divide(1 - Y, 1 - A2))
        dA1, grads["dW2"], grads["db2"] = dnn_app_utils.linear_activation_backward(dA2, cache2, "sigmoid")
        _, grads["dW1"], grads["db1"] = dnn_app_utils.linear_activation_backward(dA1, cache1, "relu")
        parameters = dnn_app_utils.update_parameters(parameters, grads, 0.5)
    expected, _ = course.two_layer_model(X, Y, (5, 7, 1), 0.5, 300)
    for name, array in expected.items():
        np.testing.assert_allclose(parameters[name], array, rtol=1e-9, atol=1e-12)
    assert costs[-1] < 0.2 < costs[0]
    p = dnn_app_utils.predict(X, Y, parameters)
    assert capsys.readouterr().out == f"Accuracy: {(p == Y).mean():.10g}\n"
    assert (p == Y).mean() > 0.9


def test_the_deep_model_that_the_exercise_asks_for():
    sizes = [5, 6, 4, 1]
    parameters = dnn_app_utils.initialize_parameters_deep(sizes)
    for _ in range(50):
        AL, caches = dnn_app_utils.L_model_forward(X, parameters)
        parameters = dnn_app_utils.update_parameters(parameters, dnn_app_utils.L_model_backward(AL, Y, caches), 0.1)
    expected, _ = course.L_layer_model(X, Y, sizes, 0.1, 50, initialization="lecun", seed=1)
    assert all(array == pytest.approx(parameters[name], rel=1e-12) for name, array in expected.items())
