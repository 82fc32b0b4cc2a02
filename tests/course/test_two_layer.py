"""The two-layer functions against the tutorials' own loops written out here, and the traps in them."""

import warnings
from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from barreleye import course
from barreleye.nn.activations import Tanh

X, Y = course.load_planar_dataset()


def plain_loop(steps, db=lambda dZ: dZ.sum(axis=1, keepdims=True) / 400, slope=lambda A: 1 - A**2, out=None):
    """The tutorials' loop on the flower, rate 1.2; returns A2 of the trained network."""
    start = course.initialize_parameters(2, 4, 1)
    W1, b1, W2, b2 = (start[name] for name in ("W1", "b1", "W2", "b2"))
    g = out or (lambda Z: 1 / (1 + np.exp(-Z)))
    for _ in range(steps):
        A1 = np.tanh(W1 @ X + b1)
        dZ2 = g(W2 @ A1 + b2) - Y
        dZ1 = W2.T @ dZ2 * slope(A1)
        dW1, dW2 = dZ1 @ X.T / 400, dZ2 @ A1.T / 400
        W1, b1, W2, b2 = W1 - 1.2 * dW1, b1 - 1.2 * db(dZ1), W2 - 1.2 * dW2, b2 - 1.2 * db(dZ2)
    return g(W2 @ np.tanh(W1 @ X + b1) + b2)


def accuracy(A2):
    return ((A2 > 0.5) == Y).mean()


def test_the_model_is_the_tutorials_loop():
    A2, _ = course.forward_propagation(X, course.nn_model(X, Y, 4, num_iterations=1000))
    np.testing.assert_allclose(A2, plain_loop(1000), rtol=1e-9)


@settings(max_examples=20, deadline=None)
@given(st.integers(1, 4), st.integers(1, 5), st.integers(1, 3), st.integers(1, 6), st.integers(0, 999))
def test_gradients_of_all_samples_are_the_mean_of_those_of_each(n_x, n_h, n_y, m, seed):
    rng = np.random.default_rng(seed)
    x, y = rng.standard_normal((n_x, m)), rng.integers(0, 2, (n_y, m))
    parameters = course.initialize_parameters_deep([n_x, n_h, n_y], initialization="lecun", seed=seed)
    at_once = course.backward_propagation(parameters, course.forward_propagation(x, parameters)[1], x, y)
    for name in at_once:
        each = []
        for i in range(m):
            _, cache = course.forward_propagation(x[:, [i]], parameters)
            each.append(course.backward_propagation(parameters, cache, x[:, [i]], y[:, [i]])[name])
        np.testing.assert_allclose(at_once[name], np.mean(each, axis=0), rtol=1e-12, atol=1e-14)


@pytest.mark.parametrize("activation", ["tanh", "sigmoid", "relu", "leaky_relu"])
@pytest.mark.parametrize("output", ["sigmoid", "tanh"])
def test_gradients_are_the_slopes_of_the_cost(activation, output):
    rng = np.random.default_rng(1)
    x, y = rng.standard_normal((3, 7)), rng.integers(0, 2, (1, 7)).astype(np.uint8)
    how = {"activation": activation, "output": output}
    parameters = course.initialize_parameters_deep([3, 5, 1], initialization="he")
    parameters["b1"] = rng.standard_normal((5, 1))
    _, cache = course.forward_propagation(x, parameters, **how)
    grads = course.backward_propagation(parameters, cache, x, y, **how)

    def J(name, index, change):
        moved = {key: array.copy() for key, array in parameters.items()}
        moved[name][index] += change
        return course.compute_cost(course.forward_propagation(x, moved, **how)[0], y, output=output)

    for name, array in parameters.items():
        for index in np.ndindex(array.shape):
            slope = (J(name, index, 1e-6) - J(name, index, -1e-6)) / 2e-6
            assert grads[f"d{name}"][index] == pytest.approx(slope, abs=1e-8)


