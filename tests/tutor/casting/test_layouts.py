"""Parameters in any nested form are found where they are, and written back in that form."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from barreleye.tutor.casting.layouts import at, leaves, name_at, names_of, prefixed, read, replaced, shaped_like
from barreleye.tutor.casting.pupil import parameter_shapes
from barreleye.tutor.running.answers import Opaque

FORMS = {
    "W1, b1": lambda W, b: {f"{q}{l}": p[l] for l in W for q, p in (("W", W), ("b", b))},
    "w_1, b_1": lambda W, b: {f"{q}_{l}": p[l] for q, p in (("w", W), ("b", b)) for l in W},
    "b first": lambda W, b: {f"{q}{l}": p[l] for q, p in (("b", b), ("W", W)) for l in reversed(W)},
    "weights1": lambda W, b: {f"{q}{l}": p[l] for l in W for q, p in (("weights", W), ("bias", b))},
    "list of dicts": lambda W, b: [{"W": W[l], "b": b[l]} for l in W],
    "list of long names": lambda W, b: [{"weights": W[l], "biases": b[l]} for l in W],
    "dict of lists": lambda W, b: {"W": list(W.values()), "b": list(b.values())},
    "dict of plural lists": lambda W, b: {"weights": list(W.values()), "biases": tuple(b.values())},
    "lists with an empty place": lambda W, b: {"W": [None, *W.values()], "b": [None, *b.values()]},
    "dicts by number": lambda W, b: {"W": dict(W), "b": dict(b)},
    "numbers first": lambda W, b: {l: {"W": W[l], "b": b[l]} for l in W},
    "layers by name": lambda W, b: {f"layer{l}": {"W": W[l], "b": b[l]} for l in W},
    "deeper": lambda W, b: {"model": {"layers": [{"W": W[l], "b": b[l]} for l in W]}, "name": "mine"},
    "pairs": lambda W, b: [(W[l], b[l]) for l in W],
    "tuple of lists": lambda W, b: tuple([b[l], W[l]] for l in W),
    "one after another": lambda W, b: tuple(p[l] for l in W for p in (W, b)),
    "first all W": lambda W, b: [*W.values(), *b.values()],
    "two lists": lambda W, b: (list(W.values()), list(b.values())),
    "from the last": lambda W, b: [p[l] for l in reversed(W) for p in (W, b)],
    "names of their own": lambda W, b: {f"{word}_{'wxyz'[l]}": p[l] for l in W for word, p in (("mat", W), ("vec", b))},
}
BIASES = {"column": lambda b: b, "flat": lambda b: b.ravel(), "row": lambda b: b.T}


@st.composite
def parameters(draw):
    """W and b of a network whose layers are all of different sizes."""
    n = draw(st.lists(st.integers(2, 9), min_size=3, max_size=4, unique=True))
    rng = np.random.default_rng(draw(st.integers(0, 9)))
    values = {name: rng.normal(size=shape) for name, shape in parameter_shapes(n).items()}
    return n, {l: values["W", l] for l in range(1, len(n))}, {l: values["b", l] for l in range(1, len(n))}


@pytest.mark.parametrize("bias", BIASES)
@pytest.mark.parametrize("form", FORMS)
@settings(deadline=None, max_examples=15)
@given(parameters(), st.integers(0, 99))
def test_what_is_written_is_read_again(form, bias, drawn, seed):
    n, W, b = drawn
    tree = FORMS[form](W, {l: BIASES[bias](one) for l, one in b.items()})
    shapes = parameter_shapes(n)
    paths = read(tree, shapes)
    assert set(paths) == set(shapes)
    for (quantity, l), path in paths.items():
        np.testing.assert_array_equal(at(tree, path).ravel(), {"W": W, "b": b}[quantity][l].ravel())

    rng = np.random.default_rng(seed)
    other = {name: rng.normal(size=shape) for name, shape in shapes.items()}
    written = replaced(tree, {path: shaped_like(other[name], at(tree, path)) for name, path in paths.items()})
    assert read(written, shapes) == paths
    for name, path in paths.items():
        assert at(written, path).shape == at(tree, path).shape
        np.testing.assert_array_equal(at(written, path).ravel(), other[name].ravel())


@settings(deadline=None, max_examples=15)
@given(parameters())
def test_gradients_are_found_by_the_names_of_their_parameters_too(drawn):
    n, W, b = drawn
    shapes = parameter_shapes(n, "d")
    own = read({f"d{q}{l}": p[l] for l in W for q, p in (("W", W), ("b", b))}, shapes)
    like = read({f"{q}{l}": p[l] for l in W for q, p in (("W", W), ("b", b))}, shapes)
    assert own == {name: (f"{name[0]}{name[1]}",) for name in shapes}
    assert like == {name: (f"{name[0][1:]}{name[1]}",) for name in shapes}


def test_a_bias_of_the_same_size_as_a_weight_is_told_by_its_place():
    shapes = parameter_shapes((3, 4, 1))
    W1, b1, W2, b2 = np.ones((4, 3)), np.ones((4, 1)), np.ones((1, 4)), np.ones((1, 1))
    assert read((W1, W2, b1, b2), shapes) == {("W", 1): (0,), ("W", 2): (1,), ("b", 1): (2,), ("b", 2): (3,)}
    assert read((W1, b1, W2, b2), shapes) == {("W", 1): (0,), ("b", 1): (1,), ("W", 2): (2,), ("b", 2): (3,)}
    assert read((W2, b2, W1, b1), shapes) == {("W", 2): (0,), ("b", 2): (1,), ("W", 1): (2,), ("b", 1): (3,)}
    assert read((W1, b1.ravel(), W2, b2.ravel()), shapes)["b", 1] == (1,)


def test_one_of_a_wrong_shape_is_known_by_its_place():
    shapes = parameter_shapes((3, 4, 1), "d")
    tree = (np.ones((4, 3)), np.ones((4, 7)), np.ones((1, 4)), 0.5)
    assert read(tree, shapes) == {("dW", 1): (0,), ("db", 1): (1,), ("dW", 2): (2,), ("db", 2): (3,)}


def test_what_is_not_there_is_not_found():
    shapes = parameter_shapes((3, 4, 1))
    assert set(read({"W1": np.ones((4, 3)), "cost": 0.5, "text": "b1"}, shapes)) == {("W", 1)}
    assert read(None, shapes) == {}


@pytest.mark.parametrize(
    ("path", "name"),
    [
        (("dW1",), ("dW", 1)),
        (("dw_12",), ("dW", 12)),
        (("W[2]",), ("W", 2)),
        (("Z3",), ("Z", 3)),
        (("cache", "A2"), ("A", 2)),
        (("b", 0), ("b", 1)),
        ((2, "W"), ("W", 3)),
        (("layer_2", "bias"), ("b", 2)),
        (("weights", 1), ("W", 2)),
        (("W",), None),
        (("loss1",), None),
        (("Wx1",), None),
        ((0, 1), None),
    ],
)
def test_a_path_says_which_quantity_it_leads_to(path, name):
    assert name_at(path) == name


def test_layers_counted_from_one_are_told_from_places_in_a_list():
    assert names_of([("W", 1), ("W", 2)]) == {("W", 1): ("W", 1), ("W", 2): ("W", 2)}
    assert names_of([("W", 0), ("W", 1)]) == {("W", 0): ("W", 1), ("W", 1): ("W", 2)}


def test_leaves_are_numbers_and_what_cannot_travel():
    tape = Opaque("Tape", "<Tape>")
    tree = {"a": [1, 2.5, True, "text", None], "b": (np.ones(2), tape)}
    assert [path for path, _ in leaves(tree)] == [("a", 0), ("a", 1), ("b", 0), ("b", 1)]


def test_a_prefix_goes_before_the_names_of_quantities_alone():
    tree = {"W1": 1, "layers": ({"b": 2}, {"name": 3})}
    assert prefixed(tree, "d") == {"dW1": 1, "layers": ({"db": 2}, {"name": 3})}
    assert prefixed(tree, "") == tree
