"""A saved model finds its columns by name, and says what has no say."""

import warnings

import numpy as np
import pandas as pd
import polars as pl
import pytest

from barreleye.experiment import prepare
from barreleye.nn.network import Network, initialize
from barreleye.tables.preparation import Standardisation, standardisation
from barreleye.trained import Trained, load_trained
from barreleye.training.loop import train

rng = np.random.default_rng(0)
FRAME = pd.DataFrame({"age": rng.normal(40, 9, 60), "height": rng.normal(1.7, 0.1, 60), "site": np.full(60, 7.0)})
TALL = np.where(FRAME["height"] > 1.7, "tall", "short")


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    """Trained on a frame with a constant column, saved and loaded again."""
    experiment = prepare(FRAME, TALL, "classification", validate=False)
    network = Network((3, 4, 1), "tanh", "sigmoid")
    *_, last = train(network, *experiment.data(experiment.parts.train), learning_rate=0.05, steps=200, engine="numpy")
    path = tmp_path_factory.mktemp("trained") / "model.safetensors"
    experiment.trained(last).save(path)
    return load_trained(path)


def test_a_frame_s_names_are_those_of_the_model(model):
    assert model.feature_names == ("age", "height", "site")
    assert (model.predict(FRAME) == TALL).mean() > 0.9


@pytest.mark.parametrize(
    "rows",
    [
        FRAME[["site", "height", "age"]],
        FRAME.assign(name="Bo", number=range(60))[["number", "height", "name", "site", "age"]],
        pl.DataFrame({name: FRAME[name].to_numpy() for name in ("height", "site", "age")}),
        FRAME.convert_dtypes()[["site", "age", "height"]],
        FRAME[["site", "height", "age"]].to_dict("records"),
        FRAME[["site", "height", "age"]].to_dict("list"),
        FRAME.to_numpy(),
    ],
    ids=["another order", "more columns", "polars", "nullable", "dictionaries", "dictionary of columns", "array"],
)
def test_names_decide(model, rows):
    np.testing.assert_array_equal(model.answer(rows), model.answer(FRAME))


def test_one_dictionary_is_one_row(model):
    row = FRAME.iloc[3].to_dict()
    assert model.predict({"name": "Bo", **row}).tolist() == model.predict(FRAME[3:4]).tolist()


def test_a_missing_column_is_named(model):
    with pytest.raises(ValueError, match="X lacks the column 'height', and has 'age', 'number', 'site'"):
        model.predict(FRAME.assign(number=1)[["age", "number", "site"]])
    with pytest.raises(ValueError, match="X has no 'age' in row 1"):
        model.predict([{"age": 1, "height": 1, "site": 7}, {"height": 1, "site": 7}])


def test_a_column_that_was_constant_has_no_say_and_is_told(model):
    other = FRAME.assign(site=1e6)
    with pytest.warns(UserWarning, match="column 'site' was the same in every row of the training and another now"):
        answer = model.answer(other)
    np.testing.assert_array_equal(answer, model.answer(FRAME))


def test_it_is_told_once(model):
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("default")
        for site in (1.0, 2.0, 3.0):
            model.predict(FRAME.assign(site=site))
    assert len(told) == 1


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("value", [0.1, 1e9 / 3, 0.0])
def test_the_same_constant_is_no_other_one(dtype, value):
    X = np.c_[np.arange(11), np.full(11, value)].astype(dtype)
    network = Network((2, 1), head="identity")
    of_Y = Standardisation(np.array([5.0]), np.array([2.0]))
    Trained(network, initialize(network, dtype=dtype), None, standardisation(X), of_Y, None).predict(X)


def test_an_experiment_names_its_constant_columns():
    assert prepare(FRAME, TALL, "classification").constants == ["site"]
    assert prepare(FRAME.to_numpy(), TALL, "classification").constants == [2]