def test_more_hidden_layers_are_taken_as_they_come():
    parameters = course.initialize_parameters_deep([2, 5, 4, 1], initialization="lecun")
    A3, cache = course.forward_propagation(X, parameters)
    assert list(cache) == ["Z1", "A1", "Z2", "A2", "Z3", "A3"]
    assert "dW3" in course.backward_propagation(parameters, cache, X, Y)
    assert course.predict(parameters, X, activation="tanh").shape == A3.shape


def test_nothing_that_is_passed_in_changes():
    parameters, x, y = course.initialize_parameters(2, 4, 1), X.copy(), Y.copy()
    _, cache = course.forward_propagation(x, parameters)
    grads = course.backward_propagation(parameters, cache, x, y)
    before = {name: array.copy() for name, array in {**parameters, **cache, **grads, "X": x, "Y": y}.items()}
    course.compute_cost(cache["A2"], y)
    course.backward_propagation(parameters, cache, x, y)
    updated = course.update_parameters(parameters, grads)
    course.nn_model(x, y, 4, 3, parameters=parameters)
    course.predict(parameters, x, activation="tanh")
    after = {**parameters, **cache, **grads, "X": x, "Y": y}
    assert all((after[name] == before[name]).all() for name in before)
    assert not any(np.shares_memory(updated[name], parameters[name]) for name in parameters)


def test_labels_as_bytes_and_as_floats_train_alike():
    assert Y.dtype == np.uint8
    for output in ("sigmoid", "tanh"):
        first, second = (course.nn_model(X, labels, 4, 20, output=output) for labels in (Y, Y.astype(float)))
        assert all((first[name] == second[name]).all() for name in first)


def test_costs_are_printed_every_1000_iterations(capsys):
    course.nn_model(X, Y, 2, 2001, print_cost=True)
    lines = capsys.readouterr().out.splitlines()
    assert [line.split(":")[0] for line in lines] == [f"Cost after iteration {i}" for i in (0, 1000, 2000)]
    course.nn_model(X, Y, 2, 1)
    assert capsys.readouterr().out == ""


def test_wrong_shapes_are_refused_before_anything_broadcasts():
    with pytest.raises(ValueError, match=r"pass X\.T"):
        course.nn_model(X.T, Y, 4)
    with pytest.raises(ValueError, match=r"Y has shape \(399,\)"):
        course.nn_model(X, Y.ravel()[1:], 4)
    with pytest.raises(ValueError, match=r"pass X\.T"):
        course.predict(course.initialize_parameters(2, 4, 1), X.T)
    with pytest.raises(ValueError, match=r"sizes \(2, 3, 1\), but X, n_h and Y ask for \(2, 4, 1\)"):
        course.nn_model(X, Y, 4, parameters=course.initialize_parameters(2, 3, 1))
    parameters = course.initialize_parameters(2, 4, 1)
    _, cache = course.forward_propagation(X, parameters)
    with pytest.raises(ValueError, match="'A1' is missing"):
        course.backward_propagation(parameters, {k: v for k, v in cache.items() if k != "A1"}, X, Y)
    with pytest.raises(ValueError, match="activation='than' is unknown"):
        course.forward_propagation(X, parameters, activation="than")


# --- the traps, with the figures that they are known by: the flower, 4 hidden units, rate 1.2, 10,000 steps


def test_the_right_gradient_reaches_nine_in_ten():
    assert accuracy(plain_loop(10_000)) == pytest.approx(0.9075, abs=0.003)


def test_one_minus_a_all_squared_is_little_better_than_a_coin():
    assert accuracy(plain_loop(10_000, slope=lambda A: (1 - A) ** 2)) < 0.62

    @dataclass(frozen=True)
    class WrongTanh(Tanh):
        def derivative(self, Z, A):
            return (1 - A) ** 2

    wrong = course.nn_model(X, Y, 4, 2000, activation=WrongTanh())
    assert (course.predict(wrong, X) == Y).mean() < 0.62


