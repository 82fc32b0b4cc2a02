import numpy as np
import pytest

from barreleye import course
from barreleye.course import initialization

rng = np.random.default_rng(2)
X, Y = rng.standard_normal((4, 9)), rng.integers(0, 2, (1, 9)).astype(np.uint8)
SIZES = [4, 5, 3, 1]
PARAMETERS = course.initialize_parameters_deep(SIZES, initialization="he", seed=1)


def test_the_deep_network_is_its_single_layers_one_after_another():
    A, A_caches = X, []
    for l, g in ((1, "relu"), (2, "relu"), (3, "sigmoid")):
        A, cache = course.linear_activation_forward(A, PARAMETERS[f"W{l}"], PARAMETERS[f"b{l}"], g)
        A_caches.append(cache)
    AL, caches = course.L_model_forward(X, PARAMETERS)
    np.testing.assert_array_equal(AL, A)
    grads = course.L_model_backward(AL, Y, caches)
    dA = -(Y / AL - (1 - Y) / (1 - AL))  # the exercise's dAL, fine as long as AL is not 0 or 1
    for l, g in ((3, "sigmoid"), (2, "relu"), (1, "relu")):
        dA, dW, db = course.linear_activation_backward(dA, A_caches[l - 1], g)
        np.testing.assert_allclose(grads[f"dA{l - 1}"], dA, rtol=1e-12, atol=1e-15)
        np.testing.assert_allclose(grads[f"dW{l}"], dW, rtol=1e-12, atol=1e-15)
        np.testing.assert_allclose(grads[f"db{l}"], db, rtol=1e-12, atol=1e-15)


def test_a_saturated_output_divides_nothing_by_zero():
    big = {name: 1e3 * array for name, array in PARAMETERS.items()}
    AL, caches = course.L_model_forward(X, big)
    assert ((AL == 0) | (AL == 1)).any()
    grads = course.L_model_backward(AL, Y, caches)
    assert all(np.isfinite(gradient).all() for gradient in grads.values())


def test_nothing_that_is_passed_in_changes():
    AL, caches = course.L_model_forward(X, PARAMETERS)
    grads = course.L_model_backward(AL, Y, caches)
    parts = {f"{l}.{k}": part for l, (linear, Z) in enumerate(caches) for k, part in enumerate((*linear, Z))}
    everything = {**PARAMETERS, **grads, **parts, "X": X, "Y": Y, "AL": AL}
    before = {name: array.copy() for name, array in everything.items()}
    updated = course.update_parameters_deep(PARAMETERS, grads, 0.1)
    course.L_model_backward(AL, Y, caches)
    course.L_layer_model(X, Y, SIZES, 0.1, 3, parameters=PARAMETERS)
    assert all((array == before[name]).all() for name, array in everything.items())
    assert not any(np.shares_memory(updated[name], PARAMETERS[name]) for name in PARAMETERS)
    assert all((updated[name] == PARAMETERS[name] - 0.1 * grads[f"d{name}"]).all() for name in PARAMETERS)


def test_costs_are_recorded_every_100_iterations_and_printed_on_request(capsys):
    _, costs = course.L_layer_model(X, Y, SIZES, num_iterations=250, print_cost=True)
    assert len(costs) == 3
    expected = [f"Cost after iteration {100 * i}: {J:f}" for i, J in enumerate(costs)]
    assert capsys.readouterr().out.splitlines() == expected
    course.L_layer_model(X, Y, SIZES, num_iterations=101)
    assert capsys.readouterr().out == ""


def test_the_penalty_is_in_the_cost_and_shrinks_the_weights():
    free, costs = course.L_layer_model(X, Y, SIZES, 0.1, 300, parameters=PARAMETERS)
    held, penalised = course.L_layer_model(X, Y, SIZES, 0.1, 300, parameters=PARAMETERS, lambd=2.0)
    squares = sum((PARAMETERS[f"W{l}"] ** 2).sum() for l in (1, 2, 3))
    assert penalised[0] - costs[0] == pytest.approx(2.0 / 18 * squares, rel=1e-12)
    assert (held["W1"] ** 2).sum() < (free["W1"] ** 2).sum()


def test_dropout_draws_new_masks_in_every_iteration_and_the_same_for_a_seed():
    how = {"parameters": PARAMETERS, "keep_prob": 0.5}
    costs = [course.L_layer_model(X, Y, SIZES, 1e-9, 301, seed=seed, **how)[1] for seed in (1, 1, 2)]
    assert costs[0] == costs[1] != costs[2]
    assert len({round(J, 6) for J in costs[0]}) == 4  # at this rate only the masks can make a difference


def test_small_weights_starve_a_deep_network_and_zeros_never_break_symmetry():
    circles_X, circles_Y, _, _ = initialization.load_dataset()
    sizes, final = [2, 20, 7, 5, 1], {}
    for start in ("zeros", "small", "lecun"):
        trained, costs = course.L_layer_model(circles_X, circles_Y, sizes, 0.3, 1501, initialization=start)
        final[start] = costs[-1]
        if start == "zeros":
            assert not any(trained[f"W{l}"].any() for l in (1, 2, 3, 4))
    assert final["zeros"] == pytest.approx(np.log(2), abs=1e-6)
    assert final["small"] == pytest.approx(np.log(2), abs=1e-3)
    assert final["lecun"] < 0.3


