import copy
import pickle

import numpy as np
import pytest

from barreleye import course
from barreleye.course.parameters import Trained, from_dict, gradients_from_dict, misfit, network_of, to_dict

GOOD = {"W1": np.ones((4, 2)), "b1": np.zeros((4, 1)), "W2": np.ones((1, 4)), "b2": np.zeros((1, 1))}


def test_there_and_back_keeps_names_order_and_arrays():
    back = to_dict(from_dict(GOOD))
    assert list(back) == list(GOOD)
    assert all(back[name] is GOOD[name] for name in GOOD)


def test_the_network_is_read_from_the_shapes():
    assert network_of(from_dict(GOOD), "tanh", "sigmoid").n == (2, 4, 1)


def test_other_entries_are_left_alone():
    assert list(to_dict(from_dict({**GOOD, "note": "mine", "W9": 1}))) == list(GOOD)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"b2": None}, "'b2' is missing"),
        ({"W1": None}, "'W1' is missing"),
        ({"W2": np.ones((1, 3))}, r"W2 has shape \(1, 3\) where \(n\[l\], n\[l-1\]\) = \(n\[l\], 4\)"),
        ({"W1": np.ones(4)}, r"W1 has shape \(4,\)"),
        ({"b1": np.zeros(4)}, r"pass b1.reshape\(4, 1\)"),
        ({"b1": np.zeros((1, 4))}, r"pass b1.reshape\(4, 1\)"),
        ({"b1": 0.0}, r"b1 has shape \(\) where"),
    ],
)
def test_parameters_that_do_not_fit_are_refused(change, message):
    values = {name: value for name, value in {**GOOD, **change}.items() if value is not None}
    with pytest.raises(ValueError, match=message):
        network_of(from_dict(values), "tanh", "sigmoid")


def test_what_fits_no_network_is_updated_and_said():
    values = {**GOOD, "W2": np.ones((3, 3)), "b2": np.zeros(3)}
    assert misfit(from_dict(values)).startswith("W2 has shape (3, 3)")
    grads = {f"d{name}": np.ones_like(value) for name, value in values.items()}
    with pytest.warns(RuntimeWarning, match="no network has these parameters. Updated all the same"):
        updated = course.update_parameters(values, grads, 0.5)
    assert updated["b2"].tolist() == [-0.5, -0.5, -0.5]


@pytest.mark.parametrize("db1", [0.5, [[0.5]]])
def test_a_bias_gradient_of_one_number_is_spread_and_said(db1):
    grads = {f"d{name}": value for name, value in GOOD.items()} | {"db1": db1}
    with pytest.warns(RuntimeWarning, match=r"axis=1, .*keepdims=True. Spread over b1 all the same"):
        found = course.update_parameters(GOOD, grads, 1.0)
    assert found["b1"].tolist() == [[-0.5]] * 4


@pytest.mark.parametrize("db1", [np.zeros(4), np.zeros((4, 400))])
def test_a_bias_gradient_that_would_broadcast_is_refused(db1):
    grads = {f"d{name}": value for name, value in GOOD.items()} | {"db1": db1}
    with pytest.raises(ValueError, match=r"axis=1, .*keepdims=True"):
        gradients_from_dict(grads, from_dict(GOOD))


def test_gradients_of_another_shape_or_missing_are_refused():
    grads = {f"d{name}": value for name, value in GOOD.items()}
    with pytest.raises(ValueError, match=r"dW1 has shape \(4, 3\) where W1.shape = \(4, 2\)"):
        gradients_from_dict({**grads, "dW1": np.ones((4, 3))}, from_dict(GOOD))
    with pytest.raises(ValueError, match="dW2 is missing"):
        gradients_from_dict({name: grads[name] for name in ("dW1", "db1")}, from_dict(GOOD))


def test_arguments_in_the_wrong_order_are_recognised():
    with pytest.raises(TypeError, match=r"ndarray given .* predict\(parameters, X\)"):
        course.forward_propagation(GOOD, np.ones((2, 3)))
    with pytest.raises(TypeError, match="ndarray given"):
        course.predict(np.ones((2, 3)), np.ones((2, 3)))


def test_what_was_trained_keeps_its_network_when_copied_whole():
    trained = Trained(from_dict(GOOD), network_of(from_dict(GOOD), "relu", "sigmoid"))
    assert all(twin(trained).network == trained.network for twin in (copy.deepcopy, copy.copy, round_trip))
    assert dict(trained) == trained
    assert not hasattr(dict(trained), "network")


def round_trip(value):
    return pickle.loads(pickle.dumps(value))
