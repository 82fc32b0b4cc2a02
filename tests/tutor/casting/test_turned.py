"""The network in a turn of a training is told by shapes, whatever its parts are called."""

import numpy as np
import pytest

from barreleye.tutor.casting.turned import casts_of, data_in
from barreleye.tutor.running.turns import Kept, Place, Turn

SHAPES = {
    "rows": {"x": (7, 3), "p": (3, 5), "q": (5,), "r": (5, 2), "s": (1, 2), "t": (7, 2)},
    "columns": {"x": (3, 7), "p": (5, 3), "q": (5, 1), "r": (2, 5), "s": (2, 1), "t": (2, 7)},
}


def turn_with(shapes, moved, kept=()):
    rng = np.random.default_rng(0)
    before = {name: rng.normal(size=shape) for name, shape in shapes.items()}
    after = {name: one + 1 if name in moved else one for name, one in before.items()}
    return Turn(Place(), before, after, list(kept))


@pytest.mark.parametrize("layout", SHAPES)
def test_weights_biases_data_and_labels_are_found_by_their_shapes(layout):
    seen = turn_with(SHAPES[layout], "pqrs")
    cast = next(casts_of(seen))
    assert cast.reading.rows == (layout == "rows")
    assert (cast.X, cast.Y) == ("x", "t")
    assert cast.parameters == {("W", 1): "p", ("b", 1): "q", ("W", 2): "r", ("b", 2): "s"}
    shapes = {name: one.shape for name, one in cast.quantities(seen.before).items()}
    assert shapes == {("W", 1): (5, 3), ("b", 1): (5, 1), ("W", 2): (2, 5), ("b", 2): (2, 1)}
    assert [one.shape for one in cast.given(seen.before)] == [(3, 7), (2, 7)]


def test_parameters_that_make_no_chain_are_no_network():
    assert not list(casts_of(turn_with({**SHAPES["rows"], "v": (3, 5)}, "pqrsv")))
    assert not list(casts_of(turn_with(SHAPES["rows"], "pqs")))


def test_a_batch_that_a_turn_takes_of_its_data_can_be_the_data_and_nothing_computed():
    seen = turn_with(SHAPES["rows"], "pqrs")
    x = seen.before["x"]
    seen.kept.extend(Kept(Place("line 3"), name, value) for name, value in (("part", x[:4]), ("sum", x[:4] + 1)))
    assert {*data_in(seen)} == {"x", "t", "0.part"}


def test_a_bias_is_not_taken_for_the_one_vector_of_weights():
    shapes = {"x": (7, 3), "w1": (3, 5), "w2": (5,), "b1": (5,), "b2": (), "t": (7,)}
    cast = next(casts_of(turn_with(shapes, [name for name in shapes if name not in "xt"])))
    assert cast.parameters == {("W", 1): "w1", ("b", 1): "b1", ("W", 2): "w2", ("b", 2): "b2"}


def test_whole_numbers_are_the_labels_of_several_units():
    shapes = {**SHAPES["rows"], "t": (7,)}
    seen = turn_with(shapes, "pqrs")
    seen.before["t"] = seen.after["t"] = np.arange(7) % 2
    _, Y = next(casts_of(seen)).given(seen.before)
    np.testing.assert_array_equal(Y.argmax(axis=0), np.arange(7) % 2)
    assert Y.shape == (2, 7)