def test_a_bias_gradient_summed_over_units_leaves_no_mark_on_the_curve():
    wrong = plain_loop(10_000, db=lambda dZ: dZ.sum() / 400)
    assert accuracy(wrong) == pytest.approx(0.9075, abs=0.003)
    assert course.compute_cost(wrong, Y) < course.compute_cost(plain_loop(10_000), Y)
    # What the curve cannot show the shape does: a scalar db1 is told.
    parameters = course.initialize_parameters(2, 4, 1)
    _, cache = course.forward_propagation(X, parameters)
    grads = course.backward_propagation(parameters, cache, X, Y)
    with pytest.warns(RuntimeWarning, match=r"db1 has shape \(\).*keepdims=True"):
        course.update_parameters(parameters, {**grads, "db1": grads["db1"].sum()})


def test_the_naive_tanh_output_learns_without_a_cost_which_is_explained():
    naive = plain_loop(10_000, out=np.tanh)
    assert accuracy(naive) == pytest.approx(0.89, abs=0.01)
    with np.errstate(invalid="ignore"):
        assert np.isnan(np.mean(Y * np.log(naive) + (1 - Y) * np.log(1 - naive)))
    parameters = course.initialize_parameters(2, 4, 1)
    A2, cache = course.forward_propagation(X, parameters, output="tanh")
    with pytest.raises(ValueError, match="Is it the output of tanh"):
        course.compute_cost(A2, Y)
    with pytest.warns(RuntimeWarning, match="Is it the output of tanh.*computed from A2 all the same"):
        grads = course.backward_propagation(parameters, cache, X, Y)
    np.testing.assert_allclose(grads["db2"], (A2 - Y).mean(axis=1, keepdims=True), rtol=1e-12)


def test_a_loop_of_backward_passes_is_warned_once():
    parameters = course.initialize_parameters(2, 4, 1)
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("default")
        for _ in range(5):
            _, cache = course.forward_propagation(X, parameters, output="tanh")
            grads = course.backward_promagation(parameters, cache, X, Y)
            parameters = course.update_parameters(parameters, {**grads, "db1": grads["db1"].mean()})
    assert len(said) == 2


def test_a_slope_is_read_off_a_where_a_tells_it_and_taken_at_z_elsewhere():
    parameters = course.initialize_parameters_deep([2, 4, 1], initialization="lecun")
    for g in ("tanh", "sigmoid", "relu", "gelu"):
        _, cache = course.forward_propagation(X, parameters, activation=g)
        right = course.backward_propagation(parameters, cache, X, Y, activation=g)
        other = course.backward_propagation(parameters, {**cache, "Z1": 1 - cache["Z1"]}, X, Y, activation=g)
        assert (right["dW1"] == other["dW1"]).all() == (g != "gelu")
    with pytest.raises(ValueError, match="'Z1' is missing"):
        course.backward_propagation(parameters, {k: cache[k] for k in ("A1", "A2")}, X, Y, activation="gelu")


def test_a_backward_pass_of_parameters_that_no_network_has_is_told():
    parameters = course.initialize_parameters(2, 4, 1)
    _, cache = course.forward_propagation(X, parameters)
    right = course.backward_propagation(parameters, cache, X, Y)
    with pytest.warns(RuntimeWarning, match="no network has these parameters. Computed all the same"):
        grads = course.backward_propagation({**parameters, "W1": np.ones((3, 5))}, cache, X, Y)
    assert all((grads[name] == right[name]).all() for name in right)


def test_the_right_tanh_output_learns_the_flower():
    parameters = course.nn_model(X, Y, 4, 5000, learning_rate=0.6, output="tanh")
    A2, _ = course.forward_propagation(X, parameters, output="tanh")
    assert (course.predict(parameters, X, output="tanh") == Y).mean() > 0.88
    assert course.compute_cost(A2, Y, output="tanh") < 0.26
    assert (course.predict(parameters, X, output="tanh") == (A2 > 0)).all()


def test_predict_in_the_deep_exercises_order_names_the_function_that_was_meant():
    parameters = course.initialize_parameters(2, 4, 1)
    with pytest.raises(TypeError, match=r"predict\(X, y, parameters\) call predict_deep, .*course\.dnn_app_utils"):
        course.predict(X, Y, parameters)