def test_predictions_and_their_accuracy(capsys):
    parameters = {"W1": np.array([[1.0]]), "b1": np.array([[0.0]])}
    x, y = np.array([[-2.0, -1.0, 1.0, 2.0]]), np.array([[0, 1, 1, 1]], np.uint8)
    assert course.predict_deep(x, y, parameters).tolist() == [[0.0, 0.0, 1.0, 1.0]]
    assert capsys.readouterr().out == "Accuracy: 0.75\n"
    assert course.predict_dec(parameters, x).tolist() == [[False, False, True, True]]


def test_flat_caches_start_from_al_minus_y_and_nested_ones_from_dal():
    AL, caches = course.L_model_forward(X, PARAMETERS)
    flat = [(*linear, Z) for linear, Z in caches]
    of_a_pass = [course.L_model_backward(AL, labels, these) for labels in (Y, Y.ravel()) for these in (caches, flat)]
    for grads in of_a_pass:
        assert all((grads[name] == of_a_pass[0][name]).all() for name in grads)
    other = (AL + 1) / 3  # no sigmoid of any Z here
    np.testing.assert_allclose(
        course.L_model_backward(other, Y, flat)["db3"], (other - Y).mean(axis=1, keepdims=True), rtol=1e-14
    )
    dAL, A = -(Y / other - (1 - Y) / (1 - other)), course.sigmoid(caches[-1][1])
    np.testing.assert_allclose(
        course.L_model_backward(other, Y, caches)["db3"], (dAL * A * (1 - A)).mean(axis=1, keepdims=True), rtol=1e-12
    )


def test_an_al_of_exactly_1_that_no_z_made_divides_by_0_and_it_is_said():
    AL, caches = course.L_model_forward(X, PARAMETERS)
    says = pytest.warns(RuntimeWarning, match="AL is exactly 0 or 1 where the sigmoid")
    with says, np.errstate(invalid="ignore"):
        grads = course.L_model_backward(np.ones_like(AL), np.zeros_like(AL), caches)
    assert np.isinf(grads["db3"]).all()


def test_an_al_outside_its_range_is_computed_from_and_said():
    AL, caches = course.L_model_forward(X, PARAMETERS)
    with pytest.warns(RuntimeWarning, match="AL lies outside 0..1.*computed from AL all the same"):
        grads = course.L_model_backward(AL + 1, Y, [(*linear, Z) for linear, Z in caches])
    np.testing.assert_allclose(grads["db3"], (AL + 1 - Y).mean(axis=1, keepdims=True))


def test_a_model_knows_its_hidden_units_whoever_asks(capsys):
    planar_X, planar_Y = course.load_planar_dataset()
    how = {"initialization": "he", "parameters": None}
    deep, _ = course.L_layer_model(planar_X, planar_Y, [2, 20, 1], 0.3, 800, **how)
    shallow = course.nn_model(planar_X, planar_Y, 4, 800)
    of_tanh_output = course.nn_model(planar_X, planar_Y, 4, 800, 0.6, output="tanh")
    batched = course.model(planar_X, planar_Y, [2, 5, 1], "adam", 0.01, num_epochs=20, print_cost=False)
    for parameters in (deep, shallow, of_tanh_output, batched):
        right = course.predict(parameters, planar_X)
        assert (course.predict_dec(parameters, planar_X) == right).all()
        assert (course.predict_deep(planar_X, planar_Y, parameters) == right).all()
        assert (course.predict(planar_X, parameters) == right).all()
    AL, _ = course.L_model_forward(planar_X, deep)
    assert (course.predict(deep, planar_X) == (AL > 0.5)).all()
    assert (course.forward_propagation(planar_X, deep)[0] == AL).all()
    assert (course.predict(shallow, planar_X) == planar_Y).mean() > 0.8
    assert (course.predict(of_tanh_output, planar_X) == planar_Y).mean() > 0.8
    with pytest.warns(RuntimeWarning, match=r"trained for Network\(2 - 4 tanh - 1 sigmoid\), and .* computes ReLU"):
        course.L_model_forward(planar_X, shallow)
    with pytest.warns(UserWarning, match="does not say which hidden activation .*: tanh is taken"):
        guessed = course.predict(dict(deep), planar_X)
    assert (guessed != course.predict(deep, planar_X)).any()
    assert (course.predict(dict(deep), planar_X, activation="relu") == course.predict(deep, planar_X)).all()
    capsys.readouterr()


def test_wrong_shapes_are_refused():
    AL, caches = course.L_model_forward(X, PARAMETERS)
    with pytest.raises(ValueError, match=r"AL has shape \(1, 9\), Y \(1, 8\), and there are 3 caches"):
        course.L_model_backward(AL, Y[:, :8], caches)
    with pytest.raises(ValueError, match="there are 0 caches"):
        course.L_model_backward(AL, Y, [])
    with pytest.raises(ValueError, match="a layer's cache has 3 entries"):
        course.L_model_backward(AL, Y, [caches[0][0]])
    with pytest.raises(ValueError, match=r"dA has shape \(3, 9\) where Z.shape = \(5, 9\)"):
        course.L_model_backward(AL, Y, [caches[0], caches[2]])
    with pytest.raises(ValueError, match=r"pass X\.T"):
        course.L_model_forward(X.T, PARAMETERS)
    with pytest.raises(ValueError, match=r"layers_dims=\[4, 3, 1\]"):
        course.L_layer_model(X, Y, [4, 3, 1], parameters=PARAMETERS)
    with pytest.raises(ValueError, match="L_layer_model takes any number"):
        course.two_layer_model(X, Y, SIZES)
    with pytest.raises(ValueError, match="keep_prob"):
        course.L_layer_model(X, Y, SIZES, keep_prob=0.0)
