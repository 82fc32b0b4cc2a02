"""Setups: values that a page sends make them, and what cannot be is refused by name."""

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as held_to
from hypothesis import strategies as st

from barreleye.data.frame import frame_of
from barreleye.nn.activations import ACTIVATIONS
from barreleye.nn.optimizers import OPTIMIZERS
from barreleye.studio.setup import START, Setup, controls, sets

SETTINGS = st.fixed_dictionaries(
    {},
    optional={
        "layers": st.sampled_from([[], [4], [3, 2]]),
        "activation": st.sampled_from(sorted(ACTIVATIONS)),
        "optimizer": st.sampled_from(sorted(OPTIMIZERS)),
        "rate": st.none() | st.floats(1e-6, 10),
        "batch": st.integers(0, 64),
        "dropout": st.floats(0, 0.9),
        "batch_norm": st.booleans(),
        "initializer": st.sampled_from(["zeros", "he_normal"]),
        "seed": st.integers(0, 2**31),
    },
)
DATA = st.sampled_from(
    [{}, {"name": "moons", "options": {"m": 30, "noise": 0.5}}, {"name": "drawn", "points": [[0, 1, 0], [1, 0.5, 1]]}]
)


@held_to(max_examples=30, deadline=None)
@given(SETTINGS, DATA)
def test_values_make_the_same_setup_again(settings, data):
    setup = Setup().changed(data, settings)
    assert Setup.of(json.loads(json.dumps(setup.values()))) == setup


def test_what_stays_as_it_was_is_not_said():
    assert Setup().values() == {"data": {}, "settings": {}}
    assert Setup().changed({}, {"rate": START.rate}).values() == {"data": {}, "settings": {}}


@pytest.mark.parametrize(
    ("data", "settings", "said"),
    [
        ({"nmae": "wine"}, {}, "data='nmae' is unknown .did you mean 'name'"),
        ({}, {"learning_rate": 1}, "setting='learning_rate' is unknown"),
        ({}, {"rate": -1}, "rate=-1 must be"),
        ({}, {"activation": "rleu"}, "did you mean 'relu'"),
        ({}, {"initializer": "zeroes"}, "did you mean 'zeros'"),
        ({"share": 0.95}, {}, "share=0.95 must be a number from 0 to 0.9"),
        ({"options": {"m": float("nan")}}, {}, "m=nan must be"),
    ],
)
def test_what_cannot_be_is_refused_by_name(data, settings, said):
    with pytest.raises(ValueError, match=said):
        Setup().changed(data, settings)


def test_points_of_one_class_cannot_be_learnt():
    with pytest.raises(ValueError, match="two classes at least") as error:
        Setup().changed({"name": "drawn", "points": [[0, 0, 1], [1, 1, 1]]}).prepared({})
    assert error.value.args[0].zh.startswith("请至少画出两类点")


def test_other_data_forget_the_options_of_the_old():
    setup = Setup().changed({"name": "moons", "options": {"m": 30}}).changed({"name": "circles"})
    assert setup.data.options == ()
    assert len(setup.prepared({}).X) == 200


def test_columns_of_points_are_numbers_whatever_they_hold():
    corners = Setup().changed({"name": "xor", "options": {"m": 8, "noise": 0}, "share": 0}).prepared({})
    assert corners.X.shape == (8, 2)
    assert corners.found["x1"].kind == "number"


def test_a_table_of_ones_own_is_learnt_from_its_last_column_or_the_one_named():
    frame = frame_of({"a": np.arange(40.0) ** 2 % 7.3, "b": ["x", "y"] * 20})
    assert Setup().changed({"name": "own"}).prepared({"own": frame}).targets.names == ("b",)
    assert Setup().changed({"name": "own", "target": "a"}).prepared({"own": frame}).targets.task == "regression"


def test_controls_and_sets_come_from_the_library():
    found = {one["name"]: one for one in controls()}
    assert found["activation"]["choices"] == list(ACTIVATIONS)
    assert found["batch_norm"]["kind"] == "yes"
    assert found["rate"]["kind"] == "number"
    assert all(one["help"]["en"] and one["help"]["zh"] for one in found.values())
    assert sets()["moons"] == {"m": 200, "noise": 0.2, "seed": 1}
    assert sets()["wine"] == {}
