import copy

import numpy as np
import pytest

from barreleye.tutor.running.effects import arrays, differences, shared


def change(tree, path, value):
    for step in path[:-1]:
        tree = tree[step]
    tree[path[-1]] = value


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("W", 0, 1), 5.0),
        (("b",), np.zeros((2, 1), np.float32)),
        (("b",), np.zeros((2, 1), np.int64)),
        (("b",), np.zeros((1, 2))),
        (("b",), None),
        (("nan",), 1.0),
        (("list", 1), "y"),
        (("new",), 1),
    ],
)
def test_a_change_is_found_at_its_place(path, value):
    tree = {"W": np.ones((2, 2)), "b": np.zeros((2, 1)), "nan": float("nan"), "list": [1, "x"], "objects": object()}
    after = copy.deepcopy(tree)
    assert list(differences(tree, after)) == []
    change(after, path, value)
    assert list(differences(tree, after)) == [path[:1] if path[0] == "W" else path]


def test_what_is_gone_or_appended_is_found():
    assert list(differences({"a": 1}, {})) == [("a",)]
    assert list(differences([1], [1, 2, 3])) == [(1,), (2,)]
    assert list(differences((1, 2), (1,))) == [(1,)]
    assert list(differences([1], (1,))) == [()]


def test_nan_and_objects_in_arrays_are_compared_by_value():
    objects = np.array([[1.0, None], ["a", 2.0]], object)
    tree = [np.array([np.nan]), objects]
    after = copy.deepcopy(tree)
    assert list(differences(tree, after)) == []
    after[1][1, 0] = "b"
    assert list(differences(tree, after)) == [(1,)]


def test_shared_memory_is_found_through_views():
    W, b = np.ones((3, 3)), np.ones(3)
    given = {0: W, "parameters": {"b": b}}
    assert list(shared((W.T, {"row": W[0]}, W.copy()), given)) == [((0,), (0,)), ((1, "row"), (0,))]
    assert list(shared({"W": W[:, :1], "other": W[:, 1:]}, {0: W[:, 0]})) == [(("W",), (0,))]
    assert list(shared({"b": b}, given)) == [(("b",), ("parameters", "b"))]


def test_an_endless_tree_ends():
    endless = [np.ones(1)]
    endless.append(endless)
    assert len(list(arrays(endless))) == 51
    assert list(differences(endless, endless)) == []
