"""A trained network's file: what it lacks is told, and how the loaded thing looks."""

import numpy as np
import pytest

from barreleye.files.model_file import load_model, save_model
from barreleye.files.tensors import FileError
from barreleye.nn.network import initialize
from barreleye.nn.structure import Network
from barreleye.trained import load_trained

NETWORK = Network((2, 3, 3), head="softmax")
ARRAYS = {"X.mean": np.zeros(2), "X.scale": np.ones(2)}
DETAILS = {"features": ["a", "b"], "target": "kind", "classes": ["x", "y", "z"]}


@pytest.mark.parametrize(
    ("arrays", "details", "message"),
    [
        ({}, {"classes": "xyz"}, "classes is 'xyz'"),
        ({}, {"classes": [None, 1, 2]}, r"classes is \[None, 1, 2\]"),
        ({}, {"classes": ["x", "y"]}, "2 classes for 3 outputs"),
        ({}, {"classes": ["x", "x", "y"]}, "3 classes for 3 outputs"),
        ({}, {"features": ["a"]}, "1 names for 2 features"),
        ({}, {"target": 3}, "target is 3"),
        ({"X.mean": np.zeros(3)}, {}, "X.mean is not 2 numbers"),
        ({"X.scale": np.ones((1, 2))}, {}, "X.scale is not 2 numbers"),
        ({"X.scale": np.ones(2, int)}, {}, "X.scale is not 2 numbers"),
        ({"X.scale": -np.ones(2)}, {}, "X.scale has a number below 0"),
        ({"Y.mean": np.zeros(3)}, {"classes": None}, "Y.scale is not 3 numbers"),
    ],
)
def test_wrong_lengths_and_kinds_are_a_file_error(arrays, details, message, tmp_path):
    save_model(tmp_path / "m", NETWORK, initialize(NETWORK, 0), arrays=ARRAYS | arrays, details=DETAILS | details)
    with pytest.raises(FileError, match=f"holds a network, but not one trained on a table .{message}.: use load_model"):
        load_trained(tmp_path / "m")


def test_a_network_of_ones_own_is_told_to_be_one(tmp_path):
    save_model(tmp_path / "m", NETWORK, initialize(NETWORK, 0))
    with pytest.raises(FileError, match=r"but not one trained on a table .features is missing.: use load_model"):
        load_trained(tmp_path / "m")


def test_half_precision_is_read_as_a_network_but_answers_no_table(tmp_path):
    save_model(
        tmp_path / "m", NETWORK, initialize(NETWORK, 0).map(lambda p: p.astype("f2")), arrays=ARRAYS, details=DETAILS
    )
    with pytest.raises(FileError, match="weights of float16"):
        load_trained(tmp_path / "m")


def test_it_prints_in_one_line_and_so_does_its_file(tmp_path):
    save_model(tmp_path / "m", NETWORK, initialize(NETWORK, 0), arrays=ARRAYS, details=DETAILS)
    network = "Network(2 - 3 relu - 3 softmax)"
    assert repr(load_trained(tmp_path / "m")) == f"Trained({network}: 'kind', 3 classes, from 2 features)"
    assert repr(load_model(tmp_path / "m")) == (
        f"Model({network}; arrays: X.mean, X.scale; details: classes, features, target)"
    )
