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


def test_a_batch_that_a_turn_draws_can_be_its_data():
    batch = Kept(Place("line 3"), "part", np.ones((4, 3)))
    seen = turn_with(SHAPES["rows"], "pqrs", [batch])
    assert {"x", "t", "part"} <= {*data_in(seen)}


def test_whole_numbers_are_the_labels_of_several_units():
    shapes = {**SHAPES["rows"], "t": (7,)}
    seen = turn_with(shapes, "pqrs")
    seen.before["t"] = seen.after["t"] = np.arange(7) % 2
    _, Y = next(casts_of(seen)).given(seen.before)
    np.testing.assert_array_equal(Y.argmax(axis=0), np.arange(7) % 2)
    assert Y.shape == (2, 7)
